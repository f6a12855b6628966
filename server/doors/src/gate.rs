//! The second door: a queue of documents with something in the inbox, decided in rounds. What waits in the inbox and
//! in no queue, because its hub died or could not decide on it, is found by a look at the inbox now and then.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::time::{Duration, Instant};

use basis::{Again, Pulse};
use sync_core::Id;
use tokio::sync::{mpsc, oneshot};

use super::live::Live;
use super::parts::{GATE, Parts};
use super::round;
use super::verify::RoundError;
use store::documents::DocumentKey;

/// Documents of one round: their log rows share one commit.
const ROUND: usize = 64;
/// Wait before a round that failed for reasons of the machine is tried again; it doubles as long as rounds fail.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Where documents queue for admission.
#[derive(Clone)]
pub struct Gate(mpsc::UnboundedSender<Entry>);

struct Entry {
    key: DocumentKey,
    done: Option<oneshot::Sender<()>>,
}

/// Decides until the last [`Gate`] is dropped.
struct Task {
    entries: mpsc::UnboundedReceiver<Entry>,
    queue: Queue,
    known: round::Known,
    pause: Duration,
    looks: Looks,
    parts: Parts,
    live: Live,
    pulse: Pulse,
}

/// Looks at the inbox for what is in no queue.
struct Looks {
    /// The first one finds what an earlier run left: all of it.
    first: bool,
    next: Instant,
    again: Again<DocumentKey>,
}

/// Opens the second door: what an earlier run left in the inbox comes first.
pub(super) fn open(parts: Parts, live: Live) -> Gate {
    let (sender, entries) = mpsc::unbounded_channel();
    let task = Task {
        entries,
        queue: Queue::default(),
        known: round::Known::default(),
        pause: PAUSE,
        looks: Looks {
            first: true,
            next: Instant::now(),
            again: Again::new(parts.sweep.every),
        },
        pulse: parts.watch.task(GATE),
        parts,
        live,
    };
    tokio::spawn(task.keep());
    Gate(sender)
}

impl Gate {
    /// Queues documents of a sub-district; wait for the answer to know that all of them have been decided.
    pub fn submit(&self, tenant: Id, docs: &[Id]) -> Decided {
        let mut waits = Vec::with_capacity(docs.len());
        for doc in docs {
            let (done, wait) = oneshot::channel();
            // A closed gate belongs to a hub that is stopping: the inbox keeps the rest for the next start.
            if self
                .0
                .send(Entry {
                    key: (tenant, *doc),
                    done: Some(done),
                })
                .is_ok()
            {
                waits.push(wait);
            }
        }
        Decided(waits)
    }
}

/// Documents on their way through the gate. Waiting ends when the last has been decided; not waiting changes
/// nothing for them.
#[derive(Debug, Default)]
#[must_use = "wait for it, or drop it by name"]
pub struct Decided(Vec<oneshot::Receiver<()>>);

impl IntoFuture for Decided {
    type Output = ();
    type IntoFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            for wait in self.0 {
                // A closed gate belongs to a hub that is stopping.
                let _ = wait.await;
            }
        })
    }
}

/// Documents that wait, in the order in which they came.
#[derive(Default)]
struct Queue {
    order: VecDeque<DocumentKey>,
    waits: HashMap<DocumentKey, Vec<oneshot::Sender<()>>>,
}

impl Queue {
    fn put(&mut self, key: DocumentKey, done: Option<oneshot::Sender<()>>) {
        let waits = self.waits.entry(key).or_insert_with(|| {
            self.order.push_back(key);
            Vec::new()
        });
        waits.extend(done);
    }

    /// The next documents; they stay until they are taken off.
    fn next(&self) -> Vec<DocumentKey> {
        self.order.iter().take(ROUND).copied().collect()
    }

    /// Takes off what is settled, whose turn it was, and tells those who wait for it. The rest of the turn is
    /// tried again behind the others.
    fn settle(&mut self, turn: usize, settled: &[DocumentKey]) {
        for key in self.order.drain(..turn).collect::<Vec<_>>() {
            if !settled.contains(&key) {
                self.order.push_back(key);
                continue;
            }
            for done in self.waits.remove(&key).into_iter().flatten() {
                let _ = done.send(());
            }
        }
    }
}

impl Task {
    /// Decides, whatever happens in a round: the queue stays.
    async fn keep(mut self) {
        let pulse = self.pulse.clone();
        while pulse.attempt(self.run()).await.is_none() && !pulse.is_given_up() {}
    }

    async fn run(&mut self) {
        loop {
            if self.looks.next <= Instant::now() {
                self.look().await;
            }
            if self.queue.order.is_empty() {
                self.pulse.rest();
                tokio::select! {
                    entry = self.entries.recv() => match entry {
                        Some(Entry { key, done }) => self.queue.put(key, done),
                        None => return,
                    },
                    () = tokio::time::sleep_until(self.looks.next.into()) => continue,
                }
            }
            while let Ok(Entry { key, done }) = self.entries.try_recv() {
                self.queue.put(key, done);
            }
            // The hub has stopped: the rest waits in the inbox for its next start.
            if self.entries.is_closed() {
                return;
            }
            self.pulse.beat();
            let docs = self.queue.next();
            let settled = self.settle(&docs).await;
            self.queue.settle(docs.len(), &settled);
            if settled.len() < docs.len() {
                tokio::time::sleep(self.pause).await;
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            } else {
                self.pause = PAUSE;
            }
        }
    }

    /// Decides on documents, together or else each alone; answers those that need not be tried again.
    async fn settle(&mut self, docs: &[DocumentKey]) -> Vec<DocumentKey> {
        let error = match self.round(docs).await {
            Ok(()) => return docs.to_vec(),
            Err(error) => error,
        };
        // A fault of the machine passes.
        if error.passes() {
            tracing::error!(%error, "a round of the gate failed; it is tried again");
            return Vec::new();
        }
        // Any other lies in a document. It stays in the inbox until its next change or a later look, and holds up
        // nobody else.
        if let [(_, doc)] = docs {
            tracing::error!(%error, %doc, "a document cannot be decided on for now");
            return docs.to_vec();
        }
        let mut settled = Vec::new();
        for doc in docs {
            // Boxed: it is one level of recursion.
            settled.extend(Box::pin(self.settle(&[*doc])).await);
        }
        settled
    }

    async fn round(&mut self, docs: &[DocumentKey]) -> Result<(), RoundError> {
        let mut known = std::mem::take(&mut self.known);
        let round = async {
            let done = round::run(docs, &mut known, &self.live, &self.parts).await;
            (known, done)
        };
        // What the gate knew may be half of something after a panic: it begins with nothing.
        let Some((known, done)) = self.pulse.attempt(round).await else {
            return Err(RoundError::Panic);
        };
        self.known = known;
        done.inspect(|()| self.pulse.succeed())
    }

    /// Queues what waits in the inbox and in no queue.
    async fn look(&mut self) {
        let now = Instant::now();
        self.looks.next = now + self.parts.sweep.every;
        let age = if self.looks.first {
            Duration::ZERO
        } else {
            self.parts.sweep.older_than
        };
        let found = async {
            let mut tx = self.parts.store.read().await?;
            tx.list_inbox_documents(age).await
        };
        match found.await {
            Ok(docs) => {
                self.looks.first = false;
                self.pulse.succeed();
                for key in self.looks.again.look(&docs, now, true) {
                    self.queue.put(key, None);
                }
            }
            Err(error) => {
                tracing::error!(%error, "the inbox could not be looked at; it is tried again");
                self.looks.next = now + self.pause;
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_came_first_is_decided_first_and_what_failed_goes_behind() {
        let mut queue = Queue::default();
        let tenant = Id::from_bytes([255; 16]);
        let docs: Vec<DocumentKey> = (0..100)
            .map(|n| (tenant, Id::from_bytes([n; 16])))
            .collect();
        for doc in docs.iter().chain(&docs) {
            queue.put(*doc, None);
        }
        let turn = queue.next();
        assert_eq!(turn, docs[..ROUND]);
        queue.settle(turn.len(), &turn[1..]);
        let rest = queue.next();
        assert_eq!(rest[..], [&docs[ROUND..], &docs[..1]].concat());
    }
}
