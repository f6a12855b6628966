//! `GET /v1/tickets`

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sync_core::Id;

use super::clocks::{ListedTicket, with_clocks, with_warnings};
use super::viewer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::searches;
use store::tickets::{
    RequestKind, RequesterType, TicketFilter, TicketOrder, TicketPlace, Timeliness,
};
use sync_core::calendar::Day;
use sync_core::deadline::Level;
use sync_core::lifecycle::TicketState;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Everything narrows the list; an empty value counts as none.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// Text in number, title, address or description.
    query: Option<String>,
    /// Where the tickets stand.
    status: Option<String>,
    /// Id of a unit: assigned to it, or in it.
    unit: Option<String>,
    /// Id of a unit or a person: they have it themselves, not somebody below them.
    holder: Option<String>,
    /// A class of any level.
    category: Option<String>,
    /// How the request came.
    channel: Option<String>,
    /// `true` for open tickets whose deadline has passed.
    overdue: Option<String>,
    /// Open tickets that are due: `today`, from now on; `day`, within 24 hours.
    due: Option<String>,
    /// The worst level of their clocks: `green` to `purple`.
    level: Option<String>,
    /// `true` for tickets that are handled again because somebody was not satisfied.
    reworked: Option<String>,
    /// `true` for answered tickets about which nobody has called yet.
    uncalled: Option<String>,
    /// `true` for tickets that are not over.
    open: Option<String>,
    /// `true` to be told with each ticket who was warned.
    warnings: Option<String>,
    /// Who asks: `citizen`, `enterprise`.
    requester_type: Option<String>,
    /// What they want; `unknown` for those of which the source does not say it.
    request_kind: Option<String>,
    /// `true` for tickets with an open supervision.
    supervised: Option<String>,
    /// `in_time`, `late` or `unknown`.
    timeliness: Option<String>,
    /// Id of the deadline profile that they are counted by.
    profile: Option<String>,
    /// Version of the deadline profile.
    profile_version: Option<String>,
    /// `due` (default) or `-dispatched`.
    sort: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// 1 to 200, 50 if not given.
    limit: Option<u32>,
}

/// One page of tickets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct TicketPage {
    items: Vec<ListedTicket>,
    /// Give it as `cursor` for the next page; null on the last one.
    next: Option<String>,
    /// Tickets on all pages.
    total: i64,
}

/// Lists tickets that the caller may see, page by page.
#[utoipa::path(get, path = "/v1/tickets", tag = "tickets", params(ListParams),
    security(("bearer" = [])),
    responses((status = 200, body = TicketPage), (status = 400), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
    Query(params): Query<ListParams>,
) -> Result<Json<TicketPage>, ApiError> {
    let (filter, order) = params.filter(&app, &user)?;
    let after = given(params.cursor.as_deref())
        .map(|cursor| place_of(cursor, order).ok_or_else(|| bad_parameter("cursor")))
        .transpose()?;
    let _turn = searches::turn(&app, &user, filter.query.as_deref())?;
    let limit = params.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);

    let mut tx = app.store().read().await?;
    // One more than asked for says whether there is a next page.
    let (mut items, total) = tx
        .list_tickets_counted(user.tenant, &filter, order, after, limit + 1)
        .await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > wanted;
    items.truncate(wanted);
    let last = items.last().filter(|_| more);
    let next = last.map(|last| cursor_of(order, order.place(last)));
    let warnings = flag("warnings", params.warnings.as_deref())?;
    let mut items = with_clocks(items, user.tenant, app.clock().now(), &mut tx).await?;
    if warnings {
        with_warnings(&mut items, user.tenant, &mut tx).await?;
    }
    Ok(Json(TicketPage { items, next, total }))
}

impl ListParams {
    pub(super) fn filter(
        &self,
        app: &App,
        user: &CurrentUser,
    ) -> Result<(TicketFilter, TicketOrder), ApiError> {
        let id = |name: &'static str, value: &Option<String>| {
            given(value.as_deref())
                .map(|text| Id::parse(text).ok_or_else(|| bad_parameter(name)))
                .transpose()
        };
        let status = given(self.status.as_deref())
            .map(|word| TicketState::parse(word).ok_or_else(|| bad_parameter("status")))
            .transpose()?;
        let now = app.clock().now();
        let overdue = flag("overdue", self.overdue.as_deref())?;
        let due = match (overdue, given(self.due.as_deref())) {
            (false, None) => None,
            (true, None) => Some((None, now)),
            (false, Some("today")) => Some((Some(now), Day::of(now).end())),
            (false, Some("day")) => Some((Some(now), now.plus_millis(DAY_MS))),
            // What is overdue is not due any more.
            (_, Some(_)) => return Err(bad_parameter("due")),
        };
        let level = given(self.level.as_deref())
            .map(|word| Level::parse(word).ok_or_else(|| bad_parameter("level")))
            .transpose()?;
        let requester_type = given(self.requester_type.as_deref())
            .map(|word| RequesterType::parse(word).ok_or_else(|| bad_parameter("requester_type")))
            .transpose()?;
        let request_kind = given(self.request_kind.as_deref())
            .map(|word| match RequestKind::parse(word) {
                None if word != "unknown" => Err(bad_parameter("request_kind")),
                kind => Ok(kind),
            })
            .transpose()?;
        let timeliness = given(self.timeliness.as_deref())
            .map(|word| Timeliness::parse(word).ok_or_else(|| bad_parameter("timeliness")))
            .transpose()?;
        let profile_version = given(self.profile_version.as_deref())
            .map(|number| number.parse().map_err(|_| bad_parameter("profile_version")))
            .transpose()?;
        let order = match given(self.sort.as_deref()) {
            None | Some("due") => TicketOrder::Due,
            Some("-dispatched") => TicketOrder::Newest,
            Some(_) => return Err(bad_parameter("sort")),
        };
        let filter = TicketFilter {
            viewer: viewer(user)?,
            query: searches::asked(self.query.as_deref()),
            status,
            unit: id("unit", &self.unit)?,
            holder: id("holder", &self.holder)?,
            category: searches::asked(self.category.as_deref()),
            channel: searches::asked(self.channel.as_deref()),
            due_before: due.map(|(_, until)| until),
            due_from: due.and_then(|(from, _)| from),
            level,
            reworked: flag("reworked", self.reworked.as_deref())?,
            uncalled: flag("uncalled", self.uncalled.as_deref())?,
            open: flag("open", self.open.as_deref())?,
            requester_type,
            request_kind,
            supervised: flag("supervised", self.supervised.as_deref())?,
            timeliness,
            profile: searches::asked(self.profile.as_deref()),
            profile_version,
        };
        Ok((filter, order))
    }
}

fn given(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|value| !value.is_empty())
}

fn flag(name: &'static str, value: Option<&str>) -> Result<bool, ApiError> {
    match given(value) {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(bad_parameter(name)),
    }
}

pub(super) fn bad_parameter(name: &'static str) -> ApiError {
    let detail = format!("列表条件“{name}”的值不对；请清除筛选条件后重试。");
    ApiError::bad_request("bad_parameter", detail)
}

pub(super) fn cursor_of(order: TicketOrder, place: TicketPlace) -> String {
    format!("{}~{}~{}", letter(order), place.key, place.ticket)
}

pub(super) fn place_of(cursor: &str, order: TicketOrder) -> Option<TicketPlace> {
    let mut parts = cursor.split('~');
    let (of, key, ticket) = (parts.next()?, parts.next()?, parts.next()?);
    (of == letter(order) && parts.next().is_none()).then_some(())?;
    Some(TicketPlace {
        key: key.parse().ok()?,
        ticket: Id::parse(ticket)?,
    })
}

const fn letter(order: TicketOrder) -> &'static str {
    match order {
        TicketOrder::Due => "d",
        TicketOrder::Newest => "n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_in_its_own_order_only() {
        let place = TicketPlace {
            key: i64::MAX,
            ticket: Id::from_bytes([7; 16]),
        };
        let cursor = cursor_of(TicketOrder::Due, place);
        assert_eq!(place_of(&cursor, TicketOrder::Due), Some(place));
        assert_eq!(place_of(&cursor, TicketOrder::Newest), None);
        for bad in ["", "d", "d~x~y", "d~1~", &format!("{cursor}~")] {
            assert_eq!(place_of(bad, TicketOrder::Due), None, "{bad}");
        }
    }
}
