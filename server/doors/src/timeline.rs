//! Whether a phone and the hub tell the same history. A cursor that the hub has signed and knows nothing of proves that
//! the hub was put back: it then begins a new timeline by itself, and phones offer again what they hold.

use store::Tx;
use store::timelines::{Cause, FeedEnd, Turn};
use sync_core::Id;

use super::cursor::{Cursor, Witness, witness_of};
use super::live::Live;
use super::parts::Parts;

/// What a phone's cursor says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The phone stands here.
    Here(Cursor),
    /// The hub has given out more than it knows of: at least up to this number, on this timeline.
    Ahead(i64, Id),
    /// On a timeline that has ended, or not a cursor of this hub.
    Lost,
}

/// What the log holds at `seq`, for a cursor that goes out.
pub(super) async fn witness(tenant: Id, seq: i64, tx: &mut Tx) -> Result<Witness, store::Error> {
    let logged = tx.find_logged_at(tenant, seq).await?;
    Ok(logged.map_or(0, |(seq, doc, bytes)| witness_of(seq, doc, &bytes)))
}

/// Where the phone stands that brings this cursor.
pub(super) async fn place(
    bytes: &[u8],
    tenant: Id,
    end: &FeedEnd,
    parts: &Parts,
    tx: &mut Tx,
) -> Result<Place, store::Error> {
    let cursor = Cursor::read(bytes, &parts.keys).filter(|cursor| cursor.tenant == tenant);
    let Some(cursor) = cursor else {
        return Ok(Place::Lost);
    };
    let reached = cursor.seq.max(cursor.known);
    if cursor.timeline != end.timeline {
        let past = tx.is_past_timeline(tenant, cursor.timeline).await?;
        return Ok(if past {
            Place::Lost
        } else {
            Place::Ahead(reached, cursor.timeline)
        });
    }
    // Others may have pushed past the number meanwhile: then something else stands there.
    let known = reached <= end.last && witness(tenant, cursor.known, tx).await? == cursor.witness;
    Ok(if known {
        Place::Here(cursor)
    } else {
        Place::Ahead(reached, cursor.timeline)
    })
}

/// Begins a new timeline if the cursor still proves that this one has lost its end.
pub(super) async fn turn(
    bytes: &[u8],
    tenant: Id,
    live: &Live,
    parts: &Parts,
) -> Result<(), store::Error> {
    let now = parts.clock.now();
    let mut tx = parts.store.begin().await?;
    let Some(end) = tx.find_feed_end(tenant).await? else {
        return Ok(());
    };
    let Place::Ahead(at_least, told) = place(bytes, tenant, &end, parts, &mut tx).await? else {
        return Ok(());
    };
    let turn = Turn {
        tenant,
        from: end.timeline,
        to: parts.rng.new_id(now),
        unknown: (told != end.timeline).then_some(told),
        at_least,
        cause: Cause::Phone,
    };
    if tx.begin_timeline(&turn, now).await? {
        tx.commit().await?;
        tracing::warn!(
            %tenant,
            "a phone knows more than the database: it was put back. A new timeline begins, and phones offer again \
             what they hold"
        );
        live.poke(tenant, Vec::new());
        live.poke_office(tenant);
    }
    Ok(())
}
