//! `GET /v1/visits`: the queue.

use std::collections::{BTreeMap, HashMap};
use sync_core::lifecycle::ReviewState;

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sync_core::kinds::Kind;
use sync_core::{Id, Timestamp};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::PersonName;
use crate::searches;
use store::visit_lists::{VisitFilter, VisitLine};

/// Which visits to list.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// `draft`, `submitted`, `approved`, `returned` or `rejected`.
    state: Option<String>,
    /// Words in place, notes and other texts of the visit, or in the text of its ticket.
    query: Option<String>,
    /// A community or grid.
    unit: Option<String>,
    /// Visits to this ticket.
    ticket: Option<String>,
    /// Only those in which people disagree.
    #[serde(default)]
    disputed: bool,
    /// From the last answer's `next`.
    cursor: Option<String>,
    /// Rows, 50 unless said, 200 at most.
    limit: Option<i64>,
}

/// The visit's ticket in a row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueuedTicket {
    #[schema(value_type = String)]
    id: Id,
    upstream_no: String,
    title: String,
    #[schema(value_type = Option<i64>)]
    due_at: Option<Timestamp>,
}

/// Photos of a visit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhotoCount {
    total: i64,
    /// Of these, still on a phone.
    pending: i64,
}

/// A visit in the queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VisitRow {
    #[schema(value_type = String)]
    id: Id,
    /// Kind of the record.
    kind: &'static str,
    ticket: QueuedTicket,
    state: String,
    place: String,
    outcome: String,
    people: Vec<PersonName>,
    #[schema(value_type = Option<i64>)]
    arrived_at: Option<Timestamp>,
    #[schema(value_type = Option<i64>)]
    submitted_at: Option<Timestamp>,
    #[schema(value_type = i64)]
    changed_at: Timestamp,
    #[schema(value_type = i64)]
    received_at: Timestamp,
    disagreements: i64,
    photos: PhotoCount,
    /// Something came in after the decision.
    late: bool,
}

/// How many visits stand where.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Counts {
    /// Each state with its number.
    #[serde(flatten)]
    #[schema(value_type = HashMap<String, i64>)]
    by_state: BTreeMap<ReviewState, i64>,
    disputed: i64,
}

/// A page of the queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VisitPage {
    items: Vec<VisitRow>,
    next: Option<String>,
    total: i64,
    counts: Counts,
}

/// Visits that this person may review, the most pressing first.
#[utoipa::path(get, path = "/v1/visits", tag = "visits", responses((status = 200, body = VisitPage)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
    Query(query): Query<ListQuery>,
) -> Result<Json<VisitPage>, ApiError> {
    user.ticket_sight()?;
    let viewer = (!user.role.is_office()).then_some(user.person);
    let offset = query
        .cursor
        .as_deref()
        .and_then(|cursor| cursor.parse().ok())
        .unwrap_or(0)
        .max(0);
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let filter = VisitFilter {
        viewer,
        state: query.state.filter(|state| !state.is_empty()),
        query: searches::asked(query.query.as_deref()),
        unit: query.unit.as_deref().and_then(Id::parse),
        ticket: query.ticket.as_deref().and_then(Id::parse),
        disputed: query.disputed,
    };
    let _turn = searches::turn(&app, &user, filter.query.as_deref())?;
    let mut tx = app.store().read().await?;
    let (lines, total) = tx.list_visits(user.tenant, &filter, offset, limit).await?;
    let counts = tx.count_visit_states(user.tenant, viewer).await?;
    let people = tx.list_people_changed(user.tenant, -1).await?;
    drop(tx);
    let people: HashMap<String, PersonName> = people
        .into_iter()
        .map(|one| {
            (
                one.id.to_string(),
                PersonName {
                    id: one.id,
                    name: one.name,
                    role: one.role.as_str().to_owned(),
                },
            )
        })
        .collect();
    let after = offset + limit;
    Ok(Json(VisitPage {
        items: lines.into_iter().map(|line| row(line, &people)).collect(),
        next: (after < total).then(|| after.to_string()),
        total,
        counts: Counts {
            by_state: ReviewState::ALL
                .iter()
                .filter(|state| !state.is_discarded())
                .map(|state| (*state, counts.by_state.get(state).copied().unwrap_or(0)))
                .collect(),
            disputed: counts.disputed,
        },
    }))
}

fn row(line: VisitLine, people: &HashMap<String, PersonName>) -> VisitRow {
    VisitRow {
        id: line.doc,
        kind: Kind::VISIT.as_str(),
        ticket: QueuedTicket {
            id: line.ticket,
            upstream_no: line.upstream_no,
            title: line.title,
            due_at: line.due_at,
        },
        state: line.state,
        place: line.place,
        outcome: line.outcome,
        people: line
            .people
            .iter()
            .filter_map(|person| people.get(person).cloned())
            .collect(),
        arrived_at: line.arrived_at,
        submitted_at: line.submitted_at,
        changed_at: line.received_at,
        received_at: line.received_at,
        disagreements: line.disagreements,
        photos: PhotoCount {
            total: line.photos,
            pending: line.photos_pending,
        },
        late: line.late,
    }
}
