//! The demonstration: complete, repeatable, and made by the same doors as real work.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use harness::on_both_backends;
use harness::test_app::{NOW, TestApp};
use serde_json::{Value, json};

use store::tickets::TicketFilter;
use sync_core::Role;

on_both_backends! {
    the_demonstration_has_every_role_every_state_and_a_disagreement,
    loading_the_demonstration_again_changes_nothing,
}

async fn call(hub: &TestApp, request: axum::http::request::Builder, body: Body) -> Value {
    let answer = hub.send(request.body(body).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

async fn sign_in(hub: &TestApp, demo: &demonstration::Demo, username: &str) -> String {
    let body = json!({ "username": username, "password": demo.password, "street": demo.street });
    let request = Request::post("/v1/login").header(header::CONTENT_TYPE, "application/json");
    let session = call(hub, request, body.to_string().into()).await;
    format!("Bearer {}", session["access"].as_str().unwrap())
}

async fn get(hub: &TestApp, path: &str, bearer: &str) -> Value {
    let request = Request::get(path).header(header::AUTHORIZATION, bearer);
    call(hub, request, Body::empty()).await
}

fn words<'a>(items: &'a Value, key: &str) -> BTreeSet<&'a str> {
    let items = items.as_array().unwrap().iter();
    items.map(|item| item[key].as_str().unwrap()).collect()
}

async fn the_demonstration_has_every_role_every_state_and_a_disagreement(hub: TestApp) {
    let demo = demonstration::load(hub.app()).await.unwrap();
    assert_eq!((demo.tickets, demo.visits_added), (19, 6));
    assert_eq!(hub.app().clock().now().millis(), NOW);
    let roles: BTreeSet<_> = demo.accounts.iter().map(|account| account.role).collect();
    // Residents' representatives are invited to a mediation, and there have no password.
    let by_hand = Role::ALL.iter().filter(|role| !role.is_representative());
    assert_eq!(roles, by_hand.map(|role| role.as_str()).collect());
    assert_eq!(demo.enrolments.len(), 2);

    let bearer = sign_in(&hub, &demo, "tang.minzhi").await;
    let tickets = get(&hub, "/v1/tickets", &bearer).await;
    let states = words(&tickets["items"], "status");
    let expected = [
        "assigned",
        "closed",
        "in_progress",
        "new",
        "pending_review",
        "replied",
        "reviewed",
        "void",
    ];
    assert_eq!(states, BTreeSet::from(expected));
    let overdue = get(&hub, "/v1/tickets?overdue=true", &bearer).await;
    assert_eq!(overdue["total"], 2);

    // All is at the hub but the one photo that a visit still waits for.
    let people = get(&hub, "/v1/people", &bearer).await;
    let devices = people["items"].as_array().unwrap().iter();
    let devices = devices.flat_map(|person| person["devices"].as_array().unwrap());
    let unsent: Vec<_> = devices.map(|device| &device["unsent"]).collect();
    let sum = |name: &str| -> i64 { unsent.iter().filter_map(|one| one[name].as_i64()).sum() };
    assert_eq!((sum("records"), sum("changes"), sum("photos")), (0, 0, 1));

    let visits = get(&hub, "/v1/visits", &bearer).await;
    let counts = &visits["counts"];
    for (state, count) in [
        ("draft", 1),
        ("submitted", 3),
        ("approved", 1),
        ("returned", 1),
    ] {
        assert_eq!(counts[state], count, "{counts}");
    }
    assert_eq!(counts["disputed"], 1);
    let pending: i64 = visits["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|visit| visit["photos"]["pending"].as_i64().unwrap())
        .sum();
    assert_eq!(pending, 1, "one photo is still on its phone");

    let disputed = get(&hub, "/v1/visits?disputed=true", &bearer).await;
    let id = disputed["items"][0]["id"].as_str().unwrap();
    let story = get(&hub, &format!("/v1/visits/{id}"), &bearer).await;
    let values = story["disagreements"][0]["values"].as_array().unwrap();
    let authors: BTreeSet<_> = values
        .iter()
        .map(|value| value["written"]["person"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(story["disagreements"].as_array().unwrap().len(), 1);
    assert_eq!(authors, BTreeSet::from(["林小漫", "秦桂澜"]));
}

async fn loading_the_demonstration_again_changes_nothing(hub: TestApp) {
    let first = demonstration::load(hub.app()).await.unwrap();
    let mut tx = hub.app().store().read().await.unwrap();
    let before = tx
        .find_tenant_by_code(&first.street)
        .await
        .unwrap()
        .unwrap();
    drop(tx);

    let second = demonstration::load(hub.app()).await.unwrap();
    assert_eq!((second.tickets, second.visits_added), (first.tickets, 0));
    assert_ne!(first.enrolments[0].code, second.enrolments[0].code);
    let mut tx = hub.app().store().read().await.unwrap();
    let after = tx
        .find_tenant_by_code(&first.street)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(after, before, "nothing has moved the sequence");
    let others = tx
        .count_tickets(hub.tenant(), &TicketFilter::default())
        .await;
    assert_eq!(others.unwrap(), 0, "other sub-districts are left alone");
}
