//! Words for people out of cells, and ids.

use std::collections::BTreeSet;

use sync_core::answers::{ID_CHARS, is_id};
use sync_core::form::Label;

use super::rows::Line;
use super::{LeftOut, WhyLeft};

const LABEL_CHARS: usize = 200;

fn is_chinese(language: &str) -> bool {
    language.contains("chinese") || language.contains("中文") || language.contains("zh")
}

fn is_english(language: &str) -> bool {
    language.contains("english")
        || language.contains("英")
        || language.contains("(en")
        || language == "en"
}

/// Words in Chinese and in English, from `label` or `hint` and its columns by language.
pub(super) fn label_of(line: &Line<'_>, word: &str, left_out: &mut Vec<LeftOut>) -> Option<Label> {
    let (mut zh, mut en, mut other) = (None, None, None);
    for (title, language) in line.sheet.languages(word) {
        if line.cell(title).is_empty() {
            continue;
        }
        if is_chinese(language) {
            zh = zh.or(Some(title));
        } else if is_english(language) {
            en = en.or(Some(title));
        } else if other.is_none() {
            other = Some(title);
        } else {
            line.leave(title, WhyLeft::Language, true, left_out);
        }
    }
    // What names no language is what people read first.
    let plain = Some(word).filter(|word| !line.cell(word).is_empty());
    let first = zh.or(plain).or(en).or(other)?;
    if let Some(spare) = plain.filter(|plain| *plain != first && zh.is_some()) {
        if line.cell(spare) != line.cell(first) && en.is_some() {
            line.leave(spare, WhyLeft::Language, true, left_out);
        } else if en.is_none() && line.cell(spare) != line.cell(first) {
            en = Some(spare);
        }
    }
    if let Some(spare) = other.filter(|other| *other != first) {
        line.leave(spare, WhyLeft::Language, true, left_out);
    }
    let only_english = Some(first) == en;
    if only_english {
        line.leave(first, WhyLeft::NoChinese, true, left_out);
    }
    let en = en.filter(|_| !only_english);
    Some(Label {
        zh: words_of(line, first, left_out)?,
        en: en.and_then(|en| words_of(line, en, left_out)),
    })
}

/// One cell as a form can hold it: in one line, without the signs that mean something there.
pub(super) fn words_of(
    line: &Line<'_>,
    column: &str,
    left_out: &mut Vec<LeftOut>,
) -> Option<String> {
    let cell = line.cell(column);
    let clean = one_line(cell);
    if clean.contains(['|', '#']) {
        line.leave(column, WhyLeft::SignsChanged, true, left_out);
    }
    let clean = clean.replace('|', "｜").replace('#', "＃");
    if clean.chars().nth(LABEL_CHARS).is_some() {
        line.leave(column, WhyLeft::Cut, true, left_out);
    }
    let cut: String = clean.chars().take(LABEL_CHARS).collect();
    let cut = cut.trim();
    (!cut.is_empty()).then(|| cut.to_owned())
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// The same word as an id: `Q1-Name` becomes `q1_name`. One that is taken gets a number.
pub(super) fn id_of(text: &str, taken: &BTreeSet<String>) -> Option<String> {
    let plain: String = text
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .take(ID_CHARS)
        .collect();
    let said = plain.chars().any(|c| c != '_');
    if !said || !is_id(&plain) {
        return None;
    }
    if !taken.contains(&plain) {
        return Some(plain);
    }
    let stem: String = plain.chars().take(ID_CHARS - 4).collect();
    (2..1_000)
        .map(|n| format!("{stem}_{n}"))
        .find(|id| !taken.contains(id))
}
