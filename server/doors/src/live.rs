//! The live channel: what was admitted, told to those who see it.
//!
//! Frames are encoded once and shared; a listener that cannot keep up gets a poke and asks in the usual way.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde_bytes::ByteBuf;
use sync_core::Id;
use sync_core::protocol::{Changes, Envelope, Frame, VerdictRecord, encode_frame};
use tokio::sync::broadcast;

use store::documents::DocumentRow;

use super::cursor::{Witness, witness_of};
use super::outbox::{Outbox, Topic};

/// Bytes of changes that wait for slow listeners in an event; what is more, they fetch from the feed.
const CARRIED_BYTES: usize = 64 * 1024;

/// Events that a slow listener may lie behind before it is sent back to asking.
const BACKLOG: usize = 1024;

/// Something that listeners may want to know.
#[derive(Clone, Debug)]
pub(crate) struct Event(Arc<Content>);

#[derive(Debug)]
struct Content {
    /// The sub-district; `None` for all, when the hub does not know what it has missed.
    tenant: Option<Id>,
    topic: Topic,
    seq: i64,
    /// What the log holds there.
    witness: Witness,
    /// Who sees it; empty for everybody.
    principals: Vec<Id>,
    /// The device that brought it: it gets the verdict instead of its own bytes.
    device: Option<Id>,
    /// The frame says all: nothing but the document changed, and it is small.
    alone: bool,
    frame: Frame,
    verdict: Option<Frame>,
    encoded: OnceLock<Bytes>,
}

impl Event {
    /// Changes that were admitted; `alone` when they changed nothing but their document.
    pub(super) fn admitted(
        document: &DocumentRow,
        seq: i64,
        (device, person): (Id, Id),
        hashes: Vec<u8>,
        bytes: ByteBuf,
        principals: Vec<Id>,
        alone: bool,
    ) -> Self {
        let carried = bytes.len() <= CARRIED_BYTES;
        let witness = witness_of(seq, document.id, &bytes);
        let changes = Changes {
            doc: document.id,
            kind: document.kind,
            ticket: document.ticket,
            segments: if carried { vec![bytes] } else { Vec::new() },
            writers: if carried { vec![person] } else { Vec::new() },
        };
        let verdict = VerdictRecord {
            doc: document.id,
            seq: u64::try_from(seq).unwrap_or(0),
            hashes: ByteBuf::from(hashes),
            quarantined: None,
        };
        Self(Arc::new(Content {
            tenant: Some(document.tenant),
            topic: Topic::Records,
            seq,
            witness,
            principals,
            device: Some(device),
            alone: alone && carried,
            frame: Frame::Changes(changes),
            verdict: Some(Frame::Verdicts(vec![verdict])),
            encoded: OnceLock::new(),
        }))
    }

    /// Something changed that listeners fetch in the usual way: an assignment, a decision.
    pub(super) fn poke(tenant: Option<Id>, topic: Topic, principals: Vec<Id>) -> Self {
        Self(Arc::new(Content {
            tenant,
            topic,
            seq: i64::MAX,
            witness: 0,
            principals,
            device: None,
            alone: false,
            frame: Frame::Poke,
            verdict: None,
            encoded: OnceLock::new(),
        }))
    }

    pub(super) fn seq(&self) -> i64 {
        self.0.seq
    }

    pub(super) fn witness(&self) -> Witness {
        self.0.witness
    }

    pub(super) fn is_of(&self, tenant: Id) -> bool {
        self.0.tenant.is_none_or(|own| own == tenant)
    }

    pub(super) fn topic(&self) -> Topic {
        self.0.topic
    }

    pub(super) fn is_poke(&self) -> bool {
        self.0.frame == Frame::Poke
    }

    /// Whether the frame says all that changed; else a listener has to look at the feed.
    pub(super) fn is_alone(&self) -> bool {
        self.0.alone
    }

    /// Whether a listener with these principals may know of it.
    pub(super) fn concerns(&self, principals: &[Id]) -> bool {
        self.0.principals.is_empty() || self.0.principals.iter().any(|one| principals.contains(one))
    }

    /// The frame for a device, encoded. Every listener without a gap stands at the same cursor after it, so all
    /// share the same bytes; the device that brought the change gets its verdict instead.
    pub(super) fn encoded_for(&self, device: Id, cursor: impl Fn() -> ByteBuf) -> Bytes {
        let encode = |frame: &Frame| {
            Bytes::from(encode_frame(&Envelope {
                cursor: Some(cursor()),
                frame: frame.clone(),
            }))
        };
        match &self.0.verdict {
            Some(verdict) if self.0.device == Some(device) => encode(verdict),
            _ => self.0.encoded.get_or_init(|| encode(&self.0.frame)).clone(),
        }
    }
}

/// Where events are told and heard.
#[derive(Clone)]
pub struct Live {
    here: broadcast::Sender<Event>,
    /// For the other hubs of the database, where there can be any.
    elsewhere: Option<Arc<Outbox>>,
}

impl Live {
    pub(super) fn new(elsewhere: Option<Arc<Outbox>>) -> Self {
        Self {
            here: broadcast::channel(BACKLOG).0,
            elsewhere,
        }
    }

    /// Tells everybody who listens, here and at the other hubs; nobody may be there.
    pub(crate) fn tell(&self, event: Event) {
        if let (Some(outbox), Some(tenant)) = (&self.elsewhere, event.0.tenant) {
            outbox.put(tenant, event.topic(), &event.0.principals);
        }
        self.pass_on(event);
    }

    /// Tells those who listen here what another hub said.
    pub(super) fn pass_on(&self, event: Event) {
        let _ = self.here.send(event);
    }

    /// Sends everybody back to asking: nobody knows what was missed.
    pub(super) fn tell_everything(&self) {
        for topic in [Topic::Records, Topic::People] {
            self.pass_on(Event::poke(None, topic, Vec::new()));
        }
    }

    /// Sends listeners with these principals back to asking: an assignment or a decision changed what they see.
    pub fn poke(&self, tenant: Id, principals: Vec<Id>) {
        self.tell(Event::poke(Some(tenant), Topic::Records, principals));
    }

    /// Tells the office alone that a photo has come, or that something was put aside.
    pub fn poke_office(&self, tenant: Id) {
        self.tell(Event::poke(Some(tenant), Topic::Office, Vec::new()));
    }

    /// Tells the office that accounts or devices changed.
    pub fn poke_people(&self, tenant: Id) {
        self.tell(Event::poke(Some(tenant), Topic::People, Vec::new()));
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<Event> {
        self.here.subscribe()
    }
}
