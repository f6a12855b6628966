//! `POST /v1/forms/check`

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::{NewForm, may_write, next_version};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Whether it could be written.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct CheckedForm {
    /// The number of the form's next version; null if it cannot be read.
    next: Option<u32>,
    /// The first line that is wrong, from 1; null if none is.
    line: Option<u32>,
    /// What is wrong, and what to do; null if nothing is.
    refused: Option<String>,
    /// Id of the question to which that line belongs; null if it is the form's own.
    question: Option<String>,
}

/// Says whether a form could be written, and keeps nothing of it.
#[utoipa::path(post, path = "/v1/forms/check", tag = "forms", request_body = NewForm,
    security(("bearer" = [])),
    responses((status = 200, body = CheckedForm), (status = 403, description = "`role_not_allowed`")))]
pub(crate) async fn check(
    State(app): State<App>,
    user: CurrentUser,
    Json(request): Json<NewForm>,
) -> Result<Json<CheckedForm>, ApiError> {
    may_write(&user)?;
    let form = match request.read() {
        Ok(form) => form,
        Err(refusal) => {
            return Ok(Json(CheckedForm {
                line: Some(refusal.line),
                refused: Some(refusal.why),
                question: refusal.question,
                ..CheckedForm::default()
            }));
        }
    };
    let mut tx = app.store().read().await?;
    let known = tx.load_forms(user.tenant).await?;
    Ok(Json(CheckedForm {
        next: Some(next_version(&known, &form.id)),
        ..CheckedForm::default()
    }))
}
