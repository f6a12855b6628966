//! What people call things: one list for each language, which both apps and the hub take their names from.
//!
//! Flat JSON objects from a key (`role.police`, `ticket_state.closed`) to a word. The words of a kind stand in its
//! own folder, under keys that begin with its name; [`crate::kinds::Kind::words`] hands them out.

/// A language that the apps and the hub speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// zh-CN, in which every word is written first.
    Chinese,
    /// en.
    English,
}

impl Language {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// What belongs to no kind alone: states, roles, fields of tickets. JSON.
    pub const fn common(self) -> &'static str {
        match self {
            Self::Chinese => include_str!("../words/zh-CN.json"),
            Self::English => include_str!("../words/en.json"),
        }
    }
}
