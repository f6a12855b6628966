//! The worker process itself: limits first, then one job after another.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use super::frame::{Outcome, receive_blocking, send_blocking};
use super::{JobKind, Jobs};

/// Address space of a worker.
const MEMORY_BYTES: u64 = 512 * 1024 * 1024;
/// Processor time of one job. The hub kills a worker that is late; this ends one whose hub is gone.
const JOB_CPU_SECONDS: u64 = 20;

/// Serves jobs from standard input until it is closed. Returns the reason if the pipe breaks or a limit
/// cannot be set.
///
/// `background` lowers the process's priority, for work that may wait.
pub fn run<J: Jobs>(background: bool) -> io::Result<()> {
    confine(background)?;
    // The hub learns of a panic by the answer; the message may quote what people wrote.
    std::panic::set_hook(Box::new(|_| {}));

    let mut jobs = io::stdin().lock();
    let mut answers = io::stdout().lock();
    let version = env!("CARGO_PKG_VERSION").as_bytes();
    send_blocking(Outcome::Ready.code(), version, &mut answers)?;

    let mut worker = J::default();
    let mut payload = Vec::new();
    while let Some(kind) = receive_blocking(&mut payload, &mut jobs)? {
        grant_cpu_time()?;
        let (outcome, answer) = answer(kind, &payload, &mut worker);
        send_blocking(outcome.code(), &answer, &mut answers)?;
        // A photo's bytes are not kept until the next one comes.
        payload = Vec::new();
    }
    Ok(())
}

/// Gives up what hostile bytes could use if they ever took over this process.
fn confine(background: bool) -> io::Result<()> {
    limit(Resource::As, MEMORY_BYTES)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    // The three pipes are open; no file and no socket can be opened any more.
    limit(Resource::Nofile, 3)?;
    if background {
        rustix::process::nice(10)?;
    }
    Ok(())
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let most = Some(most);
    setrlimit(
        resource,
        Rlimit {
            current: most,
            maximum: most,
        },
    )?;
    Ok(())
}

/// Allows the process a new share of processor time on top of what it has used.
fn grant_cpu_time() -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
    let used = u64::try_from(used).unwrap_or(0);
    setrlimit(
        Resource::Cpu,
        Rlimit {
            current: Some(used.saturating_add(JOB_CPU_SECONDS)),
            maximum: getrlimit(Resource::Cpu).maximum,
        },
    )?;
    Ok(())
}

fn answer<J: Jobs>(kind: u8, payload: &[u8], worker: &mut J) -> (Outcome, Vec<u8>) {
    let Some(kind) = JobKind::from_code(kind) else {
        return (Outcome::Refused, b"unknown_job".to_vec());
    };
    // The job may panic.
    match catch_unwind(AssertUnwindSafe(|| worker.run(kind, payload))) {
        Ok(Ok(result)) => (Outcome::Done, result),
        Ok(Err(code)) => (Outcome::Refused, code.as_bytes().to_vec()),
        Err(_) => {
            // What the job left half-done in its caches is not used again.
            *worker = J::default();
            (Outcome::Panicked, Vec::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts its jobs; panics where records are checked, refuses pictures.
    #[derive(Default)]
    struct Counting(usize);

    impl Jobs for Counting {
        fn run(&mut self, kind: JobKind, _: &[u8]) -> Result<Vec<u8>, &'static str> {
            self.0 += 1;
            match kind {
                JobKind::Admission => panic!("hostile bytes"),
                JobKind::Picture | JobKind::Preview => Err("media_type_refused"),
            }
        }
    }

    #[test]
    fn a_panic_is_an_answer_and_the_next_job_begins_clean() {
        let mut worker = Counting::default();
        let (outcome, _) = answer(JobKind::Admission.code(), b"", &mut worker);
        assert_eq!((outcome, worker.0), (Outcome::Panicked, 0));
        let (outcome, code) = answer(JobKind::Picture.code(), b"no picture", &mut worker);
        assert_eq!(
            (outcome, code.as_slice(), worker.0),
            (Outcome::Refused, b"media_type_refused".as_slice(), 1)
        );
        let (outcome, code) = answer(99, b"", &mut worker);
        assert_eq!(
            (outcome, code.as_slice()),
            (Outcome::Refused, b"unknown_job".as_slice())
        );
    }
}
