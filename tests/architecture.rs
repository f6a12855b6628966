//! The rules of docs/ARCHITECTURE.md that a compiler does not check.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

mod rooms;

/// Which crate of the workspace may use which others. Tests may use all, nothing uses tests.
const ARROWS: &[(&str, &[&str])] = &[
    ("accounts", &["basis", "store", "sync-core"]),
    (
        "backup",
        &["basis", "history", "photos", "store", "sync-core"],
    ),
    ("basis", &["sync-core"]),
    ("classify", &["sync-core"]),
    (
        "demonstration",
        &["accounts", "doors", "hub", "store", "sync-core", "tables"],
    ),
    (
        "doors",
        &["basis", "intake", "store", "sync-core", "workers"],
    ),
    ("history", &["basis", "store", "sync-core"]),
    (
        "hub",
        &[
            "accounts",
            "basis",
            "classify",
            "doors",
            "history",
            "intake",
            "papers",
            "photos",
            "print",
            "store",
            "sync-core",
            "tables",
            "workers",
        ],
    ),
    ("intake", &["basis", "store", "sync-core", "tables"]),
    ("migrations", &[]),
    ("mobile-shim", &["sync-core"]),
    (
        "papers",
        &["basis", "photos", "print", "store", "sync-core"],
    ),
    ("photos", &["basis", "store", "sync-core", "workers"]),
    ("print", &[]),
    (
        "server",
        &[
            "accounts",
            "backup",
            "basis",
            "classify",
            "demonstration",
            "doors",
            "history",
            "hub",
            "papers",
            "photos",
            "print",
            "simulator",
            "store",
            "sync-core",
            "tables",
            "workers",
        ],
    ),
    ("shim-bindgen", &[]),
    ("simulator", &["accounts", "basis", "store", "sync-core"]),
    ("store", &["migrations", "sync-core"]),
    ("sync-core", &[]),
    ("tables", &["accounts", "basis", "store", "sync-core"]),
    ("workers", &[]),
];

/// What the core must not reach, whatever it is asked to do: IO, clocks, databases, bindings.
const NOT_IN_CORE: &[&str] = &[
    "axum",
    "getrandom",
    "object_store",
    "reqwest",
    "rustix",
    "sqlx",
    "tokio",
    "uniffi",
    "wasm-bindgen",
];

/// Folders of `server/hub/src` that each serve one kind of work.
const SLICES: &[&str] = &[
    "catalogue",
    "exchange",
    "figures",
    "imports",
    "media",
    "mediations",
    "people",
    "sync",
    "tickets",
    "visits",
];

/// Lines of a file without its tests.
const LONGEST_FILE: usize = 400;

#[test]
fn crates_use_only_what_lies_beneath_them() {
    let packages = packages();
    for (package, dependencies) in packages.iter().filter(|(name, _)| *name != "tests") {
        let known = ARROWS.iter().find(|(name, _)| name == package);
        let (_, allowed) = known.unwrap_or_else(|| panic!("{package} has no place in the map"));
        let used: BTreeSet<_> = dependencies
            .iter()
            .map(String::as_str)
            .filter(|name| packages.contains_key(*name))
            .collect();
        // Both ways: an arrow that nobody needs any more goes from the list.
        assert_eq!(used, allowed.iter().copied().collect(), "{package}");
    }
}

#[test]
fn the_core_reaches_no_io() {
    let packages = packages();
    let used: Vec<_> = NOT_IN_CORE
        .iter()
        .filter(|name| packages["sync-core"].contains(**name))
        .collect();
    assert!(used.is_empty(), "sync-core must not use {used:?}");
}

/// Each crate of the workspace with its dependencies, those of tests left out.
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version=1",
            "--offline",
            "--manifest-path",
        ])
        .arg(root().join("Cargo.toml"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap();
            let names = dependencies
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .map(|dependency| dependency["name"].as_str().unwrap().to_owned());
            (
                package["name"].as_str().unwrap().to_owned(),
                names.collect(),
            )
        })
        .collect()
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let mut long = Vec::new();
    for file in sources(&[
        "migrations/src",
        "mobile-shim",
        "server",
        "sync-core",
        "tests/harness",
    ]) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text
            .split("\n#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let lines = code.lines().count();
        if lines > LONGEST_FILE {
            long.push(format!("{} has {lines} lines", shown(&file)));
        }
    }
    assert!(long.is_empty(), "split by phase or verb: {long:#?}");
}

#[test]
fn only_the_store_speaks_sql() {
    let speaking: Vec<_> = sources(&["server"])
        .into_iter()
        .filter(|file| {
            // A benchmark asks the database how large it has become.
            !shown(file).starts_with("server/store/") && !shown(file).starts_with("server/benches/")
        })
        .filter(|file| fs::read_to_string(file).unwrap().contains("sqlx::"))
        .map(|file| shown(&file))
        .collect();
    assert!(
        speaking.is_empty(),
        "{speaking:#?} use sqlx outside of the store"
    );
}

#[test]
fn sql_is_never_put_together_from_texts() {
    let built: Vec<_> = sources(&["server", "migrations/src"])
        .into_iter()
        .filter(|file| fs::read_to_string(file).unwrap().contains("AssertSqlSafe"))
        .map(|file| shown(&file))
        .collect();
    assert!(built.is_empty(), "{built:#?} make SQL at run time");
}

#[test]
fn slices_do_not_use_slices() {
    let mut uses = BTreeSet::new();
    for slice in SLICES {
        let mut files = sources(&[&format!("server/hub/src/{slice}")]);
        files.push(root().join(format!("server/hub/src/{slice}.rs")));
        for file in files.into_iter().filter(|file| file.exists()) {
            let text = fs::read_to_string(&file).unwrap();
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            let code: String = code.collect::<Vec<_>>().join("\n");
            let others = SLICES.iter().filter(|other| *other != slice);
            uses.extend(
                others
                    .filter(|other| code.contains(&format!("crate::{other}::")))
                    .map(|other| (*slice, *other)),
            );
        }
    }
    assert!(uses.is_empty(), "slices use slices: {uses:?}");
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| -> BTreeSet<String> {
        fs::read_dir(root().join("migrations").join(database))
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    for (place, name) in names("sqlite").iter().enumerate() {
        let number = format!("{:04}_", place + 1);
        assert!(
            name.starts_with(&number),
            "{name} is the migration after the one before"
        );
    }
}

#[test]
fn every_route_is_described() {
    let mut router = String::new();
    for file in [
        "server/hub/src/router.rs",
        "server/hub/src/router/office.rs",
    ] {
        router += &fs::read_to_string(root().join(file)).unwrap();
    }
    let routes: BTreeSet<_> = router
        .split(".route(")
        .skip(1)
        .filter_map(|rest| rest.split('"').nth(1))
        // The pages are for browsers, not for programs.
        .filter(|path| path.starts_with("/v1/") || path.starts_with("/health/"))
        .map(str::to_owned)
        .collect();
    let document = serde_json::to_value(hub::openapi::document()).unwrap();
    let described: BTreeSet<_> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(routes, described);
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

/// Every Rust file under these folders of the project.
pub(crate) fn sources(folders: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open: Vec<_> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

pub(crate) fn shown(file: &Path) -> String {
    file.strip_prefix(root())
        .unwrap_or(file)
        .display()
        .to_string()
}
