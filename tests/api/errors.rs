//! Every route, every kind of failure, every way to ask for compression: what comes back is readable and says what it is.

use std::collections::BTreeSet;
use std::io::Read as _;

use axum::body::Body;
use axum::http::{Method, Request, header};
use harness::backends::on_sqlite;
use harness::photos;
use harness::test_app::Answer;
use harness::test_app::{Caller, TestApp};
use sync_core::{MediaHash, Role};

/// What browsers, tools and proxies ask for.
const ENCODINGS: [Option<&str>; 6] = [
    None,
    Some("gzip, deflate, br, zstd"),
    Some("gzip"),
    Some("identity"),
    Some("gzip;q=0, *;q=0"),
    Some("br, nonsense;q=x"),
];

/// The routes of the published description, `{…}` filled with what exists nowhere.
fn routes() -> Vec<(Method, String)> {
    let description = include_str!("../../docs/openapi.json");
    let description: serde_json::Value = serde_json::from_str(description).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        let path = path
            .replace("{id}", "01ARZ3NDEKTSV4RRFFQ69G5FAV")
            .replace("{sha256}", &"a5".repeat(32));
        for method in methods.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            routes.push((method, path.clone()));
        }
    }
    assert!(routes.len() > 40, "{routes:?}");
    routes
}

/// A body, and what it claims to be.
fn bodies() -> [(&'static str, Vec<u8>); 5] {
    let json = "application/json";
    [
        ("", Vec::new()),
        (json, b"{bad".to_vec()),
        (
            json,
            b"{\"to\": {\"kind\": \"unit\", \"id\": \"x\"}}".to_vec(),
        ),
        ("text/html", b"<p>".to_vec()),
        (json, vec![b' '; 9 << 20]),
    ]
}

#[test]
fn whatever_fails_is_told_readably_however_the_answer_is_asked_for() {
    on_sqlite(async |app: TestApp| {
        let office = app.sign_in_at_browser(Role::HotlineWorker, &[]).await;
        let worker = app.sign_in_on_phone(Role::GridWorker, &[]).await;
        let mut seen = BTreeSet::new();
        for (method, path) in routes() {
            for who in [None, Some(&office), Some(&worker)] {
                for (kind, body) in bodies() {
                    // Nine megabytes six times for each route say no more than once.
                    let encodings = if body.len() > 1 << 20 {
                        &ENCODINGS[1..2]
                    } else {
                        &ENCODINGS[..]
                    };
                    for encoding in encodings {
                        // These answer for as long as somebody listens.
                        if path.ends_with("/live") && who.is_some() {
                            continue;
                        }
                        let asked = Asked {
                            method: &method,
                            path: &path,
                            who,
                            kind,
                            encoding: *encoding,
                        };
                        let answer = asked.send(&app, body.clone()).await;
                        seen.insert(asked.check(&answer));
                    }
                }
            }
        }
        for (method, path) in [
            (Method::GET, "/nowhere"),
            (Method::DELETE, "/v1/tickets"),
            (Method::PUT, "/office/"),
        ] {
            for encoding in ENCODINGS {
                let asked = Asked {
                    method: &method,
                    path,
                    who: Some(&office),
                    kind: "",
                    encoding,
                };
                let answer = asked.send(&app, Vec::new()).await;
                seen.insert(asked.check(&answer));
            }
        }
        for status in [200, 400, 401, 403, 404, 405, 413, 415, 422] {
            assert!(seen.contains(&status), "{status} never came: {seen:?}");
        }
    });
}

struct Asked<'a> {
    method: &'a Method,
    path: &'a str,
    who: Option<&'a Caller>,
    kind: &'a str,
    encoding: Option<&'a str>,
}

impl Asked<'_> {
    async fn send(&self, app: &TestApp, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(self.method).uri(self.path);
        if let Some(who) = self.who {
            request = request.header(header::AUTHORIZATION, app.bearer(who));
        }
        if !self.kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, self.kind);
        }
        if let Some(encoding) = self.encoding {
            request = request.header(header::ACCEPT_ENCODING, encoding);
        }
        app.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Whether headers and body agree; the status.
    fn check(&self, answer: &Answer) -> u16 {
        let Self {
            method,
            path,
            kind,
            encoding,
            ..
        } = self;
        let status = answer.status.as_u16();
        let who = self.who.map(|who| who.kind);
        let shown = format!("{method} {path} {kind} {encoding:?} {who:?}: {status}");
        assert!(status < 500 || *path == "/health/ready", "{shown}");
        let length = answer.header("content-length");
        let told = length.is_empty() || length == answer.body.len().to_string();
        assert!(told || *method == Method::HEAD, "{shown}: {length} bytes");
        let body = match answer.header("content-encoding") {
            "" => answer.body.to_vec(),
            "gzip" => {
                let asked = encoding.unwrap_or_default();
                assert!(
                    asked.contains("gzip") && !asked.contains("gzip;q=0"),
                    "{shown}"
                );
                let mut plain = Vec::new();
                let read = flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut plain);
                assert!(read.is_ok(), "{shown}: no gzip");
                plain
            }
            other => panic!("{shown}: {other}"),
        };
        if status < 400 || *method == Method::HEAD {
            return status;
        }
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{shown}"
        );
        let problem: serde_json::Value = serde_json::from_slice(&body).expect(&shown);
        assert_eq!(problem["status"], status, "{shown}");
        let code = problem["code"].as_str().unwrap_or_default();
        let word = |c: char| c.is_ascii_lowercase() || c == '_';
        assert!(
            !code.is_empty() && code.chars().all(word),
            "{shown}: {code}"
        );
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.ends_with('。'), "{shown}: {detail}");
        status
    }
}

#[test]
fn a_photo_that_is_too_large_has_one_code_whoever_notices() {
    on_sqlite(async |app: TestApp| {
        let worker = app.sign_in_on_phone(Role::GridWorker, &[]).await;
        let file = photos::jpeg(40, 30, 1);
        let path = format!("/v1/media/{}", MediaHash::of(&file));
        for (said, length) in [
            ("16777216", 16 << 20),
            ("9000000000", 1),
            ("40000000", 40_000_000),
        ] {
            let request = Request::patch(&path)
                .header(header::AUTHORIZATION, app.bearer(&worker))
                .header("upload-offset", "0")
                .header("upload-complete", "?1")
                .header("upload-length", said)
                .header(header::CONTENT_TYPE, "application/partial-upload")
                .header(header::CONTENT_LENGTH, length);
            let answer = app
                .send(request.body(Body::from(vec![0; length])).unwrap())
                .await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (413, "media_too_large"),
                "{said}"
            );
        }
    });
}
