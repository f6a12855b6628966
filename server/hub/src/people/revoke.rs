//! Barring a device for ever.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use sync_core::Id;

use super::rights::{may_revoke, may_revoke_something};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::devices::RevokeReason;

/// Why.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct RevokeRequest {
    reason: RevokeReason,
}

/// Bars a device: its next request is refused, and a lost one is told to delete its key. A phone of somebody who
/// left may hand over for 14 days what it still holds, for the office to decide on.
#[utoipa::path(
    post, path = "/v1/devices/{id}/revoke", tag = "people", request_body = RevokeRequest,
    params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = crate::error::Problem),
        (status = 404, body = crate::error::Problem),
    ),
)]
pub(crate) async fn revoke(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(request): Json<RevokeRequest>,
) -> Result<StatusCode, ApiError> {
    may_revoke_something(&user)?;
    let missing = || ApiError::not_found("没有这台设备，请刷新页面后再试。");
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let device = tx.find_device(user.tenant, id).await?;
    let device = device.ok_or_else(missing)?;
    let owner = tx.find_person(user.tenant, device.person).await?;
    may_revoke(&user, owner.ok_or_else(missing)?.role)?;
    tx.revoke_device(user.tenant, id, request.reason, now)
        .await?;
    tx.end_tokens_of_device(user.tenant, id).await?;
    let act = format!("device.revoke.{}", request.reason.as_str());
    tx.append_audit(&user.act(&act, format!("device/{id}"), now, &request_id))
        .await?;
    tx.commit().await?;
    app.doors().live().poke_people(user.tenant);
    Ok(StatusCode::NO_CONTENT)
}
