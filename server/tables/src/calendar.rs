//! The official calendar: years from a file, beside those that are there or in their place.

use serde::Serialize;
use store::audit::AuditEntry;
use store::calendar::ImportedYear;
use store::{Db, Tx};
use sync_core::calendar::{Calendar, Day, Year};
use sync_core::{Id, Timestamp};

use super::Parts;

/// What became of the years of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarIntake {
    /// Years that had not been published so far.
    pub added: u64,
    /// Years that were there as the file has them.
    pub unchanged: u64,
    /// Years that were there in another way.
    pub changed: u64,
    /// Which, and how.
    pub changes: Vec<ChangedYear>,
}

impl CalendarIntake {
    /// Whether the calendar in force is another one with these years.
    pub const fn changes_something(&self) -> bool {
        self.added + self.changed > 0
    }
}

/// A year that is there in another way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedYear {
    /// 2026.
    pub year: i64,
    /// The days that were working days and are none, or the other way round; none if only names or sources differ.
    pub days: Vec<ChangedDay>,
}

/// A day on which people work by the one arrangement and not by the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedDay {
    /// The day.
    pub day: Day,
    /// Whether people work on it by the file.
    pub works: bool,
}

/// A year of the calendar in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearInForce {
    /// The year.
    pub year: Year,
    /// When it was imported; absent for one that came with the program.
    pub imported_at: Option<Timestamp>,
}

/// What the years of a file would change; nothing is written. Without a sub-district: of the shipped calendar.
///
/// # Errors
/// If the database could not.
pub async fn compare(
    calendar: &Calendar,
    tenant: Option<Id>,
    store: &Db,
) -> Result<CalendarIntake, store::Error> {
    let in_force = match tenant {
        Some(tenant) => store.read().await?.load_calendar(tenant).await?,
        None => Calendar::shipped(),
    };
    Ok(compared(calendar, &in_force))
}

/// Takes the years of a file in, all of them or none. Those that change something are written and stand in the audit log; phones
/// learn of them with their next sync.
///
/// # Errors
/// If the database could not; nothing is written then.
pub async fn take_in(
    calendar: &Calendar,
    tenant: Id,
    parts: Parts<'_>,
) -> Result<CalendarIntake, store::Error> {
    let mut tx = parts.store.begin().await?;
    let in_force = tx.load_calendar(tenant).await?;
    let intake = compared(calendar, &in_force);
    if intake.changes_something() {
        let now = parts.clock.now();
        let seq = tx.next_seq(tenant).await?;
        for year in changing(calendar, &in_force) {
            write(year, seq, tenant, now, &mut tx).await?;
        }
        // What is due is counted again, by the look that a hub takes once a minute.
        tx.mark_every_deadline(tenant).await?;
    }
    tx.commit().await?;
    Ok(intake)
}

/// The calendar in force, year by year; without a sub-district the shipped one.
///
/// # Errors
/// If the database could not, or holds a year that cannot be read.
pub async fn in_force(tenant: Option<Id>, store: &Db) -> Result<Vec<YearInForce>, store::Error> {
    let imported = match tenant {
        Some(tenant) => store.read().await?.list_calendar_years(tenant).await?,
        None => Vec::new(),
    };
    let mut calendar = Calendar::shipped();
    for year in &imported {
        calendar.overlay(year.calendar()?);
    }
    let years = calendar.years().map(|year| {
        let own = imported.iter().find(|one| one.year == year.number());
        YearInForce {
            year: year.clone(),
            imported_at: own.map(|own| own.imported_at),
        }
    });
    Ok(years.collect())
}

async fn write(
    year: &Year,
    seq: i64,
    tenant: Id,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let number = year.number();
    let imported = ImportedYear {
        year: number,
        seq,
        imported_at: now,
        person: None,
        content: year.to_string(),
    };
    tx.insert_calendar_year(tenant, &imported).await?;
    tx.append_audit(&AuditEntry {
        tenant,
        at: now,
        person: None,
        device: None,
        act: "calendar.import".to_owned(),
        object: format!("calendar/{number}"),
        result: "ok".to_owned(),
        request_id: String::new(),
    })
    .await
    .map(drop)
}

/// The years that are not in force as they are.
fn changing<'a>(calendar: &'a Calendar, in_force: &Calendar) -> impl Iterator<Item = &'a Year> {
    calendar
        .years()
        .filter(|year| in_force.year(year.number()) != Some(*year))
}

fn compared(calendar: &Calendar, in_force: &Calendar) -> CalendarIntake {
    let mut intake = CalendarIntake {
        added: 0,
        unchanged: 0,
        changed: 0,
        changes: Vec::new(),
    };
    for year in calendar.years() {
        match in_force.year(year.number()) {
            None => intake.added += 1,
            Some(before) if before == year => intake.unchanged += 1,
            Some(before) => {
                intake.changed += 1;
                intake.changes.push(ChangedYear {
                    year: year.number(),
                    days: changed_days(before, year),
                });
            }
        }
    }
    intake
}

fn changed_days(before: &Year, after: &Year) -> Vec<ChangedDay> {
    let (before, after): (Vec<Day>, Vec<Day>) = (
        before.working_days().collect(),
        after.working_days().collect(),
    );
    let only = |these: &[Day], those: &[Day], works: bool| -> Vec<ChangedDay> {
        let days = these.iter().filter(|day| !those.contains(day));
        days.map(|day| ChangedDay { day: *day, works }).collect()
    };
    let mut days = only(&after, &before, true);
    days.extend(only(&before, &after, false));
    days.sort_by_key(|changed| changed.day);
    days
}
