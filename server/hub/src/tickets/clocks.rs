//! The clocks of tickets as they stand when somebody looks.

use std::collections::BTreeSet;

use serde::Serialize;
use sync_core::calendar::Calendar;
use sync_core::deadline::{self, Clock, ClockKind, Profile, Received};
use sync_core::figures;
use sync_core::lifecycle::life::{Life, TaskKind, TaskState};
use sync_core::{Id, Timestamp};

use crate::on_call::{TeamOnCall, Today};
use store::Tx;
use store::deadlines::{TicketClocks, Warning};
use store::tickets::{AssigneeKind, RequesterType, TicketRow};
use store::units::UnitKind;

/// A ticket in a list with its clock.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListedTicket {
    #[serde(flatten)]
    pub(super) row: TicketRow,
    /// Null where nothing was counted: it came with its answer.
    pub(super) clock: Option<ListedClock>,
    /// Names of those who are on call today, of a ticket that a team has: nobody, one or several. Null for others.
    pub(super) on_call: Option<Vec<String>>,
    /// Who was warned of what, oldest first; left out where nobody asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) warnings: Option<Vec<ShownWarning>>,
}

/// How long a ticket still has, in working days; of a term of hours, in hours.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListedClock {
    /// The worst level of all clocks of the ticket: `green` to `purple`; null when none runs.
    level: Option<&'static str>,
    /// How the result stands: `running`, `paused`, `met`, `missed`, `stopped`.
    state: &'static str,
    /// The last day of the result, as `2026-10-08`.
    due_day: Option<String>,
    /// The result is overdue, and the rest says for how long.
    overdue: bool,
    /// Whole working days that are left or over; null when nothing runs.
    working_days: Option<i64>,
    /// What is left beside them, ms.
    millis: Option<i64>,
    /// When a level changes, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    next_change: Option<Timestamp>,
}

/// Somebody was warned.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ShownWarning {
    /// Of which clock.
    clock: String,
    /// The co-task or supervision by the number of its event; empty for others.
    name: String,
    /// What it showed.
    level: &'static str,
    /// What was due then, unix milliseconds.
    #[schema(value_type = i64)]
    due_at: Timestamp,
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    warned_at: Timestamp,
    /// The role that it went to.
    told: &'static str,
}

/// By which rule a ticket is counted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ShownProfile {
    id: String,
    version: u32,
    name: String,
    basis: String,
}

/// What clocks are counted by.
pub(super) struct Counting {
    calendar: Calendar,
    profiles: Vec<Profile>,
    now: Timestamp,
}

impl Counting {
    pub(super) async fn load(
        tenant: Id,
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<Self, store::Error> {
        Ok(Self {
            calendar: tx.load_calendar(tenant).await?,
            profiles: tx.load_deadline_profiles(tenant).await?,
            now,
        })
    }

    fn profile(&self, clocks: &TicketClocks) -> Option<&Profile> {
        let (id, version) = &clocks.profile;
        let mut known = self.profiles.iter().rev();
        known.find(|known| known.id == *id && known.version == *version)
    }

    pub(super) fn clocks(&self, clocks: &TicketClocks) -> Vec<Clock> {
        self.profile(clocks).map_or_else(Vec::new, |profile| {
            deadline::clocks(profile, &clocks.facts, &self.calendar, self.now)
        })
    }

    pub(super) fn shown_profile(&self, clocks: &TicketClocks) -> Option<ShownProfile> {
        let profile = self.profile(clocks)?;
        Some(ShownProfile {
            id: profile.id.clone(),
            version: profile.version,
            name: profile.name.clone(),
            basis: profile.basis.clone(),
        })
    }

    fn listed(&self, clocks: &TicketClocks) -> Option<ListedClock> {
        let all = self.clocks(clocks);
        let result = all.iter().find(|clock| clock.kind == ClockKind::Result)?;
        let remaining = result.remaining;
        Some(ListedClock {
            level: deadline::worst(&all).map(deadline::Level::as_str),
            state: result.state.as_str(),
            due_day: result.due.map(|due| due.day.to_string()),
            overdue: remaining.is_some_and(|remaining| remaining.overdue),
            working_days: remaining.map(|remaining| remaining.working_days),
            millis: remaining.map(|remaining| remaining.millis),
            next_change: deadline::next_change(&all),
        })
    }
}

/// When the result of the first cycle was due; as the row has it where nothing is counted.
pub(super) async fn first_due(
    ticket: &TicketRow,
    given_due_at: Option<Timestamp>,
    tenant: Id,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Option<Timestamp>, store::Error> {
    let counting = Counting::load(tenant, now, tx).await?;
    let known = tx.list_ticket_clocks(tenant, &[ticket.id]).await?;
    let profile = known
        .first()
        .and_then(|(_, clocks)| counting.profile(clocks));
    let Some(profile) = profile else {
        return Ok(ticket.due_at);
    };
    let received = Received {
        dispatched_at: ticket.dispatched_at,
        given_due_at,
        ..Received::default()
    };
    let past = tx.list_ticket_past(tenant, ticket.id).await?;
    let due = figures::first_due(&past, received, profile, &counting.calendar, now);
    Ok(due)
}

/// The tickets of a list with their clocks, in the same order.
pub(super) async fn with_clocks(
    rows: Vec<TicketRow>,
    tenant: Id,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Vec<ListedTicket>, store::Error> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let known = tx.list_ticket_clocks(tenant, &ids).await?;
    let counting = Counting::load(tenant, now, tx).await?;
    let today = Today::load(tenant, now, tx).await?;
    let listed = rows.into_iter().map(|row| {
        let clocks = known.iter().find(|(ticket, _)| *ticket == row.id);
        let clock = clocks.and_then(|(_, clocks)| counting.listed(clocks));
        ListedTicket {
            on_call: team_of(&row).map(|team| today.names(team)),
            row,
            clock,
            warnings: None,
        }
    });
    Ok(listed.collect())
}

/// The team that has a ticket.
fn team_of(row: &TicketRow) -> Option<Id> {
    let assigned = row.assigned.as_ref();
    let team = assigned.filter(|assigned| assigned.kind == AssigneeKind::Team);
    team.map(|team| team.id)
}

/// Who is on call today, of each team that a ticket concerns: that has it, that shall help with it, and of a request of an
/// enterprise that no team has yet every team with a roster.
pub(super) async fn on_call(
    row: &TicketRow,
    life: &Life,
    tenant: Id,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Vec<TeamOnCall>, store::Error> {
    let helps = life.tasks.iter().filter(|task| {
        task.kind == TaskKind::Help && task.state == TaskState::Open && !row.status.is_over()
    });
    let mut concerned: BTreeSet<Id> = helps.filter_map(|task| task.unit).collect();
    concerned.extend(team_of(row).filter(|_| !row.status.is_over()));
    let mut teams = tx.list_units(tenant).await?;
    teams.retain(|unit| unit.kind == UnitKind::Team && concerned.contains(&unit.id));
    let mut teams: Vec<_> = teams.into_iter().map(|unit| (unit.id, unit.name)).collect();
    let of_enterprise = row.requester_type == RequesterType::Enterprise;
    if teams.is_empty() && of_enterprise && !row.status.is_over() {
        teams = tx.list_rostered_units(tenant).await?;
    }
    if teams.is_empty() {
        return Ok(Vec::new());
    }
    let today = Today::load(tenant, now, tx).await?;
    let team = |(unit, name)| today.team(unit, name);
    Ok(teams.into_iter().map(team).collect())
}

/// Adds who was warned.
pub(super) async fn with_warnings(
    items: &mut [ListedTicket],
    tenant: Id,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let ids: Vec<Id> = items.iter().map(|item| item.row.id).collect();
    let mut known = tx.list_warnings_of(tenant, &ids).await?;
    for item in items {
        let warned = known.remove(&item.row.id).unwrap_or_default();
        item.warnings = Some(warned.into_iter().map(ShownWarning::from).collect());
    }
    Ok(())
}

impl From<Warning> for ShownWarning {
    fn from(warning: Warning) -> Self {
        Self {
            clock: warning.clock,
            name: warning.name,
            level: warning.level.as_str(),
            due_at: warning.due_at,
            warned_at: warning.warned_at,
            told: warning.told.as_str(),
        }
    }
}
