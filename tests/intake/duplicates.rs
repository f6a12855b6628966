//! The same matter twice: suggested with reasons, merged and taken apart again, or linked.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{Answer, Caller, NOW, TestApp};
use serde_json::{Value, json};
use sync_core::{Role, Timestamp};

use super::desk::{created, entry, with};

on_both_backends! {
    the_same_matter_from_the_hotline_is_suggested_with_its_reasons,
    another_matter_of_the_same_caller_is_not_suggested,
    what_is_being_typed_is_compared_too,
    a_merged_ticket_leaves_the_lists_until_it_is_taken_out_again,
    a_ticket_goes_into_one_that_is_worked_on_and_nowhere_else,
    a_matter_that_came_first_directly_keeps_its_earlier_handling,
}

const DAY: i64 = 24 * 3_600_000;

/// A ticket that came directly, and the same matter two days later in the sheet of the hotline.
async fn twice(hub: &TestApp, office: &Caller) -> (Value, Value) {
    let direct = with(
        entry(hub),
        json!({ "phone": "13800005678", "address": "黄台南路69号院2号楼" }),
    );
    let direct = created(hub, &direct, office).await;
    hub.app().clock().set(Timestamp::from_millis(NOW + 2 * DAY));
    let sheet = "工单编号,标题,内容,派发时间,地址,联系电话\n\
        JN-7,反映黄台南路69号院楼道堆放杂物,来电人反映二单元楼道堆放杂物没人管,2026-11-26 09:00,天桥区黄台南路69号院2号楼,+86 138-0000-5678\n\
        JN-8,路灯不亮,门口路灯坏了三盏,2026-11-26 09:05,七一路,13800005678\n";
    let answer = hub
        .post_bytes("/v1/imports?source=office", office, sheet.as_bytes())
        .await;
    assert_eq!(answer.json()["added"], 2, "{:?}", answer.body);
    let found = hub.get("/v1/tickets?query=JN-7", office).await.json()["items"][0].clone();
    (direct, found)
}

fn id(ticket: &Value) -> &str {
    ticket["id"].as_str().unwrap()
}

async fn show(hub: &TestApp, ticket: &Value, office: &Caller) -> Value {
    hub.get(&format!("/v1/tickets/{}", id(ticket)), office)
        .await
        .json()
}

async fn act(hub: &TestApp, ticket: &Value, act: Value, office: &Caller) -> Answer {
    let seen = show(hub, ticket, office).await["life"]["version"].clone();
    let body = json!({ "seen": seen, "act": act });
    hub.post(
        &format!("/v1/tickets/{}/actions", id(ticket)),
        office,
        &body,
    )
    .await
}

async fn numbers(hub: &TestApp, query: &str, office: &Caller) -> Vec<String> {
    let page = hub
        .get(&format!("/v1/tickets?{query}"), office)
        .await
        .json();
    let items = page["items"].as_array().unwrap();
    assert_eq!(page["total"], json!(items.len()));
    let mut numbers: Vec<_> = items
        .iter()
        .map(|item| item["upstream_no"].as_str().unwrap().to_owned())
        .collect();
    numbers.sort();
    numbers
}

fn kinds(ticket: &Value) -> Vec<&str> {
    ticket["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect()
}

async fn the_same_matter_from_the_hotline_is_suggested_with_its_reasons(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let (direct, hotline) = twice(&hub, &office).await;
    let answer = hub
        .get(&format!("/v1/tickets/{}/duplicates", id(&hotline)), &office)
        .await;
    let items = answer.json()["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1, "{items}");
    assert_eq!(items[0]["id"], direct["id"]);
    let signs: Vec<_> = items[0]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason["sign"].as_str().unwrap())
        .collect();
    for sign in ["phone", "words", "address", "time"] {
        assert!(signs.contains(&sign), "{sign}: {items}");
    }
    assert!(!items.to_string().contains("13800005678"));
}

async fn another_matter_of_the_same_caller_is_not_suggested(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    twice(&hub, &office).await;
    let lamp = hub.get("/v1/tickets?query=JN-8", &office).await.json()["items"][0].clone();
    let answer = hub
        .get(&format!("/v1/tickets/{}/duplicates", id(&lamp)), &office)
        .await;
    assert_eq!(answer.json()["items"], json!([]), "{:?}", answer.body);
}

async fn what_is_being_typed_is_compared_too(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let (_, hotline) = twice(&hub, &office).await;
    let draft = json!({ "description": "二单元楼道又堆放了杂物", "phone": "13800005678", "address": "黄台南路69号院" });
    let answer = hub.post("/v1/tickets/duplicates", &office, &draft).await;
    let items = answer.json()["items"].clone();
    assert!(
        items
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["id"] == hotline["id"]),
        "{items}"
    );
}

async fn a_merged_ticket_leaves_the_lists_until_it_is_taken_out_again(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let (direct, hotline) = twice(&hub, &office).await;
    // With this its clocks are counted.
    act(&hub, &hotline, json!({ "action": "accept" }), &office).await;
    let before = show(&hub, &hotline, &office).await;
    let merge = json!({ "action": "merge", "into": direct["id"], "words": "同一楼道" });
    let merged = act(&hub, &hotline, merge, &office).await;
    assert_eq!(merged.status, StatusCode::OK, "{:?}", merged.body);
    assert_eq!(merged.json()["life"]["merged_into"], direct["id"]);
    assert_eq!(
        numbers(&hub, "", &office).await,
        ["JN-8", "自收-20261124-0001"]
    );
    assert_eq!(
        numbers(&hub, "query=JN-7", &office).await,
        ["JN-7"],
        "its number still finds it"
    );
    assert_eq!(
        numbers(&hub, "query=JN-7&overdue=true", &office).await,
        [""; 0],
        "its clock stands"
    );
    let main = show(&hub, &direct, &office).await;
    assert_eq!(kinds(&main).last(), Some(&"merged"));
    assert_eq!(main["linked"][0]["relation"], "merged");
    let cancel = json!({ "action": "cancel", "words": "误报" });
    let refused = act(&hub, &hotline, cancel, &office).await;
    assert_eq!(
        (refused.status, &*refused.code()),
        (StatusCode::CONFLICT, "merged")
    );

    let undone = act(
        &hub,
        &hotline,
        json!({ "action": "unmerge", "words": "不是同一楼道" }),
        &office,
    )
    .await;
    assert_eq!(undone.status, StatusCode::OK, "{:?}", undone.body);
    assert_eq!(
        numbers(&hub, "", &office).await,
        ["JN-7", "JN-8", "自收-20261124-0001"]
    );
    let after = show(&hub, &hotline, &office).await;
    for column in ["status", "due_at", "title", "description", "assigned"] {
        assert_eq!(before[column], after[column], "{column}");
    }
    assert_eq!(kinds(&after), ["imported", "accept", "merge", "unmerge"]);
    assert_eq!(
        kinds(&show(&hub, &direct, &office).await).last(),
        Some(&"unmerged")
    );
}

async fn a_ticket_goes_into_one_that_is_worked_on_and_nowhere_else(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let (direct, hotline) = twice(&hub, &office).await;
    let lamp = hub.get("/v1/tickets?query=JN-8", &office).await.json()["items"][0].clone();
    let into = |main: &Value| json!({ "action": "merge", "into": main["id"] });
    let code =
        async |ticket: &Value, main: &Value| act(&hub, ticket, into(main), &office).await.code();
    assert_eq!(code(&hotline, &hotline).await, "same_ticket");
    assert_eq!(
        code(&hotline, &json!({ "id": hub.tenant() })).await,
        "main_unknown"
    );
    assert_eq!(code(&hotline, &direct).await, "");
    assert_eq!(code(&lamp, &hotline).await, "main_merged");
    assert_eq!(code(&direct, &lamp).await, "has_merged");
    let cancel = act(
        &hub,
        &lamp,
        json!({ "action": "cancel", "words": "误报" }),
        &office,
    )
    .await;
    assert_eq!(cancel.status, StatusCode::OK, "{:?}", cancel.body);
    assert_eq!(code(&direct, &lamp).await, "main_over");
}

async fn a_matter_that_came_first_directly_keeps_its_earlier_handling(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let (direct, hotline) = twice(&hub, &office).await;
    let contact = json!({ "action": "contact", "means": "phone", "words": "已约好明天上门", "at": NOW + DAY });
    let contacted = act(&hub, &direct, contact, &office).await;
    assert_eq!(contacted.status, StatusCode::OK, "{:?}", contacted.body);
    let link = async |later: &Value, earlier: &Value, linked: bool| {
        let body = json!({ "earlier": earlier["id"], "linked": linked });
        hub.post(&format!("/v1/tickets/{}/link", id(later)), &office, &body)
            .await
    };
    assert_eq!(link(&direct, &hotline, true).await.code(), "not_earlier");
    assert_eq!(link(&direct, &direct, true).await.code(), "same_ticket");
    let linked = link(&hotline, &direct, true).await.json();
    assert_eq!(linked["linked"][0]["relation"], "earlier");
    assert_eq!(
        linked["linked"][0]["first_contact_at"],
        json!(NOW + DAY),
        "{linked}"
    );
    assert_eq!(linked["linked"][0]["dispatched_at"], json!(NOW));
    assert_eq!(kinds(&linked), ["imported", "linked"]);
    let again = link(&hotline, &direct, true).await.json();
    assert_eq!(kinds(&again), ["imported", "linked"], "once");
    assert_eq!(
        show(&hub, &direct, &office).await["linked"][0]["relation"],
        "later"
    );
    let apart = link(&hotline, &direct, false).await.json();
    assert_eq!((&apart["linked"], kinds(&apart).len()), (&json!([]), 3));
}
