//! Where a phone stands: opaque to it, signed, so that nobody reads another sub-district's feed by guessing.

use sync_core::Id;

use crate::keys::Keys;

const PURPOSE: &str = "cursor";
const PLAIN: usize = 40;

/// A place in a sub-district's order, on a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) tenant: Id,
    pub(crate) timeline: Id,
    pub(crate) seq: i64,
}

impl Cursor {
    pub(crate) fn write(self, keys: &Keys) -> Vec<u8> {
        let mut bytes = self.plain();
        bytes.extend_from_slice(&keys.tag(PURPOSE, &bytes));
        bytes
    }

    /// The cursor that these bytes are, if this hub wrote them.
    pub(crate) fn read(bytes: &[u8], keys: &Keys) -> Option<Self> {
        let (plain, tag) = bytes.split_at_checked(PLAIN)?;
        let (tenant, rest) = plain.split_first_chunk::<16>()?;
        let (timeline, seq) = rest.split_first_chunk::<16>()?;
        keys.is_tag(PURPOSE, plain, tag).then_some(())?;
        Some(Self {
            tenant: Id::from_bytes(*tenant),
            timeline: Id::from_bytes(*timeline),
            seq: i64::from_be_bytes(seq.try_into().ok()?),
        })
    }

    fn plain(self) -> Vec<u8> {
        [
            &self.tenant.bytes()[..],
            &self.timeline.bytes(),
            &self.seq.to_be_bytes(),
        ]
        .concat()
    }
}
