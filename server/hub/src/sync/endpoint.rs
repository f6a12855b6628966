//! `POST /v1/sync`: push and pull in one round trip.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use sync_core::limits;
use sync_core::protocol::{SyncRequest, VERSION, decode};

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

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
    let author = user.author();
    let frames = app.doors().exchange(author, &request).await?;
    let frames =
        frames.ok_or_else(|| ApiError::not_found("没有找到所属街道，请重新登记这部手机。"))?;
    Ok(([(header::CONTENT_TYPE, "application/cbor-seq")], frames))
}
