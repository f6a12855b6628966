//! Tickets for the office: lists, one in full, and who has it.

pub mod assign;
pub(crate) mod list;
pub(crate) mod show;

use sync_core::{Id, Role};

use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Whose tickets a person may see: `None` for all of the sub-district, or the id by which scopes are asked.
fn viewer(user: &CurrentUser) -> Result<Option<Id>, ApiError> {
    // They care for accounts and logs and see no requests of citizens.
    let is_administrative = matches!(
        user.role,
        Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor
    );
    if is_administrative {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "您的角色不能查看工单；请让街道热线办的同事操作。",
        ));
    }
    Ok((!user.role.is_office()).then_some(user.person))
}

fn no_such_ticket() -> ApiError {
    ApiError::not_found("没有这件工单，或者它已不在您的范围内；请返回列表刷新。")
}
