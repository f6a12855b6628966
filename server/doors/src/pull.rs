//! What a phone gets: everything of its scope behind its cursor, in frames that each stand alone.

use std::collections::{HashMap, HashSet};

use serde_bytes::ByteBuf;
use sync_core::protocol::{
    Changes, End, Envelope, Frame, PersonRecord, Reference, ReviewRecord, Scope, ScopeEvent,
    UnitRecord, VerdictRecord, VisitRecord, encode_frame,
};
use sync_core::reason::Reason;
use sync_core::sight::TicketSight;
use sync_core::{Id, Timestamp};

use super::author::Author;
use super::cursor::Cursor;
use super::kinds;
use super::parts::Parts;
use super::timeline;
use store::Tx;
use store::feed::FeedSegment;
use store::people::PersonState;
use store::timelines::FeedEnd;
use store::units::UnitKind;

/// Oldest app that the hub likes to see; older ones may always upload.
pub const MIN_CLIENT: &str = "0.1.0";
/// Bytes of segments in one answer at most, whatever the phone wants.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Records in one frame, so that none comes near the limit of a frame: short ones, tickets and documents with the
/// words of their decisions.
const SHORT_RECORDS: usize = 1_000;
const TICKETS: usize = 100;
const RECORDS: usize = 50;
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
    let sight = TicketSight::of(author.role);
    // Whoever may know of no ticket gets nothing, whatever was once in their hands.
    let Some(sight) = sight.filter(|_| since.seq != last) else {
        return Ok(writer.finish(since.in_step(last, witness), false));
    };
    if since.ahead < last {
        verdicts(&mut writer, author, since.ahead, proof, &mut tx).await?;
        ahead(&mut writer, author, sight, since.ahead, again, &mut tx).await?;
    }
    let want = usize::try_from(want_bytes)
        .unwrap_or(MOST_BYTES)
        .clamp(1, MOST_BYTES);
    let Author { tenant, person, .. } = author;
    let (segments, more) = tx
        .list_unseen_segments(tenant, person, since.seq, since.within, want)
        .await?;
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

/// All that is neither verdicts nor changes: it is little, and urgent.
async fn ahead(
    writer: &mut Writer<'_>,
    author: Author,
    sight: TicketSight,
    since: i64,
    again: bool,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let Author { tenant, person, .. } = author;
    let moved = tx.list_moved_tickets(tenant, person, since).await?;
    scopes(writer, &moved, since, again);
    let tickets = tx.list_unseen_tickets(tenant, person, since).await?;
    for chunk in tickets.chunks(TICKETS) {
        let known = chunk.iter().cloned().map(|ticket| sight.record(ticket));
        writer.frame(Frame::Tickets(known.collect()), None);
    }
    states(writer, author, since, tx).await?;
    reference(writer, author, since, tx).await
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

fn scopes(writer: &mut Writer<'_>, moved: &[(Id, Option<i64>)], since: i64, again: bool) {
    let scope = |(ticket, granted): &(Id, Option<i64>)| {
        let event = match granted {
            Some(granted) if *granted > since => ScopeEvent::Granted,
            // A fresh phone never had what is gone.
            None if since > 0 || again => ScopeEvent::Removed,
            Some(_) | None => return None,
        };
        Some(Scope {
            ticket: *ticket,
            event,
        })
    };
    let scopes: Vec<_> = moved.iter().filter_map(scope).collect();
    for chunk in scopes.chunks(SHORT_RECORDS) {
        writer.frame(Frame::Scope(chunk.to_vec()), None);
    }
}

async fn states(
    writer: &mut Writer<'_>,
    author: Author,
    since: i64,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let mut records = Vec::new();
    for standing in kinds::list_unseen_standings(author.tenant, author.person, since, tx).await? {
        records.push(VisitRecord {
            doc: standing.doc,
            ticket: standing.ticket,
            state: standing.state,
            reviews: if standing.reviewed {
                reviews(standing.doc, author.tenant, tx).await?
            } else {
                Vec::new()
            },
        });
    }
    for chunk in records.chunks(RECORDS) {
        writer.frame(Frame::Visits(chunk.to_vec()), None);
    }
    Ok(())
}

async fn reviews(doc: Id, tenant: Id, tx: &mut Tx) -> Result<Vec<ReviewRecord>, store::Error> {
    let mut records = Vec::new();
    for review in tx.list_reviews(tenant, doc).await? {
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
    let own = neighbourhood(&units, &tx.list_units(tenant).await?);
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
            left: one.state != PersonState::Active,
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

/// A person's units, their communities and all grids of these: on a joint visit people of one community meet.
fn neighbourhood(own: &[store::units::Unit], all: &[store::units::Unit]) -> HashSet<Id> {
    let communities: HashSet<Id> = own
        .iter()
        .map(|unit| match unit.kind {
            UnitKind::Grid => unit.parent.unwrap_or(unit.id),
            UnitKind::Community | UnitKind::Street => unit.id,
        })
        .collect();
    let grids = all
        .iter()
        .filter(|unit| {
            unit.parent
                .is_some_and(|parent| communities.contains(&parent))
        })
        .map(|unit| unit.id);
    own.iter()
        .map(|unit| unit.id)
        .chain(grids)
        .chain(communities.iter().copied())
        .collect()
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
