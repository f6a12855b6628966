//! Answers to the questions of a form, as cells of a document.
//!
//! Each answer is a register of its own under `answers/QUESTION/PART`. The part says what the cell holds, so that the gate
//! can hold an answer to its type without knowing the form: a question that asks for something of another type is another
//! cell. Of many choices each has a cell, so that the ticks of two phones add up. The cells stand in the container of
//! `fields`, which every document has from its first change on: records from before there were forms can be answered too.

use crate::value::ValueKind;

/// Where answers stand: how their paths begin.
pub const ANSWERS: &str = "answers";
/// Characters of a question's or a choice's id.
pub const ID_CHARS: usize = 40;
/// Characters of an answer in words.
pub const TEXT_CHARS: usize = 1_000;
/// A number is at most this far from zero: a thousand billion, exact in every JavaScript number.
pub const NUMBER_MOST: i64 = 1_000_000_000_000;

/// What an answer's cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Words.
    Text,
    /// A whole number.
    Number,
    /// A day, as the moment at which it begins.
    Date,
    /// One of several: its id.
    Choice,
    /// Of many choices this one: yes or no.
    Has(&'a str),
}

impl<'a> Part<'a> {
    /// The last piece of the path.
    pub fn parse(text: &'a str) -> Option<Self> {
        Some(match text {
            "text" => Self::Text,
            "number" => Self::Number,
            "date" => Self::Date,
            "choice" => Self::Choice,
            _ => Self::Has(text.strip_prefix("has:").filter(|id| is_id(id))?),
        })
    }

    /// What the gate holds the cell to.
    pub const fn holds(self) -> ValueKind {
        match self {
            Self::Text => ValueKind::Text(TEXT_CHARS),
            Self::Number => ValueKind::Int(-NUMBER_MOST, NUMBER_MOST),
            Self::Date => ValueKind::Time,
            Self::Choice => ValueKind::Text(ID_CHARS),
            Self::Has(_) => ValueKind::Flag,
        }
    }
}

/// The question and the part that a path names; `None` if it is no answer's.
pub fn parse(path: &str) -> Option<(&str, Part<'_>)> {
    let rest = path.strip_prefix(ANSWERS)?.strip_prefix('/')?;
    let (question, part) = rest.split_once('/')?;
    is_id(question).then_some(())?;
    Some((question, Part::parse(part)?))
}

/// What may stand at a path; `None` if it is no answer's.
pub fn holds(path: &str) -> Option<ValueKind> {
    parse(path).map(|(_, part)| part.holds())
}

/// The path of a cell.
pub fn path(question: &str, part: &str) -> String {
    format!("{ANSWERS}/{question}/{part}")
}

/// Whether a word can name a question, a choice or a form: small letters, digits and underscores.
pub fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !text.is_empty() && text.len() <= ID_CHARS && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_its_cell_holds_and_nothing_else_is_an_answer() {
        assert_eq!(
            parse("answers/height/number"),
            Some(("height", Part::Number))
        );
        let ticked = parse("answers/means/has:phone");
        assert_eq!(ticked, Some(("means", Part::Has("phone"))));
        let long = format!("answers/{}/text", "a".repeat(ID_CHARS + 1));
        for no_answer in [
            "answers",
            "answers/height",
            "answers//text",
            "answers/Height/text",
            "answers/height/words",
            "answers/height/has:",
            "answers/height/has:A",
            "answers/height/text/more",
            "fields/height/text",
            "answershigh/text/text",
            long.as_str(),
        ] {
            assert_eq!(parse(no_answer), None, "{no_answer}");
        }
    }
}
