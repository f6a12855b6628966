//! Signing in again on a phone that was signed in before: its token died or expired, its person has the password.
//!
//! A browser may lose its last writes. A phone then shows a refresh token that it has replaced already, which looks
//! like a copy and suspends it. The token, dead as it is, still says which phone this is; with the password of its
//! person the phone goes on under the id it had, so that its unsent work stays its own. Whoever copied the token does
//! not know the password, and what they have ends here.

use axum::Json;
use basis::DeviceKey;
use sync_core::{Timestamp, hex};

use super::current_user::{device_bar, entry_bar, login_required};
use super::login::login_failed;
use super::password::{self, Checked};
use super::renew::TokenAnswer;
use super::rotation;
use super::throttle::Bucket;
use super::token::Access;
use crate::app::App;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::audit::AuditEntry;
use store::devices::{Device, DeviceKind, DeviceState};

/// New tokens for the phone that shows any token it ever had, and its person's password.
pub(super) async fn resume(
    app: &App,
    shown: &str,
    password: &str,
    key: Option<DeviceKey>,
    request_id: &RequestId,
) -> Result<Json<TokenAnswer>, ApiError> {
    let now = app.clock().now();
    let mut tx = app.store().read().await?;
    let token = tx
        .find_token(&rotation::hash_of(shown))
        .await?
        .ok_or_else(login_required)?;
    let device = tx
        .find_device(token.tenant, token.device)
        .await?
        .filter(|device| device.kind == DeviceKind::Phone)
        .ok_or_else(login_required)?;
    let person = tx
        .find_person(device.tenant, device.person)
        .await?
        .ok_or_else(login_required)?;
    drop(tx);
    let bucket = Bucket::device(device.tenant, device.id);
    let place = app.passwords().enter(password::lane_of(device.id))?;
    bucket.charge(app.strangers(), app.store(), now).await?;
    let checked = password::check(app, &place, Some(&person), password).await?;
    let Checked::Right { rehashed } = checked else {
        return Err(login_failed());
    };
    if let Some(refusal) = revoked(&device).or_else(|| entry_bar(&person)) {
        return Err(refusal);
    }

    let mut tx = app.store().begin().await?;
    bucket.clear(&mut tx).await?;
    if let Some(hash) = rehashed {
        tx.update_password(person.tenant, person.id, &hash).await?;
    }
    let version = device.app_version.as_deref();
    tx.update_enrolled_again(device.tenant, device.id, &device.name, version, now)
        .await?;
    // It may have been revoked since it was looked at.
    let device = tx
        .find_device(device.tenant, device.id)
        .await?
        .ok_or_else(login_required)?;
    if let Some(refusal) = revoked(&device) {
        return Err(refusal);
    }
    if let Some(key) = key {
        tx.add_device_key(device.tenant, device.id, key.bytes(), now)
            .await?;
    }
    let refresh = rotation::start_phone(&mut tx, &device, now, app.rng()).await?;
    tx.append_audit(&entry_of(&device, now, request_id)).await?;
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

/// The refusal of a phone that the office has turned away; one that was only suspended may come back.
fn revoked(device: &Device) -> Option<ApiError> {
    (device.state == DeviceState::Revoked)
        .then(|| device_bar(device.state, device.revoke_reason))
        .flatten()
}

fn entry_of(device: &Device, now: Timestamp, request_id: &RequestId) -> AuditEntry {
    AuditEntry {
        tenant: device.tenant,
        at: now,
        person: Some(device.person),
        device: Some(device.id),
        act: "device.resume".to_owned(),
        object: format!("device/{}", device.id),
        result: "ok".to_owned(),
        request_id: request_id.as_str().to_owned(),
    }
}
