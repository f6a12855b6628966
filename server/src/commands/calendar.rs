//! `warmline calendar`: which years of the official calendar are in force, and where they come from.

use std::io::Write;

use serde::Serialize;
use sync_core::Timestamp;
use sync_core::calendar::{Day, Holiday};
use tables::calendar::{self, YearInForce};
use tables::street::{self, StreetError};

use crate::options::Common;
use crate::place::{Bare, PlaceError};

/// Options of `calendar`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Code of the sub-district [default: the only one there is]
    #[arg(long, value_name = "CODE")]
    pub tenant: Option<String>,

    /// Which hub, and how it is told.
    #[command(flatten)]
    pub common: Common,
}

const EXAMPLES: &str = "\
Example:
  warmline calendar --data /var/lib/warmline

Deadlines are counted by these years. The notice of the next one comes in October to December: take it in with
`warmline import calendar FILE`, which has the form of docs/IMPORTS.md.";

/// Why it cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The hub cannot be opened.
    #[error(transparent)]
    Open(#[from] PlaceError),
    /// It is not clear which sub-district is meant.
    #[error(transparent)]
    Street(#[from] StreetError),
    /// The database could not.
    #[error("the database could not")]
    Store(#[from] store::Error),
    /// Standard output is closed.
    #[error("the result cannot be printed")]
    Print(#[from] std::io::Error),
}

#[derive(Serialize)]
struct Told<'a> {
    published_through: Option<i64>,
    years: Vec<ToldYear<'a>>,
}

#[derive(Serialize)]
struct ToldYear<'a> {
    year: i64,
    sources: &'a [String],
    working_days: usize,
    holidays: &'a [Holiday],
    makeup_days: Vec<Day>,
    /// Unix milliseconds; null for a year that came with the program.
    imported_at: Option<Timestamp>,
}

impl<'a> ToldYear<'a> {
    fn of(YearInForce { year, imported_at }: &'a YearInForce) -> Self {
        Self {
            year: year.number(),
            sources: year.sources(),
            working_days: year.working_days().count(),
            holidays: year.holidays(),
            makeup_days: year.makeup_days().collect(),
            imported_at: *imported_at,
        }
    }
}

/// Prints the calendar in force.
pub async fn run(args: Args) -> Result<(), CommandError> {
    let place = Bare::open(&args.common.rows).await?;
    let street = street::existing(args.tenant.as_deref(), place.store()).await?;
    let years = calendar::in_force(street.map(|street| street.tenant), place.store()).await?;
    let told = Told {
        published_through: years.last().map(|one| one.year.number()),
        years: years.iter().map(ToldYear::of).collect(),
    };
    let mut out = std::io::stdout().lock();
    if args.common.printing.json {
        serde_json::to_writer(&mut out, &told).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        print(&told, &mut out)?;
    }
    Ok(())
}

fn print(told: &Told<'_>, out: &mut impl Write) -> std::io::Result<()> {
    for year in &told.years {
        let (number, working) = (year.year, year.working_days);
        let off: usize = year.holidays.iter().map(|one| one.days().count()).sum();
        let makeup = year.makeup_days.len();
        let from = year.imported_at.map_or_else(
            || "随程序 / shipped".to_owned(),
            |at| format!("{} 导入 / imported", Day::of(at)),
        );
        writeln!(
            out,
            "{number} 年：工作日 {working} 天，放假 {off} 天，调休上班 {makeup} 天；{from}"
        )?;
        for source in year.sources {
            writeln!(out, "  {source}")?;
        }
    }
    if let Some(last) = told.published_through {
        writeln!(
            out,
            "公布到 {last} 年；以后的期限只按周末推算，是暂定的 / published through {last}, later terms are provisional"
        )?;
    }
    Ok(())
}
