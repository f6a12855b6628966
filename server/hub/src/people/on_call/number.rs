//! `POST /v1/units/{id}/on-call/number`

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use sync_core::Id;

use super::seen_team;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// Whose number.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NumberQuestion {
    #[schema(value_type = String)]
    person: Id,
}

/// The number, in full.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct NumberTold {
    name: String,
    number: String,
}

/// Tells by which number somebody on call is reached: to the office and to their team, volunteers excepted. Each look is an
/// entry of the audit log.
#[utoipa::path(post, path = "/v1/units/{id}/on-call/number", tag = "people", request_body = NumberQuestion,
    params(("id" = String, Path, description = "The team")),
    security(("bearer" = [])),
    responses((status = 200, body = NumberTold), (status = 403, description = "`role_not_allowed`"),
        (status = 404, description = "`no_number`"), (status = 422, description = "`unit_kind_unfit`")))]
pub(crate) async fn ask(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(unit): Path<Id>,
    Json(NumberQuestion { person }): Json<NumberQuestion>,
) -> Result<Json<NumberTold>, ApiError> {
    let mut tx = app.store().begin().await?;
    tx.next_seq(user.tenant).await?;
    let unit = seen_team(&user, unit, &mut tx).await?;
    if !user.ticket_sight()?.reaches_parties() {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "您的角色不能查看值班人员的号码；需要联系时请找承办的同事。",
        ));
    }
    let team = tx.list_team(user.tenant, unit.id).await?;
    let member = team.into_iter().find(|member| member.id == person);
    let sealed = tx.find_on_call_number(user.tenant, unit.id, person).await?;
    let (member, sealed) = member.zip(sealed).ok_or_else(|| {
        ApiError::not_found_because("no_number", "没有登记这个人的值班号码；请联系街道热线办。")
    })?;
    let plain = app.keys().open(&sealed, &person.bytes());
    let plain = plain.map_err(|error| ApiError::internal(&error))?;
    let number = String::from_utf8(plain).map_err(|error| ApiError::internal(&error))?;
    let object = format!("on_call/{}/{person}", unit.id);
    let act = user.act("on_call.number", object, app.clock().now(), &request_id);
    tx.append_audit(&act).await?;
    tx.commit().await?;
    Ok(Json(NumberTold {
        name: member.name,
        number,
    }))
}
