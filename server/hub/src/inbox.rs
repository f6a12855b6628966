//! The drop folder: a file of tickets that somebody puts there is imported once, then lies in `done` or `refused` with its
//! report beside it.
//!
//! A file is complete when neither its length nor its time changed between two looks; whoever writes slowly gives it a name
//! that ends in `.part` and renames it. Which contents were imported stands in the database, so that hubs on one folder, a
//! start anew and a file that is dropped twice change nothing.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use basis::Pulse;
use bytes::Bytes;
use store::audit::AuditEntry;
use sync_core::{Id, MediaHash, Timestamp};
use tables::intake::{self, Destination, Intake, IntakeError};
use tables::{Mapping, TakeOver, street};

use crate::app::App;
use crate::dropped::Look;

mod report;

/// Between two looks.
pub const LOOK: Duration = Duration::from_secs(5);
/// An import whose hub is gone is taken over after this: no import lasts so long.
const STALE_MS: i64 = 10 * 60 * 1000;
/// Names of files that are being written, or are none of ours.
const UNFINISHED: [&str; 5] = [".part", ".tmp", ".crdownload", ".partial", "~"];
const DONE: &str = "done";
const REFUSED: &str = "refused";

/// Why a look ended early; files stay where they are.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// The folder cannot be read or written.
    #[error("the drop folder cannot be used")]
    Folder(#[from] io::Error),
    /// The list of sources is broken; part of the program.
    #[error(transparent)]
    Mapping(#[from] tables::MappingError),
    /// The database could not do it, or personal data could not be sealed.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// There are several sub-districts.
    #[error("it is not clear which sub-district the drop folder is for")]
    Street(#[from] street::StreetError),
}

/// Looks at the folder for as long as the hub runs. Ends at once without one.
pub async fn watch(app: App, pulse: Pulse) {
    let Some(folder) = app.config().inbox.clone() else {
        return;
    };
    while !pulse.is_given_up() {
        pulse.beat();
        match pulse.attempt(look(&app, &folder)).await {
            Some(Ok(())) => pulse.succeed(),
            Some(Err(error)) => {
                app.inbox().note(|inbox| inbox.standing.failing = true);
                // No names of files: they may be those of people.
                tracing::warn!(cause = %crate::error::Cause::of(&error), "the drop folder waits");
            }
            None => {}
        }
        pulse.rest();
        tokio::time::sleep(LOOK).await;
    }
}

/// Imports every complete file.
///
/// # Errors
/// If the folder, the database or the keys fail: files stay, and the next look tries again.
pub async fn look(app: &App, folder: &Path) -> Result<(), InboxError> {
    let files = complete(app, folder).await?;
    if !files.is_empty() {
        let street = street::existing(None, app.store()).await?;
        // An empty hub has nobody yet whose tickets they could be.
        if let Some(street) = street {
            for file in files {
                take(app, folder, &file, street.tenant).await?;
            }
        }
    }
    let now = app.clock().now();
    app.inbox().note(|inbox| {
        inbox.standing.looked_at = Some(now);
        inbox.standing.failing = false;
    });
    Ok(())
}

/// The files that look as they did the last time, in the order of their names.
async fn complete(app: &App, folder: &Path) -> Result<Vec<PathBuf>, io::Error> {
    let folder = folder.to_owned();
    let listed = tokio::task::spawn_blocking(move || list(&folder));
    let now = listed.await.map_err(io::Error::other)??;
    let mut same: Vec<PathBuf> = Vec::new();
    app.inbox().note(|inbox| {
        let known = |file: &PathBuf, look: &Look| inbox.seen.get(file) == Some(look);
        same.extend(
            now.iter()
                .filter(|(file, look)| known(file, look))
                .map(|(file, _)| file.clone()),
        );
        inbox.standing.waiting = now.len();
        inbox.seen = now;
    });
    same.sort();
    Ok(same)
}

fn list(folder: &Path) -> Result<HashMap<PathBuf, Look>, io::Error> {
    for name in [DONE, REFUSED] {
        std::fs::create_dir_all(folder.join(name))?;
    }
    let mut found = HashMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let unfinished =
            name.starts_with(['.', '~']) || UNFINISHED.iter().any(|end| name.ends_with(end));
        // Not followed: a link could lead anywhere on the machine.
        let about = entry.metadata()?;
        if about.is_file() && !unfinished {
            found.insert(entry.path(), (about.len(), about.modified()?));
        }
    }
    Ok(found)
}

/// What became of a file.
enum Ending {
    Taken(Box<Intake>),
    Refused(String),
}

/// Imports one file unless its content was imported before, and moves it.
async fn take(app: &App, folder: &Path, file: &Path, tenant: Id) -> Result<(), InboxError> {
    let most = app.config().limits.max_import_bytes as u64;
    let about = match tokio::fs::metadata(file).await {
        Ok(about) => about,
        // Another hub on this folder was faster.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if about.len() > most {
        let megabytes = most / (1024 * 1024);
        let refused = report::refused(&format!(
            "文件超过 {megabytes} MB；请按月份分成几个文件后再放进来。"
        ));
        return put_away(app, folder, file, (false, refused)).await;
    }
    let content = match tokio::fs::read(file).await {
        Ok(content) => Bytes::from(content),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let sha256 = MediaHash::of(&content);
    let now = app.clock().now();
    let stale = Timestamp::from_millis(now.millis() - STALE_MS);
    let mut tx = app.store().begin().await?;
    let mine = tx.claim_dropped_file(tenant, sha256, now, stale).await?;
    let known = tx.find_dropped_file(tenant, sha256).await?;
    tx.commit().await?;
    if !mine {
        let Some((taken, before)) = known.and_then(|known| Some((known.taken?, known.report)))
        else {
            // Another hub has it in hand.
            return Ok(());
        };
        let before = before
            .as_ref()
            .and_then(|report| report.as_str())
            .unwrap_or_default();
        return put_away(app, folder, file, (taken, report::again(before))).await;
    }
    let ending = match import(app, content, tenant).await {
        Ok(ending) => ending,
        Err(error) => {
            let mut tx = app.store().begin().await?;
            tx.release_dropped_file(tenant, sha256).await?;
            tx.commit().await?;
            return Err(error);
        }
    };
    let (taken, text) = match &ending {
        Ending::Taken(intake) => (true, report::taken(intake)),
        Ending::Refused(sentence) => (false, report::refused(sentence)),
    };
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let kept = serde_json::Value::from(text.clone());
    tx.finish_dropped_file(tenant, sha256, (taken, &kept), now)
        .await?;
    tx.append_audit(&entry(tenant, now, sha256, taken)).await?;
    tx.commit().await?;
    put_away(app, folder, file, (taken, text)).await
}

async fn import(app: &App, content: Bytes, tenant: Id) -> Result<Ending, InboxError> {
    let opened = intake::open(content, Mapping::embedded()?, None).await;
    let file = match opened {
        Ok(file) => file,
        Err(IntakeError::File(refused)) => return Ok(Ending::Refused(refused.to_string())),
        Err(IntakeError::Reader(error)) => {
            tracing::warn!(%error, "the table reader stopped");
            let sentence = "这个文件读到一半读不下去；请另存为 CSV 后再放进来。";
            return Ok(Ending::Refused(sentence.to_owned()));
        }
        Err(error) => return Err(error.into()),
    };
    let to = Destination {
        tenant,
        by: None,
        take_over: TakeOver::Deadline,
    };
    let told = |progress: intake::Progress| {
        if progress.stored > 0 {
            app.doors().live().poke(tenant, vec![tenant]);
        }
    };
    let taken = intake::take_in(app.tables(), to, file, told).await?;
    Ok(Ending::Taken(Box::new(taken)))
}

fn entry(tenant: Id, at: Timestamp, sha256: MediaHash, taken: bool) -> AuditEntry {
    AuditEntry {
        tenant,
        at,
        person: None,
        device: None,
        act: "ticket.import".to_owned(),
        object: format!("inbox/{sha256}"),
        result: if taken { "ok" } else { "refused" }.to_owned(),
        request_id: String::new(),
    }
}

/// Moves a file to where it ends, with its report beside it.
async fn put_away(
    app: &App,
    folder: &Path,
    file: &Path,
    (taken, report): (bool, String),
) -> Result<(), InboxError> {
    let to = folder.join(if taken { DONE } else { REFUSED });
    let file = file.to_owned();
    let moved = tokio::task::spawn_blocking(move || move_beside(&file, &to, &report));
    moved.await.map_err(io::Error::other)??;
    app.inbox().note(|inbox| {
        inbox.standing.waiting = inbox.standing.waiting.saturating_sub(1);
        let count = if taken {
            &mut inbox.standing.done
        } else {
            &mut inbox.standing.refused
        };
        *count += 1;
    });
    tracing::info!(taken, "a dropped file was put away");
    Ok(())
}

/// The report first: a file without one could not tell what became of it.
fn move_beside(file: &Path, to: &Path, report: &str) -> Result<(), io::Error> {
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let (stem, ending) = name
        .rsplit_once('.')
        .map_or((name.as_str(), String::new()), |(stem, ending)| {
            (stem, format!(".{ending}"))
        });
    let free = (1..).map(|n| {
        if n == 1 {
            name.clone()
        } else {
            format!("{stem}-{n}{ending}")
        }
    });
    let mut free = free.filter(|name| !to.join(name).exists());
    // The numbers do not end.
    let name = free.next().unwrap_or(name.clone());
    std::fs::write(to.join(format!("{name}.报告.txt")), report)?;
    match std::fs::rename(file, to.join(&name)) {
        // Another hub moved it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        moved => moved,
    }
}
