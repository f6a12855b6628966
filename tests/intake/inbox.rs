//! The drop folder: a file is imported once, whoever finds it and however often, and lies with its report where it ends.

use std::fs;
use std::path::PathBuf;

use harness::backends::Backend;
use harness::on_both_backends;
use harness::test_app::{NOW, TestApp};
use hub::inbox;
use serde_json::json;
use sync_core::{MediaHash, Role, Timestamp};

on_both_backends! {
    a_dropped_file_is_imported_once_and_lies_in_done_with_its_report,
    a_file_that_is_still_written_waits,
    a_file_that_cannot_be_read_lies_in_refused_with_what_to_do,
    two_hubs_on_one_folder_import_a_file_once,
    a_file_whose_import_was_cut_off_is_taken_over_later,
    health_says_how_the_folder_stands,
}

const SHEET: &str = "工单编号,标题,内容,派发时间\n\
    A-1,楼道堆物,二单元楼道堆物,2026-11-24 08:00\n\
    A-2,路灯不亮,门口路灯坏了,不久以前13800005678\n";

async fn street(backend: Backend) -> (TestApp, PathBuf) {
    let folder = backend.folder().join("inbox");
    fs::create_dir_all(&folder).unwrap();
    let hub = TestApp::open(backend, |config| config.inbox = Some(folder.clone())).await;
    (hub, folder)
}

/// The first look sees it, the second finds it unchanged.
async fn look_twice(hub: &TestApp, folder: &std::path::Path) {
    for _ in 0..2 {
        inbox::look(hub.app(), folder).await.unwrap();
    }
}

fn names(folder: PathBuf) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let files = entries.filter(|entry| entry.as_ref().unwrap().metadata().unwrap().is_file());
    let mut names: Vec<_> = files
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

async fn tickets(hub: &TestApp) -> i64 {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    hub.get("/v1/tickets", &office).await.json()["total"]
        .as_i64()
        .unwrap()
}

async fn a_dropped_file_is_imported_once_and_lies_in_done_with_its_report(backend: Backend) {
    let (hub, folder) = street(backend).await;
    fs::write(folder.join("十一月.csv"), SHEET).unwrap();
    look_twice(&hub, &folder).await;
    assert_eq!(tickets(&hub).await, 1);
    assert_eq!(names(folder.clone()), [""; 0]);
    assert_eq!(
        names(folder.join("done")),
        ["十一月.csv", "十一月.csv.报告.txt"]
    );
    let report = fs::read_to_string(folder.join("done/十一月.csv.报告.txt")).unwrap();
    assert!(
        report.contains("新增 1 件") && report.contains("第 3 行"),
        "{report}"
    );
    assert!(!report.contains("13800005678"), "{report}");

    fs::write(folder.join("十一月.csv"), SHEET).unwrap();
    look_twice(&hub, &folder).await;
    assert_eq!(tickets(&hub).await, 1);
    let again = fs::read_to_string(folder.join("done/十一月-2.csv.报告.txt")).unwrap();
    assert!(
        again.contains("这次没有再导入") && again.contains("新增 1 件"),
        "{again}"
    );
}

async fn a_file_that_is_still_written_waits(backend: Backend) {
    let (hub, folder) = street(backend).await;
    let (begun, rest) = SHEET.split_at(90);
    fs::write(folder.join("a.csv"), begun).unwrap();
    fs::write(folder.join("b.csv.part"), SHEET).unwrap();
    fs::write(folder.join(".c.csv"), SHEET).unwrap();
    inbox::look(hub.app(), &folder).await.unwrap();
    fs::write(folder.join("a.csv"), format!("{begun}{rest}")).unwrap();
    inbox::look(hub.app(), &folder).await.unwrap();
    assert_eq!(
        (tickets(&hub).await, names(folder.clone()).len()),
        (0, 3),
        "it grew between two looks"
    );
    inbox::look(hub.app(), &folder).await.unwrap();
    assert_eq!(
        (tickets(&hub).await, names(folder.clone())),
        (1, vec![".c.csv".to_owned(), "b.csv.part".to_owned()])
    );
}

async fn a_file_that_cannot_be_read_lies_in_refused_with_what_to_do(backend: Backend) {
    let (hub, folder) = street(backend).await;
    fs::write(folder.join("照片.csv"), [0xff, 0xd8, 0xff, 0xe0, 0, 1, 2]).unwrap();
    fs::write(folder.join("别的表.csv"), "姓名,年龄\n张某某,40\n").unwrap();
    look_twice(&hub, &folder).await;
    assert_eq!(names(folder.join("refused")).len(), 4);
    for name in ["照片.csv.报告.txt", "别的表.csv.报告.txt"] {
        let report = fs::read_to_string(folder.join("refused").join(name)).unwrap();
        assert!(
            report.starts_with("没有导入。") && report.contains("请"),
            "{report}"
        );
    }
    assert_eq!((tickets(&hub).await, names(folder).len()), (0, 0));
}

async fn two_hubs_on_one_folder_import_a_file_once(backend: Backend) {
    let (hub, folder) = street(backend).await;
    for n in 0..6 {
        let sheet = format!(
            "工单编号,标题,内容,派发时间\nB-{n},楼道堆物,二单元楼道堆物,2026-11-24 08:00\n"
        );
        fs::write(folder.join(format!("{n}.csv")), sheet).unwrap();
    }
    inbox::look(hub.app(), &folder).await.unwrap();
    let looks = (0..4).map(|_| inbox::look(hub.app(), &folder));
    for looked in futures_util::future::join_all(looks).await {
        looked.unwrap();
    }
    look_twice(&hub, &folder).await;
    assert_eq!(tickets(&hub).await, 6);
    let done: Vec<_> = names(folder.join("done"))
        .into_iter()
        .filter(|name| name.ends_with(".csv"))
        .collect();
    assert_eq!(done.len(), 6, "{done:?}");
    assert_eq!(names(folder), [""; 0]);
}

async fn a_file_whose_import_was_cut_off_is_taken_over_later(backend: Backend) {
    let (hub, folder) = street(backend).await;
    fs::write(folder.join("a.csv"), SHEET).unwrap();
    // As a hub leaves it that is killed in the middle.
    let mut tx = hub.app().store().begin().await.unwrap();
    let now = Timestamp::from_millis(NOW);
    let hash = MediaHash::of(SHEET.as_bytes());
    assert!(
        tx.claim_dropped_file(hub.tenant(), hash, now, now)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    look_twice(&hub, &folder).await;
    assert_eq!(
        (tickets(&hub).await, names(folder.clone()).len()),
        (0, 1),
        "another hub may have it in hand"
    );
    hub.app()
        .clock()
        .set(Timestamp::from_millis(NOW + 11 * 60_000));
    look_twice(&hub, &folder).await;
    assert_eq!((tickets(&hub).await, names(folder.clone()).len()), (1, 0));
}

async fn health_says_how_the_folder_stands(backend: Backend) {
    let (hub, folder) = street(backend).await;
    fs::write(folder.join("a.csv"), SHEET).unwrap();
    look_twice(&hub, &folder).await;
    fs::write(folder.join("b.csv"), SHEET).unwrap();
    inbox::look(hub.app(), &folder).await.unwrap();
    let request = axum::http::Request::get("/health/ready")
        .body(axum::body::Body::empty())
        .unwrap();
    let ready = hub.send(request).await.json();
    assert_eq!(
        ready["inbox"],
        json!({ "waiting": 1, "done": 1, "refused": 0, "looked_at": NOW, "failing": false })
    );
}
