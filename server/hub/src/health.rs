//! Whether the hub lives, whether it can take work, and what it allows.

use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::timelines::Cause;
use sync_core::Timestamp;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::disk::Room;
use crate::error::ApiError;
use crate::readiness::Ready;

/// How long the small write of [`ready`] may take before the database counts as away.
const WRITE_PATIENCE: Duration = Duration::from_secs(3);
/// How long an answer of [`ready`] holds: whoever asks more often does not take the writer from the phones.
const HOLDS: Duration = Duration::from_secs(1);
/// Silence of a door with work at hand after which it counts as stuck. A job of its workers ends within seconds.
const STUCK: Duration = Duration::from_secs(60);
/// Age of an undecided change that somebody should look into: every hub has had a look at it by then.
const OLD: Duration = Duration::from_secs(10 * 60);

/// How long the office is told that the hub was put back: phones come back from leave.
const TOLD_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// The process answers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Live {
    /// Always `live`.
    status: &'static str,
    /// Version of the hub.
    version: &'static str,
}

/// Answers while the process lives, without the database: whoever asks decides by it whether to start the program
/// anew.
#[utoipa::path(
    get, path = "/health/live", tag = "hub",
    responses((status = 200, body = Live)),
)]
pub(crate) async fn live() -> Json<Live> {
    Json(Live {
        status: "live",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// Answers when the hub can take work: a small write is committed in time, and both doors move. Whoever asks sends
/// phones elsewhere while it says 503.
#[utoipa::path(
    get, path = "/health/ready", tag = "hub",
    responses((status = 200, body = Ready), (status = 503, body = crate::error::Problem,
        description = "`store_not_writable` or `task_stuck`")),
)]
pub(crate) async fn ready(State(app): State<App>) -> Result<Json<Ready>, ApiError> {
    // One at a time: those who wait take the answer of the one before.
    let mut last = app.last_ready().0.lock().await;
    if let Some((at, answer)) = &*last
        && at.elapsed() < HOLDS
    {
        return answer.clone().map(Json);
    }
    let answer = look(&app).await;
    *last = Some((Instant::now(), answer.clone()));
    answer.map(Json)
}

async fn look(app: &App) -> Result<Ready, ApiError> {
    for task in app.watch().tasks() {
        if task.is_given_up() || task.silence() > STUCK {
            tracing::error!(task = task.name(), "a task is stuck");
            return Err(ApiError::unavailable_because(
                "task_stuck",
                "服务器的后台任务没有响应，请通知管理员。",
                30,
            ));
        }
    }
    let not_writable = || {
        let detail = "服务器的数据库暂时不能写入，请通知管理员。";
        ApiError::unavailable_because("store_not_writable", detail, 5)
    };
    let probed = tokio::time::timeout(WRITE_PATIENCE, async {
        app.store().probe().await?;
        app.store().read().await?.find_oldest_undecided().await
    });
    let oldest = match probed.await {
        Ok(Ok(oldest)) => oldest,
        Ok(Err(error)) => {
            tracing::error!(cause = %crate::error::Cause::of(&error), "a small write failed");
            return Err(not_writable());
        }
        Err(_) => {
            tracing::error!("a small write took too long");
            return Err(not_writable());
        }
    };
    let disk = app.disk();
    let mut warnings = Vec::new();
    if disk.room() != Room::Enough {
        warnings.push("disk_low");
    }
    if oldest.is_some_and(|age| age > OLD) {
        warnings.push("undecided");
    }
    let inbox = app.config().inbox.as_ref().map(|_| app.inbox().standing());
    if inbox.as_ref().is_some_and(|inbox| inbox.failing) {
        warnings.push("inbox_failing");
    }
    Ok(Ready::new(oldest, disk.free_bytes(), warnings, inbox))
}

/// What the office has to know of the machine.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Status {
    /// Room on the hub's disk: `enough`, `low` (soon photos and tables are refused) or `reserve` (they are).
    disk: Room,
    /// The hub was put back to an earlier state within the last days, and phones offer again what they hold.
    turned: Option<Turned>,
    /// Photos that the hub had and has lost; those that are still on a phone come again by themselves.
    lost_photos: i64,
}

/// When a new timeline began.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Turned {
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    at: Timestamp,
    /// How it was noticed.
    #[schema(value_type = Cause)]
    cause: Cause,
}

/// How the hub itself is, for the frame of the office's pages.
#[utoipa::path(
    get, path = "/v1/status", tag = "hub",
    responses((status = 200, body = Status), (status = 401, body = crate::error::Problem)),
    security(("bearer" = [])),
)]
pub(crate) async fn status(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<Status>, ApiError> {
    let mut tx = app.store().read().await?;
    let turn = tx.find_last_turn(user.tenant).await?;
    let lost_photos = tx.count_lost_media(user.tenant).await?;
    let now = app.clock().now();
    let turn = turn.filter(|turn| now.millis_since(turn.at) < TOLD_MS);
    Ok(Json(Status {
        disk: app.disk().room(),
        turned: turn.map(|turn| Turned {
            at: turn.at,
            cause: turn.cause,
        }),
        lost_photos,
    }))
}

/// Bounds that a client must keep.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PublishedLimits {
    /// Largest body of an ordinary request, in bytes.
    body_bytes: usize,
    /// Largest body of a sync request, in bytes.
    sync_bytes: usize,
    /// Largest file to import, in bytes.
    import_bytes: usize,
    /// Largest photo, in bytes.
    photo_bytes: usize,
}

/// The bounds that this hub sets, so that clients split their work by them.
#[utoipa::path(
    get, path = "/v1/limits", tag = "hub",
    responses((status = 200, body = PublishedLimits)),
)]
pub(crate) async fn limits(State(app): State<App>) -> Json<PublishedLimits> {
    let limits = &app.config().limits;
    Json(PublishedLimits {
        body_bytes: limits.max_body_bytes,
        sync_bytes: limits.max_sync_bytes,
        import_bytes: limits.max_import_bytes,
        photo_bytes: limits.max_photo_bytes,
    })
}
