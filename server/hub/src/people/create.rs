//! Adding somebody.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sync_core::{Id, Role};

use super::rights::{may_appoint, needs_second_person, not_by_hand};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use accounts::{checked_name, checked_username, password, principals_of};
use store::Error;
use store::people::{PasswordState, Person, PersonState};

/// Somebody new.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct NewPerson {
    /// 2 to 32 of `a-z 0-9 . _ -`.
    username: String,
    /// 1 to 32 characters.
    name: String,
    #[schema(value_type = String)]
    role: Role,
    /// The units they belong to.
    #[schema(value_type = Vec<String>)]
    #[serde(default)]
    units: Vec<Id>,
}

/// The account, and the password to hand over; it is shown once.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct CreatedPerson {
    #[schema(value_type = String)]
    id: Id,
    initial_password: String,
    /// A second person has to confirm the appointment before they can sign in.
    unconfirmed: bool,
}

/// Adds somebody with a first password.
#[utoipa::path(
    post, path = "/v1/people", tag = "people", request_body = NewPerson,
    responses(
        (status = 201, body = CreatedPerson),
        (status = 403, body = crate::error::Problem),
        (status = 409, body = crate::error::Problem, description = "`username_taken`, `role_by_invitation`"),
        (status = 422, body = crate::error::Problem,
            description = "`username_invalid`, `name_invalid`, `unit_unknown`"),
    ),
)]
pub(crate) async fn create(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Json(request): Json<NewPerson>,
) -> Result<(StatusCode, Json<CreatedPerson>), ApiError> {
    may_appoint(&user, request.role)?;
    not_by_hand(request.role)?;
    let now = app.clock().now();
    let initial_password = password::generate(app.rng());
    let mut person = Person {
        id: app.rng().new_id(now),
        tenant: user.tenant,
        username: checked_username(&request.username)?,
        name: checked_name(&request.name)?,
        role: request.role,
        password_hash: None,
        password_state: PasswordState::First,
        state: PersonState::Active,
        appointed_by: needs_second_person(request.role).then_some(user.person),
        reference_seq: 0,
        created_at: now,
    };
    let hash = app.passwords().hash(&initial_password, app.rng()).await?;
    person.password_hash = Some(hash);

    let mut tx = app.store().begin().await?;
    let principals = principals_of(&mut tx, &person, &request.units).await??;
    person.reference_seq = tx.next_seq(user.tenant).await?;
    tx.insert_person(&person).await.map_err(username_taken)?;
    for principal in principals {
        tx.grant_principal(user.tenant, person.id, principal, person.reference_seq)
            .await?;
    }
    let object = format!("person/{}", person.id);
    tx.append_audit(&user.act("person.create", object, now, &request_id))
        .await?;
    tx.commit().await?;
    app.doors().live().poke_people(user.tenant);
    let created = CreatedPerson {
        id: person.id,
        initial_password,
        unconfirmed: person.appointed_by.is_some(),
    };
    Ok((StatusCode::CREATED, Json(created)))
}

fn username_taken(error: Error) -> ApiError {
    if error.is_conflict("person_username") {
        return ApiError::conflict("username_taken", "这个用户名已有人使用，请换一个。");
    }
    error.into()
}
