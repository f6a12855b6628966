//! The papers of a ticket, read back by a second program.

use std::path::Path;
use std::process::Command;

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::photos::{encoded, jpeg};
use harness::test_app::{Answer, Caller, NOW, TestApp};
use image::ImageFormat;
use serde_json::{Value, json};
use sync_core::lifecycle::TicketState;
use sync_core::value::Value as Written;
use sync_core::{MediaHash, Role};

use super::street::{DAY, Life};
use crate::api::media::upload;
use crate::mediation::paper::read_by_poppler;
use crate::sync::street::Street;

on_both_backends! {
    the_history_of_a_ticket_tells_every_event_with_who_when_and_what_was_said,
    a_history_is_for_those_who_see_the_ticket_and_each_is_noted,
    the_evidence_of_an_appeal_is_one_file_with_photos_calls_visits_terms_and_decisions,
    a_pack_has_room_for_so_many_pictures_and_names_the_others,
}

/// Everything that a second program reads, without blanks.
fn words(answer: &Answer, folder: &Path) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    assert_eq!(answer.header("content-type"), "application/pdf");
    let words = read_by_poppler(&answer.body, folder);
    words.split_whitespace().collect()
}

fn assert_says(words: &str, said: &[&str]) {
    for said in said {
        assert!(words.contains(said), "{said} is not in {words}");
    }
}

/// As much of a hash as stands in one line of the list of what was left out.
fn beginning(hash: &MediaHash) -> String {
    hash.to_string().chars().take(20).collect()
}

/// How many pictures a second program finds.
fn pictures(answer: &Answer, folder: &Path) -> usize {
    let file = folder.join("pictures.pdf");
    std::fs::write(&file, &answer.body).unwrap();
    let output = Command::new("pdfimages").arg("-list").arg(&file).output();
    let output = output.expect("pdfimages of poppler-utils is installed: run `make need`");
    assert!(output.status.success());
    // Two lines of a header.
    String::from_utf8(output.stdout).unwrap().lines().count() - 2
}

async fn name_of(hub: &TestApp, caller: &Caller) -> String {
    let mut tx = hub.app().store().read().await.unwrap();
    let person = tx.find_person(hub.tenant(), caller.person).await.unwrap();
    person.unwrap().name
}

async fn the_history_of_a_ticket_tells_every_event_with_who_when_and_what_was_said(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    for (role, act) in [
        (Role::HotlineWorker, json!({ "action": "accept" })),
        (
            Role::HotlineWorker,
            json!({ "action": "assign", "kind": "section", "to": street.section, "note": "请今天到场" }),
        ),
        (
            Role::SectionHandler,
            json!({ "action": "contact", "means": "wechat", "words": "约好下午，回电13800001234" }),
        ),
        (
            Role::SectionHandler,
            json!({ "action": "ask_extension", "words": "等待材料", "until": NOW + 8 * DAY }),
        ),
        (
            Role::Leader,
            json!({ "action": "supervise", "level": "summon", "cause": "safety", "words": "约谈负责人",
                "due_at": NOW + DAY }),
        ),
        (
            Role::HotlineWorker,
            json!({ "action": "find", "finding": "partly", "words": "部分属实", "evidence": ["现场照片", "物业证明"] }),
        ),
        (
            Role::HotlineWorker,
            json!({ "action": "external", "id": "PT-77", "status": "处理中" }),
        ),
    ] {
        street.does(ticket, role, act).await;
    }
    let path = format!("/v1/tickets/{ticket}/history.pdf");
    let paper = street.hub.get(&path, street.of(Role::Leader)).await;
    let folder = street.hub.backend().folder();
    let said = words(&paper, folder);
    assert_says(
        &said,
        &[
            "工单办理记录",
            "工单编号L-1",
            "二单元楼道堆放杂物。",
            "张*，138****0000",
            "导入工单",
            "签收",
            "请今天到场",
            "首次联系",
            "方式：微信",
            "约好下午，回电138****1234",
            "申请延期",
            "级别：约谈",
            "事由：安全隐患",
            "认定：部分合理",
            "依据：现场照片、物业证明",
            "平台编号：PT-77",
            "平台状态：处理中",
            "按时限方案",
            "第1页共",
        ],
    );
    assert!(!said.contains("13800001234"), "a number stands in {said}");
    for role in [Role::HotlineWorker, Role::SectionHandler, Role::Leader] {
        let name = name_of(&street.hub, street.of(role)).await;
        assert_says(&said, &[&name]);
    }
    // Every event has its line, and none was invented.
    let shown = street.show(ticket, Role::Leader).await;
    let events = shown["events"].as_array().unwrap().len();
    assert_says(&said, &[&format!("共{events}条记录")]);
    let again = street.hub.get(&path, street.of(Role::Leader)).await;
    assert_eq!(
        words(&again, folder),
        said,
        "the same history is the same paper"
    );
}

async fn a_history_is_for_those_who_see_the_ticket_and_each_is_noted(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let path = format!("/v1/tickets/{ticket}/history.pdf");
    let get = async |caller: &Caller| street.hub.get(&path, caller).await.status;
    assert_eq!(get(street.of(Role::SectionHandler)).await, StatusCode::OK);
    assert_eq!(
        get(street.of(Role::CommunitySecretary)).await,
        StatusCode::OK
    );
    assert_eq!(get(street.of(Role::Auditor)).await, StatusCode::FORBIDDEN);
    let elsewhere = street.hub.sign_in_at_browser(Role::GridHead, &[]).await;
    assert_eq!(get(&elsewhere).await, StatusCode::NOT_FOUND);
    let other = street.hub.add_tenant("minzhu", "民主街道").await;
    let other = street.hub.sign_in_to(other, Role::Leader, &[]).await;
    assert_eq!(get(&other).await, StatusCode::NOT_FOUND);
    let app = street.hub.app();
    app.notes().flush(app.store()).await.unwrap();
    let audit = street
        .hub
        .get("/v1/audit?act=ticket.print", street.of(Role::Auditor));
    let rows = audit.await.json()["items"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 2, "{rows:?}");
}

/// A visit with photos of this many seeds; the last one stays on the phone.
async fn visited(street: &mut Street, photos: u32) -> Vec<MediaHash> {
    let visit = street.worker.create_visit(street.ticket);
    street.worker.arrive(visit);
    street.worker.set(visit, "building", "2 号楼");
    street.worker.set(visit, "outcome", "resolved");
    let mut hashes = Vec::new();
    let mut files = Vec::new();
    for seed in 0..photos {
        let file = jpeg(64, 48, seed);
        let hash = MediaHash::of(&file);
        street.worker.put(
            visit,
            "photos",
            &[
                ("sha256", Written::Bytes(hash.bytes().to_vec())),
                ("role", Written::Text("before".to_owned())),
                ("place", Written::Text("二单元三楼".to_owned())),
                ("taken_at", Written::Time(street.worker.now())),
                ("lat_e7", Written::Int(366_712_345)),
                ("lon_e7", Written::Int(1_170_123_456)),
            ],
        );
        hashes.push(hash);
        files.push(file);
    }
    street.worker.mark(visit, "submit");
    street.worker.sync(&street.hub).await;
    for file in files.iter().take(files.len() - 1) {
        upload(&street.hub, &street.worker.caller, file).await;
    }
    let approve = json!({ "decision": "approve", "accept_missing_photos": true });
    street.review(visit, approve).await;
    hashes
}

async fn act(street: &Street, caller: &Caller, act: Value) -> Value {
    let path = format!("/v1/tickets/{}", street.ticket);
    let seen = street.hub.get(&path, &street.office).await.json()["life"]["version"].clone();
    let body = json!({ "seen": seen, "act": act });
    let answer = street
        .hub
        .post(&format!("{path}/actions"), caller, &body)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{act} {:?}", answer.body);
    answer.json()
}

async fn appealed(street: &Street) -> i64 {
    let office = &street.office;
    act(
        street,
        office,
        json!({ "action": "contact", "means": "phone", "words": "已约定时间" }),
    )
    .await;
    let shown = act(
        street,
        office,
        json!({ "action": "appeal", "cause": "overdue_mark", "words": "现场两小时内已到达，不应计逾期",
            "due_at": NOW + 3 * DAY }),
    )
    .await;
    let tasks = shown["life"]["tasks"].as_array().unwrap();
    tasks.iter().find(|task| task["kind"] == "appeal").unwrap()["n"]
        .as_i64()
        .unwrap()
}

async fn the_evidence_of_an_appeal_is_one_file_with_photos_calls_visits_terms_and_decisions(
    mut street: Street,
) {
    let hashes = visited(&mut street, 3).await;
    let screenshot = encoded(ImageFormat::Png, 60, 40);
    let path = format!("/v1/tickets/{}", street.ticket);
    let added = street
        .hub
        .post_bytes(&format!("{path}/evidence"), &street.office, &screenshot)
        .await;
    assert_eq!(added.status, StatusCode::OK, "{:?}", added.body);
    street.hub.app().thumbnailer().make_pending().await.unwrap();
    let appeal = appealed(&street).await;
    let leader = street.hub.sign_in(Role::Leader, &[]).await;
    act(
        &street,
        &leader,
        json!({ "action": "decide_appeal", "task": appeal, "ruling": "upheld", "words": "到场记录属实" }),
    )
    .await;
    let path = format!("{path}/evidence.pdf");
    let pack = street
        .hub
        .get(&format!("{path}?appeal={appeal}"), &street.office)
        .await;
    let folder = street.hub.backend().folder();
    let said = words(&pack, folder);
    assert_says(
        &said,
        &[
            "申诉证据材料",
            "申诉事由",
            "逾期认定",
            "现场两小时内已到达，不应计逾期",
            "成立",
            "到场记录属实",
            "通话记录",
            "已约定时间",
            "走访记录1",
            "2号楼",
            "已解决",
            "走访审核",
            "按时限方案",
            "二单元三楼",
            "北纬36.67123度",
            "诉求截图",
            "共4张，放入3张",
            "还在手机上",
        ],
    );
    for hash in hashes.iter().chain([&MediaHash::of(&screenshot)]) {
        assert_says(&said, &[beginning(hash).as_str()]);
    }
    assert_eq!(pictures(&pack, folder), 3, "those that have come");
    for wrong in [appeal + 100, 1] {
        let answer = street
            .hub
            .get(&format!("{path}?appeal={wrong}"), &street.office)
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::NOT_FOUND, "appeal_unknown")
        );
    }
    // Whoever sees the ticket gets the pack, and the requester's screenshots from the office alone.
    let head = street
        .hub
        .sign_in_at_browser(Role::GridHead, &[street.grid])
        .await;
    let theirs = street
        .hub
        .get(&format!("{path}?appeal={appeal}"), &head)
        .await;
    assert_says(&words(&theirs, folder), &["另有诉求截图1张"]);
    assert_eq!(pictures(&theirs, folder), 2);
}

async fn a_pack_has_room_for_so_many_pictures_and_names_the_others(mut street: Street) {
    let most = u32::try_from(papers::ticket::MAX_PICTURES).unwrap();
    let hashes = visited(&mut street, most + 4).await;
    street.hub.app().thumbnailer().make_pending().await.unwrap();
    let appeal = appealed(&street).await;
    let path = format!("/v1/tickets/{}/evidence.pdf?appeal={appeal}", street.ticket);
    let pack = street.hub.get(&path, &street.office).await;
    let folder = street.hub.backend().folder();
    let said = words(&pack, folder);
    assert_eq!(pictures(&pack, folder), papers::ticket::MAX_PICTURES);
    assert_says(&said, &["其余4张列在最后", "超过本文件的"]);
    for hash in &hashes {
        assert_says(&said, &[beginning(hash).as_str()]);
    }
}
