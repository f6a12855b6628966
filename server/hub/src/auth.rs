//! Who asks: passwords, enrolment of phones, tokens and sessions.
//!
//! Two ways in: a phone is let in with a code from the office and its person's password and then renews its
//! tokens ([`rotation`]); an office browser signs in with the password and holds a session cookie
//! ([`session`]). Both get access tokens ([`token`]) of 15 minutes. Handlers take [`CurrentUser`], which
//! asks the database at each request what person and device may do now.

mod cookies;
pub mod current_user;
pub mod enrol;
pub mod login;
pub mod me;
pub(crate) mod own_password;
pub mod password;
mod proof;
pub mod renew;
mod resume;
pub mod rotation;
pub mod session;
mod throttle;
pub mod token;

pub use current_user::CurrentUser;
pub(crate) use current_user::{HandsOver, Only};
pub(crate) use own_password::end_devices;
