//! Where a phone stands: opaque to it, signed, so that nobody reads another sub-district's feed by guessing.

use sha2::{Digest as _, Sha256};
use sync_core::Id;

use basis::keys::Keys;

const PURPOSE: &str = "cursor";
const PLAIN: usize = 80;

/// Tells what the log holds at a number from anything else that it could hold there.
pub(crate) type Witness = u64;

/// A place in a sub-district's order, on a timeline.
///
/// Answers come in pages, and only changes are many: everything else comes whole in the first page, and the
/// cursor remembers that it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) tenant: Id,
    pub(crate) timeline: Id,
    /// Changes were delivered up to this place ..
    pub(crate) seq: i64,
    /// .. and of the next place those with numbers up to this one: for somebody who joined a grid its whole
    /// history has one place.
    pub(crate) within: i64,
    /// Everything else was delivered up to here.
    pub(crate) ahead: i64,
    /// Up to here the phone also gets what it pushed itself: it began with an empty store, perhaps after it
    /// was enrolled again under the id it had.
    pub(crate) own_until: i64,
    /// The last number that the hub had given out when it said this ..
    pub(crate) known: i64,
    /// .. and what the log holds there: a hub that was put back and has gone on holds something else there.
    pub(crate) witness: Witness,
}

impl Cursor {
    /// Before the first answer, when the last number is `last`.
    pub(crate) const fn start(tenant: Id, timeline: Id, last: i64) -> Self {
        Self {
            tenant,
            timeline,
            seq: 0,
            within: 0,
            ahead: 0,
            own_until: last,
            known: 0,
            witness: 0,
        }
    }

    /// In step with everything up to `seq`. The same for every phone of the sub-district.
    pub(crate) const fn in_step(self, seq: i64, witness: Witness) -> Self {
        Self {
            seq,
            within: 0,
            ahead: seq,
            own_until: 0,
            known: seq,
            witness,
            ..self
        }
    }

    /// The same for a phone that also wants what it pushed itself, up to the last number.
    pub(crate) const fn with_own(self, last: i64) -> Self {
        Self {
            own_until: last,
            ..self
        }
    }

    /// At the same place, when the last number is `last`: proves what the hub knew, whatever comes of the answer.
    pub(crate) const fn knowing(self, last: i64, witness: Witness) -> Self {
        Self {
            known: last,
            witness,
            ..self
        }
    }

    pub(crate) fn write(self, keys: &Keys) -> Vec<u8> {
        let mut bytes = self.plain();
        bytes.extend_from_slice(&keys.tag(PURPOSE, &bytes));
        bytes
    }

    /// The cursor that these bytes are, if this hub wrote them.
    pub(crate) fn read(bytes: &[u8], keys: &Keys) -> Option<Self> {
        let (plain, tag) = bytes.split_at_checked(PLAIN)?;
        let (tenant, rest) = plain.split_first_chunk::<16>()?;
        let (timeline, rest) = rest.split_first_chunk::<16>()?;
        let ([seq, within, ahead, own_until, known, witness], []) = rest.as_chunks::<8>() else {
            return None;
        };
        keys.is_tag(PURPOSE, plain, tag).then_some(())?;
        Some(Self {
            tenant: Id::from_bytes(*tenant),
            timeline: Id::from_bytes(*timeline),
            seq: i64::from_be_bytes(*seq),
            within: i64::from_be_bytes(*within),
            ahead: i64::from_be_bytes(*ahead),
            own_until: i64::from_be_bytes(*own_until),
            known: i64::from_be_bytes(*known),
            witness: u64::from_be_bytes(*witness),
        })
    }

    fn plain(self) -> Vec<u8> {
        [
            &self.tenant.bytes()[..],
            &self.timeline.bytes(),
            &self.seq.to_be_bytes(),
            &self.within.to_be_bytes(),
            &self.ahead.to_be_bytes(),
            &self.own_until.to_be_bytes(),
            &self.known.to_be_bytes(),
            &self.witness.to_be_bytes(),
        ]
        .concat()
    }
}

/// The witness of a segment.
pub(crate) fn witness_of(seq: i64, doc: Id, bytes: &[u8]) -> Witness {
    let first = bytes.get(..64).unwrap_or(bytes);
    let digest: [u8; 32] = Sha256::new()
        .chain_update(seq.to_be_bytes())
        .chain_update(doc.bytes())
        .chain_update(first)
        .finalize()
        .into();
    digest
        .first_chunk()
        .map_or(0, |short| u64::from_be_bytes(*short))
}
