//! `POST /v1/catalogue`

use axum::Json;
use axum::extract::State;
use classify::catalogue::Catalogue;
use serde::Deserialize;
use store::Tx;
use sync_core::Id;

use super::may_edit;
use super::show::{CatalogueInForce, in_force};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// A catalogue to come into force.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewCatalogue {
    /// The version on the screen that was edited.
    seen: i64,
    catalogue: Catalogue,
}

/// Puts another catalogue into force. Tickets keep what they were classified as.
#[utoipa::path(post, path = "/v1/catalogue", tag = "catalogue", request_body = NewCatalogue,
    security(("bearer" = [])),
    responses((status = 200, body = CatalogueInForce), (status = 403),
        (status = 409, description = "`changed_meanwhile`"),
        (status = 422, description = "`catalogue_unclear`, `unit_unknown`")))]
pub(crate) async fn edit(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Json(new): Json<NewCatalogue>,
) -> Result<Json<CatalogueInForce>, ApiError> {
    may_edit(&user)?;
    new.catalogue
        .check()
        .map_err(|fault| ApiError::unprocessable("catalogue_unclear", fault.sentence()))?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    // The number first: of two who write at once the second sees what the first did.
    tx.next_seq(user.tenant).await?;
    let last = tx.find_catalogue(user.tenant).await?;
    if last.as_ref().map_or(0, |last| last.version) != new.seen {
        let by = last.map_or_else(String::new, |last| last.by.name);
        return Err(ApiError::conflict(
            "changed_meanwhile",
            format!("您打开之后，{by}已经改过目录；您填的内容还在，请对照后再保存。"),
        ));
    }
    check_units(&new.catalogue, user.tenant, &mut tx).await?;
    let version = new.seen.saturating_add(1);
    let content =
        serde_json::to_string(&new.catalogue).map_err(|error| ApiError::internal(&error))?;
    tx.insert_catalogue(user.tenant, version, now, user.person, &content)
        .await?;
    let object = format!("catalogue/{version}");
    tx.append_audit(&user.act("catalogue.edit", object, now, &request_id))
        .await?;
    let shown = in_force(user.tenant, now, &mut tx).await?;
    tx.commit().await?;
    Ok(Json(shown))
}

async fn check_units(catalogue: &Catalogue, tenant: Id, tx: &mut Tx) -> Result<(), ApiError> {
    let units = tx.list_units(tenant).await?;
    let named = catalogue.duties.iter().filter_map(|duty| duty.to.id);
    for id in named {
        if !units.iter().any(|unit| unit.id == id) {
            return Err(ApiError::unprocessable(
                "unit_unknown",
                "没有这个单位；请刷新页面后重新选择承办单位。",
            ));
        }
    }
    Ok(())
}
