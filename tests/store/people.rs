//! People and their principals.

use harness::on_both_backends;
use store::Db;
use store::people::{Grant, PersonState};

use super::rows::{self, PERSON, TENANT, id};

on_both_backends! {
    a_person_is_found_by_id_and_username_in_their_tenant_only,
    a_username_is_taken_once_in_a_tenant,
    people_are_searched_by_a_part_of_their_name_or_username,
    people_whose_state_changed_are_listed_since_a_sequence_number,
    a_password_is_replaced,
    a_grant_that_holds_keeps_its_number,
    a_grant_given_again_counts_from_the_second_time,
}

async fn a_person_is_found_by_id_and_username_in_their_tenant_only(db: Db) {
    let mut tx = rows::begin(&db).await;
    let found = tx.find_person(TENANT, PERSON).await.unwrap();
    assert_eq!(found, Some(rows::person()));
    let by_name = tx.find_person_by_username(TENANT, "wang").await.unwrap();
    assert_eq!(by_name, Some(rows::person()));
    assert_eq!(tx.find_person(id(99), PERSON).await.unwrap(), None);
    assert_eq!(
        tx.find_person_by_username(id(99), "wang").await.unwrap(),
        None
    );
}

async fn a_username_is_taken_once_in_a_tenant(db: Db) {
    let mut tx = rows::begin(&db).await;
    let mut second = rows::person();
    second.id = id(50);
    let error = tx.insert_person(&second).await.unwrap_err();
    assert!(error.is_conflict("person_username"), "{error:?}");
}

async fn people_are_searched_by_a_part_of_their_name_or_username(db: Db) {
    let mut tx = rows::begin(&db).await;
    let mut second = rows::person();
    second.id = id(50);
    second.username = "Li_100%".to_owned();
    second.name = "李某".to_owned();
    tx.insert_person(&second).await.unwrap();
    for (query, expected) in [
        (None, vec![second.id, PERSON]),
        (Some("某"), vec![second.id, PERSON]),
        (Some("王"), vec![PERSON]),
        (Some("li_"), vec![second.id]),
        (Some("WANG"), vec![PERSON]),
        (Some("100%"), vec![second.id]),
        (Some("w%g"), vec![]),
        (Some("w_ng"), vec![]),
        (Some("\\"), vec![]),
    ] {
        let found = tx.list_people(TENANT, query).await.unwrap();
        // The databases order capitals differently; what is asked here is who is found.
        let mut found: Vec<_> = found.iter().map(|person| person.id).collect();
        found.sort();
        let mut expected = expected;
        expected.sort();
        assert_eq!(found, expected, "{query:?}");
    }
    assert_eq!(tx.list_people(id(99), None).await.unwrap(), []);
}

async fn people_whose_state_changed_are_listed_since_a_sequence_number(db: Db) {
    let mut tx = rows::begin(&db).await;
    let seq = tx.next_seq(TENANT).await.unwrap();
    tx.update_person_state(TENANT, PERSON, PersonState::Disabled, seq)
        .await
        .unwrap();
    let changed = tx.list_people_changed(TENANT, seq - 1).await.unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].state, PersonState::Disabled);
    assert_eq!(tx.list_people_changed(TENANT, seq).await.unwrap(), []);
}

async fn a_password_is_replaced(db: Db) {
    let mut tx = rows::begin(&db).await;
    tx.update_password(TENANT, PERSON, "$argon2id$")
        .await
        .unwrap();
    let person = tx.find_person(TENANT, PERSON).await.unwrap().unwrap();
    assert_eq!(person.password_hash.as_deref(), Some("$argon2id$"));
}

async fn a_grant_that_holds_keeps_its_number(db: Db) {
    let mut tx = rows::begin(&db).await;
    tx.grant_principal(TENANT, PERSON, TENANT, 1).await.unwrap();
    tx.grant_principal(TENANT, PERSON, TENANT, 2).await.unwrap();
    assert_eq!(
        tx.list_grants(TENANT, PERSON).await.unwrap(),
        [Grant {
            principal: TENANT,
            granted_seq: 1,
            revoked_seq: None
        }]
    );
    assert_eq!(tx.list_principals(TENANT, PERSON).await.unwrap(), [TENANT]);
}

async fn a_grant_given_again_counts_from_the_second_time(db: Db) {
    let mut tx = rows::begin(&db).await;
    tx.grant_principal(TENANT, PERSON, TENANT, 1).await.unwrap();
    tx.revoke_principal(TENANT, PERSON, TENANT, 2)
        .await
        .unwrap();
    tx.revoke_principal(TENANT, PERSON, TENANT, 3)
        .await
        .unwrap();
    assert_eq!(
        tx.list_grants(TENANT, PERSON).await.unwrap(),
        [Grant {
            principal: TENANT,
            granted_seq: 1,
            revoked_seq: Some(2)
        }]
    );
    assert_eq!(tx.list_principals(TENANT, PERSON).await.unwrap(), []);
    tx.grant_principal(TENANT, PERSON, TENANT, 4).await.unwrap();
    assert_eq!(
        tx.list_grants(TENANT, PERSON).await.unwrap(),
        [Grant {
            principal: TENANT,
            granted_seq: 4,
            revoked_seq: None
        }]
    );
}
