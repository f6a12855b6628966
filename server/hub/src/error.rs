//! The one error of the HTTP API and the only place that turns failures into status codes.
//!
//! A handler returns `Err(ApiError)`; the body is written by `finish` at the outermost layer, where
//! the request id is known, so that every failing answer (also those of axum and of the limits) is
//! the same `application/problem+json`.

use std::borrow::Cow;
use std::error::Error;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What an endpoint answers when it does not do what it was asked.
///
/// `detail` is a zh-CN sentence for the person in front of the screen and says what to do next;
/// `code` is stable and for programs.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ApiError {
    /// 400: the request cannot be understood.
    #[error("{0}")]
    BadRequest(Reason),
    /// 409: the request does not fit the present state.
    #[error("{0}")]
    Conflict(Reason),
    /// 403: the person may not do this.
    #[error("{0}")]
    Forbidden(Reason),
    /// 500: the hub failed; the cause is for the log alone.
    #[error("{0}")]
    Internal(Cause),
    /// 404: there is no such thing, or the person may not know of it.
    #[error("{0}")]
    NotFound(Reason),
    /// 413: the content is larger than the published limit.
    #[error("{0}")]
    TooLarge(Reason),
    /// 429: come back later.
    #[error("{reason}")]
    TooManyRequests {
        /// What was too much.
        reason: Reason,
        /// Seconds to wait, sent as `Retry-After`.
        retry_after_s: u32,
    },
    /// 401: nobody known is asking. `wipe` tells a lost phone to delete its key.
    #[error("{reason}")]
    Unauthorized {
        /// Why the credentials do not hold.
        reason: Reason,
        /// The device was reported lost.
        wipe: bool,
    },
    /// 503: the hub cannot answer now; the same request may be sent again.
    #[error("{0}")]
    Unavailable(Cause),
    /// 422: understood, and refused by a rule.
    #[error("{0}")]
    Unprocessable(Reason),
    /// 415: this kind of content is not taken.
    #[error("{0}")]
    UnsupportedMedia(Reason),
}

/// Stable code and sentence of a refusal.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Reason {
    code: &'static str,
    detail: Cow<'static, str>,
}

/// An internal failure with its chain of causes, as text for the log.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Cause(String);

impl Cause {
    /// The error and everything beneath it, outermost first.
    pub fn of(error: &dyn Error) -> Self {
        let mut chain = error.to_string();
        let mut beneath = error.source();
        while let Some(error) = beneath {
            // thiserror's transparent variants repeat their source's text.
            let text = error.to_string();
            if !chain.ends_with(&text) {
                chain.push_str(": ");
                chain.push_str(&text);
            }
            beneath = error.source();
        }
        Self(chain)
    }
}

impl ApiError {
    /// 400.
    pub fn bad_request(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::BadRequest(reason(code, detail))
    }

    /// 409.
    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Conflict(reason(code, detail))
    }

    /// 403 with a code of its own.
    pub fn forbidden(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Forbidden(reason(code, detail))
    }

    /// 500; `error` reaches the log, never the body.
    pub fn internal(error: &dyn Error) -> Self {
        Self::Internal(Cause::of(error))
    }

    /// 404, code `not_found`.
    pub fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::NotFound(reason("not_found", detail))
    }

    /// 404 with a code of its own.
    pub fn not_found_because(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::NotFound(reason(code, detail))
    }

    /// 503 because too many requests are being worked on.
    pub fn overloaded() -> Self {
        Self::Unavailable(Cause("too many requests at once".to_owned()))
    }

    /// 413.
    pub fn too_large(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::TooLarge(reason(code, detail))
    }

    /// 429 with the seconds to wait.
    pub fn too_many_requests(
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
        retry_after_s: u32,
    ) -> Self {
        let reason = reason(code, detail);
        Self::TooManyRequests {
            reason,
            retry_after_s,
        }
    }

    /// 401.
    pub fn unauthorized(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let reason = reason(code, detail);
        Self::Unauthorized {
            reason,
            wipe: false,
        }
    }

    /// 401 to a lost phone: its body carries `"wipe": true`.
    pub fn lost_device(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let reason = reason(code, detail);
        Self::Unauthorized { reason, wipe: true }
    }

    /// 503; `error` reaches the log, never the body.
    pub fn unavailable(error: &dyn Error) -> Self {
        Self::Unavailable(Cause::of(error))
    }

    /// 422.
    pub fn unprocessable(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Unprocessable(reason(code, detail))
    }

    /// 415.
    pub fn unsupported_media(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::UnsupportedMedia(reason(code, detail))
    }

    /// The HTTP status of this error.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unauthorized { .. } => StatusCode::UNAUTHORIZED,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unprocessable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::UnsupportedMedia(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    /// The stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadRequest(reason)
            | Self::Conflict(reason)
            | Self::Forbidden(reason)
            | Self::NotFound(reason)
            | Self::TooLarge(reason)
            | Self::TooManyRequests { reason, .. }
            | Self::Unauthorized { reason, .. }
            | Self::Unprocessable(reason)
            | Self::UnsupportedMedia(reason) => reason.code,
            Self::Internal(_) => "internal",
            Self::Unavailable(_) => "unavailable",
        }
    }

    fn detail(&self) -> Cow<'static, str> {
        match self {
            Self::BadRequest(reason)
            | Self::Conflict(reason)
            | Self::Forbidden(reason)
            | Self::NotFound(reason)
            | Self::TooLarge(reason)
            | Self::TooManyRequests { reason, .. }
            | Self::Unauthorized { reason, .. }
            | Self::Unprocessable(reason)
            | Self::UnsupportedMedia(reason) => reason.detail.clone(),
            Self::Internal(_) => {
                "系统出错，请稍后再试；如一直出现，请把请求编号告诉管理员。".into()
            }
            Self::Unavailable(_) => "系统忙，请稍后再试；手机上的记录不会丢失。".into(),
        }
    }
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> Self {
        match &error {
            store::Error::Conflict { .. } => {
                Self::conflict("already_exists", "已有相同的内容，请刷新页面后再看。")
            }
            store::Error::Unavailable(_) => Self::unavailable(&error),
            store::Error::Backend(_)
            | store::Error::Corrupt { .. }
            | store::Error::OldSqlite { .. }
            | store::Error::Schema(_) => Self::internal(&error),
        }
    }
}

impl From<accounts::Refusal> for ApiError {
    fn from(refusal: accounts::Refusal) -> Self {
        Self::unprocessable(refusal.code(), refusal.to_string())
    }
}

fn reason(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Reason {
    Reason {
        code,
        detail: detail.into(),
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let headers = response.headers_mut();
        match &self {
            Self::TooManyRequests { retry_after_s, .. } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_s));
            }
            Self::Unauthorized { .. } => {
                let scheme = HeaderValue::from_static("Bearer");
                headers.insert(header::WWW_AUTHENTICATE, scheme);
            }
            Self::Unavailable(_) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            Self::BadRequest(_)
            | Self::Conflict(_)
            | Self::Forbidden(_)
            | Self::Internal(_)
            | Self::NotFound(_)
            | Self::TooLarge(_)
            | Self::Unprocessable(_)
            | Self::UnsupportedMedia(_) => {}
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The JSON body of every failing answer (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// English reason phrase of the status.
    title: &'static str,
    /// HTTP status code.
    status: u16,
    /// Stable snake_case code for programs.
    code: &'static str,
    /// zh-CN sentence for people.
    detail: Cow<'static, str>,
    /// The id under which the hub logged this request.
    request_id: String,
    /// Present and true only for a device that was reported lost: delete the key.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    wipe: bool,
}

/// Gives a failing answer its problem body and logs a 5xx, once, with its causes.
///
/// Called inside the span of the request. An answer that is no failure passes unchanged.
pub(crate) fn finish(response: Response, request_id: &str) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let error = parts.extensions.remove::<ApiError>();
    if status.is_server_error() {
        let cause = error.as_ref().map(ToString::to_string);
        let cause = cause.as_deref().unwrap_or("no cause was given");
        tracing::error!(status = status.as_u16(), cause, "a request failed");
    }
    let (code, detail) = error.as_ref().map_or_else(
        || without_error(status),
        |error| (error.code(), error.detail()),
    );
    let problem = Problem {
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        code,
        detail,
        request_id: request_id.to_owned(),
        wipe: matches!(error, Some(ApiError::Unauthorized { wipe: true, .. })),
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    Response::from_parts(parts, body.into())
}

/// Code and sentence for an answer that a layer or an extractor of axum made.
fn without_error(status: StatusCode) -> (&'static str, Cow<'static, str>) {
    let (code, detail) = match status.as_u16() {
        400 => ("bad_request", "请求格式不正确，请更新应用后再试。"),
        403 => ("forbidden", "不允许这样请求，请从本系统的页面操作。"),
        404 => ("not_found", "没有找到这个地址，请检查链接。"),
        405 => ("method_not_allowed", "这个地址不支持这种操作。"),
        408 => (
            "request_timeout",
            "传输太慢，已经断开，请换个信号好的地方再试。",
        ),
        413 => ("too_large", "内容太大，请减少后再试。"),
        415 => (
            "media_type_refused",
            "不支持这种内容类型，请更新应用后再试。",
        ),
        422 => ("invalid_content", "内容不完整或格式不对，请检查后再试。"),
        503 => ("unavailable", "系统忙，请稍后再试；手机上的记录不会丢失。"),
        _ if status.is_client_error() => ("refused", "请求被拒绝，请更新应用后再试。"),
        _ => (
            "internal",
            "系统出错，请稍后再试；如一直出现，请把请求编号告诉管理员。",
        ),
    };
    (code, detail.into())
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    async fn body_of(response: Response) -> serde_json::Value {
        let bytes = finish(response, "01").into_body().collect().await.unwrap();
        serde_json::from_slice(&bytes.to_bytes()).unwrap()
    }

    #[tokio::test]
    async fn the_cause_of_an_internal_error_stays_out_of_the_body() {
        let secret = std::io::Error::other("password of the database");
        let body = body_of(ApiError::internal(&secret).into_response()).await;
        assert_eq!(body["code"], "internal");
        assert_eq!(body["request_id"], "01");
        assert!(!body.to_string().contains("password"));
    }

    #[tokio::test]
    async fn an_answer_made_by_a_layer_gets_the_same_body() {
        let body = body_of(StatusCode::PAYLOAD_TOO_LARGE.into_response()).await;
        assert_eq!(body["status"], 413);
        assert_eq!(body["code"], "too_large");
    }

    #[tokio::test]
    async fn only_a_lost_device_is_told_to_wipe() {
        let left = ApiError::unauthorized("device_revoked", "该设备已停用。");
        assert_eq!(body_of(left.into_response()).await.get("wipe"), None);
        let lost = ApiError::lost_device("device_revoked", "该设备已停用。");
        assert_eq!(body_of(lost.into_response()).await["wipe"], true);
    }

    #[test]
    fn a_cause_names_everything_beneath_it_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("cannot save")]
        struct Outer(#[source] std::io::Error);
        let chain = Cause::of(&Outer(std::io::Error::other("disk full"))).to_string();
        assert_eq!(chain, "cannot save: disk full");
    }
}
