//! A photo goes out: the original as a download, a thumbnail to look at.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sync_core::MediaHash;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use photos::Rendition;
use photos::format::Format;
use store::media::{Media, Thumbnails};

/// Which file of a photo is asked for.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
pub(crate) enum Size {
    /// At most 320 pixels on its longest side; of a long screenshot the top, of a panorama the middle.
    #[serde(rename = "320")]
    Small,
    /// At most 1,600 pixels on its longest side; of a long screenshot or a panorama up to 1,080 on its short one.
    #[serde(rename = "1600")]
    Large,
    /// What the phone sent, byte for byte, as a download.
    #[serde(rename = "original")]
    Original,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(crate) struct Wanted {
    /// `320`, `1600` or `original`.
    size: Size,
}

/// Gives a photo to somebody who sees a ticket that it belongs to, or to the office; to a residents' representative those
/// alone that came from their own phones.
#[utoipa::path(
    get, path = "/v1/media/{sha256}", tag = "media",
    params(
        ("sha256" = String, Path, description = "SHA-256 of the original, lower-case hex"),
        Wanted,
    ),
    responses(
        (status = 200, description = "The picture", content_type = "image/jpeg", body = Vec<u8>),
        (status = 404, body = crate::error::Problem,
            description = "`not_found`; `thumbnail_pending`: a little later; `thumbnail_failed`: there \
                is only the original"),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn show(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(sha256): Path<MediaHash>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ApiError> {
    let media = visible(&app, &user, sha256).await?;
    let rendition = match wanted.size {
        Size::Small => Rendition::Small,
        Size::Large => Rendition::Large,
        Size::Original => Rendition::Original,
    };
    if rendition == Rendition::Original {
        // It says where and when it was taken, which thumbnails do not.
        let (now, object) = (app.clock().now(), format!("photo/{sha256}"));
        app.notes()
            .note(user.act("photo.read", object, now, &request_id));
    } else {
        thumbnails_ready(&media)?;
    }
    let file = app
        .blobs()
        .open_file(user.tenant, sha256, rendition)
        .await
        .map_err(|error| ApiError::unavailable(&error))?;
    // The row says that it is there.
    let file = file.ok_or_else(|| {
        let lost = std::io::Error::other(format!("the file of photo {sha256} is missing"));
        ApiError::internal(&lost)
    })?;

    let len = file.meta.size;
    let mut response = Body::from_stream(file.into_stream()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(len));
    for (name, value) in headers_of(&media, rendition) {
        headers.insert(name, value);
    }
    Ok(response)
}

async fn visible(app: &App, user: &CurrentUser, sha256: MediaHash) -> Result<Media, ApiError> {
    let represents = user.role.is_representative();
    if !represents {
        user.ticket_sight()?;
    }
    let mut tx = app.store().read().await?;
    let media = tx.find_media(user.tenant, sha256).await?;
    let sees = if represents {
        // Not what a mediation points at: they could point at any photo whose hash stands in it.
        tx.has_uploaded(user.tenant, user.person, sha256).await?
    } else {
        user.role.is_office() || tx.sees_photo(user.tenant, user.person, sha256).await?
    };
    media
        .filter(|_| sees)
        .ok_or_else(|| ApiError::not_found("没有找到这张照片，或您无权查看。"))
}

fn thumbnails_ready(media: &Media) -> Result<(), ApiError> {
    match media.thumbnails {
        Thumbnails::Failed => Err(ApiError::not_found_because(
            "thumbnail_failed",
            "这张照片无法显示缩略图，请下载原图查看。",
        )),
        Thumbnails::Pending => Err(ApiError::not_found_because(
            "thumbnail_pending",
            "缩略图正在生成，请稍后再看。",
        )),
        Thumbnails::Ready => Ok(()),
    }
}

/// Whatever the bytes are, a browser neither guesses their type nor runs anything in them; an original,
/// which may be two kinds of file at once, is not even shown.
fn headers_of(media: &Media, rendition: Rendition) -> Vec<(HeaderName, HeaderValue)> {
    const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";
    let fixed = HeaderValue::from_static;
    let mut headers = vec![
        (header::CONTENT_SECURITY_POLICY, fixed(SANDBOX)),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            fixed("same-origin"),
        ),
    ];
    match rendition {
        Rendition::Large | Rendition::Small => {
            headers.push((header::CONTENT_TYPE, fixed("image/jpeg")));
        }
        Rendition::Original => {
            let format = Format::of_mime(&media.mime);
            let kind = format.map_or("application/octet-stream", Format::mime);
            headers.push((header::CONTENT_TYPE, fixed(kind)));
            let ending = format.map_or("bin", Format::extension);
            let name = format!("attachment; filename=\"{}.{ending}\"", media.sha256);
            if let Ok(name) = HeaderValue::from_str(&name) {
                headers.push((header::CONTENT_DISPOSITION, name));
            }
        }
    }
    headers
}
