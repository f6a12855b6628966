//! The office's live channel: a page hears that something changed of what it may see, from whichever hub.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use harness::backends::on_postgres;
use harness::on_both_backends;
use harness::phone::post;
use harness::photos::jpeg;
use harness::test_app::{Caller, TestApp};
use http_body_util::BodyExt as _;
use serde_json::{Value as Json, json};
use store::Tx;
use store::devices::{DeviceKind, RevokeReason};
use store::units::UnitKind;
use sync_core::{Id, MediaHash, Role};
use tokio::time::timeout;
use tower::ServiceExt as _;

use super::street::Street;

on_both_backends! {
    an_office_page_hears_each_change_of_the_day_when_it_happens,
    what_phones_send_at_once_is_one_word,
    a_page_hears_nothing_of_what_it_may_not_see,
    the_channel_is_for_office_pages_alone,
    a_browser_that_was_barred_hears_nothing_more,
    the_office_is_told_what_a_phone_said_and_nothing_where_it_said_nothing,
}

/// How long a word that must come may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long nothing must come; longer than the hub holds a word back.
const QUIET: Duration = Duration::from_millis(1_500);

/// An open office page.
struct OfficeLine(Body);

impl OfficeLine {
    /// Opens the channel and hears that it stands.
    async fn open(hub: &TestApp, caller: &Caller) -> Self {
        let response = ask(hub, caller).await;
        assert_eq!(response.0, StatusCode::OK);
        let mut line = Self(response.1);
        assert_eq!(line.next().await, Some(json!({ "changed": [] })));
        line
    }

    /// The next word; `None` when the hub has closed.
    async fn next(&mut self) -> Option<Json> {
        let part = timeout(PATIENCE, self.0.frame()).await;
        let part = part.expect("the line is not silent")?.expect("it holds");
        let bytes: Bytes = part.into_data().expect("nothing but words");
        Some(serde_json::from_slice(&bytes).expect("one word is one line"))
    }

    /// Waits for a word about this, through others.
    async fn hear(&mut self, topic: &str) {
        loop {
            let word = self.next().await.expect("the line is open");
            if word["changed"].as_array().unwrap().contains(&json!(topic)) {
                return;
            }
        }
    }

    /// Every topic that is told until the line is quiet.
    async fn hear_until_quiet(&mut self) -> Vec<Json> {
        let mut heard = Vec::new();
        while let Ok(Some(part)) = timeout(QUIET, self.0.frame()).await {
            let bytes = part.unwrap().into_data().unwrap();
            let word: Json = serde_json::from_slice(&bytes).unwrap();
            heard.extend(word["changed"].as_array().unwrap().iter().cloned());
        }
        heard
    }
}

async fn ask(hub: &TestApp, caller: &Caller) -> (StatusCode, Body) {
    let request = Request::get("/v1/office/live")
        .header(header::AUTHORIZATION, hub.bearer(caller))
        .body(Body::empty())
        .unwrap();
    let router = hub::router::router(hub.app().clone());
    let Ok(response) = router.oneshot(request).await;
    (response.status(), response.into_body())
}

async fn an_office_page_hears_each_change_of_the_day_when_it_happens(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let office = street.office.clone();
    let mut line = OfficeLine::open(&street.hub, &office).await;
    // A phone begins, writes, submits.
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    line.hear("records").await;
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    line.hear("records").await;
    // It takes the visit back: the reviewer must not go on reading what is not there any more.
    street.worker.mark(doc, "withdraw");
    street.worker.sync(&street.hub).await;
    line.hear("records").await;
    line.hear_until_quiet().await;
    // A ticket is assigned by a colleague in the office.
    street.add_ticket("grid", street.other_grid).await;
    line.hear("records").await;
    line.hear_until_quiet().await;
    // A photo arrives.
    upload(&street.hub, &street.worker.caller).await;
    line.hear("records").await;
    line.hear_until_quiet().await;
    // Somebody is added to the people.
    let admin = street.hub.sign_in(Role::SystemAdmin, &[]).await;
    let person = json!({ "username": "li.na", "name": "李娜", "role": "leader", "units": [] });
    let answer = street.hub.post("/v1/people", &admin, &person).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    line.hear("people").await;
}

async fn what_phones_send_at_once_is_one_word(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let office = street.office.clone();
    let mut line = OfficeLine::open(&street.hub, &office).await;
    let doc = street.worker.create_visit(street.ticket);
    for room in 0..20 {
        street.worker.set(doc, "room", &room.to_string());
        street.worker.sync(&street.hub).await;
    }
    let heard = line.hear_until_quiet().await;
    let records = heard.iter().filter(|one| **one == json!("records")).count();
    assert!((1..20).contains(&records), "{heard:?}");
}

async fn a_page_hears_nothing_of_what_it_may_not_see(mut street: Street) {
    street.worker.sync(&street.hub).await;
    // The secretary of another community, the reviewer of another sub-district, who both have a line.
    let hub = &street.hub;
    let elsewhere = hub.add_unit(UnitKind::Community, "c2", None).await;
    let secretary = at_browser(hub, Role::CommunitySecretary, elsewhere).await;
    let minzhu = hub.add_tenant("minzhu", "民主街道").await;
    let stranger = hub.sign_in_to(minzhu, Role::OfficeReviewer, &[]).await;
    let mut lines = [
        OfficeLine::open(hub, &secretary).await,
        OfficeLine::open(hub, &stranger).await,
    ];
    let doc = street.worker.create_visit(street.ticket);
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    for line in &mut lines {
        let heard = line.hear_until_quiet().await;
        assert!(!heard.contains(&json!("records")), "{heard:?}");
    }
    street.assign(street.ticket, "community", elsewhere).await;
    lines[0].hear("records").await;
    assert_eq!(lines[1].hear_until_quiet().await, Vec::<Json>::new());
}

async fn the_channel_is_for_office_pages_alone(street: Street) {
    let worker = &street.worker.caller;
    assert_eq!(ask(&street.hub, worker).await.0, StatusCode::FORBIDDEN);
    for role in [Role::HotlineWorker, Role::GridHead] {
        let phone = street.hub.sign_in(role, &[street.grid]).await;
        let device = kind_of(&street.hub, &phone).await;
        let expected = match device {
            DeviceKind::Phone => StatusCode::FORBIDDEN,
            DeviceKind::Browser => StatusCode::OK,
        };
        assert_eq!(ask(&street.hub, &phone).await.0, expected, "{role:?}");
    }
}

async fn a_browser_that_was_barred_hears_nothing_more(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let office = street.office.clone();
    let mut line = OfficeLine::open(&street.hub, &office).await;
    let mut tx = street.hub.app().store().begin().await.unwrap();
    tx.revoke_device(
        street.hub.tenant(),
        office.device,
        RevokeReason::Left,
        street.hub.app().clock().now(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    street.wait(1);
    street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    assert_eq!(line.next().await, None);
}

async fn the_office_is_told_what_a_phone_said_and_nothing_where_it_said_nothing(
    mut street: Street,
) {
    let unsent = async |street: &Street, phone: &Caller| {
        let people = street.hub.get("/v1/people", &street.office).await.json();
        let rows = people["items"].as_array().unwrap().clone();
        let id = json!(phone.person);
        let row = rows.into_iter().find(|row| row["id"] == id).unwrap();
        row["devices"][0]["unsent"].clone()
    };
    let (worker, captain) = (street.worker.caller.clone(), street.captain.caller.clone());
    assert_eq!(unsent(&street, &captain).await, Json::Null);
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "room", "101");
    street.wait(5);
    // One round trip: what came with the report is not on the phone any more.
    let now = street.hub.app().clock().now();
    street.worker.exchange(&street.hub).await;
    let nothing = json!({ "reported_at": now, "records": 0, "changes": 0, "photos": 0 });
    assert_eq!(unsent(&street, &worker).await, nothing);
    // A phone that holds more than fits into one request says so.
    let mut request = street.worker.request();
    request.unsent.changes = 7;
    request.unsent.photos = 3;
    request.unsent.records = Some(2);
    post(&street.hub, &worker, &request).await;
    let some = json!({ "reported_at": now, "records": 2, "changes": 7, "photos": 3 });
    assert_eq!(unsent(&street, &worker).await, some);
    // One of an older app counts changes alone.
    request.unsent.changes = 8;
    request.unsent.records = None;
    post(&street.hub, &worker, &request).await;
    let older = json!({ "reported_at": now, "records": null, "changes": 8, "photos": 3 });
    assert_eq!(unsent(&street, &worker).await, older);
}

#[test]
fn two_hubs_on_one_postgres_tell_each_others_listeners() {
    on_postgres(|mut street: Street| async move {
        let other = street.hub.beside().await;
        street.worker.sync(&street.hub).await;
        street.captain.sync(&other).await;
        let mut page = OfficeLine::open(&other, &street.office.clone()).await;
        let mut phone = street.captain.listen(&other).await;
        until_heard(&street, &mut page).await;
        page.hear_until_quiet().await;
        while let Ok(heard) = timeout(QUIET, street.captain.hear(&mut phone)).await {
            assert_eq!(heard.frame, "poke");
        }
        // Admitted at one, heard at the other.
        let doc = street.worker.create_visit(street.ticket);
        street.worker.sync(&street.hub).await;
        page.hear("records").await;
        assert_eq!(street.captain.hear(&mut phone).await.frame, "poke");
        street.captain.sync(&other).await;
        assert_eq!(street.captain.heads(doc), street.worker.heads(doc));
        // A decision as well, and a device that was barred.
        street.worker.mark(doc, "submit");
        street.worker.sync(&street.hub).await;
        page.hear_until_quiet().await;
        let returned = json!({ "decision": "return", "remark": "请补充" });
        assert_eq!(street.review(doc, returned).await.status, 200);
        page.hear("records").await;
        let revoke = format!("/v1/devices/{}/revoke", street.worker.caller.device);
        let lost = json!({ "reason": "lost" });
        let answer = street.hub.post(&revoke, &street.office, &lost).await;
        assert_eq!(answer.status, 204, "{:?}", answer.body);
        page.hear("people").await;
    });
}

#[test]
fn a_hub_that_lost_its_ear_asks_everybody_to_look_and_hears_again() {
    on_postgres(|mut street: Street| async move {
        let other = street.hub.beside().await;
        street.worker.sync(&street.hub).await;
        let mut page = OfficeLine::open(&other, &street.office.clone()).await;
        until_heard(&street, &mut page).await;
        page.hear_until_quiet().await;
        cut_ears(&street.hub).await;
        // Whatever was said meanwhile is lost: both topics are to be looked at.
        page.hear("people").await;
        until_heard(&street, &mut page).await;
        page.hear_until_quiet().await;
        street.worker.create_visit(street.ticket);
        street.worker.sync(&street.hub).await;
        page.hear("records").await;
    });
}

/// Both hubs hear each other a moment after they were opened; until then what one says is lost to the other.
async fn until_heard(street: &Street, page: &mut OfficeLine) {
    for _ in 0..100 {
        street
            .hub
            .app()
            .doors()
            .live()
            .poke(street.hub.tenant(), Vec::new());
        if timeout(Duration::from_millis(200), page.hear("records"))
            .await
            .is_ok()
        {
            return;
        }
    }
    panic!("the hubs do not hear each other");
}

/// Ends every connection that hears bulletins, as a restart of PostgreSQL does.
async fn cut_ears(hub: &TestApp) {
    let mut tx = hub.app().store().begin().await.unwrap();
    let Tx::Postgres(connection) = &mut tx else {
        panic!("PostgreSQL");
    };
    let cut: Vec<bool> = sqlx::query_scalar(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    )
    .fetch_all(&mut **connection)
    .await
    .unwrap();
    assert_eq!(cut, [true, true]);
}

async fn at_browser(hub: &TestApp, role: Role, unit: Id) -> Caller {
    let caller = hub.sign_in(role, &[unit]).await;
    let mut tx = hub.app().store().begin().await.unwrap();
    let device = uuid::Uuid::from_bytes(caller.device.bytes());
    let sql = "UPDATE device SET kind = 'browser' WHERE id = $1";
    match &mut tx {
        Tx::Sqlite(tx) => drop(
            sqlx::query(sql)
                .bind(device)
                .execute(&mut **tx)
                .await
                .unwrap(),
        ),
        Tx::Postgres(tx) => drop(
            sqlx::query(sql)
                .bind(device)
                .execute(&mut **tx)
                .await
                .unwrap(),
        ),
    }
    tx.commit().await.unwrap();
    caller
}

async fn kind_of(hub: &TestApp, caller: &Caller) -> DeviceKind {
    let mut tx = hub.app().store().read().await.unwrap();
    let device = tx.find_device(caller.tenant, caller.device).await.unwrap();
    device.unwrap().kind
}

async fn upload(hub: &TestApp, caller: &Caller) {
    let file = jpeg(64, 48, 1);
    let request = Request::patch(format!("/v1/media/{}", MediaHash::of(&file)))
        .header(header::AUTHORIZATION, hub.bearer(caller))
        .header(header::CONTENT_TYPE, "application/partial-upload")
        .header("upload-offset", 0)
        .header("upload-complete", "?1")
        .body(file.into())
        .unwrap();
    let answer = hub.send(request).await;
    assert!(answer.status.is_success(), "{:?}", answer.body);
}
