//! Forms that the office wrote, beside those that come with the program.

use sync_core::form::Form;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::db::{id, on_backend, uuid};
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
