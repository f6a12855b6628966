//! `GET /v1/live`: the same frames, as they come.

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_bytes::ByteBuf;
use sync_core::protocol::{Envelope, Frame, encode_frame};
use sync_core::{Id, hex};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::cursor::Cursor;
use super::live::Event;
use super::pull;
use super::receive::Author;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Query of the live channel.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(crate) struct LiveQuery {
    /// The cursor, in hexadecimal; without one only pokes come.
    #[serde(default)]
    cursor: String,
}

/// Frames as they come, for as long as the phone listens.
#[utoipa::path(
    get,
    path = "/v1/live",
    tag = "sync",
    params(LiveQuery),
    responses((status = 200, content_type = "application/cbor-seq", description = "Frames, see docs/PROTOCOL.md"))
)]
pub(crate) async fn live(
    State(app): State<App>,
    user: CurrentUser,
    Query(query): Query<LiveQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let author = Author {
        tenant: user.tenant,
        person: user.person,
        device: user.device,
        role: user.role,
    };
    // Listening begins before reading, so that nothing falls between the two.
    let events = app.sync().live.listen();
    let cursor = hex::decode(&query.cursor).and_then(|bytes| Cursor::read(&bytes, app.keys()));
    let mut tx = app.store().read().await?;
    let principals = tx.list_principals(author.tenant, author.person).await?;
    drop(tx);
    let cursor = cursor.filter(|cursor| cursor.tenant == author.tenant);
    let heard = cursor.map_or(0, |cursor| cursor.seq);
    let listener = Listener {
        app,
        author,
        principals,
        events,
        cursor,
        heard,
    };
    let stream = async_stream::stream! {
        let mut listener = listener;
        while let Some(bytes) = listener.next().await {
            yield Ok::<_, std::convert::Infallible>(bytes);
        }
    };
    Ok((
        [(header::CONTENT_TYPE, "application/cbor-seq")],
        Body::from_stream(stream),
    ))
}

/// One phone that listens.
struct Listener {
    app: App,
    author: Author,
    principals: Vec<Id>,
    events: Receiver<Event>,
    /// Where the phone stands; `None` if it must ask in the usual way.
    cursor: Option<Cursor>,
    /// The last event heard without a gap before it, whether it concerned the phone or not.
    heard: i64,
}

impl Listener {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let event = match self.events.recv().await {
                Ok(event) => event,
                // Too slow: the phone asks, and listens again with its new cursor.
                Err(RecvError::Lagged(_)) => return Some(self.poke()),
                Err(RecvError::Closed) => return None,
            };
            if event.tenant() != self.author.tenant {
                continue;
            }
            let whole = event.seq() == self.heard + 1;
            if whole {
                self.heard = event.seq();
            }
            if event.concerns(&self.principals) {
                return Some(self.answer(&event, whole).await);
            }
        }
    }

    async fn answer(&mut self, event: &Event, whole: bool) -> Bytes {
        let Some(cursor) = self.cursor else {
            return self.poke();
        };
        if event.is_poke() {
            return self.poke();
        }
        if event.seq() <= cursor.seq {
            return Bytes::new();
        }
        let next = cursor.in_step(event.seq());
        if whole {
            self.cursor = Some(next);
            return event.encoded_for(self.author.device, || {
                ByteBuf::from(next.write(self.app.keys()))
            });
        }
        // Something between the phone's cursor and this event may concern it too: one look at the feed, and
        // from then on the events come without a gap.
        match pull::page(&self.app, self.author, Some(cursor), 1 << 20).await {
            Ok(page) if !page.more => {
                self.heard = page.end.seq;
                self.cursor = Some(page.end);
                Bytes::from(page.bytes)
            }
            Ok(_) | Err(_) => self.poke(),
        }
    }

    fn poke(&self) -> Bytes {
        Bytes::from(encode_frame(&Envelope {
            cursor: None,
            frame: Frame::Poke,
        }))
    }
}
