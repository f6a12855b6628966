//! 上报与核对: what goes to the upper level, what its files say otherwise, and what stands still.

pub(crate) mod feedback;
mod lines;
pub(crate) mod mismatches;
pub(crate) mod silent;
pub(crate) mod text;

use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Only the office speaks with the upper level.
fn may_exchange(user: &CurrentUser) -> Result<(), ApiError> {
    if user.role.is_office() {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "上报与核对由街道热线办办理；请把要上报的内容交给他们。",
    ))
}
