//! Seeded mutation of honest changes with the checksum repaired, through threshold and gate.
//!
//! 0 exits, 0 documents that cannot be loaded again, 0 honest changes refused afterwards. The count is split so
//! that a test runner can use several processes.

use crate::street::{Chance, Street, admit_all, candidates, refused, scale};
use sha2::{Digest, Sha256};
use sync_core::document::Document;
use sync_core::gate::{Verdict, admit};
use sync_core::kinds::Kind;
use sync_core::record::Record;
use sync_core::threshold::{Known, Standing, judge};
use sync_core::{Id, chunk};

const SHARDS: u64 = 8;

/// A visit in the middle of its day: what the hub has, what honest phones are about to send.
struct Scene {
    hub: Document,
    logged: Vec<Vec<u8>>,
    coming: Vec<Vec<u8>>,
}

fn scene(seed: u64) -> Scene {
    let (mut street, mut chance) = (Street::new(3), Chance(seed));
    for _ in 0..10 + chance.below(10) {
        let phone = chance.below(3);
        street.meet(phone);
        while street.record(phone, &mut chance).is_none() {}
    }
    let logged = street.made.clone();
    for phone in 0..3 {
        street.meet(phone);
    }
    // Each phone goes on by itself: three concurrent branches.
    for phone in 0..3 {
        // Some gestures change nothing: each phone tries until it has something to send.
        while street.record_known(phone, &mut chance).is_none() {}
    }
    let coming = street.made.split_off(logged.len());
    let hub = admit_all(&Document::seeded(Kind::VISIT), &logged).document;
    Scene {
        hub,
        logged,
        coming,
    }
}

/// Changes some bytes of a change's body and writes length and checksum anew, so that it looks whole.
fn mutate(change: &[u8], chance: &mut Chance) -> Vec<u8> {
    // Magic, checksum, type; then the length of the body.
    let header = 9
        + change[9..]
            .iter()
            .take_while(|byte| **byte & 0x80 != 0)
            .count()
        + 1;
    let mut body = change[header..].to_vec();
    for _ in 0..1 + chance.below(3) {
        let place = chance.below(body.len());
        match chance.below(8) {
            0 => body[place] ^= 1 << chance.below(8),
            1 => body[place] = chance.byte(),
            2 => {
                body.remove(place);
            }
            3 => body.insert(place, chance.byte()),
            4 => body[place] = *chance.pick(&[0, 1, 2, 0x7f, 0x80, 0xff]),
            5 => body.truncate(place.max(1)),
            6 => {
                let end = (place + chance.below(8)).min(body.len());
                let copied = body[place..end].to_vec();
                let at = chance.below(body.len());
                body.splice(at..at, copied);
            }
            // A run length, a counter or a size made huge.
            _ => {
                body.splice(place..place, [0xff, 0xff, 0x7f]);
            }
        }
        if body.is_empty() {
            body.push(0);
        }
    }
    seal(&body)
}

fn seal(body: &[u8]) -> Vec<u8> {
    let mut hashed = vec![1];
    let mut length = body.len();
    while length > 0x7f {
        hashed.push(u8::try_from(length & 0x7f).expect("seven bits") | 0x80);
        length >>= 7;
    }
    hashed.push(u8::try_from(length).expect("seven bits"));
    hashed.extend_from_slice(body);
    let hash = Sha256::digest(&hashed);
    [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &hashed].concat()
}

#[derive(Default)]
struct Tally {
    threshold: usize,
    aside: usize,
    admitted: usize,
}

/// One mutated change meets the hub between honest ones.
fn attack(scene: &Scene, honest: &[u8], mutated: Vec<u8>, tally: &mut Tally, name: &str) {
    let mut known = Known::default();
    for change in &scene.logged {
        let actor = chunk::scan(change).expect("honest").actor;
        judge(Kind::VISIT, Id::from_bytes(actor), &[change], &mut known);
    }
    let owner = chunk::scan(&mutated).map_or([0; 16], |header| header.actor);
    let standing = judge(Kind::VISIT, Id::from_bytes(owner), &[&mutated], &mut known);
    if matches!(
        standing[..],
        [Standing::Refused(_) | Standing::Duplicate(_)]
    ) {
        tally.threshold += 1;
        return;
    }
    let admission = admit(&scene.hub, &candidates(&[mutated]));
    match &admission.verdicts[..] {
        [Verdict::Admitted(change)] => {
            tally.admitted += 1;
            let loaded = Document::load(Kind::VISIT, &admission.snapshot);
            let loaded = loaded
                .unwrap_or_else(|_| panic!("{name}: an accepted change poisoned the document"));
            assert_eq!(
                Record::of(&loaded),
                Record::of(&admission.document),
                "{name}"
            );
            // Left out: a change under the actor whose number the mutated one took, which the threshold forbids
            // across devices (here one person plays both), and the change that was mutated, whose fresh random
            // entry id nobody else can know beforehand.
            let actor = change.header().actor;
            let others: Vec<_> = scene
                .coming
                .iter()
                .filter(|bytes| {
                    bytes.as_slice() != honest && chunk::scan(bytes).expect("honest").actor != actor
                })
                .cloned()
                .collect();
            let after = admit_all(&admission.document, &others);
            assert!(
                refused(&after).is_empty(),
                "{name}: honest changes were refused: {:?}",
                refused(&after)
            );
        }
        _ => tally.aside += 1,
    }
}

fn run_shard(shard: u64) {
    // Thousands of panics are expected and fenced; their messages would bury the result.
    std::panic::set_hook(Box::new(|panic| {
        if panic.location().is_some_and(|place| {
            !place.file().contains("automerge") && !place.file().contains("hexane")
        }) {
            eprintln!("{panic}");
        }
    }));
    let count = scale(3_000, 100_000) / usize::try_from(SHARDS).expect("few");
    let (mut tally, mut chance) = (
        Tally::default(),
        Chance(shard.wrapping_mul(0x1234_5678_9abc_def1)),
    );
    let mut current = scene(shard);
    for round in 0..count {
        if round % 200 == 199 {
            current = scene(shard * 1_000_000 + round as u64);
        }
        let honest = if chance.below(3) == 0 {
            chance.pick(&current.logged)
        } else {
            chance.pick(&current.coming)
        };
        let mutated = mutate(honest, &mut chance);
        let name = format!("shard {shard}, round {round}");
        attack(&current, honest, mutated, &mut tally, &name);
    }
    let _ = std::panic::take_hook();
    let Tally {
        threshold,
        aside,
        admitted,
    } = tally;
    println!(
        "{count} mutated: {threshold} refused at the threshold, {aside} put aside, {admitted} admitted"
    );
    // A shard in which nothing reached the gate would prove nothing.
    assert!(
        aside > count / 50 && admitted > 0,
        "{threshold} {aside} {admitted}"
    );
}

macro_rules! shards {
    ($($name:ident = $number:literal,)*) => {
        $(#[test]
        fn $name() {
            run_shard($number);
        })*

        #[test]
        fn the_shards_make_up_the_whole() {
            assert_eq!([$($number),*].len() as u64, SHARDS);
        }
    };
}

shards! {
    mutated_changes_never_break_a_document_1 = 0,
    mutated_changes_never_break_a_document_2 = 1,
    mutated_changes_never_break_a_document_3 = 2,
    mutated_changes_never_break_a_document_4 = 3,
    mutated_changes_never_break_a_document_5 = 4,
    mutated_changes_never_break_a_document_6 = 5,
    mutated_changes_never_break_a_document_7 = 6,
    mutated_changes_never_break_a_document_8 = 7,
}
