//! What the database does for a statement costs what it returns, not what the sub-district has.
//!
//! Every key begins with the sub-district, and of most tables a hub has one: an index that is used for that
//! column alone reads the whole table.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use harness::backends::on_sqlite;
use sqlx::AssertSqlSafe;
use store::Db;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::privacy::a_day;
use crate::sync::street::Street;

/// Tables that grow with the work of years.
const LARGE: [&str; 13] = [
    "actor",
    "document",
    "document_actor",
    "disagreement",
    "inbox",
    "media",
    "quarantine",
    "review",
    "segment",
    "ticket_event",
    "ticket_scope",
    "document_photo",
    "document_ticket",
];

/// Statements that read a whole table on purpose, by what they begin with.
const ON_PURPOSE: [&str; 2] = [
    // At the start of a hub.
    "SELECT DISTINCT doc FROM inbox",
    // A page in the order of its index.
    "SELECT id, doc, ticket, device, person, received_at, code, hashes, decided_at",
];

#[derive(Clone, Default)]
struct Statements(Arc<Mutex<BTreeSet<String>>>);

struct Text<'a>(&'a mut BTreeSet<String>);

impl Visit for Text<'_> {
    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}

    fn record_str(&mut self, field: &Field, value: &str) {
        // The whole text where it is long, else the summary is the whole.
        if ["db.statement", "summary"].contains(&field.name()) && !value.trim().is_empty() {
            self.0.insert(value.trim().to_owned());
        }
    }
}

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            event.record(&mut Text(&mut self.0.lock().unwrap()));
        }
    }
}

#[test]
fn no_statement_of_a_day_reads_a_whole_table() {
    on_sqlite(no_statement_reads_a_whole_table);
}

async fn no_statement_reads_a_whole_table(mut street: Street) {
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    tracing::subscriber::set_global_default(subscriber).expect("this test has its own process");
    a_day(&mut street).await;
    look_around(&street).await;
    let texts: Vec<String> = statements.0.lock().unwrap().iter().cloned().collect();
    let texts: Vec<&String> = texts
        .iter()
        // A summary ends with an ellipsis; the whole text is another field of the same event.
        .filter(|text| !text.ends_with('…'))
        .filter(|text| {
            ["SELECT", "UPDATE", "DELETE"]
                .iter()
                .any(|verb| text.starts_with(verb))
        })
        .filter(|text| !ON_PURPOSE.iter().any(|known| text.starts_with(known)))
        .collect();
    assert!(
        texts.len() >= 60,
        "a day has more statements than {}",
        texts.len()
    );
    let mut faults = Vec::new();
    for text in texts {
        for step in plan(street.hub.app().store(), text).await {
            if reads_all(text, &step) {
                faults.push(format!("{step}\n    in {text}"));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} whole tables:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// The pages of the office and of a phone that a day does not open.
async fn look_around(street: &Street) {
    let (ticket, hash) = (street.ticket, "5e".repeat(32));
    for path in [
        format!("/v1/tickets/{ticket}"),
        format!("/v1/tickets?sort=due&unit={}", street.grid),
        format!("/v1/visits?ticket={ticket}"),
        "/v1/visits?disagreements=true&state=returned".to_owned(),
        "/v1/quarantine".to_owned(),
        "/v1/people".to_owned(),
        format!("/v1/media/{hash}?size=original"),
        format!("/v1/media/{hash}?size=320"),
    ] {
        for caller in [&street.office, &street.worker.caller] {
            let answer = street.hub.get(&path, caller).await;
            assert!(
                !answer.status.is_server_error(),
                "{path}: {:?}",
                answer.body
            );
        }
    }
}

async fn plan(store: &Db, text: &str) -> Vec<String> {
    let Db::Sqlite { write, .. } = store else {
        unreachable!("the test asks for SQLite")
    };
    let rows: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}")))
            .fetch_all(write)
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    rows.into_iter().map(|(.., step)| step).collect()
}

/// Whether a step of a plan reads a large table from end to end.
fn reads_all(text: &str, step: &str) -> bool {
    let mut words = step.split(' ');
    let (Some(verb), Some(alias)) = (words.next(), words.next()) else {
        return false;
    };
    let table = table_of(text, alias);
    let whole = verb == "SCAN" || (verb == "SEARCH" && step.ends_with("(tenant=?)"));
    whole && LARGE.contains(&table)
}

/// The table that an alias stands for: the word before it, if that is a table's name.
fn table_of<'a>(text: &'a str, alias: &'a str) -> &'a str {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(2)
        .find(|pair| pair[1] == alias && LARGE.contains(&pair[0]))
        .map_or(alias, |pair| pair[0])
}
