//! `GET /v1/tickets/{id}`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sync_core::{Id, Timestamp};

use super::act::{holders, stand};
use super::clocks::{Counting, ShownProfile, ShownWarning, on_call};
use super::{no_such_ticket, viewer};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::on_call::TeamOnCall;
use crate::telemetry::RequestId;
use store::Tx;
use store::evidence::{Evidence, LinkedTicket};
use store::ticket_events::TicketEvent;
use store::tickets::{FirstReceiver, Ticket, TicketRow, TicketTimes, TicketVisit};
use sync_core::deadline::Clock;
use sync_core::lifecycle::TicketAction;
use sync_core::lifecycle::life::{Actor, Life, StripStep, is_theirs};

/// One ticket in full, with what happened to it and the visits about it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TicketDetail {
    #[serde(flatten)]
    row: TicketRow,
    /// The request, numbers of people masked.
    description: String,
    /// The handling unit as the source words it.
    unit_text: Option<String>,
    /// `张*`; null where the role may not know.
    requester_masked: Option<String>,
    /// `138****0000`; null where the role may not know.
    phone_masked: Option<String>,
    /// When the hub took it in, unix milliseconds.
    #[schema(value_type = i64)]
    created_at: Timestamp,
    /// The official answer, if the source has one.
    reply: Option<String>,
    /// Unix milliseconds.
    #[schema(value_type = Option<i64>)]
    replied_at: Option<Timestamp>,
    /// By which deadline profile it is counted; null where nothing is.
    profile: Option<ShownProfile>,
    /// Every term of it as it stands (`sync_core::deadline::Clock`).
    #[schema(value_type = Vec<Object>)]
    clocks: Vec<Clock>,
    /// Who was warned of what, oldest first.
    warnings: Vec<ShownWarning>,
    /// When what happened.
    times: TicketTimes,
    /// Everything that its events add up to (docs/LIFECYCLE.md): tasks, feedback, calls.
    #[schema(value_type = Object)]
    life: Life,
    /// The ten steps, in their order.
    #[schema(value_type = Vec<Object>)]
    strip: Vec<StripStep>,
    /// What the caller may do to it as it stands, by the words of docs/LIFECYCLE.md; what else an action needs is said
    /// when it is refused.
    #[schema(value_type = Vec<String>)]
    may: Vec<TicketAction>,
    /// Who took it first, where it came to the office directly.
    first_receiver: Option<FirstReceiver>,
    /// Pictures that show what was asked; for the office alone.
    evidence: Vec<Evidence>,
    /// Tickets of the same matter; for the office alone.
    linked: Vec<LinkedTicket>,
    /// Who is on call today, of each team that it concerns.
    on_call_teams: Vec<TeamOnCall>,
    /// Oldest first.
    events: Vec<TicketEvent>,
    /// Newest first.
    visit_rows: Vec<TicketVisit>,
}

/// Shows one ticket that the caller may see.
#[utoipa::path(get, path = "/v1/tickets/{id}", tag = "tickets",
    params(("id" = String, Path, description = "Ticket id")),
    security(("bearer" = [])),
    responses((status = 200, body = TicketDetail), (status = 403), (status = 404)))]
pub(crate) async fn show(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<Json<TicketDetail>, ApiError> {
    let viewer = viewer(&user)?;
    let mut tx = app.store().read().await?;
    let ticket = tx.find_ticket(user.tenant, id, viewer).await?;
    let ticket = ticket.ok_or_else(no_such_ticket)?;
    let now = app.clock().now();
    let shown = detail(ticket, &user, now, &mut tx).await?;
    if shown.requester_masked.is_some() || shown.phone_masked.is_some() {
        let read = user.act("ticket.read", format!("ticket/{id}"), now, &request_id);
        app.notes().note(read);
    }
    Ok(Json(shown))
}

/// What `user` may know of the ticket.
pub(super) async fn detail(
    ticket: Ticket,
    user: &CurrentUser,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<TicketDetail, ApiError> {
    let id = ticket.row.id;
    let events = tx.list_ticket_events(user.tenant, id).await?;
    let visit_rows = tx.list_ticket_visits(user.tenant, &ticket.row).await?;
    let sight = user.ticket_sight()?;
    let past = tx.list_ticket_past(user.tenant, id).await?;
    let life = Life::of(&past);
    let times = tx.load_ticket_times(user.tenant, id).await?;
    let counted = tx.list_ticket_clocks(user.tenant, &[id]).await?;
    let counted = counted.first().map(|(_, counted)| counted);
    let counting = Counting::load(user.tenant, now, tx).await?;
    let warnings = tx.list_ticket_warnings(user.tenant, id).await?;
    let merged = life.merged_into.is_some();
    let principals = tx.list_principals(user.tenant, user.person).await?;
    let actor = Actor {
        person: user.person,
        role: user.role,
        principals: &principals,
    };
    let holders = holders(&ticket);
    let stand = stand(&ticket, &times, &holders, now);
    let may = TicketAction::ALL.iter().copied().filter(|action| {
        let here = action.allows(user.role) && action.leads(ticket.row.status).is_some();
        here && is_theirs(*action, &actor, &stand) && merged == (*action == TicketAction::Unmerge)
    });
    let first_receiver = tx.find_first_receiver(user.tenant, id).await?;
    // Screenshots show names and numbers, and other tickets may be out of sight.
    let (evidence, linked) = if user.role.is_office() {
        let evidence = tx.list_evidence(user.tenant, id).await?;
        (evidence, tx.list_linked_tickets(user.tenant, id).await?)
    } else {
        (Vec::new(), Vec::new())
    };
    let may = may.collect();
    let strip = life.strip(ticket.row.status);
    let on_call_teams = if sight.reaches_parties() {
        on_call(&ticket.row, &life, user.tenant, now, tx).await?
    } else {
        Vec::new()
    };
    // What callers and colleagues said is for those who handle the ticket.
    let (life, events) = if sight.reaches_parties() {
        (life, events)
    } else {
        let outline = Life {
            version: life.version,
            cycle: life.cycle,
            ..Life::default()
        };
        (outline, events.into_iter().map(without_words).collect())
    };
    Ok(TicketDetail {
        first_receiver,
        evidence,
        linked,
        on_call_teams,
        strip,
        may,
        profile: counted.and_then(|counted| counting.shown_profile(counted)),
        clocks: counted.map_or_else(Vec::new, |counted| counting.clocks(counted)),
        warnings: warnings.into_iter().map(ShownWarning::from).collect(),
        times,
        life,
        row: ticket.row,
        description: ticket.description,
        unit_text: ticket.unit_text,
        requester_masked: sight.requester(ticket.requester_masked),
        phone_masked: sight.requester(ticket.phone_masked),
        created_at: ticket.created_at,
        reply: ticket.reply,
        replied_at: ticket.replied_at,
        events,
        visit_rows,
    })
}

/// That it happened, and who did it; not what was said with it.
fn without_words(mut event: TicketEvent) -> TicketEvent {
    if let Some(detail) = event.detail.as_object_mut() {
        detail.retain(|name, _| name != "act" && name != "note");
    }
    event
}
