//! What fields and choices are called on paper: the words of the kind.

use std::collections::BTreeMap;

use sync_core::kinds::Kind;
use sync_core::words::Language;

/// Chinese words by key, and the kind that the keys of fields and choices begin with.
pub(crate) struct Words {
    words: BTreeMap<String, String>,
    kind: &'static str,
}

impl Words {
    /// Those of the mediation.
    pub(crate) fn chinese() -> Self {
        Self::read(
            Kind::MEDIATION.words(Language::Chinese),
            Kind::MEDIATION.as_str(),
        )
    }

    /// Those of the visit.
    pub(crate) fn visit() -> Self {
        Self::read(Kind::VISIT.words(Language::Chinese), Kind::VISIT.as_str())
    }

    /// What belongs to no kind: states, roles, actions.
    pub(crate) fn common() -> Self {
        Self::read(Language::Chinese.common(), "")
    }

    fn read(words: &str, kind: &'static str) -> Self {
        // Checked in and tested; a broken list would leave the codes on the paper, and the tests would say so.
        let words = serde_json::from_str(words).unwrap_or_default();
        Self { words, kind }
    }

    /// The word of a group, as `role` and `leader`; nothing for nothing.
    pub(crate) fn word(&self, group: &str, code: &str) -> String {
        if code.is_empty() {
            return String::new();
        }
        let known = self.find(&format!("{group}.{code}"));
        known.unwrap_or_else(|| code.to_owned())
    }

    /// The word of a whole key.
    pub(crate) fn find(&self, key: &str) -> Option<String> {
        self.words.get(key).cloned()
    }

    /// The name of a field or collection, such as `fields.place`.
    pub(crate) fn name(&self, key: &str) -> String {
        self.own(key)
    }

    /// The name of a choice in a group; nothing for nothing.
    pub(crate) fn choice(&self, group: &str, code: &str) -> String {
        if code.is_empty() {
            return String::new();
        }
        self.own(&format!("choices.{group}.{code}"))
    }

    fn own(&self, key: &str) -> String {
        let known = self.find(&format!("{}.{key}", self.kind));
        known.unwrap_or_else(|| key.to_owned())
    }
}
