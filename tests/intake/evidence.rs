//! Screenshots as evidence: real pictures alone, for the office alone.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::photos::encoded;
use harness::test_app::{Answer, Caller, TestApp};
use image::ImageFormat;
use serde_json::Value;
use sync_core::{MediaHash, Role};

use super::desk::{created, entry};

on_both_backends! {
    a_screenshot_is_stored_once_and_shown_on_its_ticket,
    what_is_no_picture_is_refused_by_its_content,
    a_screenshot_is_for_the_office_alone,
    a_ticket_has_room_for_so_many_pictures,
}

fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(ImageFormat::Png, width, height)
}

async fn add(hub: &TestApp, ticket: &Value, picture: &[u8], caller: &Caller) -> Answer {
    let path = format!("/v1/tickets/{}/evidence", ticket["id"].as_str().unwrap());
    hub.post_bytes(&path, caller, picture).await
}

async fn a_screenshot_is_stored_once_and_shown_on_its_ticket(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let ticket = created(&hub, &entry(&hub), &office).await;
    let picture = png(60, 40);
    for _ in 0..2 {
        let answer = add(&hub, &ticket, &picture, &office).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        let shown = answer.json();
        let hash = MediaHash::of(&picture).to_string();
        assert_eq!(shown["evidence"].as_array().unwrap().len(), 1);
        assert_eq!(
            (
                &shown["evidence"][0]["sha256"],
                &shown["evidence"][0]["public"]
            ),
            (&hash.into(), &false.into())
        );
        let events = shown["events"].as_array().unwrap();
        assert_eq!(
            events
                .iter()
                .filter(|event| event["kind"] == "evidence_added")
                .count(),
            1
        );
    }
    let path = format!("/v1/media/{}?size=original", MediaHash::of(&picture));
    assert_eq!(
        hub.get(&path, &office).await.body.as_ref(),
        picture.as_slice()
    );
}

async fn what_is_no_picture_is_refused_by_its_content(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let ticket = created(&hub, &entry(&hub), &office).await;
    let cut = &png(60, 40)[..20];
    for file in [
        &b"<svg onload=alert(1)>"[..],
        &b"%PDF-1.7 something"[..],
        &b""[..],
        cut,
    ] {
        let answer = add(&hub, &ticket, file, &office).await;
        assert_eq!(
            (answer.status, &*answer.code()),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type_refused")
        );
        assert!(
            answer.json()["detail"]
                .as_str()
                .unwrap()
                .contains("请重新截图")
        );
    }
}

async fn a_screenshot_is_for_the_office_alone(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let ticket = created(&hub, &entry(&hub), &office).await;
    let picture = png(30, 30);
    add(&hub, &ticket, &picture, &office).await;
    let secretary = hub.sign_in_at_browser(Role::CommunitySecretary, &[]).await;
    assert_eq!(
        add(&hub, &ticket, &picture, &secretary).await.status,
        StatusCode::FORBIDDEN
    );
    let id = sync_core::Id::parse(ticket["id"].as_str().unwrap()).unwrap();
    let mut tx = hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(hub.tenant()).await.unwrap();
    tx.grant_ticket_scope(hub.tenant(), id, secretary.person, seq)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let shown = hub.get(&format!("/v1/tickets/{id}"), &secretary).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert_eq!(shown.json()["evidence"], serde_json::json!([]));
    let path = format!("/v1/media/{}?size=320", MediaHash::of(&picture));
    assert_eq!(
        hub.get(&path, &secretary).await.status,
        StatusCode::NOT_FOUND
    );
}

async fn a_ticket_has_room_for_so_many_pictures(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let ticket = created(&hub, &entry(&hub), &office).await;
    for size in 1..=20 {
        assert_eq!(
            add(&hub, &ticket, &png(size, 10), &office).await.status,
            StatusCode::OK
        );
    }
    let answer = add(&hub, &ticket, &png(40, 10), &office).await;
    assert_eq!(
        (answer.status, &*answer.code()),
        (StatusCode::CONFLICT, "evidence_full")
    );
    assert_eq!(
        add(&hub, &ticket, &png(1, 10), &office).await.status,
        StatusCode::OK,
        "one that is there"
    );
}
