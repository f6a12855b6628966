//! What a phone says to the hub, and how it bears a line that breaks.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_bytes::ByteBuf;
use sync_core::MediaHash;
use sync_core::protocol::{self, Frame, Push, short};
use sync_core::replica::ReplicaError;
use sync_core::segment;
use tokio::time::sleep;

use super::{Device, DeviceError};
use crate::ledger::{Ledger, Name};
use crate::line::LineError;
use crate::photos::Photo;
use crate::pulled::Pulled;
use crate::tally::Phase;

impl Device {
    /// Pulls until there is no more, as a phone that has just been let in.
    ///
    /// # Errors
    /// If the hub refuses.
    pub async fn pull_all(&mut self) -> Result<Pulled, DeviceError> {
        let mut pulled = Pulled::default();
        loop {
            match self.pull_page(&mut pulled).await {
                Ok(false) => return Ok(pulled),
                Ok(true) => self.failures = 0,
                Err(DeviceError::Line(error)) => self.bear(error).await?,
                Err(error) => return Err(error),
            }
        }
    }

    async fn pull_page(&mut self, pulled: &mut Pulled) -> Result<bool, DeviceError> {
        let request = self.phone.request(1 << 20, self.now());
        let mut stream = self.line.sync(protocol::encode(&request)).await?;
        let mut more = true;
        while let Some(frame) = stream.next_frame().await? {
            pulled.note(&frame)?;
            more = self.phone.receive(&frame, self.now())?.more.unwrap_or(more);
        }
        Ok(more)
    }

    /// Fetches a photo that a visit points at.
    ///
    /// # Errors
    /// If the hub does not have it for this person.
    pub async fn fetch_photo(&mut self, photo: MediaHash) -> Result<Vec<u8>, DeviceError> {
        loop {
            match self.line.photo(photo).await {
                Err(error) if error.is_passing() || error.is_old_token() => {
                    self.bear(error).await?
                }
                answer => return Ok(answer?),
            }
        }
    }

    /// One sync; `None` if it did not come to its end, else whether the hub has more.
    pub(super) async fn try_sync(&mut self) -> Result<Option<bool>, DeviceError> {
        match self.sync().await {
            Ok(more) => {
                self.failures = 0;
                Ok(more)
            }
            Err(DeviceError::Line(error)) => {
                self.bear(error).await?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn sync(&mut self) -> Result<Option<bool>, DeviceError> {
        let faults = self.world.is_shaky();
        // Often less than there is, so that answers come in pages.
        let want = if faults && self.chance.one_in(2) {
            1 << (8 + self.chance.below(12))
        } else {
            1 << 20
        };
        let mut request = self.phone.request(want, self.now());
        let phase = if request.push.is_empty() {
            Phase::Pull
        } else {
            Phase::Push
        };
        if faults && self.chance.one_in(4) && reorder(&mut request.push) {
            self.tally().count(|counters| &counters.reorders);
        }
        let body = protocol::encode(&request);
        if faults && self.chance.one_in(8) {
            self.send_stale().await?;
            self.stale = Some(body.clone());
        }
        if faults && phase == Phase::Push && self.chance.one_in(8) {
            self.tally().count(|counters| &counters.repeats);
            self.exchange(body.clone()).await?;
        }
        let begun = Instant::now();
        let more = self.exchange(body).await?;
        if more.is_some() {
            self.tally().note(phase, begun);
        }
        Ok(more)
    }

    /// A body of long ago arrives again. Its answer is for nobody, but what it acknowledges counts.
    async fn send_stale(&mut self) -> Result<(), DeviceError> {
        let Some(body) = self.stale.take() else {
            return Ok(());
        };
        self.tally().count(|counters| &counters.repeats);
        let mut stream = self.line.sync(body).await?;
        while let Some(frame) = stream.next_frame().await? {
            note_acknowledged(&frame, &self.world.ledger)?;
        }
        Ok(())
    }

    async fn exchange(&mut self, body: Vec<u8>) -> Result<Option<bool>, DeviceError> {
        let mut stream = self.line.sync(body).await?;
        let mut more = None;
        while let Some(frame) = stream.next_frame().await? {
            note_acknowledged(&frame, &self.world.ledger)?;
            let now = self.now();
            if self.crashes() {
                // It was read but not stored: as if the answer had ended before it.
                self.phone.replica().receive(&frame, now)?;
                self.crash();
                return Ok(None);
            }
            let received = self.phone.receive(&frame, now)?;
            if received.resync {
                self.tally().count(|counters| &counters.resyncs);
                self.phone.offer_photos();
                more = Some(true);
            }
            more = received.more.or(more);
        }
        Ok(more)
    }

    /// Sends photos until none is left or the line breaks.
    pub(super) async fn send_photos(&mut self) -> Result<(), DeviceError> {
        while let Some(photo) = self.phone.next_photo().cloned() {
            match self.send_photo(&photo).await {
                Ok(()) => {
                    self.world.ledger.note_photo(photo.sha256)?;
                    self.phone.drop_photo(photo.sha256);
                }
                Err(error) => {
                    self.bear(error).await?;
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// One photo, from wherever the hub is with it to its end.
    async fn send_photo(&mut self, photo: &Photo) -> Result<(), LineError> {
        let begun = Instant::now();
        let file = self.world.album.file(photo);
        let mut at = self.line.photo_state(photo.sha256).await?;
        while !at.complete {
            at = self.line.send_photo(photo.sha256, at.offset, &file).await?;
        }
        self.tally().note(Phase::Photo, begun);
        Ok(())
    }

    /// Takes a failure of the line: waits if it may pass, renews the token if it is too old.
    pub(super) async fn bear(&mut self, error: LineError) -> Result<(), DeviceError> {
        if error.is_old_token() {
            return self.renew().await;
        }
        if error.has_code("login_required") {
            // The hub was put back to before this phone was let in: its person takes a new code.
            return self.enrol_again().await;
        }
        if error.has_code("enrolment_code_used") {
            // The hub let it in and died before it said so: the next code is a new one.
            return Ok(());
        }
        if !error.is_passing() {
            return Err(error.into());
        }
        self.tally().count(|counters| match error {
            LineError::Cut(_) | LineError::Garbled => &counters.unanswered,
            LineError::Refused { .. } => &counters.busy,
        });
        self.failures = (self.failures + 1).min(6);
        // Twice as long each time, up to about a second, and not all phones at once.
        let most = 20u64 << self.failures;
        sleep(Duration::from_millis(
            most / 2 + self.chance.below(most / 2),
        ))
        .await;
        Ok(())
    }

    async fn renew(&mut self) -> Result<(), DeviceError> {
        let mut line = self.line.moved_to(&self.world.hub);
        match line.renew().await {
            Ok(()) => {
                self.tally().count(|counters| &counters.renewals);
                self.line = line.moved_to(&self.world.shaky_hub());
            }
            Err(error) if error.is_passing() => sleep(Duration::from_millis(200)).await,
            Err(error) if error.has_code("use_newer") => {}
            // It knows nothing of this sign-in any more.
            Err(LineError::Refused { status, .. }) if status == StatusCode::UNAUTHORIZED => {
                self.enrol_again().await?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

/// Writes what a frame acknowledges into the ledger, before anything else is done with it. A decision counts
/// too: the receipt before it may have been lost.
fn note_acknowledged(frame: &[u8], ledger: &Ledger) -> Result<(), DeviceError> {
    let envelope = protocol::decode_frame(frame).map_err(ReplicaError::from)?;
    let mut names: Vec<Name> = Vec::new();
    match envelope.frame {
        Frame::Receipts(receipts) => {
            for receipt in &receipts {
                let durable = [&receipt.received, &receipt.duplicate, &receipt.waiting];
                let hashes = durable.into_iter().flat_map(|hashes| hashes.as_chunks().0);
                let doc = receipt.doc.into_iter().cycle();
                names.extend(doc.zip(hashes.map(short)));
            }
        }
        Frame::Verdicts(verdicts) => {
            let admitted = verdicts
                .iter()
                .filter(|verdict| verdict.quarantined.is_none());
            for verdict in admitted {
                let hashes = verdict.hashes.as_chunks().0;
                names.extend(hashes.iter().map(|hash| (verdict.doc, *hash)));
            }
        }
        Frame::Scope(_)
        | Frame::Tickets(_)
        | Frame::Visits(_)
        | Frame::Reference(_)
        | Frame::Changes(_)
        | Frame::Resync { .. }
        | Frame::End(_)
        | Frame::Poke => {}
    }
    ledger.note_changes(&names)?;
    Ok(())
}

/// Sends the later half of each document's changes before the earlier half.
fn reorder(pushes: &mut Vec<Push>) -> bool {
    let mut reordered = Vec::with_capacity(pushes.len() * 2);
    for push in pushes.drain(..) {
        let changes = segment::unpack(&push.segment).unwrap_or_default();
        let (earlier, later) = changes.split_at(changes.len() / 2);
        for half in [later, earlier].into_iter().filter(|half| !half.is_empty()) {
            let segment = ByteBuf::from(segment::pack(half));
            reordered.push(Push {
                segment,
                ..push.clone()
            });
        }
    }
    *pushes = reordered;
    !pushes.is_empty()
}
