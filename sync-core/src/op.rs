//! The name of an operation: who wrote a value, and after how many others.

use std::fmt;

use automerge::ObjId;

/// Names the operation that wrote a value: `counter@actor`, the actor in hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub struct OpRef(pub(crate) ObjId);

impl OpRef {
    /// Greater than the counter of every operation that the writer knew of.
    pub fn counter(&self) -> u64 {
        match &self.0 {
            ObjId::Root => 0,
            ObjId::Id(counter, ..) => *counter,
        }
    }
}

impl fmt::Display for OpRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ObjId::Root => f.write_str("_root"),
            ObjId::Id(counter, actor, _) => write!(f, "{counter}@{}", actor.to_hex_string()),
        }
    }
}

impl fmt::Debug for OpRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
