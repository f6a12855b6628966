//! The hub under measurement: the real program, its processor time and memory by `/proc`.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hub::config::Config;

/// A running `warmline serve` on a folder that is deleted afterwards.
pub(crate) struct Hub {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) config: Config,
    folder: PathBuf,
}

/// Processor time and memory at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Of the hub.
    pub(crate) own: Duration,
    /// Of its workers.
    pub(crate) workers: Duration,
    /// Resident bytes of the hub.
    pub(crate) resident: u64,
    /// Resident bytes of its workers.
    pub(crate) workers_resident: u64,
}

impl Usage {
    /// Processor time of the hub and its workers.
    pub(crate) fn all(self) -> Duration {
        self.own + self.workers
    }
}

impl Hub {
    /// Starts the program; on PostgreSQL if `WARMLINE_DATABASE_URL` names one.
    pub(crate) fn start(name: &str) -> io::Result<Self> {
        let folder =
            std::env::temp_dir().join(format!("warmline-bench-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let mut config = Config::in_folder(&folder);
        config.database_url = std::env::var("WARMLINE_DATABASE_URL")
            .ok()
            .and_then(|url| url.parse().ok());
        let mut child = Command::new(env!("CARGO_BIN_EXE_warmline"))
            .args(["--listen", "127.0.0.1:0", "serve"])
            .env("WARMLINE_DATA", &folder)
            .env("WARMLINE_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line
            .trim()
            .strip_prefix("Listening on ")
            .and_then(|text| text.parse().ok());
        let address = address.ok_or_else(|| io::Error::other("the hub does not listen"))?;
        Ok(Self {
            child,
            address,
            config,
            folder,
        })
    }

    /// The hub as a phone names it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has used so far.
    pub(crate) fn usage(&self) -> Usage {
        let hub = self.child.id();
        let mut usage = Usage {
            own: cpu_of(hub),
            resident: resident_of(hub),
            ..Usage::default()
        };
        for worker in children_of(hub) {
            usage.workers += cpu_of(worker);
            usage.workers_resident += resident_of(worker);
        }
        usage
    }

    /// Makes its workers stand still, or go on: what the hub does without them is then its own.
    pub(crate) fn hold_workers(&self, hold: bool) -> io::Result<()> {
        for worker in children_of(self.child.id()) {
            Command::new("kill")
                .arg(if hold { "-STOP" } else { "-CONT" })
                .arg(worker.to_string())
                .status()?;
        }
        Ok(())
    }

    /// Stops the hub as a service manager does; the folder stays until this is dropped.
    pub(crate) fn stop(&mut self) -> io::Result<()> {
        Command::new("kill")
            .arg(self.child.id().to_string())
            .status()?;
        self.child.wait().map(drop)
    }

    /// The folder of the hub.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// User and system time, with that of threads that have ended. The kernel counts hundredths of a second.
fn cpu_of(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in brackets may hold spaces; user and system time are fields 14 and 15.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

fn resident_of(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

fn children_of(pid: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}
