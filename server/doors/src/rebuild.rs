//! Deriving again: what lists show of documents is made anew from the log, by the code that made it the first time.
//!
//! Round by round, as the gate admitted them, with the office's decisions between. What the hub decided in its own order
//! is no derived row and stays as it is: where tickets stand and what happened to them, who sees what, the office's
//! words.

use std::collections::BTreeMap;

use store::documents::DocumentRow;
use store::mediations::MediationRow;
use store::rebuild::RoundSegment;
use store::revisions::FoundRevision;
use store::visits::VisitRow;
use store::{Db, Tx};
use sync_core::document::Document;
use sync_core::reason::Reason;
use sync_core::record::Record;
use sync_core::{Id, MediaHash, segment};

use super::addition::Addition;
use super::project::{Pass, project};

/// Why a rebuild stopped. What is done stays done; it may be run again.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The log of a document does not make it.
    #[error("the log of the record {doc} cannot be read ({}): restore a backup", reason.code())]
    Log {
        /// The document.
        doc: Id,
        /// Why.
        reason: Reason,
    },
    /// The database could not.
    #[error("the database could not")]
    Store(#[from] store::Error),
}

/// What a rebuild has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rebuilt {
    /// Documents of the sub-district.
    pub documents: usize,
    /// Those of them that lists show differently now.
    pub different: usize,
}

/// Makes the derived rows of a sub-district anew, a transaction a document; a hub may run beside it. `told` hears how
/// many of how many are done.
///
/// # Errors
/// If the database or a document's log cannot be read.
pub async fn rebuild(
    store: &Db,
    tenant: Id,
    mut told: impl FnMut(usize, usize),
) -> Result<Rebuilt, RebuildError> {
    let mut tx = store.read().await?;
    let docs = tx.list_document_ids(tenant).await?;
    let mut photos = tx.list_photo_links(tenant).await?;
    drop(tx);
    let mut rebuilt = Rebuilt::default();
    for doc in &docs {
        let photos = photos.remove(doc).unwrap_or_default();
        rebuilt.documents += 1;
        rebuilt.different += usize::from(document(tenant, *doc, &photos, store).await?);
        told(rebuilt.documents, docs.len());
    }
    let mut behind = None;
    loop {
        let mut tx = store.begin().await?;
        behind = tx.index_tickets_behind(tenant, behind).await?;
        tx.commit().await?;
        if behind.is_none() {
            break;
        }
    }
    Ok(rebuilt)
}

/// One document; whether its rows are others now.
async fn document(
    tenant: Id,
    doc: Id,
    photos: &[Vec<u8>],
    store: &Db,
) -> Result<bool, RebuildError> {
    let mut tx = store.begin().await?;
    // The gate waits: nothing is admitted in between.
    tx.next_seqs(tenant, 0).await?;
    let Some(row) = tx.find_document(tenant, doc).await? else {
        return Ok(false);
    };
    let before = shown(tenant, doc, &mut tx).await?;
    let mut rounds: BTreeMap<i64, Vec<RoundSegment>> = BTreeMap::new();
    for segment in tx.list_rounds(tenant, doc).await? {
        rounds.entry(segment.round).or_default().push(segment);
    }
    let decisions = tx.list_decisions(tenant, doc).await?;
    let kept = tx.delete_derived(tenant, doc, photos).await?;
    let mut decisions = decisions.into_iter().peekable();
    let mut built = Document::seeded(row.kind);
    for (round, segments) in rounds {
        while let Some((seq, decision, at)) = decisions.next_if(|(seq, ..)| *seq < round) {
            tx.update_visit_state(tenant, doc, decision.state(), seq, at)
                .await?;
        }
        again(&row, round, &segments, &mut built, &mut tx).await?;
    }
    for (seq, decision, at) in decisions {
        tx.update_visit_state(tenant, doc, decision.state(), seq, at)
            .await?;
    }
    tx.put_kept(tenant, doc, &kept).await?;
    let after = shown(tenant, doc, &mut tx).await?;
    tx.commit().await?;
    Ok(before != after)
}

/// One round of the gate once more.
async fn again(
    row: &DocumentRow,
    round: i64,
    segments: &[RoundSegment],
    built: &mut Document,
    tx: &mut Tx,
) -> Result<(), RebuildError> {
    let broken = |reason| RebuildError::Log {
        doc: row.id,
        reason,
    };
    let mut changes = Vec::new();
    for one in segments {
        changes.extend(segment::unpack(&one.bytes).map_err(broken)?);
    }
    built.apply(&changes).map_err(broken)?;
    let summary = row.kind.summarise(built, &Record::of(built));
    let document = DocumentRow {
        changed_seq: round,
        ..row.clone()
    };
    let addition = Addition {
        document: &document,
        summary: &summary,
        writers: segments.iter().map(|one| one.person).collect(),
    };
    if let Some(first) = segments.first() {
        project(row.tenant, &[addition], first.admitted_at, Pass::Again, tx).await?;
    }
    Ok(())
}

/// What lists show of a document.
type Shown = (
    Option<VisitRow>,
    Option<MediationRow>,
    Vec<(Id, (MediaHash, bool))>,
    Vec<(Id, String)>,
    Vec<(Id, Id)>,
    Vec<FoundRevision>,
);

async fn shown(tenant: Id, doc: Id, tx: &mut Tx) -> Result<Shown, store::Error> {
    Ok((
        tx.find_visits(tenant, &[doc]).await?.remove(&doc),
        tx.find_mediations(tenant, &[doc]).await?.remove(&doc),
        tx.list_document_photos(tenant, &[doc]).await?,
        tx.list_open_disagreements(tenant, &[doc]).await?,
        tx.list_document_links(tenant, &[doc]).await?,
        tx.list_revisions(tenant, doc).await?,
    ))
}
