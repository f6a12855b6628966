//! Room on the disk. What is large is refused first, so that what phones have recorded still fits.

use std::path::PathBuf;

use serde::Serialize;

use crate::error::ApiError;

/// The disk beneath the data folder.
#[derive(Clone, Debug)]
pub struct Disk {
    folder: PathBuf,
    reserve_bytes: u64,
}

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Room {
    /// More than twice the reserve.
    Enough,
    /// Somebody should make room: the reserve is near.
    Low,
    /// Only the reserve is left. It is kept for what phones record: photos and tables are refused.
    Reserve,
}

impl Disk {
    /// The disk of this folder, with so many bytes kept for what phones record.
    pub const fn new(folder: PathBuf, reserve_bytes: u64) -> Self {
        Self {
            folder,
            reserve_bytes,
        }
    }

    /// Bytes that the hub may still write; `None` where the system does not tell.
    pub fn free_bytes(&self) -> Option<u64> {
        let disk = rustix::fs::statvfs(&self.folder).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// How much room there is; enough where the system does not tell, for writing finds out.
    pub fn room(&self) -> Room {
        match self.free_bytes() {
            Some(free) if free < self.reserve_bytes => Room::Reserve,
            Some(free) if free < self.reserve_bytes.saturating_mul(2) => Room::Low,
            Some(_) | None => Room::Enough,
        }
    }

    /// Refuses what is large while only the reserve is left.
    ///
    /// # Errors
    /// 503 with a time to come again.
    pub fn admit_large(&self) -> Result<(), ApiError> {
        if self.room() == Room::Reserve {
            return Err(ApiError::unavailable_because(
                "disk_reserve",
                "服务器的磁盘快满了，暂时不收照片和表格，请通知管理员；手机上的照片不会丢失，腾出空间后会自动再传。",
                300,
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_as_full_as_the_reserve_that_it_must_keep() {
        let free = Disk::new("/".into(), 0).free_bytes().unwrap();
        assert!(free > 0, "a machine without a free byte runs no tests");
        let room = |reserve| Disk::new("/".into(), reserve).room();
        assert_eq!(room(0), Room::Enough);
        assert_eq!(room(free / 4), Room::Enough);
        assert_eq!(room(free / 4 * 3), Room::Low);
        assert_eq!(room(u64::MAX), Room::Reserve);
        // Nobody knows: writing finds out.
        let nowhere = Disk::new("/no/such/folder".into(), u64::MAX);
        assert_eq!(nowhere.room(), Room::Enough);
        nowhere.admit_large().unwrap();
        assert!(Disk::new("/".into(), u64::MAX).admit_large().is_err());
    }
}
