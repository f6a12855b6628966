//! What comes after the signing: spot checks that fall due, what they found, what parties report, and the dates that
//! follow from the effect.

use std::collections::BTreeSet;

use serde::Serialize;

use super::content::{Content, Registers};
use crate::calendar::{Calendar, Due, Term};
use crate::document::Document;
use crate::ids::Id;
use crate::lifecycle::MediationState;
use crate::op::OpRef;
use crate::record::{Entry, Record};
use crate::time::Timestamp;
use crate::value::Value;

/// How long the parties may apply together for judicial confirmation (司法确认) of an agreement that took effect: 30 days
/// (People's Mediation Law, article 33).
const JUDICIAL_TERM: Term = Term::Days(30);
const DAY_MILLIS: i64 = 24 * 3_600_000;

/// Something to look at on a day: that a clause is kept, or that it was performed by its date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Task {
    /// The clause.
    pub clause: Id,
    /// What the clause says in the version that holds, whatever was written since.
    pub text: String,
    /// When it falls due; with the clause it names the task.
    pub at: Timestamp,
    /// Whether the clause's own date is meant, and not a spot check.
    pub performance: bool,
    /// The check that was made of it.
    pub check: Option<Id>,
}

/// What became of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// The last check found it broken.
    Breached,
    /// It was performed, or all its checks found it kept.
    Performed,
    /// Neither.
    Pending,
}

/// What somebody told of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reported {
    /// The entry in `reports`.
    pub report: Id,
    /// The clause.
    pub clause: Id,
    /// Nobody has looked since: no check of the clause was made by somebody who knew of the report.
    pub open: bool,
}

/// What was agreed and what came of it. Empty while no version holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Performance {
    /// What has to be looked at, by date.
    pub tasks: Vec<Task>,
    /// Each clause of the version that holds.
    pub kept: Vec<(Id, Kept)>,
    /// Whether one of the tasks is due and not done.
    pub is_due: bool,
    /// The earliest task that is not done.
    pub next_at: Option<Timestamp>,
    /// Whether somebody has asked the parties afterwards.
    pub is_followed_up: bool,
    /// What was told of clauses of the version that holds, in the order in which it was written.
    pub reports: Vec<Reported>,
}

impl Performance {
    /// Reads it for the content that holds.
    pub(super) fn of(
        holds: Option<&Content>,
        document: &Document,
        record: &Record,
        now: Timestamp,
    ) -> Self {
        let Some(content) = holds else {
            return Self::default();
        };
        let checks = record.entries("checks");
        let mut tasks: Vec<Task> = Vec::new();
        let mut kept = Vec::new();
        for (clause, registers) in content.entries("clauses") {
            let own: Vec<&Entry> = checks
                .iter()
                .filter(|check| check.value("clause").text() == Some(&clause.to_string()))
                .collect();
            let text = registers
                .get("text")
                .and_then(Value::text)
                .unwrap_or_default();
            let due = dates(registers).into_iter().map(|(at, performance)| Task {
                clause: *clause,
                text: text.to_owned(),
                at,
                performance,
                check: done(&own, at),
            });
            let due: Vec<Task> = due.collect();
            kept.push((*clause, kept_of(&own, &due)));
            tasks.extend(due);
        }
        tasks.sort_by_key(|task| (task.at, task.clause));
        let next_at = tasks
            .iter()
            .find(|task| task.check.is_none())
            .map(|task| task.at);
        Self {
            is_due: next_at.is_some_and(|at| at <= now),
            next_at,
            tasks,
            kept,
            is_followed_up: !record.entries("confirmations").is_empty(),
            reports: reports(content, document, record),
        }
    }
}

/// By when the parties may apply for judicial confirmation. The day of effect is not counted, and a last day that is a
/// rest day gives way to the first working day after it; provisional where that year's notice is not in the calendar.
pub fn judicial_until(effective_at: Timestamp, calendar: &Calendar) -> Due {
    calendar.due(effective_at, JUDICIAL_TERM)
}

/// The state of an agreement that holds.
pub(super) fn standing(performance: &Performance) -> MediationState {
    let kept = &performance.kept;
    if kept.iter().any(|(_, one)| *one == Kept::Breached) {
        MediationState::Breached
    } else if performance.reports.iter().any(|report| report.open) {
        MediationState::PerformanceDue
    } else if !kept.is_empty() && kept.iter().all(|(_, one)| *one == Kept::Performed) {
        MediationState::Performed
    } else if performance.is_due {
        MediationState::PerformanceDue
    } else if performance.is_followed_up {
        MediationState::FollowedUp
    } else {
        MediationState::Effective
    }
}

/// The dates of a clause: its own, and its spot checks.
fn dates(clause: &Registers) -> Vec<(Timestamp, bool)> {
    let time = |name: &str| clause.get(name).and_then(Value::time);
    let number = |name: &str| match clause.get(name) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    };
    let mut dates: Vec<(Timestamp, bool)> =
        time("due_at").map(|at| (at, true)).into_iter().collect();
    if let Some(first) = time("check_from_at") {
        let every = number("check_every_days").unwrap_or(1);
        // Without an interval there is nothing to repeat.
        let repeats = number("check_every_days").is_some();
        let times = if repeats {
            number("check_times").unwrap_or(1)
        } else {
            1
        };
        let later =
            |nth: i64| first.plus_millis(nth.saturating_mul(every).saturating_mul(DAY_MILLIS));
        dates.extend((0..times).map(|nth| (later(nth), false)));
    }
    dates
}

/// An entry that tells of a clause, by the operation that says so.
#[derive(Clone)]
struct Told {
    counter: u64,
    id: Id,
    clause: Id,
    op: OpRef,
}

fn told(record: &Record, collection: &str) -> Vec<Told> {
    let entries = record.entries(collection).iter();
    let told = entries.filter_map(|entry| {
        let register = entry.registers.get("clause")?;
        Some(Told {
            counter: register.shown.op.counter(),
            id: entry.id,
            clause: register.shown.value.text().and_then(Id::parse)?,
            op: register.shown.op.clone(),
        })
    });
    let mut told: Vec<Told> = told.collect();
    told.sort_by_key(|one| (one.counter, one.id));
    told
}

fn reports(content: &Content, document: &Document, record: &Record) -> Vec<Reported> {
    let clauses = content.entries("clauses");
    let mut told_of = told(record, "reports");
    told_of.retain(|one| clauses.iter().any(|(clause, _)| *clause == one.clause));
    if told_of.is_empty() {
        return Vec::new();
    }
    let mut open: BTreeSet<Id> = told_of.iter().map(|one| one.id).collect();
    // From the last check, which most often knew of all that came before.
    for check in told(record, "checks").iter().rev() {
        // Whoever wrote later on another phone may not have known: only what led to the check counts.
        let earlier = |one: &&Told| {
            one.clause == check.clause && one.counter < check.counter && open.contains(&one.id)
        };
        let earlier: Vec<Told> = told_of.iter().filter(earlier).cloned().collect();
        if earlier.is_empty() {
            continue;
        }
        let change = document.change_of(&check.op);
        let Some(before) = change.and_then(|change| document.before(&change)) else {
            continue;
        };
        for one in earlier {
            let change = document.change_of(&one.op);
            if change.is_some_and(|change| before.has(&change)) {
                open.remove(&one.id);
            }
        }
    }
    let reported = |one: &Told| Reported {
        report: one.id,
        clause: one.clause,
        open: open.contains(&one.id),
    };
    told_of.iter().map(reported).collect()
}

fn done(checks: &[&Entry], at: Timestamp) -> Option<Id> {
    let mut checks = checks.iter();
    checks
        .find(|check| check.value("task_at").time() == Some(at))
        .map(|check| check.id)
}

fn kept_of(checks: &[&Entry], tasks: &[Task]) -> Kept {
    let result = |check: &Entry| check.value("result").text().unwrap_or_default().to_owned();
    // The one that knew of the others is the last, whatever the clocks say.
    let last = checks.iter().max_by_key(|check| {
        let written = check.registers.get("result");
        (written.map(|one| one.shown.op.counter()), check.id)
    });
    let Some(last) = last.map(|check| result(check)) else {
        return Kept::Pending;
    };
    let all_done = !tasks.is_empty() && tasks.iter().all(|task| task.check.is_some());
    match last.as_str() {
        "breached" => Kept::Breached,
        "performed" => Kept::Performed,
        _ if all_done => Kept::Performed,
        _ => Kept::Pending,
    }
}
