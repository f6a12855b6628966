//! A hub's database and keys, for commands that write into it while it serves or rests.

use std::path::Path;

use accounts::Passwords;
use basis::{Clock, Keys, Rng};
use history::HistoryError;
use photos::BlobStore;
use store::Db;
use store::tenants::Tenant;
use store::timelines::{Cause, Turn};

use sync_core::Timestamp;

use crate::options::Rows;

/// What such a command works with.
pub(crate) struct Place {
    bare: Bare,
    keys: Keys,
    passwords: Passwords,
}

/// Why it cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The data folder cannot be made or used.
    #[error("the data folder {path} cannot be used")]
    Data {
        /// The folder.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The keys or the database are not what they were.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Store(#[from] store::Error),
}

/// The same before there are keys.
pub(crate) struct Bare {
    store: Db,
    clock: Clock,
    rng: Rng,
}

impl Bare {
    /// Opens the database that the options name; makes what is not there yet.
    pub(crate) async fn open(rows: &Rows) -> Result<Self, PlaceError> {
        std::fs::create_dir_all(&rows.data).map_err(|source| PlaceError::Data {
            path: rows.data.clone(),
            source,
        })?;
        let config = rows.config();
        Ok(Self {
            store: Db::open(&config.database_url(), config.store_options()).await?,
            clock: Clock::system(),
            rng: Rng::os(),
        })
    }

    pub(crate) const fn store(&self) -> &Db {
        &self.store
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) const fn backup<'a>(
        &'a self,
        data: &'a Path,
        blobs: &'a BlobStore,
    ) -> backup::Parts<'a> {
        backup::Parts {
            store: &self.store,
            blobs,
            data,
            clock: &self.clock,
            rng: &self.rng,
        }
    }
}

impl Place {
    /// Opens the database and the keys that the options name; makes what is not there yet.
    pub(crate) async fn open(rows: &Rows) -> Result<Self, PlaceError> {
        let bare = Bare::open(rows).await?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            keys: history::open_keys(&bare.store, &rows.data.join("keys"), &bare.rng).await?,
            bare,
            passwords: Passwords::new(cores),
        })
    }

    pub(crate) const fn store(&self) -> &Db {
        &self.bare.store
    }

    pub(crate) const fn rng(&self) -> &Rng {
        &self.bare.rng
    }

    pub(crate) const fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.bare.now()
    }

    pub(crate) const fn backup<'a>(
        &'a self,
        data: &'a Path,
        blobs: &'a BlobStore,
    ) -> backup::Parts<'a> {
        self.bare.backup(data, blobs)
    }

    /// Has phones look at everything again.
    pub(crate) async fn begin_timeline(&self, tenant: &Tenant) -> Result<(), store::Error> {
        let now = self.bare.clock.now();
        let mut tx = self.store().begin().await?;
        let turn = Turn {
            tenant: tenant.id,
            from: tenant.timeline,
            to: self.bare.rng.new_id(now),
            unknown: None,
            at_least: 0,
            cause: Cause::Rebuild,
        };
        tx.begin_timeline(&turn, now).await?;
        tx.commit().await
    }

    pub(crate) const fn tables(&self) -> tables::Parts<'_> {
        tables::Parts {
            store: &self.bare.store,
            clock: &self.bare.clock,
            rng: &self.bare.rng,
            keys: &self.keys,
        }
    }

    pub(crate) const fn accounts(&self) -> accounts::Parts<'_> {
        accounts::Parts {
            store: &self.bare.store,
            clock: &self.bare.clock,
            rng: &self.bare.rng,
            passwords: &self.passwords,
        }
    }
}
