//! The audit log is read by those who watch over the street, and reading is in it.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{Caller, TestApp};
use serde_json::{Value, json};
use store::units::UnitKind;
use sync_core::Role;

use crate::sync::street::insert_ticket;

on_both_backends! {
    who_watches_over_the_street_reads_the_log_and_nobody_else,
    reading_who_asked_for_help_is_one_row_in_ten_minutes,
    what_was_refused_to_a_known_person_is_in_the_log,
    the_log_is_paged_and_filtered,
}

/// What the log says, newest first, as the auditor reads it.
async fn rows(hub: &TestApp, auditor: &Caller, query: &str) -> Vec<Value> {
    hub.app().notes().flush(hub.app().store()).await.unwrap();
    let answer = hub
        .get(&format!("/v1/audit?limit=200{query}"), auditor)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    answer.json()["items"].as_array().unwrap().clone()
}

fn count(rows: &[Value], act: &str) -> usize {
    rows.iter().filter(|row| row["act"] == act).count()
}

async fn who_watches_over_the_street_reads_the_log_and_nobody_else(hub: TestApp) {
    for role in Role::ALL {
        let caller = hub.sign_in(*role, &[]).await;
        let status = hub.get("/v1/audit", &caller).await.status;
        let may = matches!(role, Role::Auditor | Role::Leader);
        let expected = if may {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(status, expected, "{role:?}");
    }
    let auditor = hub.sign_in(Role::Auditor, &[]).await;
    assert_eq!(count(&rows(&hub, &auditor, "").await, "audit.read"), 2);
}

async fn reading_who_asked_for_help_is_one_row_in_ten_minutes(hub: TestApp) {
    let auditor = hub.sign_in(Role::Auditor, &[]).await;
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let ticket = insert_ticket(&hub).await;
    let path = format!("/v1/tickets/{ticket}");
    for _ in 0..3 {
        assert_eq!(hub.get(&path, &office).await.status, StatusCode::OK);
    }
    let of_office = format!("&person={}&act=ticket.read", office.person);
    let first = rows(&hub, &auditor, &of_office).await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(first[0]["object"], json!(format!("ticket/{ticket}")));
    hub.app().clock().advance(11 * 60 * 1000);
    hub.get(&path, &office).await;
    assert_eq!(rows(&hub, &auditor, &of_office).await.len(), 2);
}

async fn what_was_refused_to_a_known_person_is_in_the_log(hub: TestApp) {
    let auditor = hub.sign_in(Role::Auditor, &[]).await;
    let grid = hub.add_unit(UnitKind::Grid, "g1", None).await;
    let worker = hub.sign_in(Role::GridWorker, &[grid]).await;
    assert_eq!(
        hub.get("/v1/audit", &worker).await.status,
        StatusCode::FORBIDDEN
    );
    let refused = rows(&hub, &auditor, &format!("&person={}", worker.person)).await;
    let refused: Vec<&Value> = refused.iter().filter(|row| row["result"] != "ok").collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
}

async fn the_log_is_paged_and_filtered(hub: TestApp) {
    let auditor = hub.sign_in(Role::Auditor, &[]).await;
    let admin = hub.sign_in(Role::SystemAdmin, &[]).await;
    for name in ["li", "wu", "xu"] {
        super::people::add(&hub, &admin, name, Role::GridWorker, &[]).await;
    }
    let created = rows(&hub, &auditor, "&act=person").await;
    assert_eq!(count(&created, "person.create"), 3, "{created:?}");
    let mut numbers = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/audit?act=person&limit=2{cursor}");
        let page = hub.get(&path, &auditor).await.json();
        let items = page["items"].as_array().unwrap();
        numbers.extend(items.iter().map(|row| row["n"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    let all: Vec<i64> = created
        .iter()
        .map(|row| row["n"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, all);
    let wrong = hub.get("/v1/audit?person=nobody", &auditor).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}
