//! Whether the hub lives and whether it can take work: two questions, and neither waits for the phones.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use harness::backends::{Backend, on_sqlite};
use harness::on_both_backends;
use harness::photos;
use harness::test_app::{Answer, TestApp};
use serde_json::json;
use store::Faults;
use sync_core::Role;

use crate::api::media::upload;
use crate::sync::street::Street;

on_both_backends! {
    a_hub_is_ready_while_a_write_can_be_committed,
    a_hub_whose_writer_is_held_lives_and_is_not_ready,
}

async fn ask(hub: &TestApp, path: &str) -> Answer {
    hub.send(Request::get(path).body(Body::empty()).unwrap())
        .await
}

/// Asks until the hub says what is expected; an answer holds for a second.
async fn until_ready(hub: &TestApp, status: StatusCode) -> Answer {
    for _ in 0..100 {
        let answer = ask(hub, "/health/ready").await;
        if answer.status == status {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the hub never answers {status}");
}

async fn a_hub_is_ready_while_a_write_can_be_committed(backend: Backend) {
    let faults = Faults::default();
    let store = backend.open().await.with_faults(faults.clone());
    let hub = TestApp::open_on(store, backend, |_| {}).await;
    let ready = until_ready(&hub, StatusCode::OK).await.json();
    assert_eq!(ready["status"], "ready");
    assert_eq!(ready["oldest_undecided_s"], json!(null));
    assert!(ready["disk_free_bytes"].as_u64().unwrap() > 0);
    assert_eq!(ready["warnings"], json!([]));
    faults.fail_from(1);
    let red = until_ready(&hub, StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(red.code(), "store_not_writable");
    assert_eq!(ask(&hub, "/health/live").await.json()["status"], "live");
    faults.fail_at(0);
    until_ready(&hub, StatusCode::OK).await;
}

/// On PostgreSQL nobody holds the writer: there the hub stays ready.
async fn a_hub_whose_writer_is_held_lives_and_is_not_ready(hub: TestApp) {
    let held = hub.app().store().begin().await.unwrap();
    let live = ask(&hub, "/health/live").await;
    assert_eq!(live.status, StatusCode::OK);
    let start = std::time::Instant::now();
    let answer = ask(&hub, "/health/ready").await;
    assert!(
        start.elapsed() < Duration::from_secs(6),
        "it queues with the phones"
    );
    if hub.app().store().backend_name() == "sqlite" {
        assert_eq!(answer.code(), "store_not_writable");
    } else {
        assert_eq!(answer.status, StatusCode::OK);
    }
    held.rollback().await.unwrap();
    until_ready(&hub, StatusCode::OK).await;
}

#[test]
fn many_who_ask_at_once_cost_one_write() {
    on_sqlite(async |backend: Backend| {
        let faults = Faults::default();
        let store = backend.open().await.with_faults(faults.clone());
        let hub = TestApp::open_on(store, backend, |_| {}).await;
        faults.fail_at(0);
        let all = (0..20).map(|_| ask(&hub, "/health/ready"));
        let answers = futures_util::future::join_all(all).await;
        assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
        assert!(faults.calls() < 20, "{} calls", faults.calls());
    });
}

#[test]
fn what_nobody_decides_on_is_told_with_its_age() {
    on_sqlite(async |backend: Backend| {
        let mut street = Street::open(backend, |config| {
            config.worker_exe = Some("/bin/false".into());
        })
        .await;
        street.worker.sync(&street.hub).await;
        street.worker.create_visit(street.ticket);
        street.worker.exchange(&street.hub).await;
        let ready = until_ready(&street.hub, StatusCode::OK).await.json();
        assert!(ready["oldest_undecided_s"].as_u64().unwrap() < 60);
        // As if it had been there for an hour by the database's clock.
        let mut tx = street.hub.app().store().begin().await.unwrap();
        let store::Tx::Sqlite(lane) = &mut tx else {
            panic!("SQLite");
        };
        sqlx::query("UPDATE inbox SET stored_at = stored_at - 3600000")
            .execute(&mut **lane)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let ready = until_ready(&street.hub, StatusCode::OK).await.json();
        assert!(ready["oldest_undecided_s"].as_u64().unwrap() >= 3_600);
        assert_eq!(ready["warnings"], json!(["undecided"]));
    });
}

#[test]
fn the_last_room_on_the_disk_is_for_what_phones_record() {
    on_sqlite(async |backend: Backend| {
        // More than any disk has: only the reserve is left.
        let mut street =
            Street::open(backend, |config| config.limits.reserve_bytes = u64::MAX).await;
        street.worker.sync(&street.hub).await;
        let doc = street.worker.create_visit(street.ticket);
        street.worker.sync(&street.hub).await;
        assert_eq!(street.worker.row(doc).admitted, 1);
        let photo = upload(&street.hub, &street.worker.caller, &photos::jpeg(60, 40, 1)).await;
        let table = street
            .hub
            .post("/v1/imports", &street.office, &json!([]))
            .await;
        for answer in [photo, table] {
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.code(), "disk_reserve");
            assert_eq!(answer.header("retry-after"), "300");
        }
        let status = street.hub.get("/v1/status", &street.office).await.json();
        assert_eq!(status["disk"], "reserve");
        let ready = until_ready(&street.hub, StatusCode::OK).await.json();
        assert_eq!(ready["warnings"], json!(["disk_low"]));

        let roomy = street
            .hub
            .reopen_with(|config| config.limits.reserve_bytes = 1)
            .await;
        let status = roomy.get("/v1/status", &street.office).await.json();
        assert_eq!(status["disk"], "enough");
        let worker = roomy.sign_in(Role::GridWorker, &[]).await;
        let photo = upload(&roomy, &worker, &photos::jpeg(60, 40, 1)).await;
        assert_eq!(photo.status, StatusCode::NO_CONTENT);
    });
}
