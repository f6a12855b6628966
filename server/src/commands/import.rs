//! `warmline import`: tables into the hub's database, also while the hub serves.

mod org;
mod tickets;
mod users;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::options::Common;
use crate::place::PlaceError;
use accounts::AccountError;
use tables::intake::IntakeError;
use tables::org::OrgError;
use tables::street::{Street, StreetError};
use tables::{MappingError, Refused};

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
  warmline import tickets export.csv.gz --source board_hot --json

The same file can be imported again: what is there already stays as it is.";

/// What can be imported.
#[derive(Clone, Debug, Subcommand)]
pub enum What {
    /// Street, communities and grids, from JSON
    Org(org::Args),
    /// Tickets, from CSV, gzipped CSV or XLSX
    Tickets(tickets::Args),
    /// Accounts, from CSV or XLSX; prints their first passwords
    Users(users::Args),
}

impl What {
    /// Which hub, and how it is told.
    pub fn common(&self) -> &Common {
        match self {
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
    /// Standard output is closed.
    #[error("the result cannot be printed")]
    Print(#[from] std::io::Error),
    /// It is not clear which sub-district is meant.
    #[error(transparent)]
    Street(#[from] StreetError),
}

/// Imports one file.
pub async fn run(args: Args) -> Result<(), ImportError> {
    match args.what {
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

/// Counts and refused rows for people.
fn print_summary(
    what: &str,
    added: u64,
    unchanged: u64,
    refused: &[Refused],
) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let count = refused.len();
    writeln!(
        out,
        "{what}：新增 {added}，已有 {unchanged}，未收 {count} / added {added}, unchanged {unchanged}, refused {count}"
    )?;
    for Refused {
        sheet,
        line,
        reason,
    } in refused
    {
        let sheet = sheet.as_ref().map(|name| format!("工作表“{name}”"));
        let sheet = sheet.unwrap_or_default();
        writeln!(out, "  {sheet}第 {line} 行：{reason}")?;
    }
    Ok(())
}

fn print_json(result: &impl serde::Serialize) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, result)?;
    writeln!(out)
}
