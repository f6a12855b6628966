//! `GET /v1/calendar`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sync_core::Timestamp;
use sync_core::calendar::{Holiday, Year};
use tables::calendar::{YearInForce, in_force};

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// By which calendar working days are counted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CalendarInForce {
    /// The years that are known, in order. What is due after them is provisional.
    years: Vec<KnownYear>,
}

/// A year that has been published.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct KnownYear {
    year: i64,
    /// The notices, with number and date.
    sources: Vec<String>,
    working_days: usize,
    /// Days off, in the order of the year.
    holidays: Vec<KnownHoliday>,
    /// Rest days on which people work, as `2026-02-14`.
    makeup_days: Vec<String>,
    /// When it was imported, unix milliseconds; null for a year that came with the program.
    #[schema(value_type = Option<i64>)]
    imported_at: Option<Timestamp>,
}

/// Days off in a row.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct KnownHoliday {
    name: String,
    /// As `2026-10-01`.
    first: String,
    last: String,
}

/// Shows the calendar in force, for everybody who sees tickets at the office.
#[utoipa::path(get, path = "/v1/calendar", tag = "deadlines",
    security(("bearer" = [])),
    responses((status = 200, body = CalendarInForce), (status = 403)))]
pub(crate) async fn show(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<CalendarInForce>, ApiError> {
    user.ticket_sight()?;
    let years = in_force(Some(user.tenant), app.store()).await?;
    Ok(Json(CalendarInForce {
        years: years.iter().map(KnownYear::of).collect(),
    }))
}

impl KnownYear {
    fn of(YearInForce { year, imported_at }: &YearInForce) -> Self {
        let holiday = |holiday: &Holiday| KnownHoliday {
            name: holiday.name.clone(),
            first: holiday.first.to_string(),
            last: holiday.last.to_string(),
        };
        Self {
            year: Year::number(year),
            sources: year.sources().to_vec(),
            working_days: year.working_days().count(),
            holidays: year.holidays().iter().map(holiday).collect(),
            makeup_days: year.makeup_days().map(|day| day.to_string()).collect(),
            imported_at: *imported_at,
        }
    }
}
