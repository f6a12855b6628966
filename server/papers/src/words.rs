//! What fields and choices are called on paper: the words of the kind.

use std::collections::BTreeMap;

use sync_core::kinds::Kind;
use sync_core::words::Language;

/// The Chinese words of the mediation, by key.
pub(crate) struct Words(BTreeMap<String, String>);

impl Words {
    pub(crate) fn chinese() -> Self {
        // Checked in and tested; a broken list would leave the codes on the paper, and the tests would say so.
        let words = Kind::MEDIATION.words(Language::Chinese);
        Self(serde_json::from_str(words).unwrap_or_default())
    }

    /// The name of a field or collection, such as `fields.place`.
    pub(crate) fn name(&self, key: &str) -> String {
        self.find(key)
    }

    /// The name of a choice in a group; nothing for nothing.
    pub(crate) fn choice(&self, group: &str, code: &str) -> String {
        if code.is_empty() {
            return String::new();
        }
        self.find(&format!("choices.{group}.{code}"))
    }

    fn find(&self, key: &str) -> String {
        let known = self.0.get(&format!("mediation.{key}"));
        known.cloned().unwrap_or_else(|| key.to_owned())
    }
}
