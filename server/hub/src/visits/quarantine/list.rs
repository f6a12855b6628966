//! `GET /v1/quarantine`: what was put aside, from whom and why.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sync_core::reason::Reason;
use sync_core::{Id, Timestamp};
use utoipa::ToSchema;

use super::require_office;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::PersonName;
use crate::records::story::TicketName;
use crate::visits::story::preview::ticket_name;
use store::Tx;
use store::inbox::InboxRow;
use store::quarantine::{QuarantineDecision, QuarantineFilter, QuarantineRow};

/// How long a change may wait for its predecessor before the office sees it, milliseconds.
const PATIENCE: i64 = 60 * 60 * 1000;
/// Rows that wait for a predecessor, in one answer.
const WAITING: u32 = 50;

/// Which rows to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuarantineQuery {
    /// A reason code.
    code: Option<String>,
    /// Who sent it.
    person: Option<String>,
    /// Which device sent it.
    device: Option<String>,
    /// For which ticket.
    ticket: Option<String>,
    /// For which document.
    doc: Option<String>,
    /// `false`: what waits for a decision; `true`: what was decided; absent: all.
    decided: Option<bool>,
    /// From the last answer's `next`.
    cursor: Option<String>,
    /// Rows, 50 unless said, 200 at most.
    limit: Option<u32>,
}

/// Changes that were put aside.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct QuarantineLine {
    #[schema(value_type = String)]
    id: Id,
    #[schema(value_type = String)]
    doc: Id,
    #[schema(value_type = Option<String>)]
    ticket: Option<Id>,
    /// The ticket by name; absent if the sub-district has none of this id.
    ticket_name: Option<TicketName>,
    #[schema(value_type = String)]
    device: Id,
    device_name: Option<String>,
    person: Option<PersonName>,
    #[schema(value_type = i64)]
    received_at: Timestamp,
    /// Stable reason code.
    code: String,
    /// The same changes may pass at another time.
    may_pass_later: bool,
    /// The person had the ticket once: work recorded before it was taken from them.
    had_ticket: bool,
    /// Number of changes.
    changes: usize,
    decision: Option<QuarantineDecision>,
    #[schema(value_type = Option<i64>)]
    decided_at: Option<Timestamp>,
    /// Who decided; absent if it passed by itself when it came again.
    decided_by: Option<PersonName>,
    /// Why it was refused.
    remark: String,
}

/// Changes that wait for a predecessor for more than an hour.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingLine {
    #[schema(value_type = String)]
    id: Id,
    #[schema(value_type = String)]
    doc: Id,
    #[schema(value_type = String)]
    ticket: Id,
    ticket_name: Option<TicketName>,
    #[schema(value_type = String)]
    device: Id,
    device_name: Option<String>,
    person: Option<PersonName>,
    #[schema(value_type = i64)]
    received_at: Timestamp,
    /// Number of changes.
    changes: usize,
}

/// A page of the quarantine.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Quarantine {
    items: Vec<QuarantineLine>,
    next: Option<String>,
    /// How many rows of the sub-district wait for a decision, whatever the filter.
    total: i64,
    /// On the first page: what waits for a predecessor for more than an hour, fifty at most.
    waiting: Vec<WaitingLine>,
}

/// What was put aside, the newest first.
#[utoipa::path(get, path = "/v1/quarantine", tag = "visits", params(QuarantineQuery),
    responses((status = 200, body = Quarantine), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
    Query(query): Query<QuarantineQuery>,
) -> Result<Json<Quarantine>, ApiError> {
    require_office(&user)?;
    let given = |text: &Option<String>| text.as_deref().and_then(Id::parse);
    let filter = QuarantineFilter {
        code: query.code.clone().filter(|code| !code.is_empty()),
        person: given(&query.person),
        device: given(&query.device),
        ticket: given(&query.ticket),
        doc: given(&query.doc),
        decided: query.decided,
        before: query.cursor.as_deref().and_then(|seq| seq.parse().ok()),
    };
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let mut tx = app.store().read().await?;
    let mut rows = tx.list_quarantine(user.tenant, &filter, limit + 1).await?;
    let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|row| row.seq.to_string());
    let stuck = if filter.before.is_none() && query.decided != Some(true) {
        let before = app.clock().now().plus_millis(-PATIENCE);
        tx.list_waiting(user.tenant, before, WAITING).await?
    } else {
        Vec::new()
    };
    let mut names = Names::new(user.tenant);
    names.read_tickets_once_had(&rows, &mut tx).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(names.line(row, &mut tx).await?);
    }
    let mut waiting = Vec::with_capacity(stuck.len());
    for row in stuck {
        waiting.push(names.waiting(row, &mut tx).await?);
    }
    Ok(Json(Quarantine {
        items,
        next,
        total: tx.count_quarantine(user.tenant).await?,
        waiting,
    }))
}

/// What ids are called; each is looked up once.
pub(super) struct Names {
    tenant: Id,
    people: HashMap<Id, Option<PersonName>>,
    devices: HashMap<Id, Option<String>>,
    tickets: HashMap<Id, Option<TicketName>>,
    /// (person, ticket) that were together once.
    had: BTreeSet<(Id, Id)>,
}

impl Names {
    pub(super) fn new(tenant: Id) -> Self {
        Self {
            tenant,
            people: HashMap::new(),
            devices: HashMap::new(),
            tickets: HashMap::new(),
            had: BTreeSet::new(),
        }
    }

    pub(super) async fn read_tickets_once_had(
        &mut self,
        rows: &[QuarantineRow],
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let mut asked: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
        for row in rows {
            asked.entry(row.person).or_default().extend(row.ticket);
        }
        for (person, tickets) in asked {
            let tickets: Vec<Id> = tickets.into_iter().collect();
            let had = tx
                .list_tickets_once_seen(self.tenant, person, &tickets)
                .await?;
            self.had
                .extend(had.into_iter().map(|ticket| (person, ticket)));
        }
        Ok(())
    }

    async fn person(&mut self, id: Id, tx: &mut Tx) -> Result<Option<PersonName>, store::Error> {
        if let Some(known) = self.people.get(&id) {
            return Ok(known.clone());
        }
        let found = tx.find_person(self.tenant, id).await?.map(PersonName::of);
        self.people.insert(id, found.clone());
        Ok(found)
    }

    async fn device(&mut self, id: Id, tx: &mut Tx) -> Result<Option<String>, store::Error> {
        if let Some(known) = self.devices.get(&id) {
            return Ok(known.clone());
        }
        let found = tx.find_device(self.tenant, id).await?;
        let found = found.map(|device| device.name);
        self.devices.insert(id, found.clone());
        Ok(found)
    }

    async fn ticket(&mut self, id: Id, tx: &mut Tx) -> Result<Option<TicketName>, store::Error> {
        if let Some(known) = self.tickets.get(&id) {
            return Ok(known.clone());
        }
        let found = ticket_name(self.tenant, id, tx).await?;
        self.tickets.insert(id, found.clone());
        Ok(found)
    }

    pub(super) async fn line(
        &mut self,
        row: QuarantineRow,
        tx: &mut Tx,
    ) -> Result<QuarantineLine, store::Error> {
        let had = row
            .ticket
            .is_some_and(|ticket| self.had.contains(&(row.person, ticket)));
        let reason = Reason::parse(&row.code);
        Ok(QuarantineLine {
            id: row.id,
            doc: row.doc,
            ticket: row.ticket,
            ticket_name: match row.ticket {
                Some(ticket) => self.ticket(ticket, tx).await?,
                None => None,
            },
            device: row.device,
            device_name: self.device(row.device, tx).await?,
            person: self.person(row.person, tx).await?,
            received_at: row.received_at,
            code: row.code,
            may_pass_later: reason.is_some_and(Reason::may_pass_later),
            had_ticket: had && matches!(reason, Some(Reason::OutOfScope | Reason::DeviceReleased)),
            changes: row.hashes.len() / 16,
            decision: row.decision,
            decided_at: row.decided_at,
            decided_by: match row.decided_by {
                Some(person) => self.person(person, tx).await?,
                None => None,
            },
            remark: row.remark,
        })
    }

    async fn waiting(&mut self, row: InboxRow, tx: &mut Tx) -> Result<WaitingLine, store::Error> {
        Ok(WaitingLine {
            id: row.id,
            doc: row.doc,
            ticket: row.ticket,
            ticket_name: self.ticket(row.ticket, tx).await?,
            device: row.device,
            device_name: self.device(row.device, tx).await?,
            person: self.person(row.person, tx).await?,
            received_at: row.received_at,
            changes: row.hashes.len() / 16,
        })
    }
}
