//! A photo comes in: where the hub is with it (`HEAD`), and one part of it (`PATCH`).
//!
//! The header names are those of the IETF draft on resumable uploads; the photo's name is its hash, so
//! there is no step that creates an upload. A part is written as it arrives, so that a connection that
//! breaks loses only what was not received.

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::BytesMut;
use futures_util::StreamExt;
use sync_core::MediaHash;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::originals::{self, Checked};
use photos::format::{Format, NotAPhoto};
use photos::partial::{Appended, Partial};
use store::device_days::day_of;
use store::media::Media;

/// A part is written in pieces of this size.
const PIECE_BYTES: usize = 256 * 1024;
/// How much of a refused part is read, so that the sender gets to read the answer.
const DRAINED_BYTES: usize = 1024 * 1024;

const UPLOAD_COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");

/// Tells how much of a photo the hub has.
#[utoipa::path(
    head, path = "/v1/media/{sha256}", tag = "media",
    params(("sha256" = String, Path, description = "SHA-256 of the file, lower-case hex")),
    responses(
        (status = 200, description = "Part or all of it is here", headers(
            ("Upload-Offset" = u64, description = "Bytes received"),
            ("Upload-Complete" = String, description = "?1 when it is stored for good, else ?0"),
        )),
        (status = 404, description = "Begin at 0"),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn head(
    State(app): State<App>,
    user: CurrentUser,
    Path(sha256): Path<MediaHash>,
) -> Result<Response, ApiError> {
    if let Some(media) = find(&app, &user, sha256).await? {
        return Ok(at(StatusCode::OK, stored_len(&media), true));
    }
    let partial = app.uploads().hold(user.tenant, user.device, sha256).await;
    match partial.len().await.map_err(|error| disk(&error))? {
        Some(len) => Ok(at(StatusCode::OK, len, false)),
        None => Err(ApiError::not_found("这张照片还没有上传，请从头开始。")),
    }
}

/// Takes one part of a photo; the last one stores it.
#[utoipa::path(
    patch, path = "/v1/media/{sha256}", tag = "media",
    params(
        ("sha256" = String, Path, description = "SHA-256 of the file, lower-case hex"),
        ("Upload-Offset" = u64, Header, description = "Where this part begins"),
        ("Upload-Complete" = String, Header, description = "?1 if the file ends with this part"),
        ("Upload-Length" = Option<u64>, Header, description = "Length of the whole file"),
    ),
    request_body(content = Vec<u8>, content_type = "application/partial-upload"),
    responses(
        (status = 204, description = "Taken; stored for good if it was the last part",
            headers(("Upload-Offset" = u64))),
        (status = 409, body = crate::error::Problem, description = "`wrong_offset`",
            headers(("Upload-Offset" = u64, description = "Where to go on"))),
        (status = 413, body = crate::error::Problem, description = "`media_too_large`"),
        (status = 415, body = crate::error::Problem, description = "`media_type_refused`"),
        (status = 429, body = crate::error::Problem, description = "`photo_quota`, `too_many_uploads`"),
        (status = 422, body = crate::error::Problem,
            description = "`hash_mismatch`: begin at 0; `picture_too_large`"),
        (status = 503, body = crate::error::Problem, description = "`disk_reserve`: come again later"),
    ),
    security(("bearer" = [])),
)]
pub async fn receive(
    State(app): State<App>,
    user: CurrentUser,
    Path(sha256): Path<MediaHash>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let mut body = body.into_data_stream();
    let answer = take_part(&app, &user, sha256, &headers, &mut body).await;
    if !matches!(&answer, Ok(response) if response.status().is_success()) {
        drain(&mut body).await;
    }
    answer
}

async fn take_part(
    app: &App,
    user: &CurrentUser,
    sha256: MediaHash,
    headers: &HeaderMap,
    body: &mut BodyDataStream,
) -> Result<Response, ApiError> {
    app.disk().admit_large()?;
    let part = Part::read(headers)?;
    let most = app.config().limits.max_photo_bytes as u64;
    if part.length.is_some_and(|length| length > most) || part.offset > most {
        return Err(too_large());
    }
    check_quota(app, user, sha256).await?;
    let mut end = part.offset;
    let mut piece = BytesMut::new();
    loop {
        let next = body.next().await;
        let last = !matches!(next, Some(Ok(_)));
        if let Some(Ok(bytes)) = &next {
            piece.extend_from_slice(bytes);
        }
        if end + piece.len() as u64 > most {
            forget(app, user, sha256).await?;
            return Err(too_large());
        }
        if last || piece.len() >= PIECE_BYTES {
            if end == 0 && piece.len() >= 12 && Format::sniff(&piece).is_none() {
                return Err(refused(NotAPhoto::Format));
            }
            let piece = piece.split().freeze();
            match append(app, user, sha256, end, piece).await? {
                Place::Partial(Appended::Taken(now)) => end = now,
                Place::Partial(Appended::WrongOffset(is)) => return Ok(wrong_offset(is, false)),
                Place::Partial(Appended::TooMany) => return Err(too_many()),
                // Sent again because the answer was lost: there is nothing to add.
                Place::Stored(len) if len == end => {
                    return Ok(at(StatusCode::NO_CONTENT, len, true));
                }
                Place::Stored(len) => return Ok(wrong_offset(len, true)),
            }
        }
        match next {
            Some(Ok(_)) => {}
            Some(Err(_)) => {
                let detail = "照片没有传完，请从断开的地方继续。";
                return Err(ApiError::bad_request("upload_cut", detail));
            }
            None => break,
        }
    }
    if part.complete {
        finish(app, user, sha256).await?;
    }
    Ok(at(StatusCode::NO_CONTENT, end, part.complete))
}

/// Where a piece of a photo ended up.
enum Place {
    Partial(Appended),
    /// Nowhere: the photo of this length is stored already.
    Stored(u64),
}

/// Looks for the stored photo and appends within one turn: between the two, a finish of the same photo
/// sent twice would store it, and the piece would begin it anew.
async fn append(
    app: &App,
    user: &CurrentUser,
    sha256: MediaHash,
    offset: u64,
    piece: Bytes,
) -> Result<Place, ApiError> {
    let partial = app.uploads().hold(user.tenant, user.device, sha256).await;
    if let Some(media) = find(app, user, sha256).await? {
        return Ok(Place::Stored(stored_len(&media)));
    }
    let appended = partial.append(offset, piece).await;
    Ok(Place::Partial(appended.map_err(|error| disk(&error))?))
}

/// Stores a photo whose last part is here. Each step may be repeated after a crash between any two.
async fn finish(app: &App, user: &CurrentUser, sha256: MediaHash) -> Result<(), ApiError> {
    let _few = app.uploads().finishing().await;
    let partial = app.uploads().hold(user.tenant, user.device, sha256).await;
    if find(app, user, sha256).await?.is_some() {
        return Ok(());
    }
    let file = match partial.read().await {
        // The same upload, sent twice, was just found damaged.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(damaged()),
        read => read.map_err(|error| disk(&error))?,
    };
    let refusal = match originals::check(file.clone(), sha256).await? {
        Checked::Photo(header) => {
            let from = (user.tenant, user.device);
            originals::keep(app, from, sha256, &header, file).await?;
            forget_stored(&partial).await;
            return Ok(());
        }
        Checked::Refused(reason) => refused(reason),
        Checked::Damaged => damaged(),
    };
    partial.delete().await.map_err(|error| disk(&error))?;
    Err(refusal)
}

/// A device that has filled its day goes on tomorrow. A photo too many passes: what counts is what is stored.
async fn check_quota(app: &App, user: &CurrentUser, sha256: MediaHash) -> Result<(), ApiError> {
    let day = day_of(app.clock().now());
    let mut tx = app.store().read().await?;
    let days = tx
        .list_device_days(user.tenant, day, &[user.device])
        .await?;
    let sent = days.get(&user.device).map_or(0, |day| day.photo_bytes);
    let is_stored = tx.find_media(user.tenant, sha256).await?.is_some();
    if is_stored || sent.unsigned_abs() < app.config().limits.max_photo_bytes_daily {
        return Ok(());
    }
    let detail = "这台设备今天上传的照片已满，其余的明天会继续上传；照片仍保存在手机上，不会丢失。";
    Err(ApiError::too_many_requests("photo_quota", detail, 3600))
}

async fn find(app: &App, user: &CurrentUser, sha256: MediaHash) -> Result<Option<Media>, ApiError> {
    let mut tx = app.store().read().await?;
    Ok(tx.find_media(user.tenant, sha256).await?)
}

async fn forget(app: &App, user: &CurrentUser, sha256: MediaHash) -> Result<(), ApiError> {
    let partial = app.uploads().hold(user.tenant, user.device, sha256).await;
    partial.delete().await.map_err(|error| disk(&error))
}

/// The photo is stored; a part of it that stays behind costs disk space for two weeks, nothing more.
async fn forget_stored(partial: &Partial) {
    if let Err(error) = partial.delete().await {
        tracing::warn!(%error, "the parts of a stored photo cannot be deleted");
    }
}

/// Reads on for a while: a connection closed with unread bytes is reset, and the answer lost with it.
async fn drain(body: &mut BodyDataStream) {
    let mut left = DRAINED_BYTES;
    while let Some(Ok(bytes)) = body.next().await {
        match left.checked_sub(bytes.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// What the headers say of a part.
struct Part {
    offset: u64,
    complete: bool,
    length: Option<u64>,
}

impl Part {
    fn read(headers: &HeaderMap) -> Result<Self, ApiError> {
        let kind = text(headers, &header::CONTENT_TYPE);
        if kind != Some("application/partial-upload") {
            return Err(ApiError::unsupported_media(
                "media_type_refused",
                "上传的方式不对，请更新应用后再试。",
            ));
        }
        let number = |name| text(headers, name).and_then(|text| text.parse::<u64>().ok());
        let complete = match text(headers, &UPLOAD_COMPLETE) {
            Some("?1") => Some(true),
            Some("?0") => Some(false),
            _ => None,
        };
        match (number(&UPLOAD_OFFSET), complete) {
            (Some(offset), Some(complete)) => Ok(Self {
                offset,
                complete,
                length: number(&UPLOAD_LENGTH),
            }),
            _ => Err(ApiError::bad_request(
                "upload_headers_missing",
                "上传请求缺少位置信息，请更新应用后再试。",
            )),
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// An answer that says where the upload stands.
fn at(status: StatusCode, offset: u64, complete: bool) -> Response {
    let mut response = status.into_response();
    mark(&mut response, offset, complete);
    response
}

fn wrong_offset(offset: u64, complete: bool) -> Response {
    let detail = "续传的位置不对，请从系统给出的位置继续。";
    let mut response = ApiError::conflict("wrong_offset", detail).into_response();
    mark(&mut response, offset, complete);
    response
}

fn mark(response: &mut Response, offset: u64, complete: bool) {
    let complete = HeaderValue::from_static(if complete { "?1" } else { "?0" });
    let headers = response.headers_mut();
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(offset));
    headers.insert(UPLOAD_COMPLETE, complete);
}

fn stored_len(media: &Media) -> u64 {
    media.size_bytes.unsigned_abs()
}

fn refused(reason: NotAPhoto) -> ApiError {
    match reason {
        NotAPhoto::Format => ApiError::unsupported_media(
            "media_type_refused",
            "只能上传 JPEG、PNG 或 WebP 格式的照片，或不超过三分钟的录音；请重新拍摄或重新录。",
        ),
        NotAPhoto::Size => ApiError::unprocessable(
            "picture_too_large",
            "照片像素太大（最多 5000 万像素），请调低相机分辨率后重新拍摄。",
        ),
    }
}

fn damaged() -> ApiError {
    let detail = "照片在传输中损坏，已丢弃收到的部分，请重新上传。";
    ApiError::unprocessable("hash_mismatch", detail)
}

fn too_many() -> ApiError {
    let detail = "这台设备有太多没传完的照片，请先让它们传完。";
    ApiError::too_many_requests("too_many_uploads", detail, 60)
}

fn too_large() -> ApiError {
    let detail = "照片太大（最多 15 MB），请调低相机分辨率后重新拍摄。";
    ApiError::too_large("media_too_large", detail)
}

/// Gives a photo that a layer in front refused for its length the code that the contract has for it.
pub(crate) async fn name_too_large(response: Response) -> Response {
    let nameless = response.extensions().get::<ApiError>().is_none();
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE && nameless {
        return too_large().into_response();
    }
    response
}

/// A failure of the disk: the phone keeps the photo and tries again.
fn disk(error: &std::io::Error) -> ApiError {
    ApiError::storage(error)
}
