//! What a ticket's events add up to, as far as lists, filters and timers need it in columns.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use sqlx::types::Json;
use sync_core::lifecycle::life::Past;
use sync_core::lifecycle::{Act, TicketState};
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::words::{RequestKind, RequesterType, Urgency};
use crate::bulk::{pieces, push_ids};
use crate::db::{id, on_backend, uuid};
use crate::{Error, Tx};

/// Columns that follow from a ticket's events, written after each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketMarks {
    /// Where it stands.
    pub status: TicketState,
    /// 1, and one more for each 二次办理.
    pub cycle: i64,
    /// When it must be done, as things stand.
    pub due_at: Option<Timestamp>,
    /// 签收时间
    pub accepted_at: Option<Timestamp>,
    /// 首次联系
    pub first_contact_at: Option<Timestamp>,
    /// 办结时间
    pub closed_at: Option<Timestamp>,
    /// What went out to the requester.
    pub reply: Option<String>,
    /// When that was.
    pub replied_at: Option<Timestamp>,
    /// 合理, 部分合理, 不合理
    pub finding: Option<String>,
    /// 解决 or 服务确认
    pub result: Option<String>,
    /// The level of the supervision that is open.
    pub supervision: Option<String>,
    /// 剔除
    pub excluded: bool,
    /// The ticket that is worked on in its place.
    pub merged_into: Option<Id>,
    /// One of the focus topics.
    pub topic: Option<String>,
    /// Root causes.
    pub causes: Vec<String>,
    /// What the upper level's platform calls it.
    pub external_id: Option<String>,
    /// Where it stands there.
    pub external_status: Option<String>,
    /// What its form says, as JSON.
    pub form: serde_json::Value,
    /// 诉求类型
    pub request_kind: Option<RequestKind>,
    /// 诉求主体
    pub requester_type: RequesterType,
    /// 紧急程度
    pub urgency: Urgency,
    /// Large, middle and small class.
    pub category: [Option<String>; 3],
    /// Everybody had their answer in time; `None` while they have not.
    pub in_time: Option<bool>,
    /// Nobody has it any more.
    pub given_back: bool,
}

/// Columns beside those of lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct TicketTimes {
    /// When it must be done as the upper level set it, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub given_due_at: Option<Timestamp>,
    /// 签收时间, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub accepted_at: Option<Timestamp>,
    /// 交办时间, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub assigned_at: Option<Timestamp>,
    /// 首次联系, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub first_contact_at: Option<Timestamp>,
    /// 首次到场, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub arrived_at: Option<Timestamp>,
    /// 退单期限, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub return_until: Option<Timestamp>,
    /// 办结时间, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub closed_at: Option<Timestamp>,
    /// Done in time, as the source says or as it was when everybody had their answer.
    pub in_time: Option<bool>,
    /// When somebody of the office took the request first, where it came directly; unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub received_at: Option<Timestamp>,
    /// One of the focus topics.
    pub topic: Option<String>,
}

/// A task that waits for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTask {
    /// The event that opened it.
    pub n: i64,
    /// What it is.
    pub kind: &'static str,
    /// Who is to do it.
    pub principal: Option<Id>,
    /// Until when.
    pub due_at: Option<Timestamp>,
    /// When it was opened.
    pub opened_at: Timestamp,
}

pub(super) type PastRow = (i64, i64, Option<Uuid>, String, Json<serde_json::Value>);

/// The same with its ticket.
type PastOf = (
    Uuid,
    i64,
    i64,
    Option<Uuid>,
    String,
    Json<serde_json::Value>,
);

/// An event as a life is read from it.
pub(super) fn past((n, at, person, kind, Json(mut detail)): PastRow) -> Result<Past, Error> {
    let act = detail.get_mut("act").map(serde_json::Value::take);
    let act = act.map(serde_json::from_value::<Act>).transpose();
    Ok(Past {
        n,
        at: Timestamp::from_millis(at),
        person: person.map(id),
        kind,
        act: act.map_err(|_| Error::Corrupt {
            table: "ticket_event",
            column: "detail",
        })?,
        late: detail.get("late").and_then(serde_json::Value::as_bool) == Some(true),
    })
}

impl Tx {
    /// The ticket's events as a life is read from them, oldest first.
    pub async fn list_ticket_past(&mut self, tenant: Id, ticket: Id) -> Result<Vec<Past>, Error> {
        let rows: Vec<PastRow> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT n, at, person, kind, detail FROM ticket_event
             WHERE tenant = $1 AND ticket = $2 ORDER BY n"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter().map(past).collect()
    }

    /// The same of several tickets.
    pub async fn list_ticket_pasts(
        &mut self,
        tenant: Id,
        tickets: &[Id],
    ) -> Result<HashMap<Id, Vec<Past>>, Error> {
        let mut all: HashMap<Id, Vec<Past>> = HashMap::new();
        for tickets in pieces(tickets) {
            let rows: Vec<PastOf> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT ticket, n, at, person, kind, detail FROM ticket_event WHERE tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND ticket IN");
                push_ids(&mut query, tickets);
                query.push(" ORDER BY ticket, n");
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (ticket, n, at, person, kind, detail) in rows {
                let one = past((n, at, person, kind, detail))?;
                all.entry(id(ticket)).or_default().push(one);
            }
        }
        Ok(all)
    }

    /// What one ticket has beside what lists show.
    pub async fn load_ticket_times(
        &mut self,
        tenant: Id,
        ticket: Id,
    ) -> Result<TicketTimes, Error> {
        let row: TimesRow = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT given_due_at, accepted_at, assigned_at, first_contact_at, arrived_at, return_until, closed_at,
                 received_at, topic, in_time
             FROM ticket WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_one(&mut **tx)
        .await
        })?;
        let at = |millis: Option<i64>| millis.map(Timestamp::from_millis);
        Ok(TicketTimes {
            given_due_at: at(row.0),
            accepted_at: at(row.1),
            assigned_at: at(row.2),
            first_contact_at: at(row.3),
            arrived_at: at(row.4),
            return_until: at(row.5),
            closed_at: at(row.6),
            received_at: at(row.7),
            topic: row.8,
            in_time: row.9,
        })
    }

    /// Writes what a source says of tickets that it closed: done in time or not.
    pub async fn put_told_in_time(
        &mut self,
        tenant: Id,
        tickets: &[Id],
        in_time: bool,
    ) -> Result<(), Error> {
        for tickets in pieces(tickets) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("UPDATE ticket SET in_time = ");
                query.push_bind(in_time).push(" WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND id IN");
                push_ids(&mut query, tickets);
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Writes until when the ticket may go back to the upper level.
    pub async fn update_return_until(
        &mut self,
        tenant: Id,
        ticket: Id,
        until: Option<Timestamp>,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE ticket SET return_until = $3 WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(until.map(Timestamp::millis))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Writes the columns that follow from the ticket's events, and its open tasks.
    pub async fn put_ticket_life(
        &mut self,
        tenant: Id,
        ticket: Id,
        marks: &TicketMarks,
        tasks: &[OpenTask],
    ) -> Result<(), Error> {
        let causes = serde_json::to_value(&marks.causes).unwrap_or_default();
        let [large, middle, small] = &marks.category;
        on_backend!(self, |tx| {
            sqlx::query(
            "UPDATE ticket SET status = $3, cycle = $4, due_at = $5, accepted_at = $6, first_contact_at = $7,
                 closed_at = $8, reply = $9, replied_at = $10, finding = $11, result = $12, supervision = $13,
                 excluded = $14, merged_into = $15, topic = $16, causes = $17, external_id = $18,
                 external_status = $19, form = $20, request_kind = $21, requester_type = $22, urgency = $23,
                 category_l1 = $24, category_l2 = $25, category_l3 = $26,
                 in_time = $28, assigned_kind = CASE WHEN $27 THEN NULL ELSE assigned_kind END,
                 assigned_to = CASE WHEN $27 THEN NULL ELSE assigned_to END
             WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(marks.status.as_str())
        .bind(marks.cycle)
        .bind(marks.due_at.map(Timestamp::millis))
        .bind(marks.accepted_at.map(Timestamp::millis))
        .bind(marks.first_contact_at.map(Timestamp::millis))
        .bind(marks.closed_at.map(Timestamp::millis))
        .bind(&marks.reply)
        .bind(marks.replied_at.map(Timestamp::millis))
        .bind(&marks.finding)
        .bind(&marks.result)
        .bind(&marks.supervision)
        .bind(marks.excluded)
        .bind(marks.merged_into.map(uuid))
        .bind(&marks.topic)
        .bind(Json(&causes))
        .bind(&marks.external_id)
        .bind(&marks.external_status)
        .bind(Json(&marks.form))
        .bind(marks.request_kind.map(RequestKind::as_str))
        .bind(marks.requester_type.as_str())
        .bind(marks.urgency.as_str())
        .bind(large)
        .bind(middle)
        .bind(small)
        .bind(marks.given_back)
        .bind(marks.in_time)
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        self.put_open_tasks(tenant, ticket, tasks).await
    }

    async fn put_open_tasks(
        &mut self,
        tenant: Id,
        ticket: Id,
        tasks: &[OpenTask],
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "DELETE FROM ticket_task WHERE tenant = $1 AND ticket = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        if tasks.is_empty() {
            return Ok(());
        }
        on_backend!(self, |tx| {
            let mut query = QueryBuilder::new(
                "INSERT INTO ticket_task (tenant, ticket, n, kind, principal, due_at, opened_at) ",
            );
            query.push_values(tasks, |mut values, task| {
                values
                    .push_bind(uuid(tenant))
                    .push_bind(uuid(ticket))
                    .push_bind(task.n)
                    .push_bind(task.kind)
                    .push_bind(task.principal.map(uuid))
                    .push_bind(task.due_at.map(Timestamp::millis))
                    .push_bind(task.opened_at.millis());
            });
            query.build().execute(&mut **tx).await.map(drop)
        })?;
        Ok(())
    }
}

type TimesRow = (
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<bool>,
);
