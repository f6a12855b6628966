//! `GET /v1/callbacks`: how the callback desk stands today.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sync_core::calendar::Day;
use sync_core::lifecycle::act::Satisfaction;
use sync_core::lifecycle::{Act, TicketAction};

use super::done::require_office;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use store::tickets::TicketFilter;

/// Calls of a day that are counted: more than a whole office makes.
const MOST: u32 = 5_000;

/// The desk today.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct CallbackDay {
    /// Answered tickets about which nobody has called yet.
    waiting: i64,
    /// People who were asked today.
    asked: i64,
    /// Of these by the caller.
    own: i64,
    /// People who said that it is solved, and are not dissatisfied.
    content: i64,
    /// People who said no: it is handled again.
    again: i64,
    /// Who could not be asked, with a reason.
    not_asked: i64,
}

/// Counts the calls of today, and what waits for one. For the office.
#[utoipa::path(get, path = "/v1/callbacks", tag = "tickets",
    security(("bearer" = [])),
    responses((status = 200, body = CallbackDay), (status = 403)))]
pub(crate) async fn today(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<CallbackDay>, ApiError> {
    require_office(&user)?;
    let since = Day::of(app.clock().now()).start();
    let filter = TicketFilter {
        uncalled: true,
        ..TicketFilter::default()
    };
    let mut tx = app.store().read().await?;
    let mut day = CallbackDay {
        waiting: tx.count_tickets(user.tenant, &filter).await?,
        ..CallbackDay::default()
    };
    let calls = [TicketAction::Callback];
    let calls = tx.list_done_since(user.tenant, &calls, since, MOST).await?;
    for call in calls {
        let said = call.detail.get("act").cloned().unwrap_or_default();
        let Ok(Act::Callback {
            result,
            solved,
            not_asked,
            ..
        }) = serde_json::from_value(said)
        else {
            continue;
        };
        if not_asked.is_some() {
            day.not_asked += 1;
            continue;
        }
        day.asked += 1;
        day.own += i64::from(call.by.is_some_and(|by| by.id == user.person));
        if solved == Some(false) || result == Some(Satisfaction::Dissatisfied) {
            day.again += 1;
        } else {
            day.content += 1;
        }
    }
    Ok(Json(day))
}
