//! Digits in every way that people write them, as groups with what stands between.

use std::ops::Range;

pub(super) use sync_core::text::is_invisible;

/// A run of digits written in one way, nothing visible between them.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// ASCII digits; `X` for the last character of an identity number.
    digits: String,
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    /// Where the last character begins, if it is 一: a word may begin with it.
    last_one: Option<usize>,
    /// Where the group ends without its X.
    before_x: Option<usize>,
    /// What stands between this group and the one before.
    gap: Gap,
}

/// The separators between two groups.
#[derive(Clone, Debug, Default)]
struct Gap(String);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Arabic,
    Chinese,
}

/// A gap has this many characters at most: ` - `, `) `.
const GAP_CHARS: usize = 3;

impl Group {
    /// Where the group ends without a last 一.
    pub(super) fn without_a_last_one(&self) -> Option<usize> {
        self.last_one
    }
}

/// Groups joined so far.
#[derive(Clone, Default)]
pub(super) struct Digits {
    text: String,
    lengths: Vec<usize>,
    gaps: Vec<Gap>,
    kinds: Vec<char>,
}

impl Digits {
    pub(super) fn text(&self) -> String {
        self.text.clone()
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether the next group may belong to the same number.
    pub(super) fn join(&mut self, group: &Group) -> bool {
        for kind in group.gap.0.chars().map(kind_of) {
            if !self.kinds.contains(&kind) {
                self.kinds.push(kind);
            }
        }
        // An X ends an identity number.
        self.kinds.len() <= super::SEPARATOR_KINDS && !self.text.ends_with('X')
    }

    pub(super) fn push(&mut self, group: &Group) {
        self.text.push_str(&group.digits);
        self.lengths.push(group.digits.len());
        if self.lengths.len() > 1 {
            self.gaps.push(group.gap.clone());
        }
    }

    pub(super) fn pop(&mut self) {
        self.text.pop();
        if let Some(length) = self.lengths.last_mut() {
            *length -= 1;
        }
    }

    /// `139.03125678`: one point between two groups, as in coordinates and amounts.
    pub(super) fn is_decimal(&self) -> bool {
        match &self.gaps[..] {
            [Gap(gap)] => matches!(gap.as_str(), "." | "．"),
            _ => false,
        }
    }

    /// Whether the groups look like one number, not like a list of small ones (`13 14 15 16 171`) or like a day and a
    /// number (`15 20240918 3`).
    pub(super) fn is_written_as_one(&self) -> bool {
        let visible = self.gaps.iter().any(|gap| !gap.0.is_empty());
        let first = self.lengths.first().copied().unwrap_or_default();
        let last = self.lengths.last().copied().unwrap_or_default();
        // `150 2024-09-18`: an amount and a day.
        if self.kinds.len() > 1 && last < 3 && !self.has_a_prefix() {
            return false;
        }
        let alone = self.lengths.iter().all(|length| *length == 1);
        !visible
            || first >= 3
            || alone
            || first == 1 && self.lengths.len() <= 4
            || self.has_a_prefix()
    }

    /// Whether a slash stands between: in lists of numbers more often than inside one.
    pub(super) fn has_slash(&self) -> bool {
        self.kinds.contains(&'/')
    }

    /// How many digits stand before the first gap.
    pub(super) fn first(&self) -> usize {
        self.lengths.first().copied().unwrap_or_default()
    }

    /// `86 138 …`
    fn has_a_prefix(&self) -> bool {
        self.text.starts_with("86") || self.text.starts_with("0086")
    }
}

/// Every chain of groups with no more than separators between them.
pub(super) fn groups(text: &str) -> Vec<Vec<Group>> {
    let mut chains: Vec<Vec<Group>> = Vec::new();
    let mut chain: Vec<Group> = Vec::new();
    let mut gap = String::new();
    let mut writing = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if let Some((digit, as_written)) = digit(c) {
            let ended = chain
                .last()
                .is_some_and(|group| group.digits.ends_with('X'));
            match chain.last_mut() {
                Some(group) if gap.is_empty() && writing == Some(as_written) && !ended => {
                    group.digits.push(digit);
                    group.span.end = end;
                    group.last_one = (c == '一').then_some(at);
                }
                _ => chain.push(Group {
                    digits: digit.to_string(),
                    span: at..end,
                    last_one: (c == '一').then_some(at),
                    before_x: None,
                    gap: Gap(std::mem::take(&mut gap)),
                }),
            }
            writing = Some(as_written);
        } else if let Some(group) = chain.last_mut().filter(|_| is_check_mark(c))
            && gap.is_empty()
            && !group.digits.ends_with('X')
        {
            group.digits.push('X');
            group.before_x = Some(group.span.end);
            group.span.end = end;
        } else if is_invisible(c) && !chain.is_empty() {
            // Nothing that anybody sees.
        } else if is_separator(c) && !chain.is_empty() && gap.chars().count() < GAP_CHARS {
            gap.push(c);
        } else {
            if !chain.is_empty() {
                chains.push(std::mem::take(&mut chain));
            }
            gap.clear();
            writing = None;
        }
    }
    if !chain.is_empty() {
        chains.push(chain);
    }
    chains.into_iter().map(unmarked).collect()
}

/// An X is a digit only at the end of an identity number; elsewhere (`138 0000 5678x`) it is a letter behind it.
fn unmarked(mut chain: Vec<Group>) -> Vec<Group> {
    let mut before = 0;
    for group in &mut chain {
        let digits = group.digits.len();
        if let Some(end) = group.before_x
            && before + digits < super::IDENTITY_CHARACTERS
        {
            group.digits.pop();
            group.span.end = end;
        }
        before += digits;
    }
    chain
}

/// ASCII and full-width digits, digits of other scripts, Chinese digits with those of the telephone and of cheques.
fn digit(c: char) -> Option<(char, Writing)> {
    let arabic = match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        // Bold, double-struck and other digits for display.
        '\u{1d7ce}'..='\u{1d7ff}' => char::from_digit((u32::from(c) - 0x1d7ce) % 10, 10),
        _ => None,
    };
    if let Some(digit) = arabic {
        return Some((digit, Writing::Arabic));
    }
    let chinese = match c {
        '零' | '〇' | '○' | '洞' => '0',
        '一' | '幺' | '壹' => '1',
        '二' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' | '拐' => '7',
        '八' | '捌' => '8',
        '九' | '玖' | '勾' => '9',
        _ => return None,
    };
    Some((chinese, Writing::Chinese))
}

fn is_check_mark(c: char) -> bool {
    matches!(c, 'X' | 'x' | 'Ｘ' | 'ｘ')
}

/// The digits of `text` as ASCII, without what nobody sees; everything else as it is.
pub(in crate::mask) fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| digit(c).map_or(c, |(digit, _)| digit))
        .collect()
}

fn is_separator(c: char) -> bool {
    kind_of(c) != '?'
}

/// Separators that people take for the same; `?` for what is none.
fn kind_of(c: char) -> char {
    match c {
        ' ' | '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => ' ',
        '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' | '﹣' | '~' | '～' => '-',
        '.' | '．' | '·' | '•' | '・' | '。' => '.',
        '(' | ')' | '（' | '）' | '[' | ']' | '【' | '】' => '(',
        '/' => '/',
        _ => '?',
    }
}
