//! What a mediation and a ticket say on paper, and how a paper is checked years later.
//!
//! [`mediation::load`] reads a document from the log with what was drawn and photographed, [`mediation::paper`] makes the
//! paper of the version that holds, or of what stands there now, [`check`] holds a file against the log, and
//! [`known`] a hash. [`stamp`] says that the office printed a file as it is. [`ticket`] prints the history of
//! a ticket and the evidence of an appeal.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod check;
pub mod error;
pub mod known;
pub mod mediation;
mod moment;
pub mod stamp;
pub mod ticket;
mod words;

pub use error::PaperError;
