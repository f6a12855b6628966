//! A PostgreSQL that would forget what it said was written is found out at start, before any phone believes it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use harness::backends::{Backend, on_postgres};
use harness::test_app::worker_exe;
use sqlx::{Connection as _, Executor as _, PgConnection};
use store::{Db, Error, Options};

async fn show(db: &Db, setting: &'static str) -> String {
    let Db::Postgres { pool, .. } = db else {
        panic!("PostgreSQL");
    };
    sqlx::query_scalar(setting).fetch_one(pool).await.unwrap()
}

/// Runs a hub that ends because its database is refused.
fn program(backend: &Backend) -> Output {
    Command::new(worker_exe())
        .args([
            "serve",
            "--json",
            "--log",
            "off",
            "--listen",
            "127.0.0.1:0",
            "--data",
        ])
        .arg(backend.folder().join("data"))
        .args(["--database-url", backend.url()])
        .output()
        .unwrap()
}

#[test]
fn a_server_that_does_not_sync_is_refused_unless_that_is_asked_for() {
    on_postgres(async |backend: Backend| {
        // Whoever brings a server of their own may bring a safe one.
        let lenient = backend.open().await;
        if show(&lenient, "SHOW fsync").await == "on" {
            eprintln!("skipped: the PostgreSQL of these tests is durable");
            return;
        }
        lenient.close().await;
        let refused = Db::open(backend.url(), Options::default())
            .await
            .unwrap_err();
        let Error::UnsafeDurability { setting } = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(setting, "fsync");

        let output = program(&backend);
        assert_eq!(output.status.code(), Some(1));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.contains("fsync=off") && error.contains("--allow-unsafe-durability"),
            "{error}"
        );
    });
}

/// A server as its packages set it up, of this test alone.
struct Durable(PathBuf);

impl Durable {
    fn run(&self, what: &str) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("postgres.sh");
        Command::new("sh")
            .arg(script)
            .arg(what)
            .env("TMPDIR", &self.0)
            .env("WARMLINE_POSTGRES_DURABLE", "1")
            .output()
            .unwrap()
    }
}

impl Drop for Durable {
    fn drop(&mut self) {
        self.run("stop");
    }
}

#[test]
fn commits_wait_for_the_disk_whatever_the_database_is_set_to() {
    on_postgres(async |backend: Backend| {
        let server = Durable(backend.folder().to_owned());
        let started = server.run("start");
        assert!(started.status.success(), "{started:?}");
        let url = String::from_utf8(started.stdout).unwrap().trim().to_owned();
        for (set, meant) in [
            ("off", "on"),
            ("local", "on"),
            ("remote_apply", "remote_apply"),
        ] {
            let mut admin = PgConnection::connect(&url).await.unwrap();
            let set = format!("ALTER DATABASE postgres SET synchronous_commit = {set}");
            admin.execute(sqlx::AssertSqlSafe(set)).await.unwrap();
            admin.close().await.unwrap();
            let db = Db::open(&url, Options::default()).await.unwrap();
            assert_eq!(show(&db, "SHOW synchronous_commit").await, meant);
            db.probe().await.unwrap();
            db.close().await;
        }
    });
}
