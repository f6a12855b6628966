//! Deadline profiles: who may write them, and what is refused.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{Caller, TestApp};
use serde_json::{Value, json};
use sync_core::Role;

use super::count::{act, at, enterprise};
use crate::sync::street::Street;

on_both_backends! {
    a_new_version_stands_beside_the_old_ones_and_in_the_audit_log,
    a_profile_that_cannot_be_is_refused_in_one_sentence_and_nothing_is_written,
    a_version_that_is_there_is_not_changed,
    a_form_becomes_a_version_and_what_is_wrong_with_it_is_told_with_its_field,
    of_two_who_write_a_version_the_second_is_told_who_was_first,
    a_trial_says_what_a_version_would_mean_and_writes_nothing,
    tickets_are_counted_by_version_and_the_list_shows_the_same_ones,
    the_calendar_in_force_says_which_years_are_known,
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

/// The form of a version that is listed, as the next one.
async fn next_form(hub: &TestApp, who: &Caller, id: &str) -> Value {
    let listed = hub.get(PATH, who).await.json();
    let mut rows = listed["items"].as_array().unwrap().iter();
    let row = rows.rfind(|row| row["id"] == id).unwrap();
    let mut form = row["form"].clone();
    form["version"] = json!(row["version"].as_u64().unwrap() + 1);
    form["effective_from"] = json!("2026-12-01");
    form
}

async fn a_form_becomes_a_version_and_what_is_wrong_with_it_is_told_with_its_field(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let mut form = next_form(&hub, &office, "enterprise_2110").await;
    form["basis"] = json!("街道〔2026〕3号 第 #2 条\n另起一行");
    form["terms"][0] =
        json!({"kind": "arrival", "amount": 3, "unit": "hours", "from": "assignment"});
    form["extension"] = json!({"amount": 5, "unit": "working_days"});
    let send = async |form: &Value| hub.post(PATH, &office, &json!({ "form": form })).await;
    for (place, value, sentence) in [
        (
            "/terms/0/amount",
            json!(0),
            "“到达现场”不对：“0”不是时限；请写大于 0 的整数，不超过 1000，例如“办结 5 工作日 自派发”。",
        ),
        (
            "/business",
            json!("8:00-12:00"),
            "“上班时间”不对：“8:00-12:00”不是上班时间；请写成“08:30-12:00 13:30-17:30”，前后不能颠倒或重叠。",
        ),
        (
            "/feedback_to",
            json!([]),
            "“反馈意见”不对：反馈没有写对象；请在后面写“诉求人”“平台”，要反馈几方就写几方。",
        ),
        (
            "/name",
            json!(" "),
            "“名称”不对：“名称”后面是空的；请写上内容。",
        ),
        (
            "/effective_from",
            json!(""),
            "“施行日期”没有填；新的版本要写明从哪一天起用，请写成“2026-12-01”这样。",
        ),
    ] {
        let mut wrong = form.clone();
        *wrong.pointer_mut(place).unwrap() = value;
        let refused = send(&wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{place}");
        assert_eq!(refused.json()["detail"], sentence);
    }
    let written = send(&form).await;
    assert_eq!(written.status, StatusCode::OK, "{:?}", written.body);
    let row = written.json();
    // On one line, and no part of it is taken for a note.
    assert_eq!(row["basis"], "街道〔2026〕3号 第 ＃2 条 另起一行");
    assert_eq!(
        (&row["version"], &row["in_force"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(row["by"], office_name(&hub, &office).await);
    let listed = hub.get(PATH, &office).await.json();
    let kept = listed["items"].as_array().unwrap().last().unwrap();
    assert_eq!(kept["form"]["terms"][0], form["terms"][0]);
    assert_eq!(kept["form"]["extension"], form["extension"]);
    assert_eq!(kept["form"]["warnings"], form["warnings"]);
}

async fn office_name(hub: &TestApp, who: &Caller) -> Value {
    hub.get("/v1/me", who).await.json()["name"].clone()
}

async fn of_two_who_write_a_version_the_second_is_told_who_was_first(hub: TestApp) {
    let first = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let second = hub.sign_in(Role::Leader, &[]).await;
    let form = next_form(&hub, &second, "general_5wd").await;
    let body = json!({ "form": form });
    assert_eq!(hub.post(PATH, &first, &body).await.status, StatusCode::OK);
    let told = hub.post(PATH, &second, &body).await;
    assert_eq!(
        (told.status, told.code().as_str()),
        (StatusCode::CONFLICT, "version_taken")
    );
    let name = office_name(&hub, &first).await;
    let said = format!("第 2 版是{}写的", name.as_str().unwrap());
    let detail = told.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(&said), "{detail}");
    let again = next_form(&hub, &second, "general_5wd").await;
    assert_eq!(again["version"], 3);
    assert_eq!(
        hub.post(PATH, &second, &json!({ "form": again }))
            .await
            .status,
        StatusCode::OK
    );
}

async fn a_trial_says_what_a_version_would_mean_and_writes_nothing(hub: TestApp) {
    let worker = hub.sign_in(Role::HotlineWorker, &[]).await;
    let mut form = next_form(&hub, &worker, "enterprise_2110").await;
    let preview = async |form: &Value| {
        let body = json!({
            "form": form, "dispatched_at": at("2026-09-18", 14, 0), "assigned_at": at("2026-09-18", 15, 0),
        });
        hub.post(&format!("{PATH}/preview"), &worker, &body).await
    };
    let shown = preview(&form).await.json();
    let kinds: Vec<_> = shown["terms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|term| term["kind"].clone())
        .collect();
    assert_eq!(kinds, ["arrival", "feedback", "result", "return_window"]);
    // Friday, the make-up Sunday, and its warning not from the first minute on.
    let feedback = &shown["terms"][1];
    assert_eq!(feedback["due_at"], json!(at("2026-09-21", 0, 0)));
    assert_eq!(
        feedback["levels"][0],
        json!({ "level": "green", "at": at("2026-09-18", 15, 0) })
    );
    assert_eq!(feedback["levels"][2]["level"], "yellow");
    assert_eq!(
        feedback["levels"][3],
        json!({ "level": "red", "at": at("2026-09-21", 0, 0) })
    );
    assert_eq!(shown["terms"][2]["due_at"], json!(at("2026-10-10", 0, 0)));
    form["terms"][2]["amount"] = json!(3);
    let shorter = preview(&form).await.json();
    assert_eq!(shorter["terms"][2]["due_at"], json!(at("2026-09-23", 0, 0)));
    form["terms"][2]["amount"] = json!(-3);
    assert_eq!(preview(&form).await.code(), "profile_refused");
    let listed = hub.get(PATH, &worker).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
}

async fn tickets_are_counted_by_version_and_the_list_shows_the_same_ones(street: Street) {
    street.hub.app().clock().set(at("2026-09-18", 15, 0));
    let old = enterprise(&street).await;
    let office = &street.office;
    let mut form = next_form(&street.hub, office, "enterprise_2110").await;
    form["effective_from"] = json!("2026-09-18");
    let written = street
        .hub
        .post(PATH, office, &json!({ "form": form }))
        .await;
    assert_eq!(written.status, StatusCode::OK, "{:?}", written.body);
    let (new, closed) = (enterprise(&street).await, enterprise(&street).await);
    for ticket in [old, new, closed] {
        act(
            &street,
            ticket,
            json!({ "action": "note", "words": "看过" }),
        )
        .await;
    }
    act(
        &street,
        closed,
        json!({ "action": "cancel", "words": "重复" }),
    )
    .await;
    let counted = async |who: &Caller| {
        let listed = street.hub.get(PATH, who).await.json();
        let rows = listed["items"].as_array().unwrap().clone();
        let rows = rows
            .into_iter()
            .filter(|row| row["id"] == "enterprise_2110");
        rows.map(|row| row["tickets"].clone()).collect::<Vec<_>>()
    };
    let expected = [
        json!({ "all": 1, "open": 1 }),
        json!({ "all": 2, "open": 1 }),
    ];
    assert_eq!(counted(office).await, expected);
    let secretary = street
        .hub
        .sign_in(Role::CommunitySecretary, &[street.grid])
        .await;
    assert_eq!(
        counted(&secretary).await,
        [Value::Null, Value::Null],
        "who sees a part counts nothing"
    );
    let list = async |query: &str| {
        let path = format!("/v1/tickets?{query}");
        let page = street.hub.get(&path, office).await.json();
        let ids = page["items"].as_array().unwrap().iter();
        let mut ids: Vec<_> = ids
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(page["total"], ids.len());
        ids.sort();
        ids
    };
    let mut both = [new.to_string(), closed.to_string()];
    both.sort();
    assert_eq!(
        list("profile=enterprise_2110&profile_version=1").await,
        [old.to_string()]
    );
    assert_eq!(
        list("profile=enterprise_2110&profile_version=2").await,
        both
    );
    assert_eq!(list("profile=enterprise_2110").await.len(), 3);
    let bad = street
        .hub
        .get("/v1/tickets?profile_version=two", office)
        .await;
    assert_eq!(bad.code(), "bad_parameter");
}

async fn the_calendar_in_force_says_which_years_are_known(hub: TestApp) {
    let worker = hub.sign_in(Role::HotlineWorker, &[]).await;
    let years = hub.get("/v1/calendar", &worker).await.json()["years"].clone();
    let last = years.as_array().unwrap().last().unwrap();
    assert_eq!(last["year"], 2026);
    assert_eq!(last["working_days"], 248);
    assert_eq!(last["imported_at"], json!(null));
    assert!(
        last["makeup_days"]
            .as_array()
            .unwrap()
            .contains(&json!("2026-09-20"))
    );
}
