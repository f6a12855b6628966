//! Tickets for the office: lists, one in full, and who has it.

pub mod act;
pub mod assign;
pub(crate) mod batch;
pub(crate) mod callbacks;
mod clocks;
pub(crate) mod contacts;
pub(crate) mod counts;
pub(crate) mod create;
pub(crate) mod done;
pub(crate) mod duplicates;
pub(crate) mod evidence;
mod late;
pub(crate) mod links;
pub(crate) mod list;
mod marks;
mod merge;
pub(crate) mod moving;
pub(crate) mod papers;
pub(crate) mod paste;
pub(crate) mod propose;
mod references;
mod refusal;
pub(crate) mod requester;
pub(crate) mod show;
pub(crate) mod tasks;

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
