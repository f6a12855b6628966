//! The table of actions through the real hub: what it forbids is refused, generated and not listed by hand.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{NOW, TestApp};
use serde_json::{Value, json};
use sync_core::lifecycle::{TicketAction, TicketState};
use sync_core::{Id, Role};

use super::street::{DAY, Life};

on_both_backends! {
    whoever_may_not_and_whatever_leads_nowhere_is_refused_for_every_state_action_and_role,
    what_the_table_offers_is_what_the_table_allows,
}

/// What only those do who have the ticket.
const OF_HOLDERS: [TicketAction; 3] = [
    TicketAction::Take,
    TicketAction::HandBack,
    TicketAction::ReportDone,
];

/// A well-formed act of each action; tasks that are named do not exist.
pub(crate) fn sample(action: TicketAction, street: &Life) -> Value {
    use TicketAction as A;
    let word = action.as_str();
    let later = NOW + 3 * DAY;
    match action {
        A::Accept | A::Take | A::Evaluate | A::Classify => json!({ "action": word }),
        A::Describe => json!({ "action": word, "form": { "site": "一号工地", "people": 12 } }),
        A::Assign => json!({ "action": word, "kind": "community", "to": street.community }),
        A::Contact => json!({ "action": word, "means": "phone" }),
        A::AskHelp => {
            json!({ "action": word, "unit": street.section, "words": "请协助清理", "due_at": later })
        }
        A::AskOutside => json!({ "action": word, "party": "供电公司", "words": "请移表箱" }),
        A::OutsidePromised => json!({ "action": word, "task": 1, "due_at": later }),
        A::AskExtension => json!({ "action": word, "words": "材料未到", "until": later }),
        A::AskHold => {
            json!({ "action": word, "words": "待改造", "plan": "列入明年计划", "until": later })
        }
        A::Supervise => json!({ "action": word, "level": "supervise", "cause": "overdue",
            "words": "请说明", "due_at": later }),
        A::PlanStep => {
            json!({ "action": word, "words": "清理一层", "owner": "网格员", "due_at": later })
        }
        A::Find => json!({ "action": word, "finding": "reasonable", "words": "属实" }),
        A::DraftFeedback => json!({ "action": word, "addressee": "requester", "stage": "opinion",
            "words": "已安排清理" }),
        A::ApproveFeedback => json!({ "action": word, "task": 1 }),
        A::SendFeedback => json!({ "action": word, "task": 1, "means": "phone" }),
        A::ConfirmResult => {
            json!({ "action": word, "outcome": "solved", "by": "张*", "words": "已解决" })
        }
        A::Callback => json!({ "action": word, "means": "phone", "not_asked": "no_answer" }),
        A::Appeal => json!({ "action": word, "cause": "bad_rating", "words": "情况不符",
            "due_at": later }),
        A::DecideAppeal => {
            json!({ "action": word, "task": 1, "ruling": "upheld", "words": "成立" })
        }
        A::Analyse => json!({ "action": word, "causes": ["property_absent"] }),
        A::WaiveStep => json!({ "action": word, "step": "analysis", "words": "一次性事项" }),
        A::Merge => json!({ "action": word, "into": street.community }),
        A::External => json!({ "action": word, "status": "已办结" }),
        A::HelpDone
        | A::HelpDeclined
        | A::HelpWaived
        | A::OutsideDone
        | A::GrantExtension
        | A::Hold
        | A::Refuse
        | A::AnswerSupervision
        | A::CloseSupervision
        | A::ChooseOption
        | A::PlanStepDone
        | A::ReturnFeedback => json!({ "action": word, "task": 1, "words": "说明" }),
        A::ResolveAtDesk
        | A::HandBack
        | A::ReturnUp
        | A::ReturnRefused
        | A::Resume
        | A::ProposeOption
        | A::ReportDone
        | A::ApproveDone
        | A::ReturnDone
        | A::ConfirmFinding
        | A::Rework
        | A::Exclude
        | A::Include
        | A::Close
        | A::Cancel
        | A::Unmerge
        | A::Note => json!({ "action": word, "words": "说明" }),
    }
}

async fn whoever_may_not_and_whatever_leads_nowhere_is_refused_for_every_state_action_and_role(
    hub: TestApp,
) {
    let street = Life::open(hub).await;
    let mut tried = 0;
    for (number, state) in (0..).zip(TicketState::ALL) {
        let ticket = street.ticket(number, *state).await;
        let before = street.show(ticket, Role::Leader).await;
        let seen = &before["life"]["version"];
        for action in TicketAction::ALL {
            let act = sample(*action, &street);
            for role in Role::ALL {
                if action.allows(*role) && action.leads(*state).is_some() {
                    continue;
                }
                tried += 1;
                let answer = street.acts(ticket, *role, seen, act.clone()).await;
                let what = format!("{state:?} {action:?} {role:?}: {:?}", answer.body);
                if action.allows(*role) {
                    // Who does not see the ticket hears that there is none.
                    assert!(
                        matches!(answer.status, StatusCode::CONFLICT | StatusCode::NOT_FOUND),
                        "{what}"
                    );
                } else {
                    assert!(
                        matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND),
                        "{what}"
                    );
                }
            }
        }
        let after = street.show(ticket, Role::Leader).await;
        assert_eq!(before["events"], after["events"], "{state:?}");
        assert_eq!(before["status"], after["status"]);
    }
    assert!(tried > 5_000, "{tried}");
}

async fn what_the_table_offers_is_what_the_table_allows(hub: TestApp) {
    let street = Life::open(hub).await;
    let seers = [
        Role::HotlineWorker,
        Role::OfficeReviewer,
        Role::Leader,
        Role::CommunitySecretary,
        Role::SectionHandler,
        Role::EnterpriseTeam,
    ];
    for (number, state) in (0..).zip(TicketState::ALL) {
        let ticket: Id = street.ticket(number, *state).await;
        for role in seers {
            let shown = street.show(ticket, role).await;
            let offered: Vec<TicketAction> = serde_json::from_value(shown["may"].clone()).unwrap();
            let allowed: Vec<TicketAction> = TicketAction::ALL
                .iter()
                .copied()
                .filter(|action| action.allows(role) && action.leads(*state).is_some())
                // Nothing was merged.
                .filter(|action| *action != TicketAction::Unmerge)
                // Nobody has it, so nobody reports on it or gives it back.
                .filter(|action| role.is_office() || !OF_HOLDERS.contains(action))
                .collect();
            assert_eq!(offered, allowed, "{state:?} {role:?}");
        }
    }
}
