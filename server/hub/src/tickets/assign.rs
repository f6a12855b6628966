//! `POST /v1/tickets/{id}/assign`

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::json;
use sync_core::{Id, Role, Timestamp};

use super::show::{TicketDetail, detail};
use super::{no_such_ticket, viewer};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::Tx;
use store::audit::AuditEntry;
use store::people::PersonState;
use store::ticket_events::NewTicketEvent;
use store::tickets::{AssigneeKind, Assignment, Ticket};
use store::units::UnitKind;
use sync_core::lifecycle::{Life, TicketState, TicketStep};
use sync_core::sight::TicketSight;

const MAX_NOTE_CHARS: usize = 500;

/// Who is to have the ticket.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct AssignRequest {
    /// The new assignee.
    pub to: AssignTo,
    /// The id of whoever had it on the screen; null if nobody had.
    #[schema(value_type = Option<String>)]
    pub assigned_before: Option<Id>,
    /// What the assignee should know, up to 500 characters.
    pub note: Option<String>,
}

/// A unit or a person.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
pub struct AssignTo {
    /// What it is.
    pub kind: AssigneeKind,
    /// Which one.
    #[schema(value_type = String)]
    pub id: Id,
}

/// Gives the ticket to a community, a grid or a person, and takes it from whoever had it.
///
/// The office may give it to anyone; a community's secretary or grid head within the own community, and
/// they keep it in sight.
#[utoipa::path(post, path = "/v1/tickets/{id}/assign", tag = "tickets", request_body = AssignRequest,
    params(("id" = String, Path, description = "Ticket id")),
    security(("bearer" = [])),
    responses((status = 200, body = TicketDetail), (status = 403), (status = 404),
        (status = 409, description = "`ticket_closed`, `changed_meanwhile`"),
        (status = 422, description = "`assignee_unknown`, `assignee_unfit` or `note_too_long`")))]
pub async fn assign(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(request): Json<AssignRequest>,
) -> Result<Json<TicketDetail>, ApiError> {
    let shown = one(&app, &user, &request_id, id, request).await?;
    Ok(Json(shown))
}

/// Refuses whoever gives no tickets to anybody.
pub(super) fn require_dispatcher(user: &CurrentUser) -> Result<(), ApiError> {
    if may_assign(user.role) {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "您的角色不能交办工单；请联系街道热线办或社区书记。",
    ))
}

/// Gives one ticket to somebody.
pub(super) async fn one(
    app: &App,
    user: &CurrentUser,
    request_id: &RequestId,
    id: Id,
    request: AssignRequest,
) -> Result<TicketDetail, ApiError> {
    require_dispatcher(user)?;
    let note = note(request.note.as_deref())?;
    let viewer = viewer(user)?;
    let mut tx = app.store().begin().await?;
    // The number first: of two who assign at once the second sees what the first did.
    let seq = tx.next_seq(user.tenant).await?;
    let ticket = tx.find_ticket(user.tenant, id, viewer).await?;
    let ticket = ticket.ok_or_else(no_such_ticket)?;
    require_seen(&ticket, &request)?;
    if ticket.row.status.is_over() {
        return Err(ApiError::conflict(
            "ticket_closed",
            "这件工单已经办结或作废，不能再交办；请刷新列表。",
        ));
    }
    let now = app.clock().now();
    let assignment = assignment(ticket.row.status, request.to, now, user, &mut tx).await?;
    let had = ticket.row.assigned.as_ref();
    let concerned = if had.is_none_or(|had| had.id != assignment.to) {
        let act = user.act("ticket.assign", format!("ticket/{id}"), now, request_id);
        let given = hand_over(
            &ticket,
            &assignment,
            Words::of(&note),
            seq,
            &act,
            user,
            &mut tx,
        )
        .await?;
        tx.renew_deadlines(user.tenant, &[id], seq, now).await?;
        tx.append_audit(&act).await?;
        given.concerned
    } else {
        Vec::new()
    };
    let ticket = tx.find_ticket(user.tenant, id, None).await?;
    let ticket = ticket.ok_or_else(no_such_ticket)?;
    let shown = detail(ticket, user, now, &mut tx).await?;
    tx.commit().await?;
    if !concerned.is_empty() {
        app.doors().live().poke(user.tenant, concerned);
    }
    Ok(shown)
}

/// The same as an action of the table: the version was looked at already.
#[expect(
    clippy::too_many_arguments,
    reason = "what an action of a ticket is written with"
)]
pub(super) async fn within(
    ticket: &Ticket,
    kind: &str,
    to: Id,
    words: &str,
    seq: i64,
    act: &AuditEntry,
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<(), ApiError> {
    let kind = AssigneeKind::parse(kind).ok_or_else(|| unknown_assignee("单位或人员"))?;
    let note = note(Some(words))?;
    let assignment = assignment(
        ticket.row.status,
        AssignTo { kind, id: to },
        act.at,
        user,
        tx,
    )
    .await?;
    let words = Words::of(&note);
    hand_over(ticket, &assignment, words, seq, act, user, tx).await?;
    Ok(())
}

/// Refuses an assignment by somebody on whose screen another one had the ticket.
fn require_seen(ticket: &Ticket, request: &AssignRequest) -> Result<(), ApiError> {
    let has = ticket.row.assigned.as_ref();
    if has.map(|has| has.id) == request.assigned_before {
        return Ok(());
    }
    let now = has.map_or_else(
        || "现在还没有派给任何人".to_owned(),
        |has| format!("现在已经派给“{}”", has.name),
    );
    Err(ApiError::conflict(
        "changed_meanwhile",
        format!("您打开之后，这件工单被别人改派了：{now}。请看过后再决定；您写好的交代还在。"),
    ))
}

const fn may_assign(role: Role) -> bool {
    role.is_office() || matches!(role, Role::CommunitySecretary | Role::GridHead)
}

pub(super) fn note(given: Option<&str>) -> Result<String, ApiError> {
    let keep = |c: &char| !c.is_control() || *c == '\n';
    let note: String = given
        .unwrap_or_default()
        .trim()
        .chars()
        .filter(keep)
        .collect();
    if note.chars().count() > MAX_NOTE_CHARS {
        let detail = format!("交办说明超过 {MAX_NOTE_CHARS} 字；请缩短后再提交。");
        return Err(ApiError::unprocessable("note_too_long", detail));
    }
    Ok(note)
}

/// Whether there is such an assignee to whom `user` may give tickets.
pub(super) async fn target(
    to: AssignTo,
    at: Timestamp,
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<(), ApiError> {
    assignment(TicketState::FIRST, to, at, user, tx)
        .await
        .map(drop)
}

/// Checks that there is such an assignee, and that `user` may give tickets to them.
pub(super) async fn assignment(
    before: TicketState,
    to: AssignTo,
    at: Timestamp,
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<Assignment, ApiError> {
    let status = before.after(TicketStep::Assign).unwrap_or(before);
    let mut assignment = Assignment {
        kind: to.kind,
        to: to.id,
        community: None,
        grid: None,
        status,
        at,
    };
    let principals = match to.kind {
        AssigneeKind::Community
        | AssigneeKind::Grid
        | AssigneeKind::Section
        | AssigneeKind::Team => {
            let unit = tx.find_unit(user.tenant, to.id).await?;
            let unit = unit.ok_or_else(|| unknown_assignee("单位"))?;
            match (to.kind, unit.kind) {
                (AssigneeKind::Section, UnitKind::Section)
                | (AssigneeKind::Team, UnitKind::Team) => {}
                (AssigneeKind::Community, UnitKind::Community) => {
                    assignment.community = Some(unit.id);
                }
                (AssigneeKind::Grid, UnitKind::Grid) => {
                    assignment.grid = Some(unit.id);
                    assignment.community = unit.parent;
                }
                _ => return Err(unknown_assignee("单位")),
            }
            vec![unit.id]
        }
        AssigneeKind::Person => {
            let person = tx.find_person(user.tenant, to.id).await?;
            let person = person.ok_or_else(|| unknown_assignee("人员"))?;
            let works = TicketSight::of(person.role).is_some();
            if person.state != PersonState::Active || !works {
                return Err(ApiError::unprocessable(
                    "assignee_unfit",
                    "这位人员已停用或不办理工单；请另选一位。",
                ));
            }
            tx.list_principals(user.tenant, person.id).await?
        }
    };
    if !user.role.is_office() {
        let own = own_units(user, tx).await?;
        if !principals.iter().any(|principal| own.contains(principal)) {
            return Err(ApiError::forbidden(
                "outside_community",
                "只能交给本社区的网格和人员；需要跨社区时请退回街道热线办。",
            ));
        }
    }
    Ok(assignment)
}

fn unknown_assignee(what: &str) -> ApiError {
    let detail = format!("没有这个{what}；请刷新页面后重新选择。");
    ApiError::unprocessable("assignee_unknown", detail)
}

/// The communities and grids that `user` acts for.
async fn own_units(user: &CurrentUser, tx: &mut Tx) -> Result<BTreeSet<Id>, store::Error> {
    let units = tx.list_units_of_person(user.tenant, user.person).await?;
    let below_street = units
        .into_iter()
        .filter(|unit| unit.kind != UnitKind::Street);
    Ok(below_street.map(|unit| unit.id).collect())
}

/// What is said with an assignment.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    /// What the assignee should know.
    pub(super) note: &'a str,
    /// The event that it takes back.
    pub(super) undoes: Option<i64>,
}

impl<'a> Words<'a> {
    pub(super) const fn of(note: &'a str) -> Self {
        Self { note, undoes: None }
    }
}

/// What was written of an assignment.
pub(super) struct Given {
    /// Who saw it before or sees it now: their phones have something to fetch.
    pub(super) concerned: Vec<Id>,
    /// The number of the event.
    pub(super) version: i64,
}

/// Writes the assignment, what happened, and who sees the ticket from now on.
pub(super) async fn hand_over(
    ticket: &Ticket,
    assignment: &Assignment,
    words: Words<'_>,
    seq: i64,
    act: &AuditEntry,
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<Given, store::Error> {
    let (tenant, id) = (user.tenant, ticket.row.id);
    tx.update_assignment(tenant, id, assignment).await?;
    let mut detail = json!({
        "from": ticket.row.assigned,
        "to": { "kind": assignment.kind, "id": assignment.to },
        "note": words.note,
    });
    if let (Some(undone), Some(detail)) = (words.undoes, detail.as_object_mut()) {
        detail.insert("undoes".to_owned(), undone.into());
    }
    let event = NewTicketEvent {
        at: act.at,
        person: Some(user.person),
        device: Some(user.device),
        kind: "assigned",
        detail,
    };
    let version = tx.append_ticket_event(tenant, id, &event).await?;

    // Who was asked for help is wanted on, whoever leads.
    let life = Life::of(&tx.list_ticket_past(tenant, id).await?);
    let helps = |unit: Id| life.open_tasks().any(|task| task.unit == Some(unit));
    let mut concerned = tx.list_ticket_principals(tenant, id).await?;
    for principal in &concerned {
        if !helps(*principal) && loses_sight(*principal, ticket, assignment, user) {
            tx.revoke_ticket_scope(tenant, id, *principal, seq).await?;
        }
    }
    tx.grant_ticket_scope(tenant, id, assignment.to, seq)
        .await?;
    if !user.role.is_office() {
        tx.grant_ticket_scope(tenant, id, user.person, seq).await?;
    }
    tx.touch_ticket(tenant, id, seq).await?;
    concerned.extend([assignment.to, user.person]);
    Ok(Given { concerned, version })
}

/// The office starts anew: nobody but itself and the new assignee keeps the ticket. A community passes
/// it on inside: only the one who had it loses it, so that those who passed it on still see it.
fn loses_sight(
    principal: Id,
    ticket: &Ticket,
    assignment: &Assignment,
    user: &CurrentUser,
) -> bool {
    if principal == user.tenant || principal == assignment.to {
        return false;
    }
    let had = ticket.row.assigned.as_ref().map(|had| had.id);
    user.role.is_office() || (had == Some(principal) && principal != user.person)
}
