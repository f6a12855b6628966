//! What people who have not signed in can cost: bytes on disk, places, sign-ins of others.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use harness::backends::{Backend, on_sqlite};
use harness::on_both_backends;
use harness::test_app::{Answer, Served, TestApp};
use serde_json::{Value, json};
use store::Db;
use sync_core::{Id, Role};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use super::auth::settle_in;
use super::people;

on_both_backends! {
    what_strangers_send_takes_few_bytes_on_disk,
    a_clock_that_was_ahead_keeps_no_account_shut,
}

/// Path and body of the nth request of a kind.
type Make<'a> = &'a dyn Fn(usize) -> (&'static str, Value);

/// Bytes that one request of a stranger may take on disk.
const BYTES_EACH: u64 = 2 * 1024;

async fn post(app: &TestApp, path: &str, body: &Value) -> Answer {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    app.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

/// Bytes of the whole database and of the data folder, when nothing waits to be written back.
pub(crate) async fn bytes_on_disk(app: &TestApp) -> u64 {
    match app.app().store() {
        Db::Sqlite { write, .. } => {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(write)
                .await
                .unwrap();
            bytes_in(app.backend().folder())
        }
        Db::Postgres { pool, .. } => {
            let bytes: i64 = sqlx::query_scalar("SELECT pg_database_size(current_database())")
                .fetch_one(pool)
                .await
                .unwrap();
            bytes.unsigned_abs() + bytes_in(app.backend().folder())
        }
    }
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let bytes = entries.map(|entry| {
        let about = entry.metadata().unwrap();
        if about.is_dir() {
            bytes_in(&entry.path())
        } else {
            about.len()
        }
    });
    bytes.sum()
}

async fn what_strangers_send_takes_few_bytes_on_disk(app: TestApp) {
    let leader = app.sign_in(Role::SystemAdmin, &[]).await;
    let created = people::add(&app, &leader, "li", Role::GridWorker, &[]).await;
    let path = format!("/v1/people/{}/enrolment", created["id"].as_str().unwrap());
    let code = app.post(&path, &leader, &json!({})).await.json()["code"].clone();
    let sign_in = |name: String| ("/v1/login", json!({"username": name, "password": "wrong"}));
    let enrol = |code: &Value, password: String| {
        let body = json!({
            "code": code, "password": password, "device_name": "红米", "app_version": "1.0.0",
        });
        ("/v1/enrol", body)
    };
    let kinds: [(&str, usize, Make<'_>); 8] = [
        ("names that nobody has", 120, &|n| {
            sign_in(format!("nobody-{n}"))
        }),
        ("names that nobody can have", 400, &|n| {
            sign_in(format!("{n}{}", "名".repeat(1_200)))
        }),
        ("names of 65 letters", 400, &|n| sign_in(format!("{n:065}"))),
        ("one name that somebody has", 200, &|_| {
            sign_in("li".to_owned())
        }),
        ("codes that nobody has", 300, &|n| {
            enrol(&json!(format!("{n:016}")), "wrong".repeat(600))
        }),
        ("a code and a wrong password", 200, &|_| {
            enrol(&code, "wrong".repeat(600))
        }),
        ("refresh tokens", 300, &|n| {
            (
                "/v1/token",
                json!({"refresh": format!("{n}{}", "f".repeat(3_000))}),
            )
        }),
        ("sessions", 300, &|_| ("/v1/session/refresh", json!({}))),
    ];
    let mut used = Vec::new();
    for (what, count, make) in kinds {
        let before = bytes_on_disk(&app).await;
        for n in 0..count {
            let (path, body) = make(n);
            let answer = post(&app, path, &body).await;
            assert!(answer.status.is_client_error(), "{what}: {}", answer.status);
        }
        let grown = bytes_on_disk(&app).await.saturating_sub(before);
        used.push((what, grown / count as u64));
    }
    assert!(
        used.iter().all(|(_, each)| *each <= BYTES_EACH),
        "bytes on disk, each: {used:#?}"
    );
}

#[test]
fn what_strangers_send_is_small() {
    on_sqlite(async |app: TestApp| {
        for path in ["/v1/login", "/v1/token", "/v1/enrol"] {
            let body = json!({"username": "x".repeat(5_000), "password": "x", "refresh": ""});
            let answer = post(&app, path, &body).await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        }
    });
}

async fn a_clock_that_was_ahead_keeps_no_account_shut(app: TestApp) {
    const DAY: i64 = 24 * 3600 * 1000;
    let password = reviewer(&app).await;
    let sign_in = async |password: &str| {
        let body = json!({"username": "li", "password": password});
        post(&app, "/v1/login", &body).await.status
    };
    app.app().clock().advance(DAY);
    for _ in 0..5 {
        assert_eq!(sign_in("wrong").await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(sign_in(&password).await, StatusCode::TOO_MANY_REQUESTS);
    app.app().clock().advance(-DAY);
    assert_eq!(sign_in(&password).await, StatusCode::OK);
}

/// An address of this machine that is not the one on which proxies are looked for.
const fn neighbour(n: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, n)
}

async fn connect(served: &Served, from: Ipv4Addr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((from, 0))).unwrap();
    socket.connect(served.address).await.unwrap()
}

/// Asks on a connection of its own; empty if the hub closed it without a word.
async fn ask(served: &Served, from: Ipv4Addr, head: &str) -> String {
    let mut socket = connect(served, from).await;
    // Closed before or after it could say anything.
    let _ = socket.write_all(head.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const LIMITS: &str = "GET /v1/limits HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// The password of `li`, who works in the office.
async fn reviewer(app: &TestApp) -> String {
    let leader = app.sign_in(Role::SystemAdmin, &[]).await;
    let created = people::add(app, &leader, "li", Role::OfficeReviewer, &[]).await;
    settle_in(app, Id::parse(created["id"].as_str().unwrap()).unwrap()).await;
    created["initial_password"].as_str().unwrap().to_owned()
}

#[test]
fn a_phone_renews_its_token_while_hundreds_of_sockets_drip() {
    on_sqlite(async |app: TestApp| {
        let leader = app.sign_in(Role::SystemAdmin, &[]).await;
        let created = people::add(&app, &leader, "li", Role::GridWorker, &[]).await;
        let path = format!("/v1/people/{}/enrolment", created["id"].as_str().unwrap());
        let code = app.post(&path, &leader, &json!({})).await.json();
        let body = json!({
            "code": code["code"], "password": created["initial_password"],
            "device_name": "红米", "app_version": "1.0.0",
        });
        let enrolled = post(&app, "/v1/enrol", &body).await.json();
        let mut refresh = enrolled["refresh"].clone();
        let served = app.serve();
        let mut dripping = Vec::new();
        // More than there are places for requests of a kind.
        for path in ["/v1/token", "/v1/login"].repeat(540).iter().take(1_080) {
            let mut socket = connect(&served, neighbour(1)).await;
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                 connection: close\r\ncontent-length: 100\r\n\r\n{{"
            );
            socket.write_all(head.as_bytes()).await.unwrap();
            dripping.push(socket);
        }
        let client = reqwest::Client::builder()
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        for _ in 0..20 {
            let answer = client
                .post(served.url("/v1/token"))
                .json(&json!({"refresh": refresh}))
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 200);
            refresh = answer.json::<Value>().await.unwrap()["refresh"].clone();
        }
        for mut socket in dripping {
            let mut answer = Vec::new();
            socket.read_to_end(&mut answer).await.unwrap();
            assert!(answer.starts_with(b"HTTP/1.1 408"));
        }
        served.stop().await;
    });
}

#[test]
fn an_address_has_its_share_of_connections_and_a_proxy_has_all() {
    on_sqlite(async |backend: Backend| {
        let app = TestApp::open(backend, |config| {
            config.limits.max_connections_each = 4;
            config.trusted_proxies = vec!["127.0.0.9".parse().unwrap()];
        })
        .await;
        let served = app.serve();
        let mut open = Vec::new();
        for from in [2, 2, 2, 2, 9, 9, 9, 9, 9] {
            let mut socket = connect(&served, neighbour(from)).await;
            let head = LIMITS.replace("connection: close\r\n", "");
            socket.write_all(head.as_bytes()).await.unwrap();
            let mut answer = [0; 12];
            socket.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"HTTP/1.1 200");
            open.push(socket);
        }
        assert_eq!(ask(&served, neighbour(2), LIMITS).await, "");
        for other in [1, 3, 9] {
            let answer = ask(&served, neighbour(other), LIMITS).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{other}: {answer}");
        }
        drop(open);
        served.stop().await;
    });
}

#[test]
fn an_address_has_its_share_of_places_also_behind_a_proxy() {
    on_sqlite(async |backend: Backend| {
        let app = TestApp::open(backend, |config| {
            config.limits.max_requests_each = 4;
            config.trusted_proxies = vec!["127.0.0.9".parse().unwrap()];
        })
        .await;
        let worker = app.sign_in(Role::GridWorker, &[]).await;
        let served = app.serve();
        let head = |client: &str, length: usize| {
            format!(
                "POST /v1/sync HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\nconnection: close\r\n\
                 x-forwarded-for: {client}\r\ncontent-length: {length}\r\n\r\n",
                app.bearer(&worker),
            )
        };
        for (from, client, others) in [
            // Over the proxy its word counts; from elsewhere nobody's does.
            (
                9,
                "198.51.100.7",
                [(9, "198.51.100.8"), (2, "198.51.100.7")],
            ),
            (
                3,
                "198.51.100.9",
                [(4, "198.51.100.9"), (9, "198.51.100.9")],
            ),
        ] {
            let mut dripping = Vec::new();
            // Whoever asks while the places are being taken may have one of them, so drips come until none is left.
            let told = loop {
                let mut socket = connect(&served, neighbour(from)).await;
                let drip = head(client, 100);
                socket.write_all(drip.as_bytes()).await.unwrap();
                dripping.push(socket);
                let answer = ask(&served, neighbour(from), &head(client, 0)).await;
                if !answer.starts_with("HTTP/1.1 400") {
                    break answer;
                }
            };
            assert!(dripping.len() >= 4);
            assert!(told.starts_with("HTTP/1.1 429"), "{told}");
            assert!(told.contains("too_many_at_once"), "{told}");
            for (from, client) in others {
                let answer = ask(&served, neighbour(from), &head(client, 0)).await;
                assert!(answer.starts_with("HTTP/1.1 400"), "{from} {answer}");
            }
        }
        served.stop().await;
    });
}

#[test]
fn a_good_sign_in_is_answered_beside_sixty_bad_ones() {
    on_sqlite(async |app: TestApp| {
        let password = reviewer(&app).await;
        let good = json!({"username": "li", "password": password});
        let request = Request::post("/v1/login").header(header::CONTENT_TYPE, "application/json");
        let signed_in = app
            .send(request.body(Body::from(good.to_string())).unwrap())
            .await;
        let cookies = signed_in.headers.get_all(header::SET_COOKIE).iter();
        let known = cookies
            .filter_map(|cookie| cookie.to_str().unwrap().split(';').next())
            .find(|cookie| cookie.starts_with("warmline_device"))
            .unwrap()
            .to_owned();
        let served = app.serve();
        let client = |from: u8| {
            reqwest::Client::builder()
                .local_address(std::net::IpAddr::V4(neighbour(from)))
                .build()
                .unwrap()
        };
        let over = Arc::new(AtomicBool::new(false));
        let tried = Arc::new(AtomicUsize::new(0));
        let mut flood = JoinSet::new();
        for n in 0..60 {
            let (over, tried, client) = (Arc::clone(&over), Arc::clone(&tried), client(2));
            let url = served.url("/v1/login");
            flood.spawn(async move {
                for turn in 0.. {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    let name = format!("nobody-{n}-{turn}");
                    let wrong = json!({"username": name, "password": "wrong"});
                    let answer = client.post(&url).json(&wrong).send().await.unwrap();
                    assert!(!answer.status().is_success());
                    tried.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while tried.load(Ordering::Relaxed) < 60 {
            tokio::task::yield_now().await;
        }
        // From elsewhere as a stranger, and from the same address as a browser that was here before.
        for (from, cookie) in [(3, ""), (2, known.as_str())] {
            let client = client(from);
            for _ in 0..3 {
                let answer = client
                    .post(served.url("/v1/login"))
                    .header(header::COOKIE, cookie)
                    .json(&good)
                    .send()
                    .await
                    .unwrap();
                assert_eq!(answer.status(), 200, "from {from}");
            }
        }
        over.store(true, Ordering::Relaxed);
        while let Some(ended) = flood.join_next().await {
            ended.unwrap();
        }
        served.stop().await;
    });
}
