//! Forms that fit the case: which parts of a visit are asked, and what is asked beside them (S17).
//!
//! A form is plain data in versions that are never changed. Which one a record has follows the ticket's category and the
//! role of whoever begins it ([`fitting`]); the record names form and version and keeps them. What is missing before it can
//! be submitted says one function ([`Form::missing`]), on phones and at the hub alike.

mod filled;
mod fit;
mod missing;
mod read;
mod refused;
mod sheet;
mod shipped;
mod words;
mod write;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::answers;
use crate::role::Role;

pub use filled::{Filled, Given};
pub use fit::{find, fitting, in_force};
pub use missing::{Missing, What, is_incomplete};
pub use refused::{FormRefused, Why};
pub use sheet::{Answer, Sheet};

/// The form of records that name none, and of tickets that no other form fits.
pub const GENERAL: &str = "general";

/// One version of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The same in all its versions.
    pub id: String,
    /// Counts from 1.
    pub version: u32,
    /// What people call it.
    pub title: Label,
    /// Categories of tickets that it is for, from the large class down; what lies below is meant too.
    pub applies: Vec<Vec<String>>,
    /// Who asks in tickets that it is for, whatever their category; a form for the category goes before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requesters: Vec<Requester>,
    /// Roles that it is for; everybody's if it names none.
    pub roles: Vec<Role>,
    /// Parts of the visit that it asks for; the others are hidden.
    pub sections: BTreeMap<Section, Asked>,
    /// Its own questions in their order.
    pub questions: Vec<Question>,
}

/// Words for people: Chinese always, English where somebody wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// zh-CN.
    pub zh: String,
    /// en.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// A standard part of a visit, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// 到场签到
    Arrival,
    /// 参与人员
    People,
    /// 发现的问题
    Finding,
    /// 照片
    Photos,
    /// 上门劝导
    Persuasion,
    /// 物品
    Items,
    /// 清理
    Cleanup,
    /// 文字记录
    Notes,
    /// 结果
    Outcome,
}

impl Section {
    /// Every one, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Arrival,
        Self::People,
        Self::Finding,
        Self::Photos,
        Self::Persuasion,
        Self::Items,
        Self::Cleanup,
        Self::Notes,
        Self::Outcome,
    ];
}

/// How a part is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Without it the record stays a draft.
    Required,
    /// It may be filled in.
    Optional,
}

/// Who asks in a ticket: 诉求主体.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requester {
    /// 市民
    Citizen,
    /// 市民与企业
    CitizenEnterprise,
    /// 企业
    Enterprise,
}

impl Requester {
    /// Reads the code that a ticket has for it; `None` for another one.
    pub fn parse(code: &str) -> Option<Self> {
        Some(match code {
            "citizen" => Self::Citizen,
            "citizen_enterprise" => Self::CitizenEnterprise,
            "enterprise" => Self::Enterprise,
            _ => return None,
        })
    }
}

/// A question of a form's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The same in all versions: answers stand under it.
    pub id: String,
    /// What is asked.
    pub label: Label,
    /// How to answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Label>,
    /// Without an answer the record stays a draft, where the question is asked.
    pub required: bool,
    /// When it is asked; always without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relevant: Option<Condition>,
    /// What the answer is.
    #[serde(flatten)]
    pub kind: QuestionKind,
}

/// What an answer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuestionKind {
    /// Words.
    Text {
        /// Characters at most.
        limit: usize,
    },
    /// A whole number.
    Number {
        /// At least.
        min: i64,
        /// At most.
        max: i64,
        /// Of what.
        #[serde(skip_serializing_if = "Option::is_none")]
        unit: Option<Label>,
    },
    /// A day.
    Date,
    /// One of these.
    One {
        /// To choose from.
        options: Vec<Choice>,
    },
    /// Any of these.
    Many {
        /// To choose from.
        options: Vec<Choice>,
    },
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The same in all versions: what the answer holds.
    pub code: String,
    /// What it is called.
    pub label: Label,
}

/// When a question is asked: by the answer to an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The earlier question.
    pub question: String,
    /// What its answer must be.
    #[serde(flatten)]
    pub test: Test,
}

/// What an answer must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "test", content = "value", rename_all = "snake_case")]
pub enum Test {
    /// There is one.
    Answered,
    /// It is this choice, or this number.
    Equals(String),
    /// This one is among the choices.
    Contains(String),
}

/// A form by its id and version, as a record names it: `clutter/1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FormName {
    /// The form.
    pub id: String,
    /// Its version.
    pub version: u32,
}

impl FormName {
    /// Reads what a record names.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, version) = text.split_once('/')?;
        let version = version.parse().ok().filter(|number| *number >= 1)?;
        answers::is_id(id).then(|| Self {
            id: id.to_owned(),
            version,
        })
    }
}

impl fmt::Display for FormName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.id, self.version)
    }
}

impl Form {
    /// As a record names it.
    pub fn name(&self) -> FormName {
        FormName {
            id: self.id.clone(),
            version: self.version,
        }
    }

    /// A question by its id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// How a part is asked for; `None` if it is hidden.
    pub fn asks(&self, section: Section) -> Option<Asked> {
        self.sections.get(&section).copied()
    }
}

impl QuestionKind {
    /// Whether an answer's cell belongs to such a question.
    pub fn owns(&self, part: answers::Part<'_>) -> bool {
        match (self, part) {
            (Self::Text { .. }, answers::Part::Text)
            | (Self::Number { .. }, answers::Part::Number)
            | (Self::Date, answers::Part::Date)
            | (Self::One { .. }, answers::Part::Choice) => true,
            (Self::Many { options }, answers::Part::Has(code)) => {
                options.iter().any(|option| option.code == code)
            }
            _ => false,
        }
    }

    /// What there is to choose from.
    pub fn options(&self) -> &[Choice] {
        match self {
            Self::One { options } | Self::Many { options } => options,
            Self::Text { .. } | Self::Number { .. } | Self::Date => &[],
        }
    }
}

#[cfg(test)]
mod tests;
