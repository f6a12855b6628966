//! The mediation: its row for the office's lists, and what its facts mean for its tickets. Nobody reviews it: where it
//! stands follows from what was signed.

use std::collections::HashMap;

use store::mediations::{MediationRow, NewMediation};
use store::revisions::NewRevision;
use store::{Error, Tx};
use sync_core::kinds::mediation::{Consulted, Facts};
use sync_core::lifecycle::{MediationState, TicketStep};
use sync_core::{Id, Timestamp};

use super::{Meaning, Standing, Told};
use crate::addition::Addition;

/// Derives the mediations' rows, and tells their tickets what happened.
pub(super) async fn derive(
    tenant: Id,
    admissions: &[&Addition<'_>],
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Vec<Meaning>, Error> {
    let docs: Vec<Id> = admissions.iter().map(|one| one.document.id).collect();
    let mut before: HashMap<Id, MediationRow> = tx.find_mediations(tenant, &docs).await?;
    let facts: Vec<Facts> = admissions
        .iter()
        .map(|one| Facts::of(one.summary).unwrap_or_default())
        .collect();
    let mut meanings = Vec::with_capacity(admissions.len());
    let mut revisions: Vec<NewRevision<'_>> = Vec::new();
    for (admission, facts) in admissions.iter().zip(&facts) {
        let row = before.remove(&admission.document.id);
        let begun = row.is_none();
        let row = row.unwrap_or(MediationRow {
            standing: MediationState::FIRST,
            people: Vec::new(),
            facts: Facts::default(),
        });
        revisions.extend(changed_revisions(&row.facts, admission, facts));
        for gone in &row.facts.revisions {
            if facts
                .revisions
                .iter()
                .all(|one| one.content != gone.content)
            {
                tx.delete_revision(tenant, admission.document.id, gone.content)
                    .await?;
            }
        }
        let standing = MediationState::parse(&facts.standing).unwrap_or(MediationState::FIRST);
        meanings.push(Meaning {
            begun,
            moved: standing != row.standing,
            steps: begun
                .then_some((TicketStep::Begin, "mediation_begun"))
                .into_iter()
                .collect(),
            told: told(&row, standing, facts),
            represented: [row.facts.representatives, facts.representatives.clone()],
            took_part: row.people,
        });
    }
    let rows: Vec<NewMediation<'_>> = admissions
        .iter()
        .zip(&facts)
        .map(|(admission, facts)| NewMediation {
            doc: admission.document.id,
            ticket: admission.document.ticket,
            summary: admission.summary,
            facts,
            seq: admission.document.changed_seq,
        })
        .collect();
    tx.put_mediations(tenant, &rows, now).await?;
    tx.put_revisions(tenant, &revisions).await?;
    Ok(meanings)
}

/// What is to be written of the versions: few admissions bring a signature.
fn changed_revisions<'a>(
    before: &Facts,
    admission: &Addition<'_>,
    facts: &'a Facts,
) -> Vec<NewRevision<'a>> {
    let changed = facts.revisions.iter();
    changed
        .filter(|one| !before.revisions.contains(one))
        .map(|facts| NewRevision {
            doc: admission.document.id,
            facts,
            seq: admission.document.changed_seq,
        })
        .collect()
}

/// What a ticket's story tells of it: units that were asked and that answered (S53), a risk that became high (S51), what
/// parties report of how it is kept (S55), the moves that matter to the matter.
fn told(before: &MediationRow, standing: MediationState, facts: &Facts) -> Vec<Told> {
    let known = |one: &Consulted| {
        before
            .facts
            .consulted
            .iter()
            .find(|known| known.id == one.id)
    };
    let mut told = Vec::new();
    for one in &facts.consulted {
        let unit = || serde_json::json!({ "unit": one.unit });
        if known(one).is_none() {
            told.push(("unit_consulted", unit()));
        }
        if one.answered && !known(one).is_some_and(|known| known.answered) {
            told.push(("unit_answered", unit()));
        }
    }
    if facts.risk == "high" && before.facts.risk != "high" {
        told.push(("risk_high", serde_json::json!({})));
    }
    let fresh = facts.reports.iter();
    for report in fresh.filter(|one| !before.facts.reports.contains(one)) {
        told.push((
            "mediation_reported",
            serde_json::json!({ "report": report.to_string() }),
        ));
    }
    if standing != before.standing {
        let event = match standing {
            MediationState::Effective => Some("agreement_effective"),
            MediationState::Breached => Some("agreement_breached"),
            MediationState::Performed => Some("agreement_performed"),
            MediationState::Withdrawn => Some("mediation_withdrawn"),
            MediationState::Draft
            | MediationState::PartlySigned
            | MediationState::PerformanceDue
            | MediationState::FollowedUp => None,
        };
        told.extend(event.map(|event| (event, serde_json::json!({}))));
    }
    told
}

/// No mediation waits for the office's decision.
#[expect(clippy::unused_async, reason = "every kind is asked in the same way")]
pub(super) async fn count_waiting(_: Id, _: Id, _: &mut Tx) -> Result<i64, Error> {
    Ok(0)
}

/// Everybody whom the mediations of a ticket name.
pub(super) async fn list_named(tenant: Id, ticket: Id, tx: &mut Tx) -> Result<Vec<Id>, Error> {
    tx.list_mediators(tenant, ticket).await
}

/// The office decides on no mediation, so there is nothing to tell a phone beside the document itself.
#[expect(clippy::unused_async, reason = "every kind is asked in the same way")]
pub(super) async fn list_unseen_standings(
    _: Id,
    _: Id,
    _: i64,
    _: &mut Tx,
) -> Result<Vec<Standing>, Error> {
    Ok(Vec::new())
}
