//! Requests and answers of `POST /v1/sync`, and gestures in short.

use axum::body::Bytes;
use axum::http::{Request, header};
use serde_bytes::ByteBuf;
use sync_core::edit::Edit;
use sync_core::kinds::Kind;
use sync_core::protocol::{self, Envelope, Frame, Frames, Push, SyncRequest, Unsent, VERSION};
use sync_core::value::Value;
use sync_core::{Id, Timestamp, segment};

use super::WANT_BYTES;
use crate::test_app::{Answer, Caller, TestApp};

/// Sends a sync request as `caller`.
pub async fn post(hub: &TestApp, caller: &Caller, request: &SyncRequest) -> Answer {
    post_bytes(hub, caller, protocol::encode(request)).await
}

/// Sends any bytes as a sync request.
pub async fn post_bytes(hub: &TestApp, caller: &Caller, body: Vec<u8>) -> Answer {
    let request = Request::post("/v1/sync")
        .header(header::AUTHORIZATION, hub.bearer(caller))
        .header(header::CONTENT_TYPE, "application/cbor");
    hub.send(request.body(body.into()).expect("a request"))
        .await
}

/// A request that pushes `changes` of one document and nothing else.
pub fn push_of(doc: Id, ticket: Id, changes: &[Vec<u8>], now: Timestamp) -> SyncRequest {
    request_of(
        vec![Push {
            doc,
            kind: Kind::VISIT,
            ticket,
            segment: ByteBuf::from(segment::pack(changes)),
            signature: None,
        }],
        now,
    )
}

/// A request with these pushes from a phone that was never in step.
pub fn request_of(push: Vec<Push>, now: Timestamp) -> SyncRequest {
    SyncRequest {
        v: VERSION,
        timeline: None,
        cursor: None,
        want_bytes: WANT_BYTES,
        push,
        app: "1.0.0".to_owned(),
        now,
        unsent: Unsent::default(),
        own: false,
        whole: Vec::new(),
        signature: None,
    }
}

/// The frames of an answer.
pub fn frames(body: &Bytes) -> Vec<Envelope> {
    let mut frames = Frames::default();
    frames.push(body);
    let mut seen = Vec::new();
    while let Some(frame) = frames.next_frame().expect("the hub sends frames") {
        seen.push(protocol::decode_frame(&frame).expect("a frame of the hub is understood"));
    }
    seen
}

/// What the hub says of each document's push: (received, duplicate, waiting, codes of refusals).
pub fn receipts(body: &Bytes) -> Vec<(usize, usize, usize, Vec<&'static str>)> {
    let mut found = Vec::new();
    for envelope in frames(body) {
        if let Frame::Receipts(receipts) = envelope.frame {
            found.extend(receipts.iter().map(|receipt| {
                let refused = receipt.refused.iter().map(|refusal| refusal.code.code());
                (
                    receipt.received.len() / 32,
                    receipt.duplicate.len() / 32,
                    receipt.waiting.len() / 32,
                    refused.collect(),
                )
            }));
        }
    }
    found
}

/// The gesture that writes a word into a field.
pub fn set(field: &str, value: &str) -> Edit {
    Edit::SetField {
        field: field.to_owned(),
        value: Value::Text(value.to_owned()),
    }
}

/// The gesture that writes an entry.
pub fn put(collection: &str, id: Id, fields: &[(&str, Value)]) -> Edit {
    let fields = fields.iter();
    Edit::PutEntry {
        collection: collection.to_owned(),
        id,
        fields: fields
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    }
}
