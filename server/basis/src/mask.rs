//! What others may see of a requester: 张*, 欧阳**, 138****5678.

mod numbers;

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

/// The surname, and a star for each further character.
pub fn name(name: &str) -> String {
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

/// Hides the middle of mobile and landline numbers and all but the end of other numbers: a column of phone numbers holds
/// nothing else.
pub fn phone(phone: &str) -> String {
    const ANNOUNCED: &str = "电话";
    let hidden = text(&format!("{ANNOUNCED}{phone}"));
    let hidden = numbers::plain(hidden.strip_prefix(ANNOUNCED).unwrap_or(&hidden));
    let mut masked = String::with_capacity(hidden.len());
    let mut rest = hidden.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_digit());
        let (run, after) = from.split_at(end.unwrap_or(from.len()));
        masked.push_str(before);
        // An area code or an extension stays, and the ends of what is hidden already.
        let kept = run.len().min(4);
        masked.push_str(&"*".repeat(run.len() - kept));
        masked.push_str(&run[run.len() - kept..]);
        rest = after;
    }
    masked.push_str(rest);
    masked
}

/// Where `text` hides something, in bytes; for measuring.
pub fn spans(text: &str) -> Vec<std::ops::Range<usize>> {
    let found = numbers::find(text).into_iter();
    found.map(|hidden| hidden.span).collect()
}

/// Hides mobile, landline and identity numbers inside running text, however they are written; other numbers stay.
pub fn text(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for hidden in numbers::find(text) {
        masked.push_str(&text[from..hidden.span.start]);
        masked.push_str(&hidden.shown);
        from = hidden.span.end;
    }
    masked.push_str(&text[from..]);
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
            ("053188880000", "0531-****0000"),
            ("１３８００００５６７８", "138****5678"),
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
        for (full, shown) in [
            ("电话+86 138-0000-1111急", "电话138****1111急"),
            ("座机（0531）8888-0000", "座机0531-****0000"),
            ("（电话13800001111）", "（电话138****1111）"),
            ("(138)0000-1111)", "138****1111)"),
        ] {
            assert_eq!(text(full), shown, "{full}");
        }
    }

    /// What is between the brackets of a labelled text, as bytes of the text without them.
    fn labelled(line: &str) -> (String, Vec<std::ops::Range<usize>>) {
        let (mut plain, mut spans) = (String::new(), Vec::new());
        for c in line.chars() {
            match c {
                '⟦' => spans.push(plain.len()..0),
                '⟧' => spans.last_mut().unwrap().end = plain.len(),
                c => plain.push(c),
            }
        }
        (plain, spans)
    }

    #[test]
    fn every_labelled_number_is_found_and_nothing_else_is() {
        let lines = include_str!("mask/labelled.txt").lines();
        let (mut found, mut wrong) = (0, Vec::new());
        for line in lines.filter(|line| !line.starts_with('#')) {
            let (plain, wanted) = labelled(line);
            let spans = spans(&plain);
            // Signs around a number (a bracket, a plus) may go with it or stay.
            let digits = |span: &std::ops::Range<usize>| {
                let sign = |c: char| "+＋()（）[]【】".contains(c);
                plain[span.clone()].trim_matches(sign).to_owned()
            };
            let (got, want): (Vec<_>, Vec<_>) = (
                spans.iter().map(digits).collect(),
                wanted.iter().map(digits).collect(),
            );
            if got == want {
                found += want.len();
            } else {
                wrong.push(format!("{line}\n    found {got:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(found > 70, "{found}");
    }

    #[test]
    fn nothing_that_was_hidden_is_hidden_again() {
        for line in include_str!("mask/labelled.txt").lines() {
            let once = text(&labelled(line).0);
            assert_eq!(text(&once), once);
        }
    }

    #[test]
    fn text_without_such_numbers_stays_as_it_is() {
        assert_eq!(text("黄台南路69号院"), "黄台南路69号院");
    }
}
