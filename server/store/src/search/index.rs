//! The rows of the index. Two texts for everything: FTS5 and `tsvector` have nothing in common.

use sync_core::Id;
use uuid::Uuid;

use super::{ROW, TENANT, tokens};
use crate::db::{id, on_backend, uuid};
use crate::{Error, Tx};

/// A table whose rows are found by their text: its statements, for each database where they differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indexed {
    /// Rows with their texts, a page behind an id.
    page: &'static str,
    insert: Both,
    /// Of one row, or of all of the sub-district.
    delete: Both,
}

#[derive(Clone, Copy, Debug)]
struct Both {
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! indexed {
    ($table:literal, $key:literal, $columns:literal, $values:literal, $page:literal) => {
        Indexed {
            page: $page,
            insert: Both {
                sqlite: concat!(
                    "INSERT INTO ",
                    $table,
                    " (tenant, ",
                    $key,
                    ", grams",
                    $columns,
                    ") ",
                    $values
                ),
                postgres: concat!(
                    "INSERT INTO ",
                    $table,
                    " (tenant, ",
                    $key,
                    ", grams) VALUES ($1, $2, CAST($3 AS TSVECTOR)) ON CONFLICT (tenant, ",
                    $key,
                    ") DO UPDATE SET grams = excluded.grams"
                ),
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
    ", rowid",
    "SELECT tenant, id, $3, rowno FROM ticket WHERE tenant = $1 AND id = $2",
    "SELECT id, COALESCE(upstream_no, ''), title, COALESCE(address, ''), description FROM ticket
     WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3"
);

/// Visits by the place that they say and by what was written in them.
pub(crate) const VISITS: Indexed = indexed!(
    "visit_search",
    "doc",
    "",
    "VALUES ($1, $2, $3)",
    "SELECT doc, words, '', '', '' FROM visit_words
     WHERE tenant = $1 AND doc > $2 ORDER BY doc LIMIT $3"
);

/// Rows that are read at once when an index is made again.
const PAGE: i64 = 500;

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
                for (row, number, title, address, description) in &rows {
                    let texts = [&**number, title, address, description];
                    self.insert_texts(indexed, tenant, id(*row), &texts).await?;
                }
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
        for (row, number, title, address, description) in &rows {
            let texts = [&**number, title, address, description];
            self.replace_texts(TICKETS, tenant, id(*row), &texts)
                .await?;
        }
        Ok(rows.last().map(|(last, ..)| id(*last)))
    }

    async fn list_texts(
        &mut self,
        indexed: Indexed,
        tenant: Id,
        after: Uuid,
    ) -> Result<Vec<(Uuid, String, String, String, String)>, Error> {
        Ok(on_backend!(self, |tx| {
            sqlx::query_as(indexed.page)
                .bind(uuid(tenant))
                .bind(after)
                .bind(PAGE)
                .fetch_all(&mut **tx)
                .await
        })?)
    }

    /// Puts the texts of a new row into the index.
    pub(crate) async fn insert_texts(
        &mut self,
        indexed: Indexed,
        tenant: Id,
        row: Id,
        texts: &[&str],
    ) -> Result<(), Error> {
        let tokens = tokens(texts.iter().copied());
        match self {
            Self::Sqlite(tx) => {
                sqlx::query(indexed.insert.sqlite)
                    .bind(uuid(tenant))
                    .bind(uuid(row))
                    .bind(format!("{TENANT}{tenant} {ROW}{row} {}", tokens.join(" ")))
                    .execute(&mut **tx)
                    .await?;
            }
            Self::Postgres(tx) => {
                let placed = tokens.iter().zip(1_u32..);
                let grams: Vec<String> = placed
                    .map(|(token, at)| format!("'{token}':{at}"))
                    .collect();
                sqlx::query(indexed.insert.postgres)
                    .bind(uuid(tenant))
                    .bind(uuid(row))
                    .bind(grams.join(" "))
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Ok(())
    }

    /// The same for a row that was in it already.
    pub(crate) async fn replace_texts(
        &mut self,
        indexed: Indexed,
        tenant: Id,
        row: Id,
        texts: &[&str],
    ) -> Result<(), Error> {
        self.delete_texts(indexed, tenant, Some(row)).await?;
        self.insert_texts(indexed, tenant, row, texts).await
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
