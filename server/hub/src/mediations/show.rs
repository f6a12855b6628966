//! `GET /v1/mediations/{id}`: one mediation, whole.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::Value;
use sync_core::Id;
use sync_core::kinds::mediation::agreement::Agreement;
use sync_core::kinds::mediation::dossier::{Item, dossier};
use sync_core::record::Record;
use utoipa::ToSchema;

use super::{Judicial, visible};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::PersonName;
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
    let mut told = tell(&document, &record, &witness, &mut tx).await?;
    let calendar = tx.load_calendar(user.tenant).await?;
    drop(tx);
    let agreement = Agreement::of(&merged, &record, now);
    let phones_masked = !sight.reaches_parties();
    let has_phone = phones(&mut told).fold(false, |has, phone| {
        let has = has || phone.as_str().is_some_and(|phone| !phone.is_empty());
        if phones_masked {
            hide(phone);
        }
        has
    });
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
fn phones(story: &mut RecordStory) -> impl Iterator<Item = &mut Value> {
    let entries = story.collections.get_mut("parties").into_iter().flatten();
    let shown = entries.filter_map(|party| Some(&mut party.values.get_mut("phone")?.value));
    let disputed = story
        .disagreements
        .iter_mut()
        .filter(|one| one.path.starts_with("parties/") && one.path.ends_with("/phone"));
    let disputed = disputed.flat_map(|one| one.values.iter_mut().map(|value| &mut value.value));
    shown.chain(disputed)
}

fn hide(phone: &mut Value) {
    if let Value::String(number) = phone {
        *number = basis::mask::phone(number);
    }
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
