//! A disk that is full refuses, loses nothing, and is used again as soon as there is room: nobody has to restart.

use axum::http::StatusCode;
use harness::backends::{Backend, on_sqlite};
use harness::phone::post;
use harness::small_disk::SmallDisk;
use harness::test_app::{Answer, TestApp};
use sqlx::AssertSqlSafe;
use store::{Db, Error};
use sync_core::{Id, Role};

use crate::store::rows::{self, TENANT};
use crate::sync::street::Street;

/// A text that does not shrink when it is packed.
fn noise(seed: usize) -> String {
    let mut state = seed as u64 + 1;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005) + 1;
        char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap())
    };
    (0..180).map(|_| letter()).collect()
}

/// Lets the database file of a hub grow no further, until its connection is closed.
async fn no_page_more(db: &Db) {
    let Db::Sqlite { write, .. } = db else {
        panic!("SQLite");
    };
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count")
        .fetch_one(write)
        .await
        .unwrap();
    let limit = AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    let limit: i64 = sqlx::query_scalar(limit).fetch_one(write).await.unwrap();
    assert_eq!(limit, pages);
}

/// Only busy or full, and when to come again; never a fault of the program.
fn assert_refused(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "storage_unavailable"),
        "{:?}",
        answer.body
    );
    assert_eq!(answer.header("retry-after"), "30");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("磁盘") && detail.contains("不会丢失"),
        "{detail}"
    );
}

#[test]
fn a_transaction_that_the_database_ended_by_itself_does_not_spoil_the_next() {
    on_sqlite(async |db: Db| {
        rows::begin(&db).await.commit().await.unwrap();
        no_page_more(&db).await;
        let mut tx = db.begin().await.unwrap();
        let mut failed = None;
        for n in 0..2_000_u32 {
            let mut person = rows::person();
            person.id = Id::from_bytes(
                [&n.to_be_bytes()[..], &[7; 12]]
                    .concat()
                    .try_into()
                    .unwrap(),
            );
            person.username = noise(n as usize);
            if let Err(error) = tx.insert_person(&person).await {
                failed = Some(error);
                break;
            }
        }
        let failed = failed.expect("the database is full");
        assert!(matches!(failed, Error::Storage(_)), "{failed:?}");
        assert!(failed.passes());
        drop(tx);
        // The limit went with its connection.
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.next_seq(TENANT).await.unwrap(), 1);
        tx.commit().await.unwrap();
    });
}

#[test]
fn a_phone_that_meets_a_full_database_is_served_the_next_time() {
    on_sqlite(async |mut street: Street| {
        street.worker.sync(&street.hub).await;
        let doc = street.worker.create_visit(street.ticket);
        for n in 0..120 {
            street.worker.set(doc, "measure", &noise(n));
        }
        no_page_more(street.hub.app().store()).await;
        let request = street.worker.request();
        assert_refused(&post(&street.hub, &street.worker.caller, &request).await);
        let row = street.worker.row(doc);
        assert_eq!((row.queued, row.received), (121, 0));
        street.worker.sync(&street.hub).await;
        assert_eq!(street.worker.row(doc).admitted, 121);
        assert_eq!(street.logged(doc).await.0, street.worker.heads(doc));
    });
}

#[test]
fn a_hub_on_a_full_disk_refuses_and_goes_on_when_there_is_room() {
    on_sqlite(async |backend: Backend| {
        let Some(disk) = SmallDisk::mount(backend.folder(), 16) else {
            return;
        };
        let mut street = Street::open(backend, |_| {}).await;
        street.worker.sync(&street.hub).await;
        disk.fill();
        // What still fits into pages that the files have is received, and must not be lost.
        let mut docs = Vec::new();
        let mut refused = 0;
        for n in 0..400 {
            let doc = street.worker.create_visit(street.ticket);
            for part in 0..8 {
                street.worker.set(doc, "measure", &noise(n * 8 + part));
            }
            docs.push(doc);
            let answer = post(&street.hub, &street.worker.caller, &street.worker.request()).await;
            if answer.status == StatusCode::OK {
                street.worker.take(&answer.body);
                continue;
            }
            assert_refused(&answer);
            refused += 1;
            if refused == 4 {
                break;
            }
        }
        assert_eq!(refused, 4, "the disk is not full");
        // The office: nothing is a fault of the program, neither reading nor writing.
        for path in ["/v1/tickets", "/v1/visits", "/v1/me"] {
            let answer = street.hub.get(path, &street.office).await;
            let status = answer.status;
            assert!(
                matches!(status, StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE),
                "{path}: {:?}",
                answer.body
            );
        }
        disk.free();
        street.worker.sync(&street.hub).await;
        for doc in docs {
            let row = street.worker.row(doc);
            assert_eq!((row.queued, row.received, row.admitted), (0, 0, 9));
            assert_eq!(street.logged(doc).await.0, street.worker.heads(doc));
        }
        assert_sound(&street.hub).await;
        // Somebody signs in for the first time, which writes too.
        street.hub.sign_in(Role::Leader, &[]).await;
        drop(street);
        drop(disk);
    });
}

async fn assert_sound(hub: &TestApp) {
    let Db::Sqlite { read, .. } = hub.app().store() else {
        panic!("SQLite");
    };
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(read)
        .await
        .unwrap();
    assert_eq!(sound, "ok");
}
