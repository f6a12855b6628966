//! People from a table: one account a row.

use std::collections::BTreeMap;

use accounts::{Account, AccountError, Added, Parts, password};
use basis::Rng;
use basis::words::word;
use serde::Serialize;
use store::people::PasswordState;
use sync_core::words::Language;
use sync_core::{Id, Role};

use super::FileRefused;
use super::table::{NotATable, Refused, Row, Rows};

/// A table of people, its header read.
pub struct UserTable {
    rows: Rows,
    columns: Columns,
}

impl UserTable {
    /// Reads the header.
    ///
    /// # Errors
    /// If it is no table, or has not the columns.
    pub fn open(content: &[u8]) -> Result<Self, FileRefused> {
        let mut rows = Rows::open(content)?;
        let header = rows.next().and_then(Result::ok).ok_or(NotATable::Empty)?;
        let columns = Columns::of(&header.cells)?;
        rows.set_width(header.cells.len());
        Ok(Self { rows, columns })
    }

    /// Adds an account for each good row; usernames that are there stay as they are.
    ///
    /// # Errors
    /// If the database could not; the rows before are added.
    pub async fn take_in(self, tenant: Id, parts: Parts<'_>) -> Result<UserIntake, AccountError> {
        take_in(self.rows, &self.columns, tenant, parts).await
    }
}

/// What became of the rows.
#[derive(Debug, Default, Serialize)]
pub struct UserIntake {
    /// People who are new.
    pub added: u64,
    /// Usernames that were there.
    pub unchanged: u64,
    /// Rows that were not taken.
    pub refused: Vec<Refused>,
    /// The first passwords, which are shown once.
    pub people: Vec<FirstPassword>,
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

/// Each column by its English and Chinese titles.
const USERNAME: &[&str] = &["username", "用户名", "账号"];
const NAME: &[&str] = &["name", "姓名"];
const ROLE: &[&str] = &["role", "角色", "岗位"];
const UNITS: &[&str] = &["units", "unit codes", "unit_codes", "单位编码", "单位"];

/// How much of a word that is no role is quoted back.
const QUOTED_CHARS: usize = 20;

/// What some offices say for a role beside its name in the list of words.
const OTHER_TITLES: &[(&str, Role)] = &[("党员志愿者", Role::Volunteer)];

struct Columns(BTreeMap<&'static str, usize>);

impl Columns {
    fn of(header: &[String]) -> Result<Self, FileRefused> {
        let titles = [USERNAME, NAME, ROLE, UNITS];
        let mut columns = BTreeMap::new();
        for titles in titles {
            let is_title = |cell: &String| titles.contains(&cell.to_lowercase().as_str());
            if let (Some(title), Some(place)) = (titles.first(), header.iter().position(is_title)) {
                columns.insert(*title, place);
            }
        }
        let missing: Vec<_> = titles
            .iter()
            .filter_map(|titles| titles.first())
            .filter(|title| **title != "units" && !columns.contains_key(*title))
            .copied()
            .collect();
        if missing.is_empty() {
            return Ok(Self(columns));
        }
        Err(FileRefused::MissingColumns {
            title: "账号清单".to_owned(),
            columns: missing.join("、"),
        })
    }

    fn cell<'a>(&self, row: &'a Row, titles: &[&'static str]) -> &'a str {
        let place = titles.first().and_then(|title| self.0.get(title));
        let cell = place.and_then(|place| row.cells.get(*place));
        cell.map_or("", String::as_str)
    }
}

async fn take_in(
    rows: Rows,
    columns: &Columns,
    tenant: Id,
    parts: Parts<'_>,
) -> Result<UserIntake, AccountError> {
    let mut intake = UserIntake::default();
    for row in rows {
        let line = row
            .as_ref()
            .map_or_else(|refused| refused.line, |row| row.line);
        let account = row
            .map_err(|refused| refused.reason)
            .and_then(|row| account_of(&row, columns, parts.rng));
        let added = match &account {
            Ok(account) => accounts::add(account, tenant, parts).await,
            Err(reason) => Err(AccountError::Refused(reason.clone())),
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
            (Ok(_), _) => intake.unchanged += 1,
            (Err(AccountError::Refused(reason)), _) => {
                intake.refused.push(Refused { line, reason });
            }
            (Err(error), _) => return Err(error),
        }
    }
    Ok(intake)
}

fn account_of(row: &Row, columns: &Columns, rng: &Rng) -> Result<Account, String> {
    let role = columns.cell(row, ROLE);
    let separators = [';', '；', '、', ' ', '|'];
    Ok(Account {
        username: columns.cell(row, USERNAME).to_owned(),
        name: columns.cell(row, NAME).to_owned(),
        role: role_of(role).ok_or_else(|| {
            let titles: Vec<_> = Role::ALL.iter().filter_map(|role| title(*role)).collect();
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
