//! One phone that sends files nobody made with a phone, each beside an honest change.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_bytes::ByteBuf;
use sync_core::edit::Edit;
use sync_core::kinds::Kind;
use sync_core::protocol::{self, Frame, Push, short};
use sync_core::reason::Reason;
use sync_core::value::Value;
use sync_core::{Id, segment, threshold};

use super::desk::Desk;
use super::device::DeviceError;
use super::line::{Line, LineError};
use super::phone::Phone;
use super::run::RunError;
use basis::Clock;
use basis::Rng;

/// How long the hub may take to decide on one file.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of the files and of the honest changes beside them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct HostileOutcome {
    /// The files, by name.
    pub files: Vec<Fate>,
    /// The honest changes.
    pub honest: Honest,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fate {
    /// Its name.
    pub file: String,
    /// Why it was refused or put aside; `admitted` if it was not, `undecided` if nobody said.
    pub code: String,
}

/// Changes that were sent in the same request as a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Honest {
    /// Sent.
    pub sent: usize,
    /// In the record.
    pub accepted: usize,
}

impl HostileOutcome {
    /// Whether no file came in and every honest change did.
    pub fn is_whole(&self) -> bool {
        let kept_out = |fate: &Fate| fate.code != "admitted" && fate.code != "undecided";
        self.files.iter().all(kept_out) && self.honest.sent == self.honest.accepted
    }
}

/// Sends every file of `folder`.
///
/// # Errors
/// If the folder cannot be read or the hub cannot be asked.
pub async fn run(
    hub: &str,
    desk: &Desk,
    kind: Kind,
    folder: &Path,
) -> Result<HostileOutcome, RunError> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| path.is_file());
    paths.sort();
    let mut attacker = Attacker::enter(hub, desk, kind).await?;
    let mut outcome = HostileOutcome::default();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes = std::fs::read(&path)?;
        outcome.files.push(Fate {
            file: name.into_owned(),
            code: attacker.send(&bytes).await?,
        });
        outcome.honest.sent += 1;
    }
    outcome.honest.accepted = attacker.accepted(outcome.honest.sent).await?;
    Ok(outcome)
}

struct Attacker {
    /// Of the documents under attack.
    kind: Kind,
    clock: Clock,
    line: Line,
    phone: Phone,
    /// The visit that the files are for.
    target: Id,
    /// The visit of the honest changes.
    honest: Id,
    ticket: Id,
    sent: u64,
    /// Own changes that the hub had decided on before the first file.
    before: usize,
}

impl Attacker {
    async fn enter(hub: &str, desk: &Desk, kind: Kind) -> Result<Self, RunError> {
        let (clock, rng) = (Clock::system(), Rng::os());
        let grid = desk.add_grid(1, 1).await?;
        let (Some(person), Some(ticket)) = (grid.people.first(), grid.tickets.first()) else {
            return Err(RunError::Hub);
        };
        let mut line = Line::to(hub)?;
        let session = line
            .enrol(&desk.code(*person).await?, desk.password())
            .await?;
        let mut seed = [0; 32];
        rng.fill(&mut seed);
        let mut phone = Phone::new(seed);
        phone.sign_in(session);
        let now = clock.now();
        let (target, honest) = (rng.new_id(now), rng.new_id(now));
        for doc in [target, honest] {
            let batch = phone.replica().begin(kind, doc, *ticket, now);
            phone.keep(batch.map_err(DeviceError::from)?);
        }
        let mut attacker = Self {
            kind,
            clock,
            line,
            phone,
            target,
            honest,
            ticket: *ticket,
            sent: 0,
            before: 0,
        };
        while !attacker.phone.is_settled() {
            attacker.exchange(None).await?;
        }
        attacker.before = attacker.phone.replica().status().admitted;
        Ok(attacker)
    }

    /// Sends one file beside an honest change; gives the code that it got.
    async fn send(&mut self, file: &[u8]) -> Result<String, RunError> {
        self.sent += 1;
        let edit = Edit::SetField {
            field: "measure".to_owned(),
            value: Value::Text(format!("第 {} 次", self.sent)),
        };
        let now = self.clock.now();
        let batch = self.phone.replica().edit(self.honest, &edit, now);
        self.phone.keep(batch.map_err(DeviceError::from)?);
        let mut fate = self.exchange(Some(file)).await?;
        let begun = Instant::now();
        while fate.is_none() && begun.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(50)).await;
            fate = self.exchange(Some(file)).await?;
        }
        Ok(fate.unwrap_or_else(|| "undecided".to_owned()))
    }

    /// Waits until the honest changes are decided on; gives how many are in the record.
    async fn accepted(&mut self, sent: usize) -> Result<usize, RunError> {
        let begun = Instant::now();
        loop {
            let admitted = self.phone.replica().status().admitted - self.before;
            if admitted >= sent || begun.elapsed() > PATIENCE {
                return Ok(admitted);
            }
            self.exchange(None).await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// One round trip, with a file among the pushes; what was said of the file, if anything.
    async fn exchange(&mut self, file: Option<&[u8]>) -> Result<Option<String>, RunError> {
        let now = self.clock.now();
        let mut request = self.phone.request(1 << 20, now);
        let push = file.map(|file| Push {
            doc: self.target,
            kind: self.kind,
            ticket: self.ticket,
            segment: ByteBuf::from(segment::pack(&[file])),
            signature: None,
        });
        // The file goes first: what stands behind it must not suffer.
        request.push.splice(0..0, push);
        let mut stream = match self.line.sync(protocol::encode(&request)).await {
            Err(LineError::Refused { code, status }) if status.is_client_error() => {
                return Ok(Some(code));
            }
            answer => answer?,
        };
        let mut fate = None;
        while let Some(frame) = stream.next_frame().await? {
            let said = file.and_then(|file| said_of(self.target, file, &frame));
            fate = said.or(fate);
            self.phone.receive(&frame, now).map_err(DeviceError::from)?;
        }
        Ok(fate)
    }
}

/// The code that a frame gives a file of the target.
fn said_of(target: Id, file: &[u8], frame: &[u8]) -> Option<String> {
    let name = threshold::name_of(file);
    let code = |reason: Reason| reason.code().to_owned();
    match protocol::decode_frame(frame).ok()?.frame {
        Frame::Receipts(receipts) => {
            let mut of_target = receipts
                .iter()
                .filter(|receipt| receipt.doc == Some(target));
            // A file that is no segment at all is refused as a whole, under another name.
            of_target.find_map(|receipt| receipt.refused.first().map(|refusal| code(refusal.code)))
        }
        Frame::Verdicts(verdicts) => {
            let of_file = verdicts.iter().find(|verdict| {
                verdict.doc == target && verdict.hashes.as_chunks::<16>().0.contains(&short(&name))
            });
            of_file.map(|verdict| {
                verdict
                    .quarantined
                    .map_or_else(|| "admitted".to_owned(), code)
            })
        }
        Frame::Scope(_)
        | Frame::Tickets(_)
        | Frame::Visits(_)
        | Frame::Reference(_)
        | Frame::Changes(_)
        | Frame::Resync { .. }
        | Frame::End(_)
        | Frame::Poke => None,
    }
}
