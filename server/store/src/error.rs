//! Why the database could not do it. Absence is no error: a search answers `Option`.

use sqlx::error::ErrorKind;

/// What a caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Two rows would have had the same unique value.
    #[error("a row of this {constraint} exists")]
    Conflict {
        /// The constraint's name in the migrations; `<table>_pkey` for a primary key.
        constraint: String,
    },
    /// A stored value cannot be read back as what the column holds.
    #[error("column {table}.{column} holds a value that cannot be read")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The disk beneath the database is full or fails; the same request may succeed when somebody has seen to it.
    #[error("the disk of the database is full or fails")]
    Storage(#[source] sqlx::Error),
    /// The database is away or too busy; the same request may succeed later.
    #[error("the database does not answer")]
    Unavailable(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be brought up to date")]
    Schema(#[from] sqlx::migrate::MigrateError),
    /// A step of the schema left rows that point at nothing.
    #[error("rows of {table} point at rows that are gone; restore the last backup and report this")]
    Astray {
        /// The table of these rows.
        table: String,
    },
    /// The linked SQLite has a known fault that loses rows.
    #[error("SQLite {version} is too old, 3.51.3 or later is needed")]
    OldSqlite {
        /// The version that was found.
        version: String,
    },
    /// The server would forget what it said was written.
    #[error(
        "PostgreSQL runs with {setting}=off: after a power cut it loses what phones were told is safe. Set \
         {setting}=on in postgresql.conf and restart it, or allow it with --allow-unsafe-durability where nothing may \
         be lost"
    )]
    UnsafeDurability {
        /// The setting that is off.
        setting: &'static str,
    },
    /// Anything else, which is a fault of the program.
    #[error("the database refused a statement")]
    Backend(#[source] sqlx::Error),
}

impl Error {
    /// The hub is closing: as good as a database that is away.
    pub const fn closing() -> Self {
        Self::Unavailable(sqlx::Error::PoolClosed)
    }

    /// Whether this is a state of the machine: the same may succeed later as it is.
    pub const fn passes(&self) -> bool {
        matches!(self, Self::Storage(_) | Self::Unavailable(_))
    }

    /// Whether a row broke this constraint (its name in the migrations).
    pub fn is_conflict(&self, name: &str) -> bool {
        matches!(self, Self::Conflict { constraint } if constraint == name)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if let Some(database) = error.as_database_error() {
            if database.kind() == ErrorKind::UniqueViolation {
                return Self::Conflict {
                    constraint: database
                        .constraint()
                        .map_or_else(|| sqlite_constraint(database.message()), str::to_owned),
                };
            }
            return match database.code().and_then(|code| Passing::of(&code)) {
                Some(Passing::Storage) => Self::Storage(error),
                Some(Passing::Busy) => Self::Unavailable(error),
                None => Self::Backend(error),
            };
        }
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "sqlx::Error is non-exhaustive; whatever is not about the connection is a fault"
        )]
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            // A connection in a state that sqlx does not know: the pool closes it and opens another.
            | sqlx::Error::BeginFailed
            | sqlx::Error::InvalidSavePointStatement => Self::Unavailable(error),
            _ => Self::Backend(error),
        }
    }
}

/// States of the machine that pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passing {
    /// Locked, away, short of something, cut.
    Busy,
    /// The disk is full, or reading, writing or syncing it failed.
    Storage,
}

impl Passing {
    /// What the code says: SQLite result codes are numbers (with the extended part above the low byte),
    /// SQLSTATE codes have five characters.
    fn of(code: &str) -> Option<Self> {
        const BUSY: i32 = 5;
        const LOCKED: i32 = 6;
        const NOMEM: i32 = 7;
        const INTERRUPT: i32 = 9;
        const IOERR: i32 = 10;
        const FULL: i32 = 13;
        const CANTOPEN: i32 = 14;
        const PROTOCOL: i32 = 15;
        if code.len() == 5 {
            // Disk full; failures of the server's own system.
            if code == "53100" || code.starts_with("58") {
                return Some(Self::Storage);
            }
            // Connection lost, out of resources, operator intervention; read-only after a failover;
            // serialisation failure and deadlock; a database that is being renamed.
            let busy = ["08", "53", "57"]
                .iter()
                .any(|class| code.starts_with(class))
                || ["25006", "40001", "40P01", "3D000"].contains(&code);
            return busy.then_some(Self::Busy);
        }
        match code.parse::<i32>().ok()? & 0xff {
            FULL | IOERR | CANTOPEN => Some(Self::Storage),
            BUSY | LOCKED | NOMEM | INTERRUPT | PROTOCOL => Some(Self::Busy),
            _ => None,
        }
    }
}

/// SQLite names the columns of a broken constraint, PostgreSQL its name; this gives the name.
fn sqlite_constraint(message: &str) -> String {
    const NAMED: &[(&str, &str)] = &[
        ("person.tenant, person.username", "person_username"),
        ("tenant.code", "tenant_code"),
        (
            "ticket.tenant, ticket.source, ticket.upstream_no",
            "ticket_upstream_no",
        ),
        ("unit.tenant, unit.code", "unit_code"),
    ];
    let columns = message.rsplit("failed: ").next().unwrap_or(message);
    NAMED.iter().find(|(of, _)| *of == columns).map_or_else(
        || format!("{}_pkey", columns.split('.').next().unwrap_or(columns)),
        |(_, name)| (*name).to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_has_one_name_on_both_databases() {
        for (message, name) in [
            (
                "UNIQUE constraint failed: person.tenant, person.username",
                "person_username",
            ),
            (
                "UNIQUE constraint failed: unit.tenant, unit.code",
                "unit_code",
            ),
            (
                "UNIQUE constraint failed: media.tenant, media.sha256",
                "media_pkey",
            ),
            ("UNIQUE constraint failed: device.id", "device_pkey"),
        ] {
            assert_eq!(sqlite_constraint(message), name);
        }
    }

    #[test]
    fn only_a_state_that_passes_is_worth_another_try() {
        for code in [
            "5", "517", "7", "9", "08006", "53300", "57P01", "40P01", "25006",
        ] {
            assert_eq!(Passing::of(code), Some(Passing::Busy), "{code}");
        }
        // Full; writing, syncing and shortening a file failed; the same on PostgreSQL.
        for code in ["13", "778", "1034", "1546", "14", "53100", "58030"] {
            assert_eq!(Passing::of(code), Some(Passing::Storage), "{code}");
        }
        for code in ["1", "8", "11", "19", "2067", "42601", "23503", "22021"] {
            assert_eq!(Passing::of(code), None, "{code}");
        }
    }
}
