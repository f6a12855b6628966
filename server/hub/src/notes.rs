//! Notes of what was read and what was refused. They cost the request nothing: one task writes them, and the same
//! person with the same thing is one row in ten minutes, so that nobody fills the log by asking in a loop.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use basis::Pulse;
use store::Db;
use store::audit::AuditEntry;
use sync_core::{Id, Timestamp};
use tokio::sync::Notify;

/// For how long the same act of the same person is one row.
const WINDOW_MILLIS: i64 = 10 * 60 * 1000;
/// Acts that are remembered as noted. Beyond, all are forgotten: a row too many is better than one too few.
const REMEMBERED: usize = 20_000;
/// Notes that wait for the database. Beyond, they are counted, and the count becomes a row.
const WAITING: usize = 20_000;
/// Notes of one transaction: other writers of the sub-district wait for it.
const AT_ONCE: usize = 200;
/// Before another try when the database does not take them.
const PAUSE: Duration = Duration::from_secs(1);

/// What waits to be written to the audit log.
#[derive(Debug, Default)]
pub struct Notes {
    state: Mutex<State>,
    some: Notify,
    /// Held by whoever writes: a note is written once.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    noted: HashMap<Same, Timestamp>,
    waiting: VecDeque<AuditEntry>,
    lost: BTreeMap<Id, u64>,
}

/// What makes two acts one row.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Same {
    tenant: Id,
    person: Option<Id>,
    act: String,
    object: String,
    result: String,
}

impl Notes {
    /// Has the act written down, unless the same was within the last ten minutes.
    pub fn note(&self, entry: AuditEntry) {
        let same = Same {
            tenant: entry.tenant,
            person: entry.person,
            act: entry.act.clone(),
            object: entry.object.clone(),
            result: entry.result.clone(),
        };
        let mut state = self.state();
        let is_fresh = |at: &Timestamp| entry.at.millis_since(*at).abs() < WINDOW_MILLIS;
        if state.noted.get(&same).is_some_and(is_fresh) {
            return;
        }
        if state.noted.len() >= REMEMBERED {
            state.noted.retain(|_, at| is_fresh(at));
            if state.noted.len() >= REMEMBERED {
                state.noted.clear();
            }
        }
        state.noted.insert(same, entry.at);
        if state.waiting.len() < WAITING {
            state.waiting.push_back(entry);
        } else {
            *state.lost.entry(entry.tenant).or_default() += 1;
        }
        drop(state);
        self.some.notify_one();
    }

    /// Writes notes as they come. Never ends.
    pub(crate) async fn run(&self, store: &Db, pulse: Pulse) {
        loop {
            self.some.notified().await;
            pulse.beat();
            match pulse.attempt(self.flush(store)).await {
                Some(Ok(())) => pulse.succeed(),
                Some(Err(error)) => {
                    tracing::warn!(%error, "notes for the audit log wait for the database");
                    pulse.rest();
                    tokio::time::sleep(PAUSE).await;
                    self.some.notify_one();
                }
                None if pulse.is_given_up() => return,
                None => self.some.notify_one(),
            }
            pulse.rest();
        }
    }

    /// Writes everything that waits.
    pub async fn flush(&self, store: &Db) -> Result<(), store::Error> {
        let _one_writer = self.writing.lock().await;
        loop {
            let (taken, notes) = self.next();
            let Some(first) = notes.first() else {
                return Ok(());
            };
            let lost = self.lost_of(first);
            let mut tx = store.begin().await?;
            for entry in notes.iter().chain(&lost) {
                tx.append_audit(entry).await?;
            }
            tx.commit().await?;
            // Only now: what fails before waits for the next try.
            let mut state = self.state();
            state.waiting.drain(..taken);
            if lost.is_some() {
                state.lost.remove(&first.tenant);
            }
        }
    }

    /// The oldest notes, all of one sub-district: a transaction never waits for two.
    fn next(&self) -> (usize, Vec<AuditEntry>) {
        let state = self.state();
        let tenant = state.waiting.front().map(|entry| entry.tenant);
        let notes: Vec<AuditEntry> = state
            .waiting
            .iter()
            .take(AT_ONCE)
            .take_while(|entry| Some(entry.tenant) == tenant)
            .cloned()
            .collect();
        (notes.len(), notes)
    }

    /// A row that says how many notes there was no room for.
    fn lost_of(&self, first: &AuditEntry) -> Option<AuditEntry> {
        let count = *self.state().lost.get(&first.tenant)?;
        Some(AuditEntry {
            tenant: first.tenant,
            at: first.at,
            person: None,
            device: None,
            act: "audit.gap".to_owned(),
            object: format!("rows/{count}"),
            result: "ok".to_owned(),
            request_id: String::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(person: u8, object: &str, at: i64) -> AuditEntry {
        AuditEntry {
            tenant: Id::from_bytes([1; 16]),
            at: Timestamp::from_millis(at),
            person: Some(Id::from_bytes([person; 16])),
            device: None,
            act: "ticket.read".to_owned(),
            object: object.to_owned(),
            result: "ok".to_owned(),
            request_id: String::new(),
        }
    }

    fn waiting(notes: &Notes) -> usize {
        notes.state().waiting.len()
    }

    #[test]
    fn the_same_is_noted_once_in_ten_minutes() {
        let notes = Notes::default();
        for (person, object, at, rows) in [
            (1, "ticket/a", 0, 1),
            (1, "ticket/a", WINDOW_MILLIS - 1, 1),
            (2, "ticket/a", 5, 2),
            (1, "ticket/b", 5, 3),
            (1, "ticket/a", WINDOW_MILLIS, 4),
        ] {
            notes.note(entry(person, object, at));
            assert_eq!(waiting(&notes), rows, "{person} {object} {at}");
        }
    }

    #[test]
    fn whoever_asks_for_ever_new_things_fills_no_memory_and_what_has_no_room_is_counted() {
        let notes = Notes::default();
        for n in 0..WAITING + 7 {
            notes.note(entry(1, &n.to_string(), 0));
        }
        let state = notes.state();
        assert_eq!(state.waiting.len(), WAITING);
        assert!(state.noted.len() <= REMEMBERED);
        assert_eq!(state.lost.values().sum::<u64>(), 7);
    }
}
