//! Every limit that admission and entry share, in one place.
//!
//! Sources: the measurements behind the two doors (docs/ARCHITECTURE.md, "Two doors"). A phone refuses at
//! entry what the hub would refuse later, so nobody loses work to a limit.

/// Bytes of one change chunk.
pub const CHANGE_BYTES: usize = 256 * 1024;
/// Bytes of one segment after decompression.
pub const SEGMENT_BYTES: usize = 1024 * 1024;
/// Changes in one segment.
pub const SEGMENT_CHANGES: usize = 200;
/// Items over all columns of one change; a run counts as often as it repeats. A character taken out of a
/// note costs eleven, one put in eight.
pub const CHANGE_ITEMS: u64 = 120_000;
/// Operations of one change: a long note replaced by another is two for each character.
pub const CHANGE_OPERATIONS: u64 = 10_000;
/// Parents that one change may name.
pub const CHANGE_DEPS: u64 = 64;
/// Actors other than the author that one change may mention.
pub const CHANGE_ACTORS: u64 = 256;
/// Bytes of a change's message, the intent of the gesture.
pub const MESSAGE_BYTES: u64 = 64;
/// Largest operation counter; far below the 2^32 at which a document dies.
pub const OPERATION_COUNTER: u64 = 1 << 31;
/// Changes of one document.
pub const DOCUMENT_CHANGES: usize = 50_000;
/// Bytes of all changes of one document: the hard limit, enforced on the phone at entry.
pub const DOCUMENT_BYTES: usize = 1024 * 1024;
/// Bytes at which the phone advises to start a further visit.
pub const DOCUMENT_BYTES_SOFT: usize = 256 * 1024;
/// Bytes of a document's storage form that the gate takes: phones that each filled it to
/// [`DOCUMENT_BYTES`] apart from each other still merge.
pub const SNAPSHOT_BYTES: usize = 4 * 1024 * 1024;
/// Unmerged branches of one document.
pub const DOCUMENT_HEADS: usize = 64;
/// Actors of one document; a phone takes a new one at every start.
pub const DOCUMENT_ACTORS: usize = 2_000;
/// Entries of one collection of a document that a phone makes.
pub const COLLECTION_ENTRIES: usize = 500;
/// Entries that the gate takes, for phones that filled the collection apart from each other.
pub const COLLECTION_ENTRIES_MERGED: usize = 2_000;
/// Answers of one document that a phone makes; of many choices each is one.
pub const ANSWERS: usize = 400;
/// Answers that the gate takes, for phones that filled in other versions of a form apart from each other.
pub const ANSWERS_MERGED: usize = 1_600;
/// Members of one set of a document that a phone makes.
pub const SET_MEMBERS: usize = 20;
/// Members that the gate takes.
pub const SET_MEMBERS_MERGED: usize = 100;
/// Characters of one long note.
pub const NOTE_CHARS: usize = 4_000;
/// Documents to which one request may push.
pub const REQUEST_DOCUMENTS: usize = 256;
/// Documents that one request may ask for whole.
pub const REQUEST_WHOLE: usize = 16;
/// Bytes of one `POST /v1/sync` body.
pub const REQUEST_BYTES: usize = 1024 * 1024;
/// Bytes of one frame after decompression.
pub const FRAME_BYTES: usize = 4 * 1024 * 1024;
/// Longest voice note, ms: three minutes are heard to the end, and weigh about half a megabyte.
pub const VOICE_MILLIS: i64 = 180_000;
