//! `warmline restore`: a backup becomes a hub again.

use std::io::Write;
use std::path::PathBuf;

use backup::{Phase, Restored};

use super::backup::{CommandError, Sealing};
use crate::options::{Common, Photos};
use crate::place::Bare;
use crate::progress::progress_bar;

/// Options of `restore`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Folder of the backups, the newest of which is taken, or the folder of one
    pub dir: PathBuf,

    /// The passphrase under which the keys were kept.
    #[command(flatten)]
    pub sealing: Sealing,

    /// Where the photos go.
    #[command(flatten)]
    pub photos: Photos,

    /// Which hub, and how it is told.
    #[command(flatten)]
    pub common: Common,
}

const EXAMPLES: &str = "\
Examples:
  warmline restore /backups --data /var/lib/new --passphrase-file /etc/warmline/passphrase
  warmline restore /backups/20261127T083000Z --data /var/lib/new --database-url postgres://warmline@db/new

The data folder and the database have to be empty; every file is compared with its hash first. Put the folder
`keys` into the data folder before, unless the backup holds the keys. A backup of SQLite may become a
PostgreSQL and the other way round. Phones give the hub again what came after the backup.";

/// Restores a backup.
pub async fn run(args: Args) -> Result<(), CommandError> {
    let json = args.common.printing.json;
    let passphrase = args.sealing.passphrase()?;
    let place = Bare::open(&args.common.rows).await?;
    let blobs = args.photos.open(&args.common.rows.data)?;
    let parts = place.backup(&args.common.rows.data, &blobs);
    let bar = progress_bar(json);
    let mut told = |_: Phase, done: u64, of: u64| bar.set_position(done * 1000 / of.max(1));
    let restored = backup::restore(&parts, &args.dir, passphrase.as_ref(), &mut told).await;
    bar.finish_and_clear();
    let restored = restored?;
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, &restored).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    let Restored {
        rows,
        photos,
        has_keys,
    } = restored;
    writeln!(
        out,
        "已恢复：数据 {rows} 行，照片 {photos} 张 / restored: {rows} rows, {photos} photos"
    )?;
    if !has_keys {
        writeln!(
            out,
            "注意：还没有密钥。启动前请把原来的 keys 文件夹放回数据目录 / note: there are no keys yet. Put the folder keys of \
             the hub back into the data folder before it is started"
        )?;
    }
    Ok(())
}
