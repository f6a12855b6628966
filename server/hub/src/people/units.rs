//! The units of the sub-district.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sync_core::Id;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use store::units::UnitKind;

/// Every unit, by code.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Units {
    items: Vec<UnitRow>,
}

/// A unit and where it hangs.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct UnitRow {
    #[schema(value_type = String)]
    id: Id,
    kind: UnitKind,
    code: String,
    name: String,
    /// A grid's community, a community's street.
    #[schema(value_type = Option<String>)]
    parent: Option<Id>,
}

/// The units of the sub-district, for everybody who works in it.
#[utoipa::path(
    get, path = "/v1/units", tag = "people",
    responses((status = 200, body = Units), (status = 401, body = crate::error::Problem)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<Units>, ApiError> {
    let units = app.store().read().await?.list_units(user.tenant).await?;
    let items = units
        .into_iter()
        .map(|unit| UnitRow {
            id: unit.id,
            kind: unit.kind,
            code: unit.code,
            name: unit.name,
            parent: unit.parent,
        })
        .collect();
    Ok(Json(Units { items }))
}
