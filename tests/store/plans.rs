//! What the database does for a statement costs what it returns, not what the sub-district has.
//!
//! Every key begins with the sub-district, and of most tables a hub has one: an index that is used for that
//! column alone reads the whole table.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use harness::backends::{on_postgres, on_sqlite};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, SqlitePool};
use store::Db;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::privacy::a_day;
use crate::sync::street::Street;

/// Tables that grow with the work of years.
const LARGE: [&str; 16] = [
    "actor",
    "document",
    "document_actor",
    "disagreement",
    "inbox",
    "media",
    "media_look",
    "mediation_revision",
    "quarantine",
    "review",
    "segment",
    "ticket_event",
    "ticket_scope",
    "document_photo",
    "photo_list",
    "document_ticket",
];

/// Statements that read a whole table on purpose, by what they begin with.
const ON_PURPOSE: [&str; 3] = [
    // At the start of a hub.
    "SELECT DISTINCT tenant, doc FROM inbox",
    // What waits for a decision, which is little.
    "SELECT COUNT(*) FROM quarantine",
    // What waits for a predecessor, next to nothing: the index holds that alone.
    "SELECT device, COUNT(*), CAST(SUM(LENGTH(bytes)) AS BIGINT) FROM inbox",
];

/// Statements that this test must have seen, by what they begin with: the catalogue's, and those that tell phones of tickets.
const WATCHED: [&str; 6] = [
    "SELECT c.version, c.at, c.person, p.name, c.content",
    "SELECT e.ticket, CASE WHEN $4 THEN t.title",
    "SELECT t.id, t.title, t.description, t.category_l1",
    "SELECT COUNT(*) FROM (SELECT 1 AS one FROM ticket_event",
    "SELECT e.ticket, e.n, e.at, e.person, e.kind, e.detail",
    "SELECT t.id, t.assigned_kind, t.assigned_to",
];

/// Statements whose values have a type only from the driver, which PREPARE does not ask.
const UNTYPED: [&str; 1] = ["UPDATE ticket SET profile = fresh."];

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

#[test]
fn no_statement_of_a_day_reads_a_whole_table_on_postgresql() {
    on_postgres(no_statement_reads_a_whole_table);
}

async fn no_statement_reads_a_whole_table(mut street: Street) {
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    tracing::subscriber::set_global_default(subscriber).expect("this test has its own process");
    a_day(&mut street).await;
    look_around(&street).await;
    learn(&street).await;
    // Its phone hears who has it.
    let (ticket, other) = (street.ticket, street.other_grid);
    street.assign(ticket, "grid", other).await;
    street.worker.sync(&street.hub).await;
    let texts: Vec<String> = statements.0.lock().unwrap().iter().cloned().collect();
    let many = texts.iter().filter_map(|text| of_many(text));
    let texts: Vec<String> = many.chain(texts.iter().cloned()).collect();
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
    for begin in WATCHED {
        assert!(
            texts.iter().any(|text| text.starts_with(begin)),
            "no day has {begin}"
        );
    }
    let mut faults = Vec::new();
    match street.hub.app().store() {
        Db::Sqlite { write, .. } => {
            for text in texts {
                let steps = plan(write, text).await;
                let whole = steps.into_iter().filter(|step| reads_all(text, step));
                faults.extend(whole.map(|step| format!("{step}\n    in {text}")));
            }
        }
        Db::Postgres { pool, .. } => {
            let mut connection = pool.acquire().await.unwrap();
            pretend_years(&mut connection).await;
            let typed = |text: &&String| !UNTYPED.iter().any(|known| text.starts_with(known));
            for text in texts.into_iter().filter(typed) {
                let plan = generic_plan(text, &mut connection).await;
                let mut whole = Vec::new();
                whole_tables(&plan[0]["Plan"], "", &mut whole);
                faults.extend(whole.iter().map(|node| format!("{node}\n    in {text}")));
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
        "/v1/figures?from=2026-11-01&to=2026-11-30".to_owned(),
        format!("/v1/media/{hash}?size=original"),
        format!("/v1/media/{hash}?size=320"),
        "/v1/catalogue".to_owned(),
        format!("/v1/tickets/{ticket}/proposal"),
        "/v1/tasks?kind=outside".to_owned(),
        "/v1/exchange/silent".to_owned(),
        "/v1/quarantine/contacts".to_owned(),
        format!("/v1/tickets?holder={}&open=true", street.grid),
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

/// What the office writes seldom.
async fn learn(street: &Street) {
    let path = "/v1/catalogue/training";
    let answer = street.hub.post(path, &street.office, &Value::Null).await;
    assert!(!answer.status.is_server_error(), "{:?}", answer.body);
}

/// The same statement for four rows, where a day asked for one: `IN` with one id is planned as an equality, with more it
/// competes with the order that is asked for.
fn of_many(text: &str) -> Option<String> {
    let (before, rest) = text.split_once(" IN (")?;
    let (inside, after) = rest.split_once(')')?;
    let is_one = inside == "?" || (inside.starts_with('$') && !inside.contains(','));
    is_one.then(|| format!("{before} IN ({inside}, {inside}, {inside}, {inside}){after}"))
}

async fn plan(write: &SqlitePool, text: &str) -> Vec<String> {
    let rows: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}")))
            .fetch_all(write)
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    rows.into_iter().map(|(.., step)| step).collect()
}

/// Makes PostgreSQL plan as if the large tables held a million rows each: it asks the files for their pages, and
/// its notes for the rows on each. A table without a page is planned as an empty one, so each gets a row.
async fn pretend_years(connection: &mut PgConnection) {
    for setting in [
        "SET enable_seqscan = off",
        "SET plan_cache_mode = force_generic_plan",
        // No triggers, and so no foreign keys.
        "SET session_replication_role = replica",
    ] {
        connection.execute(setting).await.unwrap();
    }
    for table in LARGE {
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns
             WHERE table_schema = CURRENT_SCHEMA() AND table_name = $1
               AND is_nullable = 'NO' AND column_default IS NULL",
        )
        .bind(table)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
        let (names, values): (Vec<_>, Vec<_>) = columns
            .into_iter()
            .map(|(name, kind)| {
                let value = match kind.as_str() {
                    "uuid" => "gen_random_uuid()",
                    "bytea" => r"'\x00'",
                    "jsonb" => "'[]'",
                    "boolean" => "FALSE",
                    "bigint" => "0",
                    // A word that a review may say; the others may be anything.
                    _ => "'approve'",
                };
                (name, value)
            })
            .unzip();
        for statement in [
            format!(
                "INSERT INTO {table} ({}) VALUES ({})",
                names.join(", "),
                values.join(", ")
            ),
            format!(
                "UPDATE pg_class SET reltuples = 1000000, relpages = 1
                 WHERE oid = CAST('{table}' AS regclass)"
            ),
        ] {
            let statement = AssertSqlSafe(statement);
            connection.execute(statement).await.unwrap();
        }
    }
}

/// The plan of a statement for whatever is bound to it.
async fn generic_plan(text: &str, connection: &mut PgConnection) -> Value {
    let bound = (1..)
        .take_while(|n| text.contains(&format!("${n}")))
        .map(|_| "NULL");
    let bound = bound.collect::<Vec<_>>().join(", ");
    let arguments = if bound.is_empty() {
        bound
    } else {
        format!("({bound})")
    };
    let prepare = AssertSqlSafe(format!("PREPARE planned AS {text}"));
    connection
        .execute(prepare)
        .await
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE planned{arguments}");
    let plan = sqlx::query_scalar(AssertSqlSafe(explain))
        .persistent(false)
        .fetch_one(&mut *connection)
        .await
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    connection.execute("DEALLOCATE planned").await.unwrap();
    plan
}

/// The parts of a PostgreSQL plan that read a large table from end to end, or all that a sub-district has of it.
fn whole_tables(node: &Value, above: &str, whole: &mut Vec<String>) {
    let table = node["Relation Name"].as_str().unwrap_or(above);
    let by_index = match node["Node Type"].as_str() {
        Some("Seq Scan") => Some(false),
        Some("Index Scan" | "Index Only Scan" | "Bitmap Index Scan") => {
            let condition = node["Index Cond"].as_str().unwrap_or_default();
            let more = condition.contains(" AND ") || !condition.contains("tenant = ");
            Some(more && !condition.is_empty())
        }
        _ => None,
    };
    if by_index == Some(false) && LARGE.contains(&table) {
        let (kind, index) = (&node["Node Type"], &node["Index Name"]);
        whole.push(format!(
            "{kind} of {table} by {index}: {}",
            node["Index Cond"]
        ));
    }
    for part in node["Plans"].as_array().into_iter().flatten() {
        whole_tables(part, table, whole);
    }
}

/// Whether a step of a SQLite plan reads a large table from end to end.
fn reads_all(text: &str, step: &str) -> bool {
    let mut words = step.split(' ');
    let (Some(verb), Some(alias)) = (words.next(), words.next()) else {
        return false;
    };
    let table = table_of(text, alias);
    // FTS5's own word for a match of its index.
    if step.contains("VIRTUAL TABLE INDEX") && step.contains(":M") {
        return false;
    }
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
