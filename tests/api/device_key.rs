//! A phone proves with its key that it is no copy: a copied token is worth nothing, and a phone or a hub that was put
//! back to an earlier state goes on by itself.

use std::rc::Rc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use harness::on_both_backends;
use harness::test_app::{Answer, Caller, TestApp};
use serde_json::{Value, json};
use store::audit::AuditFilter;
use store::devices::DeviceState;
use sync_core::{Id, Role, hex};

use super::people;

on_both_backends! {
    a_copied_token_without_the_key_renews_nothing_and_harms_nobody,
    a_phone_whose_store_lost_its_newest_token_goes_on,
    a_phone_that_the_restored_hub_knows_by_its_key_alone_goes_on,
    an_old_proof_opens_nothing_that_the_token_does_not,
    a_phone_that_lost_its_key_shows_a_new_one_with_the_password,
    a_revoked_phone_does_not_come_back_by_its_key,
    bytes_that_are_no_key_are_refused_before_the_code_is_used,
}

const MINUTE: i64 = 60_000;

/// A phone with a key, and the hub that let it in.
struct Keyed {
    hub: TestApp,
    admin: Caller,
    password: String,
    caller: Caller,
    refresh: String,
    pair: EcdsaKeyPair,
}

fn new_pair() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

fn shown(pair: &EcdsaKeyPair) -> String {
    hex::encode(pair.public_key().as_ref())
}

/// Enrols a grid worker's phone with a key of its own: who is signed in, the key, and the first token.
pub(crate) async fn enrolled(
    hub: &TestApp,
    username: &str,
    units: &[Id],
) -> (Caller, Rc<EcdsaKeyPair>, String) {
    let admin = hub.sign_in(Role::SystemAdmin, &[]).await;
    let added = people::add(hub, &admin, username, Role::GridWorker, units).await;
    let path = format!("/v1/people/{}/enrolment", added["id"].as_str().unwrap());
    let code = hub.post(&path, &admin, &json!({})).await.json();
    let pair = new_pair();
    let body = json!({
        "code": code["code"], "password": added["initial_password"], "device_name": "红米",
        "app_version": "1.0.0", "key": shown(&pair),
    });
    let answer = post(hub, "/v1/enrol", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let answer = answer.json();
    (
        hub.caller_of(answer["access"].as_str().unwrap()),
        Rc::new(pair),
        answer["refresh"].as_str().unwrap().to_owned(),
    )
}

impl Keyed {
    async fn open(hub: TestApp) -> Self {
        let admin = hub.sign_in(Role::SystemAdmin, &[]).await;
        let added = people::add(&hub, &admin, "li", Role::GridWorker, &[]).await;
        let path = format!("/v1/people/{}/enrolment", added["id"].as_str().unwrap());
        let code = hub.post(&path, &admin, &json!({})).await.json();
        let password = added["initial_password"].as_str().unwrap().to_owned();
        let pair = new_pair();
        let mut body = json!({
            "code": code["code"], "password": password, "device_name": "红米",
            "app_version": "1.0.0", "key": "04".repeat(65),
        });
        let answer = post(&hub, "/v1/enrol", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json()["code"], "key_invalid");
        // The same code is still good.
        body["key"] = json!(shown(&pair));
        let answer = post(&hub, "/v1/enrol", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let answer = answer.json();
        Self {
            caller: hub.caller_of(answer["access"].as_str().unwrap()),
            refresh: answer["refresh"].as_str().unwrap().to_owned(),
            hub,
            admin,
            password,
            pair,
        }
    }

    fn proof(&self, pair: &EcdsaKeyPair, refresh: &str) -> Value {
        let Caller { tenant, device, .. } = self.caller;
        let at = self.hub.app().clock().now().millis();
        let message = format!("warmline renewal 1\n{tenant}\n{device}\n{at}\n{refresh}");
        let signature = pair.sign(&SystemRandom::new(), message.as_bytes());
        let signature = hex::encode(signature.unwrap().as_ref());
        json!({ "tenant": tenant, "device": device, "at": at, "signature": signature })
    }

    async fn renew(&self, refresh: &str, proof: &Value) -> Answer {
        let body = json!({ "refresh": refresh, "proof": proof });
        post(&self.hub, "/v1/token", &body).await
    }

    /// Renews with the phone's own key; the new token.
    async fn renewed(&self, refresh: &str) -> String {
        let answer = self.renew(refresh, &self.proof(&self.pair, refresh)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        answer.json()["refresh"].as_str().unwrap().to_owned()
    }

    async fn refused(&self, refresh: &str, proof: &Value) -> Value {
        let answer = self.renew(refresh, proof).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        answer.json()["code"].clone()
    }

    async fn state(&self) -> DeviceState {
        let mut tx = self.hub.app().store().begin().await.unwrap();
        let Caller { tenant, device, .. } = self.caller;
        tx.find_device(tenant, device).await.unwrap().unwrap().state
    }

    async fn acts(&self) -> Vec<String> {
        let mut tx = self.hub.app().store().begin().await.unwrap();
        let rows = tx
            .list_audit(self.caller.tenant, &AuditFilter::default(), 50)
            .await
            .unwrap();
        rows.into_iter().map(|(_, entry)| entry.act).collect()
    }
}

async fn a_copied_token_without_the_key_renews_nothing_and_harms_nobody(hub: TestApp) {
    let phone = Keyed::open(hub).await;
    let stranger = new_pair();
    let r1 = phone.refresh.clone();
    for proof in [
        Value::Null,
        phone.proof(&stranger, &r1),
        phone.proof(&phone.pair, "another"),
    ] {
        assert_eq!(phone.refused(&r1, &proof).await, "key_required");
    }
    let r2 = phone.renewed(&r1).await;
    let r3 = phone.renewed(&r2).await;
    phone.hub.app().clock().advance(5 * MINUTE);
    // The copy of a token that the phone has replaced long ago: without the key it does not even end the session.
    assert_eq!(phone.refused(&r1, &Value::Null).await, "key_required");
    assert_eq!(phone.state().await, DeviceState::Active);
    phone.renewed(&r3).await;
}

async fn a_phone_whose_store_lost_its_newest_token_goes_on(hub: TestApp) {
    let phone = Keyed::open(hub).await;
    let r1 = phone.refresh.clone();
    let r2 = phone.renewed(&r1).await;
    phone.renewed(&r2).await;
    phone.hub.app().clock().advance(5 * MINUTE);
    // The store is as it was before: what it shows is dead.
    let r4 = phone.renewed(&r1).await;
    assert_eq!(phone.state().await, DeviceState::Active);
    assert!(phone.acts().await.contains(&"device.recover".to_owned()));
    phone.renewed(&r4).await;
}

async fn a_phone_that_the_restored_hub_knows_by_its_key_alone_goes_on(hub: TestApp) {
    let phone = Keyed::open(hub).await;
    // A token that was given out after the backup: this hub has never heard of it.
    let lost = "ab".repeat(32);
    assert_eq!(phone.refused(&lost, &Value::Null).await, "login_required");
    let stranger = phone.proof(&new_pair(), &lost);
    assert_eq!(phone.refused(&lost, &stranger).await, "key_required");
    let next = phone.renewed(&lost).await;
    phone.renewed(&next).await;
}

async fn an_old_proof_opens_nothing_that_the_token_does_not(hub: TestApp) {
    let phone = Keyed::open(hub).await;
    let r1 = phone.refresh.clone();
    let overheard = phone.proof(&phone.pair, &r1);
    let lost = "cd".repeat(32);
    let of_lost = phone.proof(&phone.pair, &lost);
    phone.hub.app().clock().advance(11 * MINUTE);
    assert_eq!(phone.refused(&lost, &of_lost).await, "login_required");
    // A phone whose clock is wrong renews all the same while its token lives.
    let answer = phone.renew(&r1, &overheard).await;
    assert_eq!(answer.status, StatusCode::OK);
    let r2 = answer.json()["refresh"].as_str().unwrap().to_owned();
    phone.renewed(&r2).await;
    phone.hub.app().clock().advance(5 * MINUTE);
    assert_eq!(phone.refused(&r1, &overheard).await, "refresh_reused");
}

async fn a_phone_that_lost_its_key_shows_a_new_one_with_the_password(hub: TestApp) {
    let mut phone = Keyed::open(hub).await;
    phone.pair = new_pair();
    let r1 = phone.refresh.clone();
    let proof = phone.proof(&phone.pair, &r1);
    assert_eq!(phone.refused(&r1, &proof).await, "key_required");
    phone.hub.app().clock().advance(1_000);
    let body = json!({ "refresh": r1, "password": phone.password, "key": shown(&phone.pair) });
    let answer = post(&phone.hub, "/v1/token", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let r2 = answer.json()["refresh"].as_str().unwrap().to_owned();
    phone.renewed(&r2).await;
    // What the old key signed stays provable.
    let mut tx = phone.hub.app().store().begin().await.unwrap();
    let Caller { tenant, device, .. } = phone.caller;
    assert_eq!(tx.list_device_keys(tenant, device).await.unwrap().len(), 2);
}

async fn a_revoked_phone_does_not_come_back_by_its_key(hub: TestApp) {
    let phone = Keyed::open(hub).await;
    let path = format!("/v1/devices/{}/revoke", phone.caller.device);
    let lost = json!({ "reason": "lost" });
    phone.hub.post(&path, &phone.admin, &lost).await;
    let unknown = "ef".repeat(32);
    let proof = phone.proof(&phone.pair, &unknown);
    assert_eq!(phone.refused(&unknown, &proof).await, "device_revoked");
}

async fn bytes_that_are_no_key_are_refused_before_the_code_is_used(hub: TestApp) {
    // `open` tries some with the code that it uses afterwards.
    let phone = Keyed::open(hub).await;
    let body = json!({ "refresh": phone.refresh, "password": phone.password, "key": "no" });
    let answer = post(&phone.hub, "/v1/token", &body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json()["code"], "key_invalid");
}

pub(crate) async fn post(hub: &TestApp, path: &str, body: &Value) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    hub.send(request).await
}
