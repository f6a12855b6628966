//! What a request passes before it takes one of the places of its kind, so that nobody who is slow or many
//! keeps them from others.

use std::sync::Once;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use basis::Shares;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::address::{Address, Peer};
use crate::app::App;
use crate::error::ApiError;

/// How long a small body may take. It is read before a place is taken: a drip holds a socket and 4 KiB.
const SMALL_PATIENCE: Duration = Duration::from_secs(5);

/// Notes from where the request comes.
pub(crate) async fn locate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() {
        let trusted = &app.config().trusted_proxies;
        let address = Address::of_request(peer, request.headers(), trusted);
        if request.headers().contains_key("x-forwarded-for") && address == Address::of(peer) {
            warn_of_proxy();
        }
        request.extensions_mut().insert(address);
    }
    next.run(request).await
}

/// Behind a proxy that the hub does not know everybody has one address, and one share.
fn warn_of_proxy() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::warn!(
            "requests carry X-Forwarded-For from an address that is no --trusted-proxy: \
             if a proxy stands before this hub, name it"
        );
    });
}

/// Reads the whole body of at most `most` bytes before the request goes on.
pub(crate) async fn read_small(
    State(most): State<usize>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let read = tokio::time::timeout(SMALL_PATIENCE, Limited::new(body, most).collect());
    match read.await {
        Ok(Ok(whole)) => {
            let body = Body::from(whole.to_bytes());
            next.run(Request::from_parts(parts, body)).await
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            StatusCode::PAYLOAD_TOO_LARGE.into_response()
        }
        Ok(Err(_)) => StatusCode::BAD_REQUEST.into_response(),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

/// Holds every address to its share of the places of a kind.
pub(crate) async fn share(
    State(shares): State<Shares<Address>>,
    address: Address,
    request: Request,
    next: Next,
) -> Response {
    if address.is_here() {
        return next.run(request).await;
    }
    let Some(share) = shares.take(address) else {
        let detail = "同一网络的请求太多，请稍后再试；手机上的记录不会丢失。";
        return ApiError::too_many_requests("too_many_at_once", detail, 2).into_response();
    };
    let response = next.run(request).await;
    drop(share);
    response
}
