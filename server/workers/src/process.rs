//! One worker process as the hub sees it.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::frame::{self, Outcome};
use super::{JobKind, WorkerError};

/// How long a new process may take to say that it is ready.
const START_PATIENCE: Duration = Duration::from_secs(10);

/// What the allocator reserves at a time, KiB. Its own measure, a gibibyte, is more address space than a worker
/// may have: its stack could not grow.
const ARENA_KIB: &str = "16384";

/// A running worker. Dropping it kills the process, whatever it does.
pub(super) struct Process {
    child: Child,
    jobs: ChildStdin,
    answers: ChildStdout,
}

/// How workers are started.
#[derive(Clone, Debug)]
pub(super) struct Program {
    path: PathBuf,
}

impl Program {
    /// `path`, or the program that is running now.
    pub(super) fn new(path: Option<PathBuf>) -> io::Result<Self> {
        let path = match path {
            Some(path) => path,
            // Names the file even after an upgrade has put another one in its place.
            None if cfg!(target_os = "linux") => PathBuf::from("/proc/self/exe"),
            None => std::env::current_exe()?,
        };
        Ok(Self { path })
    }

    /// Starts a process and waits until it is ready for jobs.
    pub(super) async fn start(&self, kind: JobKind) -> Result<Process, WorkerError> {
        let mut process = self.spawn(kind).map_err(WorkerError::Start)?;
        match timeout(START_PATIENCE, process.greeting()).await {
            Ok(Ok(())) => Ok(process),
            Ok(Err(error)) => Err(WorkerError::Start(error)),
            Err(late) => Err(WorkerError::Start(late.into())),
        }
    }

    fn spawn(&self, kind: JobKind) -> io::Result<Process> {
        let priority: &[&OsStr] = match kind {
            JobKind::Admission | JobKind::Preview => &[],
            JobKind::Picture => &["--background".as_ref()],
        };
        let mut child = Command::new(&self.path)
            .arg0("warmline")
            .arg("verify-worker")
            .args(priority)
            // Passwords and keys in the hub's environment are none of a worker's business.
            .env_clear()
            .env("MIMALLOC_ARENA_RESERVE", ARENA_KIB)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A panic message may quote what people wrote.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(jobs), Some(answers)) => Ok(Process {
                child,
                jobs,
                answers,
            }),
            _ => Err(io::Error::other("the pipes of a worker are missing")),
        }
    }
}

impl Process {
    /// The process itself unless it has ended since its last job.
    pub(super) fn living(mut self) -> Option<Self> {
        matches!(self.child.try_wait(), Ok(None)).then_some(self)
    }

    /// The process id, while it lives.
    pub(super) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Gives the process a job and waits for its answer, at most the job's deadline.
    ///
    /// After [`WorkerError::Refused`] and a result the process takes the next job; after any other error
    /// it must be dropped.
    pub(super) async fn exchange(
        &mut self,
        kind: JobKind,
        payload: &[u8],
    ) -> Result<Vec<u8>, WorkerError> {
        let answer = async {
            frame::send(kind.code(), payload, &mut self.jobs).await?;
            frame::receive(&mut self.answers).await
        };
        let Ok(answer) = timeout(kind.deadline(), answer).await else {
            return Err(WorkerError::TimedOut);
        };
        let (outcome, payload) = answer.map_err(|_| WorkerError::Died)?;
        match Outcome::from_code(outcome) {
            Some(Outcome::Done) => Ok(payload),
            Some(Outcome::Refused) => Err(WorkerError::Refused(
                String::from_utf8_lossy(&payload).into_owned(),
            )),
            Some(Outcome::Panicked | Outcome::Ready) | None => Err(WorkerError::Died),
        }
    }

    async fn greeting(&mut self) -> io::Result<()> {
        let (tag, version) = frame::receive(&mut self.answers).await?;
        let expected = env!("CARGO_PKG_VERSION").as_bytes();
        if Outcome::from_code(tag) == Some(Outcome::Ready) && version == expected {
            Ok(())
        } else {
            Err(io::Error::other(
                "the worker program is not of the hub's version",
            ))
        }
    }
}
