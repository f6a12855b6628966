//! Whether something may be done to a ticket now, and why not.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most actions are none of this; a law of the whole table finds one that was forgotten"
)]

use serde::Serialize;

use super::task::turn;
use super::{Done, Life, Task, TaskKind, TaskState};
use crate::ids::Id;
use crate::lifecycle::TicketState;
use crate::lifecycle::act::{Act, Answer, BadText, Finding, Stage};
use crate::lifecycle::action::{Need, TenStep, TicketAction};
use crate::role::Role;
use crate::time::Timestamp;

/// Who acts.
#[derive(Clone, Debug)]
pub struct Actor<'a> {
    /// The person.
    pub person: Id,
    /// Their role.
    pub role: Role,
    /// Themselves and the units that they act for.
    pub principals: &'a [Id],
}

/// Where the ticket stands, as far as its events do not say.
#[derive(Clone, Copy, Debug)]
pub struct Stand<'a> {
    /// Its state.
    pub state: TicketState,
    /// An enterprise asks.
    pub enterprise: bool,
    /// Until when it may go back to the upper level.
    pub return_until: Option<Timestamp>,
    /// Who has it, and the community and grid of these.
    pub holders: &'a [Id],
    /// When it was dispatched: nothing is due before.
    pub dispatched_at: Timestamp,
    /// Now.
    pub now: Timestamp,
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// Not for this role.
    Role,
    /// The ticket does not stand where this is done.
    State,
    /// It is worked on in another one's place.
    Merged,
    /// There is no such task, or it does not stand where this is done.
    Task,
    /// The task, or the ticket, is another unit's.
    OtherUnit,
    /// Something must stand before.
    Need(Need),
    /// A day that is over, or before the ticket was dispatched.
    Past,
    /// An answer at the callback, or why there is none: exactly one of both.
    Answer,
    /// Something is missing in what was written.
    Empty,
    /// Something is too long: characters at most.
    TooLong(usize),
    /// Too many entries.
    TooMany,
}

impl From<BadText> for Refused {
    fn from(bad: BadText) -> Self {
        match bad {
            BadText::Empty => Self::Empty,
            BadText::TooLong(most) => Self::TooLong(most),
            BadText::TooMany => Self::TooMany,
        }
    }
}

impl Life {
    /// Where the ticket stands after this, if `actor` may do it now.
    pub fn after(
        &self,
        act: &Act,
        actor: &Actor<'_>,
        stand: &Stand<'_>,
    ) -> Result<TicketState, Refused> {
        let action = act.action();
        if !action.allows(actor.role) {
            return Err(Refused::Role);
        }
        let to = action.leads(stand.state).ok_or(Refused::State)?;
        if !is_theirs(action, actor, stand) {
            return Err(Refused::OtherUnit);
        }
        if self.merged_into.is_some() != matches!(act, Act::Unmerge { .. }) && !lasts(act) {
            return Err(if self.merged_into.is_some() {
                Refused::Merged
            } else {
                Refused::State
            });
        }
        act.check_words()?;
        let task = self.named_task(act, actor)?;
        self.check_times(act, stand)?;
        for need in action.rule().needs {
            if !self.meets(*need, act, task, actor, stand) {
                return Err(Refused::Need(*need));
            }
        }
        if let Act::Callback {
            service,
            result,
            solved,
            not_asked,
            ..
        } = act
        {
            let answered = service.is_some() && result.is_some() && solved.is_some();
            let silent = service.is_none() && result.is_none() && solved.is_none();
            if !((answered && not_asked.is_none()) || (silent && not_asked.is_some())) {
                return Err(Refused::Answer);
            }
        }
        if let Act::SendFeedback { .. } = act {
            // What came of it goes out when the office has agreed that it is done.
            let result = task.is_some_and(|task| task.stage == Some(Stage::Result));
            if result && stand.state != TicketState::AGREED {
                return Err(Refused::State);
            }
            let mut then = self.clone();
            then.add_to_tasks(
                act,
                Done {
                    n: self.version + 1,
                    at: stand.now,
                    by: Some(actor.person),
                },
            );
            let completes = action.rule().completes;
            if let Some((from, to)) = completes.filter(|_| then.is_answered())
                && from == stand.state
            {
                return Ok(to);
            }
        }
        Ok(to)
    }

    /// The task that the act names, if it stands where that is done, and is theirs.
    fn named_task(&self, act: &Act, actor: &Actor<'_>) -> Result<Option<&Task>, Refused> {
        let Some((kinds, from, _)) = turn(act) else {
            return Ok(None);
        };
        let task = act.task().and_then(|n| self.task(n)).ok_or(Refused::Task)?;
        if !kinds.contains(&task.kind) || !from.contains(&task.state) {
            return Err(Refused::Task);
        }
        let theirs = task
            .unit
            .is_none_or(|unit| actor.principals.contains(&unit));
        let answers = matches!(act, Act::HelpDone { .. } | Act::HelpDeclined { .. });
        if answers && !theirs && !actor.role.is_office() {
            return Err(Refused::OtherUnit);
        }
        Ok(Some(task))
    }

    fn check_times(&self, act: &Act, stand: &Stand<'_>) -> Result<(), Refused> {
        let due = match act {
            Act::AskHelp { due_at, .. }
            | Act::OutsidePromised { due_at, .. }
            | Act::Supervise { due_at, .. }
            | Act::PlanStep { due_at, .. }
            | Act::Appeal { due_at, .. } => Some(*due_at),
            Act::AskOutside { due_at, .. } => *due_at,
            Act::AskExtension { until, .. } | Act::AskHold { until, .. } => Some(*until),
            _ => None,
        };
        if due.is_some_and(|due| due <= stand.now || due <= stand.dispatched_at) {
            return Err(Refused::Past);
        }
        if let Act::Contact { at: Some(at), .. } = act
            && *at < stand.dispatched_at
        {
            return Err(Refused::Past);
        }
        Ok(())
    }

    fn meets(
        &self,
        need: Need,
        act: &Act,
        task: Option<&Task>,
        actor: &Actor<'_>,
        stand: &Stand<'_>,
    ) -> bool {
        match need {
            Need::SecondPerson => {
                let before = match act {
                    Act::ConfirmFinding { .. } => match &self.found {
                        Some(found) if found.finding == Finding::Unreasonable => found.by,
                        Some(_) | None => return false,
                    },
                    Act::ApproveDone { .. } => self.reported.and_then(|done| done.by),
                    _ => task.and_then(|task| task.opened.by),
                };
                before != Some(actor.person)
            }
            Need::ReturnWindow => {
                actor.role == Role::Leader
                    || stand.return_until.is_none_or(|until| stand.now <= until)
            }
            Need::OwnSupervision => {
                actor.role == Role::Leader
                    || task.is_some_and(|task| task.opened.by == Some(actor.person))
            }
            Need::NoOpenHelp => self.none_open(&[TaskKind::Help, TaskKind::Outside]),
            Need::NoOpenSupervision => self.none_open(&[TaskKind::Supervision]),
            Need::PlanDone => self.none_open(&[TaskKind::PlanStep]),
            // Nobody asked: there is no request that could be reasonable or not.
            Need::Finding if self.proactive => true,
            Need::Finding => self.found.as_ref().is_some_and(|found| {
                found.finding != Finding::Unreasonable
                    || (found.confirmed_by.is_some() && !found.evidence.is_empty())
            }),
            Need::Classified => self.has(TenStep::Classification),
            Need::Answered => self.is_answered(),
            Need::Asked => {
                self.proactive
                    || self.called().is_some()
                    || self.waived.contains_key(&TenStep::Callback)
            }
            Need::Analysed => self.has(TenStep::Analysis),
            Need::Enterprise => {
                !stand.enterprise
                    || matches!(self.form.get(ENTERPRISE_NAME), Some(Answer::Text(name)) if !name.trim().is_empty())
            }
        }
    }

    fn none_open(&self, kinds: &[TaskKind]) -> bool {
        let mut wanted = self.tasks.iter().filter(|task| kinds.contains(&task.kind));
        // A co-task that was given back has to be given to another unit, or waived.
        !wanted.any(|task| task.state.is_open() || self.is_left(task))
    }

    /// Whether a co-task was given back, and nobody was asked in its place or said that it is not wanted.
    fn is_left(&self, task: &Task) -> bool {
        task.state == TaskState::Declined
            && !self
                .tasks
                .iter()
                .any(|other| other.kind == task.kind && other.n > task.n)
    }

    fn has(&self, step: TenStep) -> bool {
        self.recorded.contains_key(&step) || self.waived.contains_key(&step)
    }
}

/// Whether an action that only those do who have the ticket is this person's: a unit that helps neither reports on it nor
/// gives it back. The office does everything in their place.
pub fn is_theirs(action: TicketAction, actor: &Actor<'_>, stand: &Stand<'_>) -> bool {
    let of_holders = matches!(
        action,
        TicketAction::HandBack | TicketAction::ReportDone | TicketAction::Take
    );
    let holds = |holder: &Id| actor.principals.contains(holder);
    !of_holders || actor.role.is_office() || stand.holders.iter().any(holds)
}

/// What the form of an enterprise's request calls its name.
pub const ENTERPRISE_NAME: &str = "enterprise";

/// What may be done to a ticket that is worked on in another one's place.
const fn lasts(act: &Act) -> bool {
    matches!(act, Act::Note { .. } | Act::External { .. })
}
