//! Contacts that phones told too late to count by themselves: they lie at the quarantine desk with their words.

use serde::Serialize;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::db::{id, on_backend, uuid};
use crate::quarantine::QuarantineDecision;
use crate::words::read;
use crate::{Error, Tx};

/// A contact that somebody told when the ticket was another one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAsideContact {
    /// The row.
    pub id: Id,
    /// Of which ticket.
    pub ticket: Id,
    /// Who told it.
    pub person: Id,
    /// With which device.
    pub device: Id,
    /// A word of `Means`.
    pub means: String,
    /// What was said.
    pub words: String,
    /// When it was made, by the clock of the device.
    pub made_at: Timestamp,
    /// That clock was put right.
    pub corrected: bool,
    /// When the hub heard of it.
    pub received_at: Timestamp,
}

/// The same as it lies there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AsideContact {
    /// The row.
    #[schema(value_type = String)]
    pub id: Id,
    /// Of which ticket.
    #[schema(value_type = String)]
    pub ticket: Id,
    /// Its number.
    pub upstream_no: Option<String>,
    /// Its title.
    pub title: String,
    /// Who told it.
    #[schema(value_type = String)]
    pub person: Id,
    /// Their name.
    pub name: String,
    /// With which device.
    #[schema(value_type = String)]
    pub device: Id,
    /// How the requester was reached.
    pub means: String,
    /// What was said.
    pub words: String,
    /// When it was made, unix milliseconds.
    #[schema(value_type = i64)]
    pub made_at: Timestamp,
    /// The clock of the device was put right for it.
    pub corrected: bool,
    /// When the hub heard of it, unix milliseconds.
    #[schema(value_type = i64)]
    pub received_at: Timestamp,
    /// What the office decided; null while nobody has.
    pub decision: Option<QuarantineDecision>,
    /// Why it was refused.
    pub remark: String,
}

type Row = (
    Uuid,
    Uuid,
    Option<String>,
    String,
    Uuid,
    Option<String>,
    Uuid,
    String,
    String,
    i64,
    bool,
    i64,
    Option<String>,
    String,
);

const ROWS: &str = "SELECT c.id, c.ticket, t.upstream_no, t.title, c.person, p.name, c.device, c.means, c.words, c.made_at,
         c.corrected, c.received_at, c.decision, c.remark
     FROM aside_contact c JOIN ticket t ON t.tenant = c.tenant AND t.id = c.ticket
     LEFT JOIN person p ON p.tenant = c.tenant AND p.id = c.person
     WHERE c.tenant = $1 AND (CAST($2 AS TEXT) IS NULL OR c.id = $3)
       AND ($4 OR c.decision IS NULL)
     ORDER BY c.received_at, c.id LIMIT $5";

impl Tx {
    /// Puts a contact aside; whether it was not there yet. A phone that lost the answer tells it again.
    pub async fn insert_aside_contact(
        &mut self,
        tenant: Id,
        contact: &NewAsideContact,
    ) -> Result<bool, Error> {
        let done = on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO aside_contact (tenant, id, ticket, person, device, means, words, made_at, corrected, received_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (tenant, ticket, person, made_at) DO NOTHING"
        )
        .bind(uuid(tenant))
        .bind(uuid(contact.id))
        .bind(uuid(contact.ticket))
        .bind(uuid(contact.person))
        .bind(uuid(contact.device))
        .bind(&contact.means)
        .bind(&contact.words)
        .bind(contact.made_at.millis())
        .bind(contact.corrected)
        .bind(contact.received_at.millis())
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected())
        })?;
        Ok(done > 0)
    }

    /// How many contacts of somebody wait for the office.
    pub async fn count_aside_contacts_of(&mut self, tenant: Id, person: Id) -> Result<i64, Error> {
        Ok(on_backend!(self, |tx| {
            sqlx::query_scalar(
            "SELECT COUNT(*) FROM aside_contact WHERE tenant = $1 AND person = $2 AND decision IS NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .fetch_one(&mut **tx)
        .await
        })?)
    }

    /// Contacts that wait for the office, the longest waiting first.
    pub async fn list_aside_contacts(
        &mut self,
        tenant: Id,
        limit: i64,
    ) -> Result<Vec<AsideContact>, Error> {
        self.read_aside_contacts(tenant, None, limit).await
    }

    /// One of them, decided or not.
    pub async fn find_aside_contact(
        &mut self,
        tenant: Id,
        contact: Id,
    ) -> Result<Option<AsideContact>, Error> {
        let mut found = self.read_aside_contacts(tenant, Some(contact), 1).await?;
        Ok(found.pop())
    }

    async fn read_aside_contacts(
        &mut self,
        tenant: Id,
        only: Option<Id>,
        limit: i64,
    ) -> Result<Vec<AsideContact>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(ROWS)
            .bind(uuid(tenant))
            .bind(only.map(|_| "one"))
            .bind(uuid(only.unwrap_or(tenant)))
            .bind(only.is_some())
            .bind(limit)
            .fetch_all(&mut **tx)
            .await)?;
        rows.into_iter().map(aside).collect()
    }

    /// Writes what the office decided; whether nobody had decided before.
    pub async fn decide_aside_contact(
        &mut self,
        tenant: Id,
        contact: Id,
        decision: QuarantineDecision,
        remark: &str,
        (person, at): (Id, Timestamp),
    ) -> Result<bool, Error> {
        let done = on_backend!(self, |tx| {
            sqlx::query(
            "UPDATE aside_contact SET decision = $3, remark = $4, decided_by = $5, decided_at = $6
             WHERE tenant = $1 AND id = $2 AND decision IS NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(contact))
        .bind(decision.as_str())
        .bind(remark)
        .bind(uuid(person))
        .bind(at.millis())
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected())
        })?;
        Ok(done > 0)
    }
}

fn aside(row: Row) -> Result<AsideContact, Error> {
    let decision = row.12.as_deref();
    let decision = decision
        .map(|word| read(QuarantineDecision::parse(word), "aside_contact", "decision"))
        .transpose()?;
    Ok(AsideContact {
        id: id(row.0),
        ticket: id(row.1),
        upstream_no: row.2,
        title: row.3,
        person: id(row.4),
        name: row.5.unwrap_or_default(),
        device: id(row.6),
        means: row.7,
        words: row.8,
        made_at: Timestamp::from_millis(row.9),
        corrected: row.10,
        received_at: Timestamp::from_millis(row.11),
        decision,
        remark: row.13,
    })
}
