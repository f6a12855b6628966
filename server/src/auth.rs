//! Who asks: passwords, enrolment of phones, tokens and sessions.

pub mod password;
pub mod token;
