//! `GET /v1/tasks`: what waits for somebody, over all tickets.

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sync_core::lifecycle::life::TaskKind;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use store::tickets::{TaskFilter, TaskRow};

/// Rows of an answer: more than that is not read from a screen.
const MOST: u32 = 500;

/// Everything narrows the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TaskParams {
    /// `help`, `supervision`, `extension`, ... as `life.tasks` of a ticket calls them.
    kind: Option<String>,
    /// `true` for those whose day has passed.
    overdue: Option<bool>,
}

/// Open tasks, those due first; 500 at most.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Tasks {
    items: Vec<TaskRow>,
    /// There are more than these.
    more: bool,
}

/// Lists open tasks: the office those of the whole sub-district, everybody else those of their units.
#[utoipa::path(get, path = "/v1/tasks", tag = "tickets", params(TaskParams),
    security(("bearer" = [])),
    responses((status = 200, body = Tasks), (status = 400), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
    Query(params): Query<TaskParams>,
) -> Result<Json<Tasks>, ApiError> {
    user.ticket_sight()?;
    let kind = params.kind.filter(|word| !word.is_empty());
    if let Some(word) = &kind
        && TaskKind::parse(word).is_none()
    {
        return Err(ApiError::bad_request(
            "bad_parameter",
            "没有这种事项；请清除筛选条件后重试。",
        ));
    }
    let filter = TaskFilter {
        of_person: (!user.role.is_office()).then_some(user.person),
        kind,
        due_before: (params.overdue == Some(true)).then(|| app.clock().now()),
    };
    let mut tx = app.store().read().await?;
    let mut items = tx.list_open_tasks(user.tenant, &filter, MOST + 1).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let more = items.len() > most;
    items.truncate(most);
    Ok(Json(Tasks { items, more }))
}
