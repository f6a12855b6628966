//! One test, two databases.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use store::{Db, Options};

use crate::postgres;

/// Makes `name::sqlite` and `name::postgres` of each story that is listed, an
/// `async fn name(db: Db)` or `async fn name(backend: Backend)` (anything that is [`FromBackend`]).
#[macro_export]
macro_rules! on_both_backends {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            #[test]
            fn postgres() {
                $crate::backends::on_postgres(super::$name);
            }

            #[test]
            fn sqlite() {
                $crate::backends::on_sqlite(super::$name);
            }
        })+
    };
}

/// An empty database and an empty folder of one test.
#[derive(Clone, Debug)]
pub struct Backend {
    url: String,
    folder: Arc<Folder>,
}

impl Backend {
    /// For [`Db::open`] and the configuration's database URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A folder that is deleted after the test.
    pub fn folder(&self) -> &Path {
        &self.folder.0
    }

    /// The database with its schema.
    pub async fn open(&self) -> Db {
        Db::open(&self.url, options())
            .await
            .expect("the test database opens")
    }
}

/// How tests open a database: with few connections, because many tests share one PostgreSQL, which does not care for
/// durability.
pub fn options() -> Options {
    Options {
        connections: 4,
        allow_unsafe_durability: true,
        ..Options::default()
    }
}

/// What a story can ask for as its one argument.
pub trait FromBackend {
    /// Builds it on an empty database.
    fn from_backend(backend: Backend) -> impl Future<Output = Self>;
}

impl FromBackend for Backend {
    async fn from_backend(backend: Backend) -> Self {
        backend
    }
}

impl FromBackend for Db {
    async fn from_backend(backend: Backend) -> Self {
        backend.open().await
    }
}

/// Runs the story on a fresh SQLite file.
pub fn on_sqlite<T: FromBackend, F: Future<Output = ()>>(story: impl FnOnce(T) -> F) {
    let folder = Arc::new(Folder::create());
    let file = folder.0.join("warmline.db");
    let backend = Backend {
        url: format!("sqlite://{}", file.display()),
        folder,
    };
    runtime().block_on(async {
        let kept = backend.clone();
        story(T::from_backend(backend).await).await;
        drop(kept);
    });
}

/// Runs the story on a fresh PostgreSQL database; without PostgreSQL the test is skipped, except in CI.
pub fn on_postgres<T: FromBackend, F: Future<Output = ()>>(story: impl FnOnce(T) -> F) {
    let Some(cluster) = postgres::Cluster::find() else {
        return;
    };
    runtime().block_on(async {
        let name = unique("warmline_test").replace('-', "_");
        let backend = Backend {
            url: cluster.create_database(&name).await,
            folder: Arc::new(Folder::create()),
        };
        let kept = backend.clone();
        story(T::from_backend(backend).await).await;
        drop(kept);
        // A failed test leaves its database to look at until `tests/postgres.sh stop`.
        cluster.drop_database(&name).await;
    });
}

#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    fn create() -> Self {
        let path = std::env::temp_dir().join(unique("warmline-test"));
        std::fs::create_dir_all(&path).expect("the temp folder takes a new folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be deleted is left to the system's cleaning of its temp folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A name that no other test of any process on this machine uses.
fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let nanos = std::time::UNIX_EPOCH
        .elapsed()
        .map_or(0, |since| since.as_nanos());
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}-{}-{next}-{nanos}", std::process::id())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts")
}
