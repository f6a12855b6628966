//! Signatures that no honest phone writes.

use std::collections::BTreeMap;

use automerge::transaction::{CommitOptions, Transactable as _};
use automerge::{ActorId, Automerge, ObjType, ReadDoc as _, ScalarValue};
use sync_core::edit::{Edit, EditError};
use sync_core::gate::Verdict;
use sync_core::hex;
use sync_core::kinds::Kind;
use sync_core::kinds::mediation::contact;
use sync_core::reason::Reason;
use sync_core::record::Record;
use sync_core::schema::field;
use sync_core::value::Value;

use super::phones::{MORNING, PEOPLE, Phones, id, text};

/// A change with a signature that the phone's own check would not have written.
fn forged(phones: &Phones, bend: impl FnOnce(&mut BTreeMap<String, Value>)) -> Vec<u8> {
    let Edit::PutEntry {
        collection,
        id: entry,
        mut fields,
    } = phones.signature(1, 31, "party", id(2))
    else {
        unreachable!();
    };
    bend(&mut fields);
    let known = Kind::MEDIATION.schema().collection(&collection).unwrap();
    let saved = phones.documents[1].save();
    let mut engine = Automerge::load(&saved).unwrap();
    engine.set_actor(ActorId::from([9; 16].as_slice()));
    let mut transaction = engine.transaction();
    let (_, map) = transaction
        .get(automerge::ROOT, "signatures")
        .unwrap()
        .unwrap();
    let map = transaction
        .put_object(map, entry.to_string(), ObjType::Map)
        .unwrap();
    for (name, value) in fields {
        let value = field(known.fields, &name)
            .unwrap()
            .holds
            .read(value)
            .unwrap();
        let scalar = match value {
            Value::Text(text) => ScalarValue::Str(text.into()),
            Value::Bytes(bytes) => ScalarValue::Bytes(bytes),
            Value::Time(time) => ScalarValue::Timestamp(time.millis()),
            Value::Empty | Value::Flag(_) | Value::Int(_) => unreachable!(),
        };
        transaction.put(&map, name, scalar).unwrap();
    }
    let options = CommitOptions::default()
        .with_message("mediation.signatures")
        .with_time(MORNING.seconds());
    let (hash, _) = transaction.commit_with(options);
    engine
        .get_change_by_hash(&hash.unwrap())
        .unwrap()
        .raw_bytes()
        .to_vec()
}

#[test]
fn hostile_signatures_are_refused_each_with_its_code() {
    let mut phones = Phones::prepared();
    phones.sign(1, 30, "party", id(3)).unwrap();
    let record = Record::of(&phones.documents[1]);
    let copied = record.entries("signatures")[0].value("sealed").clone();
    let other = hex::decode(&"ab".repeat(32)).unwrap();
    type Bend = Box<dyn FnOnce(&mut BTreeMap<String, Value>)>;
    let put = |name: &'static str, value: Value| -> Bend {
        Box::new(move |fields| {
            fields.insert(name.to_owned(), value);
        })
    };
    let drop = |name: &'static str| -> Bend {
        Box::new(move |fields| {
            fields.remove(name);
        })
    };
    let cases: Vec<(Bend, Reason)> = vec![
        (
            put("content", Value::Bytes(other)),
            Reason::SignatureOtherContent,
        ),
        (put("sealed", copied), Reason::SignatureReplayed),
        (
            put("by", text(&PEOPLE[0].to_string())),
            Reason::SignatureOfOtherPerson,
        ),
        (
            put("signer", text(&id(4).to_string())),
            Reason::SignatureSignerUnknown,
        ),
        (
            put("signer", text(&id(99).to_string())),
            Reason::SignatureSignerUnknown,
        ),
        (
            put("capacity", text("committee")),
            Reason::SignatureSignerUnknown,
        ),
        (put("method", text("seal")), Reason::SchemaViolation),
        (drop("sealed"), Reason::SchemaViolation),
        (drop("algorithm"), Reason::SchemaViolation),
        (drop("at"), Reason::SchemaViolation),
    ];
    for (bend, reason) in cases {
        let mut hostile = phones.changes.clone();
        hostile.push((1, forged(&phones, bend)));
        let tried = Phones {
            changes: hostile,
            documents: phones.documents.clone(),
            roles: phones.roles,
        };
        let verdicts = tried.verdicts();
        assert_eq!(verdicts.last(), Some(&Verdict::Quarantined(reason)));
        let good = verdicts.iter().rev().skip(1);
        assert!(
            good.into_iter()
                .all(|one| matches!(one, Verdict::Admitted(_))),
            "{reason:?}"
        );
    }
    let honest = forged(&phones, |_| {});
    phones.changes.push((1, honest));
    assert!(phones.all_admitted(), "the same way, nothing bent");
}

#[test]
fn a_seal_needs_a_photo_that_is_there() {
    let mut phones = Phones::prepared();
    let remove = Edit::RemoveEntry {
        collection: "photos".to_owned(),
        id: id(7),
    };
    phones.write(0, &remove).unwrap();
    assert_eq!(
        phones.sign(0, 15, "committee", id(4)),
        Err(EditError::ValueRefused)
    );
}

/// A change that writes anything as the number of a party.
fn forged_contact(phones: &Phones, scalar: ScalarValue) -> Vec<u8> {
    let saved = phones.documents[1].save();
    let mut engine = Automerge::load(&saved).unwrap();
    engine.set_actor(ActorId::from([9; 16].as_slice()));
    let mut transaction = engine.transaction();
    let (_, parties) = transaction
        .get(automerge::ROOT, "parties")
        .unwrap()
        .unwrap();
    let (_, party) = transaction
        .get(&parties, id(1).to_string())
        .unwrap()
        .unwrap();
    transaction.put(&party, "contact", scalar).unwrap();
    let options = CommitOptions::default()
        .with_message("mediation.parties.put")
        .with_time(MORNING.seconds());
    let (hash, _) = transaction.commit_with(options);
    engine
        .get_change_by_hash(&hash.unwrap())
        .unwrap()
        .raw_bytes()
        .to_vec()
}

#[test]
fn the_gate_admits_no_number_that_is_not_sealed() {
    let phones = Phones::prepared();
    let sealed = [&[contact::VERSION][..], &[0x5a; contact::BYTES - 1]].concat();
    let verdict = |scalar: ScalarValue| {
        let mut changes = phones.changes.clone();
        changes.push((1, forged_contact(&phones, scalar)));
        let tried = Phones {
            changes,
            documents: phones.documents.clone(),
            roles: phones.roles,
        };
        tried.verdicts().pop().unwrap()
    };
    let mut other_form = sealed.clone();
    other_form[0] += 1;
    for refused in [
        ScalarValue::Str("13800000000".into()),
        ScalarValue::Int(13_800_000_000),
        ScalarValue::Bytes(b"13800000000".to_vec()),
        ScalarValue::Bytes(sealed[1..].to_vec()),
        ScalarValue::Bytes([&sealed[..], &[0]].concat()),
        ScalarValue::Bytes(other_form),
    ] {
        let expected = Verdict::Quarantined(Reason::SchemaViolation);
        assert_eq!(verdict(refused.clone()), expected, "{refused:?}");
    }
    let admitted = verdict(ScalarValue::Bytes(sealed));
    assert!(matches!(admitted, Verdict::Admitted(_)), "{admitted:?}");
}
