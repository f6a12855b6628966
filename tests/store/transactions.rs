//! Transactions, sequence numbers and connections behave alike on both databases.

use std::time::{Duration, Instant};

use harness::backends::{Backend, options};
use harness::on_both_backends;
use store::{Db, Error, Options};

use super::rows::{self, TENANT, id};

on_both_backends! {
    a_transaction_that_is_not_committed_leaves_nothing,
    reading_cannot_write,
    reading_sees_one_state_while_others_write,
    sequence_numbers_have_no_gaps_and_no_repeats,
    a_reader_of_the_sequence_misses_nothing,
    a_read_that_is_dropped_half_way_does_not_spoil_the_next_write,
    a_second_hub_on_the_same_database_finds_the_schema,
    a_closed_database_is_unavailable,
}

async fn a_transaction_that_is_not_committed_leaves_nothing(db: Db) {
    db.probe().await.unwrap();
    drop(rows::begin(&db).await);
    rows::begin(&db).await.rollback().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.list_tenants().await.unwrap(), []);
}

async fn reading_cannot_write(db: Db) {
    rows::begin(&db).await.commit().await.unwrap();
    let mut tx = db.read().await.unwrap();
    tx.next_seq(TENANT).await.unwrap_err();
}

async fn reading_sees_one_state_while_others_write(db: Db) {
    rows::begin(&db).await.commit().await.unwrap();
    let mut reading = db.read().await.unwrap();
    let before = reading.find_tenant(TENANT).await.unwrap();
    let mut writing = db.begin().await.unwrap();
    writing.next_seq(TENANT).await.unwrap();
    writing.commit().await.unwrap();
    assert_eq!(reading.find_tenant(TENANT).await.unwrap(), before);
    let after = db.read().await.unwrap().find_tenant(TENANT).await.unwrap();
    assert_ne!(after, before);
}

async fn sequence_numbers_have_no_gaps_and_no_repeats(db: Db) {
    rows::begin(&db).await.commit().await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let db = db.clone();
        writers.spawn(async move {
            let mut given = Vec::new();
            for turn in 0..10 {
                let mut tx = db.begin().await.unwrap();
                let seq = tx.next_seq(TENANT).await.unwrap();
                if turn % 3 == 0 {
                    drop(tx);
                } else {
                    tx.commit().await.unwrap();
                    given.push(seq);
                }
            }
            given
        });
    }
    let mut given = writers.join_all().await.concat();
    given.sort_unstable();
    assert_eq!(given, (1..=24).collect::<Vec<_>>());
}

/// The change feed's promise: whoever has read up to a number never finds a lower one later.
async fn a_reader_of_the_sequence_misses_nothing(db: Db) {
    rows::begin(&db).await.commit().await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0_u8..4 {
        let db = db.clone();
        writers.spawn(async move {
            for turn in 0_u8..10 {
                let mut person = rows::person();
                person.id = id(100 + writer * 10 + turn);
                person.username = format!("p{writer}-{turn}");
                let mut tx = db.begin().await.unwrap();
                person.reference_seq = tx.next_seq(TENANT).await.unwrap();
                tx.insert_person(&person).await.unwrap();
                tx.commit().await.unwrap();
            }
        });
    }
    let (mut seen, mut cursor) = (0, 0);
    loop {
        let done = writers.is_empty();
        let mut tx = db.read().await.unwrap();
        let news = tx.list_people_changed(TENANT, cursor).await.unwrap();
        drop(tx);
        seen += news.len();
        cursor = news.last().map_or(cursor, |person| person.reference_seq);
        if done {
            break;
        }
        while writers.try_join_next().is_some() {}
        tokio::task::yield_now().await;
    }
    assert_eq!((seen, cursor), (40, 40));
}

/// A request is dropped whenever a phone loses its signal, also between BEGIN and its answer. The forgotten
/// transaction of a reader would then make the next writer's one read-only.
async fn a_read_that_is_dropped_half_way_does_not_spoil_the_next_write(backend: Backend) {
    // One connection, so that the next transaction meets the one before.
    let options = Options {
        connections: 1,
        ..options()
    };
    let db = Db::open(backend.url(), options).await.unwrap();
    rows::begin(&db).await.commit().await.unwrap();
    for turn in 0..200_u64 {
        // Cut a little later each time, so that some are cut before and some after BEGIN is sent. A
        // timer would be too coarse.
        let cut = async {
            let start = Instant::now();
            while start.elapsed() < Duration::from_micros(turn * 5) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            tx = db.read() => drop(tx),
            () = cut => {}
        }
        let mut tx = db.begin().await.unwrap();
        tx.next_seq(TENANT).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn a_second_hub_on_the_same_database_finds_the_schema(backend: Backend) {
    let first = backend.open().await;
    rows::begin(&first).await.commit().await.unwrap();
    let second = backend.open().await;
    assert_eq!(first.backend_name(), second.backend_name());
    let tenants = second.read().await.unwrap().list_tenants().await.unwrap();
    assert_eq!(tenants, [rows::tenant()]);
}

async fn a_closed_database_is_unavailable(db: Db) {
    db.close().await;
    let error = db.begin().await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
}
