//! The session of an office browser: a cookie that renews the access token until a working day is over.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sync_core::Timestamp;

use super::cookies;
use super::current_user::{bar_of, login_required};
use super::me::{self, Me};
use super::rotation;
use super::token::{Access, RefreshPrefix, prefix_of};
use crate::app::App;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::Tx;
use store::audit::AuditEntry;
use store::devices::{Device, DeviceKind, DeviceState};
use store::tokens::{TokenHash, TokenState};

/// A session that nothing was asked of for this long ends: a working day.
pub(crate) const IDLE_MILLIS: i64 = 12 * 3600 * 1000;

/// A session ends after this time, whatever was asked of it.
const ABSOLUTE_MILLIS: i64 = 7 * 24 * 3600 * 1000;

/// A signed-in browser. The session itself travels as a cookie.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SessionAnswer {
    /// For `Authorization: Bearer`.
    access: String,
    /// When it stops working, unix milliseconds.
    #[schema(value_type = i64)]
    access_expires_at: Timestamp,
    /// Who signed in.
    user: Me,
}

/// Gives a new access token to a browser that has a session.
#[utoipa::path(
    post, path = "/v1/session/refresh", tag = "auth",
    responses(
        (status = 200, body = SessionAnswer),
        (status = 401, body = crate::error::Problem, description = "`login_required`, `device_revoked`"),
    ),
)]
pub(crate) async fn refresh(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let now = app.clock().now();
    is_session(&app, &headers, now).await?;
    let mut tx = app.store().begin().await?;
    let (device, hash) = find_session(&mut tx, &headers, now, &app).await?;
    let person = tx
        .find_person(device.tenant, device.person)
        .await?
        .ok_or_else(login_required)?;
    let bar = bar_of(device.state, device.revoke_reason, person.state);
    if let Some(refusal) = bar {
        return Err(refusal);
    }
    // Somebody whose new role has no office pages.
    if !person.role.has_office_pages() {
        return Err(login_required());
    }
    let last = device.enrolled_at.plus_millis(ABSOLUTE_MILLIS);
    if last < now {
        return Err(login_required());
    }
    // The cookie stays the same: it cannot be read by a script or copied from another site, and all tabs of
    // a browser share it, so replacing it would only let tabs sign each other out.
    let expires_at = now.plus_millis(IDLE_MILLIS).min(last);
    tx.extend_token(device.tenant, &hash, expires_at).await?;
    tx.update_last_seen(device.tenant, device.id, now).await?;
    let user = me::load(&mut tx, person).await?;
    tx.commit().await?;
    answer(&app, &device, prefix_of(&hash), user, now)
}

/// Ends the browser's session and every access token it has.
#[utoipa::path(post, path = "/v1/session/logout", tag = "auth", responses((status = 204)))]
pub(crate) async fn logout(
    State(app): State<App>,
    request_id: RequestId,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let now = app.clock().now();
    let known = is_session(&app, &headers, now).await.is_ok();
    let ending = if known {
        let mut tx = app.store().begin().await?;
        find_session(&mut tx, &headers, now, &app)
            .await
            .ok()
            .map(|(device, _)| (tx, device))
    } else {
        None
    };
    if let Some((mut tx, device)) = ending {
        tx.end_tokens_of_device(device.tenant, device.id).await?;
        tx.update_device_state(device.tenant, device.id, DeviceState::Suspended)
            .await?;
        tx.append_audit(&AuditEntry {
            tenant: device.tenant,
            at: now,
            person: Some(device.person),
            device: Some(device.id),
            act: "session.logout".to_owned(),
            object: format!("device/{}", device.id),
            result: "ok".to_owned(),
            request_id: request_id.as_str().to_owned(),
        })
        .await?;
        tx.commit().await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookies::clear_session(response.headers_mut(), &app);
    Ok(response)
}

/// The answer that gives a browser its access token.
pub(super) fn answer(
    app: &App,
    device: &Device,
    refresh: RefreshPrefix,
    user: Me,
    now: Timestamp,
) -> Result<Response, ApiError> {
    let access = Access::of(device, refresh);
    let (access, access_expires_at) = access.sign(app.keys(), now)?;
    let answer = SessionAnswer {
        access,
        access_expires_at,
        user,
    };
    Ok(Json(answer).into_response())
}

/// Looks without writing: strangers do not get as far as the one transaction that writes.
async fn is_session(app: &App, headers: &HeaderMap, now: Timestamp) -> Result<(), ApiError> {
    let mut tx = app.store().read().await?;
    find_session(&mut tx, headers, now, app).await.map(drop)
}

/// The browser that sent its session cookie, and the session's token.
async fn find_session(
    tx: &mut Tx,
    headers: &HeaderMap,
    now: Timestamp,
    app: &App,
) -> Result<(Device, TokenHash), ApiError> {
    let shown = cookies::session_of(headers, app).ok_or_else(login_required)?;
    let token = tx
        .find_token(&rotation::hash_of(shown))
        .await?
        .filter(|token| token.state != TokenState::Dead && token.expires_at >= now)
        .ok_or_else(login_required)?;
    let device = tx
        .find_device(token.tenant, token.device)
        .await?
        .filter(|device| device.kind == DeviceKind::Browser)
        .ok_or_else(login_required)?;
    Ok((device, token.hash))
}
