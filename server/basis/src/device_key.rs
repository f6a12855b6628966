//! The public half of a phone's key. The private half never leaves the phone's browser, which does not even show it
//! to the app: a copied token or a copied record is worth nothing without it.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use sync_core::hex;

/// Bytes of a public key: the point, uncompressed (SEC 1, 2.3.3).
const KEY_BYTES: usize = 65;

/// A public key: ECDSA on P-256 with SHA-256, which every browser has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DeviceKey([u8; KEY_BYTES]);

impl DeviceKey {
    /// Reads a key as `WebCrypto` exports it (`raw`); `None` if it is no point of the curve.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The same from hexadecimal text.
    pub fn parse(text: &str) -> Option<Self> {
        hex::decode(text).and_then(|bytes| Self::read(&bytes))
    }

    /// As it is kept.
    pub const fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether the phone signed this: `signature` is r and s, 32 bytes each, as `WebCrypto` gives it.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.0)
            .is_ok_and(|key| key.verify_sig(message, signature).is_ok())
    }
}

impl std::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "DeviceKey({})",
            hex::encode(self.0.get(..8).unwrap_or_default())
        )
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

    use super::*;

    #[test]
    fn what_a_phone_signed_is_told_from_everything_else() {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let other = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let key = DeviceKey::read(pair.public_key().as_ref()).unwrap();
        let sign = |pair: &EcdsaKeyPair| pair.sign(&SystemRandom::new(), b"message").unwrap();
        let signature = sign(&pair);
        assert!(key.verifies(b"message", signature.as_ref()));
        assert!(!key.verifies(b"massage", signature.as_ref()));
        assert!(!key.verifies(b"message", sign(&other).as_ref()));
        for bytes in [&b""[..], &[0; 64], &[0; 65], &signature.as_ref()[..63]] {
            assert!(!key.verifies(b"message", bytes));
        }
    }

    #[test]
    fn bytes_that_are_no_point_of_the_curve_are_no_key() {
        for bytes in [&[][..], &[4; 65], &[0; 65], &[4; 64], &[2; 33]] {
            assert_eq!(DeviceKey::read(bytes), None);
        }
        assert_eq!(DeviceKey::parse("not hexadecimal"), None);
    }
}
