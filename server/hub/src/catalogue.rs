//! Types, topics, causes and duties: what the office chooses from, and what was learned from its choices.

pub(crate) mod edit;
pub(crate) mod show;
pub(crate) mod train;

use sync_core::Role;

use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Who classifies tickets reads what there is to choose from.
fn may_read(user: &CurrentUser) -> Result<(), ApiError> {
    user.role.is_office().then_some(()).ok_or_else(|| {
        ApiError::forbidden(
            "role_not_allowed",
            "您的角色不能查看分类与派单目录；请让街道热线办的同事操作。",
        )
    })
}

/// Everybody else follows what these write.
fn may_edit(user: &CurrentUser) -> Result<(), ApiError> {
    let may = matches!(user.role, Role::OfficeReviewer | Role::Leader);
    may.then_some(()).ok_or_else(|| {
        ApiError::forbidden(
            "role_not_allowed",
            "您的角色不能修改分类与派单目录；请让街道热线办或分管领导操作。",
        )
    })
}
