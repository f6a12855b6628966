//! What was asked, promised, planned or drafted on a ticket, and how each of it went on.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most actions are none of this; a law of the whole table finds one that was forgotten"
)]

use serde::Serialize;

use super::{Done, Life};
use crate::ids::Id;
use crate::lifecycle::act::{Act, Addressee, Ruling, Stage};
use crate::time::Timestamp;
use crate::words;

words! {
    /// What a task is.
    pub enum TaskKind {
        /// 协办: another unit of the sub-district.
        Help = "help",
        /// 外部单位: somebody without an account.
        Outside = "outside",
        /// 延期
        Extension = "extension",
        /// 挂账
        Hold = "hold",
        /// 督办
        Supervision = "supervision",
        /// A way to solve it.
        Option = "option",
        /// A step of the plan.
        PlanStep = "plan_step",
        /// 反馈
        Feedback = "feedback",
        /// 申诉
        Appeal = "appeal",
    }
}

words! {
    /// Where a task stands.
    pub enum TaskState {
        /// Somebody is wanted.
        Open = "open",
        /// 已回复: who asked for it has to look.
        Answered = "answered",
        /// 审核通过, and not sent yet.
        Approved = "approved",
        /// Done.
        Done = "done",
        /// 已发出
        Sent = "sent",
        /// 同意
        Granted = "granted",
        /// 不同意
        Refused = "refused",
        /// 退回
        Declined = "declined",
        /// 免办
        Waived = "waived",
        /// The way that was chosen.
        Chosen = "chosen",
        /// 成立
        Upheld = "upheld",
        /// 不成立
        Dismissed = "dismissed",
    }
}

impl TaskState {
    /// Whether somebody is still wanted.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Answered | Self::Approved)
    }
}

/// How a task went on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// The event.
    pub done: Done,
    /// Where it stood afterwards.
    pub state: TaskState,
    /// What was said.
    pub words: String,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Task {
    /// The number of the event that opened it names it.
    pub n: i64,
    /// What it is.
    pub kind: TaskKind,
    /// In which cycle.
    pub cycle: i64,
    /// When it was opened, by whom.
    pub opened: Done,
    /// What is wanted, or the text of feedback.
    pub words: String,
    /// The unit that is to do it.
    pub unit: Option<Id>,
    /// An outside party, or the owner of a step; the level of a supervision; why an appeal.
    pub name: String,
    /// How an outside party is reached; the plan of a hold; the cause of a supervision.
    pub more: String,
    /// Until when.
    pub due_at: Option<Timestamp>,
    /// To whom feedback goes.
    pub addressee: Option<Addressee>,
    /// Which feedback it is.
    pub stage: Option<Stage>,
    /// Where it stands.
    pub state: TaskState,
    /// How it went on, oldest first.
    pub turns: Vec<Turn>,
}

impl Task {
    fn new(kind: TaskKind, words: &str, opened: Done, cycle: i64) -> Self {
        Self {
            n: opened.n,
            kind,
            cycle,
            opened,
            words: words.to_owned(),
            unit: None,
            name: String::new(),
            more: String::new(),
            due_at: None,
            addressee: None,
            stage: None,
            state: TaskState::Open,
            turns: Vec::new(),
        }
    }

    /// Who answered or did it last.
    pub fn last(&self) -> Option<&Turn> {
        self.turns.last()
    }
}

/// What an action makes of the task it names: of which kind that is, from where, and where to.
pub(super) const fn turn(
    act: &Act,
) -> Option<(&'static [TaskKind], &'static [TaskState], TaskState)> {
    use TaskKind as K;
    use TaskState as S;
    match act {
        Act::HelpDone { .. } => Some((&[K::Help], &[S::Open], S::Done)),
        Act::HelpDeclined { .. } => Some((&[K::Help], &[S::Open], S::Declined)),
        Act::HelpWaived { .. } => Some((&[K::Help, K::Outside], &[S::Open], S::Waived)),
        Act::OutsidePromised { .. } => Some((&[K::Outside], &[S::Open], S::Open)),
        Act::OutsideDone { .. } => Some((&[K::Outside], &[S::Open], S::Done)),
        Act::GrantExtension { .. } => Some((&[K::Extension], &[S::Open], S::Granted)),
        Act::Hold { .. } => Some((&[K::Hold], &[S::Open], S::Granted)),
        Act::Refuse { .. } => Some((&[K::Extension, K::Hold], &[S::Open], S::Refused)),
        Act::AnswerSupervision { .. } => {
            Some((&[K::Supervision], &[S::Open, S::Answered], S::Answered))
        }
        Act::CloseSupervision { .. } => Some((&[K::Supervision], &[S::Answered], S::Done)),
        Act::ChooseOption { .. } => Some((&[K::Option], &[S::Open], S::Chosen)),
        Act::PlanStepDone { .. } => Some((&[K::PlanStep], &[S::Open], S::Done)),
        Act::ApproveFeedback { .. } => Some((&[K::Feedback], &[S::Open], S::Approved)),
        Act::ReturnFeedback { .. } => Some((&[K::Feedback], &[S::Open, S::Approved], S::Refused)),
        Act::SendFeedback { .. } => Some((&[K::Feedback], &[S::Approved], S::Sent)),
        Act::DecideAppeal { ruling, .. } => Some((
            &[K::Appeal],
            &[S::Open],
            match ruling {
                Ruling::Upheld => S::Upheld,
                Ruling::Dismissed => S::Dismissed,
            },
        )),
        _ => None,
    }
}

impl Life {
    /// The task that this event opened.
    pub fn task(&self, n: i64) -> Option<&Task> {
        self.tasks.iter().find(|task| task.n == n)
    }

    /// Tasks that somebody is still wanted for.
    pub fn open_tasks(&self) -> impl DoubleEndedIterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.state.is_open())
    }

    pub(super) fn add_to_tasks(&mut self, act: &Act, done: Done) {
        if let Some(task) = opened(act, done, self.cycle) {
            self.tasks.push(task);
        }
        let Some((kinds, _, state)) = turn(act) else {
            return;
        };
        if matches!(act, Act::ChooseOption { .. }) {
            // One way at a time.
            let chosen = self.tasks.iter_mut();
            for task in chosen.filter(|task| task.state == TaskState::Chosen) {
                task.state = TaskState::Open;
            }
        }
        let known = self.tasks.iter_mut();
        let mut named =
            known.filter(|task| Some(task.n) == act.task() && kinds.contains(&task.kind));
        if let Some(task) = named.next() {
            task.state = state;
            if let Act::OutsidePromised { due_at, .. } = act {
                task.due_at = Some(*due_at);
            }
            task.turns.push(Turn {
                done,
                state,
                words: act.said().to_owned(),
            });
        }
    }
}

/// The task that an action opens.
fn opened(act: &Act, done: Done, cycle: i64) -> Option<Task> {
    let new = |kind, words: &str| Task::new(kind, words, done, cycle);
    match act {
        Act::AskHelp {
            unit,
            words,
            due_at,
        } => Some(Task {
            unit: Some(*unit),
            due_at: Some(*due_at),
            ..new(TaskKind::Help, words)
        }),
        Act::AskOutside {
            party,
            contact,
            words,
            due_at,
        } => Some(Task {
            name: party.clone(),
            more: contact.clone(),
            due_at: *due_at,
            ..new(TaskKind::Outside, words)
        }),
        Act::AskExtension { words, until } => Some(Task {
            due_at: Some(*until),
            ..new(TaskKind::Extension, words)
        }),
        Act::AskHold { words, plan, until } => Some(Task {
            due_at: Some(*until),
            more: plan.clone(),
            ..new(TaskKind::Hold, words)
        }),
        Act::Supervise {
            level,
            cause,
            words,
            due_at,
        } => Some(Task {
            name: level.as_str().to_owned(),
            more: cause.as_str().to_owned(),
            due_at: Some(*due_at),
            ..new(TaskKind::Supervision, words)
        }),
        Act::ProposeOption { words } => Some(new(TaskKind::Option, words)),
        Act::PlanStep {
            words,
            owner,
            due_at,
        } => Some(Task {
            name: owner.clone(),
            due_at: Some(*due_at),
            ..new(TaskKind::PlanStep, words)
        }),
        Act::DraftFeedback {
            addressee,
            stage,
            words,
        } => Some(Task {
            addressee: Some(*addressee),
            stage: Some(*stage),
            ..new(TaskKind::Feedback, words)
        }),
        Act::Appeal {
            cause,
            words,
            due_at,
        } => Some(Task {
            name: cause.as_str().to_owned(),
            due_at: Some(*due_at),
            ..new(TaskKind::Appeal, words)
        }),
        _ => None,
    }
}
