//! Forms as workbooks: `POST /v1/forms/xlsform`, `GET /v1/forms/{id}/{version}/xlsform`

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sync_core::form::Form;
use tables::xlsform::{self, LeftOut, NotAForm};

use super::{load_version, may_write, next_version};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

pub(super) const WORKBOOK: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How to read a workbook.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReadParams {
    /// Questions for numbers with decimals become questions for whole numbers; else they are left out.
    #[serde(default)]
    decimals_whole: bool,
}

/// What a workbook would become.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ImportedForm {
    /// The form as data, under the number of its next version.
    #[schema(value_type = Object)]
    form: Form,
    /// The same as text: docs/FORMS.md.
    text: String,
    /// Everything that the form does not hold, or holds in another way.
    left_out: Vec<LeftOut>,
}

/// Reads an XLSForm workbook and says what would be a form and what would not. Nothing is written: `POST /v1/forms` does.
#[utoipa::path(post, path = "/v1/forms/xlsform", tag = "forms", params(ReadParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    security(("bearer" = [])),
    responses((status = 200, body = ImportedForm), (status = 403, description = "`role_not_allowed`"),
        (status = 413), (status = 422, description = "`not_a_table`, `not_a_form`")))]
pub(crate) async fn read(
    State(app): State<App>,
    user: CurrentUser,
    Query(params): Query<ReadParams>,
    content: Bytes,
) -> Result<Json<ImportedForm>, ApiError> {
    may_write(&user)?;
    if content.len() > xlsform::MAX_BYTES {
        return Err(refused(NotAForm::TooLarge));
    }
    // A workbook may take its time to unpack; a reader that gives up on one is that file's fault.
    let reading = move || xlsform::read(&content, params.decimals_whole);
    let read = tokio::task::spawn_blocking(reading).await;
    let read = read.map_err(|error| {
        tracing::warn!(%error, "the workbook reader stopped");
        ApiError::unprocessable(
            "not_a_table",
            "这个文件读到一半读不下去；请用 Excel 或 WPS 另存为 .xlsx 后再导入。",
        )
    })?;
    let xlsform::Imported { mut form, left_out } = read.map_err(refused)?;
    let mut tx = app.store().read().await?;
    let known = tx.load_forms(user.tenant).await?;
    form.version = next_version(&known, &form.id);
    Ok(Json(ImportedForm {
        text: form.to_string(),
        form,
        left_out,
    }))
}

/// A version of a form as an XLSForm workbook, which is read as the same form again.
#[utoipa::path(get, path = "/v1/forms/{id}/{version}/xlsform", tag = "forms",
    params(("id" = String, Path), ("version" = u32, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The workbook", body = Vec<u8>,
            content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 403), (status = 404)))]
pub(crate) async fn write(
    State(app): State<App>,
    user: CurrentUser,
    Path(name): Path<(String, u32)>,
) -> Result<Response, ApiError> {
    user.ticket_sight()?;
    let mut tx = app.store().read().await?;
    let form = load_version(&user, name, &mut tx).await?;
    let book = xlsform::write(&form).map_err(|error| ApiError::internal(&error))?;
    // The id of a form is small letters, digits and underscores.
    let named = format!("attachment; filename=\"{}-{}.xlsx\"", form.id, form.version);
    let named = HeaderValue::from_str(&named).map_err(|error| ApiError::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(WORKBOOK)),
        (header::CONTENT_DISPOSITION, named),
    ];
    Ok((headers, book).into_response())
}

fn refused(error: NotAForm) -> ApiError {
    let detail = error.to_string();
    match error {
        NotAForm::TooLarge => ApiError::too_large("too_large", detail),
        NotAForm::NotATable(_) => ApiError::unprocessable("not_a_table", detail),
        NotAForm::NoSurvey | NotAForm::NoColumns | NotAForm::Twice | NotAForm::NoQuestion => {
            ApiError::unprocessable("not_a_form", detail)
        }
    }
}
