//! From the glass to the printed paper and back: what was signed is on it, and every change is found.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use harness::backends::{Backend, FromBackend, on_sqlite};
use harness::on_both_backends;
use harness::test_app::worker_exe;
use papers::check::{Verdict, check_file};
use papers::{PaperError, mediation};
use print::{find_payload, render};
use sync_core::kinds::mediation::proof::{Broken, Compared, Proof};
use sync_core::lifecycle::MediationState;
use sync_core::{Id, MediaHash};

use super::courtyard::{Courtyard, sign_on, text};
use crate::sync::street::Street;

on_both_backends! {
    what_was_signed_is_printed_with_its_signatures_and_known_again,
    a_paper_waits_for_what_is_still_on_a_phone,
    the_office_gets_the_paper_and_whoever_does_not_see_the_ticket_does_not,
    three_parties_sign_on_two_phones_offline_and_a_clause_edited_in_between_is_told,
}

const NAMES: [&str; 3] = ["申请人甲", "业主代表𬱖龘", "业主代表丙"];

/// The PDF of the mediation.
async fn printed(courtyard: &Courtyard) -> Result<Vec<u8>, PaperError> {
    let app = courtyard.street.hub.app();
    let mut tx = app.store().read().await?;
    let tenants = [courtyard.street.hub.tenant()];
    let now = app.clock().now();
    let source = mediation::load(&tenants, courtyard.doc, now, app.blobs(), &mut tx).await?;
    Ok(render(&mediation::paper(&source, "https://hub.example/verify"))?.pdf)
}

async fn checked(courtyard: &Courtyard, file: &[u8]) -> Verdict {
    let app = courtyard.street.hub.app();
    let mut tx = app.store().read().await.unwrap();
    let tenants = [courtyard.street.hub.tenant()];
    check_file(&tenants, file, app.clock().now(), &mut tx)
        .await
        .unwrap()
}

fn compared(verdict: Verdict) -> Option<Compared> {
    match verdict {
        Verdict::Known { compared, .. } => Some(compared),
        Verdict::Elsewhere { .. } | Verdict::Unreadable(_) | Verdict::Broken(_) => None,
    }
}

/// What a second program reads in a PDF.
pub(crate) fn read_by_poppler(pdf: &[u8], folder: &Path) -> String {
    let file = folder.join("paper.pdf");
    fs::write(&file, pdf).unwrap();
    let output = Command::new("pdftotext").arg(&file).arg("-").output();
    let output = output.expect("pdftotext of poppler-utils is installed: run `make need`");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

async fn what_was_signed_is_printed_with_its_signatures_and_known_again(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    courtyard.sign_all();
    courtyard.send().await;
    let agreement = courtyard.agreement();
    assert_eq!(agreement.standing, MediationState::Effective);
    let pdf = printed(&courtyard).await.unwrap();
    let words = read_by_poppler(&pdf, courtyard.street.hub.backend().folder());
    let plain: String = words.split_whitespace().collect();
    for said in [
        "人民调解协议书",
        "申请人甲",
        "业主代表𬱖龘",
        "工作日九时至十二时施工",
        "周一至周五每天9:00至12:00",
        "人民币1,234.50元",
        "当事人业主代表丙",
        "某社区人民调解委员会",
        "盖章件",
    ] {
        assert!(plain.contains(said), "{said} is not in {plain}");
    }
    let holds = agreement.holds.unwrap();
    assert!(plain.contains(&holds.content), "the hash is printed whole");
    assert!(
        !plain.contains("13000000000"),
        "whoever holds the paper does not get numbers"
    );
    assert_eq!(
        compared(checked(&courtyard, &pdf).await),
        Some(Compared::Holds)
    );
    assert_eq!(
        pdf,
        printed(&courtyard).await.unwrap(),
        "the same paper has the same bytes"
    );
    every_change_is_found(&courtyard, &pdf).await;
    let edit = [("text", text("每天九时至十一时施工"))];
    let edit = harness::phone::put("clauses", courtyard.clause, &edit);
    courtyard.street.worker.edit(courtyard.doc, &edit);
    courtyard.sign_all();
    courtyard.send().await;
    assert_eq!(
        compared(checked(&courtyard, &pdf).await),
        Some(Compared::Superseded)
    );
    let next = printed(&courtyard).await.unwrap();
    assert_eq!(
        compared(checked(&courtyard, &next).await),
        Some(Compared::Holds)
    );
}

/// One byte in the file's payload, in the stored drawing, in what the log says.
async fn every_change_is_found(courtyard: &Courtyard, pdf: &[u8]) {
    let payload = find_payload(pdf).unwrap();
    let begin = payload.as_ptr() as usize - pdf.as_ptr() as usize;
    for place in (begin..begin + payload.len()).step_by(payload.len() / 50) {
        let mut other = pdf.to_vec();
        other[place] ^= 1;
        assert!(
            !checked(courtyard, &other).await.is_genuine(),
            "byte {place}"
        );
    }
    let proof = Proof::read(payload).unwrap();
    let mut forged = proof.clone();
    let drawn = forged
        .signatures
        .iter_mut()
        .find(|one| one.sealed.is_some())
        .unwrap();
    let bytes = drawn.sealed.as_mut().unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    assert_eq!(
        checked(courtyard, &forged.bytes()).await,
        Verdict::Broken(Broken::Drawing)
    );
    let mut forged = proof.clone();
    forged.signatures[0].at = forged.signatures[0].at.plus_millis(1);
    let unknown = Compared::SignatureUnknown(forged.signatures[0].id);
    assert_eq!(
        compared(checked(courtyard, &forged.bytes()).await),
        Some(unknown)
    );
    let mut forged = proof;
    forged.document = Id::from_bytes([9; 16]);
    let verdict = checked(courtyard, &forged.bytes()).await;
    assert_eq!(verdict, Verdict::Broken(Broken::DrawingOfSomethingElse));
}

async fn the_office_gets_the_paper_and_whoever_does_not_see_the_ticket_does_not(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    courtyard.sign_all();
    let path = format!("/v1/mediations/{}/paper", courtyard.doc);
    courtyard.street.worker.sync(&courtyard.street.hub).await;
    let hub = &courtyard.street.hub;
    let early = hub.get(&path, &courtyard.street.office).await;
    assert_eq!(
        (early.status.as_u16(), early.code().as_str()),
        (409, "still_on_a_phone")
    );
    courtyard.send().await;
    let Street {
        hub,
        office,
        other_grid,
        ..
    } = &courtyard.street;
    let paper = hub.get(&path, office).await;
    assert_eq!(paper.status, 200);
    assert_eq!(paper.header("content-type"), "application/pdf");
    let verdict = checked(&courtyard, &paper.body).await;
    assert_eq!(compared(verdict), Some(Compared::Holds));
    let stranger = hub
        .sign_in_at_browser(sync_core::Role::GridHead, &[*other_grid])
        .await;
    assert_eq!(hub.get(&path, &stranger).await.status, 404);
    let auditor = hub.sign_in_at_browser(sync_core::Role::Auditor, &[]).await;
    assert_eq!(hub.get(&path, &auditor).await.status, 403);
}

async fn a_paper_waits_for_what_is_still_on_a_phone(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    courtyard.sign_all();
    courtyard.street.worker.sync(&courtyard.street.hub).await;
    let Err(PaperError::StillOnAPhone(missing)) = printed(&courtyard).await else {
        panic!("a paper without its signatures");
    };
    assert_eq!(missing.len(), 4);
    let drawn = MediaHash::of(&courtyard.media[1]);
    assert!(missing.contains(&drawn));
    courtyard.send().await;
    assert!(printed(&courtyard).await.is_ok());
}

async fn three_parties_sign_on_two_phones_offline_and_a_clause_edited_in_between_is_told(
    street: Street,
) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    courtyard.send().await;
    let (doc, seal) = (courtyard.doc, courtyard.seal);
    courtyard.street.captain.sync(&courtyard.street.hub).await;
    let first = courtyard.sign("party", courtyard.parties[0]);
    courtyard.sign("mediator", courtyard.mediator);
    courtyard.sign("committee", courtyard.mediator);
    let captain = &mut courtyard.street.captain;
    for party in [courtyard.parties[1], courtyard.parties[2]] {
        let (_, drawn) = sign_on(captain, doc, "party", party, seal);
        courtyard.media.extend(drawn);
    }
    let captain = &mut courtyard.street.captain;
    captain.sync(&courtyard.street.hub).await;
    courtyard.send().await;
    courtyard.street.worker.sync(&courtyard.street.hub).await;
    let agreement = courtyard.agreement();
    assert_eq!(agreement.standing, MediationState::Effective);
    let both = printed(&courtyard).await.unwrap();
    assert_eq!(
        compared(checked(&courtyard, &both).await),
        Some(Compared::Holds)
    );
    // A colleague has written a clause anew while the first party signed once more elsewhere.
    let edit = [("text", text("每天施工"))];
    let edit = harness::phone::put("clauses", courtyard.clause, &edit);
    courtyard.street.captain.edit(doc, &edit);
    courtyard.street.captain.sync(&courtyard.street.hub).await;
    courtyard.street.worker.sync(&courtyard.street.hub).await;
    let now = courtyard.agreement();
    assert_eq!(
        now.standing,
        MediationState::Effective,
        "what all signed holds on"
    );
    assert_eq!(now.number, 2);
    let changed = vec![format!("clauses/{}/text", courtyard.clause)];
    let cancelled = sync_core::kinds::mediation::agreement::Signed::Cancelled {
        signature: first,
        changed,
        was: vec![text("工作日九时至十二时施工")],
    };
    assert!(
        now.signers.iter().any(|one| one.signed == cancelled),
        "{:?}",
        now.signers
    );
}

#[test]
fn the_command_prints_and_verifies_a_mediation() {
    on_sqlite(|backend: Backend| async move {
        let street = Street::from_backend(backend).await;
        let mut courtyard = Courtyard::prepared(street, NAMES).await;
        courtyard.sign_all();
        courtyard.send().await;
        let hub = &courtyard.street.hub;
        let data = hub.app().config().data.clone();
        let url = hub.backend().url().to_owned();
        let folder = hub.backend().folder().to_owned();
        let out = folder.join("out.pdf");
        let run = |line: &[&str]| -> Output {
            let mut command = Command::new(worker_exe());
            command
                .arg("mediation")
                .args(line)
                .arg("--data")
                .arg(&data)
                .args(["--database-url", &url]);
            command.env("WARMLINE_LOG", "off").output().unwrap()
        };
        let doc = courtyard.doc.to_string();
        let out_text = out.to_str().unwrap();
        let made = run(&["print", &doc, "--out", out_text]);
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let genuine = run(&["verify", out_text, "--json"]);
        let said: serde_json::Value = serde_json::from_slice(&genuine.stdout).unwrap();
        assert_eq!(
            (genuine.status.code(), said["verdict"].as_str()),
            (Some(0), Some("holds"))
        );
        let mut bent = fs::read(&out).unwrap();
        let payload = find_payload(&bent).unwrap();
        let place = payload.as_ptr() as usize - bent.as_ptr() as usize + payload.len() / 2;
        bent[place] ^= 1;
        fs::write(&out, bent).unwrap();
        let bent = run(&["verify", out_text, "--json"]);
        let said: serde_json::Value = serde_json::from_slice(&bent.stdout).unwrap();
        assert_eq!(
            (bent.status.code(), said["verdict"].as_str()),
            (Some(1), Some("unreadable"))
        );
        let unknown = run(&[
            "print",
            &Id::from_bytes([9; 16]).to_string(),
            "--out",
            out_text,
        ]);
        assert_eq!(unknown.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&unknown.stderr).contains("没有找到这份调解"));
    });
}
