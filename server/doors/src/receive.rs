//! The first door: pushes become durable inbox rows, many pushes in one commit.

use basis::Pulse;
use sync_core::Id;
use sync_core::protocol::{Push, Receipt};
use tokio::sync::{mpsc, oneshot};

use super::author::{Author, Report};
use super::background::{Arrival, Background};
use super::gate::{Decided, Gate};
use super::inlet::{Inlet, KEPT_BYTES, arrival};
use super::live::Live;
use super::parts::Parts;
use store::devices::DeviceReport;

/// Pushes that one commit may hold. A commit costs an fsync, so a busy hub shares it.
const GROUP: usize = 128;

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
pub struct Receiver(mpsc::Sender<Request>);

struct Request {
    author: Author,
    pushes: Vec<Push>,
    report: Option<Report>,
    reply: oneshot::Sender<Result<Pushed, store::Error>>,
}

/// Receives until the last [`Receiver`] is dropped.
struct Task {
    requests: mpsc::Receiver<Request>,
    parts: Parts,
    gate: Gate,
    live: Live,
    pulse: Pulse,
}

/// Opens the first door; what came through it goes on to `gate`, and the office hears what devices said.
pub(super) fn open(parts: Parts, gate: Gate, live: Live) -> Receiver {
    let (sender, requests) = mpsc::channel(1024);
    let task = Task {
        requests,
        pulse: parts.watch.task("receive"),
        parts,
        gate,
        live,
    };
    tokio::spawn(task.keep());
    Receiver(sender)
}

impl Receiver {
    /// Takes a push in; `Ok` means that it survives a power cut.
    ///
    /// # Errors
    /// If the database could not; nothing was taken, the phone sends it again.
    pub async fn receive(
        &self,
        author: Author,
        pushes: Vec<Push>,
        report: Option<Report>,
    ) -> Result<Pushed, store::Error> {
        let (reply, answer) = oneshot::channel();
        self.0
            .send(Request {
                author,
                pushes,
                report,
                reply,
            })
            .await
            .map_err(|_| store::Error::closing())?;
        answer.await.map_err(|_| store::Error::closing())?
    }
}

impl Task {
    /// Receives, whatever happens to one request: those that were at hand are told to come back.
    async fn keep(mut self) {
        let pulse = self.pulse.clone();
        while pulse.attempt(self.run()).await.is_none() && !pulse.is_given_up() {}
    }

    async fn run(&mut self) {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            self.pulse.rest();
            let count = self.requests.recv_many(&mut group, GROUP).await;
            if count == 0 || self.requests.is_closed() {
                return;
            }
            let requests = std::mem::take(&mut group);
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

async fn receive_group(parts: &Parts, requests: &[Request]) -> Result<Vec<Pushed>, store::Error> {
    let now = parts.clock.now();
    // Before the transaction begins: on SQLite there is one at a time.
    let mut room = KEPT_BYTES;
    let mut arrivals: Vec<Vec<Arrival<'_>>> = Vec::with_capacity(requests.len());
    for request in requests {
        let pushes = request.pushes.iter();
        arrivals.push(
            pushes
                .map(|push| arrival(request.author, push, &mut room))
                .collect(),
        );
    }
    let mut tx = parts.store.begin().await?;
    let background = Background::read(arrivals.iter().flatten(), &mut tx).await?;
    let mut inlet = Inlet {
        parts,
        now,
        background,
    };
    let mut answers = Vec::with_capacity(requests.len());
    for (request, arrivals) in requests.iter().zip(&mut arrivals) {
        let mut pushed = Pushed::default();
        for arrival in arrivals {
            let receipt = inlet.take(arrival, &mut tx).await?;
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
    tx.commit().await?;
    Ok(answers)
}

/// How many changes of a push lie at the hub, wherever.
fn kept_of(receipt: &Receipt) -> u32 {
    let hashes = [&receipt.received, &receipt.duplicate, &receipt.waiting];
    let listed: usize = hashes.into_iter().map(|list| list.len() / 32).sum();
    u32::try_from(listed + receipt.refused.len()).unwrap_or(u32::MAX)
}
