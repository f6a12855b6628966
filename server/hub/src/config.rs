//! Every setting of the hub. Where they come from, the program says (`server/src/options.rs`).

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use basis::Secret;

use crate::address::Network;

/// Settings of one hub.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the database, the photos and the keys; made if it does not exist
    pub data: PathBuf,

    /// Address and port to listen on
    pub listen: SocketAddr,

    /// Database: sqlite://FILE or postgres://USER@HOST/NAME; else a SQLite file in the data folder.
    pub database_url: Option<Secret>,

    /// Whether a PostgreSQL is taken that may forget what it said was written.
    pub allow_unsafe_durability: bool,

    /// Photo store: file:///DIR or s3://BUCKET/PREFIX; else a folder in the data folder.
    pub blob_url: Option<Secret>,

    /// Address under which phones reach the hub, for enrolment links and the code on papers [default: http://LISTEN]
    pub public_url: Option<String>,

    /// Certificate chain (PEM); with --tls-key the hub speaks HTTPS itself
    pub tls_cert: Option<PathBuf>,

    /// Private key of the certificate (PEM)
    pub tls_key: Option<PathBuf>,

    /// Proxies in front of the hub, whose X-Forwarded-For is believed
    pub trusted_proxies: Vec<Network>,

    /// Processes that check records [default: one for each processor core]
    pub workers: Option<NonZeroUsize>,

    /// Program that is started as `verify-worker` [default: this program]
    pub worker_exe: Option<PathBuf>,

    /// Drop folder: files of tickets that are put there are imported.
    pub inbox: Option<PathBuf>,

    /// How often a running hub looks for what a dead one has left. No option: nobody has a reason to change it but
    /// tests.
    pub sweep: doors::Sweep,

    /// What one request or device may use.
    pub limits: Limits,
}

/// Upper bounds; phones read those they must obey from `GET /v1/limits`.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Largest body of an ordinary request, in bytes
    pub max_body_bytes: usize,

    /// Largest body of a sync request, in bytes
    pub max_sync_bytes: usize,

    /// Largest file of tickets to import, in bytes
    pub max_import_bytes: usize,

    /// Largest photo, in bytes
    pub max_photo_bytes: usize,

    /// Photos of one device in a day, in bytes
    pub max_photo_bytes_daily: u64,

    /// Open connections; more are closed at once
    pub max_connections: usize,

    /// Free bytes of the data folder that are kept for what phones record: below, photos and tables are refused
    pub reserve_bytes: u64,

    /// Open connections from one address (IPv6: /64); neither proxies nor this machine are held to it
    pub max_connections_each: usize,

    /// Requests of a kind from one address that are worked on at once
    pub max_requests_each: usize,
}

/// A day of a large sub-district's records is a few hundred megabytes with all that is derived from it.
pub const RESERVE_BYTES: u64 = 1024 * 1024 * 1024;
/// Bytes.
const MIB: usize = 1024 * 1024;

impl Config {
    /// The defaults with everything kept under `data`; reads no environment variable.
    pub fn in_folder(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            listen: default_listen(),
            database_url: None,
            allow_unsafe_durability: false,
            blob_url: None,
            public_url: None,
            tls_cert: None,
            tls_key: None,
            trusted_proxies: Vec::new(),
            workers: None,
            worker_exe: None,
            inbox: None,
            sweep: doors::Sweep::default(),
            limits: Limits::default(),
        }
    }

    /// Where the rows are: the given URL, or `warmline.sqlite` in the data folder.
    pub fn database_url(&self) -> String {
        match &self.database_url {
            Some(url) => url.reveal().to_owned(),
            None => format!("sqlite://{}", self.data.join("warmline.sqlite").display()),
        }
    }

    /// How the database is opened.
    pub fn store_options(&self) -> store::Options {
        store::Options {
            allow_unsafe_durability: self.allow_unsafe_durability,
            ..store::Options::default()
        }
    }

    /// Address under which phones reach this hub, without a slash at the end.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("{}://{}", self.scheme(), self.listen),
        }
    }

    /// Whether phones reach this hub over HTTPS, its own or that of a proxy in front of it.
    pub fn is_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }

    /// Processes that check records: as asked, or one for each core.
    pub fn workers(&self) -> NonZeroUsize {
        self.workers
            .or_else(|| std::thread::available_parallelism().ok())
            .unwrap_or(NonZeroUsize::MIN)
    }

    const fn scheme(&self) -> &'static str {
        if self.tls_cert.is_some() {
            "https"
        } else {
            "http"
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: MIB,
            max_sync_bytes: MIB,
            max_import_bytes: 20 * MIB,
            max_photo_bytes: 15 * MIB,
            max_photo_bytes_daily: 1024 * MIB as u64,
            max_connections: 4_000,
            reserve_bytes: RESERVE_BYTES,
            max_connections_each: 256,
            max_requests_each: 64,
        }
    }
}

/// Where a hub listens when nobody says otherwise.
pub const fn default_listen() -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080)
}
