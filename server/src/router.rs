//! Every route of the hub on one screen, with its body limit and its time limit.

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::{RequestBodyDeadlineLayer, TimeoutLayer};

use crate::app::App;
use crate::{health, telemetry};

/// The whole HTTP surface over `app`.
pub fn router(app: App) -> Router {
    let limits = &app.config().limits;

    let json = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/v1/limits", get(health::limits))
        .layer(CompressionLayer::new());
    let json = bounded(json, limits.max_body_bytes, Duration::from_secs(30));

    let secure = app.config().is_https();
    json.layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(app.clone(), telemetry::observe))
            .layer(CatchPanicLayer::new())
            .option_layer(secure.then(|| always(header::STRICT_TRANSPORT_SECURITY, HSTS)))
            .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .layer(always(header::REFERRER_POLICY, "no-referrer"))
            .layer(always(
                HeaderName::from_static("permissions-policy"),
                PERMISSIONS,
            ))
            .layer(unless_set(
                header::CONTENT_SECURITY_POLICY,
                CONTENT_SECURITY_POLICY,
            ))
            .layer(unless_set(header::CACHE_CONTROL, "no-store")),
    )
    .with_state(app)
}

/// Sets how many bytes a request's body may have and how long body and answer may take.
fn bounded(routes: Router<App>, body_bytes: usize, patience: Duration) -> Router<App> {
    routes.layer(
        ServiceBuilder::new()
            .layer(TimeoutLayer::with_status_code(
                StatusCode::SERVICE_UNAVAILABLE,
                patience,
            ))
            .layer(RequestBodyDeadlineLayer::new(
                patience.max(Duration::from_secs(60)),
            ))
            .layer(RequestBodyLimitLayer::new(body_bytes))
            // axum's own limit of 2 MB would otherwise stand in front of a larger one.
            .layer(axum::extract::DefaultBodyLimit::disable()),
    )
}

/// What the pages of both apps may load: themselves, and WebAssembly for the core.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; \
    manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types default vue";
const HSTS: &str = "max-age=31536000; includeSubDomains";
const PERMISSIONS: &str = "camera=(self), microphone=(self), geolocation=(self)";

fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

fn unless_set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
