//! Whether a matter is there already: of a ticket, or of what is being typed.

use axum::Json;
use axum::extract::{Path, State};
use intake::duplicates::{Comparison, Matter, Reason, WINDOW_DAYS};
use serde::{Deserialize, Serialize};
use store::tickets::NearTicket;
use store::words::TicketStateWord;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};
use tables::phone;

use super::create::may_take_in;
use super::no_such_ticket;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::searches;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Tickets that are compared: a month of a busy office, so that an answer comes while somebody types.
const MOST_NEAR: i64 = 3_000;
/// Tickets of one number.
const MOST_OF_PHONE: i64 = 100;
/// Longer texts are compared by their beginning.
const MAX_CHARS: usize = 2_000;

/// What is typed so far.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct DraftRequest {
    title: String,
    description: String,
    address: Option<String>,
    #[schema(value_type = Option<String>)]
    community: Option<Id>,
    category: [Option<String>; 3],
    phone: Option<String>,
}

/// A ticket that may be about the same matter.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Suggestion {
    #[schema(value_type = String)]
    id: Id,
    upstream_no: Option<String>,
    /// Where it came from; `direct` is the office itself.
    source: String,
    title: String,
    address: Option<String>,
    #[schema(value_type = TicketStateWord)]
    status: TicketState,
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    dispatched_at: Timestamp,
    /// How much both have in common; 55 and more is suggested.
    points: u32,
    /// Why, the most telling first.
    reasons: Vec<Reason>,
}

/// The most alike first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Suggestions {
    items: Vec<Suggestion>,
}

/// Suggests tickets that may be about the same matter as this one, each with its reasons.
#[utoipa::path(get, path = "/v1/tickets/{id}/duplicates", tag = "tickets",
    params(("id" = String, Path, description = "Ticket id")),
    security(("bearer" = [])),
    responses((status = 200, body = Suggestions), (status = 403), (status = 404), (status = 429)))]
pub(crate) async fn of_ticket(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<Id>,
) -> Result<Json<Suggestions>, ApiError> {
    may_take_in(&user)?;
    let ticket = app
        .store()
        .read()
        .await?
        .find_near_ticket(user.tenant, id)
        .await?;
    let ticket = ticket.ok_or_else(no_such_ticket)?;
    suggest(matter_of(&ticket), Some(id), &app, &user).await
}

/// Suggests tickets that may be about the matter that is being typed.
#[utoipa::path(post, path = "/v1/tickets/duplicates", tag = "tickets", request_body = DraftRequest,
    security(("bearer" = [])),
    responses((status = 200, body = Suggestions), (status = 403), (status = 429)))]
pub(crate) async fn of_draft(
    State(app): State<App>,
    user: CurrentUser,
    Json(draft): Json<DraftRequest>,
) -> Result<Json<Suggestions>, ApiError> {
    may_take_in(&user)?;
    let short = |text: &str| text.chars().take(MAX_CHARS).collect::<String>();
    let hash = |phone: &str| phone::hash(phone, user.tenant, app.keys());
    let matter = Matter {
        title: short(&draft.title),
        description: short(&draft.description),
        address: draft.address.as_deref().map(short),
        community: draft.community,
        category: draft.category,
        at: Some(app.clock().now()),
        phone_hash: draft.phone.as_deref().and_then(hash),
    };
    suggest(matter, None, &app, &user).await
}

async fn suggest(
    matter: Matter,
    own: Option<Id>,
    app: &App,
    user: &CurrentUser,
) -> Result<Json<Suggestions>, ApiError> {
    // As a search: it reads much.
    let _turn = searches::turn(app, user, Some(""))?;
    let at = matter.at.unwrap_or_else(|| app.clock().now()).millis();
    let window = WINDOW_DAYS * DAY_MS;
    let span = (
        Timestamp::from_millis(at - window),
        Timestamp::from_millis(at + window),
    );
    let mut tx = app.store().read().await?;
    let mut near = tx.list_near_tickets(user.tenant, span, MOST_NEAR).await?;
    if let Some(hash) = &matter.phone_hash {
        for ticket in tx
            .list_tickets_of_phone(user.tenant, hash, MOST_OF_PHONE)
            .await?
        {
            if near.iter().all(|known| known.id != ticket.id) {
                near.push(ticket);
            }
        }
    }
    drop(tx);
    near.retain(|ticket| Some(ticket.id) != own);
    let compared = tokio::task::spawn_blocking(move || compare(&matter, near));
    let items = compared.await.map_err(|error| ApiError::internal(&error))?;
    Ok(Json(Suggestions { items }))
}

fn compare(matter: &Matter, near: Vec<NearTicket>) -> Vec<Suggestion> {
    let matters: Vec<Matter> = near.iter().map(matter_of).collect();
    let found = Comparison::of(matter, &matters).suggestions();
    let suggestions = found.into_iter().filter_map(|(place, score)| {
        let ticket = near.get(place)?;
        Some(Suggestion {
            id: ticket.id,
            upstream_no: ticket.upstream_no.clone(),
            source: ticket.source.clone(),
            title: ticket.title.clone(),
            address: ticket.address.clone(),
            status: ticket.status,
            dispatched_at: ticket.dispatched_at,
            points: score.points,
            reasons: score.reasons,
        })
    });
    suggestions.collect()
}

fn matter_of(ticket: &NearTicket) -> Matter {
    Matter {
        title: ticket.title.clone(),
        description: ticket.description.clone(),
        address: ticket.address.clone(),
        community: ticket.community,
        category: ticket.category.clone(),
        at: Some(ticket.dispatched_at),
        phone_hash: ticket.phone_hash.clone(),
    }
}
