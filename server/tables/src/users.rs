//! People from a table: one account a row.

mod columns;

use std::collections::BTreeSet;

use accounts::{Account, AccountError, Added, Parts, password};
use basis::Rng;
use basis::words::word;
use serde::Serialize;
use store::Tx;
use store::people::{PasswordState, Person};
use sync_core::words::Language;
use sync_core::{Id, Role};

use super::again::{ChangedEntry, Difference, LISTED, TakeOver, differs};
use super::header::HEADER_ROWS;
use super::table::{self, Refused, Row, Table};
use super::{FileRefused, ReadingNotes};
use columns::{Columns, NAME, ROLE, UNITS, USERNAME, header, refusal};

/// The people of one file: of every sheet that has the columns.
pub struct UserTable {
    tables: Vec<Bound>,
    notes: ReadingNotes,
}

/// A table whose header has been found.
struct Bound {
    table: Table,
    columns: Columns,
    /// Its name where it must be told from others.
    sheet: Option<String>,
}

impl UserTable {
    /// Finds the header, which may stand below titles and notes.
    ///
    /// # Errors
    /// If it is no table, or has not the columns.
    pub fn open(content: &[u8]) -> Result<Self, FileRefused> {
        let mut tables = table::open(content)?;
        let tops: Vec<Vec<Row>> = tables
            .iter_mut()
            .map(|table| table.top(HEADER_ROWS))
            .collect();
        let headers: Vec<_> = tops.iter().map(|top| header(top)).collect();
        let is_one_of_several = headers.iter().flatten().count() > 1;
        if headers.iter().flatten().next().is_none() {
            return Err(refusal(&tops));
        }
        let mut file = Self {
            tables: Vec::new(),
            notes: ReadingNotes::default(),
        };
        for (mut table, header) in tables.into_iter().zip(headers) {
            let Some((header, columns)) = header else {
                file.notes.skip(&mut table, &[]);
                continue;
            };
            table.settle(header.line, &header.titles, columns.of_title(USERNAME))?;
            let sheet = table.sheet.clone().filter(|_| is_one_of_several);
            file.notes.take_up(&mut table, sheet.as_deref());
            file.tables.push(Bound {
                table,
                columns,
                sheet,
            });
        }
        file.notes.tell();
        Ok(file)
    }

    /// Adds an account for each good row. Of usernames that are there it takes over what is wanted; their role stays.
    ///
    /// # Errors
    /// If the database could not; the rows before are added.
    pub async fn take_in(
        self,
        tenant: Id,
        take_over: TakeOver,
        parts: Parts<'_>,
    ) -> Result<UserIntake, AccountError> {
        let (to, mut intake) = Destination::of(tenant, take_over, parts, self.notes);
        for bound in self.tables {
            for (place, account) in bound.accounts(parts.rng) {
                let added = match &account {
                    // Its own transaction, and none while a password is hashed.
                    Ok(account) => accounts::add(account, tenant, parts).await,
                    Err(reason) => Err(AccountError::Refused(reason.clone())),
                };
                let mut tx = parts.store.begin().await?;
                to.note(place, account, added, &mut intake, &mut tx).await?;
                tx.commit().await?;
            }
        }
        Ok(intake)
    }

    /// What [`Self::take_in`] would do: the same counts, changes and refusals, no passwords, and nothing is written.
    ///
    /// # Errors
    /// If the database could not.
    pub async fn check(
        self,
        tenant: Id,
        take_over: TakeOver,
        parts: Parts<'_>,
    ) -> Result<UserIntake, AccountError> {
        let (to, mut intake) = Destination::of(tenant, take_over, parts, self.notes);
        // One transaction for all, so that rows meet those before them, and it is never committed.
        let mut tx = parts.store.begin().await?;
        for bound in self.tables {
            for (place, account) in bound.accounts(parts.rng) {
                let added = match &account {
                    Ok(account) => {
                        accounts::insert(account, String::new(), tenant, parts, &mut tx).await
                    }
                    Err(reason) => Err(AccountError::Refused(reason.clone())),
                };
                to.note(place, account, added, &mut intake, &mut tx).await?;
            }
        }
        intake.people.clear();
        Ok(intake)
    }
}

/// Where accounts go, and what is taken over by those that are there.
struct Destination<'a> {
    tenant: Id,
    take_over: TakeOver,
    parts: Parts<'a>,
}

impl<'a> Destination<'a> {
    /// With what is told of a file before its first row.
    fn of(
        tenant: Id,
        take_over: TakeOver,
        parts: Parts<'a>,
        notes: ReadingNotes,
    ) -> (Self, UserIntake) {
        let intake = UserIntake {
            notes,
            ..UserIntake::default()
        };
        let to = Self {
            tenant,
            take_over,
            parts,
        };
        (to, intake)
    }

    /// Counts a row by what became of it; of an account that is there it compares, and takes over what is wanted.
    async fn note(
        &self,
        (sheet, line): Place,
        account: Result<Account, String>,
        added: Result<Added, AccountError>,
        intake: &mut UserIntake,
        tx: &mut Tx,
    ) -> Result<(), AccountError> {
        let refused = |reason| Refused {
            sheet: sheet.clone(),
            line,
            reason,
        };
        match (added, account) {
            (Ok(Added::New(_)), Ok(account)) => {
                intake.added += 1;
                intake.people.push(FirstPassword {
                    username: account.username,
                    name: account.name,
                    initial_password: account.password,
                });
            }
            (Ok(Added::Existed(person)), Ok(account)) => {
                let Some(known) = tx.find_person(self.tenant, person).await? else {
                    return Ok(());
                };
                let differences = compare(&known, &account, tx).await?;
                let taken = differences.iter().any(|one| one.field != ROLE_FIELD);
                if taken && self.take_over == TakeOver::All {
                    match accounts::take_over(&known, &account, self.parts, tx).await {
                        Ok(()) => {}
                        Err(AccountError::Refused(reason)) => {
                            intake.refused.push(refused(reason));
                            return Ok(());
                        }
                        Err(error) => return Err(error),
                    }
                }
                intake.note_known(ChangedEntry {
                    sheet,
                    line,
                    key: account.username,
                    differences,
                });
            }
            (Ok(_), Err(_)) => {}
            (Err(AccountError::Refused(reason)), _) => intake.refused.push(refused(reason)),
            (Err(error), _) => return Err(error),
        }
        Ok(())
    }
}

/// The sheet, where it must be told from others, and the line of a row.
type Place = (Option<String>, u32);

impl Bound {
    /// The account of each row, or why it is none.
    fn accounts(self, rng: &Rng) -> impl Iterator<Item = (Place, Result<Account, String>)> {
        let Self {
            table,
            columns,
            sheet,
        } = self;
        table.map(move |row| {
            let line = row
                .as_ref()
                .map_or_else(|refused| refused.line, |row| row.line);
            let account = row
                .map_err(|refused| refused.reason)
                .and_then(|row| account_of(&row, &columns, rng));
            ((sheet.clone(), line), account)
        })
    }
}

/// What became of the rows.
#[derive(Debug, Default, Serialize)]
pub struct UserIntake {
    /// People who are new.
    pub added: u64,
    /// Usernames that were there, with the same name, role and units.
    pub unchanged: u64,
    /// Usernames that were there with others. Name and units are taken over where that is wanted, the role never: who may
    /// do what is decided by a person, not by a file.
    pub changed: u64,
    /// The first 500 of them.
    pub changes: Vec<ChangedEntry>,
    /// Rows that were not taken.
    pub refused: Vec<Refused>,
    /// The first passwords, which are shown once.
    pub people: Vec<FirstPassword>,
    /// What reading the file left out or mended.
    #[serde(skip_serializing_if = "ReadingNotes::is_empty")]
    pub notes: ReadingNotes,
}

impl UserIntake {
    fn note_known(&mut self, entry: ChangedEntry) {
        if entry.differences.is_empty() {
            self.unchanged += 1;
            return;
        }
        self.changed += 1;
        if self.changes.len() < LISTED {
            self.changes.push(entry);
        }
    }
}

/// The first password of somebody new.
#[derive(Debug, Serialize)]
pub struct FirstPassword {
    /// Their username.
    pub username: String,
    /// Their name.
    pub name: String,
    /// To hand over on paper.
    pub initial_password: String,
}

/// What a difference of roles is called; it is told and never taken over.
const ROLE_FIELD: &str = "role";

/// How much of a word that is no role is quoted back.
const QUOTED_CHARS: usize = 20;

/// What some offices say for a role beside its name in the list of words.
const OTHER_TITLES: &[(&str, Role)] = &[("党员志愿者", Role::Volunteer)];

/// In what a row differs from the account that has its username.
async fn compare(
    known: &Person,
    account: &Account,
    tx: &mut Tx,
) -> Result<Vec<Difference>, AccountError> {
    let (tenant, person) = (known.tenant, known.id);
    let units = tx.list_units_of_person(tenant, person).await?;
    let codes: BTreeSet<&str> = units.iter().map(|unit| unit.code.as_str()).collect();
    let wanted: BTreeSet<&str> = account.units.iter().map(String::as_str).collect();
    let joined = |codes: &BTreeSet<&str>| codes.iter().copied().collect::<Vec<_>>().join(";");
    // A file without units says nothing of them.
    let units = (!wanted.is_empty()).then(|| differs("units", &joined(&codes), &joined(&wanted)));
    let role = |role: Role| title(role).unwrap_or(role.as_str());
    let differences = [
        differs("name", &known.name, account.name.trim()),
        differs(ROLE_FIELD, role(known.role), role(account.role)),
        units.flatten(),
    ];
    Ok(differences.into_iter().flatten().collect())
}

fn account_of(row: &Row, columns: &Columns, rng: &Rng) -> Result<Account, String> {
    let role = columns.cell(row, ROLE);
    let separators = [';', '；', '、', ' ', '|'];
    Ok(Account {
        username: columns.cell(row, USERNAME).to_owned(),
        name: columns.cell(row, NAME).to_owned(),
        role: role_of(role).ok_or_else(|| {
            let wanted = Role::ALL.iter().filter(|role| !role.is_representative());
            let titles: Vec<_> = wanted.filter_map(|role| title(*role)).collect();
            let shown: String = role.chars().take(QUOTED_CHARS).collect();
            format!("角色「{shown}」认不出；请改为：{}。", titles.join("、"))
        })?,
        units: columns
            .cell(row, UNITS)
            .split(separators)
            .filter(|code| !code.is_empty())
            .map(str::to_owned)
            .collect(),
        password: password::generate(rng),
        password_state: PasswordState::First,
    })
}

fn role_of(text: &str) -> Option<Role> {
    let named = Role::ALL
        .iter()
        .copied()
        .find(|role| title(*role) == Some(text));
    let other = OTHER_TITLES.iter().find(|(title, _)| *title == text);
    named
        .or(other.map(|(_, role)| *role))
        .or_else(|| Role::parse(text))
}

/// What people call a role.
fn title(role: Role) -> Option<&'static str> {
    word(&format!("role.{}", role.as_str()), Language::Chinese)
}
