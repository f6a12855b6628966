//! The second door: a queue of documents with something in the inbox, decided in rounds.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Weak;
use std::time::Duration;

use sync_core::Id;
use tokio::sync::{mpsc, oneshot};

use super::round;
use crate::app::{App, Inner};

/// Documents of one round: their log rows share one commit.
const ROUND: usize = 64;
/// Wait before a round that failed for reasons of the machine is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// Where documents queue for admission.
#[derive(Clone)]
pub struct Gate(mpsc::UnboundedSender<Entry>);

struct Entry {
    doc: Id,
    done: Option<oneshot::Sender<()>>,
}

pub(super) struct Task(mpsc::UnboundedReceiver<Entry>);

pub(super) fn channel() -> (Gate, Task) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (Gate(sender), Task(receiver))
}

impl Gate {
    /// Queues documents; wait for the answer to know that all of them have been decided.
    pub fn submit(&self, docs: &[Id]) -> Decided {
        let mut waits = Vec::with_capacity(docs.len());
        for doc in docs {
            let (done, wait) = oneshot::channel();
            // A closed gate belongs to a hub that is stopping: the inbox keeps the rest for the next start.
            if self
                .0
                .send(Entry {
                    doc: *doc,
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

type Queue = HashMap<Id, Vec<oneshot::Sender<()>>>;

impl Task {
    pub(super) async fn run(mut self, app: Weak<Inner>) {
        let mut queue = Queue::new();
        if let Some(app) = super::upgrade(&app) {
            catch_up(&app, &mut queue).await;
        }
        let mut known = round::Known::default();
        loop {
            if queue.is_empty() {
                let Some(entry) = self.0.recv().await else {
                    return;
                };
                enqueue(&mut queue, entry);
            }
            while let Ok(entry) = self.0.try_recv() {
                enqueue(&mut queue, entry);
            }
            let Some(app) = super::upgrade(&app) else {
                return;
            };
            let docs: Vec<Id> = queue.keys().take(ROUND).copied().collect();
            let settled = settle(&app, &docs, &mut known).await;
            drop(app);
            for done in settled.iter().filter_map(|doc| queue.remove(doc)).flatten() {
                let _ = done.send(());
            }
            if settled.len() < docs.len() {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Decides on documents, together or else each alone; answers those that need not be tried again.
async fn settle(app: &App, docs: &[Id], known: &mut round::Known) -> Vec<Id> {
    let error = match round::run(app, docs, known).await {
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
    if let [doc] = docs {
        tracing::error!(%error, %doc, "a document cannot be decided on");
        return docs.to_vec();
    }
    let mut settled = Vec::new();
    for doc in docs {
        // Boxed: it is one level of recursion.
        settled.extend(Box::pin(settle(app, &[*doc], known)).await);
    }
    settled
}

fn enqueue(queue: &mut Queue, entry: Entry) {
    queue.entry(entry.doc).or_default().extend(entry.done);
}

/// What a hub received before it stopped.
async fn catch_up(app: &App, queue: &mut Queue) {
    let found = async {
        let mut tx = app.store().read().await?;
        tx.list_inbox_documents().await
    };
    match found.await {
        Ok(docs) => queue.extend(docs.into_iter().map(|doc| (doc, Vec::new()))),
        Err(error) => tracing::error!(%error, "the inbox could not be read at start"),
    }
}
