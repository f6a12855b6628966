//! Laws over random histories of honest phones. Every failure names its seed.

use crate::street::{Chance, Street, admit_all, refused, scale};
use sync_core::document::Document;
use sync_core::gate::job::rebuild;
use sync_core::kinds::Kind;
use sync_core::record::Record;
use sync_core::threshold::{Known, Standing, judge};
use sync_core::{Id, chunk, protocol, segment};

/// Three phones that record, meet and part as the seed says. An entry that one phone made and another edits was
/// seen by both first: its key is a fresh random id.
fn history(seed: u64) -> Street {
    let (mut street, mut chance) = (Street::new(3), Chance(seed));
    for _ in 0..30 {
        let phone = chance.below(3);
        if chance.below(3) == 0 {
            street.meet(phone);
        }
        street.record_known(phone, &mut chance);
    }
    street
}

#[test]
fn any_order_any_repetition_and_any_cut_end_in_the_same_document() {
    for seed in 0..scale(20, 120) as u64 {
        let street = history(seed);
        let mut expected = Document::seeded(Kind::VISIT);
        expected.apply(&street.made).expect("honest changes apply");
        let mut chance = Chance(seed ^ 0xfeed);
        for _ in 0..3 {
            let mut delivered = street.made.clone();
            let repeats: Vec<_> = (0..street.made.len() / 3)
                .map(|_| chance.pick(&street.made).clone())
                .collect();
            delivered.extend(repeats);
            chance.shuffle(&mut delivered);
            let mut hub = Document::seeded(Kind::VISIT);
            let cut = chance.below(delivered.len().max(1));
            // What waits in the first part comes again with the second, as from the inbox.
            hub = admit_all(&hub, &delivered[..cut]).document;
            let admission = admit_all(&hub, &delivered);
            assert!(
                refused(&admission).is_empty(),
                "seed {seed}: {:?}",
                refused(&admission)
            );
            assert_eq!(admission.document.heads(), expected.heads(), "seed {seed}");
            assert_eq!(
                Record::of(&admission.document),
                Record::of(&expected),
                "seed {seed}"
            );
        }
    }
}

#[test]
fn admitting_again_changes_nothing() {
    for seed in 0..scale(20, 100) as u64 {
        let street = history(seed);
        let once = admit_all(&Document::seeded(Kind::VISIT), &street.made);
        let twice = admit_all(&once.document, &street.made);
        assert_eq!(once.snapshot, twice.snapshot, "seed {seed}");
    }
}

#[test]
fn the_threshold_never_refuses_an_honest_change() {
    for seed in 0..scale(20, 200) as u64 {
        let street = history(seed);
        let mut known = Known::default();
        for change in &street.made {
            let actor = chunk::scan(change).expect("a change").actor;
            let device = Id::from_bytes(actor);
            let standing = judge(Kind::VISIT, device, &[change], &mut known);
            assert!(
                matches!(standing[..], [Standing::Received(_)]),
                "seed {seed}: {standing:?}"
            );
        }
    }
}

#[test]
fn a_segment_is_unpacked_to_the_bytes_that_were_packed_and_makes_the_same_document() {
    for seed in 0..scale(40, 300) as u64 {
        let street = history(seed);
        let packed = segment::pack(&street.made);
        assert_eq!(
            segment::unpack(&packed).as_ref(),
            Ok(&street.made),
            "seed {seed}"
        );
        let rebuilt = rebuild(Kind::VISIT, &[packed]).expect("it makes a document");
        let mut expected = Document::seeded(Kind::VISIT);
        expected.apply(&street.made).expect("honest changes apply");
        assert_eq!(rebuilt.heads(), expected.heads(), "seed {seed}");
    }
}

#[test]
fn arbitrary_bytes_are_answered_and_never_panic() {
    let mut chance = Chance(7);
    for _ in 0..scale(20_000, 400_000) {
        let length = chance.below(200);
        let mut bytes: Vec<u8> = (0..length).map(|_| chance.byte()).collect();
        if chance.below(2) == 0 {
            bytes.splice(0..0, [0x85, 0x6f, 0x4a, 0x83]);
        }
        let _ = chunk::scan(&bytes);
        let _ = chunk::length(&bytes);
        let _ = segment::unpack(&bytes);
        let _ = protocol::decode_frame(&bytes);
        let _: Result<protocol::SyncRequest, _> = protocol::decode(&bytes);
    }
}
