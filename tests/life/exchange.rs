//! What goes to the upper level, what its files say otherwise, and what stands still.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{NOW, TestApp};
use serde_json::{Value, json};
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Role};

use super::street::{DAY, HOUR, Life};

on_both_backends! {
    approved_feedback_is_exported_once_and_the_next_file_holds_what_is_new,
    an_earlier_day_can_be_exported_again,
    the_feedback_of_one_ticket_is_text_to_paste,
    only_the_office_exchanges_with_the_upper_level,
    a_file_that_says_otherwise_is_told_until_both_agree,
    a_ticket_that_the_file_lacks_is_told_until_it_is_over_or_a_file_has_it,
    a_status_that_somebody_noted_is_not_overwritten_by_a_file,
    a_ticket_without_an_action_for_a_day_or_overdue_without_an_answer_stands_still,
    a_reason_stands_for_its_month_and_is_no_action,
}

/// Drafts feedback for the platform and approves it; gives its number.
async fn approved(street: &Life, ticket: Id, stage: &str, words: &str) -> Value {
    let shown = street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "draft_feedback", "addressee": "platform", "stage": stage, "words": words }),
        )
        .await;
    let tasks = shown["life"]["tasks"].as_array().unwrap();
    let task = tasks.last().unwrap()["n"].clone();
    street
        .does(
            ticket,
            Role::OfficeReviewer,
            json!({ "action": "approve_feedback", "task": task }),
        )
        .await;
    task
}

async fn sends(street: &Life, ticket: Id, task: Value) {
    let act = json!({ "action": "send_feedback", "task": task, "means": "platform" });
    street.does(ticket, Role::HotlineWorker, act).await;
}

async fn worked_on(street: &Life, number: u32) -> Id {
    let ticket = street.ticket(number, TicketState::FIRST).await;
    let act = json!({ "action": "assign", "kind": "section", "to": street.section });
    street.does(ticket, Role::HotlineWorker, act).await;
    let act = json!({ "action": "contact", "means": "phone" });
    street.does(ticket, Role::SectionHandler, act).await;
    ticket
}

/// Rows of the file, without the header.
async fn taken(street: &Life, query: &str) -> Vec<String> {
    let path = format!("/v1/exchange/feedback.csv{query}");
    let answer = street.hub.get(&path, street.of(Role::HotlineWorker)).await;
    if answer.status == StatusCode::NOT_FOUND {
        assert_eq!(answer.code(), "nothing_new");
        return Vec::new();
    }
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let rows = text.strip_prefix('\u{feff}').unwrap().lines().skip(1);
    rows.map(str::to_owned).collect()
}

async fn get(street: &Life, path: &str) -> Value {
    let answer = street.hub.get(path, street.of(Role::HotlineWorker)).await;
    assert_eq!(answer.status, StatusCode::OK, "{path} {:?}", answer.body);
    answer.json()
}

async fn approved_feedback_is_exported_once_and_the_next_file_holds_what_is_new(hub: TestApp) {
    let street = Life::open(hub).await;
    let [first, second] = [worked_on(&street, 1).await, worked_on(&street, 2).await];
    let opinion = approved(&street, first, "opinion", "已安排网格员到场").await;
    // What is not approved does not go out, nor does what goes to the requester.
    for addressee in ["platform", "requester"] {
        let act = json!({ "action": "draft_feedback", "addressee": addressee, "stage": "result", "words": "草稿" });
        street.does(second, Role::HotlineWorker, act).await;
    }
    let shown = get(&street, "/v1/exchange/feedback").await;
    assert_eq!(shown["total"], 1);
    assert_eq!(shown["items"][0]["text"], "已安排网格员到场");
    assert_eq!(shown["items"][0]["sent"], json!(false));
    let rows = taken(&street, "").await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].starts_with("L-1,"), "{rows:?}");
    for said in ["办理意见", "已安排网格员到场", "待发出"] {
        assert!(rows[0].contains(said), "{said} {rows:?}");
    }
    assert!(
        taken(&street, "").await.is_empty(),
        "nothing is exported twice"
    );

    sends(&street, first, opinion).await;
    let rows = taken(&street, "").await;
    assert!(
        rows[0].contains("已发出") && rows[0].contains("平台录入"),
        "{rows:?}"
    );
    approved(&street, second, "result", "已清理").await;
    let act = json!({ "action": "find", "finding": "partly", "words": "部分属实" });
    street.does(second, Role::HotlineWorker, act).await;
    let rows = taken(&street, "").await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(
        rows[0].starts_with("L-2,") && rows[0].contains("部分合理"),
        "{rows:?}"
    );
    assert!(taken(&street, "").await.is_empty());

    let exports = get(&street, "/v1/exchange/feedback").await["exports"].clone();
    let lines: Vec<_> = exports
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["lines"].clone())
        .collect();
    assert_eq!(lines, [json!(1), json!(1), json!(1)]);
    let audit = street
        .hub
        .get("/v1/audit?act=feedback.export", street.of(Role::Auditor))
        .await;
    assert_eq!(audit.json()["items"].as_array().unwrap().len(), 3);
}

async fn an_earlier_day_can_be_exported_again(hub: TestApp) {
    let street = Life::open(hub).await;
    let old = worked_on(&street, 1).await;
    approved(&street, old, "opinion", "第一天").await;
    street.hub.app().clock().advance(2 * DAY);
    let new = worked_on(&street, 2).await;
    approved(&street, new, "opinion", "第三天").await;
    assert_eq!(taken(&street, "").await.len(), 2);
    let later = format!("?since={}", NOW + DAY);
    let rows = taken(&street, &later).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].contains("第三天"));
    assert_eq!(taken(&street, "?since=0").await.len(), 2);
    assert!(
        taken(&street, "").await.is_empty(),
        "that makes nothing new"
    );
    let workbook = street
        .hub
        .get(
            "/v1/exchange/feedback.xlsx?since=0",
            street.of(Role::Leader),
        )
        .await;
    assert_eq!(workbook.status, StatusCode::OK);
    assert!(workbook.body.starts_with(b"PK"));
}

async fn the_feedback_of_one_ticket_is_text_to_paste(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = worked_on(&street, 1).await;
    let path = format!("/v1/tickets/{ticket}/feedback.txt");
    let none = street.hub.get(&path, street.of(Role::HotlineWorker)).await;
    assert_eq!(
        (none.status, none.code().as_str()),
        (StatusCode::NOT_FOUND, "no_feedback")
    );
    let task = approved(&street, ticket, "opinion", "第一行\n第二行").await;
    sends(&street, ticket, task).await;
    approved(&street, ticket, "result", "已清理").await;
    let act = json!({ "action": "find", "finding": "reasonable", "words": "属实" });
    street.does(ticket, Role::HotlineWorker, act).await;
    let text = street.hub.get(&path, street.of(Role::HotlineWorker)).await;
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    let text = String::from_utf8(text.body.to_vec()).unwrap();
    assert_eq!(
        text,
        "工单编号：L-1\n办理意见：\n第一行\n第二行\n\n处理结果：\n已清理\n诉求认定：合理\n"
    );
}

async fn only_the_office_exchanges_with_the_upper_level(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    for path in [
        "/v1/exchange/feedback".to_owned(),
        "/v1/exchange/feedback.csv".to_owned(),
        "/v1/exchange/feedback.xlsx".to_owned(),
        "/v1/exchange/mismatches".to_owned(),
        "/v1/exchange/silent".to_owned(),
        format!("/v1/tickets/{ticket}/feedback.txt"),
    ] {
        for role in [
            Role::SectionHandler,
            Role::CommunitySecretary,
            Role::Auditor,
        ] {
            let answer = street.hub.get(&path, street.of(role)).await;
            assert_eq!(answer.code(), "role_not_allowed", "{path} {role:?}");
        }
    }
    let body = json!({ "words": "等材料" });
    let path = format!("/v1/exchange/silent/{ticket}");
    let answer = street
        .hub
        .post(&path, street.of(Role::SectionHandler), &body)
        .await;
    assert_eq!(answer.code(), "role_not_allowed");
}

const HEADER: &str = "工单编号,标题,内容,派发时间,办理时限,平台状态";

/// Imports rows of (number, day of dispatch, due date, status); gives how much differs.
async fn import(street: &Life, rows: &[(&str, &str, &str, &str)]) -> i64 {
    // Files come one after the other.
    let clock = street.hub.app().clock();
    clock.set(clock.now().plus_millis(1_000));
    let rows: Vec<String> = rows
        .iter()
        .map(|(number, dispatched, due, status)| {
            format!("{number},楼道堆物,楼道堆放纸箱,{dispatched} 09:30,{due},{status}")
        })
        .collect();
    let table = format!("{HEADER}\n{}", rows.join("\n"));
    let path = "/v1/imports?take_over=nothing";
    let office = street.of(Role::HotlineWorker);
    let answer = street.hub.post_bytes(path, office, table.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()["mismatches"].as_i64().unwrap_or(0)
}

/// Number, reason and the file's word of each mismatch.
async fn mismatches(street: &Life) -> Vec<(String, String, Value)> {
    let page = get(street, "/v1/exchange/mismatches").await;
    let items = page["items"].as_array().unwrap();
    assert_eq!(page["total"], json!(items.len()));
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    items
        .iter()
        .map(|one| {
            (
                text(one, "upstream_no"),
                text(one, "reason"),
                one["theirs"].clone(),
            )
        })
        .collect()
}

async fn ticket_of(street: &Life, number: &str) -> Id {
    let mut tx = street.hub.app().store().read().await.unwrap();
    let found = tx.find_ticket_by_number(street.hub.tenant(), number).await;
    found.unwrap().unwrap()
}

fn told(number: &str, reason: &str, theirs: &str) -> (String, String, Value) {
    (number.to_owned(), reason.to_owned(), json!(theirs))
}

async fn a_file_that_says_otherwise_is_told_until_both_agree(hub: TestApp) {
    let street = Life::open(hub).await;
    let rows = [
        ("P-1", "2026-11-20", "2026-11-27 17:30", "办理中"),
        ("P-2", "2026-11-21", "2026-11-27 17:30", "办理中"),
    ];
    assert_eq!(import(&street, &rows).await, 0);
    assert!(mismatches(&street).await.is_empty());
    let shown = street
        .show(ticket_of(&street, "P-1").await, Role::Leader)
        .await;
    assert_eq!(
        shown["life"]["external"],
        json!(["", "办理中"]),
        "read from the file"
    );

    let rows = [
        ("P-1", "2026-11-20", "2026-11-27 17:30", "已办结"),
        ("P-2", "2026-11-21", "2026-12-01 17:30", "办理中"),
    ];
    assert_eq!(import(&street, &rows).await, 2);
    let page = get(&street, "/v1/exchange/mismatches").await;
    assert_eq!(page["files"][0]["rows"], 2);
    assert_eq!(page["files"][0]["found"], 2);
    assert_eq!(
        mismatches(&street).await,
        [
            told("P-1", "closed_there", "已办结"),
            ("P-2".to_owned(), "due_at".to_owned(), Value::Null)
        ]
    );
    // The ticket that is over there is given back to it: both agree.
    let first = ticket_of(&street, "P-1").await;
    let back = json!({ "action": "return_up", "words": "不属本街道" });
    let answer = street.tries(first, Role::Leader, back).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    assert_eq!(mismatches(&street).await.len(), 1);
    // The next file has both as they are here.
    let rows = [
        ("P-1", "2026-11-20", "2026-11-27 17:30", "办理中"),
        ("P-2", "2026-11-21", "2026-11-27 17:30", "办理中"),
    ];
    assert_eq!(import(&street, &rows).await, 1);
    assert_eq!(
        mismatches(&street).await,
        [told("P-1", "open_there", "办理中")]
    );
    let files = get(&street, "/v1/exchange/mismatches").await["files"].clone();
    assert_eq!(files.as_array().unwrap().len(), 3, "each file is kept");
}

async fn a_ticket_that_the_file_lacks_is_told_until_it_is_over_or_a_file_has_it(hub: TestApp) {
    let street = Life::open(hub).await;
    let row = |number, day| (number, day, "2026-12-05", "");
    let all = [
        row("P-1", "2026-11-18"),
        row("P-2", "2026-11-20"),
        row("P-3", "2026-11-22"),
        row("P-4", "2026-11-24"),
    ];
    assert_eq!(import(&street, &all).await, 0);
    // P-1 was dispatched before the span of this file.
    assert_eq!(import(&street, &[all[1], all[3]]).await, 1);
    let missing = ("P-3".to_owned(), "missing".to_owned(), Value::Null);
    assert_eq!(mismatches(&street).await, [missing]);
    let third = ticket_of(&street, "P-3").await;
    let cancel = json!({ "action": "cancel", "words": "平台已撤单" });
    street.does(third, Role::HotlineWorker, cancel).await;
    assert!(mismatches(&street).await.is_empty());
    assert_eq!(import(&street, &[all[0], all[3]]).await, 1);
    assert_eq!(mismatches(&street).await[0].0, "P-2");
    assert_eq!(import(&street, &all[1..2]).await, 0, "a file has it again");
    assert!(mismatches(&street).await.is_empty());
}

async fn a_status_that_somebody_noted_is_not_overwritten_by_a_file(hub: TestApp) {
    let street = Life::open(hub).await;
    let row = |status| [("P-1", "2026-11-20", "2026-12-05", status)];
    assert_eq!(import(&street, &row("待受理")).await, 0);
    assert_eq!(
        import(&street, &row("办理中")).await,
        0,
        "a file after a file"
    );
    let ticket = ticket_of(&street, "P-1").await;
    let noted = json!({ "action": "external", "id": "PT-9", "status": "已反馈" });
    street.does(ticket, Role::HotlineWorker, noted).await;
    assert_eq!(import(&street, &row("办理中")).await, 1);
    assert_eq!(
        mismatches(&street).await,
        [told("P-1", "external_status", "办理中")]
    );
    let shown = street.show(ticket, Role::Leader).await;
    assert_eq!(shown["life"]["external"], json!(["PT-9", "已反馈"]));
    let agreed = json!({ "action": "external", "status": "办理中" });
    street.does(ticket, Role::HotlineWorker, agreed).await;
    assert!(mismatches(&street).await.is_empty());
}

async fn silent(street: &Life) -> Value {
    get(street, "/v1/exchange/silent").await
}

fn numbers(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|one| one["upstream_no"].as_str().unwrap())
        .collect()
}

async fn a_ticket_without_an_action_for_a_day_or_overdue_without_an_answer_stands_still(
    hub: TestApp,
) {
    let street = Life::open(hub).await;
    let quiet = worked_on(&street, 1).await;
    street.ticket(2, TicketState::ANSWERED).await;
    street.ticket(3, TicketState::PUT_OFF).await;
    assert_eq!(silent(&street).await["total"], 0);
    street.hub.app().clock().advance(DAY);
    assert_eq!(silent(&street).await["total"], 0, "24 h are not over yet");
    street.hub.app().clock().advance(HOUR);
    let page = silent(&street).await;
    assert_eq!(numbers(&page), ["L-1"]);
    assert_eq!((&page["quiet"], &page["overdue"]), (&json!(1), &json!(0)));
    let note = json!({ "action": "note", "words": "已催承办科室" });
    street.does(quiet, Role::HotlineWorker, note).await;
    assert_eq!(silent(&street).await["total"], 0);
    // Five days later it is overdue, and nobody was answered, whatever was noted on the way.
    street.hub.app().clock().advance(5 * DAY);
    let note = json!({ "action": "note", "words": "再催" });
    street.does(quiet, Role::HotlineWorker, note).await;
    let page = silent(&street).await;
    assert_eq!(numbers(&page), ["L-1"]);
    assert_eq!((&page["quiet"], &page["overdue"]), (&json!(0), &json!(1)));
}

async fn a_reason_stands_for_its_month_and_is_no_action(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = worked_on(&street, 1).await;
    street.hub.app().clock().advance(DAY + HOUR);
    let path = format!("/v1/exchange/silent/{ticket}");
    let office = street.of(Role::HotlineWorker);
    let empty = street
        .hub
        .post(&path, office, &json!({ "words": "  " }))
        .await;
    assert_eq!(empty.code(), "words_missing");
    let long = json!({ "words": "字".repeat(2_001) });
    assert_eq!(
        street.hub.post(&path, office, &long).await.code(),
        "words_too_long"
    );
    assert_eq!(silent(&street).await["unexplained"], 1);
    let before = street.show(ticket, Role::Leader).await["life"]["version"].clone();
    for words in ["等材料", "等供电公司移表箱"] {
        let kept = street
            .hub
            .post(&path, office, &json!({ "words": words }))
            .await;
        assert_eq!(kept.status, StatusCode::NO_CONTENT);
    }
    let page = silent(&street).await;
    assert_eq!(
        (&page["total"], &page["unexplained"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(page["items"][0]["reason"], "等供电公司移表箱");
    let after = street.show(ticket, Role::Leader).await["life"]["version"].clone();
    assert_eq!(before, after);
    street.hub.app().clock().advance(31 * DAY);
    let page = silent(&street).await;
    assert_eq!(
        (&page["total"], &page["unexplained"]),
        (&json!(1), &json!(1))
    );
}
