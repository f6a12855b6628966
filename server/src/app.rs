//! The hub's parts, assembled once and shared by every request.

use std::sync::Arc;

use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::{KeyError, Keys};
use crate::media::{BlobError, BlobStore, Partials, ThumbnailQueue};
use crate::rng::Rng;
use crate::store;
use crate::sync::Sync;
use crate::worker;

/// Everything a handler may need; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// The parts; tasks hold it weakly, so that a hub that is dropped ends.
pub(crate) struct Inner {
    config: Config,
    clock: Clock,
    rng: Rng,
    keys: Keys,
    passwords: Passwords,
    store: store::Db,
    blobs: BlobStore,
    uploads: Partials,
    thumbnails: ThumbnailQueue,
    workers: worker::Pool,
    sync: Sync,
}

/// Why a hub cannot start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The photo store cannot be opened.
    #[error(transparent)]
    Blobs(#[from] BlobError),
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
    /// The program cannot find itself to start workers.
    #[error("the program that checks records cannot be found")]
    Worker(#[source] std::io::Error),
}

impl App {
    /// Opens the hub that `config` describes, with the system's clock and randomness.
    pub async fn open(config: Config) -> Result<Self, OpenError> {
        Self::open_with(config, Clock::system(), Rng::os()).await
    }

    /// Opens the hub with the given time and chance, as tests do.
    pub async fn open_with(config: Config, clock: Clock, rng: Rng) -> Result<Self, OpenError> {
        let data_folder = |source| OpenError::Data {
            path: config.data.clone(),
            source,
        };
        std::fs::create_dir_all(&config.data).map_err(data_folder)?;
        let uploads = Partials::open(&config.data).map_err(data_folder)?;
        let blobs = BlobStore::open(&config)?;
        let keys = Keys::load(&config.data.join("keys"), &rng)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let store = store::Db::open(&config.database_url(), store::Options::default()).await?;
        let workers = worker::Pool::new(config.worker_exe.clone(), config.workers())
            .map_err(OpenError::Worker)?;
        let (sync, tasks) = Sync::new();
        let inner = Arc::new(Inner {
            config,
            clock,
            rng,
            keys,
            passwords: Passwords::new(cores),
            store,
            blobs,
            uploads,
            thumbnails: ThumbnailQueue::default(),
            workers,
            sync,
        });
        tasks.start(&Arc::downgrade(&inner));
        Ok(Self(inner))
    }

    pub(crate) const fn from_inner(inner: Arc<Inner>) -> Self {
        Self(inner)
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Randomness.
    pub fn rng(&self) -> &Rng {
        &self.0.rng
    }

    /// The secret keys.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The pool that hashes and verifies passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// The database.
    pub fn store(&self) -> &store::Db {
        &self.0.store
    }

    /// Photos and their thumbnails.
    pub fn blobs(&self) -> &BlobStore {
        &self.0.blobs
    }

    /// Photos that are still on their way.
    pub fn uploads(&self) -> &Partials {
        &self.0.uploads
    }

    /// Photos that wait for thumbnails.
    pub fn thumbnails(&self) -> &ThumbnailQueue {
        &self.0.thumbnails
    }

    /// The processes that check records and photos.
    pub fn workers(&self) -> &worker::Pool {
        &self.0.workers
    }

    /// Receiving, admitting and the live channel.
    pub fn sync(&self) -> &Sync {
        &self.0.sync
    }
}
