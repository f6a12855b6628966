//! Tickets: what the hotline passed on to the sub-district, and where each stands.

mod acts;
mod again;
mod contacts;
mod filter;
mod found;
mod intake;
mod life;
mod list;
mod near;
mod requester;
mod status;
mod tasks;
mod told;
mod visits;
mod words;

use std::collections::HashSet;

use crate::words::TicketStateWord;
use serde::Serialize;
use sqlx::QueryBuilder;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

pub use acts::DoneRow;
pub use contacts::{AsideContact, NewAsideContact};
pub use filter::{TicketColumn, TicketFilter, TicketOrder, TicketPlace, Timeliness};
pub use intake::{FirstReceiver, Form, NewIntake};
pub use life::{OpenTask, TicketMarks, TicketTimes};
pub use near::NearTicket;
pub use requester::Requester;
pub use tasks::{TaskFilter, TaskRow};
pub use visits::{Participant, PhotoTally, TicketVisit, VisitedTicket};
pub use words::{AssigneeKind, RequestKind, RequesterType, Urgency};

use super::bulk::pieces;
use super::db::{id, on_backend, uuid};
use super::search::TICKETS;
use super::{Error, Tx};

/// A ticket before it is stored. Masking and sealing have happened.
#[derive(Clone, Debug)]
pub struct NewTicket {
    /// Made by the hub.
    pub id: Id,
    /// Which kind of file or entry it came from.
    pub source: String,
    /// Unique in its source; the same number again is the same ticket.
    pub upstream_no: Option<String>,
    /// How the request reached the hotline, as the source words it.
    pub channel: Option<String>,
    /// What the requester wants, where the source says so.
    pub request_kind: Option<RequestKind>,
    /// Who asks.
    pub requester_type: RequesterType,
    /// One line.
    pub title: String,
    /// The request, with numbers of people masked.
    pub description: String,
    /// Large, middle and small class.
    pub category: [Option<String>; 3],
    /// Where it is about.
    pub address: Option<String>,
    /// The community, if the source names one of ours.
    pub community: Option<Id>,
    /// The grid, if known.
    pub grid: Option<Id>,
    /// The handling unit as the source words it.
    pub unit_text: Option<String>,
    /// The requester's name for display.
    pub requester_masked: Option<String>,
    /// The requester's number for display.
    pub phone_masked: Option<String>,
    /// What was masked, in full, encrypted by `Keys::seal`.
    pub requester_sealed: Option<Vec<u8>>,
    /// Where it stands.
    pub status: TicketState,
    /// How much it hurries.
    pub urgency: Urgency,
    /// When the upper level passed it on.
    pub dispatched_at: Timestamp,
    /// When it must be done; set by the upper level.
    pub due_at: Option<Timestamp>,
    /// When the hub took it in.
    pub created_at: Timestamp,
    /// The official answer, if the source has one.
    pub reply: Option<String>,
    /// When that was given.
    pub replied_at: Option<Timestamp>,
}

impl NewTicket {
    /// What a search looks through.
    fn texts(&self) -> [&str; 4] {
        let number = self.upstream_no.as_deref().unwrap_or_default();
        let address = self.address.as_deref().unwrap_or_default();
        [number, &self.title, address, &self.description]
    }
}

/// Who a ticket is assigned to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Assignee {
    /// Unit or person.
    pub kind: AssigneeKind,
    /// The unit's or person's id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its name.
    pub name: String,
}

/// A ticket as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TicketRow {
    /// The hub's id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The number of the upper level.
    pub upstream_no: Option<String>,
    /// Which kind of file or entry it came from.
    pub source: String,
    /// How the request reached the hotline, as the source words it.
    pub channel: Option<String>,
    /// One line.
    pub title: String,
    /// What the requester wants.
    pub request_kind: Option<RequestKind>,
    /// Who asks.
    pub requester_type: RequesterType,
    /// Large, middle and small class.
    pub category: [Option<String>; 3],
    /// Where it is about.
    pub address: Option<String>,
    /// Name of the community.
    pub community: Option<String>,
    /// Where it stands.
    #[schema(value_type = TicketStateWord)]
    pub status: TicketState,
    /// How much it hurries.
    pub urgency: Urgency,
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    pub dispatched_at: Timestamp,
    /// Unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub due_at: Option<Timestamp>,
    /// `due_at` needed a year whose calendar is not out: it may move.
    pub due_provisional: bool,
    /// 1, and one more for each 二次办理.
    pub cycle: i64,
    /// The level of the supervision that is open.
    pub supervision: Option<String>,
    /// Who has it.
    pub assigned: Option<Assignee>,
    /// How many visits are about it.
    pub visits: i64,
    /// How many values of these visits are open to a decision.
    pub disagreements: i64,
}

/// One ticket in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// What lists show too.
    pub row: TicketRow,
    /// The request.
    pub description: String,
    /// The handling unit as the source words it.
    pub unit_text: Option<String>,
    /// The requester's name for display.
    pub requester_masked: Option<String>,
    /// The requester's number for display.
    pub phone_masked: Option<String>,
    /// What was masked, encrypted.
    pub requester_sealed: Option<Vec<u8>>,
    /// When it must be done as its source set it; `row.due_at` is what holds now, which may follow from a profile.
    pub given_due_at: Option<Timestamp>,
    /// When the hub took it in.
    pub created_at: Timestamp,
    /// The community's unit.
    pub community: Option<Id>,
    /// The grid's unit.
    pub grid: Option<Id>,
    /// The official answer.
    pub reply: Option<String>,
    /// When that was given.
    pub replied_at: Option<Timestamp>,
    /// The sequence number of the last change.
    pub changed_seq: i64,
}

/// What an assignment writes to the ticket.
#[derive(Clone, Copy, Debug)]
pub struct Assignment {
    /// Unit or person.
    pub kind: AssigneeKind,
    /// The unit's or person's id.
    pub to: Id,
    /// The ticket's community from now on; `None` leaves it.
    pub community: Option<Id>,
    /// The ticket's grid from now on; `None` leaves it.
    pub grid: Option<Id>,
    /// Where the ticket stands from now on.
    pub status: TicketState,
    /// When.
    pub at: Timestamp,
}

/// The columns of [`Ticket`], to stand before `FROM ticket t` and [`joins`].
macro_rules! columns {
    () => {
        "SELECT t.id, t.upstream_no, t.source, t.channel, t.title, t.request_kind, t.requester_type,
             t.category_l1, t.category_l2, t.category_l3, t.address, c.name AS community_name, t.status,
             t.urgency, t.dispatched_at, t.due_at, t.given_due_at, t.assigned_kind, t.assigned_to,
             COALESCE(u.name, p.name) AS assigned_name, t.description, t.unit_text, t.requester_masked,
             t.phone_masked, t.requester_sealed, t.created_at, t.community, t.grid, t.reply,
             t.replied_at, t.changed_seq, t.cycle, t.supervision, t.due_provisional,
             (SELECT COUNT(*) FROM document_ticket v WHERE v.tenant = t.tenant AND v.ticket = t.id
                  AND NOT EXISTS (SELECT 1 FROM visit d
                      WHERE d.tenant = v.tenant AND d.doc = v.doc AND d.state = 'discarded'))
                 AS visits,
             (SELECT COUNT(*) FROM document_ticket v CROSS JOIN disagreement d
                 WHERE v.tenant = t.tenant AND v.ticket = t.id AND d.tenant = v.tenant AND d.doc = v.doc
                   AND d.settled_seq IS NULL)
                 AS disagreements "
    };
}

/// The tables that [`columns`] needs beside `ticket t`.
macro_rules! joins {
    () => {
        " LEFT JOIN unit c ON c.tenant = t.tenant AND c.id = t.community
          LEFT JOIN unit u ON u.tenant = t.tenant AND u.id = t.assigned_to
          LEFT JOIN person p ON p.tenant = t.tenant AND p.id = t.assigned_to "
    };
}
use found::Found;
use {columns, joins};

impl Tx {
    /// Stores tickets with their office scope at `seq` and gives the ids of those that were new: a
    /// number that its source has already is left as it is.
    pub async fn insert_tickets(
        &mut self,
        tenant: Id,
        tickets: &[NewTicket],
        seq: i64,
    ) -> Result<Vec<Id>, Error> {
        let mut added = Vec::with_capacity(tickets.len());
        for tickets in pieces(tickets) {
            let rows: Vec<Uuid> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO ticket (id, tenant, source, upstream_no, channel, request_kind, requester_type,
                       title, description, category_l1, category_l2, category_l3, address, community, grid,
                       unit_text, requester_masked, phone_masked, requester_sealed, status, urgency,
                       dispatched_at, due_at, given_due_at, created_at, reply, replied_at, changed_seq) ",
                );
                query.push_values(tickets, |mut values, ticket| {
                    let [large, middle, small] = &ticket.category;
                    values
                        .push_bind(uuid(ticket.id))
                        .push_bind(uuid(tenant))
                        .push_bind(ticket.source.as_str())
                        .push_bind(ticket.upstream_no.as_deref())
                        .push_bind(ticket.channel.as_deref())
                        .push_bind(ticket.request_kind.map(RequestKind::as_str))
                        .push_bind(ticket.requester_type.as_str())
                        .push_bind(ticket.title.as_str())
                        .push_bind(ticket.description.as_str())
                        .push_bind(large.as_deref())
                        .push_bind(middle.as_deref())
                        .push_bind(small.as_deref())
                        .push_bind(ticket.address.as_deref())
                        .push_bind(ticket.community.map(uuid))
                        .push_bind(ticket.grid.map(uuid))
                        .push_bind(ticket.unit_text.as_deref())
                        .push_bind(ticket.requester_masked.as_deref())
                        .push_bind(ticket.phone_masked.as_deref())
                        .push_bind(ticket.requester_sealed.as_deref())
                        .push_bind(ticket.status.as_str())
                        .push_bind(ticket.urgency.as_str())
                        .push_bind(ticket.dispatched_at.millis())
                        .push_bind(ticket.due_at.map(Timestamp::millis))
                        .push_bind(ticket.due_at.map(Timestamp::millis))
                        .push_bind(ticket.created_at.millis())
                        .push_bind(ticket.reply.as_deref())
                        .push_bind(ticket.replied_at.map(Timestamp::millis))
                        .push_bind(seq);
                });
                query.push(" ON CONFLICT (tenant, source, upstream_no) DO NOTHING RETURNING id");
                query.build_query_scalar().fetch_all(&mut **tx).await
            })?;
            let rows: HashSet<Id> = rows.into_iter().map(id).collect();
            added.extend(tickets.iter().filter(|ticket| rows.contains(&ticket.id)));
        }
        let texts: Vec<(Id, [&str; 4])> = added
            .iter()
            .map(|ticket| (ticket.id, ticket.texts()))
            .collect();
        let added: Vec<Id> = added.into_iter().map(|ticket| ticket.id).collect();
        self.grant_ticket_scopes(tenant, &added, tenant, seq)
            .await?;
        self.insert_texts(TICKETS, tenant, &texts).await?;
        Ok(added)
    }

    /// The ticket that a source calls by this number.
    pub async fn find_ticket_by_upstream_no(
        &mut self,
        tenant: Id,
        source: &str,
        upstream_no: &str,
    ) -> Result<Option<Id>, Error> {
        let ticket: Option<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT id FROM ticket WHERE tenant = $1 AND source = $2 AND upstream_no = $3"
        )
        .bind(uuid(tenant))
        .bind(source)
        .bind(upstream_no)
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(ticket.map(id))
    }

    /// The ticket of this number, whichever source it came from: the earliest if several sources have it.
    pub async fn find_ticket_by_number(
        &mut self,
        tenant: Id,
        upstream_no: &str,
    ) -> Result<Option<Id>, Error> {
        let ticket: Option<Uuid> = on_backend!(self, |tx| {
            sqlx::query_scalar(
            "SELECT id FROM ticket WHERE tenant = $1 AND upstream_no = $2 ORDER BY created_at, id LIMIT 1"
        )
        .bind(uuid(tenant))
        .bind(upstream_no)
        .fetch_optional(&mut **tx)
        .await
        })?;
        Ok(ticket.map(id))
    }

    /// The ticket; with a `viewer` only if they act for a principal that sees it.
    pub async fn find_ticket(
        &mut self,
        tenant: Id,
        ticket: Id,
        viewer: Option<Id>,
    ) -> Result<Option<Ticket>, Error> {
        let everyone = viewer.is_none();
        let found: Option<Found> = on_backend!(self, |tx| sqlx::query_as(concat!(
            columns!(),
            "FROM ticket t",
            joins!(),
            "WHERE t.tenant = $1 AND t.id = $2 AND ($3 OR EXISTS (SELECT 1 FROM ticket_scope s
                 JOIN person_principal pp ON pp.tenant = s.tenant AND pp.principal = s.principal
                 WHERE s.tenant = t.tenant AND s.ticket = t.id AND s.revoked_seq IS NULL
                     AND pp.person = $4 AND pp.revoked_seq IS NULL))"
        ))
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(everyone)
        .bind(uuid(viewer.unwrap_or(tenant)))
        .fetch_optional(&mut **tx)
        .await)?;
        found.map(Found::ticket).transpose()
    }

    /// Writes who has the ticket and where it stands; scope and events are the caller's to write.
    pub async fn update_assignment(
        &mut self,
        tenant: Id,
        ticket: Id,
        assignment: &Assignment,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE ticket SET assigned_kind = $3, assigned_to = $4, status = $5, assigned_at = $8,
                 community = COALESCE($6, community), grid = COALESCE($7, grid)
             WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(assignment.kind.as_str())
        .bind(uuid(assignment.to))
        .bind(assignment.status.as_str())
        .bind(assignment.community.map(uuid))
        .bind(assignment.grid.map(uuid))
        .bind(assignment.at.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }
}
