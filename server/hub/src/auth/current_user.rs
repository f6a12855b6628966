//! Who sends a request: the access token says it, the database says what they are now.

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use basis::DeviceKey;
use doors::Author;
use store::devices::DeviceKind;
use sync_core::sight::TicketSight;
use sync_core::{Id, Role, Timestamp};

use super::proof;
use super::rotation;
use super::token::Access;
use crate::app::App;
use crate::error::ApiError;
use crate::refusals::Asker;
use crate::telemetry::RequestId;
use store::audit::AuditEntry;
use store::devices::{DeviceState, RevokeReason};
use store::people::{Person, PersonState};

/// The person behind a request, with the role they have at this moment.
///
/// As an argument of a handler it refuses everybody else with 401, and with 403 whoever asks with a kind of
/// device that the route is not for (`Only`).
#[derive(Clone, Debug)]
pub struct CurrentUser {
    /// Their sub-district.
    pub tenant: Id,
    /// Who.
    pub person: Id,
    /// With which device.
    pub device: Id,
    /// What they are.
    pub role: Role,
    /// What they are called.
    pub name: String,
    /// What their device signs with, if it has shown a key.
    pub key: Option<DeviceKey>,
    /// Set for a phone whose person left: until when it may hand over what it still holds.
    pub released_until: Option<Timestamp>,
}

/// The one kind of device that may ask for a route; an extension of the request, set in `router.rs`. What it is
/// not set for, both kinds may ask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Only(pub(crate) DeviceKind);

/// Routes by which a phone whose person left hands over what it still holds; an extension of the request, set in
/// `router.rs`. It may ask for nothing else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HandsOver;

impl FromRequestParts<App> for CurrentUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let shown = bearer(&parts.headers)?;
        let access =
            Access::verify(shown, app.keys(), app.clock().now()).map_err(|_| token_expired())?;
        let user = Self::find(access, app).await?;
        if let Some(asker) = parts.extensions.get::<Asker>() {
            asker.is(user.tenant, user.person, user.device);
        }
        if user.released_until.is_some() {
            // Whatever they are now: a role of the office does not lose what they saw in the field.
            return match parts.extensions.get::<HandsOver>() {
                Some(HandsOver) => Ok(user),
                None => Err(device_left()),
            };
        }
        match parts.extensions.get::<Only>() {
            Some(Only(kind)) if *kind != access.kind => Err(other_device(*kind)),
            Some(Only(DeviceKind::Phone)) if !user.role.is_field() => Err(no_field_work()),
            _ => Ok(user),
        }
    }
}

impl CurrentUser {
    /// Who writes when this person writes.
    pub const fn author(&self) -> Author {
        Author {
            tenant: self.tenant,
            person: self.person,
            device: self.device,
            role: self.role,
            key: self.key,
            released_until: self.released_until,
        }
    }

    /// What they may know of tickets; 403 for those who see no requests of citizens.
    pub(crate) fn ticket_sight(&self) -> Result<TicketSight, ApiError> {
        TicketSight::of(self.role).ok_or_else(|| {
            ApiError::forbidden(
                "role_not_allowed",
                "您的角色不能查看工单和走访；请让街道热线办的同事操作。",
            )
        })
    }

    /// The person of a valid access token, unless person or device have been barred since. A device whose person
    /// left passes here for a while, and is not to be given anything.
    async fn find(access: Access, app: &App) -> Result<Self, ApiError> {
        let mut tx = app.store().read().await?;
        let signed_in = tx
            .find_signed_in(access.tenant, access.device)
            .await?
            .filter(|signed_in| {
                signed_in.person == access.person && signed_in.device_kind == access.kind
            })
            .ok_or_else(login_required)?;
        let is_first_use =
            rotation::is_first_use(&mut tx, access.tenant, access.device, &access.refresh).await?;
        drop(tx);
        let now = app.clock().now();
        let released_until = signed_in.released_until().filter(|until| now <= *until);
        let bar = bar_of(
            signed_in.device_state,
            signed_in.revoke_reason,
            signed_in.person_state,
        );
        if let Some(refusal) = bar.filter(|_| released_until.is_none()) {
            return Err(refusal);
        }
        if is_first_use {
            let mut tx = app.store().begin().await?;
            rotation::note_first_use(&mut tx, access.tenant, access.device, &access.refresh, now)
                .await?;
            tx.commit().await?;
        }
        let key = signed_in.key.as_deref().map(proof::known_key).transpose()?;
        Ok(Self {
            tenant: access.tenant,
            person: access.person,
            device: access.device,
            role: signed_in.role,
            name: signed_in.name,
            key,
            released_until,
        })
    }
}

impl CurrentUser {
    /// The audit entry of something this person does, with result `ok`.
    pub fn act(
        &self,
        act: &str,
        object: String,
        now: Timestamp,
        request_id: &RequestId,
    ) -> AuditEntry {
        AuditEntry {
            tenant: self.tenant,
            at: now,
            person: Some(self.person),
            device: Some(self.device),
            act: act.to_owned(),
            object,
            result: "ok".to_owned(),
            request_id: request_id.as_str().to_owned(),
        }
    }
}

/// Why this person may not ask with this device. Whoever is kept out hears that, and not to sign in again, which
/// would not help; a device that is barred for ever comes first.
pub(super) fn bar_of(
    device: DeviceState,
    reason: Option<RevokeReason>,
    person: PersonState,
) -> Option<ApiError> {
    match device {
        DeviceState::Revoked => device_bar(device, reason),
        DeviceState::Active | DeviceState::Suspended => {
            person_bar(person).or_else(|| device_bar(device, reason))
        }
    }
}

/// The access token that a request shows.
fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(token_expired)
}

/// When the access token of a request stops working.
pub(crate) fn end_of_access(headers: &HeaderMap, app: &App) -> Result<Timestamp, ApiError> {
    let shown = bearer(headers)?;
    let (_, end) = Access::verify_with_end(shown, app.keys(), app.clock().now())
        .map_err(|_| token_expired())?;
    Ok(end)
}

/// Why a device in this state may not ask; a lost one is told to delete its key.
pub(super) fn device_bar(state: DeviceState, reason: Option<RevokeReason>) -> Option<ApiError> {
    const CODE: &str = "device_revoked";
    match (state, reason) {
        (DeviceState::Active, _) => None,
        (DeviceState::Suspended, _) => Some(login_required()),
        (DeviceState::Revoked, Some(RevokeReason::Lost)) => Some(ApiError::lost_device(
            CODE,
            "这台设备已报失停用，本机数据将被清除。如已找回，请联系街道办公室重新登记。",
        )),
        (DeviceState::Revoked, _) => Some(device_left()),
    }
}

fn device_left() -> ApiError {
    ApiError::unauthorized(
        "device_revoked",
        "这台设备已停用。未上传的记录请联系街道办公室处理。",
    )
}

/// Why a person in this state may not act.
pub(super) fn person_bar(state: PersonState) -> Option<ApiError> {
    match state {
        PersonState::Active => None,
        PersonState::Disabled => Some(ApiError::unauthorized(
            "account_disabled",
            "这个账号已停用，如需恢复请联系系统管理员。",
        )),
    }
}

/// Whoever works in the office alone has no use for a phone, which would carry all that the office sees.
pub(super) fn no_field_work() -> ApiError {
    ApiError::forbidden(
        "role_without_phone",
        "这个岗位不外出走访，不用登记手机；请在办公电脑上登录。",
    )
}

fn other_device(wanted: DeviceKind) -> ApiError {
    const CODE: &str = "device_not_allowed";
    match wanted {
        DeviceKind::Browser => {
            ApiError::forbidden(CODE, "这项工作只能在办公电脑上登录后办理，手机不能办理。")
        }
        DeviceKind::Phone => ApiError::forbidden(
            CODE,
            "走访记录和照片只能从登记过的手机上传；请先让办公室为手机生成登记码。",
        ),
    }
}

/// Why this person may not sign in, although the password is right.
pub(super) fn entry_bar(person: &Person) -> Option<ApiError> {
    let unconfirmed = || {
        person.appointed_by.map(|_| {
            ApiError::forbidden(
                "appointment_unconfirmed",
                "这个账号的任命还没有第二个人确认；请让另一位管理人员在“人员与设备”里确认后再登录。",
            )
        })
    };
    person_bar(person.state).or_else(unconfirmed)
}

pub(super) fn login_required() -> ApiError {
    ApiError::unauthorized(
        "login_required",
        "登录已失效，请重新登录；手机上的记录不会丢失。",
    )
}

fn token_expired() -> ApiError {
    ApiError::unauthorized("token_expired", "登录已过期，请重新登录。")
}
