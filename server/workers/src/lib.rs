//! Work on bytes that nobody trusts, in processes that may die.
//!
//! A record or a photo from a device can make its decoder panic, loop or ask for gigabytes. The hub
//! therefore never decodes one itself: it sends the bytes to a subprocess of the same program
//! (`warmline verify-worker`) that has a memory limit, no open file, no environment and a deadline.
//! Whatever happens there costs one job; the hub starts another process and goes on.
//!
//! ```text
//! hub                                 verify-worker
//! Pool -> Process ---- job ---------> child::run -> Jobs::run(kind, payload)
//!              <------ answer -------                (one job at a time, caches kept between jobs)
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]

use std::time::Duration;

pub mod child;
mod frame;
mod pool;
mod process;

pub use pool::{Pool, route};

/// What a worker is asked to do with the bytes it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Check and merge changes of one document.
    Admission,
    /// Make thumbnails of one photo.
    Picture,
    /// Read what was put aside of one document.
    Preview,
}

impl JobKind {
    const fn code(self) -> u8 {
        match self {
            Self::Admission => 1,
            Self::Picture => 2,
            Self::Preview => 3,
        }
    }

    const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Admission),
            2 => Some(Self::Picture),
            3 => Some(Self::Preview),
            _ => None,
        }
    }

    /// How long one job may take by the clock on the wall.
    ///
    /// A photo gets more: 50 megapixels are honest work for a second, and its processes run at low
    /// priority, so on a busy machine they wait for the processor.
    pub const fn deadline(self) -> Duration {
        match self {
            Self::Admission | Self::Preview => Duration::from_secs(2),
            Self::Picture => Duration::from_secs(10),
        }
    }
}

/// What a worker can do, and what it keeps from job to job. Lives in the worker process alone; after a panic it
/// is made anew.
pub trait Jobs: Default {
    /// Does one job.
    ///
    /// # Errors
    /// The stable code of the refusal.
    fn run(&mut self, kind: JobKind, payload: &[u8]) -> Result<Vec<u8>, &'static str>;
}

/// Why a job has no result. The pool itself is as good as before.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The worker panicked, ran out of memory or was killed while it had this job.
    #[error("the worker died")]
    Died,
    /// The job was understood and refused; the code is stable.
    #[error("the worker refused: {0}")]
    Refused(String),
    /// No worker process can be started: a fault of the machine, not of the job.
    #[error("no worker can be started")]
    Start(#[source] std::io::Error),
    /// The job took longer than [`JobKind::deadline`].
    #[error("the worker took too long")]
    TimedOut,
}
