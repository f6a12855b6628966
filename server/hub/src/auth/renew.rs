//! Renewing the tokens of a phone.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sync_core::{Timestamp, hex};

use super::current_user::{bar_of, entry_bar, login_required};
use super::resume;
use super::rotation::{self, Rotation};
use super::token::Access;
use crate::app::App;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::audit::AuditEntry;
use store::devices::{Device, DeviceKind};

/// The token that a phone keeps.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct TokenRequest {
    refresh: String,
    /// The person's password, to sign in again under the same id with a token that has died or expired.
    password: Option<String>,
}

/// The tokens that a phone keeps instead. It stores them before it uses them: at their first use the old
/// one dies.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TokenAnswer {
    /// For `Authorization: Bearer`.
    pub(super) access: String,
    /// When `access` stops working, unix milliseconds.
    #[schema(value_type = i64)]
    pub(super) access_expires_at: Timestamp,
    /// For the next `POST /v1/token`.
    pub(super) refresh: String,
    /// What the phone seals hand-over files with: a P-256 point, uncompressed, in hexadecimal.
    pub(super) hand_over_key: String,
}

/// Gives a phone new tokens for its refresh token.
#[utoipa::path(
    post, path = "/v1/token", tag = "auth", request_body = TokenRequest,
    responses(
        (status = 200, body = TokenAnswer),
        (status = 401, body = crate::error::Problem,
            description = "`login_required`, `login_failed`, `refresh_reused`, `device_revoked`, `account_disabled`"),
        (status = 409, body = crate::error::Problem, description = "`use_newer`"),
        (status = 429, body = crate::error::Problem, description = "`too_many_attempts`"),
    ),
)]
pub(crate) async fn token(
    State(app): State<App>,
    request_id: RequestId,
    Json(request): Json<TokenRequest>,
) -> Result<Json<TokenAnswer>, ApiError> {
    if let Some(password) = &request.password {
        return resume::resume(&app, &request.refresh, password, &request_id).await;
    }
    let now = app.clock().now();
    // Strangers do not get as far as the one transaction that writes.
    let mut tx = app.store().read().await?;
    let known = tx.find_token(&rotation::hash_of(&request.refresh)).await?;
    drop(tx);
    known.ok_or_else(login_required)?;
    let mut tx = app.store().begin().await?;
    let (device, refresh) =
        match rotation::rotate(&mut tx, &request.refresh, now, app.rng()).await? {
            Rotation::Renewed(device, refresh) => (device, refresh),
            Rotation::Expired | Rotation::Unknown => return Err(login_required()),
            Rotation::Superseded => {
                return Err(ApiError::conflict(
                    "use_newer",
                    "登录信息刚刚更新过，请稍候再试。",
                ));
            }
            Rotation::Barred(device) => {
                let person = tx.find_person(device.tenant, device.person).await?;
                let bar = person
                    .and_then(|person| bar_of(device.state, device.revoke_reason, person.state));
                return Err(bar.unwrap_or_else(login_required));
            }
            Rotation::Reused(device) => {
                tx.append_audit(&reuse_of(&device, now, &request_id))
                    .await?;
                tx.commit().await?;
                return Err(ApiError::unauthorized(
                    "refresh_reused",
                    "登录信息可能已被他人使用，为安全起见请重新登录；手机上的记录不会丢失。",
                ));
            }
        };
    // The token of a browser's session lives in its cookie and is renewed there.
    if device.kind != DeviceKind::Phone {
        return Err(login_required());
    }
    let person = tx
        .find_person(device.tenant, device.person)
        .await?
        .ok_or_else(login_required)?;
    // Whoever left may be barred as a person too; their phone hands over what it holds all the same.
    let bar = entry_bar(&person).filter(|_| device.released_until().is_none());
    if let Some(refusal) = bar {
        return Err(refusal);
    }
    tx.commit().await?;
    let access = Access::of(&device, refresh.prefix);
    let (access, access_expires_at) = access.sign(app.keys(), now)?;
    Ok(Json(TokenAnswer {
        access,
        access_expires_at,
        refresh: refresh.text,
        hand_over_key: hex::encode(app.keys().hand_over().public()),
    }))
}

fn reuse_of(device: &Device, now: Timestamp, request_id: &RequestId) -> AuditEntry {
    AuditEntry {
        tenant: device.tenant,
        at: now,
        person: Some(device.person),
        device: Some(device.id),
        act: "device.suspend".to_owned(),
        object: format!("device/{}", device.id),
        result: "refresh_reused".to_owned(),
        request_id: request_id.as_str().to_owned(),
    }
}
