//! Keeping people: first passwords, the second person, out and back in, other units and roles, one's own password.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use harness::on_both_backends;
use harness::phone::Phone;
use harness::test_app::{Answer, Caller, TestApp};
use serde_json::{Value, json};
use store::audit::AuditFilter;
use sync_core::{Id, Role};

use super::auth::{cookie_of, enrol, login, post, refused, renew, use_access};
use super::people::add;
use crate::sync::street::Street;

on_both_backends! {
    a_first_password_is_replaced_at_its_first_use_in_the_office,
    a_first_password_opens_a_phone_only_where_it_opens_nothing_else,
    what_one_appoints_to_the_office_another_confirms,
    a_reset_password_is_the_only_one_that_works,
    a_password_of_the_office_is_reset_by_two,
    whoever_is_kept_out_fails_at_the_next_request_and_comes_back_with_all_their_work,
    other_units_bring_other_tickets_at_once,
    another_role_ends_the_devices_that_it_has_no_use_for,
    ones_own_password_is_changed_with_the_old_one_and_ends_other_browsers,
    nobody_changes_their_own_account_and_the_office_none_of_an_administrator,
    whoever_appoints_nobody_learns_nothing_of_who_is_there,
}

const OWN: &str = "yushan-72";
const UNLIKELY: &str = "liushu-36";

struct Added {
    id: Id,
    username: String,
    first: String,
}

async fn added(app: &TestApp, by: &Caller, username: &str, role: Role) -> Added {
    let created = add(app, by, username, role, &[]).await;
    Added {
        id: Id::parse(created["id"].as_str().unwrap()).unwrap(),
        username: username.to_owned(),
        first: created["initial_password"].as_str().unwrap().to_owned(),
    }
}

impl Added {
    async fn login(&self, app: &TestApp, password: &str, new: Option<&str>) -> Answer {
        let body = json!({"username": self.username, "password": password, "new_password": new});
        post(app, "/v1/login", &body, "").await
    }

    async fn act(&self, app: &TestApp, by: &Caller, act: &str) -> Answer {
        let path = format!("/v1/people/{}/{act}", self.id);
        app.post(&path, by, &json!({})).await
    }

    async fn code(&self, app: &TestApp, by: &Caller) -> String {
        let answer = self.act(app, by, "enrolment").await;
        answer.json()["code"].as_str().unwrap().to_owned()
    }
}

async fn edit(app: &TestApp, by: &Caller, person: Id, body: Value) -> Answer {
    let request = Request::patch(format!("/v1/people/{person}"))
        .header(header::AUTHORIZATION, app.bearer(by))
        .header(header::CONTENT_TYPE, "application/json");
    app.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

async fn acts(app: &TestApp) -> Vec<String> {
    let mut tx = app.app().store().read().await.unwrap();
    let entries = tx
        .list_audit(app.tenant(), &AuditFilter::default(), 20)
        .await
        .unwrap();
    entries.into_iter().rev().map(|(_, one)| one.act).collect()
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

async fn a_first_password_is_replaced_at_its_first_use_in_the_office(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let head = added(&app, &leader, "head", Role::GridHead).await;
    let answer = head.login(&app, &head.first, None).await;
    assert_eq!(refused(&answer), is(403, "password_change_required"));
    assert_eq!(answer.headers.get(header::SET_COOKIE), None);
    for (new, code) in [
        ("", "password_weak"),
        ("12345678", "password_weak"),
        ("head-head-1", "password_weak"),
        (head.first.as_str(), "password_unchanged"),
    ] {
        let answer = head.login(&app, &head.first, Some(new)).await;
        assert_eq!(refused(&answer), is(422, code), "{new}");
    }
    app.app().clock().advance(5 * 60_000 + 1);
    let entered = head.login(&app, &head.first, Some(OWN)).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.json());
    let old = head.login(&app, &head.first, Some(UNLIKELY)).await;
    assert_eq!(refused(&old), is(401, "login_failed"));
    assert_eq!(login(&app, "head", OWN, "").await.status, StatusCode::OK);
    // Whoever has their own is not given another one by the way.
    let both = head.login(&app, OWN, Some(UNLIKELY)).await;
    assert_eq!(both.status, StatusCode::OK);
    assert_eq!(login(&app, "head", OWN, "").await.status, StatusCode::OK);
    assert_eq!(
        acts(&app).await[..3],
        ["person.create", "session.login", "person.password.change"]
    );
}

async fn a_first_password_opens_a_phone_only_where_it_opens_nothing_else(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let worker = added(&app, &leader, "worker", Role::GridWorker).await;
    let code = worker.code(&app, &leader).await;
    let phone = enrol(&app, &code, &worker.first, Value::Null).await;
    assert_eq!(phone.status, StatusCode::OK);
    let head = added(&app, &leader, "head", Role::GridHead).await;
    let code = head.code(&app, &leader).await;
    let phone = enrol(&app, &code, &head.first, Value::Null).await;
    assert_eq!(refused(&phone), is(403, "password_change_required"));
    head.login(&app, &head.first, Some(OWN)).await;
    let phone = enrol(&app, &code, OWN, Value::Null).await;
    assert_eq!(phone.status, StatusCode::OK, "the code is not used up");
}

async fn what_one_appoints_to_the_office_another_confirms(app: TestApp) {
    let admin = app.sign_in(Role::SystemAdmin, &[]).await;
    let security = app.sign_in(Role::SecurityAdmin, &[]).await;
    for role in [
        Role::HotlineWorker,
        Role::OfficeReviewer,
        Role::Leader,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::Auditor,
    ] {
        let name = format!("new.{}", role.as_str());
        let created = add(&app, &admin, &name, role, &[]).await;
        assert_eq!(created["unconfirmed"], true, "{role:?}");
        let one = Added {
            id: Id::parse(created["id"].as_str().unwrap()).unwrap(),
            username: name,
            first: created["initial_password"].as_str().unwrap().to_owned(),
        };
        let unconfirmed = is(403, "appointment_unconfirmed");
        let early = one.login(&app, &one.first, Some(OWN)).await;
        assert_eq!(refused(&early), unconfirmed, "{role:?}");
        let own = one.act(&app, &admin, "confirm").await;
        assert_eq!(refused(&own), is(403, "second_person_required"));
        for other in [Role::Auditor, Role::CommunitySecretary, Role::HotlineWorker] {
            let other = app.sign_in(other, &[]).await;
            let answer = one.act(&app, &other, "confirm").await;
            assert_eq!(refused(&answer), is(403, "role_not_allowed"));
        }
        let still = one.login(&app, &one.first, Some(OWN)).await;
        assert_eq!(refused(&still), unconfirmed, "{role:?}");
        assert_eq!(one.act(&app, &security, "confirm").await.status, 204);
        let again = one.act(&app, &security, "confirm").await;
        assert_eq!(refused(&again), is(409, "already_confirmed"));
        app.app().clock().advance(5 * 60_000 + 1);
        let entered = one.login(&app, &one.first, Some(OWN)).await;
        assert_eq!(entered.status, StatusCode::OK, "{role:?}");
    }
    // Those in the field need no second person.
    let created = add(&app, &admin, "grid", Role::GridWorker, &[]).await;
    assert_eq!(created["unconfirmed"], false);
    // A worker who is made a reviewer waits for the second person too.
    let worker = Id::parse(created["id"].as_str().unwrap()).unwrap();
    let body = json!({"name": "李某某", "role": "office_reviewer", "units": []});
    assert_eq!(edit(&app, &admin, worker, body).await.status, 204);
    let password = created["initial_password"].as_str().unwrap();
    let answer = login(&app, "grid", password, "").await;
    assert_eq!(refused(&answer), is(403, "appointment_unconfirmed"));
    let path = format!("/v1/people/{worker}/confirm");
    assert_eq!(app.post(&path, &security, &json!({})).await.status, 204);
}

async fn a_reset_password_is_the_only_one_that_works(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let worker = added(&app, &leader, "worker", Role::GridWorker).await;
    let code = worker.code(&app, &leader).await;
    let phone = enrol(&app, &code, &worker.first, Value::Null).await.json();
    assert_eq!(use_access(&app, &phone["access"]).await.status, 200);
    let reset = worker.act(&app, &leader, "password").await;
    assert_eq!(reset.status, StatusCode::OK, "{}", reset.json());
    assert_eq!(reset.json()["unconfirmed"], false);
    let second = reset.json()["initial_password"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(second, worker.first);
    let out = is(401, "login_required");
    assert_eq!(refused(&use_access(&app, &phone["access"]).await), out);
    let code = worker.code(&app, &leader).await;
    let old = enrol(&app, &code, &worker.first, Value::Null).await;
    assert_eq!(refused(&old), is(401, "login_failed"));
    let again = enrol(&app, &code, &second, phone["device"].clone()).await;
    assert_eq!(again.json()["device"], phone["device"], "under the same id");
    assert!(
        acts(&app)
            .await
            .contains(&"person.password.reset".to_owned())
    );
}

async fn a_password_of_the_office_is_reset_by_two(app: TestApp) {
    let admin = app.sign_in(Role::SystemAdmin, &[]).await;
    let leader = app.sign_in(Role::Leader, &[]).await;
    let reviewer = added(&app, &admin, "reviewer", Role::OfficeReviewer).await;
    reviewer.act(&app, &leader, "confirm").await;
    let entered = reviewer.login(&app, &reviewer.first, Some(OWN)).await;
    let session = cookie_of(&entered, "warmline_session");
    let reset = reviewer.act(&app, &admin, "password").await.json();
    assert_eq!(reset["unconfirmed"], true);
    let ended = post(&app, "/v1/session/refresh", &json!({}), &session).await;
    assert_eq!(refused(&ended), is(401, "login_required"));
    // The administrator knows the new password and cannot use it.
    let password = reset["initial_password"].as_str().unwrap();
    let answer = reviewer.login(&app, password, Some(UNLIKELY)).await;
    assert_eq!(refused(&answer), is(403, "appointment_unconfirmed"));
    let own = reviewer.act(&app, &admin, "confirm").await;
    assert_eq!(refused(&own), is(403, "second_person_required"));
    assert_eq!(reviewer.act(&app, &leader, "confirm").await.status, 204);
    let answer = reviewer.login(&app, password, Some(UNLIKELY)).await;
    assert_eq!(answer.status, StatusCode::OK);
}

async fn whoever_is_kept_out_fails_at_the_next_request_and_comes_back_with_all_their_work(
    app: TestApp,
) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let head = added(&app, &leader, "head", Role::GridHead).await;
    let browser = head.login(&app, &head.first, Some(OWN)).await;
    let session = cookie_of(&browser, "warmline_session");
    let code = head.code(&app, &leader).await;
    let phone = enrol(&app, &code, OWN, Value::Null).await.json();
    use_access(&app, &phone["access"]).await;
    let unused = head.code(&app, &leader).await;
    for _ in 0..2 {
        assert_eq!(head.act(&app, &leader, "disable").await.status, 204);
    }
    let disabled = is(401, "account_disabled");
    for access in [&phone["access"], &browser.json()["access"]] {
        assert_eq!(refused(&use_access(&app, access).await), disabled);
    }
    assert_eq!(refused(&renew(&app, &phone["refresh"]).await).0, 401);
    let refresh = post(&app, "/v1/session/refresh", &json!({}), &session).await;
    assert_eq!(refresh.status, 401);
    assert_eq!(refused(&login(&app, "head", OWN, "").await), disabled);
    assert_eq!(
        refused(&enrol(&app, &unused, OWN, Value::Null).await),
        is(403, "enrolment_code_invalid")
    );
    let listed = app.get("/v1/people?query=head", &leader).await.json();
    assert_eq!(listed["items"][0]["state"], "disabled");

    for _ in 0..2 {
        assert_eq!(head.act(&app, &leader, "enable").await.status, 204);
    }
    let old = use_access(&app, &phone["access"]).await;
    assert_eq!(refused(&old), is(401, "login_required"));
    let code = head.code(&app, &leader).await;
    let again = enrol(&app, &code, OWN, phone["device"].clone()).await;
    assert_eq!(
        again.json()["device"],
        phone["device"],
        "unsent work is kept"
    );
    assert_eq!(login(&app, "head", OWN, "").await.status, StatusCode::OK);
    let acts = acts(&app).await;
    let count = |act: &str| acts.iter().filter(|one| *one == act).count();
    assert_eq!((count("person.disable"), count("person.enable")), (1, 1));
}

fn tickets_of(phone: &Phone) -> Vec<Id> {
    let rows = phone.replica().tickets().into_iter();
    rows.filter(|ticket| !ticket.removed)
        .filter_map(|ticket| ticket.record.id)
        .collect()
}

async fn other_units_bring_other_tickets_at_once(mut street: Street) {
    let elsewhere = street.add_ticket("grid", street.other_grid).await;
    street.worker.sync(&street.hub).await;
    assert_eq!(tickets_of(&street.worker), [street.ticket]);
    let person = street.worker.caller.person;
    let move_to = |units: Value| json!({"name": "王某某", "role": "grid_worker", "units": units});
    let answer = edit(
        &street.hub,
        &street.office,
        person,
        move_to(json!([street.other_grid])),
    )
    .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    street.worker.sync(&street.hub).await;
    assert_eq!(tickets_of(&street.worker), [elsewhere]);
    let both = move_to(json!([street.grid, street.other_grid]));
    edit(&street.hub, &street.office, person, both).await;
    street.worker.sync(&street.hub).await;
    let mut seen = tickets_of(&street.worker);
    seen.sort();
    let mut expected = [street.ticket, elsewhere];
    expected.sort();
    assert_eq!(seen, expected);
    let nowhere = move_to(json!([street.ticket]));
    let answer = edit(&street.hub, &street.office, person, nowhere).await;
    assert_eq!(refused(&answer), is(422, "unit_unknown"));
    let nameless = json!({"name": " ", "role": "grid_worker", "units": []});
    let answer = edit(&street.hub, &street.office, person, nameless).await;
    assert_eq!(refused(&answer), is(422, "name_invalid"));
    street.worker.sync(&street.hub).await;
    assert_eq!(tickets_of(&street.worker).len(), 2, "nothing half done");
}

async fn another_role_ends_the_devices_that_it_has_no_use_for(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let head = added(&app, &leader, "head", Role::GridHead).await;
    let browser = head.login(&app, &head.first, Some(OWN)).await.json();
    let code = head.code(&app, &leader).await;
    let phone = enrol(&app, &code, OWN, Value::Null).await.json();
    let body = json!({"name": "李某某", "role": "grid_worker", "units": []});
    assert_eq!(edit(&app, &leader, head.id, body).await.status, 204);
    assert_eq!(use_access(&app, &phone["access"]).await.status, 200);
    let out = use_access(&app, &browser["access"]).await;
    assert_eq!(refused(&out), is(401, "login_required"));
    let answer = login(&app, "head", OWN, "").await;
    assert_eq!(refused(&answer), is(403, "phone_account"));
    let last = acts(&app).await;
    assert!(
        last.contains(&"person.edit.grid_worker".to_owned()),
        "{last:?}"
    );
}

async fn ones_own_password_is_changed_with_the_old_one_and_ends_other_browsers(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let head = added(&app, &leader, "head", Role::GridHead).await;
    let here = head.login(&app, &head.first, Some(OWN)).await.json();
    let there = head.login(&app, OWN, None).await.json();
    let code = head.code(&app, &leader).await;
    let phone = enrol(&app, &code, OWN, Value::Null).await.json();
    let change = async |current: &str, new: &str| {
        let request = Request::post("/v1/me/password")
            .header(header::CONTENT_TYPE, "application/json")
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", here["access"].as_str().unwrap()),
            );
        let body = json!({"current": current, "new": new}).to_string();
        app.send(request.body(Body::from(body)).unwrap()).await
    };
    let wrong = change("wrong", UNLIKELY).await;
    assert_eq!(refused(&wrong), is(403, "password_wrong"));
    assert_eq!(
        refused(&change(OWN, "short1").await),
        is(422, "password_weak")
    );
    assert_eq!(
        refused(&change(OWN, OWN).await),
        is(422, "password_unchanged")
    );
    for _ in 0..2 {
        change("wrong", UNLIKELY).await;
    }
    let closed = change(OWN, UNLIKELY).await;
    assert_eq!(refused(&closed), is(429, "too_many_attempts"));
    app.app().clock().advance(5 * 60_000 + 1);
    assert_eq!(change(OWN, UNLIKELY).await.status, StatusCode::NO_CONTENT);
    assert_eq!(use_access(&app, &here["access"]).await.status, 200);
    assert_eq!(use_access(&app, &phone["access"]).await.status, 200);
    let out = use_access(&app, &there["access"]).await;
    assert_eq!(refused(&out), is(401, "login_required"));
    assert_eq!(login(&app, "head", OWN, "").await.status, 401);
    assert_eq!(login(&app, "head", UNLIKELY, "").await.status, 200);
}

async fn nobody_changes_their_own_account_and_the_office_none_of_an_administrator(app: TestApp) {
    let body = json!({"name": "李某某", "role": "grid_worker", "units": []});
    let reviewer = app.sign_in(Role::OfficeReviewer, &[]).await;
    let own = is(409, "own_account");
    assert_eq!(
        refused(&edit(&app, &reviewer, reviewer.person, body.clone()).await),
        own
    );
    for act in ["disable", "enable", "password"] {
        let path = format!("/v1/people/{}/{act}", reviewer.person);
        assert_eq!(refused(&app.post(&path, &reviewer, &json!({})).await), own);
    }
    let not_allowed = is(403, "role_not_allowed");
    for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor] {
        let admin = app.sign_in(role, &[]).await;
        let answer = edit(&app, &reviewer, admin.person, body.clone()).await;
        assert_eq!(refused(&answer), not_allowed);
        for act in ["disable", "enable", "password"] {
            let path = format!("/v1/people/{}/{act}", admin.person);
            let answer = app.post(&path, &reviewer, &json!({})).await;
            assert_eq!(refused(&answer), not_allowed, "{act}");
        }
        let path = format!("/v1/devices/{}/revoke", admin.device);
        let reason = json!({"reason": "lost"});
        let answer = app.post(&path, &reviewer, &reason).await;
        assert_eq!(refused(&answer), not_allowed);
        assert_eq!(app.get("/v1/me", &admin).await.status, StatusCode::OK);
        // Nor makes the office one.
        let worker = app.sign_in(Role::GridWorker, &[]).await;
        let raised = json!({"name": "李某某", "role": role, "units": []});
        let answer = edit(&app, &reviewer, worker.person, raised).await;
        assert_eq!(refused(&answer), not_allowed);
    }
}

async fn whoever_appoints_nobody_learns_nothing_of_who_is_there(app: TestApp) {
    let known = app.sign_in(Role::GridWorker, &[]).await;
    let unknown = app.app().rng().new_id(app.app().clock().now());
    let body = json!({"name": "李某某", "role": "grid_worker", "units": []});
    for role in [Role::CommunitySecretary, Role::HotlineWorker, Role::Auditor] {
        let caller = app.sign_in(role, &[]).await;
        for person in [known.person, unknown] {
            let mut answers = vec![edit(&app, &caller, person, body.clone()).await];
            for act in ["disable", "enable", "password", "enrolment", "confirm"] {
                let path = format!("/v1/people/{person}/{act}");
                answers.push(app.post(&path, &caller, &json!({})).await);
            }
            for answer in answers {
                assert_eq!(refused(&answer), is(403, "role_not_allowed"));
            }
        }
        for device in [known.device, unknown] {
            let path = format!("/v1/devices/{device}/revoke");
            let answer = app.post(&path, &caller, &json!({"reason": "left"})).await;
            assert_eq!(refused(&answer), is(403, "role_not_allowed"));
        }
    }
}
