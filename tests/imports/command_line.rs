//! The program itself, run as a person or script runs it.

use std::path::PathBuf;
use std::process::{Command, Output};

use harness::backends::Backend;
use harness::on_both_backends;
use harness::test_app::worker_exe;
use serde_json::{Value, json};

on_both_backends! {
    a_file_of_tickets_fills_an_empty_hub,
    a_file_that_is_no_table_is_refused_with_one_sentence,
    several_sub_districts_must_be_told_apart,
    a_mapping_of_ones_own_reads_a_foreign_table,
    an_organisation_is_completed_and_never_changed,
    people_are_added_with_first_passwords,
}

const SHEET: &str =
    "工单编号,标题,内容,派发时间\nA-1,堆物,楼道堆物,2026-11-24 08:00\nA-2,噪声,,2026-11-24 08:00\n";

/// Runs `warmline` on the backend's database and folder.
pub(super) fn warmline(backend: &Backend, arguments: &[&str]) -> Output {
    Command::new(worker_exe())
        .arg("--data")
        .arg(backend.folder().join("data"))
        .args(["--database-url", backend.url(), "--allow-unsafe-durability"])
        .args(["--log", "error"])
        .args(arguments)
        .env("RUST_BACKTRACE", "0")
        .output()
        .unwrap()
}

/// Standard output as JSON, of a run that ended well: with 3 if and only if it refused rows.
pub(super) fn result(output: &Output) -> Value {
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    let result: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {out}{error}"));
    let refused = result["refused"].as_array().map_or(0, Vec::len);
    let expected = if refused > 0 { 3 } else { 0 };
    assert_eq!(output.status.code(), Some(expected), "{out}\n{error}");
    result
}

/// Standard error of a run that failed without a result.
pub(super) fn failure(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    text(&output.stderr)
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(super) fn file(backend: &Backend, name: &str, content: impl AsRef<[u8]>) -> String {
    let path: PathBuf = backend.folder().join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

async fn a_file_of_tickets_fills_an_empty_hub(backend: Backend) {
    let sheet = file(&backend, "tickets.csv", SHEET);
    let first = warmline(&backend, &["--json", "import", "tickets", &sheet]);
    let expected = json!({ "added": 1, "unchanged": 0, "changed": 0, "changes": [],
        "refused": [{ "line": 3, "reason": "「内容」为空；请填写后再导入。" }] });
    assert_eq!(result(&first), expected);
    assert!(text(&first.stderr).contains("已新建街道"));

    let second = warmline(
        &backend,
        &["import", "tickets", &sheet, "--source", "office"],
    );
    let summary = text(&second.stdout);
    assert!(
        summary.contains("新增 0，已有不变 1，已有但内容不同 0，未收 1"),
        "{summary}"
    );
    assert!(summary.contains("第 3 行：「内容」为空"), "{summary}");
    assert_eq!(text(&second.stderr), "");
}

async fn a_file_that_is_no_table_is_refused_with_one_sentence(backend: Backend) {
    let picture = file(&backend, "photo.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let missing = backend.folder().join("missing.csv");
    for (path, says) in [
        (
            picture.as_str(),
            "这个文件不是表格；请选择 .csv 或 .xlsx 文件。",
        ),
        (missing.to_str().unwrap(), "打不开"),
    ] {
        let error = failure(&warmline(&backend, &["import", "tickets", path]));
        assert!(error.contains(says), "{error}");
        assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    }
    let tenants = backend
        .open()
        .await
        .read()
        .await
        .unwrap()
        .list_tenants()
        .await;
    assert!(
        tenants.unwrap().is_empty(),
        "nothing was made for a bad file"
    );
}

async fn several_sub_districts_must_be_told_apart(backend: Backend) {
    let sheet = file(&backend, "tickets.csv", SHEET);
    for code in ["east", "west"] {
        let made = warmline(
            &backend,
            &["--json", "import", "tickets", &sheet, "--tenant", code],
        );
        assert_eq!(result(&made)["added"], 1);
    }
    let error = failure(&warmline(&backend, &["import", "tickets", &sheet]));
    assert!(error.contains("east、west"), "{error}");
    let error = failure(&warmline(
        &backend,
        &[
            "user",
            "add",
            "admin",
            "--name",
            "管理员",
            "--role",
            "system_admin",
            "--tenant",
            "south",
        ],
    ));
    assert!(error.contains("south"), "{error}");
}

async fn a_mapping_of_ones_own_reads_a_foreign_table(backend: Backend) {
    let mapping = file(
        &backend,
        "mapping.toml",
        r#"
            name = "neighbour"
            title = "邻街道导出"
            header = ["gdbh", "bt"]
            zone = "+08:00"
            time_formats = ["[day].[month].[year]"]
            [fields]
            upstream_no = { columns = ["gdbh"] }
            title = { columns = ["bt"] }
            dispatched_at = { columns = ["pfsj"] }
        "#,
    );
    let table = file(
        &backend,
        "export.csv",
        "gdbh;bt;pfsj\n7;堆物;24.11.2026\n8;堆物;\n",
    );
    let arguments = ["--json", "import", "tickets", &table, "--mapping", &mapping];
    let intake = result(&warmline(&backend, &arguments));
    assert_eq!(
        (&intake["added"], &intake["refused"][0]["line"]),
        (&json!(1), &json!(3))
    );
    let broken = file(&backend, "broken.toml", "name = 1");
    let error = failure(&warmline(
        &backend,
        &["import", "tickets", &table, "--mapping", &broken],
    ));
    assert!(error.contains("映射文件写法不对"), "{error}");
}

async fn an_organisation_is_completed_and_never_changed(backend: Backend) {
    let mut organisation = json!({
        "street": { "code": "S1", "name": "和平街道" },
        "communities": [{ "code": "S11", "name": "和平社区" }, { "code": "", "name": "无编码" }],
    });
    let path = file(&backend, "org.json", organisation.to_string());
    let first = result(&warmline(&backend, &["--json", "import", "org", &path]));
    assert_eq!(
        (&first["added"], &first["unchanged"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(first["refused"][0]["line"], 2);

    organisation["communities"][0]["grids"] = json!([{ "code": "S1101", "name": "一网格" }]);
    organisation["communities"][0]["name"] = json!("改了名");
    let path = file(&backend, "org.json", organisation.to_string());
    let second = result(&warmline(&backend, &["--json", "import", "org", &path]));
    assert_eq!(
        (&second["added"], &second["unchanged"], &second["changed"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(second["changes"][0]["key"], "S11");
    assert_eq!(second["changes"][0]["differences"][0]["after"], "改了名");

    let mut tx = backend.open().await.read().await.unwrap();
    let tenant = tx.find_tenant_by_code("S1").await.unwrap().unwrap();
    assert_eq!(tenant.name, "和平街道");
    let units = tx.list_units(tenant.id).await.unwrap();
    let names: Vec<_> = units.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(names, ["和平街道", "和平社区", "一网格"]);
    let grid = units.iter().find(|unit| unit.code == "S1101").unwrap();
    let community = units.iter().find(|unit| unit.code == "S11").unwrap();
    assert_eq!(grid.parent, Some(community.id));
    drop(tx);

    let rename = ["--json", "import", "org", "--rename", &path];
    assert_eq!(result(&warmline(&backend, &rename))["changed"], 1);
    let third = result(&warmline(&backend, &rename));
    assert_eq!(
        (&third["unchanged"], &third["changed"]),
        (&json!(3), &json!(0))
    );
}

async fn people_are_added_with_first_passwords(backend: Backend) {
    let add = [
        "--json",
        "user",
        "add",
        "admin",
        "--name",
        "管理员",
        "--role",
        "system_admin",
    ];
    let admin = result(&warmline(&backend, &add));
    assert!(admin["initial_password"].as_str().unwrap().len() >= 12);
    let error = failure(&warmline(&backend, &add));
    assert!(error.contains("已有人使用"), "{error}");

    let table = "username,name,role,unit codes\n\
        wang.g,王某某,grid_worker,\n\
        li.s,李某某,社区书记,\n\
        admin,管理员,system_admin,\n\
        zhao,赵某某,厨师,\n\
        sun,孙某某,volunteer,NOWHERE\n";
    let table = file(&backend, "people.csv", table);
    let intake = result(&warmline(&backend, &["--json", "import", "users", &table]));
    assert_eq!(
        (&intake["added"], &intake["unchanged"]),
        (&json!(2), &json!(1))
    );
    let lines: Vec<_> = intake["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["line"])
        .collect();
    assert_eq!(lines, [&json!(5), &json!(6)]);
    assert_eq!(intake["people"][1]["username"], "li.s");

    // A file decides on nobody's role: what differs is told.
    let table = "账号,姓名,角色\nwang.g,王某某,网格员\nli.s,李某甲,热线工作人员\n";
    let table = file(&backend, "again.csv", table);
    let again = result(&warmline(&backend, &["--json", "import", "users", &table]));
    assert_eq!(
        (&again["unchanged"], &again["changed"]),
        (&json!(1), &json!(1))
    );
    let change = &again["changes"][0];
    assert_eq!(
        (&change["line"], &change["key"]),
        (&json!(3), &json!("li.s"))
    );
    let differences = change["differences"].as_array().unwrap().iter();
    let fields: Vec<_> = differences.map(|one| one["field"].clone()).collect();
    assert_eq!(fields, ["name", "role"]);

    // A look first, then with the names: what was looked at is what comes, and the role stays.
    let table = "账号,姓名,角色\nli.s,李某甲,热线工作人员\nqian,钱某某,网格员\nqian,钱某某,网格员\nzhou,周某某,厨师\n";
    let table = file(&backend, "names.csv", table);
    let counts = |intake: &Value| {
        let refused = intake["refused"].as_array().unwrap().len();
        let of = |name: &str| intake[name].as_u64().unwrap();
        (of("added"), of("unchanged"), of("changed"), refused)
    };
    let take_over = ["--json", "import", "users", &table, "--take-over", "all"];
    for _ in 0..2 {
        let looked = result(&warmline(
            &backend,
            &[&take_over[..], &["--check"]].concat(),
        ));
        assert_eq!(counts(&looked), (1, 1, 1, 1));
        assert_eq!(looked["people"], json!([]));
        assert_eq!(
            looked["changes"][0]["differences"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
    }
    let taken = result(&warmline(&backend, &take_over));
    assert_eq!(counts(&taken), (1, 1, 1, 1));
    assert_eq!(taken["people"][0]["username"], "qian");
    let again = result(&warmline(&backend, &take_over));
    assert_eq!(counts(&again), (0, 2, 1, 1));
    let differences = again["changes"][0]["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 1);
    assert_eq!(differences[0]["field"], "role");
}
