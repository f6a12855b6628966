//! The life of one phone: visits, syncs, a bad network, crashes, and at the end nothing left to send.

mod talk;

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sync_core::chance::Chance;
use sync_core::kinds::{Cast, Shot};
use sync_core::record::Record;
use sync_core::replica::ReplicaError;
use sync_core::{Id, Timestamp};
use tokio::time::sleep;

use super::desk::{DeskError, Grid};
use super::line::{Line, LineError, Shown};
use super::phone::Phone;
use super::photos::{Album, Photo};
use super::tally::{Phase, Tally};
use super::world::World;

/// One phone and the person who carries it.
pub struct Device {
    world: Arc<World>,
    person: Id,
    colleague: Option<Id>,
    grid: Grid,
    /// Its device at the hub, once it was let in.
    device: Option<Id>,
    /// Tickets of its grid that the office has given to somebody else, for a while.
    lent: Vec<Id>,
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
    /// A phone of `person`, one of the people of this grid. `number` tells its chance from others'.
    pub fn new(
        world: &Arc<World>,
        person: Id,
        colleague: Option<Id>,
        grid: Grid,
        number: u64,
    ) -> Result<Self, DeviceError> {
        let mut chance = Chance::new(world.seed, number);
        Ok(Self {
            person,
            colleague,
            grid,
            device: None,
            lent: Vec::new(),
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
        self.enrol_as(None).await
    }

    /// The same in the middle of its work, in half of the cases as the device that it was.
    ///
    /// # Errors
    /// If the hub refuses.
    pub async fn enrol_again(&mut self) -> Result<(), DeviceError> {
        self.tally().count(|counters| &counters.enrolments);
        let was = self.device.filter(|_| self.chance.one_in(2));
        self.enrol_as(was).await
    }

    async fn enrol_as(&mut self, device: Option<Id>) -> Result<(), DeviceError> {
        let shown = Shown { key: None, device };
        loop {
            let which = self.world.desk.which().await?;
            let code = self.world.desk.code(self.person).await?;
            let begun = Instant::now();
            let mut line = self.line.moved_to(&self.world.hub);
            match line
                .enrol_with(&code, self.world.desk.password(), shown)
                .await
            {
                Ok(session) => {
                    self.tally().note(Phase::Enrol, begun);
                    self.device = Some(session.device);
                    self.phone.sign_in(session);
                    self.line = line.moved_to(&self.world.shaky_hub());
                    return Ok(());
                }
                // The code was written into a database that a backup has replaced since.
                Err(error)
                    if error.has_code("enrolment_code_invalid")
                        && which != self.world.desk.which().await? => {}
                // Boxed: to bear it may mean to be let in.
                Err(error) => Box::pin(self.bear(error)).await?,
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
        // All of them, whoever lent them: a hub that was put back knows of others.
        self.world
            .desk
            .give_back(&self.grid, &self.grid.tickets)
            .await?;
        loop {
            let more = self.try_sync().await?;
            self.send_photos().await?;
            if self.phone.is_settled() && more == Some(false) {
                return Ok(());
            }
            let now = self.now();
            self.phone.offer(now);
            if more == Some(false) && self.failures == 0 {
                // Decisions are on their way.
                sleep(Duration::from_millis(30)).await;
            }
        }
    }

    async fn visit(&mut self, photos: usize) -> Result<(), DeviceError> {
        let now = self.now();
        let doc = self.world.rng.new_id(now);
        let Some(ticket) = self.chance.pick(&self.grid.tickets).copied() else {
            return Ok(());
        };
        let album: &Album = &self.world.album;
        let taken: Vec<Photo> = (0..photos)
            .filter_map(|_| album.take(&mut self.chance))
            .collect();
        let shots: Vec<Shot> = taken.iter().map(Photo::shot).collect();
        let cast = Cast {
            by: self.person,
            colleague: self.colleague,
            photos: &shots,
        };
        let kind = self.world.kind;
        let mut edits = kind.whole(&cast, now, &mut self.chance);
        edits.reverse();
        let begun = self.phone.replica().begin(kind, doc, ticket, now)?;
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
                // The ticket is somebody else's for now. The photo is on its way: the gesture is made when it is back.
                Err(ReplicaError::Locked) => {
                    edits.push(edit);
                    self.world.desk.give_back(&self.grid, &[ticket]).await?;
                    self.try_sync().await?;
                    continue;
                }
                // Somebody took out what the gesture was about.
                Err(ReplicaError::Edit(_)) => {}
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
        if self.world.is_shaky() && self.chance.one_in(400) {
            self.enrol_again().await?;
        }
        if self.world.is_shaky() && self.chance.one_in(150) {
            self.move_ticket().await?;
        }
        if self.world.is_shaky() && self.chance.one_in(20) {
            sleep(Duration::from_millis(self.chance.below(300))).await;
        }
        Ok(())
    }

    /// The office gives a ticket of the grid to somebody else, or one that it gave away back.
    async fn move_ticket(&mut self) -> Result<(), DeviceError> {
        if let Some(ticket) = self.lent.pop() {
            self.world.desk.give_back(&self.grid, &[ticket]).await?;
        } else if let Some(ticket) = self.chance.pick(&self.grid.tickets).copied() {
            self.tally().count(|counters| &counters.moves);
            self.world.desk.take_away(&self.grid, ticket).await?;
            self.lent.push(ticket);
        }
        Ok(())
    }

    fn touch_another_visit(&mut self) -> Result<(), DeviceError> {
        let rows = self.phone.replica().records();
        let open: Vec<Id> = rows
            .iter()
            .filter(|row| !row.locked)
            .map(|row| row.doc)
            .collect();
        let Some(doc) = self.chance.pick(&open).copied() else {
            return Ok(());
        };
        let now = self.now();
        let document = self.phone.replica().document(doc)?;
        let (kind, record) = (document.kind(), Record::of(document));
        let Some(edit) = kind.afterthought(&record, self.person, now, &mut self.chance) else {
            return Ok(());
        };
        match self.phone.replica().edit(doc, &edit, now) {
            Ok(batch) => self.phone.keep(batch),
            Err(ReplicaError::Edit(_) | ReplicaError::Locked) => {}
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
fn fresh_seed(rng: &basis::Rng) -> [u8; 32] {
    let mut seed = [0; 32];
    rng.fill(&mut seed);
    seed
}
