//! `GET /v1/mediations/{id}`: one mediation, whole.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::Value;
use sync_core::Id;
use sync_core::kinds::mediation::agreement::Agreement;
use sync_core::kinds::mediation::contact::REGISTER;
use sync_core::kinds::mediation::dossier::{Item, dossier};
use sync_core::record::Record;
use utoipa::ToSchema;

use super::{Judicial, visible};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::PersonName;
use crate::records::contacts::Contacts;
use crate::records::story::{RecordStory, load, tell};
use crate::records::witness::Witness;
use crate::telemetry::RequestId;

/// A mediation, whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MediationStory {
    #[serde(flatten)]
    record: RecordStory,
    /// Where it stands, its versions, who has to sign, what was agreed and what came of it (docs/MEDIATION.md).
    #[schema(value_type = Object)]
    agreement: Agreement,
    judicial: Option<Judicial>,
    /// The file: each item with `there`, `missing` or `not_needed`.
    #[schema(value_type = Vec<Object>)]
    dossier: Vec<Item>,
    /// Whom it names by their accounts.
    people: Vec<PersonName>,
    /// Numbers of parties are hidden from this role.
    phones_masked: bool,
}

/// Registers that hold a person's account.
const ACCOUNTS: [&str; 3] = ["by", "user", "person"];

/// A mediation with every value, its paper, its dates and its file.
#[utoipa::path(
    get,
    path = "/v1/mediations/{id}",
    tag = "mediations",
    params(("id" = String, Path)),
    responses((status = 200, body = MediationStory), (status = 403), (status = 404))
)]
pub(crate) async fn show(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<Json<MediationStory>, ApiError> {
    let sight = user.ticket_sight()?;
    let now = app.clock().now();
    let mut tx = app.store().read().await?;
    let document = visible(id, &user, &mut tx).await?;
    let segments = tx.list_segments(user.tenant, id).await?;
    let merged = load(&document, &segments)?;
    let record = Record::of(&merged);
    let witness = Witness::of(&document, &merged, &segments, &mut tx).await?;
    let key = app
        .keys()
        .contact(user.tenant)
        .map_err(|error| ApiError::internal(&error))?;
    let phones_masked = !sight.reaches_parties();
    let contacts = if phones_masked {
        Contacts::Masked(key)
    } else {
        Contacts::Open(key)
    };
    let told = tell(&document, &record, &witness, &contacts, &mut tx).await?;
    let calendar = tx.load_calendar(user.tenant).await?;
    drop(tx);
    let agreement = Agreement::of(&merged, &record, now);
    let has_phone = phones(&told).any(|phone| !phone.is_null());
    if has_phone && !phones_masked {
        let read = user.act(
            "mediation.read",
            format!("mediation/{id}"),
            now,
            &request_id,
        );
        app.notes().note(read);
    }
    let form = record.field("form").text().unwrap_or_default();
    Ok(Json(MediationStory {
        judicial: Judicial::of(
            form,
            agreement.standing,
            agreement.effective_at(),
            &calendar,
        ),
        dossier: dossier(&record, &agreement),
        people: named(&told, &witness),
        record: told,
        agreement,
        phones_masked,
    }))
}

/// Every place of the story in which a party's number stands.
fn phones(story: &RecordStory) -> impl Iterator<Item = &Value> {
    let entries = story.collections.get("parties").into_iter().flatten();
    let shown = entries.filter_map(|party| Some(&party.values.get(REGISTER)?.value));
    let disputed = story.disagreements.iter().filter(|one| {
        let end = one.path.rsplit_once('/').map(|(_, register)| register);
        one.path.starts_with("parties/") && end == Some(REGISTER)
    });
    let disputed = disputed.flat_map(|one| one.values.iter().map(|value| &value.value));
    shown.chain(disputed)
}

/// Whoever is named by an account, by name.
fn named(story: &RecordStory, witness: &Witness<'_>) -> Vec<PersonName> {
    let entries = story.collections.values().flatten();
    let accounts = entries.flat_map(|entry| {
        let values = ACCOUNTS.iter().filter_map(|name| entry.values.get(*name));
        values.filter_map(|one| one.value.as_str().and_then(Id::parse))
    });
    let accounts: BTreeSet<Id> = accounts.collect();
    let people = accounts.iter().filter_map(|id| witness.people.get(id));
    people.cloned().collect()
}
