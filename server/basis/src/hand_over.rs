//! Hand-over files: what a phone could not send, sealed so that only the hub opens it.
//!
//! `WLHAND01`, 8 bytes that name the hub's key, 65 bytes of a key made for this file alone (P-256, uncompressed), 12
//! bytes of nonce, then AES-256-GCM over the content, with all before it as additional data. The key of that is
//! HKDF-SHA-256 over what both keys agree on, with both public keys as its salt.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use sha2::{Digest as _, Sha256};

const MAGIC: &[u8; 8] = b"WLHAND01";
const INFO: &[u8] = b"warmline hand-over 1";
const ID: usize = 8;
const PUBLIC: usize = 65;
const HEADER: usize = MAGIC.len() + ID + PUBLIC + NONCE_LEN;

/// Why a file cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandOverError {
    /// Something else, or only the beginning of one.
    #[error("not a hand-over file")]
    NotOne,
    /// Sealed for another hub, or for a key that is gone.
    #[error("sealed for another hub")]
    OtherHub,
    /// Cut off or changed on its way.
    #[error("a damaged hand-over file")]
    Damaged,
}

/// The hub's key pair for hand-over files.
pub struct HandOverKey {
    private: PrivateKey,
    public: Vec<u8>,
}

impl HandOverKey {
    /// The pair of 32 secret bytes; `None` if they are no key.
    pub(crate) fn of(secret: &[u8; 32]) -> Option<Self> {
        let private = PrivateKey::from_private_key(&ECDH_P256, secret).ok()?;
        let public = private.compute_public_key().ok()?.as_ref().to_vec();
        Some(Self { private, public })
    }

    /// What phones seal with: 65 bytes.
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// The content of a file.
    ///
    /// # Errors
    /// If it is none, another hub's or damaged.
    pub fn open(&self, file: &[u8]) -> Result<Vec<u8>, HandOverError> {
        let (header, sealed) = file.split_at_checked(HEADER).ok_or(HandOverError::NotOne)?;
        let (magic, rest) = header.split_at(MAGIC.len());
        let (id, rest) = rest.split_at(ID);
        let (theirs, nonce) = rest.split_at(PUBLIC);
        if magic != MAGIC {
            return Err(HandOverError::NotOne);
        }
        if id != self.id() {
            return Err(HandOverError::OtherHub);
        }
        let damaged = HandOverError::Damaged;
        let key = agree(
            &self.private,
            UnparsedPublicKey::new(&ECDH_P256, theirs),
            damaged,
            |secret| self.key(theirs, secret).ok_or(damaged),
        )?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged)?;
        let mut content = sealed.to_vec();
        let length = key
            .open_in_place(nonce, Aad::from(header), &mut content)
            .map_err(|_| damaged)?
            .len();
        content.truncate(length);
        Ok(content)
    }

    /// Names the key in a file.
    fn id(&self) -> [u8; ID] {
        let digest: [u8; 32] = Sha256::digest(&self.public).into();
        let (id, _) = digest.split_first_chunk().unwrap_or((&[0; ID], &[]));
        *id
    }

    fn key(&self, theirs: &[u8], secret: &[u8]) -> Option<LessSafeKey> {
        let salt = Salt::new(HKDF_SHA256, &[theirs, &self.public].concat());
        let extracted = salt.extract(secret);
        let expanded = extracted.expand(&[INFO], &AES_256_GCM).ok()?;
        Some(LessSafeKey::new(UnboundKey::from(expanded)))
    }

    /// Seals as a phone does: for tests and simulated phones.
    ///
    /// # Errors
    /// If the machine has no randomness.
    pub fn seal(public: &[u8], content: &[u8]) -> Result<Vec<u8>, HandOverError> {
        let failed = HandOverError::Damaged;
        let private = PrivateKey::generate(&ECDH_P256).map_err(|_| failed)?;
        let own = private.compute_public_key().map_err(|_| failed)?;
        let theirs = Self {
            private,
            public: public.to_vec(),
        };
        // Each file has a key of its own, so any nonce is used once.
        let header = [MAGIC, &theirs.id()[..], own.as_ref(), &[0; NONCE_LEN]].concat();
        let key = agree(
            &theirs.private,
            UnparsedPublicKey::new(&ECDH_P256, public),
            failed,
            |secret| theirs.key(own.as_ref(), secret).ok_or(failed),
        )?;
        let mut sealed = content.to_vec();
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        key.seal_in_place_append_tag(nonce, Aad::from(&header[..]), &mut sealed)
            .map_err(|_| failed)?;
        Ok([header, sealed].concat())
    }
}

impl std::fmt::Debug for HandOverKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HandOverKey([hidden])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hub_it_was_sealed_for_opens_a_whole_file() {
        let ours = HandOverKey::of(&[7; 32]).unwrap();
        let theirs = HandOverKey::of(&[8; 32]).unwrap();
        let file = HandOverKey::seal(ours.public(), "三层堆了纸箱".as_bytes()).unwrap();
        assert_eq!(ours.open(&file).unwrap(), "三层堆了纸箱".as_bytes());
        assert_eq!(theirs.open(&file), Err(HandOverError::OtherHub));
        assert_eq!(
            ours.open(&file[..file.len() - 1]),
            Err(HandOverError::Damaged)
        );
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(ours.open(&changed).is_err(), "byte {at}");
        }
        for nothing in [&b""[..], b"PK\x03\x04", &file[..HEADER - 1]] {
            assert_eq!(ours.open(nothing), Err(HandOverError::NotOne));
        }
    }
}
