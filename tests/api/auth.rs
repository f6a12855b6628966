//! Signing in: enrolment, refresh tokens that survive lost answers, office sessions, guessing.

use std::time::Instant;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use harness::backends::Backend;
use harness::on_both_backends;
use harness::test_app::{Answer, Caller, TestApp};
use serde_json::{Value, json};
use store::audit::AuditFilter;
use store::devices::{DeviceKind, DeviceState};
use store::people::{PasswordState, PersonState};
use sync_core::sight::TicketSight;
use sync_core::{Id, Role};

use super::people;

on_both_backends! {
    a_phone_is_let_in_once_with_its_code_and_password,
    the_key_for_numbers_is_given_to_phones_of_those_who_handle_tickets_alone,
    a_code_works_for_a_day,
    a_wrong_password_does_not_use_up_the_code,
    a_code_that_was_replaced_is_unknown,
    two_phones_that_send_one_code_at_once_get_one_place,
    a_phone_that_is_enrolled_again_keeps_its_id,
    nobody_goes_on_under_somebody_elses_device,
    a_code_of_somebody_else_stays_good_on_a_phone_with_unsent_work,
    lost_answers_never_lock_a_phone_out,
    the_old_token_dies_when_the_new_one_is_used,
    pages_that_renew_at_once_are_not_taken_for_thieves,
    a_stolen_token_ends_with_its_family,
    a_phone_that_lost_its_new_token_goes_on_with_the_password,
    an_unused_successor_is_revoked_when_the_old_token_asks_again_later,
    tokens_end_after_a_month_unused_and_after_half_a_year,
    a_token_that_the_hub_does_not_know_asks_for_a_new_sign_in,
    what_is_no_access_token_is_refused,
    a_disabled_person_fails_at_the_next_request,
    an_office_browser_signs_in_and_renews_its_session,
    over_https_a_browser_takes_the_cookies_from_this_host_alone,
    a_session_ends_when_it_is_idle_and_after_a_week,
    signing_out_ends_the_access_token_too,
    a_browser_that_people_share_stays_one_device_for_each_of_them,
    browsers_whose_sessions_have_ended_are_not_shown_as_in_use,
    a_wrong_password_and_nobody_get_the_same_answer,
    nobody_takes_as_long_as_a_wrong_password,
    guessing_closes_the_account_for_strangers_and_not_for_a_known_browser,
    guessing_at_once_is_counted_too,
    a_sub_district_is_named_when_there_are_several,
    a_password_hash_of_weaker_days_is_renewed_at_sign_in,
    a_refresh_token_of_one_kind_does_not_pass_as_the_other,
    signing_in_is_in_the_audit_log,
    a_password_alone_gives_nothing_that_a_phone_gave,
    a_browser_does_not_sync_and_a_phone_does_not_work_in_the_office,
    a_token_is_for_the_kind_of_its_device,
}

const MINUTE: i64 = 60 * 1000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Somebody with a password, as the office hands it out.
struct Account {
    leader: Caller,
    person: Id,
    username: String,
    password: String,
}

impl Account {
    async fn new(app: &TestApp, role: Role) -> Self {
        let leader = app.sign_in(Role::SystemAdmin, &[]).await;
        let created = people::add(app, &leader, "li", role, &[]).await;
        let person = Id::parse(created["id"].as_str().unwrap()).unwrap();
        if role.has_office_pages() {
            settle_in(app, person).await;
        }
        Self {
            leader,
            person,
            username: "li".to_owned(),
            password: created["initial_password"].as_str().unwrap().to_owned(),
        }
    }

    async fn code(&self, app: &TestApp) -> String {
        let path = format!("/v1/people/{}/enrolment", self.person);
        let answer = app.post(&path, &self.leader, &json!({})).await.json();
        answer["code"].as_str().unwrap().to_owned()
    }

    async fn enrol(&self, app: &TestApp) -> Value {
        let code = self.code(app).await;
        let answer = enrol(app, &code, &self.password, Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        answer.json()
    }

    async fn login(&self, app: &TestApp, cookie: &str) -> Answer {
        login(app, &self.username, &self.password, cookie).await
    }
}

/// Leaves behind what `accounts` tells of: a second person has confirmed the account, and the password that was
/// handed out is one that its person chose.
pub(crate) async fn settle_in(app: &TestApp, person: Id) {
    let mut tx = app.app().store().begin().await.unwrap();
    let row = tx.find_person(app.tenant(), person).await.unwrap().unwrap();
    let hash = row.password_hash.unwrap();
    tx.replace_password(app.tenant(), person, &hash, PasswordState::Own)
        .await
        .unwrap();
    tx.update_appointment(app.tenant(), person, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A `POST` as a page sends it before anybody is signed in.
pub(crate) async fn post(app: &TestApp, path: &str, body: &Value, cookie: &str) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::COOKIE, cookie);
    app.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

pub(crate) async fn login(app: &TestApp, username: &str, password: &str, cookie: &str) -> Answer {
    let body = json!({"username": username, "password": password});
    post(app, "/v1/login", &body, cookie).await
}

pub(crate) async fn enrol(app: &TestApp, code: &str, password: &str, device: Value) -> Answer {
    let body = json!({
        "code": code, "password": password, "device_name": "红米", "app_version": "1.0.0",
        "device": device,
    });
    post(app, "/v1/enrol", &body, "").await
}

pub(crate) async fn renew(app: &TestApp, refresh: &Value) -> Answer {
    post(app, "/v1/token", &json!({"refresh": refresh}), "").await
}

/// Asks for anything with an access token.
pub(crate) async fn use_access(app: &TestApp, access: &Value) -> Answer {
    let request = Request::get("/v1/me").header(
        header::AUTHORIZATION,
        format!("Bearer {}", access.as_str().unwrap()),
    );
    app.send(request.body(Body::empty()).unwrap()).await
}

pub(crate) fn refused(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.code())
}

/// The cookie of this name as a browser sends it back.
pub(crate) fn cookie_of(answer: &Answer, name: &str) -> String {
    answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap())
        .find(|value| value.starts_with(name))
        .and_then(|value| value.split(';').next())
        .unwrap()
        .to_owned()
}

async fn a_phone_is_let_in_once_with_its_code_and_password(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let code = account.code(&app).await;
    let typed = code.to_lowercase().replace('-', " ");
    let enrolled = enrol(&app, &typed, &account.password, Value::Null).await;
    assert_eq!(enrolled.status, StatusCode::OK);
    let enrolled = enrolled.json();
    assert_eq!(
        enrolled["user"],
        json!({
            "id": account.person, "username": "li", "name": "李某某", "role": "grid_worker",
            "tenant": {"id": app.tenant(), "code": "heping", "name": "和平街道"},
            "units": [], "office": false, "field": true,
        })
    );
    let quarter = app.app().clock().now().millis() + 15 * MINUTE;
    assert_eq!(enrolled["access_expires_at"], quarter);
    let me = use_access(&app, &enrolled["access"]).await;
    let mut me = me.json();
    assert_eq!(me["contact_key"], enrolled["contact_key"]);
    me.as_object_mut().unwrap().remove("contact_key");
    assert_eq!(me, enrolled["user"]);
    let again = enrol(&app, &code, &account.password, Value::Null).await;
    assert_eq!(refused(&again), (403, "enrolment_code_used".to_owned()));
    let people = app.get("/v1/people?query=li", &account.leader).await.json();
    let device = &people["items"][0]["devices"][0];
    assert_eq!(device["id"], enrolled["device"]);
    assert_eq!(
        (&device["name"], &device["app_version"]),
        (&json!("红米"), &json!("1.0.0"))
    );
}

async fn the_key_for_numbers_is_given_to_phones_of_those_who_handle_tickets_alone(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let key = app.app().keys().contact(app.tenant()).unwrap().text();
    assert_eq!(account.enrol(&app).await["contact_key"], key);
    let elsewhere = app.app().rng().new_id(app.app().clock().now());
    let theirs = app.app().keys().contact(elsewhere).unwrap();
    assert_ne!(theirs.text(), key, "each sub-district has its own");

    for role in Role::ALL.iter().copied() {
        let reaches = TicketSight::of(role).is_some_and(TicketSight::reaches_parties);
        let browser = app
            .sign_in_with(DeviceKind::Browser, app.tenant(), role, &[])
            .await;
        let told = app.get("/v1/me", &browser).await.json();
        assert_eq!(told.get("contact_key"), None, "{role:?} in a browser");
        let phone = app.sign_in_on_phone(role, &[]).await;
        let told = app.get("/v1/me", &phone).await.json();
        let expected = reaches.then(|| json!(key));
        assert_eq!(told.get("contact_key"), expected.as_ref(), "{role:?}");
    }
    let created = people::add(&app, &account.leader, "sun", Role::Volunteer, &[]).await;
    let volunteer = Account {
        leader: account.leader.clone(),
        person: Id::parse(created["id"].as_str().unwrap()).unwrap(),
        username: "sun".to_owned(),
        password: created["initial_password"].as_str().unwrap().to_owned(),
    };
    let enrolled = volunteer.enrol(&app).await;
    assert_eq!(enrolled.get("contact_key"), None, "{enrolled}");
}

async fn a_code_works_for_a_day(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let code = account.code(&app).await;
    app.app().clock().advance(DAY + 1);
    let late = enrol(&app, &code, &account.password, Value::Null).await;
    assert_eq!(refused(&late), (403, "enrolment_code_expired".to_owned()));
    app.app().clock().advance(-1);
    let in_time = enrol(&app, &code, &account.password, Value::Null).await;
    assert_eq!(in_time.status, StatusCode::OK);
}

async fn a_wrong_password_does_not_use_up_the_code(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let code = account.code(&app).await;
    for _ in 0..5 {
        let wrong = enrol(&app, &code, "wrong", Value::Null).await;
        assert_eq!(refused(&wrong), (401, "login_failed".to_owned()));
    }
    let closed = enrol(&app, &code, &account.password, Value::Null).await;
    assert_eq!(refused(&closed), (429, "too_many_attempts".to_owned()));
    app.app().clock().advance(5 * MINUTE + 1);
    let right = enrol(&app, &code, &account.password, Value::Null).await;
    assert_eq!(right.status, StatusCode::OK);
}

async fn a_code_that_was_replaced_is_unknown(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let first = account.code(&app).await;
    account.code(&app).await;
    for code in [first.as_str(), "", "AAAA-AAAA-AAAA-AAAA", "\u{0}"] {
        let answer = enrol(&app, code, &account.password, Value::Null).await;
        assert_eq!(refused(&answer), (403, "enrolment_code_invalid".to_owned()));
    }
}

async fn two_phones_that_send_one_code_at_once_get_one_place(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let code = account.code(&app).await;
    let send = || enrol(&app, &code, &account.password, Value::Null);
    let (first, second) = tokio::join!(send(), send());
    let mut answers = [first.status.as_u16(), second.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [200, 403]);
    let mut tx = app.app().store().read().await.unwrap();
    let devices = tx.list_devices(app.tenant()).await.unwrap();
    let phones = devices
        .iter()
        .filter(|device| device.person == account.person);
    assert_eq!(phones.count(), 1);
}

async fn a_phone_that_is_enrolled_again_keeps_its_id(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let first = account.enrol(&app).await;
    let code = account.code(&app).await;
    let again = enrol(&app, &code, &account.password, first["device"].clone()).await;
    assert_eq!(again.json()["device"], first["device"]);
    let old = renew(&app, &first["refresh"]).await;
    assert_eq!(refused(&old), (401, "refresh_reused".to_owned()));
}

async fn nobody_goes_on_under_somebody_elses_device(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let other = app.sign_in(Role::GridWorker, &[]).await;
    let own = account.enrol(&app).await;
    let path = format!("/v1/devices/{}/revoke", own["device"].as_str().unwrap());
    app.post(&path, &account.leader, &json!({"reason": "left"}))
        .await;
    for device in [json!(other.device), own["device"].clone()] {
        let code = account.code(&app).await;
        let answer = enrol(&app, &code, &account.password, device.clone()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_ne!(answer.json()["device"], device);
    }
}

async fn a_code_of_somebody_else_stays_good_on_a_phone_with_unsent_work(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let colleague = app.sign_in(Role::GridWorker, &[]).await;
    let code = account.code(&app).await;
    let asked = |holds_work_of: Value| {
        json!({
            "code": code, "password": account.password, "device_name": "红米",
            "app_version": "1.0.0", "holds_work_of": holds_work_of,
        })
    };
    for _ in 0..10 {
        let answer = post(&app, "/v1/enrol", &asked(json!(colleague.person)), "").await;
        assert_eq!(refused(&answer), (409, "other_person_unsent".to_owned()));
    }
    let answer = post(&app, "/v1/enrol", &asked(Value::Null), "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let own = answer.json()["user"]["id"].clone();
    // A code of the person whose work it is lets the phone in.
    let again = json!({
        "code": account.code(&app).await, "password": account.password, "device_name": "红米",
        "app_version": "1.0.0", "holds_work_of": own,
    });
    let answer = post(&app, "/v1/enrol", &again, "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
}

async fn lost_answers_never_lock_a_phone_out(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let mut kept = account.enrol(&app).await;
    use_access(&app, &kept["access"]).await;
    for lost in 1..=5 {
        for _ in 0..lost {
            let answer = renew(&app, &kept["refresh"]).await;
            assert_eq!(answer.status, StatusCode::OK, "the answer is lost");
            // The phone may be off for days before it tries again.
            app.app().clock().advance(3 * DAY);
        }
        let arrived = renew(&app, &kept["refresh"]).await;
        assert_eq!(arrived.status, StatusCode::OK);
        kept = arrived.json();
        let me = use_access(&app, &kept["access"]).await;
        assert_eq!(me.status, StatusCode::OK);
    }
}

async fn the_old_token_dies_when_the_new_one_is_used(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let first = account.enrol(&app).await;
    let second = renew(&app, &first["refresh"]).await.json();
    use_access(&app, &second["access"]).await;
    let old = renew(&app, &first["refresh"]).await;
    assert_eq!(refused(&old), (409, "use_newer".to_owned()));
    // Shown as a refresh token the third is used as well, without its access token ever being seen.
    let third = renew(&app, &second["refresh"]).await.json();
    let fourth = renew(&app, &third["refresh"]).await.json();
    let old = renew(&app, &second["refresh"]).await;
    assert_eq!(refused(&old), (409, "use_newer".to_owned()));
    assert_eq!(
        use_access(&app, &fourth["access"]).await.status,
        StatusCode::OK
    );
    assert_eq!(
        use_access(&app, &first["access"]).await.status,
        StatusCode::OK
    );
}

async fn pages_that_renew_at_once_are_not_taken_for_thieves(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let first = account.enrol(&app).await;
    let one = renew(&app, &first["refresh"]).await.json();
    app.app().clock().advance(10_000);
    let other = renew(&app, &first["refresh"]).await.json();
    // One page works with its answer while the other page's token is what the phone keeps.
    use_access(&app, &one["access"]).await;
    app.app().clock().advance(15 * MINUTE);
    let next = renew(&app, &other["refresh"]).await;
    assert_eq!(next.status, StatusCode::OK);
    let late = renew(&app, &one["refresh"]).await;
    assert_eq!(refused(&late), (409, "use_newer".to_owned()));
    let next = renew(&app, &next.json()["refresh"]).await;
    assert_eq!(next.status, StatusCode::OK);
}

async fn a_stolen_token_ends_with_its_family(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let stolen = account.enrol(&app).await;
    let own = renew(&app, &stolen["refresh"]).await.json();
    use_access(&app, &own["access"]).await;
    app.app().clock().advance(MINUTE + 1);
    let thief = renew(&app, &stolen["refresh"]).await;
    assert_eq!(refused(&thief), (401, "refresh_reused".to_owned()));
    for access in [&stolen["access"], &own["access"]] {
        let answer = use_access(&app, access).await;
        assert_eq!(refused(&answer), (401, "login_required".to_owned()));
    }
    for refresh in [&stolen["refresh"], &own["refresh"]] {
        let answer = renew(&app, refresh).await;
        assert_eq!(refused(&answer), (401, "login_required".to_owned()));
    }
    let mut tx = app.app().store().read().await.unwrap();
    let (_, entry) = tx
        .list_audit(app.tenant(), &AuditFilter::default(), 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (entry.act.as_str(), entry.result.as_str()),
        ("device.suspend", "refresh_reused")
    );
    drop(tx);
    // The worker signs in again and goes on under the same id.
    let code = account.code(&app).await;
    let again = enrol(&app, &code, &account.password, stolen["device"].clone()).await;
    assert_eq!(again.json()["device"], stolen["device"]);
    let me = use_access(&app, &again.json()["access"]).await;
    assert_eq!(me.status, StatusCode::OK);
}

async fn a_phone_that_lost_its_new_token_goes_on_with_the_password(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let first = account.enrol(&app).await;
    use_access(&app, &first["access"]).await;
    // The new pair was used, then its write was lost: a restart shows the old token, and the phone is suspended.
    let second = renew(&app, &first["refresh"]).await.json();
    use_access(&app, &second["access"]).await;
    app.app().clock().advance(2 * 60 * 1000);
    let reused = renew(&app, &first["refresh"]).await;
    assert_eq!(refused(&reused), (401, "refresh_reused".to_owned()));
    let resume = async |refresh: &Value, password: &str| {
        let body = json!({"refresh": refresh, "password": password});
        post(&app, "/v1/token", &body, "").await
    };
    let wrong = resume(&first["refresh"], "不对的密码").await;
    assert_eq!(refused(&wrong), (401, "login_failed".to_owned()));
    let unknown = resume(&json!("00"), &account.password).await;
    assert_eq!(refused(&unknown), (401, "login_required".to_owned()));
    let again = resume(&first["refresh"], &account.password).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.json());
    let again = again.json();
    let me = use_access(&app, &again["access"]).await;
    assert_eq!(me.status, StatusCode::OK);
    let device: Id = serde_json::from_value(first["device"].clone()).unwrap();
    let mut tx = app.app().store().read().await.unwrap();
    let kept = tx.find_device(app.tenant(), device).await.unwrap().unwrap();
    drop(tx);
    assert_eq!(kept.state, DeviceState::Active);
    let renewed = renew(&app, &again["refresh"]).await;
    assert_eq!(renewed.status, StatusCode::OK);
    // The copy that somebody else may hold is of no use, and a lost phone stays out with the right password too.
    let copied = use_access(&app, &second["access"]).await;
    assert_eq!(
        copied.status,
        StatusCode::OK,
        "an access token ends by itself"
    );
    let path = format!("/v1/devices/{}/revoke", first["device"].as_str().unwrap());
    app.post(&path, &account.leader, &json!({"reason": "lost"}))
        .await;
    let lost = resume(&again["refresh"], &account.password).await;
    assert_eq!(refused(&lost), (401, "device_revoked".to_owned()));
    for _ in 0..6 {
        resume(&again["refresh"], "猜").await;
    }
    let closed = resume(&again["refresh"], "猜").await;
    assert_eq!(refused(&closed), (429, "too_many_attempts".to_owned()));
}

async fn an_unused_successor_is_revoked_when_the_old_token_asks_again_later(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let first = account.enrol(&app).await;
    let caught = renew(&app, &first["refresh"]).await.json();
    app.app().clock().advance(MINUTE + 1);
    renew(&app, &first["refresh"]).await;
    let thief = renew(&app, &caught["refresh"]).await;
    assert_eq!(refused(&thief), (401, "refresh_reused".to_owned()));
}

async fn tokens_end_after_a_month_unused_and_after_half_a_year(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let mut kept = account.enrol(&app).await;
    for _ in 0..6 {
        app.app().clock().advance(29 * DAY);
        let answer = renew(&app, &kept["refresh"]).await;
        assert_eq!(answer.status, StatusCode::OK);
        kept = answer.json();
    }
    app.app().clock().advance(7 * DAY);
    let answer = renew(&app, &kept["refresh"]).await;
    assert_eq!(refused(&answer), (401, "login_required".to_owned()));
    let unused = account.enrol(&app).await;
    app.app().clock().advance(30 * DAY + 1);
    let answer = renew(&app, &unused["refresh"]).await;
    assert_eq!(refused(&answer), (401, "login_required".to_owned()));
}

async fn a_token_that_the_hub_does_not_know_asks_for_a_new_sign_in(app: TestApp) {
    Account::new(&app, Role::GridWorker).await;
    let long = "f".repeat(3_000);
    for shown in ["", "0", "春江花月夜\u{0}", &long] {
        let answer = renew(&app, &json!(shown)).await;
        assert_eq!(refused(&answer), (401, "login_required".to_owned()));
    }
}

async fn what_is_no_access_token_is_refused(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let enrolled = account.enrol(&app).await;
    let refresh = enrolled["refresh"].as_str().unwrap();
    let access = enrolled["access"].as_str().unwrap();
    for shown in [
        "",
        "Bearer",
        "Bearer ",
        &format!("Basic {access}"),
        &format!("Bearer {refresh}"),
        access,
    ] {
        let request = Request::get("/v1/me").header(header::AUTHORIZATION, shown);
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(
            refused(&answer),
            (401, "token_expired".to_owned()),
            "{shown}"
        );
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let without = app
        .send(Request::get("/v1/me").body(Body::empty()).unwrap())
        .await;
    assert_eq!(refused(&without), (401, "token_expired".to_owned()));
    app.app().clock().advance(15 * MINUTE + 31_000);
    let late = use_access(&app, &enrolled["access"]).await;
    assert_eq!(refused(&late), (401, "token_expired".to_owned()));
}

async fn a_disabled_person_fails_at_the_next_request(app: TestApp) {
    let account = Account::new(&app, Role::GridWorker).await;
    let code = account.code(&app).await;
    let enrolled = account.enrol(&app).await;
    let mut tx = app.app().store().begin().await.unwrap();
    let seq = tx.next_seq(app.tenant()).await.unwrap();
    tx.update_person_state(app.tenant(), account.person, PersonState::Disabled, seq)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let disabled = (401, "account_disabled".to_owned());
    assert_eq!(
        refused(&use_access(&app, &enrolled["access"]).await),
        disabled
    );
    assert_eq!(refused(&renew(&app, &enrolled["refresh"]).await), disabled);
    assert_eq!(refused(&account.login(&app, "").await), disabled);
    // Only who knows the password learns that the account is disabled.
    let wrong = login(&app, "li", "wrong", "").await;
    assert_eq!(refused(&wrong), (401, "login_failed".to_owned()));
    let path = format!("/v1/people/{}/enrolment", account.person);
    let no_code = app.post(&path, &account.leader, &json!({})).await;
    assert_eq!(refused(&no_code), (409, "account_disabled".to_owned()));
    let unused = enrol(&app, &code, &account.password, Value::Null).await;
    assert_eq!(unused.status, StatusCode::FORBIDDEN);
}

async fn an_office_browser_signs_in_and_renews_its_session(app: TestApp) {
    let account = Account::new(&app, Role::OfficeReviewer).await;
    let signed_in = account.login(&app, "").await;
    assert_eq!(signed_in.status, StatusCode::OK);
    let cookies: Vec<_> = signed_in
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap().split_once(';').unwrap().1)
        .collect();
    assert_eq!(
        cookies,
        [
            " Path=/v1/session; HttpOnly; SameSite=Strict",
            " Path=/v1/login; HttpOnly; SameSite=Strict; Max-Age=15552000",
        ]
    );
    let body = signed_in.json();
    assert_eq!(
        (&body["user"]["office"], &body["user"]["field"]),
        (&json!(true), &json!(false))
    );
    assert!(body.get("refresh").is_none());
    let session = cookie_of(&signed_in, "warmline_session");
    let without = post(&app, "/v1/session/refresh", &json!({}), "").await;
    assert_eq!(refused(&without), (401, "login_required".to_owned()));
    // Tabs share the cookie and renew whenever they like.
    for _ in 0..3 {
        let answer = post(&app, "/v1/session/refresh", &json!({}), &session).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json()["user"], body["user"]);
        let me = use_access(&app, &answer.json()["access"]).await;
        assert_eq!(me.status, StatusCode::OK);
        app.app().clock().advance(14 * MINUTE);
    }
}

async fn over_https_a_browser_takes_the_cookies_from_this_host_alone(backend: Backend) {
    let app = TestApp::open(backend, |config| {
        config.public_url = Some("https://warmline.example/".to_owned());
    })
    .await;
    let account = Account::new(&app, Role::OfficeReviewer).await;
    let signed_in = account.login(&app, "").await;
    let cookies: Vec<_> = signed_in
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap())
        .map(|cookie| {
            (
                cookie.split_once('=').unwrap().0,
                cookie.split_once(';').unwrap().1,
            )
        })
        .collect();
    // RFC 6265bis, 4.1.3.2: a browser keeps `__Host-` only with Secure, Path=/ and no Domain.
    assert_eq!(
        cookies,
        [
            (
                "__Host-warmline_session",
                " Path=/; HttpOnly; SameSite=Strict; Secure"
            ),
            (
                "__Host-warmline_device",
                " Path=/; HttpOnly; SameSite=Strict; Max-Age=15552000; Secure"
            ),
        ]
    );
    let session = cookie_of(&signed_in, "__Host-warmline_session");
    let renewed = post(&app, "/v1/session/refresh", &json!({}), &session).await;
    assert_eq!(renewed.status, StatusCode::OK);
    // One of the same name that another host of the domain could have set is none.
    let foreign = session.replace("__Host-", "");
    let answer = post(&app, "/v1/session/refresh", &json!({}), &foreign).await;
    assert_eq!(refused(&answer), (401, "login_required".to_owned()));
}

async fn a_session_ends_when_it_is_idle_and_after_a_week(app: TestApp) {
    let account = Account::new(&app, Role::OfficeReviewer).await;
    let session = cookie_of(&account.login(&app, "").await, "warmline_session");
    let refresh = async || post(&app, "/v1/session/refresh", &json!({}), &session).await;
    for _ in 0..14 {
        app.app().clock().advance(DAY / 2 - 1);
        assert_eq!(refresh().await.status, StatusCode::OK);
    }
    app.app().clock().advance(1_000);
    assert_eq!(
        refused(&refresh().await),
        (401, "login_required".to_owned())
    );
    let session = cookie_of(&account.login(&app, "").await, "warmline_session");
    app.app().clock().advance(DAY / 2 + 1);
    let idle = post(&app, "/v1/session/refresh", &json!({}), &session).await;
    assert_eq!(refused(&idle), (401, "login_required".to_owned()));
}

async fn signing_out_ends_the_access_token_too(app: TestApp) {
    let account = Account::new(&app, Role::OfficeReviewer).await;
    let signed_in = account.login(&app, "").await;
    let session = cookie_of(&signed_in, "warmline_session");
    let known = cookie_of(&signed_in, "warmline_device");
    let out = post(&app, "/v1/session/logout", &json!({}), &session).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").starts_with("warmline_session=; "));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    let access = use_access(&app, &signed_in.json()["access"]).await;
    assert_eq!(refused(&access), (401, "login_required".to_owned()));
    let refresh = post(&app, "/v1/session/refresh", &json!({}), &session).await;
    assert_eq!(refused(&refresh), (401, "login_required".to_owned()));
    // Nobody is signed in, so there is nothing to end.
    let again = post(&app, "/v1/session/logout", &json!({}), &session).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT);
    // The same browser signs in again as the same device.
    let back = account.login(&app, &known).await;
    assert_eq!(back.status, StatusCode::OK);
    let people = app.get("/v1/people?query=li", &account.leader).await.json();
    assert_eq!(people["items"][0]["devices"].as_array().unwrap().len(), 1);
}

async fn a_browser_that_people_share_stays_one_device_for_each_of_them(app: TestApp) {
    let account = Account::new(&app, Role::OfficeReviewer).await;
    let created = people::add(&app, &account.leader, "zhou", Role::Leader, &[]).await;
    settle_in(&app, Id::parse(created["id"].as_str().unwrap()).unwrap()).await;
    let password = created["initial_password"].as_str().unwrap();
    let mut cookie = String::new();
    for _ in 0..3 {
        for (username, password) in [("li", account.password.as_str()), ("zhou", password)] {
            let answer = login(&app, username, password, &cookie).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
            cookie = cookie_of(&answer, "warmline_device");
        }
    }
    for username in ["li", "zhou"] {
        let path = format!("/v1/people?query={username}");
        let people = app.get(&path, &account.leader).await.json();
        let devices = people["items"][0]["devices"].as_array().unwrap();
        assert_eq!(devices.len(), 1, "{username}");
    }
}

async fn browsers_whose_sessions_have_ended_are_not_shown_as_in_use(app: TestApp) {
    let account = Account::new(&app, Role::OfficeReviewer).await;
    // Private windows: the browser is a new one each time.
    for _ in 0..3 {
        let answer = account.login(&app, "").await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let shown = async || {
        let people = app.get("/v1/people?query=li", &account.leader).await.json();
        people["items"][0]["devices"].as_array().unwrap().len()
    };
    assert_eq!(shown().await, 3);
    app.app().clock().advance(13 * 60 * 60_000);
    assert_eq!(shown().await, 0);
    // The next sign-in sweeps them: an old cookie does not bring one back as in use.
    assert_eq!(account.login(&app, "").await.status, StatusCode::OK);
    assert_eq!(shown().await, 1);
    let mut tx = app.app().store().read().await.unwrap();
    let devices = tx.list_devices(app.tenant()).await.unwrap();
    let states: Vec<_> = devices
        .iter()
        .filter(|device| device.person == account.person)
        .map(|device| device.state)
        .collect();
    let suspended = |state: &&DeviceState| **state == DeviceState::Suspended;
    assert_eq!(
        (states.len(), states.iter().filter(suspended).count()),
        (4, 3)
    );
}

async fn a_wrong_password_and_nobody_get_the_same_answer(app: TestApp) {
    let account = Account::new(&app, Role::OfficeReviewer).await;
    let elsewhere = app.sign_in(Role::GridWorker, &[]).await;
    let no_password = elsewhere.person.to_string();
    let mut answers = Vec::new();
    for (username, password) in [
        ("li", "wrong"),
        ("nobody", account.password.as_str()),
        ("li\u{0}li", "wrong"),
        ("", ""),
        (no_password.as_str(), ""),
    ] {
        let answer = login(&app, username, password, "").await;
        assert_eq!(
            refused(&answer),
            (401, "login_failed".to_owned()),
            "{username}"
        );
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        answers.push(body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
}

/// Without the work on a hash nobody would be answered twenty times as fast; the bounds leave room for a busy
/// machine.
async fn nobody_takes_as_long_as_a_wrong_password(app: TestApp) {
    Account::new(&app, Role::OfficeReviewer).await;
    let mut taken = [Vec::new(), Vec::new()];
    for _ in 0..15 {
        for (username, taken) in ["li", "nobody"].iter().zip(&mut taken) {
            let started = Instant::now();
            let answer = login(&app, username, "wrong", "").await;
            taken.push(started.elapsed().as_secs_f64());
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        }
        app.app().clock().advance(2 * MINUTE);
    }
    let [known, nobody] = taken.map(|mut taken| {
        taken.sort_by(f64::total_cmp);
        taken[taken.len() / 2]
    });
    let ratio = nobody / known;
    assert!((0.5..2.0).contains(&ratio), "{ratio}");
}

async fn guessing_closes_the_account_for_strangers_and_not_for_a_known_browser(app: TestApp) {
    let account = Account::new(&app, Role::OfficeReviewer).await;
    let known = cookie_of(&account.login(&app, "").await, "warmline_device");
    for _ in 0..5 {
        let wrong = login(&app, "li", "wrong", "").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        app.app().clock().advance(1_000);
    }
    let closed = account.login(&app, "").await;
    assert_eq!(refused(&closed), (429, "too_many_attempts".to_owned()));
    let wait: i64 = closed.header("retry-after").parse().unwrap();
    assert_eq!(wait, 296);
    assert_eq!(account.login(&app, &known).await.status, StatusCode::OK);
    // A proof that was altered or made for another device opens no bucket of its own.
    let forged = format!("{known}0");
    assert_eq!(
        account.login(&app, &forged).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    app.app().clock().advance(wait * 1_000);
    assert_eq!(account.login(&app, "").await.status, StatusCode::OK);
    // A success forgets the failures before it.
    for _ in 0..4 {
        login(&app, "li", "wrong", "").await;
    }
    assert_eq!(account.login(&app, "").await.status, StatusCode::OK);
}

async fn guessing_at_once_is_counted_too(app: TestApp) {
    let account = Account::new(&app, Role::OfficeReviewer).await;
    let guess = || login(&app, "li", "wrong", "");
    let (a, b, c, d, e, f, g, h) = tokio::join!(
        guess(),
        guess(),
        guess(),
        guess(),
        guess(),
        guess(),
        guess(),
        guess()
    );
    let looked_at = [a, b, c, d, e, f, g, h]
        .iter()
        .filter(|answer| answer.status == StatusCode::UNAUTHORIZED)
        .count();
    assert_eq!(looked_at, 5);
    assert_eq!(
        account.login(&app, "").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

async fn a_sub_district_is_named_when_there_are_several(app: TestApp) {
    let account = Account::new(&app, Role::OfficeReviewer).await;
    app.add_tenant("minzhu", "民主街道").await;
    let street = |street: Value| {
        let body = json!({"username": "li", "password": account.password, "street": street});
        let app = &app;
        async move { post(app, "/v1/login", &body, "").await }
    };
    let required = (422, "street_required".to_owned());
    assert_eq!(refused(&street(json!(" ")).await), required);
    assert_eq!(refused(&street(Value::Null).await), required);
    let unknown = street(json!("nowhere\u{0}")).await;
    assert_eq!(refused(&unknown), (422, "street_unknown".to_owned()));
    assert_eq!(
        refused(&street(json!("minzhu")).await),
        (401, "login_failed".to_owned())
    );
    assert_eq!(street(json!("heping")).await.status, StatusCode::OK);
}

async fn a_password_hash_of_weaker_days_is_renewed_at_sign_in(app: TestApp) {
    let account = Account::new(&app, Role::OfficeReviewer).await;
    // "secret" with 8 MiB and one pass.
    let weak = "$argon2id$v=19$m=8192,t=1,p=1$AQEBAQEBAQEBAQEBAQEBAQ\
        $NblSP9sErET4lI0kjVHTBHap1nF1QR92uJRqM0tL54k";
    let mut tx = app.app().store().begin().await.unwrap();
    tx.update_password(app.tenant(), account.person, weak)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(login(&app, "li", "secret", "").await.status, StatusCode::OK);
    let mut tx = app.app().store().read().await.unwrap();
    let person = tx
        .find_person(app.tenant(), account.person)
        .await
        .unwrap()
        .unwrap();
    assert!(person.password_hash.unwrap().contains("m=19456,t=2"));
    assert_eq!(login(&app, "li", "secret", "").await.status, StatusCode::OK);
}

async fn a_refresh_token_of_one_kind_does_not_pass_as_the_other(app: TestApp) {
    let account = Account::new(&app, Role::CommunitySecretary).await;
    let phone = account.enrol(&app).await;
    let session = cookie_of(&account.login(&app, "").await, "warmline_session");
    let secret = session.split_once('=').unwrap().1;
    let as_phone = renew(&app, &json!(secret)).await;
    assert_eq!(refused(&as_phone), (401, "login_required".to_owned()));
    let cookie = format!("warmline_session={}", phone["refresh"].as_str().unwrap());
    let as_browser = post(&app, "/v1/session/refresh", &json!({}), &cookie).await;
    assert_eq!(refused(&as_browser), (401, "login_required".to_owned()));
    // Neither try has harmed anything.
    assert_eq!(renew(&app, &phone["refresh"]).await.status, StatusCode::OK);
    let refresh = post(&app, "/v1/session/refresh", &json!({}), &session).await;
    assert_eq!(refresh.status, StatusCode::OK);
}

async fn signing_in_is_in_the_audit_log(app: TestApp) {
    let account = Account::new(&app, Role::GridHead).await;
    // Of names that nobody has one row is written, not one for each.
    for name in ["nobody", "春江花月夜", "nobody.else", &"x".repeat(65)] {
        login(&app, name, "wrong", "").await;
    }
    login(&app, "li", "wrong", "").await;
    let signed_in = account.login(&app, "").await;
    let session = cookie_of(&signed_in, "warmline_session");
    post(&app, "/v1/session/logout", &json!({}), &session).await;
    let enrolled = account.enrol(&app).await;
    let mut tx = app.app().store().read().await.unwrap();
    let entries = tx
        .list_audit(app.tenant(), &AuditFilter::default(), 10)
        .await
        .unwrap();
    let acts: Vec<_> = entries
        .iter()
        .rev()
        .map(|(_, entry)| (entry.act.as_str(), entry.result.as_str(), entry.person))
        .collect();
    let (li, leader) = (Some(account.person), Some(account.leader.person));
    assert_eq!(
        acts,
        [
            ("person.create", "ok", leader),
            ("session.login_unknown", "login_failed", None),
            ("session.login", "login_failed", li),
            ("session.login", "ok", li),
            ("session.logout", "ok", li),
            ("enrolment.create", "ok", leader),
            ("device.enrol", "ok", li),
        ]
    );
    let phone = Id::parse(enrolled["device"].as_str().unwrap()).unwrap();
    assert_eq!(entries[0].1.device, Some(phone));
    let browser = entries[2].1.device.unwrap();
    let device = tx
        .find_device(app.tenant(), browser)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(device.state, DeviceState::Suspended);
}

async fn a_password_alone_gives_nothing_that_a_phone_gave(app: TestApp) {
    let with_password = |role: &&Role| !role.has_office_pages() && !role.is_representative();
    for role in Role::ALL.iter().filter(with_password) {
        let admin = app.sign_in(Role::SystemAdmin, &[]).await;
        let username = role.as_str();
        let created = people::add(&app, &admin, username, *role, &[]).await;
        let password = created["initial_password"].as_str().unwrap().to_owned();
        let account = Account {
            leader: admin,
            person: Id::parse(created["id"].as_str().unwrap()).unwrap(),
            username: username.to_owned(),
            password,
        };
        let phone = account.enrol(&app).await;
        let path = format!("/v1/devices/{}/revoke", phone["device"].as_str().unwrap());
        let lost = json!({"reason": "lost"});
        app.post(&path, &account.leader, &lost).await;
        // Whoever found the phone knows the password too.
        let answer = account.login(&app, "").await;
        assert_eq!(refused(&answer), (403, "phone_account".to_owned()));
        assert_eq!(answer.headers.get(header::SET_COOKIE), None, "{role:?}");
        assert_eq!(renew(&app, &phone["refresh"]).await.status, 401);
        assert_eq!(use_access(&app, &phone["access"]).await.status, 401);
        let mut tx = app.app().store().read().await.unwrap();
        let (_, entry) = tx
            .list_audit(app.tenant(), &AuditFilter::default(), 1)
            .await
            .unwrap()
            .remove(0);
        assert_eq!(
            (entry.person, entry.result.as_str()),
            (Some(account.person), "phone_account")
        );
    }
}

async fn a_browser_does_not_sync_and_a_phone_does_not_work_in_the_office(app: TestApp) {
    let photo = format!("/v1/media/{}", "0".repeat(64));
    let send = async |method: &str, path: &str, caller: &Caller| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, app.bearer(caller));
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        answer.status.as_u16()
    };
    // At a browser and on a phone: the same person may have both.
    for role in [
        Role::CommunitySecretary,
        Role::GridHead,
        Role::HotlineWorker,
    ] {
        let browser = app.sign_in(role, &[]).await;
        let phone = app.sign_in_on_phone(role, &[]).await;
        for (method, path) in [
            ("POST", "/v1/sync"),
            ("GET", "/v1/live"),
            ("HEAD", photo.as_str()),
            ("PATCH", photo.as_str()),
        ] {
            assert_eq!(send(method, path, &browser).await, 403, "{method} {path}");
            // A phone's live channel stays open: `sync::live` listens to it.
            if path != "/v1/live" {
                assert_ne!(send(method, path, &phone).await, 403, "{method} {path}");
            }
        }
        for path in ["/v1/tickets", "/v1/visits", "/v1/people", "/v1/units"] {
            let answer = app.get(path, &phone).await;
            assert_eq!(refused(&answer), (403, "device_not_allowed".to_owned()));
            assert_ne!(send("GET", path, &browser).await, 401, "{path}");
        }
        // Both look at photos and ask who they are.
        for caller in [&browser, &phone] {
            let path = format!("{photo}?size=320");
            assert_eq!(send("GET", &path, caller).await, 404);
            assert_eq!(send("GET", "/v1/me", caller).await, 200);
        }
    }
}

async fn a_token_is_for_the_kind_of_its_device(app: TestApp) {
    let caller = app.sign_in_on_phone(Role::GridHead, &[]).await;
    let mut other = caller.clone();
    other.kind = DeviceKind::Browser;
    assert_eq!(app.get("/v1/me", &caller).await.status, StatusCode::OK);
    let answer = app.get("/v1/me", &other).await;
    assert_eq!(refused(&answer), (401, "login_required".to_owned()));
}
