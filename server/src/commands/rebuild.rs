//! `warmline rebuild`: what lists show, made anew from the log.

use std::io::Write;

use doors::{RebuildError, Rebuilt};

use crate::options::Common;
use crate::place::{Place, PlaceError};
use crate::progress::progress_bar;

/// Options of `rebuild`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Which hub, and how it is told.
    #[command(flatten)]
    pub common: Common,
}

const EXAMPLES: &str = "\
Example:
  warmline rebuild --data /var/lib/warmline

Makes the rows behind the office's lists anew from what phones have recorded, record by record; a hub may
serve meanwhile. Records that lists show differently afterwards are counted, and phones look at them again.";

/// Why it stopped; it may be run again.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The hub cannot be opened.
    #[error(transparent)]
    Open(#[from] PlaceError),
    /// A record or the database cannot be read.
    #[error(transparent)]
    Rebuild(#[from] RebuildError),
    /// The database could not.
    #[error("the database could not")]
    Store(#[from] store::Error),
    /// Standard output is closed.
    #[error("the result cannot be printed")]
    Print(#[from] std::io::Error),
}

/// Rebuilds every sub-district of the hub.
pub async fn run(args: Args) -> Result<(), CommandError> {
    let place = Place::open(&args.common.rows).await?;
    let store = place.store();
    let tenants = store.read().await?.list_tenants().await?;
    let mut all = Rebuilt::default();
    for tenant in tenants {
        let bar = progress_bar(args.common.printing.json);
        let told = |done: usize, of: usize| {
            bar.set_position((done * 1000 / of.max(1)) as u64);
        };
        let rebuilt = doors::rebuild(store, tenant.id, told).await;
        bar.finish_and_clear();
        let rebuilt = rebuilt?;
        if rebuilt.different > 0 {
            place.begin_timeline(&tenant).await?;
        }
        all.documents += rebuilt.documents;
        all.different += rebuilt.different;
    }
    let mut out = std::io::stdout().lock();
    if args.common.printing.json {
        serde_json::to_writer(&mut out, &all).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        let Rebuilt {
            documents,
            different,
        } = all;
        writeln!(
            out,
            "走访 {documents} 份已重新整理，{different} 份与原来不同 / {documents} records derived again, {different} differed"
        )?;
    }
    Ok(())
}
