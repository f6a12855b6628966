//! 一张工单的一生: what its events add up to, and whether something more may be done to it.
//!
//! Nothing here is stored: the hub reads it from the events each time, and writes from it what lists and timers need.

mod refuse;
mod score;
mod strip;
mod task;

use std::collections::BTreeMap;

use serde::Serialize;

use super::act::{Act, Addressee, Answer, Finding, NotAsked, Outcome, Satisfaction, Stage};
use super::action::TenStep;
use crate::ids::Id;
use crate::time::Timestamp;

pub use refuse::{Actor, ENTERPRISE_NAME, Refused, Stand, is_theirs};
pub use score::{Part, Score, Weights};
pub use strip::{StepState, StripStep};
pub use task::{Task, TaskKind, TaskState, Turn};

/// The word of the event with which a patrol's find becomes a ticket: 未诉先办 (S4).
pub const FOUND: &str = "found";

/// One event, as far as a life is read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Its number: the version of the ticket after it.
    pub n: i64,
    /// When the hub wrote it.
    pub at: Timestamp,
    /// Who did it.
    pub person: Option<Id>,
    /// The word of the event.
    pub kind: String,
    /// What was said with it, where somebody acted.
    pub act: Option<Act>,
    /// It went back to the upper level after the return window: 超期回退.
    pub late: bool,
}

impl Past {
    /// Whether it gave the ticket to somebody.
    pub fn assigns(&self) -> bool {
        match &self.act {
            Some(act) => matches!(act, Act::Assign { .. }),
            None => self.kind == "assigned",
        }
    }

    /// Whether with it the ticket came to the office, and not from the upper level: 自收件.
    pub fn is_direct(&self) -> bool {
        self.act.is_none() && matches!(self.kind.as_str(), "received" | FOUND)
    }
}

/// What somebody found of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The event.
    pub n: i64,
    /// Whether it was reasonable.
    pub finding: Finding,
    /// Why.
    pub words: String,
    /// What shows it.
    pub evidence: Vec<String>,
    /// Who found it.
    pub by: Option<Id>,
    /// Who agreed, where that is needed.
    pub confirmed_by: Option<Id>,
}

/// One call to the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Called {
    /// The event.
    pub n: i64,
    /// In which cycle.
    pub cycle: i64,
    /// When.
    pub at: Timestamp,
    /// Satisfied with how they were served.
    pub service: Option<Satisfaction>,
    /// Satisfied with what came of it.
    pub result: Option<Satisfaction>,
    /// It is solved.
    pub solved: Option<bool>,
    /// Why nobody answered.
    pub not_asked: Option<NotAsked>,
    /// What they said.
    pub words: String,
    /// Who called.
    pub by: Option<Id>,
}

/// When something was done for the first time, or last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Done {
    /// The event.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Option<Id>,
}

/// What a ticket's events add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Life {
    /// The number of the last event.
    pub version: i64,
    /// 1, and one more for each 二次办理.
    pub cycle: i64,
    /// It came from the upper level, which wants an answer too.
    pub from_platform: bool,
    /// 未诉先办: a patrol found it and nobody asked for it, so that nobody waits for an answer or a call.
    pub proactive: bool,
    /// Which of the ten steps have a record: the first of each.
    pub recorded: BTreeMap<TenStep, Done>,
    /// Which were said not to be wanted, and why.
    pub waived: BTreeMap<TenStep, (Done, String)>,
    /// Everything that was asked, promised, planned or drafted.
    pub tasks: Vec<Task>,
    /// 签收
    pub accepted: Option<Done>,
    /// Who took it for their team.
    pub taken: Option<Done>,
    /// 首次联系, by the clock of who made it.
    pub contacted_at: Option<Timestamp>,
    /// What its form says.
    pub form: BTreeMap<String, Answer>,
    /// Whether it was reasonable.
    pub found: Option<Found>,
    /// The last report that it is done.
    pub reported: Option<Done>,
    /// How an enterprise's request ended, who said so for it.
    pub outcome: Option<(Outcome, String, Done)>,
    /// When everybody had their answer, in each cycle.
    pub answered: Vec<Done>,
    /// Calls, oldest first.
    pub calls: Vec<Called>,
    /// Root causes.
    pub causes: Vec<String>,
    /// 剔除
    pub excluded: bool,
    /// The ticket that is worked on in its place.
    pub merged_into: Option<Id>,
    /// How often it went back to the upper level after the return window.
    pub late_returns: i64,
    /// How often the units gave it back.
    pub hand_backs: i64,
    /// What the platform of the upper level calls it, and where it stands there.
    pub external: Option<(String, String)>,
}

impl Life {
    /// Reads the events, oldest first.
    pub fn of(past: &[Past]) -> Self {
        let mut life = Self {
            cycle: 1,
            ..Self::default()
        };
        for one in past {
            life.add(one);
        }
        life
    }

    /// One event more.
    pub fn add(&mut self, past: &Past) {
        self.version = past.n;
        let done = Done {
            n: past.n,
            at: past.at,
            by: past.person,
        };
        self.late_returns += i64::from(past.late);
        match (&past.act, past.kind.as_str()) {
            (Some(act), _) => self.add_act(act, done),
            (None, "imported") => {
                self.from_platform = true;
                self.record(TenStep::Intake, done);
            }
            (None, FOUND) => {
                self.proactive = true;
                self.record(TenStep::Intake, done);
            }
            (None, "received") => self.record(TenStep::Intake, done),
            (None, "assigned") => self.record(TenStep::Assignment, done),
            (None, _) => {}
        }
    }

    fn record(&mut self, step: TenStep, done: Done) {
        self.recorded.entry(step).or_insert(done);
    }

    fn add_act(&mut self, act: &Act, done: Done) {
        if let Some(step) = act.action().rule().records {
            self.record(step, done);
        }
        self.add_to_tasks(act, done);
        self.add_facts(act, done);
        self.add_marks(act, done);
    }

    /// What was said of the matter.
    fn add_facts(&mut self, act: &Act, done: Done) {
        if let Act::Contact { at, .. } = act {
            // A phone's clock may run ahead; nobody called later than the hub heard of it.
            let at = at.map_or(done.at, |at| at.min(done.at));
            self.contacted_at = Some(self.contacted_at.map_or(at, |first| first.min(at)));
        }
        if let Act::Describe { form } = act {
            self.form.extend(form.clone());
        }
        if let Act::Find {
            finding,
            words,
            evidence,
        } = act
        {
            self.found = Some(Found {
                n: done.n,
                finding: *finding,
                words: words.clone(),
                evidence: evidence.clone(),
                by: done.by,
                confirmed_by: None,
            });
        }
        if let Act::ConfirmFinding { .. } = act
            && let Some(found) = &mut self.found
        {
            found.confirmed_by = done.by;
        }
        if let Act::ConfirmResult { outcome, by, .. } = act {
            self.outcome = Some((*outcome, by.clone(), done));
        }
        if let Act::Callback {
            service,
            result,
            solved,
            not_asked,
            words,
            ..
        } = act
        {
            self.calls.push(Called {
                n: done.n,
                cycle: self.cycle,
                at: done.at,
                service: *service,
                result: *result,
                solved: *solved,
                not_asked: *not_asked,
                words: words.clone(),
                by: done.by,
            });
        }
        if let Act::Analyse { causes, .. } = act {
            self.causes.clone_from(causes);
        }
        if let Act::External { id, status } = act {
            let before = self.external.take().map(|(id, _)| id).unwrap_or_default();
            let id = if id.is_empty() { before } else { id.clone() };
            self.external = Some((id, status.clone()));
        }
    }

    /// Where it stands now.
    fn add_marks(&mut self, act: &Act, done: Done) {
        if let Act::WaiveStep { step, words } = act {
            self.waived.insert(*step, (done, words.clone()));
        }
        if let Act::SendFeedback { .. } = act
            && self.is_answered()
            && self.answered.len() < usize::try_from(self.cycle).unwrap_or(usize::MAX)
        {
            self.answered.push(done);
        }
        #[expect(clippy::wildcard_enum_match_arm, reason = "most actions leave no mark")]
        match act {
            Act::Accept {} => self.accepted = self.accepted.or(Some(done)),
            Act::Take {} => self.taken = Some(done),
            Act::ReportDone { .. } => self.reported = Some(done),
            Act::HandBack { .. } => {
                self.hand_backs += 1;
                self.taken = None;
            }
            Act::Rework { .. } => {
                self.cycle += 1;
                self.outcome = None;
            }
            Act::Exclude { .. } => self.excluded = true,
            Act::Include { .. } => self.excluded = false,
            Act::Merge { into, .. } => self.merged_into = Some(*into),
            Act::Unmerge { .. } => self.merged_into = None,
            _ => {}
        }
    }

    /// Whether the result of this cycle went out to everybody who has to be answered.
    pub fn is_answered(&self) -> bool {
        let sent = |to: Addressee| {
            self.tasks.iter().any(|task| {
                task.cycle == self.cycle
                    && task.state == TaskState::Sent
                    && task.addressee == Some(to)
                    && task.stage == Some(Stage::Result)
            })
        };
        Addressee::ALL
            .iter()
            .all(|to| sent(*to) || self.is_left_out(*to))
    }

    /// Whether there is nobody to answer there: a request that came to the office alone has no platform above it, somebody
    /// who gave no name has none who could be answered, and what a patrol found nobody asked for.
    fn is_left_out(&self, to: Addressee) -> bool {
        match to {
            Addressee::Platform => !self.from_platform,
            Addressee::Requester => self.proactive || self.waived.contains_key(&TenStep::Feedback),
        }
    }

    /// The last call of this cycle.
    pub fn called(&self) -> Option<&Called> {
        let mut calls = self.calls.iter().rev();
        calls.find(|call| call.cycle == self.cycle)
    }
}

impl Called {
    /// Somebody answered that it is not good: it is worked on again.
    pub fn asks_for_rework(&self) -> bool {
        self.solved == Some(false) || self.result == Some(Satisfaction::Dissatisfied)
    }
}
