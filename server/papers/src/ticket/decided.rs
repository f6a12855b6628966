//! The appeal itself, and what was decided on the ticket by whom.

use basis::mask;
use print::Block;
use sync_core::lifecycle::TicketAction;
use sync_core::lifecycle::life::{Life, Task, TaskKind};

use super::head::{fact, paragraph, table};
use super::{Source, said};
use crate::moment;
use crate::words::Words;

/// The appeal that this event opened.
pub(super) fn appeal(life: &Life, n: i64) -> Option<&Task> {
    life.task(n).filter(|task| task.kind == TaskKind::Appeal)
}

/// Why somebody appealed, until when it is decided, and how it was.
pub(super) fn cause(source: &Source, appeal: &Task, words: &Words) -> Vec<Block> {
    let mut facts = vec![
        fact("申诉事由", words.word("appeal_cause", &appeal.name)),
        fact("申诉人", source.name(appeal.opened.by)),
        fact("申诉时间", moment::minute(appeal.opened.at)),
    ];
    if let Some(due) = appeal.due_at {
        facts.push(fact("申诉期限", moment::due(due)));
    }
    let ruling = appeal.last().map(|turn| {
        let state = words.word("task_state", turn.state.as_str());
        let (by, at) = (source.name(turn.done.by), moment::minute(turn.done.at));
        format!("{state}（{by}，{at}）：{}", mask::text(&turn.words))
    });
    facts.push(fact(
        "裁定",
        ruling.unwrap_or_else(|| "尚未裁定".to_owned()),
    ));
    vec![
        Block::Facts(facts),
        Block::Heading("申诉理由".to_owned()),
        paragraph(&appeal.words),
    ]
}

/// Actions by which somebody decided.
const DECISIONS: [TicketAction; 17] = [
    TicketAction::ReturnUp,
    TicketAction::ReturnRefused,
    TicketAction::HelpWaived,
    TicketAction::GrantExtension,
    TicketAction::Hold,
    TicketAction::Refuse,
    TicketAction::CloseSupervision,
    TicketAction::ApproveDone,
    TicketAction::ReturnDone,
    TicketAction::Find,
    TicketAction::ConfirmFinding,
    TicketAction::ApproveFeedback,
    TicketAction::ReturnFeedback,
    TicketAction::DecideAppeal,
    TicketAction::Exclude,
    TicketAction::Include,
    TicketAction::Close,
];

/// What was decided on the ticket and on its visits, oldest first.
pub(super) fn decisions(source: &Source, words: &Words) -> Vec<Block> {
    let rows = source
        .events
        .iter()
        .zip(&source.past)
        .filter_map(|(event, past)| {
            let on_visit = ["visit_approved", "visit_returned", "visit_rejected"];
            let decided = past.act.as_ref().map_or_else(
                || on_visit.contains(&event.kind.as_str()),
                |act| DECISIONS.contains(&act.action()),
            );
            let (title, lines) = said::said(event, past.act.as_ref(), &source.names, words);
            decided.then(|| {
                vec![
                    event.n.to_string(),
                    moment::minute(event.at),
                    source.name(past.person),
                    title,
                    lines.join("\n"),
                ]
            })
        });
    table(
        "审核和决定",
        [
            ("序号", 3),
            ("时间", 5),
            ("人员", 5),
            ("事项", 4),
            ("内容", 10),
        ],
        rows.collect(),
        "没有审核和决定的记录。",
    )
}
