//! The hub's keys in a backup: under a passphrase, or not at all.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use basis::{Rng, Secret};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use sync_core::protocol::{decode, encode};

use crate::BackupError;

/// What guessing costs an attacker who has the file: 64 MiB and three passes a guess.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LEAST_LETTERS: usize = 12;
const CONTEXT: &[u8] = b"warmline backup keys 1";

/// What opens the keys of a backup.
#[derive(Clone, Debug)]
pub struct Passphrase(Secret);

impl Passphrase {
    /// Takes what somebody chose.
    ///
    /// # Errors
    /// If it is guessed easily.
    pub fn new(text: Secret) -> Result<Self, BackupError> {
        if text.reveal().chars().count() < LEAST_LETTERS {
            return Err(BackupError::ShortPassphrase);
        }
        Ok(Self(text))
    }

    fn key(&self, salt: &[u8], memory_kib: u32, passes: u32) -> Option<RandomizedNonceKey> {
        let params = Params::new(memory_kib, passes, 1, Some(32)).ok()?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut key = [0; 32];
        argon
            .hash_password_into(self.0.reveal().as_bytes(), salt, &mut key)
            .ok()?;
        RandomizedNonceKey::new(&AES_256_GCM, &key).ok()
    }
}

/// The file: how the key was made of the passphrase, and what it seals.
#[derive(Serialize, Deserialize)]
struct SealedFile {
    memory_kib: u32,
    passes: u32,
    salt: ByteBuf,
    nonce: ByteBuf,
    sealed: ByteBuf,
}

/// The key files and their names.
type KeyFiles = Vec<(String, ByteBuf)>;

/// Seals the key files of `folder`.
pub(crate) fn seal(
    folder: &Path,
    passphrase: &Passphrase,
    rng: &Rng,
) -> Result<Vec<u8>, BackupError> {
    let mut files: KeyFiles = Vec::new();
    for entry in fs::read_dir(folder).map_err(BackupError::file(folder))? {
        let path = entry.map_err(BackupError::file(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(name) = name.filter(|name| name.ends_with(".key")) {
            let bytes = fs::read(&path).map_err(BackupError::file(&path))?;
            files.push((name.to_owned(), ByteBuf::from(bytes)));
        }
    }
    files.sort();
    let mut salt = [0; 16];
    rng.fill(&mut salt);
    let failed = || BackupError::damaged(folder, "cannot be sealed");
    let key = passphrase
        .key(&salt, MEMORY_KIB, PASSES)
        .ok_or_else(failed)?;
    let mut sealed = encode(&files);
    let nonce = key
        .seal_in_place_append_tag(Aad::from(CONTEXT), &mut sealed)
        .map_err(|_| failed())?;
    Ok(encode(&SealedFile {
        memory_kib: MEMORY_KIB,
        passes: PASSES,
        salt: ByteBuf::from(salt),
        nonce: ByteBuf::from(nonce.as_ref().to_vec()),
        sealed: ByteBuf::from(sealed),
    }))
}

/// The key files that were sealed.
pub(crate) fn open(file: &Path, passphrase: &Passphrase) -> Result<KeyFiles, BackupError> {
    let damaged = || BackupError::damaged(file, "cannot be read");
    let bytes = fs::read(file).map_err(BackupError::file(file))?;
    let sealed: SealedFile = decode(&bytes).map_err(|_| damaged())?;
    // Whoever wrote the file says how much memory it takes.
    if sealed.memory_kib > 4 * MEMORY_KIB || sealed.passes > 4 * PASSES {
        return Err(damaged());
    }
    let nonce = sealed
        .nonce
        .first_chunk::<NONCE_LEN>()
        .ok_or_else(damaged)?;
    let key = passphrase
        .key(&sealed.salt, sealed.memory_kib, sealed.passes)
        .ok_or_else(damaged)?;
    let mut content = sealed.sealed.into_vec();
    let plain = key
        .open_in_place(Nonce::from(nonce), Aad::from(CONTEXT), &mut content)
        .map_err(|_| BackupError::WrongPassphrase)?;
    decode(plain).map_err(|_| damaged())
}

/// Puts key files into a folder that has none.
pub(crate) fn put(files: &KeyFiles, folder: &Path) -> Result<(), BackupError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(BackupError::file(folder))?;
    for (name, bytes) in files {
        let path = folder.join(name);
        // A name is a file in this folder, whatever the backup says.
        if Path::new(name)
            .file_name()
            .is_none_or(|file| file != name.as_str())
        {
            return Err(BackupError::damaged(&path, "is no key"));
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(BackupError::file(&path))?;
    }
    crate::files::sync_folder(folder)
}
