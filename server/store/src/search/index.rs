//! The rows of the index. Two texts for everything: FTS5 and GIN have nothing in common.

use sqlx::QueryBuilder;
use sync_core::Id;
use uuid::Uuid;

use super::fold::fold;
use super::{ROW, TENANT, tokens};
use crate::bulk::pieces;
use crate::db::{id, on_backend, uuid};
use crate::{Error, Tx};

/// A table whose rows are found by their text: its statements, for each database where they differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indexed {
    /// Rows with their texts, a page behind an id.
    page: &'static str,
    /// What stands before the values, and behind them.
    insert: Both<[&'static str; 2]>,
    /// Of one row, or of all of the sub-district.
    delete: Both<&'static str>,
}

#[derive(Clone, Copy, Debug)]
struct Both<T> {
    sqlite: T,
    postgres: T,
}

macro_rules! indexed {
    ($table:literal, $key:literal, $before:literal, $behind:literal, $page:literal) => {
        Indexed {
            page: $page,
            insert: Both {
                sqlite: [
                    concat!(
                        "INSERT INTO ",
                        $table,
                        " (tenant, ",
                        $key,
                        ", grams",
                        $before
                    ),
                    $behind,
                ],
                postgres: [
                    concat!("INSERT INTO ", $table, " (tenant, ", $key, ", folded) "),
                    concat!(
                        " ON CONFLICT (tenant, ",
                        $key,
                        ") DO UPDATE SET folded = excluded.folded"
                    ),
                ],
            },
            delete: Both {
                sqlite: concat!(
                    "DELETE FROM ",
                    $table,
                    " WHERE rowid IN (SELECT rowid FROM ",
                    $table,
                    " WHERE ",
                    $table,
                    " MATCH $1)"
                ),
                postgres: concat!(
                    "DELETE FROM ",
                    $table,
                    " WHERE tenant = $1 AND (CAST($2 AS UUID) IS NULL OR ",
                    $key,
                    " = $2)"
                ),
            },
        }
    };
}

/// Tickets by number, title, address and description. On SQLite a row has its ticket's own number: what the index finds is
/// a list of these, and a look at anything else of a hit costs ten times as much.
pub(crate) const TICKETS: Indexed = indexed!(
    "ticket_search",
    "ticket",
    ", rowid) SELECT t.tenant, t.id, new.column3, t.rowno FROM (",
    ") new CROSS JOIN ticket t WHERE t.tenant = new.column1 AND t.id = new.column2",
    "SELECT id, COALESCE(upstream_no, ''), title, COALESCE(address, ''), description FROM ticket
     WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3"
);

/// Visits by the place that they say and by what was written in them.
pub(crate) const VISITS: Indexed = indexed!(
    "visit_search",
    "doc",
    ") ",
    "",
    "SELECT doc, words, '', '', '' FROM visit_words
     WHERE tenant = $1 AND doc > $2 ORDER BY doc LIMIT $3"
);

/// Rows that are read at once when an index is made again.
const PAGE: i64 = 500;

/// An id with four texts, empty where there are fewer.
type Row = (Uuid, String, String, String, String);

fn read(rows: &[Row]) -> Vec<(Id, [&str; 4])> {
    rows.iter()
        .map(|(row, one, two, three, four)| (id(*row), [&**one, two, three, four]))
        .collect()
}

impl Tx {
    /// Makes what lists search again from the rows themselves: after a restore, which brings no index.
    pub async fn index_again(&mut self, tenant: Id) -> Result<(), Error> {
        for indexed in [TICKETS, VISITS] {
            self.delete_texts(indexed, tenant, None).await?;
            let mut after = Uuid::nil();
            loop {
                let rows = self.list_texts(indexed, tenant, after).await?;
                let Some((last, ..)) = rows.last() else { break };
                after = *last;
                self.insert_texts(indexed, tenant, &read(&rows)).await?;
            }
        }
        Ok(())
    }

    /// The same beside a running hub: the next tickets behind an id, and the last of them if there were any.
    pub async fn index_tickets_behind(
        &mut self,
        tenant: Id,
        after: Option<Id>,
    ) -> Result<Option<Id>, Error> {
        let after = after.map_or(Uuid::nil(), uuid);
        let rows = self.list_texts(TICKETS, tenant, after).await?;
        self.replace_texts(TICKETS, tenant, &read(&rows)).await?;
        Ok(rows.last().map(|(last, ..)| id(*last)))
    }

    async fn list_texts(
        &mut self,
        indexed: Indexed,
        tenant: Id,
        after: Uuid,
    ) -> Result<Vec<Row>, Error> {
        Ok(on_backend!(self, |tx| {
            sqlx::query_as(indexed.page)
                .bind(uuid(tenant))
                .bind(after)
                .bind(PAGE)
                .fetch_all(&mut **tx)
                .await
        })?)
    }

    /// Puts the texts of new rows into the index, each row once.
    pub(crate) async fn insert_texts<const N: usize>(
        &mut self,
        indexed: Indexed,
        tenant: Id,
        rows: &[(Id, [&str; N])],
    ) -> Result<(), Error> {
        for rows in pieces(rows) {
            match self {
                Self::Sqlite(tx) => {
                    let [before, behind] = indexed.insert.sqlite;
                    let mut query = QueryBuilder::new(before);
                    query.push_values(rows, |mut values, (row, texts)| {
                        let tokens = tokens(texts.iter().copied()).join(" ");
                        values
                            .push_bind(uuid(tenant))
                            .push_bind(uuid(*row))
                            .push_bind(format!("{TENANT}{tenant} {ROW}{row} {tokens}"));
                    });
                    query.push(behind).build().execute(&mut **tx).await?;
                }
                Self::Postgres(tx) => {
                    let [before, behind] = indexed.insert.postgres;
                    let mut query = QueryBuilder::new(before);
                    query.push_values(rows, |mut values, (row, texts)| {
                        let folded: Vec<String> = texts.iter().map(|text| fold(text)).collect();
                        values
                            .push_bind(uuid(tenant))
                            .push_bind(uuid(*row))
                            .push_bind(folded.join(" "));
                    });
                    query.push(behind).build().execute(&mut **tx).await?;
                }
            }
        }
        Ok(())
    }

    /// The same for rows that may be in it already.
    pub(crate) async fn replace_texts<const N: usize>(
        &mut self,
        indexed: Indexed,
        tenant: Id,
        rows: &[(Id, [&str; N])],
    ) -> Result<(), Error> {
        // PostgreSQL overwrites what is there; FTS5 knows no keys.
        if matches!(self, Self::Sqlite(_)) {
            for (row, _) in rows {
                self.delete_texts(indexed, tenant, Some(*row)).await?;
            }
        }
        self.insert_texts(indexed, tenant, rows).await
    }

    /// Takes a row out of the index, or all rows of the sub-district.
    pub(crate) async fn delete_texts(
        &mut self,
        indexed: Indexed,
        tenant: Id,
        row: Option<Id>,
    ) -> Result<(), Error> {
        match self {
            Self::Sqlite(tx) => {
                let all = format!("\"{TENANT}{tenant}\"");
                let one = row.map(|row| format!("\"{ROW}{row}\" AND {all}"));
                sqlx::query(indexed.delete.sqlite)
                    .bind(one.unwrap_or(all))
                    .execute(&mut **tx)
                    .await?;
            }
            Self::Postgres(tx) => {
                sqlx::query(indexed.delete.postgres)
                    .bind(uuid(tenant))
                    .bind(row.map(uuid))
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Ok(())
    }
}
