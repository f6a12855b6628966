//! 统计: figures of a period, and the tickets behind each number.

pub(crate) mod mine;
mod period;
pub(crate) mod show;
mod shown;
pub(crate) mod tickets;
mod walk;

use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Figures are about every unit and everybody who works there.
fn may_see_figures(user: &CurrentUser) -> Result<(), ApiError> {
    if user.role.is_office() {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "全街道的统计由街道热线办和分管领导查看；需要本单位的数字请向他们要。",
    ))
}
