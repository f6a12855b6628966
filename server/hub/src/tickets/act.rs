//! `POST /v1/tickets/{id}/actions`: everything that people do to a ticket, by the table of the core.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;
use sync_core::lifecycle::life::{Actor, Life, Past, Refused, Stand};
use sync_core::lifecycle::{Act, TicketAction, TicketState};
use sync_core::{Id, Timestamp};

use super::clocks::first_due;
use super::marks::{marks, open_tasks};
use super::references::{self, Has};
use super::refusal::{meanwhile, refusal};
use super::show::{TicketDetail, detail};
use super::{assign, late, merge, no_such_ticket, viewer};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::Tx;
use store::ticket_events::NewTicketEvent;
use store::tickets::{AssigneeKind, RequesterType, Ticket, TicketTimes};
use sync_core::lifecycle::life::Weights;

/// One action.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct ActionRequest {
    /// `life.version` as it was on the screen.
    pub seen: i64,
    /// What is done: `{"action": "accept"}`. docs/LIFECYCLE.md lists every action with its fields.
    #[schema(value_type = Object)]
    pub act: Act,
}

/// Does one thing to a ticket.
///
/// The answer is the ticket as it stands afterwards. Who may do what where says docs/LIFECYCLE.md; what was refused
/// changed nothing.
#[utoipa::path(post, path = "/v1/tickets/{id}/actions", tag = "tickets", request_body = ActionRequest,
    params(("id" = String, Path, description = "Ticket id")),
    security(("bearer" = [])),
    responses((status = 200, body = TicketDetail),
        (status = 202, body = late::CameLate, description = "a contact that came late, of a ticket that is somebody else's by now"),
        (status = 403, description = "`role_not_allowed`, `other_unit`, `outside_community`"), (status = 404),
        (status = 409, description = "`changed_meanwhile`, `wrong_state`, `merged`, `task_gone`, or a need by its word"),
        (status = 422, description = "`words_missing`, `words_too_long`, `too_many`, `time_past`, `answer_unclear`, \
             `unit_unknown`, `word_unknown`, `category`, `topic`, `causes`, `credit_code`, `same_ticket`, `main_unknown`, `main_over`, `main_merged`, `has_merged`, `assignee_unknown`, `assignee_unfit`")))]
pub async fn act(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(mut request): Json<ActionRequest>,
) -> Result<Response, ApiError> {
    let viewer = viewer(&user)?;
    // What changed meanwhile is for those who may act.
    if !request.act.action().allows(user.role) {
        return Err(refusal(Refused::Role, &request.act, TicketState::FIRST));
    }
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    // The number first: of two who act at once the second sees what the first did.
    let seq = tx.next_seq(user.tenant).await?;
    let Some(ticket) = tx.find_ticket(user.tenant, id, viewer).await? else {
        let by = (&app, &user);
        let kept = late::keep(&request.act, id, (seq, now), by, &mut tx).await?;
        let kept = kept.ok_or_else(no_such_ticket)?;
        tx.append_audit(&user.act("ticket.act", format!("ticket/{id}"), now, &request_id))
            .await?;
        let concerned = tx.list_ticket_principals(user.tenant, id).await?;
        tx.commit().await?;
        app.doors().live().poke(user.tenant, concerned);
        return Ok((StatusCode::ACCEPTED, Json(kept)).into_response());
    };
    let times = tx.load_ticket_times(user.tenant, id).await?;
    let past = tx.list_ticket_past(user.tenant, id).await?;
    let life = Life::of(&past);
    if request.seen != life.version {
        return Err(meanwhile(request.seen, id, &user, &mut tx).await?);
    }
    let principals = tx.list_principals(user.tenant, user.person).await?;
    let actor = Actor {
        person: user.person,
        role: user.role,
        principals: &principals,
    };
    let holders = holders(&ticket);
    let stand = stand(&ticket, &times, &holders, now);
    let to = life
        .after(&request.act, &actor, &stand)
        .map_err(|why| refusal(why, &request.act, stand.state))?;
    let has = Has {
        ticket: &ticket,
        times: &times,
        life: &life,
    };
    references::check(&mut request.act, &has, &user, &mut tx).await?;
    merge::check(&request.act, id, &user, &mut tx).await?;
    let entry = user.act("ticket.act", format!("ticket/{id}"), now, &request_id);
    let late = matches!(request.act, Act::ReturnUp { .. })
        && times.return_until.is_some_and(|until| now > until);
    let number = ticket.row.upstream_no.as_deref();
    merge::tell(
        &request.act,
        &life,
        (id, number),
        seq,
        &entry,
        &user,
        &mut tx,
    )
    .await?;
    let mut writing = Writing {
        ticket,
        times,
        life,
        state: to,
        last: None,
    };
    if let Act::Assign { kind, to, note } = &request.act {
        assign::within(
            &writing.ticket,
            kind,
            *to,
            note,
            seq,
            &entry,
            &user,
            &mut tx,
        )
        .await?;
    } else {
        writing
            .append(&request.act, late, &entry, &user, &mut tx)
            .await?;
        for follows in writing.follows(&request.act) {
            writing
                .append(&follows, false, &entry, &user, &mut tx)
                .await?;
        }
        writing.put(seq, &user, &mut tx).await?;
    }
    if let Act::Classify {
        moves_deadline: true,
        ..
    } = &request.act
    {
        tx.forget_profile(user.tenant, id).await?;
    }
    tx.renew_deadlines(user.tenant, &[id], seq, now).await?;
    tx.touch_ticket(user.tenant, id, seq).await?;
    tx.append_audit(&entry).await?;
    let concerned = tx.list_ticket_principals(user.tenant, id).await?;
    let ticket = tx.find_ticket(user.tenant, id, None).await?;
    let ticket = ticket.ok_or_else(no_such_ticket)?;
    let shown = detail(ticket, &user, now, &mut tx).await?;
    tx.commit().await?;
    app.doors().live().poke(user.tenant, concerned);
    Ok(Json(shown).into_response())
}

/// Who has the ticket: the unit or person, and the community and grid that these belong to.
pub(super) fn holders(ticket: &Ticket) -> Vec<Id> {
    let Some(has) = &ticket.row.assigned else {
        return Vec::new();
    };
    let around = match has.kind {
        AssigneeKind::Community | AssigneeKind::Grid | AssigneeKind::Person => {
            [ticket.community, ticket.grid]
        }
        // A section's ticket lies in some community too, which does not have it.
        AssigneeKind::Section | AssigneeKind::Team => [None, None],
    };
    around.into_iter().flatten().chain([has.id]).collect()
}

/// What the rules ask of the ticket's row.
pub(super) fn stand<'a>(
    ticket: &Ticket,
    times: &TicketTimes,
    holders: &'a [Id],
    now: Timestamp,
) -> Stand<'a> {
    Stand {
        state: ticket.row.status,
        enterprise: ticket.row.requester_type == RequesterType::Enterprise,
        return_until: times.return_until,
        holders,
        dispatched_at: ticket.row.dispatched_at,
        now,
    }
}

/// What is being written.
struct Writing {
    ticket: Ticket,
    times: TicketTimes,
    life: Life,
    state: TicketState,
    /// What was appended last, and when.
    last: Option<(Timestamp, Act)>,
}

impl Writing {
    async fn append(
        &mut self,
        act: &Act,
        late: bool,
        entry: &store::audit::AuditEntry,
        user: &CurrentUser,
        tx: &mut Tx,
    ) -> Result<(), ApiError> {
        let mut detail = json!({ "act": act, "from": self.ticket.row.status, "to": self.state });
        let more = detail.as_object_mut();
        if let Some(more) = more {
            if late {
                more.insert("late".to_owned(), true.into());
            }
            if let Act::AskHelp { unit, .. } = act {
                let unit = tx.find_unit(user.tenant, *unit).await?;
                more.insert("unit".to_owned(), unit.map(|unit| unit.name).into());
            }
            if let Act::Evaluate {} = act {
                // As figures reckon it: a second cycle does not change what was due in the first.
                let given = self.times.given_due_at;
                let due = first_due(&self.ticket.row, given, user.tenant, entry.at, tx).await?;
                let score = self.life.score(due, Weights::EXAMPLE);
                more.insert("score".to_owned(), json!(score));
            }
        }
        let event = NewTicketEvent {
            at: entry.at,
            person: Some(user.person),
            device: Some(user.device),
            kind: act.action().as_str(),
            detail,
        };
        let id = self.ticket.row.id;
        let n = tx.append_ticket_event(user.tenant, id, &event).await?;
        self.life.add(&Past {
            n,
            at: entry.at,
            person: Some(user.person),
            kind: event.kind.to_owned(),
            act: Some(act.clone()),
            late,
        });
        self.last = Some((entry.at, act.clone()));
        Ok(())
    }

    /// What happens with it by itself: a "no" at the callback opens another cycle, and what is over gets its score.
    fn follows(&mut self, act: &Act) -> Vec<Act> {
        if let Act::Callback { words, .. } = act
            && self
                .life
                .called()
                .is_some_and(|call| call.asks_for_rework())
        {
            let rework = Act::Rework {
                words: if words.trim().is_empty() {
                    "回访不满意".to_owned()
                } else {
                    words.clone()
                },
            };
            if let Some(to) = TicketAction::Rework.leads(self.state) {
                self.state = to;
                return vec![rework];
            }
        }
        let scored = matches!(
            act,
            Act::Close { .. } | Act::DecideAppeal { .. } | Act::Callback { .. }
        );
        if scored && TicketAction::Evaluate.leads(self.state).is_some() {
            return vec![Act::Evaluate {}];
        }
        Vec::new()
    }

    /// Writes what follows from the events.
    async fn put(&self, seq: i64, user: &CurrentUser, tx: &mut Tx) -> Result<(), ApiError> {
        let id = self.ticket.row.id;
        let last = self.last.as_ref();
        let marks = marks(&self.ticket, &self.times, &self.life, last, self.state);
        tx.put_ticket_life(user.tenant, id, &marks, &open_tasks(&self.life))
            .await?;
        // Who was asked for help sees the ticket as long as they are wanted.
        for task in &self.life.tasks {
            let Some(unit) = task.unit else { continue };
            if task.opened.n == self.life.version {
                tx.grant_ticket_scope(user.tenant, id, unit, seq).await?;
            }
        }
        Ok(())
    }
}
