//! What honest people feel beside hostile neighbours: `cargo bench -p server --bench neighbours`.
//!
//! The real program on a database of its own, over loopback. Three phones that were let in send segments that
//! unpack to a quarter of a gigabyte, and garbage under made-up ids; a hundred sockets drip their bodies; sixty
//! connections try names and passwords without end. Each kind has an address of its own. Beside them one phone
//! pushes a change at a time, phones are let in, and somebody signs in. `SECONDS` is how long (30).
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench stops where it cannot go on"
)]

#[path = "../hub/figures.rs"]
mod figures;
#[expect(dead_code, reason = "shared with the bench of the hub")]
#[path = "../hub/hub.rs"]
mod hub;
#[expect(dead_code, reason = "shared with the bench of the hub")]
#[path = "../hub/phones.rs"]
mod phones;
#[path = "../../../sync-core/benches/core/sample.rs"]
mod sample;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use figures::{Figures, ms};
use hub::Hub;
use phones::Phone;
use reqwest::Client;
use serde_bytes::ByteBuf;
use serde_json::{Value, json};
use simulator::desk::{Desk, Grid};
use sync_core::kinds::Kind;
use sync_core::protocol::{self, Push, SyncRequest, Unsent, VERSION};
use sync_core::{Id, limits, segment};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpSocket;
use tokio::task::JoinSet;

const HOSTILE_PHONES: u8 = 3;
const DRIPPING: usize = 100;
const FLOOD: usize = 60;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let seconds = std::env::var("SECONDS")
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(30);
        let mut figures = Figures::default();
        measure(&mut figures, Duration::from_secs(seconds)).await;
        println!("{}", figures.table());
    });
}

const fn from(n: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, n)
}

fn client(n: u8) -> Client {
    Client::builder()
        .local_address(IpAddr::V4(from(n)))
        .build()
        .expect("a client")
}

async fn measure(figures: &mut Figures, time: Duration) {
    let hub = Hub::start("neighbours").expect("the hub starts");
    let desk = Desk::open(&hub.config.database_url(), "simulation")
        .await
        .expect("a desk");
    let grid = desk.add_grid(8, 10).await.expect("a grid");
    let office_worker = desk.add_hotline_worker().await.expect("an office worker");
    let mut honest = Phone::enter(&hub.url(), &desk, grid.people[0]).await;
    honest.record(20, &grid, &mut (1..));
    let body = honest.body(1 << 20);
    honest.send(body).await;
    alone(figures, &mut honest).await;

    let mut neighbours = JoinSet::new();
    for n in 0..HOSTILE_PHONES {
        let person = grid.people[usize::from(n) + 1];
        let client = client(10 + n);
        let access = enrol(&client, &hub, &desk, person).await.expect("let in");
        neighbours.spawn(send_bombs(client, hub.url(), access, grid.clone()));
    }
    for _ in 0..DRIPPING {
        neighbours.spawn(drip(hub.address));
    }
    for n in 0..FLOOD {
        neighbours.spawn(guess(client(30), hub.url(), n));
    }
    // Until they are at work.
    tokio::time::sleep(Duration::from_secs(2)).await;

    let before = disk_of(&hub);
    let begun = Instant::now();
    let syncing = async {
        let mut times = Vec::new();
        while begun.elapsed() < time {
            times.push(one_change(&mut honest, 50 + times.len()).await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        times
    };
    let (client, office) = (client(20), client(21));
    let signing_in = async {
        let (mut phones, mut pages, mut busy) = (Vec::new(), Vec::new(), 0);
        while begun.elapsed() < time {
            let asked = Instant::now();
            match enrol(&client, &hub, &desk, grid.people[5]).await {
                Some(_) => phones.push(asked.elapsed()),
                None => busy += 1,
            }
            let asked = Instant::now();
            match sign_in(&office, &hub, &desk, office_worker).await {
                true => pages.push(asked.elapsed()),
                false => busy += 1,
            }
        }
        (phones, pages, busy)
    };
    let (synced, (phones, pages, busy)) = tokio::join!(syncing, signing_in);
    figures.note(
        "a sync with one change, p50",
        "ms",
        None,
        quantile(&synced, 50),
    );
    figures.note(
        "a sync with one change, p99",
        "ms",
        Some(1_000.0),
        quantile(&synced, 99),
    );
    figures.note(
        "a phone is let in, slowest",
        "ms",
        Some(3_000.0),
        quantile(&phones, 100),
    );
    figures.note(
        "a sign-in, slowest",
        "ms",
        Some(3_000.0),
        quantile(&pages, 100),
    );
    figures.note("of both, not let in", "times", Some(0.0), f64::from(busy));
    let grown = disk_of(&hub).saturating_sub(before) as f64 / f64::from(1 << 20);
    figures.note(
        "bytes on disk, all neighbours, a minute",
        "MB",
        None,
        grown * 60.0 / time.as_secs_f64(),
    );
    neighbours.shutdown().await;
}

/// The honest phone before anybody comes.
async fn alone(figures: &mut Figures, honest: &mut Phone) {
    let mut times = Vec::new();
    for number in 0..50 {
        times.push(one_change(honest, number).await);
    }
    figures.note(
        "without neighbours: a sync with one change, p99",
        "ms",
        None,
        quantile(&times, 99),
    );
}

async fn one_change(honest: &mut Phone, number: usize) -> Duration {
    honest.change_next(&format!("联合执法清理，第 {number} 次"));
    let body = honest.body(1 << 20);
    let begun = Instant::now();
    let answer = honest.send(body).await;
    assert!(answer.received > 0, "an honest change was not received");
    begun.elapsed()
}

/// Milliseconds within which so many of a hundred were answered.
fn quantile(times: &[Duration], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).map_or(f64::NAN, |time| ms(*time))
}

/// Lets a phone in; its access token, or `None` if the hub is busy.
async fn enrol(client: &Client, hub: &Hub, desk: &Desk, person: Id) -> Option<String> {
    let code = desk.code(person).await.expect("a code");
    let body = json!({
        "code": code, "password": desk.password(), "device_name": "bench", "app_version": "1",
    });
    let url = format!("{}/v1/enrol", hub.url());
    let answer = client
        .post(url)
        .json(&body)
        .send()
        .await
        .expect("an answer");
    if !answer.status().is_success() {
        return None;
    }
    let answer: Value = answer.json().await.expect("JSON");
    answer["access"].as_str().map(str::to_owned)
}

/// Signs in with a password; whether it was let in.
async fn sign_in(client: &Client, hub: &Hub, desk: &Desk, person: Id) -> bool {
    let username = Desk::username(person);
    let body = json!({"username": username, "password": desk.password()});
    let url = format!("{}/v1/login", hub.url());
    let answer = client
        .post(url)
        .json(&body)
        .send()
        .await
        .expect("an answer");
    answer.status().is_success()
}

async fn send_bombs(client: Client, url: String, access: String, grid: Grid) {
    let bombs: Vec<ByteBuf> = (0..250)
        .map(|n| ByteBuf::from(segment::pack(&vec![vec![n; limits::CHANGE_BYTES]; 3])))
        .collect();
    let noise = |n: u64| {
        let mut chance = n;
        let noise = std::iter::repeat_with(|| {
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            chance.to_be_bytes()[0] | 0x06
        });
        vec![ByteBuf::from(noise.take(900_000).collect::<Vec<u8>>())]
    };
    let rng = basis::Rng::os();
    for n in 0.. {
        let segments = if n % 2 == 0 { bombs.clone() } else { noise(n) };
        let push = segments.into_iter().map(|segment| Push {
            doc: rng.new_id(phones::now()),
            kind: Kind::VISIT,
            ticket: grid.tickets[0],
            segment,
            signature: None,
        });
        let request = SyncRequest {
            v: VERSION,
            timeline: None,
            cursor: None,
            want_bytes: 1,
            push: push.collect(),
            app: "bench 1".to_owned(),
            now: phones::now(),
            unsent: Unsent::default(),
            own: false,
            whole: Vec::new(),
            signature: None,
        };
        let sent = client
            .post(format!("{url}/v1/sync"))
            .bearer_auth(&access)
            .body(protocol::encode(&request));
        // Whatever the answer, the next one follows.
        if let Ok(answer) = sent.send().await {
            let _ = answer.bytes().await;
        }
    }
}

async fn drip(hub: SocketAddr) {
    loop {
        let Ok(socket) = TcpSocket::new_v4() else {
            return;
        };
        if socket.bind(SocketAddr::from((from(40), 0))).is_err() {
            return;
        }
        let Ok(mut line) = socket.connect(hub).await else {
            continue;
        };
        let head = "POST /v1/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                    content-length: 4000\r\n\r\n{";
        let mut alive = line.write_all(head.as_bytes()).await.is_ok();
        while alive {
            tokio::time::sleep(Duration::from_millis(500)).await;
            alive = line.write_all(b" ").await.is_ok();
        }
    }
}

async fn guess(client: Client, url: String, n: usize) {
    for turn in 0.. {
        let body = json!({"username": format!("nobody-{n}-{turn}"), "password": "wrong"});
        let sent = client.post(format!("{url}/v1/login")).json(&body).send();
        if let Ok(answer) = sent.await {
            let _ = answer.bytes().await;
        }
    }
}

/// Bytes in the hub's folder.
fn disk_of(hub: &Hub) -> u64 {
    let entries = std::fs::read_dir(hub.folder())
        .into_iter()
        .flatten()
        .flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|file| file.len())
        .sum()
}
