//! The papers of a ticket as PDF: its history, and the evidence of an appeal.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use papers::PaperError;
use papers::stamp::{PURPOSE, stamped};
use papers::ticket::{self, Reader, Source};
use print::Paper;
use serde::Deserialize;
use sync_core::Id;

use super::{no_such_ticket, viewer};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// The whole history of a ticket: head, clocks, and every event with who, when, with which device, and what was said.
/// Numbers of people are masked.
#[utoipa::path(get, path = "/v1/tickets/{id}/history.pdf", tag = "tickets",
    params(("id" = String, Path, description = "Ticket id")),
    security(("bearer" = [])),
    responses((status = 200, description = "The paper", content_type = "application/pdf", body = Vec<u8>),
        (status = 403), (status = 404),
        (status = 422, body = crate::error::Problem, description = "`paper_refused`")))]
pub(crate) async fn history(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<Response, ApiError> {
    let source = load(&app, &user, id).await?;
    let number = source.number();
    let made = render(move || Some(ticket::history(&source))).await?;
    let pdf = made.ok_or_else(no_such_ticket)?;
    note(&app, &user, "ticket.print", id, &request_id);
    file(&app, pdf, &format!("工单办理记录 {number}"))
}

/// Which appeal.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AppealParams {
    /// The number of the event that opened the appeal.
    appeal: i64,
}

/// The evidence of an appeal in one file: its cause, photos with time, place and hash, visits, calls, deadlines with the
/// version of their profile, decisions. What it has no room for is listed in it.
#[utoipa::path(get, path = "/v1/tickets/{id}/evidence.pdf", tag = "tickets",
    params(("id" = String, Path, description = "Ticket id"), AppealParams),
    security(("bearer" = [])),
    responses((status = 200, description = "The paper", content_type = "application/pdf", body = Vec<u8>),
        (status = 403),
        (status = 404, body = crate::error::Problem, description = "`not_found`; `appeal_unknown`"),
        (status = 422, body = crate::error::Problem, description = "`paper_refused`")))]
pub(crate) async fn evidence(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Query(AppealParams { appeal }): Query<AppealParams>,
) -> Result<Response, ApiError> {
    let source = load(&app, &user, id).await?;
    let unknown = || {
        ApiError::not_found_because(
            "appeal_unknown",
            "这件工单没有这一次申诉；请刷新工单后，从申诉记录里打开证据材料。",
        )
    };
    if !source.has_appeal(appeal) {
        return Err(unknown());
    }
    let pictures = ticket::pictures(user.tenant, &source, app.blobs()).await;
    let pictures = pictures.map_err(refused)?;
    let number = source.number();
    let made = render(move || ticket::evidence(&source, appeal, pictures)).await?;
    let pdf = made.ok_or_else(unknown)?;
    note(&app, &user, "ticket.evidence_pack", id, &request_id);
    file(&app, pdf, &format!("申诉证据材料 {number}"))
}

async fn load(app: &App, user: &CurrentUser, id: Id) -> Result<Source, ApiError> {
    let reader = Reader {
        viewer: viewer(user)?,
        sight: user.ticket_sight()?,
        is_office: user.role.is_office(),
        name: user.name.clone(),
    };
    let now = app.clock().now();
    let mut tx = app.store().read().await?;
    let source = ticket::load(user.tenant, id, reader, now, &mut tx).await;
    source.map_err(refused)
}

/// Lays out and writes apart from the requests, because that takes time.
async fn render(
    paper: impl FnOnce() -> Option<Paper> + Send + 'static,
) -> Result<Option<Vec<u8>>, ApiError> {
    let rendered = tokio::task::spawn_blocking(move || {
        let paper = paper()?;
        Some(print::render(&paper).map(|rendered| rendered.pdf))
    });
    let rendered = rendered.await.map_err(|error| ApiError::internal(&error))?;
    let rendered = rendered.transpose();
    rendered.map_err(|error| refused(error.into()))
}

fn note(app: &App, user: &CurrentUser, act: &'static str, id: Id, request_id: &RequestId) {
    let now = app.clock().now();
    let act = user.act(act, format!("ticket/{id}"), now, request_id);
    app.notes().note(act);
}

/// Whatever a browser makes of the file, nothing in it runs.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

fn file(app: &App, pdf: Vec<u8>, name: &str) -> Result<Response, ApiError> {
    let fixed = HeaderValue::from_static;
    let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let name = format!("attachment; filename*=UTF-8''{name}.pdf");
    let headers = [
        (header::CONTENT_TYPE, fixed("application/pdf")),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (header::CONTENT_SECURITY_POLICY, fixed(SANDBOX)),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            fixed("same-origin"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).map_err(|error| ApiError::internal(&error))?,
        ),
    ];
    let pdf = stamped(pdf, |pdf| app.keys().tag(PURPOSE, pdf));
    Ok((headers, pdf).into_response())
}

fn refused(error: PaperError) -> ApiError {
    match error {
        PaperError::Unknown(_) | PaperError::UnknownTicket(_) => no_such_ticket(),
        // Of mediations alone, which these papers do not print.
        PaperError::Unsettled(_) | PaperError::StillOnAPhone(_) => ApiError::internal(&error),
        PaperError::Render(error) => ApiError::unprocessable("paper_refused", error.to_string()),
        PaperError::Blobs(error) => ApiError::unavailable(&error),
        PaperError::Store(error) => error.into(),
    }
}
