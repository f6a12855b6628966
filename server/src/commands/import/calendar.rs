//! `warmline import calendar`

use std::io::Write;
use std::path::PathBuf;

use serde::Serialize;
use sync_core::calendar::Calendar;
use tables::calendar::{self, CalendarIntake};
use tables::{ReadingNotes, street};

use super::{Ending, ImportError, announce_new, print_json, print_summary, read};
use crate::options::Common;
use crate::place::{Bare, Place};

/// Options of `import calendar`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Text with a section for each year: 年, 来源, 放假, 上班 (docs/IMPORTS.md)
    pub file: PathBuf,

    /// Say what would change, and write nothing
    #[arg(long)]
    pub check: bool,

    /// Code of the sub-district [default: the only one there is]
    #[arg(long, value_name = "CODE")]
    pub tenant: Option<String>,

    /// Which hub, and how it is told.
    #[command(flatten)]
    pub common: Common,
}

#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    intake: &'a CalendarIntake,
    written: bool,
}

pub(super) async fn run(args: Args) -> Result<Ending, ImportError> {
    let years = Calendar::parse(&read(&args.file)?)?;
    let code = args.tenant.as_deref();
    let intake = if args.check {
        let place = Bare::open(&args.common.rows).await?;
        let street = street::existing(code, place.store()).await?;
        calendar::compare(&years, street.map(|street| street.tenant), place.store()).await?
    } else {
        let place = Place::open(&args.common.rows).await?;
        let street = street::find(place.tables(), code).await?;
        announce_new(&street);
        calendar::take_in(&years, street.tenant, place.tables()).await?
    };
    let written = !args.check && intake.changes_something();
    if args.common.printing.json {
        let intake = &intake;
        print_json(&Told { intake, written })?;
    } else {
        print(&intake, args.check)?;
    }
    Ok(Ending::Whole)
}

fn print(intake: &CalendarIntake, only_checked: bool) -> std::io::Result<()> {
    // A file with a year that is refused is refused as a whole.
    let notes = ReadingNotes::default();
    let counts = (intake.added, intake.unchanged, intake.changed);
    print_summary("日历年份", counts, &[], &notes)?;
    let mut out = std::io::stdout().lock();
    for changed in &intake.changes {
        writeln!(out, "  {} 年：内容不同 / differs", changed.year)?;
        for one in &changed.days {
            let (before, after) = if one.works {
                ("休息", "上班")
            } else {
                ("上班", "休息")
            };
            writeln!(out, "    {}: {before} -> {after}", one.day)?;
        }
        if changed.days.is_empty() {
            writeln!(out, "    工作日相同，名称或来源不同 / same days")?;
        }
    }
    if !intake.changes_something() {
        writeln!(out, "日历没有变化 / nothing changed")?;
    } else if only_checked {
        writeln!(
            out,
            "只核对，没有写入；去掉 --check 再运行一次才会生效 / checked, nothing written"
        )?;
    }
    Ok(())
}
