//! Why something is not sealed or not opened.

/// The bytes were not sealed with this key for this context, or were changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealed bytes cannot be opened")]
pub struct SealError;
