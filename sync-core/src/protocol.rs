//! The sync protocol: one request, a stream of frames. `docs/PROTOCOL.md` describes it for other clients.

mod codec;
mod message;
mod work;

pub use codec::{DecodeError, Frames, SIGN_OF_LIFE, decode, decode_frame, encode, encode_frame};
pub use message::{
    AssignedTo, Changes, End, Envelope, Frame, OnCallDay, OnCallPerson, PersonRecord, Pin, Push,
    Receipt, Reference, Refusal, ReviewRecord, Scope, ScopeEvent, SyncRequest, TicketDeadline,
    TicketRecord, UnitRecord, Unsent, VerdictRecord, VisitRecord,
};
pub use work::{HelpAsked, Promise, Said, Supervised, TicketWork, Told};

/// The version that this code speaks.
pub const VERSION: u16 = 1;

/// Bytes of a change's hash that name it in verdicts and in tables: enough that nobody finds two alike.
pub const SHORT_HASH: usize = 16;

/// The first [`SHORT_HASH`] bytes.
pub fn short(hash: &[u8; 32]) -> [u8; SHORT_HASH] {
    let mut short = [0; SHORT_HASH];
    short
        .iter_mut()
        .zip(hash)
        .for_each(|(to, from)| *to = *from);
    short
}
