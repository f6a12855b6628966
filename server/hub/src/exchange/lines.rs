//! Feedback for the platform, one line per ticket, cycle and stage.

use basis::words::word;
use serde::Serialize;
use store::Tx;
use store::tickets::Ticket;
use sync_core::lifecycle::Act;
use sync_core::lifecycle::act::{Addressee, Stage};
use sync_core::lifecycle::life::{Called, Life, Past, Task, TaskKind, TaskState};
use sync_core::words::Language;
use sync_core::{Id, Timestamp};
use tables::feedback::Line;
use time::OffsetDateTime;
use time::macros::{format_description, offset};

/// One line.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FeedbackLine {
    /// The ticket.
    #[schema(value_type = String)]
    pub(super) ticket: Id,
    /// The number of the upper level.
    upstream_no: Option<String>,
    /// What its platform calls it.
    external_id: Option<String>,
    /// One line.
    title: String,
    /// 1, and one more for each 二次办理.
    cycle: i64,
    /// `opinion` or `result`.
    #[schema(value_type = String)]
    stage: Stage,
    /// As approved, and as sent.
    text: String,
    /// It was entered on the platform, as somebody noted.
    sent: bool,
    /// Unix milliseconds.
    #[schema(value_type = Option<i64>)]
    approved_at: Option<Timestamp>,
    /// Unix milliseconds.
    #[schema(value_type = Option<i64>)]
    sent_at: Option<Timestamp>,
    /// How, as `phone`.
    means: Option<&'static str>,
    /// `solved` or `service_confirmed`.
    result: Option<&'static str>,
    /// `reasonable`, `partly`, `unreasonable`.
    finding: Option<&'static str>,
    /// What was answered at the last callback of the cycle: satisfied with the service.
    service: Option<&'static str>,
    /// Satisfied with the result.
    outcome: Option<&'static str>,
    /// It is solved, as the requester says.
    solved: Option<bool>,
    /// Why nobody was asked.
    not_asked: Option<&'static str>,
}

/// The lines of one ticket, in the order of cycle and stage. Of several texts of a stage the last one counts.
pub(super) fn lines_of(ticket: &Ticket, past: &[Past]) -> Vec<FeedbackLine> {
    let life = Life::of(past);
    let mut lines = Vec::new();
    for cycle in 1..=life.cycle {
        for stage in Stage::ALL {
            let task = life.tasks.iter().rev().find(|task| {
                task.kind == TaskKind::Feedback
                    && task.addressee == Some(Addressee::Platform)
                    && (task.cycle, task.stage) == (cycle, Some(*stage))
                    && matches!(task.state, TaskState::Approved | TaskState::Sent)
            });
            lines.extend(task.map(|task| line(ticket, &life, past, task, *stage)));
        }
    }
    lines
}

fn line(ticket: &Ticket, life: &Life, past: &[Past], task: &Task, stage: Stage) -> FeedbackLine {
    let turned = |state: TaskState| {
        let mut turns = task.turns.iter().rev();
        turns.find(|turn| turn.state == state).map(|turn| turn.done)
    };
    let sent = turned(TaskState::Sent);
    let means = sent.and_then(|done| past.iter().find(|one| one.n == done.n));
    let means = means.and_then(|one| {
        if let Act::SendFeedback { means, .. } = one.act.as_ref()? {
            Some(means.as_str())
        } else {
            None
        }
    });
    let call: Option<&Called> = life
        .calls
        .iter()
        .rev()
        .find(|call| call.cycle == task.cycle);
    let ends = task.cycle == life.cycle;
    FeedbackLine {
        ticket: ticket.row.id,
        upstream_no: ticket.row.upstream_no.clone(),
        external_id: life
            .external
            .as_ref()
            .map(|(id, _)| id.clone())
            .filter(|id| !id.is_empty()),
        title: ticket.row.title.clone(),
        cycle: task.cycle,
        stage,
        text: task.words.clone(),
        sent: sent.is_some(),
        approved_at: turned(TaskState::Approved).map(|done| done.at),
        sent_at: sent.map(|done| done.at),
        means,
        result: life
            .outcome
            .as_ref()
            .filter(|_| ends)
            .map(|(outcome, ..)| outcome.as_str()),
        finding: life.found.as_ref().map(|found| found.finding.as_str()),
        service: call.and_then(|call| call.service).map(|one| one.as_str()),
        outcome: call.and_then(|call| call.result).map(|one| one.as_str()),
        solved: call.and_then(|call| call.solved),
        not_asked: call.and_then(|call| call.not_asked).map(|why| why.as_str()),
    }
}

/// The lines of the ticket as it is now.
pub(super) async fn load(
    tenant: Id,
    ticket: Id,
    tx: &mut Tx,
) -> Result<Vec<FeedbackLine>, store::Error> {
    let Some(found) = tx.find_ticket(tenant, ticket, None).await? else {
        return Ok(Vec::new());
    };
    let past = tx.list_ticket_past(tenant, ticket).await?;
    Ok(lines_of(&found, &past))
}

impl FeedbackLine {
    /// The cells of the table, in Chinese.
    pub(super) fn cells(&self) -> Line {
        let stated = if self.sent { "已发出" } else { "待发出" };
        [
            self.upstream_no.clone().unwrap_or_default(),
            self.external_id.clone().unwrap_or_default(),
            self.title.clone(),
            self.cycle.to_string(),
            named("stage", self.stage.as_str()),
            self.text.clone(),
            stated.to_owned(),
            self.approved_at.map(minute).unwrap_or_default(),
            self.sent_at.map(minute).unwrap_or_default(),
            said("means", self.means),
            said("outcome", self.result),
            said("finding", self.finding),
            said("satisfaction", self.service),
            said("satisfaction", self.outcome),
            said(
                "flag",
                self.solved.map(|yes| if yes { "yes" } else { "no" }),
            ),
            said("not_asked", self.not_asked),
        ]
    }

    /// The same as a block of text to be pasted.
    pub(super) fn text(&self) -> String {
        let again = if self.cycle > 1 {
            format!("（第 {} 次办理）", self.cycle)
        } else {
            String::new()
        };
        let mut text = format!(
            "{}{again}：\n{}\n",
            named("stage", self.stage.as_str()),
            self.text
        );
        for (label, value) in [
            ("结果确认", said("outcome", self.result)),
            ("诉求认定", said("finding", self.finding)),
            ("服务评价", said("satisfaction", self.service)),
            ("结果评价", said("satisfaction", self.outcome)),
            ("未回访原因", said("not_asked", self.not_asked)),
        ] {
            if !value.is_empty() && self.stage == Stage::Result {
                text += &format!("{label}：{value}\n");
            }
        }
        text
    }
}

fn said(group: &str, code: Option<&str>) -> String {
    code.map_or_else(String::new, |code| named(group, code))
}

fn named(group: &str, code: &str) -> String {
    let known = word(&format!("{group}.{code}"), Language::Chinese);
    known.unwrap_or(code).to_owned()
}

/// 2026-09-01 09:30, by the clock of China: as the template has times.
fn minute(at: Timestamp) -> String {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute]");
    let at = OffsetDateTime::from_unix_timestamp(at.seconds()).ok();
    at.and_then(|at| at.to_offset(offset!(+8)).format(form).ok())
        .unwrap_or_default()
}
