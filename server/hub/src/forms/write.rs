//! `POST /v1/forms`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sync_core::Role;
use sync_core::form::{Form, GENERAL};

use super::list::FormRow;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::forms::WrittenForm;

/// A new version of a form.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewForm {
    /// As docs/FORMS.md shows it; its version is the next one of its form.
    text: String,
}

/// Adds a version of a form. Records that are begun from now on get it; running ones keep theirs.
#[utoipa::path(post, path = "/v1/forms", tag = "forms", request_body = NewForm,
    security(("bearer" = [])),
    responses((status = 200, body = FormRow), (status = 403, description = "`role_not_allowed`"),
        (status = 409, description = "`version_taken`"),
        (status = 422, description = "`form_refused`: the first line that is wrong, and what to do")))]
pub(crate) async fn write(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Json(request): Json<NewForm>,
) -> Result<Json<FormRow>, ApiError> {
    if !matches!(user.role, Role::Leader | Role::OfficeReviewer) {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "您的角色不能修改表单；请联系街道热线办或分管领导。",
        ));
    }
    let form = Form::parse(request.text.as_bytes())
        .map_err(|refused| ApiError::unprocessable("form_refused", refused.to_string()))?;
    if form.id == GENERAL && !(form.applies.is_empty() && form.roles.is_empty()) {
        return Err(ApiError::unprocessable(
            "form_refused",
            "通用表单用于没有别的表单的工单，不能写“适用”或“角色”；请删去这些行，或换一个代号。",
        ));
    }
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    // The number first: of two who write at once the second sees the version of the first.
    let seq = tx.next_seq(user.tenant).await?;
    let known = tx.load_forms(user.tenant).await?;
    let versions = known.iter().filter(|known| known.id == form.id);
    let next = versions
        .map(|known| known.version)
        .max()
        .unwrap_or(0)
        .saturating_add(1);
    if form.version != next {
        return Err(ApiError::conflict(
            "version_taken",
            format!(
                "“{}”的下一个版本是 {next}；请把“版本”改成 {next} 再提交，已有的版本不能改动。",
                form.title.zh
            ),
        ));
    }
    let written = WrittenForm {
        form,
        seq,
        written_at: now,
        person: Some(user.person),
    };
    tx.insert_form(user.tenant, &written).await?;
    let object = format!("form/{}/{next}", written.form.id);
    let act = user.act("form.write", object, now, &request_id);
    tx.append_audit(&act).await?;
    tx.commit().await?;
    Ok(Json(FormRow::of(
        written.form,
        Some((now, Some(user.person))),
    )))
}
