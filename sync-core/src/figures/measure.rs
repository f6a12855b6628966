//! What one ticket counts for.

use std::collections::BTreeMap;

use crate::calendar::Calendar;
use crate::deadline::{self, Clock, ClockKind, ClockState, Facts, Profile, Received};
use crate::ids::Id;
use crate::lifecycle::TicketState;
use crate::lifecycle::act::{Act, Addressee, AppealCause};
use crate::lifecycle::life::{Done, Life, Part, Past, TaskKind, TaskState, Weights};
use crate::time::Timestamp;
use crate::words;

words! {
    /// What is asked of a ticket.
    pub enum Measure {
        /// 2小时到场或联系: somebody reached the requester, or was there, within 2 hours of the assignment (S77).
        TwoHours = "two_hours",
        /// 1个工作日反馈: requester and platform had an opinion within 1 working day of the assignment (S78).
        OneDay = "one_day",
        /// 10个工作日办结: solved or confirmed within 10 working days of the assignment (S79).
        TenDays = "ten_days",
        /// 15个工作日办结: the term with which the province publishes.
        FifteenDays = "fifteen_days",
        /// 响应: contacted, or answered, before it was due.
        Response = "response",
        /// 按时办结: done before it was due by its own profile.
        InTime = "in_time",
        /// 解决, as the first caller who answered said.
        Solved = "solved",
        /// 满意: with the service and with the result, at the same call.
        Satisfied = "satisfied",
    }
}

words! {
    /// Why nobody can say.
    pub enum Unknown {
        /// Its time is not over.
        Running = "running",
        /// Nothing was recorded that would tell.
        NoRecord = "no_record",
        /// Nobody has asked yet.
        NotAsked = "not_asked",
        /// Somebody asked, and had no answer.
        NoAnswer = "no_answer",
    }
}

words! {
    /// Why a ticket does not count.
    pub enum LeftOut {
        /// 剔除
        Excluded = "excluded",
        /// 并单: it counts under the ticket that is worked on.
        Merged = "merged",
        /// 作废
        Void = "void",
        /// 退单: the upper level took it back.
        Returned = "returned",
        /// 申诉成立
        AppealUpheld = "appeal_upheld",
    }
}

/// What came out for one ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It counts, and it was reached.
    Reached,
    /// It counts, and it was not.
    Missed,
    /// It does not count: nobody can say.
    Unknown(Unknown),
    /// It does not count: it was left out.
    LeftOut(LeftOut),
}

/// Who has a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A unit.
    Unit(Id),
    /// A person, and the community or grid that the ticket lies in.
    Person(Id, Option<Id>),
}

/// What no event of a ticket says.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Where it stands.
    pub state: TicketState,
    /// An enterprise asks.
    pub enterprise: bool,
    /// What it brought with it, and what its records tell.
    pub received: Received,
    /// The profile that it runs under; `None` for one that came with its answer.
    pub profile: Option<&'a Profile>,
    /// Whether it was done in time, as the source says of one that it closed.
    pub told_in_time: Option<bool>,
    /// Who has it, or had it last.
    pub holder: Option<Holder>,
}

/// An appeal and what it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appealed {
    /// The event that lodged it.
    pub n: i64,
    /// Against what.
    pub cause: AppealCause,
    /// Still open, upheld or dismissed.
    pub state: TaskState,
    /// Measures that counted this ticket as missed, or at all, and do not any more. Empty unless it was upheld.
    pub changed: Vec<Measure>,
}

/// Somebody left the ticket out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<Id>,
    /// Why.
    pub words: String,
}

/// What one ticket counts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// An enterprise asks.
    pub enterprise: bool,
    /// Which unit it counts for.
    pub unit: Option<Id>,
    /// Which worker it counts for: who has it, or took it for their unit, or reported that it is done.
    pub worker: Option<Id>,
    /// What came out of each measure. The terms of enterprises are asked of these alone.
    pub verdicts: BTreeMap<Measure, Verdict>,
    /// Appeals, oldest first.
    pub appeals: Vec<Appealed>,
    /// Why it was excluded, if it is.
    pub excluded: Option<Excluded>,
}

/// By what the terms of enterprises are measured, whatever profile a ticket runs under.
#[derive(Clone, Debug)]
pub struct Yardstick {
    ten: Profile,
    fifteen: Profile,
}

impl Default for Yardstick {
    fn default() -> Self {
        let of = |days: u16| {
            let text = format!(
                "方案 figures\n版本 1\n名称 统计口径\n依据 企业诉求2110；省平台按15个工作日公布\n施行 2020-01-01\n\
                 首联 2 小时 自交办\n反馈 1 工作日 自交办 诉求人 平台\n办结 {days} 工作日 自交办\n"
            );
            #[expect(clippy::expect_used, reason = "a test reads the same text")]
            Profile::parse(text.as_bytes()).expect("the yardstick")
        };
        Self {
            ten: of(10),
            fifteen: of(15),
        }
    }
}

impl Measure {
    /// Those that are asked of enterprises alone.
    pub const ENTERPRISE: [Self; 4] = [
        Self::TwoHours,
        Self::OneDay,
        Self::TenDays,
        Self::FifteenDays,
    ];

    /// Those of which points are made.
    pub const fn part(self) -> Option<Part> {
        match self {
            Self::Response => Some(Part::Response),
            Self::Solved => Some(Part::Solved),
            Self::Satisfied => Some(Part::Satisfied),
            Self::TwoHours | Self::OneDay | Self::TenDays | Self::FifteenDays | Self::InTime => {
                None
            }
        }
    }

    /// Whether an appeal against this, upheld, speaks of this measure.
    const fn is_of(self, cause: AppealCause) -> bool {
        match cause {
            AppealCause::BadRating => matches!(self, Self::Solved | Self::Satisfied),
            AppealCause::OverdueMark => !matches!(self, Self::Solved | Self::Satisfied),
            AppealCause::ReturnRefused | AppealCause::WrongDispatch => true,
        }
    }
}

/// Whether such an appeal, upheld, says that the ticket was never theirs: then what was good does not count either.
const fn disowns(cause: AppealCause) -> bool {
    match cause {
        AppealCause::ReturnRefused | AppealCause::WrongDispatch => true,
        AppealCause::BadRating | AppealCause::OverdueMark => false,
    }
}

impl Read {
    /// Reads what a ticket counts for from its events, oldest first, as it stands at `now`.
    pub fn of(
        past: &[Past],
        subject: &Subject<'_>,
        yardstick: &Yardstick,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Self {
        let life = Life::of(past);
        let mut verdicts = raw(past, &life, subject, yardstick, calendar, now);
        let whole = whole(&life, subject.state);
        if let Some(why) = whole {
            for verdict in verdicts.values_mut() {
                *verdict = Verdict::LeftOut(why);
            }
        }
        let of_kind = life
            .tasks
            .iter()
            .filter(|task| task.kind == TaskKind::Appeal);
        let mut appeals = Vec::new();
        for task in of_kind {
            let Some(cause) = AppealCause::parse(&task.name) else {
                continue;
            };
            let mut changed = Vec::new();
            if task.state == TaskState::Upheld && whole.is_none() {
                for (measure, verdict) in &mut verdicts {
                    if measure.is_of(cause) && takes_out(cause, *verdict) {
                        *verdict = Verdict::LeftOut(LeftOut::AppealUpheld);
                        changed.push(*measure);
                    }
                }
            }
            appeals.push(Appealed {
                n: task.n,
                cause,
                state: task.state,
                changed,
            });
        }
        let (unit, person) = match subject.holder {
            Some(Holder::Unit(unit)) => (Some(unit), None),
            Some(Holder::Person(person, unit)) => (unit, Some(person)),
            None => (None, None),
        };
        let did = |done: Option<Done>| done.and_then(|done| done.by);
        Self {
            enterprise: subject.enterprise,
            unit,
            worker: person
                .or_else(|| did(life.taken))
                .or_else(|| did(life.reported)),
            verdicts,
            appeals,
            excluded: excluded(&life, past),
        }
    }
}

/// What an upheld appeal takes away: what was bad; of a ticket that was not theirs, whatever counted.
const fn takes_out(cause: AppealCause, verdict: Verdict) -> bool {
    match verdict {
        Verdict::Missed => true,
        Verdict::Reached | Verdict::Unknown(_) => disowns(cause),
        Verdict::LeftOut(_) => false,
    }
}

/// Why a ticket counts nowhere.
const fn whole(life: &Life, state: TicketState) -> Option<LeftOut> {
    if life.excluded {
        return Some(LeftOut::Excluded);
    }
    if life.merged_into.is_some() {
        return Some(LeftOut::Merged);
    }
    match state {
        TicketState::Void => Some(LeftOut::Void),
        TicketState::Returned => Some(LeftOut::Returned),
        TicketState::New
        | TicketState::Accepted
        | TicketState::Assigned
        | TicketState::InProgress
        | TicketState::OnHold
        | TicketState::PendingReview
        | TicketState::Reviewed
        | TicketState::Replied
        | TicketState::Closed => None,
    }
}

/// Who left it out last, and why.
fn excluded(life: &Life, past: &[Past]) -> Option<Excluded> {
    if !life.excluded {
        return None;
    }
    past.iter().rev().find_map(|one| match &one.act {
        Some(Act::Exclude { words }) => Some(Excluded {
            at: one.at,
            by: one.person,
            words: words.clone(),
        }),
        _ => None,
    })
}

/// What each measure says before anything is left out.
fn raw(
    past: &[Past],
    life: &Life,
    subject: &Subject<'_>,
    yardstick: &Yardstick,
    calendar: &Calendar,
    now: Timestamp,
) -> BTreeMap<Measure, Verdict> {
    // The first result stays, whatever comes later.
    let reworks = |one: &Past| matches!(one.act, Some(Act::Rework { .. }));
    let end = past.iter().position(reworks);
    let first = end.and_then(|end| past.get(..end)).unwrap_or(past);
    let received = Received {
        // It closed in a later cycle, if at all.
        closed_at: subject.received.closed_at.filter(|_| end.is_none()),
        ..subject.received
    };
    let facts = Facts::read(received, first);
    let is_over = end.is_some() || subject.state.is_over();
    let mut verdicts = BTreeMap::new();
    let due = subject.profile.and_then(|profile| {
        let clock = deadline::clock(profile, ClockKind::Result, &facts, calendar, now)?;
        verdicts.insert(Measure::InTime, of_clock(&clock, is_over));
        clock.due
    });
    let due = due.map(|due| due.at);
    if subject.profile.is_none() {
        let told = subject.told_in_time.map(reached);
        let verdict = told.unwrap_or(Verdict::Unknown(Unknown::NoRecord));
        verdicts.insert(Measure::InTime, verdict);
    }
    // Only which parts were reached is asked here; the weights are of the points.
    for (part, is_reached) in life.score(due, Weights::EXAMPLE).parts {
        let (measure, otherwise) = match part {
            Part::Response => (Measure::Response, silent(due, is_over, now)),
            Part::Solved => (Measure::Solved, unheard(life)),
            Part::Satisfied => (Measure::Satisfied, unheard(life)),
        };
        verdicts.insert(measure, is_reached.map_or(otherwise, reached));
    }
    if subject.enterprise {
        verdicts.extend(of_enterprise(
            &facts, life, yardstick, is_over, calendar, now,
        ));
    }
    verdicts
}

const fn reached(is: bool) -> Verdict {
    if is {
        Verdict::Reached
    } else {
        Verdict::Missed
    }
}

/// Of a ticket to which nobody has responded: late once it is due, and no flattering gap.
fn silent(due: Option<Timestamp>, is_over: bool, now: Timestamp) -> Verdict {
    match due {
        _ if is_over => Verdict::Unknown(Unknown::NoRecord),
        Some(due) if now > due => Verdict::Missed,
        Some(_) => Verdict::Unknown(Unknown::Running),
        None => Verdict::Unknown(Unknown::NoRecord),
    }
}

/// Of a ticket whose requester said nothing.
const fn unheard(life: &Life) -> Verdict {
    Verdict::Unknown(if life.calls.is_empty() {
        Unknown::NotAsked
    } else {
        Unknown::NoAnswer
    })
}

fn of_clock(clock: &Clock, is_over: bool) -> Verdict {
    match clock.state {
        ClockState::Met => Verdict::Reached,
        ClockState::Missed => Verdict::Missed,
        ClockState::Running | ClockState::Paused if !is_over => Verdict::Unknown(Unknown::Running),
        // Nobody has it yet.
        ClockState::Stopped if clock.from.is_none() && !is_over => {
            Verdict::Unknown(Unknown::Running)
        }
        ClockState::Running | ClockState::Paused | ClockState::Stopped => {
            Verdict::Unknown(Unknown::NoRecord)
        }
    }
}

fn of_enterprise(
    facts: &Facts,
    life: &Life,
    yardstick: &Yardstick,
    is_over: bool,
    calendar: &Calendar,
    now: Timestamp,
) -> Vec<(Measure, Verdict)> {
    // How long it took, not how long it was allowed to take.
    let facts = Facts {
        given_due_at: None,
        extensions: Vec::new(),
        ..facts.clone()
    };
    let mut ten = yardstick.ten.clone();
    if !life.from_platform {
        // It came to the office alone: there is no platform to tell.
        ten.feedback_to = vec![Addressee::Requester];
    }
    let of = |profile: &Profile, kind: ClockKind, measure: Measure| {
        let clock = deadline::clock(profile, kind, &facts, calendar, now)?;
        Some((measure, of_clock(&clock, is_over)))
    };
    [
        of(&ten, ClockKind::Contact, Measure::TwoHours),
        of(&ten, ClockKind::Feedback, Measure::OneDay),
        of(&ten, ClockKind::Result, Measure::TenDays),
        of(&yardstick.fifteen, ClockKind::Result, Measure::FifteenDays),
    ]
    .into_iter()
    .flatten()
    .collect()
}
