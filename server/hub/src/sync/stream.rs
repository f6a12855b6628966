//! `GET /v1/live`: the same frames, as they come.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use sync_core::hex;
use sync_core::protocol::SIGN_OF_LIFE;
use tokio::time::sleep;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::auth::current_user::end_of_access;
use crate::error::ApiError;

/// After a silence of this length the hub says that it is there.
const SILENCE: Duration = Duration::from_secs(60);

/// Query of the live channel.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(crate) struct LiveQuery {
    /// The cursor, in hexadecimal; without one only pokes come.
    #[serde(default)]
    cursor: String,
}

/// Frames as they come, for as long as the phone listens.
#[utoipa::path(
    get,
    path = "/v1/live",
    tag = "sync",
    params(LiveQuery),
    responses((status = 200, content_type = "application/cbor-seq", description = "Frames, see docs/PROTOCOL.md"))
)]
pub(crate) async fn live(
    State(app): State<App>,
    user: CurrentUser,
    headers: HeaderMap,
    Query(query): Query<LiveQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let author = user.author();
    let end = end_of_access(&headers, &app)?;
    let mut line = app
        .lines()
        .open(author.device, Instant::now())
        .ok_or_else(too_many)?;
    let cursor = hex::decode(&query.cursor);
    let listener = app.doors().listen(author, cursor.as_deref()).await?;
    let mut listener =
        listener.ok_or_else(|| ApiError::not_found("没有找到所属街道，请重新登记这部手机。"))?;
    let clock = app.clock().clone();
    let stream = async_stream::stream! {
        // Whoever listens again then shows a token that holds.
        'open: while clock.now() < end {
            // Kept through the silence: dropped half-way it would lose what it has heard.
            let next = listener.next();
            tokio::pin!(next);
            let said = loop {
                let heard = tokio::select! {
                    said = &mut next => Some(said),
                    () = line.closed() => break 'open,
                    () = sleep(SILENCE) => None,
                };
                if clock.now() >= end {
                    break 'open;
                }
                match heard {
                    Some(said) => break said,
                    None => yield Ok::<_, std::convert::Infallible>(Bytes::from_static(&SIGN_OF_LIFE)),
                }
            };
            let Some(bytes) = said else { break };
            yield Ok(bytes);
        }
    };
    Ok((
        [(header::CONTENT_TYPE, "application/cbor-seq")],
        Body::from_stream(stream),
    ))
}

fn too_many() -> ApiError {
    let detail = "这台设备连接太频繁，请稍候；手机上的记录不会丢失。";
    ApiError::too_many_requests("too_many_lines", detail, 2)
}
