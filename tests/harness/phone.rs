//! A phone: the replica of the core, a store that outlives it, and the way to the hub's router.

mod begin;
mod clocks;
mod contacts;
mod forms;
mod line;
mod wire;

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use basis::Clock;
use basis::Rng;
use basis::keys::ContactKey;
use sync_core::document::Document;
use sync_core::edit::Edit;
use sync_core::protocol::{Frames, SyncRequest};
use sync_core::record::Record;
use sync_core::replica::{Batch, Received, RecordRow, RecordView, Replica, ReplicaError, Session};
use sync_core::value::Value;
use sync_core::{Id, Role, Timestamp};
use tower::ServiceExt as _;

pub use line::Line;
pub use wire::{frames, post, post_bytes, push_of, put, receipts, request_of, set};

use crate::test_app::{Caller, TestApp};

/// Bytes of answer that a phone asks for unless a test says otherwise.
const WANT_BYTES: u32 = 256 * 1024;
/// Rounds after which a phone that still is not quiet fails its test.
const ROUNDS: usize = 200;

/// One phone of one person.
pub struct Phone {
    /// Whose it is.
    pub caller: Caller,
    /// How far its clock is from the true one, ms.
    pub skew: i64,
    /// Bytes of answer that it asks for.
    pub want_bytes: u32,
    session: Session,
    /// What the hub gives phones that may know numbers of parties.
    contacts: Option<ContactKey>,
    clock: Clock,
    rng: Rng,
    store: BTreeMap<String, Vec<u8>>,
    /// The store before each of its transactions, once [`Self::remember`] was asked.
    history: Option<Vec<BTreeMap<String, Vec<u8>>>>,
    replica: Replica,
}

impl Phone {
    /// A new phone of `caller`, who signs in on it. `seed` decides its ids and actors.
    pub fn new(hub: &TestApp, caller: &Caller, role: Role, seed: u64) -> Self {
        let session = Session {
            device: caller.device,
            person: caller.person,
            name: "王某某".to_owned(),
            role,
            tenant: caller.tenant,
        };
        let rng = Rng::seeded(seed);
        let mut phone = Self {
            caller: caller.clone(),
            skew: 0,
            want_bytes: WANT_BYTES,
            session: session.clone(),
            contacts: contacts::key_of(hub, caller, role),
            clock: hub.app().clock().clone(),
            replica: Replica::new(fresh_seed(&rng)),
            rng,
            store: BTreeMap::new(),
            history: None,
        };
        let batch = phone.replica.start_session(session);
        phone.keep(batch);
        phone
    }

    /// Its person signs in anew; what it holds stays.
    pub fn sign_in(&mut self, caller: &Caller) {
        self.caller = caller.clone();
        self.session.device = caller.device;
        self.session.person = caller.person;
        let batch = self.replica.start_session(self.session.clone());
        self.keep(batch);
    }

    /// The time by the phone's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now().plus_millis(self.skew)
    }

    /// An id that nothing else has.
    pub fn fresh_id(&self) -> Id {
        self.rng.new_id(self.now())
    }

    /// Drops what is in memory and starts again from the store.
    pub fn crash(&mut self) {
        self.replica = self.restored();
    }

    /// What a start from the store would give.
    pub fn restored(&self) -> Replica {
        let mut replica = Replica::new(fresh_seed(&self.rng));
        for (key, value) in &self.store {
            assert!(
                replica.restore(key, value),
                "{key} is not read from the store"
            );
        }
        replica.ready();
        replica
    }

    /// Keeps from now on what a store was before each transaction.
    pub fn remember(&mut self) {
        self.history = Some(Vec::new());
    }

    /// Transactions since [`Self::remember`].
    pub fn transactions(&self) -> usize {
        self.history.as_ref().map_or(0, Vec::len)
    }

    /// Starts again from a store that lost its last writes: as it was before transaction `at`.
    pub fn roll_back(&mut self, at: usize) {
        let history = self.history.as_mut().expect("the phone remembers");
        self.store = history.swap_remove(at);
        history.truncate(at);
        self.crash();
    }

    /// Starts again from a store that lost a change which came from the hub.
    pub fn lose_pulled(&mut self, doc: Id, number: u32) {
        let lost = self.store.remove(&format!("chg/{doc}/{number:08}"));
        assert!(lost.is_some(), "the phone has no such change");
        self.crash();
    }

    /// Starts again from a store in which the bytes of a change are damaged.
    pub fn damage(&mut self, doc: Id, number: u32) {
        let bytes = self.store.get_mut(&format!("chg/{doc}/{number:08}"));
        bytes.expect("the phone has the change").truncate(3);
        self.replica = Replica::new(fresh_seed(&self.rng));
        for (key, value) in &self.store {
            self.replica.restore(key, value);
        }
        self.replica.ready();
    }

    /// Writes words anew that were put aside.
    pub fn rewrite(&mut self, doc: Id, path: Option<&str>) {
        let batch = self.replica.rewrite(doc, path, self.now());
        self.keep(batch.expect("the words are written anew"));
    }

    /// Goes on without words that were put aside.
    pub fn leave_aside(&mut self, doc: Id, path: &str) {
        let batch = self.replica.leave_aside(doc, path);
        self.keep(batch.expect("the visit is there"));
    }

    /// Does what a host does before each round: offers again what may pass now.
    pub fn offer_due(&mut self) {
        let batch = self.replica.offer_due(self.now());
        self.keep(batch);
    }

    /// Offers all again that may pass now, as after a sign-in.
    pub fn offer(&mut self) {
        let batch = self.replica.offer(self.now());
        self.keep(batch);
    }

    /// Loses everything that was ever kept, as a phone whose storage was cleared.
    pub fn lose_store(&mut self) {
        self.store.clear();
        self.replica = Replica::new(fresh_seed(&self.rng));
        let batch = self.replica.start_session(self.session.clone());
        self.keep(batch);
    }

    /// The replica, for what the shorthands below do not say.
    pub const fn replica(&self) -> &Replica {
        &self.replica
    }

    /// Writes a gesture, or says why not.
    pub fn try_edit(&mut self, doc: Id, edit: &Edit) -> Result<(), ReplicaError> {
        let batch = self.replica.edit(doc, edit, self.now())?;
        self.keep(batch);
        Ok(())
    }

    /// Writes a gesture.
    pub fn edit(&mut self, doc: Id, edit: &Edit) {
        self.try_edit(doc, edit).expect("an honest gesture fits");
    }

    /// Writes a word into a field.
    pub fn set(&mut self, doc: Id, field: &str, value: &str) {
        self.edit(doc, &set(field, value));
    }

    /// Writes an entry of a collection and gives its id.
    pub fn put(&mut self, doc: Id, collection: &str, fields: &[(&str, Value)]) -> Id {
        let id = self.fresh_id();
        self.edit(doc, &put(collection, id, fields));
        id
    }

    /// Takes an entry out of a collection.
    pub fn take_out(&mut self, doc: Id, collection: &str, id: Id) {
        let collection = collection.to_owned();
        self.edit(doc, &Edit::RemoveEntry { collection, id });
    }

    /// Checks in by hand.
    pub fn arrive(&mut self, doc: Id) -> Id {
        let by = Value::Text(self.caller.person.to_string());
        let at = Value::Time(self.now());
        let source = Value::Text("hand".to_owned());
        self.put(
            doc,
            "arrivals",
            &[("by", by), ("at", at), ("source", source)],
        )
    }

    /// Marks the visit: `submit`, `withdraw` or `note`.
    pub fn mark(&mut self, doc: Id, kind: &str) {
        self.mark_as(doc, kind, self.caller.person);
    }

    /// Marks the visit in the name of anybody.
    pub fn mark_as(&mut self, doc: Id, kind: &str, by: Id) {
        let mark = self.mark_of(kind, by);
        self.edit(doc, &mark);
    }

    /// A visit as its screen shows it.
    pub fn visit(&mut self, doc: Id) -> RecordView {
        self.replica.view(doc).expect("the phone has the visit")
    }

    /// A visit as the list shows it.
    pub fn row(&self, doc: Id) -> RecordRow {
        let row = self
            .replica
            .records()
            .into_iter()
            .find(|row| row.doc == doc);
        row.expect("the phone lists the visit")
    }

    /// The newest changes of a document.
    pub fn heads(&mut self, doc: Id) -> Vec<[u8; 32]> {
        self.document(doc).heads()
    }

    /// All that a document says.
    pub fn record(&mut self, doc: Id) -> Record {
        Record::of(self.document(doc))
    }

    /// A document as the phone holds it.
    pub fn document(&mut self, doc: Id) -> &Document {
        self.replica.document(doc).expect("the phone has the visit")
    }

    /// From here on the phone's times are estimates, or are not.
    pub fn doubt_clock(&mut self, doubted: bool) {
        self.replica.doubt_clock(doubted);
    }

    /// The body of the next request.
    pub fn request(&self) -> SyncRequest {
        self.replica
            .request(self.want_bytes, self.now(), "1.0.0", 0)
    }

    /// Asks once and takes the whole answer in.
    pub async fn exchange(&mut self, hub: &TestApp) -> Vec<Received> {
        let answer = post(hub, &self.caller, &self.request()).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        self.take(&answer.body)
    }

    /// Asks once; the answer never arrives.
    pub async fn lose_answer(&self, hub: &TestApp) {
        let answer = post(hub, &self.caller, &self.request()).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    }

    /// Takes in the whole frames at the start of `bytes`; what is cut off is lost.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Received> {
        let mut frames = Frames::default();
        frames.push(bytes);
        let mut taken = Vec::new();
        while let Some(frame) = frames.next_frame().expect("the hub sends frames") {
            let now = self.now();
            let received = self.replica.receive(&frame, now);
            let received = received.expect("a frame of the hub is understood");
            self.keep(received.batch.clone());
            taken.push(received);
        }
        taken
    }

    /// Asks until everything was said on both sides: nothing queued, every verdict in, no more to come.
    pub async fn sync(&mut self, hub: &TestApp) {
        for _ in 0..ROUNDS {
            let taken = self.exchange(hub).await;
            let again = taken.iter().any(|one| one.resync || one.more == Some(true));
            let status = self.replica.status();
            if status.received > 0 {
                hub.app()
                    .doors()
                    .gate()
                    .submit(self.caller.tenant, &self.undecided())
                    .await;
            } else if status.queued == 0 && !again {
                return;
            }
        }
        panic_with("a phone never came to rest", &self.replica.status());
    }

    /// Documents of which the hub has not decided on all changes.
    fn undecided(&self) -> Vec<Id> {
        let rows = self.replica.records().into_iter();
        rows.filter(|row| row.received > 0)
            .map(|row| row.doc)
            .collect()
    }

    /// Opens the live channel at the phone's cursor.
    pub async fn listen(&self, hub: &TestApp) -> Line {
        let cursor = sync_core::hex::encode(self.replica.cursor().unwrap_or_default());
        let request = Request::get(format!("/v1/live?cursor={cursor}"))
            .header(header::AUTHORIZATION, hub.bearer(&self.caller));
        let request = request.body(Body::empty()).expect("a request");
        let router = hub::router::router(hub.app().clone());
        let Ok(response) = router.oneshot(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        Line::of(response.into_body())
    }

    /// Takes in the next frame of the live channel.
    pub async fn hear(&mut self, line: &mut Line) -> Received {
        let frame = line.next().await.expect("the line is open");
        let received = self.replica.receive(&frame, self.now());
        let received = received.expect("a frame of the hub is understood");
        self.keep(received.batch.clone());
        received
    }

    /// One durable transaction.
    fn keep(&mut self, batch: Batch) {
        if batch.writes.is_empty() {
            return;
        }
        if let Some(history) = &mut self.history {
            history.push(self.store.clone());
        }
        for (key, value) in batch.writes {
            match value {
                Some(value) => self.store.insert(key, value),
                None => self.store.remove(&key),
            };
        }
    }
}

fn fresh_seed(rng: &Rng) -> [u8; 32] {
    let mut seed = [0; 32];
    rng.fill(&mut seed);
    seed
}

#[expect(
    clippy::panic,
    reason = "a test stops with a sentence where it cannot go on"
)]
fn panic_with(sentence: &str, seen: &impl std::fmt::Debug) -> ! {
    panic!("{sentence}: {seen:?}")
}
