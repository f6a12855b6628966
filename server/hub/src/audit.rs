//! The audit log, as those read it who watch over what is done here.

pub(crate) mod list;
