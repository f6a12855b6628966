//! Own words that the hub did not take: they stay on the phone, marked, hold nothing up, and go in when they may.

use harness::on_both_backends;
use harness::phone::{Phone, post, put, set};
use store::devices::DeviceKind;
use sync_core::edit::Edit;
use sync_core::reason::Reason;
use sync_core::replica::{Remedy, ReplicaError};
use sync_core::value::Value;
use sync_core::{Id, Role};

use super::street::{MINUTE, Street, phone};

on_both_backends! {
    words_on_a_ticket_that_went_away_stay_on_the_phone_and_go_in_when_it_comes_back,
    a_visit_begun_on_a_ticket_that_went_away_is_shown_whole,
    words_written_while_the_refusal_was_on_its_way_are_kept_and_follow_the_others,
    what_is_written_after_a_refusal_does_not_build_on_it,
    an_entry_that_was_put_aside_and_is_written_in_again_is_made_once,
    what_was_received_from_another_device_of_the_person_is_decided_on_for_this_one,
    words_that_may_pass_later_are_offered_once_an_hour,
    a_hub_that_lost_changes_gets_them_again_from_the_phone_that_made_them,
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn note(words: &str) -> Edit {
    Edit::SetNote {
        note: "finding".to_owned(),
        text: words.to_owned(),
    }
}

/// The places of a visit whose words were put aside, with the reason.
fn aside(phone: &mut Phone, doc: Id) -> Vec<(String, Reason)> {
    let view = phone.visit(doc);
    let mut places: Vec<_> = view
        .aside
        .into_iter()
        .map(|one| (one.path, one.code))
        .collect();
    places.sort();
    places
}

async fn words_on_a_ticket_that_went_away_stay_on_the_phone_and_go_in_when_it_comes_back(
    mut street: Street,
) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "outcome", "partly");
    street.worker.sync(&street.hub).await;
    // No network: the office gives the ticket away meanwhile, and somebody there goes on.
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    let mut owner = phone(&street.hub, Role::GridWorker, &[street.other_grid], 51).await;
    owner.sync(&street.hub).await;
    owner.set(doc, "room", "302");
    owner.sync(&street.hub).await;
    street.worker.edit(doc, &note("三楼楼道堆放纸箱。"));
    street.worker.set(doc, "outcome", "resolved");
    let photo = [("caption", text("清理前"))];
    let photo = street.worker.put(doc, "photos", &photo);
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    street.worker.crash();

    let view = street.worker.visit(doc);
    assert!(view.locked);
    assert_eq!(view.notes["finding"].text, "三楼楼道堆放纸箱。");
    assert_eq!(view.fields["outcome"], text("resolved"));
    assert_eq!(view.entries("photos")[0].id, photo);
    // The mark has moved nothing, so it is not shown as if it had.
    assert!(view.entries("events").is_empty());
    assert_eq!(view.state, "draft");
    let places: Vec<_> = aside(&mut street.worker, doc);
    let paths: Vec<_> = places.iter().map(|(path, _)| path.as_str()).collect();
    let [first, "fields/outcome", "notes/finding", last] = paths[..] else {
        panic!("{paths:?}");
    };
    assert!(first.starts_with("events/") && last == format!("photos/{photo}"));
    assert!(places.iter().all(|(_, code)| *code == Reason::OutOfScope));
    let outcome = view.aside.iter().find(|one| one.path == "fields/outcome");
    let outcome = outcome.unwrap();
    assert_eq!(
        (&outcome.recorded, outcome.remedy),
        (&text("partly"), Remedy::Wait)
    );
    let row = street.worker.row(doc);
    assert_eq!((row.aside, row.quarantined, row.queued), (4, 4, 0));
    assert_eq!(street.worker.replica().status().aside, 4);
    let refused = street.worker.try_edit(doc, &set("outcome", "partly"));
    assert_eq!(refused, Err(ReplicaError::Locked));

    street.assign(street.ticket, "grid", street.grid).await;
    street.worker.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    let row = street.worker.row(doc);
    assert_eq!((row.aside, row.quarantined, row.queued), (0, 0, 0));
    assert_eq!(row.state, "submitted");
    let (heads, record) = street.logged(doc).await;
    assert_eq!(street.worker.heads(doc), heads);
    assert_eq!(record.notes["finding"], "三楼楼道堆放纸箱。");
    assert_eq!(record.field("outcome"), &text("resolved"));
    assert_eq!(record.field("room"), &text("302"));
}

async fn a_visit_begun_on_a_ticket_that_went_away_is_shown_whole(mut street: Street) {
    street.worker.sync(&street.hub).await;
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.arrive(doc);
    street.worker.edit(doc, &note("二楼堆放旧柜子。"));
    street.worker.sync(&street.hub).await;
    let view = street.worker.visit(doc);
    assert_eq!(view.notes["finding"].text, "二楼堆放旧柜子。");
    assert_eq!(view.fields["address"], text("和平路1号"));
    assert_eq!(view.entries("arrivals").len(), 1);
    assert_eq!(aside(&mut street.worker, doc).len(), 3);
    let row = street.worker.row(doc);
    assert_eq!((row.place.as_str(), row.queued), ("和平路1号", 0));

    street.assign(street.ticket, "grid", street.grid).await;
    street.worker.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    assert!(aside(&mut street.worker, doc).is_empty());
    assert_eq!(street.logged(doc).await.0, street.worker.heads(doc));
}

async fn words_written_while_the_refusal_was_on_its_way_are_kept_and_follow_the_others(
    mut street: Street,
) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    street.worker.set(doc, "room", "101");
    let answer = post(&street.hub, &street.worker.caller, &street.worker.request()).await;
    // Before the answer arrives.
    street.worker.edit(doc, &note("门口有电动车。"));
    street.worker.take(&answer.body);
    assert_eq!(
        street.worker.visit(doc).notes["finding"].text,
        "门口有电动车。"
    );
    street.worker.sync(&street.hub).await;
    street.worker.crash();
    let places = aside(&mut street.worker, doc);
    let expected = ["fields/room", "notes/finding"];
    assert_eq!(
        places,
        expected.map(|path| (path.to_owned(), Reason::OutOfScope))
    );
    assert_eq!(
        street.worker.visit(doc).notes["finding"].text,
        "门口有电动车。"
    );

    street.assign(street.ticket, "grid", street.grid).await;
    street.worker.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    assert!(aside(&mut street.worker, doc).is_empty());
    let (heads, record) = street.logged(doc).await;
    assert_eq!(street.worker.heads(doc), heads);
    assert_eq!(record.notes["finding"], "门口有电动车。");
}

async fn what_is_written_after_a_refusal_does_not_build_on_it(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.edit(doc, &note("开头。"));
    street.worker.sync(&street.hub).await;
    // A mark in somebody else's name is refused, and with it what was written on top of it.
    let captain = street.captain.caller.person;
    street.worker.mark_as(doc, "submit", captain);
    street.worker.set(doc, "room", "302");
    let thing = street.worker.put(doc, "items", &[("label", text("纸箱"))]);
    street.worker.edit(doc, &note("开头。后来。"));
    street.worker.sync(&street.hub).await;
    let row = street.worker.row(doc);
    assert_eq!((row.admitted, row.quarantined, row.aside), (2, 4, 4));
    let view = street.worker.visit(doc);
    assert_eq!(view.notes["finding"].text, "开头。后来。");
    assert_eq!(view.fields["room"], text("302"));
    let remedies: Vec<_> = view.aside.iter().map(|one| one.remedy).collect();
    assert_eq!(
        remedies
            .iter()
            .filter(|one| **one == Remedy::Rewrite)
            .count(),
        3
    );

    // The person goes on in the field that was not taken, and the phone builds on what the record has.
    street.worker.edit(doc, &note("开头。后来。还有。"));
    street.worker.set(doc, "building", "2号楼");
    let amount = Edit::PutEntry {
        collection: "items".to_owned(),
        id: thing,
        fields: [("quantity".to_owned(), Value::Int(6))].into(),
    };
    street.worker.edit(doc, &amount);
    street.worker.sync(&street.hub).await;
    let (heads, record) = street.logged(doc).await;
    assert_eq!(street.worker.heads(doc), heads);
    assert_eq!(record.notes["finding"], "开头。后来。还有。");
    let written = &record.entries("items")[0];
    assert_eq!(
        written.value("label"),
        &text("纸箱"),
        "the entry was written anew whole"
    );
    assert_eq!(written.value("quantity"), &Value::Int(6));
    let left = aside(&mut street.worker, doc);
    let paths: Vec<_> = left.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths[1..], ["fields/room"], "{paths:?}");
    // And all that is left at once; the mark of somebody else would be refused again.
    street.worker.rewrite(doc, Some("fields/room"));
    street.worker.leave_aside(doc, paths[0]);
    street.worker.sync(&street.hub).await;
    assert!(aside(&mut street.worker, doc).is_empty());
    assert_eq!(street.worker.row(doc).aside, 0);
    let (heads, record) = street.logged(doc).await;
    assert_eq!(street.worker.heads(doc), heads);
    assert_eq!(record.field("room"), &text("302"));
}

async fn an_entry_that_was_put_aside_and_is_written_in_again_is_made_once(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    let label = ("label", text("旧沙发"));
    let item = street.worker.put(doc, "items", &[label]);
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.row(doc).quarantined, 1);
    street.assign(street.ticket, "grid", street.grid).await;
    street.worker.sync(&street.hub).await;
    // Before what made the entry was offered again.
    street
        .worker
        .edit(doc, &put("items", item, &[("quantity", Value::Int(2))]));
    street.worker.offer();
    street.worker.sync(&street.hub).await;
    let row = street.worker.row(doc);
    assert_eq!((row.aside, row.quarantined), (0, 0));
    let (heads, record) = street.logged(doc).await;
    assert_eq!(street.worker.heads(doc), heads);
    let entries = record.entries("items");
    let shown: Vec<_> = entries
        .iter()
        .map(|one| (one.value("label"), one.value("quantity")))
        .collect();
    assert_eq!(shown, [(&text("旧沙发"), &Value::Int(2))]);
}

async fn what_was_received_from_another_device_of_the_person_is_decided_on_for_this_one(
    mut street: Street,
) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    let caller = street.worker.caller.clone();
    let answer = post(&street.hub, &caller, &street.worker.request()).await;
    // The line breaks behind the receipts.
    let length: [u8; 4] = answer.body[..4].try_into().unwrap();
    let receipts = 4 + u32::from_be_bytes(length) as usize;
    street.worker.take(&answer.body[..receipts]);
    let row = street.worker.row(doc);
    assert!(row.received > 0 && row.queued == 0, "{row:?}");
    let again = street.hub.sign_in_again(DeviceKind::Phone, &caller).await;
    street.worker.sign_in(&again);
    street.worker.sync(&street.hub).await;
    let row = street.worker.row(doc);
    assert_eq!((row.received, row.queued, row.aside), (0, 0, 0));
    assert_eq!(street.worker.heads(doc), street.logged(doc).await.0);
}

async fn words_that_may_pass_later_are_offered_once_an_hour(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    street.worker.set(doc, "room", "101");
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.row(doc).aside, 1);
    for (minutes, offered) in [(0, 0), (59, 0), (1, 1), (30, 0), (30, 1)] {
        street.wait(minutes);
        street.worker.offer_due();
        assert_eq!(
            street.worker.request().push.len(),
            offered,
            "after {minutes}"
        );
        street.worker.sync(&street.hub).await;
        assert_eq!(street.worker.row(doc).aside, 1);
        assert_eq!(street.worker.row(doc).queued, 0);
    }
    // A sign-in does not wait for the hour; neither does a clock that was set back.
    street.worker.offer();
    assert_eq!(street.worker.request().push.len(), 1);
    street.worker.sync(&street.hub).await;
    street.worker.skew = -24 * 60 * MINUTE;
    street.worker.offer_due();
    assert_eq!(street.worker.request().push.len(), 1);
}

async fn a_hub_that_lost_changes_gets_them_again_from_the_phone_that_made_them(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "room", "101");
    street.worker.edit(doc, &note("楼道堆物。"));
    street.worker.sync(&street.hub).await;
    let other = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    // Its database is put back by hand; nothing tells the phones.
    street.lose(doc).await;
    street.worker.set(doc, "building", "2号楼");
    street.worker.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    let row = street.worker.row(doc);
    assert_eq!((row.queued, row.received, row.admitted), (0, 0, 4));
    let (heads, record) = street.logged(doc).await;
    assert_eq!(street.worker.heads(doc), heads);
    assert_eq!(record.notes["finding"], "楼道堆物。");
    assert_eq!(street.worker.row(other).admitted, 1);
}
