//! What a gesture is called, and which places it writes.

use super::Edit;
use crate::answers;

impl Edit {
    /// The places that the gesture writes, as [`crate::replica::AsideView`] names them.
    pub(crate) fn paths(&self) -> Vec<String> {
        match self {
            Self::Answer { question, part, .. } => vec![answers::path(question, part)],
            Self::Include { .. } | Self::Mark { .. } => Vec::new(),
            Self::PutEntry {
                collection,
                id,
                fields,
            } => {
                let entry = format!("{collection}/{id}");
                let registers = fields.keys().map(|name| format!("{entry}/{name}"));
                registers.chain([entry.clone()]).collect()
            }
            Self::RemoveEntry { collection, id } | Self::RestoreEntry { collection, id } => {
                let entry = format!("{collection}/{id}");
                vec![format!("{entry}/removed_at"), entry]
            }
            Self::SetField { field, .. } => vec![format!("fields/{field}")],
            Self::SetNote { note, .. } => vec![format!("notes/{note}")],
            Self::Settle { path, .. } => vec![path.clone()],
        }
    }

    /// The intent that the change carries as its message, as `visit.photos.add`.
    pub(super) fn message(&self, kind: &str) -> String {
        match self {
            Self::Answer { question, .. } => format!("{kind}.answer.{question}"),
            Self::Include { set, .. } => format!("{kind}.{set}.include"),
            Self::Mark { kind: mark, .. } => format!("{kind}.{mark}"),
            Self::PutEntry { collection, .. } => format!("{kind}.{collection}.put"),
            Self::RemoveEntry { collection, .. } => format!("{kind}.{collection}.remove"),
            Self::RestoreEntry { collection, .. } => format!("{kind}.{collection}.restore"),
            Self::SetField { field, .. } => format!("{kind}.{field}"),
            Self::SetNote { note, .. } => format!("{kind}.note.{note}"),
            Self::Settle { .. } => format!("{kind}.settle"),
        }
    }
}
