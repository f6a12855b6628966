//! Honest changes bent part by part, with the checksum repaired, through the threshold and then the gate in real
//! worker processes: nothing ends but a worker at most, and no accepted change harms the document it is in.

use std::sync::Arc;

use harness::mutation::mutate;
use harness::simulation::{Chance, gesture, scale};
use harness::test_app::worker_exe;
use serde_bytes::ByteBuf;
use sync_core::document::Document;
use sync_core::gate::job::{Answer, Job, Mark, Pushed, concat, rebuild};
use sync_core::gate::{Candidate, Verdict, Writer, admit};
use sync_core::kinds::Kind;
use sync_core::protocol::{decode, encode};
use sync_core::record::Record;
use sync_core::threshold::{Known, Standing, judge};
use sync_core::{Id, Role, Timestamp, chunk, segment};
use workers::{JobKind, Pool};

const NOON: Timestamp = Timestamp::from_millis(harness::test_app::NOW);
const WRITER: Writer = Writer {
    person: Id::from_bytes([9; 16]),
    role: Role::GridWorker,
};
/// Bent changes of one job; a job has two seconds.
const TOGETHER: usize = 12;
/// Bent changes of one visit.
const OF_ONE_VISIT: usize = 500;

/// A visit as the hub has it, honest changes to bend, and honest work that was going on beside.
struct Scene {
    hub: Document,
    logged: Vec<Vec<u8>>,
    /// Changes on top of what the hub has, of several people.
    coming: Vec<Vec<u8>>,
    /// What somebody wrote who knew only a part, before and after they met the rest.
    beside: [Vec<u8>; 2],
}

impl Scene {
    fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut hub = Document::seeded(Kind::VISIT);
        let mut logged = Vec::new();
        while logged.len() < 16 {
            logged.extend(write(
                &mut hub,
                [1 + u8::try_from(logged.len() % 2).unwrap(); 16],
                &mut chance,
            ));
        }
        let mut early = Document::seeded(Kind::VISIT);
        early.apply(&logged[..9]).unwrap();
        let before = write_some(&mut early, [7; 16], &mut chance);
        early.apply(&logged).unwrap();
        let after = write_some(&mut early, [7; 16], &mut chance);
        let coming = (3..6).flat_map(|actor| {
            let mut phone = hub.clone();
            let first = write_some(&mut phone, [actor; 16], &mut chance);
            let second = write_some(&mut phone, [actor; 16], &mut chance);
            [first, second]
        });
        let coming = coming.collect();
        Self {
            hub,
            logged,
            coming,
            beside: [before, after],
        }
    }

    /// A bent change that the threshold lets in, and the actors of the changes that it was made of.
    fn bent(&self, known: &Known, chance: &mut Chance) -> Option<Bent> {
        let of = if chance.below(4) == 0 {
            &self.logged
        } else {
            &self.coming
        };
        let (honest, strange) = (chance.pick(of)?, chance.pick(&self.coming)?);
        let bent = mutate(honest, strange, chance);
        let mut known = known.clone();
        let standing = judge(Kind::VISIT, Id::from_bytes([1; 16]), &[&bent], &mut known).remove(0);
        let passes = matches!(standing, Standing::Received(_) | Standing::Waiting(_));
        let made_of = [honest, strange].map(|change| chunk::scan(change).unwrap().actor);
        passes.then_some(Bent {
            bytes: bent,
            made_of,
        })
    }

    fn known(&self) -> Known {
        let mut known = Known::default();
        judge(
            Kind::VISIT,
            Id::from_bytes([1; 16]),
            &self.logged,
            &mut known,
        );
        known
    }

    fn job(&self, bent: &[Bent]) -> Job {
        let [before, after] = &self.beside;
        let bent = bent.iter().map(|bent| &bent.bytes);
        let changes: Vec<_> = std::iter::once(before).chain(bent).chain([after]).collect();
        Job {
            doc: Id::from_bytes([1; 16]),
            kind: Kind::VISIT,
            heads: ByteBuf::from(concat(&self.hub.heads())),
            base: vec![ByteBuf::from(segment::pack(&self.logged))],
            base_left_out: false,
            pushed: vec![Pushed {
                writer: WRITER,
                segment: ByteBuf::from(segment::pack(&changes)),
            }],
        }
    }

    /// What was admitted makes a document that opens, shows and takes honest work.
    fn check(&self, admitted: &[&Bent], heads: &[u8]) {
        let [before, after] = &self.beside;
        let changes = admitted.iter().map(|bent| &bent.bytes);
        let changes: Vec<_> = std::iter::once(before)
            .chain(changes)
            .chain([after])
            .collect();
        let packed = [segment::pack(&self.logged), segment::pack(&changes)];
        let document = rebuild(Kind::VISIT, &packed).unwrap();
        assert_eq!(concat(&document.heads()), heads);
        let loaded = Document::load(Kind::VISIT, &document.save()).unwrap();
        assert_eq!(Record::of(&loaded), Record::of(&document));
        // Left out: whose numbers a bent change has taken, which the threshold forbids across devices, and whose
        // fresh entries it has made, which nobody can know beforehand.
        let honest = self.coming.iter().filter(|bytes| {
            let actor = chunk::scan(bytes).unwrap().actor;
            let taken = |bent: &&Bent| {
                bent.made_of.contains(&actor) || chunk::scan(&bent.bytes).unwrap().actor == actor
            };
            !admitted.iter().any(taken)
        });
        let mut honest: Vec<_> = honest.map(|bytes| candidate(bytes)).collect();
        let mut phone = loaded.clone();
        honest.push(candidate(&write_some(
            &mut phone,
            [8; 16],
            &mut Chance::new(u64::MAX),
        )));
        for verdict in admit(&loaded, &honest).verdicts {
            assert!(matches!(verdict, Verdict::Admitted(_)), "{verdict:?}");
        }
    }
}

struct Bent {
    bytes: Vec<u8>,
    made_of: [[u8; 16]; 2],
}

fn candidate(bytes: &[u8]) -> Candidate {
    Candidate {
        bytes: bytes.to_vec(),
        writer: WRITER,
    }
}

fn write(document: &mut Document, actor: [u8; 16], chance: &mut Chance) -> Option<Vec<u8>> {
    let edit = gesture(&Record::of(document), WRITER.person, NOON, chance);
    document.edit(&edit, actor, NOON).unwrap()
}

/// Some gestures change nothing: writes until one does.
fn write_some(document: &mut Document, actor: [u8; 16], chance: &mut Chance) -> Vec<u8> {
    loop {
        if let Some(change) = write(document, actor, chance) {
            return change;
        }
    }
}

/// Bends `count` changes and has the gate of a worker decide on those that the threshold lets in.
async fn attack(pool: Arc<Pool>, lane: u64, count: usize) -> (usize, usize) {
    let (mut passed, mut admitted) = (0, 0);
    let mut chance = Chance::new(lane);
    for visit in 0..count.div_ceil(OF_ONE_VISIT) as u64 {
        let scene = Scene::new(lane * 1_000_000 + visit);
        let known = scene.known();
        let bent: Vec<_> = (0..OF_ONE_VISIT.min(count))
            .filter_map(|_| scene.bent(&known, &mut chance))
            .collect();
        passed += bent.len();
        for some in bent.chunks(TOGETHER) {
            let jobs = encode(&vec![scene.job(some)]);
            // The key of a lane: the pool takes every second bit for its own purposes.
            let answer = pool.run(JobKind::Admission, &jobs, Some(lane << 1)).await;
            let answers: Vec<Answer> =
                decode(&answer.expect("no bent change ends a worker")).unwrap();
            let [
                Answer::Decided {
                    heads, verdicts, ..
                },
            ] = &answers[..]
            else {
                panic!("lane {lane}, visit {visit}: {answers:?}");
            };
            let marks = &verdicts[0];
            let honest = (marks.first(), marks.last());
            assert_eq!(
                honest,
                (Some(&Mark::Admitted), Some(&Mark::Admitted)),
                "lane {lane}, visit {visit}"
            );
            let kept: Vec<_> = some
                .iter()
                .zip(&marks[1..])
                .filter(|(_, mark)| **mark == Mark::Admitted)
                .map(|(bent, _)| bent)
                .collect();
            admitted += kept.len();
            if !kept.is_empty() {
                scene.check(&kept, heads);
            }
        }
    }
    (passed, admitted)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bent_changes_never_end_a_worker_or_harm_a_document() {
    std::panic::set_hook(Box::new(|panic| {
        let engine = |file: &str| file.contains("automerge") || file.contains("hexane");
        if !panic.location().is_some_and(|place| engine(place.file())) {
            eprintln!("{panic}");
        }
    }));
    let pool = Arc::new(Pool::new(Some(worker_exe()), 2.try_into().unwrap()).unwrap());
    let count = scale(4_000, 100_000);
    let lanes = [0, 1].map(|lane| tokio::spawn(attack(Arc::clone(&pool), lane, count / 2)));
    let (mut passed, mut admitted) = (0, 0);
    for lane in lanes {
        let (more, of_them) = lane.await.unwrap();
        passed += more;
        admitted += of_them;
    }
    println!("{count} bent: {passed} passed the threshold, {admitted} were admitted");
    assert!(passed > count / 20 && admitted > 0, "{passed} {admitted}");
}
