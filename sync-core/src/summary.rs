//! The few facts of a document that lists, scopes and counters need, whatever its kind.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::ids::{Id, MediaHash};
use crate::time::Timestamp;

/// A photo that the document points at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoLink {
    /// Key in `photos`.
    pub id: Id,
    /// Name in the media store.
    pub sha256: MediaHash,
    /// Taken out by a person.
    pub removed: bool,
}

/// The facts of a document beside its full record. Each kind fills it from its own registers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Tickets that the document belongs to.
    pub tickets: Vec<Id>,
    /// Where it happened in one line, big to small.
    pub place: String,
    /// Code of the outcome; empty while open.
    pub outcome: String,
    /// People who take part, by participation or arrival.
    pub people: Vec<Id>,
    /// The first check-in by the phones' clocks.
    pub arrived_at: Option<Timestamp>,
    /// The phone knew that its clock was wrong and put that time right itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub arrival_estimated: bool,
    /// The last mark among submit and withdraw, with its time.
    pub mark: Option<(String, Timestamp)>,
    /// Decisions of the office that the writer of this mark knew of.
    #[serde(default)]
    pub mark_answers: u32,
    /// Photos with a hash.
    pub photos: Vec<PhotoLink>,
    /// Paths in which people disagree.
    pub disagreements: Vec<String>,
    /// Every text that people wrote in it, for search; none of what was taken out.
    #[serde(default)]
    pub words: Vec<String>,
    /// Facts that the kind's own rooms alone read, as they encode them; empty where there are none.
    #[serde(default, skip_serializing_if = "no_bytes")]
    pub own: ByteBuf,
}

fn no_bytes(bytes: &ByteBuf) -> bool {
    bytes.is_empty()
}
