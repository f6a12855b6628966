//! The intake desk: what comes to the office directly, and what is copied from a page.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{Answer, Caller, NOW, TestApp};
use serde_json::{Value, json};
use sync_core::{Id, Role, Timestamp};

on_both_backends! {
    a_call_about_wages_becomes_a_ticket_with_its_form_and_who_took_it_first,
    numbers_of_people_are_masked_and_sealed_wherever_they_were_written,
    the_same_request_sent_again_is_the_same_ticket,
    own_numbers_count_by_the_day_and_never_twice,
    what_is_missing_or_wrong_is_named_by_its_field_and_nothing_is_stored,
    an_enterprise_is_asked_for_its_form_and_a_wrong_code_says_which_place,
    a_pasted_text_is_recognised_with_the_words_it_comes_from_and_nothing_is_stored,
    a_pasted_ticket_keeps_its_number_and_is_not_taken_twice,
    nobody_but_the_office_takes_tickets_in,
}

/// What the desk sends for a ticket with the fewest fields.
pub(crate) fn entry(hub: &TestApp) -> Value {
    let id = hub.app().rng().new_id(hub.app().clock().now());
    json!({ "id": id, "channel": "warm_phone", "description": "黄台南路69号院二单元楼道堆放杂物，没人管。" })
}

/// The entry with these fields over it.
pub(crate) fn with(mut entry: Value, fields: Value) -> Value {
    let fields = fields.as_object().unwrap().clone();
    entry.as_object_mut().unwrap().extend(fields);
    entry
}

pub(crate) async fn create(hub: &TestApp, entry: &Value, caller: &Caller) -> Answer {
    hub.post("/v1/tickets", caller, entry).await
}

/// Takes the entry in; gives the ticket.
pub(crate) async fn created(hub: &TestApp, entry: &Value, caller: &Caller) -> Value {
    let answer = create(hub, entry, caller).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

async fn count(hub: &TestApp, office: &Caller) -> i64 {
    hub.get("/v1/tickets", office).await.json()["total"]
        .as_i64()
        .unwrap()
}

fn wages() -> Value {
    json!({ "employer": "某某建筑公司", "site": "黄台工地", "months_from": "2026-08", "months_to": "2026-10",
        "amount_fen": 12_345_600, "people": 12 })
}

async fn a_call_about_wages_becomes_a_ticket_with_its_form_and_who_took_it_first(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let colleague = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let entry = with(
        entry(&hub),
        json!({
            "channel": "wage_hotline_phone", "form": wages(), "requester": "张某某", "phone": "138 0000 5678",
            "first_receiver": colleague.person, "received_at": NOW - 20 * 60_000,
        }),
    );
    let ticket = created(&hub, &entry, &office).await;
    assert_eq!(ticket["upstream_no"], "自收-20261124-0001");
    assert_eq!(
        (&ticket["source"], &ticket["channel"]),
        (&json!("direct"), &json!("wage_hotline_phone"))
    );
    assert_eq!(ticket["status"], "accepted");
    assert_eq!(ticket["title"], "黄台南路69号院二单元楼道堆放杂物，没人管");
    assert_eq!(ticket["life"]["form"], wages());
    assert_eq!(ticket["first_receiver"]["id"], json!(colleague.person));
    assert_eq!(ticket["times"]["received_at"], json!(NOW - 20 * 60_000));
    assert_eq!(ticket["times"]["accepted_at"], json!(NOW));
    assert_eq!(
        ticket["dispatched_at"],
        json!(NOW - 20 * 60_000),
        "time runs from the first call"
    );
    assert_eq!(ticket["phone_masked"], "138****5678");
    assert!(
        ticket["due_at"].as_i64().unwrap() > NOW,
        "its deadline runs at once"
    );
    let kinds: Vec<_> = ticket["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].clone())
        .collect();
    assert_eq!(kinds, ["received", "describe", "accept"]);
    let intake = &ticket["strip"][0];
    assert_eq!(intake["step"], "intake", "{intake}");
    assert_ne!(intake["state"], "open", "the step has its record: {intake}");
}

async fn numbers_of_people_are_masked_and_sealed_wherever_they_were_written(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let form = with(wages(), json!({ "employer": "包工头13900001111" }));
    let entry = with(
        entry(&hub),
        json!({
            "channel": "wage_wechat", "form": form, "phone": "13800005678",
            "description": "工头电话13900001111，身份证37010519900101001X，三个月没发工资",
            "address": "工地（看门人13700002222）",
        }),
    );
    let ticket = created(&hub, &entry, &office).await;
    let shown = ticket.to_string();
    for hidden in [
        "13800005678",
        "13900001111",
        "13700002222",
        "37010519900101001X",
    ] {
        assert!(!shown.contains(hidden), "{hidden}: {shown}");
    }
    let id = Id::parse(ticket["id"].as_str().unwrap()).unwrap();
    let mut tx = hub.app().store().read().await.unwrap();
    let stored = tx
        .find_ticket(hub.tenant(), id, None)
        .await
        .unwrap()
        .unwrap();
    let sealed = stored.requester_sealed.unwrap();
    let opened = hub.app().keys().open(&sealed, &id.bytes()).unwrap();
    let opened = String::from_utf8(opened).unwrap();
    for kept in [
        "13800005678",
        "包工头13900001111",
        "37010519900101001X",
        "13700002222",
    ] {
        assert!(opened.contains(kept), "{kept}");
    }
}

async fn the_same_request_sent_again_is_the_same_ticket(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let entry = entry(&hub);
    let first = created(&hub, &entry, &office).await;
    let again = created(&hub, &entry, &office).await;
    assert_eq!(
        (&first["upstream_no"], &first["events"]),
        (&again["upstream_no"], &again["events"])
    );
    assert_eq!(count(&hub, &office).await, 1);
}

async fn own_numbers_count_by_the_day_and_never_twice(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let entries: Vec<Value> = (0..6).map(|_| entry(&hub)).collect();
    let taken = entries.iter().map(|entry| created(&hub, entry, &office));
    let tickets = futures_util::future::join_all(taken).await;
    let mut numbers: Vec<_> = tickets
        .iter()
        .map(|ticket| ticket["upstream_no"].as_str().unwrap().to_owned())
        .collect();
    numbers.sort();
    let wanted: Vec<_> = (1..=6).map(|n| format!("自收-20261124-{n:04}")).collect();
    assert_eq!(numbers, wanted);
    hub.app()
        .clock()
        .set(Timestamp::from_millis(NOW + 24 * 3_600_000));
    let tomorrow = created(&hub, &entry(&hub), &office).await;
    assert_eq!(tomorrow["upstream_no"], "自收-20261125-0001");
}

async fn what_is_missing_or_wrong_is_named_by_its_field_and_nothing_is_stored(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    for (fields, code, says) in [
        (
            json!({ "description": " " }),
            "description",
            "请填写诉求内容",
        ),
        (json!({ "phone": "打过来" }), "phone", "请填 11 位手机号"),
        (
            json!({ "received_at": NOW + 3_600_000 }),
            "received_at",
            "还没有到",
        ),
        (json!({ "due_at": NOW - 1 }), "due_at", "早于派发时间"),
        (
            json!({ "community": hub.tenant() }),
            "community",
            "请刷新页面后重新选择",
        ),
        (
            json!({ "first_receiver": hub.tenant() }),
            "first_receiver",
            "请重新选择",
        ),
        (json!({ "channel": "qr" }), "channel", "请改选别的渠道"),
        (
            json!({ "channel": "wage_wechat" }),
            "employer",
            "请填写用人单位",
        ),
        (
            json!({ "upstream_no": "A 1" }),
            "upstream_no",
            "请对照平台页面改正",
        ),
        (
            json!({ "form": { "colour": "红" } }),
            "form",
            "没有“colour”这一栏",
        ),
    ] {
        let answer = create(&hub, &with(entry(&hub), fields), &office).await;
        assert_eq!(
            (answer.status, &*answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, code)
        );
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(says), "{detail}");
    }
    assert_eq!(count(&hub, &office).await, 0);
    assert_eq!(
        created(&hub, &entry(&hub), &office).await["upstream_no"],
        "自收-20261124-0001",
        "no number is lost"
    );
}

async fn an_enterprise_is_asked_for_its_form_and_a_wrong_code_says_which_place(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let enterprise = |code: &str| {
        with(
            entry(&hub),
            json!({
                "requester_type": "enterprise", "requester": "李某某", "phone": "13800005678",
                "form": { "enterprise": "某某茶业", "market": "黄台茶叶批发市场", "affected_scope": "二十家商户断网",
                    "credit_code": code },
            }),
        )
    };
    let refused = |answer: &Answer| {
        (
            answer.code(),
            answer.json()["detail"].as_str().unwrap().to_owned(),
        )
    };
    let (code, says) = refused(&create(&hub, &enterprise("9133O106673959654P"), &office).await);
    assert!(
        code == "credit_code" && says.contains("第 5 位的“O”"),
        "{code} {says}"
    );
    let (code, says) = refused(&create(&hub, &enterprise("91330106673859654P"), &office).await);
    assert!(
        code == "credit_code" && says.contains("第 9 至 17 位"),
        "{code} {says}"
    );
    let (code, _) = refused(
        &create(
            &hub,
            &with(enterprise(""), json!({ "phone": null })),
            &office,
        )
        .await,
    );
    assert_eq!(code, "phone");
    let ticket = created(&hub, &enterprise("91330106673959654P"), &office).await;
    assert_eq!(
        ticket["life"]["form"]["credit_code"], "91330106673959654P",
        "it is no number of a person"
    );
    assert_eq!(ticket["requester_type"], "enterprise");
}

async fn a_pasted_text_is_recognised_with_the_words_it_comes_from_and_nothing_is_stored(
    hub: TestApp,
) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let paste = async |text: &str| {
        hub.post("/v1/tickets/paste", &office, &json!({ "text": text }))
            .await
    };
    let answer =
        paste("工单编号：JN-1\n来电人：张某某\n诉求内容：楼道堆物\n办理时限：三天内").await;
    assert_eq!(answer.status, StatusCode::OK);
    let fields = answer.json()["fields"].clone();
    assert_eq!(
        fields[0],
        json!({ "field": "upstream_no", "value": "JN-1", "words": "工单编号：JN-1" })
    );
    let due = fields
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["field"] == "due_at")
        .unwrap();
    assert_eq!(due["value"], Value::Null);
    assert!(
        due["problem"]
            .as_str()
            .unwrap()
            .contains("请改成 2026-11-24 09:30")
    );
    let answer = paste("今天没有什么事").await;
    assert_eq!(
        (answer.status, &*answer.code()),
        (StatusCode::UNPROCESSABLE_ENTITY, "nothing_recognised")
    );
    assert!(
        answer.json()["detail"]
            .as_str()
            .unwrap()
            .contains("粘贴的文字会保留")
    );
    assert_eq!(count(&hub, &office).await, 0);
}

async fn a_pasted_ticket_keeps_its_number_and_is_not_taken_twice(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let pasted = |number: &str| {
        with(
            entry(&hub),
            json!({ "channel": "paste", "upstream_no": number,
        "dispatched_at": NOW - 3_600_000, "due_at": NOW + 86_400_000 }),
        )
    };
    let ticket = created(&hub, &pasted("JN-1"), &office).await;
    assert_eq!(
        (&ticket["upstream_no"], &ticket["times"]["given_due_at"]),
        (&json!("JN-1"), &json!(NOW + 86_400_000))
    );
    assert_eq!(
        ticket["life"]["from_platform"], true,
        "it is answered there"
    );
    let again = create(&hub, &pasted("JN-1"), &office).await;
    assert_eq!(
        (again.status, &*again.code()),
        (StatusCode::CONFLICT, "ticket_exists")
    );
    // The same number in the office's own sheet is the same ticket.
    let sheet = "工单编号,标题,内容,派发时间\nJN-1,楼道堆物,二单元楼道堆物,2026-11-24 08:00\n";
    let answer = hub
        .post_bytes("/v1/imports?source=office", &office, sheet.as_bytes())
        .await;
    assert_eq!(answer.json()["added"], 0, "{:?}", answer.body);
    assert_eq!(count(&hub, &office).await, 1);
}

async fn nobody_but_the_office_takes_tickets_in(hub: TestApp) {
    for role in [
        Role::GridWorker,
        Role::Volunteer,
        Role::CommunitySecretary,
        Role::SystemAdmin,
    ] {
        let caller = hub.sign_in_at_browser(role, &[]).await;
        for (path, body) in [
            ("/v1/tickets", entry(&hub)),
            ("/v1/tickets/paste", json!({ "text": "工单编号：1" })),
            ("/v1/tickets/duplicates", json!({})),
        ] {
            let answer = hub.post(path, &caller, &body).await;
            assert_eq!(
                (answer.status, &*answer.code()),
                (StatusCode::FORBIDDEN, "role_not_allowed"),
                "{role:?} {path}"
            );
        }
    }
}
