//! A contact that a phone kept while its ticket went to somebody else.
//!
//! It happened, whatever came since: made while that person had the ticket, it counts from when it was made, and its event
//! says that it came late. Made when they had it no more, it waits at the quarantine desk with its words.

use serde::Serialize;
use serde_json::json;
use sync_core::lifecycle::act::Means;
use sync_core::lifecycle::life::{Life, Refused};
use sync_core::lifecycle::{Act, TicketState};
use sync_core::{Id, Timestamp};

use super::marks::{marks, open_tasks};
use super::refusal::refusal;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use store::Tx;
use store::ticket_events::{NewTicketEvent, TicketEvent};
use store::tickets::{NewAsideContact, Ticket};

/// Contacts of one person that may wait at the desk.
const MOST_WAITING: i64 = 100;

/// Where something that came late is now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CameLate {
    /// `ticket`: it is an event of the ticket. `desk`: the office decides on it first.
    kept: &'static str,
}

const IN_TICKET: CameLate = CameLate { kept: "ticket" };
const AT_DESK: CameLate = CameLate { kept: "desk" };

/// Whether somebody had a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Had {
    /// At that moment.
    Then,
    /// Before or after it.
    Once,
    Never,
}

/// A contact as it is written into a ticket.
pub(super) struct Contact {
    pub(super) means: Means,
    pub(super) words: String,
    pub(super) made_at: Timestamp,
    pub(super) corrected: bool,
    pub(super) person: Id,
    pub(super) device: Id,
}

/// Keeps the act of somebody who does not see the ticket any more; `None` if that is nothing that can be kept.
pub(super) async fn keep(
    act: &Act,
    id: Id,
    (seq, now): (i64, Timestamp),
    (app, user): (&App, &CurrentUser),
    tx: &mut Tx,
) -> Result<Option<CameLate>, ApiError> {
    let Act::Contact {
        means,
        words,
        at: Some(at),
        corrected,
    } = act
    else {
        return Ok(None);
    };
    let Some(ticket) = tx.find_ticket(user.tenant, id, None).await? else {
        return Ok(None);
    };
    let grants = tx.list_grants(user.tenant, user.person).await?;
    let principals: Vec<Id> = grants.into_iter().map(|grant| grant.principal).collect();
    let events = tx.list_ticket_events(user.tenant, id).await?;
    let acts_for = |holder: Id| holder == user.person || principals.contains(&holder);
    let had = had(&events, *at, acts_for);
    // Who never had it hears nothing of it, not even that it is there.
    if had == Had::Never {
        return Ok(None);
    }
    act.check_words()
        .map_err(|bad| refusal(bad.into(), act, ticket.row.status))?;
    if *at < ticket.row.dispatched_at {
        return Err(refusal(Refused::Past, act, ticket.row.status));
    }
    let contact = Contact {
        means: *means,
        words: words.clone(),
        made_at: *at,
        corrected: *corrected,
        person: user.person,
        device: user.device,
    };
    if told_before(&contact, id, user.tenant, tx).await? {
        return Ok(Some(IN_TICKET));
    }
    if had == Had::Then {
        write(&contact, &ticket, None, (seq, now), user.tenant, tx).await?;
        return Ok(Some(IN_TICKET));
    }
    let waiting = tx.count_aside_contacts_of(user.tenant, user.person).await?;
    if waiting >= MOST_WAITING {
        return Err(ApiError::conflict(
            "desk_full",
            "您还有很多联系记录等街道热线办核实；请先联系街道热线办。",
        ));
    }
    let row = NewAsideContact {
        id: app.rng().new_id(now),
        ticket: id,
        person: user.person,
        device: user.device,
        means: means.as_str().to_owned(),
        words: words.clone(),
        made_at: *at,
        corrected: *corrected,
        received_at: now,
    };
    tx.insert_aside_contact(user.tenant, &row).await?;
    Ok(Some(AT_DESK))
}

/// Whether the answer to an earlier try was lost.
async fn told_before(
    contact: &Contact,
    ticket: Id,
    tenant: Id,
    tx: &mut Tx,
) -> Result<bool, store::Error> {
    let past = tx.list_ticket_past(tenant, ticket).await?;
    Ok(past.iter().any(|one| {
        let said = match &one.act {
            Some(Act::Contact { at, .. }) => *at,
            _ => None,
        };
        one.person == Some(contact.person) && said == Some(contact.made_at)
    }))
}

/// Writes a contact into a ticket that is somebody else's by now. It moves nothing: where the ticket stands is theirs.
/// `admitted_by` is the name of who let it in.
pub(super) async fn write(
    contact: &Contact,
    ticket: &Ticket,
    admitted_by: Option<&str>,
    (seq, now): (i64, Timestamp),
    tenant: Id,
    tx: &mut Tx,
) -> Result<(), ApiError> {
    let id = ticket.row.id;
    let act = Act::Contact {
        means: contact.means,
        words: contact.words.clone(),
        at: Some(contact.made_at),
        corrected: contact.corrected,
    };
    let state: TicketState = ticket.row.status;
    let mut detail = json!({ "act": act, "from": state, "to": state, "came_late": true });
    if let (Some(name), Some(detail)) = (admitted_by, detail.as_object_mut()) {
        detail.insert("admitted_by".to_owned(), name.into());
    }
    let event = NewTicketEvent {
        at: now,
        person: Some(contact.person),
        device: Some(contact.device),
        kind: act.action().as_str(),
        detail,
    };
    // The row first: it makes writers of one ticket wait for each other.
    tx.touch_ticket(tenant, id, seq).await?;
    tx.append_ticket_event(tenant, id, &event).await?;
    let life = Life::of(&tx.list_ticket_past(tenant, id).await?);
    let times = tx.load_ticket_times(tenant, id).await?;
    let marks = marks(ticket, &times, &life, None, state);
    tx.put_ticket_life(tenant, id, &marks, &open_tasks(&life))
        .await?;
    tx.renew_deadlines(tenant, &[id], seq, now).await?;
    Ok(())
}

/// Whether one of those for whom somebody acts had the ticket at that moment.
fn had(events: &[TicketEvent], at: Timestamp, acts_for: impl Fn(Id) -> bool) -> Had {
    let mut then = None;
    let mut once = false;
    for event in events {
        let holder = match event.kind.as_str() {
            "assigned" => {
                let to = event.detail.pointer("/to/id");
                to.and_then(serde_json::Value::as_str).and_then(Id::parse)
            }
            "hand_back" => None,
            _ => continue,
        };
        let theirs = holder.is_some_and(&acts_for);
        once |= theirs;
        if event.at <= at {
            then = Some(theirs);
        }
    }
    match (then, once) {
        (Some(true), _) => Had::Then,
        (_, true) => Had::Once,
        (_, false) => Had::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Id = Id::from_bytes([1; 16]);
    const OTHER: Id = Id::from_bytes([2; 16]);

    fn event(n: i64, kind: &str, to: Option<Id>) -> TicketEvent {
        TicketEvent {
            n,
            at: Timestamp::from_millis(n * 1_000),
            by: None,
            kind: kind.to_owned(),
            detail: json!({ "to": { "kind": "grid", "id": to } }),
        }
    }

    #[test]
    fn whoever_had_a_ticket_had_it_until_it_was_given_to_another_one_or_back() {
        let events = [
            event(1, "imported", None),
            event(2, "assigned", Some(GRID)),
            event(4, "assigned", Some(OTHER)),
            event(6, "assigned", Some(GRID)),
            event(8, "hand_back", None),
        ];
        let of = |holder: Id, second: i64| {
            let at = Timestamp::from_millis(second * 1_000);
            had(&events, at, |one| one == holder)
        };
        for (second, grid, other) in [
            (1, Had::Once, Had::Once),
            (2, Had::Then, Had::Once),
            (3, Had::Then, Had::Once),
            (4, Had::Once, Had::Then),
            (7, Had::Then, Had::Once),
            (8, Had::Once, Had::Once),
        ] {
            assert_eq!(
                (of(GRID, second), of(OTHER, second)),
                (grid, other),
                "{second}"
            );
        }
        assert_eq!(of(Id::from_bytes([3; 16]), 3), Had::Never);
    }
}
