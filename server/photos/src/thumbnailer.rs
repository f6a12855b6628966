//! Has thumbnails made: right after a photo came; of what another hub has left or what failed, at a later look.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use basis::{Again, Pulse};
use sync_core::{Id, MediaHash};
use tokio::sync::Notify;

use super::blob_store::{BlobError, BlobStore, Rendition};
use super::thumbnail::Thumbnails as Files;
use store::Db;
use store::media::Thumbnails;
use workers::{JobKind, Pool, WorkerError};

/// Photos that wait for thumbnails, by name only. What is lost with the process is found again in the
/// database.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: Mutex<VecDeque<(Id, MediaHash)>>,
    arrived: Notify,
}

/// Why thumbnails could not be made; they are still wanted.
#[derive(Debug, thiserror::Error)]
pub enum ThumbnailError {
    /// The photo store failed.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// No worker can be started.
    #[error(transparent)]
    Worker(#[from] WorkerError),
}

impl Queue {
    /// Asks for the thumbnails of a photo.
    pub fn push(&self, tenant: Id, sha256: MediaHash) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back((tenant, sha256));
        self.arrived.notify_one();
    }

    /// The next photo that waits; `None` when none came until then.
    async fn next(&self, until: Instant) -> Option<(Id, MediaHash)> {
        let arriving = async {
            loop {
                let arrived = self.arrived.notified();
                if let Some(photo) = self.pop() {
                    return photo;
                }
                arrived.await;
            }
        };
        tokio::time::timeout_at(until.into(), arriving).await.ok()
    }

    fn pop(&self) -> Option<(Id, MediaHash)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.pop_front()
    }
}

/// Has thumbnails made of the photos in its queue.
#[derive(Clone)]
pub struct Thumbnailer {
    /// Where photos have their rows.
    pub store: Db,
    /// Where photos and thumbnails have their files.
    pub blobs: BlobStore,
    /// Who decodes them.
    pub workers: Arc<Pool>,
    /// Photos that wait.
    pub queue: Arc<Queue>,
    /// Between two looks for photos that another hub has left or that failed.
    pub look_every: Duration,
}

impl Thumbnailer {
    /// Makes what is missing from earlier runs, then thumbnails of each photo as it comes, and now and then what
    /// nobody has made. Never ends. What fails or panics is tried again at a later look and holds up no other photo.
    pub async fn run(self, pulse: Pulse) {
        let mut again = Again::new(self.look_every);
        let mut first = true;
        let mut next_look = Instant::now();
        loop {
            if next_look <= Instant::now() {
                let now = Instant::now();
                next_look = now + self.look_every;
                match pulse.attempt(self.pending()).await {
                    // What is new in a later look, the hub that took it in is about to make.
                    Some(Ok(found)) => {
                        for (tenant, sha256) in again.look(&found, now, first) {
                            self.queue.push(tenant, sha256);
                        }
                        first = false;
                    }
                    Some(Err(error)) => {
                        tracing::error!(%error, "photos without thumbnails are not found");
                    }
                    None if pulse.is_given_up() => return,
                    None => {}
                }
            }
            let Some((tenant, sha256)) = self.queue.next(next_look).await else {
                continue;
            };
            match pulse.attempt(self.make(tenant, sha256)).await {
                Some(Ok(())) => pulse.succeed(),
                Some(Err(error)) => {
                    tracing::error!(%error, %tenant, %sha256, "thumbnails wait for a later look");
                }
                None if pulse.is_given_up() => return,
                None => {}
            }
        }
    }

    async fn pending(&self) -> Result<Vec<(Id, MediaHash)>, store::Error> {
        self.store.read().await?.list_pending_thumbnails().await
    }

    /// Makes the thumbnails of every photo that has none; one that fails holds up no other.
    pub async fn make_pending(&self) -> Result<(), ThumbnailError> {
        let mut failed = Ok(());
        for (tenant, sha256) in self.pending().await? {
            failed = failed.and(self.make(tenant, sha256).await);
        }
        failed
    }

    async fn make(&self, tenant: Id, sha256: MediaHash) -> Result<(), ThumbnailError> {
        let media = self.store.read().await?.find_media(tenant, sha256).await?;
        if media.is_none_or(|media| media.thumbnails != Thumbnails::Pending) {
            return Ok(());
        }
        let mut likeness = None;
        let state = match self.decode(tenant, sha256).await? {
            Some(files) => {
                likeness = files.likeness;
                let blobs = &self.blobs;
                let (large, small) = (files.large.into(), files.small.into());
                blobs.put(tenant, sha256, Rendition::Large, large).await?;
                blobs.put(tenant, sha256, Rendition::Small, small).await?;
                Thumbnails::Ready
            }
            None => Thumbnails::Failed,
        };
        let mut tx = self.store.begin().await?;
        tx.update_thumbnails(tenant, sha256, state).await?;
        if let Some(likeness) = likeness {
            tx.put_likeness(tenant, sha256, likeness).await?;
        }
        Ok(tx.commit().await?)
    }

    /// `None` for a photo that no worker can decode.
    async fn decode(&self, tenant: Id, sha256: MediaHash) -> Result<Option<Files>, ThumbnailError> {
        let Some(photo) = self.blobs.read(tenant, sha256, Rendition::Original).await? else {
            tracing::error!(%tenant, %sha256, "a photo has a row and no file");
            return Ok(None);
        };
        // A worker can be lost for a reason of the machine's; that is not held against the photo.
        for last_try in [false, true] {
            match self.workers.run(JobKind::Picture, &photo, None).await {
                Ok(answer) => return Ok(Files::from_bytes(&answer)),
                Err(WorkerError::Refused(code)) => {
                    tracing::info!(%tenant, %sha256, code, "a photo has no thumbnails");
                    return Ok(None);
                }
                Err(error @ WorkerError::Start(_)) => return Err(error.into()),
                Err(WorkerError::Died | WorkerError::TimedOut) if last_try => {
                    tracing::warn!(%tenant, %sha256, "a photo has killed its worker twice");
                }
                Err(WorkerError::Died | WorkerError::TimedOut) => {}
            }
        }
        Ok(None)
    }
}
