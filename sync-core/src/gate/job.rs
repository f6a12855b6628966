//! The gate across a process boundary: what the hub hands to a checking process, and what comes back.
//!
//! The answer names verdicts by position; this module alone turns them back into [`Admitted`], from the bytes
//! that the hub itself holds. A checking process that lies can refuse, but it cannot slip in other bytes.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::{Admission, Admitted, Candidate, Verdict, Writer, admit};
use crate::chunk;
use crate::document::Document;
use crate::ids::Id;
use crate::kinds::Kind;
use crate::protocol;
use crate::reason::Reason;
use crate::record::Record;
use crate::segment;
use crate::summary::Summary;

/// One document's candidates for the gate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The document.
    pub doc: Id,
    /// Its kind.
    pub kind: Kind,
    /// Heads of the document as logged, concatenated; empty for a new one.
    pub heads: ByteBuf,
    /// The logged segments, oldest first; may be left empty when the process is likely to hold the document.
    pub base: Vec<ByteBuf>,
    /// Whether `base` was left out on purpose.
    pub base_left_out: bool,
    /// Received segments in the order of their arrival.
    pub pushed: Vec<Pushed>,
}

/// A received segment and its writer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pushed {
    /// Who pushed it.
    pub writer: Writer,
    /// The changes, packed.
    pub segment: ByteBuf,
}

/// What comes back from the checking process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The process does not hold the document: send the job again with its base.
    BaseNeeded,
    /// The logged segments do not make the document with these heads.
    BaseBroken,
    /// Decided.
    Decided {
        /// Heads after admission, concatenated.
        heads: ByteBuf,
        /// Changes in the document, the seed included.
        changes: u32,
        /// The facts for lists.
        summary: Box<Summary>,
        /// Per pushed segment, per change.
        verdicts: Vec<Vec<Mark>>,
    },
}

/// A verdict without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// To the log.
    Admitted,
    /// Already there.
    Duplicate,
    /// Put aside.
    Quarantined(Reason),
    /// A predecessor is missing.
    Waiting,
}

/// Runs a job on `held`, the process's own copy of the document if it has one; answers the new copy too.
pub fn run(job: &Job, held: Option<Document>) -> (Answer, Option<Document>) {
    let document = match held.filter(|document| concat(&document.heads()) == job.heads.as_ref()) {
        Some(document) => document,
        None if job.base_left_out => return (Answer::BaseNeeded, None),
        None => match build(job) {
            Some(document) => document,
            None => return (Answer::BaseBroken, None),
        },
    };
    let mut counts = Vec::new();
    let mut candidates = Vec::new();
    for pushed in &job.pushed {
        // The threshold has unpacked it once; what it could not unpack never came here.
        let changes = segment::unpack(&pushed.segment).unwrap_or_default();
        counts.push(changes.len());
        candidates.extend(changes.into_iter().map(|bytes| Candidate {
            bytes,
            writer: pushed.writer,
        }));
    }
    let Admission {
        document, verdicts, ..
    } = admit(&document, &candidates);
    let mut marks = verdicts.iter().map(mark);
    let verdicts = counts
        .into_iter()
        .map(|count| marks.by_ref().take(count).collect())
        .collect();
    let answer = Answer::Decided {
        heads: ByteBuf::from(concat(&document.heads())),
        changes: u32::try_from(document.changes().len()).unwrap_or(u32::MAX),
        summary: Box::new(job.kind.summarise(&document, &Record::of(&document))),
        verdicts,
    };
    (answer, Some(document))
}

/// The admitted changes of one pushed segment, by the answer's marks.
pub fn admitted(pushed: &Pushed, marks: &[Mark]) -> Vec<Admitted> {
    let changes = segment::unpack(&pushed.segment).unwrap_or_default();
    let passed = changes
        .into_iter()
        .zip(marks)
        .filter(|(_, mark)| **mark == Mark::Admitted);
    passed
        .filter_map(|(bytes, _)| {
            chunk::scan(&bytes)
                .ok()
                .map(|header| Admitted { header, bytes })
        })
        .collect()
}

/// Rebuilds a logged document.
///
/// # Errors
/// The reason why the segments make no document.
pub fn rebuild<B: AsRef<[u8]>>(kind: Kind, segments: &[B]) -> Result<Document, Reason> {
    let mut document = Document::seeded(kind);
    let mut changes = Vec::new();
    for packed in segments {
        changes.extend(segment::unpack(packed.as_ref())?);
    }
    document.apply(&changes)?;
    Ok(document)
}

pub(super) fn build(job: &Job) -> Option<Document> {
    let document = rebuild(job.kind, &job.base).ok()?;
    let heads = concat(&document.heads());
    (job.heads.is_empty() && job.base.is_empty() || heads == job.heads.as_ref()).then_some(document)
}

pub(super) fn mark(verdict: &Verdict) -> Mark {
    match verdict {
        Verdict::Admitted(_) => Mark::Admitted,
        Verdict::Duplicate(_) => Mark::Duplicate,
        Verdict::Quarantined(reason) => Mark::Quarantined(*reason),
        Verdict::Waiting => Mark::Waiting,
    }
}

/// Hashes in a row, the form in which heads are kept.
pub fn concat(hashes: &[[u8; 32]]) -> Vec<u8> {
    hashes.concat()
}

/// Short hashes in a row, the form in which a segment's changes are kept.
pub fn concat_short<'a>(hashes: impl IntoIterator<Item = &'a [u8; 32]>) -> Vec<u8> {
    hashes.into_iter().flat_map(protocol::short).collect()
}
