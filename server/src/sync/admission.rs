//! Writing a round down: log, quarantine, lists and scopes in one transaction, then the listeners.

use serde_bytes::ByteBuf;
use sync_core::gate::job::{Mark, Pushed, admitted, concat_short};
use sync_core::kinds::visit::Summary;
use sync_core::reason::Reason;
use sync_core::{Id, Timestamp, chunk, segment, threshold};

use super::live::Event;
use super::round::Waiting;
use super::verify::Finding;
use crate::app::App;
use crate::store::documents::DocumentRow;
use crate::store::inbox::InboxRow;
use crate::store::ticket_events::NewTicketEvent;
use crate::store::visits::VisitState;
use crate::store::{self, Tx};

/// A document with the gate's finding.
pub(super) struct Decided {
    pub(super) waiting: Waiting,
    pub(super) pushed: Vec<Pushed>,
    pub(super) finding: Finding,
}

pub(super) async fn write_down(app: &App, decided: &[Decided]) -> Result<(), store::Error> {
    if decided.is_empty() {
        return Ok(());
    }
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let mut events = Vec::new();
    for one in decided {
        events.extend(write_one(app, one, now, &mut tx).await?);
    }
    tx.commit().await?;
    // Only what is durable is told, in the order of its numbers.
    events.sort_by_key(Event::seq);
    for event in events {
        app.sync().live.tell(event);
    }
    Ok(())
}

async fn write_one(
    app: &App,
    decided: &Decided,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Vec<Event>, store::Error> {
    let Some(first) = decided.waiting.rows.first() else {
        return Ok(Vec::new());
    };
    let mut document = decided
        .waiting
        .document
        .clone()
        .unwrap_or_else(|| DocumentRow {
            id: first.doc,
            tenant: first.tenant,
            kind: first.kind,
            ticket: first.ticket,
            device: first.device,
            heads: Vec::new(),
            changed_seq: 0,
            change_count: 0,
            byte_count: 0,
        });
    let mut logged = Vec::new();
    let mut last_person = first.person;
    for ((row, pushed), marks) in decided
        .waiting
        .rows
        .iter()
        .zip(&decided.pushed)
        .zip(&decided.finding.marks)
    {
        let passed = admitted(pushed, marks);
        if !passed.is_empty() {
            let seq = tx.next_seq(row.tenant).await?;
            let bytes = tx.append_segment(row, seq, &passed).await?;
            document.changed_seq = seq;
            document.byte_count += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            last_person = row.person;
            let hashes = concat_short(passed.iter().map(|change| &change.header().hash));
            logged.push((seq, row.device, hashes, bytes));
        }
        put_aside_and_keep_waiting(app, decided, row, pushed, marks, now, tx).await?;
    }
    if logged.is_empty() {
        return Ok(Vec::new());
    }
    document.heads.clone_from(&decided.finding.heads);
    document.change_count = i64::from(decided.finding.changes);
    tx.put_document(&document, now).await?;
    let tickets = project(&document, &decided.finding.summary, last_person, now, tx).await?;
    let mut principals = Vec::new();
    for ticket in &tickets {
        principals.extend(tx.list_ticket_principals(document.tenant, *ticket).await?);
    }
    let event = |(seq, device, hashes, bytes): (i64, Id, Vec<u8>, Vec<u8>)| {
        Event::admitted(
            &document,
            seq,
            device,
            hashes,
            ByteBuf::from(bytes),
            principals.clone(),
        )
    };
    Ok(logged.into_iter().map(event).collect())
}

/// What of a row did not pass: bad changes to the quarantine, early ones stay in the row.
async fn put_aside_and_keep_waiting(
    app: &App,
    decided: &Decided,
    row: &InboxRow,
    pushed: &Pushed,
    marks: &[Mark],
    now: Timestamp,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let mut early: Vec<Vec<u8>> = Vec::new();
    if marks
        .iter()
        .any(|mark| !matches!(mark, Mark::Admitted | Mark::Duplicate))
    {
        let mut aside = decided.waiting.quarantined.clone();
        for (bytes, mark) in segment::unpack(&pushed.segment)
            .unwrap_or_default()
            .into_iter()
            .zip(marks)
        {
            let reason = match mark {
                Mark::Admitted | Mark::Duplicate => continue,
                Mark::Quarantined(reason) => *reason,
                Mark::Waiting if builds_on(&bytes, &aside) => Reason::DependsOnQuarantined,
                Mark::Waiting => {
                    early.push(bytes);
                    continue;
                }
            };
            let seq = tx.next_seq(row.tenant).await?;
            let hashes = concat_short([&threshold::name_of(&bytes)]);
            aside.extend_from_slice(&hashes);
            let packed = segment::pack(&[&bytes]);
            tx.insert_quarantine(app.rng().new_id(now), row, seq, reason, &hashes, &packed)
                .await?;
            tracing::info!(code = reason.code(), doc = %row.doc, "a change was put aside at the gate");
        }
    }
    if early.is_empty() {
        return tx.delete_inbox(row.id).await;
    }
    let hashes: Vec<[u8; 32]> = early
        .iter()
        .map(|bytes| threshold::name_of(bytes))
        .collect();
    tx.update_inbox_waiting(row.id, &concat_short(&hashes), &segment::pack(&early))
        .await
}

fn builds_on(bytes: &[u8], short_hashes: &[u8]) -> bool {
    let named = short_hashes.as_chunks::<16>().0;
    chunk::scan(bytes).is_ok_and(|header| {
        header
            .deps
            .iter()
            .any(|dep| named.contains(&sync_core::protocol::short(dep)))
    })
}

/// Derives the rows for lists and scopes; answers the visit's tickets.
async fn project(
    document: &DocumentRow,
    summary: &Summary,
    writer: Id,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Vec<Id>, store::Error> {
    let DocumentRow {
        id: doc,
        tenant,
        changed_seq: seq,
        ..
    } = *document;
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
    let tickets = link(document, summary, writer, tx).await?;
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
    Ok(tickets)
}

/// Links the visit to its tickets and lets the people in it see them.
async fn link(
    document: &DocumentRow,
    summary: &Summary,
    writer: Id,
    tx: &mut Tx,
) -> Result<Vec<Id>, store::Error> {
    let DocumentRow {
        id: doc,
        tenant,
        ticket: home,
        changed_seq: seq,
        ..
    } = *document;
    tx.link_visit(tenant, home, doc, seq).await?;
    let linked = tx.list_visit_tickets(doc, tenant).await?;
    for ticket in summary
        .tickets
        .iter()
        .filter(|ticket| !linked.contains(ticket))
    {
        // A visit reaches another ticket only where its writer sees that ticket too.
        if tx.sees_ticket(tenant, writer, *ticket).await? {
            tx.link_visit(tenant, *ticket, doc, seq).await?;
        }
    }
    let tickets = tx.list_visit_tickets(doc, tenant).await?;
    for person in summary.people.iter().filter(|person| **person != writer) {
        let known = tx.find_person(tenant, *person).await?;
        if known.is_some_and(|person| person.role.is_field())
            && !tx.sees_ticket(tenant, *person, home).await?
        {
            tx.grant_ticket_scope(tenant, home, *person, seq).await?;
        }
    }
    Ok(tickets)
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
