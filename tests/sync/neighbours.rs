//! What one hostile phone that was let in can cost: time of the first door, bytes on disk, channels.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::phone::{Phone, frames, post, request_of};
use serde_bytes::ByteBuf;
use store::Db;
use sync_core::kinds::Kind;
use sync_core::protocol::{Frame, Push, Receipt};
use sync_core::{Id, Role, limits, segment};

use super::street::{Street, insert_ticket, phone};

on_both_backends! {
    a_request_that_unpacks_to_too_much_is_refused_before_it_queues,
    what_a_device_unpacks_in_a_minute_is_bounded,
    who_sends_many_requests_waits_behind_their_own,
    garbage_under_made_up_ids_takes_few_bytes_on_disk,
    honest_work_that_is_refused_in_great_number_stays_on_the_phone,
    a_third_channel_of_a_device_closes_the_first,
    a_channel_ends_with_the_token_that_opened_it,
}

/// A segment of a few kilobytes that unpacks to a megabyte.
fn bomb(n: u8) -> ByteBuf {
    let changes: Vec<Vec<u8>> = (0..4)
        .map(|one| vec![n ^ one; limits::CHANGE_BYTES - 1_000])
        .collect();
    ByteBuf::from(segment::pack(&changes))
}

/// Bytes that do not compress and are no segment.
fn garbage(seed: u64, bytes: usize) -> ByteBuf {
    let mut chance = seed.wrapping_mul(2) + 1;
    let noise = std::iter::repeat_with(|| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (chance >> 33) as u8 | 0x06
    });
    // A block type that DEFLATE does not have.
    ByteBuf::from(
        std::iter::once(0x07)
            .chain(noise)
            .take(bytes)
            .collect::<Vec<_>>(),
    )
}

fn push(phone: &Phone, ticket: Id, segment: ByteBuf) -> Push {
    Push {
        doc: phone.fresh_id(),
        kind: Kind::VISIT,
        ticket,
        segment,
        signature: None,
    }
}

fn receipts_in(body: &axum::body::Bytes) -> Vec<Receipt> {
    let all = frames(body).into_iter();
    let receipts = all.filter_map(|envelope| {
        let Frame::Receipts(receipts) = envelope.frame else {
            return None;
        };
        Some(receipts)
    });
    receipts.flatten().collect()
}

async fn a_request_that_unpacks_to_too_much_is_refused_before_it_queues(mut street: Street) {
    street.worker.sync(&street.hub).await;
    // Signed in already: the first use of a token writes.
    street.captain.sync(&street.hub).await;
    let bombs: Vec<Push> = (0..250)
        .map(|n| push(&street.captain, street.ticket, bomb(n)))
        .collect();
    let request = request_of(bombs, street.captain.now());
    // While nobody else can write it is refused all the same: it costs no transaction.
    let writer = match street.hub.app().store() {
        Db::Sqlite { .. } => Some(street.hub.app().store().begin().await.unwrap()),
        Db::Postgres { .. } => None,
    };
    let answer = post(&street.hub, &street.captain.caller, &request).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.code(), "unpacks_too_large");
    drop(writer);
    // Nothing of it is kept, and others go on.
    assert!(street.aside().await.is_empty());
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.row(doc).admitted, 1);
}

async fn what_a_device_unpacks_in_a_minute_is_bounded(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let bombs = |street: &Street| {
        let three = (0..3).map(|n| push(&street.captain, street.ticket, bomb(n)));
        request_of(three.collect(), street.captain.now())
    };
    let mut taken = 0;
    let refused = loop {
        let request = bombs(&street);
        let answer = post(&street.hub, &street.captain.caller, &request).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        taken += 1;
        assert!(taken < 10, "a device unpacks without end");
    };
    assert!(taken >= 3, "{taken}");
    assert_eq!(refused.code(), "too_much_at_once");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    // It is the device's own minute.
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.row(doc).admitted, 1);
    street.hub.app().clock().advance((wait + 1) * 1_000);
    let request = bombs(&street);
    let answer = post(&street.hub, &street.captain.caller, &request).await;
    assert_eq!(answer.status, StatusCode::OK);
}

async fn who_sends_many_requests_waits_behind_their_own(mut street: Street) {
    for phone in [&mut street.worker, &mut street.captain] {
        phone.sync(&street.hub).await;
    }
    let doc = street.worker.create_visit(street.ticket);
    let honest = street.worker.request();
    let many: Vec<_> = (0..12)
        .map(|n| {
            let push = push(&street.captain, street.ticket, garbage(n, 500));
            request_of(vec![push], street.captain.now())
        })
        .collect();
    let (hub, flood) = (&street.hub, &street.captain.caller);
    let all = futures_util::future::join_all(many.iter().map(|request| post(hub, flood, request)));
    let (flooded, answer) = tokio::join!(all, post(hub, &street.worker.caller, &honest));
    assert_eq!(answer.status, StatusCode::OK);
    street.worker.take(&answer.body);
    assert_eq!(street.worker.row(doc).queued, 0);
    for answer in flooded {
        assert!(
            answer.status == StatusCode::OK || answer.code() == "too_much_at_once",
            "{}",
            answer.status
        );
    }
}

/// Bytes of the database when nothing waits to be written back.
async fn bytes_on_disk(street: &Street) -> u64 {
    match street.hub.app().store() {
        Db::Sqlite { write, .. } => {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(write)
                .await
                .unwrap();
            let pages: i64 = sqlx::query_scalar("PRAGMA page_count")
                .fetch_one(write)
                .await
                .unwrap();
            let size: i64 = sqlx::query_scalar("PRAGMA page_size")
                .fetch_one(write)
                .await
                .unwrap();
            (pages * size).unsigned_abs()
        }
        Db::Postgres { pool, .. } => {
            let bytes: i64 = sqlx::query_scalar("SELECT pg_database_size(current_database())")
                .fetch_one(pool)
                .await
                .unwrap();
            bytes.unsigned_abs()
        }
    }
}

async fn garbage_under_made_up_ids_takes_few_bytes_on_disk(mut street: Street) {
    const MIB: u64 = 1024 * 1024;
    let mut hostile = phone(&street.hub, Role::Volunteer, &[], 77).await;
    hostile.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    let before = bytes_on_disk(&street).await;
    let mut sent = 0;
    for n in 0..30 {
        let nowhere = hostile.fresh_id();
        let pushes = (0..4).map(|m| push(&hostile, nowhere, garbage(n * 4 + m, 240_000)));
        let request = request_of(pushes.collect(), hostile.now());
        let answer = post(&street.hub, &hostile.caller, &request).await;
        assert_eq!(answer.status, StatusCode::OK);
        sent += 4 * 240_000;
        // Every few minutes again, the whole day.
        street.wait(2);
    }
    assert!(sent > 27 * MIB);
    let grown = bytes_on_disk(&street).await - before;
    assert!(grown < 8 * MIB, "{grown} bytes of {sent} are on disk");
    let aside = street.aside().await;
    assert!(aside.len() <= 20, "{} rows", aside.len());
    // The office sees whose device it is, and how much was not taken.
    let people = street.hub.get("/v1/people", &street.office).await.json();
    let devices = people["items"].as_array().unwrap().iter();
    let devices = devices.flat_map(|person| person["devices"].as_array().unwrap());
    let held_back: Vec<_> = devices
        .filter(|device| device["held_back"].as_i64().unwrap() > 0)
        .map(|device| device["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(held_back, [hostile.caller.device.to_string()]);
    // Others are received, and the next day a sample is taken again.
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.row(doc).admitted, 1);
    street.wait(24 * 60);
    let nowhere = hostile.fresh_id();
    let request = request_of(
        vec![push(&hostile, nowhere, garbage(1_000, 500))],
        hostile.now(),
    );
    let answer = post(&street.hub, &hostile.caller, &request).await;
    let told = receipts_in(&answer.body);
    assert_eq!((told[0].refused.len(), told[0].later), (1, None));
}

async fn honest_work_that_is_refused_in_great_number_stays_on_the_phone(mut street: Street) {
    street.worker.sync(&street.hub).await;
    // Of the office alone, until it gives it to the grid.
    let hidden = insert_ticket(&street.hub).await;
    let docs: Vec<Id> = (0..220)
        .map(|_| street.worker.create_visit(hidden))
        .collect();
    // Whoever has too much refused has the rest left, and a minute to wait.
    let answer = post(&street.hub, &street.worker.caller, &street.worker.request()).await;
    let told = receipts_in(&answer.body);
    assert_eq!(told.len(), 220);
    let refused = told.iter().filter(|one| one.refused.len() == 1).count();
    let left = told
        .iter()
        .filter(|one| one.later.is_some() && one.refused.is_empty())
        .count();
    assert_eq!((refused, left), (200, 20));
    street.worker.take(&answer.body);
    let kept = docs
        .iter()
        .filter(|doc| street.worker.row(**doc).queued == 1)
        .count();
    assert_eq!(kept, 20);
    // In this minute nothing of it is looked at; afterwards good work passes.
    street.assign(hidden, "grid", street.grid).await;
    let answer = post(&street.hub, &street.worker.caller, &street.worker.request()).await;
    assert!(
        receipts_in(&answer.body)
            .iter()
            .all(|one| one.later.is_some())
    );
    street.wait(2);
    street.worker.sync(&street.hub).await;
    let admitted = docs
        .iter()
        .filter(|doc| street.worker.row(**doc).admitted == 1)
        .count();
    assert_eq!(admitted, 20);
}

async fn a_third_channel_of_a_device_closes_the_first(mut street: Street) {
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    let mut first = street.captain.listen(&street.hub).await;
    let mut second = street.captain.listen(&street.hub).await;
    let mut third = street.captain.listen(&street.hub).await;
    assert!(first.next().await.is_none());
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    for line in [&mut second, &mut third] {
        let heard = street.captain.hear(line).await;
        assert!(!heard.frame.is_empty());
    }
    street.captain.sync(&street.hub).await;
    assert_eq!(street.captain.heads(doc), street.worker.heads(doc));
}

async fn a_channel_ends_with_the_token_that_opened_it(mut street: Street) {
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    let mut line = street.captain.listen(&street.hub).await;
    street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    street.captain.hear(&mut line).await;
    street.wait(16);
    // What comes now is for whoever shows a token that holds.
    let late = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    while let Some(frame) = line.next().await {
        let told = sync_core::protocol::decode_frame(&frame).unwrap().frame;
        assert!(!matches!(told, Frame::Changes(changes) if changes.doc == late));
    }
}
