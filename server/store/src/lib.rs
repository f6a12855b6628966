//! Rows: the only place that speaks SQL, for SQLite and PostgreSQL from one text.
//!
//! [`Db`] opens the database and begins transactions; a query is a method of [`Tx`] in the file of its
//! table family. To add one, write the SQL once, bind, and let `db::on_backend` repeat the expression for
//! both drivers, then give the method a test under `on_both_backends!` in `tests/store/`.
//!
//! Rules that keep one text valid on both databases:
//! - Placeholders are `$1`; `RETURNING`, `ON CONFLICT .. DO NOTHING/UPDATE SET x = excluded.x` and common
//!   table expressions are fine; an optional filter is `CAST($1 AS TEXT) IS NULL OR col = $1`.
//! - Ids bind as `db::uuid` (BLOB / UUID), times as `Timestamp::millis` (INTEGER / BIGINT), flags as bool
//!   (INTEGER / BOOLEAN), hashes as bytes (BLOB / BYTEA), JSON as `sqlx::types::Json` (TEXT / JSONB) and is
//!   never queried inside, enums as TEXT with a CHECK.
//! - Not portable, so two explicit arms and a comment: array binds, `GREATEST` or two-argument `MAX`,
//!   `FOR UPDATE`, full-text search (all of it in `search`), date functions (compute dates in Rust).
//! - PostgreSQL refuses the character NUL in text: [`Error`] never sees it when requests refuse it first.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod audit;
mod bulk;
pub mod bulletins;
pub mod calendar;
pub mod cards;
pub mod catalogue;
pub mod db;
pub mod deadlines;
pub mod device_days;
mod device_keys;
pub mod devices;
pub mod disagreements;
pub mod documents;
pub mod dropped;
pub mod dump;
pub mod enrolments;
pub mod error;
pub mod evidence;
pub mod exchange;
pub mod feed;
pub mod figures;
pub mod forms;
pub mod inbox;
pub mod likeness;
mod links;
pub mod log;
pub mod media;
pub mod mediations;
pub mod on_call;
pub mod people;
pub mod push_signatures;
pub mod quarantine;
pub mod rebuild;
pub mod representatives;
pub mod reviews;
pub mod revisions;
mod search;
pub mod tenants;
pub mod ticket_events;
pub mod ticket_scopes;
pub mod tickets;
pub mod timelines;
pub mod tokens;
pub mod units;
pub mod unsent;
pub mod visit_lists;
pub mod visits;
pub mod words;

pub use db::{Db, Faults, Options, Tx};
pub use error::Error;
