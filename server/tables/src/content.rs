//! What a source says of a ticket, in full: from a row, or from the ticket that a row became.

use super::Parts;
use super::communities::Communities;
use super::draft::Draft;
use super::personal::Personal;
use super::times;
use basis::SealError;
use basis::{Keys, mask};
use store::tickets::{NewTicket, RequestKind, Requester, RequesterType, Ticket, Urgency};
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};

/// Everything that can come again with another value. What is `None` says nothing.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    channel: Option<String>,
    request_kind: Option<RequestKind>,
    requester_type: Option<RequesterType>,
    title: String,
    description: String,
    category: [Option<String>; 3],
    address: Option<String>,
    /// Id and name.
    community: Option<(Id, String)>,
    unit_text: Option<String>,
    requester: Option<String>,
    phone: Option<String>,
    pub(crate) urgency: Option<Urgency>,
    dispatched_at: Timestamp,
    due_at: Option<Timestamp>,
    reply: Option<String>,
    replied_at: Option<Timestamp>,
}

/// What makes a content a stored ticket.
pub(crate) struct Origin<'a> {
    pub(crate) id: Id,
    pub(crate) tenant: Id,
    pub(crate) source: &'a str,
    pub(crate) upstream_no: String,
    pub(crate) status: TicketState,
    pub(crate) grid: Option<Id>,
    pub(crate) created_at: Timestamp,
}

/// One field of a content.
pub(crate) struct Said {
    pub(crate) field: &'static str,
    /// In full; `None` says nothing.
    pub(crate) text: Option<String>,
    mask: fn(&str) -> String,
}

impl Said {
    /// As anybody who imports may see it.
    pub(crate) fn shown(&self) -> Option<String> {
        self.text.as_deref().map(self.mask)
    }
}

impl Content {
    pub(crate) fn of_draft(draft: &Draft, communities: &Communities) -> Self {
        let community = draft
            .community
            .as_deref()
            .and_then(|name| communities.find(name));
        Self {
            channel: draft.channel.clone(),
            request_kind: draft.request_kind,
            requester_type: draft.requester_type,
            title: draft.title.clone(),
            description: draft.description.clone(),
            category: draft.category.clone(),
            address: draft.address.clone(),
            community,
            unit_text: draft.unit_text.clone(),
            requester: draft.requester.clone(),
            phone: draft.phone.clone(),
            urgency: draft.urgency,
            dispatched_at: draft.dispatched_at,
            due_at: draft.due_at,
            reply: draft.reply.clone(),
            replied_at: draft.replied_at,
        }
    }

    pub(crate) fn of_ticket(ticket: &Ticket, keys: &Keys) -> Result<Self, SealError> {
        let requester = match &ticket.requester_sealed {
            Some(sealed) => {
                let plain = keys.open(sealed, &ticket.row.id.bytes())?;
                serde_json::from_slice(&plain).map_err(|_| SealError)?
            }
            None => Requester::default(),
        };
        let full = |column: &str, masked: &str| {
            let text = requester.texts.get(column);
            text.map_or_else(|| masked.to_owned(), Clone::clone)
        };
        let row = &ticket.row;
        let community = ticket.community.zip(row.community.clone());
        Ok(Self {
            channel: row.channel.clone(),
            request_kind: row.request_kind,
            requester_type: Some(row.requester_type),
            title: full("title", &row.title),
            description: full("description", &ticket.description),
            category: row.category.clone(),
            address: row.address.as_deref().map(|text| full("address", text)),
            community,
            unit_text: ticket.unit_text.clone(),
            urgency: Some(row.urgency),
            dispatched_at: row.dispatched_at,
            // Not what follows from a profile: a file that says nothing would give it to the ticket as its own.
            due_at: ticket.given_due_at,
            reply: ticket.reply.as_deref().map(|text| full("reply", text)),
            replied_at: ticket.replied_at,
            requester: requester.name,
            phone: requester.phone,
        })
    }

    /// This content; where it says nothing, what `before` says.
    pub(crate) fn over(self, before: Self) -> Self {
        let [large, middle, small] = self.category;
        let [large_before, middle_before, small_before] = before.category;
        Self {
            channel: self.channel.or(before.channel),
            request_kind: self.request_kind.or(before.request_kind),
            requester_type: self.requester_type.or(before.requester_type),
            title: self.title,
            description: self.description,
            category: [
                large.or(large_before),
                middle.or(middle_before),
                small.or(small_before),
            ],
            address: self.address.or(before.address),
            community: self.community.or(before.community),
            unit_text: self.unit_text.or(before.unit_text),
            requester: self.requester.or(before.requester),
            phone: self.phone.or(before.phone),
            urgency: self.urgency.or(before.urgency),
            dispatched_at: self.dispatched_at,
            due_at: self.due_at.or(before.due_at),
            reply: self.reply.or(before.reply),
            replied_at: self.replied_at.or(before.replied_at),
        }
    }

    /// This content with the deadline that `other` gives, and how much it hurries.
    pub(crate) fn with_deadline_of(mut self, other: &Self) -> Self {
        self.due_at = other.due_at.or(self.due_at);
        self.urgency = other.urgency.or(self.urgency);
        self
    }

    /// Field by field, in the order of the list of columns.
    pub(crate) fn says(&self) -> Vec<Said> {
        let said = |field, text: Option<String>, mask| Said { field, text, mask };
        let plain = str::to_owned;
        let time = |at: Option<Timestamp>| at.map(times::local);
        let [large, middle, small] = self.category.clone();
        vec![
            said("title", Some(self.title.clone()), mask::text),
            said("description", Some(self.description.clone()), mask::text),
            said("due_at", time(self.due_at), plain),
            said(
                "urgency",
                self.urgency.map(|urgency| urgency.as_str().to_owned()),
                plain,
            ),
            said("dispatched_at", time(Some(self.dispatched_at)), plain),
            said("address", self.address.clone(), mask::text),
            said(
                "community",
                self.community.as_ref().map(|(_, name)| name.clone()),
                plain,
            ),
            said("category_l1", large, plain),
            said("category_l2", middle, plain),
            said("category_l3", small, plain),
            said("channel", self.channel.clone(), plain),
            said(
                "request_kind",
                self.request_kind.map(|kind| kind.as_str().to_owned()),
                plain,
            ),
            said(
                "requester_type",
                self.requester_type.map(|kind| kind.as_str().to_owned()),
                plain,
            ),
            said("requester", self.requester.clone(), mask::name),
            said("phone", self.phone.clone(), mask::phone),
            said("unit_text", self.unit_text.clone(), plain),
            said("reply", self.reply.clone(), mask::text),
            said("replied_at", time(self.replied_at), plain),
        ]
    }

    /// As it is stored: personal data masked, and sealed in full; with it the keyed hash of the number.
    pub(crate) fn stored(
        self,
        origin: Origin<'_>,
        parts: Parts<'_>,
    ) -> Result<(NewTicket, Option<Vec<u8>>), SealError> {
        let mut personal = Personal::of(self.requester, self.phone);
        let title = personal.mask("title", self.title);
        let description = personal.mask("description", self.description);
        let address = self.address.map(|text| personal.mask("address", text));
        let reply = self.reply.map(|text| personal.mask("reply", text));
        let sealed = personal.seal(origin.id, origin.tenant, parts)?;
        let ticket = NewTicket {
            id: origin.id,
            source: origin.source.to_owned(),
            upstream_no: Some(origin.upstream_no),
            channel: self.channel,
            request_kind: self.request_kind,
            requester_type: self.requester_type.unwrap_or_default(),
            title,
            description,
            category: self.category,
            address,
            community: self.community.map(|(id, _)| id),
            grid: origin.grid,
            unit_text: self.unit_text,
            requester_masked: sealed.requester_masked,
            phone_masked: sealed.phone_masked,
            requester_sealed: sealed.requester_sealed,
            status: origin.status,
            urgency: self.urgency.unwrap_or_default(),
            dispatched_at: self.dispatched_at,
            due_at: self.due_at,
            created_at: origin.created_at,
            reply,
            replied_at: self.replied_at,
        };
        Ok((ticket, sealed.phone_hash))
    }
}
