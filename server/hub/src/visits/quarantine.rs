//! `GET /v1/quarantine`: what was put aside, from whom and why.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sync_core::{Id, Timestamp};
use utoipa::ToSchema;

use super::{PersonName, require_reviewer};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Rows in one answer.
const ROWS: i64 = 200;

/// Changes that were put aside.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuarantineLine {
    #[schema(value_type = String)]
    id: Id,
    #[schema(value_type = String)]
    doc: Id,
    #[schema(value_type = Option<String>)]
    ticket: Option<Id>,
    #[schema(value_type = String)]
    device: Id,
    person: Option<PersonName>,
    #[schema(value_type = i64)]
    received_at: Timestamp,
    /// Stable reason code.
    code: String,
    /// Number of changes.
    changes: usize,
    #[schema(value_type = Option<i64>)]
    decided_at: Option<Timestamp>,
}

/// A list of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Quarantine {
    items: Vec<QuarantineLine>,
}

/// The newest two hundred.
#[utoipa::path(get, path = "/v1/quarantine", tag = "visits", responses((status = 200, body = Quarantine)))]
pub(crate) async fn quarantine(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<Quarantine>, ApiError> {
    require_reviewer(&user)?;
    if !user.role.is_office() {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "隔离区由街道热线办查看。",
        ));
    }
    let mut tx = app.store().read().await?;
    let rows = tx.list_quarantine(user.tenant, ROWS).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let person = tx.find_person(user.tenant, row.person).await?;
        items.push(QuarantineLine {
            id: row.id,
            doc: row.doc,
            ticket: row.ticket,
            device: row.device,
            person: person.map(|one| PersonName {
                id: one.id,
                name: one.name,
                role: one.role.as_str().to_owned(),
            }),
            received_at: row.received_at,
            code: row.code,
            changes: row.hashes.len() / 16,
            decided_at: row.decided_at,
        });
    }
    Ok(Json(Quarantine { items }))
}
