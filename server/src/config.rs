//! Every setting of the hub, as command-line options or as environment variables `WARMLINE_*`.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum};

/// Settings of one hub. Options may stand before or after the command; an option beats its variable.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Folder of the database, the photos and the keys; made if it does not exist
    #[arg(
        long,
        env = "WARMLINE_DATA",
        global = true,
        value_name = "DIR",
        default_value = "data"
    )]
    pub data: PathBuf,

    /// Address and port to listen on
    #[arg(long, env = "WARMLINE_LISTEN", global = true, value_name = "ADDR:PORT", default_value_t = default_listen())]
    pub listen: SocketAddr,

    /// Database: sqlite://FILE or postgres://USER@HOST/NAME [default: a SQLite file in the data folder]
    #[arg(
        long,
        env = "WARMLINE_DATABASE_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: Option<Secret>,

    /// Photo store: file:///DIR or s3://BUCKET/PREFIX [default: a folder in the data folder]
    #[arg(
        long,
        env = "WARMLINE_BLOB_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub blob_url: Option<Secret>,

    /// Address under which phones reach the hub, for enrolment links [default: http://LISTEN]
    #[arg(long, env = "WARMLINE_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,

    /// Certificate chain (PEM); with --tls-key the hub speaks HTTPS itself
    #[arg(
        long,
        env = "WARMLINE_TLS_CERT",
        global = true,
        value_name = "FILE",
        requires = "tls_key"
    )]
    pub tls_cert: Option<PathBuf>,

    /// Private key of the certificate (PEM)
    #[arg(
        long,
        env = "WARMLINE_TLS_KEY",
        global = true,
        value_name = "FILE",
        requires = "tls_cert"
    )]
    pub tls_key: Option<PathBuf>,

    /// Processes that check records [default: one for each processor core]
    #[arg(long, env = "WARMLINE_WORKERS", global = true, value_name = "COUNT")]
    pub workers: Option<NonZeroUsize>,

    /// Program that is started as `verify-worker` [default: this program]
    #[arg(
        long,
        env = "WARMLINE_WORKER_EXE",
        global = true,
        value_name = "FILE",
        hide = true
    )]
    pub worker_exe: Option<PathBuf>,

    /// How log lines look
    #[arg(long, env = "WARMLINE_LOG_FORMAT", global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// What is logged, in the syntax of tracing's EnvFilter
    #[arg(
        long,
        env = "WARMLINE_LOG",
        global = true,
        value_name = "FILTER",
        default_value = "info"
    )]
    pub log: String,

    /// What one request or device may use.
    #[command(flatten)]
    pub limits: Limits,
}

/// Upper bounds; phones read those they must obey from `GET /v1/limits`.
#[derive(Args, Clone, Debug)]
pub struct Limits {
    /// Largest body of an ordinary request, in bytes
    #[arg(long, env = "WARMLINE_MAX_BODY_BYTES", global = true, value_name = "BYTES", default_value_t = MIB, help_heading = "Limits")]
    pub max_body_bytes: usize,

    /// Largest body of a sync request, in bytes
    #[arg(long, env = "WARMLINE_MAX_SYNC_BYTES", global = true, value_name = "BYTES", default_value_t = MIB, help_heading = "Limits")]
    pub max_sync_bytes: usize,

    /// Largest file of tickets to import, in bytes
    #[arg(long, env = "WARMLINE_MAX_IMPORT_BYTES", global = true, value_name = "BYTES", default_value_t = 20 * MIB, help_heading = "Limits")]
    pub max_import_bytes: usize,

    /// Largest photo, in bytes
    #[arg(long, env = "WARMLINE_MAX_PHOTO_BYTES", global = true, value_name = "BYTES", default_value_t = 15 * MIB, help_heading = "Limits")]
    pub max_photo_bytes: usize,

    /// Open connections; more are closed at once
    #[arg(
        long,
        env = "WARMLINE_MAX_CONNECTIONS",
        global = true,
        value_name = "COUNT",
        default_value_t = 4_000,
        help_heading = "Limits"
    )]
    pub max_connections: usize,
}

const MIB: usize = 1024 * 1024;

/// The shape of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line, for log collectors
    Json,
    /// For people
    Text,
}

/// A setting that may hold a password: never shown in logs or error messages.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The setting itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

impl Config {
    /// The defaults with everything kept under `data`; reads no environment variable.
    pub fn in_folder(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            listen: default_listen(),
            database_url: None,
            blob_url: None,
            public_url: None,
            tls_cert: None,
            tls_key: None,
            workers: None,
            worker_exe: None,
            log_format: LogFormat::Text,
            log: "info".to_owned(),
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
            max_connections: 4_000,
        }
    }
}

const fn default_listen() -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn the_defaults_of_the_command_line_are_those_of_the_code() {
        let parsed = Line::parse_from(["warmline", "--data", "here"]).config;
        let built = Config::in_folder(Path::new("here"));
        assert_eq!(format!("{parsed:?}"), format!("{built:?}"));
    }

    #[test]
    fn a_database_password_is_not_printed() {
        let line = ["warmline", "--database-url", "postgres://hub:geheim@db/hub"];
        let config = Line::parse_from(line).config;
        assert!(!format!("{config:?}").contains("geheim"));
        assert!(config.database_url().contains("geheim"));
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        assert!(Line::try_parse_from(["warmline", "--tls-cert", "chain.pem"]).is_err());
    }
}
