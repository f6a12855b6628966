//! Whether what an action says is there and not too long.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most actions are none of this; a law of the whole table finds one that was forgotten"
)]

use super::{Act, Answer, MAX_ENTRIES, MAX_FEEDBACK, MAX_NAME, MAX_WORDS};
use crate::lifecycle::TicketAction;

/// What is wrong with what an action says, before anybody looks at the ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadText {
    /// Nothing was written where something is needed.
    Empty,
    /// More than that many characters.
    TooLong(usize),
    /// More than [`MAX_ENTRIES`].
    TooMany,
}

impl Act {
    /// What somebody wrote; empty where nothing is asked.
    pub fn said(&self) -> &str {
        self.words().map_or("", |(words, _)| words.as_str())
    }

    /// What somebody wrote, and whether it may be empty.
    const fn words(&self) -> Option<(&String, bool)> {
        match self {
            Self::ResolveAtDesk { words, .. }
            | Self::HandBack { words, .. }
            | Self::ReturnUp { words, .. }
            | Self::ReturnRefused { words, .. }
            | Self::AskHelp { words, .. }
            | Self::HelpDone { words, .. }
            | Self::HelpDeclined { words, .. }
            | Self::HelpWaived { words, .. }
            | Self::AskOutside { words, .. }
            | Self::OutsideDone { words, .. }
            | Self::AskExtension { words, .. }
            | Self::AskHold { words, .. }
            | Self::Refuse { words, .. }
            | Self::Resume { words, .. }
            | Self::Supervise { words, .. }
            | Self::AnswerSupervision { words, .. }
            | Self::ProposeOption { words, .. }
            | Self::ChooseOption { words, .. }
            | Self::PlanStep { words, .. }
            | Self::ReportDone { words, .. }
            | Self::ReturnDone { words, .. }
            | Self::Find { words, .. }
            | Self::DraftFeedback { words, .. }
            | Self::ReturnFeedback { words, .. }
            | Self::ConfirmResult { words, .. }
            | Self::Rework { words, .. }
            | Self::Appeal { words, .. }
            | Self::DecideAppeal { words, .. }
            | Self::Exclude { words, .. }
            | Self::Include { words, .. }
            | Self::WaiveStep { words, .. }
            | Self::Cancel { words, .. }
            | Self::Unmerge { words, .. }
            | Self::Note { words, .. } => Some((words, false)),
            Self::Contact { words, .. }
            | Self::OutsidePromised { words, .. }
            | Self::GrantExtension { words, .. }
            | Self::Hold { words, .. }
            | Self::CloseSupervision { words, .. }
            | Self::PlanStepDone { words, .. }
            | Self::ApproveDone { words, .. }
            | Self::ConfirmFinding { words, .. }
            | Self::Callback { words, .. }
            | Self::Analyse { words, .. }
            | Self::Close { words, .. }
            | Self::Merge { words, .. } => Some((words, true)),
            Self::Accept { .. }
            | Self::Classify { .. }
            | Self::Describe { .. }
            | Self::Assign { .. }
            | Self::Take { .. }
            | Self::ApproveFeedback { .. }
            | Self::SendFeedback { .. }
            | Self::Evaluate { .. }
            | Self::External { .. } => None,
        }
    }

    /// Checks the length of everything that was written, and that nothing needed is missing.
    pub fn check_words(&self) -> Result<(), BadText> {
        if let Some((words, may_be_empty)) = self.words() {
            let most = match self.action() {
                TicketAction::DraftFeedback => MAX_FEEDBACK,
                _ => MAX_WORDS,
            };
            measured(words, most)?;
            if !may_be_empty && words.trim().is_empty() {
                return Err(BadText::Empty);
            }
        }
        self.check_names()
    }

    fn check_names(&self) -> Result<(), BadText> {
        match self {
            Self::Assign { note, .. } => measured(note, MAX_WORDS),
            Self::AskOutside { party, contact, .. } => {
                measured(contact, MAX_NAME)?;
                named(party)
            }
            Self::AskHold { plan, .. } => {
                measured(plan, MAX_WORDS)?;
                filled(plan)
            }
            Self::PlanStep { owner, .. } => named(owner),
            Self::ConfirmResult { by, .. } => named(by),
            Self::External { id, status } => {
                measured(id, MAX_NAME)?;
                named(status)
            }
            Self::Find { evidence, .. } => listed(evidence),
            Self::Analyse { causes, topic, .. } => {
                topic.as_deref().map_or(Ok(()), named)?;
                listed(causes)?;
                if causes.is_empty() {
                    return Err(BadText::Empty);
                }
                Ok(())
            }
            Self::Classify {
                topic,
                category,
                proposed,
                ..
            } => {
                let levels = category.iter().flatten().flatten();
                for text in levels.chain(topic).chain(proposed.values()) {
                    measured(text, MAX_NAME)?;
                }
                if proposed.len() > MAX_ENTRIES {
                    return Err(BadText::TooMany);
                }
                Ok(())
            }
            Self::Describe { form } => {
                if form.len() > MAX_ENTRIES {
                    return Err(BadText::TooMany);
                }
                for (name, answer) in form {
                    measured(name, MAX_NAME)?;
                    if let Answer::Text(text) = answer {
                        measured(text, MAX_WORDS)?;
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn measured(text: &str, most: usize) -> Result<(), BadText> {
    if text.chars().count() > most {
        return Err(BadText::TooLong(most));
    }
    Ok(())
}

fn filled(text: &str) -> Result<(), BadText> {
    if text.trim().is_empty() {
        return Err(BadText::Empty);
    }
    Ok(())
}

fn named(text: &str) -> Result<(), BadText> {
    measured(text, MAX_NAME)?;
    filled(text)
}

fn listed(texts: &[String]) -> Result<(), BadText> {
    if texts.len() > MAX_ENTRIES {
        return Err(BadText::TooMany);
    }
    texts.iter().try_for_each(|text| named(text))
}
