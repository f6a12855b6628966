//! Refresh tokens and failed sign-ins.

use harness::on_both_backends;
use store::Db;
use store::tokens::{RefreshToken, TokenState};

use super::rows::{self, DEVICE, TENANT, at, id, token};

on_both_backends! {
    a_token_is_found_by_its_hash_and_its_prefix,
    successors_are_listed_from_the_oldest,
    a_token_is_first_used_once,
    a_dead_token_is_not_used_again,
    ending_a_devices_tokens_ends_all_of_them,
    an_expired_token_is_deleted_and_an_extended_one_is_not,
    failed_sign_ins_are_counted_by_bucket_and_swept_by_time,
}

async fn a_token_is_found_by_its_hash_and_its_prefix(db: Db) {
    let mut tx = rows::begin(&db).await;
    let first = token([4; 32], None);
    tx.insert_token(&first).await.unwrap();
    tx.insert_token(&token([5; 32], Some([4; 32])))
        .await
        .unwrap();
    assert_eq!(tx.find_token(&[4; 32]).await.unwrap(), Some(first.clone()));
    assert_eq!(tx.find_token(&[6; 32]).await.unwrap(), None);
    let by_prefix = tx
        .find_token_by_prefix(TENANT, DEVICE, &[4; 16])
        .await
        .unwrap();
    assert_eq!(by_prefix, Some(first));
    assert_eq!(
        tx.find_token_by_prefix(TENANT, id(99), &[4; 16])
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        tx.find_token_by_prefix(TENANT, DEVICE, &[6; 16])
            .await
            .unwrap(),
        None
    );
}

async fn successors_are_listed_from_the_oldest(db: Db) {
    let mut tx = rows::begin(&db).await;
    let later = RefreshToken {
        issued_at: at(4_000),
        ..token([5; 32], Some([4; 32]))
    };
    let earlier = token([6; 32], Some([4; 32]));
    for row in [&token([4; 32], None), &later, &earlier] {
        tx.insert_token(row).await.unwrap();
    }
    let successors = tx.list_successors(TENANT, &[4; 32]).await.unwrap();
    assert_eq!(successors, [earlier, later]);
}

async fn a_token_is_first_used_once(db: Db) {
    let mut tx = rows::begin(&db).await;
    tx.insert_token(&token([4; 32], None)).await.unwrap();
    tx.use_token(TENANT, &[4; 32], at(5_000)).await.unwrap();
    tx.use_token(TENANT, &[4; 32], at(6_000)).await.unwrap();
    let used = tx.find_token(&[4; 32]).await.unwrap().unwrap();
    assert_eq!(used.state, TokenState::Used);
    assert_eq!(used.first_used_at, Some(at(5_000)));
}

async fn a_dead_token_is_not_used_again(db: Db) {
    let mut tx = rows::begin(&db).await;
    tx.insert_token(&token([4; 32], None)).await.unwrap();
    tx.end_token(TENANT, &[4; 32]).await.unwrap();
    tx.use_token(TENANT, &[4; 32], at(5_000)).await.unwrap();
    let dead = tx.find_token(&[4; 32]).await.unwrap().unwrap();
    assert_eq!((dead.state, dead.first_used_at), (TokenState::Dead, None));
}

async fn ending_a_devices_tokens_ends_all_of_them(db: Db) {
    let mut tx = rows::begin(&db).await;
    let mut other = rows::device();
    other.id = id(50);
    tx.insert_device(&other).await.unwrap();
    let mut others = token([9; 32], None);
    others.device = other.id;
    for row in [
        &token([4; 32], None),
        &token([5; 32], Some([4; 32])),
        &others,
    ] {
        tx.insert_token(row).await.unwrap();
    }
    tx.end_tokens_of_device(TENANT, DEVICE).await.unwrap();
    for (hash, state) in [
        ([4; 32], TokenState::Dead),
        ([5; 32], TokenState::Dead),
        ([9; 32], TokenState::Issued),
    ] {
        assert_eq!(tx.find_token(&hash).await.unwrap().unwrap().state, state);
    }
}

async fn an_expired_token_is_deleted_and_an_extended_one_is_not(db: Db) {
    let mut tx = rows::begin(&db).await;
    tx.insert_token(&token([4; 32], None)).await.unwrap();
    tx.insert_token(&token([5; 32], None)).await.unwrap();
    tx.extend_token(TENANT, &[5; 32], at(20_000)).await.unwrap();
    tx.delete_expired_tokens(TENANT, DEVICE, at(9_001))
        .await
        .unwrap();
    assert_eq!(tx.find_token(&[4; 32]).await.unwrap(), None);
    let kept = tx.find_token(&[5; 32]).await.unwrap().unwrap();
    assert_eq!(kept.expires_at, at(20_000));
}

async fn failed_sign_ins_are_counted_by_bucket_and_swept_by_time(db: Db) {
    const WANG: [u8; 32] = [7; 32];
    const LI: [u8; 32] = [8; 32];
    let mut tx = rows::begin(&db).await;
    for (bucket, now) in [
        (&WANG, 1_000),
        (&WANG, 2_000),
        (&WANG, 3_000),
        (&LI, 3_000),
        (&WANG, 90_000),
    ] {
        tx.insert_login_failure(TENANT, bucket, at(now))
            .await
            .unwrap();
    }
    let failures = tx
        .list_login_failures(TENANT, &WANG, at(2_000), at(3_000))
        .await;
    assert_eq!(failures.unwrap(), [at(2_000), at(3_000)]);
    // Those of other buckets go too, and what a clock that was ahead has dated.
    tx.sweep_login_failures(TENANT, at(3_000), at(80_000))
        .await
        .unwrap();
    for bucket in [&WANG, &LI] {
        let failures = tx
            .list_login_failures(TENANT, bucket, at(0), at(99_000))
            .await;
        assert_eq!(failures.unwrap(), [at(3_000)]);
    }
    tx.delete_login_failures(TENANT, &WANG).await.unwrap();
    for (bucket, left) in [(&WANG, 0), (&LI, 1)] {
        let failures = tx
            .list_login_failures(TENANT, bucket, at(0), at(99_000))
            .await;
        assert_eq!(failures.unwrap().len(), left);
    }
}
