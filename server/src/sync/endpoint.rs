//! `POST /v1/sync`: push and pull in one round trip.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde_bytes::ByteBuf;
use sync_core::limits;
use sync_core::protocol::{Envelope, Frame, SyncRequest, VERSION, decode, encode_frame};

use super::cursor::Cursor;
use super::pull::{self, Since};
use super::receive::{Author, Pushed, Report};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// How long an answer waits for the gate. An idle hub decides in milliseconds; a busy one answers with
/// receipts alone and brings the verdicts next time.
const VERDICT_WAIT: Duration = Duration::from_millis(400);

/// Takes a push in and answers with everything behind the cursor.
#[utoipa::path(
    post,
    path = "/v1/sync",
    tag = "sync",
    request_body(content_type = "application/cbor", description = "SyncRequest, see docs/PROTOCOL.md"),
    responses((status = 200, content_type = "application/cbor-seq", description = "Frames, see docs/PROTOCOL.md"))
)]
pub(crate) async fn sync(
    State(app): State<App>,
    user: CurrentUser,
    body: Bytes,
) -> Result<impl IntoResponse, ApiError> {
    let request: SyncRequest = decode(&body).map_err(|error| {
        tracing::debug!(%error, "a sync request could not be read");
        ApiError::bad_request(
            "request_malformed",
            "同步请求的格式不对，请更新应用后再试；手机上的记录不会丢失。",
        )
    })?;
    if request.push.len() > limits::REQUEST_DOCUMENTS {
        return Err(ApiError::bad_request(
            "too_many_documents",
            "一次同步的记录太多，请更新应用后再试；手机上的记录不会丢失。",
        ));
    }
    if request.v != VERSION {
        return Err(ApiError::bad_request(
            "protocol_version",
            "应用版本与服务器不合，请更新应用；手机上的记录不会丢失。",
        ));
    }
    let author = Author {
        tenant: user.tenant,
        person: user.person,
        device: user.device,
        role: user.role,
    };
    let mut frames = receive(&app, author, &request).await?;
    match since(&app, author, &request).await? {
        Ok(since) => frames.extend(
            pull::page(&app, author, since, request.want_bytes)
                .await?
                .bytes,
        ),
        Err(resync) => frames.extend(encode_frame(&Envelope {
            cursor: None,
            frame: resync,
        })),
    }
    Ok(([(header::CONTENT_TYPE, "application/cbor-seq")], frames))
}

/// Receipts as bytes; waits a little for the gate.
async fn receive(app: &App, author: Author, request: &SyncRequest) -> Result<Vec<u8>, ApiError> {
    let report = report(app, request);
    if request.push.is_empty() {
        note_contact(app, author, report).await?;
        return Ok(Vec::new());
    }
    let Pushed {
        receipts, decided, ..
    } = app
        .sync()
        .receiver
        .receive(author, request.push.clone(), Some(report))
        .await?;
    // The work goes on when the time is over; only the answer does not wait for it.
    let _ = tokio::time::timeout(VERDICT_WAIT, decided).await;
    Ok(encode_frame(&Envelope {
        cursor: None,
        frame: Frame::Receipts(receipts),
    }))
}

fn report(app: &App, request: &SyncRequest) -> Report {
    Report {
        // PostgreSQL takes no NUL, and no honest version has other control characters.
        app: request
            .app
            .chars()
            .filter(|letter| !letter.is_control())
            .take(64)
            .collect(),
        unsent_changes: request.unsent.changes,
        unsent_photos: request.unsent.photos,
        clock_offset_ms: request.now.millis_since(app.clock().now()),
    }
}

/// An idle phone asks every half minute: its contact is written only when it says something new, or once a
/// minute, so that three hundred idle phones do not keep the disk busy.
async fn note_contact(app: &App, author: Author, report: Report) -> Result<(), ApiError> {
    let mut tx = app.store().read().await?;
    let device = tx.find_device(author.tenant, author.device).await?;
    drop(tx);
    let now = app.clock().now();
    let stale = device.is_none_or(|device| {
        device
            .last_seen_at
            .is_none_or(|seen| now.millis_since(seen) > 60_000)
            || device.unsent_photos != i64::from(report.unsent_photos)
            || device.unsent_changes != i64::from(report.unsent_changes)
    });
    if stale {
        app.sync()
            .receiver
            .receive(author, Vec::new(), Some(report))
            .await?;
    }
    Ok(())
}

/// Where the phone stands, or the frame that sends it back to the start.
async fn since(
    app: &App,
    author: Author,
    request: &SyncRequest,
) -> Result<Result<Since, Frame>, ApiError> {
    let mut tx = app.store().read().await?;
    let end = tx.find_feed_end(author.tenant).await?;
    let Some((last, timeline)) = end else {
        return Err(ApiError::not_found(
            "没有找到所属街道，请重新登记这部手机。",
        ));
    };
    let Some(bytes) = &request.cursor else {
        // Whoever knows the timeline was here before and lost the thread.
        let again = request.timeline.is_some();
        return Ok(Ok(if again { Since::Again } else { Since::First }));
    };
    let good = Cursor::read(bytes, app.keys()).filter(|cursor| {
        cursor.tenant == author.tenant && cursor.timeline == timeline && cursor.seq <= last
    });
    Ok(good.map(Since::Cursor).ok_or_else(|| Frame::Resync {
        timeline: ByteBuf::from(timeline.bytes()),
    }))
}
