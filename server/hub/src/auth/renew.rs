//! Renewing the tokens of a phone.

use axum::Json;
use axum::extract::State;
use basis::DeviceKey;
use serde::{Deserialize, Serialize};
use sync_core::{Id, Timestamp, hex};

use super::current_user::{bar_of, entry_bar, login_required};
use super::proof::{self, Proof, key_required};
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
    /// With a password: the phone's public key from now on, see `POST /v1/enrol`.
    key: Option<String>,
    /// Without one: a phone that has shown a key signs.
    proof: Option<Proof>,
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
            description = "`login_required`, `login_failed`, `refresh_reused`, `key_required`, `device_revoked`, `account_disabled`"),
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
        let key = proof::read_key(request.key.as_deref())?;
        return resume::resume(&app, &request.refresh, password, key, &request_id).await;
    }
    let now = app.clock().now();
    // Strangers do not get as far as the one transaction that writes.
    let mut tx = app.store().read().await?;
    let known = tx.find_token(&rotation::hash_of(&request.refresh)).await?;
    let shown_by = match (&known, &request.proof) {
        (Some(token), _) => (token.tenant, token.device),
        (None, Some(proof)) => (proof.tenant, proof.device),
        (None, None) => return Err(login_required()),
    };
    let key = proof::key_of(&mut tx, shown_by.0, shown_by.1).await?;
    drop(tx);
    let proven = is_proven(&request, shown_by, key.as_ref(), now)?;
    let mut tx = app.store().begin().await?;
    let rotation = match known {
        Some(_) => rotation::rotate(&mut tx, &request.refresh, proven, now, app.rng()).await?,
        None if proven => rotation::recover(&mut tx, shown_by, now, app.rng()).await?,
        None => Rotation::Unknown,
    };
    let (device, refresh) = match rotation {
        Rotation::Renewed(device, refresh) => (device, refresh),
        Rotation::Recovered(device, refresh) => {
            tx.append_audit(&entry_of(&device, "device.recover", "ok", now, &request_id))
                .await?;
            (device, refresh)
        }
        Rotation::Expired | Rotation::Unknown => return Err(login_required()),
        Rotation::Superseded => {
            return Err(ApiError::conflict(
                "use_newer",
                "登录信息刚刚更新过，请稍候再试。",
            ));
        }
        Rotation::Barred(device) => {
            let person = tx.find_person(device.tenant, device.person).await?;
            let bar =
                person.and_then(|person| bar_of(device.state, device.revoke_reason, person.state));
            return Err(bar.unwrap_or_else(login_required));
        }
        Rotation::Reused(device) => {
            let reused = entry_of(
                &device,
                "device.suspend",
                "refresh_reused",
                now,
                &request_id,
            );
            tx.append_audit(&reused).await?;
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

/// Whether the device has proved, just now, that it is no copy. One that has a key has to sign whatever it shows.
fn is_proven(
    request: &TokenRequest,
    (tenant, device): (Id, Id),
    key: Option<&DeviceKey>,
    now: Timestamp,
) -> Result<bool, ApiError> {
    let Some(key) = key else { return Ok(false) };
    let proof = request.proof.as_ref().filter(|proof| {
        (proof.tenant, proof.device) == (tenant, device) && proof.holds(key, &request.refresh)
    });
    Ok(proof.ok_or_else(key_required)?.is_recent(now))
}

fn entry_of(
    device: &Device,
    act: &str,
    result: &str,
    now: Timestamp,
    request_id: &RequestId,
) -> AuditEntry {
    AuditEntry {
        tenant: device.tenant,
        at: now,
        person: Some(device.person),
        device: Some(device.id),
        act: act.to_owned(),
        object: format!("device/{}", device.id),
        result: result.to_owned(),
        request_id: request_id.as_str().to_owned(),
    }
}
