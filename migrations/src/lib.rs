//! The SQL schema of Warmline: one file per step and database, embedded in the program.
//!
//! Both folders hold the same file names, and every file makes the same tables and columns in both
//! databases (`tests/store/migrations.rs` compares them). A step that has been released is never
//! edited: a change is a new file with the next number, in both folders.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Steps run in this order; the number at the front of the file name.
    pub version: i64,
    /// The rest of the file name.
    pub name: &'static str,
    /// The statements, for one database.
    pub sql: &'static str,
}

macro_rules! steps {
    ($folder:literal) => {
        steps!($folder: 1 "0001" "people", 2 "0002" "tickets", 3 "0003" "documents",
            4 "0004" "visits", 5 "0005" "media", 6 "0006" "calendar", 7 "0007" "mediations",
            8 "0008" "signed_requests", 9 "0009" "representatives", 10 "0010" "papers",
            11 "0011" "ticket_life", 12 "0012" "deadlines", 13 "0013" "classification",
            14 "0014" "intake", 15 "0015" "exchange", 16 "0016" "on_call", 17 "0017" "hands", 18 "0018" "form",
            19 "0019" "discarded", 20 "0020" "visit_form")
    };
    ($folder:literal: $($version:literal $digits:literal $name:literal),*) => {
        &[$(Step {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../", $folder, "/", $digits, "_", $name, ".sql")),
        }),*]
    };
}

/// Every step for SQLite, in order.
pub const SQLITE: &[Step] = steps!("sqlite");

/// Every step for PostgreSQL, in order.
pub const POSTGRES: &[Step] = steps!("postgres");
