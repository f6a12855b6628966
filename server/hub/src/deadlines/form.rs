//! A deadline profile as a form has it. Whether it can be is decided where texts are read: a form becomes a text, and what is
//! wrong with a line of it is told with the name of its field.

use serde::{Deserialize, Serialize};
use sync_core::calendar::Term;
use sync_core::deadline::{ClockKind, DayEnd, Profile, Start};
use sync_core::lifecycle::act::Addressee;

use crate::error::ApiError;

/// A profile as somebody fills it in.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub(crate) struct ProfileForm {
    /// The same in all its versions.
    id: String,
    /// Its number: one more than the newest one that was on the screen.
    version: u32,
    /// What people call it.
    name: String,
    /// By which rule, in words.
    basis: String,
    /// The first day on which tickets get it, as `2026-12-01`; empty if its rule names none.
    effective_from: String,
    /// How long each thing takes.
    terms: Vec<TermForm>,
    /// Who has to be told before a feedback counts: `requester`, `platform`.
    #[schema(value_type = Vec<String>)]
    feedback_to: Vec<Addressee>,
    /// The longest extension; null if none is named.
    extension: Option<LengthForm>,
    /// `midnight` or `closing`.
    #[schema(value_type = String)]
    day_ends: DayEnd,
    /// Hours run by the clock, or else in business hours alone.
    hours_run_off_duty: bool,
    /// `08:30-12:00 13:30-17:30`.
    business: String,
    /// When warnings begin.
    warnings: WarningForm,
}

/// A term.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub(crate) struct TermForm {
    /// `contact`, `arrival`, `feedback`, `result` or `return_window`.
    #[schema(value_type = String)]
    kind: ClockKind,
    #[serde(flatten)]
    length: LengthForm,
    /// `dispatch` or `assignment`.
    #[schema(value_type = String)]
    from: Start,
}

/// How long.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub(crate) struct LengthForm {
    /// 1 to 1000.
    amount: i64,
    unit: LengthUnit,
}

/// What a length is counted in.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LengthUnit {
    /// 小时
    Hours,
    /// 工作日
    WorkingDays,
    /// 天
    Days,
    /// 个月
    Months,
}

/// When warnings begin.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub(crate) struct WarningForm {
    /// Blue when no more than this share of the time is left, in percent.
    blue_percent: i64,
    /// Yellow when no more than so many working days are left.
    yellow_working_days: i64,
    /// Yellow, of hours and of what is no longer than those working days, when no more than this share is left, in percent.
    yellow_percent: i64,
    /// Purple when it has been over for so many working days.
    purple_working_days: i64,
    /// The return window warns so many business hours before its end.
    return_hours: i64,
}

/// Lines of a text with the field that each was made of.
#[derive(Default)]
struct Lines {
    text: String,
    fields: Vec<&'static str>,
}

impl Lines {
    fn add(&mut self, field: &'static str, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.fields.push(field);
    }
}

impl ProfileForm {
    pub(super) fn of(profile: &Profile) -> Self {
        let terms = profile.terms.iter().map(|(kind, rule)| TermForm {
            kind: *kind,
            length: LengthForm::of(rule.term),
            from: rule.from,
        });
        let hours = profile.business.iter().map(|hours| {
            let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
            format!("{}-{}", time(hours.from), time(hours.until))
        });
        let warnings = &profile.warnings;
        Self {
            id: profile.id.clone(),
            version: profile.version,
            name: profile.name.clone(),
            basis: profile.basis.clone(),
            effective_from: profile
                .effective_from
                .map(|day| day.to_string())
                .unwrap_or_default(),
            terms: terms.collect(),
            feedback_to: profile.feedback_to.clone(),
            extension: profile.extension.map(LengthForm::of),
            day_ends: profile.day_ends,
            hours_run_off_duty: profile.hours_run_off_duty,
            business: hours.collect::<Vec<_>>().join(" "),
            warnings: WarningForm {
                blue_percent: warnings.blue_percent.into(),
                yellow_working_days: warnings.yellow_working_days.into(),
                yellow_percent: warnings.yellow_percent.into(),
                purple_working_days: warnings.purple_working_days.into(),
                return_hours: warnings.return_hours.into(),
            },
        }
    }

    /// The profile, or in a sentence which field is wrong.
    pub(super) fn profile(&self) -> Result<Profile, ApiError> {
        let Lines { text, fields } = self.lines();
        Profile::parse(text.as_bytes()).map_err(|refused| {
            let line = usize::try_from(refused.line).unwrap_or(usize::MAX);
            let field = fields.get(line.saturating_sub(1)).copied();
            let field = field.unwrap_or("方案");
            let why = refused.why;
            ApiError::unprocessable("profile_refused", format!("“{field}”不对：{why}"))
        })
    }

    fn lines(&self) -> Lines {
        let mut lines = Lines::default();
        lines.add("方案代号", &format!("方案 {}", one_line(&self.id)));
        lines.add("版本", &format!("版本 {}", self.version));
        lines.add("名称", &format!("名称 {}", one_line(&self.name)));
        lines.add("依据", &format!("依据 {}", one_line(&self.basis)));
        let from = self.effective_from.trim();
        let from = if from.is_empty() { "未注明" } else { from };
        lines.add("施行日期", &format!("施行 {}", one_line(from)));
        for term in &self.terms {
            let (field, word) = term_words(term.kind);
            let start = match term.from {
                Start::Dispatch => "自派发",
                Start::Assignment => "自交办",
            };
            let mut line = format!("{word} {} {start}", term.length.written());
            if term.kind == ClockKind::Feedback {
                for to in &self.feedback_to {
                    line.push_str(match to {
                        Addressee::Requester => " 诉求人",
                        Addressee::Platform => " 平台",
                    });
                }
            }
            lines.add(field, &line);
        }
        if let Some(extension) = self.extension {
            lines.add("延期", &format!("延期 {}", extension.written()));
        }
        let end = match self.day_ends {
            DayEnd::Midnight => "24:00",
            DayEnd::Closing => "下班",
        };
        lines.add("截止", &format!("截止 {end}"));
        lines.add("上班时间", &format!("上班 {}", one_line(&self.business)));
        let counting = if self.hours_run_off_duty {
            "昼夜"
        } else {
            "上班时间"
        };
        lines.add("小时的计法", &format!("计时 {counting}"));
        let warnings = &self.warnings;
        lines.add(
            "预警（时间过半）",
            &format!("蓝色 {}%", warnings.blue_percent),
        );
        let (days, percent) = (warnings.yellow_working_days, warnings.yellow_percent);
        lines.add(
            "预警（即将到期）",
            &format!("黄色 {days} 工作日 {percent}%"),
        );
        let days = warnings.purple_working_days;
        lines.add("预警（严重逾期）", &format!("紫色 {days} 工作日"));
        let hours = warnings.return_hours;
        lines.add("退单期限预警", &format!("退回预警 {hours} 小时"));
        lines
    }
}

impl LengthForm {
    const fn of(term: Term) -> Self {
        let (amount, unit) = match term {
            Term::Hours(hours) => (hours, LengthUnit::Hours),
            Term::WorkingDays(days) => (days, LengthUnit::WorkingDays),
            Term::Days(days) => (days, LengthUnit::Days),
            Term::Months(months) => (months, LengthUnit::Months),
        };
        Self {
            amount: amount as i64,
            unit,
        }
    }

    fn written(self) -> String {
        let unit = match self.unit {
            LengthUnit::Hours => "小时",
            LengthUnit::WorkingDays => "工作日",
            LengthUnit::Days => "天",
            LengthUnit::Months => "个月",
        };
        format!("{} {unit}", self.amount)
    }
}

/// What a person calls a term, and how a text does.
const fn term_words(kind: ClockKind) -> (&'static str, &'static str) {
    match kind {
        ClockKind::Contact => ("首次联系", "首联"),
        ClockKind::Arrival => ("到达现场", "到场"),
        ClockKind::Feedback => ("反馈意见", "反馈"),
        ClockKind::Result => ("办结", "办结"),
        ClockKind::ReturnWindow => ("退单期限", "退回"),
        // No profile has them; the reader says so.
        ClockKind::CoTask => ("协办", "协办"),
        ClockKind::Supervision => ("督办", "督办"),
        ClockKind::Appeal => ("申诉", "申诉"),
        ClockKind::Promise => ("外部承诺", "承诺"),
    }
}

/// What somebody typed, on one line. A `#` would begin a note for people.
fn one_line(text: &str) -> String {
    let plain = text.replace('#', "＃");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
