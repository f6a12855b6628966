//! `POST /v1/reports/{code}/photo`: a photo for a report that was just sent.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use photos::format::NotAPhoto;
use serde_json::json;
use store::ticket_events::NewTicketEvent;
use sync_core::MediaHash;

use super::{hash_of, no_such_report};
use crate::app::App;
use crate::error::ApiError;
use crate::originals::{self, Checked};

/// Photos of one report.
const MOST: usize = 3;
/// A photo belongs to what was just sent; later ones could be anybody's who saw the code.
const WITHIN_MS: i64 = 60 * 60 * 1000;

/// Adds a photo to a report within the hour.
#[utoipa::path(post, path = "/v1/reports/{code}/photo", tag = "reports",
    params(("code" = String, Path, description = "The query code")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204), (status = 404),
        (status = 409, description = "`report_closed`, `evidence_full`"),
        (status = 413, description = "`media_too_large`"),
        (status = 415, description = "`media_type_refused`"),
        (status = 422, description = "`picture_too_large`"),
        (status = 429, description = "`too_many_reports`"), (status = 503)))]
pub(crate) async fn add(
    State(app): State<App>,
    Path(code): Path<String>,
    content: Bytes,
) -> Result<StatusCode, ApiError> {
    app.disk().admit_large()?;
    let hash = hash_of(&code, app.keys()).ok_or_else(no_such_report)?;
    let mut tx = app.store().read().await?;
    let report = tx.find_report(&hash).await?;
    let (tenant, ticket, at) = report.ok_or_else(no_such_report)?;
    let now = app.clock().now();
    if now.millis_since(at) > WITHIN_MS {
        return Err(ApiError::conflict(
            "report_closed",
            "提交已超过一小时，不能再加照片；请再上报一次。",
        ));
    }
    let sha256 = MediaHash::of(&content);
    let known = tx.list_evidence(tenant, ticket).await?;
    if known.iter().any(|one| one.sha256 == sha256.to_string()) {
        return Ok(StatusCode::NO_CONTENT);
    }
    if known.len() >= MOST {
        return Err(ApiError::conflict(
            "evidence_full",
            format!("最多放 {MOST} 张照片；已经收到的不用再传。"),
        ));
    }
    let is_stored = tx.find_media(tenant, sha256).await?.is_some();
    drop(tx);
    if !is_stored {
        match originals::check(content.clone(), sha256).await? {
            // The public has no device: the report stands for it.
            Checked::Photo(header) => {
                originals::keep(&app, (tenant, ticket), sha256, &header, content).await?
            }
            Checked::Refused(NotAPhoto::Size) => {
                return Err(ApiError::unprocessable(
                    "picture_too_large",
                    "照片像素太大；请调低相机分辨率后重新拍摄。",
                ));
            }
            Checked::Refused(NotAPhoto::Format) | Checked::Damaged => {
                return Err(ApiError::unsupported_media(
                    "media_type_refused",
                    "只能上传 JPEG、PNG 或 WebP 格式的照片；请重新拍摄。",
                ));
            }
        }
    }
    let mut tx = app.store().begin().await?;
    let seq = tx.next_seq(tenant).await?;
    if tx
        .insert_evidence(tenant, ticket, sha256, now, None)
        .await?
    {
        let event = NewTicketEvent {
            at: now,
            person: None,
            device: None,
            kind: "evidence_added",
            detail: json!({ "sha256": sha256.to_string() }),
        };
        tx.touch_ticket(tenant, ticket, seq).await?;
        tx.append_ticket_event(tenant, ticket, &event).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
