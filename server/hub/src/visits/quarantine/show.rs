//! `GET /v1/quarantine/{id}`: what was put aside, as the record would show it.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sync_core::gate::job::Mark;
use sync_core::gate::preview::Preview;
use sync_core::protocol::short;
use sync_core::reason::Reason;
use sync_core::{Id, Timestamp, chunk, hex, threshold};
use utoipa::ToSchema;

use super::list::{Names, QuarantineLine};
use super::{Case, require_office};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::visits::story::VisitStory;
use crate::visits::story::preview::tell;
use doors::{DeskError, PutAside};
use store::Tx;

/// One change that was put aside.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AsideChange {
    /// Short hash.
    hash: String,
    /// The gesture, as `visit.outcome`; absent if the bytes are no change.
    message: Option<String>,
    /// By the phone's clock; absent if the bytes are no change.
    #[schema(value_type = Option<i64>)]
    phone_at: Option<Timestamp>,
    /// Why the gate would not take it now; absent if it would.
    code: Option<String>,
    /// It builds on a change that has not arrived.
    waits: bool,
}

/// What one person sent for one record, whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuarantineCase {
    item: QuarantineLine,
    /// All rows that are decided together, this one included.
    rows: Vec<QuarantineLine>,
    /// The changes, oldest first.
    changes: Vec<AsideChange>,
    /// The record as it would be, its `late_changes` being those that were put aside; absent if the bytes cannot be
    /// read.
    story: Option<VisitStory>,
    /// Something of the record was admitted before: it has its tickets.
    has_record: bool,
}

/// The content of a row and of what goes with it, read by a process that may die of it.
#[utoipa::path(get, path = "/v1/quarantine/{id}", tag = "visits", params(("id" = String, Path)),
    responses((status = 200, body = QuarantineCase), (status = 403), (status = 404)))]
pub(crate) async fn show(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<Id>,
) -> Result<Json<QuarantineCase>, ApiError> {
    require_office(&user)?;
    Ok(Json(read(&app, &user, id).await?))
}

pub(super) async fn read(
    app: &App,
    user: &CurrentUser,
    id: Id,
) -> Result<QuarantineCase, ApiError> {
    let mut tx = app.store().read().await?;
    let case = Case::find(user.tenant, id, &mut tx).await?;
    let aside = case.with_bytes(&mut tx).await?;
    drop(tx);
    let preview = preview(app, &case, &aside).await?;
    let mut tx = app.store().read().await?;
    let story = match &preview {
        Some(preview) if preview.marks.iter().any(|marks| !marks.is_empty()) => {
            Some(tell(&case.document(), &aside, preview, &mut tx).await?)
        }
        Some(_) | None => None,
    };
    let changes = changes(&aside, preview.as_ref());
    answer(case, changes, story, &mut tx).await
}

async fn answer(
    case: Case,
    changes: Vec<AsideChange>,
    story: Option<VisitStory>,
    tx: &mut Tx,
) -> Result<QuarantineCase, ApiError> {
    let mut names = Names::new(case.row.tenant);
    names.read_tickets_once_had(&case.rows, tx).await?;
    let mut rows = Vec::with_capacity(case.rows.len());
    for row in case.rows {
        rows.push(names.line(row, tx).await?);
    }
    Ok(QuarantineCase {
        item: names.line(case.row, tx).await?,
        rows,
        changes,
        story,
        has_record: case.document.is_some(),
    })
}

/// What a worker reads; `None` if it breaks of it.
pub(super) async fn preview(
    app: &App,
    case: &Case,
    aside: &[PutAside],
) -> Result<Option<Preview>, ApiError> {
    let key = (case.row.tenant, case.row.doc, case.row.kind);
    let fits = case
        .document
        .as_ref()
        .filter(|one| one.kind == case.row.kind);
    let desk = app.doors().desk();
    desk.preview(key, fits, aside)
        .await
        .map_err(|error| match error {
            DeskError::Store(error) => error.into(),
            DeskError::Worker(error) => ApiError::unavailable(&error),
        })
}

fn changes(aside: &[PutAside], preview: Option<&Preview>) -> Vec<AsideChange> {
    let mut all = Vec::new();
    for (place, one) in aside.iter().enumerate() {
        let marks = preview.and_then(|preview| preview.marks.get(place));
        for (at, bytes) in one.changes().iter().enumerate() {
            let mark = marks.and_then(|marks| marks.get(at)).copied();
            let header = chunk::scan(bytes).ok();
            all.push(AsideChange {
                hash: hex::encode(&short(&threshold::name_of(bytes))),
                phone_at: header
                    .as_ref()
                    .map(|header| Timestamp::from_millis(header.time.saturating_mul(1000))),
                message: header.map(|header| chunk::gesture(&header.message).0.to_owned()),
                code: match mark {
                    Some(Mark::Quarantined(reason)) => Some(reason.code().to_owned()),
                    Some(Mark::Admitted | Mark::Duplicate | Mark::Waiting) => None,
                    None => Some(Reason::VerificationFailed.code().to_owned()),
                },
                waits: mark == Some(Mark::Waiting),
            });
        }
    }
    all
}
