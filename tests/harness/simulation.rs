//! Honest people with phones, an office in memory and a network that does what it likes: everything follows
//! from a script, so that a failure replays.

mod chance;
mod gestures;

use std::collections::BTreeMap;

use serde_bytes::ByteBuf;
use sync_core::document::Document;
use sync_core::gate::{Admission, Candidate, Verdict, Writer, admit};
use sync_core::kinds::Kind;
use sync_core::protocol::{self, Changes, Envelope, Frame, Receipt, VerdictRecord, short};
use sync_core::record::Record;
use sync_core::replica::{Batch, Replica, Session};
use sync_core::threshold::{Known, Standing, judge, name_of};
use sync_core::{Id, Role, Timestamp, segment};

pub use chance::{Chance, scale};
pub use gestures::gesture;

/// What a script may do. Numbers are taken as they fit, so that any script means something.
#[derive(Clone, Debug)]
pub enum Step {
    /// A device drops its memory and starts from its store.
    Crash(usize),
    /// A device takes in one frame that the office has for it, any one, once more if it had it.
    Deliver(usize, usize),
    /// A person does something.
    Edit(usize, u64),
    /// A device sends some of what it has queued, in any order and with repetitions; its answer may get lost.
    Push(usize, u64),
}

/// Three people with phones, one visit, and the office.
pub struct Simulation {
    devices: Vec<Device>,
    office: Office,
    doc: Id,
    now: Timestamp,
}

struct Device {
    id: Id,
    person: Id,
    replica: Replica,
    store: BTreeMap<String, Vec<u8>>,
    starts: u8,
}

/// The hub's two doors without a hub.
struct Office {
    document: Document,
    known: Known,
    waiting: Vec<(Id, Candidate)>,
    /// Admitted segments with the device that brought them.
    log: Vec<(Id, Vec<u8>)>,
    /// Honest changes that were not taken; must stay empty.
    refused: Vec<String>,
}

impl Simulation {
    /// A visit that the first of three has begun and all know of.
    pub fn new() -> Self {
        let now = Timestamp::from_millis(1_795_483_800_000);
        let devices = (1..=3).map(Device::new).collect();
        let mut simulation = Self {
            devices,
            office: Office::new(),
            doc: Id::from_bytes([9; 16]),
            now,
        };
        let (doc, ticket) = (simulation.doc, Id::from_bytes([8; 16]));
        if let Some(first) = simulation.devices.first_mut() {
            let batch = first.replica.begin(Kind::VISIT, doc, ticket, now);
            first.keep(batch.expect("a visit begins"));
        }
        simulation.push(0, &mut Chance::new(0), true);
        for device in 0..3 {
            simulation.deliver(device, 0);
        }
        simulation
    }

    /// Runs a step.
    pub fn step(&mut self, step: &Step) {
        self.now = self.now.plus_millis(1_000);
        match step {
            Step::Crash(device) => self.crash(device % 3),
            Step::Deliver(device, frame) => self.deliver(device % 3, *frame),
            Step::Edit(device, seed) => self.edit(device % 3, &mut Chance::new(*seed)),
            Step::Push(device, seed) => self.push(device % 3, &mut Chance::new(*seed), false),
        }
    }

    /// Lets everything arrive, in an order that `seed` decides.
    pub fn settle(&mut self, seed: u64) {
        let mut chance = Chance::new(seed);
        for device in 0..3 {
            self.push(device, &mut chance, true);
        }
        for device in 0..3 {
            let mut frames: Vec<_> = (0..self.office.log.len()).collect();
            chance.shuffle(&mut frames);
            for frame in frames {
                self.deliver(device, frame);
            }
        }
    }

    /// Honest changes that the two doors did not take.
    pub fn refused(&self) -> &[String] {
        &self.office.refused
    }

    /// Changes that still wait at the office.
    pub const fn waiting(&self) -> usize {
        self.office.waiting.len()
    }

    /// The office's heads and record.
    pub fn office(&self) -> (Vec<[u8; 32]>, Record) {
        (
            self.office.document.heads(),
            Record::of(&self.office.document),
        )
    }

    /// Heads and record of each device.
    pub fn replicas(&mut self) -> Vec<(Vec<[u8; 32]>, Record)> {
        let doc = self.doc;
        let look = |device: &mut Device| {
            let document = device.replica.document(doc).expect("the visit opens");
            (document.heads(), Record::of(document))
        };
        self.devices.iter_mut().map(look).collect()
    }

    /// What each device shows, and what a start from its store would show.
    pub fn looks(&mut self) -> Vec<(String, String)> {
        let doc = self.doc;
        let looks = self.devices.iter_mut().map(|device| {
            let mut again = device.restored();
            (look(&mut device.replica, doc), look(&mut again, doc))
        });
        looks.collect()
    }

    /// The office's log as frames.
    pub fn frames(&self) -> Vec<Envelope> {
        let frame = |(n, (_, packed)): (usize, &(Id, Vec<u8>))| Envelope {
            cursor: (n % 2 == 0).then(|| ByteBuf::from(n.to_be_bytes())),
            frame: Frame::Changes(Changes {
                doc: self.doc,
                kind: Kind::VISIT,
                ticket: Id::from_bytes([8; 16]),
                segments: vec![ByteBuf::from(packed.clone()); n % 3],
                writers: Vec::new(),
            }),
        };
        self.office.log.iter().enumerate().map(frame).collect()
    }

    fn crash(&mut self, device: usize) {
        if let Some(device) = self.devices.get_mut(device) {
            device.replica = device.restored();
            device.starts += 1;
        }
    }

    fn edit(&mut self, device: usize, chance: &mut Chance) {
        let (doc, now) = (self.doc, self.now);
        let Some(device) = self.devices.get_mut(device) else {
            return;
        };
        let document = device.replica.document(doc).expect("the visit opens");
        let edit = gesture(&Record::of(document), device.person, now, chance);
        let batch = device.replica.edit(doc, &edit, now);
        device.keep(batch.unwrap_or_else(|error| {
            panic_with(&format!("an honest gesture was refused: {error}, {edit:?}"))
        }));
    }

    /// Sends what is queued; `whole`: all of it, once and in order, and the answer arrives.
    fn push(&mut self, device: usize, chance: &mut Chance, whole: bool) {
        let now = self.now;
        let Some(device) = self.devices.get_mut(device) else {
            return;
        };
        let request = device.replica.request(1 << 20, now, "1", 0);
        for push in request.push {
            let mut changes = segment::unpack(&push.segment).expect("a phone packs segments");
            if !whole {
                let again = changes.clone();
                changes.extend(again.into_iter().filter(|_| chance.below(4) == 0));
                changes.retain(|_| chance.below(4) > 0);
                chance.shuffle(&mut changes);
            }
            let writer = Writer {
                person: device.person,
                role: Role::GridWorker,
            };
            let answer = self.office.receive(self.doc, device.id, writer, &changes);
            if whole || chance.below(3) > 0 {
                answer.into_iter().for_each(|frame| device.take(frame, now));
            }
        }
    }

    fn deliver(&mut self, device: usize, frame: usize) {
        let Some(device) = self.devices.get_mut(device) else {
            return;
        };
        let Some((_, packed)) = self.office.log.get(frame % self.office.log.len().max(1)) else {
            return;
        };
        let changes = Changes {
            doc: self.doc,
            kind: Kind::VISIT,
            ticket: Id::from_bytes([8; 16]),
            segments: vec![ByteBuf::from(packed.clone())],
            writers: Vec::new(),
        };
        device.take(Frame::Changes(changes), self.now);
    }
}

impl Default for Simulation {
    fn default() -> Self {
        Self::new()
    }
}

impl Device {
    fn new(n: u8) -> Self {
        let person = Id::from_bytes([100 + n; 16]);
        let mut device = Self {
            id: Id::from_bytes([n; 16]),
            person,
            replica: Replica::new([n; 32]),
            store: BTreeMap::new(),
            starts: 0,
        };
        let session = Session {
            device: device.id,
            person,
            name: "王某某".to_owned(),
            role: Role::GridWorker,
            tenant: Id::from_bytes([50; 16]),
        };
        let batch = device.replica.start_session(session);
        device.keep(batch);
        device
    }

    fn keep(&mut self, batch: Batch) {
        for (key, value) in batch.writes {
            match value {
                Some(value) => self.store.insert(key, value),
                None => self.store.remove(&key),
            };
        }
    }

    fn take(&mut self, frame: Frame, now: Timestamp) {
        let envelope = Envelope {
            cursor: None,
            frame,
        };
        let bytes = protocol::encode_frame(&envelope);
        let bytes = bytes.get(4..).unwrap_or_default();
        let received = self.replica.receive(bytes, now);
        self.keep(received.expect("a frame is understood").batch);
    }

    /// A replica from the store; its actors are new.
    fn restored(&self) -> Replica {
        let [device, ..] = self.id.bytes();
        let mut seed = [device; 32];
        if let Some(last) = seed.last_mut() {
            *last = self.starts.wrapping_add(200);
        }
        let mut replica = Replica::new(seed);
        for (key, value) in &self.store {
            assert!(replica.restore(key, value), "{key} is read back");
        }
        replica.ready();
        replica
    }
}

impl Office {
    fn new() -> Self {
        Self {
            document: Document::seeded(Kind::VISIT),
            known: Known::default(),
            waiting: Vec::new(),
            log: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Both doors, one after the other; what the device is told.
    fn receive(&mut self, doc: Id, device: Id, writer: Writer, changes: &[Vec<u8>]) -> Vec<Frame> {
        let mut receipt = Receipt {
            doc: Some(doc),
            ..Receipt::default()
        };
        let standings = judge(Kind::VISIT, device, changes, &mut self.known);
        for (bytes, standing) in changes.iter().zip(standings) {
            let list = match &standing {
                Standing::Duplicate(_) => &mut receipt.duplicate,
                Standing::Received(_) => &mut receipt.received,
                Standing::Waiting(_) => &mut receipt.waiting,
                Standing::Refused(reason) => {
                    self.refused.push(format!("threshold: {}", reason.code()));
                    continue;
                }
            };
            list.extend_from_slice(&name_of(bytes));
            if !matches!(standing, Standing::Duplicate(_)) {
                let bytes = bytes.clone();
                self.waiting.push((device, Candidate { bytes, writer }));
            }
        }
        let mut frames = vec![Frame::Receipts(vec![receipt])];
        frames.extend(
            self.decide(doc)
                .map(|verdict| Frame::Verdicts(vec![verdict])),
        );
        frames
    }

    fn decide(&mut self, doc: Id) -> Option<VerdictRecord> {
        let candidates: Vec<_> = self.waiting.iter().map(|(_, one)| one.clone()).collect();
        let Admission {
            document, verdicts, ..
        } = admit(&self.document, &candidates);
        self.document = document;
        let mut passed: BTreeMap<Id, Vec<Vec<u8>>> = BTreeMap::new();
        let mut hashes = Vec::new();
        let mut early = Vec::new();
        for ((device, candidate), verdict) in self.waiting.drain(..).zip(verdicts) {
            match verdict {
                Verdict::Admitted(change) => {
                    let header = change.header();
                    hashes.extend(short(&header.hash));
                    // What waited and passed counts as received in order, as on the hub.
                    let seq = self.known.seqs.entry(header.actor).or_default();
                    *seq = header.seq.max(*seq);
                    passed
                        .entry(device)
                        .or_default()
                        .push(change.bytes().to_vec());
                }
                Verdict::Duplicate(_) => {}
                Verdict::Quarantined(reason) => {
                    self.refused.push(format!("gate: {}", reason.code()));
                }
                Verdict::Waiting => early.push((device, candidate)),
            }
        }
        self.waiting = early;
        for (device, changes) in passed {
            self.log.push((device, segment::pack(&changes)));
        }
        (!hashes.is_empty()).then(|| VerdictRecord {
            doc,
            seq: u64::try_from(self.log.len()).unwrap_or(0),
            hashes: ByteBuf::from(hashes),
            quarantined: None,
        })
    }
}

/// All that a replica can be asked, in one text.
fn look(replica: &mut Replica, doc: Id) -> String {
    let now = Timestamp::from_millis(0);
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        replica.view(doc),
        replica.document(doc).map(Document::heads),
        replica.records(),
        replica.tickets(),
        replica.reference(),
        replica.status(),
        replica.request(1, now, "", 0),
    )
}

#[expect(
    clippy::panic,
    reason = "a test stops with a sentence where it cannot go on"
)]
fn panic_with(sentence: &str) -> ! {
    panic!("{sentence}")
}
