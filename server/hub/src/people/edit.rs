//! Changing what somebody is called, what they do and where.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use sync_core::{Id, Role};

use super::no_such_person;
use super::rights::{
    may_appoint, may_appoint_somebody, may_change, needs_second_person, not_by_hand,
};
use crate::app::App;
use crate::auth::{CurrentUser, end_devices};
use crate::error::ApiError;
use crate::telemetry::RequestId;
use accounts::{checked_name, regrant};
use store::devices::{Device, DeviceKind};
use store::people::Person;

/// What shall stand.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct EditedPerson {
    /// 1 to 32 characters.
    name: String,
    #[schema(value_type = String)]
    role: Role,
    /// The units they belong to; the others they leave.
    #[schema(value_type = Vec<String>)]
    units: Vec<Id>,
}

/// Changes name, role and units. Tickets that come into view or leave it do so at once, also on phones; a device
/// that the new role has no use for has to sign in again, which it then cannot.
#[utoipa::path(
    patch, path = "/v1/people/{id}", tag = "people", request_body = EditedPerson,
    params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = crate::error::Problem),
        (status = 404, body = crate::error::Problem),
        (status = 409, body = crate::error::Problem, description = "`own_account`, `role_by_invitation`"),
        (status = 422, body = crate::error::Problem, description = "`name_invalid`, `unit_unknown`"),
    ),
)]
pub(crate) async fn edit(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(request): Json<EditedPerson>,
) -> Result<StatusCode, ApiError> {
    may_appoint_somebody(&user)?;
    let name = checked_name(&request.name)?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let seq = tx.next_seq(user.tenant).await?;
    let person = tx.find_person(user.tenant, id).await?;
    let person = person.ok_or_else(no_such_person)?;
    may_change(&user, &person)?;
    may_appoint(&user, request.role)?;
    not_by_hand(person.role)?;
    not_by_hand(request.role)?;
    let role_changes = person.role != request.role;
    tx.update_person(user.tenant, id, &name, request.role, seq)
        .await?;
    let person = Person {
        role: request.role,
        ..person
    };
    let mut concerned = vec![id];
    concerned.extend(regrant(&mut tx, &person, &request.units, role_changes, seq).await??);
    if role_changes {
        if needs_second_person(person.role) {
            tx.update_appointment(user.tenant, id, Some(user.person))
                .await?;
            end_devices(&mut tx, user.tenant, id, |_| true).await?;
        } else {
            tx.update_appointment(user.tenant, id, None).await?;
            end_devices(&mut tx, user.tenant, id, |device| {
                has_no_use_for(person.role, device)
            })
            .await?;
        }
    }
    let object = format!("person/{id}");
    let act = if role_changes {
        format!("person.edit.{}", person.role.as_str())
    } else {
        "person.edit".to_owned()
    };
    tx.append_audit(&user.act(&act, object, now, &request_id))
        .await?;
    tx.commit().await?;
    app.doors().live().poke(user.tenant, concerned);
    app.doors().live().poke_people(user.tenant);
    Ok(StatusCode::NO_CONTENT)
}

const fn has_no_use_for(role: Role, device: &Device) -> bool {
    match device.kind {
        DeviceKind::Browser => !role.has_office_pages(),
        DeviceKind::Phone => !role.is_field(),
    }
}
