//! Every key holds the sub-district, so that the rows of a sub-district can be moved to a server of their own.

use std::collections::BTreeMap;

use harness::backends::{on_postgres, on_sqlite};
use harness::on_both_backends;
use sqlx::{Row as _, SqlitePool};
use store::Db;
use store::documents::DocumentRow;
use sync_core::kinds::Kind;

use super::rows::{self, DEVICE, TENANT, at, id};

on_both_backends! {
    one_id_in_two_sub_districts_is_two_documents,
}

/// The reference table that every server would hold, and what sqlx notes.
const REFERENCE: [&str; 2] = ["tenant", "_sqlx_migrations"];

/// Tables without a sub-district, unique indexes without it, and foreign keys that do not hold it on both sides.
/// What Citus asks of tables that it spreads.
const FAULTS: &str = "
WITH d AS (
  SELECT c.oid, c.relname, a.attnum, a.attnotnull
  FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'
  WHERE c.relkind IN ('r', 'p') AND c.relnamespace = CAST(CAST(CURRENT_SCHEMA() AS TEXT) AS regnamespace)
    AND NOT c.relname = ANY ($1)
)
SELECT CAST(relname AS TEXT), 'no tenant' FROM d WHERE attnum IS NULL OR NOT attnotnull
UNION ALL
SELECT CAST(relname AS TEXT), pg_get_indexdef(i.indexrelid) FROM d JOIN pg_index i ON i.indrelid = d.oid
WHERE i.indisunique AND NOT d.attnum = ANY (CAST(i.indkey AS int2[]))
UNION ALL
SELECT CAST(d.relname AS TEXT), CAST(k.conname AS TEXT)
FROM d JOIN pg_constraint k ON k.conrelid = d.oid AND k.contype = 'f'
WHERE k.confrelid <> CAST('tenant' AS regclass) AND NOT EXISTS (
  SELECT 1 FROM unnest(k.conkey, k.confkey) p(a, b)
  JOIN pg_attribute x ON x.attrelid = k.confrelid AND x.attnum = p.b AND x.attname = 'tenant'
  WHERE p.a = d.attnum
)";

#[test]
fn on_postgresql_every_key_holds_the_sub_district() {
    on_postgres(|db: Db| async move {
        let Db::Postgres { pool, .. } = &db else {
            panic!("not PostgreSQL");
        };
        let faults: Vec<(String, String)> = sqlx::query_as(FAULTS)
            .bind(REFERENCE)
            .fetch_all(pool)
            .await
            .unwrap();
        assert!(faults.is_empty(), "{faults:#?}");
        let keys: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM pg_constraint
             WHERE contype IN ('p', 'u', 'f') AND conrelid IN (
               SELECT oid FROM pg_class
               WHERE relnamespace = CAST(CAST(CURRENT_SCHEMA() AS TEXT) AS regnamespace))",
        )
        .fetch_one(pool)
        .await
        .unwrap();
        assert!(keys >= 30, "there are more keys than {keys}");
    });
}

#[test]
fn on_sqlite_every_key_holds_the_sub_district() {
    on_sqlite(|db: Db| async move {
        let Db::Sqlite { read, .. } = &db else {
            panic!("not SQLite");
        };
        let tables: Vec<String> = sqlx::query_scalar(
            // Not the index of texts, which is FTS5's own tables: a token of each row names the sub-district, and
            // nothing of it is ever moved, only made again.
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
                 AND name NOT IN (SELECT v.name || s.part FROM sqlite_schema v,
                     (SELECT '' AS part UNION SELECT '_data' UNION SELECT '_idx' UNION SELECT '_content'
                         UNION SELECT '_docsize' UNION SELECT '_config') s
                     WHERE v.sql LIKE 'CREATE VIRTUAL TABLE %')",
        )
        .fetch_all(read)
        .await
        .unwrap();
        let (mut keys, mut faults) = (0, Vec::new());
        for table in tables {
            if REFERENCE.contains(&table.as_str()) {
                continue;
            }
            let required: Option<bool> = sqlx::query_scalar(
                r#"SELECT "notnull" FROM pragma_table_info($1) WHERE name = 'tenant'"#,
            )
            .bind(&table)
            .fetch_optional(read)
            .await
            .unwrap();
            if required != Some(true) {
                faults.push(format!("{table}: no tenant"));
            }
            for (key, columns) in unique_keys(&table, read).await {
                keys += 1;
                if !columns.iter().any(|column| column == "tenant") {
                    faults.push(format!("{table}: {key} {columns:?}"));
                }
            }
            for (to, pairs) in foreign_keys(&table, read).await {
                keys += 1;
                let holds = pairs
                    .iter()
                    .any(|(from, to)| from == "tenant" && to == "tenant");
                if to != "tenant" && !holds {
                    faults.push(format!("{table}: to {to} by {pairs:?}"));
                }
            }
        }
        assert!(faults.is_empty(), "{faults:#?}");
        assert!(keys >= 30, "there are more keys than {keys}");
    });
}

/// The unique indexes of a table, primary key included, with their columns.
async fn unique_keys(table: &str, read: &SqlitePool) -> Vec<(String, Vec<String>)> {
    let names: Vec<String> =
        sqlx::query_scalar(r#"SELECT name FROM pragma_index_list($1) WHERE "unique""#)
            .bind(table)
            .fetch_all(read)
            .await
            .unwrap();
    let mut keys = Vec::new();
    for name in names {
        let columns = sqlx::query_scalar("SELECT name FROM pragma_index_info($1)")
            .bind(&name)
            .fetch_all(read)
            .await
            .unwrap();
        keys.push((name, columns));
    }
    keys
}

/// The foreign keys of a table: to which other, by which pairs of columns.
async fn foreign_keys(table: &str, read: &SqlitePool) -> Vec<(String, Vec<(String, String)>)> {
    let rows = sqlx::query(r#"SELECT id, "table", "from", "to" FROM pragma_foreign_key_list($1)"#)
        .bind(table)
        .fetch_all(read)
        .await
        .unwrap();
    let mut keys: BTreeMap<i64, (String, Vec<(String, String)>)> = BTreeMap::new();
    for row in rows {
        let (_, pairs) = keys.entry(row.get(0)).or_insert((row.get(1), Vec::new()));
        pairs.push((row.get(2), row.get(3)));
    }
    keys.into_values().collect()
}

async fn one_id_in_two_sub_districts_is_two_documents(db: Db) {
    const ELSEWHERE: sync_core::Id = id(70);
    let mut tx = rows::begin(&db).await;
    let mut second = rows::tenant();
    (second.id, second.code) = (ELSEWHERE, "minzhu".to_owned());
    tx.insert_tenant(&second).await.unwrap();
    let row = |tenant, ticket| DocumentRow {
        id: id(40),
        tenant,
        kind: Kind::VISIT,
        ticket,
        device: DEVICE,
        heads: Vec::new(),
        changed_seq: 1,
        change_count: 1,
        byte_count: 100,
    };
    let here = row(TENANT, id(41));
    tx.put_documents(std::slice::from_ref(&here), at(1_000))
        .await
        .unwrap();
    let asked = [id(40), id(42)];
    let found = tx.list_documents_elsewhere(ELSEWHERE, &asked).await;
    assert_eq!(found.unwrap(), [id(40)]);
    assert_eq!(tx.find_document(ELSEWHERE, id(40)).await.unwrap(), None);
    let there = row(ELSEWHERE, id(71));
    tx.put_documents(std::slice::from_ref(&there), at(2_000))
        .await
        .unwrap();
    for row in [here, there] {
        let found = tx.find_document(row.tenant, row.id).await;
        assert_eq!(found.unwrap(), Some(row));
    }
    let found = tx.list_documents_elsewhere(TENANT, &[id(40)]).await;
    assert_eq!(found.unwrap(), [id(40)]);
}
