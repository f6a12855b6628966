//! `POST /v1/tickets`: 受理 of what came to the office directly, or was copied from a page.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use intake::channel::Channel;
use intake::direct::{self, Entry, is_own};
use intake::refusal::Refusal;
use serde::Deserialize;
use serde_json::json;
use store::Tx;
use store::audit::AuditEntry;
use store::device_days::day_of;
use store::people::PersonState;
use store::ticket_events::NewTicketEvent;
use store::tickets::{NewIntake, NewTicket, RequestKind, RequesterType, Urgency};
use store::units::UnitKind;
use sync_core::calendar::Day;
use sync_core::lifecycle::act::Answer;
use sync_core::lifecycle::{Act, TicketAction, TicketState};
use sync_core::{Id, Timestamp};

use super::no_such_ticket;
use super::show::{TicketDetail, detail};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// What somebody of the office keyed in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct CreateRequest {
    /// Made by the page: the same id again is the same ticket, so that a request whose answer was lost may be sent again.
    #[schema(value_type = String)]
    pub id: Id,
    /// `wage_hotline_phone`, `wage_wechat`, `warm_phone`, `hotline_wechat`, `hotline_qq`, `paste` or `other`.
    #[schema(value_type = String)]
    pub channel: Channel,
    /// The number of the upper level, of a ticket that was copied from there.
    #[serde(default)]
    pub upstream_no: Option<String>,
    /// One line; without one the request's beginning.
    #[serde(default)]
    pub title: Option<String>,
    /// The request.
    pub description: String,
    /// What the requester wants.
    #[serde(default)]
    pub request_kind: Option<RequestKind>,
    /// Who asks; an enterprise's request has its form.
    #[serde(default)]
    pub requester_type: RequesterType,
    /// How much it hurries.
    #[serde(default)]
    pub urgency: Urgency,
    /// Large, middle and small class.
    #[serde(default)]
    pub category: [Option<String>; 3],
    /// Where it is about.
    #[serde(default)]
    pub address: Option<String>,
    /// The community's id.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub community: Option<Id>,
    /// The requester's name.
    #[serde(default)]
    pub requester: Option<String>,
    /// How to reach them.
    #[serde(default)]
    pub phone: Option<String>,
    /// The deadline of the upper level, unix milliseconds.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub due_at: Option<Timestamp>,
    /// When the upper level passed it on, unix milliseconds.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub dispatched_at: Option<Timestamp>,
    /// 首接负责: the person who took it first; whoever keys it in if it is not said.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub first_receiver: Option<Id>,
    /// When, unix milliseconds; now if it is not said.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub received_at: Option<Timestamp>,
    /// What the form of the channel asks: `employer`, `site`, `months_from`, `months_to`, `amount_fen`, `people` of wage
    /// arrears; `enterprise`, `credit_code`, `market`, `affected_scope` of an enterprise.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    pub form: BTreeMap<String, Answer>,
}

/// Takes in a ticket that somebody of the office keyed in.
///
/// What came directly gets a number of its own; what was copied from the platform keeps that of the upper level, and one that
/// is there is not taken twice. Numbers of people are masked and sealed as those of imports.
#[utoipa::path(post, path = "/v1/tickets", tag = "tickets", request_body = CreateRequest,
    security(("bearer" = [])),
    responses((status = 200, body = TicketDetail), (status = 403),
        (status = 409, description = "`ticket_exists`: the number is there already"),
        (status = 422, description = "the code is the name of the field that is missing or wrong")))]
pub(crate) async fn create(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Json(request): Json<CreateRequest>,
) -> Result<Json<TicketDetail>, ApiError> {
    may_take_in(&user)?;
    let id = request.id;
    let now = app.clock().now();
    let entry = entry(request, &user)
        .check(now)
        .map_err(|why| refused(&why))?;
    if !entry.channel.is_keyed_in() {
        return Err(ApiError::unprocessable(
            "channel",
            "这个渠道的工单由群众扫码或现场人员上报；请改选别的渠道。",
        ));
    }
    let mut tx = app.store().begin().await?;
    let seq = tx.next_seq(user.tenant).await?;
    if tx.find_ticket(user.tenant, id, None).await?.is_none() {
        check_references(&entry, &user, &mut tx).await?;
        let number = own_number(&entry, now, user.tenant, &mut tx).await?;
        let form = entry.form.clone();
        // The office has it with this: nobody else has to accept it.
        let state = TicketAction::Accept
            .leads(TicketState::FIRST)
            .unwrap_or(TicketState::FIRST);
        let stored = entry.stored((id, user.tenant), number, state, app.tables());
        let (ticket, taken_in) = stored.map_err(|error| ApiError::internal(&error))?;
        let act = user.act("ticket.create", format!("ticket/{id}"), now, &request_id);
        let wrote = Wrote {
            ticket: &ticket,
            intake: &taken_in,
            form: !form.is_empty(),
        };
        wrote.insert(seq, &act, &user, &mut tx).await?;
        // Whoever keyed it in sees by when it must be done.
        tx.renew_deadlines(user.tenant, &[id], seq, now).await?;
        tx.append_audit(&act).await?;
    }
    let ticket = tx.find_ticket(user.tenant, id, None).await?;
    let ticket = ticket.ok_or_else(no_such_ticket)?;
    let shown = detail(ticket, &user, app.clock().now(), &mut tx).await?;
    tx.commit().await?;
    app.doors().live().poke(user.tenant, vec![user.tenant]);
    Ok(Json(shown))
}

/// Who works at the intake desk: 街道热线办.
pub(super) fn may_take_in(user: &CurrentUser) -> Result<(), ApiError> {
    if user.role.is_office() {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "您的角色不能受理工单；请把诉求转给街道热线办的同事登记。",
    ))
}

fn entry(request: CreateRequest, user: &CurrentUser) -> Entry {
    Entry {
        channel: request.channel,
        upstream_no: request.upstream_no,
        title: request.title,
        description: request.description,
        request_kind: request.request_kind,
        requester_type: request.requester_type,
        urgency: request.urgency,
        category: request.category,
        address: request.address,
        community: request.community,
        requester: request.requester,
        phone: request.phone,
        due_at: request.due_at,
        dispatched_at: request.dispatched_at,
        first_receiver: request.first_receiver.or(Some(user.person)),
        received_at: request.received_at,
        form: request.form,
    }
}

fn refused(why: &Refusal) -> ApiError {
    ApiError::unprocessable(why.field, why.sentence.clone())
}

/// Unit and person that are named must be known.
async fn check_references(entry: &Entry, user: &CurrentUser, tx: &mut Tx) -> Result<(), ApiError> {
    if let Some(community) = entry.community {
        let unit = tx.find_unit(user.tenant, community).await?;
        if unit.is_none_or(|unit| unit.kind != UnitKind::Community) {
            return Err(ApiError::unprocessable(
                "community",
                "没有这个社区；请刷新页面后重新选择。",
            ));
        }
    }
    if let Some(receiver) = entry.first_receiver {
        let person = tx.find_person(user.tenant, receiver).await?;
        if person.is_none_or(|person| person.state != PersonState::Active) {
            return Err(ApiError::unprocessable(
                "first_receiver",
                "没有这位首接人，或账号已停用；请重新选择。",
            ));
        }
    }
    Ok(())
}

/// The office's own number where there is none of the upper level; one of the upper level must be new, whichever file or
/// page it came from.
async fn own_number(
    entry: &Entry,
    now: Timestamp,
    tenant: Id,
    tx: &mut Tx,
) -> Result<String, ApiError> {
    let Some(number) = &entry.upstream_no else {
        let n = tx.next_local_number(tenant, day_of(now)).await?;
        return Ok(direct::number(Day::of(now), n));
    };
    if tx.find_ticket_by_number(tenant, number).await?.is_some() {
        return Err(ticket_exists(number));
    }
    Ok(String::new())
}

fn ticket_exists(number: &str) -> ApiError {
    ApiError::conflict(
        "ticket_exists",
        format!("编号“{number}”的工单已经在系统里；请在工单列表里搜索这个编号，不用再登记。"),
    )
}

/// What is written of a new ticket.
struct Wrote<'a> {
    ticket: &'a NewTicket,
    intake: &'a NewIntake,
    /// Whether its form says something.
    form: bool,
}

impl Wrote<'_> {
    async fn insert(
        &self,
        seq: i64,
        act: &AuditEntry,
        user: &CurrentUser,
        tx: &mut Tx,
    ) -> Result<(), ApiError> {
        let (tenant, id) = (user.tenant, self.ticket.id);
        let added = tx
            .insert_tickets(tenant, std::slice::from_ref(self.ticket), seq)
            .await?;
        if added.is_empty() {
            return Err(ticket_exists(
                self.ticket.upstream_no.as_deref().unwrap_or_default(),
            ));
        }
        tx.update_intake(tenant, id, self.intake).await?;
        let mut event = NewTicketEvent {
            at: act.at,
            person: Some(user.person),
            device: Some(user.device),
            // What was copied from the platform is the platform's, and it is answered there too.
            kind: match self.ticket.upstream_no.as_deref() {
                Some(number) if !is_own(number) => "imported",
                Some(_) | None => "received",
            },
            detail: json!({
                "channel": self.ticket.channel,
                "number": self.ticket.upstream_no,
                "first_receiver": self.intake.first_receiver,
                "received_at": self.intake.received_at,
            }),
        };
        tx.append_ticket_event(tenant, id, &event).await?;
        let form = self.form.then(|| Act::Describe {
            form: self.intake.form.clone(),
        });
        for done in form.into_iter().chain([Act::Accept {}]) {
            event.kind = done.action().as_str();
            event.detail =
                json!({ "act": done, "from": TicketState::FIRST, "to": self.ticket.status });
            tx.append_ticket_event(tenant, id, &event).await?;
        }
        Ok(())
    }
}
