//! `POST /v1/tickets/assign`: many tickets to one unit or person, each by itself.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sync_core::Id;

use super::assign::{AssignRequest, AssignTo, one};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// Tickets in one batch: a page of the list.
const MOST: usize = 200;

/// Who is to have them.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct BatchRequest {
    /// The new assignee.
    to: AssignTo,
    /// The tickets, up to 200.
    tickets: Vec<BatchTicket>,
    /// What the assignee should know, up to 500 characters.
    note: Option<String>,
}

/// One of them.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct BatchTicket {
    #[schema(value_type = String)]
    id: Id,
    /// The id of whoever had it on the screen; null if nobody had.
    #[schema(value_type = Option<String>)]
    assigned_before: Option<Id>,
}

/// What became of the batch.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BatchAnswer {
    /// Given to the assignee now.
    #[schema(value_type = Vec<String>)]
    assigned: Vec<Id>,
    /// Left as they were.
    skipped: Vec<Skipped>,
}

/// A ticket that was left as it was.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Skipped {
    #[schema(value_type = String)]
    id: Id,
    /// Stable.
    code: &'static str,
    /// Why, for people.
    detail: String,
}

/// Why, without the code that stands before it.
pub(super) fn sentence(error: &ApiError) -> String {
    let text = error.to_string();
    text.split_once(": ")
        .map_or_else(|| text.clone(), |(_, detail)| detail.to_owned())
}

/// Gives many tickets to one assignee. Each is given or left by itself; the answer names what was left, and why.
#[utoipa::path(post, path = "/v1/tickets/assign", tag = "tickets", request_body = BatchRequest,
    security(("bearer" = [])),
    responses((status = 200, body = BatchAnswer), (status = 403),
        (status = 422, description = "`too_many`, `nothing_chosen`")))]
pub(crate) async fn assign(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Json(request): Json<BatchRequest>,
) -> Result<Json<BatchAnswer>, ApiError> {
    super::assign::require_dispatcher(&user)?;
    if request.tickets.is_empty() {
        return Err(ApiError::unprocessable(
            "nothing_chosen",
            "还没有选工单；请先在列表里勾选。",
        ));
    }
    if request.tickets.len() > MOST {
        return Err(ApiError::unprocessable(
            "too_many",
            format!("一次最多交办 {MOST} 件；请分几次交办。"),
        ));
    }
    let mut answer = BatchAnswer {
        assigned: Vec::new(),
        skipped: Vec::new(),
    };
    for ticket in request.tickets {
        let single = AssignRequest {
            to: request.to,
            assigned_before: ticket.assigned_before,
            note: request.note.clone(),
        };
        match one(&app, &user, &request_id, ticket.id, single).await {
            Ok(_) => answer.assigned.push(ticket.id),
            // A hub that fails says so; what was given before stays given.
            Err(error) if error.status().is_server_error() => return Err(error),
            Err(error) => answer.skipped.push(Skipped {
                id: ticket.id,
                code: error.code(),
                detail: sentence(&error),
            }),
        }
    }
    Ok(Json(answer))
}
