//! `warmline import users`

use std::io::Write;
use std::path::PathBuf;

use tables::intake::IntakeError;
use tables::users::{FirstPassword, UserTable};
use tables::{TakeOver, street};

use super::{Ending, ImportError, announce_check, print_changes, print_json, print_summary, read};
use crate::options::Common;
use crate::place::Place;

/// Options of `import users`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// CSV or XLSX with the columns username, name, role, units (or 账号, 姓名, 角色, 单位编码); several
    /// unit codes are separated by ;
    pub file: PathBuf,

    /// Code of the sub-district [default: the only one there is]
    #[arg(long, value_name = "CODE")]
    pub tenant: Option<String>,

    /// What to take over from rows whose username is there with another name or other units: all of that, or nothing.
    /// The role is never taken over; change it on the page of the people
    #[arg(long, value_name = "WHAT", value_parser = take_over, default_value = "nothing")]
    pub take_over: TakeOver,

    /// Say what would become of it; nothing is written
    #[arg(long)]
    pub check: bool,

    /// Which hub, and how it is told.
    #[command(flatten)]
    pub common: Common,
}

pub(super) async fn run(args: Args) -> Result<Ending, ImportError> {
    let place = Place::open(&args.common.rows).await?;
    let json = args.common.printing.json;
    let table = UserTable::open(&read(&args.file)?).map_err(IntakeError::File)?;
    let street = street::find(place.tables(), args.tenant.as_deref()).await?;
    let (tenant, take_over) = (street.tenant, args.take_over);
    let intake = if args.check {
        announce_check();
        table.check(tenant, take_over, place.accounts()).await?
    } else {
        table.take_in(tenant, take_over, place.accounts()).await?
    };
    if json {
        print_json(&intake)?;
    } else {
        print_summary(
            "账号",
            (intake.added, intake.unchanged, intake.changed),
            &intake.refused,
            &intake.notes,
        )?;
        print_changes(intake.changes.iter().map(|one| {
            let sheet = one.sheet.as_deref();
            (sheet, one.line, &*one.key, &*one.differences)
        }))?;
        print_passwords(&intake.people)?;
    }
    Ok(Ending::of(&intake.refused))
}

fn take_over(word: &str) -> Result<TakeOver, String> {
    match word {
        "all" => Ok(TakeOver::All),
        "nothing" => Ok(TakeOver::Nothing),
        _ => Err("one of all, nothing".to_owned()),
    }
}

fn print_passwords(people: &[FirstPassword]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if !people.is_empty() {
        writeln!(out, "初始密码，只显示这一次 / first passwords, shown once:")?;
    }
    for person in people {
        let (username, name) = (&person.username, &person.name);
        writeln!(out, "  {username}  {name}  {}", person.initial_password)?;
    }
    Ok(())
}
