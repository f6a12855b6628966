//! The second door: a queue of documents with something in the inbox, decided in rounds.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::time::Duration;

use sync_core::Id;
use tokio::sync::{mpsc, oneshot};

use super::live::Live;
use super::parts::Parts;
use super::round;
use store::documents::DocumentKey;

/// Documents of one round: their log rows share one commit.
const ROUND: usize = 64;
/// Wait before a round that failed for reasons of the machine is tried again.
const PAUSE: Duration = Duration::from_millis(500);

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
    parts: Parts,
    live: Live,
}

/// Opens the second door: what an earlier run left in the inbox comes first.
pub(super) fn open(parts: Parts, live: Live) -> Gate {
    let (sender, entries) = mpsc::unbounded_channel();
    let task = Task {
        entries,
        parts,
        live,
    };
    tokio::spawn(task.run());
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
    async fn run(mut self) {
        let mut queue = Queue::default();
        catch_up(&self.parts, &mut queue).await;
        let mut known = round::Known::default();
        loop {
            if queue.order.is_empty() {
                let Some(Entry { key, done }) = self.entries.recv().await else {
                    return;
                };
                queue.put(key, done);
            }
            while let Ok(Entry { key, done }) = self.entries.try_recv() {
                queue.put(key, done);
            }
            // The hub has stopped: the rest waits in the inbox for its next start.
            if self.entries.is_closed() {
                return;
            }
            let docs = queue.next();
            let settled = settle(&docs, &mut known, &self.live, &self.parts).await;
            queue.settle(docs.len(), &settled);
            if settled.len() < docs.len() {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Decides on documents, together or else each alone; answers those that need not be tried again.
async fn settle(
    docs: &[DocumentKey],
    known: &mut round::Known,
    live: &Live,
    parts: &Parts,
) -> Vec<DocumentKey> {
    let error = match round::run(docs, known, live, parts).await {
        Ok(()) => return docs.to_vec(),
        Err(error) => error,
    };
    // A fault of the machine passes.
    if error.passes() {
        tracing::error!(%error, "a round of the gate failed; it is tried again");
        return Vec::new();
    }
    // Any other lies in a document. It stays in the inbox until its next change or the next start, and holds
    // up nobody else.
    if let [(_, doc)] = docs {
        tracing::error!(%error, %doc, "a document cannot be decided on");
        return docs.to_vec();
    }
    let mut settled = Vec::new();
    for doc in docs {
        // Boxed: it is one level of recursion.
        settled.extend(Box::pin(settle(&[*doc], known, live, parts)).await);
    }
    settled
}

/// What a hub received before it stopped.
async fn catch_up(parts: &Parts, queue: &mut Queue) {
    let found = async {
        let mut tx = parts.store.read().await?;
        tx.list_inbox_documents().await
    };
    match found.await {
        Ok(docs) => docs.into_iter().for_each(|key| queue.put(key, None)),
        Err(error) => tracing::error!(%error, "the inbox could not be read at start"),
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
