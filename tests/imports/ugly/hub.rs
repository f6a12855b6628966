//! A hub that takes in an ugly file twice.

use std::collections::BTreeMap;

use basis::{Clock, Keys, Rng};
use harness::backends::Backend;
use harness::test_app::NOW;
use store::Db;
use store::tenants::Tenant;
use store::tickets::Ticket;
use store::units::{Unit, UnitKind};
use sync_core::Id;
use tables::intake::{self, Destination, Intake, OpenFile};
use tables::preview::{self, Preview};
use tables::{Mapping, Parts, TakeOver};

use super::compare::{same, same_as_meant, same_as_told, same_ticket};
use super::file::File;
use super::meant::{self, Meant, OURS, Tickets, URGENCIES, WANTED};
use super::{rows, times};

/// A database, and what importing into it takes.
pub(super) struct Hub {
    store: Db,
    clock: Clock,
    rng: Rng,
    keys: Keys,
    pub(super) mappings: Vec<Mapping>,
}

impl Hub {
    pub(super) async fn open(backend: &Backend) -> Self {
        let rng = Rng::seeded(1);
        Self {
            store: backend.open().await,
            clock: Clock::fixed(NOW),
            keys: Keys::load(&backend.folder().join("keys"), &rng).expect("keys are made"),
            rng,
            mappings: Mapping::embedded().expect("the mappings are sound"),
        }
    }

    pub(super) fn parts(&self) -> Parts<'_> {
        Parts {
            store: &self.store,
            clock: &self.clock,
            rng: &self.rng,
            keys: &self.keys,
        }
    }

    /// A sub-district of its own, with our communities.
    pub(super) async fn tenant(&self, code: &str) -> Id {
        let id = || self.rng.new_id(self.clock.now());
        let tenant = id();
        let mut tx = self.store.begin().await.expect("a transaction begins");
        tx.insert_tenant(&Tenant {
            id: tenant,
            code: code.to_owned(),
            name: "北园街道".to_owned(),
            timeline: id(),
            seq: 0,
            created_at: self.clock.now(),
        })
        .await
        .expect("a sub-district is added");
        for (place, name) in OURS.iter().enumerate() {
            tx.insert_unit(&Unit {
                id: id(),
                tenant,
                kind: UnitKind::Community,
                code: place.to_string(),
                name: (*name).to_owned(),
                parent: None,
            })
            .await
            .expect("a community is added");
        }
        tx.commit().await.expect("it is kept");
        tenant
    }

    async fn read(&self, content: &[u8]) -> Result<OpenFile, String> {
        let mappings = self.mappings.clone();
        intake::open(content.to_vec().into(), mappings, None)
            .await
            .map_err(|error| format!("not read: {error}"))
    }

    async fn preview(&self, tenant: Id, content: &[u8]) -> Result<Preview, String> {
        let file = self.read(content).await?;
        preview::preview(self.parts(), tenant, file)
            .await
            .map_err(|error| format!("no preview: {error:?}"))
    }

    async fn import(
        &self,
        tenant: Id,
        content: &[u8],
        take_over: TakeOver,
    ) -> Result<Intake, String> {
        let file = self.read(content).await?;
        let to = Destination {
            tenant,
            by: None,
            take_over,
        };
        intake::take_in(self.parts(), to, file, |_| {})
            .await
            .map_err(|error| format!("not imported: {error:?}"))
    }

    async fn tickets(&self, tenant: Id, numbers: &[&str]) -> BTreeMap<String, Ticket> {
        let mut tx = self.store.read().await.expect("it can be read");
        let mut found = BTreeMap::new();
        for numbers in numbers.chunks(500) {
            let tickets = tx
                .list_tickets_by_upstream_nos(tenant, "office", numbers)
                .await
                .expect("tickets are listed");
            for ticket in tickets {
                found.insert(ticket.row.upstream_no.clone().unwrap_or_default(), ticket);
            }
        }
        found
    }

    /// Imports the file twice and compares everything with what it means.
    pub(super) async fn judge(&self, seed: u64, file: &File) -> Result<(), String> {
        let tenant = self.tenant(&format!("ugly-{seed}")).await;
        let mut meant = Tickets::default();
        if !file.before.is_empty() {
            let first = earlier(&file.before);
            let done = self.import(tenant, first.as_bytes(), TakeOver::All).await?;
            same!(
                done.added,
                file.before.len() as u64,
                "before: {:?}",
                done.refused
            );
            let rows: Vec<_> = file.before.iter().map(as_row).collect();
            meant.take_in(&rows, TakeOver::All);
        }
        let mut stored = None;
        for time in ["first", "second"] {
            let told = self.preview(tenant, &file.content).await?;
            let done = self.import(tenant, &file.content, file.take_over).await?;
            let answer = meant.take_in(&file.rows, file.take_over);
            same_as_meant(&told, &answer, file, time)?;
            same_as_told(&done, &told, time)?;
            if time == "second" {
                same!(done.added, 0, "second time");
            }
            let numbers: Vec<&str> = meant.0.keys().map(String::as_str).collect();
            let tickets = self.tickets(tenant, &numbers).await;
            same!(tickets.len(), meant.0.len(), "{time} time: tickets");
            for (number, ticket) in &tickets {
                same_ticket(ticket, &meant.0[number], number)?;
            }
            if let Some(stored) = stored.replace(tickets.clone()) {
                for (number, ticket) in &tickets {
                    same!(*ticket, stored[number], "second time: {number}");
                }
            }
        }
        Ok(())
    }
}

fn as_row(meant: &Meant) -> meant::Row {
    meant::Row {
        sheet: None,
        line: 0,
        meant: meant.clone(),
        wrong: None,
    }
}

/// A clean table of these tickets.
fn earlier(before: &[Meant]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let titles: Vec<&str> = rows::Column::ALL.iter().map(|one| one.title()).collect();
    let mut table = titles.join(",") + "\n";
    for ticket in before {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let word = |pairs: [(&str, &str); 3], place: Option<usize>| {
            place.map_or_else(String::new, |place| pairs[place].0.to_owned())
        };
        let due = ticket.due.map(|at| times::plain(at, true));
        let cells = [
            ticket.number.clone(),
            ticket.title.clone(),
            ticket.description.clone(),
            times::plain(ticket.dispatched, false),
            due.unwrap_or_default(),
            text(&ticket.community),
            text(&ticket.address),
            text(&ticket.channel),
            text(&ticket.requester),
            text(&ticket.phone),
            word(URGENCIES, ticket.urgency),
            word(WANTED, ticket.wanted),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        table += &(cells.join(",") + "\n");
    }
    table
}
