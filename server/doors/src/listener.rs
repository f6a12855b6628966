//! One phone on the live channel: what it is told, frame by frame.

use bytes::Bytes;
use serde_bytes::ByteBuf;
use sync_core::protocol::{Envelope, Frame, encode_frame};
use sync_core::{Id, Timestamp};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::author::Author;
use super::cursor::Cursor;
use super::live::{Event, Live};
use super::outbox::Topic;
use super::parts::Parts;
use super::pull::{self, Since};
use super::standing;
use super::timeline::{self, Place};

/// How long it may take until a listener who was barred hears nothing more, ms.
const CHECK: i64 = 1_000;
/// Bytes of changes that one look at the feed may bring; more than that the phone fetches itself.
const LOOK_BYTES: u32 = 1 << 20;

/// One phone that listens.
pub struct Listener {
    parts: Parts,
    author: Author,
    principals: Vec<Id>,
    /// When person, device and principals were last read.
    checked_at: Timestamp,
    events: Receiver<Event>,
    /// Where the phone stands; `None` if it must ask in the usual way.
    cursor: Option<Cursor>,
    /// The number of the last event, whether it concerned the phone or not.
    seen: i64,
    /// Numbers were given out that no event told of: only the feed knows whether they concern the phone.
    gap: bool,
    /// What came before it listened; told first.
    missed: Option<Bytes>,
}

impl Listener {
    /// Begins to listen; `None` if there is no such sub-district.
    pub(super) async fn begin(
        author: Author,
        cursor: Option<&[u8]>,
        live: &Live,
        parts: Parts,
    ) -> Result<Option<Self>, store::Error> {
        // Listening begins before reading, so that nothing falls between the two.
        let events = live.listen();
        let mut tx = parts.store.read().await?;
        let principals = tx.list_principals(author.tenant, author.person).await?;
        let Some(end) = tx.find_feed_end(author.tenant).await? else {
            return Ok(None);
        };
        let cursor = match cursor {
            Some(bytes) => {
                match timeline::place(bytes, author.tenant, &end, &parts, &mut tx).await? {
                    Place::Here(cursor) => Some(cursor),
                    // It asks in the usual way, and hears there what has happened.
                    Place::Ahead(..) | Place::Lost => None,
                }
            }
            None => None,
        };
        drop(tx);
        let last = end.last;
        let mut listener = Self {
            checked_at: parts.clock.now(),
            parts,
            author,
            principals,
            events,
            seen: last,
            cursor,
            gap: false,
            missed: None,
        };
        listener.missed = match cursor {
            Some(cursor) if cursor == cursor.in_step(last, cursor.witness) => None,
            _ => Some(listener.look().await),
        };
        Ok(Some(listener))
    }

    /// What to say next; `None` ends the channel.
    pub async fn next(&mut self) -> Option<Bytes> {
        if let Some(missed) = self.missed.take() {
            return Some(missed);
        }
        loop {
            let event = match self.events.recv().await {
                Ok(event) => event,
                // Too slow: the phone asks, and listens again with its new cursor.
                Err(RecvError::Lagged(_)) => {
                    self.gap = true;
                    return Some(poke());
                }
                Err(RecvError::Closed) => return None,
            };
            let known = self.cursor.is_some_and(|cursor| event.seq() <= cursor.seq);
            if known || !event.is_of(self.author.tenant) || event.topic() != Topic::Records {
                continue;
            }
            if !event.is_poke() {
                if event.seq() != self.seen + 1 {
                    self.gap = true;
                    // What no event told of may have been this person coming to a grid, or leaving it.
                    if self.check().await? {
                        self.seen = self.seen.max(event.seq());
                        return Some(self.look().await);
                    }
                }
                self.seen = self.seen.max(event.seq());
            }
            if !event.concerns(&self.principals) {
                continue;
            }
            if self.parts.clock.now().millis_since(self.checked_at) > CHECK {
                self.check().await?;
            }
            return Some(self.answer(&event).await);
        }
    }

    /// Reads who listens: whether what they see has changed, `None` if they may not listen any more.
    async fn check(&mut self) -> Option<bool> {
        let standing = standing::read(self.author, &self.parts).await?;
        let moved = self.principals != standing.principals;
        self.principals = standing.principals;
        self.checked_at = self.parts.clock.now();
        Some(moved)
    }

    /// The event's own frame where that is all; else what the feed says.
    async fn answer(&mut self, event: &Event) -> Bytes {
        // A residents' representative fetches what concerns them: events go by tickets, which they do not see.
        let fetches = self.author.role.is_representative();
        let cursor = match self.cursor {
            Some(cursor) if !event.is_poke() && !fetches => cursor,
            _ => return poke(),
        };
        if self.gap || !event.is_alone() {
            return self.look().await;
        }
        let next = cursor.in_step(event.seq(), event.witness());
        self.cursor = Some(next);
        event.encoded_for(self.author.device, || {
            ByteBuf::from(next.write(&self.parts.keys))
        })
    }

    /// One look at the feed, after which events come without a gap again.
    async fn look(&mut self) -> Bytes {
        let Some(cursor) = self.cursor else {
            return poke();
        };
        match pull::page(&self.parts, self.author, Since::Cursor(cursor), LOOK_BYTES).await {
            Ok(page) if !page.more => {
                self.cursor = Some(page.end);
                self.seen = self.seen.max(page.end.seq);
                self.gap = self.seen > page.end.seq;
                Bytes::from(page.bytes)
            }
            Ok(_) | Err(_) => {
                self.gap = true;
                poke()
            }
        }
    }
}

fn poke() -> Bytes {
    Bytes::from(encode_frame(&Envelope {
        cursor: None,
        frame: Frame::Poke,
    }))
}
