//! What was put aside, with its bytes, and what the office decided on it.

mod decisions;

use std::collections::BTreeSet;

use sqlx::QueryBuilder;
use sync_core::kinds::Kind;
use sync_core::reason::Reason;
use sync_core::{Id, Role, Timestamp};
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::inbox::InboxRow;
use super::people::read_role;
use super::words::words;
use super::{Error, Tx};

pub use decisions::NewDecision;

words! {
    /// What became of changes that were put aside.
    pub enum QuarantineDecision {
        /// They went through the gate after all, by the office's word or because they passed when they came again.
        Admitted = "admitted",
        /// The office does not want them.
        Refused = "refused",
    }
}

/// Changes that were put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineRow {
    /// The row.
    pub id: Id,
    /// The sub-district.
    pub tenant: Id,
    /// Place in the sub-district's order; the list runs along it.
    pub seq: i64,
    /// The document.
    pub doc: Id,
    /// Its kind.
    pub kind: Kind,
    /// The ticket, as the phone named it.
    pub ticket: Option<Id>,
    /// The device that pushed.
    pub device: Id,
    /// The person behind it.
    pub person: Id,
    /// What they were then.
    pub role: Role,
    /// When the hub received it.
    pub received_at: Timestamp,
    /// Why.
    pub code: String,
    /// Short hashes in a row.
    pub hashes: Vec<u8>,
    /// What became of it; `None` while nobody has decided.
    pub decision: Option<QuarantineDecision>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// By whom; `None` if it passed by itself.
    pub decided_by: Option<Id>,
    /// Why it was refused, in the office's words.
    pub remark: String,
}

/// Which rows a list shows.
#[derive(Clone, Debug, Default)]
pub struct QuarantineFilter {
    /// With this code.
    pub code: Option<String>,
    /// From this person.
    pub person: Option<Id>,
    /// From this device.
    pub device: Option<Id>,
    /// Of this ticket.
    pub ticket: Option<Id>,
    /// Of this document.
    pub doc: Option<Id>,
    /// Only what waits for a decision, or only what was decided.
    pub decided: Option<bool>,
    /// Before this place.
    pub before: Option<i64>,
}

/// What the first door knows of changes that were put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsideRow {
    /// The document.
    pub doc: Id,
    /// Who pushed them.
    pub person: Id,
    /// Why.
    pub code: String,
    /// Whether the office refused them.
    pub refused: bool,
    /// Short hashes in a row.
    pub hashes: Vec<u8>,
}

/// seq, document, person, code, decision, short hashes.
type Aside = (i64, Uuid, Uuid, String, Option<String>, Vec<u8>);

type Row = (
    Uuid,
    Uuid,
    i64,
    Uuid,
    String,
    Option<Uuid>,
    Uuid,
    Uuid,
    String,
    i64,
    String,
    Vec<u8>,
    Option<String>,
    Option<i64>,
    Option<Uuid>,
    String,
);

/// A row whose bytes are not read.
macro_rules! aside_columns {
    () => {
        "SELECT id, tenant, seq, doc, kind, ticket, device, person, role, received_at, code, hashes, decision,
           decided_at, decided_by, remark FROM quarantine "
    };
}

fn quarantine_row(row: Row) -> Result<QuarantineRow, Error> {
    let (row_id, tenant, seq, doc, kind, ticket, device, person, role, received_at, code, ..) = row;
    let (.., hashes, decision, decided_at, decided_by, remark) = row;
    Ok(QuarantineRow {
        id: id(row_id),
        tenant: id(tenant),
        seq,
        doc: id(doc),
        kind: Kind::parse(&kind).ok_or(Error::Corrupt {
            table: "quarantine",
            column: "kind",
        })?,
        ticket: ticket.map(id),
        device: id(device),
        person: id(person),
        role: read_role(&role)?,
        received_at: Timestamp::from_millis(received_at),
        code,
        hashes,
        decision: decision
            .map(|word| QuarantineDecision::read(&word, "quarantine", "decision"))
            .transpose()?,
        decided_at: decided_at.map(Timestamp::from_millis),
        decided_by: decided_by.map(id),
        remark,
    })
}

impl Tx {
    /// Puts changes aside with their bytes. The same changes of the same device add nothing while they wait for a
    /// decision.
    pub async fn insert_quarantine(
        &mut self,
        row: Id,
        from: &InboxRow,
        seq: i64,
        reason: Reason,
        hashes: &[u8],
        bytes: &[u8],
    ) -> Result<(), Error> {
        let (_, code, detail) = Reason::ALL
            .iter()
            .find(|(known, ..)| *known == reason)
            .copied()
            .unwrap_or((reason, reason.code(), ""));
        on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO quarantine
               (id, tenant, seq, doc, kind, ticket, device, person, role, received_at, code, detail, hashes, bytes)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
             WHERE NOT EXISTS (SELECT 1 FROM quarantine
               WHERE tenant = $2 AND doc = $4 AND device = $7 AND hashes = $13 AND decision IS NULL)"
        )
        .bind(uuid(row))
        .bind(uuid(from.tenant))
        .bind(seq)
        .bind(uuid(from.doc))
        .bind(from.kind.as_str())
        .bind(uuid(from.ticket))
        .bind(uuid(from.device))
        .bind(uuid(from.person))
        .bind(from.role.as_str())
        .bind(from.received_at.millis())
        .bind(code)
        .bind(detail.trim())
        .bind(hashes)
        .bind(bytes)
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// What was put aside in a sub-district and fits the filter, the newest first.
    pub async fn list_quarantine(
        &mut self,
        tenant: Id,
        filter: &QuarantineFilter,
        limit: u32,
    ) -> Result<Vec<QuarantineRow>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(concat!(
            aside_columns!(),
            "WHERE tenant = $1 AND seq < $2
               AND (CAST($3 AS TEXT) IS NULL OR code = $3)
               AND ($4 OR person = $5) AND ($6 OR device = $7) AND ($8 OR ticket = $9)
               AND ($10 OR doc = $11) AND ($12 OR (decision IS NOT NULL) = $13)
             ORDER BY seq DESC LIMIT $14"
        ))
        .bind(uuid(tenant))
        .bind(filter.before.unwrap_or(i64::MAX))
        .bind(filter.code.as_deref())
        .bind(filter.person.is_none())
        .bind(uuid(filter.person.unwrap_or(tenant)))
        .bind(filter.device.is_none())
        .bind(uuid(filter.device.unwrap_or(tenant)))
        .bind(filter.ticket.is_none())
        .bind(uuid(filter.ticket.unwrap_or(tenant)))
        .bind(filter.doc.is_none())
        .bind(uuid(filter.doc.unwrap_or(tenant)))
        .bind(filter.decided.is_none())
        .bind(filter.decided.unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter().map(quarantine_row).collect()
    }

    /// How many rows wait for a decision.
    pub async fn count_quarantine(&mut self, tenant: Id) -> Result<i64, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT COUNT(*) FROM quarantine WHERE tenant = $1 AND decision IS NULL"
        )
        .bind(uuid(tenant))
        .fetch_one(&mut **tx)
        .await)?)
    }

    /// The sub-district's row with this id.
    pub async fn find_quarantine(
        &mut self,
        tenant: Id,
        row: Id,
    ) -> Result<Option<QuarantineRow>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| sqlx::query_as(concat!(
            aside_columns!(),
            "WHERE tenant = $1 AND id = $2"
        ))
        .bind(uuid(tenant))
        .bind(uuid(row))
        .fetch_optional(&mut **tx)
        .await)?;
        row.map(quarantine_row).transpose()
    }

    /// The rows of a document, oldest first.
    pub async fn list_quarantine_of(
        &mut self,
        tenant: Id,
        doc: Id,
    ) -> Result<Vec<QuarantineRow>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(concat!(
            aside_columns!(),
            "WHERE tenant = $1 AND doc = $2 ORDER BY seq"
        ))
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter().map(quarantine_row).collect()
    }

    /// The bytes of a row as they came: packed changes, or what should have been.
    pub async fn find_quarantine_bytes(&mut self, tenant: Id, row: Id) -> Result<Vec<u8>, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT bytes FROM quarantine WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(row))
        .fetch_optional(&mut **tx)
        .await)?
        .unwrap_or_default())
    }

    /// What of the documents was put aside and has not been admitted since.
    pub async fn list_aside(&mut self, tenant: Id, docs: &[Id]) -> Result<Vec<AsideRow>, Error> {
        let mut found = Vec::new();
        for docs in pieces(docs) {
            let mut rows: Vec<Aside> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT seq, doc, person, code, decision, hashes FROM quarantine WHERE tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            // Sorted here: asked for an order, SQLite walks all that was ever put aside.
            rows.sort_unstable_by_key(|(seq, ..)| *seq);
            for (_, doc, person, code, decision, hashes) in rows {
                let refused = match decision.as_deref().and_then(QuarantineDecision::parse) {
                    Some(QuarantineDecision::Admitted) => continue,
                    Some(QuarantineDecision::Refused) => true,
                    None => false,
                };
                found.push(AsideRow {
                    doc: id(doc),
                    person: id(person),
                    code,
                    refused,
                    hashes,
                });
            }
        }
        Ok(found)
    }

    /// Those of the tickets that a person sees or ever saw, by the units that they act for or did.
    pub async fn list_tickets_once_seen(
        &mut self,
        tenant: Id,
        person: Id,
        tickets: &[Id],
    ) -> Result<BTreeSet<Id>, Error> {
        let mut found = BTreeSet::new();
        for tickets in pieces(tickets) {
            let rows: Vec<Uuid> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT DISTINCT ts.ticket FROM ticket_scope ts CROSS JOIN person_principal pp
                     WHERE pp.tenant = ts.tenant AND pp.principal = ts.principal AND pp.person = ",
                );
                query.push_bind(uuid(person)).push(" AND ts.tenant = ");
                query.push_bind(uuid(tenant)).push(" AND ts.ticket IN");
                push_ids(&mut query, tickets);
                query.build_query_scalar().fetch_all(&mut **tx).await
            })?;
            found.extend(rows.into_iter().map(id));
        }
        Ok(found)
    }
}
