//! One writer, a hundred listeners.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use simulator::tally::Latency;
use sync_core::Id;
use sync_core::protocol::{self, Frame};
use tokio::task::JoinSet;

use crate::hub::{Hub, Usage};
use crate::phones::Phone;

pub(crate) const LISTENERS: usize = 100;
const EVERY: Duration = Duration::from_millis(10);
const CHANGES: usize = 1_000;

/// When the change to each document was sent, and how long listeners waited for it.
type Sent = Arc<Mutex<HashMap<Id, Instant>>>;

/// Latencies from the push to each listener, and what it cost.
pub(crate) async fn run(
    hub: &Hub,
    writers: Vec<Phone>,
    listeners: &[Phone],
) -> (Latency, Usage, Usage) {
    let sent: Sent = Sent::default();
    let mut hearing = JoinSet::new();
    for phone in listeners {
        // A connection of its own each.
        let line = phone.line.on_its_own().expect("a line");
        let cursor = phone.cursor.clone().expect("a phone in step");
        let mut stream = line.live(&cursor).await.expect("a channel");
        let sent = Arc::clone(&sent);
        hearing.spawn(async move {
            let mut waited = Vec::with_capacity(CHANGES);
            while waited.len() < CHANGES {
                let next = tokio::time::timeout(Duration::from_secs(20), stream.next_frame()).await;
                let Ok(Ok(Some(frame))) = next else { break };
                let now = Instant::now();
                if let Frame::Changes(changes) =
                    protocol::decode_frame(&frame).expect("a frame").frame
                {
                    let sent = sent.lock().expect("the times").get(&changes.doc).copied();
                    waited.extend(sent.map(|sent| now - sent));
                }
            }
            waited
        });
    }
    let before = hub.usage();
    write(writers, sent).await;
    let waited: Vec<Vec<Duration>> = hearing.join_all().await;
    let heard: usize = waited.iter().map(Vec::len).sum();
    assert_eq!(heard, LISTENERS * CHANGES, "listeners missed changes");
    (Latency::of(waited.concat()), before, hub.usage())
}

/// Each change goes to another document and is sent on its own, at its time, whatever became of the last.
async fn write(writers: Vec<Phone>, sent: Sent) {
    let mut ticks = tokio::time::interval(EVERY);
    let mut sending = JoinSet::new();
    let mut free = writers;
    for number in 0..CHANGES {
        ticks.tick().await;
        while let Some(done) = sending.try_join_next() {
            free.push(done.expect("a writer"));
        }
        let mut phone = match free.is_empty() {
            false => free.remove(0),
            true => sending
                .join_next()
                .await
                .expect("a writer")
                .expect("a writer"),
        };
        let sent = Arc::clone(&sent);
        sending.spawn(async move {
            let doc = phone.change_next(&format!("第 {number} 次"));
            let body = phone.body(1);
            sent.lock().expect("the times").insert(doc, Instant::now());
            phone.send(body).await;
            phone
        });
    }
    sending.join_all().await;
}
