//! `/v1/exchange/silent`: tickets on which nothing happens, and why.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::exchange::{SilentFilter, SilentTicket};
use sync_core::lifecycle::act::MAX_WORDS;
use sync_core::{Id, Timestamp};
use time::macros::offset;
use time::{OffsetDateTime, UtcOffset};

use super::may_exchange;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// 24 h without an action.
const QUIET_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// Reasons are asked on the last days of a month: so many.
const ASKED_DAYS: u8 = 3;
/// Tickets that are listed; all are counted.
const LISTED: usize = 500;
const CHINA: UtcOffset = offset!(+8);

/// Tickets that stand still.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Silent {
    /// The one that has stood still longest first, 500 at most.
    items: Vec<SilentTicket>,
    /// How many there are.
    total: i64,
    /// On how many nobody did anything for 24 h.
    quiet: i64,
    /// How many are overdue without an answer.
    overdue: i64,
    /// Of how many nobody has said why, this month.
    unexplained: i64,
    /// The month ends: a reason is asked for each.
    asked: bool,
}

/// Why nothing happens.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Reason {
    /// At most 2,000 characters.
    words: String,
}

/// Lists open tickets without any action for 24 h, and those that are overdue without an answer. What is on hold waits by
/// agreement.
#[utoipa::path(get, path = "/v1/exchange/silent", tag = "exchange", security(("bearer" = [])),
    responses((status = 200, body = Silent), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<Silent>, ApiError> {
    may_exchange(&user)?;
    let now = app.clock().now();
    let (month, asked) = month_of(now);
    let filter = SilentFilter {
        since: now.plus_millis(-QUIET_MILLIS),
        now,
        month,
    };
    let mut tx = app.store().read().await?;
    let mut items = tx.list_silent(user.tenant, filter).await?;
    let count = |of: fn(&SilentTicket) -> bool| {
        i64::try_from(items.iter().filter(|one| of(one)).count()).unwrap_or(i64::MAX)
    };
    let (total, quiet, overdue) = (
        count(|_| true),
        count(|one| one.quiet),
        count(|one| one.overdue),
    );
    let unexplained = count(|one| one.reason.is_none());
    items.truncate(LISTED);
    Ok(Json(Silent {
        items,
        total,
        quiet,
        overdue,
        unexplained,
        asked,
    }))
}

/// Says why nothing happens on a ticket, for this month. It does not count as an action.
#[utoipa::path(post, path = "/v1/exchange/silent/{id}", tag = "exchange",
    params(("id" = String, Path, description = "Ticket id")), request_body = Reason,
    security(("bearer" = [])),
    responses((status = 204), (status = 403), (status = 404),
        (status = 422, description = "`words_missing`, `words_too_long`")))]
pub(crate) async fn explain(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(reason): Json<Reason>,
) -> Result<StatusCode, ApiError> {
    may_exchange(&user)?;
    let words = reason.words.trim();
    if words.is_empty() {
        return Err(ApiError::unprocessable(
            "words_missing",
            "还没有写原因；请写明为什么没有进展，再保存。",
        ));
    }
    if words.chars().count() > MAX_WORDS {
        return Err(ApiError::unprocessable(
            "words_too_long",
            format!("原因最多 {MAX_WORDS} 个字；请缩短后再保存。"),
        ));
    }
    let now = app.clock().now();
    let (month, _) = month_of(now);
    let mut tx = app.store().begin().await?;
    let ticket = tx.find_ticket(user.tenant, id, None).await?;
    if ticket.is_none() {
        return Err(ApiError::not_found("没有这件工单；请刷新列表后再填。"));
    }
    tx.put_silence(user.tenant, (id, month), words, (user.person, now))
        .await?;
    tx.append_audit(&user.act("ticket.silence", format!("ticket/{id}"), now, &request_id))
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The month in China, and whether it ends within days.
fn month_of(now: Timestamp) -> (i64, bool) {
    let at = OffsetDateTime::from_unix_timestamp(now.seconds());
    let at = at.unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(CHINA);
    let last = at.month().length(at.year());
    let month = i64::from(at.year()) * 12 + i64::from(u8::from(at.month())) - 1;
    (month, at.day() + ASKED_DAYS > last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_asked_on_the_last_three_days_of_a_month_in_china() {
        // 2026-02-25 23:59:59 and a second later.
        let before = Timestamp::from_millis(1_772_035_199_000);
        assert_eq!(month_of(before), (2026 * 12 + 1, false));
        assert_eq!(month_of(before.plus_millis(1_000)), (2026 * 12 + 1, true));
        // 2026-03-01 00:00.
        let march = before.plus_millis(3 * QUIET_MILLIS + 1_000);
        assert_eq!(month_of(march), (2026 * 12 + 2, false));
    }
}
