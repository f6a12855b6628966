//! `GET /v1/tickets/{id}/feedback.txt`: the feedback of one ticket, to be pasted into the platform.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use sync_core::Id;

use super::lines::{FeedbackLine, lines_of};
use super::may_exchange;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// The feedback that was approved or sent, as text; each look is noted.
#[utoipa::path(get, path = "/v1/tickets/{id}/feedback.txt", tag = "exchange",
    params(("id" = String, Path, description = "Ticket id")),
    security(("bearer" = [])),
    responses((status = 200, content_type = "text/plain", body = String), (status = 403),
        (status = 404, description = "`not_found`; `no_feedback`")))]
pub(crate) async fn text(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<impl IntoResponse, ApiError> {
    may_exchange(&user)?;
    let mut tx = app.store().read().await?;
    let ticket = tx.find_ticket(user.tenant, id, None).await?;
    let ticket = ticket.ok_or_else(|| ApiError::not_found("没有这件工单；请返回列表刷新。"))?;
    let past = tx.list_ticket_past(user.tenant, id).await?;
    drop(tx);
    let lines = lines_of(&ticket, &past);
    if lines.is_empty() {
        return Err(ApiError::not_found_because(
            "no_feedback",
            "还没有审核通过的平台反馈；请先拟写反馈并审核。",
        ));
    }
    let number = ticket.row.upstream_no.unwrap_or_default();
    let blocks: Vec<String> = lines.iter().map(FeedbackLine::text).collect();
    let text = format!("工单编号：{number}\n{}", blocks.join("\n"));
    let now = app.clock().now();
    app.notes()
        .note(user.act("feedback.read", format!("ticket/{id}"), now, &request_id));
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text))
}
