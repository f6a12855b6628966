//! `GET /v1/exchange/feedback`: what is new for the upper level, and files of it.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::exchange::{FeedbackExport, ToExport, Wanted};
use sync_core::{Id, Timestamp};
use tables::feedback;

use super::lines::{self, FeedbackLine};
use super::may_exchange;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// Tickets that one file looks at: also those that came directly, of which nothing goes to the platform.
const LOOKED_AT: u32 = 10_000;
/// Lines from which on a file takes no further ticket. What is beyond comes with the next one.
const MOST_LINES: usize = 2_000;
/// Lines that the page shows before they are taken.
const SHOWN: usize = 200;
/// Exports that the page lists.
const LISTED: u32 = 20;
/// An event is written a moment after it happened: how far behind the last export what is new may have begun.
const WRITTEN_LATE_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// From when.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Since {
    /// Unix milliseconds; without it what no file held yet.
    since: Option<i64>,
}

/// A file that somebody took.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ShownExport {
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    at: Timestamp,
    /// Who.
    by: Option<String>,
    /// `csv` or `xlsx`.
    format: String,
    /// From when, if somebody said so, unix milliseconds; else it held what was new.
    #[schema(value_type = Option<i64>)]
    since: Option<Timestamp>,
    /// How many lines it had.
    lines: i64,
}

/// What a file would hold.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Feedback {
    /// The first 200 lines.
    items: Vec<FeedbackLine>,
    /// How many lines a file would have.
    total: i64,
    /// There is more than one file takes; the rest comes with the next one.
    more: bool,
    /// Files that were taken, the last one first.
    exports: Vec<ShownExport>,
}

/// Shows the feedback for the upper level that was approved or sent and that no file held yet.
#[utoipa::path(get, path = "/v1/exchange/feedback", tag = "exchange", params(Since),
    security(("bearer" = [])),
    responses((status = 200, body = Feedback), (status = 403)))]
pub(crate) async fn show(
    State(app): State<App>,
    user: CurrentUser,
    Query(since): Query<Since>,
) -> Result<Json<Feedback>, ApiError> {
    may_exchange(&user)?;
    let mut tx = app.store().read().await?;
    let held = Held::load(user.tenant, &since, &mut tx).await?;
    let exports = tx.list_feedback_exports(user.tenant, LISTED).await?;
    let people = tx.list_people_known(user.tenant).await?;
    let exports = exports.into_iter().map(|export| ShownExport {
        at: export.at,
        by: people
            .iter()
            .find(|one| one.id == export.person)
            .map(|one| one.name.clone()),
        format: export.format,
        since: export.since,
        lines: export.lines,
    });
    let total = held.count();
    Ok(Json(Feedback {
        total,
        more: held.more,
        exports: exports.collect(),
        items: held.lines.into_iter().take(SHOWN).collect(),
    }))
}

/// The file as CSV. It is noted: the next one without `since` holds what is new by then.
#[utoipa::path(get, path = "/v1/exchange/feedback.csv", tag = "exchange", params(Since),
    security(("bearer" = [])),
    responses((status = 200, content_type = "text/csv", body = Vec<u8>), (status = 403),
        (status = 404, description = "`nothing_new`")))]
pub(crate) async fn csv(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Query(since): Query<Since>,
) -> Result<Response, ApiError> {
    take(&app, &user, &request_id, &since, Format::Csv).await
}

/// The file as a workbook; else as the CSV.
#[utoipa::path(get, path = "/v1/exchange/feedback.xlsx", tag = "exchange", params(Since),
    security(("bearer" = [])),
    responses((status = 200, description = "The workbook", body = Vec<u8>,
            content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 403), (status = 404, description = "`nothing_new`")))]
pub(crate) async fn xlsx(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Query(since): Query<Since>,
) -> Result<Response, ApiError> {
    take(&app, &user, &request_id, &since, Format::Xlsx).await
}

#[derive(Clone, Copy)]
enum Format {
    Csv,
    Xlsx,
}

/// What a file holds.
struct Held {
    tickets: Vec<ToExport>,
    lines: Vec<FeedbackLine>,
    more: bool,
}

impl Held {
    async fn load(tenant: Id, since: &Since, tx: &mut Tx) -> Result<Self, store::Error> {
        let wanted = match since.since {
            Some(millis) => Wanted::Since(Timestamp::from_millis(millis)),
            None => {
                let until = tx.find_exported_until(tenant).await?;
                let until = until.map_or(0, |until| until.millis() - WRITTEN_LATE_MILLIS);
                Wanted::New(Timestamp::from_millis(until))
            }
        };
        let mut tickets = tx.list_to_export(tenant, wanted, LOOKED_AT).await?;
        let mut more = tickets.len() == usize::try_from(LOOKED_AT).unwrap_or(usize::MAX);
        let mut lines = Vec::new();
        for (place, one) in tickets.iter().enumerate() {
            if lines.len() >= MOST_LINES {
                tickets.truncate(place);
                more = true;
                break;
            }
            lines.extend(lines::load(tenant, one.ticket, tx).await?);
        }
        Ok(Self {
            tickets,
            lines,
            more,
        })
    }

    fn count(&self) -> i64 {
        i64::try_from(self.lines.len()).unwrap_or(i64::MAX)
    }
}

async fn take(
    app: &App,
    user: &CurrentUser,
    request_id: &RequestId,
    since: &Since,
    format: Format,
) -> Result<Response, ApiError> {
    may_exchange(user)?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    // Of two who take the new lines at once the second finds none.
    tx.next_seq(user.tenant).await?;
    let held = Held::load(user.tenant, since, &mut tx).await?;
    if held.lines.is_empty() {
        return Err(ApiError::not_found_because(
            "nothing_new",
            "没有新的反馈可以导出；要重新导出以前的，请选择起始日期。",
        ));
    }
    let (word, mime, content) = write(&held.lines, format)?;
    let last = held.tickets.last().filter(|_| held.more);
    let export = FeedbackExport {
        id: app.rng().new_id(now),
        at: now,
        person: user.person,
        format: word.to_owned(),
        since: since.since.map(Timestamp::from_millis),
        until: last.map_or(now, |last| last.first_at),
        lines: held.count(),
    };
    tx.insert_feedback_export(user.tenant, &export, &held.tickets)
        .await?;
    let object = format!("feedback/{}", export.id);
    tx.append_audit(&user.act("feedback.export", object, now, request_id))
        .await?;
    tx.commit().await?;
    // 平台反馈
    let name = format!("attachment; filename*=UTF-8''%E5%B9%B3%E5%8F%B0%E5%8F%8D%E9%A6%88.{word}");
    let name = HeaderValue::from_str(&name).map_err(|error| ApiError::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(mime)),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, content).into_response())
}

fn write(
    lines: &[FeedbackLine],
    format: Format,
) -> Result<(&'static str, &'static str, Vec<u8>), ApiError> {
    let cells: Vec<_> = lines.iter().map(FeedbackLine::cells).collect();
    match format {
        Format::Csv => {
            let csv = feedback::csv(&cells).into_bytes();
            Ok(("csv", "text/csv; charset=utf-8", csv))
        }
        Format::Xlsx => {
            const WORKBOOK: &str =
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            let xlsx = feedback::xlsx(&cells).map_err(|error| ApiError::internal(&error))?;
            Ok(("xlsx", WORKBOOK, xlsx))
        }
    }
}
