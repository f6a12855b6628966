//! Laws: whatever the network does, honest work ends the same everywhere, and no bytes break a reader.

use harness::simulation::{Chance, Simulation, Step, gesture, scale};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sync_core::document::Document;
use sync_core::gate::{Candidate, Verdict, Writer, admit};
use sync_core::kinds::Kind;
use sync_core::protocol::{self, Frames};
use sync_core::record::Record;
use sync_core::threshold::{Known, Standing, judge};
use sync_core::{Id, Role, Timestamp, chunk, segment};

/// The same cases on every run.
fn cases(quick: usize, full: usize) -> ProptestConfig {
    ProptestConfig {
        cases: u32::try_from(scale(quick, full)).unwrap(),
        rng_seed: RngSeed::Fixed(20_261_124),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn step() -> impl Strategy<Value = Step> {
    let device = 0..3usize;
    prop_oneof![
        6 => (device.clone(), any::<u64>()).prop_map(|(device, seed)| Step::Edit(device, seed)),
        3 => (device.clone(), any::<u64>()).prop_map(|(device, seed)| Step::Push(device, seed)),
        3 => (device.clone(), any::<usize>()).prop_map(|(device, frame)| Step::Deliver(device, frame)),
        1 => device.prop_map(Step::Crash),
    ]
}

proptest! {
    #![proptest_config(cases(40, 400))]

    #[test]
    fn any_order_repetition_and_partition_ends_in_one_record(
        steps in proptest::collection::vec(step(), 1..90),
        seed in any::<u64>(),
    ) {
        let mut simulation = Simulation::new();
        for step in &steps {
            simulation.step(step);
        }
        for (shown, restored) in simulation.looks() {
            prop_assert_eq!(shown, restored);
        }
        simulation.settle(seed);
        prop_assert_eq!(simulation.refused(), &[] as &[String]);
        prop_assert_eq!(simulation.waiting(), 0);
        let office = simulation.office();
        for replica in simulation.replicas() {
            prop_assert_eq!(&replica.0, &office.0);
            prop_assert_eq!(&replica.1, &office.1);
        }
        for (shown, restored) in simulation.looks() {
            prop_assert_eq!(shown, restored);
        }
    }
}

/// Honest work is never refused: many visits, each written by three people who hear of each other now and then.
#[test]
fn honest_changes_always_pass_both_doors() {
    let (mut left, mut seed) = (scale(1_200, 30_000), 0);
    while left > 0 {
        seed += 1;
        left = left.saturating_sub(honest_visit(seed, 300));
    }
}

/// Writes a visit of so many changes and lets it through both doors, some at a time; gives their number.
fn honest_visit(seed: u64, most: usize) -> usize {
    let mut chance = Chance::new(seed);
    let mut people = [1u8, 2, 3].map(|n| (n, Document::seeded(Kind::VISIT), Record::default(), 0));
    let (mut known, mut hub) = (Known::default(), Document::seeded(Kind::VISIT));
    let mut now = Timestamp::from_millis(1_795_483_800_000);
    let (mut written, mut fresh, mut all) = (0, Vec::new(), Vec::new());
    while written < most {
        now = now.plus_millis(1_000);
        let (n, document, seen, starts) = &mut people[chance.below(3)];
        match chance.below(20) {
            0 => document.apply(&all).unwrap(),
            1 => *starts += 1,
            _ => {
                let person = Id::from_bytes([*n; 16]);
                // A screen may be some gestures old.
                if chance.below(6) == 0 {
                    *seen = Record::of(document);
                }
                let edit = gesture(seen, person, now, &mut chance);
                let actor = [*n * 50 + *starts; 16];
                let Some(bytes) = document.edit(&edit, actor, now).unwrap() else {
                    continue;
                };
                written += 1;
                all.push(bytes.clone());
                fresh.push((person, bytes));
            }
        }
        if fresh.len() < 40 && written < most {
            continue;
        }
        for (person, bytes) in &fresh {
            let standing = judge(
                Kind::VISIT,
                *person,
                std::slice::from_ref(bytes),
                &mut known,
            );
            assert!(
                matches!(standing[..], [Standing::Received(_)]),
                "{seed}: {standing:?}"
            );
        }
        let candidates: Vec<_> = fresh
            .drain(..)
            .map(|(person, bytes)| Candidate {
                bytes,
                writer: Writer {
                    person,
                    role: Role::GridWorker,
                },
            })
            .collect();
        let admission = admit(&hub, &candidates);
        for verdict in &admission.verdicts {
            assert!(
                matches!(verdict, Verdict::Admitted(_)),
                "{seed}: {verdict:?}"
            );
        }
        hub = admission.document;
    }
    for (_, document, ..) in &mut people {
        document.apply(&all).unwrap();
        assert_eq!(document.heads(), hub.heads(), "{seed}");
        assert_eq!(Record::of(document), Record::of(&hub), "{seed}");
    }
    written
}

/// Changes of a day on one phone.
fn day(seed: u64, gestures: usize) -> (Document, Vec<Candidate>) {
    let mut chance = Chance::new(seed);
    let person = Id::from_bytes([9; 16]);
    let mut document = Document::seeded(Kind::VISIT);
    let mut changes = Vec::new();
    let mut now = Timestamp::from_millis(1_795_483_800_000);
    while changes.len() < gestures {
        now = now.plus_millis(5_000);
        let edit = gesture(&Record::of(&document), person, now, &mut chance);
        let change = document.edit(&edit, [1; 16], now).unwrap();
        let writer = Writer {
            person,
            role: Role::GridWorker,
        };
        changes.extend(change.map(|bytes| Candidate { bytes, writer }));
    }
    (document, changes)
}

proptest! {
    #![proptest_config(cases(20, 60))]

    #[test]
    fn admitting_again_changes_nothing(seed in any::<u64>(), cut in 0..30usize) {
        let (phone, changes) = day(seed, 30);
        let once = admit(&Document::seeded(Kind::VISIT), &changes[..cut]);
        let twice = admit(&once.document, &changes);
        prop_assert_eq!(twice.document.heads(), phone.heads());
        prop_assert_eq!(Record::of(&twice.document), Record::of(&phone));
        let duplicates = twice.verdicts.iter().filter(|one| matches!(one, Verdict::Duplicate(_)));
        prop_assert_eq!(duplicates.count(), cut);
        let third = admit(&twice.document, &changes);
        prop_assert_eq!(third.document.heads(), phone.heads());
        prop_assert!(third.verdicts.iter().all(|one| matches!(one, Verdict::Duplicate(_))));
        prop_assert_eq!(&third.snapshot, &twice.document.save());
    }

    #[test]
    fn what_is_packed_is_unpacked_to_the_same_bytes(
        seed in any::<u64>(),
        noise in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 0..6),
    ) {
        let mut changes: Vec<_> = day(seed, 12).1.into_iter().map(|one| one.bytes).collect();
        changes.extend(noise);
        Chance::new(seed).shuffle(&mut changes);
        let packed = segment::pack(&changes);
        prop_assert_eq!(segment::unpack(&packed), Ok(changes.clone()));
        for cut in [1, 2, packed.len() / 2, packed.len() - 1] {
            prop_assert!(segment::unpack(&packed[..cut.min(packed.len() - 1)]).is_err());
        }
        for change in changes.iter().filter_map(|bytes| chunk::scan(bytes).ok()) {
            prop_assert!(change.seq > 0 && change.max_op() >= change.start_op);
        }
    }

    #[test]
    fn frames_are_read_back_however_the_stream_is_cut(
        steps in proptest::collection::vec(step(), 1..20),
        cuts in proptest::collection::vec(1..400usize, 1..40),
    ) {
        let mut simulation = Simulation::new();
        steps.iter().for_each(|step| simulation.step(step));
        let sent = simulation.frames();
        let bytes: Vec<u8> = sent.iter().flat_map(protocol::encode_frame).collect();
        let (mut frames, mut seen, mut rest) = (Frames::default(), Vec::new(), bytes.as_slice());
        for cut in cuts.iter().cycle() {
            let (now, later) = rest.split_at(rest.len().min(*cut));
            frames.push(now);
            while let Some(frame) = frames.next_frame().unwrap() {
                seen.push(protocol::decode_frame(&frame).unwrap());
            }
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(seen, sent);
    }
}

proptest! {
    #![proptest_config(cases(3_000, 60_000))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = chunk::scan(&bytes);
        let _ = chunk::length(&bytes);
        let _ = segment::unpack(&bytes);
        let _ = protocol::decode_frame(&bytes);
        let _ = protocol::decode::<protocol::SyncRequest>(&bytes);
        let mut frames = Frames::default();
        frames.push(&bytes);
        let _ = frames.next_frame();
        // The same behind what each of them expects first.
        let chunk = [&b"\x85\x6f\x4a\x83\0\0\0\0\x01"[..], &bytes].concat();
        let _ = chunk::scan(&chunk);
        let _ = chunk::length(&chunk);
        for flags in [0, 1] {
            let _ = protocol::decode_frame(&[&[flags][..], &bytes].concat());
        }
    }
}
