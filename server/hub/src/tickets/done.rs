//! `GET /v1/tickets/done`: what was done lately, over all tickets.

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sync_core::Timestamp;
use sync_core::lifecycle::TicketAction;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use store::tickets::DoneRow;

/// Rows of an answer.
const MOST: u32 = 200;

/// What, and since when.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DoneParams {
    /// One or more actions of docs/LIFECYCLE.md with commas between them.
    actions: String,
    /// Unix milliseconds.
    #[param(value_type = i64)]
    since: Timestamp,
}

/// What was done, the newest first; 200 at most.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DonePage {
    items: Vec<DoneRow>,
    /// There are more than these.
    more: bool,
}

/// Lists what was done to tickets since then: who agreed to more time, what went back after its window. For the office.
#[utoipa::path(get, path = "/v1/tickets/done", tag = "tickets", params(DoneParams),
    security(("bearer" = [])),
    responses((status = 200, body = DonePage), (status = 400), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
    Query(params): Query<DoneParams>,
) -> Result<Json<DonePage>, ApiError> {
    require_office(&user)?;
    let asked = params.actions.split(',').map(str::trim);
    let asked: Option<Vec<TicketAction>> = asked.map(TicketAction::parse).collect();
    let Some(actions) = asked else {
        return Err(ApiError::bad_request(
            "bad_parameter",
            "没有这种办理动作；请刷新页面后重试。",
        ));
    };
    let mut tx = app.store().read().await?;
    let found = tx.list_done_since(user.tenant, &actions, params.since, MOST + 1);
    let mut items = found.await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let more = items.len() > most;
    items.truncate(most);
    Ok(Json(DonePage { items, more }))
}

/// Refuses whoever is not of the office: these are the matters of all units.
pub(super) fn require_office(user: &CurrentUser) -> Result<(), ApiError> {
    user.ticket_sight()?;
    if user.role.is_office() {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "您的角色不能查看全街道的办理情况；请在工单列表里查看本单位的工单。",
    ))
}
