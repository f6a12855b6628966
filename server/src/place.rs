//! A hub's database and keys, for commands that write into it while it serves or rests.

use accounts::Passwords;
use basis::keys::KeyError;
use basis::{Clock, Keys, Rng};
use store::Db;

use crate::options::Rows;

/// What such a command works with.
pub(crate) struct Place {
    store: Db,
    clock: Clock,
    pub(crate) rng: Rng,
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
    /// The secret keys cannot be used.
    #[error("the secret keys cannot be used")]
    Keys(#[from] KeyError),
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Store(#[from] store::Error),
}

impl Place {
    /// Opens the database and the keys that the options name; makes what is not there yet.
    pub(crate) async fn open(rows: &Rows) -> Result<Self, PlaceError> {
        std::fs::create_dir_all(&rows.data).map_err(|source| PlaceError::Data {
            path: rows.data.clone(),
            source,
        })?;
        let rng = Rng::os();
        let config = rows.config();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            keys: Keys::load(&rows.data.join("keys"), &rng)?,
            store: Db::open(&config.database_url(), config.store_options()).await?,
            clock: Clock::system(),
            rng,
            passwords: Passwords::new(cores),
        })
    }

    pub(crate) fn tables(&self) -> tables::Parts<'_> {
        tables::Parts {
            store: &self.store,
            clock: &self.clock,
            rng: &self.rng,
            keys: &self.keys,
        }
    }

    pub(crate) fn accounts(&self) -> accounts::Parts<'_> {
        accounts::Parts {
            store: &self.store,
            clock: &self.clock,
            rng: &self.rng,
            passwords: &self.passwords,
        }
    }
}
