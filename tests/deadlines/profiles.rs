//! Deadline profiles: who may write them, and what is refused.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::TestApp;
use serde_json::json;
use sync_core::Role;

on_both_backends! {
    a_new_version_stands_beside_the_old_ones_and_in_the_audit_log,
    a_profile_that_cannot_be_is_refused_in_one_sentence_and_nothing_is_written,
    a_version_that_is_there_is_not_changed,
}

const PATH: &str = "/v1/deadline-profiles";

fn text(version: u32, more: &str) -> String {
    format!(
        "方案 general_5wd\n版本 {version}\n名称 一般诉求\n依据 济南市条例\n施行 2027-01-01\n\
         办结 4 工作日 自派发\n{more}"
    )
}

async fn a_new_version_stands_beside_the_old_ones_and_in_the_audit_log(hub: TestApp) {
    let leader = hub.sign_in(Role::Leader, &[]).await;
    let written = hub
        .post(PATH, &leader, &json!({ "text": text(2, "") }))
        .await;
    assert_eq!(written.status, StatusCode::OK, "{:?}", written.body);
    let worker = hub.sign_in(Role::HotlineWorker, &[]).await;
    let listed = hub.get(PATH, &worker).await.json();
    let items = listed["items"].as_array().unwrap();
    let versions: Vec<_> = items
        .iter()
        .map(|row| {
            (
                row["id"].as_str().unwrap(),
                row["version"].as_u64().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("enterprise_2110", 1),
        ("general_5wd", 1),
        ("urgent_safety", 1),
        ("general_5wd", 2),
    ];
    assert_eq!(versions, expected);
    assert_eq!(items[3]["basis"], "济南市条例");
    assert_eq!(items[3]["effective_from"], "2027-01-01");
    assert_eq!(items[3]["person"], json!(leader.person));
    assert_eq!(items[0]["written_at"], json!(null));

    let mut tx = hub.app().store().read().await.unwrap();
    let filter = store::audit::AuditFilter::default();
    let acts = tx.list_audit(hub.tenant(), &filter, 50).await.unwrap();
    assert!(
        acts.iter().any(|(_, one)| one.act == "deadline.profile"
            && one.object == "deadline_profile/general_5wd/2")
    );
}

async fn a_profile_that_cannot_be_is_refused_in_one_sentence_and_nothing_is_written(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    for (written, sentence) in [
        (
            text(2, "首联 -2 小时 自派发\n"),
            "第 7 行：“-2”不是时限；请写大于 0 的整数，不超过 1000，例如“办结 5 工作日 自派发”。",
        ),
        (
            text(2, "").replace("依据 济南市条例\n", ""),
            "第 1 行：方案“general_5wd”没有写“依据”；请加上这一行。",
        ),
        (
            text(2, "结案 3 工作日 自派发\n"),
            "第 7 行：“结案”认不出；时限写“首联”“到场”“反馈”“办结”“退回”或“延期”，其余写法请对照说明。",
        ),
    ] {
        let refused = hub.post(PATH, &office, &json!({ "text": written })).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.code(), "profile_refused");
        assert_eq!(refused.json()["detail"], sentence);
    }
    let grid = hub.sign_in(Role::CommunitySecretary, &[]).await;
    let refused = hub.post(PATH, &grid, &json!({ "text": text(2, "") })).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "role_not_allowed")
    );
    let listed = hub.get(PATH, &office).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
}

async fn a_version_that_is_there_is_not_changed(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    for version in [1, 3] {
        let taken = hub
            .post(PATH, &office, &json!({ "text": text(version, "") }))
            .await;
        assert_eq!(taken.status, StatusCode::CONFLICT);
        assert_eq!(
            taken.json()["detail"],
            "“一般诉求”的下一个版本是 2；请把“版本”改成 2 再提交，已有的版本不能改动。"
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
