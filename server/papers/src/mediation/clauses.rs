//! The clauses with their terms in words, so that nothing that is measured is only in a form.

use print::{Block, Numbering};
use sync_core::Id;
use sync_core::kinds::mediation::content::{Content, Registers};
use sync_core::value::Value;

use super::parts::{joined, party, text};
use crate::moment;
use crate::words::Words;

const DAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// The heading and the numbered clauses; nothing where there are none.
pub(super) fn clauses(content: &Content, words: &Words) -> Vec<Block> {
    let items: Vec<String> = content
        .entries("clauses")
        .iter()
        .map(|(_, clause)| said(clause, content))
        .collect();
    if items.is_empty() {
        return Vec::new();
    }
    vec![
        Block::Heading(words.name("collections.clauses")),
        Block::Clauses {
            numbering: Numbering::Chinese,
            items,
        },
    ]
}

fn said(clause: &Registers, content: &Content) -> String {
    let performer = party(content.entries("parties"), text(clause, "performer"));
    let by = if performer.is_empty() {
        String::new()
    } else {
        format!("由{performer}履行")
    };
    let labelled = |label: &str, name: &str| {
        let value = text(clause, name);
        if value.is_empty() {
            String::new()
        } else {
            format!("{label}{value}")
        }
    };
    let due = clause.get("due_at").and_then(Value::time);
    let terms = joined(&[
        &by,
        &labelled("措施：", "measure"),
        &hours(clause),
        &number(clause, "amount_fen").map(amount).unwrap_or_default(),
        &due.map(|at| format!("履行期限{}", moment::day(at)))
            .unwrap_or_default(),
        &labelled("方式：", "manner"),
        &labelled("地点：", "place"),
        &checks(clause),
        &claim(clause, content),
    ]);
    let words = text(clause, "text").trim_end_matches(['。', '.', '；', ';']);
    if terms.is_empty() {
        format!("{words}。")
    } else {
        format!("{words}。（{terms}）")
    }
}

/// 周一至周五每天 9:00 至 12:00
fn hours(clause: &Registers) -> String {
    let days = number(clause, "weekdays").map(weekdays).unwrap_or_default();
    let clock = |minute: i64| format!("{}:{:02}", minute / 60, minute % 60);
    let (from, to) = (number(clause, "from_minute"), number(clause, "to_minute"));
    let between = match (from, to) {
        (Some(from), Some(to)) => format!("每天 {} 至 {}", clock(from), clock(to)),
        (Some(from), None) => format!("每天 {} 起", clock(from)),
        (None, Some(to)) => format!("每天 {} 止", clock(to)),
        (None, None) => String::new(),
    };
    format!("{days}{between}")
}

/// Days of the week in words; a run of three or more as a span.
fn weekdays(bits: i64) -> String {
    let days: Vec<usize> = (0..7).filter(|day| bits >> day & 1 == 1).collect();
    let span = days
        .windows(2)
        .all(|pair| matches!(pair, [one, next] if next - one == 1));
    let name = |day: &usize| DAYS.get(*day).copied().unwrap_or_default();
    match (days.as_slice(), span) {
        ([], _) => String::new(),
        ([_, _, _, _, _, _, _], _) => "周一至周日".to_owned(),
        ([first, .., last], true) if days.len() > 2 => format!("{}至{}", name(first), name(last)),
        _ => days.iter().map(name).collect::<Vec<_>>().join("、"),
    }
}

/// 人民币 1,234.50 元
fn amount(fen: i64) -> String {
    let yuan = (fen / 100).to_string();
    let mut grouped = String::new();
    for (place, digit) in yuan.chars().enumerate() {
        if place > 0 && (yuan.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("人民币 {grouped}.{:02} 元", fen % 100)
}

/// 自2026年9月2日起每 7 天抽查一次，共 4 次
fn checks(clause: &Registers) -> String {
    let Some(from) = clause.get("check_from_at").and_then(Value::time) else {
        return String::new();
    };
    let day = moment::day(from);
    match (
        number(clause, "check_every_days"),
        number(clause, "check_times"),
    ) {
        (Some(every), times) => format!(
            "自{day}起每 {every} 天抽查一次，共 {} 次",
            times.unwrap_or(1)
        ),
        (None, _) => format!("{day}抽查"),
    }
}

/// 回应诉求 2
fn claim(clause: &Registers, content: &Content) -> String {
    let id = Id::parse(text(clause, "claim"));
    let mut claims = content.entries("claims").iter();
    let place = claims.position(|(one, _)| Some(*one) == id);
    place
        .map(|place| format!("回应诉求 {}", place + 1))
        .unwrap_or_default()
}

fn number(clause: &Registers, name: &str) -> Option<i64> {
    match clause.get(name) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_to_the_fen() {
        assert_eq!(amount(0), "人民币 0.00 元");
        assert_eq!(amount(123_450), "人民币 1,234.50 元");
        assert_eq!(amount(100_000_007), "人民币 1,000,000.07 元");
    }

    #[test]
    fn days_of_the_week_are_a_span_or_a_list() {
        assert_eq!(weekdays(0b001_1111), "周一至周五");
        assert_eq!(weekdays(0b110_0000), "周六、周日");
        assert_eq!(weekdays(0b111_1111), "周一至周日");
        assert_eq!(weekdays(0b001_0101), "周一、周三、周五");
        assert_eq!(weekdays(0), "");
    }
}
