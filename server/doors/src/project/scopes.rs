//! Who comes to see which ticket and document by what people wrote.

use std::collections::{BTreeSet, HashMap};

use sync_core::Id;

use super::Pass;
use crate::addition::Addition;
use store::Tx;

/// Who comes to see what, by what people wrote.
pub(super) struct Scopes {
    tenant: Id,
    /// (person, ticket), as far as somebody asked.
    seen: HashMap<(Id, Id), bool>,
    /// New links, for [`Tx::link_documents`].
    pub(super) links: Vec<(Id, Id, i64)>,
}

impl Scopes {
    /// Knows already whether those who are named on a document see its ticket: most do.
    pub(super) async fn new(
        tenant: Id,
        admissions: &[Addition<'_>],
        tx: &mut Tx,
    ) -> Result<Self, store::Error> {
        let mut asked: HashMap<Id, BTreeSet<Id>> = HashMap::new();
        for one in admissions {
            for person in &one.summary.people {
                asked
                    .entry(*person)
                    .or_default()
                    .insert(one.document.ticket);
            }
        }
        let mut seen = HashMap::new();
        for (person, tickets) in asked {
            let tickets: Vec<Id> = tickets.into_iter().collect();
            let found = tx.list_seen_tickets(tenant, person, &tickets).await?;
            seen.extend(
                tickets
                    .into_iter()
                    .map(|ticket| ((person, ticket), found.contains(&ticket))),
            );
        }
        Ok(Self {
            tenant,
            seen,
            links: Vec::new(),
        })
    }

    async fn sees(&mut self, person: Id, ticket: Id, tx: &mut Tx) -> Result<bool, store::Error> {
        if let Some(seen) = self.seen.get(&(person, ticket)) {
            return Ok(*seen);
        }
        let seen = tx.sees_ticket(self.tenant, person, ticket).await?;
        self.seen.insert((person, ticket), seen);
        Ok(seen)
    }

    /// Links the document to its tickets; whether there was a new one beside the one under which it was begun.
    pub(super) async fn link(
        &mut self,
        admission: &Addition<'_>,
        linked: &mut Vec<Id>,
        pass: Pass,
        tx: &mut Tx,
    ) -> Result<bool, store::Error> {
        let Addition {
            document,
            summary,
            writers,
        } = admission;
        let mut fresh = Vec::new();
        if !linked.contains(&document.ticket) {
            fresh.push(document.ticket);
        }
        let mut any = false;
        // Whether a writer saw another ticket then is not known any more: those links are kept.
        let more = summary.tickets.iter().filter(|_| pass == Pass::First);
        for ticket in more {
            if linked.contains(ticket) || fresh.contains(ticket) {
                continue;
            }
            for writer in writers {
                // A document reaches another ticket only where a writer sees that ticket too.
                if self.sees(*writer, *ticket, tx).await? {
                    fresh.push(*ticket);
                    any = true;
                    break;
                }
            }
        }
        let link = |ticket: &Id| (*ticket, document.id, document.changed_seq);
        self.links.extend(fresh.iter().map(link));
        linked.extend(fresh);
        Ok(any)
    }

    /// Lets people whom the document names for the first time see its ticket; whether somebody did not before.
    /// Whoever was named before and has lost the ticket since does not get it back by other people's work.
    pub(super) async fn invite(
        &mut self,
        admission: &Addition<'_>,
        took_part: &[Id],
        tx: &mut Tx,
    ) -> Result<bool, store::Error> {
        let Addition {
            document,
            summary,
            writers,
        } = admission;
        let joined = summary
            .people
            .iter()
            .filter(|one| !took_part.contains(one) && !writers.contains(one));
        let mut any = false;
        for person in joined {
            if self.sees(*person, document.ticket, tx).await? {
                continue;
            }
            let known = tx.find_person(self.tenant, *person).await?;
            if known.is_some_and(|person| person.role.is_field()) {
                let seq = document.changed_seq;
                tx.grant_ticket_scope(self.tenant, document.ticket, *person, seq)
                    .await?;
                self.seen.insert((*person, document.ticket), true);
                any = true;
            }
        }
        Ok(any)
    }
}
