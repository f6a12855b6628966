//! What the clocks of a ticket are made of, and what follows from them, in its row.

use sqlx::QueryBuilder;
use sync_core::deadline::{Facts, Level, Received, Recorded};
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::Seen;
use crate::bulk::{pieces, push_ids};
use crate::db::{id, on_backend, uuid};
use crate::tickets::{RequesterType, Urgency};
use crate::words::read;
use crate::{Error, Tx};

/// What the clocks of a ticket are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketClocks {
    /// Its profile and the version of that.
    pub profile: (String, u32),
    /// What happened to it.
    pub facts: Facts,
}

/// The row of a ticket as far as deadlines ask.
pub(super) struct Row {
    pub(super) status: TicketState,
    requester_type: RequesterType,
    urgency: Urgency,
    pub(super) dispatched_at: Timestamp,
    pub(super) due_at: Option<Timestamp>,
    given_due_at: Option<Timestamp>,
    arrived: Option<Recorded>,
    closed_at: Option<Timestamp>,
    pub(super) profile: Option<(String, u32)>,
    pub(super) facts: Option<Facts>,
    pub(super) level: Option<Level>,
}

impl Row {
    /// Whether an enterprise asks, and whether it is about safety.
    pub(super) fn kind(&self) -> (bool, bool) {
        (
            self.requester_type == RequesterType::Enterprise,
            self.urgency == Urgency::Critical,
        )
    }

    pub(super) fn received(&self) -> Received {
        Received {
            dispatched_at: self.dispatched_at,
            given_due_at: self.given_due_at,
            arrived: self.arrived,
            closed_at: self.closed_at.filter(|_| self.status.is_over()),
        }
    }
}

type Columns = (
    Uuid,
    String,
    String,
    String,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    bool,
    Option<i64>,
    Option<String>,
    Option<i64>,
    Option<String>,
    Option<String>,
);

const TICKET: &str = "ticket";

impl Tx {
    pub(super) async fn list_clock_rows(
        &mut self,
        tenant: Id,
        tickets: &[Id],
    ) -> Result<Vec<(Id, Row)>, Error> {
        let mut all = Vec::with_capacity(tickets.len());
        for tickets in pieces(tickets) {
            let rows: Vec<Columns> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT id, status, requester_type, urgency, dispatched_at, due_at, given_due_at, arrived_at,
                         arrival_received_at, arrival_corrected, closed_at, profile, profile_version, clock_facts,
                         level
                     FROM ticket WHERE tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND id IN");
                push_ids(&mut query, tickets);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for columns in rows {
                all.push((id(columns.0), row(columns)?));
            }
        }
        Ok(all)
    }

    /// What the clocks of these tickets are made of; tickets that have none are left out.
    ///
    /// # Errors
    /// If the database could not, or holds what cannot be read.
    pub async fn list_ticket_clocks(
        &mut self,
        tenant: Id,
        tickets: &[Id],
    ) -> Result<Vec<(Id, TicketClocks)>, Error> {
        let mut all = Vec::with_capacity(tickets.len());
        for tickets in pieces(tickets) {
            let rows: Vec<(Uuid, String, i64, String)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT id, profile, profile_version, clock_facts FROM ticket
                     WHERE profile IS NOT NULL AND clock_facts IS NOT NULL AND tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND id IN");
                push_ids(&mut query, tickets);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (ticket, profile, version, facts) in rows {
                let clocks = TicketClocks {
                    profile: (profile, number(version)?),
                    facts: parse(&facts)?,
                };
                all.push((id(ticket), clocks));
            }
        }
        Ok(all)
    }

    /// Tickets of which a clock shows another level by now, or to which something happened, the longest waiting first.
    pub async fn list_changed_clocks(
        &mut self,
        tenant: Id,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<Id>, Error> {
        let rows: Vec<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT id FROM ticket WHERE tenant = $1 AND next_change_at <= $2
             ORDER BY next_change_at LIMIT $3"
        )
        .bind(uuid(tenant))
        .bind(now.millis())
        .bind(limit)
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(id).collect())
    }

    /// Tickets that came in with their answer need no look: all of them at once.
    pub async fn pass_over_answered(&mut self, tenant: Id) -> Result<(), Error> {
        let [closed, returned, void] = TicketState::OVER;
        on_backend!(self, |tx| {
            sqlx::query(
            "UPDATE ticket SET next_change_at = NULL
             WHERE tenant = $1 AND next_change_at = 0 AND profile IS NULL AND status IN ($2, $3, $4)"
        )
        .bind(uuid(tenant))
        .bind(closed.as_str())
        .bind(returned.as_str())
        .bind(void.as_str())
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// Marks a ticket to be looked at: something happened to it.
    pub async fn mark_deadlines(&mut self, tenant: Id, tickets: &[Id]) -> Result<(), Error> {
        for tickets in pieces(tickets) {
            on_backend!(self, |tx| {
                let mut query =
                    QueryBuilder::new("UPDATE ticket SET next_change_at = 0 WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND id IN");
                push_ids(&mut query, tickets);
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Marks every ticket that is not over: the calendar changed.
    pub async fn mark_every_deadline(&mut self, tenant: Id) -> Result<(), Error> {
        let [closed, returned, void] = TicketState::OVER;
        on_backend!(self, |tx| sqlx::query(
            "UPDATE ticket SET next_change_at = 0 WHERE tenant = $1 AND status NOT IN ($2, $3, $4)"
        )
        .bind(uuid(tenant))
        .bind(closed.as_str())
        .bind(returned.as_str())
        .bind(void.as_str())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// A ticket that cannot be read now is looked at again then.
    pub async fn put_off_deadlines(
        &mut self,
        tenant: Id,
        ticket: Id,
        until: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE ticket SET next_change_at = $3 WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(until.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Somebody agreed that another profile may hold from now on: the next look chooses one.
    pub async fn forget_profile(&mut self, tenant: Id, ticket: Id) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE ticket SET profile = NULL, profile_version = NULL, next_change_at = 0
             WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    pub(super) async fn put_no_clock(&mut self, tenant: Id, tickets: &[Id]) -> Result<(), Error> {
        for tickets in pieces(tickets) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "UPDATE ticket SET next_change_at = NULL, level = NULL WHERE tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND id IN");
                push_ids(&mut query, tickets);
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    pub(super) async fn put_clocks(&mut self, tenant: Id, seen: &[Seen<'_>]) -> Result<(), Error> {
        for seen in pieces(seen) {
            let mut rows = Vec::with_capacity(seen.len());
            for one in seen {
                let facts = serde_json::to_string(&one.facts);
                rows.push((one, facts.map_err(|_| corrupt("clock_facts"))?));
            }
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "UPDATE ticket SET profile = fresh.column2, profile_version = fresh.column3,
                         clock_facts = fresh.column4, due_at = fresh.column5, due_provisional = fresh.column6,
                         return_until = fresh.column7, level = fresh.column8, next_change_at = fresh.column9
                     FROM (",
                );
                query.push_values(rows, |mut values, (one, facts)| {
                    let standing = &one.standing;
                    values
                        .push_bind(uuid(one.ticket))
                        .push_bind(one.profile.id.as_str())
                        .push_bind(i64::from(one.profile.version))
                        .push_bind(facts)
                        .push_bind(standing.due.map(|due| due.at.millis()))
                        .push_bind(standing.due.is_some_and(|due| due.provisional))
                        .push_bind(standing.return_until.map(Timestamp::millis))
                        .push_bind(standing.level.map(Level::as_str))
                        .push_bind(standing.next_change_at.map(Timestamp::millis));
                });
                query.push(") AS fresh WHERE tenant = ");
                query
                    .push_bind(uuid(tenant))
                    .push(" AND ticket.id = fresh.column1");
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }
}

fn row(columns: Columns) -> Result<Row, Error> {
    let (_, status, requester_type, urgency, dispatched_at, due_at, given_due_at, ..) = &columns;
    let (.., arrived_at, received_at, corrected, closed_at, profile, version, facts, level) =
        &columns;
    let at = |millis: Option<i64>| millis.map(Timestamp::from_millis);
    let profile = match (profile, version) {
        (Some(profile), Some(version)) => Some((profile.clone(), number(*version)?)),
        _ => None,
    };
    let level = match level {
        Some(level) => Some(read(Level::parse(level), TICKET, "level")?),
        None => None,
    };
    Ok(Row {
        status: read(TicketState::parse(status), TICKET, "status")?,
        requester_type: RequesterType::read(requester_type, TICKET, "requester_type")?,
        urgency: Urgency::read(urgency, TICKET, "urgency")?,
        dispatched_at: Timestamp::from_millis(*dispatched_at),
        due_at: at(*due_at),
        given_due_at: at(*given_due_at),
        arrived: at(*arrived_at).map(|arrived| Recorded {
            at: arrived,
            received_at: at(*received_at),
            corrected: *corrected,
        }),
        closed_at: at(*closed_at),
        profile,
        facts: facts.as_deref().map(parse).transpose()?,
        level,
    })
}

fn parse(facts: &str) -> Result<Facts, Error> {
    serde_json::from_str(facts).map_err(|_| corrupt("clock_facts"))
}

fn number(version: i64) -> Result<u32, Error> {
    u32::try_from(version).map_err(|_| corrupt("profile_version"))
}

const fn corrupt(column: &'static str) -> Error {
    Error::Corrupt {
        table: TICKET,
        column,
    }
}
