//! One office page on its live channel: it hears that something changed of what it may see, and asks for the rest
//! as any page does.

use std::time::Duration;

use sync_core::Timestamp;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use super::author::Author;
use super::live::{Event, Live};
use super::outbox::Topic;
use super::parts::Parts;
use super::standing::{self, Standing};

/// The least time between two words about records: three hundred phones that send at once are a few words.
const RECORDS_PAUSE: Duration = Duration::from_secs(1);
/// The same about people and devices, whose list is long and changes with every contact.
const PEOPLE_PAUSE: Duration = Duration::from_secs(3);
/// A page that hears nothing this long, and a little more, knows that its line is dead.
const BEAT: Duration = Duration::from_secs(15);
/// How long it may take until somebody who was barred hears nothing more, ms.
const CHECK: i64 = 1_000;

/// What an office page should fetch again; nothing of it is a sign of life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Tickets, visits or what was put aside.
    pub records: bool,
    /// Accounts or devices.
    pub people: bool,
}

/// One office page that listens.
pub struct Watcher {
    parts: Parts,
    author: Author,
    standing: Standing,
    checked_at: Timestamp,
    events: Receiver<Event>,
    waiting: Changed,
    /// Before this nothing more is said of either.
    records_from: Instant,
    people_from: Instant,
    beat_at: Instant,
}

impl Watcher {
    /// Begins to listen.
    pub(super) async fn begin(
        author: Author,
        live: &Live,
        parts: Parts,
    ) -> Result<Self, store::Error> {
        let events = live.listen();
        let mut tx = parts.store.read().await?;
        let principals = tx.list_principals(author.tenant, author.person).await?;
        drop(tx);
        let now = Instant::now();
        Ok(Self {
            standing: Standing {
                principals,
                role: author.role,
            },
            checked_at: parts.clock.now(),
            parts,
            author,
            events,
            waiting: Changed::default(),
            records_from: now,
            people_from: now,
            // The first word says that the line stands.
            beat_at: now,
        })
    }

    /// What to say next; `None` ends the channel.
    pub async fn next(&mut self) -> Option<Changed> {
        loop {
            let due = self.due();
            tokio::select! {
                event = self.events.recv() => self.note(event)?,
                () = sleep_until(due) => break,
            }
        }
        if self.parts.clock.now().millis_since(self.checked_at) > CHECK {
            self.standing = standing::read(self.author, &self.parts).await?;
            self.checked_at = self.parts.clock.now();
        }
        Some(self.take())
    }

    /// `None` when the hub closes.
    fn note(&mut self, event: Result<Event, RecvError>) -> Option<()> {
        match event {
            Ok(event) if !event.is_of(self.author.tenant) => {}
            Ok(event) => match event.topic() {
                Topic::Records => self.waiting.records |= self.concerns(&event),
                Topic::Office => self.waiting.records = true,
                Topic::People => self.waiting.people = true,
            },
            Err(RecvError::Lagged(_)) => {
                self.waiting = Changed {
                    records: true,
                    people: true,
                };
            }
            Err(RecvError::Closed) => return None,
        }
        Some(())
    }

    fn concerns(&self, event: &Event) -> bool {
        self.standing.role.is_office() || event.concerns(&self.standing.principals)
    }

    /// When something is to be said.
    fn due(&self) -> Instant {
        let records = self.waiting.records.then_some(self.records_from);
        let people = self.waiting.people.then_some(self.people_from);
        let news = records.into_iter().chain(people).min();
        news.map_or(self.beat_at, |news| news.min(self.beat_at))
    }

    /// What may be said by now.
    fn take(&mut self) -> Changed {
        let now = Instant::now();
        let said = Changed {
            records: self.waiting.records && self.records_from <= now,
            people: self.waiting.people && self.people_from <= now,
        };
        if said.records {
            self.waiting.records = false;
            self.records_from = now + RECORDS_PAUSE;
        }
        if said.people {
            self.waiting.people = false;
            self.people_from = now + PEOPLE_PAUSE;
        }
        self.beat_at = now + BEAT;
        said
    }
}
