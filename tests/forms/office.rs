//! Forms of records at the office: who may write them, and what is refused.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::TestApp;
use serde_json::json;
use sync_core::Role;
use sync_core::form::Form;

on_both_backends! {
    a_new_version_of_a_form_stands_beside_the_old_ones_and_in_the_audit_log,
    a_form_that_cannot_be_is_refused_in_one_sentence_and_nothing_is_written,
    a_version_of_a_form_that_is_there_is_not_changed,
    forms_of_one_sub_district_are_not_those_of_another,
}

const PATH: &str = "/v1/forms";

fn text(version: u32, more: &str) -> String {
    format!(
        "表单 wages\n版本 {version}\n名称 欠薪核实\n适用 劳动保障/工资\n必填 到场 结果\n\
         题目 people 数字 必填\n标题 涉及多少人\n范围 1 100\n{more}"
    )
}

async fn a_new_version_of_a_form_stands_beside_the_old_ones_and_in_the_audit_log(hub: TestApp) {
    let leader = hub.sign_in(Role::Leader, &[]).await;
    let written = hub
        .post(PATH, &leader, &json!({ "text": text(2, "") }))
        .await;
    assert_eq!(written.status, StatusCode::OK, "{:?}", written.body);
    let worker = hub.sign_in(Role::HotlineWorker, &[]).await;
    let listed = hub.get(PATH, &worker).await.json();
    let items = listed["items"].as_array().unwrap();
    let shipped = Form::shipped();
    assert_eq!(items.len(), shipped.len() + 1);
    for (row, form) in items.iter().zip(&shipped) {
        assert_eq!(row["id"], form.id);
        assert_eq!(
            (&row["version"], &row["written_at"]),
            (&json!(form.version), &json!(null))
        );
    }
    let own = items.last().unwrap();
    assert_eq!((&own["id"], &own["version"]), (&json!("wages"), &json!(2)));
    assert_eq!(own["person"], json!(leader.person));
    assert_eq!(own["form"]["questions"][0]["max"], 100);
    let read = Form::parse(own["text"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(read, Form::parse(text(2, "").as_bytes()).unwrap());

    let mut tx = hub.app().store().read().await.unwrap();
    let filter = store::audit::AuditFilter::default();
    let acts = tx.list_audit(hub.tenant(), &filter, 50).await.unwrap();
    assert!(
        acts.iter()
            .any(|(_, one)| one.act == "form.write" && one.object == "form/wages/2")
    );
}

async fn a_form_that_cannot_be_is_refused_in_one_sentence_and_nothing_is_written(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    for (written, sentence) in [
        (
            text(2, "范围 5 1\n"),
            "第 9 行：“5 1”不是范围；请写两个整数，小的在前，例如“范围 0 100”。",
        ),
        (
            text(2, "").replace("名称 欠薪核实\n", ""),
            "第 1 行：“wages”没有写“名称”；请加上这一行。",
        ),
        (
            "表单 general\n版本 3\n名称 通用\n适用 劳动保障\n必填 到场\n".to_owned(),
            "第 1 行：通用表单用于没有别的表单的工单，不能写“适用”“诉求人”或“角色”；请删去这些行，或换一个代号。",
        ),
    ] {
        let refused = hub.post(PATH, &office, &json!({ "text": written })).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.code(), "form_refused");
        assert_eq!(refused.json()["detail"], sentence);
    }
    let grid = hub.sign_in(Role::CommunitySecretary, &[]).await;
    let refused = hub.post(PATH, &grid, &json!({ "text": text(2, "") })).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "role_not_allowed")
    );
    let listed = hub.get(PATH, &office).await.json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), Form::shipped().len());
}

async fn a_version_of_a_form_that_is_there_is_not_changed(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    for version in [1, 3] {
        let body = json!({ "text": text(version, "") });
        let taken = hub.post(PATH, &office, &body).await;
        assert_eq!(taken.status, StatusCode::CONFLICT);
        assert_eq!(
            taken.json()["detail"],
            "“欠薪核实”的下一个版本是 2；请把“版本”改成 2 再提交，已有的版本不能改动。"
        );
    }
    let body = json!({ "text": text(2, "") });
    let (first, second) = tokio::join!(
        hub.post(PATH, &office, &body),
        hub.post(PATH, &office, &body)
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

async fn forms_of_one_sub_district_are_not_those_of_another(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let body = json!({ "text": text(2, "") });
    assert_eq!(hub.post(PATH, &office, &body).await.status, 200);
    let elsewhere = hub.add_tenant("elsewhere", "别处街道").await;
    let kind = store::devices::DeviceKind::Browser;
    let theirs = hub
        .sign_in_with(kind, elsewhere, Role::OfficeReviewer, &[])
        .await;
    let listed = hub.get(PATH, &theirs).await.json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), Form::shipped().len());
    assert_eq!(hub.post(PATH, &theirs, &body).await.status, 200);
}
