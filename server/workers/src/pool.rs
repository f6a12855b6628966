//! The processes of a hub and the way of a job to one of them.

use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Mutex as Register;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, MutexGuard};

use super::process::{Process, Program};
use super::{JobKind, WorkerError};

/// Worker processes, started when first needed and started again after each death.
///
/// Records and photos have processes of their own, so that photos never delay records. Photos get half
/// as many, at low priority.
pub struct Pool {
    program: Program,
    admission: Lane,
    pictures: Lane,
}

/// Interchangeable processes for one kind of job.
struct Lane {
    slots: Vec<Slot>,
    next: AtomicUsize,
}

/// The place of one process. Empty before its first job, while it works, and after its death.
#[derive(Default)]
struct Slot {
    idle: Mutex<Option<Process>>,
    /// Process id, for people who watch the hub.
    pid: Register<Option<u32>>,
}

/// A key for [`Pool::run`] from whatever names the thing that jobs share, such as a document's id.
pub fn route(name: &[u8]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = Sha256::digest(name).0;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

impl Pool {
    /// A pool of `workers` processes of `program` (of the running program if none is named).
    pub fn new(program: Option<PathBuf>, workers: NonZeroUsize) -> io::Result<Self> {
        Ok(Self {
            program: Program::new(program)?,
            admission: Lane::new(workers.get()),
            pictures: Lane::new(workers.get().div_ceil(2)),
        })
    }

    /// Processes that check records.
    pub fn count(&self) -> usize {
        self.admission.slots.len()
    }

    /// Has a worker do the job and gives its result.
    ///
    /// Jobs with the same `key` go to the same process, one after another: a worker keeps what it loaded
    /// for the last jobs (a document of 3,000 changes takes 30 ms to load), so a key that names the
    /// document finds it there. Without a key the job goes to a process that is free.
    ///
    /// Dropping the future kills the process that has the job.
    pub async fn run(
        &self,
        kind: JobKind,
        payload: &[u8],
        key: Option<u64>,
    ) -> Result<Vec<u8>, WorkerError> {
        let lane = self.lane(kind);
        let (slot, mut idle) = lane.choose(key).await?;
        // Taken out for the job: if this future is dropped half-way, the answer to this job can never be
        // read as that of the next.
        let mut process = match idle.take().and_then(Process::living) {
            Some(process) => process,
            None => self.program.start(kind).await?,
        };
        slot.register(process.id());
        let result = process.exchange(kind, payload).await;
        match &result {
            Ok(_) | Err(WorkerError::Refused(_)) => *idle = Some(process),
            Err(error) => {
                tracing::warn!(kind = ?kind, %error, "a worker was lost with its job");
                slot.register(None);
            }
        }
        result
    }

    /// Ids of the processes that were started and not yet found dead.
    pub fn process_ids(&self) -> Vec<u32> {
        let slots = self.admission.slots.iter().chain(&self.pictures.slots);
        slots.filter_map(Slot::pid).collect()
    }

    const fn lane(&self, kind: JobKind) -> &Lane {
        match kind {
            JobKind::Admission | JobKind::Preview => &self.admission,
            JobKind::Picture => &self.pictures,
        }
    }
}

impl Lane {
    fn new(size: usize) -> Self {
        Self {
            slots: (0..size).map(|_| Slot::default()).collect(),
            next: AtomicUsize::new(0),
        }
    }

    async fn choose(
        &self,
        key: Option<u64>,
    ) -> Result<(&Slot, MutexGuard<'_, Option<Process>>), WorkerError> {
        if key.is_none() {
            let free = self
                .slots
                .iter()
                .find_map(|slot| slot.idle.try_lock().ok().map(|idle| (slot, idle)));
            if let Some(free) = free {
                return Ok(free);
            }
        }
        let turn = key
            .and_then(|key| usize::try_from(key >> 1).ok())
            .unwrap_or_else(|| self.next.fetch_add(1, Ordering::Relaxed));
        let slot = turn
            .checked_rem(self.slots.len())
            .and_then(|turn| self.slots.get(turn))
            .ok_or_else(|| WorkerError::Start(io::Error::other("the pool has no place")))?;
        Ok((slot, slot.idle.lock().await))
    }
}

impl Slot {
    fn register(&self, pid: Option<u32>) {
        *self.pid.lock().unwrap_or_else(PoisonError::into_inner) = pid;
    }

    fn pid(&self) -> Option<u32> {
        *self.pid.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_always_leads_to_the_same_place() {
        assert_eq!(route(b"document"), route(b"document"));
        assert_ne!(route(b"document"), route(b"another"));
    }
}
