//! By which number a party can be reached is sealed: whoever handles the ticket reads it, and nobody else does.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::phone::{Phone, post, put};
use serde_json::Value as Json;
use store::devices::DeviceKind;
use sync_core::kinds::Kind;
use sync_core::kinds::mediation::contact::REGISTER;
use sync_core::value::Value;
use sync_core::{Id, Role, hex};

use super::courtyard::text;
use crate::sync::street::{Street, phone};

on_both_backends! {
    a_volunteers_phone_holds_no_number_of_a_party,
    two_phones_that_write_the_same_number_offline_do_not_disagree,
    a_number_that_was_moved_to_another_party_or_document_opens_for_nobody,
    a_number_that_was_put_aside_is_not_shown_at_the_desk,
}

const NUMBER: &str = "13812345678";
/// In an address, where everybody may read it: what is searched finds it.
const SEEN: &str = "13887654321";

/// A mediation with one party, written on a phone.
fn mediation(phone: &mut Phone, ticket: Id) -> (Id, Id) {
    let doc = phone.begin(Kind::MEDIATION, ticket);
    let party = [
        ("side", text("applicant")),
        ("name", text("甲某某")),
        ("address", text(SEEN)),
    ];
    let party = phone.put_party(doc, &party, NUMBER);
    (doc, party)
}

async fn told(street: &Street, doc: Id) -> String {
    let path = format!("/v1/mediations/{doc}");
    let answer = street.hub.get(&path, &street.office).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json().to_string()
}

/// Whether a digit sequence stands in these bytes, as it is or in hexadecimal.
fn holds(bytes: &[u8], digits: &str) -> bool {
    let found = |wanted: &[u8]| bytes.windows(wanted.len()).any(|part| part == wanted);
    found(digits.as_bytes()) || found(hex::encode(digits.as_bytes()).as_bytes())
}

/// All that the hub gives a phone until it is quiet, and all that the phone can say of the record then.
async fn all_of(phone: &mut Phone, street: &Street, doc: Id) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let answer = post(&street.hub, &phone.caller, &phone.request()).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        bytes.extend_from_slice(&answer.body);
        let taken = phone.take(&answer.body);
        if !taken.iter().any(|one| one.resync || one.more == Some(true)) {
            break;
        }
    }
    // Segments are packed: what they hold is searched as the phone unpacks it.
    let document = phone.document(doc);
    let changes: Vec<[u8; 32]> = document.changes().iter().map(|one| one.hash).collect();
    for hash in changes {
        bytes.extend(document.change_bytes(&hash).unwrap_or_default());
    }
    bytes.extend(serde_json::to_vec(&phone.visit(doc)).unwrap());
    bytes.extend(format!("{:?}", phone.record(doc)).into_bytes());
    bytes
}

async fn a_volunteers_phone_holds_no_number_of_a_party(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let (doc, party) = mediation(&mut street.worker, street.ticket);
    street.worker.sync(&street.hub).await;

    let mut volunteer = phone(&street.hub, Role::Volunteer, &[street.grid], 71).await;
    let held = all_of(&mut volunteer, &street, doc).await;
    assert!(holds(&held, SEEN), "the search finds what is in clear");
    for length in [NUMBER.len(), 7] {
        for start in 0..=NUMBER.len() - length {
            let digits = &NUMBER[start..start + length];
            let shared = SEEN.contains(digits);
            assert!(shared || !holds(&held, digits), "{digits} is on the phone");
        }
    }
    assert!(
        volunteer.sealed_number(doc, party).is_some(),
        "it is known that there is one"
    );
    assert_eq!(volunteer.number(doc, party), None);

    street.captain.sync(&street.hub).await;
    assert_eq!(street.captain.number(doc, party).as_deref(), Some(NUMBER));
    assert!(told(&street, doc).await.contains(NUMBER));
}

async fn two_phones_that_write_the_same_number_offline_do_not_disagree(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let (doc, party) = mediation(&mut street.worker, street.ticket);
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    let again = "13700001111";
    for phone in [&mut street.worker, &mut street.captain] {
        phone.put_number(doc, party, again);
    }
    meet(&mut street).await;
    for phone in [&mut street.worker, &mut street.captain] {
        assert_eq!(phone.number(doc, party).as_deref(), Some(again));
        assert_eq!(phone.record(doc).disagreements().count(), 0);
    }

    street.worker.put_number(doc, party, "13700002222");
    street.captain.put_number(doc, party, "13700003333");
    meet(&mut street).await;
    assert_eq!(street.worker.record(doc).disagreements().count(), 1);
    let told = told(&street, doc).await;
    assert!(
        told.contains("13700002222") && told.contains("13700003333"),
        "{told}"
    );
}

async fn meet(street: &mut Street) {
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
}

async fn a_number_that_was_moved_to_another_party_or_document_opens_for_nobody(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let (doc, party) = mediation(&mut street.worker, street.ticket);
    let (other_doc, other_party) = mediation(&mut street.worker, street.ticket);
    let sealed = street.worker.sealed_number(doc, party).unwrap();
    let second = [("side", text("respondent")), ("name", text("乙某某"))];
    let second = street.worker.put(doc, "parties", &second);
    let mut bent = sealed.clone();
    bent[40] ^= 1;
    for (doc, party, bytes) in [
        (doc, second, sealed.clone()),
        (other_doc, other_party, sealed),
        (doc, party, bent),
    ] {
        let moved = [(REGISTER, Value::Bytes(bytes))];
        street.worker.edit(doc, &put("parties", party, &moved));
        assert_eq!(street.worker.number(doc, party), None);
    }
    // The form is right, so the hub takes it; what it cannot open it says so of.
    street.worker.sync(&street.hub).await;
    let volunteer = street
        .hub
        .sign_in_with(
            DeviceKind::Browser,
            street.hub.tenant(),
            Role::Volunteer,
            &[street.grid],
        )
        .await;
    for (doc, unreadable) in [(doc, 2), (other_doc, 1)] {
        let told = told(&street, doc).await;
        assert_eq!(told.matches("这个号码打不开").count(), unreadable, "{told}");
        assert!(!told.contains(NUMBER), "{told}");
        let path = format!("/v1/mediations/{doc}");
        let masked = street.hub.get(&path, &volunteer).await.json().to_string();
        assert_eq!(
            masked.matches("(号码，已加密)").count(),
            unreadable,
            "{masked}"
        );
    }
}

async fn a_number_that_was_put_aside_is_not_shown_at_the_desk(mut street: Street) {
    let mut stranger = phone(&street.hub, Role::GridWorker, &[street.other_grid], 72).await;
    street.worker.sync(&street.hub).await;
    stranger.sync(&street.hub).await;
    let (doc, party) = mediation(&mut stranger, street.ticket);
    let sealed = hex::encode(&stranger.sealed_number(doc, party).unwrap());
    stranger.sync(&street.hub).await;
    let aside = street.aside().await;
    assert!(aside.iter().all(|code| code == "out_of_scope"), "{aside:?}");

    let list = street
        .hub
        .get("/v1/quarantine", &street.office)
        .await
        .json();
    let mut stories = 0;
    for item in list["items"].as_array().unwrap() {
        let path = format!("/v1/quarantine/{}", item["id"].as_str().unwrap());
        let case = street.hub.get(&path, &street.office).await.json();
        let shown = case.to_string();
        assert!(
            !shown.contains(NUMBER) && !shown.contains(&sealed),
            "{shown}"
        );
        let parties = &case["story"]["collections"]["parties"];
        for party in parties.as_array().into_iter().flatten() {
            let contact: &Json = &party["values"][REGISTER]["value"];
            assert_eq!(contact, "(号码，已加密)");
            stories += 1;
        }
    }
    assert!(stories > 0, "the desk shows the party: {list}");
}
