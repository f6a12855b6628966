//! `warmline mediation`: a mediation on paper, and whether a paper is genuine.

use std::io::Write;
use std::path::PathBuf;

use papers::check::{Verdict, check_file};
use papers::stamp::{PURPOSE, find_stamp, stamped};
use papers::{PaperError, mediation};
use photos::BlobError;
use serde_json::{Value, json};
use sync_core::kinds::mediation::proof::Compared;
use sync_core::{Id, Timestamp};

use crate::options::{Common, Photos};
use crate::place::{Place, PlaceError};

/// Options of `mediation`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    what: What,
}

const EXAMPLES: &str = "\
Examples:
  warmline mediation print 01K6… --out agreement.pdf --data /var/lib/warmline
  warmline mediation verify agreement.pdf --data /var/lib/warmline

A paper carries what was signed and what was drawn (docs/MEDIATION.md). `verify` ends with 1 for a paper that is not genuine.";

#[derive(Clone, Debug, clap::Subcommand)]
enum What {
    /// Write a mediation as PDF: the version that holds, or what stands there now while none does
    Print(PrintArgs),
    /// Tell whether a printed file is whole, signed by all, and in this hub's log
    Verify(VerifyArgs),
}

#[derive(Clone, Debug, clap::Args)]
struct PrintArgs {
    /// The mediation, as its page in the office names it
    #[arg(value_name = "ID", value_parser = id)]
    mediation: Id,

    /// Where the PDF goes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Address of the page on which anybody checks the paper, for the QR code: the hub's own is ADDRESS/verify
    #[arg(long, value_name = "URL", default_value = "")]
    verify_url: String,

    /// Where the photos are.
    #[command(flatten)]
    photos: Photos,

    /// Which hub, and how it is told.
    #[command(flatten)]
    common: Common,
}

#[derive(Clone, Debug, clap::Args)]
struct VerifyArgs {
    /// A PDF as it was printed to a file, not a scan of the paper
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Which hub, and how it is told.
    #[command(flatten)]
    common: Common,
}

impl Args {
    pub(super) const fn common(&self) -> &Common {
        match &self.what {
            What::Print(args) => &args.common,
            What::Verify(args) => &args.common,
        }
    }
}

fn id(text: &str) -> Result<Id, String> {
    Id::parse(text)
        .ok_or_else(|| "编号有 26 个字母和数字 / an id has 26 letters and digits".to_owned())
}

/// Why it stopped.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The hub cannot be opened.
    #[error(transparent)]
    Open(#[from] PlaceError),
    /// The photo store cannot be opened.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The paper cannot be made or checked.
    #[error(transparent)]
    Paper(#[from] PaperError),
    /// A file cannot be read or written.
    #[error("{path} 打不开或写不进 / cannot be read or written: {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The paper is not genuine; why stands in the output.
    #[error("这份文件不能证明协议 / the paper is not genuine")]
    NotGenuine,
    /// The database could not.
    #[error("the database could not")]
    Store(#[from] store::Error),
    /// Standard output is closed.
    #[error("the result cannot be printed")]
    Output(#[from] std::io::Error),
}

/// Prints or checks.
///
/// # Errors
/// Also for a paper that is not genuine.
pub async fn run(args: Args) -> Result<(), CommandError> {
    match args.what {
        What::Print(args) => print(args).await,
        What::Verify(args) => verify(args).await,
    }
}

async fn print(args: PrintArgs) -> Result<(), CommandError> {
    let rows = &args.common.rows;
    let place = Place::open(rows).await?;
    let blobs = args.photos.open(&rows.data)?;
    let mut tx = place.store().read().await?;
    let tenants: Vec<Id> = tx.list_tenants().await?.iter().map(|one| one.id).collect();
    let source = mediation::load(&tenants, args.mediation, place.now(), &blobs, &mut tx).await?;
    drop(tx);
    let paper = mediation::paper(&source, &args.verify_url);
    let rendered = ::print::render(&paper).map_err(PaperError::from)?;
    let pdf = stamped(rendered.pdf, |pdf| place.keys().tag(PURPOSE, pdf));
    std::fs::write(&args.out, &pdf).map_err(|source| CommandError::File {
        path: args.out.clone(),
        source,
    })?;
    let missing: Vec<String> = rendered
        .missing
        .iter()
        .map(|one| format!("U+{:04X}", u32::from(*one)))
        .collect();
    let told = json!({ "pages": rendered.pages, "hash": paper.foot.hash, "missing": missing });
    let mut out = std::io::stdout().lock();
    if args.common.printing.json {
        writeln!(out, "{told}")?;
    } else {
        writeln!(
            out,
            "已写成 {} 页 / {} pages\n{}",
            rendered.pages, rendered.pages, paper.foot.hash
        )?;
        if !missing.is_empty() {
            writeln!(out, "打印成〓的字 / printed as 〓: {}", missing.join(" "))?;
        }
    }
    Ok(())
}

async fn verify(args: VerifyArgs) -> Result<(), CommandError> {
    let file = std::fs::read(&args.file).map_err(|source| CommandError::File {
        path: args.file.clone(),
        source,
    })?;
    let place = Place::open(&args.common.rows).await?;
    let mut tx = place.store().read().await?;
    let tenants: Vec<Id> = tx.list_tenants().await?.iter().map(|one| one.id).collect();
    let verdict = check_file(&tenants, &file, place.now(), &mut tx).await?;
    // A bare proof has no pages that could say something else.
    let stamp = find_stamp(&file);
    let is_as_printed = !file.starts_with(b"%PDF")
        || stamp.is_some_and(|(pdf, tag)| place.keys().is_tag(PURPOSE, pdf, &tag));
    let mut out = std::io::stdout().lock();
    if args.common.printing.json {
        let mut told = as_json(&verdict);
        if let Some(told) = told.as_object_mut() {
            told.insert("as_printed".to_owned(), json!(is_as_printed));
        }
        writeln!(out, "{told}")?;
    } else {
        writeln!(out, "{}", as_text(&verdict))?;
        if verdict.is_genuine() && !is_as_printed {
            writeln!(out, "{ALTERED}")?;
        }
    }
    (verdict.is_genuine() && is_as_printed)
        .then_some(())
        .ok_or(CommandError::NotGenuine)
}

fn as_json(verdict: &Verdict) -> Value {
    let at = |at: &Option<Timestamp>| at.map(Timestamp::millis);
    match verdict {
        Verdict::Known {
            compared,
            hash,
            complete_at,
            withdrawn,
        } => {
            let (code, signature) = code_of(compared);
            json!({ "verdict": code, "signature": signature, "hash": hash, "complete_at": at(complete_at),
                "withdrawn": withdrawn })
        }
        Verdict::Elsewhere { hash, complete_at } => {
            json!({ "verdict": "elsewhere", "hash": hash, "complete_at": at(complete_at) })
        }
        Verdict::Unreadable(error) => {
            json!({ "verdict": "unreadable", "reason": error.to_string() })
        }
        Verdict::Broken(broken) => json!({ "verdict": "broken", "reason": broken.to_string() }),
    }
}

fn code_of(compared: &Compared) -> (&'static str, Option<String>) {
    match compared {
        Compared::Holds => ("holds", None),
        Compared::Superseded => ("superseded", None),
        Compared::Incomplete => ("incomplete", None),
        Compared::ContentUnknown => ("content_unknown", None),
        Compared::SignatureUnknown(id) => ("signature_unknown", Some(id.to_string())),
    }
}

fn as_text(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Known {
            compared,
            hash,
            withdrawn,
            ..
        } => {
            let given_up = if *withdrawn {
                "\n这份调解后来已撤回 / the mediation was withdrawn since"
            } else {
                ""
            };
            format!("{}{given_up}\nSHA-256 {hash}", said(compared))
        }
        Verdict::Elsewhere { hash, .. } => format!(
            "文件完整，但本系统没有这份调解 / whole, but not of this hub\nSHA-256 {hash}"
        ),
        Verdict::Unreadable(error) => format!("{error}"),
        Verdict::Broken(_) => {
            "文件里的签字或内容被改动过，不能作为凭据 / the content or a signature in the file was changed".to_owned()
        }
    }
}

const ALTERED: &str = "签字属实，但文件打印后被改动过，页面上的字不能作为凭据 / the signatures are genuine, but the file was changed \
since it was printed: do not trust its pages";

const fn said(compared: &Compared) -> &'static str {
    match compared {
        Compared::Holds => "属实：内容和签字与本系统一致，现行有效 / genuine: this version holds",
        Compared::Superseded => {
            "属实，但已有各方重新签字的新版本 / genuine, but a later version holds"
        }
        Compared::Incomplete => "内容一致，但还没有签齐 / known, but not signed by all",
        Compared::ContentUnknown => "内容和本系统的记录不一致 / the content is not in the record",
        Compared::SignatureUnknown(_) => {
            "有签字和本系统的记录不一致 / a signature is not in the record"
        }
    }
}
