//! The PostgreSQL of the tests: one cluster a machine, one database a test.

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::str::FromStr as _;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

/// Where `make test` and CI say the cluster is; unset, the first test starts one.
pub const URL_VARIABLE: &str = "WARMLINE_TEST_POSTGRES_URL";

/// Exit status of `tests/postgres.sh` when PostgreSQL is not installed.
const NOT_INSTALLED: i32 = 3;

/// A running cluster that takes new databases.
#[derive(Debug)]
pub struct Cluster {
    admin: PgConnectOptions,
}

impl Cluster {
    /// The cluster of this machine, started if need be.
    ///
    /// `None` when PostgreSQL is not installed: the caller skips its test. In CI that is a failure,
    /// because nobody would notice that half of the tests do not run.
    pub fn find() -> Option<Self> {
        let url = match std::env::var(URL_VARIABLE) {
            Ok(url) if !url.is_empty() => url,
            _ => match start() {
                Some(url) => url,
                None => {
                    assert!(
                        std::env::var_os("CI").is_none(),
                        "PostgreSQL is not installed on this CI machine: install the postgresql \
                         package, or set {URL_VARIABLE} to a server that may create databases"
                    );
                    eprintln!(
                        "skipped {}: PostgreSQL is not installed",
                        std::thread::current().name().unwrap_or("a test")
                    );
                    return None;
                }
            },
        };
        let admin =
            PgConnectOptions::from_str(&url).expect("the URL of the test PostgreSQL parses");
        Some(Self { admin })
    }

    /// Creates an empty database and gives its URL.
    pub async fn create_database(&self, name: &str) -> String {
        self.run(format!(r#"CREATE DATABASE "{name}""#)).await;
        self.admin.clone().database(name).to_url_lossy().to_string()
    }

    /// Deletes a database, cutting whoever is still connected.
    pub async fn drop_database(&self, name: &str) {
        self.run(format!(r#"DROP DATABASE "{name}" WITH (FORCE)"#))
            .await;
    }

    async fn run(&self, statement: String) {
        let mut connection = PgConnection::connect_with(&self.admin)
            .await
            .expect("the test PostgreSQL takes a connection");
        connection
            .execute(AssertSqlSafe(statement))
            .await
            .expect("the test PostgreSQL creates and drops databases");
        connection.close().await.expect("a connection closes");
    }
}

/// Starts the cluster through the script that `make` also uses. Tests run as many processes at once, so
/// a file lock lets one of them start it while the others wait.
fn start() -> Option<String> {
    let lock = File::create(std::env::temp_dir().join("warmline-postgres.lock"))
        .expect("the temp folder takes a lock file");
    lock.lock().expect("the lock file locks");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("postgres.sh");
    let output = Command::new("sh")
        .arg(script)
        .arg("start")
        .output()
        .expect("sh runs");
    if output.status.code() == Some(NOT_INSTALLED) {
        return None;
    }
    assert!(
        output.status.success(),
        "tests/postgres.sh start failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let url = String::from_utf8_lossy(&output.stdout);
    Some(url.trim().to_owned())
}
