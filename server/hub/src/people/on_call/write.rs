//! `POST /v1/units/{id}/on-call`

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use store::Tx;
use store::on_call::{TeamMember, WrittenWeek};
use sync_core::calendar::Day;
use sync_core::{Id, Timestamp};

use super::{RosterWeek, name_of, seen_team, week};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// So many are on call on a day, at most.
const MAX_PEOPLE: usize = 6;
/// So many weeks ahead a roster can be written: phones carry all of it.
const WEEKS_AHEAD: u16 = 12;
const MAX_NUMBER_CHARS: usize = 40;

/// What shall stand.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewWeek {
    /// Its Monday.
    week: String,
    /// The version that was on the screen.
    seen: i64,
    /// Monday to Sunday: who is on call.
    #[schema(value_type = Vec<Vec<String>>)]
    days: Vec<Vec<Id>>,
    /// Numbers that change; an empty one is taken away.
    #[serde(default)]
    numbers: Vec<NewNumber>,
}

/// The number of a member.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewNumber {
    #[schema(value_type = String)]
    person: Id,
    number: String,
}

/// Writes a week of a team.
#[utoipa::path(post, path = "/v1/units/{id}/on-call", tag = "people", request_body = NewWeek,
    params(("id" = String, Path, description = "The team")),
    security(("bearer" = [])),
    responses((status = 200, body = RosterWeek), (status = 403, description = "`role_not_allowed`"),
        (status = 404), (status = 409, description = "`changed_meanwhile`"),
        (status = 422, description = "`unit_kind_unfit`, `week_malformed`, `week_over`, `week_far`, \
            `too_many_on_call`, `not_of_team`, `number_malformed`")))]
pub(crate) async fn write(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(unit): Path<Id>,
    Json(request): Json<NewWeek>,
) -> Result<Json<RosterWeek>, ApiError> {
    if !user.role.is_office() {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "您的角色不能排班；请联系街道热线办。",
        ));
    }
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    // The number first: of two who write at once the second sees what the first one wrote.
    let seq = tx.next_seq(user.tenant).await?;
    let unit = seen_team(&user, unit, &mut tx).await?;
    let monday = checked_week(&request, Day::of(now))?;
    let stands = tx.find_on_call_week(user.tenant, unit.id, monday).await?;
    if stands.as_ref().map_or(0, |stands| stands.seq) != request.seen {
        let by = match &stands {
            Some(stands) => name_of(&user, stands.person, &mut tx).await?,
            None => String::new(),
        };
        return Err(ApiError::conflict(
            "changed_meanwhile",
            format!("您打开之后，{by}改过这一周的值班表；您填的还在，请看过再决定用哪一份。"),
        ));
    }
    let team = tx.list_team(user.tenant, unit.id).await?;
    let people = checked_people(&request, monday, &team, now)?;
    let before = tx
        .list_on_call(user.tenant, Some(unit.id), (monday, monday.plus_days(6)))
        .await?;
    // Days that are over stay as they were.
    let over = before.iter().filter(|one| one.day < Day::of(now));
    let over = over.map(|one| (one.day, one.person));
    let people = people.into_iter().chain(over).collect();
    let written = WrittenWeek {
        seq,
        written_at: now,
        person: user.person,
    };
    tx.replace_on_call_week(user.tenant, (unit.id, monday), &people, &written)
        .await?;
    for one in &request.numbers {
        put_number(&app, &user, (unit.id, one), &team, &mut tx).await?;
    }
    let object = format!("on_call/{}/{monday}", unit.id);
    tx.append_audit(&user.act("on_call.write", object, now, &request_id))
        .await?;
    let answer = week(unit, monday, &user, now, &mut tx).await?;
    tx.commit().await?;
    let members = team.iter().map(|member| member.id).collect();
    app.doors().live().poke(user.tenant, members);
    app.doors().live().poke_people(user.tenant);
    Ok(Json(answer))
}

fn checked_week(request: &NewWeek, today: Day) -> Result<Day, ApiError> {
    let monday = Day::parse(&request.week).filter(|day| *day == day.monday());
    let monday = monday.filter(|_| request.days.len() == 7).ok_or_else(|| {
        ApiError::unprocessable(
            "week_malformed",
            "一周要从星期一写起，写满七天；请刷新页面后重试。",
        )
    })?;
    if monday.plus_days(6) < today {
        return Err(ApiError::unprocessable(
            "week_over",
            "这一周已经过去，不能再改；请选本周或以后的周。",
        ));
    }
    if monday > today.monday().plus_days(7 * WEEKS_AHEAD) {
        return Err(ApiError::unprocessable(
            "week_far",
            format!("值班表最多提前排 {WEEKS_AHEAD} 周；请选近一些的周。"),
        ));
    }
    Ok(monday)
}

/// Who shall be on call on the days that are not over.
fn checked_people(
    request: &NewWeek,
    monday: Day,
    team: &[TeamMember],
    now: Timestamp,
) -> Result<BTreeSet<(Day, Id)>, ApiError> {
    let today = Day::of(now);
    let mut people = BTreeSet::new();
    for (number, of_day) in (0..).zip(&request.days) {
        let day = monday.plus_days(number);
        if day < today {
            continue;
        }
        if of_day.len() > MAX_PEOPLE {
            return Err(ApiError::unprocessable(
                "too_many_on_call",
                format!(
                    "{day} 选了 {} 人；一天最多 {MAX_PEOPLE} 人值班。",
                    of_day.len()
                ),
            ));
        }
        for person in of_day {
            if !team.iter().any(|member| member.id == *person) {
                return Err(ApiError::unprocessable(
                    "not_of_team",
                    format!("{day} 选的人里有人不在这个专班了；请刷新后重新选。"),
                ));
            }
            people.insert((day, *person));
        }
    }
    Ok(people)
}

async fn put_number(
    app: &App,
    user: &CurrentUser,
    (unit, one): (Id, &NewNumber),
    team: &[TeamMember],
    tx: &mut Tx,
) -> Result<(), ApiError> {
    let member = team.iter().find(|member| member.id == one.person);
    let name = member.map_or("", |member| member.name.as_str());
    let number = tables::phone::tidy(&one.number);
    if number.is_empty() {
        tx.put_on_call_number(user.tenant, (unit, one.person), None)
            .await?;
        return Ok(());
    }
    let fits = number.chars().count() <= MAX_NUMBER_CHARS;
    if member.is_none() || !fits || tables::phone::digits(&number).is_none() {
        return Err(ApiError::unprocessable(
            "number_malformed",
            format!(
                "{name}的值班号码不像电话号码；请填完整号码，例如 0531 开头的座机或 11 位手机号。"
            ),
        ));
    }
    let sealed = app.keys().seal(number.as_bytes(), &one.person.bytes());
    let sealed = sealed.map_err(|error| ApiError::internal(&error))?;
    let masked = basis::mask::phone(&number);
    tx.put_on_call_number(user.tenant, (unit, one.person), Some((&masked, &sealed)))
        .await?;
    Ok(())
}
