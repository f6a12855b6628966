//! Signing in at an office browser with a password.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use sync_core::{Id, Timestamp};

use super::current_user::entry_bar;
use super::password::{self, Checked};
use super::session::SessionAnswer;
use super::throttle::Bucket;
use super::{cookies, me, rotation, session};
use crate::address::Address;
use crate::app::App;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use accounts::{Lane, Place};
use store::audit::AuditEntry;
use store::devices::{Device, DeviceKind, DeviceState};
use store::people::{PasswordState, Person};
use store::tenants::Tenant;
use store::{Error, Tx};

/// What is typed on the sign-in page.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct LoginRequest {
    username: String,
    password: String,
    /// Replaces a password that was handed out; without it such a sign-in is refused.
    #[serde(default)]
    new_password: Option<String>,
    /// Code of the sub-district; may be left out when the hub serves one.
    street: Option<String>,
}

/// Signs in with a password.
#[utoipa::path(
    post, path = "/v1/login", tag = "auth", request_body = LoginRequest,
    responses(
        (status = 200, body = SessionAnswer, description = "Sets the cookie `warmline_session`"),
        (status = 401, body = crate::error::Problem, description = "`login_failed`, `account_disabled`"),
        (status = 403, body = crate::error::Problem,
            description = "`phone_account`: this role signs in on an enrolled phone alone; \
                `password_change_required`: send `new_password`; `appointment_unconfirmed`"),
        (status = 422, body = crate::error::Problem, description = "`street_required`, `password_weak`, `password_unchanged`"),
        (status = 429, body = crate::error::Problem, description = "`too_many_attempts`"),
    ),
)]
pub(crate) async fn login(
    State(app): State<App>,
    request_id: RequestId,
    address: Address,
    headers: HeaderMap,
    Json(request): Json<LoginRequest>,
) -> Result<Response, ApiError> {
    let now = app.clock().now();
    let mut tx = app.store().read().await?;
    let tenant = find_tenant(&mut tx, request.street.as_deref()).await?;
    // What nobody can be called is neither looked up nor kept; that it takes no time tells nothing of anybody.
    let Ok(username) = accounts::checked_username(&request.username) else {
        drop(tx);
        note_unknown(&app, tenant.id, now, &request_id).await?;
        return Err(login_failed());
    };
    let username = username.as_str();
    let person = tx.find_person_by_username(tenant.id, username).await?;
    let devices = cookies::known_devices_of(&headers, &app);
    let mut known = None;
    if let Some(person) = &person {
        for device in &devices {
            let device = tx.find_device(tenant.id, *device).await?;
            known = known.or(device.filter(|device| {
                device.person == person.id && device.state != DeviceState::Revoked
            }));
        }
    }
    drop(tx);

    let (bucket, lane) = known.as_ref().map_or_else(
        || {
            let lane = Lane::Stranger(address.number());
            (Bucket::account(tenant.id, username), lane)
        },
        |device| {
            let lane = password::lane_of(device.id);
            (Bucket::device(tenant.id, device.id), lane)
        },
    );
    // Before anything is written: whoever has no place costs nothing.
    let place = app.passwords().enter(lane)?;
    bucket.charge(app.strangers(), app.store(), now).await?;
    let entry = |person: &Person, device: Option<Id>, result: &str| AuditEntry {
        tenant: tenant.id,
        at: now,
        person: Some(person.id),
        device,
        act: "session.login".to_owned(),
        object: format!("person/{}", person.id),
        result: result.to_owned(),
        request_id: request_id.as_str().to_owned(),
    };
    let checked = password::check(&app, &place, person.as_ref(), &request.password).await?;
    let Some(person) = person else {
        note_unknown(&app, tenant.id, now, &request_id).await?;
        return Err(login_failed());
    };
    let Checked::Right { rehashed } = checked else {
        let mut tx = app.store().begin().await?;
        tx.append_audit(&entry(&person, None, "login_failed"))
            .await?;
        tx.commit().await?;
        return Err(login_failed());
    };
    if let Some(refusal) = entry_bar(&person) {
        return Err(refusal);
    }
    if !person.role.has_office_pages() {
        let mut tx = app.store().begin().await?;
        tx.append_audit(&entry(&person, None, PHONE_ACCOUNT))
            .await?;
        tx.commit().await?;
        return Err(phone_account());
    }
    let chosen = own_password(&app, &place, &person, &request).await?;

    let mut tx = app.store().begin().await?;
    bucket.clear(&mut tx).await?;
    match (&chosen, rehashed) {
        (Some(hash), _) => {
            tx.replace_password(tenant.id, person.id, hash, PasswordState::Own)
                .await?;
        }
        (None, Some(hash)) => tx.update_password(tenant.id, person.id, &hash).await?,
        (None, None) => {}
    }
    let ended = now.plus_millis(-session::IDLE_MILLIS);
    tx.suspend_idle_browsers(tenant.id, person.id, ended)
        .await?;
    let device = enter(&mut tx, &person, known, &app, now).await?;
    let refresh = rotation::start(&mut tx, &device, session::IDLE_MILLIS, now, app.rng()).await?;
    tx.append_audit(&entry(&person, Some(device.id), "ok"))
        .await?;
    if chosen.is_some() {
        let changed = AuditEntry {
            act: "person.password.change".to_owned(),
            ..entry(&person, Some(device.id), "ok")
        };
        tx.append_audit(&changed).await?;
    }
    let user = me::load(&mut tx, person).await?;
    tx.commit().await?;
    let mut response = session::answer(&app, &device, refresh.prefix, user, now)?;
    cookies::set(
        response.headers_mut(),
        &refresh.text,
        device.id,
        &devices,
        &app,
    );
    app.doors().live().poke_people(tenant.id);
    Ok(response)
}

/// The hash of the password that replaces one which was handed out; `None` for whoever has their own.
async fn own_password(
    app: &App,
    place: &Place,
    person: &Person,
    request: &LoginRequest,
) -> Result<Option<String>, ApiError> {
    if person.password_state == PasswordState::Own {
        return Ok(None);
    }
    let chosen = request.new_password.as_deref().ok_or_else(|| {
        ApiError::forbidden(
            "password_change_required",
            "这是别人交给您的初始密码；请先设置一个只有自己知道的新密码。",
        )
    })?;
    password::hash_own(app, place, person, &request.password, chosen)
        .await
        .map(Some)
}

/// The sub-district that was typed, or the only one.
async fn find_tenant(tx: &mut Tx, street: Option<&str>) -> Result<Tenant, ApiError> {
    let street = street.map(|street| street.trim().replace(char::is_control, ""));
    if let Some(code) = street.filter(|street| !street.is_empty()) {
        return tx.find_tenant_by_code(&code).await?.ok_or_else(|| {
            ApiError::unprocessable("street_unknown", "没有这个街道代码，请核对后再登录。")
        });
    }
    let mut tenants = tx.list_tenants().await?;
    match (tenants.pop(), tenants.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(ApiError::unprocessable(
            "street_required",
            "本系统服务多个街道，请填写街道代码后再登录。",
        )),
    }
}

/// The browser that the person has used before, or a new one.
async fn enter(
    tx: &mut Tx,
    person: &Person,
    known: Option<Device>,
    app: &App,
    now: Timestamp,
) -> Result<Device, Error> {
    if let Some(device) = known {
        tx.update_enrolled_again(device.tenant, device.id, &device.name, None, now)
            .await?;
        return Ok(Device {
            state: DeviceState::Active,
            enrolled_at: now,
            ..device
        });
    }
    let device = Device {
        id: app.rng().new_id(now),
        tenant: person.tenant,
        person: person.id,
        kind: DeviceKind::Browser,
        name: "浏览器".to_owned(),
        state: DeviceState::Active,
        revoke_reason: None,
        enrolled_at: now,
        last_seen_at: Some(now),
        app_version: None,
        unsent_changes: 0,
        unsent_photos: 0,
        clock_offset_ms: None,
        revoked_at: None,
    };
    tx.insert_device(&device).await?;
    Ok(device)
}

/// Counts a try of a name that nobody has; one in ten minutes is written down, with the number since the last.
/// The name is not: people type passwords into the wrong field.
async fn note_unknown(
    app: &App,
    tenant: Id,
    now: Timestamp,
    request_id: &RequestId,
) -> Result<(), ApiError> {
    let Some(tries) = app.strangers().count_unknown(tenant, now) else {
        return Ok(());
    };
    let mut tx = app.store().begin().await?;
    tx.append_audit(&AuditEntry {
        tenant,
        at: now,
        person: None,
        device: None,
        act: "session.login_unknown".to_owned(),
        object: format!("tries/{tries}"),
        result: "login_failed".to_owned(),
        request_id: request_id.as_str().to_owned(),
    })
    .await?;
    tx.commit().await?;
    Ok(())
}

const PHONE_ACCOUNT: &str = "phone_account";

/// A password alone opens nothing to those who work with a phone: a code from the office belongs to it, and a
/// phone that was barred is not replaced by typing the password elsewhere.
fn phone_account() -> ApiError {
    ApiError::forbidden(
        PHONE_ACCOUNT,
        "这个账号在手机上使用，不能在网页登录；请让办公室生成登记码，在手机上登记。",
    )
}

/// The same answer for a wrong password and for nobody.
pub(super) fn login_failed() -> ApiError {
    ApiError::unauthorized("login_failed", "用户名或密码不对，请重新输入。")
}
