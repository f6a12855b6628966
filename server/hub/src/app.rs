//! The hub's parts, assembled once and shared by every request.

use std::sync::Arc;

use accounts::Passwords;
use basis::{Clock, Keys, Rng, Shares, Watch};
use doors::Doors;
use history::{HistoryError, MarkFile};
use photos::{BlobError, BlobStore, Partials, ThumbnailQueue, Thumbnailer};
use store::Db;
use sync_core::Id;
use workers::Pool;

use crate::classifier::Classifier;
use crate::config::Config;
use crate::disk::Disk;
use crate::dropped::Inbox;
use crate::lines::Lines;
use crate::notes::Notes;
use crate::readiness::LastReady;
use crate::strangers::Strangers;

/// Searches of one person that are worked on at once: each may read every ticket.
const SEARCHES: usize = 2;

/// Everything a handler may need; cheap to clone. The rooms beneath take their own parts of it.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    config: Config,
    clock: Clock,
    rng: Rng,
    keys: Arc<Keys>,
    passwords: Passwords,
    strangers: Strangers,
    lines: Lines,
    notes: Notes,
    searches: Shares<Id>,
    classifier: Classifier,
    store: Db,
    uploads: Partials,
    thumbnailer: Thumbnailer,
    workers: Arc<Pool>,
    doors: Doors,
    watch: Watch,
    disk: Disk,
    last_ready: LastReady,
    inbox: Inbox,
    mark: tokio::sync::Mutex<MarkFile>,
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
    /// The keys or the database are not what they were.
    #[error(transparent)]
    History(#[from] HistoryError),
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
        make_folder(&config)?;
        let store = Db::open(&config.database_url(), config.store_options()).await?;
        Self::open_on(store, config, clock, rng).await
    }

    /// Opens the hub on a database that is open already: with calls that fail, as tests want it.
    pub async fn open_on(
        store: Db,
        config: Config,
        clock: Clock,
        rng: Rng,
    ) -> Result<Self, OpenError> {
        make_folder(&config)?;
        let uploads =
            Partials::open(&config.data).map_err(|source| data_folder(&config, source))?;
        let blob_url = config.blob_url.as_ref().map(basis::Secret::reveal);
        let blobs = BlobStore::open(blob_url, &config.data)?;
        let keys = Arc::new(history::open_keys(&store, &config.data.join("keys"), &rng).await?);
        // Before anybody is answered: what is said now would be on a timeline that has ended.
        let mark = history::notice_older_database(&store, &config.data, &clock, &rng).await?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers =
            Pool::new(config.worker_exe.clone(), config.workers()).map_err(OpenError::Worker)?;
        let workers = Arc::new(workers);
        let watch = Watch::default();
        let doors = Doors::open(doors::Parts {
            store: store.clone(),
            clock: clock.clone(),
            rng: rng.clone(),
            keys: Arc::clone(&keys),
            workers: Arc::clone(&workers),
            watch: watch.clone(),
            sweep: config.sweep,
        });
        let thumbnailer = Thumbnailer {
            store: store.clone(),
            blobs,
            workers: Arc::clone(&workers),
            queue: Arc::default(),
            look_every: config.sweep.every,
        };
        let disk = Disk::new(config.data.clone(), config.limits.reserve_bytes);
        let classifier = Classifier::new(store.clone(), clock.clone());
        Ok(Self(Arc::new(Inner {
            config,
            clock,
            rng,
            keys,
            passwords: Passwords::new(cores),
            strangers: Strangers::default(),
            lines: Lines::default(),
            notes: Notes::default(),
            searches: Shares::new(SEARCHES),
            classifier,
            store,
            uploads,
            thumbnailer,
            workers,
            doors,
            watch,
            disk,
            last_ready: LastReady::default(),
            inbox: Inbox::default(),
            mark: tokio::sync::Mutex::new(mark),
        })))
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

    /// The open live channels.
    pub(crate) fn lines(&self) -> &Lines {
        &self.0.lines
    }

    /// What waits to be written to the audit log.
    pub fn notes(&self) -> &Notes {
        &self.0.notes
    }

    /// What each person searches at this moment.
    pub(crate) fn searches(&self) -> &Shares<Id> {
        &self.0.searches
    }

    /// What was learned of the classes of tickets.
    pub(crate) fn classifier(&self) -> &Classifier {
        &self.0.classifier
    }

    /// What is remembered of people who have not signed in.
    pub(crate) fn strangers(&self) -> &Strangers {
        &self.0.strangers
    }

    /// The database.
    pub fn store(&self) -> &Db {
        &self.0.store
    }

    /// Photos and their thumbnails.
    pub fn blobs(&self) -> &BlobStore {
        &self.0.thumbnailer.blobs
    }

    /// Photos that are still on their way.
    pub fn uploads(&self) -> &Partials {
        &self.0.uploads
    }

    /// Photos that wait for thumbnails.
    pub fn thumbnails(&self) -> &ThumbnailQueue {
        &self.0.thumbnailer.queue
    }

    /// Has thumbnails made.
    pub fn thumbnailer(&self) -> &Thumbnailer {
        &self.0.thumbnailer
    }

    /// The processes that check records and photos.
    pub fn workers(&self) -> &Pool {
        &self.0.workers
    }

    /// Receiving, admitting and the live channel.
    pub fn doors(&self) -> &Doors {
        &self.0.doors
    }

    /// Who looks after the tasks in the background.
    pub fn watch(&self) -> &Watch {
        &self.0.watch
    }

    /// Room on the disk.
    pub fn disk(&self) -> &Disk {
        &self.0.disk
    }

    /// What is remembered of the drop folder.
    pub(crate) fn inbox(&self) -> &Inbox {
        &self.0.inbox
    }

    /// What was last said of the hub's readiness.
    pub(crate) fn last_ready(&self) -> &LastReady {
        &self.0.last_ready
    }

    /// Notes beside the database how far its history has come.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn write_mark(&self) -> Result<(), store::Error> {
        self.0.mark.lock().await.write(self.store()).await
    }

    /// What taking tables in works with.
    pub fn tables(&self) -> tables::Parts<'_> {
        tables::Parts {
            store: self.store(),
            clock: self.clock(),
            rng: self.rng(),
            keys: self.keys(),
        }
    }

    /// What adding accounts works with.
    pub fn accounts(&self) -> accounts::Parts<'_> {
        accounts::Parts {
            store: self.store(),
            clock: self.clock(),
            rng: self.rng(),
            passwords: self.passwords(),
        }
    }
}

fn make_folder(config: &Config) -> Result<(), OpenError> {
    std::fs::create_dir_all(&config.data).map_err(|source| data_folder(config, source))
}

fn data_folder(config: &Config, source: std::io::Error) -> OpenError {
    OpenError::Data {
        path: config.data.clone(),
        source,
    }
}
