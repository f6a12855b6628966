//! Warnings: each level of each clock once, to the role whose turn it is.

use std::collections::{BTreeSet, HashMap};

use sqlx::QueryBuilder;
use sync_core::deadline::{Level, told_of};
use sync_core::{Id, Role, Timestamp};
use uuid::Uuid;

use super::Seen;
use crate::bulk::{pieces, push_ids};
use crate::db::{id, on_backend, uuid};
use crate::words::read;
use crate::{Error, Tx};

/// Somebody was warned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Of which clock.
    pub clock: String,
    /// Which co-task or supervision, where there are several.
    pub name: String,
    /// What it showed.
    pub level: Level,
    /// What was due then.
    pub due_at: Timestamp,
    /// When.
    pub warned_at: Timestamp,
    /// The role that it went to, whether anybody of it could be reached or not.
    pub told: Role,
}

type Row = (String, String, String, i64, i64, String);

impl Tx {
    /// Writes the warnings that these clocks ask for and that have not been written: also those of levels that passed
    /// while no hub ran. Gives the tickets of which there were any.
    pub(super) async fn warn(
        &mut self,
        tenant: Id,
        seen: &[Seen<'_>],
        seq: i64,
        now: Timestamp,
    ) -> Result<BTreeSet<Id>, Error> {
        let mut wanted = Vec::new();
        for one in seen {
            for clock in &one.clocks {
                let (Some(level), Some(due)) = (clock.level, clock.due) else {
                    continue;
                };
                let passed = told_of(clock.kind)
                    .iter()
                    .filter(|(from, _)| *from <= level);
                wanted.extend(passed.map(|(from, role)| (one.ticket, clock, due, *from, *role)));
            }
        }
        let mut warned = BTreeSet::new();
        for wanted in pieces(&wanted) {
            let written: Vec<Uuid> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO ticket_warning (tenant, ticket, clock, name, level, due_at, warned_at, seq, told) ",
                );
                query.push_values(wanted, |mut values, (ticket, clock, due, level, role)| {
                    values
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(*ticket))
                        .push_bind(clock.kind.as_str())
                        .push_bind(clock.name.as_str())
                        .push_bind(level.as_str())
                        .push_bind(due.at.millis())
                        .push_bind(now.millis())
                        .push_bind(seq)
                        .push_bind(role.as_str());
                });
                query.push(" ON CONFLICT DO NOTHING RETURNING ticket");
                query.build_query_scalar().fetch_all(&mut **tx).await
            })?;
            warned.extend(written.into_iter().map(id));
        }
        Ok(warned)
    }

    /// The warnings of a ticket, oldest first.
    ///
    /// # Errors
    /// If the database could not, or holds what cannot be read.
    pub async fn list_ticket_warnings(
        &mut self,
        tenant: Id,
        ticket: Id,
    ) -> Result<Vec<Warning>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT clock, name, level, due_at, warned_at, told FROM ticket_warning
             WHERE tenant = $1 AND ticket = $2 ORDER BY warned_at, due_at, clock, name, level, told"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_all(&mut **tx)
        .await
        })?;
        rows.into_iter().map(warning).collect()
    }

    /// The same of several tickets; those that have none are left out.
    ///
    /// # Errors
    /// If the database could not, or holds what cannot be read.
    pub async fn list_warnings_of(
        &mut self,
        tenant: Id,
        tickets: &[Id],
    ) -> Result<HashMap<Id, Vec<Warning>>, Error> {
        let mut all: HashMap<Id, Vec<Warning>> = HashMap::new();
        for tickets in pieces(tickets) {
            let rows: Vec<(Uuid, String, String, String, i64, i64, String)> = on_backend!(
                self,
                |tx| {
                    let mut query = QueryBuilder::new(
                        "SELECT ticket, clock, name, level, due_at, warned_at, told FROM ticket_warning
                         WHERE tenant = ",
                    );
                    query.push_bind(uuid(tenant)).push(" AND ticket IN");
                    push_ids(&mut query, tickets);
                    query.push(" ORDER BY warned_at, due_at, clock, name, level, told");
                    query.build_query_as().fetch_all(&mut **tx).await
                }
            )?;
            for (ticket, clock, name, level, due_at, warned_at, told) in rows {
                let one = warning((clock, name, level, due_at, warned_at, told))?;
                all.entry(id(ticket)).or_default().push(one);
            }
        }
        Ok(all)
    }
}

fn warning((clock, name, level, due_at, warned_at, told): Row) -> Result<Warning, Error> {
    Ok(Warning {
        clock,
        name,
        level: read(Level::parse(&level), "ticket_warning", "level")?,
        due_at: Timestamp::from_millis(due_at),
        warned_at: Timestamp::from_millis(warned_at),
        told: read(Role::parse(&told), "ticket_warning", "told")?,
    })
}
