//! `POST /v1/reports`: somebody who scanned a card says what is the matter.

use axum::Json;
use axum::extract::State;
use intake::channel::Channel;
use intake::direct::{self, Entry};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::device_days::day_of;
use store::ticket_events::NewTicketEvent;
use store::tickets::{RequesterType, Urgency};
use sync_core::Id;
use sync_core::calendar::Day;
use sync_core::lifecycle::TicketState;

use super::{code_of, hash_of, in_use};
use crate::app::App;
use crate::error::ApiError;

/// Longest request of the public: two pages.
const MAX_CHARS: usize = 2_000;

/// What somebody reports.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct ReportRequest {
    /// Made by the page: the same id again is the same report.
    #[schema(value_type = String)]
    id: Id,
    /// The card's code.
    card: String,
    /// What is the matter, up to 2,000 characters.
    description: String,
    /// Who reports, if they want to say it.
    #[serde(default)]
    requester: Option<String>,
    /// How to reach them, if they want to be called.
    #[serde(default)]
    phone: Option<String>,
}

/// By which code the report is found again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Reported {
    /// Twelve digits; nobody can tell them again.
    code: String,
}

/// Takes in what somebody reports by a card, without an account.
#[utoipa::path(post, path = "/v1/reports", tag = "reports", request_body = ReportRequest,
    responses((status = 200, body = Reported), (status = 404, description = "`not_found`; `card_out_of_use`"),
        (status = 409, description = "`report_exists`: the id is taken"),
        (status = 422, description = "the code is the name of the field that is missing or wrong"),
        (status = 429, description = "`too_many_reports`, with `Retry-After`")))]
pub(crate) async fn create(
    State(app): State<App>,
    Json(request): Json<ReportRequest>,
) -> Result<Json<Reported>, ApiError> {
    let code = code_of(request.id, app.keys());
    let hash = hash_of(&code, app.keys()).unwrap_or_default();
    let mut tx = app.store().begin().await?;
    let card = in_use(tx.find_card(&request.card).await?)?;
    if tx.find_report(&hash).await?.is_some() {
        return Ok(Json(Reported { code }));
    }
    let tenant = card.tenant;
    let now = app.clock().now();
    let short = |text: Option<String>| text.map(|text| text.chars().take(MAX_CHARS).collect());
    if request.description.chars().count() > MAX_CHARS {
        return Err(ApiError::unprocessable(
            "description",
            format!("内容超过 {MAX_CHARS} 字；请缩短，细节可在工作人员回电时说。"),
        ));
    }
    let entry = Entry {
        channel: Channel::Qr,
        upstream_no: None,
        title: None,
        description: request.description,
        request_kind: None,
        requester_type: RequesterType::Citizen,
        urgency: Urgency::Normal,
        category: [None, None, None],
        address: Some(card.place.clone()),
        community: card.community,
        requester: short(request.requester),
        phone: short(request.phone),
        due_at: None,
        dispatched_at: None,
        first_receiver: None,
        received_at: None,
        form: intake::form::Form::new(),
    };
    let entry = entry.check(now);
    let entry = entry.map_err(|why| ApiError::unprocessable(why.field, why.sentence))?;
    let seq = tx.next_seq(tenant).await?;
    if tx.find_ticket(tenant, request.id, None).await?.is_some() {
        return Err(ApiError::conflict(
            "report_exists",
            "这次上报没有收下；请刷新页面后重新填写。",
        ));
    }
    let n = tx.next_local_number(tenant, day_of(now)).await?;
    let number = direct::number(Day::of(now), n);
    let stored = entry.stored(
        (request.id, tenant),
        number,
        TicketState::FIRST,
        app.tables(),
    );
    let (ticket, taken_in) = stored.map_err(|error| ApiError::internal(&error))?;
    tx.insert_tickets(tenant, std::slice::from_ref(&ticket), seq)
        .await?;
    tx.update_intake(tenant, ticket.id, &taken_in).await?;
    let event = NewTicketEvent {
        at: now,
        person: None,
        device: None,
        kind: "received",
        detail: json!({
            "channel": ticket.channel,
            "number": ticket.upstream_no,
            "card": card.code,
            "place": card.place,
        }),
    };
    tx.append_ticket_event(tenant, ticket.id, &event).await?;
    tx.renew_deadlines(tenant, &[ticket.id], seq, now).await?;
    tx.insert_report(tenant, (ticket.id, &card.code), &hash, now)
        .await?;
    tx.commit().await?;
    app.doors().live().poke(tenant, vec![tenant]);
    Ok(Json(Reported { code }))
}
