//! Photos on their way out: thumbnails, originals, and who may see them.

use axum::http::StatusCode;
use harness::backends::on_sqlite;
use harness::on_both_backends;
use harness::photos;
use harness::test_app::TestApp;
use image::{GenericImageView as _, ImageFormat};
use store::devices::RevokeReason;
use sync_core::value::Value;
use sync_core::{MediaHash, Role};

use super::media::{show, upload};
use crate::sync::street::Street;

on_both_backends! {
    a_photo_is_seen_by_the_office_and_by_whoever_has_its_ticket,
    a_photo_that_was_used_for_another_ticket_is_told_with_that_ticket,
    thumbnails_are_upright_and_tell_nothing_of_place_or_camera,
}

async fn a_photo_is_seen_by_the_office_and_by_whoever_has_its_ticket(mut street: Street) {
    let file = photos::jpeg(400, 300, 1);
    let hash = MediaHash::of(&file);
    let doc = street.worker.create_visit(street.ticket);
    street.worker.put(
        doc,
        "photos",
        &[("sha256", Value::Bytes(hash.bytes().to_vec()))],
    );
    upload(&street.hub, &street.worker.caller, &file).await;
    let hub = &street.hub;
    let colleague = hub.sign_in(Role::Volunteer, &[street.grid]).await;
    let seen = async |caller| show(hub, caller, hash, "original").await.status;

    // The office sees whatever has come; others only what a visit of theirs points at.
    assert_eq!(seen(&street.office).await, StatusCode::OK);
    assert_eq!(seen(&colleague).await, StatusCode::NOT_FOUND);
    street.worker.sync(hub).await;
    assert_eq!(seen(&colleague).await, StatusCode::OK);
    assert_eq!(seen(&street.worker.caller).await, StatusCode::OK);

    let elsewhere = hub.add_tenant("minzhu", "民主街道").await;
    for caller in [
        hub.sign_in(Role::GridWorker, &[street.other_grid]).await,
        hub.sign_in_to(elsewhere, Role::OfficeReviewer, &[]).await,
        hub.sign_in_to(elsewhere, Role::GridWorker, &[street.grid])
            .await,
    ] {
        let answer = show(hub, &caller, hash, "original").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(answer.code(), "not_found");
    }
    // Whoever sees no ticket is told so, whatever they ask for.
    for role in [Role::SystemAdmin, Role::Auditor] {
        let caller = hub.sign_in(role, &[]).await;
        let answer = show(hub, &caller, hash, "original").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.code(), "role_not_allowed");
    }

    let mut tx = hub.app().store().begin().await.unwrap();
    tx.revoke_device(
        colleague.tenant,
        colleague.device,
        RevokeReason::Lost,
        hub.app().clock().now(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(seen(&colleague).await, StatusCode::UNAUTHORIZED);
}

async fn a_photo_that_was_used_for_another_ticket_is_told_with_that_ticket(mut street: Street) {
    let other_ticket = street.add_ticket("grid", street.grid).await;
    let first = photos::scene(640, 480, 1, 90);
    // Saved anew by a messenger: other bytes, the same picture. And one of something else.
    let again = photos::scene(640, 480, 1, 60);
    let different = photos::scene(640, 480, 2, 90);
    assert_ne!(first, again);
    let doc = street.worker.create_visit(street.ticket);
    let later = street.worker.create_visit(other_ticket);
    for (doc, file) in [
        (doc, &first),
        (later, &first),
        (later, &again),
        (later, &different),
    ] {
        let hash = MediaHash::of(file).bytes().to_vec();
        // What the phone says a picture looks like counts for nothing.
        let likeness = Value::Text("0123456789abcdef".to_owned());
        let fields = [("sha256", Value::Bytes(hash)), ("likeness", likeness)];
        street.worker.put(doc, "photos", &fields);
    }
    for file in [&first, &again, &different] {
        upload(&street.hub, &street.worker.caller, file).await;
    }
    street.worker.sync(&street.hub).await;
    street.hub.app().thumbnailer().make_pending().await.unwrap();

    let story = street.story(later).await;
    let uses = story["photos_used"].as_array().unwrap();
    let name = |file: &[u8]| MediaHash::of(file).to_string();
    let told = |of: &[u8]| {
        let of = name(of);
        let found = uses.iter().find(|one| one["photo"] == of.as_str());
        found.map(|one| {
            (
                one["other"].clone(),
                one["doc"].clone(),
                one["bits"].clone(),
            )
        })
    };
    let there = serde_json::json!(doc);
    let (other, at, bits) = told(&first).unwrap();
    assert_eq!(
        (&other, &at, bits),
        (&name(&first).into(), &there, 0.into())
    );
    let (other, at, bits) = told(&again).unwrap();
    assert_eq!((&other, &at), (&name(&first).into(), &there));
    assert!(bits.as_u64().unwrap() <= 6);
    assert_eq!(told(&different), None);
    assert!(
        uses.iter()
            .all(|one| one["tickets"][0]["id"] == serde_json::json!(street.ticket))
    );

    // A reviewer who does not see the other ticket learns that the photo was used, and not where.
    street.assign(other_ticket, "grid", street.other_grid).await;
    let head = street
        .hub
        .sign_in(Role::GridHead, &[street.other_grid])
        .await;
    let path = format!("/v1/visits/{later}");
    let seen = street.hub.get(&path, &head).await.json();
    let uses = seen["photos_used"].as_array().unwrap();
    assert!(!uses.is_empty());
    for one in uses {
        assert_eq!(
            (&one["doc"], &one["tickets"]),
            (&serde_json::Value::Null, &serde_json::json!([]))
        );
    }
}

async fn thumbnails_are_upright_and_tell_nothing_of_place_or_camera(app: TestApp) {
    const PLACE: &str = "48.8583N camera of 王某某";
    let officer = app.sign_in(Role::OfficeReviewer, &[]).await;
    let worker = app.sign_in(Role::GridWorker, &[]).await;
    // Orientation 6: to be shown, it is turned by 90 degrees to the right.
    let file = photos::jpeg_with_exif(2000, 1000, 6, PLACE);
    let hash = MediaHash::of(&file);
    upload(&app, &worker, &file).await;
    let pending = show(&app, &officer, hash, "320").await;
    assert_eq!(
        (pending.status, pending.code().as_str()),
        (StatusCode::NOT_FOUND, "thumbnail_pending")
    );

    app.app().thumbnailer().make_pending().await.unwrap();
    for (size, width, height) in [("1600", 800, 1600), ("320", 160, 320)] {
        let answer = show(&app, &officer, hash, size).await;
        assert_eq!(answer.header("content-type"), "image/jpeg");
        let picture = image::load_from_memory_with_format(&answer.body, ImageFormat::Jpeg).unwrap();
        assert_eq!(picture.dimensions(), (width, height));
        // The dark half was on the left, so now it is on top.
        let [top, bottom] =
            [height / 4, height * 3 / 4].map(|y| picture.get_pixel(width / 2, y)[0]);
        assert!(top < 90 && bottom > 180, "{top} above {bottom}");
        for trace in [
            b"Exif".as_slice(),
            b"48.8583N",
            "王某某".as_bytes(),
            b"http://ns.adobe.com",
        ] {
            assert!(!contains(&answer.body, trace));
        }
    }
    let original = show(&app, &officer, hash, "original").await;
    assert!(
        contains(&original.body, PLACE.as_bytes()),
        "evidence stays as it was"
    );
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[test]
fn a_file_that_is_two_kinds_at_once_is_only_ever_a_download() {
    on_sqlite(async |app: TestApp| {
        let officer = app.sign_in(Role::OfficeReviewer, &[]).await;
        let mut file = photos::jpeg(400, 300, 7);
        file.extend(b"<script>alert(document.domain)</script>PK\x03\x04");
        let hash = MediaHash::of(&file);
        assert_eq!(
            upload(&app, &app.sign_in(Role::GridWorker, &[]).await, &file)
                .await
                .status,
            StatusCode::NO_CONTENT
        );

        let original = show(&app, &officer, hash, "original").await;
        assert!(
            original
                .header("content-disposition")
                .starts_with("attachment; filename=")
        );
        assert_eq!(original.header("x-content-type-options"), "nosniff");
        assert!(
            original
                .header("content-security-policy")
                .contains("sandbox")
        );
        assert_eq!(original.header("cache-control"), "no-store");
        app.app().thumbnailer().make_pending().await.unwrap();
        let small = show(&app, &officer, hash, "320").await;
        assert!(!contains(&small.body, b"script"));
        assert_eq!(small.header("x-content-type-options"), "nosniff");
    });
}

#[test]
fn a_file_that_cannot_be_decoded_is_kept_without_thumbnails() {
    on_sqlite(async |app: TestApp| {
        let officer = app.sign_in(Role::OfficeReviewer, &[]).await;
        let mut file = photos::jpeg(400, 300, 8);
        file.truncate(400);
        let hash = MediaHash::of(&file);
        assert_eq!(
            upload(&app, &app.sign_in(Role::GridWorker, &[]).await, &file)
                .await
                .status,
            StatusCode::NO_CONTENT
        );
        app.app().thumbnailer().make_pending().await.unwrap();
        let answer = show(&app, &officer, hash, "320").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::NOT_FOUND, "thumbnail_failed")
        );
        assert_eq!(show(&app, &officer, hash, "original").await.body, file);
    });
}

#[test]
fn every_format_gets_thumbnails() {
    on_sqlite(async |app: TestApp| {
        let officer = app.sign_in(Role::OfficeReviewer, &[]).await;
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let file = photos::encoded(format, 640, 480);
            upload(&app, &app.sign_in(Role::GridWorker, &[]).await, &file).await;
            app.app().thumbnailer().make_pending().await.unwrap();
            let answer = show(&app, &officer, MediaHash::of(&file), "320").await;
            let picture = image::load_from_memory(&answer.body).unwrap();
            assert_eq!(picture.dimensions(), (320, 240), "{format:?}");
        }
    });
}

#[test]
fn thumbnails_come_by_themselves_once_a_photo_has() {
    on_sqlite(async |app: TestApp| {
        let officer = app.sign_in(Role::OfficeReviewer, &[]).await;
        let worker = app.sign_in(Role::GridWorker, &[]).await;
        let before = photos::jpeg(640, 480, 9);
        upload(&app, &worker, &before).await;
        // This one came before the hub began to serve, the next one comes while it does.
        let served = app.serve();
        let during = photos::jpeg(640, 480, 10);
        upload(&app, &worker, &during).await;
        for file in [before, during] {
            let hash = MediaHash::of(&file);
            loop {
                let answer = show(&app, &officer, hash, "320").await;
                if answer.status == StatusCode::OK {
                    break;
                }
                assert_eq!(answer.code(), "thumbnail_pending");
            }
        }
        served.stop().await;
    });
}
