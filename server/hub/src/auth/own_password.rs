//! Changing one's own password.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::CurrentUser;
use super::current_user::login_required;
use super::password::{self, Checked};
use super::throttle::Bucket;
use crate::app::App;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::Tx;
use store::devices::{Device, DeviceKind, DeviceState};
use store::people::PasswordState;
use sync_core::Id;

/// The password that was, and the one that shall be.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct PasswordChange {
    current: String,
    /// 8 to 64 characters of two kinds, without the username.
    new: String,
}

/// Changes the caller's own password; every other browser of theirs has to sign in again.
#[utoipa::path(
    post, path = "/v1/me/password", tag = "auth", request_body = PasswordChange,
    responses(
        (status = 204),
        (status = 403, body = crate::error::Problem, description = "`password_wrong`"),
        (status = 422, body = crate::error::Problem,
            description = "`password_weak`, `password_unchanged`"),
        (status = 429, body = crate::error::Problem, description = "`too_many_attempts`"),
    ),
)]
pub(crate) async fn change(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Json(request): Json<PasswordChange>,
) -> Result<StatusCode, ApiError> {
    let now = app.clock().now();
    let mut tx = app.store().read().await?;
    let person = tx.find_person(user.tenant, user.person).await?;
    let person = person.ok_or_else(login_required)?;
    drop(tx);
    let bucket = Bucket::device(user.tenant, user.device);
    let place = app.passwords().enter(password::lane_of(user.device))?;
    bucket.charge(app.strangers(), app.store(), now).await?;
    let checked = password::check(&app, &place, Some(&person), &request.current).await?;
    if matches!(checked, Checked::Wrong) {
        return Err(ApiError::forbidden(
            "password_wrong",
            "原来的密码不对，请重新输入。",
        ));
    }
    let hash = password::hash_own(&app, &place, &person, &request.current, &request.new).await?;

    let mut tx = app.store().begin().await?;
    bucket.clear(&mut tx).await?;
    tx.replace_password(user.tenant, user.person, &hash, PasswordState::Own)
        .await?;
    let others = |device: &Device| device.kind == DeviceKind::Browser && device.id != user.device;
    end_devices(&mut tx, user.tenant, user.person, others).await?;
    let object = format!("person/{}", user.person);
    tx.append_audit(&user.act("person.password.change", object, now, &request_id))
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has those devices of a person that `ends` names sign in again; what a phone has not sent stays good.
pub(crate) async fn end_devices(
    tx: &mut Tx,
    tenant: Id,
    person: Id,
    ends: impl Fn(&Device) -> bool,
) -> Result<(), store::Error> {
    for device in tx.list_devices_of(tenant, person).await? {
        if ends(&device) {
            tx.end_tokens_of_device(tenant, device.id).await?;
            tx.update_device_state(tenant, device.id, DeviceState::Suspended)
                .await?;
        }
    }
    Ok(())
}
