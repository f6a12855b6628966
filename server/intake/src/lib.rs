//! Tickets that come in one by one: the direct channels and their forms, what patrols find, the code of a company, and
//! whether a matter is there already.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod channel;
pub mod credit_code;
pub mod direct;
pub mod duplicates;
pub mod find;
pub mod form;
pub mod refusal;
pub mod similar;
