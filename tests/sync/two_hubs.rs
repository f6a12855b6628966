//! Two hubs on one database, or a command beside a running hub: each has a gate of its own.

use std::collections::BTreeSet;

use basis::Rng;
use harness::on_both_backends;
use harness::phone::post;
use hub::App;
use store::inbox::InboxRow;
use sync_core::gate::job::concat_short;
use sync_core::kinds::Kind;
use sync_core::{Role, segment, threshold};

use super::scope::change_of;
use super::street::{Street, insert_ticket_of};

on_both_backends! {
    two_gates_on_one_inbox_log_every_change_once,
    one_new_id_that_two_sub_districts_sent_at_once_becomes_a_document_of_each,
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

/// One hub refuses an id that another sub-district has. Two that receive it in the same moment do not see each
/// other's.
async fn one_new_id_that_two_sub_districts_sent_at_once_becomes_a_document_of_each(street: Street) {
    let hub = &street.hub;
    let elsewhere = hub.add_tenant("minzhu", "民主街道").await;
    let stranger = hub.sign_in_to(elsewhere, Role::GridWorker, &[]).await;
    let there = insert_ticket_of(hub, elsewhere).await;
    let (doc, now) = (street.worker.fresh_id(), street.worker.now());
    let sent = [
        (
            &street.worker.caller,
            street.ticket,
            change_of(7, "room", "101"),
        ),
        (&stranger, there, change_of(8, "room", "202")),
    ];
    let mut rows = Vec::new();
    for (caller, ticket, change) in &sent {
        rows.push(InboxRow {
            id: hub.app().rng().new_id(now),
            tenant: caller.tenant,
            doc,
            kind: Kind::VISIT,
            ticket: *ticket,
            device: caller.device,
            person: caller.person,
            role: Role::GridWorker,
            received_at: now,
            hashes: concat_short([&threshold::name_of(change)]),
            bytes: segment::pack(&[change]),
        });
    }
    let mut tx = hub.app().store().begin().await.unwrap();
    tx.insert_inbox(&rows).await.unwrap();
    tx.commit().await.unwrap();
    for (caller, ..) in &sent {
        let gate = hub.app().doors().gate();
        gate.submit(caller.tenant, &[doc]).await;
    }
    let mut tx = hub.app().store().read().await.unwrap();
    for (caller, ticket, change) in &sent {
        let document = tx.find_document(caller.tenant, doc).await.unwrap().unwrap();
        assert_eq!(document.ticket, *ticket);
        let segments = tx.list_segments(caller.tenant, doc).await.unwrap();
        assert_eq!(segments.len(), 1);
        let logged = segment::unpack(&segments[0].bytes).unwrap();
        assert_eq!(logged, std::slice::from_ref(change));
    }
}
