//! People, their units and their devices, as the office keeps them.

pub(crate) mod confirm;
pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod enrolment;
pub(crate) mod list;
pub(crate) mod on_call;
pub(crate) mod reset;
pub(crate) mod revoke;
mod rights;
pub(crate) mod state;
pub(crate) mod units;

use crate::error::ApiError;

fn no_such_person() -> ApiError {
    ApiError::not_found("没有这个人，请刷新页面后再试。")
}
