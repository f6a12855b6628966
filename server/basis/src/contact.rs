//! Numbers of parties (S49), sealed so that only those read them who handle the ticket: AES-256-GCM under a key of the
//! sub-district, with a nonce that is made from what is sealed. The form stands in `sync_core::kinds::mediation::contact`.
//!
//! **Why the nonce is not random.** Two phones without a network that write the same number have to write the same
//! bytes, or people would have to settle a disagreement that is none. So the nonce is HMAC-SHA-256, cut to 96 bits, over
//! document, party and number, with a key of its own. This is how SIV makes its nonce (Rogaway and Shrimpton,
//! "Deterministic Authenticated-Encryption", 2006; RFC 5297).
//!
//! **Why that is safe here.** GCM breaks when one nonce meets two messages (NIST SP 800-38D, section 8). Who has not
//! the key cannot tell HMAC from chance, so the nonces of different messages are as good as the random ones of section
//! 8.2.2, whose bound (section 8.3: 2^32 messages under one key) no sub-district comes near. The same message gives the
//! same nonce, and with it the same bytes: all that tells is that one number was written twice for one party of one
//! document. Numbers are few enough to try them all, but only with the key of the nonce. [`ContactKey::open`] makes the
//! nonce again and takes no other, so one number has one sealed form.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk};
use aws_lc_rs::hmac;
use sync_core::kinds::mediation::contact::{
    BYTES, NONCE, PLAIN, VERSION, bound_to, emptied, filled,
};
use sync_core::{Id, hex};

use crate::seal_error::SealError;

/// Bytes of the key: 32 that encrypt, then 32 that make nonces.
pub const CONTACT_KEY_BYTES: usize = 64;

const INFO: &[u8] = b"warmline contact key 1";

/// The key of a sub-district for numbers of parties. Phones of those who handle tickets have it too.
pub struct ContactKey([u8; CONTACT_KEY_BYTES]);

/// How much is to be derived.
struct Length;

impl KeyType for Length {
    fn len(&self) -> usize {
        CONTACT_KEY_BYTES
    }
}

impl ContactKey {
    /// The key with these bytes, as a phone was given them.
    pub const fn of(secret: [u8; CONTACT_KEY_BYTES]) -> Self {
        Self(secret)
    }

    /// The key of a sub-district: HKDF-SHA-256 (RFC 5869) of the hub's secret, so that sub-districts read nothing of
    /// each other.
    ///
    /// # Errors
    /// Never, unless the library has no HKDF.
    pub(crate) fn derive(secret: &Prk, tenant: Id) -> Result<Self, SealError> {
        let mut key = [0; CONTACT_KEY_BYTES];
        secret
            .expand(&[INFO, &tenant.bytes()], Length)
            .and_then(|derived| derived.fill(&mut key))
            .map_err(|_| SealError)?;
        Ok(Self(key))
    }

    /// What the hub's secret gives keys of sub-districts from.
    pub(crate) fn root(secret: &[u8]) -> Prk {
        aws_lc_rs::hkdf::Salt::new(HKDF_SHA256, INFO).extract(secret)
    }

    /// As phones are given it: hexadecimal.
    pub fn text(&self) -> String {
        hex::encode(&self.0)
    }

    /// Seals the number of a party in a document.
    ///
    /// # Errors
    /// If it is empty, longer than the form has room for, or holds a zero character.
    pub fn seal(&self, number: &str, document: Id, party: Id) -> Result<Vec<u8>, SealError> {
        let mut content = filled(number).ok_or(SealError)?;
        let bound = bound_to(document, party);
        let nonce = self.nonce(&bound, &content);
        let tag = self
            .cipher()?
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound.as_bytes()),
                &mut content,
            )
            .map_err(|_| SealError)?;
        let mut sealed = Vec::with_capacity(BYTES);
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&content);
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// The number that was sealed for this party of this document.
    ///
    /// # Errors
    /// If it was sealed with another key, for another party or document, or in another form, or was changed.
    pub fn open(&self, sealed: &[u8], document: Id, party: Id) -> Result<String, SealError> {
        let (version, rest) = sealed.split_first().ok_or(SealError)?;
        let (nonce, content) = rest.split_first_chunk::<NONCE>().ok_or(SealError)?;
        if *version != VERSION || sealed.len() != BYTES {
            return Err(SealError);
        }
        let bound = bound_to(document, party);
        let mut content = content.to_vec();
        let plain = self
            .cipher()?
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(bound.as_bytes()),
                &mut content,
            )
            .map_err(|_| SealError)?;
        let plain: &[u8; PLAIN] = (&*plain).try_into().map_err(|_| SealError)?;
        verify_slices_are_equal(&self.nonce(&bound, plain), nonce).map_err(|_| SealError)?;
        emptied(plain).map(str::to_owned).ok_or(SealError)
    }

    fn cipher(&self) -> Result<LessSafeKey, SealError> {
        let (encrypting, _) = self.0.split_at(CONTACT_KEY_BYTES / 2);
        let key = UnboundKey::new(&AES_256_GCM, encrypting).map_err(|_| SealError)?;
        Ok(LessSafeKey::new(key))
    }

    /// What is bound comes first and has one length, so it cannot be shifted into the number.
    fn nonce(&self, bound: &str, plain: &[u8; PLAIN]) -> [u8; NONCE] {
        let (_, naming) = self.0.split_at(CONTACT_KEY_BYTES / 2);
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, naming));
        context.update(bound.as_bytes());
        context.update(plain);
        let tag = context.sign();
        let mut nonce = [0; NONCE];
        nonce
            .iter_mut()
            .zip(tag.as_ref())
            .for_each(|(to, from)| *to = *from);
        nonce
    }
}

impl std::fmt::Debug for ContactKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContactKey([hidden])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "13800000000";

    /// The file is read by `web/shared/core/contacts.test.ts` too: hub and phone make the same bytes of a number.
    #[test]
    fn sealed_numbers_are_those_of_the_vectors_for_ever() {
        let vectors: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("contact.json")).unwrap();
        assert!(vectors.len() > 2);
        for vector in vectors {
            let of = |name: &str| vector[name].as_str().unwrap();
            let secret = hex::decode(of("key")).unwrap();
            let key = ContactKey::of(secret.try_into().unwrap());
            let [document, party] = ["document", "party"].map(|id| Id::parse(of(id)).unwrap());
            let sealed = key.seal(of("number"), document, party).unwrap();
            assert_eq!(hex::encode(&sealed), of("sealed"), "{vector}");
            let opened = key.open(&sealed, document, party);
            assert_eq!(opened.as_deref(), Ok(of("number")));
            assert_eq!(key.text(), of("key"));
        }
    }

    fn key(seed: u8) -> ContactKey {
        ContactKey::derive(&ContactKey::root(&[seed; 32]), Id::from_bytes([seed; 16])).unwrap()
    }

    fn id(seed: u8) -> Id {
        Id::from_bytes([seed; 16])
    }

    #[test]
    fn a_number_opens_with_its_key_for_its_party_in_its_document_and_unchanged() {
        let (ours, theirs) = (key(1), key(5));
        let sealed = ours.seal(NUMBER, id(2), id(3)).unwrap();
        assert_eq!(sealed.len(), BYTES);
        assert_eq!(ours.open(&sealed, id(2), id(3)).as_deref(), Ok(NUMBER));
        assert_eq!(ours.open(&sealed, id(2), id(4)), Err(SealError));
        assert_eq!(ours.open(&sealed, id(4), id(3)), Err(SealError));
        assert_eq!(theirs.open(&sealed, id(2), id(3)), Err(SealError));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(ours.open(&changed, id(2), id(3)), Err(SealError), "{place}");
            assert_eq!(ours.open(&sealed[..place], id(2), id(3)), Err(SealError));
        }
    }

    #[test]
    fn the_same_number_is_the_same_bytes_and_any_other_shares_none_of_their_nonce() {
        let key = key(1);
        let seal = |number: &str, document, party| key.seal(number, id(document), id(party));
        let sealed = seal(NUMBER, 2, 3).unwrap();
        assert_eq!(seal(NUMBER, 2, 3).unwrap(), sealed);
        let others = [
            seal("13800000001", 2, 3),
            seal(NUMBER, 2, 4),
            seal(NUMBER, 4, 3),
            seal("1", 2, 3),
        ];
        for other in others.map(Result::unwrap) {
            assert_ne!(other[1..=NONCE], sealed[1..=NONCE]);
            assert_eq!(other.len(), sealed.len(), "the length tells nothing");
        }
    }

    #[test]
    fn what_is_no_number_is_not_sealed() {
        for number in ["", "138\0", &"1".repeat(21)] {
            assert_eq!(key(1).seal(number, id(2), id(3)), Err(SealError));
        }
    }

    #[test]
    fn a_form_with_another_nonce_than_its_own_does_not_open() {
        let key = key(1);
        let bound = bound_to(id(2), id(3));
        let mut content = filled(NUMBER).unwrap();
        let nonce = [7; NONCE];
        let tag = key
            .cipher()
            .unwrap()
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound.as_bytes()),
                &mut content,
            )
            .unwrap();
        let sealed = [&[VERSION][..], &nonce, &content, tag.as_ref()].concat();
        assert_eq!(key.open(&sealed, id(2), id(3)), Err(SealError));
    }
}
