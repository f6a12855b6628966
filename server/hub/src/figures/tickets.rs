//! `GET /v1/figures/tickets`: the tickets behind a number.

use std::ops::ControlFlow;

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use store::figures::{FigurePlace, FigureTicket};
use store::words::TicketStateWord;
use sync_core::figures::{LeftOut, Measure, Read, Unknown, Verdict};
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};

use super::may_see_figures;
use super::period::Days;
use super::walk::Walk;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::searches;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;
/// The word for those that nobody has.
const NOBODY: &str = "none";

/// Which number.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BehindParams {
    /// Of which group: `all`, `enterprise`, `proactive`, `unit`, `worker`.
    of: String,
    /// The unit or the worker; `none` for what nobody has.
    id: Option<String>,
    /// Of which figure; without one, every ticket of the group.
    measure: Option<String>,
    /// Which of its tickets: `reached`, `counted`, `missed`, `unknown`, `left_out`, or those that it left out or could not
    /// tell for one reason, as `excluded`; with a measure alone.
    part: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// 1 to 200, 50 if not given.
    limit: Option<u32>,
}

/// Tickets of a number, in the order of their dispatch.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BehindPage {
    items: Vec<BehindTicket>,
    /// Give it as `cursor` for the next page; null on the last one.
    next: Option<String>,
}

/// One of them, and what came out for it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BehindTicket {
    /// The ticket.
    #[schema(value_type = String)]
    id: Id,
    /// Its number at the upper level.
    upstream_no: Option<String>,
    /// Its title.
    title: String,
    /// Where it stands.
    #[schema(value_type = TicketStateWord)]
    status: TicketState,
    /// When it was dispatched, unix milliseconds.
    #[schema(value_type = i64)]
    dispatched_at: Timestamp,
    /// `reached`, `missed`, `unknown`, `left_out`; null without a measure.
    verdict: Option<&'static str>,
    /// Why it is unknown or left out.
    why: Option<&'static str>,
}

/// Lists the tickets behind a number of `/v1/figures` of the same days. For the office.
#[utoipa::path(get, path = "/v1/figures/tickets", tag = "figures", params(Days, BehindParams),
    security(("bearer" = [])),
    responses((status = 200, body = BehindPage),
        (status = 400, description = "`bad_parameter`, `bad_period`, `period_too_long`"), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
    Query(days): Query<Days>,
    Query(params): Query<BehindParams>,
) -> Result<Json<BehindPage>, ApiError> {
    may_see_figures(&user)?;
    let (_, _, period) = days.read()?;
    let wanted = params.wanted().ok_or_else(bad_parameter)?;
    let after = params.after().ok_or_else(bad_parameter)?;
    let limit = params.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let _turn = searches::reckoning(&app, &user)?;
    let mut tx = app.store().read().await?;
    let walk = Walk::new(user.tenant, app.clock().now(), &mut tx).await?;
    let mut items = Vec::new();
    let mut next = None;
    walk.run(period, after, &mut tx, |ticket, read| {
        let Some(verdict) = wanted.of(&read) else {
            return ControlFlow::Continue(());
        };
        // One more than asked for says whether there is a next page.
        if items.len() == limit {
            next = items.last().map(cursor_of);
            return ControlFlow::Break(());
        }
        items.push(BehindTicket::of(ticket, verdict));
        ControlFlow::Continue(())
    })
    .await?;
    Ok(Json(BehindPage { items, next }))
}

fn bad_parameter() -> ApiError {
    ApiError::bad_request(
        "bad_parameter",
        "认不出要看哪个数字背后的工单；请回到统计页重新点击。",
    )
}

/// Whose tickets.
enum Whose {
    All,
    Enterprise,
    Proactive,
    Unit(Option<Id>),
    Worker(Option<Id>),
}

/// Which of them.
#[derive(Clone, Copy)]
enum Which {
    Reached,
    Counted,
    Missed,
    Unknown(Option<Unknown>),
    LeftOut(Option<LeftOut>),
}

struct Wanted {
    whose: Whose,
    measure: Option<(Measure, Option<Which>)>,
}

impl BehindParams {
    fn wanted(&self) -> Option<Wanted> {
        let id = || match self.id.as_deref()? {
            NOBODY => Some(None),
            id => Id::parse(id).map(Some),
        };
        let whose = match self.of.as_str() {
            "all" => Whose::All,
            "enterprise" => Whose::Enterprise,
            "proactive" => Whose::Proactive,
            "unit" => Whose::Unit(id()?),
            "worker" => Whose::Worker(id()?),
            _ => return None,
        };
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let measure = match (given(&self.measure), given(&self.part)) {
            (None, None) => None,
            (None, Some(_)) => return None,
            (Some(measure), None) => Some((Measure::parse(&measure)?, None)),
            (Some(measure), Some(part)) => {
                Some((Measure::parse(&measure)?, Some(Which::parse(&part)?)))
            }
        };
        Some(Wanted { whose, measure })
    }

    fn after(&self) -> Option<Option<FigurePlace>> {
        let Some(cursor) = self.cursor.as_deref().filter(|text| !text.is_empty()) else {
            return Some(None);
        };
        let (at, ticket) = cursor.split_once('~')?;
        Some(Some(FigurePlace {
            dispatched_at: Timestamp::from_millis(at.parse().ok()?),
            ticket: Id::parse(ticket)?,
        }))
    }
}

fn cursor_of(last: &BehindTicket) -> String {
    format!("{}~{}", last.dispatched_at.millis(), last.id)
}

impl Which {
    fn parse(text: &str) -> Option<Self> {
        let whole = match text {
            "reached" => Some(Self::Reached),
            "counted" => Some(Self::Counted),
            "missed" => Some(Self::Missed),
            "unknown" => Some(Self::Unknown(None)),
            "left_out" => Some(Self::LeftOut(None)),
            _ => None,
        };
        whole
            .or_else(|| Unknown::parse(text).map(|why| Self::Unknown(Some(why))))
            .or_else(|| LeftOut::parse(text).map(|why| Self::LeftOut(Some(why))))
    }

    fn holds(self, verdict: Verdict) -> bool {
        match (self, verdict) {
            (Self::Reached | Self::Counted, Verdict::Reached)
            | (Self::Missed | Self::Counted, Verdict::Missed) => true,
            (Self::Unknown(wanted), Verdict::Unknown(why)) => {
                wanted.is_none_or(|wanted| wanted == why)
            }
            (Self::LeftOut(wanted), Verdict::LeftOut(why)) => {
                wanted.is_none_or(|wanted| wanted == why)
            }
            _ => false,
        }
    }
}

impl Wanted {
    /// What came out for a ticket that is wanted; `None` for another one.
    fn of(&self, read: &Read) -> Option<Option<Verdict>> {
        let theirs = match self.whose {
            Whose::All | Whose::Proactive => true,
            Whose::Enterprise => read.enterprise,
            Whose::Unit(unit) => read.unit == unit,
            Whose::Worker(worker) => read.worker == worker,
        };
        if !theirs || read.proactive != matches!(self.whose, Whose::Proactive) {
            return None;
        }
        let Some((measure, which)) = self.measure else {
            return Some(None);
        };
        let verdict = *read.verdicts.get(&measure)?;
        which
            .is_none_or(|which| which.holds(verdict))
            .then_some(Some(verdict))
    }
}

impl BehindTicket {
    fn of(ticket: &FigureTicket, verdict: Option<Verdict>) -> Self {
        let told = verdict.map(|verdict| match verdict {
            Verdict::Reached => ("reached", None),
            Verdict::Missed => ("missed", None),
            Verdict::Unknown(why) => ("unknown", Some(why.as_str())),
            Verdict::LeftOut(why) => ("left_out", Some(why.as_str())),
        });
        Self {
            id: ticket.id,
            upstream_no: ticket.upstream_no.clone(),
            title: ticket.title.clone(),
            status: ticket.state,
            dispatched_at: ticket.received.dispatched_at,
            verdict: told.map(|(verdict, _)| verdict),
            why: told.and_then(|(_, why)| why),
        }
    }
}
