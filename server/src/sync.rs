//! The two doors and the way back to the phones.
//!
//! ```text
//! POST /v1/sync -> receive (threshold, inbox, receipt) -> gate (worker, log, lists) -> live
//!              <- pull (verdicts, scope, tickets, changes behind the cursor)
//! ```
//!
//! Receiving is cheap and durable; admitting is thorough and comes right after. A hub that stops in between
//! finds the rest in its inbox when it starts.

use std::sync::Weak;

mod admission;
mod background;
pub(crate) mod cursor;
pub(crate) mod endpoint;
mod gate;
mod inlet;
mod live;
mod project;
mod pull;
mod receive;
mod round;
pub(crate) mod stream;
mod verify;

pub use gate::{Decided, Gate};
pub use live::Live;
pub use receive::{Author, Pushed, Receiver, Report};
pub(crate) use verify::{Held, run_job};

use crate::app::App;

/// The hub's tasks for receiving and admitting, and its live channel.
pub struct Sync {
    /// Takes pushes in.
    pub receiver: Receiver,
    /// Decides on what was received.
    pub gate: Gate,
    /// Tells listeners.
    pub live: Live,
}

/// The tasks before they run: they need the app, and the app holds their senders.
pub(crate) struct Tasks {
    receiver: receive::Task,
    gate: gate::Task,
}

impl Sync {
    pub(crate) fn new() -> (Self, Tasks) {
        let (receiver, receiver_task) = receive::channel();
        let (gate, gate_task) = gate::channel();
        let sync = Self {
            receiver,
            gate,
            live: Live::default(),
        };
        (
            sync,
            Tasks {
                receiver: receiver_task,
                gate: gate_task,
            },
        )
    }
}

impl Tasks {
    /// Runs the tasks until the app is gone.
    pub(crate) fn start(self, app: &Weak<crate::app::Inner>) {
        tokio::spawn(self.receiver.run(app.clone()));
        tokio::spawn(self.gate.run(app.clone()));
    }
}

/// The app, while it is there.
fn upgrade(app: &Weak<crate::app::Inner>) -> Option<App> {
    app.upgrade().map(App::from_inner)
}
