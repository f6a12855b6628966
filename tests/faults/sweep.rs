//! What a hub that died had received, another hub on the same database decides while it runs.

use std::time::Duration;

use basis::Rng;
use doors::Sweep;
use harness::backends::Backend;
use harness::on_both_backends;
use harness::photos;
use hub::App;
use store::Faults;
use store::media::Thumbnails;
use sync_core::{Id, MediaHash, Role};

use crate::api::media::upload;
use crate::sync::street::Street;

on_both_backends! {
    a_running_hub_decides_what_a_dead_one_had_received,
    a_running_hub_makes_the_thumbnails_that_a_dead_one_owed,
    a_photo_that_fails_holds_up_no_other,
}

/// How long a test waits for what a look should find at once.
const PATIENCE: Duration = Duration::from_secs(30);
const QUICK: Sweep = Sweep {
    every: Duration::from_millis(100),
    older_than: Duration::ZERO,
};

/// Another hub on the same database.
async fn second(street: &Street, sweep: Sweep) -> App {
    let first = street.hub.app();
    let mut config = first.config().clone();
    config.worker_exe = Some(harness::test_app::worker_exe());
    config.sweep = sweep;
    App::open_with(config, first.clock().clone(), Rng::seeded(9))
        .await
        .expect("a second hub opens on the same database")
}

/// Waits until something holds of the database.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.unwrap_or_else(|_| panic!("{what} never happened"));
}

async fn is_logged(street: &Street, doc: Id) -> bool {
    let mut tx = street.hub.app().store().read().await.unwrap();
    let document = tx.find_document(street.hub.tenant(), doc).await.unwrap();
    document.is_some()
}

async fn undecided(street: &Street) -> usize {
    let mut tx = street.hub.app().store().read().await.unwrap();
    let docs = tx.list_inbox_documents(Duration::ZERO).await.unwrap();
    docs.len()
}

async fn a_running_hub_decides_what_a_dead_one_had_received(backend: Backend) {
    // A hub that cannot start its checking processes receives and decides nothing: as good as dead after its receipt.
    let mut street = Street::open(backend, |config| {
        config.worker_exe = Some("/bin/false".into());
    })
    .await;
    let other = second(&street, QUICK).await;
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "outcome", "partly");
    street.worker.exchange(&street.hub).await;
    // Received; where the other hub is quick, even decided by now.
    assert_eq!(street.worker.row(doc).queued, 0);
    until("the decision", async || is_logged(&street, doc).await).await;
    assert_eq!(street.logged(doc).await.0, street.worker.heads(doc));
    assert_eq!(undecided(&street).await, 0);
    // What is young is on its way through the gate of the hub that took it in.
    drop(other);
    let patient = second(
        &street,
        Sweep {
            older_than: Duration::from_secs(3_600),
            ..QUICK
        },
    );
    let patient = patient.await;
    // Its first look, at everything, is over when it decides on something.
    patient
        .doors()
        .gate()
        .submit(street.hub.tenant(), &[doc])
        .await;
    let young = street.worker.create_visit(street.ticket);
    street.worker.exchange(&street.hub).await;
    tokio::time::sleep(10 * QUICK.every).await;
    assert!(!is_logged(&street, young).await);
    assert_eq!(undecided(&street).await, 1);
}

async fn a_running_hub_makes_the_thumbnails_that_a_dead_one_owed(backend: Backend) {
    let street = Street::open(backend, |_| {}).await;
    let other = second(&street, QUICK).await;
    let pulse = other.watch().task("thumbnails");
    let running = tokio::spawn(other.thumbnailer().clone().run(pulse));
    // The first hub is not served, so it makes none.
    let worker = street.hub.sign_in(Role::GridWorker, &[]).await;
    let files: Vec<Vec<u8>> = (0..3).map(|n| photos::jpeg(300, 200, n)).collect();
    for file in &files {
        upload(&street.hub, &worker, file).await;
    }
    for file in &files {
        until("the thumbnail", async || {
            thumbnails(&street, file).await == Thumbnails::Ready
        })
        .await;
    }
    running.abort();
}

async fn thumbnails(street: &Street, file: &[u8]) -> Thumbnails {
    let mut tx = street.hub.app().store().read().await.unwrap();
    let media = tx
        .find_media(street.hub.tenant(), MediaHash::of(file))
        .await;
    media.unwrap().unwrap().thumbnails
}

async fn a_photo_that_fails_holds_up_no_other(backend: Backend) {
    let faults = Faults::default();
    let store = backend.open().await.with_faults(faults.clone());
    let street = Street::open_on(store, backend, |_| {}).await;
    let worker = street.hub.sign_in(Role::GridWorker, &[]).await;
    let files: Vec<Vec<u8>> = (0..3).map(|n| photos::jpeg(300, 200, n)).collect();
    for file in &files {
        upload(&street.hub, &worker, file).await;
    }
    // Which photos wait is asked with two calls; the third is the first one's own.
    faults.fail_at(3);
    street
        .hub
        .app()
        .thumbnailer()
        .make_pending()
        .await
        .unwrap_err();
    let mut ready = 0;
    for file in &files {
        ready += usize::from(thumbnails(&street, file).await == Thumbnails::Ready);
    }
    assert_eq!(ready, 2);
    street.hub.app().thumbnailer().make_pending().await.unwrap();
    for file in &files {
        assert_eq!(thumbnails(&street, file).await, Thumbnails::Ready);
    }
}
