//! Texts of rows, and other ways of writing the same.

use harness::simulation::Chance;

use super::kinds::{Kind, hits};
use super::times::wide;

/// A number that no other row has, in a form of some hotline.
pub(crate) fn number(seed: u64, place: usize, chance: &mut Chance) -> String {
    let place = place + 1;
    match chance.below(6) {
        0 => format!("2026{:05}{place:05}", seed % 100_000),
        1 => format!("20261120{:06}{place:06}", seed % 1_000_000),
        2 => format!("DH〔2026〕{seed}-{place}号"),
        3 => format!("0{:06}{place:05}", seed % 1_000_000),
        4 => format!("{seed}E{place}x"),
        _ => format!("UG-{seed}-{place}"),
    }
}

pub(crate) fn title(place: usize, kinds: &[Kind], chance: &mut Chance) -> String {
    const TITLES: [&str; 8] = [
        "楼道堆放纸箱",
        "夜间施工噪声",
        "R&D中心门口违停",
        "反映5<8号楼漏水",
        "路灯不亮，20%已坏",
        "我<3社区活动建议",
        "🚰停水三天😡",
        "电梯故障 等待维修",
    ];
    let title = TITLES[chance.below(TITLES.len())];
    if hits(kinds, Kind::Longest, chance) {
        return "长".repeat(200);
    }
    if hits(kinds, Kind::QuotesAndLines, chance) {
        return match chance.below(4) {
            0 => format!("关于\"{title}\"的反映"),
            1 => format!("\"{title}\""),
            2 => format!("{title},{place};a|b"),
            _ => format!("{title}\n其二"),
        };
    }
    title.to_owned()
}

pub(crate) fn description(kinds: &[Kind], chance: &mut Chance) -> String {
    const TEXTS: [&str; 6] = [
        "来电反映二单元楼道堆放杂物，已经影响通行。",
        "希望尽快处理A&B两处",
        "详见附件(3)；价格<100元",
        "居民称：垃圾未清运。",
        "同上",
        "二〇二六年十一月起每晚二十三点后施工",
    ];
    let text = TEXTS[chance.below(TEXTS.len())];
    if chance.below(20) == 0 && hits(kinds, Kind::Longest, chance) {
        return "述".repeat(20_000);
    }
    if hits(kinds, Kind::Phones, chance) {
        let number = ["13800005678", "138 0000 5678", "010-62345678"][chance.below(3)];
        return format!("{text}回电{number}。");
    }
    if hits(kinds, Kind::QuotesAndLines, chance) {
        return match chance.below(4) {
            0 => format!("{text}\n第二行\n\n\"第四行\""),
            1 => format!("说\"{text}\",然后离开"),
            2 => "1,2;3|4\n5,6,7".to_owned(),
            _ => format!("{text}\n"),
        }
        .trim()
        .to_owned();
    }
    text.to_owned()
}

pub(crate) fn address(kinds: &[Kind], chance: &mut Chance) -> String {
    match hits(kinds, Kind::QuotesAndLines, chance) {
        true => "和平路\"3\"号, 2单元".to_owned(),
        false => format!("和平路{}号", 1 + chance.below(90)),
    }
}

pub(crate) fn name(chance: &mut Chance) -> String {
    ["某某", "张女士", "欧阳某某", "某某便利店"][chance.below(4)].to_owned()
}

pub(crate) fn phone(kinds: &[Kind], chance: &mut Chance) -> String {
    const OTHERS: [&str; 6] = [
        "138-0000-5678",
        "+86 13800005678",
        "010-62345678转801",
        "１３８００００５６７８",
        "13800005678/13900001234",
        "12345",
    ];
    match hits(kinds, Kind::Phones, chance) {
        true => OTHERS[chance.below(OTHERS.len())].to_owned(),
        false => format!("1380000{:04}", chance.below(10_000)),
    }
}

pub(crate) fn cut(text: &str, most: usize) -> String {
    text.chars()
        .take(most)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The same number to the eye.
pub(crate) fn look_alike(number: &str, chance: &mut Chance) -> String {
    match chance.below(4) {
        0 => wide(number),
        1 => number.replace('-', ["—", "–", "－", "﹣", "−"][chance.below(5)]),
        _ => with_invisible(number, chance),
    }
}

/// With a character inside that nobody sees.
pub(crate) fn with_invisible(text: &str, chance: &mut Chance) -> String {
    let unseen = ['\u{200b}', '\u{feff}', '\u{200d}', '\u{ad}', '\u{202c}'][chance.below(5)];
    inserted(text, unseen, chance)
}

/// With a control character inside, as key presses and old systems leave them.
pub(crate) fn with_control(text: &str, is_text: bool, chance: &mut Chance) -> String {
    let all = ['\u{b}', '\u{1}', '\u{7f}', '\u{9f}', '\u{1a}'];
    // XML has no way to write the others but the one of XLSX.
    let control = all[chance.below(if is_text { 5 } else { 3 })];
    inserted(text, control, chance)
}

fn inserted(text: &str, character: char, chance: &mut Chance) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    // Not behind the last one, where it would be trimmed.
    let at = chance.below(characters.len());
    characters.insert(at.max(1).min(characters.len()), character);
    characters.into_iter().collect()
}

/// As a web system exports it.
pub(crate) fn marked_up(text: &str, chance: &mut Chance) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let lines: Vec<&str> = escaped.split('\n').collect();
    match chance.below(5) {
        0 if !lines.contains(&"") => lines
            .iter()
            .map(|line| format!("<p>{line}</p>"))
            .collect::<String>(),
        1 => format!("<b>{}</b>", lines.join("<br>")),
        2 => format!("<div style=\"color:red\">{}</div>", lines.join("<BR />")),
        3 => format!("{}&nbsp;", lines.join("<br/>")),
        _ => format!(
            "<span lang='zh'>{}</span><a href=\"/f?a=1&amp;b=2\"></a>",
            lines.join("<br/>")
        ),
    }
}
