//! A stretch of bad network: a TCP relay in front of the hub that drops connections after a random number
//! of bytes of the request or of the answer.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::tally::Tally;
use sync_core::chance::Chance;

/// The relay; it ends when this is dropped.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    hub: SocketAddr,
    calm: AtomicBool,
    up: AtomicU64,
    down: AtomicU64,
    tally: Arc<Tally>,
}

impl Relay {
    /// Begins to relay to `hub` from a free port of this machine.
    ///
    /// # Errors
    /// If no port is to be had.
    pub async fn start(hub: SocketAddr, seed: u64, tally: Arc<Tally>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            hub,
            calm: AtomicBool::new(false),
            up: AtomicU64::new(0),
            down: AtomicU64::new(0),
            tally,
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared), seed));
        Ok(Self {
            address,
            shared,
            accepting,
        })
    }

    /// Where devices connect.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts nothing from now on, also on connections that are open.
    pub fn calm_down(&self) {
        self.shared.calm.store(true, Ordering::Relaxed);
    }

    /// Bytes relayed to the hub and from it.
    pub fn bytes(&self) -> (u64, u64) {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (read(&self.shared.up), read(&self.shared.down))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, seed: u64) {
    let mut chance = Chance::new(seed, u64::MAX);
    loop {
        let Ok((device, _)) = listener.accept().await else {
            // Out of file handles: those in use come back.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let fate = Fate::draw(&mut chance);
        tokio::spawn(relay(device, fate, Arc::clone(&shared)));
    }
}

/// After how many bytes a connection is cut, each way.
#[derive(Clone, Copy, Debug)]
struct Fate {
    up: u64,
    down: u64,
}

impl Fate {
    /// Every connection is cut some day, half of them on the way up: after a few bytes or half a megabyte.
    fn draw(chance: &mut Chance) -> Self {
        let most = 32 << chance.below(15);
        let (cut, whole) = (1 + chance.below(most), u64::MAX);
        if chance.one_in(2) {
            Self {
                up: cut,
                down: whole,
            }
        } else {
            Self {
                up: whole,
                down: cut,
            }
        }
    }
}

async fn relay(device: TcpStream, fate: Fate, shared: Arc<Shared>) {
    // A hub that is down is a connection that ends at once.
    let Ok(hub) = TcpStream::connect(shared.hub).await else {
        return;
    };
    let _ = (device.set_nodelay(true), hub.set_nodelay(true));
    let (from_device, to_device) = device.into_split();
    let (from_hub, to_hub) = hub.into_split();
    let up = pump(from_device, to_hub, fate.up, &shared, |shared| &shared.up);
    let down = pump(from_hub, to_device, fate.down, &shared, |shared| {
        &shared.down
    });
    // The first way that is cut takes the other with it; a way that ends well leaves the other running.
    tokio::pin!(up, down);
    let cut = tokio::select! {
        cut = &mut up => cut || down.await,
        cut = &mut down => cut || up.await,
    };
    if cut {
        shared.tally.count(|counters| &counters.cuts);
    }
}

/// Passes bytes on; true when the connection was cut on purpose.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut left: u64,
    shared: &Shared,
    counter: fn(&Shared) -> &AtomicU64,
) -> bool {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Ok(read @ 1..) = from.read(&mut buffer).await else {
            let _ = to.shutdown().await;
            return false;
        };
        let calm = shared.calm.load(Ordering::Relaxed);
        let passed = if calm {
            read
        } else {
            usize::try_from(left).unwrap_or(read).min(read)
        };
        let bytes = buffer.get(..passed).unwrap_or_default();
        counter(shared).fetch_add(passed as u64, Ordering::Relaxed);
        if to.write_all(bytes).await.is_err() {
            return false;
        }
        left = left.saturating_sub(passed as u64);
        if left == 0 && !calm {
            return true;
        }
    }
}
