//! Phones whose store lost its last writes: browsers lose tails, people restore profiles. Whatever a store was put back
//! to, its phone ends with all that it ever gave to the hub.

use harness::backends::{Backend, on_postgres, on_sqlite};
use harness::on_both_backends;
use harness::phone::{Phone, post};
use harness::simulation::{Chance, gesture, scale};
use sync_core::Id;
use sync_core::edit::Edit;
use sync_core::replica::ReplicaError;
use sync_core::value::Value;

use super::street::Street;

on_both_backends! {
    a_phone_that_lost_its_last_writes_gets_its_own_work_back,
    a_change_whose_parent_was_lost_makes_the_phone_ask_for_the_document,
    nobody_gets_a_document_whole_that_they_do_not_see,
}

#[test]
fn a_store_put_back_to_any_transaction_converges_again_on_sqlite() {
    on_sqlite(async |backend: Backend| roll_backs(backend, 1, scale(8, 200)).await);
}

#[test]
fn a_store_put_back_to_any_transaction_converges_again_on_postgres() {
    on_postgres(async |backend: Backend| roll_backs(backend, 9_000, scale(3, 60)).await);
}

async fn roll_backs(backend: Backend, first: u64, seeds: usize) {
    let mut street = Street::open(backend, |_| {}).await;
    for seed in (first..).take(seeds) {
        roll_back(&mut street, &mut Chance::new(seed), seed).await;
    }
}

/// An hour of two people in a visit or two; one phone loses its last writes and goes on.
async fn roll_back(street: &mut Street, chance: &mut Chance, seed: u64) {
    let Street {
        hub,
        worker,
        captain,
        ticket,
        ..
    } = street;
    worker.sync(hub).await;
    captain.sync(hub).await;
    worker.remember();
    let mut docs = vec![worker.create_visit(*ticket)];
    for _ in 0..24 {
        hub.app().clock().advance(20_000);
        match chance.below(10) {
            0..=3 => write(worker, &docs, chance),
            4..=5 => write(captain, &docs, chance),
            6 => docs.push(worker.create_visit(*ticket)),
            7 => captain.sync(hub).await,
            8 => worker.sync(hub).await,
            _ => {
                // The answer is cut somewhere, and the app may start again.
                let answer = post(hub, &worker.caller, &worker.request()).await;
                worker.take(&answer.body[..chance.below(answer.body.len() + 1)]);
                if chance.below(2) == 0 {
                    worker.crash();
                }
            }
        }
    }
    let transactions = worker.transactions();
    worker.roll_back(chance.below(transactions));
    // It works on before it hears of what it lost, or not.
    if chance.below(2) == 0 {
        let kept: Vec<Id> = worker
            .replica()
            .records()
            .iter()
            .map(|row| row.doc)
            .collect();
        write(worker, &kept, chance);
    }
    worker.want_bytes = *chance.pick(&[1, 600, 256 * 1024]).unwrap();
    for _ in 0..2 {
        worker.sync(hub).await;
        captain.sync(hub).await;
    }
    for doc in docs {
        // What was never sent is gone with the store.
        let mut tx = hub.app().store().read().await.unwrap();
        if tx.find_document(hub.tenant(), doc).await.unwrap().is_none() {
            continue;
        }
        drop(tx);
        let (heads, record) = super::street::logged(hub, doc).await;
        for phone in [&mut *worker, &mut *captain] {
            assert_eq!(phone.heads(doc), heads, "seed {seed}");
            assert_eq!(phone.record(doc), record, "seed {seed}");
        }
    }
    let status = worker.replica().status();
    assert_eq!((status.queued, status.received), (0, 0), "seed {seed}");
}

/// Somebody does something in one of the visits that their phone has.
fn write(phone: &mut Phone, docs: &[Id], chance: &mut Chance) {
    let known: Vec<Id> = phone
        .replica()
        .records()
        .iter()
        .map(|row| row.doc)
        .collect();
    let docs: Vec<Id> = docs
        .iter()
        .copied()
        .filter(|doc| known.contains(doc))
        .collect();
    let Some(doc) = chance.pick(&docs).copied() else {
        return;
    };
    let record = phone.record(doc);
    let edit = gesture(&record, phone.caller.person, phone.now(), chance);
    match phone.try_edit(doc, &edit) {
        Ok(()) | Err(ReplicaError::Locked) => {}
        Err(error) => panic!("an honest gesture was refused: {error}, {edit:?}"),
    }
}

async fn a_phone_that_lost_its_last_writes_gets_its_own_work_back(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    street.worker.remember();
    let note = Edit::SetNote {
        note: "finding".to_owned(),
        text: "三楼堆放纸箱。".to_owned(),
    };
    street.worker.edit(doc, &note);
    let second = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    // A colleague goes on from there.
    street.captain.sync(&street.hub).await;
    street.captain.set(doc, "room", "302");
    street.captain.sync(&street.hub).await;
    street.worker.roll_back(0);
    assert_eq!(street.worker.replica().records().len(), 1);
    street.worker.sync(&street.hub).await;
    let view = street.worker.visit(doc);
    assert_eq!(view.notes["finding"].text, "三楼堆放纸箱。");
    assert_eq!(view.fields["room"], Value::Text("302".to_owned()));
    for doc in [doc, second] {
        assert_eq!(street.worker.heads(doc), street.logged(doc).await.0);
    }
    // Once in step it costs nothing: a phone that lost nothing is not sent its own work.
    assert!(!street.worker.request().own);
    street.worker.set(doc, "building", "2号楼");
    let taken = street.worker.exchange(&street.hub).await;
    assert!(taken.iter().all(|one| one.frame != "changes"), "{taken:?}");
}

async fn a_change_whose_parent_was_lost_makes_the_phone_ask_for_the_document(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "room", "101");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    street.worker.set(doc, "room", "102");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    // One value in the middle is lost, or cannot be read any more.
    for damaged in [false, true] {
        if damaged {
            street.captain.damage(doc, 1);
        } else {
            street.captain.lose_pulled(doc, 0);
        }
        street
            .worker
            .set(doc, "building", if damaged { "2号楼" } else { "3号楼" });
        street.worker.sync(&street.hub).await;
        street.captain.sync(&street.hub).await;
        assert_eq!(street.captain.heads(doc), street.logged(doc).await.0);
        assert!(street.captain.request().whole.is_empty());
        assert!(!street.captain.row(doc).damaged);
    }
}

async fn nobody_gets_a_document_whole_that_they_do_not_see(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    let other_grid = [street.other_grid];
    let mut stranger =
        super::street::phone(&street.hub, sync_core::Role::GridWorker, &other_grid, 61).await;
    stranger.sync(&street.hub).await;
    for (phone, frames) in [(&stranger, 0), (&street.worker, 1)] {
        let mut request = phone.request();
        request.whole = vec![doc; 3];
        let answer = post(&street.hub, &phone.caller, &request).await;
        let seen = harness::phone::frames(&answer.body);
        let changes = seen
            .iter()
            .filter(|one| matches!(one.frame, sync_core::protocol::Frame::Changes(_)));
        assert_eq!(changes.count(), frames);
    }
}
