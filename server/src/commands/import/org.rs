//! `warmline import org`

use std::path::PathBuf;

use super::{
    Ending, ImportError, announce_check, announce_new, print_changes, print_json, print_summary,
    read,
};
use crate::options::Common;
use crate::place::Place;
use tables::{ReadingNotes, TakeOver, org};

/// Options of `import org`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// JSON with `street` and `communities`, each with `code` and `name`; a community may list `grids`
    pub file: PathBuf,

    /// Code of the sub-district [default: the street's code]
    #[arg(long, value_name = "CODE")]
    pub tenant: Option<String>,

    /// Take over the names of units that are there under another one
    #[arg(long)]
    pub rename: bool,

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
    let organisation = org::parse(&read(&args.file)?)?;
    let take_over = if args.rename {
        TakeOver::All
    } else {
        TakeOver::Nothing
    };
    let tenant = args.tenant.as_deref();
    let intake = if args.check {
        org::check(place.tables(), &organisation, tenant, take_over).await?
    } else {
        org::take_in(place.tables(), &organisation, tenant, take_over).await?
    };
    if args.check {
        announce_check();
    } else {
        announce_new(&intake.street);
    }
    if json {
        print_json(&intake)?;
    } else {
        // A list of units has no tables that something could be left out of.
        let notes = ReadingNotes::default();
        print_summary(
            "组织单位",
            (intake.added, intake.unchanged, intake.changed),
            &intake.refused,
            &notes,
        )?;
        print_changes(
            intake
                .changes
                .iter()
                .map(|one| (None, one.line, &*one.key, &*one.differences)),
        )?;
    }
    Ok(Ending::of(&intake.refused))
}
