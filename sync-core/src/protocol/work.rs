//! What is asked of whom on a ticket, beside the matter itself: what a phone shows and acts by.

use serde::{Deserialize, Serialize};

use crate::ids::Id;
use crate::lifecycle::Act;
use crate::lifecycle::life::{Life, Past, Task, TaskKind, TaskState};
use crate::time::Timestamp;

/// What is asked on a ticket, as one person may act on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketWork {
    /// The number of the ticket's last event: an action names it as what was on the screen.
    pub version: i64,
    /// 主办: the ticket was given to this person, or to a unit that they act for.
    pub leads: bool,
    /// What the office said when it gave the ticket last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruction: Option<Said>,
    /// Who took it for their team (认领).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<String>,
    /// 协办 of the units that this person acts for, done ones included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub help: Vec<HelpAsked>,
    /// Other units of whom help is still wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
    /// Parties without an account who are still wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Promise>,
    /// 挂账: until when, while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_until: Option<Timestamp>,
    /// 报结退回: why the office did not agree that it is done, while nobody has reported it anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<Said>,
    /// Supervisions that are not over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub supervisions: Vec<Supervised>,
    /// Moments of the contacts that this person told, as they told them: a phone that lost the answer finds its own again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Timestamp>,
}

/// Words to those who work on a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The words.
    pub words: String,
    /// Name of who said them.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A co-task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpAsked {
    /// The event that opened it names it.
    pub n: i64,
    /// What is wanted.
    pub words: String,
    /// Name of the unit that is to do it.
    pub unit: String,
    /// Until when.
    pub due_at: Option<Timestamp>,
    /// A word of [`TaskState`].
    pub state: String,
    /// What was said when it ended; empty while it is open.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
}

/// Somebody without an account is to do something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The event that opened it names it; 0 from a hub of before.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub n: i64,
    /// Who.
    pub party: String,
    /// What.
    pub words: String,
    /// By when.
    pub due_at: Option<Timestamp>,
    /// They said so themselves.
    pub promised: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_unknown(n: &i64) -> bool {
    *n == 0
}

/// Somebody looks after the ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supervised {
    /// The event that opened it names it.
    pub n: i64,
    /// A word of `SupervisionLevel`.
    pub level: String,
    /// What is wanted.
    pub words: String,
    /// Until when an answer is wanted.
    pub due_at: Option<Timestamp>,
    /// It was answered, and is not over.
    pub answered: bool,
}

/// One event with the names that its story holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The event.
    pub past: Past,
    /// Name of who did it; empty for the hub itself.
    pub by: String,
    /// Words to whom the ticket was given.
    pub note: String,
    /// Name of the unit that was asked for help.
    pub unit: String,
}

impl TicketWork {
    /// What the events of a ticket, oldest first, ask of `person`, who acts for `principals`; `assigned` has the ticket.
    pub fn of(events: &[Told], assigned: Option<Id>, person: Id, principals: &[Id]) -> Self {
        let past: Vec<Past> = events.iter().map(|told| told.past.clone()).collect();
        let life = Life::of(&past);
        let acts_for = |unit: Id| unit == person || principals.contains(&unit);
        let event = |n: i64| events.iter().find(|told| told.past.n == n);
        let by = |n: i64| event(n).map(|told| told.by.clone()).unwrap_or_default();
        let unit = |task: &Task| event(task.n).map(|told| told.unit.clone());
        let of = |kind: TaskKind| life.tasks.iter().filter(move |task| task.kind == kind);
        let (own, others): (Vec<&Task>, Vec<&Task>) =
            of(TaskKind::Help).partition(|task| task.unit.is_some_and(acts_for));
        let given = events.iter().rev().find(|told| told.past.assigns());
        let open = |task: &&Task| task.state.is_open();
        Self {
            version: life.version,
            leads: assigned.is_some_and(acts_for),
            instruction: given.filter(|told| !told.note.is_empty()).map(|told| Said {
                words: told.note.clone(),
                by: told.by.clone(),
                at: told.past.at,
            }),
            taken_by: life.taken.map(|done| by(done.n)),
            help: own
                .into_iter()
                .map(|task| help(task, unit(task).unwrap_or_default()))
                .collect(),
            others: others.into_iter().filter(open).filter_map(unit).collect(),
            promises: of(TaskKind::Outside).filter(open).map(promise).collect(),
            hold_until: hold(&life, &past),
            returned: returned(events),
            supervisions: of(TaskKind::Supervision)
                .filter(open)
                .map(supervised)
                .collect(),
            contacts: past
                .iter()
                .filter(|one| one.person == Some(person))
                .filter_map(|one| match one.act {
                    Some(Act::Contact { at, .. }) => at,
                    _ => None,
                })
                .collect(),
        }
    }

    /// Whether this clock is of a co-task of somebody else: its name is the number of the event that opened it.
    pub fn is_anothers(&self, co_task: &str) -> bool {
        !self.help.iter().any(|asked| asked.n.to_string() == co_task)
    }

    /// Whether this person is here for a co-task alone.
    pub const fn only_helps(&self) -> bool {
        !self.leads && !self.help.is_empty()
    }
}

fn help(task: &Task, unit: String) -> HelpAsked {
    HelpAsked {
        n: task.n,
        words: task.words.clone(),
        unit,
        due_at: task.due_at,
        state: task.state.as_str().to_owned(),
        answer: task
            .last()
            .map(|turn| turn.words.clone())
            .unwrap_or_default(),
    }
}

fn promise(task: &Task) -> Promise {
    Promise {
        n: task.n,
        party: task.name.clone(),
        words: task.last().map_or_else(
            || task.words.clone(),
            |turn| {
                if turn.words.is_empty() {
                    task.words.clone()
                } else {
                    turn.words.clone()
                }
            },
        ),
        due_at: task.due_at,
        promised: task.last().is_some(),
    }
}

fn supervised(task: &Task) -> Supervised {
    Supervised {
        n: task.n,
        level: task.name.clone(),
        words: task.words.clone(),
        due_at: task.due_at,
        answered: task.state == TaskState::Answered,
    }
}

/// Until when the hold that lasts was granted.
fn hold(life: &Life, past: &[Past]) -> Option<Timestamp> {
    let last = past.iter().rev().find_map(|one| match &one.act {
        Some(Act::Hold { task, .. }) => Some(Some(*task)),
        Some(Act::Resume { .. } | Act::Rework { .. }) => Some(None),
        _ => None,
    })??;
    life.task(last)?.due_at
}

fn returned(events: &[Told]) -> Option<Said> {
    let last = events.iter().rev().find(|told| {
        matches!(
            told.past.act,
            Some(Act::ReportDone { .. } | Act::ReturnDone { .. })
        )
    })?;
    match &last.past.act {
        Some(Act::ReturnDone { words }) => Some(Said {
            words: words.clone(),
            by: last.by.clone(),
            at: last.past.at,
        }),
        _ => None,
    }
}
