//! `POST /v1/visits/{id}/review`: approve, return with remarks, reject.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use store::words::DecisionWord;
use sync_core::Id;
use sync_core::form::{What, in_force};
use sync_core::kinds::visit::filled;
use sync_core::lifecycle::{Decision, ReviewState};
use sync_core::protocol::Pin;
use sync_core::record::Record;
use utoipa::ToSchema;

use super::deciding::{Standing, require_other, require_seen};
use super::story::{VisitStory, tell};
use super::{require_reviewer, visible};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::story::load;
use crate::telemetry::RequestId;
use store::Tx;
use store::documents::{DocumentKey, DocumentRow};
use store::reviews::Review;
use store::ticket_events::NewTicketEvent;
use store::visits::VisitState;

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReviewRequest {
    #[schema(value_type = DecisionWord)]
    decision: Decision,
    /// Reason, in words or as a code of the office's own list.
    #[serde(default)]
    reason: String,
    /// Words to the field; needed to return or reject.
    #[serde(default)]
    remark: String,
    /// Remarks pinned to a place of the record.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pins: Vec<Pin>,
    /// Approve although photos are still on a phone.
    #[serde(default)]
    accept_missing_photos: bool,
    /// Approve although the record lacks something that its form requires; only with a reason in `remark`.
    #[serde(default)]
    accept_incomplete: bool,
    /// `changed_seq` of the visit as it was on the screen.
    seen: i64,
    /// The leader decides although they took part in the visit; kept in the audit log.
    #[serde(default)]
    own_work: bool,
}

/// Decides on a submitted visit.
#[utoipa::path(
    post,
    path = "/v1/visits/{id}/review",
    tag = "visits",
    params(("id" = String, Path)),
    request_body = ReviewRequest,
    responses((status = 200, body = VisitStory),
        (status = 403, description = "`role_not_allowed`, `own_visit`"),
        (status = 409, description = "`changed_meanwhile`, `not_submitted`, `disagreements_open`, `photos_pending`, `record_incomplete`"),
        (status = 422))
)]
pub async fn review(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(request): Json<ReviewRequest>,
) -> Result<Json<VisitStory>, ApiError> {
    require_reviewer(&user)?;
    check_words(&request)?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    // The number first: it keeps the gate from changing what is decided on.
    let seq = tx.next_seq(user.tenant).await?;
    let document = visible(id, &user, &mut tx).await?;
    let standing = require_other(&document, &user, request.own_work, &mut tx).await?;
    require_seen(&document, request.seen, &mut tx).await?;
    let state = tx.find_visit_state(user.tenant, id).await?;
    let state = state.ok_or(store::Error::Corrupt {
        table: "visit",
        column: "doc",
    })?;
    check_state((user.tenant, id), &state, &request, &mut tx).await?;
    let lacking = check_whole(&document, &request, &mut tx).await?;
    let review = Review {
        id: app.rng().new_id(now),
        doc: id,
        decision: request.decision.as_str().to_owned(),
        reason: request.reason,
        remark: request.remark,
        pins: request.pins,
        person: user.person,
        at: now,
    };
    let tickets = tx.list_document_tickets(id, user.tenant).await?;
    let state = request.decision.state();
    tx.insert_review(user.tenant, &review, seq).await?;
    tx.update_visit_state(user.tenant, id, state, seq, now)
        .await?;
    let mut principals = Vec::new();
    for ticket in &tickets {
        // The record of a find tells of it: what is decided on the record moves no work.
        if let Some(step) = state.step().filter(|_| *ticket != id) {
            tx.advance_ticket(user.tenant, *ticket, step).await?;
        }
        let mut detail = serde_json::json!({ "visit": id.to_string(), "remark": review.remark });
        if let (Some(detail), false) = (detail.as_object_mut(), lacking.is_empty()) {
            detail.insert("lacking".to_owned(), serde_json::json!(lacking));
        }
        let event = NewTicketEvent {
            at: now,
            person: Some(user.person),
            device: Some(user.device),
            kind: event(request.decision),
            detail,
        };
        tx.append_ticket_event(user.tenant, *ticket, &event).await?;
        tx.touch_ticket(user.tenant, *ticket, seq).await?;
        principals.extend(tx.list_ticket_principals(user.tenant, *ticket).await?);
    }
    let act = match standing {
        Standing::Other => format!("visit.{}", request.decision.as_str()),
        Standing::Override => format!("visit.{}.own", request.decision.as_str()),
    };
    tx.append_audit(&user.act(&act, format!("visit/{id}"), now, &request_id))
        .await?;
    let story = tell(&document, &user, &mut tx).await?;
    tx.commit().await?;
    app.doors().live().poke(user.tenant, principals);
    Ok(Json(story))
}

/// The name of the ticket's event.
const fn event(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "visit_approved",
        Decision::Reject => "visit_rejected",
        Decision::Return => "visit_returned",
    }
}

/// Whoever gets work back must be told why.
fn check_words(request: &ReviewRequest) -> Result<(), ApiError> {
    let long = |text: &str| text.chars().count() > 500;
    if long(&request.remark)
        || long(&request.reason)
        || request.pins.len() > 50
        || request.pins.iter().any(|pin| long(&pin.text))
    {
        return Err(ApiError::unprocessable(
            "remark_too_long",
            "意见太长，每条最多 500 字，批注最多 50 条。",
        ));
    }
    let told = !request.remark.trim().is_empty()
        || request.pins.iter().any(|pin| !pin.text.trim().is_empty());
    if request.decision.needs_words() && !told {
        return Err(ApiError::unprocessable(
            "remark_required",
            "退回或不通过时，请写明意见，让一线人员知道要改什么。",
        ));
    }
    Ok(())
}

async fn check_state(
    (tenant, id): DocumentKey,
    state: &VisitState,
    request: &ReviewRequest,
    tx: &mut Tx,
) -> Result<(), ApiError> {
    if state.state != ReviewState::WAITING && !state.late {
        return Err(ApiError::conflict(
            "not_submitted",
            "这条走访还没有提交或已经审核过，请刷新页面。",
        ));
    }
    if !request.decision.needs_a_whole_record() {
        return Ok(());
    }
    if !tx.list_open_disagreements(tenant, &[id]).await?.is_empty() {
        return Err(ApiError::conflict(
            "disagreements_open",
            "还有说法不一致的地方，请先逐项核定，再通过审核。",
        ));
    }
    if !request.accept_missing_photos && !tx.list_pending_photos(tenant, &[id]).await?.is_empty() {
        return Err(ApiError::conflict(
            "photos_pending",
            "还有照片没有传到，请等照片到齐，或选择不等照片直接通过。",
        ));
    }
    Ok(())
}

/// What a record lacks by its form, as people call it, where it is approved all the same: somebody must have said so, and why.
/// A record that names no form was begun before there were any, and is complete as it then was.
async fn check_whole(
    document: &DocumentRow,
    request: &ReviewRequest,
    tx: &mut Tx,
) -> Result<Vec<String>, ApiError> {
    if !request.decision.needs_a_whole_record() {
        return Ok(Vec::new());
    }
    let segments = tx.list_segments(document.tenant, document.id).await?;
    let filled = filled(&Record::of(&load(document, &segments)?));
    let forms = tx.load_forms(document.tenant).await?;
    let (Some((form, _)), false) = (in_force(&forms, &filled), filled.form.is_empty()) else {
        return Ok(Vec::new());
    };
    let lacking: Vec<String> = form
        .missing(&filled)
        .iter()
        .map(|missing| match &missing.question {
            Some(id) => form
                .question(id)
                .map_or_else(|| id.clone(), |one| one.label.zh.clone()),
            None => named(missing.what).to_owned(),
        })
        .collect();
    if lacking.is_empty() {
        return Ok(lacking);
    }
    if !request.accept_incomplete {
        return Err(ApiError::conflict(
            "record_incomplete",
            format!(
                "按表单还缺：{}。请退回补齐，或勾选“缺这些也通过”并写明原因。",
                lacking.join("、")
            ),
        ));
    }
    if request.remark.trim().is_empty() {
        return Err(ApiError::unprocessable(
            "remark_required",
            "缺必填内容也通过时，请写明原因。",
        ));
    }
    Ok(lacking)
}

const fn named(what: What) -> &'static str {
    match what {
        What::Arrival => "到场签到",
        What::People => "参与人员",
        What::Finding => "发现的问题",
        What::Photo => "照片",
        What::BeforeAfter => "同一处清理前后的照片",
        What::SamePicture => "不是同一张的清理前、清理后照片",
        What::SameSpot => "同一位置的清理前、清理后照片",
        What::Persuasion => "上门劝导",
        What::NextVisit => "下次上门时间",
        What::Items => "物品",
        What::Cleanup => "清理情况",
        What::Notes => "文字记录",
        What::Outcome => "结果",
        What::Question => "题目",
    }
}
