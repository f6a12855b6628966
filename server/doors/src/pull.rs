//! What a phone gets: everything of its scope behind its cursor, in frames that each stand alone.

mod ahead;
mod work;

use std::collections::HashMap;

use serde_bytes::ByteBuf;
use sync_core::protocol::{Changes, End, Envelope, Frame, VerdictRecord, encode_frame};
use sync_core::reason::Reason;
use sync_core::sight::TicketSight;
use sync_core::{Id, Timestamp};

use super::author::Author;
use super::cursor::Cursor;
use super::parts::Parts;
use super::timeline;
use store::Tx;
use store::feed::FeedSegment;
use store::timelines::FeedEnd;

/// Oldest app that the hub likes to see; older ones may always upload.
pub const MIN_CLIENT: &str = "0.1.0";
/// Bytes of segments in one answer at most, whatever the phone wants.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Short records in one frame, so that none comes near the limit of a frame.
const SHORT_RECORDS: usize = 1_000;
/// Bytes of segments in one frame.
pub(super) const FRAME_SEGMENTS: usize = 1024 * 1024;

/// Frames for one phone, encoded, and where it stands after them.
pub(super) struct Page {
    pub(super) bytes: Vec<u8>,
    pub(super) end: Cursor,
    pub(super) more: bool,
}

/// Where a phone stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Since {
    /// At the start; it may hold tickets from before, of which it learns that they are gone.
    Again,
    /// Here.
    Cursor(Cursor),
    /// At the start, with nothing.
    First,
}

/// By what somebody sees.
#[derive(Clone, Copy)]
enum Eyes {
    /// Tickets, with all that belongs to them.
    Tickets(TicketSight),
    /// Documents that name them, without their tickets.
    Documents,
}

impl Eyes {
    fn of(author: Author) -> Option<Self> {
        if author.role.is_representative() {
            return Some(Self::Documents);
        }
        TicketSight::of(author.role).map(Self::Tickets)
    }
}

/// Reads the page behind `since`. Frames carry a cursor as soon as it may move.
pub(super) async fn page(
    parts: &Parts,
    author: Author,
    since: Since,
    want_bytes: u32,
) -> Result<Page, store::Error> {
    let mut tx = parts.store.read().await?;
    let end = tx
        .find_feed_end(author.tenant)
        .await?
        .ok_or(store::Error::Corrupt {
            table: "tenant",
            column: "id",
        })?;
    let FeedEnd { last, timeline, .. } = end;
    let witness = timeline::witness(author.tenant, last, &mut tx).await?;
    let again = matches!(since, Since::Again);
    // Verdicts count at once on the phone, which may never see the end of the answer.
    let proof = match since {
        Since::Cursor(cursor) => Some(cursor.knowing(last, witness)),
        Since::Again | Since::First => None,
    };
    let since = match since {
        Since::Cursor(cursor) => cursor.knowing(last, witness),
        Since::Again | Since::First => {
            Cursor::start(author.tenant, timeline, last).knowing(last, witness)
        }
    };
    let mut writer = Writer {
        parts,
        secured_until: end.secured_until,
        bytes: Vec::new(),
    };
    // Whoever may know neither of tickets nor of single documents gets nothing, whatever was once in their hands.
    let Some(eyes) = Eyes::of(author).filter(|_| since.seq != last) else {
        return Ok(writer.finish(since.in_step(last, witness), false));
    };
    if since.ahead < last {
        verdicts(&mut writer, author, since.ahead, proof, &mut tx).await?;
        match eyes {
            Eyes::Tickets(sight) => {
                ahead::ahead(&mut writer, author, sight, since, again, &mut tx).await?;
            }
            Eyes::Documents => {
                ahead::followed(&mut writer, author, since.ahead, again, &mut tx).await?;
            }
        }
    }
    let want = usize::try_from(want_bytes)
        .unwrap_or(MOST_BYTES)
        .clamp(1, MOST_BYTES);
    let Author { tenant, person, .. } = author;
    let (segments, more) = match eyes {
        Eyes::Tickets(_) => {
            tx.list_unseen_segments(tenant, person, since.seq, since.within, want)
                .await?
        }
        Eyes::Documents => {
            tx.list_unseen_followed(tenant, person, since.seq, since.within, want)
                .await?
        }
    };
    drop(tx);
    let reached = segments
        .last()
        .map(|segment| (segment.place, segment.seq + 1));
    let since = Cursor {
        ahead: last,
        ..since
    };
    changes(&mut writer, segments, author.device, since);
    let end = match reached {
        Some(reached) if more => before(reached, since),
        _ => since.in_step(last, witness),
    };
    Ok(writer.finish(end, more))
}

async fn verdicts(
    writer: &mut Writer<'_>,
    author: Author,
    since: i64,
    proof: Option<Cursor>,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let rows = tx
        .list_verdicts(author.tenant, author.device, since)
        .await?;
    let record = |(doc, seq, hashes, code): (Id, i64, Vec<u8>, Option<String>)| VerdictRecord {
        doc,
        seq: u64::try_from(seq).unwrap_or(0),
        hashes: ByteBuf::from(hashes),
        quarantined: code
            .as_deref()
            .map(|code| Reason::parse(code).unwrap_or(Reason::VerificationFailed)),
    };
    let records: Vec<_> = rows.into_iter().map(record).collect();
    for chunk in records.chunks(SHORT_RECORDS) {
        writer.frame(Frame::Verdicts(chunk.to_vec()), proof);
    }
    Ok(())
}

/// Frames of a document each, in the order of the first segment in it. What the device pushed itself it has
/// already.
fn changes(writer: &mut Writer<'_>, segments: Vec<FeedSegment>, device: Id, since: Cursor) {
    let has = since.seq.max(since.own_until);
    let mut frames: Vec<((i64, i64), Changes, usize)> = Vec::new();
    let mut open: HashMap<Id, usize> = HashMap::new();
    for segment in segments {
        if segment.device == device && segment.seq > has {
            continue;
        }
        let of_doc = open.get(&segment.doc).and_then(|at| frames.get_mut(*at));
        match of_doc.filter(|(.., bytes)| bytes + segment.bytes.len() <= FRAME_SEGMENTS) {
            Some((_, frame, bytes)) => {
                *bytes += segment.bytes.len();
                frame.segments.push(ByteBuf::from(segment.bytes));
                frame.writers.push(segment.person);
            }
            None => {
                open.insert(segment.doc, frames.len());
                let bytes = segment.bytes.len();
                let changes = Changes {
                    doc: segment.doc,
                    kind: segment.kind,
                    ticket: segment.ticket,
                    segments: vec![ByteBuf::from(segment.bytes)],
                    writers: vec![segment.person],
                };
                frames.push(((segment.place, segment.seq), changes, bytes));
            }
        }
    }
    let mut frames = frames.into_iter().peekable();
    let mut stands = since;
    while let Some((_, frame, _)) = frames.next() {
        // Everything before the first segment of the next frame has been written.
        let reached = frames.peek().map(|(first, ..)| before(*first, since));
        let moved = reached.filter(|next| (next.seq, next.within) > (stands.seq, stands.within));
        stands = moved.unwrap_or(stands);
        writer.frame(Frame::Changes(frame), moved);
    }
}

/// Right before the segment with this place and number.
const fn before((place, seq): (i64, i64), since: Cursor) -> Cursor {
    Cursor {
        seq: place - 1,
        within: seq - 1,
        ..since
    }
}

/// Encodes frames and the cursors on them.
struct Writer<'a> {
    parts: &'a Parts,
    secured_until: Option<Timestamp>,
    bytes: Vec<u8>,
}

impl Writer<'_> {
    fn frame(&mut self, frame: Frame, cursor: Option<Cursor>) {
        let cursor = cursor.map(|cursor| ByteBuf::from(cursor.write(&self.parts.keys)));
        self.bytes.extend(encode_frame(&Envelope { cursor, frame }));
    }

    fn finish(mut self, cursor: Cursor, more: bool) -> Page {
        let end = End {
            more,
            server_time: self.parts.clock.now(),
            timeline: ByteBuf::from(cursor.timeline.bytes()),
            min_client: MIN_CLIENT.to_owned(),
            secured_until: self.secured_until,
            released_until: None,
        };
        self.frame(Frame::End(end), Some(cursor));
        Page {
            end: cursor,
            bytes: self.bytes,
            more,
        }
    }
}
