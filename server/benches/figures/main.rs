//! What figures cost: `cargo bench -p server --bench figures`.
//!
//! The tickets of one year, filled through the store on a SQLite file and, where `WARMLINE_BENCH_POSTGRES_URL` or the tests'
//! `WARMLINE_TEST_POSTGRES_URL` names a server, in a database of its own there; each with the events of a whole life. Then a
//! month and the year as the hub walks along them: rows, events, verdicts, sums. `TICKETS` says how many (110,000).
#![expect(clippy::expect_used, reason = "a bench stops where it cannot go on")]

use std::time::Instant;

use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use store::figures::Period;
use store::tenants::Tenant;
use store::ticket_events::NewTicketEvent;
use store::tickets::{NewTicket, RequesterType, Urgency};
use store::{Db, Error, Options};
use sync_core::calendar::{Calendar, Day};
use sync_core::chance::Chance;
use sync_core::deadline::{Profile, choose_profile};
use sync_core::figures::{Read, Subject, Sums, Yardstick};
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};

const TENANT: Id = Id::from_bytes([1; 16]);
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Rows of one transaction, and of a piece of the walk.
const TOGETHER: usize = 1_000;
const PIECE: u32 = 256;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let file = std::env::temp_dir().join("warmline-bench-figures.db");
        println!("| database | period | tickets | events each | s |\n|---|---|---|---|---|");
        measure(&format!("sqlite://{}", file.display())).await;
        for end in ["", "-wal", "-shm"] {
            let mut path = file.clone().into_os_string();
            path.push(end);
            let _ = std::fs::remove_file(path);
        }
        let server = ["WARMLINE_BENCH_POSTGRES_URL", "WARMLINE_TEST_POSTGRES_URL"];
        let server = server.iter().find_map(|name| std::env::var(name).ok());
        if let Some(server) = server {
            on_postgres(&server).await;
        }
    });
}

async fn on_postgres(server: &str) {
    let server: PgConnectOptions = server.parse().expect("a URL");
    let mut admin = server.connect().await.expect("the server");
    admin
        .execute("CREATE DATABASE warmline_bench_figures")
        .await
        .expect("it is made");
    let database = server.database("warmline_bench_figures");
    measure(database.to_url_lossy().as_ref()).await;
    admin
        .execute("DROP DATABASE warmline_bench_figures")
        .await
        .expect("it is dropped");
    admin.close().await.expect("it is closed");
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

async fn measure(url: &str) {
    let options = Options {
        allow_unsafe_durability: true,
        ..Options::default()
    };
    let db = Db::open(url, options).await.expect("the database");
    let tickets = std::env::var("TICKETS").ok();
    let tickets = tickets
        .and_then(|text| text.parse().ok())
        .unwrap_or(110_000);
    let begun = Instant::now();
    let events = fill(&db, tickets).await.expect("it is filled");
    eprintln!("{}: filled in {:?}", db.backend_name(), begun.elapsed());
    if let Db::Postgres { pool, .. } = &db {
        pool.execute("VACUUM ANALYZE").await.expect("statistics");
    }
    for (name, from, to) in [
        ("a month", "2026-06-01", "2026-06-30"),
        ("the year", "2026-01-01", "2026-12-31"),
    ] {
        let period = Period {
            from: day(from).start(),
            until: day(to).end(),
        };
        let begun = Instant::now();
        let sums = walk(&db, period).await.expect("the figures");
        println!(
            "| {} | {name} | {} | {events} | {:.2} |",
            db.backend_name(),
            sums.all.tickets,
            begun.elapsed().as_secs_f64()
        );
    }
    db.close().await;
}

/// The tickets of 2026, and how many events each has.
async fn fill(db: &Db, tickets: usize) -> Result<usize, Error> {
    let mut chance = Chance::new(7, 1);
    let begin = day("2026-01-01").start();
    let mut tx = db.begin().await?;
    tx.insert_tenant(&Tenant {
        id: TENANT,
        code: "bench".to_owned(),
        name: "和平街道".to_owned(),
        timeline: Id::from_bytes([9; 16]),
        seq: 0,
        created_at: begin,
    })
    .await?;
    tx.commit().await?;
    let mut done = 0;
    let mut length = 0;
    while done < tickets {
        let count = TOGETHER.min(tickets - done);
        let mut tx = db.begin().await?;
        let seq = tx.next_seq(TENANT).await?;
        let moment = |n: usize| {
            let part = i64::try_from((done + n) * 365).unwrap_or(0) * DAY;
            begin.plus_millis(part / i64::try_from(tickets).unwrap_or(1))
        };
        let rows: Vec<NewTicket> = (0..count).map(|n| ticket(moment(n), &mut chance)).collect();
        tx.insert_tickets(TENANT, &rows, seq).await?;
        let lives: Vec<_> = rows.iter().map(|row| life(row.dispatched_at)).collect();
        length = lives.first().map_or(0, Vec::len);
        for n in 0..length {
            let events: Vec<_> = rows
                .iter()
                .zip(&lives)
                .filter_map(|(row, life)| Some((row.id, life.get(n)?.clone())))
                .collect();
            tx.append_ticket_events(TENANT, &events).await?;
        }
        tx.commit().await?;
        done += count;
    }
    Ok(length)
}

fn ticket(dispatched_at: Timestamp, chance: &mut Chance) -> NewTicket {
    NewTicket {
        id: chance.id(dispatched_at),
        source: "bench".to_owned(),
        upstream_no: None,
        channel: Some("12345电话".to_owned()),
        request_kind: None,
        requester_type: if chance.one_in(15) {
            RequesterType::Enterprise
        } else {
            RequesterType::Citizen
        },
        title: "楼道长期堆放杂物".to_owned(),
        description: "二单元楼道堆放旧家具和纸箱。".to_owned(),
        category: [None, None, None],
        address: Some("和平路 1 号院".to_owned()),
        community: None,
        grid: None,
        unit_text: None,
        requester_masked: None,
        phone_masked: None,
        requester_sealed: None,
        status: TicketState::Closed,
        urgency: Urgency::Normal,
        dispatched_at,
        due_at: None,
        created_at: dispatched_at,
        reply: None,
        replied_at: None,
    }
}

/// A whole life: what an office writes of one ticket.
fn life(from: Timestamp) -> Vec<NewTicketEvent> {
    let unit = Id::from_bytes([5; 16]);
    let reply = "经核实，已联系物业公司安排人员清理，并与诉求人沟通，诉求人表示认可。";
    let acts = [
        ("imported", json!(null)),
        ("accept", json!({ "action": "accept" })),
        (
            "classify",
            json!({ "action": "classify", "request_kind": "complaint", "category": ["城市管理", null, null] }),
        ),
        (
            "assign",
            json!({ "action": "assign", "kind": "section", "to": unit, "note": "请今天到场" }),
        ),
        (
            "contact",
            json!({ "action": "contact", "means": "phone", "words": "约好下午到场" }),
        ),
        (
            "report_done",
            json!({ "action": "report_done", "words": reply }),
        ),
        ("approve_done", json!({ "action": "approve_done" })),
        (
            "find",
            json!({ "action": "find", "finding": "reasonable", "words": "属实" }),
        ),
        (
            "draft_feedback",
            json!({ "action": "draft_feedback", "addressee": "requester", "stage": "result", "words": reply }),
        ),
        (
            "approve_feedback",
            json!({ "action": "approve_feedback", "task": 9 }),
        ),
        (
            "send_feedback",
            json!({ "action": "send_feedback", "task": 9, "means": "phone" }),
        ),
        (
            "draft_feedback",
            json!({ "action": "draft_feedback", "addressee": "platform", "stage": "result", "words": reply }),
        ),
        (
            "approve_feedback",
            json!({ "action": "approve_feedback", "task": 12 }),
        ),
        (
            "send_feedback",
            json!({ "action": "send_feedback", "task": 12, "means": "platform" }),
        ),
        (
            "callback",
            json!({ "action": "callback", "means": "phone", "service": "satisfied", "result": "fair", "solved": true }),
        ),
        (
            "analyse",
            json!({ "action": "analyse", "causes": ["管理缺位"] }),
        ),
        ("close", json!({ "action": "close" })),
    ];
    let events = (0..).zip(acts).map(|(n, (kind, act))| NewTicketEvent {
        at: from.plus_millis(n * 2 * HOUR),
        person: None,
        device: None,
        kind,
        detail: if act.is_null() {
            json!({})
        } else {
            json!({ "act": act, "from": "new", "to": "new" })
        },
    });
    events.collect()
}

/// As `server/hub/src/figures/walk.rs` does it.
async fn walk(db: &Db, period: Period) -> Result<Sums, Error> {
    let mut tx = db.read().await?;
    let profiles = tx.load_deadline_profiles(TENANT).await?;
    let calendar: Calendar = tx.load_calendar(TENANT).await?;
    let yardstick = Yardstick::default();
    let now = day("2026-12-31").end();
    let mut sums = Sums::default();
    let mut place = None;
    loop {
        let tickets = tx.list_figure_tickets(TENANT, period, place, PIECE).await?;
        let Some(last) = tickets.last() else {
            return Ok(sums);
        };
        place = Some(last.place());
        let ids: Vec<Id> = tickets.iter().map(|ticket| ticket.id).collect();
        let mut pasts = tx.list_ticket_pasts(TENANT, &ids).await?;
        for ticket in &tickets {
            let past = pasts.remove(&ticket.id).unwrap_or_default();
            let enterprise = ticket.requester_type == RequesterType::Enterprise;
            let dispatched_at = ticket.received.dispatched_at;
            let profile: Option<&Profile> =
                choose_profile(&profiles, enterprise, false, dispatched_at);
            let subject = Subject {
                state: ticket.state,
                enterprise,
                received: ticket.received,
                profile,
                told_in_time: None,
                holder: ticket.holder,
            };
            sums.add(&Read::of(&past, &subject, &yardstick, &calendar, now));
        }
    }
}
