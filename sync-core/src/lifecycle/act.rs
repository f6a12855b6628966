//! What an action carries: the same text is what a screen sends, what the event keeps, and what a life is read from.

mod check;
mod named;
mod vocabulary;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::action::TenStep;
use crate::ids::Id;
use crate::time::Timestamp;

pub use check::BadText;
pub use vocabulary::{
    Addressee, AppealCause, Finding, Means, NotAsked, Outcome, Ruling, Satisfaction, Stage,
    SupervisionCause, SupervisionLevel,
};

/// Characters of a reason, an answer or a description.
pub const MAX_WORDS: usize = 2_000;
/// Characters of what goes out to a caller or to the upper level.
pub const MAX_FEEDBACK: usize = 5_000;
/// Characters of a name, a number, a way to be reached.
pub const MAX_NAME: usize = 100;
/// Entries of a list.
pub const MAX_ENTRIES: usize = 50;

/// What somebody wrote into a field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// A count, or an amount in fen.
    Number(i64),
    /// Words.
    Text(String),
}

/// What is done, with what it needs to say. `task` is the number of the event that opened it.
#[expect(
    missing_docs,
    reason = "the fields are what docs/LIFECYCLE.md lists of each action"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    Accept {},
    Classify {
        #[serde(default)]
        request_kind: Option<String>,
        #[serde(default)]
        requester_type: Option<String>,
        #[serde(default)]
        urgency: Option<String>,
        #[serde(default)]
        category: Option<[Option<String>; 3]>,
        #[serde(default)]
        topic: Option<String>,
        /// Asked and answered: the deadline may move with it.
        #[serde(default)]
        moves_deadline: bool,
        /// What the model said, beside what the person decided.
        #[serde(default)]
        proposed: BTreeMap<String, String>,
    },
    Describe {
        form: BTreeMap<String, Answer>,
    },
    Assign {
        kind: String,
        to: Id,
        #[serde(default)]
        note: String,
    },
    Take {},
    ResolveAtDesk {
        words: String,
    },
    HandBack {
        words: String,
    },
    ReturnUp {
        words: String,
    },
    ReturnRefused {
        words: String,
    },
    Contact {
        means: Means,
        #[serde(default)]
        words: String,
        /// When, by the clock of the phone put right by its measured offset; now if it is not said.
        #[serde(default)]
        at: Option<Timestamp>,
        /// That clock was more than a minute off.
        #[serde(default)]
        corrected: bool,
    },
    AskHelp {
        unit: Id,
        words: String,
        due_at: Timestamp,
    },
    HelpDone {
        task: i64,
        words: String,
    },
    HelpDeclined {
        task: i64,
        words: String,
    },
    HelpWaived {
        task: i64,
        words: String,
    },
    AskOutside {
        party: String,
        #[serde(default)]
        contact: String,
        words: String,
        #[serde(default)]
        due_at: Option<Timestamp>,
    },
    OutsidePromised {
        task: i64,
        due_at: Timestamp,
        #[serde(default)]
        words: String,
    },
    OutsideDone {
        task: i64,
        words: String,
    },
    AskExtension {
        words: String,
        until: Timestamp,
    },
    AskHold {
        words: String,
        plan: String,
        until: Timestamp,
    },
    GrantExtension {
        task: i64,
        #[serde(default)]
        words: String,
    },
    Hold {
        task: i64,
        #[serde(default)]
        words: String,
    },
    Refuse {
        task: i64,
        words: String,
    },
    Resume {
        words: String,
    },
    Supervise {
        level: SupervisionLevel,
        cause: SupervisionCause,
        words: String,
        due_at: Timestamp,
    },
    AnswerSupervision {
        task: i64,
        words: String,
    },
    CloseSupervision {
        task: i64,
        #[serde(default)]
        words: String,
    },
    ProposeOption {
        words: String,
    },
    ChooseOption {
        task: i64,
        words: String,
    },
    PlanStep {
        words: String,
        owner: String,
        due_at: Timestamp,
    },
    PlanStepDone {
        task: i64,
        #[serde(default)]
        words: String,
    },
    ReportDone {
        words: String,
    },
    ApproveDone {
        #[serde(default)]
        words: String,
    },
    ReturnDone {
        words: String,
    },
    Find {
        finding: Finding,
        words: String,
        /// What shows it: records, photos, papers.
        #[serde(default)]
        evidence: Vec<String>,
    },
    ConfirmFinding {
        #[serde(default)]
        words: String,
    },
    DraftFeedback {
        addressee: Addressee,
        stage: Stage,
        words: String,
    },
    ApproveFeedback {
        task: i64,
    },
    ReturnFeedback {
        task: i64,
        words: String,
    },
    SendFeedback {
        task: i64,
        means: Means,
    },
    ConfirmResult {
        outcome: Outcome,
        /// 确认人
        by: String,
        words: String,
    },
    Callback {
        means: Means,
        #[serde(default)]
        service: Option<Satisfaction>,
        #[serde(default)]
        result: Option<Satisfaction>,
        /// 已解决
        #[serde(default)]
        solved: Option<bool>,
        /// In the place of answers.
        #[serde(default)]
        not_asked: Option<NotAsked>,
        #[serde(default)]
        words: String,
    },
    Rework {
        words: String,
    },
    Appeal {
        cause: AppealCause,
        words: String,
        due_at: Timestamp,
    },
    DecideAppeal {
        task: i64,
        ruling: Ruling,
        words: String,
    },
    Exclude {
        words: String,
    },
    Include {
        words: String,
    },
    Analyse {
        causes: Vec<String>,
        #[serde(default)]
        topic: Option<String>,
        #[serde(default)]
        words: String,
    },
    WaiveStep {
        step: TenStep,
        words: String,
    },
    Close {
        #[serde(default)]
        words: String,
    },
    Evaluate {},
    Cancel {
        words: String,
    },
    Merge {
        into: Id,
        #[serde(default)]
        words: String,
    },
    Unmerge {
        words: String,
    },
    External {
        #[serde(default)]
        id: String,
        status: String,
    },
    Note {
        words: String,
    },
}
