//! What a question to the lists costs: `cargo bench -p server --bench search`.
//!
//! A sub-district of some years, filled through the store on a SQLite file and, where `WARMLINE_BENCH_POSTGRES_URL` or
//! the tests' `WARMLINE_TEST_POSTGRES_URL` names a server, in a database of its own there; then the pages of the office
//! (50 rows and how many there are) with questions of each kind, and the looks at every clock. `TICKETS` and `VISITS` say how much (110,000 and
//! 20,000), `ROUNDS` how often each question is asked (10), `KEEP=1` leaves the databases for the next run.
#![expect(clippy::expect_used, reason = "a bench stops where it cannot go on")]

mod fill;
mod filters;
mod sweep;
mod words;

use std::time::{Duration, Instant};

use fill::{SECRETARY, TENANT};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use store::tickets::{TicketFilter, TicketOrder};
use store::visit_lists::VisitFilter;
use store::{Db, Options};
use sync_core::Id;
use words::QUESTIONS;

/// What 95 of 100 questions of a kind are to be answered within, in milliseconds.
const TARGET: f64 = 300.0;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let file = std::env::temp_dir().join("warmline-bench-search.db");
        println!("| database | list | question | hits | p50 ms | p95 ms | met |\n|---|---|---|---|---|---|---|");
        measure(&format!("sqlite://{}", file.display())).await;
        if !keep() {
            for end in ["", "-wal", "-shm"] {
                let mut path = file.clone().into_os_string();
                path.push(end);
                let _ = std::fs::remove_file(path);
            }
        }
        let server = ["WARMLINE_BENCH_POSTGRES_URL", "WARMLINE_TEST_POSTGRES_URL"];
        let server = server.iter().find_map(|name| std::env::var(name).ok());
        if let Some(server) = server {
            on_postgres(&server).await;
        }
    });
}

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn keep() -> bool {
    std::env::var("KEEP").is_ok_and(|text| text == "1")
}

async fn on_postgres(server: &str) {
    let server: PgConnectOptions = server.parse().expect("a URL");
    let mut admin = server.connect().await.expect("the server");
    let made = admin.execute("CREATE DATABASE warmline_bench_search").await;
    assert!(made.is_ok() || keep(), "{made:?}");
    let database = server.database("warmline_bench_search");
    measure(database.to_url_lossy().as_ref()).await;
    if !keep() {
        admin
            .execute("DROP DATABASE warmline_bench_search")
            .await
            .expect("it is dropped");
    }
    admin.close().await.expect("it is closed");
}

async fn measure(url: &str) {
    let options = Options {
        allow_unsafe_durability: true,
        ..Options::default()
    };
    let db = Db::open(url, options).await.expect("the database");
    let mut tx = db.read().await.expect("a transaction");
    let tenants = tx.list_tenants().await.expect("the sub-districts");
    drop(tx);
    if tenants.is_empty() {
        let (tickets, visits) = (number("TICKETS", 110_000), number("VISITS", 20_000));
        let begun = Instant::now();
        fill::fill(&db, tickets, visits)
            .await
            .expect("it is filled");
        eprintln!("{}: filled in {:?}", db.backend_name(), begun.elapsed());
    }
    look_over(&db).await;
    sweep::measure(&db).await;
    filters::measure(&db).await;
    for (list, asked) in [
        ("tickets, the office's", List::Tickets(None)),
        ("tickets, a community's", List::Tickets(Some(SECRETARY))),
        ("visits, the office's", List::Visits(None)),
        ("visits, a community's", List::Visits(Some(SECRETARY))),
    ] {
        for (kind, questions) in QUESTIONS {
            let (mut times, mut hits) = (Vec::new(), Vec::new());
            for round in 0..=number("ROUNDS", 10) {
                for question in questions {
                    let begun = Instant::now();
                    let found = asked.ask(question, &db).await;
                    // The first round is for pages that are not in memory yet.
                    match round {
                        0 => hits.push(found.to_string()),
                        _ => times.push(begun.elapsed()),
                    }
                }
            }
            let (half, most) = (quantile(&mut times, 50), quantile(&mut times, 95));
            let met = if most <= TARGET { "yes" } else { "**no**" };
            println!(
                "| {} | {list} | {kind} | {} | {half:.1} | {most:.1} | {met} |",
                db.backend_name(),
                hits.join(", "),
            );
        }
    }
    db.close().await;
}

/// What PostgreSQL does by itself within a minute (not the tests' server); SQLite never does.
pub(crate) async fn look_over(db: &Db) {
    if let Db::Postgres { pool, .. } = db {
        pool.execute("VACUUM ANALYZE").await.expect("statistics");
    }
}

/// A list with whose eyes it is read.
#[derive(Clone, Copy)]
enum List {
    Tickets(Option<Id>),
    Visits(Option<Id>),
}

impl List {
    /// What the page of the list asks the store; how many there are.
    async fn ask(self, question: &str, db: &Db) -> i64 {
        let query = Some(question.to_owned());
        let mut tx = db.read().await.expect("a transaction");
        match self {
            Self::Tickets(viewer) => {
                let filter = TicketFilter {
                    viewer,
                    query,
                    ..TicketFilter::default()
                };
                let order = TicketOrder::Due;
                let page = tx.list_tickets_counted(TENANT, &filter, order, None, 51);
                let (page, total) = page.await.expect("a page");
                assert_eq!(page.len(), usize::try_from(total.min(51)).unwrap_or(0));
                total
            }
            Self::Visits(viewer) => {
                let filter = VisitFilter {
                    viewer,
                    query,
                    ..VisitFilter::default()
                };
                let page = tx.list_visits(TENANT, &filter, 0, 50).await;
                let (page, total) = page.expect("a page");
                assert_eq!(page.len(), usize::try_from(total.min(50)).unwrap_or(0));
                tx.count_visit_states(TENANT, viewer).await.expect("counts");
                tx.list_people_changed(TENANT, -1).await.expect("people");
                total
            }
        }
    }
}

/// Milliseconds within which so many of a hundred were answered.
fn quantile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times
        .get(place)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
}
