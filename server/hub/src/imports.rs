//! Tables of tickets, sent by the office.

pub(crate) mod endpoints;
