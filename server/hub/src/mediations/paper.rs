//! `GET /v1/mediations/{id}/paper`: the paper as PDF, with its proof in it.

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use papers::PaperError;
use papers::stamp::{PURPOSE, stamped};
use sync_core::Id;

use super::visible;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// The version that holds, or what stands there now while none does.
#[utoipa::path(
    get,
    path = "/v1/mediations/{id}/paper",
    tag = "mediations",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The paper", content_type = "application/pdf", body = Vec<u8>),
        (status = 403), (status = 404),
        (status = 409, body = crate::error::Problem,
            description = "`content_unsettled`; `still_on_a_phone`: what was drawn or photographed has not come yet"),
        (status = 422, body = crate::error::Problem, description = "`paper_refused`"),
    )
)]
pub(crate) async fn paper(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<Response, ApiError> {
    user.ticket_sight()?;
    let now = app.clock().now();
    let mut tx = app.store().read().await?;
    visible(id, &user, &mut tx).await?;
    let loaded = papers::mediation::load(&[user.tenant], id, now, app.blobs(), &mut tx).await;
    drop(tx);
    let source = loaded.map_err(refused)?;
    let verify = format!("{}/verify", app.config().public_url());
    let laid_out = tokio::task::spawn_blocking(move || {
        print::render(&papers::mediation::paper(&source, &verify))
    });
    let rendered = laid_out.await.map_err(|error| ApiError::internal(&error))?;
    let rendered = rendered.map_err(|error| refused(error.into()))?;
    let act = user.act(
        "mediation.print",
        format!("mediation/{id}"),
        now,
        &request_id,
    );
    app.notes().note(act);
    let fixed = HeaderValue::from_static;
    let name = format!("attachment; filename=\"mediation-{id}.pdf\"");
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
    let pdf = stamped(rendered.pdf, |pdf| app.keys().tag(PURPOSE, pdf));
    Ok((headers, pdf).into_response())
}

/// Whatever a browser makes of the file, nothing in it runs.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

fn refused(error: PaperError) -> ApiError {
    match error {
        PaperError::Unknown(_) | PaperError::UnknownTicket(_) => {
            ApiError::not_found("没有找到这条调解记录，请刷新列表。")
        }
        PaperError::Unsettled(_) => ApiError::conflict(
            "content_unsettled",
            "协议里有几处大家说法不同，请先选定以哪个为准，再打印。",
        ),
        PaperError::StillOnAPhone(_) => ApiError::conflict(
            "still_on_a_phone",
            "还有签字或照片没有从手机传来，请等手机同步后再打印。",
        ),
        PaperError::Render(error) => ApiError::unprocessable("paper_refused", error.to_string()),
        PaperError::Blobs(error) => ApiError::unavailable(&error),
        PaperError::Store(error) => error.into(),
    }
}
