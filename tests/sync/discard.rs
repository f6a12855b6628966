//! 作废草稿: a visit that was begun by mistake leaves lists and counts, unless somebody else has written in it.

use axum::http::StatusCode;
use harness::on_both_backends;
use serde_json::{Value, json};
use sync_core::Id;

use super::street::Street;

on_both_backends! {
    a_discarded_draft_leaves_lists_and_counts_and_stays_in_the_story_of_its_ticket,
    a_discarding_is_undone_by_taking_it_back,
    words_that_somebody_else_wrote_meanwhile_make_it_a_draft_again,
    what_was_handed_in_once_is_not_discarded,
    a_rebuild_finds_discarded_what_was_discarded,
}

async fn state(street: &Street, doc: Id) -> Value {
    street.story(doc).await["state"].clone()
}

/// Drafts that the office's list names, and how many it counts.
async fn listed(street: &Street) -> (usize, Value, Value) {
    let list = street.hub.get("/v1/visits", &street.office).await.json();
    let path = format!("/v1/tickets/{}", street.ticket);
    let ticket = street.hub.get(&path, &street.office).await.json();
    let items = list["items"].as_array().unwrap().len();
    let drafts = list["counts"]["draft"].clone();
    assert!(list["counts"]["discarded"].is_null());
    (items, drafts, ticket["visits"].clone())
}

fn told(ticket: &Value) -> Vec<String> {
    let events = ticket["events"].as_array().unwrap().iter();
    let kinds = events.map(|event| event["kind"].as_str().unwrap().to_owned());
    kinds.filter(|kind| kind.starts_with("visit_")).collect()
}

async fn events(street: &Street) -> Vec<String> {
    let path = format!("/v1/tickets/{}", street.ticket);
    let answer = street.hub.get(&path, &street.office).await;
    assert_eq!(answer.status, StatusCode::OK);
    told(&answer.json())
}

async fn begun(street: &mut Street) -> Id {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.sync(&street.hub).await;
    doc
}

async fn a_discarded_draft_leaves_lists_and_counts_and_stays_in_the_story_of_its_ticket(
    mut street: Street,
) {
    let doc = begun(&mut street).await;
    assert_eq!(listed(&street).await, (1, json!(1), json!(1)));
    // The app was closed in between: another actor of the same person.
    street.worker.crash();
    street.worker.mark(doc, "discard");
    street.worker.sync(&street.hub).await;
    assert_eq!(state(&street, doc).await, "discarded");
    assert_eq!(listed(&street).await, (0, json!(0), json!(0)));
    assert_eq!(events(&street).await, ["visit_begun", "visit_discarded"]);
    let path = format!("/v1/visits?ticket={}", street.ticket);
    let of_ticket = street.hub.get(&path, &street.office).await.json();
    assert_eq!(of_ticket["items"][0]["state"], "discarded");
    assert_eq!(street.worker.visit(doc).state, "discarded");
    // Asked for by its state, it is there.
    let asked = street
        .hub
        .get("/v1/visits?state=discarded", &street.office)
        .await;
    assert_eq!(asked.json()["total"], 1);
}

async fn a_discarding_is_undone_by_taking_it_back(mut street: Street) {
    let doc = begun(&mut street).await;
    street.worker.mark(doc, "discard");
    street.worker.sync(&street.hub).await;
    street.worker.mark(doc, "withdraw");
    street.worker.sync(&street.hub).await;
    assert_eq!(state(&street, doc).await, "draft");
    assert_eq!(
        events(&street).await,
        ["visit_begun", "visit_discarded", "visit_restored"]
    );
    assert_eq!(listed(&street).await.0, 1);
}

async fn words_that_somebody_else_wrote_meanwhile_make_it_a_draft_again(mut street: Street) {
    let doc = begun(&mut street).await;
    street.captain.sync(&street.hub).await;
    // Both without a network.
    street.worker.mark(doc, "discard");
    street.captain.set(doc, "measure", "与住户谈好明天搬走");
    street.worker.sync(&street.hub).await;
    assert_eq!(state(&street, doc).await, "discarded");
    street.captain.sync(&street.hub).await;
    assert_eq!(state(&street, doc).await, "draft");
    street.worker.sync(&street.hub).await;
    let view = street.worker.visit(doc);
    assert!(view.shared && view.state == "draft");
    assert!(street.worker.row(doc).shared);

    // The other way round: the words are there first, and the discarding did not know them.
    let doc = begun(&mut street).await;
    street.captain.sync(&street.hub).await;
    street.worker.mark(doc, "discard");
    street.captain.set(doc, "measure", "与住户谈好后天搬走");
    street.captain.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    assert_eq!(state(&street, doc).await, "draft");
    // Nor does one that knows them.
    street.worker.mark(doc, "discard");
    street.worker.sync(&street.hub).await;
    assert_eq!(state(&street, doc).await, "draft");
}

async fn what_was_handed_in_once_is_not_discarded(mut street: Street) {
    let doc = begun(&mut street).await;
    street.worker.arrive(doc);
    street.worker.set(doc, "finding_kind", "clutter");
    let user = sync_core::value::Value::Text(street.worker.caller.person.to_string());
    street.worker.put(doc, "participants", &[("user", user)]);
    street.worker.set(doc, "form", "find/1");
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    assert_eq!(state(&street, doc).await, "submitted");
    street.worker.mark(doc, "discard");
    street.worker.sync(&street.hub).await;
    assert_eq!(state(&street, doc).await, "submitted");
    street.worker.mark(doc, "withdraw");
    street.worker.mark(doc, "discard");
    street.worker.sync(&street.hub).await;
    assert_ne!(state(&street, doc).await, "discarded");
}

async fn a_rebuild_finds_discarded_what_was_discarded(mut street: Street) {
    let doc = begun(&mut street).await;
    street.worker.mark(doc, "discard");
    street.worker.sync(&street.hub).await;
    let other = begun(&mut street).await;
    street.worker.mark(other, "discard");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    street.captain.set(other, "measure", "请保留");
    street.captain.sync(&street.hub).await;
    let rebuilt = doors::rebuild(street.hub.app().store(), street.hub.tenant(), |_, _| {})
        .await
        .unwrap();
    assert_eq!(rebuilt.different, 0);
    assert_eq!(state(&street, doc).await, "discarded");
    assert_eq!(state(&street, other).await, "draft");
}
