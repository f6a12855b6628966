//! Imports over HTTP: preview, import, templates.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use harness::on_both_backends;
use harness::test_app::{Answer, Caller, TestApp};
use serde_json::{Value, json};
use store::audit::AuditFilter;
use sync_core::Role;

on_both_backends! {
    a_preview_counts_and_changes_nothing,
    an_import_takes_the_good_rows_and_names_the_others,
    a_file_that_cannot_be_taken_is_refused_with_a_code,
    every_sheet_of_a_workbook_is_taken_and_named,
    a_workbook_with_a_password_is_told_so,
    only_the_office_imports,
    the_templates_are_files_that_can_be_imported,
    every_source_has_a_title,
    a_file_over_the_limit_is_refused,
}

const SHEET: &str = "工单编号,诉求类型,标题,内容,派发时间,诉求人,联系电话
A-1,投诉,堆物,楼道堆物,2026-11-24 08:00,张某某,13800005678
A-2,吐槽,噪声,夜间施工,2026-11-24 08:10,,
A-3,咨询,宽带,网络太慢,2026-11-24 08:20,,
A-1,投诉,堆物,楼道堆物,2026-11-24 08:00,,
";

async fn send(hub: &TestApp, path: &str, content: impl Into<Body>, caller: &Caller) -> Answer {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, hub.bearer(caller))
        .header(header::CONTENT_TYPE, "application/octet-stream");
    hub.send(request.body(content.into()).unwrap()).await
}

async fn total(hub: &TestApp, caller: &Caller) -> Value {
    hub.get("/v1/tickets", caller).await.json()["total"].take()
}

async fn a_preview_counts_and_changes_nothing(hub: TestApp) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let path = "/v1/imports/preview?filename=%E5%B7%A5%E5%8D%95.csv&source=auto";
    let answer = send(&hub, path, SHEET, &office).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let preview = answer.json();
    assert_eq!(preview["source"], "office");
    assert_eq!(preview["columns"].as_array().unwrap().len(), 7);
    assert_eq!(
        (&preview["added"], &preview["unchanged"], &preview["total"]),
        (&json!(2), &json!(1), &json!(4))
    );
    assert_eq!(preview["refused"][0]["line"], 3);
    let sample = &preview["sample"][0];
    assert_eq!(
        (&sample["line"], &sample["upstream_no"]),
        (&json!(2), &json!("A-1"))
    );
    assert_eq!(sample["phone_masked"], "138****5678");
    assert!(!answer.body.windows(11).any(|text| text == b"13800005678"));
    assert_eq!(total(&hub, &office).await, 0);
}

async fn an_import_takes_the_good_rows_and_names_the_others(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let answer = send(
        &hub,
        "/v1/imports?filename=a.csv&source=office",
        SHEET,
        &office,
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let intake = answer.json();
    assert_eq!(
        (&intake["added"], &intake["unchanged"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(intake["refused"].as_array().unwrap().len(), 1);
    assert_eq!(total(&hub, &office).await, 2);

    let again = send(&hub, "/v1/imports", SHEET, &office).await.json();
    assert_eq!(
        (&again["added"], &again["unchanged"]),
        (&json!(0), &json!(3))
    );
    let preview = send(&hub, "/v1/imports/preview", SHEET, &office)
        .await
        .json();
    assert_eq!(
        (&preview["added"], &preview["unchanged"]),
        (&json!(0), &json!(3))
    );

    let mut tx = hub.app().store().read().await.unwrap();
    let audit = tx
        .list_audit(hub.tenant(), &AuditFilter::default(), 10)
        .await
        .unwrap();
    let acts: Vec<_> = audit.iter().map(|(_, entry)| entry.act.as_str()).collect();
    assert_eq!(acts, ["ticket.import", "ticket.import"]);
    assert_eq!(audit[0].1.object, "source/office");
}

async fn a_file_that_cannot_be_taken_is_refused_with_a_code(hub: TestApp) {
    let office = hub.sign_in(Role::Leader, &[]).await;
    for (query, content, code) in [
        ("", "\u{0}\u{1}", "not_a_table"),
        ("", "", "not_a_table"),
        ("", "<html><body>登录</body></html>", "not_a_table"),
        ("", "姓名,生日\n某,1\n", "unknown_header"),
        ("", "工单编号,标题,内容\nA,b,c\n", "missing_columns"),
        ("source=mars", SHEET, "unknown_source"),
    ] {
        for path in ["/v1/imports", "/v1/imports/preview"] {
            let answer = send(&hub, &format!("{path}?{query}"), content, &office).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
            assert_eq!(answer.code(), code);
        }
    }
    assert_eq!(total(&hub, &office).await, 0);
}

async fn every_sheet_of_a_workbook_is_taken_and_named(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let book = include_bytes!("../../server/tables/cases/sheets-three-months.xlsx");
    let preview = send(&hub, "/v1/imports/preview", book.to_vec(), &office).await;
    let preview = preview.json();
    assert_eq!(preview["added"], 9);
    assert_eq!(
        preview["notes"]["sheets"][1],
        json!({ "sheet": "十月", "rows": 3 })
    );
    assert_eq!(preview["sample"][3]["sheet"], "十月");
    let intake = send(&hub, "/v1/imports", book.to_vec(), &office).await;
    assert_eq!(intake.json()["added"], 9);
    assert_eq!(total(&hub, &office).await, 9);
}

async fn a_workbook_with_a_password_is_told_so(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let book = include_bytes!("../../server/tables/cases/password-protected.xlsx");
    let answer = send(&hub, "/v1/imports", book.to_vec(), &office).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.code(), "password_protected");
    assert!(answer.json()["detail"].as_str().unwrap().contains("密码"));
}

async fn only_the_office_imports(hub: TestApp) {
    for role in [
        Role::GridWorker,
        Role::CommunitySecretary,
        Role::SystemAdmin,
    ] {
        let caller = hub.sign_in_at_browser(role, &[]).await;
        for answer in [
            send(&hub, "/v1/imports", SHEET, &caller).await,
            send(&hub, "/v1/imports/preview", SHEET, &caller).await,
            hub.get("/v1/imports/sources", &caller).await,
            hub.get("/v1/imports/template.csv", &caller).await,
        ] {
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert_eq!(answer.code(), "role_not_allowed");
        }
    }
}

async fn the_templates_are_files_that_can_be_imported(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    for (path, mime) in [
        ("/v1/imports/template.csv", "text/csv; charset=utf-8"),
        (
            "/v1/imports/template.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ] {
        let template = hub.get(path, &office).await;
        assert_eq!(template.header("content-type"), mime);
        assert!(
            template
                .header("content-disposition")
                .starts_with("attachment;")
        );
        let preview = send(&hub, "/v1/imports/preview", template.body, &office).await;
        assert_eq!(preview.status, StatusCode::OK);
        assert_eq!(preview.json()["source"], "office");
        assert_eq!(preview.json()["total"], 0);
    }
}

async fn every_source_has_a_title(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let sources = hub.get("/v1/imports/sources", &office).await.json();
    let items = sources["items"].as_array().unwrap();
    assert_eq!(items.len(), 5);
    for item in items {
        assert!(item["name"].is_string() && !item["title"].as_str().unwrap().is_empty());
    }
}

async fn a_file_over_the_limit_is_refused(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let limit = hub.app().config().limits.max_import_bytes;
    let answer = send(&hub, "/v1/imports", vec![b'a'; limit + 1], &office).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}
