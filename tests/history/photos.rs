//! Photos that the database knows and the store has lost.

use std::fs;
use std::path::PathBuf;

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::photos::jpeg;
use hub::census::count_photos;
use sync_core::MediaHash;

use crate::api::media::{ask, upload};
use crate::sync::street::Street;

on_both_backends! {
    photos_that_the_store_has_lost_are_asked_for_again,
    a_store_that_comes_back_needs_nothing_from_the_phones,
}

/// The file of a photo in the hub's folder.
fn file(street: &Street, sha256: MediaHash) -> PathBuf {
    let name = sha256.to_string();
    let photos = street.hub.app().config().data.join("photos");
    photos
        .join(street.hub.tenant().to_string())
        .join(&name[..2])
        .join(name)
}

async fn lost(street: &Street) -> i64 {
    let status = street.hub.get("/v1/status", &street.office).await.json();
    status["lost_photos"].as_i64().unwrap()
}

async fn timeline(street: &mut Street) -> Option<String> {
    street.worker.sync(&street.hub).await;
    street.worker.replica().status().timeline
}

async fn photos_that_the_store_has_lost_are_asked_for_again(mut street: Street) {
    let (first, second) = (jpeg(16, 16, 1), jpeg(16, 16, 2));
    for photo in [&first, &second] {
        upload(&street.hub, &street.worker.caller, photo).await;
    }
    let before = timeline(&mut street).await;
    count_photos(street.hub.app()).await.unwrap();
    assert_eq!(timeline(&mut street).await, before, "nothing is missing");
    let gone = MediaHash::of(&first);
    fs::remove_file(file(&street, gone)).unwrap();
    count_photos(street.hub.app()).await.unwrap();
    assert_eq!(lost(&street).await, 1);
    // Phones follow a new timeline, and ask for each photo that they still have.
    assert_ne!(timeline(&mut street).await, before);
    let caller = street.worker.caller.clone();
    assert_eq!(
        ask(&street.hub, &caller, gone).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        ask(&street.hub, &caller, MediaHash::of(&second))
            .await
            .status,
        StatusCode::OK
    );
    let answer = upload(&street.hub, &caller, &first).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(lost(&street).await, 0);
    assert!(file(&street, gone).exists());
    assert_eq!(ask(&street.hub, &caller, gone).await.status, StatusCode::OK);
    // Counted again, nothing is new.
    let now = timeline(&mut street).await;
    count_photos(street.hub.app()).await.unwrap();
    assert_eq!(timeline(&mut street).await, now);
}

async fn a_store_that_comes_back_needs_nothing_from_the_phones(street: Street) {
    let photo = jpeg(16, 16, 3);
    upload(&street.hub, &street.worker.caller, &photo).await;
    let sha256 = MediaHash::of(&photo);
    let photos = street.hub.app().config().data.join("photos");
    let away = photos.with_extension("away");
    // A disk that was not mounted.
    fs::rename(&photos, &away).unwrap();
    fs::create_dir(&photos).unwrap();
    count_photos(street.hub.app()).await.unwrap();
    assert_eq!(lost(&street).await, 1);
    fs::remove_dir_all(&photos).unwrap();
    fs::rename(&away, &photos).unwrap();
    count_photos(street.hub.app()).await.unwrap();
    assert_eq!(lost(&street).await, 0);
    let caller = street.worker.caller.clone();
    assert_eq!(
        ask(&street.hub, &caller, sha256).await.status,
        StatusCode::OK
    );
}
