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
use crate::store::feed::FeedSegment;
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

/// Reads the page behind `since`, from the start without one. Frames carry a cursor as soon as it may move.
pub(super) async fn page(
    app: &App,
    author: Author,
    since: Option<Cursor>,
    want_bytes: u32,
) -> Result<Page, store::Error> {
    let mut tx = app.store().read().await?;
    let (last, timeline) = tx
        .find_feed_end(author.tenant)
        .await?
        .ok_or(store::Error::Corrupt {
            table: "tenant",
            column: "id",
        })?;
    let since = since.unwrap_or_else(|| Cursor::start(author.tenant, timeline, last));
    let mut writer = Writer {
        app,
        bytes: Vec::new(),
    };
    if since.seq == last {
        return Ok(writer.finish(since.in_step(last), false));
    }
    if since.ahead < last {
        ahead(&mut writer, author, since.ahead, &mut tx).await?;
    }
    let want = usize::try_from(want_bytes)
        .unwrap_or(MOST_BYTES)
        .clamp(1, MOST_BYTES);
    let Author { tenant, person, .. } = author;
    let (segments, more) = tx
        .list_unseen_segments(tenant, person, since.seq, want)
        .await?;
    drop(tx);
    let reached = segments.last().map_or(last, |segment| segment.place);
    let since = Cursor {
        ahead: last,
        ..since
    };
    changes(&mut writer, segments, author.device, since);
    let end = if more {
        Cursor {
            seq: reached,
            ..since
        }
    } else {
        since.in_step(last)
    };
    Ok(writer.finish(end, more))
}

/// All that is not changes: it is little, and urgent.
async fn ahead(
    writer: &mut Writer<'_>,
    author: Author,
    since: i64,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let Author { tenant, person, .. } = author;
    verdicts(writer, author, since, tx).await?;
    let moved = tx.list_moved_tickets(tenant, person, since).await?;
    scopes(writer, &moved, since);
    let tickets = tx.list_unseen_tickets(tenant, person, since).await?;
    for chunk in tickets.chunks(TICKETS) {
        writer.frame(Frame::Tickets(chunk.to_vec()), None);
    }
    states(writer, author, since, tx).await?;
    reference(writer, author, since, tx).await
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

fn scopes(writer: &mut Writer<'_>, moved: &[(Id, Option<i64>)], since: i64) {
    let scope = |(ticket, granted): &(Id, Option<i64>)| {
        let event = match granted {
            Some(granted) if *granted > since => ScopeEvent::Granted,
            // A fresh phone never had what is gone.
            None if since > 0 => ScopeEvent::Removed,
            Some(_) | None => return None,
        };
        Some(Scope {
            ticket: *ticket,
            event,
        })
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
    for (doc, ticket, state) in tx
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

/// One frame a document, in the order of the first place in it. What the device pushed itself it has already.
fn changes(writer: &mut Writer<'_>, segments: Vec<FeedSegment>, device: Id, since: Cursor) {
    let has = since.seq.max(since.own_until);
    let mut frames: Vec<(i64, Changes)> = Vec::new();
    let mut places: HashMap<Id, usize> = HashMap::new();
    for segment in segments {
        if segment.device == device && segment.seq > has {
            continue;
        }
        let place = *places.entry(segment.doc).or_insert_with(|| {
            let changes = Changes {
                doc: segment.doc,
                kind: segment.kind,
                ticket: segment.ticket,
                segments: Vec::new(),
            };
            frames.push((segment.place, changes));
            frames.len() - 1
        });
        if let Some((_, frame)) = frames.get_mut(place) {
            frame.segments.push(ByteBuf::from(segment.bytes));
        }
    }
    let mut frames = frames.into_iter().peekable();
    let mut stands = since.seq;
    while let Some((_, frame)) = frames.next() {
        // Everything before the first place of the next frame has been written.
        let reached = frames.peek().map_or(0, |(first, _)| first - 1);
        let moved = (reached > stands).then_some(Cursor {
            seq: reached,
            ..since
        });
        stands = stands.max(reached);
        writer.frame(Frame::Changes(frame), moved);
    }
}

/// Encodes frames and the cursors on them.
struct Writer<'a> {
    app: &'a App,
    bytes: Vec<u8>,
}

impl Writer<'_> {
    fn frame(&mut self, frame: Frame, cursor: Option<Cursor>) {
        let cursor = cursor.map(|cursor| ByteBuf::from(cursor.write(self.app.keys())));
        self.bytes.extend(encode_frame(&Envelope { cursor, frame }));
    }

    fn finish(mut self, cursor: Cursor, more: bool) -> Page {
        let end = End {
            more,
            server_time: self.app.clock().now(),
            timeline: ByteBuf::from(cursor.timeline.bytes()),
            min_client: MIN_CLIENT.to_owned(),
        };
        self.frame(Frame::End(end), Some(cursor));
        Page {
            end: cursor,
            bytes: self.bytes,
            more,
        }
    }
}
