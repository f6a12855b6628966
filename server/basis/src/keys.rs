//! The hub's secret keys: files of 32 random bytes in the data folder, readable by the hub alone.
//!
//! | file | key |
//! |---|---|
//! | `signing.key` | Ed25519 seed that signs access tokens |
//! | `signing-previous.key`, `signing-next.key` | optional; tokens of these still or already pass |
//! | `cursor.key` | HMAC-SHA-256 key of sync cursors, printed papers and other bytes that come back |
//! | `sealing.key` | AES-256-GCM key of personal data in the database; the keys for numbers of parties are derived from it |
//! | `hand-over.key` | P-256 key that phones seal hand-over files with |
//!
//! To replace the signing key, put its successor as `signing-next.key` and restart; later move the
//! files one place (current to previous, next to current) and restart again; delete the previous one after
//! 15 minutes. Whoever loses `sealing.key` loses the personal data and the numbers of parties, and of `hand-over.key` the files
//! that phones exported; so back the folder up apart from the
//! database. Hubs that share a database share this folder's content.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hkdf::Prk;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::{Digest as _, Sha256};
use sync_core::Id;

use crate::Rng;
pub use crate::contact::ContactKey;
pub use crate::hand_over::{HandOverError, HandOverKey};
use crate::seal_error::SealError;

const KEY_BYTES: usize = 32;

/// Bytes in a tag of [`Keys::tag`].
pub const TAG_BYTES: usize = 32;

/// First byte of everything that is sealed: AES-256-GCM with a random nonce.
const SEALED_FORMAT: u8 = 1;

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be made or read.
    #[error("the key file {path} cannot be used")]
    File {
        /// The file or its folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others on the machine may read or change the file.
    #[error("the key file {path} is open to other users: run `chmod 600 {path}`")]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// A database is there that was used with keys, and here they are not.
    #[error(
        "the key file {path} is missing, and this database was used with keys: put the key folder of this hub back \
         there (it belongs to every backup), then start again"
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A database is there that was used with other keys.
    #[error(
        "the keys in {folder} are not those that this database was used with: put the key folder of this hub back \
         there (it belongs to every backup), then start again"
    )]
    Foreign {
        /// The folder.
        folder: PathBuf,
    },
    /// The file does not hold a key.
    #[error("the key file {path} does not hold {KEY_BYTES} bytes")]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

/// Bytes of a fingerprint that say what the keys are that never change; the ids of the signing keys follow.
const LASTING: usize = 16;
/// Bytes of the id of a signing key.
const SIGNING_ID: usize = 8;

/// Every secret key of the hub.
pub struct Keys {
    current: SigningKey,
    others: Vec<SigningKey>,
    cursor: hmac::Key,
    sealing: RandomizedNonceKey,
    contacts: Prk,
    /// What tells the keys that never change from others.
    lasting: [u8; LASTING],
    hand_over: HandOverKey,
}

/// A key that signs access tokens.
pub struct SigningKey {
    name: [u8; SIGNING_ID],
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Keys {
    /// Reads the keys in `folder`, making at the first start those that are missing.
    pub fn load(folder: &Path, rng: &Rng) -> Result<Self, KeyError> {
        create_private_folder(folder).map_err(|source| KeyError::File {
            path: folder.to_owned(),
            source,
        })?;
        Self::read(folder, Some(rng))
    }

    /// Reads the keys in `folder`, which must be those of `fingerprints`; makes none.
    pub fn load_known(folder: &Path, fingerprints: &[Vec<u8>]) -> Result<Self, KeyError> {
        let keys = Self::read(folder, None)?;
        if fingerprints.iter().all(|one| keys.is_known_as(one)) {
            return Ok(keys);
        }
        Err(KeyError::Foreign {
            folder: folder.to_owned(),
        })
    }

    fn read(folder: &Path, make_with: Option<&Rng>) -> Result<Self, KeyError> {
        let path = |name: &str| folder.join(name);
        let optional = ["signing-previous.key", "signing-next.key"];
        // jsonwebtoken guesses its provider from features that any other crate can switch on, and then
        // panics; an error here means that it has been told already.
        let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
        let cursor = key_bytes(&path("cursor.key"), make_with)?;
        let sealing = key_bytes(&path("sealing.key"), make_with)?;
        let hand_over = key_bytes(&path("hand-over.key"), make_with)?;
        let malformed = |name: &str| KeyError::Malformed { path: path(name) };
        Ok(Self {
            current: signing_key(&path("signing.key"), make_with)?,
            others: optional
                .into_iter()
                .map(path)
                .filter(|path| path.exists())
                .map(|path| signing_key(&path, None))
                .collect::<Result<_, _>>()?,
            cursor: hmac::Key::new(hmac::HMAC_SHA256, &cursor),
            sealing: RandomizedNonceKey::new(&AES_256_GCM, &sealing)
                .map_err(|_| malformed("sealing.key"))?,
            contacts: ContactKey::root(&sealing),
            lasting: lasting([&cursor, &sealing, &hand_over]),
            hand_over: HandOverKey::of(&hand_over).ok_or_else(|| malformed("hand-over.key"))?,
        })
    }

    /// What tells these keys from others, for the database: it tells no key.
    pub fn fingerprint(&self) -> Vec<u8> {
        let mut bytes = self.lasting.to_vec();
        for key in std::iter::once(&self.current).chain(&self.others) {
            bytes.extend_from_slice(&key.name);
        }
        bytes
    }

    /// Whether the fingerprint is of these keys. Signing keys may have been replaced, not all of them at once.
    pub fn is_known_as(&self, fingerprint: &[u8]) -> bool {
        let Some((lasting, signing)) = fingerprint.split_first_chunk::<LASTING>() else {
            return false;
        };
        let known = signing.as_chunks::<SIGNING_ID>().0;
        let mut own = std::iter::once(&self.current).chain(&self.others);
        *lasting == self.lasting && own.any(|key| known.contains(&key.name))
    }

    /// The key that signs new access tokens.
    pub const fn signing(&self) -> &SigningKey {
        &self.current
    }

    /// The key that an access token names, if it is one of ours.
    pub fn find_signing(&self, id: &str) -> Option<&SigningKey> {
        std::iter::once(&self.current)
            .chain(&self.others)
            .find(|key| key.id == id)
    }

    /// The key that phones seal hand-over files with.
    pub const fn hand_over(&self) -> &HandOverKey {
        &self.hand_over
    }

    /// The key for numbers of parties in this sub-district.
    ///
    /// # Errors
    /// Never, unless the library has no HKDF.
    pub fn contact(&self, tenant: Id) -> Result<ContactKey, SealError> {
        ContactKey::derive(&self.contacts, tenant)
    }

    /// Authenticates bytes that a client keeps and brings back. `purpose` keeps the tags of one use from
    /// passing in another: `cursor`, `known-device`, `paper`.
    pub fn tag(&self, purpose: &'static str, content: &[u8]) -> [u8; TAG_BYTES] {
        let mut context = hmac::Context::with_key(&self.cursor);
        // No purpose contains a zero byte, so purpose and content cannot be shifted into each other.
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(content);
        let tag = context.sign();
        let mut bytes = [0; TAG_BYTES];
        bytes
            .iter_mut()
            .zip(tag.as_ref())
            .for_each(|(to, from)| *to = *from);
        bytes
    }

    /// Whether this hub made the tag for this purpose and content; takes the same time for every wrong tag.
    pub fn is_tag(&self, purpose: &'static str, content: &[u8], tag: &[u8]) -> bool {
        verify_slices_are_equal(&self.tag(purpose, content), tag).is_ok()
    }

    /// Encrypts personal data for the database. `context` (the id of the row it belongs to) is needed again
    /// to open it, so that bytes moved to another row do not open there.
    pub fn seal(&self, plain: &[u8], context: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut content = plain.to_vec();
        let nonce = self
            .sealing
            .seal_in_place_append_tag(Aad::from(context), &mut content)
            .map_err(|_| SealError)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + content.len());
        sealed.push(SEALED_FORMAT);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&content);
        Ok(sealed)
    }

    /// Decrypts what [`Keys::seal`] made with the same `context`.
    pub fn open(&self, sealed: &[u8], context: &[u8]) -> Result<Vec<u8>, SealError> {
        let (format, rest) = sealed.split_first().ok_or(SealError)?;
        let (nonce, content) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError)?;
        if *format != SEALED_FORMAT {
            return Err(SealError);
        }
        let mut content = content.to_vec();
        let plain = self
            .sealing
            .open_in_place(Nonce::from(nonce), Aad::from(context), &mut content)
            .map_err(|_| SealError)?;
        Ok(plain.to_vec())
    }
}

impl SigningKey {
    /// Names the key in the header of tokens.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Signs.
    pub const fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }

    /// Verifies.
    pub const fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys([hidden])")
    }
}

fn signing_key(path: &Path, make_with: Option<&Rng>) -> Result<SigningKey, KeyError> {
    let malformed = || KeyError::Malformed {
        path: path.to_owned(),
    };
    let seed = key_bytes(path, make_with)?;
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| malformed())?;
    let private = pair.to_pkcs8v1().map_err(|_| malformed())?;
    let public = pair.public_key().as_ref();
    let digest: [u8; 32] = Sha256::digest(public).into();
    let name = std::array::from_fn(|place| digest.get(place).copied().unwrap_or(0));
    Ok(SigningKey {
        name,
        id: sync_core::hex::encode(&name),
        encoding: EncodingKey::from_ed_der(private.as_ref()),
        decoding: DecodingKey::from_ed_der(public),
    })
}

/// Names the keys without telling them: each is 32 random bytes.
fn lasting(keys: [&[u8; KEY_BYTES]; 3]) -> [u8; LASTING] {
    let mut digest = Sha256::new();
    digest.update(b"warmline keys 1");
    for key in keys {
        digest.update(key);
    }
    let digest: [u8; 32] = digest.finalize().into();
    std::array::from_fn(|place| digest.get(place).copied().unwrap_or(0))
}

/// The key in this file; a file that is missing is made if there is randomness to make it with.
fn key_bytes(path: &Path, make_with: Option<&Rng>) -> Result<[u8; KEY_BYTES], KeyError> {
    let failed = |source| KeyError::File {
        path: path.to_owned(),
        source,
    };
    if let Some(rng) = make_with
        && !path.exists()
    {
        create(path, rng).map_err(failed)?;
    }
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(KeyError::Missing {
                path: path.to_owned(),
            });
        }
        opened => opened.map_err(failed)?,
    };
    if is_exposed(&file).map_err(failed)? {
        return Err(KeyError::Exposed {
            path: path.to_owned(),
        });
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
    bytes.try_into().map_err(|_| KeyError::Malformed {
        path: path.to_owned(),
    })
}

/// Makes a key file whole or not at all, also when the power fails; of two hubs that start at once, the
/// second keeps the first one's key.
fn create(path: &Path, rng: &Rng) -> io::Result<()> {
    let mut bytes = [0; KEY_BYTES];
    rng.fill(&mut bytes);
    let unfinished = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = private_file(&unfinished)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether the group or others have any right to the file. Other systems than Unix guard by the folder.
fn is_exposed(file: &File) -> io::Result<bool> {
    #[cfg(unix)]
    {
        let metadata = file.metadata()?;
        Ok(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        file.metadata().map(|_| false)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = format!("warmline-keys-{}-{name}", std::process::id());
            Self(std::env::temp_dir().join(folder))
        }

        fn load(&self) -> Result<Keys, KeyError> {
            Keys::load(&self.0, &Rng::os())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn keys_are_made_once_and_for_the_hub_alone() {
        let folder = Folder::new("once");
        let first = folder.load().unwrap();
        let second = folder.load().unwrap();
        assert_eq!(first.signing().id(), second.signing().id());
        assert_eq!(first.tag("cursor", b"x"), second.tag("cursor", b"x"));
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder.0).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{:?}", entry.path());
            names.push(entry.file_name().into_string().unwrap());
        }
        names.sort();
        let all = ["cursor.key", "hand-over.key", "sealing.key", "signing.key"];
        assert_eq!(names, all);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = Folder::new("exposed");
        folder.load().unwrap();
        let path = folder.0.join("sealing.key");
        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = folder.load().unwrap_err();
            assert!(matches!(error, KeyError::Exposed { .. }), "{error}");
        }
    }

    #[test]
    fn a_cut_key_file_is_refused_and_not_replaced() {
        let folder = Folder::new("cut");
        folder.load().unwrap();
        let path = folder.0.join("cursor.key");
        fs::write(&path, [1; 31]).unwrap();
        let error = folder.load().unwrap_err();
        assert!(matches!(error, KeyError::Malformed { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), [1; 31]);
    }

    #[test]
    fn tokens_of_the_previous_and_the_next_key_are_known_by_name() {
        let folder = Folder::new("rotated");
        let before = folder.load().unwrap().signing().id().to_owned();
        let path = |name: &str| folder.0.join(name);
        fs::rename(path("signing.key"), path("signing-previous.key")).unwrap();
        let keys = folder.load().unwrap();
        assert_ne!(keys.signing().id(), before);
        assert!(keys.find_signing(&before).is_some());
        assert!(keys.find_signing("../../signing").is_none());
    }

    #[test]
    fn sealed_bytes_open_only_unchanged_and_in_their_place() {
        let folder = Folder::new("sealed");
        let keys = folder.load().unwrap();
        let sealed = keys
            .seal("张某某 138****5678".as_bytes(), b"ticket 1")
            .unwrap();
        let opened = keys.open(&sealed, b"ticket 1").unwrap();
        assert_eq!(opened, "张某某 138****5678".as_bytes());
        assert_eq!(keys.open(&sealed, b"ticket 2"), Err(SealError));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(keys.open(&changed, b"ticket 1"), Err(SealError), "{place}");
        }
        assert_eq!(keys.open(&sealed[..12], b"ticket 1"), Err(SealError));
        assert_ne!(
            keys.seal(b"same", b"").unwrap(),
            keys.seal(b"same", b"").unwrap()
        );
    }

    #[test]
    fn a_tag_holds_for_one_hub_and_one_purpose() {
        let [ours, theirs] = ["ours", "theirs"].map(Folder::new);
        let foreign = theirs.load().unwrap().tag("cursor", b"x");
        let keys = ours.load().unwrap();
        assert!(keys.is_tag("cursor", b"x", &keys.tag("cursor", b"x")));
        assert!(!keys.is_tag("cursor", b"x", &foreign));
        assert!(!keys.is_tag("known-device", b"x", &keys.tag("cursor", b"x")));
        assert!(!keys.is_tag("cursor", b"x", b""));
    }
}
