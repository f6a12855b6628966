//! The settings of a hub as command-line options, or as environment variables `WARMLINE_*`.
//!
//! Each command takes the groups that it uses, so that its help shows nothing else.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use basis::Secret;
use clap::Args;
use hub::address::Network;
use hub::config::{Config, Limits, RESERVE_BYTES, default_listen};
use photos::{BlobError, BlobStore};

const MIB: usize = 1024 * 1024;

/// Where the rows are.
#[derive(Args, Clone, Debug)]
pub struct Rows {
    /// Folder of the database, the photos and the keys; made if it does not exist
    #[arg(
        long,
        env = "WARMLINE_DATA",
        hide_env = true,
        value_name = "DIR",
        default_value = "data"
    )]
    pub data: PathBuf,

    /// sqlite://FILE or postgres://USER@HOST/NAME [default: a SQLite file in the data folder]
    #[arg(
        long,
        env = "WARMLINE_DATABASE_URL",
        hide_env = true,
        value_name = "URL"
    )]
    pub database_url: Option<Secret>,

    /// Take a PostgreSQL that may forget what it wrote (fsync or full_page_writes off): for tests alone
    #[arg(long, env = "WARMLINE_ALLOW_UNSAFE_DURABILITY", hide_env = true)]
    pub allow_unsafe_durability: bool,
}

impl Rows {
    /// A hub's settings with these rows, and defaults for the rest.
    pub fn config(&self) -> Config {
        Config {
            database_url: self.database_url.clone(),
            allow_unsafe_durability: self.allow_unsafe_durability,
            ..Config::in_folder(&self.data)
        }
    }
}

/// Where the photos are, for commands that work on them.
#[derive(Args, Clone, Debug)]
pub struct Photos {
    /// file:///DIR or s3://BUCKET/PREFIX for photos [default: a folder in the data folder]
    #[arg(long, env = "WARMLINE_BLOB_URL", hide_env = true, value_name = "URL")]
    pub blob_url: Option<Secret>,
}

impl Photos {
    /// Opens the store of photos.
    pub(crate) fn open(&self, data: &Path) -> Result<BlobStore, BlobError> {
        BlobStore::open(self.blob_url.as_ref().map(Secret::reveal), data)
    }
}

/// What a process needs that answers as a hub does.
#[derive(Args, Clone, Debug)]
pub struct Hub {
    /// Where the rows are.
    #[command(flatten)]
    pub rows: Rows,

    /// file:///DIR or s3://BUCKET/PREFIX for photos [default: a folder in the data folder]
    #[arg(long, env = "WARMLINE_BLOB_URL", hide_env = true, value_name = "URL")]
    pub blob_url: Option<Secret>,

    /// Address and port to listen on
    #[arg(long, env = "WARMLINE_LISTEN", hide_env = true, value_name = "ADDR:PORT", default_value_t = default_listen())]
    pub listen: SocketAddr,

    /// Where phones reach the hub, for enrolment links and the code on papers [default: http://LISTEN]
    #[arg(long, env = "WARMLINE_PUBLIC_URL", hide_env = true, value_name = "URL")]
    pub public_url: Option<String>,

    /// Processes that check records [default: one for each processor core]
    #[arg(long, env = "WARMLINE_WORKERS", hide_env = true, value_name = "COUNT")]
    pub workers: Option<NonZeroUsize>,

    /// Program that is started as `verify-worker` [default: this program]
    #[arg(
        long,
        env = "WARMLINE_WORKER_EXE",
        hide_env = true,
        value_name = "FILE",
        hide = true
    )]
    pub worker_exe: Option<PathBuf>,
}

impl Hub {
    /// A hub's settings without certificate, with the default limits.
    pub fn config(&self) -> Config {
        Config {
            blob_url: self.blob_url.clone(),
            listen: self.listen,
            public_url: self.public_url.clone(),
            workers: self.workers,
            worker_exe: self.worker_exe.clone(),
            ..self.rows.config()
        }
    }
}

/// What serving needs beside.
#[derive(Args, Clone, Debug)]
pub struct Serving {
    /// What every hub needs.
    #[command(flatten)]
    pub hub: Hub,

    /// Certificate chain (PEM); with --tls-key the hub speaks HTTPS itself
    #[arg(
        long,
        env = "WARMLINE_TLS_CERT",
        hide_env = true,
        value_name = "FILE",
        requires = "tls_key"
    )]
    pub tls_cert: Option<PathBuf>,

    /// Private key of the certificate (PEM)
    #[arg(
        long,
        env = "WARMLINE_TLS_KEY",
        hide_env = true,
        value_name = "FILE",
        requires = "tls_cert"
    )]
    pub tls_key: Option<PathBuf>,

    /// Proxy in front of the hub whose X-Forwarded-For is believed, as 10.0.0.0/8
    #[arg(
        long = "trusted-proxy",
        env = "WARMLINE_TRUSTED_PROXY",
        hide_env = true,
        value_name = "CIDR",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<Network>,

    /// Folder that is watched for files of tickets: each is imported once and moved to done or refused in it
    #[arg(long, env = "WARMLINE_INBOX", hide_env = true, value_name = "DIR")]
    pub inbox: Option<PathBuf>,

    /// Largest body of an ordinary request, in bytes
    #[arg(long, env = "WARMLINE_MAX_BODY_BYTES", hide_env = true, value_name = "BYTES", default_value_t = MIB, help_heading = "Limits")]
    pub max_body_bytes: usize,

    /// Largest body of a sync request, in bytes
    #[arg(long, env = "WARMLINE_MAX_SYNC_BYTES", hide_env = true, value_name = "BYTES", default_value_t = MIB, help_heading = "Limits")]
    pub max_sync_bytes: usize,

    /// Largest file of tickets to import, in bytes
    #[arg(long, env = "WARMLINE_MAX_IMPORT_BYTES", hide_env = true, value_name = "BYTES", default_value_t = 20 * MIB, help_heading = "Limits")]
    pub max_import_bytes: usize,

    /// Largest photo, in bytes
    #[arg(long, env = "WARMLINE_MAX_PHOTO_BYTES", hide_env = true, value_name = "BYTES", default_value_t = 15 * MIB, help_heading = "Limits")]
    pub max_photo_bytes: usize,

    /// Photos of one device in a day, in bytes
    #[arg(long, env = "WARMLINE_MAX_PHOTO_BYTES_DAILY", hide_env = true, value_name = "BYTES", default_value_t = 1024 * MIB as u64, help_heading = "Limits")]
    pub max_photo_bytes_daily: u64,

    /// Open connections; more are closed at once
    #[arg(
        long,
        env = "WARMLINE_MAX_CONNECTIONS",
        hide_env = true,
        value_name = "COUNT",
        default_value_t = 4_000,
        help_heading = "Limits"
    )]
    pub max_connections: usize,

    /// Free disk kept for records: below, photos and tables are refused
    #[arg(long, env = "WARMLINE_RESERVE_BYTES", hide_env = true, value_name = "BYTES", default_value_t = RESERVE_BYTES, help_heading = "Limits")]
    pub reserve_bytes: u64,

    /// Open connections from one address; several phones may share one
    #[arg(
        long,
        env = "WARMLINE_MAX_CONNECTIONS_EACH",
        hide_env = true,
        value_name = "COUNT",
        default_value_t = 256,
        help_heading = "Limits"
    )]
    pub max_connections_each: usize,

    /// Requests of a kind from one address that are worked on at once
    #[arg(
        long,
        env = "WARMLINE_MAX_REQUESTS_EACH",
        hide_env = true,
        value_name = "COUNT",
        default_value_t = 64,
        help_heading = "Limits"
    )]
    pub max_requests_each: usize,
}

impl Serving {
    /// The hub's settings.
    pub fn config(&self) -> Config {
        Config {
            tls_cert: self.tls_cert.clone(),
            tls_key: self.tls_key.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
            inbox: self.inbox.clone(),
            limits: Limits {
                max_body_bytes: self.max_body_bytes,
                max_sync_bytes: self.max_sync_bytes,
                max_import_bytes: self.max_import_bytes,
                max_photo_bytes: self.max_photo_bytes,
                max_photo_bytes_daily: self.max_photo_bytes_daily,
                max_connections: self.max_connections,
                reserve_bytes: self.reserve_bytes,
                max_connections_each: self.max_connections_each,
                max_requests_each: self.max_requests_each,
            },
            ..self.hub.config()
        }
    }
}

/// What the log says, and how.
#[derive(Args, Clone, Debug)]
pub struct Logging {
    /// How log lines look: text or json
    #[arg(long, env = "WARMLINE_LOG_FORMAT", hide_env = true, value_name = "SHAPE", default_value = "text", value_parser = LogFormat::parse)]
    pub log_format: LogFormat,

    /// What is logged, in the syntax of tracing's EnvFilter
    #[arg(
        long,
        env = "WARMLINE_LOG",
        hide_env = true,
        value_name = "FILTER",
        default_value = "info"
    )]
    pub log: String,
}

/// The shape of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for log collectors
    Json,
    /// For people
    Text,
}

impl LogFormat {
    fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err("text or json"),
        }
    }
}

/// What a command prints.
#[derive(Args, Clone, Copy, Debug)]
pub struct Printing {
    /// Print one JSON object instead of text, for scripts
    #[arg(long)]
    pub json: bool,
}

/// What every command takes that works on a hub's rows.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// The rows.
    #[command(flatten)]
    pub rows: Rows,

    /// The log.
    #[command(flatten)]
    pub logging: Logging,

    /// What is printed.
    #[command(flatten)]
    pub printing: Printing,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        serving: Serving,
    }

    #[test]
    fn the_defaults_of_the_command_line_are_those_of_the_code() {
        let parsed = Line::parse_from(["warmline", "--data", "here"])
            .serving
            .config();
        let built = Config::in_folder(Path::new("here"));
        assert_eq!(format!("{parsed:?}"), format!("{built:?}"));
    }

    #[test]
    fn a_database_password_is_not_printed() {
        let line = ["warmline", "--database-url", "postgres://hub:geheim@db/hub"];
        let config = Line::parse_from(line).serving.config();
        assert!(!format!("{config:?}").contains("geheim"));
        assert!(config.database_url().contains("geheim"));
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        assert!(Line::try_parse_from(["warmline", "--tls-cert", "chain.pem"]).is_err());
    }
}
