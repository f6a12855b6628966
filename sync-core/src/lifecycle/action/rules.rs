//! The table of actions.

use super::{Need, Rule, TenStep, TicketAction};
use crate::lifecycle::TicketState;
use crate::role::Role;
use Role::{
    BuildingCaptain, CommunitySecretary, EnterpriseTeam, GridHead, GridWorker, HotlineWorker,
    Leader, OfficeReviewer, Police, SectionHandler,
};
use TicketState::{
    Accepted, Assigned, Closed, InProgress, New, OnHold, PendingReview, Replied, Returned,
    Reviewed, Void,
};

/// 街道热线办
const OFFICE: &[Role] = &[HotlineWorker, OfficeReviewer, Leader];
/// Who decides what others ask for.
const HEADS: &[Role] = &[OfficeReviewer, Leader];
/// Who passes work on.
const DISPATCH: &[Role] = &[
    HotlineWorker,
    OfficeReviewer,
    Leader,
    CommunitySecretary,
    GridHead,
];
/// Who answers for a ticket or a co-task.
const HANDLE: &[Role] = &[
    HotlineWorker,
    OfficeReviewer,
    Leader,
    CommunitySecretary,
    GridHead,
    SectionHandler,
    EnterpriseTeam,
];
/// Those whom the office gives work to.
const UNITS: &[Role] = &[CommunitySecretary, GridHead, SectionHandler, EnterpriseTeam];
/// Everybody who works on a ticket, on the spot too.
const WORK: &[Role] = &[
    HotlineWorker,
    OfficeReviewer,
    Leader,
    CommunitySecretary,
    GridHead,
    SectionHandler,
    EnterpriseTeam,
    GridWorker,
    BuildingCaptain,
    Police,
];

type Moves = &'static [(TicketState, TicketState)];
/// Work is going on.
const OPEN: Moves = &[
    (New, New),
    (Accepted, Accepted),
    (Assigned, Assigned),
    (InProgress, InProgress),
    (OnHold, OnHold),
    (PendingReview, PendingReview),
    (Reviewed, Reviewed),
];
/// The same, and what waits for the callback.
const NOT_OVER: Moves = &[
    (New, New),
    (Accepted, Accepted),
    (Assigned, Assigned),
    (InProgress, InProgress),
    (OnHold, OnHold),
    (PendingReview, PendingReview),
    (Reviewed, Reviewed),
    (Replied, Replied),
];
/// Somebody has it.
const HAD: Moves = &[
    (Assigned, Assigned),
    (InProgress, InProgress),
    (OnHold, OnHold),
    (PendingReview, PendingReview),
    (Reviewed, Reviewed),
];
/// Everything but what should never have been.
const EVER: Moves = &[
    (New, New),
    (Accepted, Accepted),
    (Assigned, Assigned),
    (InProgress, InProgress),
    (OnHold, OnHold),
    (PendingReview, PendingReview),
    (Reviewed, Reviewed),
    (Replied, Replied),
    (Closed, Closed),
    (Returned, Returned),
];
/// Work begins with it.
const BEGINS: Moves = &[
    (Accepted, Accepted),
    (Assigned, InProgress),
    (InProgress, InProgress),
    (OnHold, OnHold),
    (PendingReview, PendingReview),
    (Reviewed, Reviewed),
];

const fn rule(action: TicketAction, roles: &'static [Role], moves: Moves) -> Rule {
    Rule {
        action,
        roles,
        moves,
        completes: None,
        records: None,
        needs: &[],
    }
}

impl Rule {
    const fn records(mut self, step: TenStep) -> Self {
        self.records = Some(step);
        self
    }

    const fn completes(mut self, from: TicketState, to: TicketState) -> Self {
        self.completes = Some((from, to));
        self
    }

    const fn needs(mut self, needs: &'static [Need]) -> Self {
        self.needs = needs;
        self
    }
}

/// Every action once, in the order of the words.
pub const RULES: &[Rule] = {
    use TicketAction as A;
    &[
        rule(A::Accept, OFFICE, &[(New, Accepted)]).records(TenStep::Intake),
        rule(A::Classify, OFFICE, NOT_OVER).records(TenStep::Classification),
        rule(A::Describe, OFFICE, NOT_OVER),
        rule(
            A::Assign,
            DISPATCH,
            &[
                (New, Assigned),
                (Accepted, Assigned),
                (Assigned, Assigned),
                (InProgress, InProgress),
                (OnHold, OnHold),
                (PendingReview, PendingReview),
                (Reviewed, Reviewed),
            ],
        )
        .records(TenStep::Assignment),
        rule(
            A::Take,
            &[SectionHandler, EnterpriseTeam],
            &[(Assigned, InProgress), (InProgress, InProgress)],
        ),
        rule(
            A::ResolveAtDesk,
            OFFICE,
            &[(New, Reviewed), (Accepted, Reviewed)],
        ),
        rule(
            A::HandBack,
            UNITS,
            &[(Assigned, Accepted), (InProgress, Accepted)],
        ),
        rule(
            A::ReturnUp,
            OFFICE,
            &[
                (New, Returned),
                (Accepted, Returned),
                (Assigned, Returned),
                (InProgress, Returned),
            ],
        )
        .needs(&[Need::ReturnWindow]),
        rule(A::ReturnRefused, OFFICE, &[(Returned, Accepted)]),
        rule(A::Contact, WORK, BEGINS),
        rule(A::AskHelp, HANDLE, OPEN).records(TenStep::Assistance),
        rule(A::HelpDone, WORK, EVER),
        rule(A::HelpDeclined, WORK, OPEN),
        rule(A::HelpWaived, OFFICE, NOT_OVER),
        rule(A::AskOutside, HANDLE, OPEN).records(TenStep::Assistance),
        rule(A::OutsidePromised, HANDLE, NOT_OVER),
        rule(A::OutsideDone, HANDLE, NOT_OVER),
        rule(A::AskExtension, HANDLE, HAD),
        rule(A::AskHold, HANDLE, HAD),
        rule(A::GrantExtension, HEADS, HAD).needs(&[Need::SecondPerson]),
        rule(
            A::Hold,
            HEADS,
            &[(Assigned, OnHold), (InProgress, OnHold), (OnHold, OnHold)],
        )
        .needs(&[Need::SecondPerson]),
        rule(A::Refuse, HEADS, NOT_OVER).needs(&[Need::SecondPerson]),
        rule(A::Resume, OFFICE, &[(OnHold, InProgress)]),
        rule(A::Supervise, OFFICE, OPEN).records(TenStep::Supervision),
        rule(A::AnswerSupervision, HANDLE, NOT_OVER),
        rule(A::CloseSupervision, OFFICE, NOT_OVER).needs(&[Need::OwnSupervision]),
        rule(A::ProposeOption, HANDLE, OPEN),
        rule(A::ChooseOption, HANDLE, OPEN),
        rule(A::PlanStep, HANDLE, OPEN),
        rule(A::PlanStepDone, WORK, NOT_OVER),
        rule(
            A::ReportDone,
            HANDLE,
            &[(Assigned, PendingReview), (InProgress, PendingReview)],
        ),
        rule(A::ApproveDone, OFFICE, &[(PendingReview, Reviewed)]).needs(&[Need::SecondPerson]),
        rule(A::ReturnDone, OFFICE, &[(PendingReview, InProgress)]),
        rule(
            A::Find,
            OFFICE,
            &[
                (InProgress, InProgress),
                (PendingReview, PendingReview),
                (Reviewed, Reviewed),
                (Replied, Replied),
            ],
        ),
        rule(
            A::ConfirmFinding,
            HEADS,
            &[
                (InProgress, InProgress),
                (PendingReview, PendingReview),
                (Reviewed, Reviewed),
                (Replied, Replied),
            ],
        )
        .needs(&[Need::SecondPerson]),
        rule(A::DraftFeedback, HANDLE, HAD),
        rule(A::ApproveFeedback, HEADS, HAD).needs(&[Need::SecondPerson]),
        rule(A::ReturnFeedback, HEADS, HAD),
        rule(A::SendFeedback, OFFICE, HAD)
            .completes(Reviewed, Replied)
            .records(TenStep::Feedback),
        rule(
            A::ConfirmResult,
            HANDLE,
            &[
                (InProgress, InProgress),
                (PendingReview, PendingReview),
                (Reviewed, Reviewed),
                (Replied, Replied),
            ],
        )
        .needs(&[Need::PlanDone]),
        rule(A::Callback, OFFICE, &[(Replied, Replied), (Closed, Closed)])
            .records(TenStep::Callback),
        rule(
            A::Rework,
            OFFICE,
            &[(Replied, InProgress), (Closed, InProgress)],
        ),
        rule(A::Appeal, HANDLE, EVER).records(TenStep::Appeal),
        rule(A::DecideAppeal, HEADS, EVER).needs(&[Need::SecondPerson]),
        rule(A::Exclude, &[Leader], EVER),
        rule(A::Include, &[Leader], EVER),
        rule(A::Analyse, OFFICE, NOT_OVER_OR_CLOSED).records(TenStep::Analysis),
        rule(A::WaiveStep, OFFICE, NOT_OVER),
        // What a patrol found goes out to nobody: it ends where others are answered.
        rule(A::Close, OFFICE, &[(Replied, Closed), (Reviewed, Closed)]).needs(&[
            Need::Classified,
            Need::Enterprise,
            Need::NoOpenHelp,
            Need::NoOpenSupervision,
            Need::PlanDone,
            Need::Finding,
            Need::Answered,
            Need::Asked,
            Need::Analysed,
        ]),
        rule(A::Evaluate, OFFICE, &[(Closed, Closed)]).records(TenStep::Evaluation),
        rule(
            A::Cancel,
            OFFICE,
            &[(New, Void), (Accepted, Void), (Assigned, Void)],
        ),
        rule(A::Merge, OFFICE, OPEN),
        rule(A::Unmerge, OFFICE, OPEN),
        rule(A::External, OFFICE, EVER),
        rule(A::Note, WORK, EVER),
    ]
};

const NOT_OVER_OR_CLOSED: Moves = &[
    (Accepted, Accepted),
    (Assigned, Assigned),
    (InProgress, InProgress),
    (OnHold, OnHold),
    (PendingReview, PendingReview),
    (Reviewed, Reviewed),
    (Replied, Replied),
    (Closed, Closed),
];

/// Of what does not stand in the table.
pub(super) const NOBODY: Rule = rule(TicketAction::Note, &[], &[]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_stands_in_the_table_once_in_the_order_of_the_words() {
        let actions: Vec<_> = RULES.iter().map(|rule| rule.action).collect();
        assert_eq!(actions, TicketAction::ALL);
        for rule in RULES {
            assert!(!rule.roles.is_empty() && !rule.moves.is_empty());
            for (place, (from, _)) in rule.moves.iter().enumerate() {
                let again = rule.moves.iter().skip(place + 1);
                assert!(again.clone().all(|(other, _)| other != from), "{rule:?}");
            }
        }
    }

    #[test]
    fn every_one_of_the_ten_steps_is_recorded_by_something() {
        for step in TenStep::ALL {
            assert!(
                RULES.iter().any(|rule| rule.records == Some(*step)),
                "{step:?}"
            );
        }
    }

    #[test]
    fn every_state_is_reached_and_every_state_that_is_not_over_is_left() {
        for state in TicketState::ALL {
            let reached = RULES.iter().any(|rule| {
                let moves = rule.moves.iter().chain(&rule.completes);
                moves
                    .into_iter()
                    .any(|(from, to)| from != to && to == state)
            });
            assert!(reached || *state == TicketState::FIRST, "{state:?}");
            let left = RULES.iter().any(|rule| {
                let moves = rule.moves.iter().chain(&rule.completes);
                moves
                    .into_iter()
                    .any(|(from, to)| from != to && from == state)
            });
            assert!(left || *state == Void, "{state:?}");
        }
    }

    #[test]
    fn nothing_is_done_to_a_ticket_that_should_never_have_been() {
        assert!(
            TicketAction::ALL
                .iter()
                .all(|action| action.leads(Void).is_none())
        );
    }
}
