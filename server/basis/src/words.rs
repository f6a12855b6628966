//! The names of states, roles, fields and choices, from the list that the apps use too.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sync_core::kinds::Kind;
use sync_core::words::Language;

type Words = BTreeMap<String, String>;

static CHINESE: LazyLock<Words> = LazyLock::new(|| read(Language::Chinese));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| read(Language::English));

/// What people call `key`, as `role.police`; `None` if the list has no such name.
pub fn word(key: &str, language: Language) -> Option<&'static str> {
    let words = match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    words.get(key).map(String::as_str)
}

fn read(language: Language) -> Words {
    let kinds = Kind::ALL.iter().map(|kind| kind.words(language));
    let mut words = Words::new();
    for list in std::iter::once(language.common()).chain(kinds) {
        // The lists are part of the program; a test reads each.
        words.extend(serde_json::from_str::<Words>(list).unwrap_or_default());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_each_language() {
        assert_eq!(word("role.police", Language::Chinese), Some("片警"));
        assert!(word("visit.fields.outcome", Language::English).is_some());
        assert_eq!(word("role.king", Language::English), None);
    }
}
