//! `POST /v1/forms`

use axum::Json;
use axum::extract::State;

use super::list::FormRow;
use super::{NewForm, Refusal, may_write, next_version};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::forms::WrittenForm;

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
    may_write(&user)?;
    let form = request.read().map_err(|Refusal { line, why, .. }| {
        ApiError::unprocessable("form_refused", format!("第 {line} 行：{why}"))
    })?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    // The number first: of two who write at once the second sees the version of the first.
    let seq = tx.next_seq(user.tenant).await?;
    let known = tx.load_forms(user.tenant).await?;
    let next = next_version(&known, &form.id);
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
        Some(0),
    )))
}
