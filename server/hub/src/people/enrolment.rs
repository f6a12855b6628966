//! A code that lets somebody's phone in.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use sync_core::{Id, Timestamp};

use super::no_such_person;
use super::rights::{may_appoint, may_appoint_somebody};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use accounts::code;
use store::enrolments::Enrolment;
use store::people::PersonState;

/// A code to show as text and QR; the hub does not keep it.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct EnrolmentCode {
    /// `XXXX-XXXX-XXXX-XXXX`.
    code: String,
    /// When it stops working, unix milliseconds.
    #[schema(value_type = i64)]
    expires_at: Timestamp,
    /// Opens the field app with the code filled in.
    url: String,
}

/// Makes a code for a person's phone; codes of theirs that were not used stop working.
#[utoipa::path(
    post, path = "/v1/people/{id}/enrolment", tag = "people",
    params(("id" = String, Path)),
    responses(
        (status = 201, body = EnrolmentCode),
        (status = 403, body = crate::error::Problem),
        (status = 404, body = crate::error::Problem),
        (status = 409, body = crate::error::Problem, description = "`account_disabled`, `role_without_phone`"),
    ),
)]
pub(crate) async fn enrolment(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<(StatusCode, Json<EnrolmentCode>), ApiError> {
    may_appoint_somebody(&user)?;
    let now = app.clock().now();
    let code = code::generate(app.rng());
    let expires_at = now.plus_millis(code::LIFETIME_MILLIS);

    let mut tx = app.store().begin().await?;
    let person = tx
        .find_person(user.tenant, id)
        .await?
        .ok_or_else(no_such_person)?;
    may_appoint(&user, person.role)?;
    if person.state != PersonState::Active {
        return Err(ApiError::conflict(
            "account_disabled",
            "这个账号已停用，请先恢复账号再登记手机。",
        ));
    }
    if !person.role.is_field() {
        return Err(ApiError::conflict(
            "role_without_phone",
            "这个岗位不外出走访，不用登记手机；请让本人在办公电脑上登录。",
        ));
    }
    tx.delete_unused_enrolments(user.tenant, person.id).await?;
    tx.insert_enrolment(&Enrolment {
        code_hash: code.hash,
        tenant: user.tenant,
        person: person.id,
        created_by: Some(user.person),
        created_at: now,
        expires_at,
        used_at: None,
        device: None,
    })
    .await?;
    let object = format!("person/{}", person.id);
    tx.append_audit(&user.act("enrolment.create", object, now, &request_id))
        .await?;
    tx.commit().await?;
    let public = app.config().public_url();
    // Whoever has no password is not asked for one.
    let without = if person.role.is_representative() {
        "&representative=1"
    } else {
        ""
    };
    let answer = EnrolmentCode {
        url: format!("{public}/field/#/enrol?code={}{without}", code.text),
        code: code.text,
        expires_at,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}
