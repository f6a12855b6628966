//! `GET /v1/live`: the same frames, as they come.

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;
use sync_core::hex;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

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
    Query(query): Query<LiveQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let author = user.author();
    let cursor = hex::decode(&query.cursor);
    let listener = app.doors().listen(author, cursor.as_deref()).await?;
    let mut listener =
        listener.ok_or_else(|| ApiError::not_found("没有找到所属街道，请重新登记这部手机。"))?;
    let stream = async_stream::stream! {
        while let Some(bytes) = listener.next().await {
            yield Ok::<_, std::convert::Infallible>(bytes);
        }
    };
    Ok((
        [(header::CONTENT_TYPE, "application/cbor-seq")],
        Body::from_stream(stream),
    ))
}
