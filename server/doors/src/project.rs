//! What an admission means beyond its document: rows derived from it, which a rebuild makes again, links and
//! scopes, and the steps that facts take its tickets. What is special to a kind, [`kinds`] says.

mod arrivals;
mod finds;
mod scopes;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use store::Tx;
use store::documents::DocumentRow;
use store::ticket_events::NewTicketEvent;
use sync_core::kinds::Kind;
use sync_core::lifecycle::TicketStep;
use sync_core::{Id, MediaHash, Timestamp};

use self::scopes::Scopes;
use super::addition::Addition;
use super::kinds::{self, Meaning};

/// Whether admissions are new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// They were derived from before: what the hub decided then in its own order stays, where tickets stand and who
    /// sees them.
    Again,
    /// They are new.
    First,
}

/// What an admission meant beyond its document.
#[derive(Default)]
pub(super) struct Projected {
    /// Who sees one of the document's tickets.
    pub(super) principals: Vec<Id>,
    /// Nothing but the document changed: no state, no ticket, nobody's view.
    pub(super) alone: bool,
}

/// Derives the rows for lists and scopes from the admissions of one sub-district, each document once; answers in
/// their order.
pub(super) async fn project(
    tenant: Id,
    admissions: &[Addition<'_>],
    now: Timestamp,
    pass: Pass,
    tx: &mut Tx,
) -> Result<Vec<Projected>, store::Error> {
    // Scopes and tickets are touched with the last number: a phone that stands within the round looks once
    // more and finds what it knows.
    let Some(last) = admissions.iter().map(|one| one.document.changed_seq).max() else {
        return Ok(Vec::new());
    };
    let mut before = Before::read(tenant, admissions, tx).await?;
    let meanings = meanings(tenant, admissions, now, tx).await?;
    photos(tenant, admissions, &before, tx).await?;
    disagreements(tenant, admissions, &before, now, tx).await?;
    if pass == Pass::First {
        finds::make(tenant, admissions, last, now, tx).await?;
    }
    let mut scopes = Scopes::new(tenant, admissions, tx).await?;
    let mut projected = Vec::with_capacity(admissions.len());
    for (admission, meaning) in admissions.iter().zip(&meanings) {
        let linked = before.tickets.entry(admission.document.id).or_default();
        let reached = scopes.link(admission, linked, pass, tx).await?;
        if pass == Pass::Again {
            continue;
        }
        let invited = scopes
            .invite(admission, &meaning.took_part, now, tx)
            .await?;
        let represented = scopes
            .represent(admission, &meaning.represented, now, tx)
            .await?;
        let seen: Vec<Id> = invited.into_iter().chain(represented).collect();
        projected.push(Projected {
            alone: !meaning.begun && !reached && seen.is_empty() && !meaning.moved,
            principals: seen,
        });
    }
    tx.link_documents(tenant, &scopes.links).await?;
    if pass == Pass::Again {
        return Ok(projected);
    }
    let tickets: BTreeSet<Id> = before.tickets.values().flatten().copied().collect();
    let tickets: Vec<Id> = tickets.into_iter().collect();
    tx.touch_scopes(tenant, &tickets, last).await?;
    arrivals::note(tenant, admissions, last, now, tx).await?;
    let mut states = tx.find_ticket_states(tenant, &tickets).await?;
    let principals = tx.find_ticket_principals(tenant, &tickets).await?;
    let followers = followers(tenant, admissions, &meanings, tx).await?;
    for ((admission, meaning), projected) in admissions.iter().zip(&meanings).zip(&mut projected) {
        let doc = admission.document.id;
        projected
            .principals
            .extend(followers.get(&doc).into_iter().flatten());
        for ticket in before.tickets.get(&doc).into_iter().flatten() {
            // The record of a find tells of it; it is no work on it.
            let steps = if finds::is_find(admission) && *ticket == doc {
                &[][..]
            } else {
                &meaning.steps
            };
            for (step, event) in steps {
                // Counts for a ticket when no other record of it waits for the office.
                let counts = *step != TicketStep::Withdraw
                    || kinds::count_waiting(tenant, *ticket, tx).await? == 0;
                let next = states.get(ticket).and_then(|state| state.after(*step));
                if let Some(next) = next.filter(|_| counts) {
                    advance(admission, *ticket, (*step, event), last, now, tx).await?;
                    states.insert(*ticket, next);
                }
            }
            for (kind, detail) in &meaning.told {
                tell(admission, *ticket, (*kind, detail), last, now, tx).await?;
            }
            projected
                .principals
                .extend(principals.get(ticket).into_iter().flatten());
        }
    }
    Ok(projected)
}

/// The residents' representatives who see each of the documents, as far as it names any.
async fn followers(
    tenant: Id,
    admissions: &[Addition<'_>],
    meanings: &[Meaning],
    tx: &mut Tx,
) -> Result<HashMap<Id, Vec<Id>>, store::Error> {
    let named = admissions
        .iter()
        .zip(meanings)
        .filter(|(_, meaning)| meaning.represented.iter().any(|people| !people.is_empty()));
    let docs: Vec<Id> = named.map(|(admission, _)| admission.document.id).collect();
    if docs.is_empty() {
        return Ok(HashMap::new());
    }
    tx.list_followers(tenant, &docs).await
}

/// What the admissions mean, each asked of its kind; in their order.
async fn meanings(
    tenant: Id,
    admissions: &[Addition<'_>],
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Vec<Meaning>, store::Error> {
    let mut by_kind: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
    for (place, one) in admissions.iter().enumerate() {
        by_kind.entry(one.document.kind).or_default().push(place);
    }
    let mut meanings = vec![Meaning::default(); admissions.len()];
    for (kind, places) in by_kind {
        let of_kind: Vec<&Addition<'_>> = places
            .iter()
            .filter_map(|place| admissions.get(*place))
            .collect();
        let meant = kinds::derive(kind, tenant, &of_kind, now, tx).await?;
        for (place, meaning) in places.into_iter().zip(meant) {
            if let Some(slot) = meanings.get_mut(place) {
                *slot = meaning;
            }
        }
    }
    Ok(meanings)
}

/// What was derived before this round, whatever the kind.
struct Before {
    tickets: HashMap<Id, Vec<Id>>,
    photos: HashMap<Id, Vec<(MediaHash, bool)>>,
    disagreements: HashMap<Id, Vec<String>>,
}

impl Before {
    async fn read(
        tenant: Id,
        admissions: &[Addition<'_>],
        tx: &mut Tx,
    ) -> Result<Self, store::Error> {
        let docs: Vec<Id> = admissions.iter().map(|one| one.document.id).collect();
        Ok(Self {
            tickets: by_document(tx.list_document_links(tenant, &docs).await?),
            photos: by_document(tx.list_document_photos(tenant, &docs).await?),
            disagreements: by_document(tx.list_open_disagreements(tenant, &docs).await?),
        })
    }
}

fn by_document<T>(rows: Vec<(Id, T)>) -> HashMap<Id, Vec<T>> {
    let mut grouped: HashMap<Id, Vec<T>> = HashMap::new();
    for (doc, row) in rows {
        grouped.entry(doc).or_default().push(row);
    }
    grouped
}

/// Notes the photos that are new or changed. One that two entries point at is removed when both are.
async fn photos(
    tenant: Id,
    admissions: &[Addition<'_>],
    before: &Before,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let mut changed = Vec::new();
    for one in admissions {
        let doc = one.document.id;
        let mut photos: BTreeMap<MediaHash, bool> = BTreeMap::new();
        for photo in &one.summary.photos {
            let removed = photos.entry(photo.sha256).or_insert(true);
            *removed = *removed && photo.removed;
        }
        let noted = before.photos.get(&doc).map_or(&[][..], Vec::as_slice);
        // An entry that points at another photo now has taken the first one out.
        for (sha256, _) in noted {
            photos.entry(*sha256).or_insert(true);
        }
        let fresh = photos.into_iter().filter(|photo| !noted.contains(photo));
        changed.extend(fresh.map(|(sha256, removed)| (doc, sha256, removed)));
    }
    tx.put_document_photos(tenant, &changed).await
}

/// Opens disagreements that are new, and closes those that are over.
async fn disagreements(
    tenant: Id,
    admissions: &[Addition<'_>],
    before: &Before,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    for one in admissions {
        let DocumentRow {
            id: doc,
            changed_seq: seq,
            ..
        } = *one.document;
        let open = before
            .disagreements
            .get(&doc)
            .map_or(&[][..], Vec::as_slice);
        let now_open = &one.summary.disagreements;
        for path in now_open.iter().filter(|path| !open.contains(path)) {
            tx.open_disagreement(tenant, doc, path, seq).await?;
        }
        for path in open.iter().filter(|path| !now_open.contains(path)) {
            if let Some(writer) = one.writers.last() {
                tx.settle_disagreement(tenant, doc, path, seq, *writer, now)
                    .await?;
            }
        }
    }
    Ok(())
}

async fn tell(
    admission: &Addition<'_>,
    ticket: Id,
    (kind, detail): (&'static str, &serde_json::Value),
    last: i64,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let document = admission.document;
    let mut detail = detail.clone();
    if let Some(detail) = detail.as_object_mut() {
        let doc = document.id.to_string().into();
        detail.insert(document.kind.as_str().to_owned(), doc);
    }
    let event = NewTicketEvent {
        at: now,
        person: admission.writers.last().copied(),
        device: None,
        kind,
        detail,
    };
    tx.append_ticket_event(document.tenant, ticket, &event)
        .await?;
    tx.touch_ticket(document.tenant, ticket, last).await
}

async fn advance(
    admission: &Addition<'_>,
    ticket: Id,
    (step, event): (TicketStep, &'static str),
    last: i64,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let Addition {
        document, writers, ..
    } = admission;
    let tenant = document.tenant;
    if tx.advance_ticket(tenant, ticket, step).await? {
        let event = NewTicketEvent {
            at: now,
            person: writers.last().copied(),
            device: None,
            kind: event,
            detail: serde_json::json!({ document.kind.as_str(): document.id.to_string() }),
        };
        tx.append_ticket_event(tenant, ticket, &event).await?;
        tx.touch_ticket(tenant, ticket, last).await?;
    }
    Ok(())
}
