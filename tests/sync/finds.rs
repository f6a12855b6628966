//! 未诉先办 (S4): what a patrol finds becomes a ticket of its own, and nobody takes another's.

use axum::http::StatusCode;
use harness::on_both_backends;
use serde_json::{Value, json};
use store::audit::AuditFilter;
use sync_core::{Id, Role};

use super::street::{Street, insert_ticket, insert_ticket_of, phone};
use crate::intake::desk;

on_both_backends! {
    a_find_made_without_a_network_becomes_a_ticket_that_says_what_where_and_by_whom,
    a_find_that_is_sent_twice_is_one_ticket_and_a_rebuild_leaves_it_as_it_is,
    an_id_that_a_ticket_has_is_not_taken_by_a_find,
    nobody_writes_in_the_find_of_somebody_else,
    neither_the_office_nor_a_representative_reports_finds,
    work_on_a_find_moves_its_ticket_and_its_own_record_does_not,
    a_find_ends_without_an_answer_and_without_a_call,
    finds_are_counted_apart_and_in_no_rate_of_what_people_asked_for,
    a_later_request_about_the_same_is_offered_the_find,
}

async fn ticket(street: &Street, id: Id) -> Value {
    let path = format!("/v1/tickets/{id}");
    let answer = street.hub.get(&path, &street.office).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

fn kinds(ticket: &Value) -> Vec<String> {
    let events = ticket["events"].as_array().unwrap().iter();
    let kinds = events.map(|event| event["kind"].as_str().unwrap().to_owned());
    kinds.collect()
}

const WORDS: &str = "三楼楼道堆满纸箱，住户电话13800005678";

/// Found without a network, and brought with the next one.
async fn found(street: &mut Street) -> Id {
    let doc = street.worker.find("clutter", "柳岸路3号院二单元", WORDS);
    street.worker.sync(&street.hub).await;
    doc
}

async fn a_find_made_without_a_network_becomes_a_ticket_that_says_what_where_and_by_whom(
    mut street: Street,
) {
    let doc = found(&mut street).await;
    assert_eq!(street.aside().await, Vec::<String>::new());
    let ticket = ticket(&street, doc).await;
    assert_eq!(ticket["title"], "巡查发现：楼道堆物 柳岸路3号院二单元");
    assert_eq!(
        (&ticket["source"], &ticket["channel"], &ticket["status"]),
        (&json!("patrol"), &json!("patrol"), &json!("new"))
    );
    assert_eq!(ticket["upstream_no"], "自收-20261124-0001");
    assert_eq!(ticket["address"], "柳岸路3号院二单元");
    let said = ticket["description"].as_str().unwrap();
    assert!(said.starts_with("三楼楼道堆满纸箱") && !said.contains("13800005678"));
    assert_eq!(kinds(&ticket), ["found"]);
    assert_eq!(
        ticket["first_receiver"]["id"],
        json!(street.worker.caller.person)
    );
    assert_eq!(ticket["life"]["proactive"], true);
    assert!(ticket["community"].is_string(), "the community of the grid");
    let clocks: Vec<_> = ticket["clocks"].as_array().unwrap().iter().collect();
    let named = |kind: &str| clocks.iter().any(|clock| clock["kind"] == kind);
    assert!(named("result"), "{clocks:?}");
    assert!(!named("return_window") && !named("contact") && !named("feedback"));
    // The finder sees it, the other phone does not.
    street.captain.sync(&street.hub).await;
    let has = |phone: &harness::phone::Phone| {
        let tickets = phone.replica().tickets();
        tickets.iter().any(|one| one.record.id == Some(doc))
    };
    assert!(has(&street.worker) && !has(&street.captain));
    let visit = street.story(doc).await;
    assert_eq!(visit["state"], "submitted");
    let mut tx = street.hub.app().store().read().await.unwrap();
    let filter = AuditFilter {
        act: Some("ticket.found".to_owned()),
        ..AuditFilter::default()
    };
    let entries = tx
        .list_audit(street.hub.tenant(), &filter, 10)
        .await
        .unwrap();
    assert_eq!(entries.len(), 1);
}

async fn a_find_that_is_sent_twice_is_one_ticket_and_a_rebuild_leaves_it_as_it_is(
    mut street: Street,
) {
    let doc = street.worker.find("sanitation", "柳岸路东口", "");
    street.worker.lose_answer(&street.hub).await;
    street.worker.sync(&street.hub).await;
    let before = ticket(&street, doc).await;
    assert_eq!(kinds(&before), ["found"]);
    assert_eq!(before["description"], before["title"]);
    let rebuilt = doors::rebuild(street.hub.app().store(), street.hub.tenant(), |_, _| {})
        .await
        .unwrap();
    assert_eq!(rebuilt.different, 0);
    assert_eq!(ticket(&street, doc).await, before);
    let all = street
        .hub
        .get("/v1/tickets?channel=patrol", &street.office)
        .await;
    assert_eq!(all.json()["total"], 1);
}

async fn an_id_that_a_ticket_has_is_not_taken_by_a_find(mut street: Street) {
    let unseen = insert_ticket(&street.hub).await;
    street.worker.find_as(unseen);
    street.worker.set(unseen, "finding_kind", "clutter");
    street.worker.sync(&street.hub).await;
    assert_eq!(street.aside().await, ["out_of_scope"]);
    assert!(street.seen(unseen).await == 0, "no such document");
    assert_eq!(kinds(&ticket(&street, unseen).await), Vec::<String>::new());
    // An id that another sub-district has for a ticket is nobody's here, and theirs stays theirs.
    let other = street.hub.add_tenant("other", "另一街道").await;
    let theirs = insert_ticket_of(&street.hub, other).await;
    street.worker.find_as(theirs);
    street.worker.set(theirs, "finding_kind", "noise");
    street.worker.sync(&street.hub).await;
    assert_eq!(kinds(&ticket(&street, theirs).await), ["found"]);
    let mut tx = street.hub.app().store().read().await.unwrap();
    let kept = tx.find_ticket(other, theirs, None).await.unwrap().unwrap();
    assert_eq!(kept.row.source, "office");
}

async fn nobody_writes_in_the_find_of_somebody_else(mut street: Street) {
    // Before the ticket is there, in one group and after it: always the one who brought it first.
    let doc = street.worker.find("clutter", "柳岸路3号院", "");
    street.captain.find_as(doc);
    street.captain.set(doc, "address", "别处");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    assert_eq!(street.aside().await, ["out_of_scope"]);
    let ticket = ticket(&street, doc).await;
    assert_eq!(ticket["address"], "柳岸路3号院");
    assert_eq!(
        ticket["first_receiver"]["id"],
        json!(street.worker.caller.person)
    );
    // Once they are given the ticket, they see it and write in it as in any other.
    street.assign(doc, "grid", street.grid).await;
    street.captain.offer();
    street.captain.sync(&street.hub).await;
    assert!(street.seen(doc).await > 0);
}

async fn neither_the_office_nor_a_representative_reports_finds(street: Street) {
    for (role, seed) in [(Role::OwnerRep, 41), (Role::OfficeReviewer, 42)] {
        let mut phone = phone(&street.hub, role, &[], seed).await;
        let doc = phone.find("clutter", "柳岸路3号院", "");
        phone.sync(&street.hub).await;
        assert_eq!(street.seen(doc).await, 0, "{role:?}");
        let path = format!("/v1/tickets/{doc}");
        let answer = street.hub.get(&path, &street.office).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{role:?}");
    }
}

async fn work_on_a_find_moves_its_ticket_and_its_own_record_does_not(mut street: Street) {
    let doc = found(&mut street).await;
    let approved = street.review(doc, json!({ "decision": "approve" })).await;
    assert!(approved.status.is_success(), "{:?}", approved.body);
    assert_eq!(ticket(&street, doc).await["status"], "new");
    street.assign(doc, "grid", street.grid).await;
    street.captain.sync(&street.hub).await;
    let work = street.captain.create_visit(doc);
    street.captain.set(work, "measure", "已与住户沟通");
    street.captain.sync(&street.hub).await;
    assert_eq!(ticket(&street, doc).await["status"], "in_progress");
}

/// What somebody of the office does to the ticket.
async fn act(street: &Street, id: Id, act: Value) -> Value {
    let seen = ticket(street, id).await["life"]["version"].clone();
    let body = json!({ "seen": seen, "act": act });
    let path = format!("/v1/tickets/{id}/actions");
    let answer = street.hub.post(&path, &street.office, &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{body}: {:?}", answer.body);
    answer.json()
}

async fn a_find_ends_without_an_answer_and_without_a_call(mut street: Street) {
    let doc = found(&mut street).await;
    act(&street, doc, json!({ "action": "accept" })).await;
    act(
        &street,
        doc,
        json!({ "action": "classify", "request_kind": "other" }),
    )
    .await;
    street.assign(doc, "grid", street.grid).await;
    street.captain.sync(&street.hub).await;
    let work = street.captain.create_visit(doc);
    street.captain.set(work, "cleanup_state", "done");
    street.captain.sync(&street.hub).await;
    let handler = street
        .hub
        .sign_in(Role::CommunitySecretary, &[street.grid])
        .await;
    let seen = ticket(&street, doc).await["life"]["version"].clone();
    let done = json!({ "seen": seen, "act": { "action": "report_done", "words": "已清理" } });
    let answer = street
        .hub
        .post(&format!("/v1/tickets/{doc}/actions"), &handler, &done)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    act(&street, doc, json!({ "action": "approve_done" })).await;
    act(
        &street,
        doc,
        json!({ "action": "analyse", "causes": ["slow"] }),
    )
    .await;
    let closed = act(&street, doc, json!({ "action": "close" })).await;
    assert_eq!(closed["status"], "closed");
    let strip = closed["strip"].as_array().unwrap();
    let reason = |step: &str| {
        let found = strip.iter().find(|one| one["step"] == step).unwrap();
        (found["state"].clone(), found["reason"].clone())
    };
    for step in ["feedback", "callback"] {
        assert_eq!(reason(step), (json!("not_applicable"), json!("proactive")));
    }
}

async fn finds_are_counted_apart_and_in_no_rate_of_what_people_asked_for(mut street: Street) {
    let figures = async |street: &Street| {
        let path = "/v1/figures?from=2026-11-01&to=2026-11-30";
        let answer = street.hub.get(path, &street.office).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        answer.json()
    };
    let before = figures(&street).await;
    let doc = found(&mut street).await;
    let after = figures(&street).await;
    assert_eq!(before["proactive"]["tickets"], 0);
    assert_eq!(after["proactive"]["tickets"], 1);
    for group in ["all", "enterprise", "units", "workers"] {
        assert_eq!(before[group], after[group], "{group}");
    }
    let behind = async |of: &str| {
        let path = format!("/v1/figures/tickets?from=2026-11-01&to=2026-11-30&of={of}");
        let answer = street.hub.get(&path, &street.office).await.json();
        let items = answer["items"].as_array().unwrap().clone();
        items.iter().any(|item| item["id"] == json!(doc))
    };
    assert!(behind("proactive").await && !behind("all").await);
}

async fn a_later_request_about_the_same_is_offered_the_find(mut street: Street) {
    let doc = street.worker.find(
        "clutter",
        "柳岸路3号院二单元",
        "三楼楼道堆满纸箱和旧家具，堵住了消防通道",
    );
    street.worker.sync(&street.hub).await;
    let office = street.hub.sign_in(Role::HotlineWorker, &[]).await;
    let entry = desk::with(
        desk::entry(&street.hub),
        json!({ "description": "柳岸路3号院二单元三楼楼道堆满纸箱和旧家具，消防通道堵住了，请处理",
            "address": "柳岸路3号院二单元" }),
    );
    let later = desk::created(&street.hub, &entry, &office).await;
    let path = format!("/v1/tickets/{}/duplicates", later["id"].as_str().unwrap());
    let offered = street.hub.get(&path, &office).await.json();
    let first = &offered["items"][0];
    assert_eq!(first["id"], json!(doc), "{offered}");
    assert_eq!(first["source"], "patrol");
}
