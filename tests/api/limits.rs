//! What is too much is refused early and in plain words.

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use harness::backends::{Backend, on_postgres, on_sqlite};
use harness::photos;
use harness::test_app::TestApp;
use store::Db;
use sync_core::{MediaHash, Role};

use super::media::{Part, patch, send};

const MIB: usize = 1024 * 1024;

/// A body that does not tell its length.
fn without_length(bytes: usize) -> Body {
    let part = Bytes::from(vec![b' '; 64 * 1024]);
    let parts = (0..bytes.div_ceil(part.len())).map(move |_| Ok::<_, std::io::Error>(part.clone()));
    Body::from_stream(futures_util::stream::iter(parts))
}

#[test]
fn a_body_over_the_limit_is_refused_whether_or_not_it_tells_its_length() {
    on_sqlite(async |app: TestApp| {
        for body in [Body::from(vec![b' '; MIB + 1]), without_length(MIB + 1)] {
            let request = Request::post("/v1/login")
                .header(header::CONTENT_TYPE, "application/json")
                .body(body)
                .unwrap();
            let answer = app.send(request).await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(answer.code(), "too_large");
            let id = answer.json()["request_id"].as_str().unwrap().to_owned();
            assert_eq!(answer.header("x-request-id"), id);
        }
    });
}

#[test]
fn a_photo_over_the_limit_is_refused_by_its_announced_and_by_its_real_length() {
    on_sqlite(async |backend: Backend| {
        let app = TestApp::open(backend, |config| config.limits.max_photo_bytes = 100_000).await;
        let worker = app.sign_in(Role::GridWorker, &[]).await;
        let file = photos::jpeg(60, 40, 1);
        let hash = MediaHash::of(&file);
        let part = |offset| Part {
            offset,
            bytes: &file,
            last: false,
        };

        let mut announced = patch(&app, &worker, hash, &part(0));
        let length = "100001".parse().unwrap();
        announced.headers_mut().insert("upload-length", length);
        let far = send(&app, &worker, hash, part(100_001)).await;
        let mut long = file.clone();
        long.resize(120_000, 0);
        let long = Part {
            offset: 0,
            bytes: &long,
            last: true,
        };
        for answer in [
            app.send(announced).await,
            far,
            send(&app, &worker, hash, long).await,
        ] {
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(answer.code(), "media_too_large");
        }
        // Nothing of it is kept.
        let answer = send(&app, &worker, hash, part(1)).await;
        assert_eq!(answer.header("upload-offset"), "0");
    });
}

#[test]
fn clients_can_read_the_limits() {
    on_sqlite(async |app: TestApp| {
        let answer = app
            .send(Request::get("/v1/limits").body(Body::empty()).unwrap())
            .await;
        assert_eq!(answer.json()["photo_bytes"], 15 * MIB);
        assert_eq!(answer.json()["sync_bytes"], MIB);
    });
}

/// On PostgreSQL, where a lock on the rows of a list keeps a search running for as long as the story needs it to.
#[test]
fn somebody_with_two_searches_running_waits_for_a_third_and_nobody_else_does() {
    on_postgres(async |app: TestApp| {
        let Db::Postgres { pool, .. } = app.app().store() else {
            panic!("a PostgreSQL");
        };
        let one = app.sign_in(Role::OfficeReviewer, &[]).await;
        let other = app.sign_in(Role::Leader, &[]).await;
        for list in ["/v1/tickets?query=x", "/v1/visits?query=x"] {
            let mut lock = pool.begin().await.unwrap();
            let sql = "LOCK TABLE ticket_search, visit_search IN ACCESS EXCLUSIVE MODE";
            sqlx::query(sql).execute(&mut *lock).await.unwrap();
            let mut running = [list, list, list].map(|list| Box::pin(app.get(list, &one)));
            let (third, _, left) = futures_util::future::select_all(&mut running).await;
            assert_eq!(
                (third.status, &*third.code()),
                (StatusCode::TOO_MANY_REQUESTS, "too_many_searches")
            );
            assert_eq!(third.header("retry-after"), "1");
            // Whoever asks for no words, and whoever else asks, is not refused.
            assert_eq!(app.get("/v1/me", &one).await.status, StatusCode::OK);
            let elsewhere = app.get(list, &other);
            let free = async {
                lock.rollback().await.unwrap();
            };
            let (elsewhere, ()) = futures_util::future::join(elsewhere, free).await;
            assert_eq!(elsewhere.status, StatusCode::OK);
            for search in futures_util::future::join_all(left).await {
                assert_eq!(search.status, StatusCode::OK);
            }
            assert_eq!(app.get(list, &one).await.status, StatusCode::OK);
        }
    });
}
