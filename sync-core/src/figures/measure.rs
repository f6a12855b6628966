//! What is asked of a ticket, and what can come out.

use crate::deadline::{Profile, Received};
use crate::ids::Id;
use crate::lifecycle::TicketState;
use crate::lifecycle::act::AppealCause;
use crate::lifecycle::life::{Part, TaskState};
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
        Void = "cancelled",
        /// 退单: the upper level took it back.
        Returned = "taken_back",
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

/// By what the terms of enterprises are measured, whatever profile a ticket runs under.
#[derive(Clone, Debug)]
pub struct Yardstick {
    pub(super) ten: Profile,
    pub(super) fifteen: Profile,
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
    pub(super) const fn is_of(self, cause: AppealCause) -> bool {
        match cause {
            AppealCause::BadRating => matches!(self, Self::Solved | Self::Satisfied),
            AppealCause::OverdueMark => !matches!(self, Self::Solved | Self::Satisfied),
            AppealCause::ReturnRefused | AppealCause::WrongDispatch => true,
        }
    }
}

/// Whether such an appeal, upheld, says that the ticket was never theirs: then what was good does not count either.
pub(super) const fn disowns(cause: AppealCause) -> bool {
    match cause {
        AppealCause::ReturnRefused | AppealCause::WrongDispatch => true,
        AppealCause::BadRating | AppealCause::OverdueMark => false,
    }
}
