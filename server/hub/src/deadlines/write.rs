//! `POST /v1/deadline-profiles`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sync_core::Role;
use sync_core::deadline::Profile;

use super::form::ProfileForm;
use super::list::{Known, ProfileRow};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::deadlines::WrittenProfile;

/// A new version of a deadline profile: as a text or as a form.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewProfile {
    /// As docs/IMPORTS.md shows it; its version is the next one of its profile.
    #[serde(default)]
    text: Option<String>,
    /// As somebody filled it in, with the version that they saw as the newest one.
    #[serde(default)]
    form: Option<ProfileForm>,
}

/// Adds a version of a deadline profile. Tickets that are dispatched from its day on get it; running ones keep theirs.
#[utoipa::path(post, path = "/v1/deadline-profiles", tag = "deadlines", request_body = NewProfile,
    security(("bearer" = [])),
    responses((status = 200, body = ProfileRow), (status = 403, description = "`role_not_allowed`"),
        (status = 409, description = "`version_taken`: somebody wrote one meanwhile; the sentence says who"),
        (status = 422, description = "`profile_refused`: the first line or field that is wrong, and what to do")))]
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
    let profile = match (request.text, request.form) {
        (Some(text), None) => Profile::parse(text.as_bytes())
            .map_err(|refused| ApiError::unprocessable("profile_refused", refused.to_string()))?,
        (None, Some(form)) => form.profile()?,
        (Some(_), Some(_)) | (None, None) => {
            return Err(ApiError::unprocessable(
                "profile_refused",
                "请提交方案的文字或表单，只要其中一种。",
            ));
        }
    };
    if profile.effective_from.is_none() {
        return Err(ApiError::unprocessable(
            "profile_refused",
            "“施行日期”没有填；新的版本要写明从哪一天起用，请写成“2026-12-01”这样。",
        ));
    }
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
        let newest = tx.list_deadline_profiles(user.tenant).await?;
        let newest = newest.into_iter().rev();
        let newest = newest
            .filter(|written| written.profile.id == profile.id && profile.version < next)
            .find_map(|written| written.person);
        let by = match newest {
            Some(person) => tx.find_person(user.tenant, person).await?,
            None => None,
        };
        let by = by.map(|by| format!("，第 {} 版是{}写的", next - 1, by.name));
        return Err(ApiError::conflict(
            "version_taken",
            format!(
                "“{}”的下一个版本是 {next}{}；请把“版本”改成 {next} 再提交，已有的版本不能改动。",
                profile.name,
                by.unwrap_or_default()
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
    let known = Known::load(&user, now, &mut tx).await?;
    tx.commit().await?;
    Ok(Json(known.row(&written.profile, Some(&written))))
}
