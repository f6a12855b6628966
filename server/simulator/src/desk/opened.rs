//! The hub's database as the desk holds it: opened anew when a backup was put in its place.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use store::{Db, Options};
use tokio::sync::Mutex;
use tokio::time::sleep;

/// Between two looks for a file that is being put back.
const PAUSE: Duration = Duration::from_millis(100);

/// Which file lies at a path: its device and its inode.
pub type FileId = (u64, u64);

/// The database that a URL names now.
#[derive(Debug)]
pub(super) struct Opened {
    url: String,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    db: Db,
    file: Option<FileId>,
    /// How often another file was found at the path.
    replaced: u64,
}

impl Opened {
    pub(super) async fn open(url: &str) -> Result<Self, store::Error> {
        let db = open(url).await?;
        let file = file_of(url).as_deref().and_then(id_of);
        let held = Held {
            db,
            file,
            replaced: 0,
        };
        Ok(Self {
            url: url.to_owned(),
            held: Mutex::new(held),
        })
    }

    /// The database; waits while there is none. What a server serves is the same one for ever.
    pub(super) async fn db(&self) -> Result<Db, store::Error> {
        let Some(path) = file_of(&self.url) else {
            return Ok(self.held.lock().await.db.clone());
        };
        loop {
            let mut held = self.held.lock().await;
            match id_of(&path) {
                now @ Some(_) if now != held.file => {
                    held.db = open(&self.url).await?;
                    held.file = now;
                    held.replaced += 1;
                }
                Some(_) => return Ok(held.db.clone()),
                None => {}
            }
            drop(held);
            sleep(PAUSE).await;
        }
    }

    /// Which file lies there now; nothing for a server.
    pub(super) fn file(&self) -> Option<FileId> {
        file_of(&self.url).as_deref().and_then(id_of)
    }

    pub(super) async fn replaced(&self) -> u64 {
        self.held.lock().await.replaced
    }
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

fn id_of(path: &Path) -> Option<FileId> {
    let file = std::fs::metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}
