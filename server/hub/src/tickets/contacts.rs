//! `/v1/quarantine/contacts`: contacts that were told when the ticket was another one's; the office lets them in or does not.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sync_core::Id;
use sync_core::lifecycle::act::{MAX_WORDS, Means};
use utoipa::ToSchema;

use super::late::{Contact, write};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::Tx;
use store::quarantine::QuarantineDecision;
use store::tickets::AsideContact;

/// Rows of an answer: more than that is not read from a screen.
const MOST: i64 = 200;

/// Contacts that wait for a decision.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AsideContacts {
    /// The longest waiting first, 200 at most.
    items: Vec<AsideContact>,
}

/// Why the office does not want it.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RefusedContact {
    /// At most 2,000 characters.
    remark: String,
}

/// Lists contacts that were told when the ticket was another one's, with their words.
#[utoipa::path(get, path = "/v1/quarantine/contacts", tag = "quarantine", security(("bearer" = [])),
    responses((status = 200, body = AsideContacts), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<AsideContacts>, ApiError> {
    require_office(&user)?;
    let mut tx = app.store().read().await?;
    Ok(Json(AsideContacts {
        items: tx.list_aside_contacts(user.tenant, MOST).await?,
    }))
}

/// Writes a contact into its ticket, as of the person who made it and when they made it. That it came late, and who let it in,
/// its event says.
#[utoipa::path(post, path = "/v1/quarantine/contacts/{id}/admit", tag = "quarantine",
    params(("id" = String, Path, description = "Contact id")), security(("bearer" = [])),
    responses((status = 204), (status = 403), (status = 404), (status = 409, description = "`decided_already`")))]
pub(crate) async fn admit(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<StatusCode, ApiError> {
    require_office(&user)?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let seq = tx.next_seq(user.tenant).await?;
    let row = undecided(id, user.tenant, &mut tx).await?;
    let ticket = tx.find_ticket(user.tenant, row.ticket, None).await?;
    let ticket = ticket.ok_or_else(missing)?;
    let contact = Contact {
        means: Means::parse(&row.means).unwrap_or(Means::Phone),
        words: row.words,
        made_at: row.made_at,
        corrected: row.corrected,
        person: row.person,
        device: row.device,
    };
    let decided = (user.person, now);
    tx.decide_aside_contact(user.tenant, id, QuarantineDecision::Admitted, "", decided)
        .await?;
    let office = tx.find_person(user.tenant, user.person).await?;
    let name = office.map(|person| person.name).unwrap_or_default();
    write(
        &contact,
        &ticket,
        Some(&name),
        (seq, now),
        user.tenant,
        &mut tx,
    )
    .await?;
    let object = format!("ticket/{}", row.ticket);
    tx.append_audit(&user.act("contact.admit", object, now, &request_id))
        .await?;
    let concerned = tx.list_ticket_principals(user.tenant, row.ticket).await?;
    tx.commit().await?;
    app.doors().live().poke(user.tenant, concerned);
    Ok(StatusCode::NO_CONTENT)
}

/// Leaves a contact out of its ticket; it stays with what the office said.
#[utoipa::path(post, path = "/v1/quarantine/contacts/{id}/refuse", tag = "quarantine",
    params(("id" = String, Path, description = "Contact id")), request_body = RefusedContact,
    security(("bearer" = [])),
    responses((status = 204), (status = 403), (status = 404), (status = 409, description = "`decided_already`"),
        (status = 422, description = "`words_missing`, `words_too_long`")))]
pub(crate) async fn refuse(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(request): Json<RefusedContact>,
) -> Result<StatusCode, ApiError> {
    require_office(&user)?;
    let remark = request.remark.trim();
    if remark.is_empty() {
        return Err(ApiError::unprocessable(
            "words_missing",
            "还没有写原因；请写明为什么不采用，再提交。",
        ));
    }
    if remark.chars().count() > MAX_WORDS {
        return Err(ApiError::unprocessable(
            "words_too_long",
            format!("原因最多 {MAX_WORDS} 个字；请缩短后再提交。"),
        ));
    }
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    // Who writes waits here for whoever decides on the same.
    tx.next_seq(user.tenant).await?;
    let row = undecided(id, user.tenant, &mut tx).await?;
    let decided = (user.person, now);
    tx.decide_aside_contact(
        user.tenant,
        id,
        QuarantineDecision::Refused,
        remark,
        decided,
    )
    .await?;
    let object = format!("ticket/{}", row.ticket);
    tx.append_audit(&user.act("contact.refuse", object, now, &request_id))
        .await?;
    tx.commit().await?;
    app.doors().live().poke(user.tenant, vec![user.tenant]);
    Ok(StatusCode::NO_CONTENT)
}

fn require_office(user: &CurrentUser) -> Result<(), ApiError> {
    if user.role.is_office() {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "隔离区由街道热线办查看和处理。",
    ))
}

fn missing() -> ApiError {
    ApiError::not_found("没有找到这条联系记录，请刷新列表。")
}

async fn undecided(id: Id, tenant: Id, tx: &mut Tx) -> Result<AsideContact, ApiError> {
    let row = tx
        .find_aside_contact(tenant, id)
        .await?
        .ok_or_else(missing)?;
    if row.decision.is_some() {
        return Err(ApiError::conflict(
            "decided_already",
            "这条联系记录已经有人处理过；请刷新列表。",
        ));
    }
    Ok(row)
}
