//! The life of one phone: visits, syncs, a bad network, crashes, and at the end nothing left to send.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_bytes::ByteBuf;
use sync_core::protocol::{self, Frame, Push, short};
use sync_core::replica::ReplicaError;
use sync_core::{Id, MediaHash, Timestamp, segment};
use tokio::time::sleep;

use super::chance::Chance;
use super::check::Pulled;
use super::desk::DeskError;
use super::gestures::{afterthought, whole_visit};
use super::ledger::{Ledger, Name};
use super::line::{Line, LineError};
use super::phone::Phone;
use super::photos::{Album, Photo};
use super::tally::{Phase, Tally};
use super::world::World;

/// One phone and the person who carries it.
pub struct Device {
    world: Arc<World>,
    person: Id,
    colleague: Option<Id>,
    tickets: Vec<Id>,
    line: Line,
    phone: Phone,
    chance: Chance,
    /// Failures in a row, for the pause before the next try.
    failures: u32,
    /// A body sent earlier, to be sent again much later.
    stale: Option<Vec<u8>>,
}

/// Why a device cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// No code could be written for it.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The ledger's disk failed.
    #[error("the ledger cannot be written")]
    Ledger(#[from] io::Error),
    /// The hub refuses what it has to take.
    #[error(transparent)]
    Line(#[from] LineError),
    /// The replica refuses what it has to do.
    #[error("a phone cannot go on")]
    Replica(#[from] ReplicaError),
}

impl Device {
    /// A phone of `person`, one of the people with these tickets. `number` tells its chance from others'.
    pub fn new(
        world: &Arc<World>,
        person: Id,
        colleague: Option<Id>,
        tickets: Vec<Id>,
        number: u64,
    ) -> Result<Self, DeviceError> {
        let mut chance = Chance::new(world.seed, number);
        Ok(Self {
            person,
            colleague,
            tickets,
            line: Line::to(&world.shaky_hub())?,
            phone: Phone::new(fresh_seed(&world.rng)),
            chance: Chance::new(chance.draw(), number),
            world: Arc::clone(world),
            failures: 0,
            stale: None,
        })
    }

    /// What it holds.
    pub const fn phone(&mut self) -> &mut Phone {
        &mut self.phone
    }

    /// Has itself let in. Not over the bad network: a lost answer costs a code, as in life.
    ///
    /// # Errors
    /// If the hub refuses.
    pub async fn enrol(&mut self) -> Result<(), DeviceError> {
        loop {
            let code = self.world.desk.code(self.person).await?;
            let begun = Instant::now();
            let mut line = self.line.moved_to(&self.world.hub);
            match line.enrol(&code, self.world.desk.password()).await {
                Ok(session) => {
                    self.tally().note(Phase::Enrol, begun);
                    self.phone.sign_in(session);
                    self.line = line.moved_to(&self.world.shaky_hub());
                    return Ok(());
                }
                Err(error) => self.bear(error).await?,
            }
        }
    }

    /// Records its visits, syncing now and then.
    ///
    /// # Errors
    /// If hub or replica refuse what they have to take.
    pub async fn work(&mut self, visits: usize, photos: usize) -> Result<(), DeviceError> {
        for _ in 0..visits {
            self.visit(photos).await?;
            (self.world.progress)();
        }
        Ok(())
    }

    /// Syncs until nothing of its own is left to send or to be decided on.
    ///
    /// # Errors
    /// If hub or replica refuse what they have to take.
    pub async fn settle(&mut self) -> Result<(), DeviceError> {
        loop {
            let more = self.try_sync().await?;
            self.send_photos().await?;
            if self.phone.is_settled() && more == Some(false) {
                return Ok(());
            }
            if more == Some(false) && self.failures == 0 {
                // Decisions are on their way.
                sleep(Duration::from_millis(30)).await;
            }
        }
    }

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

    async fn visit(&mut self, photos: usize) -> Result<(), DeviceError> {
        let now = self.now();
        let doc = self.world.rng.new_id(now);
        let Some(ticket) = self.chance.pick(&self.tickets).copied() else {
            return Ok(());
        };
        let album: &Album = &self.world.album;
        let taken: Vec<Photo> = (0..photos)
            .filter_map(|_| album.take(&mut self.chance))
            .collect();
        let mut edits = whole_visit(self.person, self.colleague, &taken, now, &mut self.chance);
        edits.reverse();
        let begun = self.phone.replica().create_visit(doc, ticket, now)?;
        self.phone.keep(begun);
        // The file is on the phone before the visit points at it.
        taken
            .into_iter()
            .for_each(|photo| self.phone.add_photo(photo));
        while let Some(edit) = edits.pop() {
            let now = self.now();
            match self.phone.replica().edit(doc, &edit, now) {
                Ok(_) if self.crashes() => {
                    // The crash came before the batch was stored: the gesture never was, and is made again.
                    edits.push(edit);
                    self.crash();
                }
                Ok(batch) => self.phone.keep(batch),
                // Somebody took out what the gesture was about.
                Err(ReplicaError::Edit(_) | ReplicaError::Locked) => {}
                Err(error) => return Err(error.into()),
            }
            self.between_gestures().await?;
        }
        Ok(())
    }

    /// Something else happens: a look at another visit, a sync, a pause without signal.
    async fn between_gestures(&mut self) -> Result<(), DeviceError> {
        if self.chance.one_in(4) {
            self.touch_another_visit()?;
        }
        if self.chance.one_in(6) {
            self.try_sync().await?;
        }
        if self.chance.one_in(12) {
            self.send_photos().await?;
        }
        if self.world.is_shaky() && self.chance.one_in(20) {
            sleep(Duration::from_millis(self.chance.below(300))).await;
        }
        Ok(())
    }

    fn touch_another_visit(&mut self) -> Result<(), DeviceError> {
        let rows = self.phone.replica().visits();
        let open: Vec<Id> = rows
            .iter()
            .filter(|row| !row.locked)
            .map(|row| row.doc)
            .collect();
        let Some(doc) = self.chance.pick(&open).copied() else {
            return Ok(());
        };
        let now = self.now();
        let view = self.phone.replica().visit(doc)?;
        let edit = afterthought(&view, self.person, now, &mut self.chance);
        match self.phone.replica().edit(doc, &edit, now) {
            Ok(batch) => self.phone.keep(batch),
            Err(ReplicaError::Edit(_) | ReplicaError::Locked) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// One sync; `None` if it did not come to its end, else whether the hub has more.
    async fn try_sync(&mut self) -> Result<Option<bool>, DeviceError> {
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
                more = Some(true);
            }
            more = received.more.or(more);
        }
        Ok(more)
    }

    /// Sends photos until none is left or the line breaks.
    async fn send_photos(&mut self) -> Result<(), DeviceError> {
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
    async fn bear(&mut self, error: LineError) -> Result<(), DeviceError> {
        if error.is_old_token() {
            return self.renew().await;
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
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn crashes(&mut self) -> bool {
        self.world.is_shaky() && self.chance.one_in(150)
    }

    fn crash(&mut self) {
        self.tally().count(|counters| &counters.crashes);
        self.phone.crash(fresh_seed(&self.world.rng));
    }

    fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    fn tally(&self) -> &Tally {
        &self.world.tally
    }
}

/// An actor is never used twice, not even by a run with the same seed on the same hub.
fn fresh_seed(rng: &crate::rng::Rng) -> [u8; 32] {
    let mut seed = [0; 32];
    rng.fill(&mut seed);
    seed
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
