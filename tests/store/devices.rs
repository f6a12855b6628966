//! Devices and enrolment codes.

use std::collections::HashMap;

use harness::on_both_backends;
use store::Db;
use store::devices::{Device, DeviceKind, DeviceReport, DeviceState, RevokeReason};
use store::enrolments::Enrolment;
use store::people::PersonState;
use store::unsent::Unsent;

use super::rows::{self, DEVICE, PERSON, TENANT, at, id};

on_both_backends! {
    a_device_is_found_in_its_tenant_only,
    what_a_device_reports_is_kept,
    a_device_that_is_enrolled_again_is_active_under_its_new_name,
    a_suspended_device_comes_back_and_a_revoked_one_does_not,
    a_revoked_device_can_still_be_reported_lost,
    a_request_learns_the_present_state_of_device_and_person,
    an_enrolment_code_is_used_once,
    codes_that_were_not_used_are_forgotten_and_used_ones_are_not,
}

async fn a_device_is_found_in_its_tenant_only(db: Db) {
    let mut tx = rows::begin(&db).await;
    let found = tx.find_device(TENANT, DEVICE).await.unwrap();
    assert_eq!(found, Some(rows::device()));
    assert_eq!(tx.list_devices(TENANT).await.unwrap(), [rows::device()]);
    assert_eq!(tx.find_device(id(99), DEVICE).await.unwrap(), None);
    assert_eq!(tx.list_devices(id(99)).await.unwrap(), []);
}

async fn what_a_device_reports_is_kept(db: Db) {
    let mut tx = rows::begin(&db).await;
    let report = DeviceReport {
        app_version: "1.2.3",
        unsent_records: Some(2),
        unsent_changes: 4,
        unsent_photos: 5,
        clock_offset_ms: -90_000,
    };
    assert!(tx.list_unsent(TENANT).await.unwrap().is_empty());
    tx.update_device_report(TENANT, DEVICE, &report, at(5_000))
        .await
        .unwrap();
    let expected = Device {
        last_seen_at: Some(at(5_000)),
        app_version: Some("1.2.3".to_owned()),
        unsent_changes: 4,
        unsent_photos: 5,
        clock_offset_ms: Some(-90_000),
        revoked_at: None,
        ..rows::device()
    };
    assert_eq!(
        tx.find_device(TENANT, DEVICE).await.unwrap(),
        Some(expected)
    );
    tx.update_last_seen(TENANT, DEVICE, at(6_000))
        .await
        .unwrap();
    let unsent = Unsent {
        reported_at: at(5_000),
        records: Some(2),
        changes: 4,
        photos: 5,
    };
    let listed = tx.list_unsent(TENANT).await.unwrap();
    assert_eq!(listed, HashMap::from([(DEVICE, unsent)]));
    assert!(tx.list_unsent(id(99)).await.unwrap().is_empty());
    let seen = tx.find_device(TENANT, DEVICE).await.unwrap().unwrap();
    assert_eq!(seen.last_seen_at, Some(at(6_000)));
}

async fn a_device_that_is_enrolled_again_is_active_under_its_new_name(db: Db) {
    let mut tx = rows::begin(&db).await;
    tx.update_device_state(TENANT, DEVICE, DeviceState::Suspended)
        .await
        .unwrap();
    tx.update_enrolled_again(TENANT, DEVICE, "华为", Some("2.0"), at(9_000))
        .await
        .unwrap();
    let expected = Device {
        name: "华为".to_owned(),
        app_version: Some("2.0".to_owned()),
        enrolled_at: at(9_000),
        last_seen_at: Some(at(9_000)),
        ..rows::device()
    };
    let found = tx.find_device(TENANT, DEVICE).await.unwrap();
    assert_eq!(found, Some(expected));
}

async fn a_suspended_device_comes_back_and_a_revoked_one_does_not(db: Db) {
    let mut tx = rows::begin(&db).await;
    let states = [DeviceState::Suspended, DeviceState::Active];
    for state in states {
        tx.update_device_state(TENANT, DEVICE, state).await.unwrap();
        let device = tx.find_device(TENANT, DEVICE).await.unwrap().unwrap();
        assert_eq!(device.state, state);
    }
    assert!(
        tx.revoke_device(TENANT, DEVICE, RevokeReason::Left, at(5_000))
            .await
            .unwrap()
    );
    tx.update_device_state(TENANT, DEVICE, DeviceState::Active)
        .await
        .unwrap();
    tx.update_enrolled_again(TENANT, DEVICE, "华为", None, at(9_000))
        .await
        .unwrap();
    let device = tx.find_device(TENANT, DEVICE).await.unwrap().unwrap();
    assert_eq!(device.state, DeviceState::Revoked);
    assert_eq!(device.revoke_reason, Some(RevokeReason::Left));
}

async fn a_revoked_device_can_still_be_reported_lost(db: Db) {
    let mut tx = rows::begin(&db).await;
    assert!(
        tx.revoke_device(TENANT, DEVICE, RevokeReason::Left, at(5_000))
            .await
            .unwrap()
    );
    assert!(
        tx.revoke_device(TENANT, DEVICE, RevokeReason::Lost, at(5_000))
            .await
            .unwrap()
    );
    let device = tx.find_device(TENANT, DEVICE).await.unwrap().unwrap();
    assert_eq!(device.revoke_reason, Some(RevokeReason::Lost));
    assert!(
        !tx.revoke_device(id(99), DEVICE, RevokeReason::Left, at(5_000))
            .await
            .unwrap()
    );
}

async fn a_request_learns_the_present_state_of_device_and_person(db: Db) {
    let mut tx = rows::begin(&db).await;
    let signed_in = tx.find_signed_in(TENANT, DEVICE).await.unwrap().unwrap();
    assert_eq!(signed_in.person, PERSON);
    assert_eq!(signed_in.name, "王某某");
    assert_eq!(signed_in.device_kind, DeviceKind::Phone);
    assert_eq!(signed_in.person_state, PersonState::Active);
    assert_eq!(signed_in.device_state, DeviceState::Active);
    tx.update_person_state(TENANT, PERSON, PersonState::Disabled, 1)
        .await
        .unwrap();
    tx.revoke_device(TENANT, DEVICE, RevokeReason::Lost, at(5_000))
        .await
        .unwrap();
    let signed_in = tx.find_signed_in(TENANT, DEVICE).await.unwrap().unwrap();
    assert_eq!(signed_in.person_state, PersonState::Disabled);
    assert_eq!(signed_in.device_state, DeviceState::Revoked);
    assert_eq!(signed_in.revoke_reason, Some(RevokeReason::Lost));
    assert_eq!(tx.find_signed_in(id(99), DEVICE).await.unwrap(), None);
}

fn enrolment(code_hash: [u8; 32]) -> Enrolment {
    Enrolment {
        code_hash,
        tenant: TENANT,
        person: PERSON,
        created_by: Some(PERSON),
        created_at: at(1_000),
        expires_at: at(9_000),
        used_at: None,
        device: None,
    }
}

async fn codes_that_were_not_used_are_forgotten_and_used_ones_are_not(db: Db) {
    let mut tx = rows::begin(&db).await;
    tx.insert_enrolment(&enrolment([7; 32])).await.unwrap();
    tx.insert_enrolment(&enrolment([8; 32])).await.unwrap();
    assert!(
        tx.use_enrolment(TENANT, &[8; 32], DEVICE, at(2_000))
            .await
            .unwrap()
    );
    tx.delete_unused_enrolments(id(99), PERSON).await.unwrap();
    assert!(tx.find_enrolment(&[7; 32]).await.unwrap().is_some());
    tx.delete_unused_enrolments(TENANT, PERSON).await.unwrap();
    assert_eq!(tx.find_enrolment(&[7; 32]).await.unwrap(), None);
    assert!(tx.find_enrolment(&[8; 32]).await.unwrap().is_some());
}

async fn an_enrolment_code_is_used_once(db: Db) {
    let mut tx = rows::begin(&db).await;
    let code_hash = [7; 32];
    let fresh = enrolment(code_hash);
    tx.insert_enrolment(&fresh).await.unwrap();
    let found = tx.find_enrolment(&code_hash).await.unwrap();
    assert_eq!(found, Some(fresh.clone()));
    assert!(
        tx.use_enrolment(TENANT, &code_hash, DEVICE, at(2_000))
            .await
            .unwrap()
    );
    assert!(
        !tx.use_enrolment(TENANT, &code_hash, id(50), at(3_000))
            .await
            .unwrap()
    );
    let used = Enrolment {
        used_at: Some(at(2_000)),
        device: Some(DEVICE),
        ..fresh
    };
    assert_eq!(tx.find_enrolment(&code_hash).await.unwrap(), Some(used));
    assert_eq!(tx.find_enrolment(&[8; 32]).await.unwrap(), None);
}
