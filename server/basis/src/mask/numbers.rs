//! Numbers of people in running text: mobile numbers, landlines and identity numbers, however they are written.
//!
//! A text is read as groups of digits. A group ends where the way of writing changes (`13800005678一直占线`) or where a
//! separator stands; groups that follow each other may be one number (`138-0000-5678`). What is not at such a border is
//! part of a longer number (a ticket's, an order's) and stays.

use std::ops::Range;

mod digits;

use digits::{Digits, Group, groups};

/// A number of a person: where it stands, and what is shown in its place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    pub(super) shown: String,
}

/// Mobile numbers have this many digits.
const MOBILE_DIGITS: usize = 11;
/// Identity numbers have this many characters, more than any other number of a person; the last may be X.
const IDENTITY_CHARACTERS: usize = 18;
/// Separators of different kinds inside one number: `(0531) 8888-0000` has three.
const SEPARATOR_KINDS: usize = 3;

/// Words behind which a number is a way to reach somebody, with nothing or little in between.
const PHONE_WORDS: &[&str] = &[
    "电话",
    "手机",
    "手机号",
    "座机",
    "固话",
    "号码",
    "联系方式",
    "致电",
    "拨打",
    "来电",
    "联系",
    "咨询",
    "热线",
    "电联",
    "微信",
    "传真",
    "qq",
    "tel",
    "phone",
    "mobile",
    "mob",
    "call",
    "wx",
    "vx",
    "weixin",
];
/// Words behind which a number names a thing.
const THING_WORDS: &[&str] = &[
    "工单号",
    "工单编号",
    "受理编号",
    "受理号",
    "单号",
    "编号",
    "流水号",
    "案件号",
    "案号",
    "合同号",
    "订单号",
    "票号",
    "批号",
    "序列号",
    "户号",
    "表号",
    "信用代码",
];
/// What makes a quantity of the number before it.
const MEASURES: &[&str] = &[
    "元", "万", "亿", "块", "㎡", "平方", "平米", "m²", "米", "吨", "千瓦", "度", "%", "％", "股",
    "人次",
];

/// The digits of `text` as ASCII, without what nobody sees.
pub(super) use digits::plain;

/// Every number of a person in `text`, in its order, none overlapping another.
pub(super) fn find(text: &str) -> Vec<Hidden> {
    let mut found: Vec<Hidden> = Vec::new();
    for chain in groups(text) {
        let mut rest = chain.as_slice();
        while !rest.is_empty() {
            let last = found.last().map(|hidden| hidden.span.end);
            let used = match best(text, rest, last) {
                Some((used, hidden)) => {
                    found.push(hidden);
                    used
                }
                None => 1,
            };
            rest = rest.get(used..).unwrap_or_default();
        }
    }
    found
}

/// The longest number that begins with the first of `groups`, and how many groups it takes. The number before ends at
/// `last`.
fn best(text: &str, groups: &[Group], last: Option<usize>) -> Option<(usize, Hidden)> {
    let start = groups.first()?.span.start;
    let mut digits = Digits::default();
    let mut ends = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        if place > 0 && !digits.join(group) {
            break;
        }
        digits.push(group);
        // `一三八……七八一直打不通`: the last character belongs to the next word.
        if let Some(shorter) = group.without_a_last_one()
            && digits.len() == MOBILE_DIGITS + 1
        {
            let mut digits = digits.clone();
            digits.pop();
            ends.push((place + 1, digits, shorter));
        }
        if digits.len() > IDENTITY_CHARACTERS {
            break;
        }
        ends.push((place + 1, digits.clone(), group.span.end));
    }
    ends.into_iter().rev().find_map(|(used, digits, end)| {
        let span = start..end;
        let before = Before::of(text, span.start, last);
        let shown = shown(text, &digits, &span, &before)?;
        Some((used, widened(text, span, shown)))
    })
}

/// What is shown of a number that stands alone at `span`; `None` where it is no number of a person.
fn shown(text: &str, digits: &Digits, span: &Range<usize>, before: &Before) -> Option<String> {
    let number = digits.text();
    // The old form, of 15 digits, has nothing that tells it from another number but a day.
    let old = number.len() < IDENTITY_CHARACTERS;
    if !(old && (before.names_a_thing() || digits.has_slash()))
        && let Some(identity) = identity(&number)
    {
        return Some(identity);
    }
    if digits.is_decimal() || before.names_a_thing() || is_quantity(text, span.end) {
        return None;
    }
    let bare = ["0086", "86"].iter().find_map(|prefix| {
        let bare = number.strip_prefix(prefix)?;
        is_mobile(bare).then_some(bare)
    });
    let mobile = bare.unwrap_or(&number);
    if is_mobile(mobile) && (digits.is_written_as_one() || before.announces_a_phone()) {
        return Some(mobile_masked(mobile));
    }
    if let Some(landline) = landline(&number, digits.first()) {
        return Some(landline);
    }
    let local =
        matches!(number.len(), 7 | 8) && number.starts_with(['2', '3', '4', '5', '6', '7', '8']);
    // `来电2026-11-20`
    let day = number.len() == 8 && number.starts_with("20") && is_day(&number[4..]);
    (local && !day && before.announces_a_phone()).then(|| format!("****{}", last(&number, 4)))
}

/// `span` with the signs before it that are part of the number: `+86`, `(0531)`.
fn widened(text: &str, span: Range<usize>, shown: String) -> Hidden {
    let before = &text[..span.start];
    let start = before.trim_end_matches(['+', '＋']).len();
    let open = before.strip_suffix(['(', '（']);
    let inside = &text[span.clone()];
    let closes_more = inside.matches([')', '）']).count() > inside.matches(['(', '（']).count();
    let start = match open {
        Some(open) if closes_more => open.trim_end_matches(['+', '＋']).len(),
        _ => start,
    };
    Hidden {
        span: start..span.end,
        shown,
    }
}

/// 11 digits that begin with 13 to 19 (numbering plan of the Ministry of Industry and Information Technology).
fn is_mobile(digits: &str) -> bool {
    let second = digits.as_bytes().get(1).copied().unwrap_or_default();
    digits.len() == MOBILE_DIGITS && digits.starts_with('1') && (b'3'..=b'9').contains(&second)
}

/// `138****5678`
fn mobile_masked(digits: &str) -> String {
    format!("{}****{}", &digits[..3], last(digits, 4))
}

/// `0531-****0000` of a landline number: an area code (010, 02x, 03xx to 09xx, without its 0 behind 86) and 7 or 8 digits
/// that begin with 2 to 8. `first` digits stand before the first separator.
fn landline(number: &str, first: usize) -> Option<String> {
    let from_abroad = ["0086", "86"]
        .iter()
        .find_map(|prefix| number.strip_prefix(prefix));
    if let Some(bare) = from_abroad.filter(|bare| !bare.starts_with('0')) {
        return landline(&format!("0{bare}"), 0);
    }
    let number = from_abroad.unwrap_or(number);
    let area = match number.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return None,
    };
    let local = number.as_bytes().get(area)?;
    let fits = matches!(number.len() - area, 7 | 8) && (b'2'..=b'8').contains(local);
    // `03-12 20240918` is a day.
    let cut = first == area || first >= area + 4 || from_abroad.is_some() || first == 0;
    (fits && cut).then(|| format!("{}-****{}", &number[..area], last(number, 4)))
}

/// `370105********001X` of an identity number (GB 11643): a province, a day of birth, and for births since 2015 the check
/// character, because numbers of tickets often hold a region and a day of now.
fn identity(number: &str) -> Option<String> {
    const PROVINCES: &[&str] = &[
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37",
        "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64",
        "65", "71", "81", "82", "83",
    ];
    if !PROVINCES.contains(&number.get(..2)?) {
        return None;
    }
    let plain = match number.len() {
        IDENTITY_CHARACTERS => {
            let year: u16 = number.get(6..10)?.parse().ok()?;
            let born =
                (1900..2015).contains(&year) || (2015..2100).contains(&year) && is_checked(number);
            born && is_day(number.get(10..14)?)
        }
        15 => is_day(number.get(8..12)?),
        _ => false,
    };
    plain.then(|| {
        format!(
            "{}********{}",
            &number[..6],
            last(
                number,
                if number.len() == IDENTITY_CHARACTERS {
                    4
                } else {
                    3
                }
            )
        )
    })
}

fn is_day(digits: &str) -> bool {
    let month = digits.get(..2).and_then(|month| month.parse::<u8>().ok());
    let day = digits.get(2..).and_then(|day| day.parse::<u8>().ok());
    matches!(month, Some(1..=12)) && matches!(day, Some(1..=31))
}

/// ISO 7064 MOD 11-2.
fn is_checked(number: &str) -> bool {
    let sum = number.chars().try_fold(0, |sum, c| {
        let value = if c == 'X' { 10 } else { c.to_digit(10)? };
        Some((sum * 2 + value) % 11)
    });
    sum == Some(1)
}

/// What stands before a number.
struct Before {
    /// The last few characters, in small letters, without spaces.
    text: String,
    /// Another number of a person, and no more than `、` or `或` between.
    is_next: bool,
}

impl Before {
    /// What stands before `at`, where a number that was found ends at `last`.
    fn of(text: &str, at: usize, last: Option<usize>) -> Self {
        const LOOKED_AT: usize = 12;
        const NEXT: &[&str] = &["、", "/", "或", "或者", "和", "及"];
        let between = last.and_then(|last| text.get(last..at));
        let mut near: Vec<char> = text[..at]
            .chars()
            .rev()
            .filter(|c| !c.is_whitespace() && !digits::is_invisible(*c))
            .take(LOOKED_AT)
            .collect();
        near.reverse();
        Self {
            text: near.into_iter().collect::<String>().to_lowercase(),
            is_next: between.is_some_and(|between| {
                // `、`, `，或`
                let words = between.trim().trim_start_matches(['，', ',', '；', ';']);
                words.is_empty() && !between.trim().is_empty() || NEXT.contains(&words)
            }),
        }
    }

    fn announces_a_phone(&self) -> bool {
        const BETWEEN: &[char] = &[
            ':', '：', '是', '为', '(', '（', '[', '【', '+', '＋', '、', ',', '，', '号', '码',
            '.', '-', '=', '"', '“',
        ];
        let before = self.text.trim_end_matches(BETWEEN);
        self.is_next
            || PHONE_WORDS
                .iter()
                .any(|word| before.ends_with(word) || self.text.ends_with(word))
    }

    /// `工单编号：`, or letters that are the beginning of a code: `JN13800005678`.
    fn names_a_thing(&self) -> bool {
        const BETWEEN: &[char] = &[':', '：', '是', '为', '(', '（', '#', '.', '=', '"', '“'];
        let before = self.text.trim_end_matches(BETWEEN);
        if self.announces_a_phone() {
            return false;
        }
        let code = |word: &&&str| before.ends_with(**word);
        if THING_WORDS.iter().find(code).is_some() {
            return true;
        }
        let letters = self
            .text
            .chars()
            .rev()
            .take_while(char::is_ascii_alphabetic)
            .count();
        letters >= 2 && !PHONE_WORDS.iter().any(|word| self.text.ends_with(word))
    }
}

fn is_quantity(text: &str, end: usize) -> bool {
    let behind = &text[end..];
    // `138 0000 1111.50元`
    let behind = behind
        .strip_prefix(['.', '．'])
        .map_or(behind, |cents| cents.trim_start_matches(char::is_numeric));
    let behind = behind.trim_start_matches([' ', '\u{3000}']);
    MEASURES.iter().any(|measure| behind.starts_with(measure))
}

fn last(text: &str, characters: usize) -> &str {
    &text[text.len() - characters..]
}
