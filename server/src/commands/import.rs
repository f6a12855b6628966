//! `warmline import`: files into the hub's database, also while the hub serves.

mod calendar;
mod org;
mod tickets;
mod users;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::options::Common;
use crate::place::PlaceError;
use accounts::AccountError;
use sync_core::calendar::CalendarRefused;
use tables::intake::IntakeError;
use tables::org::OrgError;
use tables::street::{Street, StreetError};
use tables::{Difference, MappingError, ReadingNotes, Refused};

/// Options of `import`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What the file holds.
    #[command(subcommand)]
    pub what: What,
}

const EXAMPLES: &str = "\
Examples:
  warmline import org beiyuan_org.json
  warmline import users people.csv
  warmline import tickets 工单.xlsx
  warmline import calendar 2027.txt --check
  warmline import tickets export.csv.gz --source board_hot --json

The same file can be imported again: what is there already stays as it is. Years of a calendar take the place of
those that are there.";

/// What can be imported.
#[derive(Clone, Debug, Subcommand)]
pub enum What {
    /// Years of the official calendar: days off and make-up working days, from a text
    Calendar(calendar::Args),
    /// Street, communities and grids, from JSON
    Org(org::Args),
    /// Tickets, from a table: CSV, XLSX, XLS, ODS, also gzipped
    Tickets(tickets::Args),
    /// Accounts, from CSV or XLSX; prints their first passwords
    Users(users::Args),
}

impl What {
    /// Which hub, and how it is told.
    pub fn common(&self) -> &Common {
        match self {
            Self::Calendar(args) => &args.common,
            Self::Org(args) => &args.common,
            Self::Tickets(args) => &args.common,
            Self::Users(args) => &args.common,
        }
    }
}

/// Why nothing, or not everything, was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// An account could not be added.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The calendar is refused.
    #[error(transparent)]
    Calendar(#[from] CalendarRefused),
    /// The file cannot be read.
    #[error("文件 {path} 打不开；请检查路径和权限 / cannot be read")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file's content is refused, or the database could not do it.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The mapping cannot be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The hub's database or keys cannot be opened.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The organisation's file is refused, or the database could not do it.
    #[error(transparent)]
    Org(#[from] OrgError),
    /// The database could not do it.
    #[error("the database could not")]
    Store(#[from] store::Error),
    /// Standard output is closed.
    #[error("the result cannot be printed")]
    Print(#[from] std::io::Error),
    /// It is not clear which sub-district is meant.
    #[error(transparent)]
    Street(#[from] StreetError),
}

/// How an import ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Every row was taken, or was there.
    Whole,
    /// Some rows were refused, by line and reason.
    SomeRefused,
}

impl Ending {
    /// With so many rows refused.
    pub(super) const fn of(refused: &[Refused]) -> Self {
        if refused.is_empty() {
            Self::Whole
        } else {
            Self::SomeRefused
        }
    }
}

/// Imports one file.
pub async fn run(args: Args) -> Result<Ending, ImportError> {
    match args.what {
        What::Calendar(args) => calendar::run(args).await,
        What::Org(args) => org::run(args).await,
        What::Tickets(args) => tickets::run(args).await,
        What::Users(args) => users::run(args).await,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ImportError> {
    std::fs::read(path).map_err(|source| ImportError::File {
        path: path.to_owned(),
        source,
    })
}

/// Says on standard error that a sub-district was made, so that standard output stays the result.
fn announce_new(street: &Street) {
    if street.is_new {
        let (name, code) = (&street.name, &street.code);
        let line = format!("已新建街道「{name}」，代码 {code} / created sub-district {code}");
        // A closed standard error is no reason to stop.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}

/// Says on standard error that the counts are of what would become of the file.
fn announce_check() {
    let line = "只检查，什么都没有写入 / checked only, nothing was written";
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Counts, refused rows and what reading the file left out, for people.
fn print_summary(
    what: &str,
    (added, unchanged, changed): (u64, u64, u64),
    refused: &[Refused],
    notes: &ReadingNotes,
) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let count = refused.len();
    writeln!(
        out,
        "{what}：新增 {added}，已有不变 {unchanged}，已有但内容不同 {changed}，未收 {count} / \
         added {added}, unchanged {unchanged}, changed {changed}, refused {count}"
    )?;
    for Refused {
        sheet,
        line,
        reason,
    } in refused
    {
        match sheet {
            Some(sheet) => writeln!(out, "  「{sheet}」第 {line} 行：{reason}")?,
            None => writeln!(out, "  第 {line} 行：{reason}")?,
        }
    }
    for sentence in &notes.told {
        writeln!(out, "  {sentence}")?;
    }
    Ok(())
}

/// What differs in something that is there, for people.
fn print_changes<'a>(
    changes: impl Iterator<Item = (Option<&'a str>, u32, &'a str, &'a [Difference])>,
) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for (sheet, line, key, differences) in changes {
        let sheet = sheet
            .map(|sheet| format!("「{sheet}」"))
            .unwrap_or_default();
        writeln!(out, "  {sheet}第 {line} 行 {key}：内容不同 / differs")?;
        for one in differences {
            let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            let (before, after) = (said(&one.before), said(&one.after));
            writeln!(out, "    {}: {before} -> {after}", one.field)?;
        }
    }
    Ok(())
}

fn print_json(result: &impl serde::Serialize) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, result)?;
    writeln!(out)
}
