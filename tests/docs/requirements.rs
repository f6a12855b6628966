//! The requirements tell the truth: every row is there, and what is said to be done has a screen and a test that exist.

use std::path::Path;

use super::{read, root};

/// How many rows the office's list has.
const ROWS: usize = 81;

struct Row {
    id: String,
    screens: Vec<String>,
    tests: Vec<String>,
    state: String,
}

fn rows() -> Vec<Row> {
    let table = read("docs/REQUIREMENTS.md");
    let lines = table.lines().filter(|line| line.starts_with("| S"));
    let quoted = |cell: &str| {
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 7, "five cells: {line}");
            Row {
                id: cells[1].to_owned(),
                screens: quoted(cells[3]),
                tests: quoted(cells[4]),
                state: cells[5].to_owned(),
            }
        })
        .collect()
}

#[test]
fn every_row_of_the_requirements_is_there_once_and_in_order() {
    let ids: Vec<String> = rows().into_iter().map(|row| row.id).collect();
    let wanted: Vec<String> = (1..=ROWS).map(|number| format!("S{number}")).collect();
    assert_eq!(ids, wanted);
}

#[test]
fn what_is_done_has_a_screen_and_a_test_that_exist_and_what_is_not_has_a_reason() {
    let sources = test_sources(&root());
    for row in rows() {
        if let Some(reason) = row.state.strip_prefix("open: ") {
            assert!(!reason.is_empty(), "{}: why is it open?", row.id);
        } else {
            assert_eq!(row.state, "done", "{}", row.id);
            assert!(
                !row.screens.is_empty() && !row.tests.is_empty(),
                "{}",
                row.id
            );
        }
        for screen in &row.screens {
            assert!(
                root().join("web").join(screen).is_file(),
                "{}: no screen {screen}",
                row.id
            );
        }
        for test in &row.tests {
            // A function, or a sentence of a browser story.
            let name = test.rsplit("::").next().unwrap_or(test);
            let known = sources.iter().any(|text| {
                text.contains(&format!("fn {name}(")) || text.contains(&format!("'{name}'"))
            });
            assert!(known, "{}: no test {test}", row.id);
        }
    }
}

/// Everything in which tests stand.
fn test_sources(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for folder in [
        "tests",
        "sync-core/src",
        "sync-core/tests",
        "server/papers/src",
        "server/print",
        "web/e2e/stories",
        "web/field/src",
        "web/office/src",
        "web/shared",
    ] {
        collect(&root.join(folder), &mut found);
    }
    found
}

fn collect(folder: &Path, found: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).expect("a folder of tests");
    for entry in entries.map(|entry| entry.expect("a file").path()) {
        if entry.is_dir() {
            collect(&entry, found);
        } else if entry
            .extension()
            .is_some_and(|one| ["rs", "mjs", "ts"].iter().any(|of| one == *of))
        {
            found.push(std::fs::read_to_string(&entry).expect("a text"));
        }
    }
}
