//! A number that is there already: the same content, other content, and what is taken over of it.

use harness::on_both_backends;
use harness::test_app::{Caller, TestApp};
use serde_json::{Value, json};
use sync_core::{Id, Role};

on_both_backends! {
    a_number_that_comes_again_with_other_content_is_told_and_its_deadline_taken_over,
    everything_is_taken_over_if_that_is_wanted_and_what_the_office_did_stays,
    nothing_is_taken_over_if_that_is_wanted,
    a_row_that_asks_again_does_not_calm_its_ticket_by_an_old_word,
    a_number_that_differs_only_where_it_is_masked_is_told_masked,
    two_rows_of_one_number_that_differ_are_told_apart,
    a_community_that_is_not_ours_is_named,
}

const HEADER: &str = "工单编号,标题,内容,派发时间,办理时限";
const FIRST: &str = "CH-1,楼道堆放纸箱,第一次来电,2026-11-20 09:30,2026-11-25";
const AGAIN: &str =
    "CH-1,楼道堆放纸箱（催办）,第二次来电：已经堵住消防通道,2026-11-20 09:30,2026-11-30";
const OTHER: &str = "CH-2,夜间噪声,第一次来电,2026-11-20 09:30,2026-11-25";

fn table(rows: &[&str]) -> String {
    let lines: Vec<&str> = std::iter::once(HEADER)
        .chain(rows.iter().copied())
        .collect();
    lines.join("\n")
}

async fn send(app: &TestApp, caller: &Caller, path: &str, table: &str) -> Value {
    let answer = app.post_bytes(path, caller, table.as_bytes()).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.json()
}

async fn preview(app: &TestApp, caller: &Caller, table: &str) -> Value {
    send(app, caller, "/v1/imports/preview", table).await
}

async fn import(app: &TestApp, caller: &Caller, take_over: &str, table: &str) -> Value {
    let path = format!("/v1/imports?take_over={take_over}");
    send(app, caller, &path, table).await
}

fn counts(answer: &Value) -> [u64; 4] {
    let number = |name: &str| answer[name].as_u64().unwrap();
    let refused = answer["refused"].as_array().unwrap().len() as u64;
    [
        number("added"),
        number("unchanged"),
        number("changed"),
        refused,
    ]
}

fn fields(row: &Value) -> Vec<&str> {
    let differences = row["differences"].as_array().unwrap();
    differences
        .iter()
        .map(|one| one["field"].as_str().unwrap())
        .collect()
}

async fn ticket(app: &TestApp, caller: &Caller, number: &str) -> Value {
    let mut tx = app.app().store().read().await.unwrap();
    let found = tx
        .find_ticket_by_upstream_no(app.tenant(), "office", number)
        .await
        .unwrap();
    drop(tx);
    let path = format!("/v1/tickets/{}", found.unwrap());
    app.get(&path, caller).await.json()
}

fn events<'a>(ticket: &'a Value, kind: &str) -> Vec<&'a Value> {
    let events = ticket["events"].as_array().unwrap();
    events
        .iter()
        .filter(|event| event["kind"] == kind)
        .collect()
}

async fn a_number_that_comes_again_with_other_content_is_told_and_its_deadline_taken_over(
    app: TestApp,
) {
    let office = app.sign_in(Role::HotlineWorker, &[]).await;
    let first = import(&app, &office, "deadline", &table(&[FIRST, OTHER])).await;
    assert_eq!(counts(&first), [2, 0, 0, 0]);
    let before = ticket(&app, &office, "CH-1").await;

    let again = table(&[AGAIN, OTHER]);
    let told = preview(&app, &office, &again).await;
    assert_eq!(counts(&told), [0, 1, 1, 0]);
    let row = &told["changes"][0];
    assert_eq!(
        (&row["line"], &row["upstream_no"]),
        (&json!(2), &json!("CH-1"))
    );
    assert_eq!(fields(row), ["title", "description", "due_at"]);
    assert_eq!(row["urged"], json!(true));
    assert_eq!(row["differences"][2]["after"], "2026-11-30 23:59:59");
    assert_eq!(
        ticket(&app, &office, "CH-1").await,
        before,
        "a preview writes nothing"
    );

    let done = import(&app, &office, "deadline", &again).await;
    assert_eq!(counts(&done), [0, 1, 1, 0]);
    let after = ticket(&app, &office, "CH-1").await;
    assert_eq!(after["title"], before["title"]);
    assert_eq!(after["urgency"], "urgent");
    let later = after["due_at"].as_i64().unwrap() - before["due_at"].as_i64().unwrap();
    assert_eq!(later, 5 * 24 * 3600 * 1000);
    let [event] = events(&after, "imported_again")[..] else {
        panic!("{after}");
    };
    assert_eq!(event["detail"]["urged"], json!(true));
    assert_eq!(event["detail"]["left"], json!(["title", "description"]));
    assert_eq!(event["detail"]["taken"][0]["field"], "due_at");

    let third = import(&app, &office, "deadline", &again).await;
    assert_eq!(counts(&third), [0, 1, 1, 0], "the words still differ");
    assert_eq!(ticket(&app, &office, "CH-1").await, after);
}

async fn everything_is_taken_over_if_that_is_wanted_and_what_the_office_did_stays(app: TestApp) {
    let office = app.sign_in(Role::OfficeReviewer, &[]).await;
    import(&app, &office, "deadline", &table(&[FIRST])).await;
    let before = ticket(&app, &office, "CH-1").await;
    let id = Id::parse(before["id"].as_str().unwrap()).unwrap();
    let body = json!({
        "to": { "kind": "person", "id": office.person },
        "assigned_before": null,
    });
    let path = format!("/v1/tickets/{id}/assign");
    let assigned = app.post(&path, &office, &body).await;
    let is_assigned = assigned.status.is_success();
    let before = ticket(&app, &office, "CH-1").await;

    let again = table(&[AGAIN]);
    let done = import(&app, &office, "all", &again).await;
    assert_eq!(counts(&done), [0, 0, 1, 0]);
    let after = ticket(&app, &office, "CH-1").await;
    assert_eq!(after["title"], "楼道堆放纸箱（催办）");
    assert_eq!(after["description"], "第二次来电：已经堵住消防通道");
    assert_eq!(after["status"], before["status"]);
    assert_eq!(after["assigned"], before["assigned"]);
    assert_eq!(is_assigned, !after["assigned"].is_null());
    let found = app
        .get(
            "/v1/tickets?query=%E6%B6%88%E9%98%B2%E9%80%9A%E9%81%93",
            &office,
        )
        .await
        .json();
    assert_eq!(found["items"][0]["upstream_no"], "CH-1");
    let gone = app
        .get(
            "/v1/tickets?query=%E7%AC%AC%E4%B8%80%E6%AC%A1%E6%9D%A5%E7%94%B5",
            &office,
        )
        .await
        .json();
    assert_eq!(gone["items"], json!([]));

    let third = import(&app, &office, "all", &again).await;
    assert_eq!(counts(&third), [0, 1, 0, 0]);
}

async fn nothing_is_taken_over_if_that_is_wanted(app: TestApp) {
    let office = app.sign_in(Role::HotlineWorker, &[]).await;
    import(&app, &office, "deadline", &table(&[FIRST])).await;
    let before = ticket(&app, &office, "CH-1").await;
    let done = import(&app, &office, "nothing", &table(&[AGAIN])).await;
    assert_eq!(counts(&done), [0, 0, 1, 0]);
    assert_eq!(ticket(&app, &office, "CH-1").await, before);
    let path = "/v1/imports?take_over=everything";
    let wrong = app
        .post_bytes(path, &office, table(&[AGAIN]).as_bytes())
        .await;
    assert_eq!(wrong.status, 400);
}

async fn a_row_that_asks_again_does_not_calm_its_ticket_by_an_old_word(app: TestApp) {
    let office = app.sign_in(Role::HotlineWorker, &[]).await;
    let row = |title: &str| {
        format!("工单编号,标题,内容,派发时间,紧急程度\nU-1,{title},夜间噪声,2026-11-20 09:30,一般")
    };
    for take_over in ["deadline", "all"] {
        import(&app, &office, "all", &row("噪声")).await;
        for _ in 0..3 {
            import(&app, &office, take_over, &row("催办：噪声")).await;
            let after = ticket(&app, &office, "U-1").await;
            assert_eq!(after["urgency"], "urgent", "{take_over}");
        }
    }
}

async fn a_number_that_differs_only_where_it_is_masked_is_told_masked(app: TestApp) {
    let office = app.sign_in(Role::HotlineWorker, &[]).await;
    let with = |phone: &str| {
        format!("工单编号,标题,内容,派发时间,联系电话\nP-1,噪声,夜间噪声,2026-11-20 09:30,{phone}")
    };
    import(&app, &office, "deadline", &with("13800001234")).await;
    let told = preview(&app, &office, &with("13800011234")).await;
    assert_eq!(counts(&told), [0, 0, 1, 0]);
    let difference = &told["changes"][0]["differences"][0];
    assert_eq!(difference["field"], "phone");
    assert_eq!(difference["before"], "138****1234");
    assert_eq!(difference["after"], "138****1234");
}

async fn two_rows_of_one_number_that_differ_are_told_apart(app: TestApp) {
    let office = app.sign_in(Role::HotlineWorker, &[]).await;
    let file = table(&[FIRST, FIRST, AGAIN]);
    for expected in [[1, 1, 1, 0], [0, 2, 1, 0]] {
        let told = preview(&app, &office, &file).await;
        assert_eq!(counts(&told), expected);
        let done = import(&app, &office, "all", &file).await;
        assert_eq!(counts(&done), expected);
        let row = &done["changes"][0];
        assert_eq!(row, &told["changes"][0]);
        assert_eq!(
            (&row["line"], &row["first"]),
            (&json!(4), &json!("第 2 行"))
        );
        assert_eq!(fields(row), ["title", "description", "due_at"]);
    }
    let stored = ticket(&app, &office, "CH-1").await;
    assert_eq!(stored["title"], "楼道堆放纸箱");
}

async fn a_community_that_is_not_ours_is_named(app: TestApp) {
    let office = app.sign_in(Role::HotlineWorker, &[]).await;
    let file = "工单编号,标题,内容,派发时间,社区\nC-1,噪声,夜间噪声,2026-11-20 09:30,远方社区\n\
                C-2,噪声,夜间噪声,2026-11-20 09:30,远方社区";
    let unknown = json!([{ "name": "远方社区", "rows": 2 }]);
    let told = preview(&app, &office, file).await;
    assert_eq!(told["unknown_communities"], unknown);
    let done = import(&app, &office, "deadline", file).await;
    assert_eq!(
        (done["added"].clone(), done["unknown_communities"].clone()),
        (json!(2), unknown)
    );
}
