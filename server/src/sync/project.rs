//! What an admission means for lists, scopes and tickets: rows derived from the document, which a rebuild makes
//! again, and the steps that facts take a visit and its tickets.

use sync_core::kinds::visit::Summary;
use sync_core::{Id, Timestamp};

use crate::store::documents::DocumentRow;
use crate::store::ticket_events::NewTicketEvent;
use crate::store::visits::VisitState;
use crate::store::{self, Tx};

/// What an admission meant beyond its document.
#[derive(Default)]
pub(super) struct Projected {
    /// The visit's tickets.
    pub(super) tickets: Vec<Id>,
    /// Nothing but the document changed: no state, no ticket, nobody's view.
    pub(super) alone: bool,
}

/// Derives the rows for lists and scopes. `writers`: who wrote, the last one last.
pub(super) async fn project(
    document: &DocumentRow,
    summary: &Summary,
    writers: &[Id],
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Projected, store::Error> {
    let DocumentRow {
        id: doc,
        tenant,
        changed_seq: seq,
        ..
    } = *document;
    let Some(writer) = writers.last().copied() else {
        return Ok(Projected::default());
    };
    let took_part = tx.list_visit_people(doc).await?;
    let before = tx.find_visit_state(doc).await?;
    let begun = before.is_none();
    let before = before.unwrap_or_else(|| VisitState {
        ticket: document.ticket,
        state: "draft".to_owned(),
        submitted_at: None,
        late: false,
        decided_seq: 0,
    });
    let after = next_state(&before, summary, seq);
    let submitted = after.state == "submitted" && before.state != "submitted";
    tx.put_visit(tenant, doc, &after, summary, seq, now).await?;
    let linked = link(document, summary, writers, tx).await?;
    let tickets = tx.list_visit_tickets(doc, tenant).await?;
    let joined = summary.people.iter().filter(|one| !took_part.contains(one));
    let invited = invite(document, joined.copied().collect(), writers, tx).await?;
    let alone = !begun && !linked && !invited && after.state == before.state;
    for photo in &summary.photos {
        tx.put_visit_photo(tenant, doc, photo).await?;
    }
    let open = tx.list_open_disagreements(doc).await?;
    for path in summary
        .disagreements
        .iter()
        .filter(|path| !open.contains(path))
    {
        tx.open_disagreement(tenant, doc, path, seq).await?;
    }
    for path in open
        .iter()
        .filter(|path| !summary.disagreements.contains(path))
    {
        tx.settle_disagreement(doc, path, seq, writer, now).await?;
    }
    for ticket in &tickets {
        tx.touch_scopes(tenant, *ticket, seq).await?;
        if begun {
            advance(tenant, *ticket, doc, seq, Step::Begun, writer, now, tx).await?;
        }
        if submitted {
            advance(tenant, *ticket, doc, seq, Step::Submitted, writer, now, tx).await?;
        }
    }
    Ok(Projected { tickets, alone })
}

/// Links the visit to its tickets; whether there was a new one.
async fn link(
    document: &DocumentRow,
    summary: &Summary,
    writers: &[Id],
    tx: &mut Tx,
) -> Result<bool, store::Error> {
    let DocumentRow {
        id: doc,
        tenant,
        ticket: home,
        changed_seq: seq,
        ..
    } = *document;
    tx.link_visit(tenant, home, doc, seq).await?;
    let linked = tx.list_visit_tickets(doc, tenant).await?;
    let mut any = false;
    for ticket in &summary.tickets {
        if linked.contains(ticket) {
            continue;
        }
        for writer in writers {
            // A visit reaches another ticket only where a writer sees that ticket too.
            if tx.sees_ticket(tenant, *writer, *ticket).await? {
                tx.link_visit(tenant, *ticket, doc, seq).await?;
                any = true;
                break;
            }
        }
    }
    Ok(any)
}

/// Lets people whom the visit names for the first time see its ticket; whether somebody did not before.
/// Whoever was named before and has lost the ticket since does not get it back by other people's work.
async fn invite(
    document: &DocumentRow,
    joined: Vec<Id>,
    writers: &[Id],
    tx: &mut Tx,
) -> Result<bool, store::Error> {
    let DocumentRow {
        tenant,
        ticket: home,
        changed_seq: seq,
        ..
    } = *document;
    let mut any = false;
    for person in joined.into_iter().filter(|one| !writers.contains(one)) {
        let known = tx.find_person(tenant, person).await?;
        if known.is_some_and(|person| person.role.is_field())
            && !tx.sees_ticket(tenant, person, home).await?
        {
            tx.grant_ticket_scope(tenant, home, person, seq).await?;
            any = true;
        }
    }
    Ok(any)
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

/// What a visit does to its ticket's own state. Facts begin work and ask for review, nothing more.
#[derive(Clone, Copy)]
enum Step {
    Begun,
    Submitted,
}

#[expect(
    clippy::too_many_arguments,
    reason = "one row's worth of plain values, used twice above"
)]
async fn advance(
    tenant: Id,
    ticket: Id,
    doc: Id,
    seq: i64,
    step: Step,
    person: Id,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let (from, to, kind) = match step {
        Step::Begun => (["new", "assigned"], "in_progress", "visit_begun"),
        Step::Submitted => (
            ["in_progress", "assigned"],
            "pending_review",
            "visit_submitted",
        ),
    };
    if tx.advance_ticket(tenant, ticket, from, to).await? {
        let detail = serde_json::json!({ "visit": doc.to_string() });
        let event = NewTicketEvent {
            at: now,
            person: Some(person),
            kind,
            detail,
        };
        tx.append_ticket_event(tenant, ticket, &event).await?;
        tx.touch_ticket(tenant, ticket, seq).await?;
    }
    Ok(())
}
