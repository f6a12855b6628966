//! Two hubs on one database, or a command beside a running hub: each has a gate of its own.

use std::collections::BTreeSet;

use basis::Rng;
use harness::on_both_backends;
use harness::phone::post;
use hub::App;

use super::street::Street;

on_both_backends! {
    two_gates_on_one_inbox_log_every_change_once,
}

async fn two_gates_on_one_inbox_log_every_change_once(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let first = street.hub.app();
    let second = App::open_with(
        first.config().clone(),
        first.clock().clone(),
        Rng::seeded(9),
    )
    .await
    .expect("a second hub opens on the same database");
    let mut docs = Vec::new();
    for _ in 0..12 {
        let doc = street.worker.create_visit(street.ticket);
        street.worker.set(doc, "outcome", "partly");
        street.worker.set(doc, "room", "101");
        docs.push(doc);
    }
    let request = street.worker.request();
    let (answer, ()) = tokio::join!(post(&street.hub, &street.worker.caller, &request), async {
        for _ in 0..20 {
            second
                .doors()
                .gate()
                .submit(street.hub.tenant(), &docs)
                .await;
        }
    });
    street.worker.take(&answer.body);
    street.worker.sync(&street.hub).await;
    let mut tx = street.hub.app().store().read().await.unwrap();
    for doc in docs {
        let segments = tx.list_segments(street.hub.tenant(), doc).await.unwrap();
        let hashes: Vec<_> = segments
            .iter()
            .flat_map(|one| one.hashes.as_chunks::<16>().0.to_vec())
            .collect();
        assert_eq!(hashes.len(), 3);
        assert_eq!(hashes.iter().collect::<BTreeSet<_>>().len(), 3);
        assert!(
            tx.list_inbox(street.hub.tenant(), &[doc])
                .await
                .unwrap()
                .is_empty()
        );
    }
}
