//! `POST /v1/catalogue/training`

use axum::Json;
use axum::extract::State;
use store::ticket_events::EventPerson;

use super::may_edit;
use super::show::{CatalogueInForce, in_force};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// Has the classifier learn from everything that was decided until now, and measures it. The hub does so by itself after twenty
/// decisions.
#[utoipa::path(post, path = "/v1/catalogue/training", tag = "catalogue",
    security(("bearer" = [])),
    responses((status = 200, body = CatalogueInForce), (status = 403)))]
pub(crate) async fn train(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
) -> Result<Json<CatalogueInForce>, ApiError> {
    may_edit(&user)?;
    let by = EventPerson {
        id: user.person,
        name: String::new(),
    };
    let training = app.classifier().train(Some(by), user.tenant).await?;
    let mut tx = app.store().begin().await?;
    let object = format!("training/{}", training.n);
    tx.append_audit(&user.act("catalogue.train", object, training.at, &request_id))
        .await?;
    let shown = in_force(user.tenant, app.clock().now(), &mut tx).await?;
    tx.commit().await?;
    Ok(Json(shown))
}
