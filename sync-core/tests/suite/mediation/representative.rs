//! What a residents' representative may write, and what becomes of what they report.

use sync_core::Role;
use sync_core::edit::{Edit, EditError};
use sync_core::gate::Verdict;
use sync_core::kinds::Kind;
use sync_core::lifecycle::MediationState;
use sync_core::reason::Reason;
use sync_core::replica::{Replica, ReplicaError, Session};
use sync_core::value::Value;

use super::phones::{MORNING, PEOPLE, Phones, id, put, set, text};

/// The second phone is that of party 2's representative.
fn represented() -> Phones {
    let mut phones = Phones::prepared();
    let person = [("person", text(&PEOPLE[1].to_string()))];
    phones.write(0, &put("parties", id(2), &person)).unwrap();
    phones.meet();
    phones.roles[1] = Role::OwnerRep;
    phones
}

fn report(entry: u8, party: u8, photo: Option<u8>) -> Edit {
    let mut fields = vec![
        ("party", text(&id(party).to_string())),
        ("clause", text(&id(6).to_string())),
        ("text", text("中午还在施工")),
        ("at", Value::Time(MORNING)),
        ("by", text(&PEOPLE[1].to_string())),
    ];
    fields.extend(photo.map(|photo| ("photo", text(&id(photo).to_string()))));
    put("reports", id(entry), &fields)
}

fn photo(entry: u8, role: &str) -> Edit {
    let sha256 = Value::Bytes(vec![entry; 32]);
    put(
        "photos",
        id(entry),
        &[("sha256", sha256), ("role", text(role))],
    )
}

fn check(entry: u8, result: &str) -> Edit {
    put(
        "checks",
        id(entry),
        &[
            ("clause", text(&id(6).to_string())),
            ("result", text(result)),
            ("at", Value::Time(MORNING)),
            ("by", text(&PEOPLE[0].to_string())),
        ],
    )
}

/// What the gate says of the last change.
fn last(phones: &Phones) -> Verdict {
    phones.verdicts().pop().unwrap()
}

#[test]
fn a_representative_signs_reports_and_photographs_for_their_own_party() {
    let mut phones = represented();
    phones.sign(1, 20, "party", id(2)).unwrap();
    phones.write(1, &photo(21, "performance")).unwrap();
    phones.write(1, &report(22, 2, Some(21))).unwrap();
    phones.write(1, &report(23, 2, None)).unwrap();
    assert!(phones.all_admitted());
}

#[test]
fn whatever_else_they_write_is_refused_with_one_code() {
    let mediator = [("name", text("调解员乙"))];
    let claim = [("party", text(&id(2).to_string())), ("text", text("赔偿"))];
    let attempts = [
        set("place", text("别处")),
        put("clauses", id(6), &[("text", text("随时可以施工"))]),
        put("claims", id(30), &claim),
        put("mediators", id(30), &mediator),
        put(
            "parties",
            id(3),
            &[("person", text(&PEOPLE[1].to_string()))],
        ),
        put(
            "parties",
            id(2),
            &[("person", text(&PEOPLE[0].to_string()))],
        ),
        put("photos", id(7), &[("caption", text("改"))]),
        photo(30, "evidence"),
        put("photos", id(30), &[("sha256", Value::Bytes(vec![7; 32]))]),
        report(30, 3, None),
        check(30, "kept"),
        Edit::RemoveEntry {
            collection: "clauses".to_owned(),
            id: id(6),
        },
        Edit::Mark {
            id: id(30),
            kind: "withdraw".to_owned(),
            by: PEOPLE[1],
            remark: String::new(),
            answers: 0,
        },
        Edit::Include {
            set: "tickets".to_owned(),
            id: id(30),
            included: true,
        },
    ];
    for attempt in attempts {
        let mut phones = represented();
        phones.write(1, &attempt).unwrap();
        assert_eq!(
            last(&phones),
            Verdict::Quarantined(Reason::OutsideRepresentation),
            "{attempt:?}"
        );
    }
    for (capacity, signer) in [("party", 3), ("mediator", 4), ("committee", 4)] {
        let mut phones = represented();
        phones.sign(1, 31, capacity, id(signer)).unwrap();
        let refused = Verdict::Quarantined(Reason::OutsideRepresentation);
        assert_eq!(last(&phones), refused, "{capacity}");
    }
}

#[test]
fn whoever_the_document_does_not_name_speaks_for_nobody() {
    let mut phones = represented();
    let nobody = [("person", Value::Empty)];
    phones.write(0, &put("parties", id(2), &nobody)).unwrap();
    phones.meet();
    phones.write(1, &report(22, 2, None)).unwrap();
    let refused = Verdict::Quarantined(Reason::OutsideRepresentation);
    assert_eq!(last(&phones), refused);
}

#[test]
fn a_visit_is_closed_to_them() {
    let mut phone = Replica::new([3; 32]);
    let session = Session {
        device: id(50),
        person: PEOPLE[1],
        name: "乙".to_owned(),
        role: Role::OwnerRep,
        tenant: id(51),
    };
    let _ = phone.start_session(session);
    for kind in Kind::ALL {
        let begun = phone.begin(*kind, id(60), id(61), MORNING);
        assert_eq!(
            begun,
            Err(ReplicaError::Edit(EditError::OutsideRepresentation)),
            "{kind:?}"
        );
    }
}

#[test]
fn a_report_without_words_or_of_nobody_is_not_written() {
    let mut phones = represented();
    let fields = |text_of: &str, clause: u8, photo: Option<u8>| {
        let mut fields = vec![
            ("party", text(&id(2).to_string())),
            ("clause", text(&id(clause).to_string())),
            ("text", text(text_of)),
            ("at", Value::Time(MORNING)),
            ("by", text(&PEOPLE[1].to_string())),
        ];
        fields.extend(photo.map(|photo| ("photo", text(&id(photo).to_string()))));
        fields
    };
    for bad in [
        fields("  ", 6, None),
        fields("中午还在施工", 9, None),
        fields("中午还在施工", 6, Some(99)),
    ] {
        let refused = phones.write(1, &put("reports", id(40), &bad));
        assert_eq!(refused, Err(EditError::ValueRefused), "{bad:?}");
    }
}

#[test]
fn a_report_makes_what_holds_due_and_a_check_that_knew_of_it_ends_that() {
    let mut phones = represented();
    phones.sign_all(10);
    phones.meet();
    assert_eq!(phones.agreement(0).standing, MediationState::Effective);
    phones.write(1, &report(22, 2, None)).unwrap();
    phones.meet();
    let due = phones.agreement(0);
    assert_eq!(due.standing, MediationState::PerformanceDue);
    let told: Vec<_> = due
        .performance
        .reports
        .iter()
        .map(|one| (one.report, one.open))
        .collect();
    assert_eq!(told, [(id(22), true)]);
    phones.write(0, &check(51, "breached")).unwrap();
    let breached = phones.agreement(0);
    assert_eq!(breached.standing, MediationState::Breached);
    assert!(!breached.performance.reports[0].open);
}

#[test]
fn a_check_on_a_phone_that_did_not_know_of_the_report_leaves_it_open() {
    let mut phones = represented();
    phones.sign_all(10);
    phones.meet();
    phones.write(1, &report(22, 2, None)).unwrap();
    // Later by every counter, and unaware.
    for n in 0..20 {
        let words = text(&format!("备注{n}"));
        phones.write(0, &set("risk_reason", words)).unwrap();
    }
    phones.write(0, &check(51, "kept")).unwrap();
    phones.meet();
    for phone in 0..2 {
        let agreement = phones.agreement(phone);
        assert_eq!(agreement.standing, MediationState::PerformanceDue);
        assert!(agreement.performance.reports[0].open);
    }
    phones.write(0, &check(52, "kept")).unwrap();
    let looked = phones.agreement(0);
    assert!(!looked.performance.reports[0].open);
}
