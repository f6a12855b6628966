//! `POST /v1/deadline-profiles/preview`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sync_core::Timestamp;
use sync_core::calendar::Calendar;
use sync_core::deadline::{ClockKind, Facts, Level, Profile, clocks};

use super::form::ProfileForm;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// A profile, and a ticket to try it with.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct PreviewRequest {
    form: ProfileForm,
    /// When the sample ticket is dispatched, unix milliseconds.
    #[schema(value_type = i64)]
    dispatched_at: Timestamp,
    /// When it is assigned.
    #[schema(value_type = i64)]
    assigned_at: Timestamp,
}

/// What it would mean for a ticket.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Preview {
    terms: Vec<PreviewedTerm>,
}

/// A term of the sample ticket.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PreviewedTerm {
    #[schema(value_type = String)]
    kind: ClockKind,
    /// From when it runs, unix milliseconds.
    #[schema(value_type = i64)]
    from: Timestamp,
    /// When it is over, unix milliseconds.
    #[schema(value_type = i64)]
    due_at: Timestamp,
    /// It needs a year whose calendar is not out.
    provisional: bool,
    /// When each level begins, if nothing is done.
    levels: Vec<PreviewedLevel>,
}

/// From when on a level stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PreviewedLevel {
    #[schema(value_type = String)]
    level: Level,
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    at: Timestamp,
}

/// Says what a profile would mean for a ticket; nothing is written.
#[utoipa::path(post, path = "/v1/deadline-profiles/preview", tag = "deadlines", request_body = PreviewRequest,
    security(("bearer" = [])),
    responses((status = 200, body = Preview), (status = 403),
        (status = 422, description = "`profile_refused`: the first field that is wrong, and what to do")))]
pub(crate) async fn preview(
    State(app): State<App>,
    user: CurrentUser,
    Json(request): Json<PreviewRequest>,
) -> Result<Json<Preview>, ApiError> {
    user.ticket_sight()?;
    let profile = request.form.profile()?;
    let calendar = app.store().read().await?.load_calendar(user.tenant).await?;
    let facts = Facts {
        dispatched_at: request.dispatched_at,
        assigned_at: Some(request.assigned_at.max(request.dispatched_at)),
        ..Facts::default()
    };
    let kinds = profile.terms.keys();
    let terms = kinds.filter_map(|kind| term(*kind, &profile, &facts, &calendar));
    Ok(Json(Preview {
        terms: terms.collect(),
    }))
}

fn term(
    kind: ClockKind,
    profile: &Profile,
    facts: &Facts,
    calendar: &Calendar,
) -> Option<PreviewedTerm> {
    let at = |now| {
        let all = clocks(profile, facts, calendar, now);
        all.into_iter().find(|clock| clock.kind == kind)
    };
    let begun = at(facts.dispatched_at)?;
    let (from, due) = (begun.from?, begun.due?);
    let mut levels: Vec<PreviewedLevel> = Vec::new();
    let mut now = Some(from);
    // Each step is a later level, of which there are five.
    while let Some(moment) = now.filter(|_| levels.len() < Level::ALL.len()) {
        let clock = at(moment)?;
        let level = clock
            .level
            .map(|level| PreviewedLevel { level, at: moment });
        levels.extend(level);
        now = clock.next_change;
    }
    Some(PreviewedTerm {
        kind,
        from,
        due_at: due.at,
        provisional: due.provisional,
        levels,
    })
}
