//! The live channel: a phone hears what concerns it without asking, and never gets a hole.

use harness::on_both_backends;
use harness::phone::{Line, Phone};
use serde_json::json;
use store::devices::RevokeReason;
use sync_core::Role;
use sync_core::value::Value;

use super::street::{Street, new_ticket, phone};

on_both_backends! {
    a_second_phone_hears_an_admitted_change_without_asking,
    the_phone_that_brought_a_change_hears_the_verdict,
    what_moves_beside_the_document_is_heard_too,
    somebody_invited_hears_the_ticket_and_the_whole_visit,
    a_line_that_opens_late_says_at_once_what_was_missed,
    a_gap_is_filled_before_the_next_change_is_heard,
    a_decision_of_the_office_makes_the_phone_ask,
    a_cursor_from_before_a_restore_makes_the_phone_ask,
    a_revoked_device_hears_nothing_more,
    somebody_who_left_the_grid_hears_nothing_more,
}

/// Takes in frames until one of this name; gives the names.
async fn hear_until(phone: &mut Phone, line: &mut Line, last: &str) -> Vec<&'static str> {
    let mut heard = Vec::new();
    while heard.last() != Some(&last) {
        heard.push(phone.hear(line).await.frame);
    }
    heard
}

/// Both phones in step with one visit.
async fn with_visit(street: &mut Street) -> sync_core::Id {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    doc
}

async fn a_second_phone_hears_an_admitted_change_without_asking(mut street: Street) {
    let doc = with_visit(&mut street).await;
    let mut line = street.captain.listen(&street.hub).await;
    for room in ["101", "102", "103"] {
        street.worker.set(doc, "room", room);
        street.worker.sync(&street.hub).await;
        let heard = street.captain.hear(&mut line).await;
        assert_eq!((heard.frame, heard.docs), ("changes", vec![doc]));
        assert_eq!(street.captain.heads(doc), street.worker.heads(doc));
    }
    // The cursor came with the frames: asking adds nothing.
    street.captain.crash();
    let taken = street.captain.exchange(&street.hub).await;
    let frames: Vec<_> = taken.iter().map(|one| one.frame).collect();
    assert_eq!(frames, ["end"]);
    let visit = street.captain.visit(doc);
    assert_eq!(visit.fields["room"], Value::Text("103".into()));
}

async fn the_phone_that_brought_a_change_hears_the_verdict(mut street: Street) {
    let doc = with_visit(&mut street).await;
    street.worker.sync(&street.hub).await;
    let mut line = street.worker.listen(&street.hub).await;
    street.worker.set(doc, "room", "101");
    street.worker.lose_answer(&street.hub).await;
    let heard = street.worker.hear(&mut line).await;
    assert_eq!(heard.frame, "verdicts");
    let row = street.worker.row(doc);
    assert_eq!((row.queued, row.admitted), (0, 2));
}

async fn what_moves_beside_the_document_is_heard_too(mut street: Street) {
    let doc = with_visit(&mut street).await;
    let mut line = street.captain.listen(&street.hub).await;
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    let heard = hear_until(&mut street.captain, &mut line, "end").await;
    assert_eq!(heard, ["tickets", "visits", "changes", "end"]);
    assert_eq!(street.captain.visit(doc).state, "submitted");
    let ticket = street.captain.replica().tickets().remove(0);
    assert_eq!(ticket.record.status, "pending_review");
    // A visit begun by a colleague.
    let other = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    hear_until(&mut street.captain, &mut line, "end").await;
    assert_eq!(street.captain.heads(other), street.worker.heads(other));
    street.worker.set(other, "room", "101");
    street.worker.sync(&street.hub).await;
    assert_eq!(street.captain.hear(&mut line).await.frame, "changes");
    assert_eq!(street.captain.heads(other), street.worker.heads(other));
}

async fn somebody_invited_hears_the_ticket_and_the_whole_visit(mut street: Street) {
    let mut volunteer = phone(&street.hub, Role::Volunteer, &[], 31).await;
    let doc = with_visit(&mut street).await;
    volunteer.sync(&street.hub).await;
    let mut line = volunteer.listen(&street.hub).await;
    let user = Value::Text(volunteer.caller.person.to_string());
    street.worker.put(doc, "participants", &[("user", user)]);
    street.worker.sync(&street.hub).await;
    hear_until(&mut volunteer, &mut line, "end").await;
    assert_eq!(volunteer.heads(doc), street.worker.heads(doc));
    let ticket = volunteer.replica().tickets().remove(0);
    assert_eq!(ticket.record.id, Some(street.ticket));
}

async fn a_line_that_opens_late_says_at_once_what_was_missed(mut street: Street) {
    let doc = with_visit(&mut street).await;
    street.worker.set(doc, "room", "101");
    street.worker.sync(&street.hub).await;
    let mut line = street.captain.listen(&street.hub).await;
    let heard = hear_until(&mut street.captain, &mut line, "end").await;
    assert_eq!(heard, ["changes", "end"]);
    assert_eq!(street.captain.heads(doc), street.worker.heads(doc));
}

async fn a_gap_is_filled_before_the_next_change_is_heard(mut street: Street) {
    let doc = with_visit(&mut street).await;
    let mut line = street.captain.listen(&street.hub).await;
    // Something gets a number that nobody is told of on the line.
    let (tenant, person) = (street.hub.tenant(), street.captain.caller.person);
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(tenant).await.unwrap();
    let second = new_ticket(&street.hub);
    let id = second.id;
    tx.insert_tickets(tenant, &[second], seq).await.unwrap();
    tx.grant_ticket_scope(tenant, id, person, seq)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    street.worker.set(doc, "room", "101");
    street.worker.sync(&street.hub).await;
    hear_until(&mut street.captain, &mut line, "end").await;
    assert_eq!(street.captain.heads(doc), street.worker.heads(doc));
    assert_eq!(street.captain.replica().tickets().len(), 2);
}

async fn a_decision_of_the_office_makes_the_phone_ask(mut street: Street) {
    let doc = with_visit(&mut street).await;
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    let mut line = street.worker.listen(&street.hub).await;
    let returned = json!({"decision": "return", "remark": "请补充"});
    assert_eq!(street.review(doc, returned).await.status, 200);
    assert_eq!(street.worker.hear(&mut line).await.frame, "poke");
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.visit(doc).state, "returned");
}

async fn a_cursor_from_before_a_restore_makes_the_phone_ask(mut street: Street) {
    let doc = with_visit(&mut street).await;
    street.begin_timeline().await;
    let mut line = street.captain.listen(&street.hub).await;
    assert_eq!(street.captain.hear(&mut line).await.frame, "poke");
    let taken = street.captain.exchange(&street.hub).await;
    assert!(taken.iter().any(|one| one.resync));
    street.captain.sync(&street.hub).await;
    assert_eq!(street.captain.heads(doc), street.worker.heads(doc));
}

async fn a_revoked_device_hears_nothing_more(mut street: Street) {
    let doc = with_visit(&mut street).await;
    let mut line = street.captain.listen(&street.hub).await;
    let (tenant, device) = (street.hub.tenant(), street.captain.caller.device);
    let mut tx = street.hub.app().store().begin().await.unwrap();
    tx.revoke_device(
        tenant,
        device,
        RevokeReason::Lost,
        street.hub.app().clock().now(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    street.wait(1);
    street.worker.set(doc, "room", "101");
    street.worker.sync(&street.hub).await;
    assert_eq!(line.next().await, None);
}

async fn somebody_who_left_the_grid_hears_nothing_more(mut street: Street) {
    let doc = with_visit(&mut street).await;
    let mut line = street.captain.listen(&street.hub).await;
    let (tenant, person) = (street.hub.tenant(), street.captain.caller.person);
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(tenant).await.unwrap();
    tx.revoke_principal(tenant, person, street.grid, seq)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    street.wait(1);
    street.worker.set(doc, "room", "101");
    street.worker.sync(&street.hub).await;
    let heard = hear_until(&mut street.captain, &mut line, "end").await;
    assert_eq!(heard, ["scope", "end"]);
    assert_ne!(street.captain.heads(doc), street.worker.heads(doc));
}
