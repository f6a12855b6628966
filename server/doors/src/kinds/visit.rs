//! The visit: its row for the office's lists, where it stands, and what that means for its tickets.

mod state;

use std::collections::HashMap;

use basis::mask;
use store::visits::{NewVisit, VisitRow, VisitState};
use store::{Error, Tx};
use sync_core::form::is_incomplete;
use sync_core::kinds::visit::filled_of;
use sync_core::lifecycle::ReviewState;
use sync_core::summary::Summary;
use sync_core::{Id, Timestamp};

use super::{Meaning, Standing};
use crate::addition::Addition;

/// Derives the visits' rows and moves their state.
pub(super) async fn derive(
    tenant: Id,
    admissions: &[&Addition<'_>],
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Vec<Meaning>, Error> {
    let docs: Vec<Id> = admissions.iter().map(|one| one.document.id).collect();
    let mut before: HashMap<Id, VisitRow> = tx.find_visits(tenant, &docs).await?;
    let forms = tx.load_forms(tenant).await?;
    let alone = alone(tenant, admissions, &before, tx).await?;
    let mut meanings = Vec::with_capacity(admissions.len());
    let mut states = Vec::with_capacity(admissions.len());
    for admission in admissions {
        let row = before.remove(&admission.document.id);
        let begun = row.is_none();
        let VisitRow {
            state: stood,
            people: took_part,
            words: words_before,
        } = row.unwrap_or_else(|| new_row(admission));
        let seq = admission.document.changed_seq;
        let alone = alone.contains(&admission.document.id);
        let incomplete = is_incomplete(&forms, &filled_of(admission.summary));
        let stands = state::next(&stood, admission.summary, (incomplete, alone), seq);
        meanings.push(Meaning {
            begun,
            took_part,
            moved: stands.state != stood.state,
            steps: state::steps(begun, &stood, &stands),
            told: state::told(&stood, &stands).into_iter().collect(),
            represented: [Vec::new(), Vec::new()],
        });
        states.push((stands, words(admission.summary), words_before));
    }
    let rows: Vec<NewVisit<'_>> = admissions
        .iter()
        .zip(&states)
        .map(|(admission, (state, words, words_before))| NewVisit {
            doc: admission.document.id,
            state,
            summary: admission.summary,
            words,
            words_before,
            seq: admission.document.changed_seq,
        })
        .collect();
    tx.put_visits(tenant, &rows, now).await?;
    Ok(meanings)
}

/// Of the visits that somebody discarded, now or before: those in which nobody else wrote.
async fn alone(
    tenant: Id,
    admissions: &[&Addition<'_>],
    before: &HashMap<Id, VisitRow>,
    tx: &mut Tx,
) -> Result<Vec<Id>, Error> {
    let mut alone = Vec::new();
    for admission in admissions {
        let doc = admission.document.id;
        let stood = before.get(&doc).map(|row| row.state.state);
        if !state::is_discard(admission.summary) && !stood.is_some_and(ReviewState::is_discarded) {
            continue;
        }
        let writers = tx
            .list_writers_until(tenant, doc, admission.document.changed_seq)
            .await?;
        if writers.len() <= 1 {
            alone.push(doc);
        }
    }
    Ok(alone)
}

/// What a visit is found by: its place and what was written in it. People's numbers stand in notes as they were typed,
/// and who types one into a search is not to learn whose it is.
fn words(summary: &Summary) -> String {
    let place = Some(&summary.place).filter(|place| !place.is_empty());
    let texts = place.into_iter().chain(&summary.words);
    texts
        .map(|text| mask::text(text))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A visit of which nothing was known.
fn new_row(admission: &Addition<'_>) -> VisitRow {
    VisitRow {
        state: VisitState {
            ticket: admission.document.ticket,
            state: ReviewState::FIRST,
            submitted_at: None,
            late: false,
            decided_seq: 0,
            decisions: 0,
        },
        people: Vec::new(),
        words: String::new(),
    }
}

/// How many visits of a ticket wait for the office.
pub(super) async fn count_waiting(tenant: Id, ticket: Id, tx: &mut Tx) -> Result<i64, Error> {
    tx.count_submitted_visits(tenant, ticket).await
}

/// Everybody whom the visits of a ticket name.
pub(super) async fn list_named(tenant: Id, ticket: Id, tx: &mut Tx) -> Result<Vec<Id>, Error> {
    tx.list_visitors(tenant, ticket).await
}

/// Where visits stand that came into the person's view or moved since.
pub(super) async fn list_unseen_standings(
    tenant: Id,
    person: Id,
    since: i64,
    tx: &mut Tx,
) -> Result<Vec<Standing>, Error> {
    let found = tx.list_unseen_states(tenant, person, since).await?;
    let standing = |(place, doc, ticket, state): (i64, Id, Id, ReviewState)| Standing {
        place,
        doc,
        ticket,
        // A draft was never decided on; most visits are.
        reviewed: state.was_submitted(),
        state: state.as_str().to_owned(),
    };
    Ok(found.into_iter().map(standing).collect())
}
