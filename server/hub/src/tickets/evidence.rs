//! `POST /v1/tickets/{id}/evidence`: a picture that shows what was asked, as a screenshot of a chat.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use photos::format::NotAPhoto;
use serde_json::json;
use store::device_days::day_of;
use store::ticket_events::NewTicketEvent;
use sync_core::{Id, MediaHash};

use super::create::may_take_in;
use super::no_such_ticket;
use super::show::{TicketDetail, detail};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::originals::{self, Checked};
use crate::telemetry::RequestId;

/// Pictures of one ticket.
const MOST: usize = 20;

/// Adds a picture to a ticket. Its content alone says what it is: JPEG, PNG or WebP. The same one again changes nothing.
#[utoipa::path(post, path = "/v1/tickets/{id}/evidence", tag = "tickets",
    params(("id" = String, Path, description = "Ticket id")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    security(("bearer" = [])),
    responses((status = 200, body = TicketDetail), (status = 403), (status = 404),
        (status = 409, description = "`evidence_full`"),
        (status = 413, description = "`media_too_large`"),
        (status = 415, description = "`media_type_refused`"),
        (status = 422, description = "`picture_too_large`"),
        (status = 429, description = "`photo_quota`"),
        (status = 503, description = "`disk_reserve`")))]
pub(crate) async fn add(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    content: Bytes,
) -> Result<Json<TicketDetail>, ApiError> {
    may_take_in(&user)?;
    app.disk().admit_large()?;
    let tenant = user.tenant;
    let sha256 = MediaHash::of(&content);
    let mut tx = app.store().read().await?;
    let ticket = tx.find_ticket(tenant, id, None).await?;
    ticket.ok_or_else(no_such_ticket)?;
    let known = tx.list_evidence(tenant, id).await?;
    let is_known = known.iter().any(|one| one.sha256 == sha256.to_string());
    if known.len() >= MOST && !is_known {
        return Err(ApiError::conflict(
            "evidence_full",
            format!("一件工单最多放 {MOST} 张截图；请挑要紧的放，或拼成长图。"),
        ));
    }
    check_quota(&app, &user, &mut tx).await?;
    let is_stored = tx.find_media(tenant, sha256).await?.is_some();
    drop(tx);
    if !is_stored {
        keep(&app, &user, sha256, content).await?;
    }
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let seq = tx.next_seq(tenant).await?;
    if tx
        .insert_evidence(tenant, id, sha256, now, Some(user.person))
        .await?
    {
        let event = NewTicketEvent {
            at: now,
            person: Some(user.person),
            device: Some(user.device),
            kind: "evidence_added",
            detail: json!({ "sha256": sha256.to_string() }),
        };
        tx.touch_ticket(tenant, id, seq).await?;
        tx.append_ticket_event(tenant, id, &event).await?;
        let act = user.act("ticket.evidence", format!("ticket/{id}"), now, &request_id);
        tx.append_audit(&act).await?;
    }
    let ticket = tx.find_ticket(tenant, id, None).await?;
    let shown = detail(
        ticket.ok_or_else(no_such_ticket)?,
        &user,
        app.clock().now(),
        &mut tx,
    )
    .await?;
    tx.commit().await?;
    Ok(Json(shown))
}

async fn check_quota(app: &App, user: &CurrentUser, tx: &mut store::Tx) -> Result<(), ApiError> {
    let day = day_of(app.clock().now());
    let days = tx
        .list_device_days(user.tenant, day, &[user.device])
        .await?;
    let sent = days.get(&user.device).map_or(0, |day| day.photo_bytes);
    if sent.unsigned_abs() < app.config().limits.max_photo_bytes_daily {
        return Ok(());
    }
    let detail = "这台电脑今天上传的图片已满；请明天再传，或换一台电脑登录后上传。";
    Err(ApiError::too_many_requests("photo_quota", detail, 3600))
}

/// Stores the picture if it is one.
async fn keep(
    app: &App,
    user: &CurrentUser,
    sha256: MediaHash,
    content: Bytes,
) -> Result<(), ApiError> {
    match originals::check(content.clone(), sha256).await? {
        Checked::Photo(header) => {
            let from = (user.tenant, user.device);
            originals::keep(app, from, sha256, &header, content).await
        }
        Checked::Refused(NotAPhoto::Size) => Err(ApiError::unprocessable(
            "picture_too_large",
            "图片像素太大（最多 5000 万像素）；请裁剪或重新截图后再放。",
        )),
        Checked::Refused(NotAPhoto::Format) | Checked::Damaged => Err(ApiError::unsupported_media(
            "media_type_refused",
            "只能放 JPEG、PNG 或 WebP 格式的图片；请重新截图，或另存为图片后再放。",
        )),
    }
}
