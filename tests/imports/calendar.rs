//! The official calendar: counted as others count, imported each year, and with the phones.

use harness::backends::Backend;
use harness::on_both_backends;
use harness::test_app::TestApp;
use serde_json::json;
use store::audit::AuditFilter;
use sync_core::calendar::{Calendar, Day, Term};

use super::command_line::{failure, file, result, text, warmline};
use super::files::real;
use crate::sync::street::Street;

on_both_backends! {
    the_hub_counts_every_known_working_day_of_three_years_as_others_do,
    a_new_year_is_imported_once_and_makes_terms_certain,
    a_corrected_year_is_told_day_by_day_and_counts_instead_of_the_shipped_one,
    a_check_tells_what_would_change_and_writes_nothing,
    a_file_with_one_wrong_line_is_refused_with_one_sentence_and_nothing_of_it_counts,
    a_phone_learns_of_an_imported_year_with_its_next_sync_and_keeps_it,
}

const NEXT: &str = "\
# 国务院办公厅的通知
年 2027
来源 国务院办公厅关于2027年部分节假日安排的通知
放假 元旦 2027-01-01 至 2027-01-03
放假 春节 2027-02-05 至 2027-02-11
上班 2027-01-30
";

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

async fn the_hub_counts_every_known_working_day_of_three_years_as_others_do(hub: TestApp) {
    let Some(content) = real("workday_oracle_2024_2026.csv") else {
        return;
    };
    let mut tx = hub.app().store().read().await.unwrap();
    let calendar = tx.load_calendar(hub.tenant()).await.unwrap();
    let (mut known, mut unknown) = (0, 0);
    for line in String::from_utf8(content).unwrap().lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let from = day(cells[0]);
        let works = calendar.is_working_day(from);
        assert_eq!((works.value, works.provisional), (cells[1] == "1", false));
        for (count, cell) in [1, 2, 5, 10, 15].into_iter().zip(&cells[2..]) {
            let due = calendar.due(from.start(), Term::WorkingDays(count));
            if cell.is_empty() {
                assert!(due.provisional, "{from} + {count}");
                unknown += 1;
            } else {
                let found = (due.day.to_string(), due.provisional);
                assert_eq!(found, ((*cell).to_owned(), false), "{from} + {count}");
                known += 1;
            }
        }
    }
    assert_eq!((known, unknown), (5_435, 45));
}

async fn a_new_year_is_imported_once_and_makes_terms_certain(backend: Backend) {
    let shipped = result(&warmline(&backend, &["--json", "calendar"]));
    assert_eq!(shipped["published_through"], 2026);
    let path = file(&backend, "2027.txt", NEXT);
    let first = warmline(&backend, &["--json", "import", "calendar", &path]);
    let expected =
        json!({ "added": 1, "unchanged": 0, "changed": 0, "changes": [], "written": true });
    assert_eq!(result(&first), expected);

    let second = warmline(&backend, &["import", "calendar", &path]);
    let said = text(&second.stdout);
    assert!(
        said.contains("已有不变 1") && said.contains("日历没有变化"),
        "{said}"
    );

    let listed = text(&warmline(&backend, &["calendar"]).stdout);
    let next = listed.split("2027 年：").nth(1).unwrap();
    assert!(
        next.contains("工作日 256 天，放假 10 天，调休上班 1 天"),
        "{listed}"
    );
    assert!(
        next.contains("导入") && next.contains("关于2027年"),
        "{listed}"
    );
    assert!(
        listed.contains("2026 年：工作日 248 天，放假 33 天，调休上班 6 天；随程序"),
        "{listed}"
    );
    assert!(listed.contains("公布到 2027 年"), "{listed}");

    let mut tx = backend.open().await.read().await.unwrap();
    let tenant = tx.find_tenant_by_code("main").await.unwrap().unwrap().id;
    let calendar = tx.load_calendar(tenant).await.unwrap();
    let due = calendar.due(day("2026-12-20").start(), Term::WorkingDays(10));
    assert_eq!((due.day, due.provisional), (day("2027-01-04"), false));
    let acts = tx
        .list_audit(tenant, &AuditFilter::default(), 10)
        .await
        .unwrap();
    let acts: Vec<_> = acts
        .into_iter()
        .map(|(_, one)| (one.act, one.object, one.result))
        .collect();
    let once = (
        "calendar.import".to_owned(),
        "calendar/2027".to_owned(),
        "ok".to_owned(),
    );
    assert_eq!(acts, [once]);
}

async fn a_corrected_year_is_told_day_by_day_and_counts_instead_of_the_shipped_one(
    backend: Backend,
) {
    let year = Calendar::shipped().year(2026).unwrap().to_string();
    let same = file(&backend, "same.txt", &year);
    let intake = result(&warmline(
        &backend,
        &["--json", "import", "calendar", &same],
    ));
    assert_eq!(
        (&intake["unchanged"], &intake["written"]),
        (&json!(1), &json!(false))
    );

    let corrected = year.replace("上班 2026-10-10\n", "放假 更正 2026-12-31\n");
    let path = file(&backend, "corrected.txt", format!("{corrected}{NEXT}"));
    let intake = result(&warmline(
        &backend,
        &["--json", "import", "calendar", &path],
    ));
    let days =
        json!([{ "day": "2026-10-10", "works": false }, { "day": "2026-12-31", "works": false }]);
    assert_eq!(intake["changes"], json!([{ "year": 2026, "days": days }]));
    assert_eq!(
        (&intake["added"], &intake["changed"]),
        (&json!(1), &json!(1))
    );

    // And back: the newest counts, whichever it is.
    let said = text(&warmline(&backend, &["import", "calendar", &same]).stdout);
    assert!(said.contains("2026-10-10: 休息 -> 上班"), "{said}");
    let mut tx = backend.open().await.read().await.unwrap();
    let tenant = tx.find_tenant_by_code("main").await.unwrap().unwrap().id;
    let calendar = tx.load_calendar(tenant).await.unwrap();
    assert!(calendar.is_working_day(day("2026-10-10")).value);
    assert_eq!(calendar.published_through(), Some(2027));
}

async fn a_check_tells_what_would_change_and_writes_nothing(backend: Backend) {
    let path = file(&backend, "2027.txt", NEXT);
    let said = text(&warmline(&backend, &["import", "calendar", &path, "--check"]).stdout);
    assert!(
        said.contains("新增 1") && said.contains("没有写入"),
        "{said}"
    );
    let checked = result(&warmline(
        &backend,
        &["--json", "import", "calendar", &path, "--check"],
    ));
    assert_eq!(
        (&checked["added"], &checked["written"]),
        (&json!(1), &json!(false))
    );
    let mut tx = backend.open().await.read().await.unwrap();
    assert_eq!(tx.list_tenants().await.unwrap(), []);
    let told = result(&warmline(&backend, &["--json", "calendar"]));
    assert_eq!(told["published_through"], 2026);
}

async fn a_file_with_one_wrong_line_is_refused_with_one_sentence_and_nothing_of_it_counts(
    backend: Backend,
) {
    let good = file(&backend, "2027.txt", NEXT);
    assert_eq!(
        result(&warmline(
            &backend,
            &["--json", "import", "calendar", &good]
        ))["added"],
        1
    );
    let wrong =
        "年 2028\n来源 通知\n放假 元旦 2028-01-01\n年 2029\n来源 通知\n放假 元旦 2029-02-30\n";
    for (content, says) in [
        (
            wrong,
            "第 6 行：“2029-02-30”不是日期；请写成“2026-02-15”这样。",
        ),
        (
            "工单编号,标题\n1,堆物\n",
            "第 1 行：“工单编号,标题”认不出；",
        ),
    ] {
        let path = file(&backend, "wrong.txt", content);
        for arguments in [vec![], vec!["--check"]] {
            let arguments = [vec!["import", "calendar", path.as_str()], arguments].concat();
            let error = failure(&warmline(&backend, &arguments));
            assert!(error.contains(says), "{error}");
            assert_eq!(error.trim_end().lines().count(), 1, "{error}");
        }
    }
    let told = result(&warmline(&backend, &["--json", "calendar"]));
    assert_eq!(told["published_through"], 2027);
}

async fn a_phone_learns_of_an_imported_year_with_its_next_sync_and_keeps_it(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let through = |street: &Street| street.worker.replica().calendar().published_through();
    assert_eq!(through(&street), Some(2026));
    let next = Calendar::parse(NEXT.as_bytes()).unwrap();
    let (tenant, parts) = (street.hub.tenant(), street.hub.app().tables());
    tables::calendar::take_in(&next, tenant, parts)
        .await
        .unwrap();
    street.worker.sync(&street.hub).await;
    assert_eq!(through(&street), Some(2027));
    let due = street
        .worker
        .replica()
        .calendar()
        .due(day("2026-12-20").start(), Term::WorkingDays(10));
    assert_eq!((due.day, due.provisional), (day("2027-01-04"), false));
    street.worker.crash();
    assert_eq!(through(&street), Some(2027));
    // A phone that comes later gets it with its first contact.
    street.captain.sync(&street.hub).await;
    assert_eq!(
        street.captain.replica().calendar(),
        street.worker.replica().calendar()
    );
}
