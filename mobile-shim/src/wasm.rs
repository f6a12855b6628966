//! The browser package.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_core::kinds::Kind;
use sync_core::kinds::mediation::agreement::Agreement;
use sync_core::kinds::mediation::content::Content;
use sync_core::kinds::mediation::sealed::Sealed;
use sync_core::protocol::SyncRequest;
use sync_core::record::Record;
use sync_core::replica::{Batch, Replica, ReplicaError};
use sync_core::{Id, Timestamp, protocol, signed};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[wasm_bindgen]
extern "C" {
    /// One write of a batch.
    #[wasm_bindgen(typescript_type = "Write[]")]
    pub type Writes;
    /// What a frame did.
    #[wasm_bindgen(typescript_type = "Received")]
    pub type ReceivedFrame;
}

/// Everything one phone holds. Store each batch in ONE durable transaction before showing or sending anything.
#[wasm_bindgen(js_name = Replica)]
pub struct ShimReplica(Replica);

#[wasm_bindgen(js_class = Replica)]
impl ShimReplica {
    /// `seed`: 32 fresh random bytes at every start.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: &[u8]) -> Result<Self, JsError> {
        let seed = seed
            .try_into()
            .map_err(|_| JsError::new("seed_refused: the seed has 32 bytes"))?;
        Ok(Self(Replica::new(seed)))
    }

    /// Takes a stored pair; false if it could not be read.
    pub fn restore(&mut self, key: &str, value: &[u8]) -> bool {
        self.0.restore(key, value)
    }

    /// Ends the restoring. JSON: `Ready`.
    pub fn ready(&self) -> Result<String, JsError> {
        json(&self.0.ready())
    }

    /// Remembers who works here. JSON: `Session`.
    pub fn start_session(&mut self, session: &str) -> Result<Writes, JsError> {
        Ok(writes(self.0.start_session(parse(session)?)))
    }

    /// Begins a document of a kind under a ticket.
    pub fn begin(
        &mut self,
        kind: &str,
        doc: &str,
        ticket: &str,
        now: f64,
    ) -> Result<Writes, JsError> {
        let kind = Kind::parse(kind).ok_or_else(|| JsError::new("kind_unknown"))?;
        self.0
            .begin(kind, id(doc)?, id(ticket)?, time(now))
            .map(writes)
            .map_err(|error| refuse(&error))
    }

    /// Whether the times that follow are estimates, because the phone's clock cannot be right.
    pub fn doubt_clock(&mut self, doubted: bool) {
        self.0.doubt_clock(doubted);
    }

    /// Writes one gesture. JSON: `Edit`.
    pub fn edit(&mut self, doc: &str, edit: &str, now: f64) -> Result<Writes, JsError> {
        self.0
            .edit(id(doc)?, &parse(edit)?, time(now))
            .map(writes)
            .map_err(|error| refuse(&error))
    }

    /// Offers own changes again that were put aside and may pass now.
    pub fn offer(&mut self, now: f64) -> Writes {
        writes(self.0.offer(time(now)))
    }

    /// The same, at most once an hour: for every round.
    pub fn offer_due(&mut self, now: f64) -> Writes {
        writes(self.0.offer_due(time(now)))
    }

    /// Writes own words anew that were put aside: those at a path, or all of the document.
    pub fn rewrite(
        &mut self,
        doc: &str,
        path: Option<String>,
        now: f64,
    ) -> Result<Writes, JsError> {
        self.0
            .rewrite(id(doc)?, path.as_deref(), time(now))
            .map(writes)
            .map_err(|error| refuse(&error))
    }

    /// The person goes on without the words at a path that were put aside.
    pub fn leave_aside(&mut self, doc: &str, path: &str) -> Result<Writes, JsError> {
        self.0
            .leave_aside(id(doc)?, path)
            .map(writes)
            .map_err(|error| refuse(&error))
    }

    /// A document, whole. JSON: `RecordView`.
    pub fn view(&mut self, doc: &str) -> Result<String, JsError> {
        json(&self.0.view(id(doc)?).map_err(|error| refuse(&error))?)
    }

    /// Where a mediation stands. JSON: `Agreement`.
    pub fn agreement(&mut self, doc: &str, now: f64) -> Result<String, JsError> {
        let document = self.0.document(id(doc)?).map_err(|error| refuse(&error))?;
        json(&Agreement::of(document, &Record::of(document), time(now)))
    }

    /// A visit as its form sees it. JSON: `FormView`; null for another kind.
    pub fn form(&mut self, doc: &str) -> Result<String, JsError> {
        json(&self.0.form(id(doc)?).map_err(|error| refuse(&error))?)
    }

    /// The form that a visit of a ticket begins with, as a record names it.
    pub fn fitting_form(&self, ticket: &str) -> Result<Option<String>, JsError> {
        let form = self.0.fitting_form(id(ticket)?);
        Ok(form.map(|form| form.to_string()))
    }

    /// The bytes of a mediation that are signed; refused while people disagree on them.
    pub fn content(&mut self, doc: &str) -> Result<Vec<u8>, JsError> {
        let document = self.0.document(id(doc)?).map_err(|error| refuse(&error))?;
        let content = Content::of(&Record::of(document));
        let content = content.map_err(|_| JsError::new("content_unsettled"))?;
        Ok(content.bytes())
    }

    /// Seals what somebody has drawn: the bytes for the media store. JSON: `Sealed`.
    pub fn seal(&self, sealed: &str) -> Result<Vec<u8>, JsError> {
        let sealed: Sealed = parse(sealed)?;
        sealed
            .bytes()
            .map_err(|error| JsError::new(&error.to_string()))
    }

    /// All documents. JSON: `RecordRow[]`.
    pub fn records(&self) -> Result<String, JsError> {
        json(&self.0.records())
    }

    /// All tickets. JSON: `TicketView[]`.
    pub fn tickets(&self) -> Result<String, JsError> {
        json(&self.0.tickets())
    }

    /// People and places to choose from. JSON: `Reference`.
    pub fn reference(&self) -> Result<String, JsError> {
        json(self.0.reference())
    }

    /// When a term is over that runs from a moment, by the official calendar. JSON: `Term`, `Due`.
    pub fn due(&self, from: f64, term: &str) -> Result<String, JsError> {
        json(&self.0.calendar().due(time(from), parse(term)?))
    }

    /// The clocks of every ticket, counted here; `now` is the phone's own clock. JSON: `TicketClocks[]`.
    pub fn clocks(&self, now: f64) -> Result<String, JsError> {
        json(&self.0.clocks(time(now)))
    }

    /// How things stand. JSON: `SyncStatus`.
    pub fn status(&self) -> Result<String, JsError> {
        json(&self.0.status())
    }

    /// The cursor for `GET /v1/live`, in hexadecimal; empty before the first sync.
    pub fn cursor(&self) -> String {
        self.0
            .cursor()
            .map(sync_core::hex::encode)
            .unwrap_or_default()
    }

    /// The body of the next `POST /v1/sync`.
    pub fn request(&self, want_bytes: u32, now: f64, app: &str, unsent_photos: u32) -> Vec<u8> {
        protocol::encode(&self.0.request(want_bytes, time(now), app, unsent_photos))
    }

    /// What the device has to sign of a request's body; `undefined` if that pushes nothing.
    pub fn message(&self, body: &[u8], device: &str) -> Result<Option<Vec<u8>>, JsError> {
        Ok(signed::message_of(id(device)?, &decoded(body)?))
    }

    /// The body with its signature, 64 bytes.
    pub fn signed(&self, body: &[u8], signature: &[u8]) -> Result<Vec<u8>, JsError> {
        let mut request = decoded(body)?;
        request.signature = Some(signature.to_vec().into());
        Ok(protocol::encode(&request))
    }

    /// What a file takes to the office: every `Push` as its length (4 bytes, big-endian) and its bytes.
    pub fn hand_over(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for push in self.0.hand_over() {
            let bytes = protocol::encode(&push);
            // No push is near 4 GiB.
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            all.extend_from_slice(&length.to_be_bytes());
            all.extend_from_slice(&bytes);
        }
        all
    }

    /// Takes in one frame, without its length.
    pub fn receive(&mut self, frame: &[u8], now: f64) -> Result<ReceivedFrame, JsError> {
        let received = self
            .0
            .receive(frame, time(now))
            .map_err(|error| refuse(&error))?;
        let answer = js_sys::Object::new();
        set(&answer, "event", &JsValue::from_str(&json(&received)?));
        set(&answer, "batch", writes(received.batch).as_ref());
        Ok(JsValue::from(answer).unchecked_into())
    }
}

fn writes(batch: Batch) -> Writes {
    let list = js_sys::Array::new();
    for (key, value) in batch.writes {
        let write = js_sys::Object::new();
        set(&write, "key", &JsValue::from_str(&key));
        let value = value.map_or(JsValue::NULL, |bytes| {
            js_sys::Uint8Array::from(bytes.as_slice()).into()
        });
        set(&write, "value", &value);
        list.push(&write);
    }
    JsValue::from(list).unchecked_into()
}

fn set(object: &js_sys::Object, name: &str, value: &JsValue) {
    // Setting a property of a fresh plain object cannot fail.
    let _ = js_sys::Reflect::set(object, &JsValue::from_str(name), value);
}

fn json<T: Serialize>(value: &T) -> Result<String, JsError> {
    serde_json::to_string(value).map_err(|error| JsError::new(&format!("not_writable: {error}")))
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, JsError> {
    serde_json::from_str(text).map_err(|error| JsError::new(&format!("not_readable: {error}")))
}

fn decoded(body: &[u8]) -> Result<SyncRequest, JsError> {
    protocol::decode(body).map_err(|error| JsError::new(&format!("not_readable: {error}")))
}

fn id(text: &str) -> Result<Id, JsError> {
    Id::parse(text).ok_or_else(|| JsError::new("id_refused: not an id"))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds of a JavaScript clock fit i64 by far"
)]
const fn time(now: f64) -> Timestamp {
    Timestamp::from_millis(now as i64)
}

fn refuse(error: &ReplicaError) -> JsError {
    JsError::new(&crate::text::describe(error))
}
