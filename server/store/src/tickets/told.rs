//! What the stories of tickets ask of people, for phones.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use sqlx::types::Json;
use sync_core::Id;
use sync_core::protocol::{AssignedTo, Told};
use uuid::Uuid;

use super::life::past;
use crate::bulk::{pieces, push_ids};
use crate::db::{id, on_backend, uuid};
use crate::{Error, Tx};

type ToldRow = (
    Uuid,
    i64,
    i64,
    Option<Uuid>,
    String,
    Json<serde_json::Value>,
    String,
);

impl Tx {
    /// The events of these tickets, oldest first, with the names that they hold.
    ///
    /// # Errors
    /// If the database could not, or holds what cannot be read.
    pub async fn list_told(
        &mut self,
        tenant: Id,
        tickets: &[Id],
    ) -> Result<HashMap<Id, Vec<Told>>, Error> {
        let mut told: HashMap<Id, Vec<Told>> = HashMap::with_capacity(tickets.len());
        for tickets in pieces(tickets) {
            let rows: Vec<ToldRow> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT e.ticket, e.n, e.at, e.person, e.kind, e.detail, COALESCE(p.name, '')
                     FROM ticket_event e LEFT JOIN person p ON p.tenant = e.tenant AND p.id = e.person
                     WHERE e.tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND e.ticket IN");
                push_ids(&mut query, tickets);
                query.push(" ORDER BY e.ticket, e.n");
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (ticket, n, at, person, kind, Json(detail), by) in rows {
                let word = |name: &str| {
                    let word = detail.get(name).and_then(serde_json::Value::as_str);
                    word.unwrap_or_default().to_owned()
                };
                let (note, unit) = (word("note"), word("unit"));
                let past = past((n, at, person, kind, Json(detail)))?;
                let one = Told {
                    past,
                    by,
                    note,
                    unit,
                };
                told.entry(id(ticket)).or_default().push(one);
            }
        }
        Ok(told)
    }

    /// Who has these tickets; those that nobody has are left out.
    ///
    /// # Errors
    /// If the database could not.
    pub async fn list_assigned(
        &mut self,
        tenant: Id,
        tickets: &[Id],
    ) -> Result<HashMap<Id, AssignedTo>, Error> {
        let mut assigned = HashMap::with_capacity(tickets.len());
        for tickets in pieces(tickets) {
            let rows: Vec<(Uuid, String, Uuid, String)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT t.id, t.assigned_kind, t.assigned_to, COALESCE(u.name, p.name, '')
                     FROM ticket t
                     LEFT JOIN unit u ON u.tenant = t.tenant AND u.id = t.assigned_to
                     LEFT JOIN person p ON p.tenant = t.tenant AND p.id = t.assigned_to
                     WHERE t.assigned_kind IS NOT NULL AND t.assigned_to IS NOT NULL AND t.tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND t.id IN");
                push_ids(&mut query, tickets);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            assigned.extend(rows.into_iter().map(|(ticket, kind, to, name)| {
                let to = id(to);
                (id(ticket), AssignedTo { kind, id: to, name })
            }));
        }
        Ok(assigned)
    }
}
