//! Enrolment codes: 80 random bits that people can read aloud and type.

use sha2::{Digest as _, Sha256};

use basis::Rng;
use store::tokens::TokenHash;

/// Crockford's digits: no I, L, O, U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 16;

/// How long a code works, in milliseconds.
pub const LIFETIME_MILLIS: i64 = 24 * 3600 * 1000;

/// A new code.
pub struct Code {
    /// As people see it: `XXXX-XXXX-XXXX-XXXX`.
    pub text: String,
    /// What the hub keeps of it.
    pub hash: TokenHash,
}

/// Draws a code.
pub fn generate(rng: &Rng) -> Code {
    let mut random = [0; LENGTH];
    rng.fill(&mut random);
    let digits = random.map(|byte| DIGITS.get(usize::from(byte % 32)).copied().unwrap_or(b'0'));
    let mut text = String::with_capacity(LENGTH + 3);
    for (place, digit) in digits.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(digit));
    }
    Code {
        text,
        hash: Sha256::digest(digits).into(),
    }
}

/// What the hub keeps of a code, however it was typed; `None` if it cannot be one.
pub fn hash_of(typed: &str) -> Option<TokenHash> {
    let digits: Vec<u8> = typed
        .bytes()
        .filter(|byte| !matches!(byte, b'-' | b' '))
        .map(|byte| match byte.to_ascii_uppercase() {
            b'I' | b'L' => b'1',
            b'O' => b'0',
            other => other,
        })
        .collect();
    let is_code = digits.len() == LENGTH && digits.iter().all(|byte| DIGITS.contains(byte));
    is_code.then(|| Sha256::digest(&digits).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_recognised_however_it_is_typed() {
        let code = "01AB-CDEF-GHJK-MNPQ";
        for typed in [
            "01ABCDEFGHJKMNPQ",
            "01ab cdef ghjk mnpq",
            "OiAB-CDEF-GHJK-MNPQ",
            " o1ab--cdefghjkmnpq ",
        ] {
            assert_eq!(hash_of(typed), hash_of(code), "{typed}");
        }
        assert!(hash_of(code).is_some());
    }

    #[test]
    fn what_cannot_be_a_code_has_no_hash() {
        for typed in [
            "",
            "01AB-CDEF-GHJK-MNP",
            "01AB-CDEF-GHJK-MNPU",
            "春江花月夜春江花月夜春江",
        ] {
            assert_eq!(hash_of(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_new_code_has_four_groups_and_is_recognised() {
        let rng = Rng::os();
        let code = generate(&rng);
        let groups: Vec<_> = code.text.split('-').map(str::len).collect();
        assert_eq!(groups, [4, 4, 4, 4]);
        assert_eq!(hash_of(&code.text), Some(code.hash));
        assert_ne!(generate(&rng).text, code.text);
    }
}
