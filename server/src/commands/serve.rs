//! `warmline serve`: the hub itself.

use std::io::Write;

use history::{FolderError, FolderLock};
use hub::app::{App, OpenError};
use hub::serve;

use crate::options::{Logging, Printing, Serving};

/// Options of `serve`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The hub.
    #[command(flatten)]
    pub serving: Serving,

    /// The log.
    #[command(flatten)]
    pub logging: Logging,

    /// What is printed.
    #[command(flatten)]
    pub printing: Printing,
}

const EXAMPLES: &str = "\
Examples:
  warmline serve
  warmline serve --data /var/lib/warmline --listen 0.0.0.0:8080 --public-url https://warmline.example
  warmline serve --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem
  WARMLINE_DATABASE_URL=postgres://warmline@db/warmline warmline serve --log-format json

Stops on SIGTERM or Ctrl-C after the requests in progress have ended. Ends with 1 when a task in the background only
panics (five times within a minute): let whatever started it start it again.";

/// Why serving ended badly.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not ours, or the certificate cannot be read.
    #[error("cannot serve on {address}")]
    Listen {
        /// Where it should have listened.
        address: std::net::SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another hub has the data folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The hub cannot start.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Serves until SIGTERM or Ctrl-C.
pub async fn run(args: Args) -> Result<(), ServeError> {
    let config = args.serving.config();
    let address = config.listen;
    let is_https = config.is_https();
    let failed = |source| ServeError::Listen { address, source };

    allow_descriptors(config.limits.max_connections);
    // Hubs that share a PostgreSQL may share a folder; a SQLite file and what lies beside it is one hub's.
    let is_shared = config.database_url().starts_with("postgres");
    let lock = (!is_shared).then(|| FolderLock::take(&config.data));
    let _lock = lock.transpose()?;
    let app = App::open(config).await?;
    let listener = serve::listen(address).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    if !bound.ip().is_loopback() && !is_https {
        warn_of_plain_text(bound);
    }
    announce(bound, args.printing.json);
    serve::run(listener, app, stop_signal())
        .await
        .map_err(failed)
}

/// Raises the soft limit of open files as far as the hard limit allows: most systems start programs with
/// 1,024, which the phones of one morning exceed.
fn allow_descriptors(connections: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // Beside connections: the database, photos and the pipes of workers.
    let wanted = u64::try_from(connections.saturating_add(1024)).unwrap_or(u64::MAX);
    let limit = getrlimit(Resource::Nofile);
    let reachable = limit.maximum.map_or(wanted, |most| most.min(wanted));
    if limit.current.is_some_and(|now| now < reachable) {
        let raised = Rlimit {
            current: Some(reachable),
            maximum: limit.maximum,
        };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the limit of open files stays low");
        }
    }
    if reachable < wanted {
        tracing::warn!(
            reachable,
            wanted,
            "few files can be open: raise the hard limit (ulimit -n)"
        );
    }
}

/// Passwords and records would cross the network for everybody to read, and browsers lend a page without HTTPS neither the
/// camera nor a store that works offline. Not refused: a proxy may stand in front of it unannounced.
fn warn_of_plain_text(address: std::net::SocketAddr) {
    let line = format!(
        "警告：{address} 没有加密，别的机器发来的密码和记录能被旁人读到，手机也不能离线使用；请用 --tls-cert 和 --tls-key，\
         或放在 HTTPS 代理后面并写明 --public-url https://…\n\
         warning: {address} is not encrypted: give --tls-cert and --tls-key, or --public-url https://… of the proxy before it"
    );
    // A closed standard error is no reason not to serve.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Says where the hub listens; scripts wait for this line.
fn announce(address: std::net::SocketAddr, json: bool) {
    let line = if json {
        serde_json::json!({ "listening": address.to_string() }).to_string()
    } else {
        format!("Listening on {address}")
    };
    // A closed standard output is no reason not to serve.
    let _ = writeln!(std::io::stdout(), "{line}");
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        // Without a handler SIGTERM ends the process at once, which loses nothing that was answered.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping");
}
