//! `POST /v1/visits/{id}/settle`: the office picks. The pick is itself a change of the document, through the
//! same two doors as everybody's.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_bytes::ByteBuf;
use sync_core::edit::Edit;
use sync_core::protocol::Push;
use sync_core::record::Record;
use sync_core::value::Value;
use sync_core::{Id, segment};
use utoipa::ToSchema;

use super::deciding::{Standing, require_other, require_seen};
use super::story::{VisitStory, tell};
use super::{require_reviewer, visible};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::story::load;
use crate::telemetry::RequestId;
use store::documents::DocumentRow;

/// What shall stand.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SettleRequest {
    /// Path of the register, as `fields/outcome`.
    path: String,
    /// One of the values that stand side by side, by its `op`.
    choice: Option<String>,
    /// Or a third value.
    #[schema(value_type = Option<Object>)]
    value: Option<Value>,
    /// `changed_seq` of the visit as it was on the screen.
    seen: i64,
    /// The leader decides although they took part in the visit; kept in the audit log.
    #[serde(default)]
    own_work: bool,
    /// Why; kept with the disagreement.
    #[serde(default)]
    reason: String,
}

/// Settles a disagreement, or corrects a value that was settled before.
#[utoipa::path(
    post,
    path = "/v1/visits/{id}/settle",
    tag = "visits",
    params(("id" = String, Path)),
    request_body = SettleRequest,
    responses((status = 200, body = VisitStory),
        (status = 403, description = "`role_not_allowed`, `own_visit`"),
        (status = 409, description = "`changed_meanwhile`"), (status = 422))
)]
pub(crate) async fn settle(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(request): Json<SettleRequest>,
) -> Result<Json<VisitStory>, ApiError> {
    require_reviewer(&user)?;
    let mut tx = app.store().read().await?;
    let document = visible(id, &user, &mut tx).await?;
    let standing = require_other(&document, &user, request.own_work, &mut tx).await?;
    require_seen(&document, request.seen, &mut tx).await?;
    let segments = tx.list_segments(user.tenant, id).await?;
    drop(tx);
    let mut merged = load(&document, &segments)?;
    let value = pick(&Record::of(&merged), &request)?;
    let edit = Edit::Settle {
        path: request.path.clone(),
        value,
    };
    let mut actor = [0; 16];
    app.rng().fill(&mut actor);
    let written = merged.edit(&edit, actor, app.clock().now());
    let refused =
        |_| ApiError::unprocessable("value_refused", "这个值不符合该栏目的要求，请检查后重填。");
    if let Some(change) = written.map_err(refused)? {
        push(&app, &user, &document, change).await?;
    }
    let reason: String = request.reason.chars().take(500).collect();
    let mut tx = app.store().begin().await?;
    let document = visible(id, &user, &mut tx).await?;
    let story = tell(&document, &user, &mut tx).await?;
    if story.record.disagrees_at(&request.path) {
        return Err(changed_meanwhile());
    }
    tx.note_settlement(user.tenant, id, &request.path, &reason)
        .await?;
    let act = match standing {
        Standing::Other => "visit.settle",
        Standing::Override => "visit.settle.own",
    };
    let now = app.clock().now();
    tx.append_audit(&user.act(act, format!("visit/{id}"), now, &request_id))
        .await?;
    tx.commit().await?;
    Ok(Json(story))
}

/// The value that the request names.
fn pick(record: &Record, request: &SettleRequest) -> Result<Value, ApiError> {
    let unknown = || ApiError::unprocessable("path_unknown", "没有这一项，请刷新页面后再核定。");
    let (_, register) = record
        .registers()
        .find(|(path, _)| *path == request.path)
        .ok_or_else(unknown)?;
    match (&request.choice, &request.value) {
        (Some(choice), _) => {
            let mut values = std::iter::once(&register.shown).chain(&register.others);
            let found = values.find(|written| written.op.to_string() == *choice);
            found
                .map(|written| written.value.clone())
                .ok_or_else(unknown)
        }
        (None, Some(value)) => Ok(value.clone()),
        (None, None) => Err(ApiError::unprocessable(
            "choice_required",
            "请选择其中一个说法，或填写核定后的内容。",
        )),
    }
}

async fn push(
    app: &App,
    user: &CurrentUser,
    document: &DocumentRow,
    change: Vec<u8>,
) -> Result<(), ApiError> {
    let segment = ByteBuf::from(segment::pack(&[change]));
    let push = Push {
        doc: document.id,
        kind: document.kind,
        ticket: document.ticket,
        segment,
        signature: None,
    };
    let pushed = app
        .doors()
        .receiver()
        .receive(user.author(), vec![push], None)
        .await?;
    if pushed
        .receipts
        .iter()
        .any(|receipt| !receipt.refused.is_empty())
    {
        return Err(changed_meanwhile());
    }
    pushed.decided.await;
    Ok(())
}

fn changed_meanwhile() -> ApiError {
    ApiError::conflict("changed_meanwhile", "记录刚刚有了变化，请刷新后再核定。")
}
