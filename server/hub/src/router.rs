//! Every route of the hub on one screen, with its body limit and its time limit.

use std::time::Duration;

use axum::error_handling::HandleErrorLayer;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{get, head, post};
use axum::{BoxError, Extension, Router};
use basis::Shares;
use store::devices::DeviceKind;
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::{RequestBodyDeadlineLayer, TimeoutLayer};

use crate::app::App;
use crate::auth::{HandsOver, Only};
use crate::error::ApiError;
use crate::imports::endpoints as tables;
use crate::visits::quarantine::hand_over;
use crate::{
    auth, figures, health, media, mediations, people, places, refusals, reports,
    static_files as pages, sync, telemetry, tickets, verify,
};
use people::on_call;
use verify::pace::Pace;

mod office;

/// How long an ordinary request may take, and one that carries a table or a photo over a weak signal.
const PATIENCE: Duration = Duration::from_secs(30);
const FILE_PATIENCE: Duration = Duration::from_secs(300);
/// How many requests of a kind are worked on at once; further ones are asked to come back. Tables are few
/// because each is held in memory as a whole.
const MANY: usize = 512;
const FEW: usize = 4;
/// A file that a phone exported, its photos included: what the app puts into one at most.
const HAND_OVER_BYTES: usize = 128 * 1024 * 1024;
/// Whoever asks whether the hub is ready, at once; their answers are one.
const PROBES: usize = 32;
/// A photo's own limit is checked where its part begins; this one ends what never stops.
const PHOTO_SLACK_BYTES: usize = 64 * 1024;
/// Hashes of papers that an address may ask about in a minute, and files that it may have checked.
const HASHES_A_MINUTE: u32 = 30;
const PAPERS_A_MINUTE: u32 = 6;
/// Files of papers that may be on their way or in memory at once, one of an address, and how long such a file may take.
const PAPERS: usize = 8;
const PAPER_PATIENCE: Duration = Duration::from_secs(120);
/// Reports of the public that an address may send in a minute, photos for them, and questions after them: a stairwell shares
/// an address.
const REPORTS_A_MINUTE: u32 = 6;
const REPORT_PHOTOS_A_MINUTE: u32 = 12;
const REPORT_QUESTIONS_A_MINUTE: u32 = 30;
/// Two thousand characters with a name and a number.
const REPORT_BYTES: usize = 16 * 1024;
/// What somebody sends who is not signed in: a name and a password, a code, a token.
const SESSION_BYTES: usize = 4 * 1024;

/// The whole HTTP surface over `app`.
pub fn router(app: App) -> Router {
    let limits = &app.config().limits;

    // Not compressed: the length of an answer must not tell anything of a token in it.
    let sessions = Router::new()
        .route("/v1/login", post(auth::login::login))
        .route("/v1/session/refresh", post(auth::session::refresh))
        .route("/v1/session/logout", post(auth::session::logout))
        .route("/v1/enrol", post(auth::enrol::enrol));
    // Apart, because passwords take time: a phone that cannot renew its token cannot sync.
    let tokens = Router::new().route("/v1/token", post(auth::renew::token));

    // Neither waits for the other, nor for anything that phones and office ask.
    let live = Router::new().route("/health/live", get(health::live));
    let ready = Router::new().route("/health/ready", get(health::ready));

    let json = Router::new()
        .route("/v1/status", get(health::status))
        .route("/v1/limits", get(health::limits))
        .route("/v1/me", get(auth::me::me))
        .route("/v1/me/figures", get(figures::mine::mine))
        .route("/v1/me/password", post(auth::own_password::change))
        .route(
            "/v1/mediations/{id}/representatives",
            post(mediations::representatives::invite),
        )
        .route("/v1/tickets/{id}/actions", post(tickets::act::act))
        .route("/v1/tickets/{id}/requester", post(tickets::requester::ask))
        .route("/v1/tasks", get(tickets::tasks::list))
        .route("/v1/units/{id}/on-call/number", post(on_call::number::ask))
        .layer(CompressionLayer::new());

    let office = office::routes()
        .layer(only(DeviceKind::Browser))
        .layer(CompressionLayer::new());

    // A year of tickets is read for one answer, so few are reckoned at once.
    let figures = Router::new()
        .route("/v1/figures", get(figures::show::show))
        .route("/v1/figures/tickets", get(figures::tickets::list))
        .layer(only(DeviceKind::Browser))
        .layer(CompressionLayer::new());

    // Segments are compressed already, and frames compress themselves.
    let sync = Router::new()
        .route("/v1/sync", post(sync::endpoint::sync))
        .layer(Extension(HandsOver))
        .layer(only(DeviceKind::Phone));
    let stream = Router::new()
        .route("/v1/live", get(sync::stream::live))
        .layer(only(DeviceKind::Phone));
    let office_live = Router::new()
        .route("/v1/office/live", get(sync::office::live))
        .layer(only(DeviceKind::Browser));

    let files = Router::new()
        .route("/v1/imports", post(tables::import))
        .route("/v1/imports/preview", post(tables::preview))
        .layer(only(DeviceKind::Browser))
        .layer(CompressionLayer::new());

    // Much is in memory for one such file, so there is one at a time.
    let handed_over = Router::new()
        .route("/v1/hand-over", post(hand_over::hand_over))
        .layer(only(DeviceKind::Browser));

    let uploads = head(media::receive::head)
        .patch(media::receive::receive)
        .layer((Extension(HandsOver), only(DeviceKind::Phone)));
    let photos = Router::new().route("/v1/media/{sha256}", get(media::show::show).merge(uploads));
    let evidence = Router::new()
        .route("/v1/tickets/{id}/evidence", post(tickets::evidence::add))
        .layer(only(DeviceKind::Browser));

    // For anybody who holds a paper.
    let hashes = Router::new().route("/v1/papers/{hash}", get(verify::hash::find));
    let papers = Router::new()
        .route("/v1/papers", post(verify::file::check))
        .layer(Extension(verify::file::Desk::default()));

    // For anybody who stands before a card.
    let report = Router::new().route("/v1/reports", post(reports::create::create));
    let asked = Router::new()
        .route("/v1/reports/{code}", get(reports::show::show))
        .route("/v1/cards/{code}/place", get(reports::cards::scanned));
    let report_photos = Router::new().route("/v1/reports/{code}/photo", post(reports::photo::add));

    let pages = Router::new()
        .route("/", get(pages::root))
        .route("/verify", get(pages::office_index))
        .route("/report", get(pages::office_index))
        .route("/report/{card}", get(pages::office_index))
        .route("/field", get(pages::field_folder))
        .route("/field/", get(pages::field_index))
        .route("/field/{*path}", get(pages::field_file))
        .route("/office", get(pages::office_folder))
        .route("/office/", get(pages::office_index))
        .route("/office/{*path}", get(pages::office_file))
        .layer(CompressionLayer::new());

    let each = limits.max_requests_each;
    let shared =
        |routes: Router<App>| routes.layer(from_fn_with_state(Shares::new(each), places::share));
    // Outside of the places: a body that does not come holds none.
    let small =
        |routes: Router<App>| routes.layer(from_fn_with_state(SESSION_BYTES, places::read_small));
    let small_report =
        |routes: Router<App>| routes.layer(from_fn_with_state(REPORT_BYTES, places::read_small));
    let photo_bytes = limits.max_photo_bytes.saturating_add(PHOTO_SLACK_BYTES);
    let paced = |routes: Router<App>, most: u32| {
        let state = (app.clone(), Pace::new(most));
        routes.layer(from_fn_with_state(state, verify::pace::keep))
    };
    let reported = |routes: Router<App>, most: u32| {
        let sentence = "同一网络提交或查询得太多；请过一分钟再试，急事请直接拨打热线。";
        let pace = Pace::new(most).telling("too_many_reports", sentence);
        let state = (app.clone(), pace);
        routes.layer(from_fn_with_state(state, verify::pace::keep))
    };
    let one = Shares::new(1);
    let papers = bounded(papers, verify::file::FILE_BYTES, PAPER_PATIENCE, PAPERS)
        .layer(map_response(verify::file::name_too_large))
        .layer(from_fn_with_state(one, places::share));
    let all = Router::new()
        .merge(paced(
            shared(bounded(hashes, 0, PATIENCE, MANY)),
            HASHES_A_MINUTE,
        ))
        .merge(paced(papers, PAPERS_A_MINUTE))
        .merge(reported(
            small_report(shared(bounded(report, REPORT_BYTES, PATIENCE, MANY))),
            REPORTS_A_MINUTE,
        ))
        .merge(reported(
            shared(bounded(asked, 0, PATIENCE, MANY)),
            REPORT_QUESTIONS_A_MINUTE,
        ))
        .merge(reported(
            shared(
                bounded(report_photos, photo_bytes, PAPER_PATIENCE, PAPERS)
                    .layer(map_response(media::receive::name_too_large)),
            ),
            REPORT_PHOTOS_A_MINUTE,
        ))
        .merge(small(shared(bounded(
            sessions,
            SESSION_BYTES,
            PATIENCE,
            MANY,
        ))))
        .merge(small(shared(bounded(
            tokens,
            SESSION_BYTES,
            PATIENCE,
            MANY,
        ))))
        .merge(shared(bounded(json, limits.max_body_bytes, PATIENCE, MANY)))
        .merge(shared(bounded(
            office,
            limits.max_body_bytes,
            PATIENCE,
            MANY,
        )))
        .merge(shared(bounded(sync, limits.max_sync_bytes, PATIENCE, MANY)))
        // These last as long as somebody listens.
        .merge(stream)
        .merge(office_live)
        .merge(bounded(live, 0, PATIENCE, MANY))
        .merge(bounded(ready, 0, PATIENCE, PROBES))
        .merge(bounded(files, limits.max_import_bytes, FILE_PATIENCE, FEW))
        .merge(shared(bounded(figures, 0, FILE_PATIENCE, FEW)))
        .merge(bounded(handed_over, HAND_OVER_BYTES, FILE_PATIENCE, 1))
        .merge(shared(
            bounded(photos, photo_bytes, FILE_PATIENCE, MANY)
                .layer(map_response(media::receive::name_too_large)),
        ))
        .merge(shared(
            bounded(evidence, photo_bytes, FILE_PATIENCE, FEW)
                .layer(map_response(media::receive::name_too_large)),
        ))
        .merge(shared(bounded(pages, 0, PATIENCE, MANY)));
    guarded(all, &app).with_state(app)
}

/// The one kind of device that the routes before it are for.
const fn only(kind: DeviceKind) -> Extension<Only> {
    Extension(Only(kind))
}

/// Sets how many bytes a request's body may have, how long body and answer may take, and how many
/// requests are worked on at once.
fn bounded(
    routes: Router<App>,
    body_bytes: usize,
    patience: Duration,
    at_once: usize,
) -> Router<App> {
    let late = StatusCode::SERVICE_UNAVAILABLE;
    let sending = patience.max(Duration::from_secs(60));
    routes.layer(
        ServiceBuilder::new()
            .layer(HandleErrorLayer::new(|_: BoxError| async {
                ApiError::overloaded()
            }))
            .load_shed()
            .layer(GlobalConcurrencyLimitLayer::new(at_once))
            .layer(TimeoutLayer::with_status_code(late, patience))
            .layer(RequestBodyDeadlineLayer::new(sending))
            .layer(RequestBodyLimitLayer::new(body_bytes))
            // axum's own limit of 2 MB would otherwise stand in front of a larger one.
            .layer(DefaultBodyLimit::disable()),
    )
}

/// What every request passes, outermost first. There is no layer that decompresses requests: a few
/// kilobytes could become gigabytes.
fn guarded(routes: Router<App>, app: &App) -> Router<App> {
    let secure = app.config().is_https();
    routes.layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(app.clone(), places::locate))
            .layer(from_fn_with_state(app.clone(), telemetry::observe))
            .layer(from_fn_with_state(app.clone(), refusals::observe))
            .layer(CatchPanicLayer::new())
            .option_layer(secure.then(|| always(header::STRICT_TRANSPORT_SECURITY, HSTS)))
            .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .layer(always(header::REFERRER_POLICY, "no-referrer"))
            .layer(always(PERMISSIONS_POLICY, PERMISSIONS))
            .layer(unless_set(header::CONTENT_SECURITY_POLICY, CONTENT))
            .layer(unless_set(header::CACHE_CONTROL, "no-store"))
            .layer(CsrfLayer::new()),
    )
}

/// What the pages of both apps may load: themselves, and WebAssembly for the core.
const CONTENT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; \
    manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types default vue";
const HSTS: &str = "max-age=31536000; includeSubDomains";
const PERMISSIONS: &str = "camera=(self), microphone=(self), geolocation=(self)";
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

fn unless_set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
