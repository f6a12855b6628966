//! Photos that are still on their way: one growing file each, on this hub's own disk.
//!
//! Nothing here is promised to a phone. It asks where to go on (`HEAD`) and each part says where it
//! begins; a part that does not begin at the end of the file changes nothing.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use sync_core::{Id, MediaHash};
use tokio::sync::{Mutex as Turn, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

/// An upload that nobody went on with for so long begins anew.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);
/// Uploads that a device may have begun and not finished; an honest one finishes one after another.
const MAX_UNFINISHED: usize = 64;

/// Their bytes together.
const MAX_UNFINISHED_BYTES: u64 = 128 * 1024 * 1024;
/// An upload that was left alone for so long makes room for the next one of its device.
const LEFT_ALONE: Duration = Duration::from_secs(3600);

/// Whole photos that are held in memory at once, to be checked and stored.
const FINISHING: usize = 8;

/// The folder of unfinished uploads.
#[derive(Clone, Debug)]
pub struct Partials {
    folder: PathBuf,
    finishing: Arc<Semaphore>,
    turns: Arc<Mutex<HashMap<PathBuf, Weak<Turn<()>>>>>,
}

/// One unfinished upload, held so that nobody else changes it meanwhile.
#[derive(Debug)]
pub struct Partial {
    path: PathBuf,
    _turn: OwnedMutexGuard<()>,
}

impl Partials {
    /// The unfinished uploads under `data`, without those that were given up.
    pub fn open(data: &Path) -> io::Result<Self> {
        let folder = data.join("partial");
        fs::create_dir_all(&folder)?;
        delete_abandoned(&folder, SystemTime::now())?;
        let turns = Arc::default();
        Ok(Self {
            folder,
            finishing: Arc::new(Semaphore::new(FINISHING)),
            turns,
        })
    }

    /// Deletes what was given up, while the hub runs: hubs run for months.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub async fn sweep(&self) -> io::Result<()> {
        let folder = self.folder.clone();
        let swept =
            tokio::task::spawn_blocking(move || delete_abandoned(&folder, SystemTime::now()));
        swept.await.map_err(io::Error::other)?
    }

    /// Waits for its turn at this upload.
    ///
    /// Held for one append or for the finish, never while waiting for the network: a browser sends the
    /// same part again when a kept-alive connection breaks, while the hub still waits on the dead one.
    /// Each device has its own, so that none can spoil what another sends under the same hash.
    pub async fn hold(&self, tenant: Id, device: Id, sha256: MediaHash) -> Partial {
        let path = self
            .folder
            .join(tenant.to_string())
            .join(device.to_string())
            .join(sha256.to_string());
        let turn = self.turn(&path);
        Partial {
            path,
            _turn: turn.lock_owned().await,
        }
    }

    /// Waits until few enough photos are in memory to read another one as a whole.
    pub async fn finishing(&self) -> Option<OwnedSemaphorePermit> {
        // Only a closed semaphore gives none, and nobody closes it.
        Arc::clone(&self.finishing).acquire_owned().await.ok()
    }

    fn turn(&self, path: &Path) -> Arc<Turn<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(path).and_then(Weak::upgrade) {
            return turn;
        }
        // Those that nobody holds any more are forgotten, now that one is added.
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::default();
        turns.insert(path.to_owned(), Arc::downgrade(&turn));
        turn
    }
}

impl Partial {
    /// Bytes received so far; `None` when nothing was ever received.
    pub async fn len(&self) -> io::Result<Option<u64>> {
        match tokio::fs::metadata(&self.path).await {
            Ok(file) => Ok(Some(file.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds `part` if the file ends at `offset`; answers where it ends afterwards.
    ///
    /// Ends the turn when the file is written, which may be after this future was dropped.
    pub async fn append(self, offset: u64, part: Bytes) -> io::Result<Appended> {
        let written = tokio::task::spawn_blocking(move || append(&self.path, offset, &part));
        written.await.map_err(io::Error::other)?
    }

    /// The whole file as received so far.
    pub async fn read(&self) -> io::Result<Bytes> {
        tokio::fs::read(&self.path).await.map(Bytes::from)
    }

    /// Forgets the upload.
    pub async fn delete(&self) -> io::Result<()> {
        match tokio::fs::remove_file(&self.path).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// The file now ends here.
    Taken(u64),
    /// The device has begun too many others.
    TooMany,
    /// The file ends here, elsewhere than the part begins; it was not changed.
    WrongOffset(u64),
}

fn append(path: &Path, offset: u64, part: &[u8]) -> io::Result<Appended> {
    let folder = path.parent().unwrap_or(path);
    let is_new = offset == 0 && !path.exists();
    if is_new {
        fs::create_dir_all(folder)?;
    }
    if folder.exists() && !make_room(folder, path, is_new, part.len() as u64, SystemTime::now())? {
        return Ok(Appended::TooMany);
    }
    let opened = OpenOptions::new()
        .append(true)
        .create(offset == 0)
        .open(path);
    let mut file = match opened {
        // Nothing was received yet, and this part is not the first.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Appended::WrongOffset(0));
        }
        opened => opened?,
    };
    let end = file.metadata()?.len();
    if end != offset {
        return Ok(Appended::WrongOffset(end));
    }
    file.write_all(part)?;
    Ok(Appended::Taken(end + part.len() as u64))
}

/// Whether a device may have `more` bytes; what it left alone, the longest first, gives way to a new upload.
fn make_room(
    folder: &Path,
    path: &Path,
    is_new: bool,
    more: u64,
    now: SystemTime,
) -> io::Result<bool> {
    let mut others = Vec::new();
    let mut bytes = more;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let file = entry.metadata()?;
        bytes += file.len();
        if entry.path() != path {
            others.push((file.modified()?, file.len(), entry.path()));
        }
    }
    others.sort();
    let mut count = others.len();
    for (modified, length, other) in others {
        let is_full = is_new && count >= MAX_UNFINISHED;
        if !is_full && bytes <= MAX_UNFINISHED_BYTES {
            break;
        }
        if !now
            .duration_since(modified)
            .is_ok_and(|age| age > LEFT_ALONE)
        {
            return Ok(false);
        }
        fs::remove_file(other)?;
        count -= 1;
        bytes -= length;
    }
    Ok(bytes <= MAX_UNFINISHED_BYTES)
}

fn delete_abandoned(folder: &Path, now: SystemTime) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let file = entry.metadata()?;
        if file.is_dir() {
            delete_abandoned(&entry.path(), now)?;
        } else if now
            .duration_since(file.modified()?)
            .is_ok_and(|age| age > KEPT)
        {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: Id = Id::from_bytes([1; 16]);
    const DEVICE: Id = Id::from_bytes([2; 16]);

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("warmline-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[tokio::test]
    async fn a_part_that_does_not_begin_at_the_end_changes_nothing() {
        let data = folder("wrong-offset");
        let partials = Partials::open(&data).unwrap();
        let hash = MediaHash::of(b"photo");
        let append = async |offset, part: &'static [u8]| {
            let partial = partials.hold(TENANT, DEVICE, hash).await;
            partial
                .append(offset, Bytes::from_static(part))
                .await
                .unwrap()
        };
        assert_eq!(append(3, b"to").await, Appended::WrongOffset(0));
        assert_eq!(append(0, b"pho").await, Appended::Taken(3));
        assert_eq!(append(0, b"pho").await, Appended::WrongOffset(3));
        assert_eq!(append(3, b"to").await, Appended::Taken(5));
        let partial = partials.hold(TENANT, DEVICE, hash).await;
        assert_eq!(partial.read().await.unwrap(), "photo");
        partial.delete().await.unwrap();
        assert_eq!(partial.len().await.unwrap(), None);
        fs::remove_dir_all(&data).unwrap();
    }

    #[tokio::test]
    async fn a_device_that_begins_without_end_is_stopped() {
        let data = folder("too-many");
        let partials = Partials::open(&data).unwrap();
        let begin = async |device, n: usize| {
            let hash = MediaHash::of(&n.to_be_bytes());
            let partial = partials.hold(TENANT, device, hash).await;
            partial.append(0, Bytes::from_static(b"x")).await.unwrap()
        };
        for n in 0..MAX_UNFINISHED {
            assert_eq!(begin(DEVICE, n).await, Appended::Taken(1));
        }
        assert_eq!(begin(DEVICE, MAX_UNFINISHED).await, Appended::TooMany);
        assert_eq!(begin(Id::from_bytes([3; 16]), 0).await, Appended::Taken(1));
        fs::remove_dir_all(&data).unwrap();
    }

    #[test]
    fn only_what_was_given_up_is_deleted() {
        let data = folder("abandoned");
        let partials = Partials::open(&data).unwrap();
        let upload = partials.folder.join("tenant").join("hash");
        fs::create_dir_all(upload.parent().unwrap()).unwrap();
        fs::write(&upload, b"half").unwrap();
        let later = |days: u64| SystemTime::now() + Duration::from_secs(days * 24 * 3600);
        delete_abandoned(&partials.folder, later(13)).unwrap();
        assert!(upload.exists());
        delete_abandoned(&partials.folder, later(15)).unwrap();
        assert!(!upload.exists());
        fs::remove_dir_all(&data).unwrap();
    }

    #[test]
    fn what_was_left_alone_makes_room_for_the_next_upload() {
        let device = folder("left-alone");
        fs::create_dir_all(&device).unwrap();
        let now = SystemTime::now();
        let hours_ago = |hours: u64| now - Duration::from_secs(hours * 3600);
        for n in 0..MAX_UNFINISHED {
            let file = fs::File::create(device.join(n.to_string())).unwrap();
            file.set_modified(hours_ago(if n < 2 { 2 } else { 0 }))
                .unwrap();
        }
        let new = device.join("new");
        assert!(make_room(&device, &new, true, 10, now).unwrap());
        let left = fs::read_dir(&device).unwrap().count();
        assert_eq!(left, MAX_UNFINISHED - 1);
        // The rest is on its way.
        fs::write(&new, b"x").unwrap();
        fs::File::create(device.join("0"))
            .unwrap()
            .set_modified(now)
            .unwrap();
        for n in [0, 1] {
            let _ = fs::remove_file(device.join(n.to_string()));
            fs::write(device.join(format!("more-{n}")), b"x").unwrap();
        }
        let next = device.join("next");
        assert!(!make_room(&device, &next, true, 10, now).unwrap());
        let too_much = MAX_UNFINISHED_BYTES + 1;
        assert!(!make_room(&device, &new, false, too_much, now).unwrap());
        assert!(make_room(&device, &new, false, 10, now).unwrap());
        fs::remove_dir_all(&device).unwrap();
    }

    #[tokio::test]
    async fn what_was_given_up_is_swept_while_the_hub_runs() {
        let data = folder("sweep");
        let partials = Partials::open(&data).unwrap();
        let hash = MediaHash::of(b"given up");
        let partial = partials.hold(TENANT, DEVICE, hash).await;
        let path = partial.path.clone();
        partial.append(0, Bytes::from_static(b"gi")).await.unwrap();
        partials.sweep().await.unwrap();
        assert!(path.exists());
        let file = OpenOptions::new().append(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - KEPT - Duration::from_secs(60))
            .unwrap();
        partials.sweep().await.unwrap();
        assert!(!path.exists());
        fs::remove_dir_all(&data).unwrap();
    }
}
