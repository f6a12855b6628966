//! The one error of the HTTP API and the only place that turns failures into status codes.
//!
//! A handler returns `Err(ApiError)`; the body is written by `finish` at the outermost layer, where
//! the request id is known, so that every failing answer (also those of axum and of the limits) is
//! the same `application/problem+json`.

use std::borrow::Cow;
use std::error::Error;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

mod problem;

pub use problem::Problem;
pub(crate) use problem::finish;

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
    /// 503: the hub's disk is full or fails; the same request may be sent again when somebody has seen to it.
    #[error("{0}")]
    Storage(Cause),
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
    /// 503 for a reason of its own; the same request may be sent again.
    #[error("{reason}")]
    UnavailableBecause {
        /// What is the matter.
        reason: Reason,
        /// Seconds to wait, sent as `Retry-After`.
        retry_after_s: u32,
    },
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

    /// 503 because the disk is full or fails; `error` reaches the log, never the body.
    pub fn storage(error: &dyn Error) -> Self {
        Self::Storage(Cause::of(error))
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

    /// 503 with a code of its own and the seconds to wait.
    pub fn unavailable_because(
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
        retry_after_s: u32,
    ) -> Self {
        let reason = reason(code, detail);
        Self::UnavailableBecause {
            reason,
            retry_after_s,
        }
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
            Self::Storage(_) | Self::Unavailable(_) | Self::UnavailableBecause { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
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
            | Self::UnavailableBecause { reason, .. }
            | Self::Unprocessable(reason)
            | Self::UnsupportedMedia(reason) => reason.code,
            Self::Internal(_) => "internal",
            Self::Storage(_) => "storage_unavailable",
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
            | Self::UnavailableBecause { reason, .. }
            | Self::Unprocessable(reason)
            | Self::UnsupportedMedia(reason) => reason.detail.clone(),
            Self::Internal(_) => {
                "系统出错，请稍后再试；如一直出现，请把请求编号告诉管理员。".into()
            }
            Self::Storage(_) => {
                "服务器的磁盘已满或有故障，暂时不能保存，请通知管理员；手机上的记录不会丢失，会自动再传。".into()
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
            store::Error::Storage(_) => Self::storage(&error),
            store::Error::Unavailable(_) => Self::unavailable(&error),
            store::Error::Backend(_)
            | store::Error::Corrupt { .. }
            | store::Error::Astray { .. }
            | store::Error::OldSqlite { .. }
            | store::Error::Schema(_)
            | store::Error::UnsafeDurability { .. } => Self::internal(&error),
        }
    }
}

impl From<doors::ReceiveError> for ApiError {
    fn from(error: doors::ReceiveError) -> Self {
        match error {
            doors::ReceiveError::Busy(seconds) => Self::too_many_requests(
                "too_much_at_once",
                "这台设备短时间内发送太多，请稍后再试；手机上的记录不会丢失。",
                seconds,
            ),
            doors::ReceiveError::Store(error) => error.into(),
            doors::ReceiveError::Unsigned => Self::forbidden(
                "signature_wrong",
                "这部手机的签名对不上，请重新登录；手机上的记录不会丢失。",
            ),
            doors::ReceiveError::TooLarge => Self::too_large(
                "unpacks_too_large",
                "一次同步的内容太多，请更新应用后再试；手机上的记录不会丢失。",
            ),
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
            Self::TooManyRequests { retry_after_s, .. }
            | Self::UnavailableBecause { retry_after_s, .. } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_s));
            }
            Self::Unauthorized { .. } => {
                let scheme = HeaderValue::from_static("Bearer");
                headers.insert(header::WWW_AUTHENTICATE, scheme);
            }
            // A disk is not emptied within seconds.
            Self::Storage(_) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
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
