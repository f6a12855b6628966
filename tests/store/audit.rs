//! The audit log.

use harness::backends::Backend;
use harness::on_both_backends;
use sqlx::Executor as _;
use store::audit::{AuditEntry, AuditFilter};
use store::{Db, Tx};
use sync_core::Id;

use super::rows::{self, DEVICE, PERSON, TENANT, at, id};

on_both_backends! {
    acts_are_numbered_in_each_tenant_and_listed_from_the_newest,
    acts_written_at_once_get_numbers_without_a_gap,
    an_act_cannot_be_changed_or_deleted,
}

fn entry(tenant: Id, object: &str) -> AuditEntry {
    AuditEntry {
        tenant,
        at: at(5_000),
        person: Some(PERSON),
        device: Some(DEVICE),
        act: "device.revoke".to_owned(),
        object: object.to_owned(),
        result: "ok".to_owned(),
        request_id: "r1".to_owned(),
    }
}

async fn acts_are_numbered_in_each_tenant_and_listed_from_the_newest(db: Db) {
    let mut tx = rows::begin(&db).await;
    let mut second = rows::tenant();
    second.id = id(50);
    second.code = "minzhu".to_owned();
    tx.insert_tenant(&second).await.unwrap();
    for (tenant, object, n) in [(TENANT, "a", 1), (TENANT, "b", 2), (id(50), "c", 1)] {
        assert_eq!(tx.append_audit(&entry(tenant, object)).await.unwrap(), n);
    }
    let listed = tx
        .list_audit(TENANT, &AuditFilter::default(), 10)
        .await
        .unwrap();
    assert_eq!(listed, [(2, entry(TENANT, "b")), (1, entry(TENANT, "a"))]);
    assert_eq!(
        tx.list_audit(TENANT, &AuditFilter::default(), 1)
            .await
            .unwrap()
            .len(),
        1
    );
    let older = tx
        .list_audit(
            TENANT,
            &AuditFilter {
                before: Some(2),
                ..AuditFilter::default()
            },
            10,
        )
        .await
        .unwrap();
    assert_eq!(older, [(1, entry(TENANT, "a"))]);
}

async fn acts_written_at_once_get_numbers_without_a_gap(db: Db) {
    rows::begin(&db).await.commit().await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let db = db.clone();
        writers.spawn(async move {
            for act in 0..5 {
                let mut tx = db.begin().await.unwrap();
                // Both orders of the two counters occur in the hub.
                if writer % 2 == 0 {
                    tx.next_seq(TENANT).await.unwrap();
                    append(&mut tx, act).await;
                } else {
                    append(&mut tx, act).await;
                    tx.next_seq(TENANT).await.unwrap();
                }
                if act == 3 {
                    tx.rollback().await.unwrap();
                } else {
                    tx.commit().await.unwrap();
                }
            }
        });
    }
    writers.join_all().await;
    let listed = db
        .read()
        .await
        .unwrap()
        .list_audit(TENANT, &AuditFilter::default(), 1_000)
        .await
        .unwrap();
    let numbers: Vec<_> = listed.iter().map(|(n, _)| *n).collect();
    assert_eq!(numbers, (1..=32).rev().collect::<Vec<_>>());
}

async fn append(tx: &mut Tx, act: i32) {
    tx.append_audit(&entry(TENANT, &act.to_string()))
        .await
        .unwrap();
}

async fn an_act_cannot_be_changed_or_deleted(backend: Backend) {
    let db = backend.open().await;
    let mut tx = rows::begin(&db).await;
    tx.append_audit(&entry(TENANT, "a")).await.unwrap();
    tx.commit().await.unwrap();
    for statement in ["DELETE FROM audit", "UPDATE audit SET result = 'refused'"] {
        let error = match &db {
            Db::Sqlite { write, .. } => write.execute(statement).await.map(drop),
            Db::Postgres { pool, .. } => pool.execute(statement).await.map(drop),
        }
        .unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
}
