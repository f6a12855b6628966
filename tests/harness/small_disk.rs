//! A disk that is full soon: a tmpfs over a folder, where the machine allows mounting.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted tmpfs; unmounted when it is dropped.
#[derive(Debug)]
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts a disk of so many MiB over the folder. `None` without the right to mount: the caller skips its test.
    pub fn mount(folder: &Path, mib: u32) -> Option<Self> {
        let size = format!("size={mib}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder)
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder.to_owned()));
        }
        eprintln!(
            "skipped {}: this machine does not allow mounting",
            std::thread::current().name().unwrap_or("a test")
        );
        None
    }

    /// Writes a file until no byte more fits.
    pub fn fill(&self) {
        let mut filler = File::create(self.filler()).expect("a small disk takes a file");
        for piece in [64 * 1024, 4096, 1] {
            while filler.write_all(&vec![b'x'; piece]).is_ok() {}
        }
    }

    /// Makes room again.
    pub fn free(&self) {
        std::fs::remove_file(self.filler()).expect("the filler is deleted");
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the hub of the test still has files open. A mount that stays is seen by whoever runs the tests.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
