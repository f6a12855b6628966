//! Keeping somebody out, and letting them back in.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use sync_core::Id;

use super::no_such_person;
use super::rights::{may_appoint_somebody, may_change};
use crate::app::App;
use crate::auth::{CurrentUser, end_devices};
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::people::PersonState;

/// Keeps somebody out: every device of theirs fails at its next request. What their phones have not sent stays
/// good until they are let back in.
#[utoipa::path(
    post, path = "/v1/people/{id}/disable", tag = "people",
    params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = crate::error::Problem),
        (status = 404, body = crate::error::Problem),
        (status = 409, body = crate::error::Problem, description = "`own_account`"),
    ),
)]
pub(crate) async fn disable(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<StatusCode, ApiError> {
    set(&app, &user, &request_id, id, PersonState::Disabled).await
}

/// Lets somebody back in. Their devices have to sign in again.
#[utoipa::path(
    post, path = "/v1/people/{id}/enable", tag = "people",
    params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = crate::error::Problem),
        (status = 404, body = crate::error::Problem),
        (status = 409, body = crate::error::Problem, description = "`own_account`"),
    ),
)]
pub(crate) async fn enable(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<StatusCode, ApiError> {
    set(&app, &user, &request_id, id, PersonState::Active).await
}

async fn set(
    app: &App,
    user: &CurrentUser,
    request_id: &RequestId,
    id: Id,
    state: PersonState,
) -> Result<StatusCode, ApiError> {
    may_appoint_somebody(user)?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let seq = tx.next_seq(user.tenant).await?;
    let person = tx.find_person(user.tenant, id).await?;
    let person = person.ok_or_else(no_such_person)?;
    may_change(user, &person)?;
    if person.state == state {
        return Ok(StatusCode::NO_CONTENT);
    }
    tx.update_person_state(user.tenant, id, state, seq).await?;
    let act = match state {
        PersonState::Active => "person.enable",
        PersonState::Disabled => {
            // A code that is on paper somewhere lets nobody in either.
            tx.delete_unused_enrolments(user.tenant, id).await?;
            end_devices(&mut tx, user.tenant, id, |_| true).await?;
            "person.disable"
        }
    };
    tx.append_audit(&user.act(act, format!("person/{id}"), now, request_id))
        .await?;
    tx.commit().await?;
    app.doors().live().poke(user.tenant, vec![id]);
    app.doors().live().poke_people(user.tenant);
    Ok(StatusCode::NO_CONTENT)
}
