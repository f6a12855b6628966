//! `warmline import tickets`

use std::path::PathBuf;

use super::{Ending, ImportError, announce_new, print_changes, print_json, print_summary, read};
use crate::options::Common;
use crate::place::Place;
use crate::progress::progress_bar;
use tables::intake::{self, Destination};
use tables::{Mapping, TakeOver, street};

/// Options of `import tickets`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// CSV (UTF-8 or GB18030), XLSX, XLS, ODS, or a table that a web system exported; also gzipped
    pub file: PathBuf,

    /// Mapping to read the columns with: pingshan, board_labeled, board_hot, board_replies, office
    /// [default: the one that the header fits]
    #[arg(long, value_name = "NAME", conflicts_with = "mapping")]
    pub source: Option<String>,

    /// A mapping of your own (TOML) instead of those that are built in
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,

    /// What to take over from rows whose ticket is there with other content
    #[arg(long, value_name = "WHAT", value_parser = take_over, default_value = "deadline")]
    pub take_over: TakeOver,

    /// Code of the sub-district; made if there is none [default: the only one there is]
    #[arg(long, value_name = "CODE")]
    pub tenant: Option<String>,

    /// Which hub, and how it is told.
    #[command(flatten)]
    pub common: Common,
}

fn take_over(word: &str) -> Result<TakeOver, String> {
    let known = TakeOver::WORDS.iter().find(|(known, _)| *known == word);
    known.map(|(_, take)| *take).ok_or_else(|| {
        let words: Vec<_> = TakeOver::WORDS.iter().map(|(word, _)| *word).collect();
        format!("one of {}", words.join(", "))
    })
}

pub(super) async fn run(args: Args) -> Result<Ending, ImportError> {
    let place = Place::open(&args.common.rows).await?;
    let json = args.common.printing.json;
    let mappings = match &args.mapping {
        Some(file) => vec![Mapping::load(file)?],
        None => Mapping::embedded()?,
    };
    // The file is opened before a sub-district is made for it.
    let file = intake::open(read(&args.file)?.into(), mappings, args.source).await?;
    let (source, title) = file.source();
    let what = format!("{title}（{source}）");
    let street = street::choose(place.tables(), args.tenant.as_deref()).await?;
    announce_new(&street);

    let bar = progress_bar(json);
    let to = Destination {
        tenant: street.tenant,
        by: None,
        take_over: args.take_over,
    };
    let intake = intake::take_in(place.tables(), to, file, |done| {
        bar.set_position(done.thousandths);
    })
    .await;
    bar.finish_and_clear();
    let intake = intake?;
    if json {
        print_json(&intake)?;
    } else {
        print_summary(
            &what,
            (intake.added, intake.unchanged, intake.changed),
            &intake.refused,
            &intake.notes,
        )?;
        print_changes(intake.changes.iter().map(|row| {
            let sheet = row.sheet.as_deref();
            (sheet, row.line, &*row.upstream_no, &*row.differences)
        }))?;
    }
    Ok(Ending::of(&intake.refused))
}
