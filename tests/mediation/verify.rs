//! Anybody checks a paper: by its hash or by its file, without learning what it says or costing the hub much.

use std::net::Ipv4Addr;
use std::time::Instant;

use axum::body::Body;
use axum::http::{Request, header};
use harness::on_both_backends;
use harness::phone::put;
use harness::test_app::{Answer, TestApp};
use print::{Paper, Payload, find_payload, render};
use serde_json::{Value as Json, json};
use sync_core::kinds::mediation::content::Content;
use sync_core::kinds::mediation::proof::Proof;
use sync_core::value::Value;
use sync_core::{MediaHash, Timestamp};

use super::courtyard::{Courtyard, id, text};
use crate::api::strangers::bytes_on_disk;
use crate::sync::street::Street;

on_both_backends! {
    anybody_learns_from_the_hash_of_a_paper_how_it_stands,
    anybody_has_the_file_of_a_paper_checked,
    a_hash_is_found_again_after_a_rebuild,
    what_strangers_ask_about_papers_takes_no_disk,
}

const NAMES: [&str; 3] = ["申请人甲", "业主代表乙", "业主代表丙"];

/// What stands on the paper of the courtyard, and by what the office knows it.
fn words(courtyard: &Courtyard) -> Vec<String> {
    let mut words: Vec<String> = [
        "申请人甲",
        "业主代表",
        "某社区",
        "议事厅",
        "装修",
        "施工",
        "调解员",
        "签字人",
        "123450",
        "1,234",
        "13000000000",
    ]
    .map(str::to_owned)
    .to_vec();
    words.push(courtyard.doc.to_string());
    words.push(courtyard.street.ticket.to_string());
    words.push(courtyard.street.hub.tenant().to_string());
    words.extend(courtyard.parties.map(|party| party.to_string()));
    words.push(courtyard.mediator.to_string());
    words
}

/// An answer to somebody who has not signed in, with nothing in it of what the paper says.
fn plain(courtyard: &Courtyard, answer: Answer) -> Answer {
    let said = String::from_utf8(answer.body.to_vec()).unwrap();
    for word in words(courtyard) {
        assert!(!said.contains(&word), "{word} in {said}");
    }
    answer
}

async fn ask(courtyard: &Courtyard, digits: &str) -> Answer {
    let request = Request::get(format!("/v1/papers/{digits}"));
    let answer = courtyard
        .street
        .hub
        .send(request.body(Body::empty()).unwrap());
    plain(courtyard, answer.await)
}

async fn outcome(courtyard: &Courtyard, digits: &str) -> String {
    let answer = ask(courtyard, digits).await;
    assert_eq!(answer.status, 200, "{}", answer.code());
    answer.json()["outcome"].as_str().unwrap().to_owned()
}

async fn hand_in(hub: &TestApp, file: Vec<u8>) -> Answer {
    let request = Request::post("/v1/papers").header(header::CONTENT_TYPE, "application/pdf");
    hub.send(request.body(Body::from(file)).unwrap()).await
}

async fn checked(courtyard: &Courtyard, file: Vec<u8>) -> Json {
    let answer = plain(courtyard, hand_in(&courtyard.street.hub, file).await);
    assert_eq!(answer.status, 200, "{}", answer.code());
    answer.json()
}

/// The PDF as the office gets it.
async fn printed(courtyard: &Courtyard) -> Vec<u8> {
    let Street { hub, office, .. } = &courtyard.street;
    let path = format!("/v1/mediations/{}/paper", courtyard.doc);
    let answer = hub.get(&path, office).await;
    assert_eq!(answer.status, 200, "{}", answer.code());
    answer.body.to_vec()
}

/// The hash of what stands on the worker's phone.
fn hash(courtyard: &mut Courtyard) -> String {
    courtyard.agreement().content.unwrap()
}

async fn sign_another_version(courtyard: &mut Courtyard, words: &str) {
    let edit = put("clauses", courtyard.clause, &[("text", text(words))]);
    courtyard.street.worker.edit(courtyard.doc, &edit);
    courtyard.sign_all();
    courtyard.send().await;
}

async fn withdraw(courtyard: &mut Courtyard) {
    let (now, by) = (
        courtyard.street.worker.now(),
        courtyard.street.worker.caller.person,
    );
    courtyard.street.worker.put(
        courtyard.doc,
        "events",
        &[
            ("kind", text("withdraw")),
            ("at", Value::Time(now)),
            ("by", id(by)),
        ],
    );
    courtyard.send().await;
}

/// The day in China, as people write it.
fn day(at: Timestamp) -> String {
    sync_core::calendar::Day::of(at).to_string()
}

async fn anybody_learns_from_the_hash_of_a_paper_how_it_stands(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    courtyard.send().await;
    let first = hash(&mut courtyard);
    assert_eq!(
        outcome(&courtyard, &first).await,
        "unknown",
        "nobody has signed it"
    );
    for party in courtyard.parties {
        courtyard.sign("party", party);
    }
    courtyard.send().await;
    assert_eq!(outcome(&courtyard, &first).await, "incomplete");
    courtyard.sign("mediator", courtyard.mediator);
    courtyard.sign("committee", courtyard.mediator);
    courtyard.send().await;
    let on = day(courtyard.agreement().effective_at().unwrap());
    for digits in [
        &first[..],
        &first[..16],
        &first[..33],
        &first.to_uppercase(),
    ] {
        assert_eq!(
            ask(&courtyard, digits).await.json(),
            json!({ "outcome": "holds", "hash": first, "form": "agreement", "effective_on": on }),
        );
    }
    let other = first.replace(&first[..1], if first.starts_with('0') { "1" } else { "0" });
    assert_eq!(
        ask(&courtyard, &other).await.json(),
        json!({ "outcome": "unknown", "hash": null, "form": null, "effective_on": null }),
    );
    for digits in [
        &first[..15],
        &(first.clone() + "0"),
        "0123456789abcdeg",
        "..%2f..%2fetc",
    ] {
        let answer = ask(&courtyard, digits).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (422, "hash_malformed"),
            "{digits}"
        );
    }
    // What is written anew takes nothing from the version that all signed until all have signed the next.
    let edit = put(
        "clauses",
        courtyard.clause,
        &[("text", text("每天九时至十一时施工"))],
    );
    courtyard.street.worker.edit(courtyard.doc, &edit);
    courtyard.sign("party", courtyard.parties[0]);
    courtyard.send().await;
    let second = hash(&mut courtyard);
    assert_eq!(outcome(&courtyard, &first).await, "holds");
    assert_eq!(outcome(&courtyard, &second).await, "incomplete");
    let [_, respondent, other] = courtyard.parties;
    for party in [respondent, other] {
        courtyard.sign("party", party);
    }
    courtyard.sign("mediator", courtyard.mediator);
    courtyard.sign("committee", courtyard.mediator);
    courtyard.send().await;
    assert_eq!(outcome(&courtyard, &first).await, "superseded");
    assert_eq!(outcome(&courtyard, &second).await, "holds");
    withdraw(&mut courtyard).await;
    for digits in [&first, &second] {
        assert_eq!(outcome(&courtyard, digits).await, "withdrawn");
    }
}

async fn a_hash_is_found_again_after_a_rebuild(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    courtyard.sign_all();
    courtyard.send().await;
    let first = hash(&mut courtyard);
    sign_another_version(&mut courtyard, "每天九时至十一时施工").await;
    let second = hash(&mut courtyard);
    let hub = &courtyard.street.hub;
    let mut tx = hub.app().store().begin().await.unwrap();
    let before = tx
        .list_revisions(hub.tenant(), courtyard.doc)
        .await
        .unwrap();
    assert_eq!(before.len(), 2);
    for one in &before {
        tx.delete_revision(one.tenant, one.doc, one.facts.content)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(outcome(&courtyard, &first).await, "unknown");
    let rebuilt = doors::rebuild(hub.app().store(), hub.tenant(), |_, _| {})
        .await
        .unwrap();
    assert_eq!((rebuilt.documents, rebuilt.different), (1, 1));
    let mut tx = hub.app().store().read().await.unwrap();
    assert_eq!(
        tx.list_revisions(hub.tenant(), courtyard.doc)
            .await
            .unwrap(),
        before
    );
    drop(tx);
    assert_eq!(outcome(&courtyard, &first).await, "superseded");
    assert_eq!(outcome(&courtyard, &second).await, "holds");
}

async fn anybody_has_the_file_of_a_paper_checked(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    courtyard.sign_all();
    courtyard.send().await;
    let first = hash(&mut courtyard);
    let pdf = printed(&courtyard).await;
    let said = checked(&courtyard, pdf.clone()).await;
    assert_eq!(
        (said["outcome"].as_str(), said["hash"].as_str()),
        (Some("holds"), Some(&first[..]))
    );
    let steps = said["checks"].as_array().unwrap();
    assert!(
        steps.len() == 7 && steps.iter().all(|one| one["passed"] == true),
        "{steps:?}"
    );
    no_byte_may_be_changed(&courtyard, &pdf).await;
    let foreign = of_another_hub(&mut courtyard);
    let said = checked(&courtyard, foreign).await;
    assert_eq!(said["outcome"], "unknown");
    assert_eq!(
        said["checks"].as_array().unwrap().last().unwrap(),
        &json!({"step": "content", "passed": false})
    );
    let scan = render(&Paper::default()).unwrap().pdf;
    assert_eq!(checked(&courtyard, scan).await["outcome"], "not_a_paper");
    sign_another_version(&mut courtyard, "每天九时至十一时施工").await;
    assert_eq!(
        checked(&courtyard, pdf.clone()).await["outcome"],
        "superseded"
    );
    let next = printed(&courtyard).await;
    assert_eq!(checked(&courtyard, next.clone()).await["outcome"], "holds");
    // One proof in the clothes of another: neither file is what the office printed.
    let both = [&pdf[..], &next[..]].concat();
    assert_eq!(checked(&courtyard, both).await["outcome"], "forged");
    withdraw(&mut courtyard).await;
    for file in [pdf, next] {
        assert_eq!(checked(&courtyard, file).await["outcome"], "withdrawn");
    }
}

/// Wherever a byte differs: in the pages, in the proof, in what is behind it, in the stamp.
async fn no_byte_may_be_changed(courtyard: &Courtyard, pdf: &[u8]) {
    let payload = find_payload(pdf).unwrap();
    let begin = payload.as_ptr() as usize - pdf.as_ptr() as usize;
    let inside = begin..begin + payload.len();
    let mut places: Vec<usize> = (0..pdf.len()).step_by(pdf.len() / 40).collect();
    places.extend([
        begin - 1,
        begin,
        begin + payload.len() / 2,
        inside.end - 1,
        inside.end,
    ]);
    places.extend(pdf.len() - 90..pdf.len());
    for place in places {
        let mut other = pdf.to_vec();
        other[place] ^= 1;
        let said = checked(courtyard, other).await;
        let told = said["outcome"].as_str().unwrap();
        let expected: &[&str] = if inside.contains(&place) {
            &["damaged"]
        } else {
            &["altered", "damaged", "not_a_paper"]
        };
        assert!(
            expected.contains(&told),
            "byte {place} of {}: {said}",
            pdf.len()
        );
        assert_eq!(
            said["effective_on"],
            Json::Null,
            "nothing is said of a file that was changed"
        );
    }
    // Other pages around the proof that is genuine.
    let payload = Payload {
        name: "proof.cbor".to_owned(),
        bytes: payload.to_vec(),
    };
    let forged = render(&Paper {
        title: "另一份协议".to_owned(),
        payload: Some(payload),
        ..Paper::default()
    });
    let said = checked(courtyard, forged.unwrap().pdf).await;
    assert_eq!(said["outcome"], "altered");
    for extra in [&b"\n"[..], b"%"] {
        let said = checked(courtyard, [pdf, extra].concat()).await;
        assert_eq!(said["outcome"], "altered");
    }
}

/// A whole paper of a document that this hub has never seen.
fn of_another_hub(courtyard: &mut Courtyard) -> Vec<u8> {
    let worker = &mut courtyard.street.worker;
    let ticket = courtyard.street.ticket;
    let doc = worker.begin(sync_core::kinds::Kind::MEDIATION, ticket);
    worker.set(doc, "form", "oral");
    worker.set(doc, "place", "别处议事厅");
    let record = worker.record(doc);
    let content = Content::of(&record).unwrap();
    let proof = Proof::of(doc, (&content, &record), |_| None).unwrap();
    let payload = Payload {
        name: "proof.cbor".to_owned(),
        bytes: proof.bytes(),
    };
    let paper = Paper {
        title: "口头协议登记".to_owned(),
        payload: Some(payload),
        ..Paper::default()
    };
    render(&paper).unwrap().pdf
}

/// A file that carries these bytes as a paper carries its proof.
fn carrying(bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "%PDF-1.7\nwarmline-payload 1 {} {}\n",
        bytes.len(),
        MediaHash::of(bytes)
    );
    [head.as_bytes(), bytes, b"\nwarmline-payload end\n"].concat()
}

#[test]
fn hostile_files_are_answered_soon_and_large_ones_refused() {
    harness::backends::on_sqlite(async |hub: TestApp| {
        const MIB: usize = 1024 * 1024;
        // Eight mebibytes of the smallest values: unbounded they would take hundreds of megabytes.
        let mut many = vec![0x9a];
        many.extend(u32::try_from(8 * MIB - 5).unwrap().to_be_bytes());
        many.resize(8 * MIB, 0);
        let deep = vec![0x81; 8 * MIB];
        let lies = [&[0x9b][..], &u64::MAX.to_be_bytes()].concat();
        // A thousand bytes that any reader of PDF would unpack to a gigabyte, many times over.
        let bomb = "<</Filter[/FlateDecode/FlateDecode]/Length 1000>>stream\n".repeat(100_000);
        let begun = "warmline-payload 1 8388608 ".repeat(400_000);
        let announced = "warmline-payload 1 99999999999999999999 ".repeat(1_000);
        let files: [(&str, Vec<u8>, &str); 9] = [
            ("many values", carrying(&many), "forged"),
            ("deep values", carrying(&deep), "forged"),
            ("a list of more than there is", carrying(&lies), "forged"),
            (
                "streams to unpack",
                [b"%PDF-1.7\n", bomb.as_bytes()].concat(),
                "not_a_paper",
            ),
            (
                "beginnings",
                [b"%PDF-1.7\n", begun.as_bytes()].concat(),
                "forged",
            ),
            (
                "lengths",
                [b"%PDF-1.7\n", announced.as_bytes()].concat(),
                "forged",
            ),
            (
                "letters",
                [b"%PDF".to_vec(), vec![b'w'; 16 * MIB - 4]].concat(),
                "not_a_paper",
            ),
            ("nothing", Vec::new(), "not_a_paper"),
            ("no PDF", b"<html>".to_vec(), "not_a_paper"),
        ];
        for (what, file, expected) in files {
            let began = Instant::now();
            let answer = hand_in(&hub, file).await;
            assert_eq!(answer.status, 200, "{what}: {}", answer.code());
            assert_eq!(answer.json()["outcome"], expected, "{what}");
            assert!(
                began.elapsed().as_secs() < 20,
                "{what}: {:?}",
                began.elapsed()
            );
        }
        let large = hand_in(&hub, vec![b'%'; 50 * MIB]).await;
        assert_eq!(
            (large.status.as_u16(), large.code().as_str()),
            (413, "paper_too_large")
        );
        let request = Request::post("/v1/papers").header(header::CONTENT_TYPE, "text/html");
        let page = hub.send(request.body(Body::from("x")).unwrap()).await;
        assert_eq!(
            (page.status.as_u16(), page.code().as_str()),
            (415, "media_type_refused")
        );
    });
}

async fn what_strangers_ask_about_papers_takes_no_disk(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    courtyard.sign_all();
    courtyard.send().await;
    let (pdf, known) = (printed(&courtyard).await, hash(&mut courtyard));
    // The print itself is noted in the audit log.
    let app = courtyard.street.hub.app();
    app.notes().flush(app.store()).await.unwrap();
    let before = bytes_on_disk(&courtyard.street.hub).await;
    for n in 0..200_u64 {
        ask(&courtyard, &format!("{n:064x}")).await;
        ask(&courtyard, &known).await;
    }
    for place in 0..40 {
        let mut file = pdf.clone();
        file[place * pdf.len() / 40] ^= 1;
        checked(&courtyard, file).await;
    }
    let grown = bytes_on_disk(&courtyard.street.hub)
        .await
        .saturating_sub(before);
    // PostgreSQL keeps house beside it.
    assert!(grown < 440 * 100, "{grown} bytes for 440 questions");
}

#[test]
fn an_address_that_asks_a_hundred_times_is_told_to_wait() {
    harness::backends::on_sqlite(async |hub: TestApp| {
        let served = hub.serve();
        let client = |from: u8| {
            reqwest::Client::builder()
                .local_address(std::net::IpAddr::V4(Ipv4Addr::new(127, 0, 0, from)))
                .build()
                .unwrap()
        };
        let guesser = client(2);
        let hashes = served.url(&format!("/v1/papers/{}", "0".repeat(64)));
        let papers = served.url("/v1/papers");
        for (most, is_file) in [(30, false), (6, true)] {
            let (mut answered, mut told) = (0, 0);
            for _ in 0..100 {
                let request = if is_file {
                    let file = guesser.post(&papers).body("%PDF-1.7");
                    file.header(header::CONTENT_TYPE, "application/pdf")
                } else {
                    guesser.get(&hashes)
                };
                let answer = request.send().await.unwrap();
                match answer.status().as_u16() {
                    200 => answered += 1,
                    429 => {
                        let wait: u32 = answer.headers()["retry-after"]
                            .to_str()
                            .unwrap()
                            .parse()
                            .unwrap();
                        assert!((1..=60).contains(&wait), "{wait}");
                        assert_eq!(
                            answer.json::<Json>().await.unwrap()["code"],
                            "too_many_papers"
                        );
                        told += 1;
                    }
                    other => panic!("{other}"),
                }
            }
            assert_eq!((answered, told), (most, 100 - most));
        }
        let neighbour = client(3).get(&hashes).send().await.unwrap();
        assert_eq!(neighbour.status(), 200, "others are not held");
        hub.app().clock().advance(60_000);
        let later = guesser.get(&hashes).send().await.unwrap();
        assert_eq!(later.status(), 200, "a minute later");
        served.stop().await;
    });
}
