//! What belongs into the file of a mediation, and until when a court may be asked.

use std::collections::BTreeMap;

use sync_core::Timestamp;
use sync_core::calendar::{Calendar, Day};
use sync_core::edit::Edit;
use sync_core::kinds::mediation::dossier::{Filed, ITEMS, dossier};
use sync_core::kinds::mediation::performance::judicial_until;
use sync_core::record::Record;
use sync_core::value::Value;

use super::phones::{MORNING, PEOPLE, Phones, id, put, set, text};

fn day(year: i64, month: i64, day: i64) -> Day {
    Day::new(year, month, day).unwrap()
}

/// Noon of a day.
fn noon(of: Day) -> Timestamp {
    of.end().plus_millis(-12 * 3_600_000)
}

#[test]
fn thirty_days_that_end_in_the_national_holiday_end_on_the_first_working_day_after_it() {
    let calendar = Calendar::shipped();
    let due = judicial_until(noon(day(2026, 9, 1)), &calendar);
    assert_eq!((due.day, due.provisional), (day(2026, 10, 8), false));
    assert_eq!(due.at, day(2026, 10, 8).end());
    let early = judicial_until(day(2026, 8, 31).end(), &calendar);
    assert_eq!(
        early.day,
        day(2026, 10, 8),
        "a day begins with its midnight"
    );
}

#[test]
fn a_term_into_a_year_whose_notice_is_not_out_is_provisional() {
    let calendar = Calendar::shipped();
    let last = calendar.published_through().unwrap();
    let sure = judicial_until(noon(day(last, 12, 1)), &calendar);
    let open = judicial_until(noon(day(last, 12, 10)), &calendar);
    assert_eq!((sure.provisional, open.provisional), (false, true));
    assert_eq!(open.day.year(), last + 1);
}

fn filed(phones: &Phones) -> BTreeMap<&'static str, Filed> {
    let record = Record::of(&phones.documents[0]);
    let items = dossier(&record, &phones.agreement(0));
    assert!(
        items
            .iter()
            .map(|one| one.code)
            .eq(ITEMS.iter().map(|(code, _)| *code))
    );
    items.into_iter().map(|one| (one.code, one.state)).collect()
}

#[test]
fn a_file_fills_item_by_item() {
    let mut phones = Phones::prepared();
    let write = |phones: &mut Phones, edits: &[Edit]| {
        for edit in edits {
            phones.write(0, edit).unwrap();
        }
        filed(phones)
    };
    let before = filed(&phones);
    let missing = |filed: &BTreeMap<&'static str, Filed>| -> Vec<&'static str> {
        let items = filed.iter().filter(|(_, state)| **state == Filed::Missing);
        items.map(|(code, _)| *code).collect()
    };
    assert_eq!(
        missing(&before),
        ["agreement", "identity", "intake", "record"]
    );
    assert_eq!(before["notice"], Filed::There);
    for code in [
        "authorisation",
        "evidence",
        "performance",
        "follow_up",
        "judicial",
    ] {
        assert_eq!(before[code], Filed::NotNeeded, "{code}");
    }

    let ticket = Edit::Include {
        set: "tickets".to_owned(),
        id: id(90),
        included: true,
    };
    let seen = [1, 2, 3].map(|n| put("parties", id(n), &[("id_type", text("seen"))]));
    let speaks = put("parties", id(2), &[("represents", text("二十户业主"))]);
    let now = write(&mut phones, &[vec![ticket, speaks], seen.to_vec()].concat());
    assert_eq!(missing(&now), ["agreement", "authorisation", "record"]);

    let said = put("parties", id(2), &[("consent", text("spoken"))]);
    let said = write(&mut phones, &[said]);
    assert_eq!(
        said["authorisation"],
        Filed::Missing,
        "what was only said is not in the file"
    );
    let photo = [
        ("consent", text("photo")),
        ("consent_photo", text(&id(7).to_string())),
    ];
    let heard = |entry: u8, party: u8| {
        let said = [
            ("session", text(&id(70).to_string())),
            ("party", text(&id(party).to_string())),
            ("text", text("白天太吵")),
        ];
        put("statements", id(entry), &said)
    };
    let session = put("sessions", id(70), &[("at", Value::Time(MORNING))]);
    let one_side = write(
        &mut phones,
        &[
            put("parties", id(2), &photo),
            session,
            heard(71, 2),
            heard(72, 3),
        ],
    );
    assert_eq!(
        missing(&one_side),
        ["agreement", "record"],
        "two of one side are one side"
    );
    let both = write(&mut phones, &[heard(73, 1)]);
    assert_eq!(missing(&both), ["agreement"]);

    phones.sign_all(10);
    let signed = filed(&phones);
    assert_eq!(missing(&signed), ["follow_up"]);
    let asked = [
        ("party", text(&id(1).to_string())),
        ("satisfied", Value::Flag(true)),
    ];
    let applied = set("judicial_applied_at", Value::Time(MORNING));
    let after = write(
        &mut phones,
        &[put("confirmations", id(80), &asked), applied],
    );
    assert_eq!((missing(&after), after["judicial"]), (vec![], Filed::There));
}

#[test]
fn proof_of_performance_is_missing_from_the_first_date_that_nobody_looked_at() {
    let mut phones = Phones::prepared();
    let due = MORNING.plus_millis(3 * 3_600_000);
    phones
        .write(0, &put("clauses", id(6), &[("due_at", Value::Time(due))]))
        .unwrap();
    phones.sign_all(10);
    assert_eq!(filed(&phones)["performance"], Filed::Missing);
    let check = |entry: u8, result: &str| {
        let found = [
            ("clause", text(&id(6).to_string())),
            ("task_at", Value::Time(due)),
            ("result", text(result)),
            ("by", text(&PEOPLE[0].to_string())),
        ];
        put("checks", id(entry), &found)
    };
    phones.write(0, &check(51, "breached")).unwrap();
    assert_eq!(filed(&phones)["performance"], Filed::Missing);
    phones.write(0, &check(52, "performed")).unwrap();
    assert_eq!(filed(&phones)["performance"], Filed::There);
}
