//! The terms of a ticket as they stand, and by which rule they are counted.

use print::Block;
use sync_core::deadline::Clock;

use super::Source;
use super::head::{joined, paragraph, table};
use crate::moment;
use crate::words::Words;

pub(super) fn clocks(source: &Source, words: &Words) -> Vec<Block> {
    let rows = source.clocks.iter().map(|clock| {
        let at = |at| moment::minute(at);
        vec![
            name(clock, words),
            clock.from.map(at).unwrap_or_default(),
            clock.due.map(|due| moment::due(due.at)).unwrap_or_default(),
            clock.met_at.map(at).unwrap_or_default(),
            words.word("clock_state", clock.state.as_str()),
            remarks(clock),
        ]
    });
    let mut blocks = table(
        "时限",
        [
            ("时限", 4),
            ("起算", 5),
            ("截止", 5),
            ("完成", 5),
            ("状态", 4),
            ("说明", 6),
        ],
        rows.collect(),
        "没有计时：办结后才进入系统，或尚未开始。",
    );
    if let Some(profile) = &source.profile {
        blocks.push(paragraph(&format!(
            "按时限方案“{}”第 {} 版计算。依据：{}",
            profile.name, profile.version, profile.basis
        )));
    }
    blocks
}

/// Who was warned of what.
pub(super) fn warnings(source: &Source, words: &Words) -> Vec<Block> {
    if source.warnings.is_empty() {
        return Vec::new();
    }
    let rows = source.warnings.iter().map(|warning| {
        vec![
            moment::minute(warning.warned_at),
            words.word("deadline_clock", &warning.clock),
            words.word("deadline_level", warning.level.as_str()),
            moment::due(warning.due_at),
            words.word("role", warning.told.as_str()),
        ]
    });
    table(
        "预警",
        [
            ("时间", 5),
            ("时限", 4),
            ("级别", 4),
            ("截止", 5),
            ("提醒对象", 5),
        ],
        rows.collect(),
        "",
    )
}

fn name(clock: &Clock, words: &Words) -> String {
    let kind = words.word("deadline_clock", clock.kind.as_str());
    if clock.name.is_empty() {
        kind
    } else {
        format!("{kind}（第 {} 条）", clock.name)
    }
}

fn remarks(clock: &Clock) -> String {
    let pushed = clock
        .first_due
        .map(|due| format!("原截止 {}", moment::due(due.at)));
    joined(&[
        if clock.given {
            "由上级或个人指定"
        } else {
            ""
        },
        pushed.as_deref().unwrap_or_default(),
        if clock.told_late {
            "按时完成，事后上传"
        } else {
            ""
        },
        if clock.corrected {
            "手机时间已校正"
        } else {
            ""
        },
        if clock.due.is_some_and(|due| due.provisional) {
            "跨入未公布节假日安排的年份，暂定"
        } else {
            ""
        },
    ])
}
