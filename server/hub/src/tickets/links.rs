//! `POST /v1/tickets/{id}/link`: a matter that came to the office first and by the hotline later, or the other way round.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::json;
use store::ticket_events::NewTicketEvent;
use sync_core::Id;

use super::create::may_take_in;
use super::no_such_ticket;
use super::show::{TicketDetail, detail};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// Which ticket is the earlier one.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct LinkRequest {
    /// The ticket by which the matter came first.
    #[schema(value_type = String)]
    earlier: Id,
    /// False takes the link back.
    #[serde(default = "yes")]
    linked: bool,
}

const fn yes() -> bool {
    true
}

/// Notes that this ticket is the matter of an earlier one again. Both stay as they are; what was handled on the earlier one,
/// and when, stands as evidence on this one.
#[utoipa::path(post, path = "/v1/tickets/{id}/link", tag = "tickets", request_body = LinkRequest,
    params(("id" = String, Path, description = "Id of the later ticket")),
    security(("bearer" = [])),
    responses((status = 200, body = TicketDetail), (status = 403), (status = 404),
        (status = 422, description = "`same_ticket`, `not_earlier`")))]
pub(crate) async fn link(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(request): Json<LinkRequest>,
) -> Result<Json<TicketDetail>, ApiError> {
    may_take_in(&user)?;
    let (tenant, earlier) = (user.tenant, request.earlier);
    if id == earlier {
        return Err(ApiError::unprocessable(
            "same_ticket",
            "不能把工单和它自己关联；请选另一件工单。",
        ));
    }
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let seq = tx.next_seq(tenant).await?;
    let later = tx
        .find_ticket(tenant, id, None)
        .await?
        .ok_or_else(no_such_ticket)?;
    let first = tx
        .find_ticket(tenant, earlier, None)
        .await?
        .ok_or_else(no_such_ticket)?;
    if first.row.dispatched_at > later.row.dispatched_at {
        return Err(ApiError::unprocessable(
            "not_earlier",
            "选的工单比这一件来得晚；请打开那一件，在那里关联这一件。",
        ));
    }
    let changed = if request.linked {
        tx.insert_ticket_link(tenant, (id, earlier), now, Some(user.person))
            .await?
    } else {
        tx.delete_ticket_link(tenant, (id, earlier)).await?
    };
    if changed {
        let kind = if request.linked { "linked" } else { "unlinked" };
        let number = |ticket: &store::tickets::Ticket| ticket.row.upstream_no.clone();
        let event = |other: Id, relation: &str, number: Option<String>| NewTicketEvent {
            at: now,
            person: Some(user.person),
            device: Some(user.device),
            kind,
            detail: json!({ "ticket": other, "number": number, "relation": relation }),
        };
        for (ticket, event) in [
            (id, event(earlier, "earlier", number(&first))),
            (earlier, event(id, "later", number(&later))),
        ] {
            tx.touch_ticket(tenant, ticket, seq).await?;
            tx.append_ticket_event(tenant, ticket, &event).await?;
        }
        let act = user.act("ticket.link", format!("ticket/{id}"), now, &request_id);
        tx.append_audit(&act).await?;
    }
    let ticket = tx
        .find_ticket(tenant, id, None)
        .await?
        .ok_or_else(no_such_ticket)?;
    let shown = detail(ticket, &user, app.clock().now(), &mut tx).await?;
    tx.commit().await?;
    Ok(Json(shown))
}
