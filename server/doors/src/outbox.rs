//! What the other hubs of the database have to be told, until somebody tells them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sync_core::Id;
use tokio::sync::Notify;

/// What something that is told is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Tickets and visits.
    Records,
    /// What of them the office alone shows: photos that have arrived, what was put aside.
    Office,
    /// Accounts and devices; phones do not show them.
    People,
}

/// What changed in one sub-district.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct News {
    /// Whose tickets and visits; empty for everybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) records: Option<BTreeSet<Id>>,
    /// What the office alone shows of them.
    #[serde(default)]
    pub(super) office: bool,
    /// Accounts and devices.
    #[serde(default)]
    pub(super) people: bool,
}

/// News by sub-district. It cannot run over: a thousand events about the same people are one entry.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: Mutex<BTreeMap<Id, News>>,
    filled: Notify,
}

impl Outbox {
    pub(super) fn put(&self, tenant: Id, topic: Topic, principals: &[Id]) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.entry(tenant).or_default().add(topic, principals);
        drop(waiting);
        self.filled.notify_one();
    }

    /// Puts back what could not be sent.
    pub(super) fn put_back(&self, tenant: Id, news: News) {
        if let Some(principals) = news.records {
            let principals: Vec<Id> = principals.into_iter().collect();
            self.put(tenant, Topic::Records, &principals);
        }
        if news.office {
            self.put(tenant, Topic::Office, &[]);
        }
        if news.people {
            self.put(tenant, Topic::People, &[]);
        }
    }

    /// Waits until there is something, and takes it.
    pub(super) async fn take(&self) -> BTreeMap<Id, News> {
        self.filled.notified().await;
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl News {
    fn add(&mut self, topic: Topic, principals: &[Id]) {
        match (topic, &mut self.records) {
            (Topic::Office, _) => self.office = true,
            (Topic::People, _) => self.people = true,
            (Topic::Records, None) => self.records = Some(principals.iter().copied().collect()),
            // Everybody is told already.
            (Topic::Records, Some(all)) if all.is_empty() => {}
            (Topic::Records, Some(some)) if principals.is_empty() => some.clear(),
            (Topic::Records, Some(some)) => some.extend(principals),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> Id {
        Id::from_bytes([byte; 16])
    }

    #[tokio::test]
    async fn what_is_told_at_once_is_one_piece_of_news_and_everybody_outweighs_some() {
        let outbox = Outbox::default();
        outbox.put(id(1), Topic::Records, &[id(7)]);
        outbox.put(id(1), Topic::Records, &[id(8), id(7)]);
        outbox.put(id(2), Topic::Records, &[id(7)]);
        outbox.put(id(2), Topic::Records, &[]);
        outbox.put(id(2), Topic::Records, &[id(9)]);
        outbox.put(id(3), Topic::People, &[]);
        let taken = outbox.take().await;
        assert_eq!(taken[&id(1)].records, Some(BTreeSet::from([id(7), id(8)])));
        assert!(!taken[&id(1)].people);
        assert_eq!(taken[&id(2)].records, Some(BTreeSet::new()));
        let people = News {
            people: true,
            ..News::default()
        };
        assert_eq!(taken[&id(3)], people);
        // What could not be sent is there again.
        outbox.put_back(id(3), people.clone());
        assert_eq!(outbox.take().await, BTreeMap::from([(id(3), people)]));
    }
}
