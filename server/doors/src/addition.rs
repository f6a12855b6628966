//! A document with what was just admitted to it: what the derived rows are made from.

use store::documents::DocumentRow;
use sync_core::Id;
use sync_core::summary::Summary;

/// A document with what was admitted to it.
pub(super) struct Addition<'a> {
    /// Its row after the admission.
    pub(super) document: &'a DocumentRow,
    /// Its facts after the admission.
    pub(super) summary: &'a Summary,
    /// Who wrote, the last one last; at least one.
    pub(super) writers: Vec<Id>,
}
