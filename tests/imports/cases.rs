//! Small files with real-world trouble: the same answer by a preview, by an import over HTTP and by the command. The
//! office page is asked in `web/e2e/stories/pages.mjs`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use harness::backends::{Backend, on_sqlite};
use harness::test_app::{TestApp, worker_exe};
use serde::Deserialize;
use serde_json::Value;
use sync_core::Role;

/// What must come of a file; a count that is not named is 0.
#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
struct Expected {
    added: u64,
    unchanged: u64,
    changed: u64,
    refused: u64,
    /// Refused as a whole, with these words.
    sentence: Option<String>,
    /// The file that is imported before.
    after: Option<String>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../server/tables/cases")
}

fn expected() -> BTreeMap<String, Expected> {
    let list = std::fs::read(folder().join("expected.json")).unwrap();
    serde_json::from_slice(&list).unwrap()
}

fn content(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

fn counts(answer: &Value) -> Expected {
    let number = |name: &str| answer[name].as_u64().unwrap();
    Expected {
        added: number("added"),
        unchanged: number("unchanged"),
        changed: number("changed"),
        refused: answer["refused"].as_array().unwrap().len() as u64,
        ..Expected::default()
    }
}

fn assert_counts(name: &str, way: &str, answer: &Value, expected: &Expected) {
    let found = Expected {
        after: expected.after.clone(),
        ..counts(answer)
    };
    assert_eq!(&found, expected, "{name} by {way}: {answer}");
}

#[test]
fn every_file_gives_its_answer_over_http() {
    for (name, expected) in expected() {
        on_sqlite(async |app: TestApp| {
            let office = app.sign_in(Role::HotlineWorker, &[]).await;
            let content = content(&name);
            if let Some(before) = &expected.after {
                let before = self::content(before);
                app.post_bytes("/v1/imports", &office, &before).await;
            }
            for path in ["/v1/imports/preview", "/v1/imports"] {
                let answer = app.post_bytes(path, &office, &content).await;
                match &expected.sentence {
                    Some(words) => {
                        assert_eq!(answer.status, 422, "{name}");
                        let told = answer.json()["detail"].as_str().unwrap().to_owned();
                        assert!(told.contains(words), "{name}: {told}");
                    }
                    None => assert_counts(&name, path, &answer.json(), &expected),
                }
            }
        });
    }
}

#[test]
fn every_file_gives_its_answer_on_the_command_line() {
    for (name, expected) in expected() {
        on_sqlite(async |backend: Backend| {
            let import = |name: &str| {
                Command::new(worker_exe())
                    .args(["--json", "import", "tickets"])
                    .arg(folder().join(name))
                    .arg("--data")
                    .arg(backend.folder().join("data"))
                    .args(["--database-url", backend.url(), "--log", "off"])
                    .output()
                    .unwrap()
            };
            if let Some(before) = &expected.after {
                import(before);
            }
            let output = import(&name);
            let error = String::from_utf8_lossy(&output.stderr);
            let code = match &expected {
                Expected {
                    sentence: Some(words),
                    ..
                } => {
                    assert!(error.contains(words), "{name}: {error}");
                    1
                }
                expected => {
                    let answer = serde_json::from_slice(&output.stdout).unwrap();
                    assert_counts(&name, "the command", &answer, expected);
                    if expected.refused > 0 { 3 } else { 0 }
                }
            };
            assert_eq!(output.status.code(), Some(code), "{name}: {error}");
        });
    }
}

#[test]
fn every_file_of_the_folder_is_asked() {
    let listed = expected();
    let files = std::fs::read_dir(folder()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    // People and the two lists are for others.
    let others = ["README.md", "expected.json", "people-title-row.csv"];
    let forgotten: Vec<_> = names
        .filter(|name| !others.contains(&name.as_str()) && !listed.contains_key(name))
        .collect();
    assert_eq!(forgotten, Vec::<String>::new());
}
