//! A hub on a socket of this machine.

use std::net::SocketAddr;

use hub::App;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A hub on a socket; stops when it is dropped.
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    running: JoinHandle<std::io::Result<()>>,
    stop: oneshot::Sender<()>,
}

impl Served {
    pub(super) fn start(app: App) -> Self {
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = hub::serve::listen(local).expect("a free port");
        let address = listener.local_addr().expect("the port has a number");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            // The sender is dropped with `Served`.
            let _ = stopped.await;
        };
        let running = tokio::spawn(async move { hub::run(listener, app, shutdown).await });
        Self {
            address,
            running,
            stop,
        }
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Waits until the hub ends by itself.
    ///
    /// # Errors
    /// What the program would end with.
    pub async fn end(self) -> std::io::Result<()> {
        let ended = self.running.await.expect("the hub does not panic");
        drop(self.stop);
        ended
    }

    /// Stops the hub as SIGTERM does and waits until requests in progress have ended.
    pub async fn stop(self) {
        drop(self.stop);
        self.running
            .await
            .expect("the hub does not panic")
            .expect("the hub ends well");
    }
}
