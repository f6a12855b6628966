//! Whether the hub lives, and what it allows.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::app::App;
use crate::error::ApiError;

/// State of the hub, for load balancers and people.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// Always `ok`; a hub that is not answers 503.
    status: &'static str,
    /// Version of the hub.
    version: &'static str,
}

/// Answers when the hub can take work.
#[utoipa::path(
    get, path = "/healthz", tag = "hub",
    responses((status = 200, body = Health), (status = 503, body = crate::error::Problem)),
)]
pub(crate) async fn healthz(State(app): State<App>) -> Result<Json<Health>, ApiError> {
    app.store().ping().await?;
    Ok(Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    }))
}

/// Bounds that a client must keep.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PublishedLimits {
    /// Largest body of an ordinary request, in bytes.
    body_bytes: usize,
    /// Largest body of a sync request, in bytes.
    sync_bytes: usize,
    /// Largest file to import, in bytes.
    import_bytes: usize,
    /// Largest photo, in bytes.
    photo_bytes: usize,
}

/// The bounds that this hub sets, so that clients split their work by them.
#[utoipa::path(
    get, path = "/v1/limits", tag = "hub",
    responses((status = 200, body = PublishedLimits)),
)]
pub(crate) async fn limits(State(app): State<App>) -> Json<PublishedLimits> {
    let limits = &app.config().limits;
    Json(PublishedLimits {
        body_bytes: limits.max_body_bytes,
        sync_bytes: limits.max_sync_bytes,
        import_bytes: limits.max_import_bytes,
        photo_bytes: limits.max_photo_bytes,
    })
}
