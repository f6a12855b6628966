//! Transactions, sequence numbers and connections behave alike on both databases.

use harness::on_both_backends;
use server::store::Db;

on_both_backends! {
    a_transaction_that_is_not_committed_leaves_nothing,
    reading_cannot_write,
}

async fn a_transaction_that_is_not_committed_leaves_nothing(db: Db) {
    db.ping().await.unwrap();
    let tx = db.begin().await.unwrap();
    drop(tx);
    let mut tx = db.begin().await.unwrap();
    tx.next_seq(sync_core::Id::from_bytes([0; 16])).await.unwrap_err();
}

async fn reading_cannot_write(db: Db) {
    let mut tx = db.read().await.unwrap();
    tx.next_seq(sync_core::Id::from_bytes([0; 16])).await.unwrap_err();
}
