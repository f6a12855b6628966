//! The units of the sub-district.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sync_core::{Id, Role};

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::units::{Unit, UnitKind};

/// Characters of a name.
const MAX_NAME_CHARS: usize = 40;

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

/// A section or a team.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewUnit {
    /// `section` or `team`; communities and grids come from the organisation's file.
    kind: UnitKind,
    /// What people call it, up to 40 characters.
    name: String,
}

/// Adds a section (科室) or a team (专班), to which tickets and co-tasks can be given. Who belongs to it stands with the
/// people.
#[utoipa::path(
    post, path = "/v1/units", tag = "people", request_body = NewUnit,
    responses((status = 200, body = UnitRow), (status = 403, description = "`role_not_allowed`"),
        (status = 409, description = "`unit_known`"),
        (status = 422, description = "`unit_kind_unfit`, `name_missing`, `name_too_long`")),
)]
pub(crate) async fn create(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Json(request): Json<NewUnit>,
) -> Result<Json<UnitRow>, ApiError> {
    if !matches!(
        user.role,
        Role::OfficeReviewer | Role::Leader | Role::SystemAdmin
    ) {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "您的角色不能添加科室和专班；请联系街道热线办。",
        ));
    }
    if !matches!(request.kind, UnitKind::Section | UnitKind::Team) {
        return Err(ApiError::unprocessable(
            "unit_kind_unfit",
            "这里只能添加科室和专班；社区和网格请用组织机构文件导入。",
        ));
    }
    let name = request.name.trim();
    if name.is_empty() {
        return Err(ApiError::unprocessable("name_missing", "请填写名称。"));
    }
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(ApiError::unprocessable(
            "name_too_long",
            format!("名称超过 {MAX_NAME_CHARS} 字；请缩短后再提交。"),
        ));
    }
    let mut tx = app.store().begin().await?;
    let now = app.clock().now();
    tx.next_seq(user.tenant).await?;
    let units = tx.list_units(user.tenant).await?;
    if units.iter().any(|unit| unit.name == name) {
        return Err(ApiError::conflict(
            "unit_known",
            format!("已经有“{name}”了；请直接选用，或换一个名称。"),
        ));
    }
    let id = app.rng().new_id(now);
    let unit = Unit {
        id,
        tenant: user.tenant,
        kind: request.kind,
        code: id.to_string(),
        name: name.to_owned(),
        parent: None,
    };
    tx.insert_unit(&unit).await?;
    let act = user.act("unit.add", format!("unit/{id}"), now, &request_id);
    tx.append_audit(&act).await?;
    tx.commit().await?;
    Ok(Json(UnitRow {
        id,
        kind: unit.kind,
        code: unit.code,
        name: unit.name,
        parent: None,
    }))
}
