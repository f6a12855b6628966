//! Imports over HTTP: `/v1/imports`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use tables::intake::{self, Destination, Intake, IntakeError, OpenFile};
use tables::preview::{self, Preview};
use tables::{FileRefused, Mapping, MappingError, NotATable, TakeOver, template};

const AUTO: &str = "auto";

/// Which file is sent, and how to read it.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FileParams {
    /// The file's name, for the person who sends it; the content alone decides how it is read.
    #[serde(default, rename = "filename")]
    _filename: Option<String>,
    /// Name of a source, or `auto` (default): the one that the header fits.
    #[serde(default)]
    source: Option<String>,
    /// What an import takes over from rows whose ticket is there with other content: `deadline` (default: the deadline
    /// and how much it hurries), `all` or `nothing`. A preview lists them all the same.
    #[serde(default)]
    #[param(inline)]
    take_over: TakeOver,
}

/// Says what importing a file would do.
#[utoipa::path(post, path = "/v1/imports/preview", tag = "imports", params(FileParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    security(("bearer" = [])),
    responses((status = 200, body = Preview), (status = 403), (status = 413),
        (status = 422, description = "`not_a_table`, `password_protected`, `unknown_header`, `missing_columns` or `unknown_source`")))]
pub(crate) async fn preview(
    State(app): State<App>,
    user: CurrentUser,
    Query(params): Query<FileParams>,
    content: Bytes,
) -> Result<Json<Preview>, ApiError> {
    let file = open(params, content, &user).await?;
    let preview = preview::preview(app.tables(), user.tenant, file).await;
    preview.map(Json).map_err(refused)
}

/// Imports every good row of a file.
#[utoipa::path(post, path = "/v1/imports", tag = "imports", params(FileParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    security(("bearer" = [])),
    responses((status = 200, body = Intake), (status = 403), (status = 413),
        (status = 422, description = "as for the preview")))]
pub(crate) async fn import(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Query(params): Query<FileParams>,
    content: Bytes,
) -> Result<Json<Intake>, ApiError> {
    app.disk().admit_large()?;
    let take_over = params.take_over;
    let file = open(params, content, &user).await?;
    let object = format!("source/{}", file.source().0);
    let to = Destination {
        tenant: user.tenant,
        by: Some(user.person),
        take_over,
    };
    let told = |progress: intake::Progress| {
        if progress.stored > 0 {
            app.doors().live().poke(to.tenant, vec![to.tenant]);
        }
    };
    let intake = intake::take_in(app.tables(), to, file, told).await;
    let now = app.clock().now();
    let mut entry = user.act("ticket.import", object, now, &request_id);
    if intake.is_err() {
        "stopped".clone_into(&mut entry.result);
    }
    let mut tx = app.store().begin().await?;
    tx.append_audit(&entry).await?;
    tx.commit().await?;
    intake.map(Json).map_err(refused)
}

/// A source that files can come from.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Source {
    name: String,
    /// zh-CN, for people.
    title: String,
}

/// Every source.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Sources {
    items: Vec<Source>,
}

/// Lists the sources that a file can come from.
#[utoipa::path(get, path = "/v1/imports/sources", tag = "imports", security(("bearer" = [])),
    responses((status = 200, body = Sources), (status = 403)))]
pub(crate) async fn sources(user: CurrentUser) -> Result<Json<Sources>, ApiError> {
    may_import(&user)?;
    let items = mappings()?.into_iter().map(|mapping| Source {
        name: mapping.name,
        title: mapping.title,
    });
    let items = items.collect();
    Ok(Json(Sources { items }))
}

/// The empty table to fill in, as CSV.
#[utoipa::path(get, path = "/v1/imports/template.csv", tag = "imports", security(("bearer" = [])),
    responses((status = 200, content_type = "text/csv"), (status = 403)))]
pub(crate) async fn template_csv(user: CurrentUser) -> Result<impl IntoResponse, ApiError> {
    may_import(&user)?;
    let csv = template::csv(&office()?);
    Ok(download("text/csv; charset=utf-8", "csv", csv.into_bytes()))
}

/// The empty table to fill in, as a workbook with drop-down choices.
#[utoipa::path(get, path = "/v1/imports/template.xlsx", tag = "imports", security(("bearer" = [])),
    responses((status = 200, content_type = WORKBOOK), (status = 403)))]
pub(crate) async fn template_xlsx(user: CurrentUser) -> Result<impl IntoResponse, ApiError> {
    may_import(&user)?;
    let xlsx = template::xlsx(&office()?).map_err(|error| ApiError::internal(&error))?;
    Ok(download(WORKBOOK, "xlsx", xlsx))
}

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file to save as 工单模板, which the header writes percent-encoded.
fn download(mime: &'static str, extension: &str, content: Vec<u8>) -> impl IntoResponse {
    let name = "%E5%B7%A5%E5%8D%95%E6%A8%A1%E6%9D%BF";
    let disposition = format!("attachment; filename*=UTF-8''{name}.{extension}");
    let headers = [
        (header::CONTENT_TYPE, mime.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, content)
}

fn may_import(user: &CurrentUser) -> Result<(), ApiError> {
    if user.role.is_office() {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "您的角色不能导入工单；请交给街道热线办的同事导入。",
    ))
}

async fn open(
    params: FileParams,
    content: Bytes,
    user: &CurrentUser,
) -> Result<OpenFile, ApiError> {
    may_import(user)?;
    let source = params
        .source
        .filter(|source| !source.is_empty() && source != AUTO);
    intake::open(content, mappings()?, source)
        .await
        .map_err(refused)
}

fn mappings() -> Result<Vec<Mapping>, ApiError> {
    Mapping::embedded().map_err(|error: MappingError| ApiError::internal(&error))
}

fn office() -> Result<Mapping, ApiError> {
    let office = mappings()?
        .into_iter()
        .find(|mapping| mapping.name == "office");
    office.ok_or_else(|| ApiError::not_found("没有模板；请联系管理员。"))
}

fn refused(error: IntakeError) -> ApiError {
    match error {
        IntakeError::File(refusal) => {
            let detail = refusal.to_string();
            let code = match refusal {
                FileRefused::NotATable(NotATable::TooLarge) => {
                    return ApiError::too_large("too_large", detail);
                }
                FileRefused::MissingColumns { .. } => "missing_columns",
                FileRefused::Mapping(_) | FileRefused::UnknownHeader { .. } => "unknown_header",
                FileRefused::NotATable(NotATable::Password) => "password_protected",
                FileRefused::NotATable(_) => "not_a_table",
                FileRefused::UnknownSource(..) => "unknown_source",
            };
            ApiError::unprocessable(code, detail)
        }
        IntakeError::Reader(error) => {
            // A reader of a file format gave up on content that somebody sent: theirs to change.
            tracing::warn!(%error, "the table reader stopped");
            ApiError::unprocessable(
                "not_a_table",
                "这个文件读到一半读不下去；请另存为 CSV 后再导入。",
            )
        }
        IntakeError::Seal(error) => ApiError::internal(&error),
        IntakeError::Store(error) => error.into(),
    }
}
