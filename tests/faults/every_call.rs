//! The law of a failing database: whichever of a day's calls of the store fails, it is refused with 503, nothing
//! that was acknowledged is lost, and the same day succeeds afterwards without a restart.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use harness::backends::Backend;
use harness::on_both_backends;
use harness::phone::{Phone, post};
use harness::photos;
use harness::simulation::scale;
use harness::test_app::{Answer, TestApp};
use serde_json::{Value, json};
use store::Faults;
use sync_core::value::Value as Written;
use sync_core::{Id, MediaHash, Role};

use crate::api::auth::settle_in;
use crate::api::media::{Part, ask, send, show};
use crate::api::people;
use crate::sync::street::Street;

on_both_backends! {
    whichever_call_of_the_store_fails_the_day_succeeds_without_a_restart,
}

/// One sub-district whose store fails when it is told to, and what a day of it needs.
struct Day {
    street: Street,
    faults: Faults,
    password: String,
    /// Days that have been, each with a ticket, a visit and a photo of its own.
    days: usize,
    /// Requests that were refused.
    refused: usize,
}

async fn whichever_call_of_the_store_fails_the_day_succeeds_without_a_restart(backend: Backend) {
    let faults = Faults::default();
    let store = backend.open().await.with_faults(faults.clone());
    let mut street = Street::open_on(store, backend, |_| {}).await;
    let admin = street.hub.sign_in(Role::SystemAdmin, &[]).await;
    let created = people::add(&street.hub, &admin, "li", Role::OfficeReviewer, &[]).await;
    settle_in(
        &street.hub,
        Id::parse(created["id"].as_str().unwrap()).unwrap(),
    )
    .await;
    let password = created["initial_password"].as_str().unwrap().to_owned();
    street.worker.sync(&street.hub).await;
    let mut day = Day {
        street,
        faults,
        password,
        days: 0,
        refused: 0,
    };
    // Nothing fails: how many calls a day has.
    day.faults.fail_at(0);
    day.live().await;
    assert_eq!(day.refused, 0);
    let calls = day.faults.calls();
    assert!(calls > 100, "a day has only {calls} calls");
    let cases = u64::try_from(scale(24, 100_000)).unwrap().min(calls);
    let mut struck = 0;
    for case in 0..cases {
        let at = 1 + case * calls / cases;
        day.faults.fail_at(at);
        let before = day.refused;
        day.live().await;
        assert!(day.faults.calls() >= at, "call {at} never came");
        struck += day.refused - before;
    }
    // A call of the gate's or the thumbnailer's fails in nobody's request.
    assert!(struck * 3 > usize::try_from(cases).unwrap(), "{struck}");
    assert_all_is_there(&day).await;
}

impl Day {
    /// Signs in, imports, assigns, visits, uploads, reviews and looks; each step as often as it is refused.
    async fn live(&mut self) {
        self.days += 1;
        self.sign_in().await;
        let ticket = self.import().await;
        self.assign(ticket).await;
        let doc = self.visit(ticket).await;
        let seen = self.look(ticket, doc, "submitted", "pending_review").await;
        self.approve(doc, seen).await;
        self.look(ticket, doc, "approved", "reviewed").await;
    }

    /// Notes a refusal, which is 503 or a fault; answers whether there was none.
    fn accepted(&mut self, step: &str, answer: &Answer) -> bool {
        if answer.status == StatusCode::SERVICE_UNAVAILABLE {
            assert!(answer.code().ends_with("unavailable"), "{step}");
            assert!(!answer.header("retry-after").is_empty(), "{step}");
            self.refused += 1;
            return false;
        }
        assert!(answer.status.is_success(), "{step}: {:?}", answer.body);
        true
    }

    /// Sends until it is accepted: one call fails, so at most twice.
    async fn until_accepted(
        &mut self,
        step: &str,
        request: impl Fn(&Street) -> Request<Body>,
    ) -> Answer {
        for _ in 0..2 {
            let answer = self.street.hub.send(request(&self.street)).await;
            if self.accepted(step, &answer) {
                return answer;
            }
        }
        panic!("{step} is refused though only one call failed");
    }

    async fn sign_in(&mut self) {
        let body = json!({"username": "li", "password": self.password}).to_string();
        self.until_accepted("sign in", |_| {
            Request::post("/v1/login")
                .header(header::CONTENT_TYPE, "application/json")
                .body(body.clone().into())
                .unwrap()
        })
        .await;
    }

    async fn import(&mut self) -> Id {
        let number = format!("A-{}", self.days);
        let sheet = format!(
            "工单编号,诉求类型,标题,内容,派发时间\n{number},投诉,堆物,楼道堆物,2026-11-24 08:00\n"
        );
        let answer = self
            .until_accepted("import", |street| {
                Request::post("/v1/imports")
                    .header(header::AUTHORIZATION, street.hub.bearer(&street.office))
                    .header(header::CONTENT_TYPE, "application/octet-stream")
                    .body(sheet.clone().into())
                    .unwrap()
            })
            .await;
        // Refused after the rows were taken in, it finds them: it is told so, and adds nothing.
        let intake = answer.json();
        let rows = ["added", "unchanged"].map(|count| intake[count].as_u64().unwrap());
        assert_eq!(rows.iter().sum::<u64>(), 1, "{intake}");
        let path = format!("/v1/tickets?query={number}");
        let found = self.get("find", &path).await;
        let items = found["items"].as_array().unwrap();
        let ours = items
            .iter()
            .find(|one| one["upstream_no"] == number.as_str());
        Id::parse(ours.unwrap()["id"].as_str().unwrap()).unwrap()
    }

    async fn get(&mut self, step: &str, path: &str) -> Value {
        let answer = self
            .until_accepted(step, |street| {
                Request::get(path)
                    .header(header::AUTHORIZATION, street.hub.bearer(&street.office))
                    .body(Body::empty())
                    .unwrap()
            })
            .await;
        answer.json()
    }

    async fn send(&mut self, step: &str, path: &str, body: Value) -> Answer {
        self.until_accepted(step, |street| {
            Request::post(path)
                .header(header::AUTHORIZATION, street.hub.bearer(&street.office))
                .header(header::CONTENT_TYPE, "application/json")
                .body(body.to_string().into())
                .unwrap()
        })
        .await
    }

    async fn assign(&mut self, ticket: Id) {
        let body = json!({"to": {"kind": "grid", "id": self.street.grid}});
        let path = format!("/v1/tickets/{ticket}/assign");
        self.send("assign", &path, body).await;
    }

    async fn visit(&mut self, ticket: Id) -> Id {
        self.sync().await;
        let file = photos::jpeg(60, 40, u32::try_from(self.days).unwrap());
        let hash = MediaHash::of(&file);
        let worker = &mut self.street.worker;
        let doc = worker.create_visit(ticket);
        worker.set(doc, "outcome", "resolved");
        let pointer = [("sha256", Written::Bytes(hash.bytes().to_vec()))];
        worker.put(doc, "photos", &pointer);
        worker.mark(doc, "submit");
        self.sync().await;
        let row = self.street.worker.row(doc);
        assert_eq!((row.queued, row.received, row.quarantined), (0, 0, 0));
        self.upload(hash, &file).await;
        doc
    }

    /// Asks where the hub is with the photo and goes on there, as a phone does.
    async fn upload(&mut self, hash: MediaHash, file: &[u8]) {
        for _ in 0..4 {
            let (hub, worker) = (&self.street.hub, &self.street.worker.caller);
            let asked = ask(hub, worker, hash).await;
            let offset = match asked.status {
                StatusCode::NOT_FOUND => 0,
                StatusCode::OK => asked.header("upload-offset").parse().unwrap(),
                status => {
                    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
                    self.refused += 1;
                    continue;
                }
            };
            let part = Part {
                offset,
                bytes: &file[offset..],
                last: true,
            };
            let answer = send(hub, worker, hash, part).await;
            if self.accepted("upload", &answer) {
                return;
            }
        }
        panic!("the photo is refused though only one call failed");
    }

    /// Until nothing is queued and every verdict is in.
    async fn sync(&mut self) {
        for _ in 0..60 {
            let worker: &Phone = &self.street.worker;
            let answer = post(&self.street.hub, &worker.caller, &worker.request()).await;
            if !self.accepted("sync", &answer) {
                continue;
            }
            let worker = &mut self.street.worker;
            let taken = worker.take(&answer.body);
            let status = worker.replica().status();
            if status.received > 0 {
                let docs: Vec<Id> = worker
                    .replica()
                    .records()
                    .iter()
                    .map(|row| row.doc)
                    .collect();
                let gate = self.street.hub.app().doors().gate();
                gate.submit(self.street.hub.tenant(), &docs).await;
            } else if status.queued == 0 && taken.iter().all(|one| one.more != Some(true)) {
                return;
            }
        }
        panic!("the phone never came to rest");
    }

    async fn approve(&mut self, doc: Id, seen: Value) {
        let path = format!("/v1/visits/{doc}/review");
        let body = json!({"decision": "approve", "seen": seen});
        self.send("review", &path, body).await;
    }

    /// What the office reads is what was done; answers as of when the visit is on the screen.
    async fn look(&mut self, ticket: Id, doc: Id, visit_state: &str, ticket_state: &str) -> Value {
        let visit = self.get("visit", &format!("/v1/visits/{doc}")).await;
        assert_eq!(visit["state"], visit_state, "{visit}");
        let shown = self.get("ticket", &format!("/v1/tickets/{ticket}")).await;
        assert_eq!(shown["status"], ticket_state, "{shown}");
        let visits = shown["visit_rows"].as_array().map(Vec::len);
        assert_eq!(visits, Some(1), "{shown}");
        visit["changed_seq"].clone()
    }
}

/// Every day has one ticket, one approved visit and one photo, whatever failed.
async fn assert_all_is_there(day: &Day) {
    day.faults.fail_at(0);
    let street = &day.street;
    let total = street.hub.get("/v1/tickets", &street.office).await.json()["total"].take();
    // The street's own ticket beside.
    assert_eq!(total, json!(day.days + 1));
    for n in 1..=day.days {
        let file = photos::jpeg(60, 40, u32::try_from(n).unwrap());
        let shown = show(
            &street.hub,
            &street.office,
            MediaHash::of(&file),
            "original",
        )
        .await;
        assert_eq!(shown.body, file, "the photo of day {n}");
    }
    assert_undecided(&street.hub, 0).await;
}

async fn assert_undecided(hub: &TestApp, count: usize) {
    let mut tx = hub.app().store().read().await.unwrap();
    assert_eq!(
        tx.list_inbox_documents(Duration::ZERO).await.unwrap().len(),
        count
    );
}
