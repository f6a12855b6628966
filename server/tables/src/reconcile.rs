//! 核对: what a file of the upper level says otherwise than the tickets, once it has been imported.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use store::Tx;
use store::exchange::{MismatchReason, NewMismatch, NewReconciliation, Reconciled};
use store::ticket_events::NewTicketEvent;
use sync_core::lifecycle::Act;
use sync_core::{Id, Timestamp};

use super::Parts;
use super::draft::Draft;
use super::mapping::Mapping;

/// Tickets that are compared in one transaction.
const AT_ONCE: usize = 500;

/// Whose tickets they are, and who imports: `None` for the command line.
pub(crate) type Owner = (Id, Option<Id>);

/// What a row says of where its ticket stands.
struct Row {
    due_at: Option<Timestamp>,
    status: Option<String>,
}

/// The rows of a file, until all of them are stored.
pub(crate) struct Comparison {
    source: String,
    over: Vec<String>,
    complete: bool,
    rows: BTreeMap<String, Row>,
    span: Option<(Timestamp, Timestamp)>,
}

/// How much a file says otherwise.
#[derive(Clone, Copy, Default)]
pub(crate) struct Differs {
    /// Everything.
    pub(crate) all: u64,
    /// Of that, tickets that are open here and that it does not hold: it may have been filtered before it was saved.
    pub(crate) missing: u64,
}

impl Comparison {
    pub(crate) fn of(mapping: &Mapping) -> Self {
        Self {
            source: mapping.name.clone(),
            over: mapping.over.clone(),
            complete: mapping.complete,
            rows: BTreeMap::new(),
            span: None,
        }
    }

    /// Rows of the file, before they are stored.
    pub(crate) fn note(&mut self, drafts: &[Draft]) {
        // A file that says nothing of its platform has nothing to compare.
        if self.over.is_empty() && !self.complete {
            return;
        }
        for draft in drafts {
            let at = draft.dispatched_at;
            let (first, last) = self.span.unwrap_or((at, at));
            self.span = Some((first.min(at), last.max(at)));
            let row = Row {
                due_at: draft.due_at,
                status: draft.external_status.clone(),
            };
            self.rows.insert(draft.upstream_no.clone(), row);
        }
    }

    /// Compares what was stored with what the file says, and keeps what differs; gives how much that is.
    pub(crate) async fn compare(
        self,
        parts: Parts<'_>,
        to: Owner,
    ) -> Result<Differs, store::Error> {
        let Some(span) = self.span else {
            return Ok(Differs::default());
        };
        let now = parts.clock.now();
        let reconciliation = NewReconciliation {
            id: parts.rng.new_id(now),
            at: now,
            person: to.1,
            source: self.source.clone(),
            rows: i64::try_from(self.rows.len()).unwrap_or(i64::MAX),
            first_at: span.0,
            last_at: span.1,
        };
        let mut tx = parts.store.begin().await?;
        tx.insert_reconciliation(to.0, &reconciliation).await?;
        tx.commit().await?;
        let numbers: Vec<&str> = self.rows.keys().map(String::as_str).collect();
        let mut found = 0;
        for numbers in numbers.chunks(AT_ONCE) {
            let mut tx = parts.store.begin().await?;
            // As an import does: whoever writes tickets waits for the number first.
            let seq = tx.next_seq(to.0).await?;
            let known = tx.list_reconciled(to.0, &self.source, numbers).await?;
            let writing = Writing {
                of: reconciliation.id,
                to,
                seq,
                now,
            };
            let mismatches = self.differing(&known, &writing, &mut tx).await?;
            let tickets: Vec<Id> = known.iter().map(|one| one.ticket).collect();
            found += writing.put(&tickets, &mismatches, &mut tx).await?;
            tx.commit().await?;
        }
        let missing = if self.complete {
            self.missing(span, (reconciliation.id, to, now), parts)
                .await?
        } else {
            0
        };
        Ok(Differs {
            all: found + missing,
            missing,
        })
    }

    async fn differing(
        &self,
        known: &[Reconciled],
        writing: &Writing,
        tx: &mut Tx,
    ) -> Result<Vec<NewMismatch>, store::Error> {
        let mut mismatches = Vec::new();
        for ticket in known {
            let Some(row) = self.rows.get(&ticket.number) else {
                continue;
            };
            let mut differs = |reason, theirs: Option<&String>, theirs_at| {
                mismatches.push(NewMismatch {
                    ticket: ticket.ticket,
                    reason,
                    theirs: theirs.cloned(),
                    theirs_at,
                });
            };
            if row.due_at.is_some() && row.due_at != ticket.due_at {
                differs(MismatchReason::DueAt, None, row.due_at);
            }
            let Some(theirs) = &row.status else { continue };
            match (self.over.contains(theirs), ticket.status.is_over()) {
                (true, false) => differs(MismatchReason::ClosedThere, Some(theirs), None),
                (false, true) => differs(MismatchReason::OpenThere, Some(theirs), None),
                (true, true) | (false, false) => {}
            }
            if ticket.external_status.as_ref() == Some(theirs) {
                continue;
            }
            // What somebody noted after they had entered it there is not overwritten by a file: one of both is wrong.
            let by_hand = ticket.external_status.is_some()
                && !tx.is_status_from_file(writing.to.0, ticket.ticket).await?;
            if by_hand {
                differs(MismatchReason::ExternalStatus, Some(theirs), None);
            } else {
                writing
                    .note_status(ticket.ticket, theirs, &self.source, tx)
                    .await?;
            }
        }
        Ok(mismatches)
    }

    /// Tickets that are open here, and that the file should hold.
    async fn missing(
        &self,
        span: (Timestamp, Timestamp),
        (of, to, now): (Id, Owner, Timestamp),
        parts: Parts<'_>,
    ) -> Result<u64, store::Error> {
        let mut tx = parts.store.begin().await?;
        let open = tx.list_open_between(to.0, &self.source, span).await?;
        let missing: BTreeSet<Id> = open
            .into_iter()
            .filter(|(_, number)| !self.rows.contains_key(number))
            .map(|(ticket, _)| ticket)
            .collect();
        let missing: Vec<Id> = missing.into_iter().collect();
        let mismatches: Vec<NewMismatch> = missing
            .iter()
            .map(|ticket| NewMismatch {
                ticket: *ticket,
                reason: MismatchReason::Missing,
                theirs: None,
                theirs_at: None,
            })
            .collect();
        let writing = Writing {
            of,
            to,
            seq: 0,
            now,
        };
        let found = writing.put(&missing, &mismatches, &mut tx).await?;
        tx.commit().await?;
        Ok(found)
    }
}

/// What is written of one piece of the file.
struct Writing {
    of: Id,
    to: Owner,
    seq: i64,
    now: Timestamp,
}

impl Writing {
    /// Takes over where a ticket stands on the platform, as an event of it.
    async fn note_status(
        &self,
        ticket: Id,
        status: &str,
        source: &str,
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let act = Act::External {
            id: String::new(),
            status: status.to_owned(),
        };
        let event = NewTicketEvent {
            at: self.now,
            person: self.to.1,
            device: None,
            kind: act.action().as_str(),
            detail: json!({ "act": act, "source": source }),
        };
        let tenant = self.to.0;
        tx.update_external_status(tenant, ticket, status).await?;
        tx.touch_ticket(tenant, ticket, self.seq).await?;
        tx.append_ticket_event(tenant, ticket, &event).await?;
        Ok(())
    }

    /// What earlier files said of these tickets is over, and this is what there is now.
    async fn put(
        &self,
        tickets: &[Id],
        mismatches: &[NewMismatch],
        tx: &mut Tx,
    ) -> Result<u64, store::Error> {
        let tenant = self.to.0;
        tx.settle_mismatches(tenant, tickets, self.now).await?;
        tx.insert_mismatches(tenant, self.of, mismatches).await?;
        Ok(mismatches.len() as u64)
    }
}
