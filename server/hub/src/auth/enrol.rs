//! Letting a phone in with a code from the office and its person's password; a residents' representative has none.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sync_core::{Id, Timestamp, hex};

use super::current_user::{entry_bar, no_field_work};
use super::login::login_failed;
use super::me::{self, Me};
use super::password::{self, Checked};
use super::proof;
use super::rotation;
use super::throttle::Bucket;
use super::token::Access;
use crate::app::App;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use accounts::{Lane, code};
use store::Tx;
use store::audit::AuditEntry;
use store::devices::{Device, DeviceKind, DeviceState};
use store::enrolments::Enrolment;
use store::people::{PasswordState, Person};
use store::tokens::TokenHash;

/// What a phone sends to be let in.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct EnrolRequest {
    /// `XXXX-XXXX-XXXX-XXXX`; case, spaces and dashes do not matter.
    code: String,
    /// Empty or left out for a residents' representative, who has none.
    #[serde(default)]
    password: String,
    /// What its person calls the phone, at most 64 characters.
    device_name: String,
    /// What it runs, at most 64 characters.
    app_version: String,
    /// The id that this phone had before, to go on under it and keep its unsent work together.
    #[schema(value_type = Option<String>)]
    device: Option<Id>,
    /// The person whose unsent work this phone holds: a code of anybody else is refused and stays good.
    #[schema(value_type = Option<String>)]
    holds_work_of: Option<Id>,
    /// The phone's public key, 65 bytes in hexadecimal: ECDSA on P-256, the point uncompressed. From then on the
    /// phone proves with it that it is no copy.
    key: Option<String>,
}

/// What a phone keeps.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EnrolAnswer {
    /// The phone's id from now on.
    #[schema(value_type = String)]
    device: Id,
    /// For `Authorization: Bearer`.
    access: String,
    /// When `access` stops working, unix milliseconds.
    #[schema(value_type = i64)]
    access_expires_at: Timestamp,
    /// For `POST /v1/token`.
    refresh: String,
    /// What the phone seals hand-over files with: a P-256 point, uncompressed, in hexadecimal.
    hand_over_key: String,
    /// What the phone seals and opens numbers of parties with, 64 bytes in hexadecimal: 32 that encrypt, 32 that make
    /// nonces (docs/PROTOCOL.md). Absent for roles that do not handle tickets.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_key: Option<String>,
    /// Whose phone it is.
    user: Me,
}

/// Lets a phone in.
#[utoipa::path(
    post, path = "/v1/enrol", tag = "auth", request_body = EnrolRequest,
    responses(
        (status = 200, body = EnrolAnswer),
        (status = 401, body = crate::error::Problem, description = "`login_failed`, `account_disabled`"),
        (status = 403, body = crate::error::Problem,
            description = "`enrolment_code_invalid`, `enrolment_code_used`, `enrolment_code_expired`, \
                `password_change_required`, `role_without_phone`, `appointment_unconfirmed`"),
        (status = 409, body = crate::error::Problem, description = "`other_person_unsent`"),
        (status = 429, body = crate::error::Problem, description = "`too_many_attempts`"),
    ),
)]
pub(crate) async fn enrol(
    State(app): State<App>,
    request_id: RequestId,
    Json(request): Json<EnrolRequest>,
) -> Result<Json<EnrolAnswer>, ApiError> {
    let now = app.clock().now();
    let name = request.device_name.trim();
    if !is_label(name) || !is_label(&request.app_version) {
        return Err(ApiError::unprocessable(
            "device_name_invalid",
            "手机名称请填写 1 到 64 个字。",
        ));
    }
    let key = proof::read_key(request.key.as_deref())?;
    let code_hash = code::hash_of(&request.code).ok_or_else(code_invalid)?;
    let mut tx = app.store().read().await?;
    let enrolment = tx
        .find_enrolment(&code_hash)
        .await?
        .ok_or_else(code_invalid)?;
    let person = tx
        .find_person(enrolment.tenant, enrolment.person)
        .await?
        .ok_or_else(code_invalid)?;
    drop(tx);
    if enrolment.used_at.is_some() {
        return Err(code_used());
    }
    if enrolment.expires_at < now {
        return Err(ApiError::forbidden(
            "enrolment_code_expired",
            "登记码已过期，请让办公室重新生成一个。",
        ));
    }
    if request.holds_work_of.is_some_and(|held| held != person.id) {
        return Err(ApiError::conflict(
            "other_person_unsent",
            "这部手机上还有另一位同事没上传的记录，请先由本人登录上传或导出；这个登记码没有用掉。",
        ));
    }

    let bucket = Bucket::enrolment(enrolment.tenant, &code_hash);
    let rehashed = if person.role.is_representative() {
        bucket.charge(app.strangers(), app.store(), now).await?;
        None
    } else {
        check_password(&code_hash, &bucket, &person, &request.password, &app, now).await?
    };
    if let Some(refusal) = entry_bar(&person) {
        return Err(refusal);
    }
    if !person.role.is_field() {
        return Err(no_field_work());
    }
    if needs_own_password(&person) {
        return Err(ApiError::forbidden(
            "password_change_required",
            "请先在办公电脑上登录一次并设置自己的密码，再登记手机。",
        ));
    }

    let mut tx = app.store().begin().await?;
    let device = enter(&mut tx, &person, &request, &app, now).await?;
    if !tx
        .use_enrolment(device.tenant, &code_hash, device.id, now)
        .await?
    {
        return Err(code_used());
    }
    if let Some(key) = key {
        tx.add_device_key(device.tenant, device.id, key.bytes(), now)
            .await?;
    }
    bucket.clear(&mut tx).await?;
    if let Some(hash) = rehashed {
        tx.update_password(person.tenant, person.id, &hash).await?;
    }
    let refresh = rotation::start_phone(&mut tx, &device, now, app.rng()).await?;
    tx.append_audit(&entry_of(&enrolment, &device, now, &request_id))
        .await?;
    let contact_key = me::contact_key(&app, &person)?;
    let user = me::load(&mut tx, person).await?;
    tx.commit().await?;
    app.doors().live().poke_people(device.tenant);
    let access = Access::of(&device, refresh.prefix);
    let (access, access_expires_at) = access.sign(app.keys(), now)?;
    Ok(Json(EnrolAnswer {
        device: device.id,
        access,
        access_expires_at,
        refresh: refresh.text,
        hand_over_key: hex::encode(app.keys().hand_over().public()),
        contact_key,
        user,
    }))
}

/// Refuses a wrong password; a hash made with weaker parameters is answered with its replacement.
async fn check_password(
    code_hash: &TokenHash,
    bucket: &Bucket,
    person: &Person,
    typed: &str,
    app: &App,
    now: Timestamp,
) -> Result<Option<String>, ApiError> {
    let [head, _] = code_hash.as_chunks::<16>().0 else {
        return Err(code_invalid());
    };
    let place = app
        .passwords()
        .enter(Lane::Known(u128::from_be_bytes(*head)))?;
    bucket.charge(app.strangers(), app.store(), now).await?;
    match password::check(app, &place, Some(person), typed).await? {
        Checked::Right { rehashed } => Ok(rehashed),
        Checked::Wrong => Err(login_failed()),
    }
}

/// A password that was handed out opens a phone only where it opens nothing else: whoever also works in the
/// office chooses their own there first. The others need a fresh code from the office for every phone.
fn needs_own_password(person: &Person) -> bool {
    person.password_state == PasswordState::First && person.role.has_office_pages()
}

/// The phone under the id it had, if that was this person's and is not revoked; else a new one.
async fn enter(
    tx: &mut Tx,
    person: &Person,
    request: &EnrolRequest,
    app: &App,
    now: Timestamp,
) -> Result<Device, ApiError> {
    let name = request.device_name.trim();
    let before = match request.device {
        Some(device) => tx.find_device(person.tenant, device).await?,
        None => None,
    };
    let before = before.filter(|device| {
        device.person == person.id
            && device.kind == DeviceKind::Phone
            && device.state != DeviceState::Revoked
    });
    if let Some(device) = before {
        let version = Some(request.app_version.as_str());
        tx.update_enrolled_again(device.tenant, device.id, name, version, now)
            .await?;
        return Ok(Device {
            enrolled_at: now,
            ..device
        });
    }
    let device = Device {
        id: app.rng().new_id(now),
        tenant: person.tenant,
        person: person.id,
        kind: DeviceKind::Phone,
        name: name.to_owned(),
        state: DeviceState::Active,
        revoke_reason: None,
        enrolled_at: now,
        last_seen_at: Some(now),
        app_version: Some(request.app_version.clone()),
        unsent_changes: 0,
        unsent_photos: 0,
        clock_offset_ms: None,
        revoked_at: None,
    };
    tx.insert_device(&device).await?;
    Ok(device)
}

fn entry_of(
    enrolment: &Enrolment,
    device: &Device,
    now: Timestamp,
    request_id: &RequestId,
) -> AuditEntry {
    AuditEntry {
        tenant: enrolment.tenant,
        at: now,
        person: Some(enrolment.person),
        device: Some(device.id),
        act: "device.enrol".to_owned(),
        object: format!("device/{}", device.id),
        result: "ok".to_owned(),
        request_id: request_id.as_str().to_owned(),
    }
}

/// One line that people can read: not empty, not long, nothing invisible.
fn is_label(text: &str) -> bool {
    (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn code_invalid() -> ApiError {
    ApiError::forbidden(
        "enrolment_code_invalid",
        "登记码不对，请核对后重新输入，或重新扫码。",
    )
}

fn code_used() -> ApiError {
    ApiError::forbidden(
        "enrolment_code_used",
        "这个登记码已经用过，请让办公室重新生成一个。",
    )
}
