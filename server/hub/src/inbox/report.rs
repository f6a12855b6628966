//! What the paper beside a dropped file says. Rows that were refused are told as the office's page tells them: without numbers of
//! people.

use std::fmt::Write as _;

use tables::intake::Intake;

/// What became of the rows of a file that was imported.
pub(super) fn taken(intake: &Intake) -> String {
    let mut text = format!(
        "已导入。新增 {} 件，已有且相同 {} 件，已有但内容不同 {} 件，不能导入 {} 行。\n",
        intake.added,
        intake.unchanged,
        intake.changed,
        intake.refused.len()
    );
    for refused in &intake.refused {
        let sheet = refused
            .sheet
            .as_deref()
            .map_or(String::new(), |sheet| format!("{sheet} "));
        // Writing into a text does not fail.
        let _ = writeln!(text, "{sheet}第 {} 行：{}", refused.line, refused.reason);
    }
    for unknown in &intake.unknown_communities {
        let _ = writeln!(
            text,
            "没有这个社区：{}（{} 行），这些工单没有填社区。",
            unknown.name, unknown.rows
        );
    }
    text
}

/// Why nothing of a file was imported.
pub(super) fn refused(sentence: &str) -> String {
    format!("没有导入。{sentence}\n")
}

/// A file whose content was here before; with what became of it then.
pub(super) fn again(before: &str) -> String {
    format!("这个文件以前放进来过，这次没有再导入。上次的结果：\n{before}")
}
