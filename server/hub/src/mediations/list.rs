//! `GET /v1/mediations`: the list.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sync_core::calendar::Calendar;
use sync_core::kinds::Kind;
use sync_core::lifecycle::MediationState;
use sync_core::{Id, Timestamp};
use utoipa::{IntoParams, ToSchema};

use super::Judicial;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::PersonName;
use store::mediations::{MediationFilter, MediationLine};

/// Which mediations to list.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct MediationQuery {
    /// `draft`, `partly_signed`, `effective`, `performance_due`, `followed_up`, `performed`, `breached` or `withdrawn`.
    standing: Option<String>,
    /// Mediations under this ticket.
    ticket: Option<String>,
    /// Only those with a high risk.
    #[serde(default)]
    high_risk: bool,
    /// From the last answer's `next`.
    cursor: Option<String>,
    /// Rows, 50 unless said, 200 at most.
    limit: Option<i64>,
}

/// The mediation's ticket in a row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MediatedTicket {
    #[schema(value_type = String)]
    id: Id,
    upstream_no: String,
    title: String,
}

/// How many parties there are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartyCount {
    applicant: u32,
    respondent: u32,
    third: u32,
}

/// A mediation in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MediationRow {
    #[schema(value_type = String)]
    id: Id,
    /// Kind of the record.
    kind: &'static str,
    ticket: MediatedTicket,
    /// Which of the three papers; empty while nobody has chosen.
    form: String,
    /// Where it stands now.
    #[schema(value_type = String)]
    standing: MediationState,
    /// What the dispute is about.
    dispute: String,
    /// `low`, `medium` or `high`; empty while nobody has said.
    risk: String,
    place: String,
    parties: PartyCount,
    /// Those who mediate, as far as they have accounts.
    people: Vec<PersonName>,
    /// When the first session began.
    #[schema(value_type = Option<i64>)]
    began_at: Option<Timestamp>,
    /// When the version that holds took effect.
    #[schema(value_type = Option<i64>)]
    effective_at: Option<Timestamp>,
    /// The earliest check that is not done.
    #[schema(value_type = Option<i64>)]
    next_at: Option<Timestamp>,
    judicial: Option<Judicial>,
    /// When the parties applied for judicial confirmation.
    #[schema(value_type = Option<i64>)]
    judicial_applied_at: Option<Timestamp>,
    disagreements: i64,
    #[schema(value_type = i64)]
    changed_at: Timestamp,
}

/// How many mediations stand where.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MediationCounts {
    /// Each standing with its number.
    #[serde(flatten)]
    #[schema(value_type = HashMap<String, i64>)]
    by_standing: BTreeMap<MediationState, i64>,
    /// With a high risk, and neither in effect yet nor given up.
    high_risk: i64,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MediationPage {
    items: Vec<MediationRow>,
    next: Option<String>,
    total: i64,
    counts: MediationCounts,
}

/// Mediations of the tickets that this person sees: high risk first, then by the next check.
#[utoipa::path(get, path = "/v1/mediations", tag = "mediations",
    responses((status = 200, body = MediationPage), (status = 403),
        (status = 422, description = "`standing_unknown`, `ticket_unknown`")))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
    Query(query): Query<MediationQuery>,
) -> Result<Json<MediationPage>, ApiError> {
    user.ticket_sight()?;
    let viewer = (!user.role.is_office()).then_some(user.person);
    let filter = filter_of(&query, viewer)?;
    let offset = query
        .cursor
        .as_deref()
        .and_then(|cursor| cursor.parse().ok());
    let offset: i64 = offset.unwrap_or(0).max(0);
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let now = app.clock().now();
    let mut tx = app.store().read().await?;
    let (lines, total) = tx
        .list_mediations(user.tenant, &filter, now, (offset, limit))
        .await?;
    let counted = tx
        .count_mediation_standings(user.tenant, viewer, now)
        .await?;
    let high_risk = tx.count_high_risk_mediations(user.tenant, viewer).await?;
    let people = tx.list_people_changed(user.tenant, -1).await?;
    let calendar = tx.load_calendar(user.tenant).await?;
    drop(tx);
    let people: HashMap<String, PersonName> = people
        .into_iter()
        .map(|one| (one.id.to_string(), PersonName::of(one)))
        .collect();
    let rows = lines.into_iter().map(|line| row(line, &people, &calendar));
    let after = offset + limit;
    Ok(Json(MediationPage {
        items: rows.collect(),
        next: (after < total).then(|| after.to_string()),
        total,
        counts: MediationCounts {
            by_standing: MediationState::ALL
                .iter()
                .map(|standing| (*standing, counted.get(standing).copied().unwrap_or(0)))
                .collect(),
            high_risk,
        },
    }))
}

fn filter_of(query: &MediationQuery, viewer: Option<Id>) -> Result<MediationFilter, ApiError> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let standing = given(&query.standing).map(|word| {
        MediationState::parse(&word).ok_or_else(|| {
            ApiError::unprocessable("standing_unknown", "没有这种调解状态，请重新选择。")
        })
    });
    let ticket = given(&query.ticket).map(|text| {
        Id::parse(&text).ok_or_else(|| {
            ApiError::unprocessable("ticket_unknown", "工单的编号不对，请从工单页面重新打开。")
        })
    });
    Ok(MediationFilter {
        viewer,
        standing: standing.transpose()?,
        ticket: ticket.transpose()?,
        high_risk: query.high_risk,
    })
}

fn row(
    line: MediationLine,
    named: &HashMap<String, PersonName>,
    calendar: &Calendar,
) -> MediationRow {
    let facts = line.facts;
    let [applicant, respondent, third] = facts.parties;
    let people = line.people.iter();
    MediationRow {
        id: line.doc,
        kind: Kind::MEDIATION.as_str(),
        ticket: MediatedTicket {
            id: line.ticket,
            upstream_no: line.upstream_no,
            title: line.title,
        },
        judicial: Judicial::of(&facts.form, line.standing, line.effective_at, calendar),
        form: facts.form,
        standing: line.standing,
        dispute: facts.dispute,
        risk: facts.risk,
        place: line.place,
        parties: PartyCount {
            applicant,
            respondent,
            third,
        },
        people: people.filter_map(|id| named.get(id).cloned()).collect(),
        began_at: line.began_at,
        effective_at: line.effective_at,
        next_at: line.next_at,
        judicial_applied_at: facts.judicial_applied_at,
        disagreements: line.disagreements,
        changed_at: line.changed_at,
    }
}
