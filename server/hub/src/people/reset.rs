//! Handing out another first password.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sync_core::Id;

use super::no_such_person;
use super::rights::{may_appoint_somebody, may_change, needs_second_person, not_by_hand};
use crate::app::App;
use crate::auth::{CurrentUser, end_devices};
use crate::error::ApiError;
use crate::telemetry::RequestId;
use accounts::password;
use store::people::PasswordState;

/// The password to hand over; it is shown once.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ResetPassword {
    initial_password: String,
    /// A second person has to confirm it before the account can be used again.
    unconfirmed: bool,
}

/// Gives somebody another first password: the old one stops working, and every device of theirs has to sign in
/// again. Of an account of the office a second person must confirm it, who is not the one who knows the password.
#[utoipa::path(
    post, path = "/v1/people/{id}/password", tag = "people",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = ResetPassword),
        (status = 403, body = crate::error::Problem),
        (status = 404, body = crate::error::Problem),
        (status = 409, body = crate::error::Problem, description = "`own_account`, `role_by_invitation`"),
    ),
)]
pub(crate) async fn reset(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<Json<ResetPassword>, ApiError> {
    may_appoint_somebody(&user)?;
    let now = app.clock().now();
    let initial_password = password::generate(app.rng());
    let hash = app.passwords().hash(&initial_password, app.rng()).await?;

    let mut tx = app.store().begin().await?;
    let person = tx.find_person(user.tenant, id).await?;
    let person = person.ok_or_else(no_such_person)?;
    may_change(&user, &person)?;
    not_by_hand(person.role)?;
    tx.replace_password(user.tenant, id, &hash, PasswordState::First)
        .await?;
    let unconfirmed = needs_second_person(person.role);
    if unconfirmed {
        tx.update_appointment(user.tenant, id, Some(user.person))
            .await?;
    }
    end_devices(&mut tx, user.tenant, id, |_| true).await?;
    let object = format!("person/{id}");
    tx.append_audit(&user.act("person.password.reset", object, now, &request_id))
        .await?;
    tx.commit().await?;
    app.doors().live().poke_people(user.tenant);
    app.doors().live().poke(user.tenant, vec![id]);
    Ok(Json(ResetPassword {
        initial_password,
        unconfirmed,
    }))
}
