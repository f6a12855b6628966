//! What an event says, in words: its name, and a line for each thing that was said with it.

use std::collections::HashMap;

use basis::mask;
use serde_json::Value;
use store::ticket_events::TicketEvent;
use sync_core::lifecycle::Act;
use sync_core::{Id, Timestamp};

use crate::moment;
use crate::words::Words;

/// How a field of an act is read.
#[derive(Clone, Copy)]
pub(super) enum Look {
    /// Words of people.
    Text,
    /// A word of this group.
    Word(&'static str),
    /// The group goes by the action.
    Cause,
    /// A moment.
    Time,
    /// The end of a term.
    Due,
    /// Yes, said only where it is so.
    Flag(&'static str),
    /// The event that it is about.
    Event,
    /// A person, a unit or a ticket.
    Named,
    /// Words, one after the other.
    List,
    /// By field, with words of that field.
    Map,
    /// Told by another field.
    Silent,
}

/// Fields of acts in the order in which they are told, with their names on paper.
pub(super) const FIELDS: [(&str, &str, Look); 42] = [
    ("task", "针对", Look::Event),
    ("kind", "", Look::Silent),
    ("to", "承办", Look::Named),
    ("into", "并入", Look::Named),
    ("unit", "单位", Look::Named),
    ("party", "外部单位", Look::Text),
    ("contact", "联系方式", Look::Text),
    ("owner", "负责人", Look::Text),
    ("level", "级别", Look::Word("supervision_level")),
    ("cause", "事由", Look::Cause),
    ("addressee", "反馈对象", Look::Word("addressee")),
    ("stage", "反馈内容", Look::Word("stage")),
    ("means", "方式", Look::Word("means")),
    ("at", "时间", Look::Time),
    ("corrected", "", Look::Flag("手机时间已按偏差校正")),
    ("request_kind", "诉求类型", Look::Word("request_kind")),
    ("requester_type", "诉求主体", Look::Word("requester_type")),
    ("urgency", "紧急程度", Look::Word("urgency")),
    ("category", "类别", Look::List),
    ("topic", "专题", Look::Text),
    ("moves_deadline", "", Look::Flag("时限随分类调整")),
    ("proposed", "系统建议", Look::Map),
    ("form", "专项信息", Look::Map),
    ("finding", "认定", Look::Word("finding")),
    ("evidence", "依据", Look::List),
    ("outcome", "结果", Look::Word("outcome")),
    ("by", "确认人", Look::Text),
    ("service", "服务", Look::Word("satisfaction")),
    ("result", "结果", Look::Word("satisfaction")),
    ("solved", "解决", Look::Word("flag")),
    ("not_asked", "未回访", Look::Word("not_asked")),
    ("ruling", "裁定", Look::Word("ruling")),
    ("step", "环节", Look::Word("ten_step")),
    ("causes", "根源", Look::List),
    ("id", "平台编号", Look::Text),
    ("status", "平台状态", Look::Text),
    ("words", "", Look::Text),
    ("note", "说明", Look::Text),
    ("plan", "计划", Look::Text),
    ("until", "延至", Look::Due),
    ("due_at", "期限", Look::Due),
    ("action", "", Look::Silent),
];

/// Names of the fields of forms.
const FORM: [(&str, &str); 10] = [
    ("enterprise", "企业名称"),
    ("employer", "用人单位"),
    ("site", "工地"),
    ("months_from", "起始月份"),
    ("months_to", "截止月份"),
    ("amount_fen", "金额"),
    ("people", "人数"),
    ("credit_code", "统一社会信用代码"),
    ("market", "市场"),
    ("affected_scope", "影响范围"),
];

/// Names of events that are no acts.
pub(super) const EVENTS: [(&str, &str); 31] = [
    ("imported", "导入工单"),
    ("imported_again", "再次导入，采用了文件里的新内容"),
    ("received", "直接收件"),
    ("found", "巡查发现"),
    ("assigned", "派单"),
    ("due_recomputed", "办理时限重新计算"),
    ("evidence_added", "添加诉求截图"),
    ("linked", "关联为同一事项"),
    ("unlinked", "解除关联"),
    ("merged", "并入一件工单"),
    ("unmerged", "一件工单撤销并入"),
    ("visit_begun", "开始走访"),
    ("visit_submitted", "走访提交审核"),
    ("visit_withdrawn", "走访撤回提交"),
    ("visit_discarded", "走访草稿作废"),
    ("visit_restored", "走访草稿恢复"),
    ("visit_approved", "走访审核通过"),
    ("visit_returned", "走访退回修改"),
    ("visit_rejected", "走访不予采用"),
    ("mediation_begun", "开始调解"),
    ("mediation_reported", "业主代表反映没做到"),
    ("mediation_withdrawn", "撤回调解"),
    ("unit_consulted", "征询单位"),
    ("unit_answered", "单位已答复"),
    ("risk_high", "调解中发现风险高"),
    ("agreement_effective", "调解协议生效"),
    ("agreement_breached", "调解协议未被遵守"),
    ("agreement_performed", "调解协议已履行"),
    ("quarantine_admitted", "隔离区内容收入记录"),
    ("quarantine_refused", "隔离区内容不收入"),
    ("quarantine_reopened", "隔离区内容恢复处理"),
];

/// Its name and what was said with it.
pub(super) fn said(
    event: &TicketEvent,
    act: Option<&Act>,
    names: &HashMap<Id, String>,
    words: &Words,
) -> (String, Vec<String>) {
    if let Some(act) = act {
        let action = act.action().as_str();
        let mut lines = told(act, names, words);
        if event.detail.get("late").and_then(Value::as_bool) == Some(true) {
            lines.push("超期回退".to_owned());
        }
        if let Some(points) = event
            .detail
            .pointer("/score/points")
            .and_then(Value::as_u64)
        {
            lines.push(format!("评分：{points}"));
        }
        return (words.word("ticket_action", action), lines);
    }
    let known = EVENTS.iter().find(|(kind, _)| *kind == event.kind);
    let title = known.map_or_else(|| event.kind.clone(), |(_, name)| (*name).to_owned());
    (title, plain(&event.detail, names, words))
}

/// The fields of an act, a line each.
pub(super) fn told(act: &Act, names: &HashMap<Id, String>, words: &Words) -> Vec<String> {
    let Ok(Value::Object(fields)) = serde_json::to_value(act) else {
        return Vec::new();
    };
    let lines = FIELDS.iter().filter_map(|(name, label, look)| {
        let value = fields.get(*name)?;
        let value = match look {
            Look::Silent => String::new(),
            Look::Flag(said) if *value == Value::Bool(true) => (*said).to_owned(),
            Look::Flag(_) => String::new(),
            Look::Cause => {
                let group = if matches!(act, Act::Appeal { .. }) {
                    "appeal_cause"
                } else {
                    "supervision_cause"
                };
                words.word(group, value.as_str().unwrap_or_default())
            }
            Look::Word(group) => words.word(group, &bare(value)),
            Look::Time => value
                .as_i64()
                .map(Timestamp::from_millis)
                .map(moment::minute)
                .unwrap_or_default(),
            Look::Due => value
                .as_i64()
                .map(Timestamp::from_millis)
                .map(moment::due)
                .unwrap_or_default(),
            Look::Event => value
                .as_i64()
                .map(|n| format!("第 {n} 条"))
                .unwrap_or_default(),
            Look::Named => named(value, names),
            Look::Text => mask::text(value.as_str().unwrap_or_default()),
            Look::List => {
                let list = value.as_array().into_iter().flatten();
                let list: Vec<&str> = list.filter_map(Value::as_str).collect();
                mask::text(&list.join("、"))
            }
            Look::Map => map(value, words),
        };
        labelled(label, value)
    });
    lines.collect()
}

fn labelled(label: &str, value: String) -> Option<String> {
    if value.is_empty() {
        return None;
    }
    Some(if label.is_empty() {
        value
    } else {
        format!("{label}：{value}")
    })
}

/// A word as the lists have it: yes and no are words too.
fn bare(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(word) => word.clone(),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

fn named(value: &Value, names: &HashMap<Id, String>) -> String {
    let id = value.as_str().or_else(|| value.get("id")?.as_str());
    let Some(id) = id else {
        return String::new();
    };
    let known = Id::parse(id).and_then(|id| names.get(&id).cloned());
    known.unwrap_or_else(|| id.to_owned())
}

/// What stands by field: words of that field where the lists know it.
fn map(value: &Value, words: &Words) -> String {
    let entries = value.as_object().into_iter().flatten();
    let entries = entries.map(|(field, value)| {
        let value = match value {
            Value::String(text) => mask::text(&words.word(field, text)),
            Value::Number(fen) if field == "amount_fen" => yuan(fen.as_i64().unwrap_or_default()),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
        };
        let own = FORM.iter().find(|(known, _)| known == field);
        let own = own.map(|(_, label)| (*label).to_owned());
        let label = own.or_else(|| words.find(&format!("ticket.{field}")));
        format!("{} {value}", label.unwrap_or_else(|| field.clone()))
    });
    let entries: Vec<String> = entries.collect();
    entries.join("；")
}

/// 1234.50 元
fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02} 元", fen / 100, fen % 100)
}

/// What an event says that is no act.
fn plain(detail: &Value, names: &HashMap<Id, String>, words: &Words) -> Vec<String> {
    let text = |name: &str| detail.get(name).and_then(Value::as_str).unwrap_or_default();
    let time = |name: &str| {
        let at = detail.get(name).and_then(Value::as_i64);
        at.map(Timestamp::from_millis)
            .map(moment::minute)
            .unwrap_or_default()
    };
    let due = |name: &str| {
        let at = detail.get(name).and_then(Value::as_i64);
        at.map(Timestamp::from_millis)
            .map(moment::due)
            .unwrap_or_default()
    };
    let place = |name: &str| {
        detail
            .get(name)
            .map_or_else(String::new, |value| named(value, names))
    };
    let mut lines = vec![
        labelled("渠道", text("channel").to_owned()),
        labelled("收件时间", time("received_at")),
        labelled("首接人", place("first_receiver")),
        labelled("原承办", place("from")),
        labelled("承办", place("to")),
        labelled("工单编号", text("number").to_owned()),
        labelled("单位", mask::text(text("unit"))),
        labelled("原期限", time("before")),
        labelled("期限", due("due_at")),
        labelled("图片校验码", text("sha256").to_owned()),
        labelled("作者", text("author").to_owned()),
        labelled("", mask::text(text("words"))),
        labelled("说明", mask::text(text("note"))),
        labelled("说明", mask::text(text("remark"))),
    ];
    let taken = detail.get("taken").and_then(Value::as_array);
    for one in taken.into_iter().flatten() {
        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or("无");
        let field = words.word("ticket", text("field"));
        let (before, after) = (mask::text(text("before")), mask::text(text("after")));
        lines.push(Some(format!("{field}：{before} → {after}")));
    }
    if detail.get("urged").and_then(Value::as_bool) == Some(true) {
        lines.push(Some("来文催办".to_owned()));
    }
    lines.into_iter().flatten().collect()
}
