//! `GET /v1/tasks`: what waits for somebody, over all tickets.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sync_core::Id;
use sync_core::lifecycle::life::{Life, Task, TaskKind};

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
    items: Vec<ListedTask>,
    /// Names of the people whom the tasks name, by their ids.
    #[schema(value_type = BTreeMap<String, String>)]
    people: BTreeMap<Id, String>,
    /// There are more than these.
    more: bool,
}

/// An open task with the ticket it belongs to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListedTask {
    #[serde(flatten)]
    row: TaskRow,
    /// `life.version` of the ticket.
    version: i64,
    /// The task as `life.tasks` of the ticket tells it.
    #[schema(value_type = Object)]
    task: Task,
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
    let mut rows = tx.list_open_tasks(user.tenant, &filter, MOST + 1).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let mut tickets: Vec<Id> = rows.iter().map(|row| row.ticket).collect();
    tickets.sort_unstable();
    tickets.dedup();
    let pasts = tx.list_ticket_pasts(user.tenant, &tickets).await?;
    let lives: BTreeMap<Id, Life> = pasts
        .into_iter()
        .map(|(ticket, past)| (ticket, Life::of(&past)))
        .collect();
    let listed = rows.into_iter().filter_map(|row| {
        let life = lives.get(&row.ticket)?;
        let task = life.task(row.n)?.clone();
        let version = life.version;
        Some(ListedTask { row, version, task })
    });
    let items: Vec<ListedTask> = listed.collect();
    let people = people(&items, user.tenant, &mut tx).await?;
    Ok(Json(Tasks {
        items,
        people,
        more,
    }))
}

/// Names of everybody who opened one of the tasks or went on with it.
async fn people(
    items: &[ListedTask],
    tenant: Id,
    tx: &mut store::Tx,
) -> Result<BTreeMap<Id, String>, store::Error> {
    let known = tx.list_people_known(tenant).await?;
    let named = items.iter().flat_map(|item| {
        let turns = item.task.turns.iter().filter_map(|turn| turn.done.by);
        item.task.opened.by.into_iter().chain(turns)
    });
    let named: std::collections::BTreeSet<Id> = named.collect();
    let people = known.into_iter().filter(|one| named.contains(&one.id));
    Ok(people.map(|one| (one.id, one.name)).collect())
}
