//! Sockets, TLS and the orderly end of a hub.

use std::future::{Ready, ready};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::Handle;
use axum_server::accept::{Accept, TcpConfigAcceptor, TcpKeepaliveConfig, TcpSocketConfig};
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use basis::{Pulse, Share, Shares};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Layer as _;

use crate::address::{Address, Network, Peer};
use crate::app::App;
use crate::census::count_photos;
use crate::config::Config;
use crate::inbox;
use crate::router::router;

/// How long a client may take for a request's headers: a drip of bytes must not hold a socket.
const HEADER_PATIENCE: Duration = Duration::from_secs(10);
/// How long requests in progress may take to end once the hub is told to stop.
const FAREWELL: Duration = Duration::from_secs(10);
/// Requests that one HTTP/2 connection may have at once: more than a phone or a page ever has.
const STREAMS: u32 = 16;
/// How often uploads that were given up are looked for.
const SWEEP: Duration = Duration::from_secs(3600);
/// Between two looks at how far the history has come.
const MARK: Duration = Duration::from_secs(1);
/// Between two counts of the photos.
const COUNT: Duration = Duration::from_secs(24 * 3600);
/// Connections the kernel keeps waiting: at eight in the morning all phones come at once.
const BACKLOG: u32 = 1024;

/// Opens the listening socket with a backlog of 1,024.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// Serves `app` on `listener` until `shutdown` is done, then ends requests in progress. An error when a task in the
/// background only panics: a program that starts anew may do better.
///
/// Not `axum::serve`: that one installs no timer, so hyper's header timeout would never fire.
pub async fn run(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let handle = Handle::new();
    let stopping = handle.clone();
    let watch = app.watch().clone();
    let watching = watch.clone();
    let waiting = tokio::spawn(async move {
        tokio::select! {
            () = shutdown => {}
            _ = watching.given_up() => {}
        }
        stopping.graceful_shutdown(Some(FAREWELL));
    });

    let thumbnails = app.watch().task("thumbnails");
    let background = tokio::spawn(app.thumbnailer().clone().run(thumbnails));
    let sweeping = tokio::spawn(sweep(app.clone()));
    let counting = tokio::spawn(count(app.clone(), app.watch().task("photos")));
    let mark_pulse = app.watch().task("mark");
    let marking = tokio::spawn(mark(app.clone(), mark_pulse.clone()));
    let noting = tokio::spawn(note(app.clone()));
    let dropping = tokio::spawn(inbox::watch(app.clone(), app.watch().task("inbox")));
    let deadlines = app.watch().task("deadlines");
    let looking = tokio::spawn(crate::deadlines::sweep::run(app.clone(), deadlines));

    let tls = tls(&app).await?;
    let places = Places::new(app.config());
    let service = router(app.clone()).into_make_service();
    let mut server = axum_server::from_tcp(listener)?
        .handle(handle)
        .first_request_timeout(HEADER_PATIENCE);
    let http = server.http_builder();
    http.http1().header_read_timeout(HEADER_PATIENCE);
    http.http2()
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(Duration::from_secs(20));

    let served = match tls {
        Some(tls) => {
            server
                .acceptor(RustlsAcceptor::new(tls).acceptor(places))
                .serve(service)
                .await
        }
        None => server.acceptor(places).serve(service).await,
    };
    waiting.abort();
    background.abort();
    sweeping.abort();
    counting.abort();
    looking.abort();
    marking.abort();
    dropping.abort();
    write_mark(&app, &mark_pulse).await;
    noting.abort();
    if let Err(error) = app.notes().flush(app.store()).await {
        tracing::error!(%error, "the last notes for the audit log are lost");
    }
    match watch.tasks().iter().find(|task| task.is_given_up()) {
        Some(task) => Err(io::Error::other(format!(
            "the task '{}' only panics; the log says where",
            task.name()
        ))),
        None => served,
    }
}

/// Writes to the audit log what requests have noted. Never ends.
async fn note(app: App) {
    let pulse = app.watch().task("notes");
    app.notes().run(app.store(), pulse).await;
}

/// Deletes uploads that were given up, every hour. Never ends.
async fn sweep(app: App) {
    loop {
        tokio::time::sleep(SWEEP).await;
        if let Err(error) = app.uploads().sweep().await {
            tracing::warn!(%error, "uploads that were given up could not be deleted");
        }
    }
}

/// Counts the photos at the start and every day. Ends only if it always panics.
async fn count(app: App, pulse: Pulse) {
    while !pulse.is_given_up() {
        if let Some(Err(error)) = pulse.attempt(count_photos(&app)).await {
            tracing::warn!(?error, "the photos could not be counted");
        }
        tokio::time::sleep(COUNT).await;
    }
}

/// Notes how far the history has come, every second in which it does. Ends only if it always panics.
async fn mark(app: App, pulse: Pulse) {
    while !pulse.is_given_up() {
        tokio::time::sleep(MARK).await;
        write_mark(&app, &pulse).await;
    }
}

async fn write_mark(app: &App, pulse: &Pulse) {
    if let Some(Err(error)) = pulse.attempt(app.write_mark()).await {
        tracing::warn!(%error, "timeline.mark stays behind");
    }
}

async fn tls(app: &App) -> io::Result<Option<RustlsConfig>> {
    let config = app.config();
    match (&config.tls_cert, &config.tls_key) {
        (Some(certificate), Some(key)) => RustlsConfig::from_pem_file(certificate, key)
            .await
            .map(Some),
        _ => Ok(None),
    }
}

/// Bounds the open connections, all and those of one address: one too many is closed at once, so that those
/// that are open are served.
#[derive(Clone)]
struct Places {
    free: Arc<Semaphore>,
    shares: Shares<Address>,
    /// Everybody behind a proxy comes over its connections.
    proxies: Arc<[Network]>,
    tcp: TcpConfigAcceptor,
}

/// Kept by a connection's service until the connection ends.
#[derive(Clone)]
struct Place {
    _place: Arc<OwnedSemaphorePermit>,
    _share: Arc<Option<Share<Address>>>,
}

impl Places {
    fn new(config: &Config) -> Self {
        // A phone that lost its signal says nothing; without probes its connection would stay for ever.
        let probes = TcpKeepaliveConfig::new()
            .time(Duration::from_secs(60))
            .interval(Duration::from_secs(20))
            .retries(3);
        let socket = TcpSocketConfig::new().nodelay(true).keepalive(probes);
        Self {
            free: Arc::new(Semaphore::new(config.limits.max_connections)),
            shares: Shares::new(config.limits.max_connections_each),
            proxies: config.trusted_proxies.as_slice().into(),
            tcp: TcpConfigAcceptor::new(socket),
        }
    }

    /// A place for a connection from `peer`.
    fn take(&self, peer: IpAddr) -> io::Result<Place> {
        let address = Address::of(peer);
        let is_free =
            address.is_here() || self.proxies.iter().any(|network| network.contains(peer));
        let share = if is_free {
            None
        } else {
            let share = self.shares.take(address);
            Some(share.ok_or_else(|| io::Error::other("too many connections of one address"))?)
        };
        let place = Arc::clone(&self.free)
            .try_acquire_owned()
            .map_err(|_| io::Error::other("too many connections"))?;
        Ok(Place {
            _place: Arc::new(place),
            _share: Arc::new(share),
        })
    }
}

impl<S> Accept<TcpStream, S> for Places {
    type Stream = TcpStream;
    type Service = AddExtension<AddExtension<S, Peer>, Place>;
    type Future = Ready<io::Result<(TcpStream, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let taken = stream.peer_addr().and_then(|peer| {
            let ip = peer.ip();
            Ok((self.take(ip)?, Peer(ip)))
        });
        let (place, peer) = match taken {
            Ok(taken) => taken,
            Err(error) => return ready(Err(error)),
        };
        let service = Extension(place).layer(Extension(peer).layer(service));
        self.tcp.accept(stream, service)
    }
}
