//! What a paper carries with it: it proves itself, and no byte of it changes unseen.

use std::collections::BTreeMap;

use sync_core::kinds::mediation::agreement::{Agreement, find_signed};
use sync_core::kinds::mediation::content::Content;
use sync_core::kinds::mediation::proof::{Broken, Compared, Proof};
use sync_core::record::Record;
use sync_core::{MediaHash, hex};

use super::phones::{DOCUMENT, MORNING, Phones, drawn, id, put, text};

/// All that was drawn by `sign_all(from)` on the first phone, by its hash.
fn drawings(from: u8, content: [u8; 32]) -> BTreeMap<MediaHash, Vec<u8>> {
    [("party", 1), ("party", 2), ("party", 3), ("mediator", 4)]
        .into_iter()
        .zip(from + 1..)
        .map(|((capacity, signer), entry)| drawn(0, entry, capacity, id(signer), content))
        .map(|bytes| (MediaHash::of(&bytes), bytes))
        .collect()
}

fn signed() -> (Phones, Proof) {
    let mut phones = Phones::prepared();
    phones.sign_all(10);
    let record = Record::of(&phones.documents[0]);
    let content = Content::of(&record).unwrap();
    let drawings = drawings(10, content.hash());
    let proof = Proof::of(DOCUMENT, (&content, &record), |hash| {
        drawings.get(&hash).cloned()
    });
    (phones, proof.unwrap())
}

fn compared(phones: &Phones, proof: &Proof) -> Compared {
    let document = &phones.documents[0];
    let record = Record::of(document);
    proof.compare(&Agreement::of(document, &record, MORNING), &record)
}

#[test]
fn a_proof_is_read_back_shows_that_all_signed_and_is_known_to_the_record() {
    let (phones, proof) = signed();
    let read = Proof::read(&proof.bytes()).unwrap();
    assert_eq!(read, proof);
    let shown = read.check().unwrap();
    assert_eq!(
        hex::encode(&shown.hash),
        MediaHash::of(&proof.content).to_string()
    );
    assert_eq!(shown.complete_at, Some(MORNING.plus_millis(15 * 60_000)));
    assert_eq!(compared(&phones, &read), Compared::Holds);
}

#[test]
fn no_byte_of_a_proof_changes_unseen() {
    let (phones, proof) = signed();
    let bytes = proof.bytes();
    for place in 0..bytes.len() {
        let mut other = bytes.clone();
        other[place] ^= 1;
        let Ok(read) = Proof::read(&other) else {
            continue;
        };
        let whole = read.check().is_ok_and(|shown| shown.complete_at.is_some());
        let known = compared(&phones, &read) == Compared::Holds;
        assert!(
            read.document != DOCUMENT || !(whole && known),
            "byte {place}"
        );
    }
}

#[test]
fn a_drawing_of_another_person_or_another_paper_proves_nothing() {
    let (_, proof) = signed();
    let hash: [u8; 32] = hex::decode(&MediaHash::of(&proof.content).to_string())
        .unwrap()
        .try_into()
        .unwrap();
    let first = proof
        .signatures
        .iter()
        .position(|one| one.signer == id(1))
        .unwrap();
    for (bytes, broken) in [
        (
            drawn(0, 11, "party", id(2), hash),
            Broken::DrawingOfSomethingElse,
        ),
        (
            drawn(0, 11, "mediator", id(1), hash),
            Broken::DrawingOfSomethingElse,
        ),
        (
            drawn(0, 11, "party", id(1), [9; 32]),
            Broken::DrawingOfSomethingElse,
        ),
        (b"nothing".to_vec(), Broken::Drawing),
    ] {
        let mut other = proof.clone();
        other.signatures[first].evidence = MediaHash::of(&bytes);
        other.signatures[first].sealed = Some(bytes);
        assert_eq!(other.check(), Err(broken));
    }
    let mut other = proof.clone();
    other.signatures[first].sealed = None;
    assert_eq!(other.check(), Err(Broken::Drawing));
    let mut other = proof;
    other.signatures.remove(first);
    assert_eq!(
        other.check().unwrap().complete_at,
        None,
        "one of those who have to sign is missing"
    );
}

#[test]
fn a_paper_that_was_replaced_is_told_from_one_that_nobody_signed() {
    let (mut phones, proof) = signed();
    let edit = put("clauses", id(6), &[("text", text("每天九时至十一时施工"))]);
    phones.write(0, &edit).unwrap();
    assert_eq!(
        compared(&phones, &proof),
        Compared::Holds,
        "until the next one is signed by all"
    );
    phones.sign_all(20);
    assert_eq!(compared(&phones, &proof), Compared::Superseded);
    let document = &phones.documents[0];
    let record = Record::of(document);
    let old = Content::read(&proof.content).unwrap();
    assert_eq!(find_signed(document, &record, old.hash()), Some(old));
    assert_eq!(
        compared(&Phones::prepared(), &proof),
        Compared::ContentUnknown
    );
}

#[test]
fn a_drawing_that_is_still_on_a_phone_is_named() {
    let mut phones = Phones::prepared();
    phones.sign_all(10);
    let record = Record::of(&phones.documents[0]);
    let content = Content::of(&record).unwrap();
    let missing = Proof::of(DOCUMENT, (&content, &record), |_| None).unwrap_err();
    assert_eq!(missing.len(), 4);
}
