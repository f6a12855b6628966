//! `warmline simulate`: phones against a running hub.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use simulator::desk::{Desk, DeskError};
use simulator::{Outcome, Plan, RunError, hostile, run as run_plan};
use sync_core::kinds::Kind;

use crate::options::Common;

/// Options of `simulate`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The running hub
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub hub: String,

    /// What the phones record
    #[arg(long, default_value = "visit", value_parser = kind)]
    pub kind: Kind,

    /// Phones
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    pub devices: usize,

    /// Visits that each phone records
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    pub visits: usize,

    /// Photos of each visit
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    pub photos: usize,

    /// Decides what the phones do
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,

    /// Code of the sub-district to fill; made if there is none, refused if a simulation did not make it
    #[arg(long, value_name = "CODE", default_value = "simulation")]
    pub tenant: String,

    /// Cut no connection, crash no phone, repeat nothing
    #[arg(long)]
    pub calm: bool,

    /// Seconds in which the phones must come to rest once nothing fails any more
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub patience: u64,

    /// File for what the hub acknowledged [default: a new file in the temp folder]
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,

    /// Instead: one phone sends each file of a folder as a change, beside an honest one
    #[arg(long, value_name = "DIR")]
    pub hostile: Option<PathBuf>,

    /// Which hub, and how it is told.
    #[command(flatten)]
    pub common: Common,
}

const EXAMPLES: &str = "\
Examples:
  warmline simulate --devices 100 --visits 20 --photos 2 --seed 7
  warmline simulate --data /var/lib/warmline --json --hub http://127.0.0.1:9000
  warmline simulate --database-url postgres://warmline@db/warmline --calm
  warmline simulate --hostile tests/hostile

Writes people, tickets and enrolment codes into the database of that hub (--data or --database-url, as for
the hub itself), in a sub-district that exists for nothing else. Then phones record visits over HTTP, through
a relay that cuts connections, and at the end fresh phones pull everything back.

Exit codes:
  0  nothing acknowledged is lost, nothing is there twice, all phones agree
  1  something is not where it belongs, or the run could not end";

fn kind(word: &str) -> Result<Kind, String> {
    let known = || {
        Kind::ALL
            .iter()
            .map(|kind| kind.as_str())
            .collect::<Vec<_>>()
    };
    Kind::parse(word).ok_or_else(|| format!("one of: {}", known().join(", ")))
}

/// Why a simulation ended badly.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The accounts cannot be prepared.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// A file came into the record, or an honest change did not.
    #[error("a hostile file was admitted, or an honest change was not")]
    Invaded,
    /// Something is lost, twice, or not the same everywhere.
    #[error(
        "not everything is where it belongs: see lost, duplicated, diverged, refused and settled"
    )]
    NotWhole,
    /// Standard output is closed.
    #[error("the result cannot be printed")]
    Print(#[from] std::io::Error),
    /// The run could not go on.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Runs a simulation and prints what it found.
///
/// # Errors
/// If anything is not where it belongs.
pub async fn run(args: Args) -> Result<(), SimulateError> {
    match &args.hostile {
        Some(folder) => run_hostile(&args, folder, &args.common.rows.config().database_url()).await,
        None => {
            run_phones(
                &args,
                &args.common.rows.config().database_url(),
                args.common.printing.json,
            )
            .await
        }
    }
}

async fn run_hostile(args: &Args, folder: &Path, url: &str) -> Result<(), SimulateError> {
    let desk = Desk::open(url, &args.tenant).await?;
    let outcome = hostile::run(&args.hub, &desk, args.kind, folder).await?;
    print_json(&outcome)?;
    if outcome.is_whole() {
        Ok(())
    } else {
        Err(SimulateError::Invaded)
    }
}

async fn run_phones(args: &Args, url: &str, json: bool) -> Result<(), SimulateError> {
    let plan = Plan {
        hub: args.hub.clone(),
        tenant: args.tenant.clone(),
        kind: args.kind,
        devices: args.devices,
        visits: args.visits,
        photos: args.photos,
        seed: args.seed,
        faults: !args.calm,
        patience: Duration::from_secs(args.patience),
        ledger: args.ledger.clone().unwrap_or_else(new_ledger),
    };
    let bar = progress_bar((args.devices * args.visits) as u64, json);
    let ticking = bar.clone();
    let outcome = run_plan(&plan, url, move || ticking.inc(1)).await;
    bar.finish_and_clear();
    let outcome = outcome?;
    if json {
        print_json(&outcome)?;
    } else {
        print_pretty(&outcome)?;
    }
    if outcome.is_whole() {
        Ok(())
    } else {
        Err(SimulateError::NotWhole)
    }
}

fn new_ledger() -> PathBuf {
    std::env::temp_dir().join(format!("warmline-simulate-{}.ledger", std::process::id()))
}

/// A bar on standard error that counts visits; invisible where no terminal is attached.
fn progress_bar(visits: u64, json: bool) -> ProgressBar {
    if json {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(visits);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} visits  {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn print_json(result: &impl Serialize) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, result)?;
    writeln!(out)
}

fn print_pretty(outcome: &Outcome) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, outcome)?;
    writeln!(out)
}
