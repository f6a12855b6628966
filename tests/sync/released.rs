//! A phone whose person left: for two weeks it hands over what it still holds, and gets nothing.

use axum::http::StatusCode;
use harness::phone::post;
use harness::test_app::Caller;
use harness::{on_both_backends, photos};
use serde_json::json;
use sync_core::{MediaHash, Role};

use super::street::Street;
use crate::api::auth::{enrol, refused, renew};
use crate::api::media::{Part, ask, send, show};
use crate::api::people;

on_both_backends! {
    a_phone_whose_person_left_hands_its_work_over_and_gets_nothing_new,
    its_photos_come_in_and_every_other_route_is_shut,
    it_goes_on_for_two_weeks_and_a_lost_one_not_at_all,
    its_dead_tokens_still_renew_though_its_person_is_barred,
    the_next_phone_of_the_same_person_brings_the_work_in,
}

const DAY: i64 = 24 * 60 * 60 * 1000;

async fn revoke(street: &Street, device: &Caller, reason: &str) {
    let path = format!("/v1/devices/{}/revoke", device.device);
    let leader = street.hub.sign_in(Role::Leader, &[]).await;
    let body = json!({"reason": reason});
    let answer = street.hub.post(&path, &leader, &body).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

async fn a_phone_whose_person_left_hands_its_work_over_and_gets_nothing_new(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    revoke(&street, &street.worker.caller, "left").await;
    let theirs = street.captain.create_visit(street.ticket);
    street.captain.set(theirs, "address", "和平路2号");
    street.captain.sync(&street.hub).await;
    street.add_ticket("grid", street.grid).await;
    let tickets = street.worker.replica().tickets().len();

    let received = street.worker.exchange(&street.hub).await;
    let until = street.hub.app().clock().now().plus_millis(14 * DAY);
    assert_eq!(received.last().unwrap().released_until, Some(until));
    let status = street.worker.replica().status();
    assert_eq!((status.queued, status.refused), (0, 2));
    assert_eq!(street.worker.replica().tickets().len(), tickets);
    assert!(
        street
            .worker
            .replica()
            .records()
            .iter()
            .all(|row| row.doc != theirs)
    );
    // What was taken before is at the office, and is not put aside.
    let again = street.worker.exchange(&street.hub).await;
    assert_eq!(again.len(), 1, "the end alone");

    let listed = street
        .hub
        .get("/v1/quarantine?decided=false", &street.office)
        .await;
    let rows = listed.json()["items"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["code"], "device_released");
    assert_eq!(rows[0]["had_ticket"], true);
    let path = format!("/v1/quarantine/{}/admit", rows[0]["id"].as_str().unwrap());
    let admitted = street.hub.post(&path, &street.office, &json!({})).await;
    assert_eq!(admitted.json()["admitted"], 2, "{}", admitted.json());
    let story = street.story(doc).await;
    for words in ["王某某", "和平路1号"] {
        assert!(story.to_string().contains(words), "{story}");
    }
}

async fn its_photos_come_in_and_every_other_route_is_shut(street: Street) {
    let phone = street.worker.caller.clone();
    revoke(&street, &phone, "left").await;
    let file = photos::jpeg(60, 40, 1);
    let hash = MediaHash::of(&file);
    assert_eq!(
        ask(&street.hub, &phone, hash).await.status,
        StatusCode::NOT_FOUND
    );
    let part = Part {
        offset: 0,
        bytes: &file,
        last: true,
    };
    let sent = send(&street.hub, &phone, hash, part).await;
    assert_eq!(sent.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&street.hub, &phone, hash).await.status, StatusCode::OK);
    let shown = show(&street.hub, &phone, hash, "original").await;
    assert_eq!(refused(&shown), (401, "device_revoked".to_owned()));
    for path in ["/v1/live", "/v1/me", "/v1/tickets", "/v1/quarantine"] {
        let answer = street.hub.get(path, &phone).await;
        assert_eq!(
            refused(&answer),
            (401, "device_revoked".to_owned()),
            "{path}"
        );
        assert_eq!(answer.json()["wipe"], json!(null));
    }
}

async fn it_goes_on_for_two_weeks_and_a_lost_one_not_at_all(mut street: Street) {
    revoke(&street, &street.worker.caller, "left").await;
    street.hub.app().clock().advance(14 * DAY);
    street.worker.exchange(&street.hub).await;
    street.hub.app().clock().advance(1);
    let late = post(&street.hub, &street.worker.caller, &street.worker.request()).await;
    assert_eq!(refused(&late), (401, "device_revoked".to_owned()));
    assert_eq!(late.json()["wipe"], json!(null), "its words stay on it");

    revoke(&street, &street.captain.caller, "left").await;
    street.captain.exchange(&street.hub).await;
    revoke(&street, &street.captain.caller, "lost").await;
    let lost = post(
        &street.hub,
        &street.captain.caller,
        &street.captain.request(),
    )
    .await;
    assert_eq!(refused(&lost), (401, "device_revoked".to_owned()));
    assert_eq!(lost.json()["wipe"], true);
}

async fn its_dead_tokens_still_renew_though_its_person_is_barred(street: Street) {
    let hub = &street.hub;
    let admin = hub.sign_in(Role::SystemAdmin, &[]).await;
    let added = people::add(hub, &admin, "li", Role::GridWorker, &[street.grid]).await;
    let path = format!("/v1/people/{}/enrolment", added["id"].as_str().unwrap());
    let code = hub.post(&path, &admin, &json!({})).await.json();
    let password = added["initial_password"].as_str().unwrap();
    let enrolled = enrol(hub, code["code"].as_str().unwrap(), password, json!(null)).await;
    let enrolled = enrolled.json();
    let device = hub.caller_of(enrolled["access"].as_str().unwrap());
    let disable = format!("/v1/people/{}/disable", added["id"].as_str().unwrap());
    hub.post(&disable, &admin, &json!({})).await;
    let barred = renew(hub, &enrolled["refresh"]).await;
    assert_eq!(barred.status, StatusCode::UNAUTHORIZED);

    revoke(&street, &device, "left").await;
    for _ in 0..2 {
        let renewed = renew(hub, &enrolled["refresh"]).await;
        assert_eq!(renewed.status, StatusCode::OK, "{}", renewed.json());
        let renewed = renewed.json();
        let caller = hub.caller_of(renewed["access"].as_str().unwrap());
        let asked = post(hub, &caller, &street.worker.request()).await;
        assert_eq!(asked.status, StatusCode::OK);
    }
    hub.app().clock().advance(14 * DAY + 1);
    let late = renew(hub, &enrolled["refresh"]).await;
    assert_eq!(refused(&late), (401, "device_revoked".to_owned()));
}

async fn the_next_phone_of_the_same_person_brings_the_work_in(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    revoke(&street, &street.worker.caller, "left").await;
    street.worker.exchange(&street.hub).await;
    assert_eq!(street.aside().await.len(), 1);
    street.wait(1);
    let kind = store::devices::DeviceKind::Phone;
    let next = street.hub.sign_in_again(kind, &street.worker.caller).await;
    street.worker.sign_in(&next);
    street.worker.offer();
    street.worker.sync(&street.hub).await;
    let (_, record) = street.logged(doc).await;
    let words = sync_core::value::Value::Text("和平路1号".to_owned());
    assert_eq!(record.field("address"), &words);
}
