//! What an event says on paper: nothing is left out, and nothing stands there as a code.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};
use store::ticket_events::TicketEvent;
use sync_core::lifecycle::Act;
use sync_core::{Id, Timestamp};

use super::said::{EVENTS, FIELDS, said, told};
use crate::words::Words;

/// The fields of every action, as the document that is made from the core lists them.
fn fields() -> BTreeSet<String> {
    let document = include_str!("../../../../docs/LIFECYCLE.md");
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|row| row.split(" | ").nth(6));
    let fields = cells.flat_map(|cell| cell.trim_end_matches('|').split(','));
    fields
        .map(|field| field.trim().trim_matches(['[', ']']).to_owned())
        .filter(|field| !field.is_empty())
        .collect()
}

#[test]
fn every_field_of_every_action_is_told() {
    let fields = fields();
    assert!(fields.len() > 30, "{fields:?}");
    let known: BTreeSet<&str> = FIELDS.iter().map(|(name, ..)| *name).collect();
    let missing: Vec<_> = fields
        .iter()
        .filter(|field| !known.contains(field.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_was_said_is_told_in_words_and_numbers_of_people_are_masked() {
    let unit = Id::from_bytes([7; 16]);
    let names = HashMap::from([(unit, "城管科".to_owned())]);
    let act = |act: Value| serde_json::from_value::<Act>(act).unwrap();
    let words = Words::common();
    let day = 1_788_191_999_000_i64;
    for (value, lines) in [
        (
            json!({ "action": "ask_help", "unit": unit, "words": "请致电13800001234", "due_at": day }),
            vec![
                "单位：城管科",
                "请致电138****1234",
                "期限：2026年8月31日 23:59",
            ],
        ),
        (
            json!({ "action": "callback", "means": "phone", "service": "fair", "result": "dissatisfied", "solved": false }),
            vec!["方式：电话", "服务：基本满意", "结果：不满意", "解决：否"],
        ),
        (
            json!({ "action": "appeal", "cause": "bad_rating", "words": "情况不符", "due_at": day }),
            vec!["事由：差评", "情况不符", "期限：2026年8月31日 23:59"],
        ),
        (
            json!({ "action": "describe", "form": { "employer": "某建筑公司", "amount_fen": 123_450 } }),
            vec!["专项信息：金额 1234.50 元；用人单位 某建筑公司"],
        ),
        (
            json!({ "action": "classify", "requester_type": "enterprise", "moves_deadline": true,
                "proposed": { "requester_type": "citizen" } }),
            vec![
                "诉求主体：企业",
                "时限随分类调整",
                "系统建议：诉求主体 市民",
            ],
        ),
    ] {
        assert_eq!(told(&act(value), &names, &words), lines);
    }
}

#[test]
fn what_an_import_took_over_and_what_came_late_stands_there() {
    let event = |kind: &str, detail: Value| TicketEvent {
        n: 1,
        at: Timestamp::from_millis(0),
        by: None,
        kind: kind.to_owned(),
        detail,
    };
    let words = Words::common();
    let again = event(
        "imported_again",
        json!({ "source": "office", "urged": true,
            "taken": [{ "field": "urgency", "before": "一般", "after": "紧急" }] }),
    );
    let (title, lines) = said(&again, None, &HashMap::new(), &words);
    assert_eq!(title, "再次导入，采用了文件里的新内容");
    assert_eq!(lines, ["紧急程度：一般 → 紧急", "来文催办"]);
    let act = json!({ "action": "return_up", "words": "不属本街道" });
    let act: Act = serde_json::from_value(act).unwrap();
    let late = event("return_up", json!({ "late": true }));
    let (title, lines) = said(&late, Some(&act), &HashMap::new(), &words);
    assert_eq!(
        (title.as_str(), lines),
        ("退单", vec!["不属本街道".to_owned(), "超期回退".to_owned()])
    );
}

#[test]
fn no_event_is_named_twice() {
    let kinds: BTreeSet<&str> = EVENTS.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds.len(), EVENTS.len());
}
