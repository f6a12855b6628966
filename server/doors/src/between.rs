//! Between the hubs of one database: what one of them tells its listeners, the others tell theirs.
//!
//! A bulletin carries no content, only who has something to ask for. Everything told within [`PAUSE`] is one
//! bulletin for each sub-district, so that a busy morning does not keep the database busy with it. Nothing depends on
//! its arriving: phones ask every half minute anyway, and an office page looks again when its line is opened anew.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use basis::Rng;
use serde::{Deserialize, Serialize};
use store::bulletins::MAX_BULLETIN_BYTES;
use sync_core::Id;
use tokio::task::AbortHandle;

use super::live::{Event, Live};
use super::outbox::{News, Outbox, Topic};
use super::parts::Parts;

/// What is told while a bulletin is on its way waits for the next one.
const PAUSE: Duration = Duration::from_millis(100);
/// How long after a failure the database is tried again.
const RETRY: Duration = Duration::from_secs(2);

#[derive(Debug, Serialize, Deserialize)]
struct Bulletin {
    /// The hub that says it, which has told its own listeners.
    hub: Id,
    tenant: Id,
    news: News,
}

/// What listeners of this hub are told of it.
fn events(tenant: Id, news: News) -> impl Iterator<Item = Event> {
    let records = news.records.map(|principals| {
        let principals = principals.into_iter().collect();
        Event::poke(Some(tenant), Topic::Records, principals)
    });
    let told = [(news.office, Topic::Office), (news.people, Topic::People)];
    let others = told.into_iter().filter(|(is_told, _)| *is_told);
    let others = others.map(move |(_, topic)| Event::poke(Some(tenant), topic, Vec::new()));
    records.into_iter().chain(others)
}

/// A bulletin as text. One that names too many people is for everybody: they ask in vain, which costs a round trip.
fn write(hub: Id, tenant: Id, news: &News) -> String {
    let text = |news: News| {
        let bulletin = Bulletin { hub, tenant, news };
        serde_json::to_string(&bulletin).unwrap_or_default()
    };
    let whole = text(news.clone());
    if whole.len() <= MAX_BULLETIN_BYTES {
        return whole;
    }
    text(News {
        records: Some(BTreeSet::new()),
        ..*news
    })
}

/// The tasks that tell and hear; they end when this is dropped.
#[derive(Debug)]
pub(super) struct Between(Vec<AbortHandle>);

impl Between {
    pub(super) fn open(outbox: Arc<Outbox>, live: Live, parts: &Parts) -> Self {
        // Not the hub's own chance: two hubs that were given the same must still tell each other apart.
        let hub = Rng::os().new_id(parts.clock.now());
        let telling = tokio::spawn(tell(hub, outbox, parts.clone()));
        let hearing = tokio::spawn(hear(hub, live, parts.clone()));
        Self(vec![telling.abort_handle(), hearing.abort_handle()])
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

async fn tell(hub: Id, outbox: Arc<Outbox>, parts: Parts) {
    loop {
        for (tenant, news) in outbox.take().await {
            let text = write(hub, tenant, &news);
            if let Err(error) = parts.store.send_bulletin(&text).await {
                tracing::warn!(%error, "the other hubs could not be told");
                outbox.put_back(tenant, news);
                tokio::time::sleep(RETRY).await;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn hear(hub: Id, live: Live, parts: Parts) {
    loop {
        let heard = hear_until_lost(hub, &live, &parts).await;
        if let Err(error) = heard {
            tracing::warn!(%error, "the other hubs are not heard");
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn hear_until_lost(hub: Id, live: &Live, parts: &Parts) -> Result<(), store::Error> {
    let Some(mut bulletins) = parts.store.hear_bulletins().await? else {
        return Ok(());
    };
    // What was said before this connection stood, nobody heard.
    live.tell_everything();
    loop {
        let Some(text) = bulletins.next().await? else {
            live.tell_everything();
            continue;
        };
        match serde_json::from_str::<Bulletin>(&text) {
            Ok(bulletin) if bulletin.hub == hub => {}
            Ok(bulletin) => {
                events(bulletin.tenant, bulletin.news).for_each(|event| live.pass_on(event))
            }
            // A newer hub may say more than this one understands.
            Err(_) => live.tell_everything(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> Id {
        Id::from_bytes([byte; 16])
    }

    #[test]
    fn a_bulletin_for_more_people_than_it_has_room_for_is_for_everybody() {
        for (count, named) in [(1u8, 1), (250, 250), (255, 255)] {
            let text = write(id(1), id(2), &news_of((0..count).map(id)));
            assert_eq!(read(&text), named);
        }
        let many = (0..=u8::MAX).flat_map(|one| {
            [
                id(one),
                Id::from_bytes([one, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
            ]
        });
        let text = write(id(1), id(2), &news_of(many));
        assert_eq!(read(&text), 0);
    }

    fn news_of(principals: impl Iterator<Item = Id>) -> News {
        News {
            records: Some(principals.collect()),
            office: false,
            people: true,
        }
    }

    /// How many it names.
    fn read(text: &str) -> usize {
        assert!(text.len() <= MAX_BULLETIN_BYTES, "{} bytes", text.len());
        let read: Bulletin = serde_json::from_str(text).unwrap();
        assert_eq!(
            (read.hub, read.tenant, read.news.people),
            (id(1), id(2), true)
        );
        read.news.records.unwrap().len()
    }
}
