//! 十环节: where a ticket stands in the loop, for the strip above it.

use serde::Serialize;

use super::{Done, Life};
use crate::lifecycle::TicketState;
use crate::lifecycle::action::TenStep;
use crate::words;

words! {
    /// What the strip shows of a step.
    pub enum StepState {
        /// It has a record.
        Done = "done",
        /// It is not wanted here, and it is said why.
        NotApplicable = "not_applicable",
        /// Nothing yet.
        Open = "open",
    }
}

/// One step of the strip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StripStep {
    /// The step.
    pub step: TenStep,
    /// Done, not applicable, or nothing yet.
    pub state: StepState,
    /// Its record: the first of this step, or who said that it is not wanted.
    pub done: Option<Done>,
    /// Why it is not applicable: words of a person, or one of the codes `nobody_asked`, `nobody_supervised`,
    /// `nobody_appealed`, `proactive`, `returned`, `void`.
    pub reason: Option<String>,
}

impl Life {
    /// All ten, in their order. A ticket that is over leaves none open.
    pub fn strip(&self, state: TicketState) -> Vec<StripStep> {
        let step = |step: TenStep| {
            if let Some(done) = self.recorded.get(&step) {
                return StripStep {
                    step,
                    state: StepState::Done,
                    done: Some(*done),
                    reason: None,
                };
            }
            if let Some((done, reason)) = self.waived.get(&step) {
                return StripStep {
                    step,
                    state: StepState::NotApplicable,
                    done: Some(*done),
                    reason: Some(reason.clone()),
                };
            }
            let reason = self.unasked(step).or_else(|| left_out(step, state));
            StripStep {
                step,
                state: if reason.is_some() {
                    StepState::NotApplicable
                } else {
                    StepState::Open
                },
                done: None,
                reason: reason.map(str::to_owned),
            }
        };
        TenStep::ALL.iter().map(|one| step(*one)).collect()
    }

    /// Nobody asked for what a patrol found: there is nobody to answer and nobody to call.
    const fn unasked(&self, step: TenStep) -> Option<&'static str> {
        match step {
            TenStep::Feedback | TenStep::Callback if self.proactive => Some("proactive"),
            TenStep::Intake
            | TenStep::Assignment
            | TenStep::Classification
            | TenStep::Assistance
            | TenStep::Supervision
            | TenStep::Feedback
            | TenStep::Callback
            | TenStep::Appeal
            | TenStep::Analysis
            | TenStep::Evaluation => None,
        }
    }
}

/// Why a step that nobody recorded is not wanted any more.
const fn left_out(step: TenStep, state: TicketState) -> Option<&'static str> {
    match state {
        TicketState::Void => Some("void"),
        TicketState::Returned => Some("returned"),
        TicketState::Closed => match step {
            TenStep::Assistance => Some("nobody_asked"),
            TenStep::Supervision => Some("nobody_supervised"),
            TenStep::Appeal => Some("nobody_appealed"),
            // It came in with its answer.
            TenStep::Intake
            | TenStep::Assignment
            | TenStep::Classification
            | TenStep::Feedback
            | TenStep::Callback
            | TenStep::Analysis
            | TenStep::Evaluation => Some("came_answered"),
        },
        TicketState::New
        | TicketState::Accepted
        | TicketState::Assigned
        | TicketState::InProgress
        | TicketState::OnHold
        | TicketState::PendingReview
        | TicketState::Reviewed
        | TicketState::Replied => None,
    }
}
