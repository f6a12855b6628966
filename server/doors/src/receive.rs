//! The first door: pushes become durable inbox rows, many pushes in one commit.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use basis::{Clock, Fair, Pulse, Shares};
use sync_core::protocol::Receipt;
use sync_core::{Id, Timestamp};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::author::{Author, Report};
use super::background::{Arrival, Background};
use super::gate::{Decided, Gate};
use super::inlet::Inlet;
use super::live::Live;
use super::parcel::{self, Budgets, Delivery, Parcels};
use super::parts::Parts;
use super::receive_error::ReceiveError;
use super::signatures::Signatures;
use store::devices::DeviceReport;

/// Pushes that one commit may hold. A commit costs an fsync, so a busy hub shares it.
const GROUP: usize = 128;
/// Unpacked bytes at which a group is full, so that no commit keeps others waiting for long.
const GROUP_BYTES: usize = 16 * 1024 * 1024;
/// Requests that may wait for the door.
const WAITING: usize = 1024;
/// Requests of one device that may be under way; an honest one has one.
const SHARE: usize = 4;
/// How long a device is held that brought too much, ms.
const HELD: i64 = 60_000;
/// Unpacked changes that may be in memory, KiB.
const ROOM_KIB: usize = 128 * 1024;

/// What became of a push: durable when this is in hand.
#[derive(Debug, Default)]
pub struct Pushed {
    /// For the phone.
    pub receipts: Vec<Receipt>,
    /// Documents for which something new waits.
    pub docs: Vec<Id>,
    /// Ends when the gate has decided on them. They are on their way there, whether somebody waits or not.
    pub decided: Decided,
}

/// Takes pushes in.
#[derive(Clone)]
pub struct Receiver {
    waiting: Arc<Waiting>,
    /// Says that something waits; the task ends with the last of them.
    bell: mpsc::Sender<()>,
}

/// Requests that wait for the task, by device: whoever brings much waits behind their own.
struct Waiting {
    queue: Mutex<Fair<Id, Request>>,
    /// Requests of a device that are under way.
    shares: Shares<Id>,
    /// KiB of unpacked changes that are in memory.
    room: Arc<Semaphore>,
    budgets: Budgets,
    /// Devices that brought too much, and since when.
    held: Mutex<HashMap<Id, Timestamp>>,
    clock: Clock,
}

struct Request {
    author: Author,
    parcels: Parcels,
    report: Option<Report>,
    reply: oneshot::Sender<Result<Pushed, store::Error>>,
    /// Unpacked.
    bytes: usize,
    _room: OwnedSemaphorePermit,
}

/// Receives until the last [`Receiver`] is dropped.
struct Task {
    bell: mpsc::Receiver<()>,
    waiting: Arc<Waiting>,
    parts: Parts,
    gate: Gate,
    live: Live,
    pulse: Pulse,
}

/// Opens the first door; what came through it goes on to `gate`, and the office hears what devices said.
pub(super) fn open(parts: Parts, gate: Gate, live: Live) -> Receiver {
    let (bell, rung) = mpsc::channel(1);
    let waiting = Arc::new(Waiting {
        queue: Mutex::new(Fair::new(WAITING, SHARE)),
        shares: Shares::new(SHARE),
        room: Arc::new(Semaphore::new(ROOM_KIB)),
        budgets: Budgets::default(),
        held: Mutex::default(),
        clock: parts.clock.clone(),
    });
    let task = Task {
        bell: rung,
        waiting: Arc::clone(&waiting),
        pulse: parts.watch.task("receive"),
        parts,
        gate,
        live,
    };
    tokio::spawn(task.keep());
    Receiver { waiting, bell }
}

impl Pushed {
    /// Nothing was looked at.
    fn all_later(delivery: &Delivery, seconds: u32) -> Self {
        let docs = delivery.pushes.iter().map(|push| push.doc);
        let receipt = |doc: Id| Receipt {
            doc: Some(doc),
            later: Some(seconds),
            ..Receipt::default()
        };
        Self {
            receipts: docs.map(receipt).collect(),
            ..Self::default()
        }
    }
}

impl Receiver {
    /// Takes a push in; `Ok` means that it survives a power cut.
    ///
    /// # Errors
    /// If nothing was taken; the phone sends it again.
    pub async fn receive(
        &self,
        author: Author,
        delivery: impl Into<Delivery>,
        report: Option<Report>,
    ) -> Result<Pushed, ReceiveError> {
        let delivery = delivery.into();
        let device = author.device;
        if let Some(later) = self.waiting.held(device) {
            return Ok(Pushed::all_later(&delivery, later));
        }
        // Held until the answer, so that a device cannot fill memory either.
        let _share = self
            .waiting
            .shares
            .take(device)
            .ok_or(ReceiveError::Busy(1))?;
        let (parcels, bytes) = self.waiting.unpack(author, delivery).await?;
        let kib = u32::try_from(bytes.div_ceil(1024)).map_err(|_| ReceiveError::TooLarge)?;
        let room = Arc::clone(&self.waiting.room).try_acquire_many_owned(kib);
        let (reply, answer) = oneshot::channel();
        let request = Request {
            author,
            parcels,
            report,
            reply,
            bytes,
            _room: room.map_err(|_| ReceiveError::Busy(5))?,
        };
        self.waiting
            .queue()
            .push(device, request)
            .map_err(|_| ReceiveError::Busy(5))?;
        // Full means that it was rung and not yet heard.
        if let Err(TrySendError::Closed(())) = self.bell.try_send(()) {
            return Err(store::Error::closing().into());
        }
        Ok(answer.await.map_err(|_| store::Error::closing())??)
    }
}

impl Waiting {
    /// Unpacks a request on a thread apart, within the budgets of request and device.
    async fn unpack(
        &self,
        author: Author,
        delivery: Delivery,
    ) -> Result<(Parcels, usize), ReceiveError> {
        let device = author.device;
        if delivery.pushes.is_empty() {
            return Ok((Parcels::default(), 0));
        }
        if let Some(seconds) = self.budgets.wait(device, self.clock.now()) {
            return Err(ReceiveError::Busy(seconds));
        }
        let unpacked = tokio::task::spawn_blocking(move || {
            let mut room = parcel::REQUEST_BYTES;
            let parcels = parcel::unpack(author, delivery, &mut room);
            (parcels, parcel::REQUEST_BYTES - room)
        });
        let (parcels, bytes) = unpacked.await.map_err(|_| store::Error::closing())?;
        self.budgets.charge(device, bytes, self.clock.now());
        Ok((parcels?, bytes))
    }

    /// A device that brought more than its day's share has a minute in which nothing of it is even unpacked.
    fn hold(&self, device: Id) {
        let now = self.clock.now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, since| (0..HELD).contains(&now.millis_since(*since)));
        held.insert(device, now);
    }

    /// Seconds until the device may come again, if it is held.
    fn held(&self, device: Id) -> Option<u32> {
        let now = self.clock.now();
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = now.millis_since(*held.get(&device)?);
        let left = (0..HELD).contains(&passed).then(|| HELD - passed)?;
        u32::try_from(left / 1000 + 1).ok()
    }

    /// The next group, in turns of the devices.
    fn group(&self) -> Vec<Request> {
        let mut queue = self.queue();
        let mut group = Vec::new();
        let mut bytes = 0;
        while group.len() < GROUP && bytes < GROUP_BYTES {
            let Some(request) = queue.pop() else { break };
            bytes += request.bytes;
            group.push(request);
        }
        group
    }

    fn queue(&self) -> MutexGuard<'_, Fair<Id, Request>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Task {
    /// Nobody answers any more: whoever waits is told.
    fn drop(&mut self) {
        self.bell.close();
        while self.waiting.queue().pop().is_some() {}
    }
}

impl Task {
    /// Receives, whatever happens to one request: those that were at hand are told to come back.
    async fn keep(mut self) {
        let pulse = self.pulse.clone();
        while pulse.attempt(self.run()).await.is_none() && !pulse.is_given_up() {}
    }

    async fn run(&mut self) {
        loop {
            // Before the bell, which may have rung for what is left of an attempt that failed.
            loop {
                // A hub that stops answers nobody any more: what was not taken is sent again.
                if self.bell.is_closed() {
                    return;
                }
                let group = self.waiting.group();
                if group.is_empty() {
                    break;
                }
                self.take_in(group).await;
            }
            self.pulse.rest();
            if self.bell.recv().await.is_none() {
                return;
            }
        }
    }

    async fn take_in(&self, requests: Vec<Request>) {
        match self.receive(&requests).await {
            Ok(answers) => self.answer_all(requests, answers),
            // One bad apple must not spoil the group: each on its own.
            Err(_) if requests.len() > 1 => {
                for request in requests {
                    match self.receive(std::slice::from_ref(&request)).await {
                        Ok(answers) => self.answer_all(vec![request], answers),
                        Err(error) => drop(request.reply.send(Err(error))),
                    }
                }
            }
            Err(error) => {
                if let Some(request) = requests.into_iter().next() {
                    let _ = request.reply.send(Err(error));
                }
            }
        }
    }

    /// A request on which the hub panics is one that failed: the phone keeps what it pushed.
    async fn receive(&self, requests: &[Request]) -> Result<Vec<Pushed>, store::Error> {
        self.pulse.beat();
        let received = self
            .pulse
            .attempt(receive_group(&self.parts, requests))
            .await;
        let answers = received.unwrap_or_else(|| Err(store::Error::closing()))?;
        self.pulse.succeed();
        Ok(answers)
    }

    /// Sends what is durable to the gate and answers. A phone that hung up does not want its answer; its push is
    /// durable and decided all the same.
    fn answer_all(&self, requests: Vec<Request>, answers: Vec<Pushed>) {
        for (request, mut answer) in requests.into_iter().zip(answers) {
            let tenant = request.author.tenant;
            if answer.receipts.iter().any(|one| one.later.is_some()) {
                self.waiting.hold(request.author.device);
            }
            answer.decided = self.gate.submit(tenant, &answer.docs);
            if request.report.is_some() {
                self.live.poke_people(tenant);
            }
            if answer.receipts.iter().any(|one| !one.refused.is_empty()) {
                self.live.poke_office(tenant);
            }
            let _ = request.reply.send(Ok(answer));
        }
    }
}

impl Request {
    fn arrivals(&self) -> Vec<Arrival<'_>> {
        let parcels = self.parcels.all.iter();
        parcels
            .map(|parcel| Arrival {
                author: self.author,
                push: &parcel.push,
                actors: &parcel.actors,
                changes: parcel.changes.as_deref(),
            })
            .collect()
    }
}

async fn receive_group(parts: &Parts, requests: &[Request]) -> Result<Vec<Pushed>, store::Error> {
    let now = parts.clock.now();
    let arrivals: Vec<Vec<Arrival<'_>>> = requests.iter().map(Request::arrivals).collect();
    let mut tx = parts.store.begin().await?;
    let background = Background::read(arrivals.iter().flatten(), now, &mut tx).await?;
    let mut inlet = Inlet {
        parts,
        now,
        background,
    };
    let mut signatures = Signatures::new(now);
    let mut answers = Vec::with_capacity(requests.len());
    for (request, arrivals) in requests.iter().zip(&arrivals) {
        let mut pushed = Pushed::default();
        for (arrival, parcel) in arrivals.iter().zip(&request.parcels.all) {
            let receipt = inlet.take(arrival, &mut tx).await?;
            signatures.note(arrival, parcel, &request.parcels, &receipt);
            if !receipt.received.is_empty() || !receipt.waiting.is_empty() {
                pushed.docs.push(arrival.push.doc);
            }
            pushed.receipts.push(receipt);
        }
        if let Some(report) = &request.report {
            let author = request.author;
            // What came with the report lies here now.
            let taken: u32 = pushed.receipts.iter().map(kept_of).sum();
            let report = DeviceReport {
                app_version: &report.app,
                unsent_records: report.unsent_records.map(i64::from),
                unsent_changes: i64::from(report.unsent_changes.saturating_sub(taken)),
                unsent_photos: i64::from(report.unsent_photos),
                clock_offset_ms: report.clock_offset_ms,
            };
            tx.update_device_report(author.tenant, author.device, &report, now)
                .await?;
        }
        answers.push(pushed);
    }
    inlet.background.write(now, &mut tx).await?;
    signatures.write(&mut tx).await?;
    tx.commit().await?;
    Ok(answers)
}

/// How many changes of a push lie at the hub, wherever.
fn kept_of(receipt: &Receipt) -> u32 {
    let hashes = [&receipt.received, &receipt.duplicate, &receipt.waiting];
    let listed: usize = hashes.into_iter().map(|list| list.len() / 32).sum();
    u32::try_from(listed + receipt.refused.len()).unwrap_or(u32::MAX)
}
