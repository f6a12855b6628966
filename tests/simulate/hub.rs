//! The real program as a hub, and phones against it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};

use harness::backends::Backend;
use harness::test_app::worker_exe;

/// A `warmline serve` that ends with the test.
pub(super) struct Hub {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub(super) address: String,
}

impl Hub {
    /// Starts on `address`, which may leave the port to the system.
    pub(super) fn start(backend: &Backend, address: &str) -> Self {
        let mut child = program(backend)
            .args(["--listen", address, "serve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let address = line
            .trim()
            .strip_prefix("Listening on ")
            .unwrap()
            .to_owned();
        Self { child, address }
    }
}

impl Drop for Hub {
    /// As `kill -9` does.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program with the data of a test.
pub(super) fn program(backend: &Backend) -> Command {
    let mut command = Command::new(worker_exe());
    command
        .env("WARMLINE_DATA", backend.folder().join("data"))
        .env("WARMLINE_DATABASE_URL", backend.url())
        .env("WARMLINE_ALLOW_UNSAFE_DURABILITY", "true")
        .env("WARMLINE_LOG", "off");
    command
}

/// `warmline simulate` with a fixed seed and little time to come to rest.
pub(super) fn simulate(backend: &Backend, hub: &str, arguments: &[&str]) -> Command {
    let mut command = program(backend);
    command
        .args(["--json", "simulate", "--patience", "60", "--hub"])
        .arg(format!("http://{hub}"))
        .arg("--ledger")
        .arg(backend.folder().join("ledger"))
        .args(arguments);
    command
}

/// What a run printed; it must have found everything in its place.
pub(super) fn whole(output: &Output) -> serde_json::Value {
    let found = String::from_utf8_lossy(&output.stdout);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{found}\n{said}");
    serde_json::from_str(&found).unwrap()
}
