//! The open live channels: few of a device, not opened in a loop, closed when a newer one takes their place.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sync_core::Id;
use tokio::sync::oneshot;

/// Channels that a device may have: one, and one that it does not know is dead yet.
const OF_A_DEVICE: usize = 2;
/// A device may open one in this time ..
const PACE: Duration = Duration::from_secs(1);
/// .. and this many at once, for a line that keeps breaking.
const BURST: u32 = 4;

/// The channels of all devices; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(Arc<Mutex<HashMap<Id, OfDevice>>>);

#[derive(Debug)]
struct OfDevice {
    /// Dropping one closes its channel; the oldest first.
    open: VecDeque<(u64, oneshot::Sender<()>)>,
    next: u64,
    /// When the device has its whole burst again.
    rested_at: Instant,
}

/// One open channel; counts until it is dropped.
#[derive(Debug)]
pub(crate) struct Line {
    lines: Lines,
    device: Id,
    number: u64,
    closed: oneshot::Receiver<()>,
}

impl Lines {
    /// Opens a channel and closes the oldest one too many; `None` if the device opened too many of late.
    pub(crate) fn open(&self, device: Id, now: Instant) -> Option<Line> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_device = all.entry(device).or_insert_with(|| OfDevice {
            open: VecDeque::new(),
            next: 0,
            rested_at: now,
        });
        let rested_at = of_device.rested_at.max(now) + PACE;
        if rested_at > now + PACE * BURST {
            return None;
        }
        of_device.rested_at = rested_at;
        of_device.next += 1;
        let number = of_device.next;
        let (closing, closed) = oneshot::channel();
        of_device.open.push_back((number, closing));
        while of_device.open.len() > OF_A_DEVICE {
            of_device.open.pop_front();
        }
        Some(Line {
            lines: self.clone(),
            device,
            number,
            closed,
        })
    }

    fn close(&self, device: Id, number: u64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_device) = all.get_mut(&device) {
            of_device.open.retain(|(open, _)| *open != number);
        }
        // What is forgotten here has rested meanwhile.
        if all.len() > 10_000 {
            let now = Instant::now();
            all.retain(|_, one| !one.open.is_empty() || one.rested_at > now);
        }
    }
}

impl Line {
    /// Ends when a newer channel of the device takes the place of this one.
    pub(crate) async fn closed(&mut self) {
        // Nothing is ever sent: the sender is dropped.
        let _ = (&mut self.closed).await;
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.lines.close(self.device, self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: Id = Id::from_bytes([1; 16]);

    #[tokio::test]
    async fn the_oldest_channel_gives_way_to_the_third() {
        let lines = Lines::default();
        let now = Instant::now();
        let mut first = lines.open(DEVICE, now).unwrap();
        let mut second = lines.open(DEVICE, now).unwrap();
        let _other = lines.open(Id::from_bytes([2; 16]), now).unwrap();
        let third = lines.open(DEVICE, now).unwrap();
        first.closed().await;
        let still = tokio::time::timeout(Duration::ZERO, second.closed()).await;
        assert!(still.is_err());
        drop((third, first));
        let fourth = lines.open(DEVICE, now).unwrap();
        let still = tokio::time::timeout(Duration::ZERO, second.closed()).await;
        assert!(still.is_err());
        drop(fourth);
    }

    #[test]
    fn a_device_opens_one_a_second_after_a_few_at_once() {
        let lines = Lines::default();
        let start = Instant::now();
        let opened = |millis: u64| {
            let now = start + Duration::from_millis(millis);
            lines.open(DEVICE, now).is_some()
        };
        let at_once = (0..10).filter(|_| opened(0)).count();
        assert_eq!(at_once, 4);
        let later = (1..=100).filter(|n| opened(n * 100)).count();
        assert_eq!(later, 10);
    }
}
