//! The columns that follow from a ticket's life.

use sync_core::Timestamp;
use sync_core::lifecycle::act::{Addressee, Stage};
use sync_core::lifecycle::life::{Life, TaskKind, TaskState};
use sync_core::lifecycle::{Act, TicketState};

use store::tickets::{
    OpenTask, RequestKind, RequesterType, Ticket, TicketMarks, TicketTimes, Urgency,
};

/// What lists show of the ticket from now on.
pub(super) fn marks(
    ticket: &Ticket,
    times: &TicketTimes,
    life: &Life,
    last: Option<&(Timestamp, Act)>,
    state: TicketState,
) -> TicketMarks {
    let row = &ticket.row;
    let mut marks = TicketMarks {
        status: state,
        cycle: life.cycle,
        due_at: row.due_at,
        accepted_at: life.accepted.map(|done| done.at).or(times.accepted_at),
        first_contact_at: life.contacted_at.or(times.first_contact_at),
        closed_at: None,
        reply: ticket.reply.clone(),
        replied_at: ticket.replied_at,
        finding: life
            .found
            .as_ref()
            .map(|found| found.finding.as_str().to_owned()),
        result: life
            .outcome
            .as_ref()
            .map(|(outcome, ..)| outcome.as_str().to_owned()),
        supervision: supervision(life),
        excluded: life.excluded,
        merged_into: life.merged_into,
        topic: times.topic.clone(),
        causes: life.causes.clone(),
        external_id: life.external.as_ref().map(|(id, _)| id.clone()),
        external_status: life.external.as_ref().map(|(_, status)| status.clone()),
        form: serde_json::to_value(&life.form).unwrap_or_default(),
        request_kind: row.request_kind,
        requester_type: row.requester_type,
        urgency: row.urgency,
        category: row.category.clone(),
        // The first cycle's result stays, whatever comes later.
        in_time: times.in_time.or_else(|| {
            let first = life.answered.first()?;
            row.due_at.map(|due| first.at <= due)
        }),
        given_back: false,
    };
    if state.is_over() {
        marks.closed_at = times.closed_at.or(last.map(|(at, _)| *at));
    }
    if let Some(sent) = sent_result(life) {
        marks.reply = Some(sent.0);
        marks.replied_at = Some(sent.1);
    }
    if let Some((_, act)) = last {
        moved(&mut marks, act, life);
    }
    marks
}

/// What the last action itself set.
fn moved(marks: &mut TicketMarks, act: &Act, life: &Life) {
    if let Act::Classify {
        request_kind,
        requester_type,
        urgency,
        category,
        topic,
        ..
    } = act
    {
        let kind = request_kind.as_deref().and_then(RequestKind::parse);
        marks.request_kind = kind.or(marks.request_kind);
        let who = requester_type.as_deref().and_then(RequesterType::parse);
        marks.requester_type = who.unwrap_or(marks.requester_type);
        let hurry = urgency.as_deref().and_then(Urgency::parse);
        marks.urgency = hurry.unwrap_or(marks.urgency);
        if let Some(category) = category {
            marks.category.clone_from(category);
        }
        marks.topic = topic.clone().or_else(|| marks.topic.take());
    }
    if let Act::Analyse {
        topic: Some(topic), ..
    } = act
    {
        marks.topic = Some(topic.clone());
    }
    if let Act::GrantExtension { task, .. } | Act::Hold { task, .. } = act
        && let Some(until) = life.task(*task).and_then(|task| task.due_at)
    {
        marks.due_at = Some(until);
    }
    marks.given_back = matches!(act, Act::HandBack { .. });
}

/// The last result that went out to the requester.
fn sent_result(life: &Life) -> Option<(String, Timestamp)> {
    let mut sent = life.tasks.iter().rev().filter(|task| {
        task.kind == TaskKind::Feedback
            && task.state == TaskState::Sent
            && task.addressee == Some(Addressee::Requester)
            && task.stage == Some(Stage::Result)
    });
    let task = sent.next()?;
    Some((task.words.clone(), task.last()?.done.at))
}

/// The level of the supervision that is open: the last one.
fn supervision(life: &Life) -> Option<String> {
    let mut open = life
        .open_tasks()
        .filter(|task| task.kind == TaskKind::Supervision);
    open.next_back().map(|task| task.name.clone())
}

/// What waits for somebody.
pub(super) fn open_tasks(life: &Life) -> Vec<OpenTask> {
    // A way that was not chosen waits for nobody.
    let waiting = life
        .open_tasks()
        .filter(|task| task.kind != TaskKind::Option);
    waiting
        .map(|task| OpenTask {
            n: task.n,
            kind: task.kind.as_str(),
            principal: task.unit,
            due_at: task.due_at,
            opened_at: task.opened.at,
        })
        .collect()
}
