//! Visits as the office sees them: the queue, one visit's story, decisions, and settling a disagreement.

mod deciding;
pub(crate) mod list;
pub(crate) mod quarantine;
pub mod review;
pub(crate) mod settle;
pub(crate) mod show;
mod story;

use sync_core::Id;
use sync_core::kinds::Kind;

use crate::auth::CurrentUser;
use crate::error::ApiError;
use store::Tx;
use store::documents::DocumentRow;

/// The document of a visit that this person may see; 404 otherwise, whether or not it exists.
async fn visible(doc: Id, user: &CurrentUser, tx: &mut Tx) -> Result<DocumentRow, ApiError> {
    user.ticket_sight()?;
    let missing = || ApiError::not_found("没有找到这条走访记录，请刷新列表。");
    let document = tx.find_document(user.tenant, doc).await?;
    let document = document.filter(|document| document.kind == Kind::VISIT);
    let document = document.ok_or_else(missing)?;
    if tx.sees_visit(user.tenant, user.person, doc).await? {
        Ok(document)
    } else {
        Err(missing())
    }
}

/// Only people who review may decide.
fn require_reviewer(user: &CurrentUser) -> Result<(), ApiError> {
    use sync_core::Role;
    if user.role.is_office() || matches!(user.role, Role::CommunitySecretary | Role::GridHead) {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "您的岗位不能审核走访记录，请联系街道热线办。",
    ))
}
