//! `/v1/units/{id}/on-call`: who of a team is on call, a week at a time.

pub(crate) mod number;
pub(crate) mod write;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::on_call::{OnCall, TeamMember};
use store::units::{Unit, UnitKind};
use sync_core::calendar::Day;
use sync_core::{Id, Role, Timestamp};

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Which week.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WeekParams {
    /// A day of it, as `2026-11-23`; this week if not given.
    week: Option<String>,
}

/// A week of a team.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RosterWeek {
    #[schema(value_type = String)]
    unit: Id,
    /// The team's name.
    name: String,
    /// Its Monday, as `2026-11-23`.
    week: String,
    /// The hub's day.
    today: String,
    /// To be named as `seen` by whoever writes it; 0 if nobody has written it yet.
    version: i64,
    /// Who wrote it last; null if nobody has.
    written: Option<Written>,
    /// Monday to Sunday.
    days: Vec<RosterDay>,
    /// Who can be put on it.
    members: Vec<Member>,
    /// The caller may write it: the office, until the week is over.
    editable: bool,
}

/// Who wrote a week, and when.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Written {
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    at: Timestamp,
    by: String,
}

/// A day of a team.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RosterDay {
    /// As `2026-11-23`.
    day: String,
    /// People work on it by the official calendar.
    works: bool,
    people: Vec<RosterPerson>,
}

/// Somebody on a day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RosterPerson {
    #[schema(value_type = String)]
    id: Id,
    name: String,
    /// False for who has left the team or is not working here any more: they count as nobody.
    here: bool,
}

/// Who belongs to the team.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Member {
    #[schema(value_type = String)]
    id: Id,
    name: String,
    /// The number by which they are reached while on call, masked; null if none was written down.
    number: Option<String>,
}

/// Shows a week of a team, for the office and for those who belong to it.
#[utoipa::path(get, path = "/v1/units/{id}/on-call", tag = "people",
    params(("id" = String, Path, description = "The team"), WeekParams),
    security(("bearer" = [])),
    responses((status = 200, body = RosterWeek), (status = 400), (status = 403),
        (status = 404), (status = 422, description = "`unit_kind_unfit`")))]
pub(crate) async fn show(
    State(app): State<App>,
    user: CurrentUser,
    Path(unit): Path<Id>,
    Query(params): Query<WeekParams>,
) -> Result<Json<RosterWeek>, ApiError> {
    let mut tx = app.store().read().await?;
    let unit = seen_team(&user, unit, &mut tx).await?;
    let now = app.clock().now();
    let day = match params.week.as_deref() {
        None | Some("") => Day::of(now),
        Some(text) => Day::parse(text).ok_or_else(|| {
            ApiError::bad_request(
                "bad_parameter",
                "周的写法不对；请从人员与设备重新打开值班表。",
            )
        })?,
    };
    Ok(Json(week(unit, day.monday(), &user, now, &mut tx).await?))
}

/// The team, if this person may look at its roster.
async fn seen_team(user: &CurrentUser, unit: Id, tx: &mut Tx) -> Result<Unit, ApiError> {
    let keeps = user.role.is_office() || user.role == Role::SystemAdmin;
    let principals = tx.list_principals(user.tenant, user.person).await?;
    if !keeps && !principals.contains(&unit) {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "只有街道热线办和专班成员能看值班表。",
        ));
    }
    let found = tx.find_unit(user.tenant, unit).await?;
    let found =
        found.ok_or_else(|| ApiError::not_found("没有这个专班；请从人员与设备重新选择。"))?;
    if found.kind != UnitKind::Team {
        return Err(ApiError::unprocessable(
            "unit_kind_unfit",
            "只有专班有值班表。",
        ));
    }
    Ok(found)
}

async fn week(
    unit: Unit,
    monday: Day,
    user: &CurrentUser,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<RosterWeek, ApiError> {
    let sunday = monday.plus_days(6);
    let all = tx
        .list_on_call(user.tenant, Some(unit.id), (monday, sunday))
        .await?;
    let calendar = tx.load_calendar(user.tenant).await?;
    let written = tx.find_on_call_week(user.tenant, unit.id, monday).await?;
    let person = |one: &OnCall| RosterPerson {
        id: one.person,
        name: one.name.clone(),
        here: one.here,
    };
    let days = (0..7).map(|number| {
        let day = monday.plus_days(number);
        RosterDay {
            day: day.to_string(),
            works: calendar.is_working_day(day).value,
            people: all
                .iter()
                .filter(|one| one.day == day)
                .map(person)
                .collect(),
        }
    });
    let days = days.collect();
    let sees_numbers = user
        .ticket_sight()
        .is_ok_and(|sight| sight.reaches_parties());
    let member = |member: TeamMember| Member {
        id: member.id,
        name: member.name,
        number: member.number.filter(|_| sees_numbers),
    };
    let members = tx.list_team(user.tenant, unit.id).await?;
    let version = written.as_ref().map_or(0, |written| written.seq);
    let written = match written {
        Some(written) => Some(Written {
            at: written.written_at,
            by: name_of(user, written.person, tx).await?,
        }),
        None => None,
    };
    Ok(RosterWeek {
        unit: unit.id,
        name: unit.name,
        week: monday.to_string(),
        today: Day::of(now).to_string(),
        version,
        written,
        days,
        members: members.into_iter().map(member).collect(),
        editable: user.role.is_office() && sunday >= Day::of(now),
    })
}

async fn name_of(user: &CurrentUser, person: Id, tx: &mut Tx) -> Result<String, ApiError> {
    let person = tx.find_person(user.tenant, person).await?;
    Ok(person.map(|person| person.name).unwrap_or_default())
}
