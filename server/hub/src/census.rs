//! Counting photos: those that the database knows and the store has not. A photo folder that was put back to an earlier
//! state, or lost, is found out; phones are asked for what they still have.

use store::timelines::{Cause, Turn};
use sync_core::Id;

use crate::app::App;
use crate::error::ApiError;

/// Compares the photos of every sub-district with the store.
///
/// # Errors
/// If the database or the store cannot be read; nothing is concluded then.
pub async fn count_photos(app: &App) -> Result<(), ApiError> {
    let tenants = app.store().read().await?.list_tenants().await?;
    for tenant in tenants {
        count(tenant.id, app).await?;
    }
    Ok(())
}

async fn count(tenant: Id, app: &App) -> Result<(), ApiError> {
    // The rows first: a file is there before its row.
    let known = app.store().read().await?.list_media(tenant).await?;
    if known.is_empty() {
        return Ok(());
    }
    let here = app.blobs().list_originals(tenant).await;
    let here = here.map_err(|error| ApiError::unavailable(&error))?;
    let moved = known
        .into_iter()
        .filter(|(sha256, lost)| here.contains(sha256) == *lost);
    let moved: Vec<_> = moved.collect();
    if moved.is_empty() {
        return Ok(());
    }
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    for (sha256, lost) in &moved {
        tx.update_lost(tenant, *sha256, !lost).await?;
    }
    let gone = moved.iter().filter(|(_, lost)| !lost).count();
    let end = tx.find_feed_end(tenant).await?;
    if let Some(end) = end.filter(|_| gone > 0) {
        let turn = Turn {
            tenant,
            from: end.timeline,
            to: app.rng().new_id(now),
            unknown: None,
            at_least: 0,
            cause: Cause::Photos,
        };
        tx.begin_timeline(&turn, now).await?;
        tracing::warn!(%tenant, gone, "photos are missing from the store; phones are asked for them again");
    }
    tx.commit().await?;
    app.doors().live().poke(tenant, Vec::new());
    app.doors().live().poke_office(tenant);
    Ok(())
}
