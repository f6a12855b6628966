//! `GET /v1/tickets/{id}/proposal`

use axum::Json;
use axum::extract::{Path, State};
use classify::propose::{self, Proposal, ProposedUnit, Text};
use serde::Serialize;
use store::tickets::Ticket;
use store::units::Unit;
use sync_core::Id;

use super::{no_such_ticket, viewer};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::classifier;
use crate::error::ApiError;

/// What is proposed for a ticket.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct TicketProposal {
    /// The version of the catalogue; 0 for the one that comes with the program.
    version: i64,
    #[serde(flatten)]
    proposal: Proposal,
}

/// Class, subject, urgency, topic and unit of a ticket, as far as they can be proposed, with what decided.
///
/// It changes nothing: a person decides, and the screen sends what was proposed beside the decision.
#[utoipa::path(get, path = "/v1/tickets/{id}/proposal", tag = "tickets",
    params(("id" = String, Path, description = "Ticket id")),
    security(("bearer" = [])),
    responses((status = 200, body = TicketProposal), (status = 403), (status = 404)))]
pub(crate) async fn propose(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<Id>,
) -> Result<Json<TicketProposal>, ApiError> {
    if !user.role.is_office() {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "您的角色不能给工单分类；请让街道热线办的同事操作。",
        ));
    }
    let viewer = viewer(&user)?;
    let mut tx = app.store().read().await?;
    let ticket = tx.find_ticket(user.tenant, id, viewer).await?;
    let ticket = ticket.ok_or_else(no_such_ticket)?;
    let (version, catalogue) = classifier::catalogue(user.tenant, &mut tx).await?;
    let units = tx.list_units(user.tenant).await?;
    drop(tx);
    let learned = app.classifier().learned(user.tenant).await?;
    let text = Text {
        title: &ticket.row.title,
        body: &ticket.description,
        requester: ticket.requester_masked.as_deref(),
        category: &ticket.row.category,
    };
    let mut proposal = propose::propose(text, &catalogue, &learned);
    if let Some(unit) = &mut proposal.unit {
        find(&mut unit.value, &ticket, &units);
    }
    app.classifier().learn_if_due(user.tenant).await?;
    Ok(Json(TicketProposal { version, proposal }))
}

/// Finds the unit that an entry names.
fn find(unit: &mut ProposedUnit, ticket: &Ticket, units: &[Unit]) {
    let wanted = if unit.community {
        ticket.community
    } else {
        unit.id
    };
    let found = units.iter().find(|one| match wanted {
        Some(id) => one.id == id,
        None => !unit.community && one.name == unit.name,
    });
    unit.id = found.map(|one| one.id);
    if let Some(one) = found {
        unit.name.clone_from(&one.name);
    }
}
