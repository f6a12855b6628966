//! Both databases have the same schema, however they came to it.

use std::collections::{BTreeMap, BTreeSet};

use harness::backends::{Backend, on_postgres, on_sqlite, options};
use harness::on_both_backends;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqlSafeStr as _,
    SqliteConnection,
};
use store::{Db, Options};

on_both_backends! {
    a_database_of_any_earlier_version_ends_with_the_fresh_schema,
}

/// Column names of each table, with what kind of value each holds on either database.
type Schema = BTreeMap<String, BTreeSet<(String, String)>>;

#[test]
fn the_steps_have_the_same_names_and_an_unbroken_order() {
    let order = |steps: &[migrations::Step]| -> Vec<(i64, &str)> {
        steps.iter().map(|step| (step.version, step.name)).collect()
    };
    assert_eq!(order(migrations::SQLITE), order(migrations::POSTGRES));
    let versions: Vec<_> = migrations::SQLITE.iter().map(|step| step.version).collect();
    assert_eq!(versions, (1..=versions.len() as i64).collect::<Vec<_>>());
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    on_postgres(|postgres: Db| async move {
        let on_postgres = schema(&postgres).await;
        assert!(on_postgres.len() > 15, "{on_postgres:?}");
        // A runtime cannot start inside another, so the second one gets a thread.
        std::thread::spawn(move || {
            on_sqlite(|sqlite: Db| async move {
                assert_eq!(schema(&sqlite).await, on_postgres);
            });
        })
        .join()
        .unwrap();
    });
}

#[test]
fn sqlite_is_opened_with_the_settings_that_a_receipt_promises() {
    on_sqlite(|backend: Backend| async move {
        let options = Options {
            page_size: 16_384,
            ..Options::default()
        };
        let db = Db::open(backend.url(), options).await.unwrap();
        let Db::Sqlite { write, read, .. } = &db else {
            panic!("not SQLite");
        };
        for (pragma, value) in [
            ("PRAGMA journal_mode", "wal"),
            ("PRAGMA synchronous", "2"),
            ("PRAGMA foreign_keys", "1"),
            ("PRAGMA busy_timeout", "5000"),
            ("PRAGMA trusted_schema", "0"),
            ("PRAGMA page_size", "16384"),
        ] {
            for pool in [write, read] {
                let row = sqlx::query(pragma).fetch_one(pool).await.unwrap();
                let found = row
                    .try_get::<String, _>(0)
                    .or_else(|_| row.try_get::<i64, _>(0).map(|number| number.to_string()));
                assert_eq!(found.unwrap(), value, "{pragma}");
            }
        }
        assert_eq!(write.options().get_max_connections(), 1);
    });
}

/// Whatever release a database comes from, opening it brings it to the schema of a fresh one.
async fn a_database_of_any_earlier_version_ends_with_the_fresh_schema(backend: Backend) {
    let fresh = schema(&backend.open().await).await;
    for version in 1..migrations::SQLITE.len() {
        let old = if backend.url().starts_with("sqlite") {
            let url = format!("{}-{version}", backend.url());
            let creating = format!("{url}?mode=rwc");
            let mut connection = SqliteConnection::connect(&creating).await.unwrap();
            first_steps(migrations::SQLITE, version)
                .run(&mut connection)
                .await
                .unwrap();
            url
        } else {
            // The URL of the harness has a query already.
            let url = format!("{}&options[search_path]=v{version}", backend.url());
            let mut connection = PgConnection::connect(&url).await.unwrap();
            let create = AssertSqlSafe(format!("CREATE SCHEMA v{version}"));
            connection.execute(create).await.unwrap();
            first_steps(migrations::POSTGRES, version)
                .run(&mut connection)
                .await
                .unwrap();
            url
        };
        let opened = Db::open(&old, options()).await.unwrap();
        assert_eq!(schema(&opened).await, fresh, "from version {version}");
    }
}

/// A step that makes a table anew must not lose its rows, what points at them, or what is found by their number.
#[test]
fn a_filled_file_keeps_its_tickets_when_their_table_is_made_anew() {
    on_sqlite(|backend: Backend| async move {
        let url = format!("{}-filled", backend.url());
        let mut old = SqliteConnection::connect(&format!("{url}?mode=rwc"))
            .await
            .unwrap();
        first_steps(migrations::SQLITE, 10)
            .run(&mut old)
            .await
            .unwrap();
        old.execute(
            "INSERT INTO tenant (id, code, name, timeline, created_at)
                 VALUES (zeroblob(16), 'street', '北园街道', zeroblob(16), 0);
             INSERT INTO unit (id, tenant, kind, code, name)
                 VALUES (zeroblob(16), zeroblob(16), 'street', 'BY', '北园街道');
             INSERT INTO unit (id, tenant, kind, code, name, parent)
                 VALUES (x'01010101010101010101010101010101', zeroblob(16), 'community', 'C1', '南路社区', zeroblob(16));
             INSERT INTO ticket (rowno, id, tenant, source, title, description, dispatched_at, due_at, created_at)
                 VALUES (7, x'02020202020202020202020202020202', zeroblob(16), 'office', '楼道堆物', '二单元', 5, 9, 5);
             INSERT INTO ticket_search (rowid, grams, tenant, ticket)
                 VALUES (7, 'x', zeroblob(16), x'02020202020202020202020202020202');
             INSERT INTO ticket_scope (tenant, principal, ticket, granted_seq, touched_seq)
                 VALUES (zeroblob(16), zeroblob(16), x'02020202020202020202020202020202', 1, 1);
             INSERT INTO ticket_event (tenant, ticket, n, at, kind, detail)
                 VALUES (zeroblob(16), x'02020202020202020202020202020202', 1, 5, 'imported', '{}');",
        )
        .await
        .unwrap();
        old.close().await.unwrap();
        let opened = Db::open(&url, options()).await.unwrap();
        let Db::Sqlite { read, .. } = &opened else {
            panic!("not SQLite");
        };
        let kept: (i64, String, i64, i64) = sqlx::query_as(
            "SELECT t.rowno, t.title, t.given_due_at, e.n FROM ticket t
             JOIN ticket_search f ON f.rowid = t.rowno AND f.ticket = t.id
             JOIN ticket_scope s ON s.ticket = t.id JOIN ticket_event e ON e.ticket = t.id",
        )
        .fetch_one(read)
        .await
        .unwrap();
        assert_eq!(kept, (7, "楼道堆物".to_owned(), 9, 1));
        let parent: Vec<u8> = sqlx::query_scalar("SELECT parent FROM unit WHERE code = 'C1'")
            .fetch_one(read)
            .await
            .unwrap();
        assert_eq!(parent, [0; 16]);
    });
}

fn first_steps(steps: &[migrations::Step], count: usize) -> Migrator {
    Migrator::with_migrations(
        steps
            .iter()
            .take(count)
            .map(|step| {
                let sql = step.sql.into_sql_str();
                Migration::new(
                    step.version,
                    step.name.into(),
                    MigrationType::Simple,
                    sql,
                    false,
                )
            })
            .collect(),
    )
}

async fn schema(db: &Db) -> Schema {
    match db {
        Db::Sqlite { read, .. } => {
            let mut connection = read.acquire().await.unwrap();
            let mut schema = Schema::new();
            for table in sqlite_tables(&mut connection).await {
                let columns = sqlite_columns(&mut connection, &table).await;
                schema.insert(table, columns);
            }
            schema
        }
        Db::Postgres { pool, .. } => postgres_schema(&mut pool.acquire().await.unwrap()).await,
    }
}

async fn sqlite_tables(connection: &mut SqliteConnection) -> Vec<String> {
    sqlx::query_scalar(
        // The index of texts is each database's own.
        r"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%\_search%' ESCAPE '\'
         AND name NOT LIKE 'sqlite%' AND name <> '_sqlx_migrations' ORDER BY name",
    )
    .fetch_all(connection)
    .await
    .unwrap()
}

async fn sqlite_columns(
    connection: &mut SqliteConnection,
    table: &str,
) -> BTreeSet<(String, String)> {
    let columns: Vec<(String, String, bool)> =
        // A number that SQLite alone gives to rows, for its index of texts.
        sqlx::query_as(
            r#"SELECT name, type, "notnull" FROM pragma_table_info($1) WHERE name <> 'rowno'"#,
        )
            .bind(table)
            .fetch_all(connection)
            .await
            .unwrap();
    columns
        .into_iter()
        .map(|(name, kind, required)| column(table, name, &kind, required))
        .collect()
}

async fn postgres_schema(connection: &mut PgConnection) -> Schema {
    let columns: Vec<(String, String, String, bool)> = sqlx::query_as(
        r"SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT),
         is_nullable = 'NO' FROM information_schema.columns
         WHERE table_schema = CURRENT_SCHEMA() AND table_name <> '_sqlx_migrations'
             AND table_name NOT LIKE '%\_search' ESCAPE '\'",
    )
    .fetch_all(connection)
    .await
    .unwrap();
    let mut schema = Schema::new();
    for (table, name, kind, required) in columns {
        let column = column(&table, name, &kind, required);
        schema.entry(table).or_default().insert(column);
    }
    schema
}

/// Brings both databases' types to one word, as far as the storing of values goes.
fn column(table: &str, name: String, kind: &str, required: bool) -> (String, String) {
    let kind = match kind {
        "BLOB" | "uuid" | "bytea" => "bytes",
        "INTEGER" | "bigint" | "boolean" => "number",
        "TEXT" | "text" | "jsonb" => "text",
        other => panic!("{table}.{name} has the unexpected type {other}"),
    };
    let required = if required { "required" } else { "optional" };
    (name, format!("{kind}, {required}"))
}
