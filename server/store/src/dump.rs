//! All rows of all tables, as values that belong to neither database: what a backup holds. A backup of one database can
//! be restored into the other.

use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use sqlx::types::Json;
use sqlx::{QueryBuilder, Row as _};
use uuid::Uuid;

use super::bulk::pieces;
use super::db::on_backend;
use super::{Error, Tx};

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    /// Ids, hashes, changes.
    Bytes(ByteBuf),
    /// Numbers, times, flags.
    Integer(i64),
    /// Nothing.
    Null,
    /// Words, and JSON.
    Text(String),
}

/// What a column of PostgreSQL takes; SQLite's values are what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Bytes,
    Flag,
    Id,
    Integer,
    Json,
    Text,
}

/// A table of the schema with its columns, in the order in which values come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    columns: Vec<(String, Type)>,
}

impl Table {
    /// The names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    fn list(&self) -> String {
        self.columns().collect::<Vec<_>>().join(", ")
    }
}

/// Tables that are made from others and differ between the databases: no backup holds them ([`Tx::index_again`]).
const DERIVED: [&str; 2] = ["ticket_search", "visit_search"];

/// The names of all tables but the derived, those that others point at first.
pub fn table_names() -> Vec<&'static str> {
    let words: Vec<&str> = migrations::POSTGRES
        .iter()
        .flat_map(|step| step.sql.split_whitespace())
        .collect();
    let created = words.windows(3).filter_map(|words| match words {
        ["CREATE", "TABLE", name] if !DERIVED.contains(name) => Some(*name),
        _ => None,
    });
    created.collect()
}

impl Tx {
    /// The tables of the schema as this database has them.
    pub async fn list_tables(&mut self) -> Result<Vec<Table>, Error> {
        let mut tables = Vec::new();
        for name in table_names() {
            // Not one text: each database has its own words for its schema.
            let columns: Vec<(String, String)> =
                match self {
                    Self::Sqlite(tx) => sqlx::query_as(
                        "SELECT name, LOWER(type) FROM pragma_table_info($1) WHERE name <> 'rowno'
                         ORDER BY cid",
                    )
                    .bind(name)
                    .fetch_all(&mut **tx)
                    .await?,
                    Self::Postgres(tx) => {
                        sqlx::query_as(
                            "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT)
                         FROM information_schema.columns
                         WHERE table_schema = CAST(CURRENT_SCHEMA() AS TEXT) AND table_name = $1
                         ORDER BY ordinal_position",
                        )
                        .bind(name)
                        .fetch_all(&mut **tx)
                        .await?
                    }
                };
            let typed = columns.into_iter().map(|(column, kind)| {
                let kind = type_of(&kind).ok_or(Error::Corrupt {
                    table: "schema",
                    column: "type",
                })?;
                Ok((column, kind))
            });
            tables.push(Table {
                name,
                columns: typed.collect::<Result<_, Error>>()?,
            });
        }
        Ok(tables)
    }

    /// Gives every row of a table to `each`, in an order in which they can be written again. What `each` answers with an
    /// error ends it.
    pub async fn read_table<E: From<Error>>(
        &mut self,
        table: &Table,
        mut each: impl FnMut(Vec<Value>) -> Result<(), E>,
    ) -> Result<(), E> {
        let columns = table.list();
        // A grid points at its community, and that at its street.
        let order = match table.name {
            "unit" => " ORDER BY CASE kind WHEN 'street' THEN 0 WHEN 'community' THEN 1 ELSE 2 END",
            _ => "",
        };
        on_backend!(self, |tx| {
            let mut query = QueryBuilder::new("SELECT ");
            query
                .push(&columns)
                .push(" FROM ")
                .push(table.name)
                .push(order);
            let mut rows = query.build().fetch(&mut **tx);
            while let Some(row) = rows.try_next().await.map_err(Error::from)? {
                let mut values = Vec::with_capacity(table.columns.len());
                for (place, (_, kind)) in table.columns.iter().enumerate() {
                    let value = match kind {
                        Type::Bytes => row
                            .try_get::<Option<Vec<u8>>, _>(place)
                            .map(|bytes| bytes.map(|bytes| Value::Bytes(ByteBuf::from(bytes)))),
                        Type::Flag => row
                            .try_get::<Option<bool>, _>(place)
                            .map(|flag| flag.map(|flag| Value::Integer(flag.into()))),
                        Type::Id => row
                            .try_get::<Option<Uuid>, _>(place)
                            .map(|id| id.map(|id| Value::Bytes(ByteBuf::from(id.into_bytes())))),
                        Type::Integer => row
                            .try_get::<Option<i64>, _>(place)
                            .map(|number| number.map(Value::Integer)),
                        Type::Json => row
                            .try_get::<Option<Json<serde_json::Value>>, _>(place)
                            .map(|json| json.map(|Json(json)| Value::Text(json.to_string()))),
                        Type::Text => row
                            .try_get::<Option<String>, _>(place)
                            .map(|text| text.map(Value::Text)),
                    };
                    values.push(value.map_err(Error::from)?.unwrap_or(Value::Null));
                }
                each(values)?;
            }
        });
        Ok(())
    }

    /// Writes rows into a table that has none of them.
    pub async fn fill_table(&mut self, table: &Table, rows: &[Vec<Value>]) -> Result<(), Error> {
        let columns = table.list();
        if rows.iter().any(|row| row.len() != table.columns.len()) {
            return Err(unfit());
        }
        for rows in pieces(rows) {
            match self {
                Self::Sqlite(tx) => {
                    let mut query = QueryBuilder::new("INSERT INTO ");
                    query.push(table.name).push(" (").push(&columns).push(") ");
                    query.push_values(rows, |mut bind, row| {
                        for value in row {
                            match value {
                                Value::Bytes(bytes) => bind.push_bind(bytes.to_vec()),
                                Value::Integer(number) => bind.push_bind(*number),
                                Value::Null => bind.push_bind(None::<i64>),
                                Value::Text(text) => bind.push_bind(text.as_str()),
                            };
                        }
                    });
                    query.build().execute(&mut **tx).await?;
                }
                Self::Postgres(tx) => {
                    let typed = rows.iter().map(|row| typed(table, row));
                    let typed = typed.collect::<Result<Vec<_>, Error>>()?;
                    let mut query = QueryBuilder::new("INSERT INTO ");
                    query.push(table.name).push(" (").push(&columns).push(") ");
                    query.push_values(typed, |mut bind, row| {
                        for value in row {
                            match value {
                                Typed::Bytes(bytes) => bind.push_bind(bytes),
                                Typed::Flag(flag) => bind.push_bind(flag),
                                Typed::Id(id) => bind.push_bind(id),
                                Typed::Integer(number) => bind.push_bind(number),
                                Typed::Json(json) => bind.push_bind(json.map(Json)),
                                Typed::Text(text) => bind.push_bind(text),
                            };
                        }
                    });
                    query.build().execute(&mut **tx).await?;
                }
            }
        }
        Ok(())
    }
}

/// A value as a column of PostgreSQL takes it.
enum Typed {
    Bytes(Option<Vec<u8>>),
    Flag(Option<bool>),
    Id(Option<Uuid>),
    Integer(Option<i64>),
    Json(Option<serde_json::Value>),
    Text(Option<String>),
}

fn typed(table: &Table, row: &[Value]) -> Result<Vec<Typed>, Error> {
    let value = |(value, (_, kind)): (&Value, &(String, Type))| {
        Ok(match (kind, value) {
            (Type::Bytes, Value::Bytes(bytes)) => Typed::Bytes(Some(bytes.to_vec())),
            (Type::Bytes, Value::Null) => Typed::Bytes(None),
            (Type::Flag, Value::Integer(flag)) => Typed::Flag(Some(*flag != 0)),
            (Type::Flag, Value::Null) => Typed::Flag(None),
            (Type::Id, Value::Bytes(bytes)) => {
                Typed::Id(Some(Uuid::from_slice(bytes).map_err(|_| unfit())?))
            }
            (Type::Id, Value::Null) => Typed::Id(None),
            (Type::Integer, Value::Integer(number)) => Typed::Integer(Some(*number)),
            (Type::Integer, Value::Null) => Typed::Integer(None),
            (Type::Json, Value::Text(text)) => {
                Typed::Json(Some(serde_json::from_str(text).map_err(|_| unfit())?))
            }
            (Type::Json, Value::Null) => Typed::Json(None),
            (Type::Text, Value::Text(text)) => Typed::Text(Some(text.clone())),
            (Type::Text, Value::Null) => Typed::Text(None),
            _ => return Err(unfit()),
        })
    };
    row.iter().zip(&table.columns).map(value).collect()
}

fn type_of(name: &str) -> Option<Type> {
    Some(match name {
        "blob" | "bytea" => Type::Bytes,
        "boolean" => Type::Flag,
        "uuid" => Type::Id,
        "bigint" | "integer" => Type::Integer,
        "jsonb" => Type::Json,
        "text" => Type::Text,
        _ => return None,
    })
}

const fn unfit() -> Error {
    Error::Corrupt {
        table: "backup",
        column: "value",
    }
}
