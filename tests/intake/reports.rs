//! Reports of the public by a printed card: no account, bounded, and told nothing but what became of them.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use harness::on_both_backends;
use harness::photos::encoded;
use harness::test_app::{Answer, Caller, NOW, TestApp};
use image::ImageFormat;
use serde_json::{Value, json};
use store::units::UnitKind;
use sync_core::{Id, Role, Timestamp};

on_both_backends! {
    whoever_scans_a_card_reports_without_an_account_and_the_ticket_names_the_card,
    the_query_code_tells_state_and_the_sent_answer_and_nothing_else,
    the_same_report_sent_again_is_one_ticket_with_one_code,
    what_is_wrong_with_a_report_is_told_with_what_to_do,
    a_card_that_was_taken_down_takes_no_reports,
    cards_are_printed_several_on_a_page_and_only_those_in_use,
    photos_come_within_the_hour_and_are_real,
    cards_are_kept_by_the_office,
}

async fn send(hub: &TestApp, path: &str, body: &Value) -> Answer {
    let request = Request::post(path).header("content-type", "application/json");
    hub.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

async fn get(hub: &TestApp, path: &str) -> Answer {
    hub.send(Request::get(path).body(Body::empty()).unwrap())
        .await
}

async fn card(hub: &TestApp, office: &Caller) -> Value {
    let community = hub.add_unit(UnitKind::Community, "C1", None).await;
    let answer = hub
        .post(
            "/v1/cards",
            office,
            &json!({ "place": "和平路1号院门口", "community": community }),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

fn report(hub: &TestApp, card: &Value) -> Value {
    let id = hub.app().rng().new_id(hub.app().clock().now());
    json!({ "id": id, "card": card["code"], "description": "井盖坏了，老人容易绊倒", "phone": "13800005678" })
}

async fn reported(hub: &TestApp, report: &Value) -> String {
    let answer = send(hub, "/v1/reports", report).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()["code"].as_str().unwrap().to_owned()
}

async fn whoever_scans_a_card_reports_without_an_account_and_the_ticket_names_the_card(
    hub: TestApp,
) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let card = card(&hub, &office).await;
    let place = get(
        &hub,
        &format!("/v1/cards/{}/place", card["code"].as_str().unwrap()),
    )
    .await;
    assert_eq!(
        place.json(),
        json!({ "place": "和平路1号院门口", "street": "和平街道" })
    );
    assert!(
        card["url"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/report/{}", card["code"].as_str().unwrap()))
    );
    let report = report(&hub, &card);
    let code = reported(&hub, &report).await;
    assert!(
        code.len() == 12 && code.bytes().all(|byte| byte.is_ascii_digit()),
        "{code}"
    );
    let ticket = hub
        .get(
            &format!("/v1/tickets/{}", report["id"].as_str().unwrap()),
            &office,
        )
        .await
        .json();
    assert_eq!(
        (&ticket["channel"], &ticket["status"]),
        (&json!("qr"), &json!("new"))
    );
    assert_eq!(
        (&ticket["address"], &ticket["phone_masked"]),
        (&json!("和平路1号院门口"), &json!("138****5678"))
    );
    assert_eq!(ticket["community"], "C1 单位");
    let event = &ticket["events"][0];
    assert_eq!(
        (&event["kind"], &event["by"], &event["detail"]["card"]),
        (&json!("received"), &Value::Null, &card["code"])
    );
    assert!(
        !ticket.to_string().contains(&code),
        "the code is the reporter's alone"
    );
    let cards = hub.get("/v1/cards", &office).await.json();
    assert_eq!(cards["items"][0]["reports"], 1);
}

async fn the_query_code_tells_state_and_the_sent_answer_and_nothing_else(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let card = card(&hub, &office).await;
    let report = report(&hub, &card);
    let code = reported(&hub, &report).await;
    let standing = get(&hub, &format!("/v1/reports/{code}")).await.json();
    assert_eq!(
        standing,
        json!({ "status": "new", "received_at": NOW, "answer": null, "answered_at": null })
    );
    let id = Id::parse(report["id"].as_str().unwrap()).unwrap();
    for wrong in ["000000000000", "12345", "abcdefghijkl"] {
        let answer = get(&hub, &format!("/v1/reports/{wrong}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(
            answer.json()["detail"]
                .as_str()
                .unwrap()
                .contains("12 位数字")
        );
    }
    // A merged report stands where it is worked on.
    let main = hub
        .post(
            "/v1/tickets",
            &office,
            &json!({ "id": hub.app().rng().new_id(Timestamp::from_millis(NOW)),
        "channel": "other", "description": "井盖坏了" }),
        )
        .await
        .json();
    let body = json!({ "seen": 1, "act": { "action": "merge", "into": main["id"] } });
    let merged = hub
        .post(&format!("/v1/tickets/{id}/actions"), &office, &body)
        .await;
    assert_eq!(merged.status, StatusCode::OK, "{:?}", merged.body);
    assert_eq!(
        get(&hub, &format!("/v1/reports/{code}")).await.json()["status"],
        "accepted"
    );
}

async fn the_same_report_sent_again_is_one_ticket_with_one_code(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let card = card(&hub, &office).await;
    let report = report(&hub, &card);
    let first = reported(&hub, &report).await;
    assert_eq!(reported(&hub, &report).await, first);
    assert_eq!(hub.get("/v1/tickets", &office).await.json()["total"], 1);
    // The id of a ticket that is none of the public's opens nothing.
    let entry = json!({ "id": hub.app().rng().new_id(Timestamp::from_millis(NOW)), "channel": "other", "description": "路灯不亮" });
    hub.post("/v1/tickets", &office, &entry).await;
    let mut taken = report.clone();
    taken["id"] = entry["id"].clone();
    let answer = send(&hub, "/v1/reports", &taken).await;
    assert_eq!(
        (answer.status, &*answer.code()),
        (StatusCode::CONFLICT, "report_exists")
    );
}

async fn what_is_wrong_with_a_report_is_told_with_what_to_do(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let card = card(&hub, &office).await;
    for (field, value, code) in [
        ("description", json!(" "), "description"),
        ("description", json!("长".repeat(2_001)), "description"),
        ("phone", json!("打过来"), "phone"),
    ] {
        let mut wrong = report(&hub, &card);
        wrong[field] = value;
        let answer = send(&hub, "/v1/reports", &wrong).await;
        assert_eq!(
            (answer.status, &*answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, code)
        );
        assert!(answer.json()["detail"].as_str().unwrap().contains('请'));
    }
    assert_eq!(hub.get("/v1/tickets", &office).await.json()["total"], 0);
}

async fn a_card_that_was_taken_down_takes_no_reports(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let card = card(&hub, &office).await;
    let path = format!("/v1/cards/{}", card["code"].as_str().unwrap());
    let request = Request::patch(&path)
        .header("authorization", hub.bearer(&office))
        .header("content-type", "application/json")
        .body(Body::from(r#"{"active":false}"#))
        .unwrap();
    assert_eq!(hub.send(request).await.status, StatusCode::NO_CONTENT);
    let answer = send(&hub, "/v1/reports", &report(&hub, &card)).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::NOT_FOUND, "card_out_of_use")
    );
    let said = get(&hub, &format!("{path}/place")).await;
    assert_eq!(said.code(), "card_out_of_use");
    let sentence = said.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        sentence.contains("已经停用") && sentence.contains("请拨打街道热线"),
        "{sentence}"
    );
    assert_eq!(
        get(&hub, "/v1/cards/ZZZZZZZZ/place").await.code(),
        "not_found"
    );
    // Back in use it works as before.
    let request = Request::patch(&path)
        .header("authorization", hub.bearer(&office))
        .header("content-type", "application/json")
        .body(Body::from(r#"{"active":true}"#))
        .unwrap();
    assert_eq!(hub.send(request).await.status, StatusCode::NO_CONTENT);
    reported(&hub, &report(&hub, &card)).await;
}

async fn cards_are_printed_several_on_a_page_and_only_those_in_use(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    assert_eq!(
        hub.get("/v1/cards/sheet.pdf", &office).await.code(),
        "no_cards"
    );
    let mut codes = Vec::new();
    for number in 1..=7 {
        let place = format!("和平路{number}号院公告栏");
        let made = hub
            .post("/v1/cards", &office, &json!({ "place": place }))
            .await;
        codes.push(made.json()["code"].as_str().unwrap().to_owned());
    }
    let pages = async |query: &str| {
        let answer = hub
            .get(&format!("/v1/cards/sheet.pdf{query}"), &office)
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        assert!(answer.body.starts_with(b"%PDF-"));
        let count = |needle: &[u8]| {
            answer
                .body
                .windows(needle.len())
                .filter(|part| *part == needle)
                .count()
        };
        count(b"/Type /Page\n") + count(b"/Type /Page/") + count(b"/Type/Page/")
    };
    // Six on a page.
    assert_eq!(pages("").await, 2);
    assert_eq!(pages(&format!("?codes={}", codes[..6].join(","))).await, 1);
    let path = format!("/v1/cards/{}", codes[0]);
    let request = Request::patch(&path)
        .header("authorization", hub.bearer(&office))
        .header("content-type", "application/json")
        .body(Body::from(r#"{"active":false}"#))
        .unwrap();
    assert_eq!(hub.send(request).await.status, StatusCode::NO_CONTENT);
    let refused = hub
        .get(&format!("/v1/cards/sheet.pdf?codes={}", codes[0]), &office)
        .await;
    assert_eq!(refused.code(), "card_unknown");
    assert_eq!(pages("").await, 1, "six are left");
    let worker = hub.sign_in_at_browser(Role::GridWorker, &[]).await;
    assert_eq!(
        hub.get("/v1/cards/sheet.pdf", &worker).await.code(),
        "role_not_allowed"
    );
}

#[test]
fn an_address_reports_so_often_in_a_minute() {
    harness::backends::on_sqlite(async |hub: TestApp| {
        let office = hub.sign_in(Role::HotlineWorker, &[]).await;
        let card = card(&hub, &office).await;
        let served = hub.serve();
        let client = |from: u8| {
            let address = std::net::IpAddr::from([127, 0, 0, from]);
            reqwest::Client::builder()
                .local_address(address)
                .build()
                .unwrap()
        };
        let stranger = client(2);
        let send = async |client: &reqwest::Client| {
            let sent = client
                .post(served.url("/v1/reports"))
                .json(&report(&hub, &card));
            sent.send().await.unwrap()
        };
        for _ in 0..6 {
            assert_eq!(send(&stranger).await.status(), 200);
        }
        let held = send(&stranger).await;
        assert_eq!(held.status(), 429);
        assert!(held.headers().contains_key("retry-after"));
        assert_eq!(
            held.json::<Value>().await.unwrap()["code"],
            "too_many_reports"
        );
        assert_eq!(send(&client(3)).await.status(), 200, "others are not held");
        hub.app().clock().advance(60_000);
        assert_eq!(send(&stranger).await.status(), 200, "a minute later");
        served.stop().await;
    });
}

async fn photos_come_within_the_hour_and_are_real(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let card = card(&hub, &office).await;
    let report = report(&hub, &card);
    let code = reported(&hub, &report).await;
    let add = async |content: Vec<u8>| {
        let request = Request::post(format!("/v1/reports/{code}/photo"));
        hub.send(request.body(Body::from(content)).unwrap()).await
    };
    let photo = |size| encoded(ImageFormat::Png, size, 10);
    assert_eq!(add(b"<svg>".to_vec()).await.code(), "media_type_refused");
    for size in [10, 10, 20, 30] {
        assert_eq!(add(photo(size)).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(add(photo(40)).await.code(), "evidence_full");
    let ticket = hub
        .get(
            &format!("/v1/tickets/{}", report["id"].as_str().unwrap()),
            &office,
        )
        .await
        .json();
    assert_eq!(ticket["evidence"].as_array().unwrap().len(), 3);
    assert_eq!(ticket["evidence"][0]["public"], true);
    hub.app()
        .clock()
        .set(Timestamp::from_millis(NOW + 2 * 3_600_000));
    assert_eq!(add(photo(50)).await.code(), "report_closed");
}

async fn cards_are_kept_by_the_office(hub: TestApp) {
    let worker = hub.sign_in_at_browser(Role::GridWorker, &[]).await;
    assert_eq!(
        hub.post("/v1/cards", &worker, &json!({ "place": "门口" }))
            .await
            .code(),
        "role_not_allowed"
    );
    assert_eq!(
        hub.get("/v1/cards", &worker).await.code(),
        "role_not_allowed"
    );
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    assert_eq!(
        hub.post("/v1/cards", &office, &json!({ "place": " " }))
            .await
            .code(),
        "place"
    );
}
