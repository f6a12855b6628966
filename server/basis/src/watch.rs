//! Tasks in the background under watch: a panic is caught and the task goes on; one that only panics ends the
//! program, so that whatever started it starts it anew.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use tokio::sync::watch;

/// Panics within a minute, none of them followed by work that succeeded, after which a task is given up.
pub const MOST_PANICS: usize = 5;
const MINUTE: Duration = Duration::from_secs(60);

/// The tasks of one hub; cheap to clone.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    tasks: Mutex<Vec<Pulse>>,
    given_up: watch::Sender<Option<&'static str>>,
}

impl Default for Watch {
    fn default() -> Self {
        Self(Arc::new(Inner {
            tasks: Mutex::default(),
            given_up: watch::Sender::new(None),
        }))
    }
}

impl Watch {
    /// The signs of life of the task of this name, which is under watch from the first time on.
    pub fn task(&self, name: &'static str) -> Pulse {
        let mut tasks = self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = tasks.iter().find(|known| known.0.name == name) {
            return known.clone();
        }
        let pulse = Pulse(Arc::new(Task {
            name,
            began: Instant::now(),
            beat: AtomicU64::new(0),
            panics: Mutex::default(),
            given_up: self.0.given_up.clone(),
        }));
        tasks.push(pulse.clone());
        pulse
    }

    /// The tasks under watch.
    pub fn tasks(&self) -> Vec<Pulse> {
        let tasks = self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.clone()
    }

    /// Waits until a task is given up, and names it.
    pub async fn given_up(&self) -> &'static str {
        let mut told = self.0.given_up.subscribe();
        loop {
            if let Some(name) = *told.borrow_and_update() {
                return name;
            }
            if told.changed().await.is_err() {
                // The sender is ours: it lives as long as we do.
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Signs of life of one task; cheap to clone.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Task>);

#[derive(Debug)]
struct Task {
    name: &'static str,
    began: Instant,
    /// Milliseconds from `began` to the last sign of life of work in progress; 0 while it waits for work.
    beat: AtomicU64,
    panics: Mutex<VecDeque<Instant>>,
    given_up: watch::Sender<Option<&'static str>>,
}

impl Pulse {
    /// What the task is called.
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// Work begins or goes on.
    pub fn beat(&self) {
        self.0.beat.store(self.now().max(1), Ordering::Relaxed);
    }

    /// Work has succeeded: earlier panics were not the task's own.
    pub fn succeed(&self) {
        self.panics().clear();
    }

    /// The task waits for work.
    pub fn rest(&self) {
        self.0.beat.store(0, Ordering::Relaxed);
    }

    /// For how long work in progress has given no sign of life; zero while the task waits for work.
    pub fn silence(&self) -> Duration {
        match self.0.beat.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            beat => Duration::from_millis(self.now().saturating_sub(beat)),
        }
    }

    /// Does a piece of work; `None` if it panicked, which is logged and counted.
    pub async fn attempt<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        match catch(work).await {
            Ok(done) => Some(done),
            Err(_) => {
                self.note_panic();
                None
            }
        }
    }

    /// Whether it is no use to go on: the task only panics.
    pub fn is_given_up(&self) -> bool {
        self.panics().len() >= MOST_PANICS
    }

    fn note_panic(&self) {
        let now = Instant::now();
        let mut panics = self.panics();
        panics.retain(|earlier| now.duration_since(*earlier) < MINUTE);
        panics.push_back(now);
        let count = panics.len();
        drop(panics);
        tracing::error!(task = self.0.name, count, "a task has panicked and goes on");
        if count >= MOST_PANICS {
            tracing::error!(task = self.0.name, "a task only panics: the program ends");
            self.0.given_up.send_replace(Some(self.0.name));
        }
    }

    fn panics(&self) -> std::sync::MutexGuard<'_, VecDeque<Instant>> {
        self.0.panics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// What was done, or what it panicked with: its words may quote what people wrote, so nobody logs them.
async fn catch<T>(work: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    // Whoever calls throws away what the work may have left half done.
    AssertUnwindSafe(work).catch_unwind().await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn fall(pulse: &Pulse) {
        let fallen = pulse.attempt(async { assert!(pulse.name().is_empty(), "it falls") });
        assert!(fallen.await.is_none());
    }

    #[tokio::test]
    async fn a_task_that_only_panics_is_given_up_and_named() {
        let watch = Watch::default();
        let pulse = watch.task("gate");
        for _ in 1..MOST_PANICS {
            fall(&pulse).await;
        }
        assert!(!pulse.is_given_up());
        fall(&pulse).await;
        assert!(pulse.is_given_up());
        assert_eq!(watch.given_up().await, "gate");
    }

    #[tokio::test]
    async fn a_task_that_succeeds_in_between_goes_on() {
        let watch = Watch::default();
        let pulse = watch.task("gate");
        for _ in 0..4 * MOST_PANICS {
            fall(&pulse).await;
            assert_eq!(pulse.attempt(async { 7 }).await, Some(7));
            pulse.succeed();
        }
        assert!(!pulse.is_given_up());
    }

    #[test]
    fn only_work_in_progress_can_be_silent() {
        let watch = Watch::default();
        let pulse = watch.task("gate");
        assert_eq!(pulse.silence(), Duration::ZERO);
        pulse.beat();
        while watch.tasks()[0].silence() < Duration::from_millis(5) {
            std::hint::spin_loop();
        }
        pulse.rest();
        assert_eq!(pulse.silence(), Duration::ZERO);
    }
}
