//! One list of words for each language, which both apps and the hub take their names from.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use store::tickets::{AssigneeKind, RequestKind, RequesterType, Urgency};
use sync_core::Role;
use sync_core::deadline::{ClockKind, ClockState, Level};
use sync_core::figures::{LeftOut, Measure, Unknown};
use sync_core::kinds::Kind;
use sync_core::lifecycle::{Decision, ReviewState, TicketState};
use sync_core::limits;
use sync_core::schema::Field;
use sync_core::value::ValueKind;
use sync_core::words::Language;

use super::docs::{assert_current, assert_section, read, root};

type Words = BTreeMap<String, String>;

/// What nobody sees, so it has no name: the file's name, shape and look, and the order of entries.
const UNSEEN: [&str; 10] = [
    "sha256",
    "original_sha256",
    "likeness",
    "bytes",
    "mime",
    "w",
    "h",
    "pair",
    "pos",
    "removed_at",
];

fn list(text: &str) -> Words {
    serde_json::from_str(text).expect("a flat object of words")
}

fn all(language: Language) -> Words {
    let mut words = list(language.common());
    for kind in Kind::ALL {
        let own = list(kind.words(language));
        let begins =
            |key: &String| *key == kind.as_str() || key.starts_with(&format!("{}.", kind.as_str()));
        assert!(
            own.keys().all(begins),
            "words of {kind:?} begin with its name"
        );
        words.extend(own);
    }
    words
}

#[test]
fn both_languages_name_the_same_things() {
    let (chinese, english) = (all(Language::Chinese), all(Language::English));
    assert!(chinese.keys().eq(english.keys()));
    for (key, word) in chinese.iter().chain(&english) {
        assert!(!word.trim().is_empty(), "{key} is empty");
    }
}

#[test]
fn every_state_role_and_choice_has_a_name() {
    let words = all(Language::Chinese);
    let mut wanted: Vec<String> = Vec::new();
    let mut group = |name: &str, of: Vec<&str>| {
        wanted.extend(of.iter().map(|word| format!("{name}.{word}")));
    };
    group("role", Role::ALL.iter().map(|one| one.as_str()).collect());
    group(
        "ticket_state",
        TicketState::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "review_state",
        ReviewState::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "decision",
        Decision::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "urgency",
        Urgency::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "request_kind",
        RequestKind::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "requester_type",
        RequesterType::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "assignee",
        AssigneeKind::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "deadline_clock",
        ClockKind::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "clock_state",
        ClockState::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "deadline_level",
        Level::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "figure",
        Measure::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "figure_unknown",
        Unknown::ALL.iter().map(|one| one.as_str()).collect(),
    );
    group(
        "figure_left_out",
        LeftOut::ALL.iter().map(|one| one.as_str()).collect(),
    );
    let missing: Vec<_> = wanted
        .iter()
        .filter(|key| !words.contains_key(*key))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_field_of_a_kind_and_every_choice_in_it_has_a_name() {
    for kind in Kind::ALL {
        let (words, name, schema) = (
            list(kind.words(Language::Chinese)),
            kind.as_str(),
            kind.schema(),
        );
        let mut missing = Vec::new();
        let mut want = |key: String| {
            if !words.contains_key(&key) {
                missing.push(key);
            }
        };
        want(name.to_owned());
        let mut choices: Vec<&str> = Vec::new();
        let mut fields = |place: &str, fields: &'static [Field]| {
            let mut keys = Vec::new();
            for field in fields.iter().filter(|field| !UNSEEN.contains(&field.name)) {
                if !field.name.ends_with("_e7") {
                    keys.push(format!("{name}.{place}.{}", field.name));
                }
                if let ValueKind::Choice(of) = field.holds {
                    choices.extend(of);
                }
            }
            keys
        };
        for key in fields("fields", schema.fields) {
            want(key);
        }
        for collection in schema.collections {
            want(format!("{name}.collections.{}", collection.name));
            for key in fields(collection.name, collection.fields) {
                want(key);
            }
        }
        for note in schema.notes {
            want(format!("{name}.notes.{note}"));
        }
        for set in schema.sets {
            want(format!("{name}.sets.{set}"));
        }
        for choice in choices {
            let of_some_group = |key: &String| {
                key.strip_prefix(&format!("{name}.choices."))
                    .and_then(|rest| rest.split_once('.'))
                    .is_some_and(|(_, word)| word == choice)
            };
            if !words.keys().any(of_some_group) {
                missing.push(format!("{name}.choices.*.{choice}"));
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }
}

#[test]
fn the_glossary_lists_the_words_as_they_are() {
    let (chinese, english) = (Language::Chinese.common(), Language::English.common());
    assert_section(
        "docs/GLOSSARY.md",
        "## Names of states, fields and choices",
        &table(&list(chinese), &list(english)),
    );
}

#[test]
fn each_kind_has_a_page_of_what_it_holds_and_what_that_is_called() {
    for kind in Kind::ALL {
        let (chinese, english) = (
            list(kind.words(Language::Chinese)),
            list(kind.words(Language::English)),
        );
        let name = kind.as_str();
        let page = format!(
            "# {} ({})\n\nGenerated from `sync-core/src/kinds/{name}`.\n\n## What it holds\n\n{}\n## What that is called\n\n{}",
            english[name],
            chinese[name],
            holdings(*kind),
            table(&chinese, &english)
        );
        assert_current(&format!("docs/kinds/{name}.md"), &page);
    }
    let pages = std::fs::read_dir(root().join("docs/kinds")).unwrap();
    assert_eq!(
        pages.count(),
        Kind::ALL.len(),
        "a page of a kind that is gone"
    );
}

fn table(chinese: &Words, english: &Words) -> String {
    let mut table = String::from("| key | 中文 | English |\n|---|---|---|\n");
    for (key, word) in chinese {
        writeln!(table, "| `{key}` | {word} | {} |", english[key]).unwrap();
    }
    table
}

fn holdings(kind: Kind) -> String {
    let schema = kind.schema();
    let mut text = String::from("| place | holds |\n|---|---|\n");
    for field in schema.fields {
        writeln!(text, "| `fields/{}` | {} |", field.name, holds(field.holds)).unwrap();
    }
    for note in schema.notes {
        writeln!(
            text,
            "| `notes/{note}` | long text, up to {} characters |",
            limits::NOTE_CHARS
        )
        .unwrap();
    }
    for set in schema.sets {
        writeln!(text, "| `{set}` | ids, up to {} |", limits::SET_MEMBERS).unwrap();
    }
    for collection in schema.collections {
        let once = if collection.written_once {
            " (written once)"
        } else {
            ""
        };
        for field in collection.fields {
            writeln!(
                text,
                "| `{}/*/{}`{once} | {} |",
                collection.name,
                field.name,
                holds(field.holds)
            )
            .unwrap();
        }
    }
    text
}

fn holds(kind: ValueKind) -> String {
    match kind {
        ValueKind::Text(most) => format!("text, up to {most} characters"),
        ValueKind::Choice(words) => format!("one of `{}`", words.join("`, `")),
        ValueKind::Int(low, high) => format!("whole number, {low} to {high}"),
        ValueKind::Flag => "yes or no".to_owned(),
        ValueKind::Time => "time".to_owned(),
        ValueKind::Hash => "SHA-256".to_owned(),
        ValueKind::Sealed(version, bytes) => {
            format!("sealed, form {version}, {bytes} bytes")
        }
    }
}

#[test]
fn the_columns_of_the_offices_sheet_are_called_as_the_ticket_is() {
    let words = list(Language::Chinese.common());
    let sheet: toml::Table = read("server/tables/mappings/office.toml").parse().unwrap();
    let mut compared = 0;
    for (field, from) in sheet["fields"].as_table().unwrap() {
        let Some(word) = words.get(&format!("ticket.{field}")) else {
            continue;
        };
        let column = from
            .get("columns")
            .and_then(|columns| columns.get(0)?.as_str());
        assert_eq!(column, Some(word.as_str()), "{field}");
        compared += 1;
    }
    assert!(compared >= 10, "{compared} columns are not the sheet");
}
