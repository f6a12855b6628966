//! The first door: pushes become durable inbox rows, many pushes in one commit.

use std::sync::Weak;

use sync_core::protocol::{Push, Receipt};
use sync_core::{Id, Role};
use tokio::sync::{mpsc, oneshot};

use super::background::{Arrival, Background};
use super::gate::Decided;
use super::inlet::{Inlet, KEPT_BYTES, arrival};
use crate::app::{App, Inner};
use crate::store;
use crate::store::devices::DeviceReport;

/// Pushes that one commit may hold. A commit costs an fsync, so a busy hub shares it.
const GROUP: usize = 128;

/// Who pushes.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// The sub-district.
    pub tenant: Id,
    /// The person.
    pub person: Id,
    /// Their device.
    pub device: Id,
    /// Their role.
    pub role: Role,
}

/// What a device says of itself.
#[derive(Clone, Debug)]
pub struct Report {
    /// Version of its app.
    pub app: String,
    /// Changes it has not sent.
    pub unsent_changes: u32,
    /// Photos it has not sent.
    pub unsent_photos: u32,
    /// Its clock minus the hub's, ms.
    pub clock_offset_ms: i64,
}

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

pub(super) struct Task(mpsc::Receiver<Request>);

pub(super) fn channel() -> (Receiver, Task) {
    let (sender, receiver) = mpsc::channel(1024);
    (Receiver(sender), Task(receiver))
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
    pub(super) async fn run(mut self, app: Weak<Inner>) {
        let mut group = Vec::with_capacity(GROUP);
        while self.0.recv_many(&mut group, GROUP).await > 0 {
            let Some(app) = super::upgrade(&app) else {
                return;
            };
            let requests = std::mem::take(&mut group);
            match receive_group(&app, &requests).await {
                Ok(answers) => answer_all(&app, requests, answers),
                // One bad apple must not spoil the group: each on its own.
                Err(_) if requests.len() > 1 => {
                    for request in requests {
                        match receive_group(&app, std::slice::from_ref(&request)).await {
                            Ok(answers) => answer_all(&app, vec![request], answers),
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
}

/// Sends what is durable to the gate and answers. A phone that hung up does not want its answer; its push is
/// durable and decided all the same.
fn answer_all(app: &App, requests: Vec<Request>, answers: Vec<Pushed>) {
    for (request, mut answer) in requests.into_iter().zip(answers) {
        answer.decided = app.sync().gate.submit(&answer.docs);
        let _ = request.reply.send(Ok(answer));
    }
}

async fn receive_group(app: &App, requests: &[Request]) -> Result<Vec<Pushed>, store::Error> {
    let now = app.clock().now();
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
    let mut tx = app.store().begin().await?;
    let background = Background::read(arrivals.iter().flatten(), &mut tx).await?;
    let mut inlet = Inlet {
        app,
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
            let report = DeviceReport {
                app_version: &report.app,
                unsent_changes: i64::from(report.unsent_changes),
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
