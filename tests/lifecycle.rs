//! States are named in one room: in the core, in both databases and in the apps alike.
//!
//! `WARMLINE_UPDATE_DOCS=1 cargo nextest run -p tests lifecycle::` writes the apps' list anew.

use std::fmt::Write as _;
use std::fs;

use sync_core::lifecycle::act::{
    Addressee, AppealCause, Finding, Means, NotAsked, Outcome, Ruling, Satisfaction, Stage,
    SupervisionCause, SupervisionLevel,
};
use sync_core::lifecycle::life::{StepState, TaskKind, TaskState};
use sync_core::lifecycle::{
    Decision, MediationState, Need, ReviewState, TenStep, TicketAction, TicketState,
};

use super::architecture::{root, shown, sources};
use super::docs::assert_current;

#[test]
fn the_apps_have_the_names_that_the_core_has() {
    let mut text = String::from(
        "// The names of states, actions and answers, as sync-core/src/lifecycle has them. Generated (tests/lifecycle.rs); do not edit.\n",
    );
    macro_rules! list {
        ($name:ident) => {
            (stringify!($name), words($name::ALL, $name::as_str))
        };
    }
    let lists: [(&str, Vec<&str>); 21] = [
        list!(TicketState),
        list!(ReviewState),
        list!(MediationState),
        (
            "Decision",
            words(
                &[Decision::Approve, Decision::Return, Decision::Reject],
                Decision::as_str,
            ),
        ),
        list!(TicketAction),
        list!(Need),
        list!(TenStep),
        list!(StepState),
        list!(TaskKind),
        list!(TaskState),
        list!(Addressee),
        list!(Stage),
        list!(Means),
        list!(Finding),
        list!(Outcome),
        list!(SupervisionLevel),
        list!(SupervisionCause),
        list!(Satisfaction),
        list!(NotAsked),
        list!(AppealCause),
        list!(Ruling),
    ];
    for (name, words) in lists {
        let pairs: Vec<_> = words
            .iter()
            .map(|word| format!("{word}: '{word}'"))
            .collect();
        writeln!(
            text,
            "\nexport const {name} = {{ {} }} as const\nexport type {name} = (typeof {name})[keyof typeof {name}]",
            pairs.join(", ")
        )
        .unwrap();
    }
    assert_current("web/shared/lifecycle/names.ts", &text);
}

#[test]
fn both_databases_take_the_states_that_the_core_has() {
    for steps in [migrations::SQLITE, migrations::POSTGRES] {
        let sql: String = steps.iter().map(|step| step.sql).collect();
        for (column, first, words) in [
            (
                "state",
                ReviewState::FIRST.as_str(),
                words(ReviewState::ALL, ReviewState::as_str),
            ),
            (
                "standing",
                MediationState::FIRST.as_str(),
                words(MediationState::ALL, MediationState::as_str),
            ),
        ] {
            let quoted: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
            let default = format!("{column} TEXT NOT NULL DEFAULT '{first}' CHECK (");
            assert!(sql.contains(&default), "no {default}");
            // The last one holds: a later step may have made the check anew.
            let begin = format!("{column} IN ('{first}'");
            let check = &sql[sql.rfind(&begin).unwrap_or_else(|| panic!("no {begin}"))..];
            let wanted = format!("{column} IN ({})", quoted.join(", "));
            assert!(
                check.starts_with(&wanted),
                "{wanted} is not what {check:.120} says"
            );
        }
    }
}

/// Words that mean something else where they stand, with the reason.
const OTHER_MEANINGS: &[(&str, &str, &str)] = &[
    (
        "server/store/src/tickets.rs",
        "discarded",
        "part of a statement that a macro puts together; a test compares it with the core's word",
    ),
    (
        "server/hub/src/tickets/assign.rs",
        "assigned",
        "the name of the event in the ticket's story",
    ),
    (
        "server/papers/src/ticket/said.rs",
        "assigned",
        "the name of the event in the ticket's story",
    ),
    (
        "server/hub/src/tickets/refusal.rs",
        "assigned",
        "the name of the event in the ticket's story",
    ),
    (
        "server/store/src/catalogue.rs",
        "assigned",
        "the name of the event in the ticket's story",
    ),
    (
        "server/store/src/catalogue.rs",
        "assigned",
        "the name of the event in the ticket's story",
    ),
    (
        "server/hub/src/tickets/late.rs",
        "assigned",
        "the name of the event in the ticket's story",
    ),
    (
        "server/hub/src/tickets/moving/undo.rs",
        "assigned",
        "the name of the event in the ticket's story",
    ),
    (
        "server/store/src/tickets/list.rs",
        "closed",
        "an index is used only by the very text that it was made with",
    ),
    (
        "server/store/src/tickets/list.rs",
        "returned",
        "an index is used only by the very text that it was made with",
    ),
    (
        "server/store/src/tickets/list.rs",
        "void",
        "an index is used only by the very text that it was made with",
    ),
];

/// The list's order by deadline is an index of both databases, which cannot ask the core.
#[test]
fn the_index_of_the_list_names_the_states_that_are_over() {
    let over = words(&TicketState::OVER, TicketState::as_str);
    let condition = format!("status IN ('{}')", over.join("', '"));
    for file in [
        "server/store/src/tickets/list.rs",
        "migrations/sqlite/0011_ticket_life.sql",
        "migrations/postgres/0011_ticket_life.sql",
    ] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(text.contains(&condition), "{file}: {condition}");
    }
}

#[test]
fn no_other_room_names_a_state() {
    let states = words(TicketState::ALL, TicketState::as_str)
        .into_iter()
        .chain(words(ReviewState::ALL, ReviewState::as_str));
    let quoted: Vec<String> = states
        .flat_map(|word| [format!("\"{word}\""), format!("'{word}'")])
        .collect();
    let mut faults = Vec::new();
    let files = sources(&["server", "sync-core/src", "mobile-shim/src"]);
    assert!(files.len() > 150);
    for file in files {
        let name = shown(&file);
        if name.contains("/lifecycle") || name.contains("/benches/") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let text = text
            .split("\n#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            let spoken = quoted.iter().filter(|word| line.contains(word.as_str()));
            let variants = ["TicketState::", "ReviewState::"]
                .into_iter()
                .filter(|path| line.split(path).skip(1).any(is_variant));
            for word in spoken.map(String::as_str).chain(variants) {
                let other = OTHER_MEANINGS
                    .iter()
                    .any(|(file, of, _)| *file == name && word.contains(of));
                if !other {
                    faults.push(format!("{name}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "states are named outside of their room: {faults:#?}"
    );
}

#[test]
fn a_state_by_its_variant_is_told_from_what_the_room_offers() {
    assert!(is_variant("Approved, late)"));
    for offered in ["FIRST", "parse(text)", "OVER[0]", "is_decided)"] {
        assert!(!is_variant(offered), "{offered}");
    }
}

/// A capital and a small letter behind it: constants and functions are written otherwise.
fn is_variant(path: &str) -> bool {
    let mut letters = path.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| word(*one)).collect()
}
