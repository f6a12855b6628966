//! `POST /v1/deadline-profiles`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sync_core::Role;
use sync_core::deadline::Profile;

use super::list::ProfileRow;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::deadlines::WrittenProfile;

/// A new version of a deadline profile.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewProfile {
    /// As docs/IMPORTS.md shows it; its version is the next one of its profile.
    text: String,
}

/// Adds a version of a deadline profile. Tickets that are dispatched from its day on get it; running ones keep theirs.
#[utoipa::path(post, path = "/v1/deadline-profiles", tag = "deadlines", request_body = NewProfile,
    security(("bearer" = [])),
    responses((status = 200, body = ProfileRow), (status = 403, description = "`role_not_allowed`"),
        (status = 409, description = "`version_taken`"),
        (status = 422, description = "`profile_refused`: the first line that is wrong, and what to do")))]
pub(crate) async fn write(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Json(request): Json<NewProfile>,
) -> Result<Json<ProfileRow>, ApiError> {
    if !matches!(user.role, Role::Leader | Role::OfficeReviewer) {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "您的角色不能修改时限方案；请联系街道热线办或分管领导。",
        ));
    }
    let profile = Profile::parse(request.text.as_bytes())
        .map_err(|refused| ApiError::unprocessable("profile_refused", refused.to_string()))?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    // The number first: of two who write at once the second sees the version of the first.
    let seq = tx.next_seq(user.tenant).await?;
    let known = tx.load_deadline_profiles(user.tenant).await?;
    let versions = known.iter().filter(|known| known.id == profile.id);
    let next = versions
        .map(|known| known.version)
        .max()
        .unwrap_or(0)
        .saturating_add(1);
    if profile.version != next {
        return Err(ApiError::conflict(
            "version_taken",
            format!(
                "“{}”的下一个版本是 {next}；请把“版本”改成 {next} 再提交，已有的版本不能改动。",
                profile.name
            ),
        ));
    }
    let written = WrittenProfile {
        profile,
        seq,
        written_at: now,
        person: Some(user.person),
    };
    tx.insert_deadline_profile(user.tenant, &written).await?;
    let object = format!("deadline_profile/{}/{next}", written.profile.id);
    let act = user.act("deadline.profile", object, now, &request_id);
    tx.append_audit(&act).await?;
    tx.commit().await?;
    Ok(Json(ProfileRow::of(&written.profile, Some(&written))))
}
