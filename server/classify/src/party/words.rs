//! The words of the rules, from `words.txt`.

use std::sync::LazyLock;

/// A word and its weight.
pub(super) type Word = (&'static str, f64);

/// The words of each rule.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// A business speaks of itself.
    pub(super) ours: Vec<Word>,
    /// Somebody who works or lives there speaks.
    pub(super) staff: Vec<Word>,
    /// A business is spoken of.
    pub(super) business: Vec<Word>,
    /// What people quarrel with a business about.
    pub(super) matter: Vec<Word>,
    /// What is not for a business to settle.
    pub(super) public: Vec<Word>,
}

/// The words as the program was built with them; a test reads every line.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| read(include_str!("words.txt")).0);

/// What a name of a firm, a shop or a market ends in.
pub(super) const FIRM_ENDINGS: &[&str] = &[
    "公司",
    "厂",
    "店",
    "商行",
    "经营部",
    "合作社",
    "集团",
    "酒店",
    "市场",
    "超市",
];

/// Reads the form of `words.txt`; beside the words, the lines that are none.
fn read(text: &'static str) -> (Words, Vec<&'static str>) {
    let mut words = Words::default();
    let mut unread = Vec::new();
    let mut rule = "";
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some((name, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            rule = name;
            continue;
        }
        let list = match rule {
            "ours" => &mut words.ours,
            "staff" => &mut words.staff,
            "business" => &mut words.business,
            "matter" => &mut words.matter,
            "public" => &mut words.public,
            _ => {
                unread.push(line);
                continue;
            }
        };
        let mut parts = line.split(' ');
        match parts.next().and_then(|weight| weight.parse::<f64>().ok()) {
            Some(weight) => list.extend(parts.map(|word| (word, weight))),
            None => unread.push(line),
        }
    }
    (words, unread)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_is_read_and_no_word_stands_twice_under_a_rule() {
        let (words, unread) = read(include_str!("words.txt"));
        assert!(unread.is_empty(), "{unread:?}");
        for list in [
            words.ours,
            words.staff,
            words.business,
            words.matter,
            words.public,
        ] {
            assert!(list.len() > 10);
            assert!(
                list.iter()
                    .all(|(word, weight)| !word.is_empty() && *weight > 0.0)
            );
            let names: BTreeSet<_> = list.iter().map(|(word, _)| word).collect();
            assert_eq!(names.len(), list.len());
        }
    }
}
