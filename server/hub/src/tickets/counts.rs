//! `GET /v1/tickets/counts`: how many tickets a list holds, by one of their columns.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};

use super::list::ListParams;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::searches;
use store::tickets::TicketColumn;

/// By what.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CountParams {
    /// `status`, `request_kind`, `requester_type`, `timeliness` or `level`.
    by: TicketColumn,
}

/// How many.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct TicketCounts {
    /// All of the list.
    total: i64,
    /// Of each value; `unknown` for those that have none.
    counts: BTreeMap<String, i64>,
}

/// Counts the tickets that a list with the same conditions holds, by one of their columns.
#[utoipa::path(get, path = "/v1/tickets/counts", tag = "tickets", params(CountParams, ListParams),
    security(("bearer" = [])),
    responses((status = 200, body = TicketCounts), (status = 400), (status = 403)))]
pub(crate) async fn count(
    State(app): State<App>,
    user: CurrentUser,
    Query(by): Query<CountParams>,
    Query(params): Query<ListParams>,
) -> Result<Json<TicketCounts>, ApiError> {
    let (filter, _) = params.filter(&app, &user)?;
    let _turn = searches::turn(&app, &user, filter.query.as_deref())?;
    let mut tx = app.store().read().await?;
    let counts = tx.count_tickets_by(user.tenant, &filter, by.by).await?;
    Ok(Json(TicketCounts {
        total: counts.values().sum(),
        counts,
    }))
}
