//! `GET /v1/deadline-profiles`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sync_core::deadline::Profile;
use sync_core::{Id, Timestamp};

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use store::deadlines::WrittenProfile;

/// Every version of every deadline profile: the shipped ones, then those that the office wrote.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ProfilePage {
    items: Vec<ProfileRow>,
}

/// One version of a deadline profile. It is never changed: another wording is another version.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ProfileRow {
    /// The same in all its versions.
    id: String,
    /// Counts from 1.
    version: u32,
    /// What people call it.
    name: String,
    /// By which rule, in words.
    basis: String,
    /// The first day on which tickets get this version, as `2026-10-08`.
    effective_from: String,
    /// All of it, as it is written: docs/IMPORTS.md.
    text: String,
    /// When it was written, unix milliseconds; null for one that came with the program.
    #[schema(value_type = Option<i64>)]
    written_at: Option<Timestamp>,
    /// Who wrote it; null for one that came with the program.
    #[schema(value_type = Option<String>)]
    person: Option<Id>,
}

/// Lists the deadline profiles, for everybody who sees tickets at the office.
#[utoipa::path(get, path = "/v1/deadline-profiles", tag = "deadlines",
    security(("bearer" = [])),
    responses((status = 200, body = ProfilePage), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<ProfilePage>, ApiError> {
    user.ticket_sight()?;
    let mut tx = app.store().read().await?;
    let written = tx.list_deadline_profiles(user.tenant).await?;
    let shipped = Profile::shipped();
    let shipped = shipped.iter().map(|profile| ProfileRow::of(profile, None));
    let own = written.iter();
    let own = own.map(|written| ProfileRow::of(&written.profile, Some(written)));
    Ok(Json(ProfilePage {
        items: shipped.chain(own).collect(),
    }))
}

impl ProfileRow {
    pub(super) fn of(profile: &Profile, written: Option<&WrittenProfile>) -> Self {
        Self {
            id: profile.id.clone(),
            version: profile.version,
            name: profile.name.clone(),
            basis: profile.basis.clone(),
            effective_from: profile.effective_from.to_string(),
            text: profile.to_string(),
            written_at: written.map(|written| written.written_at),
            person: written.and_then(|written| written.person),
        }
    }
}
