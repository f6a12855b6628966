//! `GET /v1/forms`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sync_core::form::Form;
use sync_core::{Id, Timestamp};

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Every version of every form: the shipped ones, then those that the office wrote.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FormPage {
    items: Vec<FormRow>,
}

/// One version of a form. It is never changed: another wording is another version.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FormRow {
    /// The same in all its versions.
    id: String,
    /// Counts from 1.
    version: u32,
    /// What people call it.
    title: String,
    /// The form as data: what it asks for, its questions, their choices and conditions.
    #[schema(value_type = Object)]
    form: Form,
    /// All of it, as it is written: docs/FORMS.md.
    text: String,
    /// When it was written, unix milliseconds; null for one that came with the program.
    #[schema(value_type = Option<i64>)]
    written_at: Option<Timestamp>,
    /// How many records name it; null for who is not of the office.
    records: Option<i64>,
    /// Who wrote it; null for one that came with the program.
    #[schema(value_type = Option<String>)]
    person: Option<Id>,
}

/// Lists the forms of records, for everybody who sees tickets at the office.
#[utoipa::path(get, path = "/v1/forms", tag = "forms",
    security(("bearer" = [])),
    responses((status = 200, body = FormPage), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<FormPage>, ApiError> {
    user.ticket_sight()?;
    let mut tx = app.store().read().await?;
    let written = tx.list_forms(user.tenant).await?;
    let counted = match user.role.is_office() {
        true => Some(tx.count_visits_by_form(user.tenant).await?),
        false => None,
    };
    let records = |form: &Form| {
        let counted = counted.as_ref()?;
        Some(counted.get(&form.name().to_string()).copied().unwrap_or(0))
    };
    let row = |form: Form, written| {
        let records = records(&form);
        FormRow::of(form, written, records)
    };
    let shipped = Form::shipped().into_iter();
    let shipped = shipped.map(|form| row(form, None));
    let own = written.into_iter();
    let own = own.map(|one| row(one.form, Some((one.written_at, one.person))));
    Ok(Json(FormPage {
        items: shipped.chain(own).collect(),
    }))
}

impl FormRow {
    pub(super) fn of(
        form: Form,
        written: Option<(Timestamp, Option<Id>)>,
        records: Option<i64>,
    ) -> Self {
        Self {
            id: form.id.clone(),
            version: form.version,
            title: form.title.zh.clone(),
            text: form.to_string(),
            records,
            written_at: written.map(|(at, _)| at),
            person: written.and_then(|(_, person)| person),
            form,
        }
    }
}
