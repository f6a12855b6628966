//! `warmline backup`: makes a backup while the hub serves, or checks one.

use std::io::Write;
use std::path::PathBuf;

use backup::{BackupError, Made, Passphrase, Phase, Verified};
use basis::Secret;

use crate::options::{Common, Photos};
use crate::place::{Place, PlaceError};
use crate::progress::progress_bar;

/// Options of `backup`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Folder of the backups: each gets a folder of its own in it, and photos lie there once
    pub dir: PathBuf,

    /// Make none: compare the newest one with its hashes
    #[arg(long)]
    pub verify: bool,

    /// The passphrase under which the keys are kept.
    #[command(flatten)]
    pub sealing: Sealing,

    /// Where the photos are.
    #[command(flatten)]
    pub photos: Photos,

    /// Which hub, and how it is told.
    #[command(flatten)]
    pub common: Common,
}

/// Where the passphrase stands.
#[derive(Clone, Debug, clap::Args)]
pub struct Sealing {
    /// File with the passphrase of the keys, at least 12 characters [or WARMLINE_BACKUP_PASSPHRASE]
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  warmline backup /backups --data /var/lib/warmline --passphrase-file /etc/warmline/passphrase
  warmline backup /backups --verify
  warmline restore /backups --data /var/lib/new

The hub may serve meanwhile. The keys are in a backup only under a passphrase; without one, keep a copy of the
folder `keys` elsewhere: nobody can start the hub without them. Photos that lie in DIR already are not copied again.";

/// Why there is no backup, or none that can be believed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It cannot be made, believed or restored.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The photo store cannot be opened.
    #[error(transparent)]
    Blobs(#[from] photos::BlobError),
    /// The hub cannot be opened.
    #[error(transparent)]
    Open(#[from] PlaceError),
    /// The file of the passphrase cannot be read.
    #[error("the passphrase cannot be read from {path}")]
    Passphrase {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Standard output is closed.
    #[error("the result cannot be printed")]
    Print(#[from] std::io::Error),
}

impl Sealing {
    /// The passphrase, from the file or the environment; never from the command line, which others can read.
    pub(super) fn passphrase(&self) -> Result<Option<Passphrase>, CommandError> {
        let text = match &self.passphrase_file {
            Some(path) => {
                let text = std::fs::read_to_string(path);
                Some(text.map_err(|source| CommandError::Passphrase {
                    path: path.clone(),
                    source,
                })?)
            }
            None => std::env::var("WARMLINE_BACKUP_PASSPHRASE").ok(),
        };
        let Some(text) = text else {
            return Ok(None);
        };
        let Ok(secret) = text.trim_end_matches(['\r', '\n']).parse::<Secret>();
        Ok(Some(Passphrase::new(secret)?))
    }
}

/// Makes a backup, or checks one.
pub async fn run(args: Args) -> Result<(), CommandError> {
    let json = args.common.printing.json;
    let bar = progress_bar(json);
    let mut told = |_: Phase, done: u64, of: u64| bar.set_position(done * 1000 / of.max(1));
    let mut out = std::io::stdout().lock();
    if args.verify {
        let verified = backup::verify(&args.dir, &mut told);
        bar.finish_and_clear();
        let Verified {
            folder, manifest, ..
        } = verified?;
        if json {
            serde_json::to_writer(&mut out, &manifest).map_err(std::io::Error::from)?;
            writeln!(out)?;
        } else {
            let (folder, photos) = (folder.display(), manifest.photos);
            writeln!(
                out,
                "备份 {folder} 完好，照片 {photos} 张 / backup {folder} is whole, {photos} photos"
            )?;
        }
        return Ok(());
    }
    let passphrase = args.sealing.passphrase()?;
    let place = Place::open(&args.common.rows).await?;
    let blobs = args.photos.open(&args.common.rows.data)?;
    let parts = place.backup(&args.common.rows.data, &blobs);
    let made = backup::make(&parts, &args.dir, passphrase.as_ref(), &mut told).await;
    bar.finish_and_clear();
    let made = made?;
    if json {
        serde_json::to_writer(&mut out, &made).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    tell(&made, &mut out)?;
    Ok(())
}

fn tell(made: &Made, out: &mut impl Write) -> std::io::Result<()> {
    let Made {
        rows,
        photos,
        copied,
        missing,
        has_keys,
        ..
    } = made;
    let folder = made.folder.display();
    writeln!(
        out,
        "已备份到 {folder}：数据 {rows} 行，照片 {photos} 张（新增 {copied}）/ backed up to {folder}: {rows} rows, \
         {photos} photos ({copied} new)"
    )?;
    if *missing > 0 {
        writeln!(
            out,
            "注意：{missing} 张照片服务器上找不到或已损坏 / note: {missing} photos are missing from the hub or damaged"
        )?;
    }
    if !has_keys {
        writeln!(
            out,
            "注意：备份里没有密钥。请另外保存数据目录里的 keys 文件夹，没有它服务器无法启动 / note: the keys are not in this \
             backup. Keep a copy of the folder keys of the data folder elsewhere: without it no hub starts"
        )?;
    }
    Ok(())
}
