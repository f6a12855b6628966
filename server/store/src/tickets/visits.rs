//! The visits about a ticket, as its page shows them.

use std::collections::BTreeMap;
use sync_core::kinds::Kind;

use serde::Serialize;
use sqlx::types::Json;
use sync_core::{Id, Role, Timestamp};
use uuid::Uuid;

use super::TicketRow;
use crate::db::{id, on_backend, uuid};
use crate::{Error, Tx};

/// A visit about a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TicketVisit {
    /// The visit's document.
    #[schema(value_type = String)]
    pub id: Id,
    /// Kind of the record.
    pub kind: &'static str,
    /// The ticket.
    pub ticket: VisitedTicket,
    /// `draft`, `submitted`, `approved`, `returned` or `rejected`.
    pub state: String,
    /// Where it was.
    pub place: String,
    /// What came of it.
    pub outcome: String,
    /// Who took part.
    pub people: Vec<Participant>,
    /// Unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub arrived_at: Option<Timestamp>,
    /// Unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub submitted_at: Option<Timestamp>,
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    pub changed_at: Timestamp,
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    pub received_at: Timestamp,
    /// Values that wait for a decision between two versions.
    pub disagreements: i64,
    /// How many pictures there are.
    pub photos: PhotoTally,
    /// Something came in after the office had decided.
    pub late: bool,
}

/// What a visit shows of its ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct VisitedTicket {
    /// The hub's id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The number of the upper level.
    pub upstream_no: Option<String>,
    /// One line.
    pub title: String,
    /// Unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub due_at: Option<Timestamp>,
}

/// Somebody who took part in a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Participant {
    /// The person's id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Their name.
    pub name: String,
    /// What they are.
    #[schema(value_type = String)]
    pub role: Role,
}

/// Pictures of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PhotoTally {
    /// Recorded in the visit.
    pub total: i64,
    /// Of these, those whose file has not arrived.
    pub pending: i64,
}

type Row = (
    Uuid,
    String,
    String,
    String,
    Json<Vec<String>>,
    Option<i64>,
    Option<i64>,
    i64,
    i64,
    i64,
    i64,
    bool,
);

impl Tx {
    /// The visits about the ticket, the one that changed last first.
    pub async fn list_ticket_visits(
        &mut self,
        tenant: Id,
        ticket: &TicketRow,
    ) -> Result<Vec<TicketVisit>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT v.doc, v.state, v.place, v.outcome, v.people, v.arrived_at, v.submitted_at,
                 v.changed_at, v.received_at, v.disagreements, v.photos,
                 v.late
             FROM document_ticket vt JOIN visit v ON v.tenant = vt.tenant AND v.doc = vt.doc
             WHERE vt.tenant = $1 AND vt.ticket = $2 ORDER BY v.changed_at DESC, v.doc DESC"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket.id))
        .fetch_all(&mut **tx)
        .await)?;
        let docs: Vec<Id> = rows.iter().map(|row| id(row.0)).collect();
        let pending = self.count_pending_photos(tenant, &docs).await?;
        let mut known = BTreeMap::new();
        let mut visits = Vec::with_capacity(rows.len());
        for row in rows {
            let people = self.participants(tenant, &row.4.0, &mut known).await?;
            let pending = pending.get(&id(row.0)).copied().unwrap_or(0);
            visits.push(visit_of(row, people, pending, ticket));
        }
        Ok(visits)
    }

    async fn participants(
        &mut self,
        tenant: Id,
        people: &[String],
        known: &mut BTreeMap<Id, Option<Participant>>,
    ) -> Result<Vec<Participant>, Error> {
        let mut participants = Vec::new();
        for person in people.iter().filter_map(|text| Id::parse(text)) {
            let participant = if let Some(participant) = known.get(&person) {
                participant.clone()
            } else {
                let found = self.find_person(tenant, person).await?;
                let participant = found.map(|person| Participant {
                    id: person.id,
                    name: person.name,
                    role: person.role,
                });
                known.insert(person, participant.clone());
                participant
            };
            participants.extend(participant);
        }
        Ok(participants)
    }
}

fn visit_of(row: Row, people: Vec<Participant>, pending: i64, ticket: &TicketRow) -> TicketVisit {
    let (doc, state, place, outcome, _, arrived, submitted, changed, received, open, total, late) =
        row;
    TicketVisit {
        id: id(doc),
        kind: Kind::VISIT.as_str(),
        ticket: VisitedTicket {
            id: ticket.id,
            upstream_no: ticket.upstream_no.clone(),
            title: ticket.title.clone(),
            due_at: ticket.due_at,
        },
        state,
        place,
        outcome,
        people,
        arrived_at: arrived.map(Timestamp::from_millis),
        submitted_at: submitted.map(Timestamp::from_millis),
        changed_at: Timestamp::from_millis(changed),
        received_at: Timestamp::from_millis(received),
        disagreements: open,
        photos: PhotoTally { total, pending },
        late,
    }
}
