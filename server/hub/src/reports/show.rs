//! `GET /v1/reports/{code}`: what became of a report.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use store::words::TicketStateWord;
use sync_core::Timestamp;
use sync_core::lifecycle::TicketState;

use super::{hash_of, no_such_report};
use crate::app::App;
use crate::error::ApiError;

/// What became of a report: nothing of who works on it, nothing of what was reported.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ReportStanding {
    /// Where it stands.
    #[schema(value_type = TicketStateWord)]
    status: TicketState,
    /// When it came, unix milliseconds.
    #[schema(value_type = i64)]
    received_at: Timestamp,
    /// The answer that went out.
    answer: Option<String>,
    /// When it did, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    answered_at: Option<Timestamp>,
}

/// Says to whoever has the query code where the report stands, and the answer once it went out.
#[utoipa::path(get, path = "/v1/reports/{code}", tag = "reports",
    params(("code" = String, Path, description = "The query code: twelve digits")),
    responses((status = 200, body = ReportStanding), (status = 404),
        (status = 429, description = "`too_many_reports`, with `Retry-After`")))]
pub(crate) async fn show(
    State(app): State<App>,
    Path(code): Path<String>,
) -> Result<Json<ReportStanding>, ApiError> {
    let hash = hash_of(&code, app.keys()).ok_or_else(no_such_report)?;
    let mut tx = app.store().read().await?;
    let report = tx.find_report(&hash).await?;
    let (tenant, id, received_at) = report.ok_or_else(no_such_report)?;
    // What was merged is worked on and answered in the other one's place.
    let main = tx.find_merged_into(tenant, id).await?.unwrap_or(id);
    let ticket = tx.find_ticket(tenant, main, None).await?;
    let ticket = ticket.ok_or_else(no_such_report)?;
    Ok(Json(ReportStanding {
        status: ticket.row.status,
        received_at,
        answer: ticket.reply,
        answered_at: ticket.replied_at,
    }))
}
