//! Letting in what was put aside, refusing it, and taking a refusal back.

use std::collections::HashSet;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sync_core::gate::job::Mark;
use sync_core::gate::preview::Preview;
use sync_core::reason::Reason;
use sync_core::{Id, Timestamp};
use utoipa::ToSchema;

use super::show::{QuarantineCase, preview, read};
use super::{Case, require_office};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use store::Tx;
use store::quarantine::{NewDecision, QuarantineDecision};
use store::ticket_events::NewTicketEvent;

/// Where it shall stand.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct AdmitRequest {
    /// The ticket of a record that is not known yet, where its own is gone.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ticket: Option<Id>,
}

/// Why it is not wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RefuseRequest {
    /// In words, up to 500 characters.
    remark: String,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdmitAnswer {
    /// Changes that stand in the record now.
    admitted: usize,
    /// Changes that the gate put aside again, or that wait for a predecessor.
    left: usize,
    #[serde(flatten)]
    case: QuarantineCase,
}

/// Lets the row and what goes with it in.
///
/// They go through the same gate as everything, in the name of whoever wrote them, as received then.
#[utoipa::path(post, path = "/v1/quarantine/{id}/admit", tag = "visits", params(("id" = String, Path)),
    request_body = AdmitRequest,
    responses((status = 200, body = AdmitAnswer), (status = 403), (status = 404),
        (status = 409, description = "`decided_meanwhile`"),
        (status = 422, description = "`cannot_be_admitted`, `ticket_required`")))]
pub(crate) async fn admit(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(request): Json<AdmitRequest>,
) -> Result<Json<AdmitAnswer>, ApiError> {
    require_office(&user)?;
    let mut tx = app.store().read().await?;
    let case = Case::find(user.tenant, id, &mut tx).await?;
    if case.row.decision.is_some() {
        return Err(decided_meanwhile());
    }
    let aside = case.with_bytes(&mut tx).await?;
    let ticket = ticket(&case, &request, &mut tx).await?;
    check_id(&case, &mut tx).await?;
    drop(tx);
    // The gate's own answer, asked before anything is decided: the office hears at once why something cannot pass.
    let preview = preview(&app, &case, &aside).await?;
    check_passes(preview.as_ref())?;

    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let decision = NewDecision {
        decision: QuarantineDecision::Admitted,
        by: Some(user.person),
        remark: "",
        at: now,
    };
    let seq = tx.next_seq(user.tenant).await?;
    claim(&case, &decision, &mut tx).await?;
    app.doors()
        .desk()
        .take_in(&aside, ticket, now, &mut tx)
        .await?;
    let event = Told {
        kind: "quarantine_admitted",
        act: "quarantine.admit",
        remark: "",
        now,
    };
    let mut principals = event
        .tell(&case, Some(ticket), seq, &user, &request_id, &mut tx)
        .await?;
    tx.commit().await?;
    app.doors().desk().decided(user.tenant, case.row.doc).await;
    principals.push(case.row.person);
    app.doors().live().poke(user.tenant, principals);

    let mut tx = app.store().read().await?;
    let known = tx.list_known_hashes(user.tenant, &[case.row.doc]).await?;
    let waiting = tx.find_inbox_origins(user.tenant, &[case.row.doc]).await?;
    drop(tx);
    let known: HashSet<[u8; 16]> = known
        .iter()
        .flat_map(|(_, hashes)| hashes.as_chunks::<16>().0)
        .copied()
        .collect();
    let names = case
        .rows
        .iter()
        .flat_map(|row| row.hashes.as_chunks::<16>().0);
    let all: Vec<_> = names.collect();
    // What waits for a predecessor is held as well, and stands nowhere yet.
    let admitted = if waiting.is_empty() {
        all.iter().filter(|name| known.contains(**name)).count()
    } else {
        passing(preview.as_ref())
    };
    Ok(Json(AdmitAnswer {
        admitted,
        left: all.len().saturating_sub(admitted),
        case: read(&app, &user, id).await?,
    }))
}

/// Refuses the row and what goes with it. The bytes stay, and the refusal can be taken back.
#[utoipa::path(post, path = "/v1/quarantine/{id}/refuse", tag = "visits", params(("id" = String, Path)),
    request_body = RefuseRequest,
    responses((status = 200, body = QuarantineCase), (status = 403), (status = 404),
        (status = 409, description = "`decided_meanwhile`"),
        (status = 422, description = "`remark_required`, `remark_too_long`")))]
pub(crate) async fn refuse(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(request): Json<RefuseRequest>,
) -> Result<Json<QuarantineCase>, ApiError> {
    require_office(&user)?;
    let remark = remark(&request.remark)?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let seq = tx.next_seq(user.tenant).await?;
    let case = Case::find(user.tenant, id, &mut tx).await?;
    let decision = NewDecision {
        decision: QuarantineDecision::Refused,
        by: Some(user.person),
        remark: &remark,
        at: now,
    };
    claim(&case, &decision, &mut tx).await?;
    let event = Told {
        kind: "quarantine_refused",
        act: "quarantine.refuse",
        remark: &remark,
        now,
    };
    event
        .tell(&case, case.row.ticket, seq, &user, &request_id, &mut tx)
        .await?;
    tx.commit().await?;
    Ok(Json(read(&app, &user, id).await?))
}

/// Takes a refusal back: the rows wait for a decision again.
#[utoipa::path(post, path = "/v1/quarantine/{id}/reopen", tag = "visits", params(("id" = String, Path)),
    responses((status = 200, body = QuarantineCase), (status = 403), (status = 404),
        (status = 409, description = "`decided_meanwhile`")))]
pub(crate) async fn reopen(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
) -> Result<Json<QuarantineCase>, ApiError> {
    require_office(&user)?;
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let seq = tx.next_seq(user.tenant).await?;
    let case = Case::find(user.tenant, id, &mut tx).await?;
    for row in &case.rows {
        if !tx.reopen_quarantine(user.tenant, row.id).await? {
            return Err(decided_meanwhile());
        }
    }
    let event = Told {
        kind: "quarantine_reopened",
        act: "quarantine.reopen",
        remark: "",
        now,
    };
    event
        .tell(&case, case.row.ticket, seq, &user, &request_id, &mut tx)
        .await?;
    tx.commit().await?;
    Ok(Json(read(&app, &user, id).await?))
}

/// Decides on all rows, or says that somebody else did.
async fn claim(case: &Case, decision: &NewDecision<'_>, tx: &mut Tx) -> Result<(), ApiError> {
    for row in &case.rows {
        if !tx.decide_quarantine(row.tenant, row.id, decision).await? {
            return Err(decided_meanwhile());
        }
    }
    Ok(())
}

/// The ticket under which it shall stand: that of the record, else the one chosen, else its own.
async fn ticket(case: &Case, request: &AdmitRequest, tx: &mut Tx) -> Result<Id, ApiError> {
    if let Some(document) = &case.document {
        return Ok(document.ticket);
    }
    let required = || {
        ApiError::unprocessable(
            "ticket_required",
            "原来的工单已不在系统里，请选择这条记录要挂到哪件工单。",
        )
    };
    let ticket = request.ticket.or(case.row.ticket).ok_or_else(required)?;
    match tx.find_ticket(case.row.tenant, ticket, None).await? {
        Some(_) => Ok(ticket),
        None => Err(required()),
    }
}

/// A document keeps its kind and its sub-district.
async fn check_id(case: &Case, tx: &mut Tx) -> Result<(), ApiError> {
    let fits = match &case.document {
        Some(document) => document.kind == case.row.kind,
        None => {
            let docs = [case.row.doc];
            let elsewhere = tx.list_documents_elsewhere(case.row.tenant, &docs);
            elsewhere.await?.is_empty()
        }
    };
    if fits {
        return Ok(());
    }
    Err(cannot_be_admitted(Reason::DocumentMismatch))
}

fn passing(preview: Option<&Preview>) -> usize {
    let marks = preview.into_iter().flat_map(|preview| &preview.marks);
    let good = |mark: &&Mark| matches!(mark, Mark::Admitted | Mark::Duplicate);
    marks.flatten().filter(good).count()
}

/// At least one of the changes must pass.
fn check_passes(preview: Option<&Preview>) -> Result<(), ApiError> {
    if passing(preview) > 0 {
        return Ok(());
    }
    let marks = preview.into_iter().flat_map(|preview| &preview.marks);
    let reason = marks.flatten().find_map(|mark| match mark {
        Mark::Quarantined(reason) => Some(*reason),
        Mark::Admitted | Mark::Duplicate | Mark::Waiting => None,
    });
    let waits = preview.is_some_and(|preview| preview.marks.iter().any(|one| !one.is_empty()));
    Err(match reason {
        Some(reason) => cannot_be_admitted(reason),
        None if waits => ApiError::unprocessable(
            "cannot_be_admitted",
            "它建立在还没有传到的修改之上，现在不能收入；请让那台手机连网再同步一次。",
        ),
        None => ApiError::unprocessable(
            "cannot_be_admitted",
            "这部分内容读不出来，不能收入记录。原文会一直保留，请联系系统管理员。",
        ),
    })
}

fn cannot_be_admitted(reason: Reason) -> ApiError {
    let detail = format!(
        "检查没有通过（{}），不能收入记录。原文会一直保留，可以照着内容请填写人重新填写。",
        reason.code()
    );
    ApiError::unprocessable("cannot_be_admitted", detail)
}

fn decided_meanwhile() -> ApiError {
    ApiError::conflict(
        "decided_meanwhile",
        "这条内容刚刚已被处理，请刷新列表再看。",
    )
}

fn remark(given: &str) -> Result<String, ApiError> {
    let keep = |letter: &char| !letter.is_control() || *letter == '\n';
    let remark: String = given.trim().chars().filter(keep).collect();
    if remark.is_empty() {
        return Err(ApiError::unprocessable(
            "remark_required",
            "请写明为什么不收入，以后查得到。",
        ));
    }
    if remark.chars().count() > 500 {
        return Err(ApiError::unprocessable(
            "remark_too_long",
            "理由太长，最多 500 字，请缩短后再提交。",
        ));
    }
    Ok(remark)
}

/// A decision as the logs keep it.
struct Told<'a> {
    kind: &'static str,
    act: &'static str,
    remark: &'a str,
    now: Timestamp,
}

impl Told<'_> {
    /// Writes it into the ticket's list of events and into the audit log; answers who watches the ticket.
    async fn tell(
        &self,
        case: &Case,
        ticket: Option<Id>,
        seq: i64,
        user: &CurrentUser,
        request_id: &RequestId,
        tx: &mut Tx,
    ) -> Result<Vec<Id>, ApiError> {
        let mut principals = Vec::new();
        let known = match ticket {
            Some(ticket) => tx.find_ticket(user.tenant, ticket, None).await?,
            None => None,
        };
        if let Some(ticket) = known.map(|ticket| ticket.row.id) {
            let changes: usize = case.rows.iter().map(|row| row.hashes.len() / 16).sum();
            let author = tx.find_person(user.tenant, case.row.person).await?;
            tx.touch_ticket(user.tenant, ticket, seq).await?;
            let event = NewTicketEvent {
                at: self.now,
                person: Some(user.person),
                device: Some(user.device),
                kind: self.kind,
                detail: json!({
                    "doc": case.row.doc,
                    "author": author.map(|person| person.name),
                    "changes": changes,
                    "code": case.row.code,
                    "remark": self.remark,
                }),
            };
            tx.append_ticket_event(user.tenant, ticket, &event).await?;
            principals = tx.list_ticket_principals(user.tenant, ticket).await?;
        }
        for row in &case.rows {
            let object = format!("quarantine/{}", row.id);
            tx.append_audit(&user.act(self.act, object, self.now, request_id))
                .await?;
        }
        Ok(principals)
    }
}
