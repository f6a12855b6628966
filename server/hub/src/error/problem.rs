//! The body of a failing answer.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::ApiError;

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
    // Those of the body that goes: an extractor's refusal may have been compressed on its way here.
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_ENCODING);
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
