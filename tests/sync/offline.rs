//! Work without a network, the way home, and the office's answer.

use harness::on_both_backends;
use serde_json::json;
use sync_core::edit::Edit;
use sync_core::replica::ReplicaError;
use sync_core::value::Value;

use harness::phone::post;
use sync_core::Id;

use sync_core::Role;

use super::street::{MINUTE, Street, phone};

on_both_backends! {
    a_disagreement_names_who_wrote_each_value_on_every_phone,
    a_visit_travels_from_a_phone_without_a_network_to_its_ticket,
    two_phones_that_worked_apart_end_with_one_record,
    a_field_written_by_two_stays_a_disagreement_until_the_office_picks,
    a_returned_visit_is_corrected_submitted_again_and_locked_by_its_approval,
    a_correction_counts_although_its_phone_is_behind_the_first_one,
    an_older_submit_that_arrives_after_the_return_does_not_submit_again,
    work_that_arrives_after_the_approval_is_kept_and_marked_late,
    a_first_contact_over_a_line_that_breaks_goes_on_where_it_was,
    a_fresh_phone_lists_records_by_the_time_of_the_work,
    a_phone_that_doubts_its_clock_says_so_to_the_office,
}

async fn a_visit_travels_from_a_phone_without_a_network_to_its_ticket(mut street: Street) {
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.replica().tickets().len(), 1);
    // No network from here on.
    street.worker.skew = -90_000;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.arrive(doc);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.set(doc, "outcome", "partly");
    let items = [
        ("label", Value::Text("纸箱".into())),
        ("quantity", Value::Int(6)),
    ];
    street.worker.put(doc, "items", &items);
    street.worker.crash();
    street.worker.mark(doc, "submit");
    assert_eq!(street.worker.row(doc).queued, 6);
    street.worker.sync(&street.hub).await;

    let row = street.worker.row(doc);
    assert_eq!((row.queued, row.received, row.admitted), (0, 0, 6));
    assert_eq!(row.state, "submitted");
    let ticket = street.ticket;
    let page = street
        .hub
        .get(&format!("/v1/tickets/{ticket}"), &street.office)
        .await
        .json();
    assert_eq!(page["status"], "pending_review");
    assert_eq!(page["visit_rows"][0]["id"], json!(doc));
    assert_eq!(page["visit_rows"][0]["place"], "和平路1号");
    let (heads, record) = street.logged(doc).await;
    assert_eq!(street.worker.heads(doc), heads);
    assert_eq!(street.worker.record(doc), record);
    let contact = street.worker.replica().status().clock_offset_ms;
    assert_eq!(contact, Some(90_000));
}

async fn two_phones_that_worked_apart_end_with_one_record(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    // The captain has the visit by her grid; both now work without a network.
    street.captain.set(doc, "room", "302");
    let heard = [
        ("household", Value::Text("302室".into())),
        ("reaction", Value::Text("reluctant".into())),
    ];
    street.captain.put(doc, "persuasions", &heard);
    street.captain.edit(
        doc,
        &Edit::SetNote {
            note: "finding".into(),
            text: "门口堆放旧家具。".into(),
        },
    );
    street.worker.set(doc, "building", "2号楼");
    street.worker.edit(
        doc,
        &Edit::SetNote {
            note: "finding".into(),
            text: "三楼堆放纸箱。".into(),
        },
    );
    street.captain.sync(&street.hub).await;
    street.captain.set(doc, "cooperation", "cooperative");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;

    let (heads, record) = street.logged(doc).await;
    assert_eq!(street.worker.heads(doc), heads);
    assert_eq!(street.captain.heads(doc), heads);
    assert_eq!(street.worker.record(doc), record);
    assert_eq!(street.captain.record(doc), record);
    let note = &record.notes["finding"];
    assert!(note.contains("纸箱") && note.contains("旧家具"), "{note}");
    assert_eq!(record.field("room"), &Value::Text("302".into()));
    assert_eq!(record.field("building"), &Value::Text("2号楼".into()));
}

async fn a_field_written_by_two_stays_a_disagreement_until_the_office_picks(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    street.worker.set(doc, "outcome", "resolved");
    street.captain.set(doc, "outcome", "unresolved");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    for phone in [&mut street.worker, &mut street.captain] {
        let conflicts = phone.visit(doc).conflicts;
        assert_eq!(conflicts.len(), 1);
        assert_eq!(conflicts[0].path, "fields/outcome");
        assert_eq!(conflicts[0].values.len(), 2);
    }

    let story = street.story(doc).await;
    let disagreement = &story["disagreements"][0];
    assert_eq!(disagreement["path"], "fields/outcome");
    let values = disagreement["values"].as_array().unwrap();
    let unresolved = values
        .iter()
        .find(|one| one["value"] == "unresolved")
        .unwrap();
    assert_eq!(
        unresolved["written"]["person"]["id"],
        json!(street.captain.caller.person)
    );
    let pick = json!({"path": "fields/outcome", "choice": unresolved["op"], "reason": "现场核实"});
    let settled = street.settle(doc, pick).await;
    assert_eq!(settled.status, 200, "{:?}", settled.body);
    assert_eq!(settled.json()["disagreements"], json!([]));

    for phone in [&mut street.worker, &mut street.captain] {
        phone.sync(&street.hub).await;
        let visit = phone.visit(doc);
        assert_eq!(visit.fields["outcome"], Value::Text("unresolved".into()));
        assert!(visit.conflicts.is_empty());
    }
    let (heads, _) = street.logged(doc).await;
    assert_eq!(street.worker.heads(doc), heads);
    assert_eq!(street.captain.heads(doc), heads);
}

async fn a_returned_visit_is_corrected_submitted_again_and_locked_by_its_approval(
    mut street: Street,
) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "outcome", "resolved");
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    street.wait(5);
    let returned = json!({
        "decision": "return", "remark": "请补充处理结果",
        "pins": [{"path": "notes/result", "text": "写明清走了什么"}],
    });
    assert_eq!(street.review(doc, returned).await.status, 200);

    street.worker.sync(&street.hub).await;
    let visit = street.worker.visit(doc);
    assert_eq!(visit.state, "returned");
    assert!(!visit.locked);
    assert_eq!(visit.reviews[0].remark, "请补充处理结果");
    assert_eq!(visit.reviews[0].pins[0].path, "notes/result");
    street.worker.edit(
        doc,
        &Edit::SetNote {
            note: "result".into(),
            text: "清走纸箱六个。".into(),
        },
    );
    street.worker.sync(&street.hub).await;
    // Correcting alone is not submitting.
    assert_eq!(street.worker.visit(doc).state, "returned");
    street.wait(5);
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.visit(doc).state, "submitted");
    let approved = street.review(doc, json!({"decision": "approve"})).await;
    assert_eq!(approved.status, 200, "{:?}", approved.body);

    street.worker.sync(&street.hub).await;
    let visit = street.worker.visit(doc);
    assert_eq!(visit.state, "approved");
    assert!(visit.locked);
    assert_eq!(visit.reviews.len(), 2);
    let refused = street
        .worker
        .try_edit(doc, &harness::phone::set("outcome", "partly"));
    assert_eq!(refused, Err(ReplicaError::Locked));
    let ticket = street.worker.replica().tickets().remove(0);
    assert_eq!(ticket.record.status, "reviewed");
}

async fn a_correction_counts_although_its_phone_is_behind_the_first_one(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    // A phone whose clock is a day ahead submits.
    street.worker.skew = 24 * 60 * MINUTE;
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.visit(doc).state, "submitted");
    let returned = json!({"decision": "return", "remark": "请补充"});
    assert_eq!(street.review(doc, returned).await.status, 200);
    street.wait(30);
    street.captain.sync(&street.hub).await;
    assert_eq!(street.captain.visit(doc).state, "returned");
    street.captain.mark(doc, "submit");
    street.captain.sync(&street.hub).await;
    assert_eq!(street.captain.visit(doc).state, "submitted");
}

async fn an_older_submit_that_arrives_after_the_return_does_not_submit_again(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    // The captain submits too, without a network; her phone's clock is ahead.
    street.captain.skew = 60 * MINUTE;
    street.captain.set(doc, "room", "302");
    street.captain.mark(doc, "submit");
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    street.wait(5);
    let returned = json!({"decision": "return", "remark": "请补充处理结果"});
    assert_eq!(street.review(doc, returned).await.status, 200);
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    for phone in [&mut street.worker, &mut street.captain] {
        phone.sync(&street.hub).await;
        assert_eq!(phone.visit(doc).state, "returned");
        assert_eq!(phone.row(doc).quarantined, 0);
    }
    assert_eq!(street.story(doc).await["state"], "returned");
    // Who knows of the return answers it, and that counts although an older mark says a later time.
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.visit(doc).state, "submitted");
    let approved = street.review(doc, json!({"decision": "approve"})).await;
    assert_eq!(approved.status, 200, "{:?}", approved.body);
}

async fn work_that_arrives_after_the_approval_is_kept_and_marked_late(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    // Written before the approval, without a network.
    street.captain.set(doc, "measure", "拍照留存");
    street.wait(5);
    assert_eq!(
        street
            .review(doc, json!({"decision": "approve"}))
            .await
            .status,
        200
    );
    street.wait(5);
    street.captain.sync(&street.hub).await;
    let story = street.story(doc).await;
    assert_eq!(story["state"], "approved");
    assert_eq!(story["late"], true);
    assert_eq!(story["late_changes"].as_array().unwrap().len(), 1);
    assert!(
        story["values"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["value"] == "拍照留存")
    );
    let row = street.captain.row(doc);
    assert_eq!(
        (row.admitted, row.quarantined, row.state.as_str()),
        (1, 0, "approved")
    );
    let page = street
        .hub
        .get(&format!("/v1/tickets/{}", street.ticket), &street.office)
        .await
        .json();
    assert_eq!(page["status"], "reviewed");
    assert_eq!(page["visit_rows"][0]["late"], true);
}

async fn a_disagreement_names_who_wrote_each_value_on_every_phone(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "severity", "low");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    // A new start writes under a new actor, of which nobody has heard.
    street.worker.crash();
    street.worker.set(doc, "severity", "high");
    street.captain.set(doc, "severity", "medium");
    let mut line = street.captain.listen(&street.hub).await;
    street.worker.sync(&street.hub).await;
    // One of them hears it, the other asks; both start anew from their store.
    street.captain.hear(&mut line).await;
    let heard = street.captain.visit(doc).conflicts;
    let writers = [street.worker.caller.person, street.captain.caller.person];
    assert!(
        heard[0]
            .values
            .iter()
            .all(|value| value.by.is_some_and(|by| writers.contains(&by)))
    );
    street.captain.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    let (worker, captain) = (street.worker.caller.person, street.captain.caller.person);
    for phone in [&mut street.worker, &mut street.captain] {
        phone.crash();
        let conflicts = phone.visit(doc).conflicts;
        assert_eq!(conflicts.len(), 1);
        let mut said: Vec<_> = conflicts[0]
            .values
            .iter()
            .map(|value| (serde_json::to_value(&value.value).unwrap(), value.by))
            .collect();
        said.sort_by_key(|(value, _)| value.to_string());
        assert_eq!(
            said,
            [
                (serde_json::json!("high"), Some(worker)),
                (serde_json::json!("medium"), Some(captain)),
            ]
        );
    }
}

/// Somebody who has a whole sub-district, over a line that breaks off in every answer.
async fn a_first_contact_over_a_line_that_breaks_goes_on_where_it_was(mut street: Street) {
    const TICKETS: usize = 1_600;
    let tickets = street.add_tickets(TICKETS, street.grid).await;
    let whole = post(&street.hub, &street.worker.caller, &street.worker.request())
        .await
        .body
        .len();
    let mut heard = 0;
    let mut asked = 0;
    loop {
        let request = street.worker.request();
        let answer = post(&street.hub, &street.worker.caller, &request).await;
        // Two thirds of what the first answer was: never enough for all of it.
        let cut = answer.body.len().min(whole * 2 / 3);
        street.worker.take(&answer.body[..cut]);
        heard += cut;
        asked += 1;
        assert!(asked < 9, "{heard} bytes heard and no end of it");
        if cut == answer.body.len() {
            break;
        }
    }
    let mut known: Vec<Id> = street
        .worker
        .replica()
        .tickets()
        .iter()
        .filter_map(|ticket| ticket.record.id)
        .collect();
    known.sort_unstable();
    let mut expected = [tickets, vec![street.ticket]].concat();
    expected.sort_unstable();
    assert_eq!(known, expected);
    assert!(
        heard < whole * 3 / 2,
        "{heard} bytes for an answer of {whole}"
    );
}

async fn a_fresh_phone_lists_records_by_the_time_of_the_work(mut street: Street) {
    const DAY: i64 = 24 * 60 * MINUTE;
    street.worker.sync(&street.hub).await;
    let mut expected = Vec::new();
    for days in [1, 3, 2] {
        street.worker.skew = -days * DAY;
        let doc = street.worker.create_visit(street.ticket);
        street.worker.set(doc, "address", "和平路1号");
        expected.push((days, doc));
    }
    street.worker.skew = 0;
    street.worker.sync(&street.hub).await;
    expected.sort_unstable_by_key(|(days, _)| *days);

    let mut fresh = phone(&street.hub, Role::GridWorker, &[street.grid], 31).await;
    fresh.sync(&street.hub).await;
    let rows = fresh.replica().records();
    let listed: Vec<(i64, Id)> = rows
        .iter()
        .map(|row| {
            let age = fresh.now().millis_since(row.changed_at);
            ((age + DAY / 2) / DAY, row.doc)
        })
        .collect();
    assert_eq!(listed, expected);
}

async fn a_phone_that_doubts_its_clock_says_so_to_the_office(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.doubt_clock(true);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.doubt_clock(false);
    street.worker.set(doc, "outcome", "resolved");
    street.worker.sync(&street.hub).await;
    let story = street.story(doc).await;
    let doubted = |path: &str| {
        let values = story["values"].as_array().unwrap();
        let value = values.iter().find(|value| value["path"] == path).unwrap();
        value["written"]["phone_doubted"].clone()
    };
    assert_eq!(doubted("fields/address"), json!(true));
    assert_eq!(doubted("fields/outcome"), json!(false));
    let history = story["history"].as_array().unwrap();
    assert!(
        history
            .iter()
            .any(|line| line["message"] == "visit.address")
    );
}
