//! A PostgreSQL server: how it is opened, whether it keeps its word, and which of its connections are used again.

use std::str::FromStr as _;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use super::{ACQUIRE_TIMEOUT, Options, migrator};
use crate::Error;

/// Connections for reading and writing.
pub(super) async fn open(url: &str, options: &Options) -> Result<PgPool, Error> {
    let connect = PgConnectOptions::from_str(url)?
        // The ROLLBACK below mostly finds no transaction, and PostgreSQL warns of that each time.
        .options([("client_min_messages", "error")]);
    let connect = if options.allow_unsafe_durability {
        tracing::warn!("this PostgreSQL may forget what was acknowledged; that was asked for");
        connect
    } else {
        let durable = durable_commit(&connect).await?;
        connect.options([("synchronous_commit", durable)])
    };
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
    Ok(pool)
}

/// What `synchronous_commit` has to be in every session so that what was committed survives a power cut, on a server
/// that keeps its word. A database or a role may have a setting of its own, so it is not left to the server.
async fn durable_commit(connect: &PgConnectOptions) -> Result<&'static str, Error> {
    let mut connection = connect.connect().await?;
    let mut settings = async || -> Result<[String; 3], sqlx::Error> {
        Ok([
            show(&mut connection, "SHOW fsync").await?,
            show(&mut connection, "SHOW full_page_writes").await?,
            show(&mut connection, "SHOW synchronous_commit").await?,
        ])
    };
    let [fsync, full_page_writes, synchronous_commit] = settings().await?;
    connection.close().await?;
    for (setting, value) in [("fsync", fsync), ("full_page_writes", full_page_writes)] {
        if value != "on" {
            return Err(Error::UnsafeDurability { setting });
        }
    }
    // More than `on` where the server waits until its standby shows what was committed.
    Ok(match synchronous_commit.as_str() {
        "remote_apply" => "remote_apply",
        _ => "on",
    })
}

async fn show(
    connection: &mut PgConnection,
    statement: &'static str,
) -> Result<String, sqlx::Error> {
    sqlx::query_scalar(statement).fetch_one(connection).await
}
