//! Finding text by itself, in both databases alike: one folding for question and text, and an index of n-grams that finds
//! any part of a word, because Chinese has no spaces to cut words at.
//!
//! A text is a row of tokens: each character with the one behind it, and the last of a word with a sign for its end. A
//! question of one character is the beginning of a token, a longer one is the row of its own pairs. SQLite keeps the rows
//! of tokens in FTS5. PostgreSQL keeps the folded text, and under GIN which tokens it has, by the function `pairs_of` of
//! the schema; a text that has the pairs of a longer word is looked at for the word itself. The places of tokens in a
//! `tsvector` would tell that too, but they make its rows four times as long, and there are none behind the first 16,383
//! tokens of a text and the first 256 of a kind. The index is derived: a backup leaves it out.

mod fold;
mod index;

use sync_core::Id;

use crate::Tx;

use fold::fold;
pub(crate) use index::{TICKETS, VISITS};

/// Behind the last character of a word.
const END: char = '\u{e001}';
/// Before the id of a sub-district, and before that of a row: tokens that no text has.
const TENANT: char = '\u{e002}';
const ROW: char = '\u{e003}';

/// The words of a question, folded; every one of them has to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question(Vec<String>);

impl Question {
    /// `None` where nothing is asked.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let folded = fold(text);
        let words: Vec<String> = folded.split(' ').map(str::to_owned).collect();
        let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// What FTS5 matches.
    pub(crate) fn for_sqlite(&self, tenant: Id) -> String {
        let mut query = format!("\"{TENANT}{tenant}\"");
        for word in &self.0 {
            let pairs = asked(word);
            match &pairs[..] {
                [] => query.push_str(&format!(" AND \"{word}\" *")),
                pairs => query.push_str(&format!(" AND \"{}\"", pairs.join(" "))),
            }
        }
        query
    }

    /// For PostgreSQL, in three parts with a tab between them: the `tsquery` that finds all hits and perhaps more by their
    /// tokens, the patterns that tell hits from these, and the patterns that tell hits from all texts, a line for each.
    pub(crate) fn for_postgres(&self) -> String {
        let tokens = self.0.iter().flat_map(|word| {
            let pairs = asked(word);
            let last = pairs.len().saturating_sub(1);
            let needed = pairs.into_iter().enumerate();
            // Every other one names all characters, and half as many lists are read.
            let needed = needed.filter(move |(place, _)| place % 2 == 0 || *place == last);
            let mut needed: Vec<String> = needed.map(|(_, pair)| format!("'{pair}'")).collect();
            if needed.is_empty() {
                needed.push(format!("'{word}':*"));
            }
            needed
        });
        let tokens: Vec<String> = tokens.collect();
        // Signs are folded, so there are no wildcards in a word.
        let like = |word: &String| format!("%{word}%");
        let long = self.0.iter().filter(|word| asked(word).len() > 1);
        let long: Vec<String> = long.map(like).collect();
        let all: Vec<String> = self.0.iter().map(like).collect();
        [tokens.join(" & "), long.join("\n"), all.join("\n")].join("\t")
    }

    /// Whether a text holds every word; for short lists that are read whole.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let text = fold(text);
        self.0.iter().all(|word| text.contains(word.as_str()))
    }
}

/// The pairs of a word that is asked for; none where it has one character.
fn asked(word: &str) -> Vec<String> {
    let behind = word.chars().skip(1);
    word.chars()
        .zip(behind)
        .map(|(one, next)| String::from_iter([one, next]))
        .collect()
}

/// On PostgreSQL: the row `s` of an index is a hit of the question that is bound there; looked up in the index.
macro_rules! is_hit {
    ($question:literal) => {
        concat!(
            "pairs_of(s.folded) @@ CAST(split_part(CAST(",
            $question,
            " AS TEXT), CHR(9), 1) AS TSQUERY) AND s.folded LIKE ALL (string_to_array(split_part(CAST(",
            $question,
            " AS TEXT), CHR(9), 2), CHR(10)))"
        )
    };
}
/// The same, found out from the text of the row alone.
macro_rules! reads_like {
    ($question:literal) => {
        concat!(
            "s.folded LIKE ALL (string_to_array(split_part(CAST(",
            $question,
            " AS TEXT), CHR(9), 3), CHR(10)))"
        )
    };
}
pub(crate) use {is_hit, reads_like};

/// The text of a list: without a question, and with one for each database.
pub(crate) struct Texts {
    pub(crate) no_question: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// [`Texts`] of a macro whose first word is `no_question`, `hits_sqlite` or `hits_postgres`.
macro_rules! texts {
    ($make:ident $(, $rest:tt)*) => {
        $crate::search::Texts {
            no_question: $make!(no_question $(, $rest)*),
            sqlite: $make!(hits_sqlite $(, $rest)*),
            postgres: $make!(hits_postgres $(, $rest)*),
        }
    };
}
pub(crate) use texts;

impl Texts {
    /// The statement for `tx`, and what is bound as its question.
    pub(crate) fn choose(
        &self,
        tx: &Tx,
        tenant: Id,
        asked: Option<&str>,
    ) -> (&'static str, Option<String>) {
        match (tx, asked.and_then(Question::of)) {
            (_, None) => (self.no_question, None),
            (Tx::Sqlite(_), Some(question)) => (self.sqlite, Some(question.for_sqlite(tenant))),
            (Tx::Postgres(_), Some(question)) => (self.postgres, Some(question.for_postgres())),
        }
    }
}

/// The tokens of texts, in their order.
fn tokens<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut tokens = Vec::new();
    for text in texts {
        for word in fold(text).split(' ') {
            let behind = word.chars().skip(1).chain([END]);
            let pairs = word.chars().zip(behind);
            tokens.extend(pairs.map(|(one, next)| String::from_iter([one, next])));
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_pairs_and_a_question_is_some_of_them() {
        assert_eq!(
            tokens(["南路 K", "漏水"]),
            ["南路", "路\u{e001}", "k\u{e001}", "漏水", "水\u{e001}"]
        );
        assert_eq!(asked("黄台南"), ["黄台", "台南"]);
        assert_eq!(Question::of(" \u{3000}"), None);
        let question = Question::of("Ａ座 漏").unwrap();
        assert_eq!(question.for_postgres(), "'a座' & '漏':*\t\t%a座%\n%漏%");
        let question = Question::of("黄台南路口 漏水").unwrap();
        assert_eq!(
            question.for_postgres(),
            "'黄台' & '南路' & '路口' & '漏水'\t%黄台南路口%\t%黄台南路口%\n%漏水%"
        );
        let question = Question::of("Ａ座 漏").unwrap();
        assert!(question.is_in("漏水，A座"));
        assert!(!question.is_in("漏水，B座"));
    }
}
