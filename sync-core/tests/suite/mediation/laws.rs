//! Laws of mediations over random histories: whatever people write apart from each other, all end with the same paper.

use sync_core::chance::Chance;
use sync_core::document::Document;
use sync_core::edit::Edit;
use sync_core::gate::{Candidate, Verdict, Writer, admit};
use sync_core::kinds::mediation::agreement::Agreement;
use sync_core::kinds::{Cast, Kind};
use sync_core::record::Record;
use sync_core::{Id, Role, Timestamp};

use super::phones::MORNING;

const SEEDS: u64 = 40;

/// Somebody with a phone.
struct Writing {
    person: Id,
    document: Document,
    /// How many of all changes the phone has.
    known: usize,
}

/// A mediation that three people write on three phones which meet now and then.
fn history(seed: u64) -> (Vec<Writing>, Vec<(Id, Vec<u8>)>) {
    let mut chance = Chance::new(seed, 9);
    let mut people: Vec<Writing> = (0..3)
        .map(|_| Writing {
            person: chance.id(MORNING),
            document: Document::seeded(Kind::MEDIATION),
            known: 0,
        })
        .collect();
    let mut all: Vec<(Id, Vec<u8>)> = Vec::new();
    let cast = Cast {
        by: people[0].person,
        colleague: Some(people[1].person),
        photos: &[],
    };
    let mut script: Vec<(usize, Edit)> = Kind::MEDIATION
        .whole(&cast, MORNING, &mut chance)
        .into_iter()
        .map(|edit| (0, edit))
        .collect();
    script.reverse();
    for step in 0..60 {
        let at = MORNING.plus_millis(step * 60_000);
        let (writer, edit) = script.pop().unwrap_or_else(|| {
            let writer = usize::try_from(chance.below(3)).unwrap();
            let record = Record::of(&people[writer].document);
            let by = people[writer].person;
            let edit = Kind::MEDIATION.afterthought(&record, by, at, &mut chance);
            (writer, edit.unwrap())
        });
        let one = &mut people[writer];
        let actor = [u8::try_from(writer).unwrap() + 1; 16];
        let written = one.document.edit(&edit, actor, at);
        let written = written.unwrap_or_else(|error| panic!("seed {seed}: {edit:?}: {error}"));
        all.extend(written.map(|bytes| (one.person, bytes)));
        if chance.one_in(4) {
            let one = chance.below(3);
            meet(&mut people[usize::try_from(one).unwrap()], &all);
        }
    }
    for one in &mut people {
        meet(one, &all);
    }
    (people, all)
}

fn meet(one: &mut Writing, all: &[(Id, Vec<u8>)]) {
    let new: Vec<&[u8]> = all[one.known..]
        .iter()
        .map(|(_, bytes)| &bytes[..])
        .collect();
    one.document.apply(&new).unwrap();
    one.known = all.len();
}

fn candidates(all: &[(Id, Vec<u8>)]) -> Vec<Candidate> {
    let candidate = |(person, bytes): &(Id, Vec<u8>)| Candidate {
        bytes: bytes.clone(),
        writer: Writer {
            person: *person,
            role: Role::HotlineWorker,
        },
    };
    all.iter().map(candidate).collect()
}

fn read(document: &Document, at: Timestamp) -> (Record, Agreement) {
    let record = Record::of(document);
    let agreement = Agreement::of(document, &record, at);
    (record, agreement)
}

#[test]
fn whatever_order_changes_come_in_all_end_with_the_same_paper_and_the_gate_lets_all_in() {
    let mut signed = 0;
    for seed in 0..SEEDS {
        let (people, all) = history(seed);
        let week = MORNING.plus_millis(7 * 86_400_000);
        let first = read(&people[0].document, week);
        signed += first.0.entries("signatures").len();
        for one in &people[1..] {
            assert_eq!(read(&one.document, week), first, "seed {seed}");
        }
        let mut chance = Chance::new(seed, 10);
        let mut shuffled = all.clone();
        for place in (1..shuffled.len()).rev() {
            let other = chance.below(place as u64 + 1);
            shuffled.swap(place, usize::try_from(other).unwrap());
        }
        for order in [&all, &shuffled] {
            let admission = admit(&Document::seeded(Kind::MEDIATION), &candidates(order));
            let refused = admission
                .verdicts
                .iter()
                .find(|one| !matches!(one, Verdict::Admitted(_)));
            assert_eq!(refused, None, "seed {seed}");
            assert_eq!(read(&admission.document, week), first, "seed {seed}");
        }
    }
    assert!(
        signed > 20,
        "only {signed} signatures were written: the law says little"
    );
}
