//! What comes after the signing, and what is no part of it.

use sync_core::kinds::Kind;
use sync_core::kinds::mediation::contact;
use sync_core::lifecycle::MediationState;
use sync_core::schema::field;
use sync_core::value::Value;
use sync_core::{Timestamp, hex};

use super::phones::{MORNING, PEOPLE, Phones, id, put, set, text};

#[test]
fn a_breach_stands_until_a_later_check_finds_the_clause_kept() {
    let mut phones = Phones::prepared();
    let first = MORNING.plus_millis(3 * 3_600_000);
    let spot = [
        ("check_from_at", Value::Time(first)),
        ("check_every_days", Value::Int(7)),
        ("check_times", Value::Int(3)),
    ];
    phones.write(0, &put("clauses", id(6), &spot)).unwrap();
    phones.sign_all(10);
    let agreement = phones.agreement(0);
    let days = |n: i64| first.plus_millis(n * 86_400_000);
    let at: Vec<Timestamp> = agreement
        .performance
        .tasks
        .iter()
        .map(|task| task.at)
        .collect();
    assert_eq!(at, [days(0), days(7), days(14)]);
    assert_eq!(agreement.standing, MediationState::PerformanceDue);
    let check = |entry: u8, at: Timestamp, result: &str| {
        put(
            "checks",
            id(entry),
            &[
                ("clause", text(&id(6).to_string())),
                ("task_at", Value::Time(at)),
                ("result", text(result)),
                ("at", Value::Time(at)),
                ("by", text(&PEOPLE[0].to_string())),
            ],
        )
    };
    phones.write(0, &check(51, days(0), "breached")).unwrap();
    let breached = phones.agreement(0);
    assert_eq!(breached.standing, MediationState::Breached);
    assert_eq!(breached.performance.tasks[0].check, Some(id(51)));
    phones.write(0, &check(52, days(7), "kept")).unwrap();
    assert_eq!(phones.agreement(0).standing, MediationState::Effective);
    phones.write(0, &check(53, days(14), "kept")).unwrap();
    assert_eq!(phones.agreement(0).standing, MediationState::Performed);
}

#[test]
fn a_task_speaks_the_words_that_hold_whatever_was_written_since() {
    let mut phones = Phones::prepared();
    let due = [
        ("due_at", Value::Time(MORNING)),
        ("text", text("八点以后不施工")),
    ];
    phones.write(0, &put("clauses", id(6), &due)).unwrap();
    phones.sign_all(10);
    phones
        .write(
            0,
            &put("clauses", id(6), &[("text", text("六点以后不施工"))]),
        )
        .unwrap();
    assert_eq!(
        phones.agreement(0).performance.tasks[0].text,
        "八点以后不施工"
    );
}

/// Something in the form of a sealed number: the core opens none.
fn sealed() -> Value {
    let filling = [0x5a; contact::BYTES - 1];
    Value::Bytes([&[contact::VERSION][..], &filling].concat())
}

#[test]
fn a_number_that_is_not_sealed_is_no_contact() {
    let mut phones = Phones::prepared();
    let Value::Bytes(sealed) = sealed() else {
        unreachable!("bytes were made");
    };
    let other_form = [&[contact::VERSION + 1][..], &sealed[1..]].concat();
    for refused in [
        text("13000000000"),
        Value::Int(13_000_000_000),
        Value::Bytes(b"13000000000".to_vec()),
        Value::Bytes(sealed[1..].to_vec()),
        Value::Bytes([&sealed[..], &[0]].concat()),
        Value::Bytes(other_form),
    ] {
        let written = phones.write(0, &put("parties", id(1), &[("contact", refused.clone())]));
        assert!(written.is_err(), "{refused:?}");
    }
    let cleared = put("parties", id(1), &[("contact", Value::Empty)]);
    phones.write(0, &cleared).unwrap();
    let read = |input: &str| {
        let schema = Kind::MEDIATION.schema().collection("parties").unwrap();
        let holds = field(schema.fields, contact::REGISTER).unwrap().holds;
        holds.read(text(input))
    };
    assert_eq!(
        read(&hex::encode(&sealed)),
        Some(Value::Bytes(sealed.clone()))
    );
    assert_eq!(read("13000000000"), None);
    assert_eq!(read(&hex::encode(&sealed[1..])), None);
}

#[test]
fn phone_numbers_photos_and_consultations_are_no_part_of_what_is_signed() {
    let mut phones = Phones::prepared();
    let before = phones.agreement(0).content;
    phones
        .write(0, &put("parties", id(1), &[("contact", sealed())]))
        .unwrap();
    phones
        .write(
            0,
            &put("consultations", id(61), &[("unit", text("物业公司"))]),
        )
        .unwrap();
    phones.write(0, &set("risk", text("high"))).unwrap();
    assert_eq!(phones.agreement(0).content, before);
    phones
        .write(0, &put("parties", id(1), &[("address", text("一号楼"))]))
        .unwrap();
    assert_ne!(phones.agreement(0).content, before);
}
