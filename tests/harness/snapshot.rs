//! A database as it was, to be put back: what people do with a copy of a folder or a dump.

use sqlx::Executor as _;
use store::dump::Value;
use store::{Db, Tx};

/// All rows of all tables at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    tables: Vec<(&'static str, Vec<Vec<Value>>)>,
}

impl Snapshot {
    /// Reads the whole database.
    pub async fn take(store: &Db) -> Self {
        let mut tx = store.read().await.expect("a transaction begins");
        let mut tables = Vec::new();
        for table in tx.list_tables().await.expect("the schema is read") {
            let mut rows = Vec::new();
            let read = tx.read_table(&table, |row| -> Result<(), store::Error> {
                rows.push(row);
                Ok(())
            });
            read.await.expect("a table is read");
            tables.push((table.name, rows));
        }
        Self { tables }
    }

    /// The rows of one table, sorted.
    pub fn rows(&self, table: &str) -> Vec<Vec<Value>> {
        let found = self.tables.iter().find(|(name, _)| *name == table);
        let mut rows = found.map(|(_, rows)| rows.clone()).unwrap_or_default();
        rows.sort();
        rows
    }

    /// The same with no rows in these tables.
    #[must_use]
    pub fn without(&self, tables: &[&str]) -> Self {
        let mut less = self.clone();
        for (name, rows) in &mut less.tables {
            if tables.contains(name) {
                rows.clear();
            }
        }
        less
    }

    /// Makes the database what it was, behind the back of whatever runs on it.
    pub async fn put_back(&self, store: &Db) {
        const TRIGGER: &str = "CREATE TRIGGER audit_keeps_its_rows BEFORE DELETE ON audit
             BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END";
        let mut tx = store.begin().await.expect("a transaction begins");
        match &mut tx {
            Tx::Sqlite(tx) => {
                tx.execute("DROP TRIGGER audit_keeps_its_rows")
                    .await
                    .expect("the trigger goes");
                for (name, _) in self.tables.iter().rev() {
                    let sql = sqlx::AssertSqlSafe(format!("DELETE FROM {name}"));
                    sqlx::query(sql).execute(&mut **tx).await.expect("rows go");
                }
                tx.execute(TRIGGER).await.expect("the trigger comes back");
            }
            Tx::Postgres(tx) => {
                tx.execute("ALTER TABLE audit DISABLE TRIGGER USER")
                    .await
                    .expect("the trigger sleeps");
                let names: Vec<_> = self.tables.iter().map(|(name, _)| *name).collect();
                let sql = sqlx::AssertSqlSafe(format!("TRUNCATE {}", names.join(", ")));
                sqlx::query(sql).execute(&mut **tx).await.expect("rows go");
                tx.execute("ALTER TABLE audit ENABLE TRIGGER USER")
                    .await
                    .expect("the trigger wakes");
            }
        }
        for table in tx.list_tables().await.expect("the schema is read") {
            let rows = self.tables.iter().find(|(name, _)| *name == table.name);
            let rows = rows.map_or(&[][..], |(_, rows)| rows);
            tx.fill_table(&table, rows).await.expect("rows come back");
        }
        for tenant in tx.list_tenants().await.expect("the tenants are read") {
            tx.index_again(tenant.id).await.expect("texts are indexed");
        }
        tx.commit().await.expect("the database is what it was");
    }
}
