//! `GET /v1/visits/{id}`: one visit, whole.

use axum::Json;
use axum::extract::{Path, State};
use sync_core::Id;

use super::story::{VisitStory, tell};
use super::visible;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// A visit with every value, who wrote it, when on the phone and when received.
#[utoipa::path(
    get,
    path = "/v1/visits/{id}",
    tag = "visits",
    params(("id" = String, Path)),
    responses((status = 200, body = VisitStory))
)]
pub(crate) async fn show(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<Id>,
) -> Result<Json<VisitStory>, ApiError> {
    let mut tx = app.store().read().await?;
    let document = visible(id, &user, &mut tx).await?;
    Ok(Json(tell(&document, &user, &mut tx).await?))
}
