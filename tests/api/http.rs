//! What holds for every request, whatever it asks for.

use std::time::Duration;

use ::photos::Rendition;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use harness::backends::{Backend, on_sqlite};
use harness::photos;
use harness::test_app::{Caller, Served, TestApp};
use sync_core::{MediaHash, Role};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

#[test]
fn every_answer_carries_the_security_headers() {
    on_sqlite(async |app: TestApp| {
        for (method, path) in [
            (Method::GET, "/health/live"),
            (Method::GET, "/field/"),
            (Method::GET, "/v1/me"),
            (Method::GET, "/nowhere"),
            (Method::DELETE, "/health/live"),
        ] {
            let request = Request::builder().method(method).uri(path);
            let answer = app.send(request.body(Body::empty()).unwrap()).await;
            let policy = answer.header("content-security-policy");
            assert!(
                policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';")
            );
            assert!(policy.contains("frame-ancestors 'none'"));
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("referrer-policy"), "no-referrer");
            assert!(!answer.header("cache-control").is_empty());
            assert_eq!(answer.header("x-request-id").len(), 26);
            assert_eq!(answer.header("strict-transport-security"), "");
        }
    });
}

#[test]
fn a_hub_behind_https_tells_browsers_to_stay_there() {
    on_sqlite(async |backend: Backend| {
        let app = TestApp::open(backend, |config| {
            config.public_url = Some("https://warmline.example/".to_owned());
        })
        .await;
        let answer = app
            .send(Request::get("/health/live").body(Body::empty()).unwrap())
            .await;
        assert!(
            answer
                .header("strict-transport-security")
                .starts_with("max-age=")
        );
    });
}

#[test]
fn every_refusal_is_a_problem_in_plain_words() {
    on_sqlite(async |app: TestApp| {
        let json = "application/json";
        for (method, path, kind, body, status, code) in [
            (Method::GET, "/nowhere", json, "", 404, "not_found"),
            (
                Method::PUT,
                "/health/live",
                json,
                "",
                405,
                "method_not_allowed",
            ),
            (Method::POST, "/v1/login", json, "{", 400, "bad_request"),
            (
                Method::POST,
                "/v1/login",
                json,
                "{}",
                422,
                "invalid_content",
            ),
            (
                Method::POST,
                "/v1/login",
                "text/plain",
                "{}",
                415,
                "media_type_refused",
            ),
        ] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header(header::CONTENT_TYPE, kind);
            let answer = app.send(request.body(body.into()).unwrap()).await;
            assert_eq!(answer.header("content-type"), "application/problem+json");
            let problem = answer.json();
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (status, code),
                "{path}"
            );
            assert_eq!(problem["status"], status);
            assert!(problem["detail"].as_str().unwrap().ends_with('。'));
        }
    });
}

#[test]
fn a_request_from_another_site_changes_nothing() {
    on_sqlite(async |app: TestApp| {
        let ask = async |name: &str, value: &str| {
            let request = Request::post("/v1/session/logout")
                .header(header::HOST, "warmline.example")
                .header(name, value);
            app.send(request.body(Body::empty()).unwrap()).await.status
        };
        assert_eq!(
            ask("sec-fetch-site", "cross-site").await,
            StatusCode::FORBIDDEN
        );
        assert_eq!(
            ask("origin", "https://elsewhere.example").await,
            StatusCode::FORBIDDEN
        );
        assert_ne!(
            ask("sec-fetch-site", "same-origin").await,
            StatusCode::FORBIDDEN
        );
        assert_ne!(
            ask("origin", "https://warmline.example").await,
            StatusCode::FORBIDDEN
        );
    });
}

#[test]
fn json_is_compressed_and_a_photo_is_not() {
    on_sqlite(async |app: TestApp| {
        let officer = app.sign_in(Role::OfficeReviewer, &[]).await;
        let file = photos::jpeg(400, 300, 1);
        super::media::upload(&app, &app.sign_in(Role::GridWorker, &[]).await, &file).await;
        let photo = format!("/v1/media/{}?size=original", MediaHash::of(&file));
        for (path, encoding) in [("/v1/limits", "gzip"), (photo.as_str(), "")] {
            let request = Request::get(path)
                .header(header::AUTHORIZATION, app.bearer(&officer))
                .header(header::ACCEPT_ENCODING, "gzip, br");
            let answer = app.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(answer.header("content-encoding"), encoding, "{path}");
        }
    });
}

#[test]
fn folders_lead_to_the_pages() {
    on_sqlite(async |app: TestApp| {
        for (path, to) in [
            ("/", "/office/"),
            ("/field", "/field/"),
            ("/office", "/office/"),
        ] {
            let answer = app
                .send(Request::get(path).body(Body::empty()).unwrap())
                .await;
            assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
            assert_eq!(answer.header("location"), to);
        }
        for path in ["/field/", "/office/"] {
            let answer = app
                .send(Request::get(path).body(Body::empty()).unwrap())
                .await;
            assert_eq!(answer.status, StatusCode::OK);
            assert!(answer.header("content-type").starts_with("text/html"));
        }
    });
}

/// What came back on a connection, until the hub closed it.
async fn exchange(served: &Served, request: &[u8]) -> String {
    let mut socket = TcpStream::connect(served.address).await.unwrap();
    socket.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_client_that_drips_its_headers_is_cut_off_while_others_are_served() {
    on_sqlite(async |app: TestApp| {
        let served = app.serve();
        let mut dripping = Vec::new();
        for start in ["", "G", "GET /health/live HTTP/1.1\r\nhost: x\r\nx-slow: "] {
            let mut socket = TcpStream::connect(served.address).await.unwrap();
            socket.write_all(start.as_bytes()).await.unwrap();
            dripping.push(socket);
        }
        let answer = exchange(
            &served,
            b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 200"));
        for mut socket in dripping {
            let mut rest = Vec::new();
            let closed = timeout(Duration::from_secs(15), socket.read_to_end(&mut rest)).await;
            assert!(
                closed.is_ok(),
                "the hub closes a connection that says nothing"
            );
        }
        served.stop().await;
    });
}

#[test]
fn a_hub_that_stops_ends_the_request_in_progress() {
    on_sqlite(async |app: TestApp| {
        let worker = app.sign_in(Role::GridWorker, &[]).await;
        let file = photos::jpeg(2400, 1800, 2);
        let served = app.serve();
        let mut socket = TcpStream::connect(served.address).await.unwrap();
        let head = head_of_upload(&app, &worker, &file, 0);
        let (first, rest) = file.split_at(file.len() - 1000);
        socket.write_all(&[&head, first].concat()).await.unwrap();
        // The request is in progress once the hub knows of its first bytes.
        let hash = MediaHash::of(&file);
        while super::media::ask(&app, &worker, hash).await.status != StatusCode::OK {}

        let ended = tokio::spawn(served.stop());
        while TcpStream::connect(socket.peer_addr().unwrap())
            .await
            .is_ok()
        {}
        socket.write_all(rest).await.unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
        ended.await.unwrap();
    });
}

fn head_of_upload(app: &TestApp, caller: &Caller, file: &[u8], offset: usize) -> Vec<u8> {
    format!(
        "PATCH /v1/media/{} HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\nconnection: close\r\n\
         content-type: application/partial-upload\r\nupload-offset: {offset}\r\nupload-complete: ?1\r\n\
         content-length: {}\r\n\r\n",
        MediaHash::of(file),
        app.bearer(caller),
        file.len() - offset,
    )
    .into_bytes()
}

#[test]
fn an_upload_that_is_cut_at_any_byte_goes_on_where_it_was_cut() {
    on_sqlite(async |app: TestApp| {
        let worker = app.sign_in(Role::GridWorker, &[]).await;
        let served = app.serve();
        for seed in 1..=3_usize {
            let file = photos::jpeg(1600, 1200, u32::try_from(seed).unwrap());
            let mut chance = seed;
            let (mut offset, mut cuts, mut moved_back) = (0, 0, 0);
            let answer = loop {
                let head = head_of_upload(&app, &worker, &file, offset);
                let rest = &file[offset..];
                chance = chance
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let cut = (chance >> 33) % (rest.len() + 40_000);
                if cuts < 12 && cut < rest.len() {
                    let mut socket = TcpStream::connect(served.address).await.unwrap();
                    socket.write_all(&head).await.unwrap();
                    socket.write_all(&rest[..cut]).await.unwrap();
                    drop(socket);
                    cuts += 1;
                    let request = format!(
                        "HEAD /v1/media/{} HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\nconnection: close\r\n\r\n",
                        MediaHash::of(&file),
                        app.bearer(&worker),
                    );
                    let known = exchange(&served, request.as_bytes()).await;
                    offset = offset_in(&known).unwrap_or(0);
                    continue;
                }
                let answer = exchange(&served, &[&head, rest].concat()).await;
                if answer.starts_with("HTTP/1.1 409") {
                    // The hub was still writing what had come when it was asked.
                    offset = offset_in(&answer).unwrap();
                    moved_back += 1;
                    assert!(moved_back < 100, "seed {seed}: {answer}");
                    continue;
                }
                break answer;
            };
            assert!(answer.starts_with("HTTP/1.1 204"), "seed {seed}: {answer}");
            let stored = app.app().blobs();
            let stored = stored.read(app.tenant(), MediaHash::of(&file), Rendition::Original);
            assert_eq!(
                stored.await.unwrap().unwrap(),
                file,
                "seed {seed} after {cuts} cuts"
            );
        }
        served.stop().await;
    });
}

fn offset_in(answer: &str) -> Option<usize> {
    let line = answer
        .lines()
        .find_map(|line| line.strip_prefix("upload-offset: "));
    line.and_then(|number| number.trim().parse().ok())
}

#[test]
fn a_connection_too_many_is_closed_and_its_place_is_given_to_the_next() {
    on_sqlite(async |backend: Backend| {
        let app = TestApp::open(backend, |config| config.limits.max_connections = 2).await;
        let served = app.serve();
        const ASK: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
        let mut open = Vec::new();
        for _ in 0..2 {
            let mut socket = TcpStream::connect(served.address).await.unwrap();
            socket.write_all(ASK).await.unwrap();
            let mut answer = [0; 12];
            socket.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"HTTP/1.1 200");
            open.push(socket);
        }
        let mut third = TcpStream::connect(served.address).await.unwrap();
        // Closed before or after it could say anything.
        let _ = third.write_all(ASK).await;
        let mut answer = Vec::new();
        let _ = third.read_to_end(&mut answer).await;
        assert!(answer.is_empty());

        open.pop();
        let answer = loop {
            // The place is free once the hub has seen the end of the connection.
            let mut socket = TcpStream::connect(served.address).await.unwrap();
            let _ = socket.write_all(ASK).await;
            let mut answer = [0; 12];
            if socket.read_exact(&mut answer).await.is_ok() {
                break answer;
            }
        };
        assert_eq!(&answer, b"HTTP/1.1 200");
        drop(open);
        served.stop().await;
    });
}
