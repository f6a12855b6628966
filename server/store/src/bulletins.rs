//! Word between the hubs of one PostgreSQL. SQLite has one hub, which needs none.

use sqlx::postgres::{PgListener, PgPoolOptions};

use super::{Db, Error};

/// One for all sub-districts: a bulletin says itself whom it is for.
const CHANNEL: &str = "warmline";

/// Bytes that PostgreSQL carries in one bulletin, less a little.
pub const MAX_BULLETIN_BYTES: usize = 7_900;

/// What other hubs say, as they say it.
#[derive(Debug)]
pub struct Bulletins(PgListener);

impl Db {
    /// Whether other hubs may work on the same rows.
    pub const fn may_be_shared(&self) -> bool {
        matches!(self, Self::Postgres { .. })
    }

    /// Begins to hear the other hubs, on a connection of its own; `None` where there cannot be others.
    ///
    /// # Errors
    /// If the database does not take the connection.
    pub async fn hear_bulletins(&self) -> Result<Option<Bulletins>, Error> {
        let Self::Postgres { pool, .. } = self else {
            return Ok(None);
        };
        // Not one of the connections that requests wait for.
        let own = PgPoolOptions::new()
            .max_connections(1)
            .connect_lazy_with((*pool.connect_options()).clone());
        let mut listener = PgListener::connect_with(&own).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Bulletins(listener)))
    }

    /// Tells every hub that hears, this one too. Not part of a transaction: what is told must be durable already.
    ///
    /// # Errors
    /// If the database could not, or the text is longer than [`MAX_BULLETIN_BYTES`].
    pub async fn send_bulletin(&self, text: &str) -> Result<(), Error> {
        if let Self::Postgres { pool, .. } = self {
            sqlx::query("SELECT pg_notify($1, $2)")
                .bind(CHANNEL)
                .bind(text)
                .execute(pool)
                .await?;
        }
        Ok(())
    }
}

impl Bulletins {
    /// The next bulletin; `None` when the connection had been lost and is there again, so that something may have
    /// been missed. Not to be dropped half-way.
    ///
    /// # Errors
    /// If the connection is lost and does not come back.
    pub async fn next(&mut self) -> Result<Option<String>, Error> {
        let heard = self.0.try_recv().await?;
        Ok(heard.map(|bulletin| bulletin.payload().to_owned()))
    }
}
