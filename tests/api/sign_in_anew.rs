//! A person signs in anew, on the same phone or another: what waits on the phone arrives, whatever became of the
//! device that it was written on.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use harness::on_both_backends;
use harness::phone::Phone;
use harness::test_app::{Answer, Caller, TestApp};
use serde_json::{Value, json};
use store::units::UnitKind;
use sync_core::record::Record;
use sync_core::{Id, Role};

use super::people;
use crate::sync::street::{insert_ticket, logged};

on_both_backends! {
    a_session_that_ends_with_three_days_of_unsent_work_loses_none_of_it,
    without_the_device_id_it_arrives_all_the_same,
    the_work_on_a_device_that_was_revoked_or_suspended_arrives_after_the_next_sign_in,
    what_a_phone_in_use_writes_stays_its_own,
    what_is_bound_to_somebody_elses_phone_stays_theirs,
}

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A grid, its worker with a password, and a ticket of the grid.
struct Desk {
    hub: TestApp,
    office: Caller,
    admin: Caller,
    person: String,
    password: String,
    grid: Id,
    ticket: Id,
}

impl Desk {
    async fn open(hub: TestApp) -> Self {
        let grid = hub.add_unit(UnitKind::Grid, "g1", None).await;
        let admin = hub.sign_in(Role::SystemAdmin, &[]).await;
        let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
        let added = people::add(&hub, &admin, "li", Role::GridWorker, &[grid]).await;
        let ticket = insert_ticket(&hub).await;
        let to = json!({ "to": { "kind": "grid", "id": grid } });
        let path = format!("/v1/tickets/{ticket}/assign");
        let assigned = hub.post(&path, &office, &to).await;
        assert_eq!(assigned.status, StatusCode::OK);
        Self {
            person: added["id"].as_str().unwrap().to_owned(),
            password: added["initial_password"].as_str().unwrap().to_owned(),
            hub,
            office,
            admin,
            grid,
            ticket,
        }
    }

    /// Signs in with a fresh code, as the app does.
    async fn enrol(&self, device: Value) -> (Caller, String) {
        let path = format!("/v1/people/{}/enrolment", self.person);
        let code = self.hub.post(&path, &self.admin, &json!({})).await.json();
        let body = json!({
            "code": code["code"], "password": self.password, "device_name": "红米",
            "app_version": "1.0.0", "device": device,
        });
        let answer = post(&self.hub, "/v1/enrol", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let answer = answer.json();
        let caller = self.hub.caller_of(answer["access"].as_str().unwrap());
        (caller, answer["refresh"].as_str().unwrap().to_owned())
    }

    /// A phone with one visit at the office and three days of work that never left it.
    async fn phone_with_work(&self) -> (Phone, String, [Id; 2]) {
        let (caller, refresh) = self.enrol(Value::Null).await;
        let mut phone = Phone::new(&self.hub, &caller, Role::GridWorker, 31);
        phone.sync(&self.hub).await;
        let sent = phone.create_visit(self.ticket);
        phone.set(sent, "address", "和平路1号");
        phone.sync(&self.hub).await;
        self.hub.app().clock().advance(DAY);
        phone.set(sent, "outcome", "partly");
        self.hub.app().clock().advance(DAY);
        let unsent = phone.create_visit(self.ticket);
        phone.set(unsent, "address", "和平路2号");
        self.hub.app().clock().advance(DAY);
        phone.mark(sent, "submit");
        (phone, refresh, [sent, unsent])
    }

    async fn revoke(&self, device: Id, reason: &str) {
        let path = format!("/v1/devices/{device}/revoke");
        let body = json!({ "reason": reason });
        let answer = self.hub.post(&path, &self.admin, &body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }

    /// Everything stands in the record, under the worker's name, and nothing was put aside.
    async fn all_arrived(&self, phone: &mut Phone, [sent, unsent]: [Id; 2]) {
        let status = phone.replica().status();
        assert_eq!((status.queued, status.quarantined), (0, 0));
        let (_, record) = logged(&self.hub, sent).await;
        assert_eq!(text(&record, "outcome"), "partly");
        let (_, record) = logged(&self.hub, unsent).await;
        assert_eq!(text(&record, "address"), "和平路2号");
        let aside = self.hub.get("/v1/quarantine", &self.office).await.json();
        assert_eq!(aside["items"], json!([]));
        let path = format!("/v1/visits/{unsent}");
        let story = self.hub.get(&path, &self.office).await.json();
        for line in story["history"].as_array().unwrap() {
            assert_eq!(line["written"]["person"]["id"], json!(self.person));
        }
    }
}

fn text(record: &Record, field: &str) -> String {
    record.field(field).text().unwrap_or_default().to_owned()
}

async fn post(hub: &TestApp, path: &str, body: &Value) -> Answer {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    hub.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

async fn a_session_that_ends_with_three_days_of_unsent_work_loses_none_of_it(hub: TestApp) {
    let desk = Desk::open(hub).await;
    let (mut phone, refresh, docs) = desk.phone_with_work().await;
    desk.hub.app().clock().advance(40 * DAY);
    let renewed = post(&desk.hub, "/v1/token", &json!({ "refresh": refresh })).await;
    assert_eq!(renewed.status, StatusCode::UNAUTHORIZED);
    let device = phone.caller.device;
    let (caller, _) = desk.enrol(json!(device)).await;
    assert_eq!(caller.device, device, "the hub gives the device back");
    phone.sign_in(&caller);
    phone.sync(&desk.hub).await;
    desk.all_arrived(&mut phone, docs).await;
}

async fn without_the_device_id_it_arrives_all_the_same(hub: TestApp) {
    let desk = Desk::open(hub).await;
    let (mut phone, _, docs) = desk.phone_with_work().await;
    let device = phone.caller.device;
    let (caller, _) = desk.enrol(Value::Null).await;
    assert_ne!(caller.device, device);
    phone.sign_in(&caller);
    // The answer to the first push is lost: the same again must do no harm.
    phone.lose_answer(&desk.hub).await;
    phone.sync(&desk.hub).await;
    desk.all_arrived(&mut phone, docs).await;
    // What is written on goes on under the same actor.
    phone.set(docs[1], "outcome", "resolved");
    phone.sync(&desk.hub).await;
    assert_eq!(phone.row(docs[1]).quarantined, 0);
}

async fn the_work_on_a_device_that_was_revoked_or_suspended_arrives_after_the_next_sign_in(
    hub: TestApp,
) {
    let desk = Desk::open(hub).await;
    let (mut phone, _, docs) = desk.phone_with_work().await;
    desk.revoke(phone.caller.device, "left").await;
    let (caller, _) = desk.enrol(json!(phone.caller.device)).await;
    assert_ne!(caller.device, phone.caller.device);
    phone.sign_in(&caller);
    phone.sync(&desk.hub).await;
    desk.all_arrived(&mut phone, docs).await;

    // Once more, from a device that only has to sign in again, to a second phone.
    phone.set(docs[1], "outcome", "unresolved");
    let mut tx = desk.hub.app().store().begin().await.unwrap();
    let suspended = store::devices::DeviceState::Suspended;
    tx.update_device_state(desk.hub.tenant(), phone.caller.device, suspended)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (caller, _) = desk.enrol(Value::Null).await;
    phone.sign_in(&caller);
    phone.sync(&desk.hub).await;
    desk.all_arrived(&mut phone, docs).await;
    let (_, record) = logged(&desk.hub, docs[1]).await;
    assert_eq!(text(&record, "outcome"), "unresolved");
}

async fn what_a_phone_in_use_writes_stays_its_own(hub: TestApp) {
    let desk = Desk::open(hub).await;
    let (mut phone, _, docs) = desk.phone_with_work().await;
    // A second phone, while the first goes on: a copy of its store is no sign-in on the same phone.
    let first = phone.caller.clone();
    let (second, _) = desk.enrol(Value::Null).await;
    desk.hub.app().clock().advance(1_000);
    let idle = harness::phone::request_of(Vec::new(), phone.now());
    let seen = harness::phone::post(&desk.hub, &first, &idle).await;
    assert_eq!(seen.status, StatusCode::OK);
    phone.sign_in(&second);
    phone.exchange(&desk.hub).await;
    let aside = desk.hub.get("/v1/quarantine", &desk.office).await.json();
    let items = aside["items"].as_array().unwrap();
    assert!(!items.is_empty());
    for item in items {
        assert_eq!(item["code"], "actor_of_other_device");
    }
    let path = format!("/v1/visits/{}", docs[1]);
    let story = desk.hub.get(&path, &desk.office).await;
    assert_eq!(story.status, StatusCode::NOT_FOUND);
}

async fn what_is_bound_to_somebody_elses_phone_stays_theirs(hub: TestApp) {
    let desk = Desk::open(hub).await;
    let (mut phone, _, docs) = desk.phone_with_work().await;
    desk.revoke(phone.caller.device, "left").await;
    let other = desk.hub.sign_in(Role::GridWorker, &[desk.grid]).await;
    desk.hub.app().clock().advance(DAY);
    phone.sign_in(&other);
    phone.exchange(&desk.hub).await;
    let aside = desk.hub.get("/v1/quarantine", &desk.office).await.json();
    let codes: Vec<_> = aside["items"].as_array().unwrap().iter().collect();
    assert!(!codes.is_empty());
    assert!(
        codes
            .iter()
            .all(|item| item["code"] == "actor_of_other_device")
    );
    let (_, record) = logged(&desk.hub, docs[0]).await;
    assert_eq!(text(&record, "outcome"), "");
}
