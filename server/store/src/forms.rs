//! Forms that the office wrote, beside those that come with the program.

use std::collections::HashMap;

use sync_core::form::Form;
use sync_core::lifecycle::ReviewState;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::db::{id, on_backend, uuid};
use crate::words::read;
use crate::{Error, Tx};

/// One version of a form as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenForm {
    /// What [`Form::parse`] reads.
    pub form: Form,
    /// Tells phones.
    pub seq: i64,
    /// When.
    pub written_at: Timestamp,
    /// By whom; `None` for a command on the server.
    pub person: Option<Id>,
}

/// A visit that names a form, as a table of answers lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormVisit {
    /// The visit.
    pub doc: Id,
    /// Number of the ticket that it began under.
    pub upstream_no: Option<String>,
    /// Where it stands.
    pub state: ReviewState,
    /// The first check-in by the phones' clocks.
    pub arrived_at: Option<Timestamp>,
    /// When it was submitted, by the phone's clock.
    pub submitted_at: Option<Timestamp>,
}

type Row = (i64, i64, Option<Uuid>, String);

impl Tx {
    /// Adds a version. The caller has made sure that there is none of its number.
    pub async fn insert_form(&mut self, tenant: Id, written: &WrittenForm) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO form (tenant, id, version, seq, written_at, person, content)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        )
        .bind(uuid(tenant))
        .bind(&written.form.id)
        .bind(i64::from(written.form.version))
        .bind(written.seq)
        .bind(written.written_at.millis())
        .bind(written.person.map(uuid))
        .bind(written.form.to_string())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Every version that was written here, in the order of writing.
    ///
    /// # Errors
    /// If the database could not, or holds a form that cannot be read.
    pub async fn list_forms(&mut self, tenant: Id) -> Result<Vec<WrittenForm>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT seq, written_at, person, content FROM form
             WHERE tenant = $1 ORDER BY seq, id, version"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        let written = |(seq, written_at, person, content): Row| {
            let form = Form::parse(content.as_bytes()).map_err(|_| Error::Corrupt {
                table: "form",
                column: "content",
            })?;
            Ok(WrittenForm {
                form,
                seq,
                written_at: Timestamp::from_millis(written_at),
                person: person.map(id),
            })
        };
        rows.into_iter().map(written).collect()
    }

    /// How many visits name each version of a form, by its name as a record has it.
    pub async fn count_visits_by_form(
        &mut self,
        tenant: Id,
    ) -> Result<HashMap<String, i64>, Error> {
        let rows: Vec<(String, i64)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT form, COUNT(*) FROM visit WHERE tenant = $1 AND form <> '' GROUP BY form"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().collect())
    }

    /// Visits that name a version of a form, by their ids, from behind `after` on; without those of state `but`.
    pub async fn list_visits_of_form(
        &mut self,
        tenant: Id,
        form: &str,
        after: Option<Id>,
        but: Option<ReviewState>,
        limit: u32,
    ) -> Result<Vec<FormVisit>, Error> {
        type Row = (Uuid, Option<String>, String, Option<i64>, Option<i64>);
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT v.doc, t.upstream_no, v.state, v.arrived_at, v.submitted_at
             FROM visit v JOIN ticket t ON t.tenant = v.tenant AND t.id = v.ticket
             WHERE v.tenant = $1 AND v.form = $2 AND v.form <> '' AND v.doc > $3 AND v.state <> $4
             ORDER BY v.doc LIMIT $5"
        )
        .bind(uuid(tenant))
        .bind(form)
        .bind(after.map_or(Uuid::nil(), uuid))
        .bind(but.map_or("", ReviewState::as_str))
        .bind(i64::from(limit))
        .fetch_all(&mut **tx)
        .await)?;
        let visit = |(doc, upstream_no, state, arrived_at, submitted_at): Row| {
            Ok(FormVisit {
                doc: id(doc),
                upstream_no,
                state: read(ReviewState::parse(&state), "visit", "state")?,
                arrived_at: arrived_at.map(Timestamp::from_millis),
                submitted_at: submitted_at.map(Timestamp::from_millis),
            })
        };
        rows.into_iter().map(visit).collect()
    }

    /// Every version of every form: the shipped ones, then those that were written here.
    ///
    /// # Errors
    /// As [`Self::list_forms`].
    pub async fn load_forms(&mut self, tenant: Id) -> Result<Vec<Form>, Error> {
        let mut forms = Form::shipped();
        let own = self.list_forms(tenant).await?;
        forms.extend(own.into_iter().map(|written| written.form));
        Ok(forms)
    }
}
