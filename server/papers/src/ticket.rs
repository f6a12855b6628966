//! The papers of a ticket: its whole history, and the evidence pack of an appeal.
//!
//! [`load`] reads everything that is to be told once; [`history()`] and [`evidence()`] make papers of it, as plain values. What
//! people typed is printed with numbers of people masked: a paper goes further than a screen.

mod called;
mod clocks;
mod decided;
mod evidence;
mod field;
mod head;
mod history;
mod said;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use print::{Foot, Language, Paper};
use serde_json::json;
use store::Tx;
use store::deadlines::Warning;
use store::evidence::Evidence;
use store::ticket_events::TicketEvent;
use store::tickets::{Ticket, TicketTimes};
use sync_core::deadline::{self, Clock, Profile};
use sync_core::lifecycle::life::{Life, Past};
use sync_core::sight::TicketSight;
use sync_core::{Id, MediaHash, Timestamp};

use super::error::PaperError;
use super::moment;
use super::words::Words;
pub use evidence::{MAX_PICTURE_BYTES, MAX_PICTURES, Pictures, evidence, pictures};
use field::Visit;
pub use history::history;

/// Who wants a paper, as far as it decides what stands on it.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The id by which scopes are asked; `None` for who sees every ticket of the sub-district.
    pub viewer: Option<Id>,
    /// What they may know of the requester.
    pub sight: TicketSight,
    /// Screenshots of the requester are for the office alone.
    pub is_office: bool,
    /// Their name, for the foot of the paper.
    pub name: String,
}

/// Everything that a paper of a ticket is made of.
pub struct Source {
    ticket: Ticket,
    times: TicketTimes,
    life: Life,
    past: Vec<Past>,
    events: Vec<TicketEvent>,
    /// Names of devices by the number of the event.
    devices: BTreeMap<i64, String>,
    /// People with their roles, and units, by id.
    names: HashMap<Id, String>,
    visits: Vec<Visit>,
    clocks: Vec<Clock>,
    profile: Option<Profile>,
    warnings: Vec<Warning>,
    screenshots: Vec<Evidence>,
    street: String,
    reader: Reader,
    now: Timestamp,
}

impl Source {
    /// The sub-district's own number of the ticket, or its id where it has none.
    pub fn number(&self) -> String {
        let number = self.ticket.row.upstream_no.clone();
        number.unwrap_or_else(|| self.ticket.row.id.to_string())
    }

    /// Whether somebody appealed with this event.
    pub fn has_appeal(&self, n: i64) -> bool {
        decided::appeal(&self.life, n).is_some()
    }

    fn name(&self, person: Option<Id>) -> String {
        let known = person.and_then(|person| self.names.get(&person).cloned());
        known.unwrap_or_else(|| "系统".to_owned())
    }

    fn paper(&self, title: &str, blocks: Vec<print::Block>) -> Paper {
        let (at, by) = (moment::minute(self.now), &self.reader.name);
        Paper {
            title: title.to_owned(),
            number: Some(format!("工单编号 {}", self.number())),
            blocks,
            foot: Foot {
                name: format!("{} {title} {}", self.street, self.number()),
                hash: format!("记录校验码 {}", self.digest()),
                note: format!("{at} 由{by}从系统打印，共 {} 条记录。", self.events.len()),
                qr: String::new(),
            },
            payload: None,
            language: Language::Chinese,
        }
    }

    /// SHA-256 of all events, each as it is kept: two papers of one history carry the same.
    fn digest(&self) -> MediaHash {
        let events: Vec<_> = self
            .events
            .iter()
            .map(|event| {
                json!([
                    event.n,
                    event.at,
                    event.by.as_ref().map(|by| by.id),
                    event.kind,
                    event.detail
                ])
            })
            .collect();
        MediaHash::of(json!(events).to_string().as_bytes())
    }
}

/// Reads what the papers of a ticket need.
///
/// # Errors
/// If the reader does not see such a ticket, or the database could not.
pub async fn load(
    tenant: Id,
    ticket: Id,
    reader: Reader,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Source, PaperError> {
    let found = tx.find_ticket(tenant, ticket, reader.viewer).await?;
    let ticket = found.ok_or(PaperError::UnknownTicket(ticket))?;
    let id = ticket.row.id;
    let past = tx.list_ticket_past(tenant, id).await?;
    let people = tx.list_people_known(tenant).await?;
    let units = tx.list_units(tenant).await?;
    let words = Words::common();
    let people = people.into_iter().map(|one| {
        let role = words.word("role", one.role.as_str());
        (one.id, format!("{}（{role}）", one.name))
    });
    let names = people.chain(units.into_iter().map(|unit| (unit.id, unit.name)));
    let names = names.collect();
    let calendar = tx.load_calendar(tenant).await?;
    let profiles = tx.load_deadline_profiles(tenant).await?;
    let counted = tx.list_ticket_clocks(tenant, &[id]).await?;
    let counted = counted.into_iter().next().map(|(_, counted)| counted);
    let profile = counted.as_ref().and_then(|counted| {
        let (name, version) = &counted.profile;
        let mut known = profiles.iter().rev();
        known.find(|known| known.id == *name && known.version == *version)
    });
    let clocks = profile
        .zip(counted.as_ref())
        .map(|(profile, counted)| deadline::clocks(profile, &counted.facts, &calendar, now));
    let street = tx.find_tenant(tenant).await?;
    Ok(Source {
        times: tx.load_ticket_times(tenant, id).await?,
        life: Life::of(&past),
        events: tx.list_ticket_events(tenant, id).await?,
        devices: tx.list_event_devices(tenant, id).await?,
        visits: field::load(tenant, &ticket.row, tx).await?,
        clocks: clocks.unwrap_or_default(),
        profile: profile.cloned(),
        warnings: tx.list_ticket_warnings(tenant, id).await?,
        screenshots: tx.list_evidence(tenant, id).await?,
        street: street.map(|street| street.name).unwrap_or_default(),
        past,
        names,
        reader,
        now,
        ticket,
    })
}
