//! The second person: what one appoints to the office another confirms.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use sync_core::Id;

use super::no_such_person;
use super::rights::may_confirm;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// Confirms an appointment to the office, or another password for one of its accounts. Whoever made it cannot, nor
/// can the person whom it is about.
#[utoipa::path(
    post, path = "/v1/people/{id}/confirm", tag = "people",
    params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = crate::error::Problem, description = "`second_person_required`"),
        (status = 404, body = crate::error::Problem),
        (status = 409, body = crate::error::Problem, description = "`already_confirmed`"),
    ),
)]
pub(crate) async fn confirm(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<StatusCode, ApiError> {
    may_confirm(&user)?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    // Another reset at the same moment waits: what is confirmed is what was read.
    tx.next_seq(user.tenant).await?;
    let person = tx.find_person(user.tenant, id).await?;
    let person = person.ok_or_else(no_such_person)?;
    let Some(by) = person.appointed_by else {
        return Err(ApiError::conflict(
            "already_confirmed",
            "这个账号没有等待确认的任命，请刷新页面。",
        ));
    };
    if by == user.person || id == user.person {
        return Err(ApiError::forbidden(
            "second_person_required",
            "任命要由另一个人确认：提出的人和本人都不能确认。",
        ));
    }
    tx.update_appointment(user.tenant, id, None).await?;
    let object = format!("person/{id}");
    tx.append_audit(&user.act("person.confirm", object, now, &request_id))
        .await?;
    tx.commit().await?;
    app.doors().live().poke_people(user.tenant);
    Ok(StatusCode::NO_CONTENT)
}
