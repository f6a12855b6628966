//! What happened to a ticket, as far as its clocks ask.

use serde::{Deserialize, Serialize};

use super::profile::ClockKind;
use super::recorded::Recorded;
use crate::lifecycle::act::Addressee;
use crate::time::Timestamp;

/// What happened to a ticket. Everything in it is a moment that was recorded once; what is missing has not happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// 派发: when the upper level sent it. S5: the clock starts here, not when somebody first opens it.
    pub dispatched_at: Timestamp,
    /// 交办.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_at: Option<Timestamp>,
    /// The due date that the upper level gave with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_due_at: Option<Timestamp>,
    /// 首联.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_contact: Option<Recorded>,
    /// 到场: the first arrival check-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrived: Option<Recorded>,
    /// 反馈, each time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub feedbacks: Vec<Feedback>,
    /// Solved, or explained and accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_at: Option<Timestamp>,
    /// 退单.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned_at: Option<Timestamp>,
    /// 挂账, each time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// 延期 that was granted, each time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// What somebody else has to do by a given date: co-tasks, supervisions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Given>,
    /// By when parties without an account are to be done. Apart from `given`: a phone of before does not know the word of
    /// their clock.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Given>,
    /// 办结.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// 自收件: it came to the office directly. There is no upper level to which it could be returned.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
    /// 未诉先办: a patrol found it. There is nobody to be reached or told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub proactive: bool,
    /// 作废, 并单: it ended, and nothing was done under its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped_at: Option<Timestamp>,
}

/// Somebody was told how the matter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Who.
    pub to: Addressee,
    /// When.
    pub at: Timestamp,
}

/// A time during which nothing runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end; `None` while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// More time for the result, as somebody granted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// When it was granted.
    pub at: Timestamp,
    /// What is due then. An extension never shortens.
    pub until: Timestamp,
}

/// A due date that was given, not computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Of what.
    pub kind: ClockKind,
    /// Which one of these, where a ticket has several.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// When it was given.
    pub from: Timestamp,
    /// By when.
    pub due_at: Timestamp,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met_at: Option<Timestamp>,
}

impl Facts {
    /// When these addressees had all been told; `None` while one of them has not.
    pub(super) fn told(&self, wanted: &[Addressee]) -> Option<Timestamp> {
        let first = |to: &Addressee| {
            let told = self.feedbacks.iter().filter(|feedback| feedback.to == *to);
            told.map(|feedback| feedback.at).min()
        };
        let told: Option<Vec<_>> = wanted.iter().map(first).collect();
        told?.into_iter().max()
    }

    /// Those of the addressees who have not been told.
    pub(super) fn untold(&self, wanted: &[Addressee]) -> Vec<Addressee> {
        let told = |to: &Addressee| self.feedbacks.iter().any(|feedback| feedback.to == *to);
        wanted.iter().copied().filter(|to| !told(to)).collect()
    }

    /// When the ticket left: closed, dropped, or returned to the upper level. From then on nothing of it runs.
    pub(super) fn left_at(&self) -> Option<Timestamp> {
        let ended = self.ended_at().into_iter();
        ended.chain(self.returned_at).min()
    }

    /// When it was over here.
    pub(super) fn ended_at(&self) -> Option<Timestamp> {
        self.closed_at.into_iter().chain(self.dropped_at).min()
    }

    /// What pushes a due date, in the order in which it happened. Pauses that overlap are one.
    pub(super) fn pushes(&self, now: Timestamp) -> Vec<Push> {
        let mut pauses: Vec<_> = self.pauses.iter().collect();
        pauses.sort_by_key(|pause| pause.from);
        let mut apart: Vec<(Timestamp, Timestamp)> = Vec::new();
        for pause in pauses {
            // One that lasts has lasted until now, or until the ticket left.
            let lasts = self.left_at().unwrap_or(now).min(now);
            let until = pause.until.unwrap_or(lasts).max(pause.from);
            match apart.last_mut() {
                Some(last) if pause.from <= last.1 => last.1 = last.1.max(until),
                _ => apart.push((pause.from, until)),
            }
        }
        let paused = apart
            .into_iter()
            .map(|(from, until)| Push::Pause { from, until });
        let granted = |extension: &Extension| Push::Extension {
            at: extension.at,
            until: extension.until,
        };
        let mut pushes: Vec<_> = paused.chain(self.extensions.iter().map(granted)).collect();
        pushes.sort_by_key(Push::at);
        pushes
    }

    /// Whether a pause lasts at that moment.
    pub(super) fn is_paused(&self, at: Timestamp) -> bool {
        let lasts = |pause: &Pause| pause.from <= at && pause.until.is_none_or(|until| at < until);
        self.pauses.iter().any(lasts)
    }
}

/// What pushes a due date.
pub(super) enum Push {
    /// A pause.
    Pause { from: Timestamp, until: Timestamp },
    /// An extension.
    Extension { at: Timestamp, until: Timestamp },
}

impl Push {
    const fn at(&self) -> Timestamp {
        match self {
            Self::Pause { from, .. } => *from,
            Self::Extension { at, .. } => *at,
        }
    }
}
