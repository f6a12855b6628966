//! Ugly files by a seed, each with the right answer beside it: what becomes of every row, and of the hub.

mod books;
mod file;
mod fuzz;
mod kinds;
mod layout;
mod meant;
mod pages;
mod plain;
mod rows;
mod texts;
mod times;
mod wrong;

use std::collections::BTreeMap;

use basis::{Clock, Keys, Rng};
use harness::backends::{Backend, on_postgres, on_sqlite};
use harness::simulation::scale;
use harness::test_app::NOW;
use store::Db;
use store::tenants::Tenant;
use store::tickets::Ticket;
use store::units::{Unit, UnitKind};
use sync_core::Id;
use tables::intake::{self, Destination, Intake, OpenFile};
use tables::preview::{self, Preview};
use tables::{ChangedRow, Mapping, Parts, ReadingNotes, Refused, TakeOver, mask};

use file::File;
use meant::{Answer, Meant, OURS, Tickets, URGENCIES, WANTED};

/// Every so many seeds is one for PostgreSQL.
const POSTGRES_EVERY: usize = 20;
/// Seeds of a run at full length.
const FULL: usize = 10_000;
/// Seeds of a quick run.
const QUICK: usize = 100;

#[test]
fn every_row_becomes_what_it_means_on_sqlite() {
    let seeds = (1..=scale(QUICK, FULL)).filter(|seed| seed % POSTGRES_EVERY != 0);
    on_sqlite(|backend: Backend| all(backend, seeds.collect()));
}

#[test]
fn every_row_becomes_what_it_means_on_postgres() {
    let seeds = (1..=scale(QUICK, FULL)).filter(|seed| seed % POSTGRES_EVERY == 0);
    on_postgres(|backend: Backend| all(backend, seeds.collect()));
}

/// One seed, to look at: `WARMLINE_TEST_SEED=17`.
fn wanted() -> Option<usize> {
    std::env::var("WARMLINE_TEST_SEED").ok()?.parse().ok()
}

async fn all(backend: Backend, seeds: Vec<usize>) {
    let hub = Hub::open(&backend).await;
    let seeds = wanted().map_or(seeds, |seed| vec![seed]);
    let mut rows = 0;
    let mut wrong = Vec::new();
    for seed in seeds.iter().map(|seed| *seed as u64) {
        let file = File::of(seed);
        rows += file.rows.len();
        if let Err(problem) = hub.judge(seed, &file).await {
            wrong.push(format!(
                "seed {seed} ({:?}, {:?}, {:?}): {problem}",
                file.format, file.kinds, file.take_over
            ));
        }
    }
    println!("{} files with {rows} rows", seeds.len());
    let count = wrong.len();
    wrong.truncate(5);
    assert!(count == 0, "{count} files:\n{}", wrong.join("\n\n"));
}

/// A database, and what importing into it takes.
struct Hub {
    store: Db,
    clock: Clock,
    rng: Rng,
    keys: Keys,
    mappings: Vec<Mapping>,
}

/// Says what is not as it should be.
macro_rules! same {
    ($is:expr, $should:expr, $($what:tt)+) => {
        let (is, should) = (&$is, &$should);
        if is != should {
            return Err(format!("{}: is {is:?}, should be {should:?}", format!($($what)+)));
        }
    };
}

impl Hub {
    async fn open(backend: &Backend) -> Self {
        let rng = Rng::seeded(1);
        Self {
            store: backend.open().await,
            clock: Clock::fixed(NOW),
            keys: Keys::load(&backend.folder().join("keys"), &rng).expect("keys are made"),
            rng,
            mappings: Mapping::embedded().expect("the mappings are sound"),
        }
    }

    fn parts(&self) -> Parts<'_> {
        Parts {
            store: &self.store,
            clock: &self.clock,
            rng: &self.rng,
            keys: &self.keys,
        }
    }

    /// A sub-district of its own, with our communities.
    async fn tenant(&self, code: &str) -> Id {
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
    async fn judge(&self, seed: u64, file: &File) -> Result<(), String> {
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

fn lines(refused: &[Refused]) -> Vec<(Option<String>, u32)> {
    let places = refused.iter().map(|row| (row.sheet.clone(), row.line));
    places.collect()
}

fn sorted(changes: &[ChangedRow]) -> Vec<&ChangedRow> {
    let mut changes: Vec<_> = changes.iter().collect();
    changes.sort_by_key(|row| (row.sheet.clone(), row.line));
    changes
}

fn same_as_meant(told: &Preview, answer: &Answer, file: &File, time: &str) -> Result<(), String> {
    same!(told.source, "office", "source");
    let places: Vec<_> = answer
        .refused
        .iter()
        .map(|(sheet, line, _)| (sheet.clone(), *line))
        .collect();
    if lines(&told.refused) != places {
        let is: Vec<_> = told
            .refused
            .iter()
            .map(|row| (row.line, &row.reason))
            .collect();
        return Err(format!(
            "{time} time: refused {is:?}, should be {:?}",
            answer.refused
        ));
    }
    for (row, (_, line, words)) in told.refused.iter().zip(&answer.refused) {
        if !row.reason.contains(words) {
            return Err(format!("line {line}: {} should say {words}", row.reason));
        }
    }
    let mut changed: Vec<_> = told
        .changes
        .iter()
        .map(|row| meant::ChangedLine {
            sheet: row.sheet.clone(),
            line: row.line,
            number: row.upstream_no.clone(),
            fields: row.differences.iter().map(|one| one.field).collect(),
            first: row.first.clone(),
        })
        .collect();
    changed.sort();
    let mut should = answer.changed.clone();
    should.sort();
    same!(changed, should, "{time} time: changed");
    same!(
        (told.added, told.unchanged, told.changed),
        (answer.added, answer.unchanged, answer.changed.len() as u64),
        "{time} time: added, unchanged, changed"
    );
    same!(told.total, file.rows.len() as u64, "all rows");
    let shown = told
        .sample
        .iter()
        .map(|row| (row.line, row.upstream_no.clone()));
    let good: Vec<_> = answer.good.iter().take(10).cloned().collect();
    same!(shown.collect::<Vec<_>>(), good, "the rows that are shown");
    same_notes(&told.notes, file)
}

fn same_notes(notes: &ReadingNotes, file: &File) -> Result<(), String> {
    let tables = || file.sheets.iter().filter(|sheet| sheet.is_table);
    let names = |sheets: Vec<&layout::Sheet>| -> Vec<String> {
        sheets.iter().map(|sheet| sheet.name.clone()).collect()
    };
    let hidden = names(tables().filter(|sheet| sheet.hidden).collect());
    same!(notes.hidden_sheets, hidden, "hidden sheets");
    let others = file.sheets.iter().filter(|sheet| !sheet.is_table);
    let skipped: Vec<String> = notes
        .skipped_sheets
        .iter()
        .map(|skipped| skipped.sheet.clone())
        .collect();
    same!(skipped, names(others.collect()), "sheets of something else");
    let count: u64 = tables().map(|sheet| sheet.hidden_rows).sum();
    same!(notes.hidden_rows, count, "hidden rows");
    // A row that was given up has no cells.
    let is_whole = !file.kinds.contains(&kinds::Kind::OpenQuote)
        && !file.kinds.contains(&kinds::Kind::Garbled);
    let count: u64 = tables().map(|sheet| sheet.notes).sum();
    if is_whole {
        same!(notes.untitled_cells, count, "notes beside the table");
    }
    Ok(())
}

fn same_as_told(done: &Intake, told: &Preview, time: &str) -> Result<(), String> {
    same!(done.refused, told.refused, "{time} time: refused");
    same!(
        (done.added, done.unchanged, done.changed),
        (told.added, told.unchanged, told.changed),
        "{time} time: done, told"
    );
    same!(
        sorted(&done.changes),
        sorted(&told.changes),
        "{time} time: changes"
    );
    same!(done.notes, told.notes, "notes");
    same!(
        done.unknown_communities,
        told.unknown_communities,
        "unknown communities"
    );
    Ok(())
}

fn same_ticket(ticket: &Ticket, meant: &Meant, number: &str) -> Result<(), String> {
    let row = &ticket.row;
    same!(row.title, mask::text(&meant.title), "{number}: title");
    same!(
        ticket.description,
        mask::text(&meant.description),
        "{number}: description"
    );
    same!(
        row.dispatched_at.millis(),
        meant.dispatched.millis(),
        "{number}: dispatched_at"
    );
    let due = meant.due.map(meant::Moment::millis);
    same!(row.due_at.map(|at| at.millis()), due, "{number}: due_at");
    same!(row.community, meant.community, "{number}: community");
    let address = meant.address.as_deref().map(mask::text);
    same!(row.address, address, "{number}: address");
    same!(row.channel, meant.channel, "{number}: channel");
    let urgency = URGENCIES[meant.urgency.unwrap_or(0)].1;
    same!(row.urgency.as_str(), urgency, "{number}: urgency");
    let wanted = meant.wanted.map(|place| WANTED[place].1);
    same!(
        row.request_kind.map(|kind| kind.as_str()),
        wanted,
        "{number}: request_kind"
    );
    let name = meant.requester.as_deref().map(mask::name);
    same!(ticket.requester_masked, name, "{number}: requester");
    let phone = meant.phone.as_deref().map(mask::phone);
    same!(ticket.phone_masked, phone, "{number}: phone");
    Ok(())
}
