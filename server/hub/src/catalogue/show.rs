//! `GET /v1/catalogue`

use axum::Json;
use axum::extract::State;
use classify::LearnedFigures;
use classify::catalogue::Catalogue;
use classify::decided::{self, Tallies};
use serde::Serialize;
use store::Tx;
use store::ticket_events::EventPerson;
use sync_core::{Id, Timestamp};

use super::may_read;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::classifier;
use crate::error::ApiError;

/// Versions that are told.
const VERSIONS: i64 = 20;
/// Decisions that are counted, the last ones.
const COUNTED: i64 = 20_000;

/// The catalogue in force, how its proposals did, and the state of the model.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CatalogueInForce {
    /// From 1; 0 for the one that comes with the program.
    version: i64,
    catalogue: Catalogue,
    /// Versions, newest first; none while the one that comes with the program is in force.
    versions: Vec<Version>,
    /// How proposals did with people, of each ticket the last decision.
    tallies: Tallies,
    model: ModelState,
}

/// A version, and who wrote it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Version {
    version: i64,
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    at: Timestamp,
    by: EventPerson,
}

/// What the model was made of, and how it did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ModelState {
    /// The last training; null before the first.
    trained: Option<Trained>,
    /// Decisions since then.
    decided_since: i64,
}

/// A training.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Trained {
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    at: Timestamp,
    /// Null for the hub itself.
    by: Option<EventPerson>,
    /// The version of the catalogue.
    version: i64,
    /// Tickets that people had classified, here or before they came.
    examples: i64,
    /// Measured on tickets that the model had not seen.
    figures: LearnedFigures,
}

/// What there is to choose from when a ticket is classified.
#[utoipa::path(get, path = "/v1/catalogue", tag = "catalogue", security(("bearer" = [])),
    responses((status = 200, body = CatalogueInForce), (status = 403)))]
pub(crate) async fn show(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<CatalogueInForce>, ApiError> {
    may_read(&user)?;
    let mut tx = app.store().read().await?;
    Ok(Json(
        in_force(user.tenant, app.clock().now(), &mut tx).await?,
    ))
}

/// Everything of it.
pub(super) async fn in_force(
    tenant: Id,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<CatalogueInForce, ApiError> {
    let (version, catalogue) = classifier::catalogue(tenant, tx).await?;
    let versions = tx.list_catalogues(tenant, VERSIONS).await?;
    let rows = tx
        .list_classified_tickets(tenant, now, false, COUNTED)
        .await?;
    Ok(CatalogueInForce {
        version,
        catalogue,
        versions: versions
            .into_iter()
            .map(|row| Version {
                version: row.version,
                at: row.at,
                by: row.by,
            })
            .collect(),
        tallies: decided::tally(&classifier::decided(rows)),
        model: model(tenant, tx).await?,
    })
}

async fn model(tenant: Id, tx: &mut Tx) -> Result<ModelState, ApiError> {
    let last = tx.find_training(tenant).await?;
    let since = last
        .as_ref()
        .map_or(Timestamp::from_millis(0), |last| last.at);
    let trained = last.map(|last| {
        Ok::<_, ApiError>(Trained {
            at: last.at,
            by: last.by,
            version: last.version,
            examples: last.examples,
            figures: classifier::read(&last.figures)?,
        })
    });
    Ok(ModelState {
        trained: trained.transpose()?,
        decided_since: tx.count_classifications(tenant, since, COUNTED).await?,
    })
}
