//! One run from the first enrolment to the last comparison.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use serde::Serialize;
use sync_core::kinds::Kind;
use sync_core::{Id, MediaHash};
use tokio::task::JoinSet;

use super::check::{self, compare, lost_changes};
use super::desk::{Desk, DeskError, Grid};
use super::device::{Device, DeviceError};
use super::ledger::Ledger;
use super::line::{Line, LineError};
use super::photos::Album;
use super::relay::Relay;
use super::tally::{Counts, Latency, Phase, Tally};
use super::world::World;
use basis::Clock;
use basis::Rng;

/// People who share tickets and write in each other's visits.
const GRID: usize = 5;

/// What a run does.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The hub, `http://HOST:PORT`.
    pub hub: String,
    /// Code of the sub-district to fill.
    pub tenant: String,
    /// What they record.
    pub kind: Kind,
    /// Phones.
    pub devices: usize,
    /// Visits that each records.
    pub visits: usize,
    /// Photos of each visit.
    pub photos: usize,
    /// Decides what the phones do.
    pub seed: u64,
    /// Whether connections are cut, phones crash and bodies are repeated.
    pub faults: bool,
    /// How long the phones may take to come to rest once nothing fails any more.
    pub patience: Duration,
    /// Where acknowledgements are written down; emptied first.
    pub ledger: PathBuf,
}

/// What a run found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcome {
    /// As given.
    pub seed: u64,
    /// Changes that the phones made and kept.
    pub sent: usize,
    /// Changes that the hub acknowledged.
    pub acknowledged: usize,
    /// Acknowledged changes that a fresh phone does not get.
    pub lost: usize,
    /// Changes that the hub's log holds more than once.
    pub duplicated: usize,
    /// Documents that do not look the same on every phone.
    pub diverged: usize,
    /// Honest changes that the hub did not take.
    pub refused: usize,
    /// Whether all phones came to rest in time.
    pub settled: bool,
    /// Latencies by phase, in milliseconds.
    pub phases: BTreeMap<Phase, Latency>,
    /// Bytes on the wire.
    pub bytes: Bytes,
    /// Photos.
    pub photos: PhotoCounts,
    /// What went wrong on purpose.
    pub faults: Counts,
    /// How often a backup took the place of the hub's SQLite file.
    pub restores: u64,
    /// How long it took.
    pub seconds: f64,
}

/// Bytes on the wire, headers included.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Bytes {
    /// To the hub.
    pub up: u64,
    /// From the hub.
    pub down: u64,
}

/// What became of the photos.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct PhotoCounts {
    /// Taken.
    pub sent: usize,
    /// Acknowledged by the hub.
    pub acknowledged: usize,
    /// Acknowledged, and not there or not the same any more.
    pub lost: usize,
}

impl Outcome {
    /// Whether everything is where it belongs.
    pub const fn is_whole(&self) -> bool {
        self.settled
            && self.lost == 0
            && self.duplicated == 0
            && self.diverged == 0
            && self.refused == 0
            && self.photos.lost == 0
            && self.sent == self.acknowledged
            && self.photos.sent == self.photos.acknowledged
    }
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The accounts cannot be prepared.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The hub or a replica refuses what it has to take.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The hub's address is none.
    #[error("the hub must be http://HOST:PORT and its name must be known")]
    Hub,
    /// The ledger, or the relay's port.
    #[error("the machine gives no file or port")]
    Io(#[from] std::io::Error),
    /// The pictures cannot be drawn.
    #[error("photos cannot be made")]
    Photos(#[from] image::ImageError),
    /// A phone's task ended badly.
    #[error("a simulated phone failed")]
    Task(#[from] tokio::task::JoinError),
}

impl From<LineError> for RunError {
    fn from(error: LineError) -> Self {
        Self::Device(error.into())
    }
}

/// Runs a plan against a running hub whose database is at `url`. `progress` is told of each visit.
///
/// # Errors
/// If the run cannot go on; what it found otherwise is in the outcome.
pub async fn run(
    plan: &Plan,
    url: &str,
    progress: impl Fn() + Send + Sync + 'static,
) -> Result<Outcome, RunError> {
    let begun = Instant::now();
    let world = Arc::new(open_world(plan, url, Box::new(progress)).await?);
    let grids = add_grids(&world.desk, plan).await?;
    let mut devices = begin(&world, &grids)?;

    devices = each(devices, {
        let (visits, photos) = (plan.visits, plan.photos);
        move |mut device: Device| async move {
            device.enrol().await?;
            device.work(visits, photos).await?;
            Ok(device)
        }
    })
    .await?;

    world.calm_down();
    let mut outcome = Outcome {
        seed: plan.seed,
        ..Outcome::default()
    };
    // Twice: what the last phone sent in the first round reaches the others in the second.
    for _ in 0..2 {
        let settling = each(devices, |mut device: Device| async move {
            device.settle().await?;
            Ok(device)
        });
        match tokio::time::timeout(plan.patience, settling).await {
            Ok(settled) => devices = settled?,
            Err(_) => {
                outcome.seconds = begun.elapsed().as_secs_f64();
                return Ok(outcome);
            }
        }
    }
    outcome.settled = true;
    outcome.photos.sent = plan.devices * plan.visits * plan.photos;
    examine(&world, &grids, devices, &mut outcome).await?;
    outcome.phases = world.tally.phases();
    let (up, down) = world.relay.bytes();
    outcome.bytes = Bytes { up, down };
    outcome.faults = world.tally.counters.read();
    outcome.restores = world.desk.replaced().await;
    outcome.seconds = begun.elapsed().as_secs_f64();
    Ok(outcome)
}

/// Opens what all devices share.
///
/// # Errors
/// If the database, the hub's address or a file cannot be used.
pub async fn open_world(
    plan: &Plan,
    url: &str,
    progress: Box<dyn Fn() + Send + Sync>,
) -> Result<World, RunError> {
    let tally = Arc::new(Tally::default());
    let address = plan.hub.strip_prefix("http://").ok_or(RunError::Hub)?;
    let mut addresses = tokio::net::lookup_host(address.trim_end_matches('/'))
        .await
        .map_err(|_| RunError::Hub)?;
    let address = addresses.next().ok_or(RunError::Hub)?;
    let relay = Relay::start(address, plan.seed, Arc::clone(&tally)).await?;
    if !plan.faults {
        relay.calm_down();
    }
    let seed = plan.seed;
    let album = tokio::task::spawn_blocking(move || Album::draw(seed)).await??;
    Ok(World {
        seed,
        kind: plan.kind,
        hub: plan.hub.trim_end_matches('/').to_owned(),
        relay,
        desk: Desk::open(url, &plan.tenant).await?,
        ledger: Ledger::create(&plan.ledger)?,
        album,
        tally,
        clock: Clock::system(),
        rng: Rng::os(),
        progress,
        faults: AtomicBool::new(plan.faults),
    })
}

async fn add_grids(desk: &Desk, plan: &Plan) -> Result<Vec<Grid>, RunError> {
    let mut grids = Vec::new();
    let mut left = plan.devices;
    while left > 0 {
        let people = left.min(GRID);
        let tickets = (people * plan.visits).div_ceil(2).max(1);
        grids.push(desk.add_grid(people, tickets).await?);
        left -= people;
    }
    Ok(grids)
}

fn begin(world: &Arc<World>, grids: &[Grid]) -> Result<Vec<Device>, RunError> {
    let mut devices = Vec::new();
    for grid in grids {
        for (place, person) in grid.people.iter().enumerate() {
            let next = grid.people.iter().cycle().nth(place + 1).copied();
            let colleague = next.filter(|next| next != person);
            let number = devices.len() as u64;
            let device = Device::new(world, *person, colleague, grid.clone(), number)?;
            devices.push(device);
        }
    }
    Ok(devices)
}

/// Lets every device do something at the same time as the others; they come back in their order.
async fn each<F>(devices: Vec<Device>, act: impl Fn(Device) -> F) -> Result<Vec<Device>, RunError>
where
    F: Future<Output = Result<Device, DeviceError>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for (place, device) in devices.into_iter().enumerate() {
        let acting = act(device);
        tasks.spawn(async move { acting.await.map(|device| (place, device)) });
    }
    let mut done = BTreeMap::new();
    while let Some(ended) = tasks.join_next().await {
        let (place, device) = ended??;
        done.insert(place, device);
    }
    Ok(done.into_values().collect())
}

async fn examine(
    world: &Arc<World>,
    grids: &[Grid],
    mut devices: Vec<Device>,
    outcome: &mut Outcome,
) -> Result<(), RunError> {
    for device in &mut devices {
        let status = device.phone().replica().status();
        outcome.refused += status.refused + status.quarantined;
        outcome.sent += status.queued + status.received + status.admitted;
        outcome.sent += status.refused + status.quarantined;
    }
    let acknowledged = world.ledger.read()?;
    outcome.acknowledged = acknowledged.changes.len();
    outcome.photos.acknowledged = acknowledged.photos.len();

    let mut pulled = BTreeSet::new();
    let mut fresh_of: Vec<Device> = Vec::new();
    let mut rest = devices.as_mut_slice();
    for (place, grid) in grids.iter().enumerate() {
        let Some(person) = grid.people.first() else {
            continue;
        };
        let (own, others) = rest.split_at_mut(grid.people.len().min(rest.len()));
        rest = others;
        let number = u64::MAX / 2 + place as u64;
        let mut fresh = Device::new(world, *person, None, grid.clone(), number)?;
        let findings = compare(&mut fresh, own).await?;
        outcome.duplicated += findings.duplicated;
        outcome.diverged += findings.diverged.len();
        pulled.extend(findings.pulled);
        fresh_of.push(fresh);
        for doc in findings.diverged {
            tracing::warn!(%doc, "phones do not agree on a document");
        }
    }
    outcome.lost = lost_changes(&acknowledged, &pulled);
    outcome.photos.lost = photos_lost(&mut fresh_of, acknowledged.photos).await?;
    Ok(())
}

/// Each photo is fetched by a phone that holds the visit that points at it.
async fn photos_lost(
    fresh: &mut [Device],
    acknowledged: BTreeSet<MediaHash>,
) -> Result<usize, RunError> {
    let mut missing = acknowledged;
    let mut lost = 0;
    for device in fresh {
        let rows = device.phone().replica().records();
        let seen: BTreeSet<MediaHash> = rows.into_iter().flat_map(|row| row.photos).collect();
        let own: Vec<MediaHash> = missing.intersection(&seen).copied().collect();
        lost += check::lost_photos(device, own.iter().copied()).await?.len();
        own.iter().for_each(|photo| {
            missing.remove(photo);
        });
    }
    // What no visit points at cannot be asked for: it is as good as lost.
    Ok(lost + missing.len())
}

/// Enrols one phone on a fresh grid with some tickets, for runs with a single device.
///
/// # Errors
/// If the hub or its database refuse.
pub async fn single(world: &World, tickets: usize) -> Result<(Line, Grid, Id), RunError> {
    let grid = world.desk.add_grid(1, tickets).await?;
    let person = grid.people.first().copied().ok_or(RunError::Hub)?;
    let code = world.desk.code(person).await?;
    let mut line = Line::to(&world.hub)?;
    line.enrol(&code, world.desk.password()).await?;
    Ok((line, grid, person))
}
