//! What a phone pushes it has signed, and the signature stays beside the changes: neither the hub nor whoever copies a
//! token can write in its name.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::http::StatusCode;
use basis::DeviceKey;
use harness::on_both_backends;
use harness::phone::{Phone, post, receipts};
use serde_json::json;
use sync_core::protocol::{SyncRequest, short};
use sync_core::signed::{push_message, push_messages};
use sync_core::{Id, segment};

use super::street::Street;

on_both_backends! {
    what_a_phone_with_a_key_did_not_sign_stays_on_it,
    the_log_proves_who_wrote_what,
    what_was_sent_twice_and_what_was_put_aside_is_proved_too,
}

fn new_pair() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

/// The phone shows its key, as at a sign-in.
async fn show_key(street: &Street) -> EcdsaKeyPair {
    let pair = new_pair();
    let caller = &street.worker.caller;
    let now = street.hub.app().clock().now();
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let key = pair.public_key().as_ref();
    tx.add_device_key(caller.tenant, caller.device, key, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    pair
}

fn signed(pair: &EcdsaKeyPair, phone: &Phone, mut request: SyncRequest) -> SyncRequest {
    let messages = push_messages(phone.caller.device, &request);
    for (push, message) in request.push.iter_mut().zip(messages) {
        let signature = pair.sign(&SystemRandom::new(), &message).unwrap();
        push.signature = Some(signature.as_ref().to_vec().into());
    }
    request
}

/// Pushes what waits, signed, and takes the answer in.
async fn push(street: &mut Street, pair: &EcdsaKeyPair) -> SyncRequest {
    let request = signed(pair, &street.worker, street.worker.request());
    let answer = post(&street.hub, &street.worker.caller, &request).await;
    assert_eq!(answer.status, StatusCode::OK);
    street.worker.take(&answer.body);
    request
}

/// Short hashes of the changes of a document, in the log or put aside, that a kept signature proves.
async fn proved(street: &Street, doc: Id) -> Vec<[u8; 16]> {
    let tenant = street.hub.tenant();
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let mut kept = Vec::new();
    for row in tx.list_segments(tenant, doc).await.unwrap() {
        let names = segment::names(&row.bytes).unwrap();
        kept.extend(
            names
                .into_iter()
                .map(|name| (row.device, row.received_at, name)),
        );
    }
    for row in tx.list_quarantine_of(tenant, doc).await.unwrap() {
        let bytes = tx.find_quarantine_bytes(tenant, row.id).await.unwrap();
        let names = segment::names(&bytes).unwrap();
        kept.extend(
            names
                .into_iter()
                .map(|name| (row.device, row.received_at, name)),
        );
    }
    let mut proved = Vec::new();
    for row in tx.list_push_signatures(tenant, doc).await.unwrap() {
        let named = row
            .hashes
            .as_ref()
            .map(|hashes| hashes.as_chunks::<16>().0.to_vec());
        let covered = kept.iter().filter(|(device, at, name)| match &named {
            Some(named) => *device == row.device && named.contains(&short(name)),
            None => (*device, *at) == (row.device, row.received_at),
        });
        let names: Vec<[u8; 32]> = covered.map(|(.., name)| *name).collect();
        let message = push_message(row.device, doc, &names);
        let keys = tx.list_device_keys(tenant, row.device).await.unwrap();
        let holds = |(_, key): &(_, Vec<u8>)| {
            DeviceKey::read(key)
                .unwrap()
                .verifies(&message, &row.signature)
        };
        if keys.iter().any(holds) {
            proved.extend(names.iter().map(short));
        }
    }
    proved.sort_unstable();
    proved.dedup();
    proved
}

/// Short hashes of all changes of a document, in the log or put aside.
async fn all(street: &Street, doc: Id) -> Vec<[u8; 16]> {
    let tenant = street.hub.tenant();
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let logged = tx.list_segments(tenant, doc).await.unwrap();
    let aside = tx.list_quarantine_of(tenant, doc).await.unwrap();
    let rows = logged.into_iter().map(|row| row.hashes);
    let rows = rows.chain(aside.into_iter().map(|row| row.hashes));
    let mut all: Vec<[u8; 16]> = rows
        .flat_map(|hashes| hashes.as_chunks::<16>().0.to_vec())
        .collect();
    all.sort_unstable();
    all
}

async fn what_a_phone_with_a_key_did_not_sign_stays_on_it(mut street: Street) {
    let pair = show_key(&street).await;
    let doc = street.worker.create_visit(street.ticket);
    let request = street.worker.request();
    let strangers = signed(&new_pair(), &street.worker, request.clone());
    for request in [request, strangers] {
        let answer = post(&street.hub, &street.worker.caller, &request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.json()["code"], json!("signature_wrong"));
    }
    assert_eq!(all(&street, doc).await, Vec::<[u8; 16]>::new());
    // A signature of other changes of the same phone is none for these.
    let other = push_message(street.worker.caller.device, doc, &[[7; 32]]);
    let mut request = street.worker.request();
    let signature = pair.sign(&SystemRandom::new(), &other).unwrap();
    request.push[0].signature = Some(signature.as_ref().to_vec().into());
    let answer = post(&street.hub, &street.worker.caller, &request).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    push(&mut street, &pair).await;
    assert_eq!(street.worker.row(doc).queued, 0);
    assert!(!all(&street, doc).await.is_empty());
}

async fn the_log_proves_who_wrote_what(mut street: Street) {
    let pair = show_key(&street).await;
    let doc = street.worker.create_visit(street.ticket);
    push(&mut street, &pair).await;
    street.hub.app().clock().advance(1_000);
    street.worker.set(doc, "room", "101");
    street.worker.set(doc, "room", "102");
    push(&mut street, &pair).await;
    // The phone signs in anew: what the old key signed stays proved.
    street.hub.app().clock().advance(1_000);
    let pair = show_key(&street).await;
    street.worker.set(doc, "room", "103");
    push(&mut street, &pair).await;
    let all = all(&street, doc).await;
    assert!(all.len() >= 4, "{}", all.len());
    assert_eq!(proved(&street, doc).await, all);
    // A captain without a key writes too: that is not proved by anybody.
    street.captain.sync(&street.hub).await;
    street.captain.set(doc, "room", "104");
    street.captain.sync(&street.hub).await;
    assert_eq!(self::all(&street, doc).await.len(), all.len() + 1);
    assert_eq!(proved(&street, doc).await, all);
}

async fn what_was_sent_twice_and_what_was_put_aside_is_proved_too(mut street: Street) {
    let pair = show_key(&street).await;
    let doc = street.worker.create_visit(street.ticket);
    // The answer is lost; the phone sends it again, with more.
    let request = signed(&pair, &street.worker, street.worker.request());
    let answer = post(&street.hub, &street.worker.caller, &request).await;
    assert_eq!(answer.status, StatusCode::OK);
    street.hub.app().clock().advance(1_000);
    street.worker.set(doc, "room", "101");
    let request = signed(&pair, &street.worker, street.worker.request());
    let answer = post(&street.hub, &street.worker.caller, &request).await;
    let (received, duplicate, ..) = receipts(&answer.body)[0].clone();
    assert!(received == 1 && duplicate >= 1, "{received} {duplicate}");
    street.worker.take(&answer.body);
    // The same push twice in the same moment.
    street.hub.app().clock().advance(1);
    street.worker.set(doc, "room", "102");
    let request = signed(&pair, &street.worker, street.worker.request());
    for _ in 0..2 {
        let answer = post(&street.hub, &street.worker.caller, &request).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    // Out of scope: it lies in the quarantine, signed.
    let stray = street.worker.fresh_id();
    let segment = request.push[0].segment.clone();
    let mut request = request.clone();
    request.push[0].doc = stray;
    request.push[0].ticket = stray;
    request.push[0].segment = segment;
    let request = signed(&pair, &street.worker, request);
    let answer = post(&street.hub, &street.worker.caller, &request).await;
    assert_eq!(receipts(&answer.body)[0].3, ["out_of_scope"]);
    for doc in [doc, stray] {
        let all = all(&street, doc).await;
        assert!(!all.is_empty());
        assert_eq!(proved(&street, doc).await, all);
    }
}
