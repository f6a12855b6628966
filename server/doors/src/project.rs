//! What an admission means for lists, scopes and tickets: rows derived from the document, which a rebuild makes
//! again, and the steps that facts take a visit and its tickets.

mod scopes;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sync_core::kinds::visit::Summary;
use sync_core::{Id, MediaHash, Timestamp};

use self::scopes::Scopes;
use store::Tx;
use store::documents::DocumentRow;
use store::ticket_events::NewTicketEvent;
use store::visits::{NewVisit, VisitRow, VisitState};

/// A document with what was admitted to it.
pub(super) struct Admission<'a> {
    /// Its row after the admission.
    pub(super) document: &'a DocumentRow,
    /// Its facts after the admission.
    pub(super) summary: &'a Summary,
    /// Who wrote, the last one last; at least one.
    pub(super) writers: Vec<Id>,
}

/// What an admission meant beyond its document.
#[derive(Default)]
pub(super) struct Projected {
    /// Who sees one of the visit's tickets.
    pub(super) principals: Vec<Id>,
    /// Nothing but the document changed: no state, no ticket, nobody's view.
    pub(super) alone: bool,
}

/// Derives the rows for lists and scopes from the admissions of one sub-district, each document once; answers in
/// their order.
pub(super) async fn project(
    tenant: Id,
    admissions: &[Admission<'_>],
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Vec<Projected>, store::Error> {
    // Scopes and tickets are touched with the last number: a phone that stands within the round looks once
    // more and finds what it knows.
    let Some(last) = admissions.iter().map(|one| one.document.changed_seq).max() else {
        return Ok(Vec::new());
    };
    let mut before = Before::read(tenant, admissions, tx).await?;
    let visits: Vec<Visit<'_>> = admissions
        .iter()
        .map(|admission| Visit::of(admission, before.visits.remove(&admission.document.id)))
        .collect();
    let rows: Vec<NewVisit<'_>> = visits.iter().map(Visit::row).collect();
    tx.put_visits(tenant, &rows, now).await?;
    photos(admissions, &before, tx).await?;
    disagreements(tenant, admissions, &before, now, tx).await?;
    let mut scopes = Scopes::new(tenant, admissions, tx).await?;
    let mut projected = Vec::with_capacity(visits.len());
    for visit in &visits {
        let linked = before
            .tickets
            .entry(visit.admission.document.id)
            .or_default();
        let moved = scopes.link(visit, linked, tx).await?;
        let invited = scopes.invite(visit, tx).await?;
        projected.push(Projected {
            alone: !visit.begun && !moved && !invited && !visit.moved(),
            principals: Vec::new(),
        });
    }
    tx.link_documents(tenant, &scopes.links).await?;
    let tickets: BTreeSet<Id> = before.tickets.values().flatten().copied().collect();
    let tickets: Vec<Id> = tickets.into_iter().collect();
    tx.touch_scopes(tenant, &tickets, last).await?;
    let mut statuses = tx.find_ticket_statuses(tenant, &tickets).await?;
    let principals = tx.find_ticket_principals(tenant, &tickets).await?;
    for (visit, projected) in visits.iter().zip(&mut projected) {
        let doc = visit.admission.document.id;
        for ticket in before.tickets.get(&doc).into_iter().flatten() {
            for step in visit.steps() {
                let last_one = !matches!(step, Step::Withdrawn)
                    || tx.count_submitted_visits(tenant, *ticket).await? == 0;
                if last_one && step.follows(statuses.get(ticket)) {
                    advance(visit, *ticket, step, last, now, tx).await?;
                    statuses.insert(*ticket, step.status().to_owned());
                }
            }
            projected
                .principals
                .extend(principals.get(ticket).into_iter().flatten());
        }
    }
    Ok(projected)
}

/// What was derived before this round.
struct Before {
    visits: HashMap<Id, VisitRow>,
    tickets: HashMap<Id, Vec<Id>>,
    photos: HashMap<Id, Vec<(MediaHash, bool)>>,
    disagreements: HashMap<Id, Vec<String>>,
}

impl Before {
    async fn read(
        tenant: Id,
        admissions: &[Admission<'_>],
        tx: &mut Tx,
    ) -> Result<Self, store::Error> {
        let docs: Vec<Id> = admissions.iter().map(|one| one.document.id).collect();
        Ok(Self {
            visits: tx.find_visits(&docs).await?,
            tickets: by_document(tx.list_document_links(tenant, &docs).await?),
            photos: by_document(tx.list_document_photos(&docs).await?),
            disagreements: by_document(tx.list_open_disagreements(&docs).await?),
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

/// One visit, before and after.
struct Visit<'a> {
    admission: &'a Admission<'a>,
    /// Nothing was known of it before.
    begun: bool,
    took_part: Vec<Id>,
    before: VisitState,
    after: VisitState,
}

impl<'a> Visit<'a> {
    fn of(admission: &'a Admission<'a>, before: Option<VisitRow>) -> Self {
        let begun = before.is_none();
        let VisitRow {
            state: before,
            people: took_part,
        } = before.unwrap_or_else(|| VisitRow {
            state: VisitState {
                ticket: admission.document.ticket,
                state: "draft".to_owned(),
                submitted_at: None,
                late: false,
                decided_seq: 0,
            },
            people: Vec::new(),
        });
        let after = next_state(&before, admission.summary, admission.document.changed_seq);
        Self {
            admission,
            begun,
            took_part,
            before,
            after,
        }
    }

    fn row(&self) -> NewVisit<'_> {
        NewVisit {
            doc: self.admission.document.id,
            state: &self.after,
            summary: self.admission.summary,
            seq: self.admission.document.changed_seq,
        }
    }

    fn moved(&self) -> bool {
        self.after.state != self.before.state
    }

    /// What it means for the state of its tickets.
    fn steps(&self) -> impl Iterator<Item = Step> {
        let begun = self.begun.then_some(Step::Begun);
        let moved = self.moved().then_some(self.after.state.as_str());
        let marked = match moved {
            Some("submitted") => Some(Step::Submitted),
            Some("draft") => Some(Step::Withdrawn),
            Some(_) | None => None,
        };
        begun.into_iter().chain(marked)
    }
}

/// Notes the photos that are new or changed. One that two entries point at is removed when both are.
async fn photos(
    admissions: &[Admission<'_>],
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
    tx.put_document_photos(&changed).await
}

/// Opens disagreements that are new, and closes those that are over.
async fn disagreements(
    tenant: Id,
    admissions: &[Admission<'_>],
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
                tx.settle_disagreement(doc, path, seq, *writer, now).await?;
            }
        }
    }
    Ok(())
}

/// Where a visit stands after new facts. Facts submit and withdraw; they never undo a decision.
fn next_state(before: &VisitState, summary: &Summary, seq: i64) -> VisitState {
    let mut after = before.clone();
    if before.decided_seq == 0 {
        after.decided_seq = seq;
    }
    match before.state.as_str() {
        "approved" | "rejected" => after.late = true,
        state => {
            let mark = summary
                .mark
                .as_ref()
                .filter(|(_, at)| Some(*at) != before.submitted_at);
            let next = match mark.map(|(kind, at)| (kind.as_str(), *at)) {
                Some(("submit", at)) => {
                    after.submitted_at = Some(at);
                    "submitted"
                }
                Some(("withdraw", _)) if state == "submitted" => "draft",
                _ => state,
            };
            if next != state {
                next.clone_into(&mut after.state);
                after.decided_seq = seq;
            }
        }
    }
    after
}

/// What a visit does to its ticket's own state. Facts begin work, ask for review and take that back, nothing
/// more.
#[derive(Clone, Copy)]
enum Step {
    Begun,
    Submitted,
    /// Counts for a ticket when no other visit of it waits for the office.
    Withdrawn,
}

impl Step {
    /// Where a ticket stands from which the step leads on.
    const fn from(self) -> [&'static str; 2] {
        match self {
            Self::Begun => ["new", "assigned"],
            Self::Submitted => ["in_progress", "assigned"],
            Self::Withdrawn => ["pending_review"; 2],
        }
    }

    /// Where it leads.
    const fn status(self) -> &'static str {
        match self {
            Self::Begun | Self::Withdrawn => "in_progress",
            Self::Submitted => "pending_review",
        }
    }

    const fn event(self) -> &'static str {
        match self {
            Self::Begun => "visit_begun",
            Self::Submitted => "visit_submitted",
            Self::Withdrawn => "visit_withdrawn",
        }
    }

    fn follows(self, status: Option<&String>) -> bool {
        status.is_some_and(|status| self.from().contains(&status.as_str()))
    }
}

async fn advance(
    visit: &Visit<'_>,
    ticket: Id,
    step: Step,
    last: i64,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let Admission {
        document, writers, ..
    } = visit.admission;
    let tenant = document.tenant;
    if tx
        .advance_ticket(tenant, ticket, step.from(), step.status())
        .await?
    {
        let event = NewTicketEvent {
            at: now,
            person: writers.last().copied(),
            kind: step.event(),
            detail: serde_json::json!({ "visit": document.id.to_string() }),
        };
        tx.append_ticket_event(tenant, ticket, &event).await?;
        tx.touch_ticket(tenant, ticket, last).await?;
    }
    Ok(())
}
