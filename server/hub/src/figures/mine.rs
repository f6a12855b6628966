//! `GET /v1/me/figures`

use std::ops::ControlFlow;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::figures::Period;
use sync_core::Timestamp;
use sync_core::calendar::Day;
use sync_core::figures::{self, Sum};
use sync_core::lifecycle::life::Weights;

use super::shown::Group;
use super::walk::Walk;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::searches;

/// One's own figures of this month: the row that `GET /v1/figures` has for this person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MyFigures {
    /// The first day of the month, as `2026-11-01`.
    from: String,
    /// Today.
    to: String,
    /// When they were reckoned, unix milliseconds.
    #[schema(value_type = i64)]
    at: Timestamp,
    /// The version of how they are counted.
    version: u32,
    #[serde(flatten)]
    group: Group,
}

/// Reckons one's own figures of this month by the rules of the office's.
#[utoipa::path(get, path = "/v1/me/figures", tag = "figures",
    security(("bearer" = [])),
    responses((status = 200, body = MyFigures), (status = 429, description = "`too_many_searches`")))]
pub(crate) async fn mine(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<MyFigures>, ApiError> {
    let _turn = searches::reckoning(&app, &user)?;
    let now = app.clock().now();
    let to = Day::of(now);
    let (year, month, _) = to.date();
    let from = Day::new(year, month, 1).unwrap_or(to);
    let period = Period {
        from: from.start(),
        until: to.end(),
    };
    let mut tx = app.store().read().await?;
    let walk = Walk::new(user.tenant, now, &mut tx).await?;
    let mut sum = Sum::default();
    // Who worked on a ticket say its events, so all of the month are read.
    walk.run(period, None, &mut tx, |_, read| {
        if read.worker == Some(user.person) {
            sum.add(&read);
        }
        ControlFlow::Continue(())
    })
    .await?;
    Ok(Json(MyFigures {
        from: from.to_string(),
        to: to.to_string(),
        at: now,
        version: figures::VERSION,
        group: Group::of(&sum, Weights::EXAMPLE),
    }))
}
