//! What a cell says, without what spreadsheets and people put around it.

use sync_core::text::is_invisible;
use unicode_normalization::UnicodeNormalization as _;

/// Exponents that a number of a ticket has once a spreadsheet has taken it for a quantity.
const EXPONENTS: std::ops::RangeInclusive<u32> = 9..=30;

/// The value of a cell: `="2026…"` and `'2026…`, which keep long numbers whole, are the number itself.
pub(crate) fn cell(text: &str) -> String {
    let trimmed = text.trim_matches(is_blank);
    let formula = trimmed
        .strip_prefix("=\"")
        .and_then(|inside| inside.strip_suffix('"'))
        .filter(|inside| !inside.contains('"'));
    if let Some(inside) = formula {
        return inside.trim_matches(is_blank).to_owned();
    }
    let bare = trimmed
        .strip_prefix(['\'', '’'])
        .filter(|bare| bare.starts_with(|c: char| c.is_ascii_digit()));
    bare.unwrap_or(trimmed).to_owned()
}

/// A column's title as it is compared: marks for required columns, spaces and what nobody sees do not count.
pub(crate) fn title(text: &str) -> String {
    const REQUIRED: [&str; 4] = ["(必填)", "[必填]", "【必填】", "(required)"];
    let mut title: String = text.nfkc().filter(|c| !is_blank(*c)).collect();
    for mark in REQUIRED {
        title = title.replace(mark, "");
    }
    title.trim_matches(['*', ':', '★', '※']).to_lowercase()
}

/// A text as it is compared with what looks like it: one width, and nothing that nobody sees.
pub(crate) fn seen(text: &str) -> String {
    text.nfkc().filter(|c| !is_invisible(*c)).collect()
}

/// A ticket's number as it is kept: one form for what looks alike.
pub(crate) fn number(text: &str) -> String {
    let one = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '﹣' => '-',
        c => c,
    };
    seen(text).chars().map(one).collect()
}

/// What damaged a number, if something did: the words of a spreadsheet or a database for what is no value, and long
/// numbers of which only the beginning is left.
pub(crate) fn damage(text: &str) -> Option<&'static str> {
    const NOTHING: [&str; 5] = ["null", "none", "nan", "undefined", "(null)"];
    if text.len() > 1 && text.chars().all(|c| c == '#') {
        return Some("在表格里因列太窄只显示为 ####，号码没有导出来；请把这一列拉宽后重新导出");
    }
    if is_error(text) {
        return Some(ERROR);
    }
    if NOTHING.contains(&text.to_lowercase().as_str()) {
        return Some("是“空值”的写法；请填写完整编号，没有编号的行请删除");
    }
    is_scientific(text).then_some(
        "被表格软件改成了科学计数，号码已经不全；请把这一列设为“文本”格式，重新填写完整编号",
    )
}

/// What to do about [`is_error`].
pub(crate) const ERROR: &str = "是表格的出错值；请在表格里改正公式后重新导出";

/// `#N/A`, `#REF!`: what a spreadsheet shows instead of a value.
pub(crate) fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 8] = [
        "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!",
    ];
    ERRORS.contains(&text)
}

/// `3.70105E+17`, `2E+17` and `2E17`: what a spreadsheet makes of a long number. `12345E678` is a number of its own.
pub(crate) fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let plus = exponent.starts_with('+');
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = mantissa.replacen('.', "", 1);
    let one_digit = mantissa
        .split('.')
        .next()
        .is_some_and(|first| first.len() == 1);
    let long = exponent
        .parse()
        .is_ok_and(|exponent: u32| EXPONENTS.contains(&exponent));
    digits(&whole) && digits(exponent) && one_digit && (plus || mantissa.contains('.') || long)
}

/// White space, and what nobody sees.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_were_kept_as_text_are_bare() {
        for (written, read) in [
            ("=\"202611200000001\"", "202611200000001"),
            ("'202611200000001", "202611200000001"),
            ("\t202611200000001 ", "202611200000001"),
            ("\u{feff}A-1\u{200b}", "A-1"),
            ("'引用'", "'引用'"),
            ("=\"a\"&\"b\"", "=\"a\"&\"b\""),
        ] {
            assert_eq!(cell(written), read);
        }
    }

    #[test]
    fn titles_are_compared_without_their_marks() {
        for written in [
            "*工单编号",
            "工单编号（必填）",
            "工单编号(必填)",
            "工单编号：",
            "工 单 编 号",
            "【必填】工单编号",
            "工单编号 *",
            "工单\u{200b}编号",
            "工单编号\n",
        ] {
            assert_eq!(title(written), "工单编号", "{written}");
        }
        assert_eq!(title("ＩＤ"), title("id"));
    }

    #[test]
    fn damaged_numbers_are_told_from_strange_ones() {
        for text in [
            "2E+17",
            "2.02611E+17",
            "2E17",
            "2.0E17",
            "########",
            "#N/A",
            "#REF!",
            "#VALUE!",
            "NULL",
            "null",
        ] {
            assert!(damage(text).is_some(), "{text}");
        }
        for text in [
            "12345E678",
            "E17",
            "A-1",
            "#12",
            "2E5",
            "20E17",
            "DH#7",
            "1E+",
        ] {
            assert_eq!(damage(text), None, "{text}");
        }
        assert_eq!(number("ＡＢ－１２—３\u{200b}"), "AB-12-3");
    }
}
