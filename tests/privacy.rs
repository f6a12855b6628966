//! No name, phone number, address, word of a record or token in any line of the log, at any level, whatever happens.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, header};
use harness::on_both_backends;
use harness::phone::{post, post_bytes, push_of, set};
use serde_json::json;
use store::Tx;
use sync_core::Role;
use sync_core::edit::Edit;
use sync_core::value::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id as SpanId, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::sync::scope::change_of;
use crate::sync::street::{Street, phone};

on_both_backends! { nothing_that_people_wrote_or_that_opens_a_door_is_logged }

/// Writes down every field of every span and event.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }

    // Without escapes, as people read it.
    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {field}={value}").unwrap();
    }
}

impl<S: Subscriber> Layer<S> for Everything {
    fn on_new_span(&self, span: &Attributes<'_>, _: &SpanId, _: Context<'_, S>) {
        let mut log = self.0.lock().unwrap();
        log.push_str(span.metadata().target());
        span.record(&mut Fields(&mut log));
        log.push('\n');
    }

    fn on_record(&self, _: &SpanId, values: &Record<'_>, _: Context<'_, S>) {
        let mut log = self.0.lock().unwrap();
        values.record(&mut Fields(&mut log));
        log.push('\n');
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut log = self.0.lock().unwrap();
        log.push_str(event.metadata().target());
        event.record(&mut Fields(&mut log));
        log.push('\n');
    }
}

async fn nothing_that_people_wrote_or_that_opens_a_door_is_logged(mut street: Street) {
    let log = Everything::default();
    let subscriber = tracing_subscriber::registry().with(log.clone());
    tracing::subscriber::set_global_default(subscriber).expect("this test has its own process");

    // What may not be seen: people, what the ticket says, what the record says, what opens a door.
    let mut secrets: Vec<String> = [
        "王某某",
        "张*",
        "138****0000",
        "和平路1号",
        "二单元楼道",
        "三楼堆放纸箱",
        "302室",
        "请补充处理结果",
        "清走了什么",
        "现场核实",
        "红米手机",
        "hunter2-hunter2",
        "李四某",
    ]
    .map(str::to_owned)
    .to_vec();
    let callers = [
        &street.worker.caller,
        &street.captain.caller,
        &street.office,
    ];
    secrets.extend(callers.map(|caller| street.hub.bearer(caller).replace("Bearer ", "")));

    a_day(&mut street).await;
    strangers(&street).await;
    faults(&mut street).await;

    let log = log.0.lock().unwrap();
    for expected in [
        "put aside at the threshold",
        "put aside at the gate",
        "answered",
        "cannot be decided",
    ] {
        assert!(log.contains(expected), "the test is to see {expected:?}");
    }
    for secret in &secrets {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "{secret} was logged");
    }
}

/// Honest work and the office's answer.
pub(crate) async fn a_day(street: &mut Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.arrive(doc);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    let mut line = street.captain.listen(&street.hub).await;
    let note = "finding".to_owned();
    let text = "三楼堆放纸箱。".to_owned();
    street.worker.edit(doc, &Edit::SetNote { note, text });
    let household = [("household", Value::Text("302室".into()))];
    street.captain.put(doc, "persuasions", &household);
    street.captain.set(doc, "outcome", "partly");
    street.worker.set(doc, "outcome", "resolved");
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    street.captain.hear(&mut line).await;
    street.captain.sync(&street.hub).await;
    let story = street.story(doc).await;
    let shown = &story["disagreements"][0]["shown"];
    let pick = json!({"path": "fields/outcome", "choice": shown, "reason": "现场核实"});
    assert_eq!(street.settle(doc, pick).await.status, 200);
    let returned = json!({
        "decision": "return", "remark": "请补充处理结果",
        "pins": [{"path": "notes/result", "text": "写明清走了什么"}],
    });
    assert_eq!(street.review(doc, returned).await.status, 200);
    for path in [
        "/v1/visits?query=和平路1号",
        "/v1/tickets?query=二单元楼道",
        "/v1/people?query=王某某",
        "/v1/me",
    ] {
        let path: String = path.chars().map(escaped).collect();
        assert_eq!(
            street.hub.get(&path, &street.office).await.status,
            200,
            "{path}"
        );
    }
}

/// A letter as it stands in a path.
pub(crate) fn escaped(letter: char) -> String {
    if letter.is_ascii() {
        return letter.to_string();
    }
    let mut bytes = [0; 4];
    let bytes = letter.encode_utf8(&mut bytes).bytes();
    bytes.map(|byte| format!("%{byte:02X}")).collect()
}

/// People and programs who should not get in.
async fn strangers(street: &Street) {
    for (path, body) in [
        (
            "/v1/login",
            json!({"username": "李四某", "password": "hunter2-hunter2"}),
        ),
        (
            "/v1/enrol",
            json!({
                "code": "ABCD-EFGH-JKMN-PQRS", "password": "hunter2-hunter2", "device_name": "红米手机", "app_version": "1",
            }),
        ),
        ("/v1/token", json!({"refresh": "hunter2-hunter2"})),
    ] {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        let answer = street
            .hub
            .send(request.body(Body::from(body.to_string())).unwrap())
            .await;
        assert!(answer.status.is_client_error(), "{path}: {:?}", answer.body);
    }
    let request = Request::get("/v1/me").header(header::AUTHORIZATION, "Bearer hunter2-hunter2");
    street.hub.send(request.body(Body::empty()).unwrap()).await;
}

/// Refusals at both doors, broken requests, a damaged row.
async fn faults(street: &mut Street) {
    let outsider = phone(&street.hub, Role::GridWorker, &[street.other_grid], 61).await;
    let doc = outsider.fresh_id();
    let change = change_of(7, "address", "和平路1号");
    let push = push_of(doc, street.ticket, &[change], outsider.now());
    post(&street.hub, &outsider.caller, &push).await;
    let words = "和平路1号 王某某".as_bytes().to_vec();
    post_bytes(&street.hub, &outsider.caller, words).await;

    let signed = street.worker.create_visit(street.ticket);
    street.worker.set(signed, "address", "和平路1号");
    street
        .worker
        .mark_as(signed, "submit", outsider.caller.person);
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.row(signed).quarantined, 1);
    let refused = street.worker.try_edit(signed, &set("outcome", "和平路1号"));
    assert!(refused.is_err());

    let sql = "UPDATE visit SET people = '{}' WHERE doc = $1";
    let id = uuid::Uuid::from_bytes(signed.bytes());
    let mut tx = street.hub.app().store().begin().await.unwrap();
    match &mut tx {
        Tx::Sqlite(tx) => drop(sqlx::query(sql).bind(id).execute(&mut **tx).await.unwrap()),
        Tx::Postgres(tx) => drop(sqlx::query(sql).bind(id).execute(&mut **tx).await.unwrap()),
    }
    tx.commit().await.unwrap();
    street.worker.set(signed, "room", "302室");
    street.worker.exchange(&street.hub).await;
    street
        .hub
        .app()
        .doors()
        .gate()
        .submit(street.hub.tenant(), &[signed])
        .await;
}
