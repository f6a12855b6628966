//! The worker process itself: limits first, then one job after another.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use super::JobKind;
use super::frame::{Outcome, receive_blocking, send_blocking};
use super::jobs::{self, State};

/// Address space of a worker.
const MEMORY_BYTES: u64 = 512 * 1024 * 1024;
/// Processor time of one job. The hub kills a worker that is late; this ends one whose hub is gone.
const JOB_CPU_SECONDS: u64 = 20;

/// Serves jobs from standard input until it is closed. Returns the reason if the pipe breaks or a limit
/// cannot be set.
///
/// `background` lowers the process's priority, for work that may wait.
pub fn run(background: bool) -> io::Result<()> {
    confine(background)?;
    // The hub learns of a panic by the answer; the message may quote what people wrote.
    std::panic::set_hook(Box::new(|_| {}));

    let mut jobs = io::stdin().lock();
    let mut answers = io::stdout().lock();
    let version = env!("CARGO_PKG_VERSION").as_bytes();
    send_blocking(Outcome::Ready.code(), version, &mut answers)?;

    let mut state = State::default();
    let mut payload = Vec::new();
    while let Some(kind) = receive_blocking(&mut payload, &mut jobs)? {
        grant_cpu_time()?;
        let (outcome, answer) = answer(kind, &payload, &mut state);
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

fn answer(kind: u8, payload: &[u8], state: &mut State) -> (Outcome, Vec<u8>) {
    match JobKind::from_code(kind) {
        Some(kind) => attempt(|state| jobs::run(kind, payload, state), state),
        None => (Outcome::Refused, b"unknown_job".to_vec()),
    }
}

/// Does a job that may panic.
fn attempt(
    job: impl FnOnce(&mut State) -> Result<Vec<u8>, &'static str>,
    state: &mut State,
) -> (Outcome, Vec<u8>) {
    match catch_unwind(AssertUnwindSafe(|| job(state))) {
        Ok(Ok(result)) => (Outcome::Done, result),
        Ok(Err(code)) => (Outcome::Refused, code.as_bytes().to_vec()),
        Err(_) => {
            // What the job left half-done in its caches is not used again.
            *state = State::default();
            (Outcome::Panicked, Vec::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer_and_the_next_job_begins_clean() {
        let mut state = State::default();
        let (outcome, _) = attempt(|_| panic!("hostile bytes"), &mut state);
        assert_eq!(outcome, Outcome::Panicked);
        let (outcome, code) = answer(2, b"no picture", &mut state);
        assert_eq!(
            (outcome, code.as_slice()),
            (Outcome::Refused, b"media_type_refused".as_slice())
        );
        let (outcome, code) = answer(99, b"", &mut state);
        assert_eq!(
            (outcome, code.as_slice()),
            (Outcome::Refused, b"unknown_job".as_slice())
        );
    }
}
