//! What a role may know of a ticket.
//!
//! One function for every way out of the hub: lists, one ticket, and the frames of phones. A fact that one of them
//! left out and another told would be told.

use crate::deadline::ClockKind;
use crate::protocol::{TicketRecord, TicketWork};
use crate::role::Role;

/// What somebody may know of a ticket beside the matter itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketSight {
    /// Who complained, masked.
    requester: bool,
    /// By which number a party of a mediation can be reached.
    parties: bool,
    /// Who looks after whether the ticket is done, and what the office told those who have it.
    office: bool,
}

impl TicketSight {
    /// `None` for those who care for accounts and logs, who see no requests of citizens, and for residents'
    /// representatives, who see single mediations without the tickets of these.
    pub const fn of(role: Role) -> Option<Self> {
        match role {
            Role::OwnerRep | Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor => None,
            // Volunteers help at the place; who complained is not theirs to know.
            Role::Volunteer => Some(Self {
                requester: false,
                parties: false,
                office: false,
            }),
            Role::HotlineWorker
            | Role::CommunitySecretary
            | Role::GridHead
            | Role::GridWorker
            | Role::BuildingCaptain
            | Role::Police
            | Role::SectionHandler
            | Role::EnterpriseTeam
            | Role::OfficeReviewer
            | Role::Leader => Some(Self {
                requester: true,
                parties: true,
                office: true,
            }),
        }
    }

    /// A fact about the requester, as this role may know it: nothing if it may not.
    pub fn requester<T: Default>(self, fact: T) -> T {
        if self.requester { fact } else { T::default() }
    }

    /// Whether they may know by which number a party of a mediation can be reached (S49): those who handle the ticket.
    pub const fn reaches_parties(self) -> bool {
        self.parties
    }

    /// A ticket as a phone of this role may hold it.
    pub fn record(self, ticket: TicketRecord) -> TicketRecord {
        let mut ticket = TicketRecord {
            requester_masked: self.requester(ticket.requester_masked),
            phone_masked: self.requester(ticket.phone_masked),
            ..ticket
        };
        if self.office {
            return ticket;
        }
        ticket.work = ticket.work.map(|work| TicketWork {
            instruction: None,
            returned: None,
            supervisions: Vec::new(),
            ..work
        });
        if let Some(deadline) = &mut ticket.deadline {
            let given = &mut deadline.facts.given;
            given.retain(|given| given.kind != ClockKind::Supervision);
        }
        ticket
    }
}
