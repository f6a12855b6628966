//! What a phone gets: everything of its scope behind its cursor, in frames that each stand alone.

use std::collections::{HashMap, HashSet};

use serde_bytes::ByteBuf;
use sync_core::Id;
use sync_core::protocol::{
    Changes, End, Envelope, Frame, PersonRecord, Reference, ReviewRecord, Scope, ScopeEvent,
    UnitRecord, VerdictRecord, VisitRecord, encode_frame,
};
use sync_core::reason::Reason;

use super::cursor::Cursor;
use super::receive::Author;
use crate::app::App;
use crate::store::feed::{FeedSegment, ScopeRow};
use crate::store::{self, Tx};

/// Oldest app that the hub likes to see; older ones may always upload.
pub(crate) const MIN_CLIENT: &str = "0.1.0";
/// Bytes of segments in one answer at most, whatever the phone wants.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Tickets in one frame.
const TICKETS: usize = 100;

/// Frames for one phone, encoded, and where it stands after them.
pub(super) struct Page {
    pub(super) bytes: Vec<u8>,
    pub(super) end: Cursor,
    pub(super) more: bool,
}

/// Reads the page behind `since`. The frames before `End` carry the cursor as soon as it may move.
pub(super) async fn page(
    app: &App,
    author: Author,
    since: i64,
    want_bytes: u32,
) -> Result<Page, store::Error> {
    let Author {
        tenant,
        person,
        device,
        ..
    } = author;
    let mut tx = app.store().read().await?;
    let (last, timeline) = tx
        .find_feed_end(tenant)
        .await?
        .ok_or(store::Error::Corrupt {
            table: "tenant",
            column: "id",
        })?;
    let mut writer = Writer {
        app,
        tenant,
        timeline,
        bytes: Vec::new(),
    };
    if since == last {
        return Ok(writer.finish(last, false));
    }
    verdicts(&mut writer, author, since, &mut tx).await?;
    let moved = tx.list_moved_tickets(tenant, person, since).await?;
    scopes(&mut writer, &moved, since);
    let tickets = tx.list_unseen_tickets(tenant, person, since).await?;
    for chunk in tickets.chunks(TICKETS) {
        writer.frame(Frame::Tickets(chunk.to_vec()), None);
    }
    states(&mut writer, author, since, &mut tx).await?;
    reference(&mut writer, author, since, &mut tx).await?;
    let want = usize::try_from(want_bytes)
        .unwrap_or(MOST_BYTES)
        .clamp(1, MOST_BYTES);
    let segments = tx.list_unseen_segments(tenant, person, since, want).await?;
    // The query stops at a boundary; whether anything is left shows in the tickets that moved.
    let reached = segments.last().map_or(last, |segment| segment.at_seq);
    let more = moved.iter().any(|row| row.at_seq > reached) && bytes_of(&segments) >= want;
    let end = if more { reached } else { last };
    // On a fresh phone nothing is its own; later its own work is there already.
    let own = if since == 0 { None } else { Some(device) };
    changes(&mut writer, segments, own, since);
    Ok(writer.finish(end, more))
}

fn bytes_of(segments: &[FeedSegment]) -> usize {
    segments.iter().map(|segment| segment.bytes.len()).sum()
}

async fn verdicts(
    writer: &mut Writer<'_>,
    author: Author,
    since: i64,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let rows = tx
        .list_verdicts(author.tenant, author.device, since)
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let record = |(doc, seq, hashes, code): (Id, i64, Vec<u8>, Option<String>)| VerdictRecord {
        doc,
        seq: u64::try_from(seq).unwrap_or(0),
        hashes: ByteBuf::from(hashes),
        quarantined: code
            .as_deref()
            .map(|code| Reason::parse(code).unwrap_or(Reason::VerificationFailed)),
    };
    writer.frame(
        Frame::Verdicts(rows.into_iter().map(record).collect()),
        None,
    );
    Ok(())
}

fn scopes(writer: &mut Writer<'_>, moved: &[ScopeRow], since: i64) {
    let scope = |row: &ScopeRow| match row.granted_seq {
        Some(granted) if granted > since => Some(Scope {
            ticket: row.ticket,
            event: ScopeEvent::Granted,
        }),
        Some(_) => None,
        // A fresh phone never had it.
        None if since == 0 => None,
        None => Some(Scope {
            ticket: row.ticket,
            event: ScopeEvent::Removed,
        }),
    };
    let scopes: Vec<_> = moved.iter().filter_map(scope).collect();
    if !scopes.is_empty() {
        writer.frame(Frame::Scope(scopes), None);
    }
}

async fn states(
    writer: &mut Writer<'_>,
    author: Author,
    since: i64,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let mut visits = Vec::new();
    for (doc, ticket, state, _) in tx
        .list_unseen_states(author.tenant, author.person, since)
        .await?
    {
        // A draft was never decided on; most visits are.
        let reviews = if state == "draft" {
            Vec::new()
        } else {
            reviews(doc, author.tenant, tx).await?
        };
        visits.push(VisitRecord {
            doc,
            ticket,
            state,
            reviews,
        });
    }
    if !visits.is_empty() {
        writer.frame(Frame::Visits(visits), None);
    }
    Ok(())
}

async fn reviews(doc: Id, tenant: Id, tx: &mut Tx) -> Result<Vec<ReviewRecord>, store::Error> {
    let mut records = Vec::new();
    for review in tx.list_reviews(doc).await? {
        let by = tx
            .find_person(tenant, review.person)
            .await?
            .map(|person| person.name)
            .unwrap_or_default();
        records.push(ReviewRecord {
            decision: review.decision,
            reason: review.reason,
            remark: review.remark,
            pins: review.pins,
            by,
            at: review.at,
        });
    }
    Ok(records)
}

async fn reference(
    writer: &mut Writer<'_>,
    author: Author,
    since: i64,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let Author { tenant, person, .. } = author;
    if since > 0 && tx.list_people_changed(tenant, since).await?.is_empty() {
        return Ok(());
    }
    let units = tx.list_units_of_person(tenant, person).await?;
    let own: HashSet<Id> = units.iter().map(|unit| unit.id).collect();
    let members: HashSet<Id> = tx
        .list_memberships(tenant)
        .await?
        .into_iter()
        .filter(|(_, unit)| own.contains(unit))
        .map(|(person, _)| person)
        .collect();
    let people = tx.list_people_changed(tenant, -1).await?;
    let near = |id: Id| id == person || members.contains(&id);
    let people = people
        .into_iter()
        .filter(|one| near(one.id) && one.role.is_field())
        .map(|one| PersonRecord {
            id: one.id,
            name: one.name,
            role: one.role,
        })
        .collect();
    let unit = |unit: store::units::Unit| UnitRecord {
        id: unit.id,
        kind: unit.kind.as_str().to_owned(),
        name: unit.name,
    };
    writer.frame(
        Frame::Reference(Reference {
            people,
            units: units.into_iter().map(unit).collect(),
        }),
        None,
    );
    Ok(())
}

/// One frame a document, in the order in which the cursor moves; a ticket seen by two ways comes once.
fn changes(writer: &mut Writer<'_>, segments: Vec<FeedSegment>, own: Option<Id>, since: i64) {
    let mut seen: HashSet<i64> = HashSet::new();
    let mut order: Vec<Id> = Vec::new();
    let mut frames: HashMap<Id, (Changes, i64)> = HashMap::new();
    for segment in segments {
        if !seen.insert(segment.seq) || (own == Some(segment.device) && segment.seq > since) {
            continue;
        }
        let (frame, at_seq) = frames.entry(segment.doc).or_insert_with(|| {
            order.push(segment.doc);
            let FeedSegment {
                doc,
                kind,
                ticket,
                at_seq,
                ..
            } = segment;
            (
                Changes {
                    doc,
                    kind,
                    ticket,
                    segments: Vec::new(),
                },
                at_seq,
            )
        });
        *at_seq = segment.at_seq;
        frame.segments.push(ByteBuf::from(segment.bytes));
    }
    let mut frames: Vec<_> = order
        .into_iter()
        .filter_map(|doc| frames.remove(&doc))
        .collect();
    frames.sort_by_key(|(_, at_seq)| *at_seq);
    let mut frames = frames.into_iter().peekable();
    while let Some((frame, at_seq)) = frames.next() {
        // The cursor may pass a number only when everything that moved at it has been written.
        let whole = frames.peek().is_some_and(|(_, next)| *next > at_seq);
        writer.frame(Frame::Changes(frame), whole.then_some(at_seq));
    }
}

/// Encodes frames and the cursors on them.
pub(super) struct Writer<'a> {
    app: &'a App,
    tenant: Id,
    timeline: Id,
    bytes: Vec<u8>,
}

impl Writer<'_> {
    fn cursor(&self, seq: i64) -> Cursor {
        Cursor {
            tenant: self.tenant,
            timeline: self.timeline,
            seq,
        }
    }

    fn frame(&mut self, frame: Frame, seq: Option<i64>) {
        let cursor = seq.map(|seq| ByteBuf::from(self.cursor(seq).write(self.app.keys())));
        self.bytes.extend(encode_frame(&Envelope { cursor, frame }));
    }

    fn finish(mut self, seq: i64, more: bool) -> Page {
        let end = End {
            more,
            server_time: self.app.clock().now(),
            timeline: ByteBuf::from(self.timeline.bytes()),
            min_client: MIN_CLIENT.to_owned(),
        };
        self.frame(Frame::End(end), Some(seq));
        Page {
            end: self.cursor(seq),
            bytes: self.bytes,
            more,
        }
    }
}
