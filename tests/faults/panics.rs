//! A task in the background that panics goes on: what it was at is not lost, and nobody has to restart.

use std::time::Duration;

use axum::http::StatusCode;
use basis::watch::MOST_PANICS;
use harness::backends::{Backend, on_sqlite};
use harness::on_both_backends;
use harness::phone::post;
use harness::photos;
use store::Faults;
use sync_core::{Id, MediaHash, Role};

use crate::api::media::{show, upload};
use crate::sync::street::Street;

on_both_backends! {
    a_door_that_panics_at_any_call_takes_the_same_request_the_next_time,
}

/// A hub whose store panics or fails when it is told to.
async fn faulty(backend: Backend) -> (Street, Faults) {
    let faults = Faults::default();
    let store = backend.open().await.with_faults(faults.clone());
    let street = Street::open_on(store, backend, |config| {
        config.sweep.every = Duration::from_millis(100);
        config.sweep.older_than = Duration::ZERO;
    });
    (street.await, faults)
}

async fn a_door_that_panics_at_any_call_takes_the_same_request_the_next_time(backend: Backend) {
    let (mut street, faults) = faulty(backend).await;
    street.worker.sync(&street.hub).await;
    let mut fallen = 0;
    for at in 1..60 {
        let doc = street.worker.create_visit(street.ticket);
        street.worker.set(doc, "outcome", "partly");
        let author = street.worker.caller.clone();
        let request = street.worker.request();
        // The token is known by now, so nearly all calls are those of the doors.
        faults.panic_at(at);
        let answer = post(&street.hub, &author, &request).await;
        if answer.status == StatusCode::OK {
            street.worker.take(&answer.body);
        } else {
            // A panic in the request itself is answered with 500, one in a door with 503.
            assert!(answer.status.is_server_error(), "{:?}", answer.body);
            fallen += 1;
        }
        settle(&street, doc).await;
        faults.panic_at(0);
        street.worker.sync(&street.hub).await;
        let row = street.worker.row(doc);
        assert_eq!(
            (row.queued, row.received, row.admitted),
            (0, 0, 2),
            "call {at}"
        );
    }
    assert!(fallen > 5, "only {fallen} panics were met");
    assert!(
        !street
            .hub
            .app()
            .watch()
            .tasks()
            .iter()
            .any(basis::Pulse::is_given_up)
    );
}

/// Waits until the gate has had its way with what was received of a document, if anything was.
async fn settle(street: &Street, doc: Id) {
    let gate = street.hub.app().doors().gate();
    gate.submit(street.hub.tenant(), &[doc]).await;
}

#[test]
fn a_hub_whose_task_only_panics_ends_with_an_error_that_names_it() {
    on_sqlite(async |backend: Backend| {
        let (street, faults) = faulty(backend).await;
        let served = street.hub.serve();
        faults.panic_from(1);
        // The gate looks at the inbox by itself, and falls each time.
        let error = served.end().await.expect_err("the hub goes on");
        faults.panic_at(0);
        assert!(error.to_string().contains("only panics"), "{error}");
        let tasks = street.hub.app().watch().tasks();
        assert!(
            tasks.iter().any(basis::Pulse::is_given_up),
            "{MOST_PANICS} panics"
        );
    });
}

#[test]
fn a_photo_on_which_the_hub_panics_gets_its_thumbnails_later() {
    on_sqlite(async |backend: Backend| {
        let (street, faults) = faulty(backend).await;
        let worker = street.hub.sign_in(Role::GridWorker, &[]).await;
        let file = photos::jpeg(400, 300, 1);
        upload(&street.hub, &worker, &file).await;
        let served = street.hub.serve();
        // One of the first calls of the thumbnailer, or of the gate's look: both go on.
        faults.panic_at(2);
        let hash = MediaHash::of(&file);
        let ready = async {
            while show(&street.hub, &street.office, hash, "320").await.status != StatusCode::OK {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let patience = Duration::from_secs(20);
        tokio::time::timeout(patience, ready)
            .await
            .expect("thumbnails");
        served.stop().await;
    });
}
