//! Tickets for the office: lists, one in full, and who has it.

pub mod act;
pub mod assign;
pub(crate) mod list;
mod marks;
pub(crate) mod propose;
mod refusal;
pub(crate) mod show;

use sync_core::Id;

use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Whose tickets a person may see: `None` for all of the sub-district, or the id by which scopes are asked.
fn viewer(user: &CurrentUser) -> Result<Option<Id>, ApiError> {
    user.ticket_sight()?;
    Ok((!user.role.is_office()).then_some(user.person))
}

fn no_such_ticket() -> ApiError {
    ApiError::not_found("没有这件工单，或者它已不在您的范围内；请返回列表刷新。")
}
