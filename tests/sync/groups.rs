//! Pushes come in groups and documents are decided in rounds: none of them pays for another.

use harness::on_both_backends;
use harness::phone::{post, push_of, put, receipts, request_of};
use serde_bytes::ByteBuf;
use store::Tx;
use sync_core::kinds::Kind;
use sync_core::protocol::Push;
use sync_core::value::Value;
use sync_core::{Id, MediaHash, segment};

use super::scope::change_of;
use super::street::Street;

on_both_backends! {
    a_small_request_that_unpacks_to_very_much_is_judged_push_by_push,
    a_visit_pushed_twice_in_one_request_keeps_the_order_of_its_changes,
    a_damaged_row_of_the_log_holds_up_no_other_visit,
    an_entry_that_points_at_another_photo_no_longer_asks_for_the_first,
}

async fn a_small_request_that_unpacks_to_very_much_is_judged_push_by_push(street: Street) {
    let worker = &street.worker;
    let bomb = segment::pack(&[vec![0; 1024 * 1024 - 16]]);
    let mut pushes: Vec<Push> = (0..3)
        .map(|_| Push {
            doc: worker.fresh_id(),
            kind: Kind::VISIT,
            ticket: street.ticket,
            segment: ByteBuf::from(bomb.clone()),
            signature: None,
        })
        .collect();
    let honest = worker.fresh_id();
    let last = push_of(
        honest,
        street.ticket,
        &[change_of(7, "room", "302")],
        worker.now(),
    );
    pushes.extend(last.push);
    let request = request_of(pushes, worker.now());
    let answer = post(&street.hub, &worker.caller, &request).await;
    let receipts = receipts(&answer.body);
    assert_eq!(receipts.len(), 4);
    let (honest, bombs) = receipts.split_last().unwrap();
    assert_eq!(*honest, (1, 0, 0, vec![]));
    assert!(
        bombs
            .iter()
            .all(|one| *one == (0, 0, 0, vec!["change_too_large"]))
    );
}

async fn a_visit_pushed_twice_in_one_request_keeps_the_order_of_its_changes(street: Street) {
    let worker = &street.worker;
    let now = worker.now();
    let docs: Vec<Id> = (0..8).map(|_| worker.fresh_id()).collect();
    let mut pushes = Vec::new();
    for doc in &docs {
        for n in [1, 2, 3] {
            pushes.extend(push_of(*doc, street.ticket, &[change_of(n, "room", "1")], now).push);
        }
    }
    let answer = post(&street.hub, &worker.caller, &request_of(pushes, now)).await;
    assert!(receipts(&answer.body).iter().all(|one| one.0 == 1));
    street
        .hub
        .app()
        .doors()
        .gate()
        .submit(street.hub.tenant(), &docs)
        .await;
    let mut tx = street.hub.app().store().read().await.unwrap();
    for doc in docs {
        let segments = tx.list_segments(street.hub.tenant(), doc).await.unwrap();
        let order: Vec<u8> = segments
            .iter()
            .map(|segment| segment::unpack(&segment.bytes).unwrap().remove(0))
            .map(|change| sync_core::chunk::scan(&change).unwrap().actor[0])
            .collect();
        assert_eq!(order, [1, 2, 3]);
    }
}

async fn a_damaged_row_of_the_log_holds_up_no_other_visit(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let damaged = street.worker.create_visit(street.ticket);
    let sound = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    let sql = "UPDATE segment SET bytes = $2 WHERE doc = $1";
    let (id, bytes) = (uuid::Uuid::from_bytes(damaged.bytes()), vec![0xff; 40]);
    let mut tx = street.hub.app().store().begin().await.unwrap();
    match &mut tx {
        Tx::Sqlite(tx) => drop(
            sqlx::query(sql)
                .bind(id)
                .bind(bytes)
                .execute(&mut **tx)
                .await,
        ),
        Tx::Postgres(tx) => drop(
            sqlx::query(sql)
                .bind(id)
                .bind(bytes)
                .execute(&mut **tx)
                .await,
        ),
    }
    tx.commit().await.unwrap();
    for doc in [damaged, sound] {
        street.worker.set(doc, "outcome", "partly");
    }
    street.worker.exchange(&street.hub).await;
    street.worker.sync(&street.hub).await;
    let row = street.worker.row(sound);
    assert_eq!((row.queued, row.received, row.admitted), (0, 0, 2));
    // The other one waits at the hub, and nothing of it is refused.
    let row = street.worker.row(damaged);
    assert_eq!((row.queued, row.quarantined), (0, 0));
}

async fn an_entry_that_points_at_another_photo_no_longer_asks_for_the_first(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    let entry = street.worker.fresh_id();
    let (first, second) = (MediaHash::of(b"first"), MediaHash::of(b"second"));
    for hash in [first, second] {
        let fields = [("sha256", Value::Text(hash.to_string()))];
        street.worker.edit(doc, &put("photos", entry, &fields));
        street.worker.sync(&street.hub).await;
        let mut tx = street.hub.app().store().read().await.unwrap();
        let pending = tx
            .list_pending_photos(street.hub.tenant(), &[doc])
            .await
            .unwrap();
        assert_eq!(pending, [(doc, hash)]);
    }
}
