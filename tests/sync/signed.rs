//! What a phone pushes it has signed, and the signature stays beside the changes: neither the hub nor whoever copies a
//! token can write in its name.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::http::StatusCode;
use basis::DeviceKey;
use harness::on_both_backends;
use harness::phone::{Phone, post, receipts};
use serde_bytes::ByteBuf;
use serde_json::json;
use sync_core::protocol::{SyncRequest, short};
use sync_core::signed::{self, message_of, push_message, request_message};
use sync_core::{Id, segment};

use super::street::Street;

on_both_backends! {
    what_a_phone_with_a_key_did_not_sign_stays_on_it,
    the_log_proves_who_wrote_what,
    what_was_sent_twice_and_what_was_put_aside_is_proved_too,
    a_request_from_which_a_document_was_taken_is_not_signed,
    a_phone_with_an_older_app_signs_each_document_by_itself,
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

/// As phones of today sign: the request as a whole, if it pushes anything.
pub(crate) fn signed(pair: &EcdsaKeyPair, phone: &Phone, mut request: SyncRequest) -> SyncRequest {
    let message = message_of(phone.caller.device, &request);
    request.signature = message.map(|message| sign(pair, &message));
    request
}

/// As apps of before sign: each document by itself.
fn signed_each(pair: &EcdsaKeyPair, phone: &Phone, mut request: SyncRequest) -> SyncRequest {
    for push in &mut request.push {
        let names = segment::names(&push.segment).unwrap();
        let message = push_message(phone.caller.device, push.doc, &names);
        push.signature = Some(sign(pair, &message));
    }
    request
}

fn sign(pair: &EcdsaKeyPair, message: &[u8]) -> ByteBuf {
    let signature = pair.sign(&SystemRandom::new(), message).unwrap();
    ByteBuf::from(signature.as_ref())
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
    for proof in tx.list_proofs(tenant, doc).await.unwrap() {
        let row = proof.of;
        let named = row
            .hashes
            .as_ref()
            .map(|hashes| hashes.as_chunks::<16>().0.to_vec());
        let covered = kept.iter().filter(|(device, at, name)| match &named {
            Some(named) => *device == row.device && named.contains(&short(name)),
            None => (*device, *at) == (row.device, row.received_at),
        });
        let names: Vec<[u8; 32]> = covered.map(|(.., name)| *name).collect();
        let message = match proof.documents {
            None => push_message(row.device, doc, &names),
            // The others of the request need not be known to check this one.
            Some(documents) => {
                let mut each = documents.as_chunks::<{ signed::DOCUMENT_BYTES }>().0.iter();
                if !each.any(|one| *one == signed::document(doc, &names)) {
                    continue;
                }
                request_message(row.device, &documents)
            }
        };
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
    let device = street.worker.caller.device;
    let mut request = street.worker.request();
    request.push[0].signature = Some(sign(&pair, &push_message(device, doc, &[[7; 32]])));
    let answer = post(&street.hub, &street.worker.caller, &request).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let mut request = street.worker.request();
    let other = signed::document(doc, &[[7; 32]]);
    request.signature = Some(sign(&pair, &request_message(device, &other)));
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
    request.push[0].ticket = street.worker.fresh_id();
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

async fn a_request_from_which_a_document_was_taken_is_not_signed(mut street: Street) {
    let pair = show_key(&street).await;
    let docs = [(); 3].map(|()| street.worker.create_visit(street.ticket));
    // What two visits begin with is the same in both, byte for byte.
    for (doc, room) in docs.into_iter().zip(["101", "102", "103"]) {
        street.worker.set(doc, "room", room);
    }
    let whole = signed(&pair, &street.worker, street.worker.request());
    assert_eq!(whole.push.len(), 3);
    let mut less = whole.clone();
    less.push.remove(1);
    let mut turned = whole.clone();
    turned.push.swap(0, 1);
    let mut swapped = whole.clone();
    let segment = swapped.push[0].segment.clone();
    swapped.push[0].segment = std::mem::replace(&mut swapped.push[1].segment, segment);
    for request in [less, turned, swapped] {
        let answer = post(&street.hub, &street.worker.caller, &request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.json()["code"], json!("signature_wrong"));
    }
    let answer = post(&street.hub, &street.worker.caller, &whole).await;
    assert_eq!(answer.status, StatusCode::OK);
    // Sent again, the same signature brings nothing new and proves the same.
    let answer = post(&street.hub, &street.worker.caller, &whole).await;
    assert_eq!(answer.status, StatusCode::OK);
    for doc in docs {
        let all = all(&street, doc).await;
        assert!(!all.is_empty());
        assert_eq!(proved(&street, doc).await, all);
    }
}

async fn a_phone_with_an_older_app_signs_each_document_by_itself(mut street: Street) {
    let pair = show_key(&street).await;
    let docs = [(); 2].map(|()| street.worker.create_visit(street.ticket));
    let request = signed_each(&pair, &street.worker, street.worker.request());
    let mut half = request.clone();
    half.push[1].signature = None;
    let answer = post(&street.hub, &street.worker.caller, &half).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = post(&street.hub, &street.worker.caller, &request).await;
    assert_eq!(answer.status, StatusCode::OK);
    street.worker.take(&answer.body);
    // Its app is renewed; what it signed before stays proved beside what it signs now.
    street.hub.app().clock().advance(1_000);
    street.worker.set(docs[0], "room", "101");
    push(&mut street, &pair).await;
    for doc in docs {
        let all = all(&street, doc).await;
        assert!(!all.is_empty());
        assert_eq!(proved(&street, doc).await, all);
    }
}
