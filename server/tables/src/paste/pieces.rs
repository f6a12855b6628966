//! A text cut at its labels.

use super::PastedField;
use super::labels::{field_of, longest_first};
use crate::plain;

/// A label with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) field: PastedField,
    /// As it is known, without spaces between its letters.
    pub(super) label: &'a str,
    pub(super) value: &'a str,
    /// Label, sign and value as they stand.
    pub(super) words: String,
}

/// What a text falls into.
#[derive(Debug, Default)]
pub(super) struct Pieces<'a> {
    pub(super) pieces: Vec<Piece<'a>>,
    pub(super) rest: String,
    /// Rows of a table below its titles, if there is more than one.
    pub(super) more_rows: Option<usize>,
}

pub(super) fn split(text: &str) -> Pieces<'_> {
    table(text).unwrap_or_else(|| labelled(text))
}

/// A row of titles and a row of values, as a sheet gives its cells.
fn table(text: &str) -> Option<Pieces<'_>> {
    let mut lines = text.lines().filter(|line| !trim(line).is_empty());
    let titles: Vec<&str> = lines.next()?.split('\t').map(trim).collect();
    let known = titles
        .iter()
        .filter(|title| field_of(title).is_some())
        .count();
    // A label and its value in two cells of one line is the other shape.
    if known < 2 || titles.windows(2).any(is_pair) {
        return None;
    }
    let rows: Vec<&str> = lines.collect();
    // Long values may hold line ends: what has fewer cells goes on with the row above.
    let whole = rows
        .iter()
        .filter(|row| row.split('\t').count() == titles.len())
        .count();
    if whole > 1 {
        return Some(Pieces {
            more_rows: Some(whole),
            ..Pieces::default()
        });
    }
    let first = *rows.first()?;
    let start = text.find(first)?;
    let values: Vec<&str> = text.get(start..)?.split('\t').collect();
    let mut found = Pieces::default();
    let mut rest = Vec::new();
    for (title, value) in titles.iter().zip(values) {
        match field_of(title) {
            Some(field) if found.pieces.iter().all(|piece| piece.field != field) => {
                let words = format!("{title}：{}", trim(value));
                found.pieces.push(Piece {
                    field,
                    label: title,
                    value,
                    words,
                });
            }
            _ if trim(value).is_empty() => {}
            _ => rest.push(format!("{title}：{}", trim(value))),
        }
    }
    found.rest = rest.join("\n");
    Some(found)
}

/// A known label, then something that is none.
fn is_pair(pair: &[&str]) -> bool {
    matches!(pair, [label, value] if field_of(label).is_some() && !value.is_empty() && field_of(value).is_none())
}

/// Where a label stands, in bytes.
struct Mark {
    start: usize,
    /// Behind the sign that ends it.
    end: usize,
    field: PastedField,
}

/// Labels with a sign behind them, and what reaches to the next.
fn labelled(text: &str) -> Pieces<'_> {
    let marks = marks(text);
    let mut found = Pieces::default();
    let mut rest = Vec::new();
    let first = marks.first().map_or(text.len(), |mark| mark.start);
    rest.extend(text.get(..first));
    let ends = marks
        .iter()
        .skip(1)
        .map(|mark| mark.start)
        .chain([text.len()]);
    for (mark, end) in marks.iter().zip(ends) {
        let (Some(value), Some(words), Some(label)) = (
            text.get(mark.end..end),
            text.get(mark.start..end),
            text.get(mark.start..mark.end),
        ) else {
            continue;
        };
        found.pieces.push(Piece {
            field: mark.field,
            label: bare(label),
            value,
            words: words.to_owned(),
        });
    }
    let left = rest
        .iter()
        .map(|part| trim(part))
        .filter(|part| !part.is_empty());
    found.rest = left.collect::<Vec<_>>().join("\n");
    found
}

/// The labels of a text, each field once.
fn marks(text: &str) -> Vec<Mark> {
    let words = longest_first();
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let mut marks: Vec<Mark> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let found = is_start(&letters, at)
            .then(|| label_at(&letters, at, &words))
            .flatten()
            .filter(|(_, field)| marks.iter().all(|mark| mark.field != *field));
        let Some((behind, field)) = found else {
            at += 1;
            continue;
        };
        let place = |at: usize| letters.get(at).map_or(text.len(), |(place, _)| *place);
        marks.push(Mark {
            start: place(without_numbering(&letters, at)),
            end: place(behind),
            field,
        });
        at = behind;
    }
    marks
}

/// Whether a label may begin here: at the start, behind a line end, a cell, a bracket or a blank.
fn is_start(letters: &[(usize, char)], at: usize) -> bool {
    let Some((_, before)) = at.checked_sub(1).and_then(|before| letters.get(before)) else {
        return true;
    };
    plain::is_blank(*before)
        || matches!(before, '|' | '｜' | '；' | ';' | '】' | ']' | '」' | '、' | '*' | '·' | '•')
        // Opening brackets belong to the label, which then begins with them.
        || matches!(letters.get(at), Some((_, '【' | '[' | '「')))
        // `1.工单编号`, `二、来电人`
        || (matches!(before, '.' | '．' | ')' | '）') && is_numbering(letters, at))
}

/// Where the number of a label begins that begins at `at`: it is not the end of the value before.
fn without_numbering(letters: &[(usize, char)], at: usize) -> usize {
    let before = letters.get(..at).unwrap_or_default().iter().rev();
    let mut signs = before.map(|(_, c)| *c).enumerate().peekable();
    if signs.next_if(|(_, c)| ".．)）、".contains(*c)).is_none() {
        return at;
    }
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十(（".contains(c);
    let mut start = at;
    while let Some((back, _)) = signs.next_if(|(_, c)| number(*c)) {
        start = at - back - 1;
    }
    start
}

fn is_numbering(letters: &[(usize, char)], at: usize) -> bool {
    let number = at.checked_sub(2).and_then(|place| letters.get(place));
    number.is_some_and(|(_, c)| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c))
}

/// The label that begins here, if it ends with a sign: where its value begins, and its field.
fn label_at(
    letters: &[(usize, char)],
    at: usize,
    words: &[(Vec<char>, PastedField)],
) -> Option<(usize, PastedField)> {
    let letter = |at: usize| letters.get(at).map(|(_, c)| *c);
    let close = match letter(at)? {
        '【' => Some('】'),
        '[' => Some(']'),
        '「' => Some('」'),
        _ => None,
    };
    let start = at + usize::from(close.is_some());
    words.iter().find_map(|(word, field)| {
        let mut place = start;
        for (n, wanted) in word.iter().enumerate() {
            // `来 电 人`: platforms space short labels out.
            while n > 0 && matches!(letter(place), Some(' ' | '\u{3000}')) {
                place += 1;
            }
            if letter(place) != Some(*wanted) {
                return None;
            }
            place += 1;
        }
        let behind = place;
        while matches!(letter(place), Some('*' | ' ' | '\u{3000}' | '\u{a0}')) {
            place += 1;
        }
        if let Some(close) = close {
            if letter(place) != Some(close) {
                return None;
            }
            place += 1;
            let sign = matches!(letter(place), Some('：' | ':'));
            return Some((place + usize::from(sign), *field));
        }
        let ends = match letter(place) {
            Some('：' | ':' | '\t' | '|' | '｜') => true,
            // A label alone on its line, with its value below.
            Some('\n') => is_line_start(letters, at),
            // `来电人 张先生`: a blank is a sign only where a line begins.
            Some(_) if place > behind && is_line_start(letters, at) => {
                return Some((place, *field));
            }
            _ => false,
        };
        ends.then_some((place + 1, *field))
    })
}

fn is_line_start(letters: &[(usize, char)], at: usize) -> bool {
    let before = letters.get(..at).unwrap_or_default().iter().rev();
    let before = before
        .map(|(_, c)| *c)
        .find(|c| !matches!(c, ' ' | '\u{3000}' | '\t'));
    before.is_none_or(|c| c == '\n')
}

/// A label without what surrounds it.
fn bare(label: &str) -> &str {
    label.trim_matches(|c: char| plain::is_blank(c) || "【】[]「」：:|｜*".contains(c))
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| plain::is_blank(c))
}
