//! What others may see of a requester: 张*, 欧阳**, 138****5678.

/// Surnames of two characters; the given name behind them is what is hidden.
const LONG_SURNAMES: &[&str] = &[
    "欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "东方",
    "南宫", "宇文", "长孙", "端木", "百里", "呼延", "轩辕", "独孤", "闻人", "申屠", "澹台", "太史",
];

/// Forms of address: a name written like this is masked already.
const COURTESIES: &[&str] = &[
    "女士", "先生", "小姐", "同志", "老师", "师傅", "阿姨", "大爷", "大妈",
];

/// Words in the name of a company or shop.
const FIRMS: &[&str] = &[
    "公司",
    "店",
    "厂",
    "部",
    "行",
    "中心",
    "合作社",
    "工作室",
    "协会",
];

/// Mobile numbers have this many digits.
const MOBILE_DIGITS: usize = 11;
/// Identity numbers have this many characters; the last may be X.
const IDENTITY_CHARACTERS: usize = 18;

/// The surname, and a star for each further character.
pub(crate) fn name(name: &str) -> String {
    let name = name.trim();
    let length = name.chars().count();
    if length > 4 && FIRMS.iter().any(|word| name.ends_with(word)) {
        return format!("{}**{}", first(name, 2), last(name, 2));
    }
    if length <= 4 && COURTESIES.iter().any(|word| name.ends_with(word)) {
        return name.to_owned();
    }
    let surname = LONG_SURNAMES
        .iter()
        .find(|surname| length > 2 && name.starts_with(*surname))
        .map_or(1, |surname| surname.chars().count());
    let shown = if length <= 1 { 0 } else { surname };
    // The number of stars says how long the name is only where that is usual.
    let stars = (length - shown).min(3);
    first(name, shown) + &"*".repeat(stars)
}

/// Hides the middle of mobile numbers and all but the end of other numbers.
pub(crate) fn phone(phone: &str) -> String {
    let joined: String = phone
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{3000}'))
        .collect();
    let digits: String = joined.chars().filter(char::is_ascii_digit).collect();
    // 138-0000-0000 and +86 138...: one mobile number, however it is grouped.
    let mobile = digits.strip_prefix("86").unwrap_or(&digits);
    if is_mobile(mobile) {
        return mobile_masked(mobile);
    }
    masked_runs(&joined, |run| match run.len() {
        MOBILE_DIGITS if is_mobile(run) => Some(mobile_masked(run)),
        // An area code or an extension.
        0..=4 => None,
        length => Some("*".repeat(length - 4) + &last(run, 4)),
    })
}

/// Hides mobile and identity numbers inside running text; other numbers stay.
pub(crate) fn text(text: &str) -> String {
    masked_runs(text, |run| match run.len() {
        MOBILE_DIGITS if is_mobile(run) => Some(mobile_masked(run)),
        IDENTITY_CHARACTERS if run.starts_with(['1', '2', '3', '4', '5', '6', '7', '8']) => {
            Some(format!("{}********{}", first(run, 6), last(run, 4)))
        }
        _ => None,
    })
}

fn is_mobile(digits: &str) -> bool {
    let second = digits.as_bytes().get(1).copied().unwrap_or_default();
    digits.len() == MOBILE_DIGITS && digits.starts_with('1') && (b'3'..=b'9').contains(&second)
}

fn mobile_masked(digits: &str) -> String {
    format!("{}****{}", first(digits, 3), last(digits, 4))
}

/// Replaces each longest run of ASCII digits for which `mask` has another text. An X after 17 digits
/// belongs to the run.
fn masked_runs(text: &str, mask: impl Fn(&str) -> Option<String>) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        masked.push_str(before);
        let mut end = from
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(from.len());
        let behind = from.as_bytes().get(end);
        if end == IDENTITY_CHARACTERS - 1 && matches!(behind, Some(b'X' | b'x')) {
            end += 1;
        }
        let (run, after) = from.split_at(end);
        masked.push_str(mask(run).as_deref().unwrap_or(run));
        rest = after;
    }
    masked.push_str(rest);
    masked
}

fn first(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

fn last(text: &str, characters: usize) -> String {
    let skipped = text.chars().count().saturating_sub(characters);
    text.chars().skip(skipped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_shows_its_surname_alone() {
        for (full, shown) in [
            ("张三", "张*"),
            ("张小三", "张**"),
            ("欧阳某某", "欧阳**"),
            ("欧阳", "欧*"),
            ("李女士", "李女士"),
            ("某", "*"),
            ("", ""),
            ("买买提·某某某", "买***"),
            ("北园某某茶业有限公司", "北园**公司"),
        ] {
            assert_eq!(name(full), shown, "{full}");
        }
    }

    #[test]
    fn a_phone_number_shows_no_more_than_its_ends() {
        for (full, shown) in [
            ("13800005678", "138****5678"),
            ("138 0000 5678", "138****5678"),
            ("+86-138-0000-5678", "138****5678"),
            ("0531-88880000", "0531-****0000"),
            ("053188880000", "********0000"),
            ("13800005678/0531-88880000", "138****5678/0531-****0000"),
        ] {
            assert_eq!(phone(full), shown, "{full}");
        }
    }

    #[test]
    fn numbers_of_people_are_hidden_inside_text() {
        let shown = text("电话13800005678，证件37010519900101001X，12345热线，69号院，2026年");
        assert_eq!(
            shown,
            "电话138****5678，证件370105********001X，12345热线，69号院，2026年"
        );
    }

    #[test]
    fn text_without_such_numbers_stays_as_it_is() {
        assert_eq!(text("黄台南路69号院"), "黄台南路69号院");
    }
}
