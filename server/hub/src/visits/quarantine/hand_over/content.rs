//! What stands in an opened file: parts of a tag, a length and bytes. Parts of other tags are of later versions.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use sync_core::protocol::{Push, decode};
use sync_core::{Id, Timestamp};

const HEAD: u8 = 0;
const PUSH: u8 = 1;
const PHOTO: u8 = 2;

/// Who made the file.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub(super) device: Id,
    pub(super) person: Id,
    pub(super) made_at: Timestamp,
    /// A token that only this phone was given.
    token: String,
}

/// What is in it.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) head: Head,
    pub(super) pushes: Vec<Push>,
    pub(super) photos: Vec<Vec<u8>>,
}

impl Content {
    /// Reads it whole; `None` if anything in it cannot be read.
    pub(super) fn read(mut bytes: &[u8]) -> Option<Self> {
        let (mut head, mut pushes, mut photos) = (None, Vec::new(), Vec::new());
        while let Some((tag, rest)) = bytes.split_first() {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            let (part, rest) = rest.split_at_checked(length)?;
            bytes = rest;
            match *tag {
                HEAD => head = Some(serde_json::from_slice(part).ok()?),
                PUSH => pushes.push(decode(part).ok()?),
                PHOTO => photos.push(part.to_vec()),
                _ => {}
            }
        }
        Some(Self {
            head: head?,
            pushes,
            photos,
        })
    }

    /// What the hub keeps of the token.
    pub(super) fn token_hash(&self) -> [u8; 32] {
        Sha256::digest(self.head.token.as_bytes()).into()
    }
}
