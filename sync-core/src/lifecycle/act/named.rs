//! Which action it is, and what it is about.

use super::Act;
use crate::lifecycle::TicketAction;

impl Act {
    /// Which action it is.
    pub const fn action(&self) -> TicketAction {
        match self {
            Self::Accept {} => TicketAction::Accept,
            Self::Classify { .. } => TicketAction::Classify,
            Self::Describe { .. } => TicketAction::Describe,
            Self::Assign { .. } => TicketAction::Assign,
            Self::Take {} => TicketAction::Take,
            Self::ResolveAtDesk { .. } => TicketAction::ResolveAtDesk,
            Self::HandBack { .. } => TicketAction::HandBack,
            Self::ReturnUp { .. } => TicketAction::ReturnUp,
            Self::ReturnRefused { .. } => TicketAction::ReturnRefused,
            Self::Contact { .. } => TicketAction::Contact,
            Self::AskHelp { .. } => TicketAction::AskHelp,
            Self::HelpDone { .. } => TicketAction::HelpDone,
            Self::HelpDeclined { .. } => TicketAction::HelpDeclined,
            Self::HelpWaived { .. } => TicketAction::HelpWaived,
            Self::AskOutside { .. } => TicketAction::AskOutside,
            Self::OutsidePromised { .. } => TicketAction::OutsidePromised,
            Self::OutsideDone { .. } => TicketAction::OutsideDone,
            Self::AskExtension { .. } => TicketAction::AskExtension,
            Self::AskHold { .. } => TicketAction::AskHold,
            Self::GrantExtension { .. } => TicketAction::GrantExtension,
            Self::Hold { .. } => TicketAction::Hold,
            Self::Refuse { .. } => TicketAction::Refuse,
            Self::Resume { .. } => TicketAction::Resume,
            Self::Supervise { .. } => TicketAction::Supervise,
            Self::AnswerSupervision { .. } => TicketAction::AnswerSupervision,
            Self::CloseSupervision { .. } => TicketAction::CloseSupervision,
            Self::ProposeOption { .. } => TicketAction::ProposeOption,
            Self::ChooseOption { .. } => TicketAction::ChooseOption,
            Self::PlanStep { .. } => TicketAction::PlanStep,
            Self::PlanStepDone { .. } => TicketAction::PlanStepDone,
            Self::ReportDone { .. } => TicketAction::ReportDone,
            Self::ApproveDone { .. } => TicketAction::ApproveDone,
            Self::ReturnDone { .. } => TicketAction::ReturnDone,
            Self::Find { .. } => TicketAction::Find,
            Self::ConfirmFinding { .. } => TicketAction::ConfirmFinding,
            Self::DraftFeedback { .. } => TicketAction::DraftFeedback,
            Self::ApproveFeedback { .. } => TicketAction::ApproveFeedback,
            Self::ReturnFeedback { .. } => TicketAction::ReturnFeedback,
            Self::SendFeedback { .. } => TicketAction::SendFeedback,
            Self::ConfirmResult { .. } => TicketAction::ConfirmResult,
            Self::Callback { .. } => TicketAction::Callback,
            Self::Rework { .. } => TicketAction::Rework,
            Self::Appeal { .. } => TicketAction::Appeal,
            Self::DecideAppeal { .. } => TicketAction::DecideAppeal,
            Self::Exclude { .. } => TicketAction::Exclude,
            Self::Include { .. } => TicketAction::Include,
            Self::Analyse { .. } => TicketAction::Analyse,
            Self::WaiveStep { .. } => TicketAction::WaiveStep,
            Self::Close { .. } => TicketAction::Close,
            Self::Evaluate {} => TicketAction::Evaluate,
            Self::Cancel { .. } => TicketAction::Cancel,
            Self::Merge { .. } => TicketAction::Merge,
            Self::Unmerge { .. } => TicketAction::Unmerge,
            Self::External { .. } => TicketAction::External,
            Self::Note { .. } => TicketAction::Note,
        }
    }

    /// The number of the event that opened what it is about.
    pub const fn task(&self) -> Option<i64> {
        match self {
            Self::HelpDone { task, .. }
            | Self::HelpDeclined { task, .. }
            | Self::HelpWaived { task, .. }
            | Self::OutsidePromised { task, .. }
            | Self::OutsideDone { task, .. }
            | Self::GrantExtension { task, .. }
            | Self::Hold { task, .. }
            | Self::Refuse { task, .. }
            | Self::AnswerSupervision { task, .. }
            | Self::CloseSupervision { task, .. }
            | Self::ChooseOption { task, .. }
            | Self::PlanStepDone { task, .. }
            | Self::ApproveFeedback { task }
            | Self::ReturnFeedback { task, .. }
            | Self::SendFeedback { task, .. }
            | Self::DecideAppeal { task, .. } => Some(*task),
            Self::Accept { .. }
            | Self::Classify { .. }
            | Self::Describe { .. }
            | Self::Assign { .. }
            | Self::Take { .. }
            | Self::ResolveAtDesk { .. }
            | Self::HandBack { .. }
            | Self::ReturnUp { .. }
            | Self::ReturnRefused { .. }
            | Self::Contact { .. }
            | Self::AskHelp { .. }
            | Self::AskOutside { .. }
            | Self::AskExtension { .. }
            | Self::AskHold { .. }
            | Self::Resume { .. }
            | Self::Supervise { .. }
            | Self::ProposeOption { .. }
            | Self::PlanStep { .. }
            | Self::ReportDone { .. }
            | Self::ApproveDone { .. }
            | Self::ReturnDone { .. }
            | Self::Find { .. }
            | Self::ConfirmFinding { .. }
            | Self::DraftFeedback { .. }
            | Self::ConfirmResult { .. }
            | Self::Callback { .. }
            | Self::Rework { .. }
            | Self::Appeal { .. }
            | Self::Exclude { .. }
            | Self::Include { .. }
            | Self::Analyse { .. }
            | Self::WaiveStep { .. }
            | Self::Close { .. }
            | Self::Evaluate { .. }
            | Self::Cancel { .. }
            | Self::Merge { .. }
            | Self::Unmerge { .. }
            | Self::External { .. }
            | Self::Note { .. } => None,
        }
    }
}
