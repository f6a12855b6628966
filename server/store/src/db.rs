//! Connections and transactions on either database.

use std::ops::Range;
use std::str::FromStr as _;
use std::time::Duration;

use migrations::Step;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Executor as _, Postgres, SqlSafeStr as _, Sqlite, Transaction};
use sync_core::Id;
use uuid::Uuid;

use super::Error;

/// SQLite before 3.51.3 can lose committed pages when the write-ahead log is reset.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How long a SQLite statement waits for a lock that another connection holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a request waits for a free connection before it is told to come back.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// Sizes that depend on the machine.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Bytes in a SQLite page; only a database file that does not exist yet takes it.
    pub page_size: u32,
    /// Connections for reading on SQLite, connections altogether on PostgreSQL.
    pub connections: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            page_size: 16_384,
            connections: 8,
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
    },
    /// A server that many hubs may share.
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://..` and brings its schema up to date.
    pub async fn open(url: &str, options: Options) -> Result<Self, Error> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url, options).await
        } else {
            open_sqlite(url, options).await
        }
    }

    /// `sqlite` or `postgres`.
    pub const fn backend_name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Begins a transaction that may write. On SQLite there is one at a time, so between `begin` and
    /// `commit` await nothing but queries.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(match self {
            // A deferred transaction that turns to writing fails at once, without waiting for the lock.
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that sees one unchanging state of the database and cannot write.
    pub async fn read(&self) -> Result<Tx, Error> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        })
    }

    /// Asks the database for an answer, for the health check.
    pub async fn ping(&self) -> Result<(), Error> {
        match self {
            Self::Sqlite { write, read } => {
                read.execute("SELECT 1").await?;
                write.execute("SELECT 1").await?;
            }
            Self::Postgres(pool) => {
                pool.execute("SELECT 1").await?;
            }
        }
        Ok(())
    }

    /// Waits for running transactions and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A transaction; dropping it without [`Tx::commit`] undoes it.
#[derive(Debug)]
pub enum Tx {
    /// On a SQLite file.
    Sqlite(Transaction<'static, Sqlite>),
    /// On a PostgreSQL server.
    Postgres(Transaction<'static, Postgres>),
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

    /// Marks the ticket as changed at `seq` for everyone who sees it, so that phones fetch it again.
    pub async fn touch_ticket(&mut self, tenant: Id, ticket: Id, seq: i64) -> Result<(), Error> {
        on_backend!(self, |tx| {
            sqlx::query("UPDATE ticket SET changed_seq = $3 WHERE tenant = $1 AND id = $2")
                .bind(uuid(tenant))
                .bind(uuid(ticket))
                .bind(seq)
                .execute(&mut **tx)
                .await?;
            sqlx::query(
                "UPDATE ticket_scope SET touched_seq = $3 WHERE tenant = $1 AND ticket = $2",
            )
            .bind(uuid(tenant))
            .bind(uuid(ticket))
            .bind(seq)
            .execute(&mut **tx)
            .await?;
        });
        Ok(())
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

/// The pattern for `LOWER(column) LIKE $1 ESCAPE '\'` that finds the text anywhere, whatever its case.
pub(crate) fn contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

async fn open_sqlite(url: &str, options: Options) -> Result<Db, Error> {
    let connect = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .page_size(options.page_size)
        .journal_mode(SqliteJournalMode::Wal)
        // The default depends on how SQLite was compiled; a receipt promises FULL.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("trusted_schema", "OFF");
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(connect.clone())
        .await?;
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(&write)
        .await?;
    if !recent_enough(&version) {
        return Err(Error::OldSqlite { version });
    }
    migrator(migrations::SQLITE).run(&write).await?;
    let read = SqlitePoolOptions::new()
        .max_connections(options.connections.max(1))
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(connect.create_if_missing(false).read_only(true))
        .await?;
    Ok(Db::Sqlite { write, read })
}

async fn open_postgres(url: &str, options: Options) -> Result<Db, Error> {
    let connect = PgConnectOptions::from_str(url)?
        // The ROLLBACK below mostly finds no transaction, and PostgreSQL warns of that each time.
        .options([("client_min_messages", "error")]);
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(1))
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // sqlx 0.9.0 hands a connection back inside an open transaction when `begin` is dropped half-way
        // (transact-rs/sqlx#4385), and requests are dropped whenever a phone loses its signal.
        // `tests/store/transactions.rs` fails without this.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.execute("ROLLBACK").await?;
                Ok(true)
            })
        })
        .connect_with(connect)
        .await?;
    migrator(migrations::POSTGRES).run(&pool).await?;
    Ok(Db::Postgres(pool))
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

fn recent_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= OLDEST_SQLITE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_with_the_lost_page_fault_is_refused() {
        for (version, good) in [
            ("3.51.2", false),
            ("3.50.4", false),
            ("3.51.3", true),
            ("3.52.0", true),
            ("4.0.0", true),
            ("", false),
        ] {
            assert_eq!(recent_enough(version), good, "{version}");
        }
    }

    #[test]
    fn what_people_search_for_is_no_pattern() {
        assert_eq!(contains(r"A_b%\"), r"%a\_b\%\\%");
    }

    #[test]
    fn an_id_survives_the_databases_form() {
        let given = Id::from_bytes([9; 16]);
        assert_eq!(id(uuid(given)), given);
    }
}
