//! One round trip of a phone: push and pull.

use std::time::Duration;

use serde_bytes::ByteBuf;
use sync_core::Timestamp;
use sync_core::protocol::{End, Envelope, Frame, SyncRequest, encode_frame};

use super::author::{Author, Report};
use super::live::Live;
use super::parcel::Delivery;
use super::parts::Parts;
use super::pull::{self, Since};
use super::receive::{Pushed, Receiver};
use super::receive_error::ReceiveError;
use super::timeline::{self, Place};
use super::whole;
use store::timelines::FeedEnd;

/// How long an answer waits for the gate. An idle hub decides in milliseconds; a busy one answers with
/// receipts alone and brings the verdicts next time.
const VERDICT_WAIT: Duration = Duration::from_millis(400);

/// Takes a push in and answers with everything behind the cursor, as frames; `None` if there is no such
/// sub-district.
pub(super) async fn exchange(
    author: Author,
    request: &SyncRequest,
    receiver: &Receiver,
    live: &Live,
    parts: &Parts,
) -> Result<Option<Vec<u8>>, ReceiveError> {
    if let Some(until) = author.released_until {
        let frames = receive(author, request, receiver, parts).await?;
        let end = handed_over(parts, author, until).await?;
        return Ok(end.map(|end| [frames, encode_frame(&end)].concat()));
    }
    // Before the push: what it brings would take the numbers that prove a loss.
    let Some(since) = since(parts, author, request, live).await? else {
        return Ok(None);
    };
    let mut frames = receive(author, request, receiver, parts).await?;
    match since {
        Ok(since) => {
            if !request.whole.is_empty() {
                frames.extend(whole::whole(parts, author, &request.whole).await?);
            }
            let page = pull::page(parts, author, since, request.want_bytes).await?;
            frames.extend(page.bytes);
        }
        Err(resync) => frames.extend(encode_frame(&Envelope {
            cursor: None,
            frame: resync,
        })),
    }
    Ok(Some(frames))
}

/// The end of an answer to a phone whose person left: what it brought is here, and it gets nothing.
async fn handed_over(
    parts: &Parts,
    author: Author,
    until: Timestamp,
) -> Result<Option<Envelope>, store::Error> {
    let mut tx = parts.store.read().await?;
    let end = tx.find_feed_end(author.tenant).await?;
    Ok(end.map(
        |FeedEnd {
             timeline,
             secured_until,
             ..
         }| Envelope {
            cursor: None,
            frame: Frame::End(End {
                more: false,
                server_time: parts.clock.now(),
                timeline: ByteBuf::from(timeline.bytes()),
                min_client: pull::MIN_CLIENT.to_owned(),
                secured_until,
                released_until: Some(until),
            }),
        },
    ))
}

/// Receipts as bytes; waits a little for the gate.
async fn receive(
    author: Author,
    request: &SyncRequest,
    receiver: &Receiver,
    parts: &Parts,
) -> Result<Vec<u8>, ReceiveError> {
    let report = report(parts, request);
    if request.push.is_empty() {
        note_contact(author, report, receiver, parts).await?;
        return Ok(Vec::new());
    }
    let delivery = Delivery {
        pushes: request.push.clone(),
        signature: request.signature.clone(),
    };
    let Pushed {
        receipts, decided, ..
    } = receiver.receive(author, delivery, Some(report)).await?;
    // The work goes on when the time is over; only the answer does not wait for it.
    let _ = tokio::time::timeout(VERDICT_WAIT, decided).await;
    Ok(encode_frame(&Envelope {
        cursor: None,
        frame: Frame::Receipts(receipts),
    }))
}

fn report(parts: &Parts, request: &SyncRequest) -> Report {
    Report {
        // PostgreSQL takes no NUL, and no honest version has other control characters.
        app: request
            .app
            .chars()
            .filter(|letter| !letter.is_control())
            .take(64)
            .collect(),
        unsent_records: request.unsent.records,
        unsent_changes: request.unsent.changes,
        unsent_photos: request.unsent.photos,
        clock_offset_ms: request.now.millis_since(parts.clock.now()),
    }
}

/// An idle phone asks every half minute: its contact is written only when it says something new, or once a
/// minute, so that three hundred idle phones do not keep the disk busy.
async fn note_contact(
    author: Author,
    report: Report,
    receiver: &Receiver,
    parts: &Parts,
) -> Result<(), ReceiveError> {
    let mut tx = parts.store.read().await?;
    let device = tx.find_device(author.tenant, author.device).await?;
    drop(tx);
    let now = parts.clock.now();
    let stale = device.is_none_or(|device| {
        device
            .last_seen_at
            .is_none_or(|seen| now.millis_since(seen) > 60_000)
            || device.unsent_photos != i64::from(report.unsent_photos)
            || device.unsent_changes != i64::from(report.unsent_changes)
    });
    if stale {
        receiver.receive(author, Vec::new(), Some(report)).await?;
    }
    Ok(())
}

/// Where the phone stands, or the frame that sends it back to the start; `None` without a sub-district.
async fn since(
    parts: &Parts,
    author: Author,
    request: &SyncRequest,
    live: &Live,
) -> Result<Option<Result<Since, Frame>>, store::Error> {
    let Author { tenant, .. } = author;
    // A second time when the hub has found that it was put back.
    for _ in 0..2 {
        let mut tx = parts.store.read().await?;
        let Some(end) = tx.find_feed_end(tenant).await? else {
            return Ok(None);
        };
        let resync = || Frame::Resync {
            timeline: ByteBuf::from(end.timeline.bytes()),
        };
        let Some(bytes) = &request.cursor else {
            // Whoever knows the timeline was here before and lost the thread; on another one it has more to offer.
            let known = request.timeline.as_deref();
            return Ok(Some(match known {
                None => Ok(Since::First),
                Some(known) if *known == end.timeline.bytes() => Ok(Since::Again),
                Some(_) => Err(resync()),
            }));
        };
        match timeline::place(bytes, tenant, &end, parts, &mut tx).await? {
            Place::Here(cursor) if request.own => {
                return Ok(Some(Ok(Since::Cursor(cursor.with_own(end.last)))));
            }
            Place::Here(cursor) => return Ok(Some(Ok(Since::Cursor(cursor)))),
            Place::Lost => return Ok(Some(Err(resync()))),
            Place::Ahead(..) => {
                drop(tx);
                timeline::turn(bytes, tenant, live, parts).await?;
            }
        }
    }
    Err(store::Error::Corrupt {
        table: "tenant",
        column: "timeline",
    })
}
