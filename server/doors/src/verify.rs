//! The gate's work in a worker process, and the way of a job there and back.

use std::collections::{BTreeMap, VecDeque};

use serde_bytes::ByteBuf;
use sync_core::document::Document;
use sync_core::gate::job::{self, Answer, Job, Mark, Pushed};
use sync_core::protocol;
use sync_core::reason::Reason;
use sync_core::summary::Summary;
use sync_core::{Id, segment};

use super::parts::{GATE, Parts};
use store::Tx;
use workers::{JobKind, WorkerError, route};

/// Documents that a worker keeps loaded: 27 KB each at 30 changes.
const HELD: usize = 600;

/// The documents that a worker holds from job to job.
#[derive(Default)]
pub struct Held {
    documents: BTreeMap<Id, Document>,
    order: VecDeque<Id>,
}

impl Held {
    fn take(&mut self, doc: Id) -> Option<Document> {
        self.documents.remove(&doc)
    }

    fn put(&mut self, doc: Id, document: Document) {
        self.documents.insert(doc, document);
        self.order.push_back(doc);
        while self.documents.len() > HELD || self.order.len() > HELD * 4 {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            // Used again since: its later place counts.
            if !self.order.contains(&oldest) {
                self.documents.remove(&oldest);
            }
        }
    }
}

/// In the worker: decides on a batch of documents.
pub fn run_job(payload: &[u8], held: &mut Held) -> Result<Vec<u8>, &'static str> {
    let jobs: Vec<Job> = protocol::decode(payload).map_err(|_| "job_malformed")?;
    let answers: Vec<Answer> = jobs
        .iter()
        .map(|job| {
            let (answer, document) = job::run(job, held.take(job.doc));
            if let Some(document) = document {
                held.put(job.doc, document);
            }
            answer
        })
        .collect();
    Ok(protocol::encode(&answers))
}

/// Why a round could not be finished; everything is still in the inbox.
#[derive(Debug, thiserror::Error)]
pub(super) enum RoundError {
    #[error("the gate has panicked")]
    Panic,
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Worker(#[from] WorkerError),
}

impl RoundError {
    /// Whether a change may be at fault: its job broke the worker that had it.
    pub(super) fn lies_in_a_change(&self) -> bool {
        match self {
            Self::Panic | Self::Store(_) => false,
            Self::Worker(error) => !matches!(error, WorkerError::Start(_)),
        }
    }

    /// Whether the same round may succeed later as it is.
    pub(super) fn passes(&self) -> bool {
        match self {
            Self::Panic => false,
            // Another gate on the same database was there first: the next look shows what it left.
            Self::Store(error) => {
                error.passes()
                    || error.is_conflict("inbox_pkey")
                    || error.is_conflict("document_pkey")
            }
            Self::Worker(error) => matches!(error, WorkerError::Start(_)),
        }
    }
}

/// A document's candidates, ready to be decided.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) job: Job,
    /// Where the logged segments are, when the worker asks for them; `None` for a new document.
    pub(super) logged: Option<Logged>,
}

impl Case {
    /// The job with the logged segments in it.
    async fn whole(&self, parts: &Parts) -> Result<Job, store::Error> {
        let mut job = self.job.clone();
        if let Some(logged) = self.logged.filter(|_| job.base_left_out) {
            job.base = logged.base(&mut parts.store.read().await?).await?;
            job.base_left_out = false;
        }
        Ok(job)
    }
}

/// A document as it was logged when the case was made; what another gate has logged since is not its base.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logged {
    pub(super) tenant: Id,
    pub(super) doc: Id,
    /// Sequence number of its last segment.
    pub(super) last: i64,
}

impl Logged {
    /// Its segments, oldest first.
    pub(super) async fn base(self, tx: &mut Tx) -> Result<Vec<ByteBuf>, store::Error> {
        let segments = tx
            .list_segment_bytes(self.tenant, self.doc, self.last)
            .await?;
        Ok(segments.into_iter().map(ByteBuf::from).collect())
    }
}

/// What the gate found.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) heads: Vec<u8>,
    pub(super) changes: u32,
    pub(super) summary: Summary,
    /// Per pushed segment, per change.
    pub(super) marks: Vec<Vec<Mark>>,
}

/// Decides on cases that share a worker. `None` for a case whose log is broken: it stays in the inbox.
pub(super) async fn decide(
    parts: &Parts,
    cases: &[Case],
    key: u64,
) -> Result<Vec<Option<Finding>>, RoundError> {
    match ask(parts, cases, key).await {
        Ok(findings) => Ok(findings),
        Err(error) if !error.lies_in_a_change() => Err(error),
        // Some change of some case broke the worker: each case alone, then each change alone.
        Err(_) => {
            let mut findings = Vec::with_capacity(cases.len());
            for case in cases {
                findings.push(match ask(parts, std::slice::from_ref(case), key).await {
                    Ok(mut found) => found.pop().flatten(),
                    Err(error) if !error.lies_in_a_change() => return Err(error),
                    Err(_) => decide_carefully(parts, case, key).await?,
                });
            }
            Ok(findings)
        }
    }
}

/// The key that leads a document to the worker that holds it.
pub(super) fn key_of(doc: Id) -> u64 {
    route(&doc.bytes())
}

async fn ask(parts: &Parts, cases: &[Case], key: u64) -> Result<Vec<Option<Finding>>, RoundError> {
    let jobs: Vec<&Job> = cases.iter().map(|case| &case.job).collect();
    let answers = exchange(parts, &jobs, key).await?;
    let mut findings = Vec::with_capacity(cases.len());
    for (case, answer) in cases.iter().zip(answers) {
        let answer = if matches!(answer, Answer::BaseNeeded) {
            let whole = case.whole(parts).await?;
            exchange(parts, &[&whole], key)
                .await?
                .pop()
                .unwrap_or(Answer::BaseBroken)
        } else {
            answer
        };
        findings.push(finding(answer));
    }
    Ok(findings)
}

async fn exchange(parts: &Parts, jobs: &[&Job], key: u64) -> Result<Vec<Answer>, WorkerError> {
    // A round may take long, a job may not.
    parts.watch.task(GATE).beat();
    let bytes = parts
        .workers
        .run(JobKind::Admission, &protocol::encode(&jobs), Some(key))
        .await?;
    protocol::decode(&bytes).map_err(|_| WorkerError::Refused("answer_malformed".to_owned()))
}

/// A worker can be lost for a reason of the machine's; that is not held against a change.
async fn exchange_twice(parts: &Parts, job: &Job, key: u64) -> Result<Vec<Answer>, WorkerError> {
    match exchange(parts, &[job], key).await {
        Err(WorkerError::Died | WorkerError::TimedOut) => exchange(parts, &[job], key).await,
        done => done,
    }
}

fn finding(answer: Answer) -> Option<Finding> {
    match answer {
        Answer::Decided {
            heads,
            changes,
            summary,
            verdicts,
        } => Some(Finding {
            heads: heads.into_vec(),
            changes,
            summary: *summary,
            marks: verdicts,
        }),
        Answer::BaseNeeded | Answer::BaseBroken => None,
    }
}

/// One change at a time, each in its own job: whichever breaks the worker is put aside, the rest goes on. A
/// change may be what an earlier one waits for, so it goes round until nothing moves. `None` if the log is broken.
async fn decide_carefully(
    parts: &Parts,
    case: &Case,
    key: u64,
) -> Result<Option<Finding>, RoundError> {
    let whole = case.whole(parts).await?;
    let mut changes = Vec::new();
    for (row, pushed) in case.job.pushed.iter().enumerate() {
        for change in segment::unpack(&pushed.segment).unwrap_or_default() {
            let alone = Pushed {
                writer: pushed.writer,
                segment: ByteBuf::from(segment::pack(&[change])),
            };
            changes.push((row, alone, Mark::Waiting));
        }
    }
    let mut base = whole.base.clone();
    let mut found = None;
    let mut heads = whole.heads.clone();
    let mut moved = true;
    while std::mem::take(&mut moved) {
        for (_, alone, mark) in changes
            .iter_mut()
            .filter(|(.., mark)| *mark == Mark::Waiting)
        {
            let job = Job {
                heads: heads.clone(),
                base: base.clone(),
                pushed: vec![alone.clone()],
                ..whole.clone()
            };
            let one = match exchange_twice(parts, &job, key).await {
                Err(error @ WorkerError::Start(_)) => return Err(error.into()),
                Err(_) => None,
                Ok(mut answers) => match answers.pop().and_then(finding) {
                    None => return Ok(None),
                    one => one,
                },
            };
            let decided = one
                .as_ref()
                .and_then(|one| one.marks.first()?.first().copied());
            *mark = decided.unwrap_or(Mark::Quarantined(Reason::VerificationFailed));
            moved |= *mark != Mark::Waiting;
            if let Some(one) = one.filter(|_| *mark == Mark::Admitted) {
                base.push(alone.segment.clone());
                heads = ByteBuf::from(one.heads.clone());
                found = Some(one);
            }
        }
    }
    let mut marks = vec![Vec::new(); case.job.pushed.len()];
    for (row, _, mark) in changes {
        if let Some(marks) = marks.get_mut(row) {
            marks.push(mark);
        }
    }
    // Where nothing was admitted the document stays as it is, and nobody looks at its facts.
    let found = found.unwrap_or_else(|| Finding {
        heads: case.job.heads.to_vec(),
        changes: 0,
        summary: Summary::default(),
        marks: Vec::new(),
    });
    Ok(Some(Finding { marks, ..found }))
}
