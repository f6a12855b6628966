//! Log lines: readable message, queryable fields, no personal data.
//!
//! Fields are ids, codes, counts and durations. Names, phone numbers, addresses, tokens, bodies and
//! query strings are never logged: the request span carries the route's template, not its path.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::app::App;
use crate::error;

/// The id of one request: in the answer's `x-request-id`, in its log lines, in audit rows.
/// Empty for what no request asked for.
#[derive(Clone, Debug, Default)]
pub struct RequestId(String);

impl RequestId {
    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<S: Sync> axum::extract::FromRequestParts<S> for RequestId {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _state: &S,
    ) -> Result<Self, Self::Rejection> {
        let known = parts.extensions.get::<Self>().cloned();
        Ok(known.unwrap_or_else(|| Self(String::new())))
    }
}

/// Outermost layer: gives the request its id and span, logs its end, completes failing answers.
pub(crate) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = app.rng().new_id(app.clock().now()).to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let route = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!(
        "request",
        id,
        method = %request.method(),
        route = route.as_ref().map_or("unmatched", MatchedPath::as_str),
    );
    let started = Instant::now();
    async move {
        let mut response = error::finish(next.run(request).await, &id);
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-request-id", value);
        }
        let status = response.status().as_u16();
        let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status, millis, "answered");
        response
    }
    .instrument(span)
    .await
}
