//! `POST /v1/tickets/move/undo`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sync_core::Id;

use super::super::assign::{self, AssignTo, Words};
use super::super::batch::sentence;
use super::{LeftTicket, MovedTicket, ROUND, Writing, left};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::Tx;
use store::tickets::TicketRow;

/// What is taken back.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct UndoRequest {
    /// As they were moved, 50 at most.
    tickets: Vec<MovedTicket>,
}

/// What became of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct UndoAnswer {
    /// Back with whoever had them.
    #[schema(value_type = Vec<String>)]
    undone: Vec<Id>,
    /// Left with whoever has them now.
    skipped: Vec<LeftTicket>,
}

/// Gives tickets back to whoever had them before the caller moved them, as long as nobody did anything to them since. That
/// they were moved stays in their story.
#[utoipa::path(post, path = "/v1/tickets/move/undo", tag = "tickets", request_body = UndoRequest,
    security(("bearer" = [])),
    responses((status = 200, body = UndoAnswer), (status = 403),
        (status = 422, description = "`too_many`")))]
pub(crate) async fn undo(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Json(request): Json<UndoRequest>,
) -> Result<Json<UndoAnswer>, ApiError> {
    assign::require_dispatcher(&user)?;
    if request.tickets.len() > usize::try_from(ROUND).unwrap_or(usize::MAX) {
        return Err(ApiError::unprocessable(
            "too_many",
            format!("一次最多撤回 {ROUND} 件；请分几次撤回。"),
        ));
    }
    let viewer = super::super::viewer(&user)?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let seq = tx.next_seq(user.tenant).await?;
    let mut writing = Writing {
        seq,
        now,
        user: &user,
        request_id: &request_id,
        concerned: Vec::new(),
        written: Vec::new(),
    };
    let mut answer = UndoAnswer {
        undone: Vec::new(),
        skipped: Vec::new(),
    };
    for moved in request.tickets {
        let Some(ticket) = tx.find_ticket(user.tenant, moved.id, viewer).await? else {
            continue;
        };
        let to = match before(&ticket.row, moved.version, &user, &mut tx).await? {
            Ok(to) => to,
            Err((code, detail)) => {
                answer.skipped.push(left(ticket.row, code, detail));
                continue;
            }
        };
        // Who left meanwhile gets nothing back.
        if let Err(error) = assign::target(to, now, &user, &mut tx).await {
            if error.status().is_server_error() {
                return Err(error);
            }
            answer
                .skipped
                .push(left(ticket.row, error.code(), sentence(&error)));
            continue;
        }
        let words = Words {
            note: "",
            undoes: Some(moved.version),
        };
        if writing.give(moved.id, to, words, &mut tx).await?.is_some() {
            answer.undone.push(moved.id);
        }
    }
    writing.done(tx, &app).await?;
    Ok(Json(answer))
}

/// Who had the ticket before it was moved by that event, or why it is not taken back.
async fn before(
    row: &TicketRow,
    version: i64,
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<Result<AssignTo, (&'static str, String)>, ApiError> {
    let events = tx.list_ticket_events(user.tenant, row.id).await?;
    let by_somebody = events.iter().rev().find(|event| event.by.is_some());
    let own = by_somebody.filter(|event| {
        let by = event.by.as_ref().map(|by| by.id);
        event.n == version && event.kind == "assigned" && by == Some(user.person)
    });
    let Some(event) = own else {
        return Ok(Err((
            "changed_meanwhile",
            "移交以后又有人办理或改派过，不再撤回；需要时请单独改派。".to_owned(),
        )));
    };
    let from = event.detail.get("from").cloned().unwrap_or_default();
    let from: Option<AssignTo> =
        serde_json::from_value(from).map_err(|error| ApiError::internal(&error))?;
    Ok(from.ok_or_else(|| {
        (
            "nobody_before",
            "移交以前没有派给任何人，不能撤回；需要时请单独改派。".to_owned(),
        )
    }))
}
