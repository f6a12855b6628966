//! `/v1/tickets/move`: everything open that a unit or person has goes to another, round by round (S20).
//!
//! The list says which: its own filters, with `holder`. A round is one transaction with few tickets, so that others write
//! between two; what was moved before something broke stays moved, and the same round may be asked for again.

mod undo;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sync_core::lifecycle::{TicketAction, TicketState};
use sync_core::{Id, Timestamp};

use super::assign::{self, AssignTo, Words};
use super::list::{ListParams, bad_parameter, cursor_of, place_of};
use super::refusal::called;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::Tx;
use store::tickets::{TicketColumn, TicketFilter, TicketOrder, TicketRow};

pub(crate) use undo::{__path_undo, undo};

/// Tickets of one round.
const ROUND: u32 = 50;
/// Tickets of a preview that are named; all are counted.
const NAMED: u32 = 200;
/// Giving a ticket away leaves when it was dispatched, so a place in this order stays where it is.
const ORDER: TicketOrder = TicketOrder::Newest;

/// To whom, and from where on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct MoveRequest {
    /// Who is to have them.
    to: AssignTo,
    /// What they should know, up to 500 characters.
    #[serde(default)]
    note: Option<String>,
    /// `next` of the round before; left out for the first one.
    #[serde(default)]
    cursor: Option<String>,
}

/// What would be moved.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MovePreview {
    /// Open tickets that the holder has.
    total: i64,
    /// How many of them would be moved.
    moves: i64,
    /// Those that would be left, 200 at most.
    skipped: Vec<LeftTicket>,
    /// Open co-tasks that the holder was asked for; they stay with whoever was asked.
    co_tasks: i64,
}

/// What one round did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MoveAnswer {
    /// Moved now.
    moved: Vec<MovedTicket>,
    /// Left as they were.
    skipped: Vec<LeftTicket>,
    /// Give it as `cursor` for the next round; null after the last one.
    next: Option<String>,
}

/// A ticket that was moved.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub(crate) struct MovedTicket {
    #[schema(value_type = String)]
    id: Id,
    /// The number of its event, by which it can be taken back.
    version: i64,
}

/// A ticket that was left as it was.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LeftTicket {
    #[schema(value_type = String)]
    id: Id,
    /// Its number.
    upstream_no: Option<String>,
    /// One line.
    title: String,
    /// Stable.
    code: &'static str,
    /// Why, for people.
    detail: String,
}

/// Says what moving would do: how many open tickets there are, which are left, and why. Changes nothing.
#[utoipa::path(post, path = "/v1/tickets/move/preview", tag = "tickets", params(ListParams),
    request_body = MoveRequest, security(("bearer" = [])),
    responses((status = 200, body = MovePreview), (status = 400), (status = 403),
        (status = 422, description = "`holder_missing`, `same_holder`, `assignee_unknown`, `assignee_unfit`, `note_too_long`")))]
pub(crate) async fn preview(
    State(app): State<App>,
    user: CurrentUser,
    Query(params): Query<ListParams>,
    Json(request): Json<MoveRequest>,
) -> Result<Json<MovePreview>, ApiError> {
    let asked = Asked::of(&params, &request, &app, &user)?;
    let mut tx = app.store().read().await?;
    assign::target(request.to, app.clock().now(), &user, &mut tx).await?;
    let counts: BTreeMap<String, i64> = tx
        .count_tickets_by(user.tenant, &asked.filter, TicketColumn::Status)
        .await?;
    let total = counts.values().sum();
    let (mut moves, mut skipped) = (0, Vec::new());
    for (word, count) in counts {
        let Some(state) = TicketState::parse(&word) else {
            continue;
        };
        let Some((code, detail)) = why_left(state) else {
            moves += count;
            continue;
        };
        let of_state = TicketFilter {
            status: Some(state),
            ..asked.filter.clone()
        };
        let rows = tx
            .list_tickets(user.tenant, &of_state, ORDER, None, NAMED)
            .await?;
        skipped.extend(rows.into_iter().map(|row| left(row, code, detail.clone())));
    }
    skipped.truncate(usize::try_from(NAMED).unwrap_or(usize::MAX));
    Ok(Json(MovePreview {
        total,
        moves,
        skipped,
        co_tasks: tx.count_open_tasks_of(user.tenant, asked.holder).await?,
    }))
}

/// Moves the next tickets of the list, 50 at most, each as one event with its own version.
///
/// Only what the holder has and what is open moves: what is over stays where it was, and so does everything that was recorded.
/// Asked for again with the `next` of the answer until that is null.
#[utoipa::path(post, path = "/v1/tickets/move", tag = "tickets", params(ListParams),
    request_body = MoveRequest, security(("bearer" = [])),
    responses((status = 200, body = MoveAnswer), (status = 400), (status = 403),
        (status = 422, description = "`holder_missing`, `same_holder`, `assignee_unknown`, `assignee_unfit`, `note_too_long`")))]
pub(crate) async fn all(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Query(params): Query<ListParams>,
    Json(request): Json<MoveRequest>,
) -> Result<Json<MoveAnswer>, ApiError> {
    let asked = Asked::of(&params, &request, &app, &user)?;
    let after = request.cursor.as_deref();
    let after = after
        .map(|cursor| place_of(cursor, ORDER).ok_or_else(|| bad_parameter("cursor")))
        .transpose()?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    // The number first: whoever does something to one of them meanwhile comes before or after all of this.
    let seq = tx.next_seq(user.tenant).await?;
    assign::target(request.to, now, &user, &mut tx).await?;
    let rows = tx
        .list_tickets(user.tenant, &asked.filter, ORDER, after, ROUND)
        .await?;
    let is_full = u32::try_from(rows.len()).is_ok_and(|count| count == ROUND);
    let last = rows.last().filter(|_| is_full);
    let next = last.map(|last| cursor_of(ORDER, ORDER.place(last)));
    let mut writing = Writing {
        seq,
        now,
        user: &user,
        request_id: &request_id,
        concerned: Vec::new(),
        written: Vec::new(),
    };
    let (mut moved, mut skipped) = (Vec::new(), Vec::new());
    for row in rows {
        if let Some((code, detail)) = why_left(row.status) {
            skipped.push(left(row, code, detail));
            continue;
        }
        let words = Words::of(&asked.note);
        if let Some(version) = writing.give(row.id, request.to, words, &mut tx).await? {
            moved.push(MovedTicket {
                id: row.id,
                version,
            });
        }
    }
    writing.done(tx, &app).await?;
    Ok(Json(MoveAnswer {
        moved,
        skipped,
        next,
    }))
}

/// What is asked for, once it makes sense.
struct Asked {
    filter: TicketFilter,
    holder: Id,
    note: String,
}

impl Asked {
    fn of(
        params: &ListParams,
        request: &MoveRequest,
        app: &App,
        user: &CurrentUser,
    ) -> Result<Self, ApiError> {
        assign::require_dispatcher(user)?;
        let (filter, _) = params.filter(app, user)?;
        let Some(holder) = filter.holder else {
            return Err(ApiError::unprocessable(
                "holder_missing",
                "还没有选原来由谁办理；请先选单位或人员，再移交。",
            ));
        };
        if holder == request.to.id {
            return Err(ApiError::unprocessable(
                "same_holder",
                "移出和接收的是同一个；请另选接收的单位或人员。",
            ));
        }
        Ok(Self {
            filter: TicketFilter {
                open: true,
                ..filter
            },
            holder,
            note: assign::note(request.note.as_deref())?,
        })
    }
}

/// Why a ticket that stands there is not moved.
fn why_left(state: TicketState) -> Option<(&'static str, String)> {
    if TicketAction::Assign.leads(state).is_some() {
        return None;
    }
    let stands = called("ticket_state", state.as_str());
    Some((
        "wrong_state",
        format!("现在是“{stands}”，剩下的由街道热线办回访和办结，不用移交。"),
    ))
}

fn left(row: TicketRow, code: &'static str, detail: String) -> LeftTicket {
    LeftTicket {
        id: row.id,
        upstream_no: row.upstream_no,
        title: row.title,
        code,
        detail,
    }
}

/// Tickets of one transaction that are given to somebody.
struct Writing<'a> {
    seq: i64,
    now: Timestamp,
    user: &'a CurrentUser,
    request_id: &'a RequestId,
    concerned: Vec<Id>,
    written: Vec<Id>,
}

impl Writing<'_> {
    /// Gives the number of the event; `None` if the ticket is out of sight by now.
    async fn give(
        &mut self,
        id: Id,
        to: AssignTo,
        words: Words<'_>,
        tx: &mut Tx,
    ) -> Result<Option<i64>, ApiError> {
        let (user, now) = (self.user, self.now);
        let viewer = super::viewer(user)?;
        let Some(ticket) = tx.find_ticket(user.tenant, id, viewer).await? else {
            return Ok(None);
        };
        let assignment = assign::assignment(ticket.row.status, to, now, user, tx).await?;
        let act = user.act(
            "ticket.assign",
            format!("ticket/{id}"),
            now,
            self.request_id,
        );
        let given =
            assign::hand_over(&ticket, &assignment, words, self.seq, &act, user, tx).await?;
        tx.append_audit(&act).await?;
        self.concerned.extend(given.concerned);
        self.written.push(id);
        Ok(Some(given.version))
    }

    /// Phones of both sides hear of it.
    async fn done(mut self, mut tx: Tx, app: &App) -> Result<(), ApiError> {
        let tenant = self.user.tenant;
        tx.renew_deadlines(tenant, &self.written, self.seq, self.now)
            .await?;
        tx.commit().await?;
        self.concerned.sort_unstable();
        self.concerned.dedup();
        if !self.concerned.is_empty() {
            app.doors().live().poke(tenant, self.concerned);
        }
        Ok(())
    }
}
