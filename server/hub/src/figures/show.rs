//! `GET /v1/figures`

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use axum::Json;
use axum::extract::{Query, State};
use serde::Serialize;
use store::Tx;
use store::figures::FigureTicket;
use store::units::{Unit, UnitKind};
use sync_core::figures::{self, Appealed, Excluded, Measure, Sums};
use sync_core::lifecycle::life::Weights;
use sync_core::{Id, Timestamp};

use super::may_see_figures;
use super::period::Days;
use super::shown::{Group, UnitGroup, WorkerGroup};
use super::walk::Walk;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::searches;

/// Appeals and exclusions that are listed; all are counted.
const LISTED: usize = 200;

/// The figures of a period: of the tickets that were dispatched in it, as they stand now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FigureReport {
    /// The first day, as `2026-11-01`.
    from: String,
    /// The last one.
    to: String,
    /// When they were reckoned, unix milliseconds.
    #[schema(value_type = i64)]
    at: Timestamp,
    /// The version of how they are counted.
    version: u32,
    /// By what points are made.
    formula: Formula,
    /// All tickets that somebody asked for.
    all: Group,
    /// Those of enterprises.
    enterprise: Group,
    /// 未诉先办: what patrols found, in none of the other groups.
    proactive: Group,
    /// By unit: communities with their grids, sections, teams, then those that no unit has.
    units: Vec<UnitGroup>,
    /// By worker, by name, then those that nobody in particular has.
    workers: Vec<WorkerGroup>,
    /// Appeals on these tickets.
    appeals: AppealSums,
    /// Tickets that a leader excluded.
    excluded: ExcludedSums,
}

/// The weights of points.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Formula {
    version: u32,
    /// Of `response`.
    response: u32,
    /// Of `solved`.
    solved: u32,
    /// Of `satisfied`.
    satisfied: u32,
}

/// Appeals: how many, and what they changed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AppealSums {
    /// All that were lodged.
    lodged: u64,
    /// Nobody has decided yet.
    open: u64,
    /// 成立
    upheld: u64,
    /// 不成立
    dismissed: u64,
    /// The first 200 by dispatch of their tickets.
    items: Vec<AppealLine>,
}

/// One appeal.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AppealLine {
    /// The ticket.
    #[schema(value_type = String)]
    ticket: Id,
    /// Its number at the upper level.
    upstream_no: Option<String>,
    /// Its title.
    title: String,
    /// The event that lodged it.
    n: i64,
    /// `return_refused`, `bad_rating`, `overdue_mark`, `wrong_dispatch`.
    cause: &'static str,
    /// `open`, `upheld`, `dismissed`.
    state: &'static str,
    /// The measures that do not count this ticket any more because of it.
    #[schema(value_type = Vec<String>)]
    changed: Vec<Measure>,
}

/// Tickets that were excluded.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ExcludedSums {
    /// How many.
    total: u64,
    /// The first 200 by dispatch.
    items: Vec<ExcludedLine>,
}

/// One of them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ExcludedLine {
    /// The ticket.
    #[schema(value_type = String)]
    ticket: Id,
    /// Its number at the upper level.
    upstream_no: Option<String>,
    /// Its title.
    title: String,
    /// Why.
    words: String,
    /// When, unix milliseconds.
    #[schema(value_type = i64)]
    at: Timestamp,
    /// Who.
    by: Option<String>,
}

/// Reckons the figures of the tickets that were dispatched in a period, from their events. For the office.
#[utoipa::path(get, path = "/v1/figures", tag = "figures", params(Days),
    security(("bearer" = [])),
    responses((status = 200, body = FigureReport),
        (status = 400, description = "`bad_parameter`, `bad_period`, `period_too_long`"), (status = 403)))]
pub(crate) async fn show(
    State(app): State<App>,
    user: CurrentUser,
    Query(days): Query<Days>,
) -> Result<Json<FigureReport>, ApiError> {
    may_see_figures(&user)?;
    let (from, to, period) = days.read()?;
    let _turn = searches::reckoning(&app, &user)?;
    let now = app.clock().now();
    let mut tx = app.store().read().await?;
    let walk = Walk::new(user.tenant, now, &mut tx).await?;
    let mut gathered = Gathered::default();
    walk.run(period, None, &mut tx, |ticket, read| {
        gathered.sums.add(&read);
        for appeal in read.appeals {
            keep(&mut gathered.appeals, ticket, appeal);
        }
        if let Some(excluded) = read.excluded {
            keep(&mut gathered.excluded, ticket, excluded);
        }
        ControlFlow::Continue(())
    })
    .await?;
    let weights = Weights::EXAMPLE;
    let Gathered {
        sums,
        appeals,
        excluded,
    } = gathered;
    let names = names(&sums, &excluded, user.tenant, &mut tx).await?;
    let units = tx.list_units(user.tenant).await?;
    let count = |state: &str| sums.appeals.get(state).copied().unwrap_or_default();
    Ok(Json(FigureReport {
        from: from.to_string(),
        to: to.to_string(),
        at: now,
        version: figures::VERSION,
        formula: Formula {
            version: Weights::VERSION,
            response: weights.response,
            solved: weights.solved,
            satisfied: weights.satisfied,
        },
        all: Group::of(&sums.all, weights),
        enterprise: Group::of(&sums.enterprise, weights),
        proactive: Group::of(&sums.proactive, weights),
        units: unit_groups(&sums, &units, weights),
        workers: worker_groups(&sums, &names, weights),
        appeals: AppealSums {
            lodged: sums.appeals.values().sum(),
            open: count("open"),
            upheld: count("upheld"),
            dismissed: count("dismissed"),
            items: appeals.into_iter().map(AppealLine::of).collect(),
        },
        excluded: ExcludedSums {
            total: sums.excluded,
            items: excluded
                .into_iter()
                .map(|of| ExcludedLine::of(of, &names))
                .collect(),
        },
    }))
}

/// Something about a ticket.
struct Of<T> {
    ticket: Id,
    upstream_no: Option<String>,
    title: String,
    what: T,
}

#[derive(Default)]
struct Gathered {
    sums: Sums,
    appeals: Vec<Of<Appealed>>,
    excluded: Vec<Of<Excluded>>,
}

fn keep<T>(list: &mut Vec<Of<T>>, ticket: &FigureTicket, what: T) {
    if list.len() < LISTED {
        list.push(Of {
            ticket: ticket.id,
            upstream_no: ticket.upstream_no.clone(),
            title: ticket.title.clone(),
            what,
        });
    }
}

async fn names(
    sums: &Sums,
    excluded: &[Of<Excluded>],
    tenant: Id,
    tx: &mut Tx,
) -> Result<BTreeMap<Id, String>, store::Error> {
    let workers = sums.workers.keys().flatten().copied();
    let mut people: Vec<Id> = workers
        .chain(excluded.iter().filter_map(|of| of.what.by))
        .collect();
    people.sort_unstable();
    people.dedup();
    tx.list_names(tenant, &people).await
}

/// In the order of the office's lists: communities with their grids by code, sections, teams, then nobody's.
fn unit_groups(sums: &Sums, units: &[Unit], weights: Weights) -> Vec<UnitGroup> {
    let parent = |unit: &Unit| units.iter().find(|one| Some(one.id) == unit.parent);
    let known = |id: Id| units.iter().find(|unit| unit.id == id);
    let place = |id: Option<Id>| {
        let unit = id.and_then(known);
        let rank = unit.map_or(3, |unit| match unit.kind {
            UnitKind::Street | UnitKind::Community | UnitKind::Grid => 0,
            UnitKind::Section => 1,
            UnitKind::Team => 2,
        });
        let community = unit.and_then(|unit| {
            let grid = unit.kind == UnitKind::Grid;
            parent(unit).filter(|_| grid).or(Some(unit))
        });
        let code = community.map(|unit| unit.code.clone());
        (
            rank,
            code,
            unit.map(|unit| unit.kind == UnitKind::Grid),
            unit.map(|unit| unit.code.clone()),
        )
    };
    let mut groups: Vec<_> = sums.units.iter().collect();
    groups.sort_by_cached_key(|(id, _)| place(**id));
    let shown = groups.into_iter().map(|(id, sum)| {
        let unit = id.and_then(known);
        let name = unit.map(|unit| match parent(unit) {
            Some(parent) if unit.kind == UnitKind::Grid => {
                format!("{} · {}", parent.name, unit.name)
            }
            _ => unit.name.clone(),
        });
        UnitGroup {
            id: *id,
            name,
            kind: unit.map(|unit| unit.kind.as_str()),
            group: Group::of(sum, weights),
        }
    });
    shown.collect()
}

/// By name and not by points: nobody is ranked here.
fn worker_groups(sums: &Sums, names: &BTreeMap<Id, String>, weights: Weights) -> Vec<WorkerGroup> {
    let groups = sums.workers.iter().map(|(id, sum)| WorkerGroup {
        id: *id,
        name: id.and_then(|id| names.get(&id).cloned()),
        group: Group::of(sum, weights),
    });
    let mut groups: Vec<WorkerGroup> = groups.collect();
    groups.sort_by(|a, b| (a.id.is_none(), &a.name, a.id).cmp(&(b.id.is_none(), &b.name, b.id)));
    groups
}

impl AppealLine {
    fn of(of: Of<Appealed>) -> Self {
        Self {
            ticket: of.ticket,
            upstream_no: of.upstream_no,
            title: of.title,
            n: of.what.n,
            cause: of.what.cause.as_str(),
            state: of.what.state.as_str(),
            changed: of.what.changed,
        }
    }
}

impl ExcludedLine {
    fn of(of: Of<Excluded>, names: &BTreeMap<Id, String>) -> Self {
        Self {
            ticket: of.ticket,
            upstream_no: of.upstream_no,
            title: of.title,
            words: of.what.words,
            at: of.what.at,
            by: of.what.by.and_then(|by| names.get(&by).cloned()),
        }
    }
}
