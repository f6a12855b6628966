//! Why a gesture is not written.

/// Why a gesture cannot be written. The code is stable; the host words it for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The time lies before 1970 or after 2099: no phone's clock is right then.
    #[error("clock_impossible")]
    ClockImpossible,
    /// What is signed is not what stands there now: it has to be shown again.
    #[error("content_changed")]
    ContentChanged,
    /// What is signed is not filled in.
    #[error("content_incomplete")]
    ContentIncomplete,
    /// The document is at its size limit.
    #[error("document_full")]
    DocumentFull,
    /// The entry is of a kind that is written once.
    #[error("entry_immutable")]
    EntryImmutable,
    /// No such entry.
    #[error("entry_unknown")]
    EntryUnknown,
    /// The record lacks something that its form requires: it stays a draft.
    #[error("record_incomplete")]
    RecordIncomplete,
    /// It says more than the party that the writer speaks for may say.
    #[error("outside_representation")]
    OutsideRepresentation,
    /// The long text is over [`crate::limits::NOTE_CHARS`].
    #[error("note_too_long")]
    NoteTooLong,
    /// No such register, note, set or collection.
    #[error("path_unknown")]
    PathUnknown,
    /// The collection has [`crate::limits::COLLECTION_ENTRIES`] entries, or the set [`crate::limits::SET_MEMBERS`].
    #[error("too_many_entries")]
    TooManyEntries,
    /// The document has [`crate::limits::ANSWERS`] answers.
    #[error("too_many_answers")]
    TooManyAnswers,
    /// The value does not fit the register.
    #[error("value_refused")]
    ValueRefused,
}

impl From<automerge::AutomergeError> for EditError {
    fn from(_: automerge::AutomergeError) -> Self {
        Self::PathUnknown
    }
}
