//! What the hub knows of a mediation: its row, and what the story of its ticket tells.

use harness::on_both_backends;
use store::mediations::{MediationFilter, MediationLine};
use sync_core::Timestamp;
use sync_core::lifecycle::MediationState;
use sync_core::value::Value;

use super::courtyard::{Courtyard, id, text};
use crate::sync::street::Street;

on_both_backends! {
    a_unit_that_was_asked_and_answered_stands_in_the_story_of_the_ticket,
    a_mediation_is_listed_as_it_stands_and_falls_due_by_time_alone,
    a_high_risk_is_told_once_and_comes_first,
    what_is_derived_of_a_mediation_is_derived_again_alike,
}

const NAMES: [&str; 3] = ["申请人甲", "业主代表乙", "业主代表丙"];

async fn events(courtyard: &Courtyard) -> Vec<(String, serde_json::Value)> {
    let Street { hub, ticket, .. } = &courtyard.street;
    let mut tx = hub.app().store().read().await.unwrap();
    let events = tx.list_ticket_events(hub.tenant(), *ticket).await.unwrap();
    events
        .into_iter()
        .map(|one| (one.kind, one.detail))
        .collect()
}

async fn list(
    courtyard: &Courtyard,
    filter: &MediationFilter,
    now: Timestamp,
) -> Vec<MediationLine> {
    let hub = &courtyard.street.hub;
    let mut tx = hub.app().store().read().await.unwrap();
    let (lines, total) = tx
        .list_mediations(hub.tenant(), filter, now, (0, 50))
        .await
        .unwrap();
    assert_eq!(usize::try_from(total).unwrap(), lines.len());
    lines
}

async fn a_unit_that_was_asked_and_answered_stands_in_the_story_of_the_ticket(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    let (doc, by) = (courtyard.doc, courtyard.street.worker.caller.person);
    let asked_at = Value::Time(courtyard.street.worker.now());
    let asked = courtyard.street.worker.put(
        doc,
        "consultations",
        &[
            ("unit", text("物业公司")),
            ("asked", text("能否协调")),
            ("asked_at", asked_at),
            ("by", id(by)),
        ],
    );
    courtyard.send().await;
    let answer = harness::phone::put("consultations", asked, &[("answer", text("可以"))]);
    courtyard.street.worker.edit(doc, &answer);
    courtyard.send().await;
    let told = events(&courtyard).await;
    for kind in ["mediation_begun", "unit_consulted", "unit_answered"] {
        let found: Vec<_> = told.iter().filter(|(one, _)| one == kind).collect();
        assert_eq!(found.len(), 1, "{kind} once in {told:?}");
        assert_eq!(found[0].1["mediation"], doc.to_string());
    }
    assert!(
        told.iter()
            .any(|(kind, detail)| kind == "unit_consulted" && detail["unit"] == "物业公司")
    );
}

async fn a_mediation_is_listed_as_it_stands_and_falls_due_by_time_alone(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    let now = courtyard.street.worker.now();
    let due = now.plus_millis(3_600_000);
    let clause = harness::phone::put(
        "clauses",
        courtyard.clause,
        &[("check_from_at", Value::Time(due))],
    );
    let doc = courtyard.doc;
    courtyard.street.worker.edit(doc, &clause);
    courtyard.sign_all();
    courtyard.send().await;
    let all = MediationFilter::default();
    let lines = list(&courtyard, &all, now).await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].standing, MediationState::Effective);
    assert_eq!(
        (lines[0].next_at, lines[0].facts.parties),
        (Some(due), [1, 2, 0])
    );
    assert_eq!(
        list(&courtyard, &all, due).await[0].standing,
        MediationState::PerformanceDue
    );
    let of = |standing| MediationFilter {
        standing: Some(standing),
        ..MediationFilter::default()
    };
    assert!(
        list(&courtyard, &of(MediationState::PerformanceDue), now)
            .await
            .is_empty()
    );
    assert_eq!(
        list(&courtyard, &of(MediationState::PerformanceDue), due)
            .await
            .len(),
        1
    );
    let seen = MediationFilter {
        viewer: Some(courtyard.street.captain.caller.person),
        ..MediationFilter::default()
    };
    assert_eq!(
        list(&courtyard, &seen, now).await.len(),
        1,
        "a colleague of the grid"
    );
    let stranger = MediationFilter {
        viewer: Some(sync_core::Id::from_bytes([7; 16])),
        ..MediationFilter::default()
    };
    assert!(list(&courtyard, &stranger, now).await.is_empty());
}

async fn a_high_risk_is_told_once_and_comes_first(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    let (doc, ticket) = (courtyard.doc, courtyard.street.ticket);
    courtyard.send().await;
    let other = courtyard
        .street
        .worker
        .begin(sync_core::kinds::Kind::MEDIATION, ticket);
    courtyard.street.worker.set(other, "risk", "low");
    courtyard.send().await;
    courtyard.street.worker.set(doc, "risk", "high");
    courtyard.send().await;
    courtyard.street.worker.set(doc, "place", "院内");
    courtyard.street.worker.set(other, "place", "院外");
    courtyard.send().await;
    let told = events(&courtyard).await;
    assert_eq!(
        told.iter().filter(|(kind, _)| kind == "risk_high").count(),
        1
    );
    let now = courtyard.street.worker.now();
    let lines = list(&courtyard, &MediationFilter::default(), now).await;
    assert_eq!(
        lines.iter().map(|line| line.doc).collect::<Vec<_>>(),
        [doc, other]
    );
    let hub = &courtyard.street.hub;
    let mut tx = hub.app().store().read().await.unwrap();
    let open = tx
        .count_high_risk_mediations(hub.tenant(), None)
        .await
        .unwrap();
    assert_eq!(open, 1);
}

async fn what_is_derived_of_a_mediation_is_derived_again_alike(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    courtyard.sign_all();
    courtyard.send().await;
    let hub = &courtyard.street.hub;
    let rebuilt = doors::rebuild(hub.app().store(), hub.tenant(), |_, _| {})
        .await
        .unwrap();
    assert_eq!((rebuilt.documents, rebuilt.different), (1, 0));
}
