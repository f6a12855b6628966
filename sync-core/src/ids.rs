//! Identifiers: 16 bytes in the ULID layout, written as 26 Crockford characters.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::time::Timestamp;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Names a tenant, person, device, ticket, document or an entry of a document's map.
///
/// 48 bits of unix milliseconds and 80 random bits, so ids sort by creation. Text form (JSON, URLs,
/// keys inside documents) is the 26-character upper-case ULID; binary form is 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; 16]);

impl Id {
    /// An id made at `now` with ten bytes of randomness from the host.
    pub fn from_parts(now: Timestamp, random: [u8; 10]) -> Self {
        let millis = now.millis().max(0).cast_unsigned().to_be_bytes();
        let mut bytes = [0; 16];
        bytes
            .iter_mut()
            .zip(millis.iter().skip(2).chain(&random))
            .for_each(|(to, from)| *to = *from);
        Self(bytes)
    }

    /// The id that these 16 bytes are.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The id that these bytes are, if there are exactly 16.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 16 bytes.
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// Reads the canonical text form; lower case, other lengths and the letters I, L, O, U are refused.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 26 {
            return None;
        }
        let mut value: u128 = 0;
        for (place, byte) in text.bytes().enumerate() {
            let digit = ALPHABET.iter().position(|letter| *letter == byte)?;
            // 26 characters hold 130 bits: the first may only carry three.
            if place == 0 && digit > 7 {
                return None;
            }
            value = (value << 5) | digit as u128;
        }
        Some(Self(value.to_be_bytes()))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = u128::from_be_bytes(self.0);
        for place in (0..26).rev() {
            let digit = usize::try_from((value >> (place * 5)) & 31).unwrap_or(0);
            let letter = ALPHABET.get(digit).copied().unwrap_or(b'0');
            fmt::Write::write_char(f, char::from(letter))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text for people (JSON), 16 raw bytes for machines (CBOR).
impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            Self::parse(&text).ok_or_else(|| de::Error::custom("not an id"))
        } else {
            let bytes = serde_bytes::ByteBuf::deserialize(deserializer)?;
            Self::from_slice(&bytes).ok_or_else(|| de::Error::custom("an id has 16 bytes"))
        }
    }
}

/// SHA-256 of a photo file: its name in the media store and in documents.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaHash([u8; 32]);

impl MediaHash {
    /// The hash that these 32 bytes are.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash that these bytes are, if there are exactly 32.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Hashes a file's content.
    pub fn of(content: &[u8]) -> Self {
        use sha2::Digest;
        Self(sha2::Sha256::digest(content).into())
    }

    /// The 32 bytes.
    pub const fn bytes(self) -> [u8; 32] {
        self.0
    }

    /// Reads 64 lower-case hexadecimal characters.
    pub fn parse(text: &str) -> Option<Self> {
        crate::hex::decode(text)
            .as_deref()
            .and_then(Self::from_slice)
    }
}

impl fmt::Display for MediaHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::hex::encode(&self.0))
    }
}

impl fmt::Debug for MediaHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for MediaHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for MediaHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            Self::parse(&text).ok_or_else(|| de::Error::custom("not a SHA-256 in lower-case hex"))
        } else {
            let bytes = serde_bytes::ByteBuf::deserialize(deserializer)?;
            Self::from_slice(&bytes).ok_or_else(|| de::Error::custom("a SHA-256 has 32 bytes"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_form() {
        let id = Id::from_parts(Timestamp::from_millis(1_795_500_000_000), [7; 10]);
        assert_eq!(Id::parse(&id.to_string()), Some(id));
        assert_eq!(id.to_string().len(), 26);
    }

    #[test]
    fn the_text_form_is_the_published_ulid_encoding() {
        // Example of the ULID specification: time 1469918176385 is written 01ARYZ6S41.
        let id = Id::from_parts(Timestamp::from_millis(1_469_918_176_385), [0; 10]);
        assert_eq!(id.to_string(), "01ARYZ6S410000000000000000");
    }

    #[test]
    fn a_text_that_is_not_canonical_is_no_id() {
        for text in [
            "",
            "01ARYZ6S41000000000000000",
            "81ARYZ6S410000000000000000",
            "01aryz6s410000000000000000",
        ] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let earlier = Id::from_parts(Timestamp::from_millis(1), [255; 10]);
        let later = Id::from_parts(Timestamp::from_millis(2), [0; 10]);
        assert!(earlier < later && earlier.to_string() < later.to_string());
    }
}
