//! What the hub knows before it judges a group of pushes: read at once, kept up while they are judged, written
//! at once. Documents and changes are read and written many to a statement; each person, each device and each
//! refusal of a group still costs one of its own.

mod followed;
mod sight;
mod unclear;

use std::collections::{HashMap, HashSet};

use sync_core::chunk::ChunkHeader;
use sync_core::protocol::Push;
use sync_core::reason::Reason;
use sync_core::threshold::{Known, Standing};
use sync_core::{Id, Timestamp};

use super::author::Author;
use super::taken::Taken;
use store::Tx;
use store::device_days::{DeviceDay, day_of};
use store::devices::{Device, DeviceState};
use store::documents::{DocumentKey, DocumentRow, MovedActor};
use store::inbox::{InboxOrigin, InboxRow};

/// A push, and who writes in it.
#[derive(Clone, Copy)]
pub(super) struct Arrival<'a> {
    pub(super) author: Author,
    pub(super) push: &'a Push,
    /// The actors of its changes.
    pub(super) actors: &'a [[u8; 16]],
    /// Its changes; `None` if its segment is none.
    pub(super) changes: Option<&'a [Change]>,
}

/// A change as it came, and what its header says.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) bytes: Vec<u8>,
    pub(super) header: Result<ChunkHeader, Reason>,
}

/// The hub's knowledge of the documents, people and devices of a group.
#[derive(Default)]
pub(super) struct Background {
    documents: HashMap<DocumentKey, DocumentRow>,
    origins: HashMap<DocumentKey, InboxOrigin>,
    /// Ids that a sub-district has no document of, and another one has.
    elsewhere: HashSet<DocumentKey>,
    /// Tickets of logged visits.
    tickets: HashMap<DocumentKey, Vec<Id>>,
    /// (person, ticket).
    seen: HashSet<(Id, Id)>,
    /// Tickets that pushes call by the id of their document, and that are there.
    found: HashSet<DocumentKey>,
    /// (residents' representative, document).
    followed: HashSet<(Id, Id)>,
    known: HashMap<DocumentKey, Known>,
    /// What was put aside of the documents before.
    aside: HashMap<DocumentKey, HashMap<[u8; 16], Aside>>,
    /// (sub-district, actor) to the device that it is bound to.
    owners: HashMap<(Id, [u8; 16]), Id>,
    /// Devices whose actors others push, and these others.
    devices: HashMap<Id, Device>,
    /// Rows and bytes that wait for a predecessor, by device.
    waiting: HashMap<Id, (i64, i64)>,
    /// The day of each device (sub-district, device), what this group adds with it.
    days: HashMap<(Id, Id), DeviceDay>,
    taken: Taken,
}

/// A change that was put aside before and has not passed since.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aside {
    /// Who pushed it.
    pub(super) person: Id,
    /// Why.
    pub(super) reason: Reason,
    /// The office does not want it.
    pub(super) refused: bool,
}

impl Background {
    pub(super) async fn read<'a>(
        arrivals: impl Iterator<Item = &'a Arrival<'a>>,
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<Self, store::Error> {
        let arrivals: Vec<&Arrival<'a>> = arrivals.collect();
        let mut background = Self::default();
        for tenant in unique(arrivals.iter().map(|arrival| arrival.author.tenant)) {
            let of_tenant: Vec<&Arrival<'a>> = arrivals
                .iter()
                .copied()
                .filter(|arrival| arrival.author.tenant == tenant)
                .collect();
            background.read_documents(tenant, &of_tenant, tx).await?;
            background.read_tenant(tenant, &of_tenant, now, tx).await?;
        }
        Ok(background)
    }

    async fn read_documents(
        &mut self,
        tenant: Id,
        arrivals: &[&Arrival<'_>],
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let docs = unique(arrivals.iter().map(|arrival| arrival.push.doc));
        let here = |doc: Id| (tenant, doc);
        // On PostgreSQL each statement sees what others have committed by then. What moves goes from the inbox
        // to the log, and a number is never ahead of its change: in this order nothing is missed in between.
        let origins = tx.find_inbox_origins(tenant, &docs).await?;
        let documents = tx.find_documents(tenant, &docs).await?;
        let new = |doc: &Id| !origins.contains_key(doc) && !documents.contains_key(doc);
        let new: Vec<Id> = docs.iter().copied().filter(new).collect();
        let elsewhere = tx.list_documents_elsewhere(tenant, &new).await?;
        self.elsewhere.extend(elsewhere.into_iter().map(here));
        self.origins
            .extend(origins.into_iter().map(|(doc, row)| (here(doc), row)));
        self.documents
            .extend(documents.into_iter().map(|(doc, row)| (here(doc), row)));
        for (doc, actor, seq) in tx.list_received_seqs(tenant, &docs).await? {
            let known = self.known.entry(here(doc)).or_default();
            known.seqs.insert(actor, u64::try_from(seq).unwrap_or(0));
        }
        // Of what nobody has begun nothing is known: what another hub receives at this moment is met at the gate.
        let begun = |doc: &Id| {
            let here = here(*doc);
            self.origins.contains_key(&here)
                || self.documents.contains_key(&here)
                || self.known.contains_key(&here)
        };
        let begun: Vec<Id> = docs.iter().copied().filter(begun).collect();
        // The inbox before the log: what moves there in between is found twice, and never missed.
        for (doc, hashes) in tx.list_inbox_hashes(tenant, &begun).await? {
            let known = self.known.entry(here(doc)).or_default();
            known.hashes.extend(hashes.as_chunks::<16>().0);
        }
        for row in tx.list_aside(tenant, &docs).await? {
            let key = here(row.doc);
            let aside = Aside {
                person: row.person,
                reason: Reason::parse(&row.code).unwrap_or(Reason::VerificationFailed),
                refused: row.refused,
            };
            let again =
                aside.reason.may_pass_later() || aside.reason == Reason::DependsOnQuarantined;
            for name in row.hashes.as_chunks::<16>().0 {
                self.aside.entry(key).or_default().insert(*name, aside);
                if again && !row.refused {
                    self.known.entry(key).or_default().again.insert(*name);
                }
            }
        }
        let unclear = self.unclear(tenant, &begun, arrivals);
        for (doc, hashes) in tx.list_logged_hashes(tenant, &unclear).await? {
            let known = self.known.entry(here(doc)).or_default();
            // No segment is without changes.
            known.gaps |= hashes.is_empty();
            known.hashes.extend(hashes.as_chunks::<16>().0);
        }
        Ok(())
    }

    async fn read_tenant(
        &mut self,
        tenant: Id,
        arrivals: &[&Arrival<'_>],
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let actors = unique(arrivals.iter().flat_map(|arrival| arrival.actors).copied());
        let owners = tx.list_actor_devices(tenant, &actors).await?;
        self.owners.extend(
            owners
                .into_iter()
                .map(|(actor, device)| ((tenant, actor), device)),
        );
        self.read_devices(tenant, arrivals, tx).await?;
        let logged = unique(
            arrivals
                .iter()
                .map(|arrival| arrival.push.doc)
                .filter(|doc| self.documents.contains_key(&(tenant, *doc))),
        );
        for (doc, ticket) in tx.list_document_links(tenant, &logged).await? {
            self.tickets.entry((tenant, doc)).or_default().push(ticket);
        }
        let devices = unique(arrivals.iter().map(|arrival| arrival.author.device));
        let days = tx.list_device_days(tenant, day_of(now), &devices).await?;
        self.days.extend(
            days.into_iter()
                .map(|(device, day)| ((tenant, device), day)),
        );
        for (device, rows, bytes) in tx.count_waiting(tenant, &devices).await? {
            self.waiting.insert(device, (rows, bytes));
        }
        // Two who begin one visit in this group: the ticket of whoever is taken first counts for both.
        let mut named: HashMap<Id, Vec<Id>> = HashMap::new();
        for Arrival { push, .. } in arrivals {
            named.entry(push.doc).or_default().push(push.ticket);
        }
        self.read_followed(tenant, arrivals, tx).await?;
        self.read_finds(tenant, arrivals, tx).await?;
        for person in unique(arrivals.iter().map(|arrival| arrival.author.person)) {
            let pushes = arrivals
                .iter()
                .filter(|arrival| arrival.author.person == person);
            let asked = unique(pushes.flat_map(|arrival| {
                let mut tickets = self.tickets_of(tenant, arrival.push);
                tickets.extend(named.get(&arrival.push.doc).into_iter().flatten());
                tickets
            }));
            let seen = tx.list_seen_tickets(tenant, person, &asked).await?;
            self.seen
                .extend(seen.into_iter().map(|ticket| (person, ticket)));
        }
        Ok(())
    }

    /// The two devices wherever one pushes under an actor of the other: next to never.
    async fn read_devices(
        &mut self,
        tenant: Id,
        arrivals: &[&Arrival<'_>],
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let mut devices = Vec::new();
        for Arrival { author, actors, .. } in arrivals {
            for actor in *actors {
                let owner = self.owners.get(&(tenant, *actor)).copied();
                if let Some(owner) = owner.filter(|owner| *owner != author.device) {
                    devices.extend([owner, author.device]);
                }
            }
        }
        for device in unique(devices.into_iter()) {
            if let Some(found) = tx.find_device(tenant, device).await? {
                self.devices.insert(device, found);
            }
        }
        Ok(())
    }

    /// Whether what is bound to `owner` is now `device`'s: it follows its person to a new phone or a new sign-in. A
    /// device that is still in use keeps its own.
    fn gives_way(&self, owner: Id, device: Id) -> bool {
        let pair = (self.devices.get(&owner), self.devices.get(&device));
        let (Some(owner), Some(device)) = pair else {
            return false;
        };
        let replaced = owner
            .last_seen_at
            .is_none_or(|seen| seen < device.enrolled_at);
        owner.person == device.person
            && owner.id != device.id
            && (owner.state != DeviceState::Active || replaced)
    }

    /// The tickets of which a pusher must see one.
    fn tickets_of(&self, tenant: Id, push: &Push) -> Vec<Id> {
        let here = (tenant, push.doc);
        if self.documents.contains_key(&here) {
            return self.tickets.get(&here).cloned().unwrap_or_default();
        }
        let origin = self.origins.get(&here);
        vec![origin.map_or(push.ticket, |origin| origin.ticket)]
    }

    /// Whether the document is of another kind, decided on or not, or another sub-district's. Where both have
    /// one of this id, received at once by two hubs, each goes on with its own.
    pub(super) fn is_another(&self, author: Author, push: &Push) -> bool {
        let here = (author.tenant, push.doc);
        let logged = self.documents.get(&here).map(|row| row.kind);
        match logged.or_else(|| self.origins.get(&here).map(|row| row.kind)) {
            Some(kind) => kind != push.kind,
            None => {
                let first = self.taken.firsts.get(&push.doc);
                self.elsewhere.contains(&here) || first.is_some_and(|first| *first != author.tenant)
            }
        }
    }

    /// What was put aside of the document before, by short hash; next to never anything.
    pub(super) fn aside(&self, author: Author, doc: Id) -> Option<&HashMap<[u8; 16], Aside>> {
        self.aside.get(&(author.tenant, doc))
    }

    /// Whether this change is in the inbox or logged.
    pub(super) fn knows(&self, author: Author, doc: Id, name: &[u8; 16]) -> bool {
        let known = self.known.get(&(author.tenant, doc));
        known.is_some_and(|known| known.hashes.contains(name))
    }

    /// Whether all of these changes are in the inbox or logged; remembers them.
    pub(super) fn holds(&mut self, author: Author, doc: Id, names: &[[u8; 16]]) -> bool {
        let known = self.known.entry((author.tenant, doc)).or_default();
        let fresh = names.iter().filter(|name| known.hashes.insert(**name));
        fresh.count() == 0
    }

    /// Rows of the device that wait for a predecessor, and their bytes.
    pub(super) fn waiting(&self, device: Id) -> (i64, i64) {
        self.waiting.get(&device).copied().unwrap_or_default()
    }

    /// What the device brought today.
    pub(super) fn day(&self, author: Author) -> DeviceDay {
        let day = self.days.get(&(author.tenant, author.device));
        day.cloned().unwrap_or_default()
    }

    /// Adds to what the device brought today.
    pub(super) fn spend(&mut self, author: Author, more: DeviceDay) {
        let device = (author.tenant, author.device);
        for sum in [
            self.days.entry(device).or_default(),
            self.taken.days.entry(device).or_default(),
        ] {
            sum.add(&more);
        }
    }

    /// What the threshold needs of the document, with the owners of these changes.
    pub(super) fn known(&mut self, author: Author, doc: Id, changes: &[Change]) -> &mut Known {
        let headers = changes
            .iter()
            .filter_map(|change| change.header.as_ref().ok());
        let mut owners = Vec::new();
        for actor in headers.map(|header| header.actor) {
            if let Some(owner) = self.owners.get(&(author.tenant, actor)) {
                let former = self.gives_way(*owner, author.device);
                owners.push((actor, if former { author.device } else { *owner }));
            }
        }
        let known = self.known.entry((author.tenant, doc)).or_default();
        known.owners.extend(owners);
        known
    }

    /// Takes a row in, with what its changes say of actors and numbers.
    pub(super) fn take(&mut self, author: Author, mut row: InboxRow, standings: &[Standing]) {
        for standing in standings {
            let (header, in_order) = match standing {
                Standing::Received(header) => (header, true),
                Standing::Waiting(header) => (header, false),
                Standing::Duplicate(_) | Standing::Refused(_) => continue,
            };
            let actor = (author.tenant, header.actor);
            let owner = self.owners.insert(actor, author.device);
            // Only an actor that gives way passes the threshold under another device.
            if let Some(from) = owner.filter(|owner| *owner != author.device) {
                self.taken.moved.push(MovedActor {
                    tenant: author.tenant,
                    actor: header.actor,
                    from,
                    to: author.device,
                });
            }
            let writer = (author.device, author.person);
            self.taken.actors.entry(actor).or_insert(writer);
            if in_order {
                let written = ((author.tenant, row.doc), header.actor);
                let number = self.taken.numbers.entry(written).or_default();
                *number = header.seq.max(*number);
            }
        }
        self.taken.firsts.entry(row.doc).or_insert(row.tenant);
        let here = (row.tenant, row.doc);
        let origin = self.origins.entry(here).or_insert(InboxOrigin {
            kind: row.kind,
            ticket: row.ticket,
            person: row.person,
        });
        // The ticket that was checked, whatever this push says.
        row.ticket = origin.ticket;
        self.taken.rows.push(row);
    }

    /// Writes down what was taken in.
    pub(super) async fn write(self, now: Timestamp, tx: &mut Tx) -> Result<(), store::Error> {
        self.taken.write(&self.days, now, tx).await
    }
}

/// Each once.
fn unique<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}
