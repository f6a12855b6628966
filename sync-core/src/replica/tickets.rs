//! The tickets on this phone, with what its person may do to them.

use serde::Serialize;

use super::{Replica, StoredTicket};
use crate::lifecycle::life::TaskState;
use crate::lifecycle::{TicketAction, TicketState};
use crate::protocol::TicketRecord;
use crate::role::Role;
use crate::sight::TicketSight;

/// A ticket in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TicketView {
    /// The ticket.
    #[serde(flatten)]
    pub record: TicketRecord,
    /// Went to somebody else.
    pub removed: bool,
    /// What this person may do to it from a phone as it stands; the hub decides again.
    pub may: Vec<TicketAction>,
    /// Whether this person may ask by which number the requester is reached.
    pub calls: bool,
}

/// What phones offer to do to a ticket itself; the rest is told by records.
const OFFERED: [TicketAction; 3] = [
    TicketAction::Take,
    TicketAction::Contact,
    TicketAction::HelpDone,
];

impl Replica {
    /// All tickets.
    pub fn tickets(&self) -> Vec<TicketView> {
        let role = self.session().map(|session| session.role);
        let reaches = role
            .and_then(TicketSight::of)
            .is_some_and(TicketSight::reaches_parties);
        let view = |ticket: &StoredTicket| TicketView {
            record: ticket.record.clone(),
            removed: ticket.removed,
            may: role.map_or_else(Vec::new, |role| ticket.offers(role)),
            calls: reaches && !ticket.removed && !ticket.record.phone_masked.is_empty(),
        };
        self.tickets.values().map(view).collect()
    }
}

impl StoredTicket {
    /// What this role may do to it, as far as the phone knows what is asked on it.
    fn offers(&self, role: Role) -> Vec<TicketAction> {
        let state = TicketState::parse(&self.record.status);
        let (Some(state), Some(work), false) = (state, &self.record.work, self.removed) else {
            return Vec::new();
        };
        let mut offered = OFFERED.to_vec();
        offered.retain(|action| action.allows(role) && action.leads(state).is_some());
        // Somebody of the team has it already, or it is not the team's.
        let taken = !work.leads || work.taken_by.is_some();
        offered.retain(|action| *action != TicketAction::Take || !taken);
        let is_open = |state: &str| state == TaskState::Open.as_str();
        let wanted = work.help.iter().any(|asked| is_open(&asked.state));
        offered.retain(|action| *action != TicketAction::HelpDone || wanted);
        offered
    }
}
