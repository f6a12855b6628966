//! Why something is not taken in.

/// Why a ticket is not taken: at which field, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The field's name in the request.
    pub field: &'static str,
    /// zh-CN, for people.
    pub sentence: String,
}

impl Refusal {
    /// A refusal at a field.
    pub fn new(field: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            field,
            sentence: sentence.into(),
        }
    }
}
