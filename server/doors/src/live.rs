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

/// Events that a slow listener may lie behind before it is sent back to asking.
const BACKLOG: usize = 1024;

/// Something that listeners of a sub-district may want to know.
#[derive(Clone, Debug)]
pub(crate) struct Event(Arc<Content>);

#[derive(Debug)]
struct Content {
    tenant: Id,
    seq: i64,
    /// Who sees it; empty for everybody.
    principals: Vec<Id>,
    /// The device that brought it: it gets the verdict instead of its own bytes.
    device: Option<Id>,
    /// The frame says all: nothing but the document changed.
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
        device: Id,
        hashes: Vec<u8>,
        bytes: ByteBuf,
        principals: Vec<Id>,
        alone: bool,
    ) -> Self {
        let changes = Changes {
            doc: document.id,
            kind: document.kind,
            ticket: document.ticket,
            segments: vec![bytes],
        };
        let verdict = VerdictRecord {
            doc: document.id,
            seq: u64::try_from(seq).unwrap_or(0),
            hashes: ByteBuf::from(hashes),
            quarantined: None,
        };
        Self(Arc::new(Content {
            tenant: document.tenant,
            seq,
            principals,
            device: Some(device),
            alone,
            frame: Frame::Changes(changes),
            verdict: Some(Frame::Verdicts(vec![verdict])),
            encoded: OnceLock::new(),
        }))
    }

    /// Something changed that listeners fetch in the usual way: an assignment, a decision.
    fn poke(tenant: Id, principals: Vec<Id>) -> Self {
        Self(Arc::new(Content {
            tenant,
            seq: i64::MAX,
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

    pub(super) fn tenant(&self) -> Id {
        self.0.tenant
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
pub struct Live(broadcast::Sender<Event>);

impl Default for Live {
    fn default() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }
}

impl Live {
    /// Tells everybody who listens; nobody may be there.
    pub(crate) fn tell(&self, event: Event) {
        let _ = self.0.send(event);
    }

    /// Sends listeners with these principals back to asking: an assignment or a decision changed what they see.
    pub fn poke(&self, tenant: Id, principals: Vec<Id>) {
        self.tell(Event::poke(tenant, principals));
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}
