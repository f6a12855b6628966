//! `GET /v1/office/live`: an office page hears that something changed, and fetches what it shows.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use doors::Changed;
use store::devices::DeviceKind;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::auth::token::ACCESS_MILLIS;
use crate::error::ApiError;

/// The line ends when the access token that opened it has; the page opens it anew with a fresh one.
const LONGEST: Duration = Duration::from_millis(ACCESS_MILLIS.unsigned_abs());

/// Lines of JSON, for as long as the page listens: `{"changed":["records","people"]}` names what should be fetched
/// again; an empty list, every 15 s, says that the line stands.
#[utoipa::path(
    get,
    path = "/v1/office/live",
    tag = "sync",
    responses(
        (status = 200, content_type = "application/jsonl", description = "One line for each word"),
        (status = 403, body = crate::error::Problem, description = "`role_not_allowed`"),
    ),
)]
pub(crate) async fn live(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<impl IntoResponse, ApiError> {
    let mut tx = app.store().read().await?;
    let device = tx.find_device(user.tenant, user.device).await?;
    drop(tx);
    let browser = device.is_some_and(|device| device.kind == DeviceKind::Browser);
    if !browser || !user.role.has_office_pages() {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "这个通道只供办公室网页使用；手机请用手机端同步。",
        ));
    }
    let mut watcher = app.doors().watch(user.author()).await?;
    let stream = async_stream::stream! {
        let end = tokio::time::sleep(LONGEST);
        tokio::pin!(end);
        loop {
            let changed = tokio::select! {
                changed = watcher.next() => changed,
                () = &mut end => None,
            };
            match changed {
                Some(changed) => yield Ok::<_, Infallible>(line(changed)),
                None => break,
            }
        }
    };
    Ok((
        [(header::CONTENT_TYPE, "application/jsonl")],
        Body::from_stream(stream),
    ))
}

fn line(changed: Changed) -> Bytes {
    Bytes::from_static(match (changed.records, changed.people) {
        (true, true) => b"{\"changed\":[\"records\",\"people\"]}\n",
        (true, false) => b"{\"changed\":[\"records\"]}\n",
        (false, true) => b"{\"changed\":[\"people\"]}\n",
        (false, false) => b"{\"changed\":[]}\n",
    })
}
