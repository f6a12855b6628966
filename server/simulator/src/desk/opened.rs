//! The hub's database as the desk holds it: opened anew when a backup was put in its place.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use store::{Db, Options};
use sync_core::Id;
use tokio::sync::Mutex;
use tokio::time::sleep;

/// Between two looks for what is being put back.
const PAUSE: Duration = Duration::from_millis(100);

/// Which database lies where the URL points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// A file: its device and its inode.
    File(u64, u64),
    /// What a server serves under a name: the timelines of its sub-districts. Each restore begins new ones.
    Served(Vec<Id>),
}

/// The database that a URL names now.
#[derive(Debug)]
pub(super) struct Opened {
    url: String,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    db: Db,
    which: Option<Which>,
    /// How often another one was found there.
    replaced: u64,
}

impl Opened {
    pub(super) async fn open(url: &str) -> Result<Self, store::Error> {
        let db = open(url).await?;
        let held = Held {
            db,
            which: file_of(url).as_deref().and_then(id_of),
            replaced: 0,
        };
        Ok(Self {
            url: url.to_owned(),
            held: Mutex::new(held),
        })
    }

    /// The database; waits while there is none.
    pub(super) async fn db(&self) -> Result<Db, store::Error> {
        let mut held = self.held.lock().await;
        let Some(path) = file_of(&self.url) else {
            // Connections to what was there before are cut, and the pool makes others by the same name.
            held.look_at_server().await?;
            return Ok(held.db.clone());
        };
        loop {
            match id_of(&path) {
                now @ Some(_) if now != held.which => {
                    held.db = open(&self.url).await?;
                    held.which = now;
                    held.replaced += 1;
                }
                Some(_) => return Ok(held.db.clone()),
                None => {}
            }
            sleep(PAUSE).await;
        }
    }

    /// Which database it is now.
    pub(super) async fn which(&self) -> Result<Option<Which>, store::Error> {
        let Some(path) = file_of(&self.url) else {
            let mut held = self.held.lock().await;
            held.look_at_server().await?;
            return Ok(held.which.clone());
        };
        Ok(id_of(&path))
    }

    pub(super) async fn replaced(&self) -> u64 {
        self.held.lock().await.replaced
    }
}

impl Held {
    async fn look_at_server(&mut self) -> Result<(), store::Error> {
        let now = loop {
            match timelines(&self.db).await {
                Err(error) if error.passes() => sleep(PAUSE).await,
                answer => break Which::Served(answer?),
            }
        };
        // Before the desk has made its sub-district there is nothing to tell one from another.
        let new = Which::Served(Vec::new());
        if self
            .which
            .as_ref()
            .is_some_and(|was| *was != now && *was != new)
        {
            self.replaced += 1;
        }
        self.which = Some(now);
        Ok(())
    }
}

async fn timelines(db: &Db) -> Result<Vec<Id>, store::Error> {
    let tenants = db.read().await?.list_tenants().await?;
    Ok(tenants.iter().map(|tenant| tenant.timeline).collect())
}

async fn open(url: &str) -> Result<Db, store::Error> {
    let options = Options {
        connections: 2,
        // What it writes is only for the simulation; the hub itself asks for more.
        allow_unsafe_durability: true,
        ..Options::default()
    };
    Db::open(url, options).await
}

fn file_of(url: &str) -> Option<PathBuf> {
    url.strip_prefix("sqlite://").map(PathBuf::from)
}

fn id_of(path: &Path) -> Option<Which> {
    let file = std::fs::metadata(path).ok()?;
    Some(Which::File(file.dev(), file.ino()))
}
