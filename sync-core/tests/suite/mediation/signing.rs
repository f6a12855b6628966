//! Who signed what, and what an edit does to it.

use sync_core::edit::{Edit, EditError};
use sync_core::kinds::mediation::agreement::Signed;
use sync_core::kinds::mediation::wanted::Capacity;
use sync_core::lifecycle::MediationState;
use sync_core::value::Value;

use super::phones::{MORNING, Phones, id, put, set, state_of, text};

#[test]
fn three_parties_who_sign_on_two_phones_offline_complete_when_both_have_met() {
    let mut phones = Phones::prepared();
    phones.sign(0, 11, "party", id(1)).unwrap();
    phones.sign(0, 14, "mediator", id(4)).unwrap();
    phones.sign(1, 12, "party", id(2)).unwrap();
    phones.sign(1, 13, "party", id(3)).unwrap();
    assert_eq!(phones.agreement(0).standing, MediationState::PartlySigned);
    phones.meet();
    assert_eq!(
        phones.agreement(0).standing,
        MediationState::PartlySigned,
        "the seal is missing"
    );
    phones.sign(0, 15, "committee", id(4)).unwrap();
    phones.meet();
    let agreement = phones.agreement(1);
    assert_eq!(agreement, phones.agreement(0));
    assert_eq!(agreement.standing, MediationState::Effective);
    assert_eq!(
        agreement.effective_at(),
        Some(MORNING.plus_millis(15 * 60_000))
    );
    assert!(!agreement.split);
    assert!(phones.all_admitted());
}

#[test]
fn a_clause_that_is_edited_in_between_cancels_the_signatures_and_says_which_words() {
    let mut phones = Phones::prepared();
    phones.sign(0, 11, "party", id(1)).unwrap();
    let edit = put("clauses", id(6), &[("text", text("每天九时至十二时施工"))]);
    phones.write(1, &edit).unwrap();
    phones.sign(1, 12, "party", id(2)).unwrap();
    phones.sign(1, 13, "party", id(3)).unwrap();
    phones.meet();
    let agreement = phones.agreement(0);
    assert_eq!(agreement.standing, MediationState::PartlySigned);
    assert!(agreement.split, "two contents are signed and none is whole");
    let changed = vec![format!("clauses/{}/text", id(6))];
    assert_eq!(
        state_of(&agreement, id(1)),
        Signed::Cancelled {
            signature: id(11),
            was: vec![text("工作日九时至十二时施工")],
            changed
        }
    );
    assert!(matches!(state_of(&agreement, id(2)), Signed::Signed { .. }));
    assert_eq!((agreement.revisions.len(), agreement.number), (2, 2));
    assert!(phones.all_admitted(), "nobody did anything wrong");
}

#[test]
fn what_holds_goes_on_to_hold_until_all_have_signed_the_next_version() {
    let mut phones = Phones::prepared();
    phones.sign_all(10);
    let first = phones.agreement(0).holds.unwrap();
    let edit = put("clauses", id(6), &[("text", text("每天九时至十一时施工"))]);
    phones.write(0, &edit).unwrap();
    phones.sign(0, 21, "party", id(1)).unwrap();
    let agreement = phones.agreement(0);
    assert_eq!(agreement.holds.as_ref(), Some(&first));
    assert_eq!(agreement.standing, MediationState::Effective);
    assert_eq!(agreement.number, 2);
    for (entry, capacity, signer) in [
        (22, "party", 2),
        (23, "party", 3),
        (24, "mediator", 4),
        (25, "committee", 4),
    ] {
        phones.sign(0, entry, capacity, id(signer)).unwrap();
    }
    let holds = phones.agreement(0).holds.unwrap();
    assert_eq!(holds.number, 2);
    assert_ne!(holds.content, first.content);
    assert!(phones.all_admitted());
}

#[test]
fn two_texts_of_one_clause_stand_side_by_side_and_nobody_signs_until_one_is_chosen() {
    let mut phones = Phones::prepared();
    for (phone, words) in [(0, "上午施工"), (1, "下午施工")] {
        let edit = put("clauses", id(6), &[("text", text(words))]);
        phones.write(phone, &edit).unwrap();
    }
    phones.meet();
    let path = format!("clauses/{}/text", id(6));
    let agreement = phones.agreement(0);
    assert_eq!(agreement.unsettled, std::slice::from_ref(&path));
    assert_eq!(agreement.content, None);
    let settle = Edit::Settle {
        path,
        value: text("下午施工"),
    };
    phones.write(0, &settle).unwrap();
    assert_eq!(phones.agreement(0).unsettled, Vec::<String>::new());
    phones.sign(0, 11, "party", id(1)).unwrap();
    assert!(phones.all_admitted());
}

#[test]
fn what_is_not_filled_in_cannot_be_signed_on_the_phone_either() {
    let mut phones = Phones::prepared();
    phones
        .write(0, &set("notice_given", Value::Flag(false)))
        .unwrap();
    let agreement = phones.agreement(0);
    assert_eq!(
        agreement
            .gaps
            .iter()
            .map(|gap| gap.code)
            .collect::<Vec<_>>(),
        ["notice"]
    );
    assert_eq!(
        phones.sign(0, 11, "party", id(1)),
        Err(EditError::ContentIncomplete)
    );
}

#[test]
fn what_changed_since_it_was_shown_cannot_be_signed() {
    let mut phones = Phones::prepared();
    let seen = phones.signature(0, 11, "party", id(1));
    phones.write(0, &set("facts", text("另有说法"))).unwrap();
    assert_eq!(phones.write(0, &seen), Err(EditError::ContentChanged));
}

#[test]
fn of_several_mediators_one_signature_is_enough() {
    let mut phones = Phones::prepared();
    phones.write(0, &set("form", text("oral"))).unwrap();
    phones
        .write(0, &put("mediators", id(8), &[("name", text("调解员乙"))]))
        .unwrap();
    phones.sign(0, 11, "mediator", id(8)).unwrap();
    let agreement = phones.agreement(0);
    assert_eq!(agreement.standing, MediationState::Effective);
    let open = agreement
        .signers
        .iter()
        .filter(|one| one.needed && one.signed == Signed::Missing);
    assert_eq!(open.count(), 0);
    assert!(
        agreement
            .signers
            .iter()
            .all(|one| one.capacity == Capacity::Mediator)
    );
}
