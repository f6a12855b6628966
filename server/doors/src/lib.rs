//! The two doors and the way back to the phones.
//!
//! ```text
//! POST /v1/sync -> receive (threshold, inbox, receipt) -> gate (worker, log, lists) -> live
//!              <- pull (verdicts, scope, tickets, changes behind the cursor)
//! ```
//!
//! Receiving is cheap and durable; admitting is thorough and comes right after. What a hub that stops in between
//! leaves in the inbox, it finds when it starts, or another hub on the same database finds within a minute.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

use std::sync::Arc;

use sync_core::protocol::SyncRequest;

use between::Between;
use outbox::Outbox;

mod addition;
mod admission;
mod anew;
mod author;
mod background;
mod between;
mod cursor;
mod desk;
mod exchange;
mod gate;
mod inlet;
mod kinds;
mod listener;
mod live;
mod outbox;
mod parcel;
mod parts;
mod project;
mod pull;
mod quota;
mod rebuild;
mod receive;
mod receive_error;
mod round;
mod signatures;
mod standing;
mod taken;
mod timeline;
mod verify;
mod watcher;
mod whole;

pub use author::{Author, Report};
pub use desk::{Desk, DeskError, PutAside, run_preview};
pub use gate::{Decided, Gate};
pub use listener::Listener;
pub use live::Live;
pub use parcel::Delivery;
pub use parts::{Parts, Sweep};
pub use pull::MIN_CLIENT;
pub use rebuild::{RebuildError, Rebuilt, rebuild};
pub use receive::{Pushed, Receiver};
pub use receive_error::ReceiveError;
pub use verify::{Held, run_job};
pub use watcher::{Changed, Watcher};

/// Receiving, admitting and the live channel; cheap to clone. Their tasks end with the last clone.
#[derive(Clone)]
pub struct Doors(Arc<Inner>);

struct Inner {
    parts: Parts,
    receiver: Receiver,
    gate: Gate,
    live: Live,
    _between: Option<Between>,
}

impl Doors {
    /// Opens both doors. What an earlier run left in the inbox is decided first.
    pub fn open(parts: Parts) -> Self {
        let elsewhere = parts.store.may_be_shared().then(Arc::<Outbox>::default);
        let live = Live::new(elsewhere.clone());
        let between = elsewhere.map(|outbox| Between::open(outbox, live.clone(), &parts));
        let gate = gate::open(parts.clone(), live.clone());
        let receiver = receive::open(parts.clone(), gate.clone(), live.clone());
        Self(Arc::new(Inner {
            parts,
            receiver,
            gate,
            live,
            _between: between,
        }))
    }

    /// Takes pushes in.
    pub fn receiver(&self) -> &Receiver {
        &self.0.receiver
    }

    /// Decides on what was received.
    pub fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// Reads what was put aside, and lets it in.
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            parts: &self.0.parts,
            gate: &self.0.gate,
        }
    }

    /// Tells listeners.
    pub fn live(&self) -> &Live {
        &self.0.live
    }

    /// Takes a push in and answers with everything behind the cursor, as frames; `None` if there is no such
    /// sub-district.
    ///
    /// # Errors
    /// If too much is under way or the database could not; what was pushed may be durable all the same, the phone
    /// sends it again.
    pub async fn exchange(
        &self,
        author: Author,
        request: &SyncRequest,
    ) -> Result<Option<Vec<u8>>, ReceiveError> {
        exchange::exchange(author, request, self.receiver(), self.live(), &self.0.parts).await
    }

    /// Begins to listen behind `cursor`, the bytes that a phone was given; without a good one only pokes come.
    /// `None` if there is no such sub-district.
    ///
    /// # Errors
    /// If the database could not.
    pub async fn listen(
        &self,
        author: Author,
        cursor: Option<&[u8]>,
    ) -> Result<Option<Listener>, store::Error> {
        Listener::begin(author, cursor, self.live(), self.0.parts.clone()).await
    }

    /// Begins to tell an office page that something has changed of what it may see.
    ///
    /// # Errors
    /// If the database could not.
    pub async fn watch(&self, author: Author) -> Result<Watcher, store::Error> {
        Watcher::begin(author, self.live(), self.0.parts.clone()).await
    }
}
