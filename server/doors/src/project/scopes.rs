//! Who comes to see which ticket and document by what people wrote.

use std::collections::{BTreeSet, HashMap};

use sync_core::{Id, Role, Timestamp};

use super::Pass;
use crate::addition::Addition;
use crate::kinds;
use store::Tx;
use store::audit::AuditEntry;
use store::people::PersonState;
use store::representatives::NewRepresentative;

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

    /// Lets people whom the document names for the first time see its ticket, and ends that for those whom it names no
    /// more; whose sight changed. Whoever was named before and has lost the ticket since does not get it back by other
    /// people's work, and a volunteer's naming shows nobody anything.
    pub(super) async fn invite(
        &mut self,
        admission: &Addition<'_>,
        took_part: &[Id],
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<Vec<Id>, store::Error> {
        let people = &admission.summary.people;
        let writers = &admission.writers;
        let ticket = admission.document.ticket;
        let joined = people
            .iter()
            .filter(|one| !took_part.contains(one) && !writers.contains(one));
        let mut changed = Vec::new();
        for person in joined {
            if self.sees(*person, ticket, tx).await? || !self.is_field(*person, tx).await? {
                continue;
            }
            if let Some(writer) = self.inviter(writers, tx).await? {
                let seq = admission.document.changed_seq;
                tx.share_ticket(self.tenant, ticket, *person, seq).await?;
                self.note(admission, ("ticket.share", writer, *person), now, tx)
                    .await?;
                self.seen.insert((*person, ticket), true);
                changed.push(*person);
            }
        }
        let left: Vec<Id> = took_part
            .iter()
            .copied()
            .filter(|one| !people.contains(one))
            .collect();
        if left.is_empty() {
            return Ok(changed);
        }
        let named = kinds::list_named(self.tenant, ticket, tx).await?;
        for person in left.into_iter().filter(|one| !named.contains(one)) {
            let seq = admission.document.changed_seq;
            if tx
                .end_share_of_ticket(self.tenant, ticket, person, seq)
                .await?
            {
                let writer = writers.first().copied().unwrap_or(person);
                self.note(admission, ("ticket.share.end", writer, person), now, tx)
                    .await?;
                self.seen.remove(&(person, ticket));
                changed.push(person);
            }
        }
        Ok(changed)
    }

    /// Lets residents' representatives whom the document names for the first time see it, and ends that for those whom it
    /// names no more; whose sight changed. Of its ticket they see nothing.
    pub(super) async fn represent(
        &mut self,
        admission: &Addition<'_>,
        [before, named]: &[Vec<Id>; 2],
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<Vec<Id>, store::Error> {
        let (doc, seq) = (admission.document.id, admission.document.changed_seq);
        let mut changed = Vec::new();
        for person in named.iter().filter(|one| !before.contains(one)) {
            let known = tx.find_person(self.tenant, *person).await?;
            if !known.is_some_and(|person| person.role.is_representative()) {
                continue;
            }
            let Some(by) = self.inviter(&admission.writers, tx).await? else {
                continue;
            };
            let (person, at) = (*person, now);
            let new = NewRepresentative {
                person,
                doc,
                by,
                at,
            };
            if tx.grant_representative(self.tenant, &new, seq).await? {
                self.note_document(admission, ("mediation.share", by, person), now, tx)
                    .await?;
                changed.push(person);
            }
        }
        for person in before.iter().filter(|one| !named.contains(one)) {
            if tx
                .revoke_representative(self.tenant, *person, doc, seq)
                .await?
            {
                let by = admission.writers.first().copied().unwrap_or(*person);
                self.note_document(admission, ("mediation.share.end", by, *person), now, tx)
                    .await?;
                changed.push(*person);
            }
        }
        Ok(changed)
    }

    /// The first of the writers who may show the ticket, or a document of it, to somebody.
    async fn inviter(&self, writers: &[Id], tx: &mut Tx) -> Result<Option<Id>, store::Error> {
        for writer in writers {
            let known = tx.find_person(self.tenant, *writer).await?;
            let may = |role: Role| role != Role::Volunteer && !role.is_representative();
            if known.is_some_and(|person| may(person.role)) {
                return Ok(Some(*writer));
            }
        }
        Ok(None)
    }

    /// Whether somebody works with tickets on a phone.
    async fn is_field(&self, person: Id, tx: &mut Tx) -> Result<bool, store::Error> {
        let known = tx.find_person(self.tenant, person).await?;
        let works = |role: Role| role.is_field() && !role.is_representative();
        Ok(known.is_some_and(|person| works(person.role) && person.state == PersonState::Active))
    }

    /// Who showed which ticket to whom, in which record.
    async fn note(
        &self,
        admission: &Addition<'_>,
        (act, writer, person): (&str, Id, Id),
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let ticket = admission.document.ticket;
        let object = format!("ticket/{ticket}/person/{person}");
        self.append(admission, (act, writer, object), now, tx).await
    }

    /// Who showed which record to whom.
    async fn note_document(
        &self,
        admission: &Addition<'_>,
        (act, writer, person): (&str, Id, Id),
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let object = format!("mediation/{}/person/{person}", admission.document.id);
        self.append(admission, (act, writer, object), now, tx).await
    }

    async fn append(
        &self,
        admission: &Addition<'_>,
        (act, writer, object): (&str, Id, String),
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let entry = AuditEntry {
            tenant: self.tenant,
            at: now,
            person: Some(writer),
            device: None,
            act: act.to_owned(),
            object,
            result: "ok".to_owned(),
            request_id: admission.document.id.to_string(),
        };
        tx.append_audit(&entry).await.map(drop)
    }
}
