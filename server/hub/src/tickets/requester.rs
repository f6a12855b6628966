//! `POST /v1/tickets/{id}/requester`: who asked, in full, for those who handle the ticket.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use sync_core::Id;

use super::{no_such_ticket, viewer};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::tickets::Requester;

/// Characters of a purpose.
const MAX_PURPOSE_CHARS: usize = 100;

/// What for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct RequesterQuestion {
    /// Kept in the audit log, up to 100 characters: `call`, `callback`, or words.
    purpose: String,
}

/// Who asked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RequesterContact {
    /// In full.
    name: Option<String>,
    /// In full.
    phone: Option<String>,
}

/// Tells the requester's name and number in full. Each look is an entry of the audit log; volunteers have none.
#[utoipa::path(post, path = "/v1/tickets/{id}/requester", tag = "tickets", request_body = RequesterQuestion,
    params(("id" = String, Path, description = "Ticket id")),
    security(("bearer" = [])),
    responses((status = 200, body = RequesterContact), (status = 403), (status = 404),
        (status = 422, description = "`purpose_missing`")))]
pub(crate) async fn ask(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(question): Json<RequesterQuestion>,
) -> Result<Json<RequesterContact>, ApiError> {
    let viewer = viewer(&user)?;
    if !user.ticket_sight()?.reaches_parties() {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "您的角色不能查看诉求人的联系方式；需要联系时请找承办的同事。",
        ));
    }
    let purpose: String = question
        .purpose
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let purpose = purpose.trim();
    if purpose.is_empty() || purpose.chars().count() > MAX_PURPOSE_CHARS {
        return Err(ApiError::unprocessable(
            "purpose_missing",
            "请用一句话说明为什么要查看；查看会记入审计日志。",
        ));
    }
    let mut tx = app.store().begin().await?;
    tx.next_seq(user.tenant).await?;
    let ticket = tx.find_ticket(user.tenant, id, viewer).await?;
    let ticket = ticket.ok_or_else(no_such_ticket)?;
    let requester: Requester = match &ticket.requester_sealed {
        Some(sealed) => {
            let plain = app.keys().open(sealed, &id.bytes());
            let plain = plain.map_err(|error| ApiError::internal(&error))?;
            serde_json::from_slice(&plain).map_err(|error| ApiError::internal(&error))?
        }
        None => Requester::default(),
    };
    let now = app.clock().now();
    let object = format!("ticket/{id} {purpose}");
    let act = user.act("requester.read", object, now, &request_id);
    tx.append_audit(&act).await?;
    tx.commit().await?;
    Ok(Json(RequesterContact {
        name: requester.name,
        phone: requester.phone,
    }))
}
