//! The documents tell the truth: lists in them are compared with what the code says.
//!
//! `WARMLINE_UPDATE_DOCS=1 cargo nextest run -p tests docs::` writes the generated ones anew.

mod imports;
mod lifecycle;
mod requirements;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use sync_core::reason::Reason;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_path_buf()
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|_| panic!("{path} is missing"))
}

/// Compares a generated document with the checked-in one, or writes it.
pub(crate) fn assert_current(path: &str, generated: &str) {
    if std::env::var_os("WARMLINE_UPDATE_DOCS").is_some() {
        fs::write(root().join(path), generated).expect("the document can be written");
    }
    assert!(
        read(path) == generated,
        "{path} is stale: run WARMLINE_UPDATE_DOCS=1 cargo nextest run -p tests docs::"
    );
}

/// Compares a generated section, the last one of its document, with what is checked in, or writes it.
pub(crate) fn assert_section(path: &str, heading: &str, generated: &str) {
    let text = read(path);
    let (before, _) = text.split_once(heading).unwrap_or((&text, ""));
    let current = format!(
        "{}\n\n{heading}\n\nGenerated from the lists of words in `sync-core`.\n\n{generated}",
        before.trim_end()
    );
    assert_current(path, &current);
}

#[test]
fn the_protocol_lists_every_reason_with_its_meaning() {
    let protocol = read("docs/PROTOCOL.md");
    let table: Vec<(String, String)> = protocol
        .split("## 8. Reason codes")
        .nth(1)
        .expect("section 8")
        .lines()
        .filter_map(|line| {
            let (code, meaning) = line.strip_prefix("| `")?.split_once("` | ")?;
            Some((code.to_owned(), meaning.trim_end_matches(" |").to_owned()))
        })
        .collect();
    let known: Vec<(String, String)> = Reason::ALL
        .iter()
        .map(|(_, code, meaning)| ((*code).to_owned(), meaning.trim().to_owned()))
        .collect();
    assert_eq!(table, known);
}

#[test]
fn the_description_of_the_api_is_checked_in_as_generated() {
    let mut text = serde_json::to_string_pretty(&hub::openapi::document()).expect("JSON");
    text.push('\n');
    assert_current("docs/openapi.json", &text);
}

#[test]
fn the_list_of_routes_is_checked_in_as_generated() {
    assert_current("docs/API.md", &api_document());
}

fn api_document() -> String {
    let description = serde_json::to_value(hub::openapi::document()).expect("JSON");
    let mut text = String::from(
        "# The HTTP API\n\n\
         Generated from the handlers; the whole description, with every field, is [openapi.json](openapi.json) \
         (`warmline openapi` prints it).\n\n\
         - Ids are 26-character ULIDs, times are unix milliseconds.\n\
         - A failing answer is `application/problem+json` with `title`, `status`, `code`, `detail`, `request_id`. \
         `code` is stable, `detail` is a sentence for people that says what to do.\n\
         - `Authorization: Bearer` carries the access token of `POST /v1/login` (office) or `POST /v1/enrol` \
         (phones). What a person may see is asked of the database at each request.\n\
         - Sync and photos have their own document: [PROTOCOL.md](PROTOCOL.md).\n\n\
         | method | path | what it does |\n|---|---|---|\n",
    );
    let paths = description["paths"].as_object().expect("paths");
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().expect("methods") {
            let told = ["summary", "description"]
                .iter()
                .find_map(|key| operation[*key].as_str())
                .unwrap_or_default();
            let first = told.lines().next().unwrap_or_default();
            assert!(!first.is_empty(), "{method} {path} says nothing of itself");
            writeln!(text, "| `{}` | `{path}` | {first} |", method.to_uppercase()).expect("text");
        }
    }
    text
}

#[test]
fn every_link_in_the_documents_leads_somewhere() {
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document");
        let folder = path.parent().expect("a folder");
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.starts_with("http") {
                continue;
            }
            assert!(
                folder.join(target).exists(),
                "{} links to {target}",
                path.display()
            );
        }
    }
}

#[test]
fn the_walk_names_functions_where_they_are() {
    let architecture = read("docs/ARCHITECTURE.md");
    let walk = architecture.split("## 4.").nth(1).expect("section 4");
    let walk = walk.split("## 5.").next().expect("its end");
    let mut steps = 0;
    for row in walk.lines().filter(|line| line.matches('`').count() >= 4) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [.., file, function, ""] = cells.as_slice() else {
            continue;
        };
        let (file, function) = (file.trim_matches('`'), function.trim_matches(['*', '`']));
        let text = read(file);
        assert!(
            text.lines().any(|line| defines(line, function)),
            "{file} has no {function}"
        );
        steps += 1;
    }
    assert!(steps > 25, "{steps} steps are not the whole walk");
}

/// Whether the line is where a function, a method or a constant of this name begins.
fn defines(line: &str, name: &str) -> bool {
    let anywhere = [
        format!("fn {name}("),
        format!("fn {name}<"),
        format!("function {name}("),
        format!("const {name} "),
        format!("const {name}:"),
    ];
    let method = line.trim_start().trim_start_matches("private ");
    let method = method.trim_start_matches("async ");
    anywhere.iter().any(|start| line.contains(start))
        || (method.starts_with(&format!("{name}(")) && line.ends_with('{'))
        || (method.starts_with(&format!("{name} = (")) && line.contains("=>"))
}

#[test]
fn the_invariants_name_tests_that_exist() {
    let architecture = read("docs/ARCHITECTURE.md");
    let table = architecture
        .split("## 5. Invariants")
        .nth(1)
        .expect("section 5");
    let table = table.split("## 6.").next().expect("its end");
    let suite = read("tests/suite.rs");
    let mut named = 0;
    for module in table
        .split('`')
        .filter_map(|word| word.split_once("::"))
        .map(|(module, _)| module)
    {
        if module == "Tx" {
            continue;
        }
        assert!(
            suite.contains(&format!("mod {module}")),
            "no tests are called {module}"
        );
        named += 1;
    }
    assert!(named >= 7, "the table of invariants has lost its tests");
}

#[test]
fn the_documents_name_files_that_exist() {
    let architecture = read("docs/ARCHITECTURE.md");
    let known = [
        "sync-core/src/",
        "server/src/",
        "web/shared/",
        "tests/",
        "docs/adr/",
    ];
    for word in architecture
        .split('`')
        .filter(|word| known.iter().any(|start| word.starts_with(start)))
    {
        if word.contains('{') {
            continue;
        }
        assert!(
            root().join(word).exists(),
            "docs/ARCHITECTURE.md names {word}"
        );
    }
}

fn documents() -> Vec<PathBuf> {
    let mut found = vec![
        root().join("README.md"),
        root().join("CONTRIBUTING.md"),
        root().join("CHANGELOG.md"),
    ];
    for folder in ["docs", "docs/adr", "mobile-shim", "server/tables/mappings"] {
        let entries = fs::read_dir(root().join(folder)).expect("a folder");
        let files = entries.filter_map(Result::ok).map(|entry| entry.path());
        found.extend(files.filter(|path| path.extension().is_some_and(|kind| kind == "md")));
    }
    found
}

#[test]
fn the_readme_names_every_command() {
    let readme = read("README.md");
    let program = server::commands::Cli::command();
    for command in program
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
    {
        let name = command.get_name();
        assert!(
            readme.contains(&format!("| `{name}")),
            "README.md does not name {name}"
        );
    }
}
