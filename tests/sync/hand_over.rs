//! Files that a phone exported: their content comes in like a push, in the name of whoever recorded it.

use axum::http::{Request, StatusCode, header};
use basis::keys::HandOverKey;
use harness::phone::Phone;
use harness::test_app::{Answer, Caller};
use harness::{on_both_backends, photos};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::tokens::{RefreshToken, TokenState};
use sync_core::{Role, protocol};

use super::street::Street;
use crate::api::auth::refused;

on_both_backends! {
    a_file_brings_what_the_line_did_not_and_again_it_changes_nothing,
    the_file_of_a_phone_out_of_use_goes_to_the_quarantine,
    a_file_that_its_phone_did_not_make_goes_to_the_quarantine,
    a_damaged_foreign_or_other_file_is_refused_with_one_sentence_and_nothing_comes_in,
    a_photo_that_is_none_is_told_and_the_rest_comes_in,
    only_the_office_takes_files_in,
}

const TOKEN: &str = "a token that only this phone was given";

/// A phone's work that was never sent: an address, and a photo beside it.
async fn offline(street: &mut Street) -> (sync_core::Id, Vec<u8>) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    let caller = &street.worker.caller;
    let mut tx = street.hub.app().store().begin().await.unwrap();
    tx.insert_token(&RefreshToken {
        hash: Sha256::digest(TOKEN).into(),
        tenant: caller.tenant,
        device: caller.device,
        parent: None,
        state: TokenState::Dead,
        issued_at: street.worker.now(),
        first_used_at: None,
        expires_at: street.worker.now().plus_millis(1),
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
    (doc, photos::jpeg(60, 40, 3))
}

fn part(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[tag][..], &length, bytes].concat()
}

/// What a phone exports, before it is sealed.
fn content(phone: &Phone, token: &str, photo: &[u8]) -> Vec<u8> {
    let head = json!({
        "device": phone.caller.device, "person": phone.caller.person, "token": token,
        "made_at": phone.now(),
    });
    let mut all = part(0, head.to_string().as_bytes());
    for push in phone.replica().hand_over() {
        all.extend(part(1, &protocol::encode(&push)));
    }
    all.extend(part(2, photo));
    // A part of a later version.
    all.extend(part(9, b"?"));
    all
}

fn sealed(street: &Street, content: &[u8]) -> Vec<u8> {
    let key = street.hub.app().keys().hand_over().public().to_vec();
    HandOverKey::seal(&key, content).unwrap()
}

async fn bring(street: &Street, caller: &Caller, file: Vec<u8>) -> Answer {
    let request = Request::post("/v1/hand-over")
        .header(header::AUTHORIZATION, street.hub.bearer(caller))
        .header(header::CONTENT_TYPE, "application/octet-stream");
    street.hub.send(request.body(file.into()).unwrap()).await
}

async fn brought(street: &Street, content: &[u8]) -> Value {
    let answer = bring(street, &street.office, sealed(street, content)).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

fn counts(told: &Value) -> [u64; 6] {
    let names = [
        "new",
        "known",
        "aside",
        "photos_new",
        "photos_known",
        "photos_refused",
    ];
    names.map(|name| told[name].as_u64().unwrap())
}

async fn a_file_brings_what_the_line_did_not_and_again_it_changes_nothing(mut street: Street) {
    let (doc, photo) = offline(&mut street).await;
    let file = content(&street.worker, TOKEN, &photo);
    let told = brought(&street, &file).await;
    assert_eq!(counts(&told), [2, 0, 0, 1, 0, 0]);
    assert_eq!(told["person"]["name"], "王某某");
    assert_eq!(told["made_at"], street.worker.now().millis());
    let story = street.story(doc).await.to_string();
    assert!(story.contains("和平路1号") && story.contains("王某某"));

    assert_eq!(counts(&brought(&street, &file).await), [0, 2, 0, 0, 1, 0]);
    // The phone finds the line again: the office knows all of it.
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.replica().status().admitted, 2);
    assert!(street.aside().await.is_empty());
    assert!(street.worker.replica().hand_over().is_empty());
}

async fn the_file_of_a_phone_out_of_use_goes_to_the_quarantine(mut street: Street) {
    let (doc, photo) = offline(&mut street).await;
    let leader = street.hub.sign_in(Role::Leader, &[]).await;
    let path = format!("/v1/devices/{}/revoke", street.worker.caller.device);
    street
        .hub
        .post(&path, &leader, &json!({"reason": "left"}))
        .await;
    street.wait(60 * 24 * 30);
    let file = content(&street.worker, TOKEN, &photo);
    assert_eq!(counts(&brought(&street, &file).await), [0, 0, 2, 1, 0, 0]);
    assert_eq!(street.aside().await, ["device_released"]);
    assert_eq!(counts(&brought(&street, &file).await), [0, 0, 2, 0, 1, 0]);
    assert_eq!(street.aside().await.len(), 1, "once");
    let rows = street
        .hub
        .get("/v1/quarantine", &street.office)
        .await
        .json();
    let path = format!(
        "/v1/quarantine/{}/admit",
        rows["items"][0]["id"].as_str().unwrap()
    );
    let admitted = street.hub.post(&path, &street.office, &json!({})).await;
    assert_eq!(admitted.json()["admitted"], 2, "{}", admitted.json());
    assert!(street.story(doc).await.to_string().contains("和平路1号"));
    assert_eq!(counts(&brought(&street, &file).await), [0, 2, 0, 0, 1, 0]);
}

async fn a_file_that_its_phone_did_not_make_goes_to_the_quarantine(mut street: Street) {
    let (_, photo) = offline(&mut street).await;
    let forged = content(&street.worker, "guessed", &photo);
    assert_eq!(counts(&brought(&street, &forged).await), [0, 0, 2, 1, 0, 0]);
    assert_eq!(street.aside().await, ["device_released"]);
}

async fn a_damaged_foreign_or_other_file_is_refused_with_one_sentence_and_nothing_comes_in(
    mut street: Street,
) {
    let (_, photo) = offline(&mut street).await;
    let whole = content(&street.worker, TOKEN, &photo);
    let good = sealed(&street, &whole);
    let mut flipped = good.clone();
    flipped[200] ^= 1;
    let other = {
        let mut hub = good.clone();
        hub[8] ^= 1;
        hub
    };
    let mut nobody = content(&street.worker, TOKEN, &photo);
    nobody.splice(0..5, part(9, b""));
    let stranger = json!({
        "device": street.captain.caller.device, "person": street.worker.caller.person,
        "token": TOKEN, "made_at": 0,
    });
    let stranger = part(0, stranger.to_string().as_bytes());
    for (file, code) in [
        (b"PK\x03\x04".to_vec(), "hand_over_not_one"),
        (Vec::new(), "hand_over_not_one"),
        (other, "hand_over_other_hub"),
        (flipped, "hand_over_damaged"),
        (good[..good.len() - 9].to_vec(), "hand_over_damaged"),
        (
            sealed(&street, &whole[..whole.len() - 3]),
            "hand_over_damaged",
        ),
        (sealed(&street, &nobody), "hand_over_damaged"),
        (sealed(&street, b""), "hand_over_damaged"),
        (sealed(&street, &part(1, b"no push")), "hand_over_damaged"),
        (sealed(&street, &stranger), "hand_over_unknown_phone"),
    ] {
        let answer = bring(&street, &street.office, file).await;
        assert_eq!(refused(&answer), (422, code.to_owned()));
    }
    let told = brought(&street, &whole).await;
    assert_eq!(
        counts(&told),
        [2, 0, 0, 1, 0, 0],
        "all of it was still to come"
    );
}

async fn a_photo_that_is_none_is_told_and_the_rest_comes_in(mut street: Street) {
    offline(&mut street).await;
    let file = content(&street.worker, TOKEN, b"<html>");
    assert_eq!(counts(&brought(&street, &file).await), [2, 0, 0, 0, 0, 1]);
}

async fn only_the_office_takes_files_in(mut street: Street) {
    let (_, photo) = offline(&mut street).await;
    let file = sealed(&street, &content(&street.worker, TOKEN, &photo));
    let auditor = street.hub.sign_in(Role::Auditor, &[]).await;
    let answer = bring(&street, &auditor, file.clone()).await;
    assert_eq!(refused(&answer), (403, "role_not_allowed".to_owned()));
    let phone = bring(&street, &street.worker.caller, file).await;
    assert_eq!(refused(&phone), (403, "device_not_allowed".to_owned()));
}
