//! `GET /v1/exchange/mismatches`: what files of the upper level say otherwise.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::exchange::{Mismatch, Reconciliation};

use super::may_exchange;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Mismatches that are listed; all are counted.
const LISTED: u32 = 500;
/// Files that are listed.
const FILES: u32 = 20;

/// What is still otherwise, and which files were compared.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Mismatches {
    /// The newest file's first, 500 at most.
    items: Vec<Mismatch>,
    /// How many there are.
    total: i64,
    /// The files, the last one first.
    files: Vec<Reconciliation>,
}

/// Lists what imported files say otherwise than the tickets. What has come to agree, or stands in a later file, leaves
/// the list.
#[utoipa::path(get, path = "/v1/exchange/mismatches", tag = "exchange", security(("bearer" = [])),
    responses((status = 200, body = Mismatches), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<Mismatches>, ApiError> {
    may_exchange(&user)?;
    let mut tx = app.store().read().await?;
    let (items, total) = tx.list_mismatches(user.tenant, LISTED).await?;
    let files = tx.list_reconciliations(user.tenant, FILES).await?;
    Ok(Json(Mismatches {
        items,
        total,
        files,
    }))
}
