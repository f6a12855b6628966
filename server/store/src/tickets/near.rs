//! Tickets that may be about the same matter: near in time, or of the same number.

use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::db::{id, on_backend, uuid};
use crate::words::read;
use crate::{Error, Tx};

/// What is compared of a ticket; personal data masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearTicket {
    /// Which.
    pub id: Id,
    /// The number of the upper level, or its own.
    pub upstream_no: Option<String>,
    /// Where it came from.
    pub source: String,
    /// One line.
    pub title: String,
    /// The request.
    pub description: String,
    /// Where it is about.
    pub address: Option<String>,
    /// The community's unit.
    pub community: Option<Id>,
    /// Large, middle and small class.
    pub category: [Option<String>; 3],
    /// When it was dispatched or taken in.
    pub dispatched_at: Timestamp,
    /// The keyed hash of the requester's number.
    pub phone_hash: Option<Vec<u8>>,
    /// Where it stands.
    pub status: TicketState,
}

type Row = (
    Uuid,
    Option<String>,
    String,
    String,
    String,
    Option<String>,
    Option<Uuid>,
    Option<String>,
    Option<String>,
    Option<String>,
    i64,
    Option<Vec<u8>>,
    String,
);

/// The columns of [`Row`].
macro_rules! near {
    () => {
        "SELECT t.id, t.upstream_no, t.source, t.title, t.description, t.address, t.community, t.category_l1,
           t.category_l2, t.category_l3, t.dispatched_at, t.phone_hash, t.status FROM ticket t "
    };
}

impl Tx {
    /// Tickets that were dispatched between two moments and are worked on themselves, the latest `most`.
    pub async fn list_near_tickets(
        &mut self,
        tenant: Id,
        (from, until): (Timestamp, Timestamp),
        most: i64,
    ) -> Result<Vec<NearTicket>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(concat!(
            near!(),
            "WHERE t.tenant = $1 AND t.dispatched_at BETWEEN $2 AND $3 AND t.merged_into IS NULL
             ORDER BY t.dispatched_at DESC LIMIT $4"
        ))
        .bind(uuid(tenant))
        .bind(from.millis())
        .bind(until.millis())
        .bind(most)
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter().map(near_of).collect()
    }

    /// Tickets of the number with this hash that are worked on themselves, the latest `most`.
    pub async fn list_tickets_of_phone(
        &mut self,
        tenant: Id,
        phone_hash: &[u8],
        most: i64,
    ) -> Result<Vec<NearTicket>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(concat!(
            near!(),
            "WHERE t.tenant = $1 AND t.phone_hash = $2 AND t.merged_into IS NULL
             ORDER BY t.dispatched_at DESC LIMIT $3"
        ))
        .bind(uuid(tenant))
        .bind(phone_hash)
        .bind(most)
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter().map(near_of).collect()
    }

    /// One ticket as it is compared with others.
    pub async fn find_near_ticket(
        &mut self,
        tenant: Id,
        ticket: Id,
    ) -> Result<Option<NearTicket>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| sqlx::query_as(concat!(
            near!(),
            "WHERE t.tenant = $1 AND t.id = $2"
        ))
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_optional(&mut **tx)
        .await)?;
        row.map(near_of).transpose()
    }
}

fn near_of(row: Row) -> Result<NearTicket, Error> {
    let (
        ticket,
        upstream_no,
        source,
        title,
        description,
        address,
        community,
        large,
        middle,
        small,
        at,
        hash,
        status,
    ) = row;
    Ok(NearTicket {
        id: id(ticket),
        upstream_no,
        source,
        title,
        description,
        address,
        community: community.map(id),
        category: [large, middle, small],
        dispatched_at: Timestamp::from_millis(at),
        phone_hash: hash,
        status: read(TicketState::parse(&status), "ticket", "status")?,
    })
}
