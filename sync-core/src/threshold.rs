//! The threshold: receiving is cheap and durable. No document is loaded here.
//!
//! Decides from headers alone whether a chunk may enter the inbox. What passes is not yet admitted: only the
//! gate looks at operations.

use std::collections::{HashMap, HashSet};

use crate::chunk::{self, ChunkHeader};
use crate::ids::Id;
use crate::kinds::Kind;
use crate::protocol::{SHORT_HASH, short};
use crate::reason::Reason;

/// What the hub knows of a document before a push.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Short hashes of all changes logged or in the inbox.
    pub hashes: HashSet<[u8; SHORT_HASH]>,
    /// The highest number received of each actor in this document.
    pub seqs: HashMap<[u8; 16], u64>,
    /// A part of the log cannot be read: a change whose number was used is taken for the one that lies there, and
    /// not called a second one.
    pub gaps: bool,
    /// The device that each actor of the push is bound to, where it is bound.
    pub owners: HashMap<[u8; 16], Id>,
    /// Short hashes of changes that were put aside after they had been counted, for a reason that may pass: their
    /// numbers are taken by themselves.
    pub again: HashSet<[u8; SHORT_HASH]>,
}

/// What becomes of one chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Known already: as good as received.
    Duplicate(ChunkHeader),
    /// Into the inbox.
    Received(ChunkHeader),
    /// Into quarantine, and the phone is told why.
    Refused(Reason),
    /// Into the inbox, but a predecessor is missing.
    Waiting(ChunkHeader),
}

/// Judges the chunks of one push in their order; `known` grows by what passes.
pub fn judge<B: AsRef<[u8]>>(
    kind: Kind,
    device: Id,
    chunks: &[B],
    known: &mut Known,
) -> Vec<Standing> {
    let scanned = chunks.iter().map(|chunk| chunk::scan(chunk.as_ref()));
    judge_scanned(kind, device, scanned, known)
}

/// The same for chunks that were scanned already.
pub fn judge_scanned(
    kind: Kind,
    device: Id,
    scanned: impl Iterator<Item = Result<ChunkHeader, Reason>>,
    known: &mut Known,
) -> Vec<Standing> {
    let seed = seed_hash(kind);
    scanned
        .map(|header| match header {
            Ok(header) => judge_one(seed, device, header, known),
            Err(reason) => Standing::Refused(reason),
        })
        .collect()
}

fn judge_one(
    seed: Option<[u8; 32]>,
    device: Id,
    header: ChunkHeader,
    known: &mut Known,
) -> Standing {
    if known.hashes.contains(&short(&header.hash)) {
        return Standing::Duplicate(header);
    }
    if header.deps.is_empty() {
        return Standing::Refused(Reason::SeedMissing);
    }
    if known
        .owners
        .get(&header.actor)
        .is_some_and(|owner| *owner != device)
    {
        return Standing::Refused(Reason::ActorOfOtherDevice);
    }
    let last = known.seqs.get(&header.actor).copied().unwrap_or(0);
    let again = known.again.contains(&short(&header.hash));
    if header.seq <= last && !again {
        return if known.gaps {
            Standing::Duplicate(header)
        } else {
            Standing::Refused(Reason::Equivocation)
        };
    }
    let complete = header
        .deps
        .iter()
        .all(|dep| Some(*dep) == seed || known.hashes.contains(&short(dep)));
    known.owners.insert(header.actor, device);
    known.hashes.insert(short(&header.hash));
    if (again || header.seq == last + 1) && complete {
        known.seqs.insert(header.actor, header.seq.max(last));
        Standing::Received(header)
    } else {
        Standing::Waiting(header)
    }
}

fn seed_hash(kind: Kind) -> Option<[u8; 32]> {
    chunk::scan(kind.seed()).ok().map(|header| header.hash)
}

/// The name of a chunk that could not be scanned: where a well-formed one would be hashed, so that the phone
/// that made it knows which it is.
pub fn name_of(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes.get(8..).unwrap_or(bytes)).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::edit::Edit;
    use crate::time::Timestamp;
    use crate::value::Value;

    const PHONE: Id = Id::from_bytes([1; 16]);
    const OTHER: Id = Id::from_bytes([2; 16]);

    fn changes(actor: u8, texts: &[&str]) -> Vec<Vec<u8>> {
        let mut document = Document::seeded(Kind::VISIT);
        let edits = texts.iter().map(|text| Edit::SetField {
            field: "address".into(),
            value: Value::Text((*text).into()),
        });
        edits
            .filter_map(|edit| {
                document
                    .edit(&edit, [actor; 16], Timestamp::from_millis(1_000))
                    .unwrap()
            })
            .collect()
    }

    #[test]
    fn a_push_is_received_and_the_same_push_again_is_a_duplicate() {
        let (mut known, push) = (Known::default(), changes(1, &["一", "二"]));
        assert!(
            judge(Kind::VISIT, PHONE, &push, &mut known)
                .iter()
                .all(|s| matches!(s, Standing::Received(_)))
        );
        assert!(
            judge(Kind::VISIT, PHONE, &push, &mut known)
                .iter()
                .all(|s| matches!(s, Standing::Duplicate(_)))
        );
    }

    #[test]
    fn a_change_without_its_predecessor_waits() {
        let push = changes(1, &["一", "二"]);
        let standing = judge(Kind::VISIT, PHONE, &push[1..], &mut Known::default());
        assert!(matches!(standing[..], [Standing::Waiting(_)]));
    }

    #[test]
    fn a_change_under_another_devices_actor_is_refused() {
        let (mut known, push) = (Known::default(), changes(1, &["一", "二"]));
        judge(Kind::VISIT, PHONE, &push[..1], &mut known);
        let forged = judge(Kind::VISIT, OTHER, &push[1..], &mut known);
        assert_eq!(forged, [Standing::Refused(Reason::ActorOfOtherDevice)]);
    }

    #[test]
    fn a_second_change_with_the_same_number_is_refused() {
        let mut known = Known::default();
        judge(Kind::VISIT, PHONE, &changes(1, &["一"]), &mut known);
        let other = judge(Kind::VISIT, PHONE, &changes(1, &["二"]), &mut known);
        assert_eq!(other, [Standing::Refused(Reason::Equivocation)]);
    }

    #[test]
    fn a_change_that_was_put_aside_for_a_while_is_no_second_one_of_its_number() {
        let (mut known, push) = (Known::default(), changes(1, &["一", "二"]));
        judge(Kind::VISIT, PHONE, &push, &mut known);
        for change in &push {
            let hash = short(&name_of(change));
            known.hashes.remove(&hash);
            known.again.insert(hash);
        }
        let again = judge(Kind::VISIT, PHONE, &push, &mut known);
        assert!(again.iter().all(|one| matches!(one, Standing::Received(_))));
        assert_eq!(known.seqs[&[1; 16]], 2);
        let other = judge(Kind::VISIT, PHONE, &changes(1, &["三"]), &mut known);
        assert_eq!(other, [Standing::Refused(Reason::Equivocation)]);
    }

    fn note(document: &mut Document, text: &str) -> Vec<u8> {
        let edit = Edit::SetNote {
            note: "finding".into(),
            text: text.into(),
        };
        let now = Timestamp::from_millis(1_000);
        document.edit(&edit, [1; 16], now).unwrap().unwrap()
    }

    #[test]
    fn the_longest_note_that_entry_takes_passes_written_at_once_and_replaced_at_once() {
        let mut document = Document::seeded(Kind::VISIT);
        let chars = crate::limits::NOTE_CHARS;
        let long: String = ('一'..).take(chars).collect();
        let other: String = ('一'..).step_by(2).skip(chars).take(chars).collect();
        let push = [note(&mut document, &long), note(&mut document, &other)];
        let standing = judge(Kind::VISIT, PHONE, &push, &mut Known::default());
        assert!(
            standing.iter().all(|s| matches!(s, Standing::Received(_))),
            "{standing:?}"
        );
    }
}
