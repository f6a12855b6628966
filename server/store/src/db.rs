//! Connections and transactions on either database.

use std::ops::Range;
use std::time::Duration;

use migrations::Step;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use sqlx::{Executor as _, Postgres, SqlSafeStr as _, Sqlite};
use sync_core::Id;
use uuid::Uuid;

use super::Error;

mod lane;
mod postgres;
mod sqlite;

pub use lane::{Faults, Lane};

/// How long a request waits for a free connection before it is told to come back.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// Sizes that depend on the machine.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Bytes in a SQLite page; only a database file that does not exist yet takes it.
    pub page_size: u32,
    /// Connections for reading on SQLite, connections altogether on PostgreSQL.
    pub connections: u32,
    /// Whether a PostgreSQL is taken that may forget what it said was written: one of tests.
    pub allow_unsafe_durability: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            page_size: 16_384,
            connections: 8,
            allow_unsafe_durability: false,
        }
    }
}

/// The open database.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file: a single connection writes, the others read snapshots beside it.
    Sqlite {
        /// The one connection that writes.
        write: SqlitePool,
        /// Connections that cannot write.
        read: SqlitePool,
        /// Calls that fail because a test asked for it.
        faults: Option<Faults>,
    },
    /// A server that many hubs may share.
    Postgres {
        /// Connections for reading and writing.
        pool: PgPool,
        /// Calls that fail because a test asked for it.
        faults: Option<Faults>,
    },
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://..` and brings its schema up to date.
    pub async fn open(url: &str, options: Options) -> Result<Self, Error> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = postgres::open(url, &options).await?;
            Ok(Self::Postgres { pool, faults: None })
        } else {
            let (write, read) = sqlite::open(url, &options).await?;
            Ok(Self::Sqlite {
                write,
                read,
                faults: None,
            })
        }
    }

    /// The same database with calls that fail when a test asks for it.
    #[must_use]
    pub fn with_faults(mut self, given: Faults) -> Self {
        let (Self::Sqlite { faults, .. } | Self::Postgres { faults, .. }) = &mut self;
        *faults = Some(given);
        self
    }

    /// `sqlite` or `postgres`.
    pub const fn backend_name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    /// Begins a transaction that may write. On SQLite there is one at a time, so between `begin` and
    /// `commit` await nothing but queries.
    pub async fn begin(&self) -> Result<Tx, Error> {
        self.check()?;
        Ok(match self {
            // A deferred transaction that turns to writing fails at once, without waiting for the lock.
            Self::Sqlite { write, faults, .. } => Tx::Sqlite(Lane::new(
                write.begin_with("BEGIN IMMEDIATE").await?,
                faults.clone(),
            )),
            Self::Postgres { pool, faults } => {
                Tx::Postgres(Lane::new(pool.begin().await?, faults.clone()))
            }
        })
    }

    /// Begins a transaction that sees one unchanging state of the database and cannot write.
    pub async fn read(&self) -> Result<Tx, Error> {
        self.check()?;
        Ok(match self {
            Self::Sqlite { read, faults, .. } => {
                Tx::Sqlite(Lane::new(read.begin().await?, faults.clone()))
            }
            Self::Postgres { pool, faults } => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                Tx::Postgres(Lane::new(pool.begin_with(begin).await?, faults.clone()))
            }
        })
    }

    fn check(&self) -> Result<(), Error> {
        let (Self::Sqlite { faults, .. } | Self::Postgres { faults, .. }) = self;
        Ok(lane::check(faults.as_ref())?)
    }

    /// Makes sure that the database takes writes, for the health check.
    pub async fn probe(&self) -> Result<(), Error> {
        match self.begin().await? {
            // The file's first page is written and made durable as with any commit; its content stays.
            Tx::Sqlite(mut tx) => {
                tx.execute("PRAGMA user_version = 0").await?;
                tx.commit().await?;
            }
            // A hub never holds the server's disk; what can be seen from here is whether it takes writes.
            Tx::Postgres(mut tx) => {
                let standby: bool = sqlx::query_scalar("SELECT pg_is_in_recovery()")
                    .fetch_one(&mut *tx)
                    .await?;
                tx.rollback().await?;
                if standby {
                    return Err(Error::Unavailable(sqlx::Error::Configuration(
                        "the server is a standby".into(),
                    )));
                }
            }
        }
        Ok(())
    }

    /// Waits for running transactions and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read, .. } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }
}

/// A transaction; dropping it without [`Tx::commit`] undoes it.
#[derive(Debug)]
pub enum Tx {
    /// On a SQLite file.
    Sqlite(Box<Lane<Sqlite>>),
    /// On a PostgreSQL server.
    Postgres(Box<Lane<Postgres>>),
}

impl Tx {
    /// Makes the transaction durable: when this returns `Ok`, the rows survive a power cut.
    pub async fn commit(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Undoes the transaction and waits for it, where dropping would do so later.
    pub async fn rollback(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// Milliseconds since 1970 by the database's clock, the only one that several hubs share.
    pub(crate) async fn clock(&mut self) -> Result<i64, Error> {
        // Not one text: every database has its own words for time.
        Ok(match self {
            Self::Sqlite(tx) => {
                sqlx::query_scalar("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)")
                    .fetch_one(&mut **tx)
                    .await?
            }
            Self::Postgres(tx) => {
                sqlx::query_scalar(
                    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
                )
                .fetch_one(&mut **tx)
                .await?
            }
        })
    }

    /// The next sequence number of the tenant. It is lock and number in one: other writers of the tenant
    /// wait until this transaction ends, so await nothing slow behind it.
    pub async fn next_seq(&mut self, tenant: Id) -> Result<i64, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "UPDATE tenant SET seq = seq + 1 WHERE id = $1 RETURNING seq"
        )
        .bind(uuid(tenant))
        .fetch_one(&mut **tx)
        .await)?)
    }

    /// The next `count` sequence numbers of the tenant, which may be none; other writers wait all the same.
    pub async fn next_seqs(&mut self, tenant: Id, count: usize) -> Result<Range<i64>, Error> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let last: i64 = on_backend!(self, |tx| sqlx::query_scalar(
            "UPDATE tenant SET seq = seq + $2 WHERE id = $1 RETURNING seq"
        )
        .bind(uuid(tenant))
        .bind(count)
        .fetch_one(&mut **tx)
        .await)?;
        Ok(last - count + 1..last + 1)
    }
}

/// Repeats one expression for both drivers, so that each is checked against its own types:
/// `on_backend!(self, |tx| sqlx::query(SQL).bind(x).execute(&mut **tx).await)`.
macro_rules! on_backend {
    ($tx:expr, |$t:ident| $body:expr) => {
        match $tx {
            $crate::Tx::Sqlite($t) => $body,
            $crate::Tx::Postgres($t) => $body,
        }
    };
}
pub(crate) use on_backend;

/// An id as the databases take it.
pub(crate) const fn uuid(id: Id) -> Uuid {
    Uuid::from_bytes(id.bytes())
}

/// An id as the databases give it.
pub(crate) const fn id(uuid: Uuid) -> Id {
    Id::from_bytes(uuid.into_bytes())
}

/// sqlx's migrator without its macro, which needs the files again when the program is compiled.
fn migrator(steps: &[Step]) -> Migrator {
    Migrator::with_migrations(
        steps
            .iter()
            .map(|step| {
                Migration::new(
                    step.version,
                    step.name.into(),
                    MigrationType::Simple,
                    step.sql.into_sql_str(),
                    false,
                )
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_databases_form() {
        let given = Id::from_bytes([9; 16]);
        assert_eq!(id(uuid(given)), given);
    }
}
