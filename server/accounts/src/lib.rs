//! Accounts: passwords, enrolment codes, and whom a person acts for.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod account;
pub mod code;
pub mod password;
mod rules;

pub use account::{Account, AccountError, Added, add, insert, take_over};
pub use password::{Lane, PasswordError, Passwords, Place};
pub use rules::{
    Refusal, checked_name, checked_password, checked_username, principals_of, regrant,
};

use basis::{Clock, Rng};
use store::Db;

/// What adding an account works with.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// The database.
    pub store: &'a Db,
    /// The time.
    pub clock: &'a Clock,
    /// Chance, for ids and salts.
    pub rng: &'a Rng,
    /// The pool that hashes passwords.
    pub passwords: &'a Passwords,
}
