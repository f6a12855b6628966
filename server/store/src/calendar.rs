//! The official calendar: years that were imported, over those that come with the program.

use sync_core::calendar::Calendar;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// One year as it was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedYear {
    /// 2027.
    pub year: i64,
    /// Tells phones; the newest of a year counts.
    pub seq: i64,
    /// When.
    pub imported_at: Timestamp,
    /// By whom; `None` for a command on the server.
    pub person: Option<Id>,
    /// What [`Calendar::parse`] reads.
    pub content: String,
}

type Row = (i64, i64, i64, Option<Uuid>, String);

impl Tx {
    /// Adds a year, which counts from now on in the place of any other one of the same number.
    pub async fn insert_calendar_year(
        &mut self,
        tenant: Id,
        imported: &ImportedYear,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO calendar_year (tenant, year, seq, imported_at, person, content)
             VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(uuid(tenant))
        .bind(imported.year)
        .bind(imported.seq)
        .bind(imported.imported_at.millis())
        .bind(imported.person.map(uuid))
        .bind(&imported.content)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The imported years that count, in order.
    pub async fn list_calendar_years(&mut self, tenant: Id) -> Result<Vec<ImportedYear>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT c.year, c.seq, c.imported_at, c.person, c.content FROM calendar_year c
             WHERE c.tenant = $1 AND c.seq = (SELECT MAX(n.seq) FROM calendar_year n
               WHERE n.tenant = c.tenant AND n.year = c.year)
             ORDER BY c.year"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        let imported = |(year, seq, imported_at, person, content): Row| ImportedYear {
            year,
            seq,
            imported_at: Timestamp::from_millis(imported_at),
            person: person.map(id),
            content,
        };
        Ok(rows.into_iter().map(imported).collect())
    }

    /// The calendar in force: the years that come with the program, and in their place or beside them those that were
    /// imported.
    ///
    /// # Errors
    /// If the database could not, or holds a year that cannot be read.
    pub async fn load_calendar(&mut self, tenant: Id) -> Result<Calendar, Error> {
        let mut calendar = Calendar::shipped();
        for imported in self.list_calendar_years(tenant).await? {
            calendar.overlay(imported.calendar()?);
        }
        Ok(calendar)
    }
}

impl ImportedYear {
    /// The year as a calendar of itself.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn calendar(&self) -> Result<Calendar, Error> {
        Calendar::parse(self.content.as_bytes()).map_err(|_| Error::Corrupt {
            table: "calendar_year",
            column: "content",
        })
    }
}
