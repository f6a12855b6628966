//! The words of a profile.

use crate::calendar::Term;
use crate::deadline::profile::{ClockKind, Start};
use crate::lifecycle::act::Addressee;

pub(super) const PROFILE: &str = "方案";
pub(super) const VERSION: &str = "版本";
pub(super) const NAME: &str = "名称";
pub(super) const BASIS: &str = "依据";
pub(super) const EFFECTIVE: &str = "施行";
/// No day is named from which it holds.
pub(super) const NOT_NAMED: &str = "未注明";
pub(super) const EXTENSION: &str = "延期";
pub(super) const ENDS: &str = "截止";
pub(super) const BUSINESS: &str = "上班";
pub(super) const COUNTING: &str = "计时";
pub(super) const BLUE: &str = "蓝色";
pub(super) const YELLOW: &str = "黄色";
pub(super) const PURPLE: &str = "紫色";
pub(super) const RETURN_WARNING: &str = "退回预警";
pub(super) const MIDNIGHT: &str = "24:00";
pub(super) const CLOSING: &str = "下班";
pub(super) const DAY_AND_NIGHT: &str = "昼夜";
pub(super) const IN_BUSINESS: &str = "上班时间";

pub(super) const TERMS: [(ClockKind, &str); 5] = [
    (ClockKind::Contact, "首联"),
    (ClockKind::Arrival, "到场"),
    (ClockKind::Feedback, "反馈"),
    (ClockKind::Result, "办结"),
    (ClockKind::ReturnWindow, "退回"),
];
pub(super) const STARTS: [(Start, &str); 2] =
    [(Start::Dispatch, "自派发"), (Start::Assignment, "自交办")];
pub(super) const ADDRESSEES: [(Addressee, &str); 2] = [
    (Addressee::Requester, "诉求人"),
    (Addressee::Platform, "平台"),
];
type Unit = fn(u16) -> Term;

pub(super) const UNITS: [(Unit, &str); 4] = [
    (Term::Hours, "小时"),
    (Term::WorkingDays, "工作日"),
    (Term::Days, "天"),
    (Term::Months, "个月"),
];
