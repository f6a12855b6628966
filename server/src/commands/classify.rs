//! `warmline classify evaluate`: how well the classifier and the rules do on tickets that people have labelled.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use classify::folds::{self, Figures, LabelFigures};
use classify::party::{self, Party};
use classify::{Example, Recipe};
use serde::Serialize;
use tables::intake::IntakeError;
use tables::labelled::{self, LabelledTicket};
use tables::{Mapping, MappingError};

use crate::options::{Logging, Printing};

/// Options of `classify`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub what: What,
}

impl Args {
    /// How it is told.
    pub const fn common(&self) -> (&Logging, Printing) {
        let What::Evaluate(args) = &self.what;
        (&args.logging, args.printing)
    }
}

const EXAMPLES: &str = "\
Examples:
  warmline classify evaluate messages.csv
  warmline classify evaluate messages.csv --folds 10 --json
  warmline classify evaluate cases.csv --level 2
  warmline classify evaluate messages.csv --subjects labels.csv

FILE is a table of tickets that import knows, with classes. It is divided into parts, and each is guessed by a model
that learned from the others, so no text is guessed by a model that knows it. The file of --subjects has the columns
number,subject: the tickets' numbers, and citizen, citizen_enterprise or enterprise as a person read them.";

/// What can be done.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum What {
    /// Measure the model by parts of a file, or the rules of the subject by labels of your own
    Evaluate(Evaluate),
}

/// Options of `classify evaluate`.
#[derive(Clone, Debug, clap::Args)]
pub struct Evaluate {
    /// Tickets with their classes: CSV, XLSX, XLS, ODS, also gzipped
    pub file: PathBuf,

    /// Parts that the tickets are divided into
    #[arg(long, value_name = "COUNT", default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=50))]
    pub folds: u8,

    /// How often that is done, each time with another division
    #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=50))]
    pub seeds: u8,

    /// How many levels of the class make a label: 1 large, 2 middle, 3 small
    #[arg(long, value_name = "LEVEL", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
    pub level: u8,

    /// Measure the rules for citizen, firm and citizen against firm instead, by the labels in this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["folds", "seeds", "level"])]
    pub subjects: Option<PathBuf>,

    /// What is logged.
    #[command(flatten)]
    pub logging: Logging,

    /// How the result is printed.
    #[command(flatten)]
    pub printing: Printing,
}

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A file cannot be read.
    #[error("文件 {path} 打不开；请检查路径和权限 / cannot be read")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The labels are not in their form.
    #[error(
        "标签文件第 {line} 行读不懂：「{text}」；每行写「编号,主体」，主体用 citizen、citizen_enterprise 或 enterprise / \
         not a number and a subject"
    )]
    Label {
        /// Its line.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// The program's own mappings do not hold together.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A ticket that has a label is not in the file.
    #[error("表里没有编号 {0} 的工单；请核对标签文件和工单表是不是一套 / no ticket of this number")]
    NoTicket(String),
    /// Standard output is closed.
    #[error("the result cannot be printed")]
    Print(#[from] std::io::Error),
    /// The tickets cannot be read.
    #[error(transparent)]
    Tickets(#[from] IntakeError),
    /// Too few tickets have a class.
    #[error(
        "有类别的工单只有 {0} 件，分不成 {1} 份；请换一份表，或用 --folds 减少份数 / too few tickets with a class"
    )]
    TooFew(usize, u8),
}

/// Measures and prints.
pub async fn run(args: Args) -> Result<(), CommandError> {
    let What::Evaluate(args) = args.what;
    let content = open(&args.file)?;
    let (tickets, refused) = labelled::read(content.into(), Mapping::embedded()?).await?;
    let text = if let Some(labels) = &args.subjects {
        let figures = subjects(&tickets, &String::from_utf8_lossy(&open(labels)?))?;
        told(&figures, args.printing, print_subjects)?
    } else {
        let examples: Vec<Example> = tickets
            .into_iter()
            .filter_map(|ticket| example(ticket, args.level))
            .collect();
        let (folds, seeds) = (usize::from(args.folds), usize::from(args.seeds));
        let figures = folds::measure(&examples, folds, seeds, Recipe::default())
            .ok_or(CommandError::TooFew(examples.len(), args.folds))?;
        told(&figures, args.printing, print_figures)?
    };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !refused.is_empty() && !args.printing.json {
        writeln!(out, "另有 {} 行没有读入 / rows refused", refused.len())?;
    }
    Ok(())
}

fn open(path: &Path) -> Result<Vec<u8>, CommandError> {
    std::fs::read(path).map_err(|source| CommandError::File {
        path: path.to_owned(),
        source,
    })
}

fn told<T: Serialize>(
    figures: &T,
    printing: Printing,
    text: impl Fn(&T, &mut String) -> std::fmt::Result,
) -> Result<String, std::io::Error> {
    let mut out = String::new();
    if printing.json {
        out = serde_json::to_string(figures)?;
        out.push('\n');
    } else {
        text(figures, &mut out).map_err(std::io::Error::other)?;
    }
    Ok(out)
}

/// A ticket as an example of its class down to a level; `None` if it has no class there.
fn example(ticket: LabelledTicket, level: u8) -> Option<Example> {
    let levels = ticket.category.into_iter().take(usize::from(level));
    let label: Vec<String> = levels.collect::<Option<_>>()?;
    Some(Example {
        title: ticket.title,
        body: ticket.description,
        label: label.join(" / "),
    })
}

/// How the rules of the subject did.
#[derive(Serialize)]
struct Subjects {
    tickets: usize,
    accuracy: f64,
    /// Always the largest class.
    baseline: f64,
    labels: Vec<LabelFigures>,
    wrong: Vec<Wrong>,
}

/// A ticket whose subject the rules got wrong.
#[derive(Serialize)]
struct Wrong {
    number: String,
    person: Party,
    rules: Party,
}

fn subjects(tickets: &[LabelledTicket], labels: &str) -> Result<Subjects, CommandError> {
    let by_number: BTreeMap<&str, &LabelledTicket> = tickets
        .iter()
        .map(|ticket| (&*ticket.upstream_no, ticket))
        .collect();
    let mut told: Vec<(Party, Party)> = Vec::new();
    let mut wrong = Vec::new();
    let lines = labels.lines().enumerate().skip(1);
    for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let label = line.split_once(',');
        let label =
            label.and_then(|(number, word)| Some((number.trim(), Party::parse(word.trim())?)));
        let Some((number, person)) = label else {
            return Err(CommandError::Label {
                line: index.saturating_add(1),
                text: line.to_owned(),
            });
        };
        let ticket = by_number
            .get(number)
            .ok_or_else(|| CommandError::NoTicket(number.to_owned()))?;
        let rules = party::decide(&ticket.title, &ticket.description, None).party;
        told.push((person, rules));
        if person != rules {
            wrong.push(Wrong {
                number: number.to_owned(),
                person,
                rules,
            });
        }
    }
    let labels: Vec<LabelFigures> = Party::ALL
        .into_iter()
        .map(|party| {
            LabelFigures::count(
                party.as_str(),
                told.iter().map(|(a, b)| (*a == party, *b == party)),
            )
        })
        .collect();
    let largest = labels
        .iter()
        .map(|label| label.examples)
        .max()
        .unwrap_or_default();
    let share = |part: usize| part as f64 / told.len().max(1) as f64;
    Ok(Subjects {
        tickets: told.len(),
        accuracy: share(told.len().saturating_sub(wrong.len())),
        baseline: share(largest),
        labels,
        wrong,
    })
}

fn print_figures(figures: &Figures, out: &mut String) -> std::fmt::Result {
    let Figures {
        examples,
        folds,
        seeds,
        ..
    } = figures;
    writeln!(
        out,
        "{examples} 件，分 {folds} 份，{seeds} 次 / tickets, folds, divisions"
    )?;
    let baseline = figures.baseline;
    writeln!(
        out,
        "准确率 accuracy   {:.3}   总猜最大类 always the largest {:.3}",
        figures.accuracy, baseline.accuracy
    )?;
    writeln!(
        out,
        "宏平均 macro F1    {:.3}   总猜最大类 always the largest {:.3}",
        figures.macro_f1, baseline.macro_f1
    )?;
    let (low, high) = figures.spread;
    writeln!(out, "各份准确率 by fold {low:.3} – {high:.3}")?;
    writeln!(
        out,
        "把握大时才提出 / speaks of {:.1} %, of these right {:.1} % (margin {:.3})",
        100.0 * figures.spoken,
        100.0 * figures.spoken_accuracy,
        figures.silent_below
    )?;
    print_labels(&figures.labels, out)
}

fn print_subjects(figures: &Subjects, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "{} 件，人工标注 / tickets, labelled by hand",
        figures.tickets
    )?;
    writeln!(
        out,
        "准确率 accuracy   {:.3}   总猜最大类 always the largest {:.3}",
        figures.accuracy, figures.baseline
    )?;
    print_labels(&figures.labels, out)?;
    for wrong in &figures.wrong {
        let (number, person, rules) = (&wrong.number, wrong.person.as_str(), wrong.rules.as_str());
        writeln!(out, "{number}: 人工 {person}，规则 {rules}")?;
    }
    Ok(())
}

fn print_labels(labels: &[LabelFigures], out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "类别 label: 件数 tickets, 精确率 precision, 召回率 recall, F1"
    )?;
    for it in labels {
        writeln!(
            out,
            "  {}: {}, {:.3}, {:.3}, {:.3}",
            it.label, it.examples, it.precision, it.recall, it.f1
        )?;
    }
    Ok(())
}
