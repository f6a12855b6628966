//! What the hub costs: `cargo bench -p server --bench hub`.
//!
//! The real program on a database of its own, phones over loopback HTTP. Processor time is that of the whole
//! hub process and of its workers, by /proc; commits are durable throughout. `WARMLINE_DATABASE_URL` measures
//! PostgreSQL instead of SQLite, `ROUNDS` is the number of rounds (3), `VISITS` the number of visits on disk at
//! the end (10,000; 0 leaves that out); `SIGNED=0` has phones without a key, `WORDS=0` changes that no list searches.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench stops where it cannot go on"
)]

mod disk;
mod figures;
mod hub;
mod live;
mod phones;
mod receipts;
#[path = "../../../sync-core/benches/core/sample.rs"]
mod sample;

use std::sync::Arc;
use std::time::{Duration, Instant};

use figures::{Figures, ms};
use hub::{Hub, Usage};
use phones::Phone;
use simulator::desk::{Desk, Grid};
use simulator::relay::Relay;
use simulator::tally::Tally;
use store::{Db, Options};
use tokio::task::JoinSet;

const PHONES: usize = 50;
const VISITS: usize = 20;
const DOCUMENTS: f64 = (PHONES * VISITS) as f64;
/// Grids of the phone that lies 200 visits behind.
const FOLLOWED: usize = 10;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let rounds = number("ROUNDS", 3);
        let mut figures = Figures::default();
        for round in 1..=rounds {
            eprintln!("round {round} of {rounds}");
            let visits = if round == rounds {
                number("VISITS", 10_000)
            } else {
                0
            };
            measure(&mut figures, visits).await;
        }
        println!("{}", figures.table());
    });
}

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// A hub with its people, in the middle of a round.
struct Bench {
    hub: Hub,
    desk: Desk,
    store: Db,
    grids: Vec<Grid>,
    phones: Vec<Phone>,
}

async fn measure(figures: &mut Figures, visits_on_disk: usize) {
    let mut numbers = 1..;
    let mut bench = begin().await;
    let mut follower = follower(&bench).await;
    for (phone, grid) in bench.phones.iter_mut().zip(&bench.grids) {
        phone.record(VISITS, grid, &mut numbers);
    }
    cold_push(&mut bench, figures).await;
    follower.catch_up(4 << 20).await;
    for phone in &mut bench.phones {
        phone.change(0, VISITS, "联合执法清理");
    }
    one_change_each(&mut bench, figures).await;
    behind(&bench, &mut follower, figures).await;
    idle(&bench, &mut follower, figures).await;
    fresh_pull(&bench, figures).await;
    listeners(&bench, &mut numbers, figures).await;
    receipts::measure(&mut bench, &mut numbers, figures).await;
    if visits_on_disk > 0 {
        let more = visits_on_disk.saturating_sub(2 * PHONES * VISITS);
        disk::fill(&mut bench, more, &mut numbers).await;
        let usage = bench.hub.usage();
        figures.note(
            "hub resident after all of it",
            "MB",
            Some(150.0),
            mb(usage.resident),
        );
        figures.note(
            "its workers together",
            "MB",
            None,
            mb(usage.workers_resident),
        );
        disk::measure(bench, visits_on_disk, figures).await;
    }
}

async fn begin() -> Bench {
    let hub = Hub::start("hub").expect("the hub starts");
    let desk = Desk::open(&hub.config.database_url(), "simulation")
        .await
        .expect("a desk");
    let options = Options::default();
    let store = Db::open(&hub.config.database_url(), options)
        .await
        .expect("the database");
    let (mut grids, mut phones) = (Vec::new(), Vec::new());
    for _ in 0..PHONES {
        let grid = desk.add_grid(1, VISITS / 2).await.expect("a grid");
        grids.push(grid);
    }
    for grid in &grids {
        phones.push(Phone::enter(&hub.url(), &desk, grid.people[0]).await);
    }
    Bench {
        hub,
        desk,
        store,
        grids,
        phones,
    }
}

/// A phone that sees 200 visits.
async fn follower(bench: &Bench) -> Phone {
    let person = bench
        .desk
        .add_person(&bench.grids[..FOLLOWED])
        .await
        .expect("a person");
    Phone::enter(&bench.hub.url(), &bench.desk, person).await
}

async fn cold_push(bench: &mut Bench, figures: &mut Figures) {
    let (receipts, before, after) = push_all(bench, PHONES * VISITS * 30).await;
    let cpu = after.all() - before.all();
    figures.note(
        "cold push, a document of 30 changes: hub and workers",
        "ms CPU",
        Some(2.5),
        ms(cpu) / DOCUMENTS,
    );
    let own = after.own - before.own;
    figures.note("of it the hub alone", "ms CPU", None, ms(own) / DOCUMENTS);
    figures.note(
        "cold push of 1,000 documents until the last receipt",
        "ms wall",
        None,
        ms(receipts),
    );
}

async fn one_change_each(bench: &mut Bench, figures: &mut Figures) {
    let (receipts, before, after) = push_all(bench, PHONES * VISITS).await;
    let cpu = after.all() - before.all();
    figures.note(
        "one change in each of 1,000 documents, a document",
        "ms CPU",
        Some(1.2),
        ms(cpu) / DOCUMENTS,
    );
    let own = after.own - before.own;
    figures.note(
        "of it the hub alone, one change",
        "ms CPU",
        None,
        ms(own) / DOCUMENTS,
    );
    figures.note(
        "one change each until the last receipt",
        "ms wall",
        None,
        ms(receipts),
    );
}

/// All phones at once; ends when everything is in the record.
async fn push_all(bench: &mut Bench, changes: usize) -> (Duration, Usage, Usage) {
    let before = bench.hub.usage();
    let begun = Instant::now();
    let received = send_all(bench).await;
    let receipts = begun.elapsed();
    wait_decided(&bench.store).await;
    let after = bench.hub.usage();
    assert_eq!(received, changes, "changes were not received");
    (receipts, before, after)
}

/// All phones at once; answers the number of changes that have receipts.
async fn send_all(bench: &mut Bench) -> usize {
    let mut sending = JoinSet::new();
    let bodies: Vec<Vec<u8>> = bench.phones.iter_mut().map(|phone| phone.body(1)).collect();
    for (place, (mut phone, body)) in std::mem::take(&mut bench.phones)
        .into_iter()
        .zip(bodies)
        .enumerate()
    {
        sending.spawn(async move {
            let answer = phone.send(body).await;
            (place, phone, answer)
        });
    }
    let mut done = sending.join_all().await;
    done.sort_by_key(|(place, ..)| *place);
    let received = done.iter().map(|(.., answer)| answer.received).sum();
    bench.phones = done.into_iter().map(|(_, phone, _)| phone).collect();
    received
}

async fn wait_decided(store: &Db) {
    let begun = Instant::now();
    loop {
        let mut tx = store.read().await.expect("a transaction");
        if tx
            .list_inbox_documents(Duration::ZERO)
            .await
            .expect("the inbox")
            .is_empty()
        {
            return;
        }
        drop(tx);
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "the inbox does not empty"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn behind(bench: &Bench, follower: &mut Phone, figures: &mut Figures) {
    let before = bench.hub.usage();
    let begun = Instant::now();
    let (trips, segments) = follower.catch_up(1 << 20).await;
    let took = begun.elapsed();
    assert_eq!(segments, FOLLOWED * VISITS);
    figures.note(
        "200 changed visits behind: round trips",
        "",
        Some(1.0),
        trips as f64,
    );
    figures.note(
        "200 changed visits behind: until up to date",
        "ms wall",
        None,
        ms(took),
    );
    let cpu = bench.hub.usage().own - before.own;
    figures.note("200 changed visits behind: hub", "ms CPU", None, ms(cpu));
}

/// Bytes of a sync with nothing new, headers included.
async fn idle(bench: &Bench, follower: &mut Phone, figures: &mut Figures) {
    let relay = Relay::start(bench.hub.address, 1, Arc::new(Tally::default()))
        .await
        .expect("a relay");
    relay.calm_down();
    let direct = follower.line.clone();
    follower.line = direct.moved_to(&format!("http://{}", relay.address()));
    follower.catch_up(1 << 20).await;
    let (up, down) = relay.bytes();
    let begun = Instant::now();
    let (trips, segments) = follower.catch_up(1 << 20).await;
    let took = begun.elapsed();
    assert_eq!((trips, segments), (1, 0));
    let (up_after, down_after) = relay.bytes();
    figures.note(
        "idle sync with 200 visits, to the hub",
        "bytes",
        Some(1000.0),
        (up_after - up) as f64,
    );
    figures.note(
        "idle sync with 200 visits, from the hub",
        "bytes",
        Some(1000.0),
        (down_after - down) as f64,
    );
    figures.note("idle sync", "ms wall", None, ms(took));
    follower.line = direct;
}

/// The same phone pulls everything five times, as if it were fresh.
async fn fresh_pull(bench: &Bench, figures: &mut Figures) {
    const TIMES: u32 = 5;
    let person = bench.desk.add_person(&bench.grids).await.expect("a person");
    let mut phone = Phone::enter(&bench.hub.url(), &bench.desk, person).await;
    let (before, begun) = (bench.hub.usage(), Instant::now());
    for _ in 0..TIMES {
        phone.cursor = None;
        let (_, segments) = phone.catch_up(4 << 20).await;
        assert_eq!(segments, 2 * PHONES * VISITS);
    }
    let cpu = (bench.hub.usage().own - before.own) / TIMES;
    figures.note(
        "a fresh phone pulls 1,000 documents, a document",
        "ms CPU",
        Some(0.1),
        ms(cpu) / DOCUMENTS,
    );
    figures.note(
        "a fresh phone pulls 1,000 documents",
        "ms wall",
        None,
        ms(begun.elapsed() / TIMES),
    );
}

async fn listeners(bench: &Bench, numbers: &mut impl Iterator<Item = u64>, figures: &mut Figures) {
    const WRITERS: usize = 10;
    let desk = &bench.desk;
    let grid = desk
        .add_grid(WRITERS + live::LISTENERS, 20)
        .await
        .expect("a grid");
    let mut phones = Vec::new();
    for person in &grid.people {
        phones.push(Phone::enter(&bench.hub.url(), desk, *person).await);
    }
    let mut writers = phones.split_off(live::LISTENERS);
    for writer in &mut writers {
        writer.record(10, &grid, numbers);
        let body = writer.body(1);
        writer.send(body).await;
    }
    wait_decided(&bench.store).await;
    for phone in phones.iter_mut().chain(&mut writers) {
        phone.catch_up(4 << 20).await;
    }
    let (latency, before, after) = live::run(&bench.hub, writers, &phones).await;
    figures.note(
        "100 changes/s to 100 listeners, p50",
        "ms wall",
        None,
        latency.p50,
    );
    figures.note(
        "100 changes/s to 100 listeners, p99",
        "ms wall",
        Some(50.0),
        latency.p99,
    );
    figures.note(
        "100 changes/s to 100 listeners, a change",
        "ms CPU",
        None,
        ms(after.all() - before.all()) / 1000.0,
    );
}

fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}
