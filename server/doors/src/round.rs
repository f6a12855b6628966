//! One round of the gate: load the inbox of some documents, have the workers decide, write it down.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures_util::future::join_all;
use serde_bytes::ByteBuf;
use sync_core::Id;
use sync_core::gate::Writer;
use sync_core::gate::job::{Job, Pushed};
use sync_core::kinds::Kind;

use super::admission::{Decided, Waiting, write_down};
use super::live::Live;
use super::parts::Parts;
use super::verify::{self, Case, Logged, RoundError};
use store::documents::DocumentKey;
use store::inbox::InboxRow;

/// Documents that a worker is likely to hold, so that their log need not travel.
const LIKELY_HELD: usize = 1_000;
/// Documents that one job may carry: enough to share the pipe, few enough for the deadline.
const CASES: usize = 8;

/// What the gate remembers between rounds.
#[derive(Default)]
pub(super) struct Known {
    held: HashSet<DocumentKey>,
}

/// Decides on what waits for these documents.
pub(super) async fn run(
    docs: &[DocumentKey],
    known: &mut Known,
    live: &Live,
    parts: &Parts,
) -> Result<(), RoundError> {
    let mut lanes: BTreeMap<u64, Vec<(Waiting, Case)>> = BTreeMap::new();
    let mut tx = parts.store.read().await?;
    for waiting in load(docs, &mut tx).await? {
        let Some(first) = waiting.rows.first() else {
            continue;
        };
        let (tenant, doc, kind) = (first.tenant, first.doc, first.kind);
        let case = case(&waiting, (tenant, doc), kind, known, &mut tx).await?;
        // The pool takes every second bit for its own purposes: one lane per worker.
        let lane = (verify::key_of(doc) >> 1) % u64::try_from(parts.workers.count()).unwrap_or(1);
        lanes.entry(lane).or_default().push((waiting, case));
    }
    drop(tx);
    let decisions = join_all(lanes.into_values().map(|lane| decide_lane(parts, lane))).await;
    let mut decided = Vec::new();
    for lane in decisions {
        decided.extend(lane?);
    }
    write_down(&decided, live, parts).await?;
    known.held.extend(docs);
    if known.held.len() > LIKELY_HELD {
        known.held.clear();
    }
    Ok(())
}

/// What waits, document by document.
async fn load(docs: &[DocumentKey], tx: &mut store::Tx) -> Result<Vec<Waiting>, store::Error> {
    let mut tenants: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (tenant, doc) in docs {
        tenants.entry(*tenant).or_default().push(*doc);
    }
    let mut all = Vec::new();
    for (tenant, docs) in tenants {
        let mut rows: BTreeMap<Id, Vec<InboxRow>> = BTreeMap::new();
        for row in tx.list_inbox(tenant, &docs).await? {
            rows.entry(row.doc).or_default().push(row);
        }
        let docs: Vec<Id> = rows.keys().copied().collect();
        let mut documents = tx.find_documents(tenant, &docs).await?;
        let mut aside: HashMap<Id, HashSet<[u8; 16]>> = HashMap::new();
        for row in tx.list_aside(tenant, &docs).await? {
            let names = row.hashes.as_chunks::<16>().0;
            aside.entry(row.doc).or_default().extend(names);
        }
        all.extend(rows.into_iter().map(|(doc, rows)| Waiting {
            document: documents.remove(&doc),
            rows,
            aside: aside.remove(&doc).unwrap_or_default(),
        }));
    }
    Ok(all)
}

async fn case(
    waiting: &Waiting,
    (tenant, doc): DocumentKey,
    kind: Kind,
    known: &Known,
    tx: &mut store::Tx,
) -> Result<Case, store::Error> {
    let mut pushed = Vec::with_capacity(waiting.rows.len());
    for row in &waiting.rows {
        let writer = Writer {
            person: row.person,
            role: row.role,
        };
        pushed.push(Pushed {
            writer,
            segment: ByteBuf::from(row.bytes.clone()),
        });
    }
    let logged = waiting.document.as_ref().map(|document| Logged {
        tenant,
        doc,
        last: document.changed_seq,
    });
    let held = known.held.contains(&(tenant, doc));
    let base = match logged {
        Some(logged) if !held => logged.base(tx).await?,
        Some(_) | None => Vec::new(),
    };
    let heads = waiting
        .document
        .as_ref()
        .map_or_else(ByteBuf::new, |document| {
            ByteBuf::from(document.heads.clone())
        });
    Ok(Case {
        job: Job {
            doc,
            kind,
            heads,
            base,
            base_left_out: logged.is_some() && held,
            pushed,
        },
        logged,
    })
}

async fn decide_lane(
    parts: &Parts,
    lane: Vec<(Waiting, Case)>,
) -> Result<Vec<Decided>, RoundError> {
    let mut decided = Vec::with_capacity(lane.len());
    let mut lane = lane.into_iter().peekable();
    while lane.peek().is_some() {
        let (waiting, cases): (Vec<_>, Vec<_>) = lane.by_ref().take(CASES).unzip();
        let key = cases.first().map_or(0, |case| verify::key_of(case.job.doc));
        let findings = verify::decide(parts, &cases, key).await?;
        for ((waiting, case), finding) in waiting.into_iter().zip(cases).zip(findings) {
            match finding {
                Some(finding) => decided.push(Decided {
                    waiting,
                    pushed: case.job.pushed,
                    finding,
                }),
                None => {
                    tracing::error!(doc = %case.job.doc, "the log of a document does not make it")
                }
            }
        }
    }
    Ok(decided)
}
