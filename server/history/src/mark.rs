//! The mark: how far the history has come, kept beside the database. A database that is behind it was put back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use basis::{Clock, Rng};
use serde::{Deserialize, Serialize};
use store::Db;
use store::timelines::{Cause, Turn};
use sync_core::Id;

use crate::HistoryError;
use crate::folder::put_whole;

/// The file in the data folder.
const NAME: &str = "timeline.mark";

/// How far the history of each sub-district has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    tenants: BTreeMap<Id, Reached>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Reached {
    timeline: Id,
    seq: i64,
}

impl Mark {
    async fn of(store: &Db) -> Result<Self, store::Error> {
        let tenants = store.read().await?.list_tenants().await?;
        let reached = tenants.into_iter().map(|tenant| {
            let reached = Reached {
                timeline: tenant.timeline,
                seq: tenant.seq,
            };
            (tenant.id, reached)
        });
        Ok(Self {
            tenants: reached.collect(),
        })
    }

    /// The mark of the data folder; none where it is missing or cannot be read, which is no reason not to start.
    fn read(folder: &Path) -> Self {
        let path = folder.join(NAME);
        let read = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| error.to_string()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.to_string()),
        };
        read.unwrap_or_else(|error| {
            tracing::warn!(
                error,
                "the file timeline.mark cannot be read and is made anew"
            );
            Self::default()
        })
    }
}

/// The mark of a data folder, written when the history has gone on.
#[derive(Debug)]
pub struct MarkFile {
    folder: PathBuf,
    written: Mark,
}

impl MarkFile {
    /// Of this data folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            written: Mark::default(),
        }
    }

    /// Writes where the history stands now, if it has gone on.
    ///
    /// # Errors
    /// If the database cannot be read. A disk that is full is no error: the mark stays behind.
    pub async fn write(&mut self, store: &Db) -> Result<(), store::Error> {
        let now = Mark::of(store).await?;
        if now == self.written {
            return Ok(());
        }
        let path = self.folder.join(NAME);
        let content = serde_json::to_vec(&now).unwrap_or_default();
        let written = tokio::task::spawn_blocking(move || put_whole(&path, &content)).await;
        match written {
            Ok(Ok(())) => self.written = now,
            Ok(Err(error)) => tracing::warn!(%error, "timeline.mark cannot be written"),
            Err(error) => tracing::warn!(%error, "timeline.mark cannot be written"),
        }
        Ok(())
    }
}

/// Compares the database with the mark beside it; where it is behind, a new timeline begins. Then the mark is set to
/// what is.
///
/// # Errors
/// If the database could not.
pub async fn notice_older_database(
    store: &Db,
    folder: &Path,
    clock: &Clock,
    rng: &Rng,
) -> Result<MarkFile, HistoryError> {
    let mark = Mark::read(folder);
    let now = clock.now();
    for tenant in store.read().await?.list_tenants().await? {
        let Some(reached) = mark.tenants.get(&tenant.id) else {
            continue;
        };
        let mut tx = store.begin().await?;
        let behind = if reached.timeline == tenant.timeline {
            reached.seq > tenant.seq
        } else {
            // Another hub may have turned meanwhile; a timeline that the database never had is its own future.
            !tx.is_past_timeline(tenant.id, reached.timeline).await?
        };
        if !behind {
            continue;
        }
        let turn = Turn {
            tenant: tenant.id,
            from: tenant.timeline,
            to: rng.new_id(now),
            unknown: (reached.timeline != tenant.timeline).then_some(reached.timeline),
            at_least: reached.seq,
            cause: Cause::Mark,
        };
        if tx.begin_timeline(&turn, now).await? {
            tx.commit().await?;
            tracing::warn!(
                tenant = %tenant.id,
                "the database is older than timeline.mark: it was put back. A new timeline begins, and phones offer \
                 again what they hold"
            );
        }
    }
    let mut file = MarkFile::in_folder(folder);
    file.write(store).await?;
    Ok(file)
}
