//! What somebody drew on the glass, sealed: bytes that say whose it is, over which content, in which document and from
//! which device. They lie in the media store under their hash; the entry in `signatures` points at them.

use serde::{Deserialize, Serialize};

use super::cbor::Cbor;
use super::wanted::Capacity;
use crate::hex;
use crate::ids::Id;
use crate::time::Timestamp;

/// Side of the square in which strokes are drawn.
pub const SIDE: i64 = 10_000;
/// How high the glass is that phones show, in the same unit: it is three quarters as high as it is wide.
pub const HEIGHT: i64 = 7_500;
/// Points of one signature, all strokes together: a minute of drawing at 60 a second.
pub const POINTS: usize = 4_000;
/// Strokes of one signature.
pub const STROKES: usize = 200;
/// What bytes begin with that are such a seal: the first pair of the map, `"v": 1`, in a map of eleven.
pub const MAGIC: [u8; 4] = [0xab, 0x61, b'v', 0x01];
/// The media type of a seal.
pub const MIME: &str = "application/vnd.warmline.seal";
/// Most bytes of a seal.
pub const BYTES: usize = 64 * 1024;

/// A drawn name and what it belongs to. JSON: ids as text, hashes in hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The document.
    pub document: Id,
    /// Hash of the content that was shown, in hex.
    pub content: String,
    /// Which hash.
    pub algorithm: String,
    /// `party`, `mediator`, or `attendance` for a name on the list of those who came.
    pub capacity: String,
    /// The party, mediator or invitee.
    pub signer: Id,
    /// Their name as it was shown.
    pub name: String,
    /// Lines as x, y, x, y ... within a square of [`SIDE`], y downwards.
    pub strokes: Vec<Vec<u16>>,
    /// By the phone's clock.
    pub at: Timestamp,
    /// Who held the phone out.
    pub by: Id,
    /// The phone.
    pub device: Id,
}

/// Why bytes are no seal, or a drawing cannot be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Nothing was drawn.
    #[error("nothing_drawn")]
    NothingDrawn,
    /// More strokes or points than a name has, or a point outside of the square.
    #[error("drawing_too_large")]
    TooLarge,
    /// Not the one form of a seal.
    #[error("seal_malformed")]
    Malformed,
}

impl Sealed {
    /// The one form in bytes.
    ///
    /// # Errors
    /// For a drawing that is none, or too large.
    pub fn bytes(&self) -> Result<Vec<u8>, SealError> {
        let points: usize = self.strokes.iter().map(Vec::len).sum();
        if points == 0 {
            return Err(SealError::NothingDrawn);
        }
        let inside = |stroke: &Vec<u16>| {
            stroke.len().is_multiple_of(2) && stroke.iter().all(|one| i64::from(*one) <= SIDE)
        };
        let fits = points <= 2 * POINTS && self.strokes.len() <= STROKES;
        if !fits || !self.strokes.iter().all(inside) {
            return Err(SealError::TooLarge);
        }
        let content = hex::decode(&self.content).filter(|hash| hash.len() == 32);
        let strokes = self.strokes.iter().map(|stroke| {
            Cbor::Array(
                stroke
                    .iter()
                    .map(|one| Cbor::Int(i64::from(*one)))
                    .collect(),
            )
        });
        let text = |text: &str| Cbor::Text(text.to_owned());
        let map = [
            ("v", Cbor::Int(1)),
            ("document", text(&self.document.to_string())),
            ("content", Cbor::Bytes(content.ok_or(SealError::Malformed)?)),
            ("algorithm", text(&self.algorithm)),
            ("capacity", text(&self.capacity)),
            ("signer", text(&self.signer.to_string())),
            ("name", text(&self.name)),
            ("strokes", Cbor::Array(strokes.collect())),
            ("at", Cbor::Int(self.at.millis())),
            ("by", text(&self.by.to_string())),
            ("device", text(&self.device.to_string())),
        ];
        let map = map.map(|(key, value)| (key.to_owned(), value));
        let bytes = Cbor::Map(map.into()).bytes();
        if bytes.len() > BYTES {
            return Err(SealError::TooLarge);
        }
        Ok(bytes)
    }

    /// Reads a seal back. Bytes in any other form than the one are none, so a changed byte is either found here or
    /// changes what is said.
    ///
    /// # Errors
    /// For everything else.
    pub fn read(bytes: &[u8]) -> Result<Self, SealError> {
        if bytes.len() > BYTES || !bytes.starts_with(&MAGIC) {
            return Err(SealError::Malformed);
        }
        let map = Cbor::read(bytes).ok_or(SealError::Malformed)?;
        let sealed = Self::of(&map).ok_or(SealError::Malformed)?;
        if sealed.bytes()? != bytes {
            return Err(SealError::Malformed);
        }
        Ok(sealed)
    }

    fn of(map: &Cbor) -> Option<Self> {
        let text = |key: &str| map.text(key).map(str::to_owned);
        let Cbor::Array(strokes) = map.find("strokes")? else {
            return None;
        };
        let stroke = |stroke: &Cbor| {
            let Cbor::Array(points) = stroke else {
                return None;
            };
            let point = |point: &Cbor| {
                let Cbor::Int(one) = point else {
                    return None;
                };
                u16::try_from(*one).ok()
            };
            points.iter().map(point).collect::<Option<Vec<u16>>>()
        };
        Some(Self {
            document: map.id("document")?,
            content: hex::encode(map.data("content")?),
            algorithm: text("algorithm")?,
            capacity: text("capacity")?,
            signer: map.id("signer")?,
            name: text("name")?,
            strokes: strokes.iter().map(stroke).collect::<Option<_>>()?,
            at: Timestamp::from_millis(map.int("at")?),
            by: map.id("by")?,
            device: map.id("device")?,
        })
    }

    /// As whom this signs; nothing for a name on the list of those who came.
    pub fn capacity(&self) -> Option<Capacity> {
        Capacity::parse(&self.capacity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn() -> Sealed {
        let id = |n: u8| Id::from_bytes([n; 16]);
        Sealed {
            document: id(1),
            content: "ab".repeat(32),
            algorithm: "sha-256".to_owned(),
            capacity: "party".to_owned(),
            signer: id(2),
            name: "张𬱖".to_owned(),
            strokes: vec![vec![0, 0, 10, 10_000], vec![300, 4]],
            at: Timestamp::from_millis(1_795_500_000_000),
            by: id(3),
            device: id(4),
        }
    }

    #[test]
    fn a_seal_is_read_back_as_it_was() {
        let bytes = drawn().bytes().unwrap();
        assert_eq!(Sealed::read(&bytes), Ok(drawn()));
    }

    #[test]
    fn no_byte_of_a_seal_can_change_unseen() {
        let bytes = drawn().bytes().unwrap();
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut other = bytes.clone();
                other[place] ^= 1 << bit;
                assert_ne!(Sealed::read(&other), Ok(drawn()), "byte {place}, bit {bit}");
            }
        }
        for end in 0..bytes.len() {
            assert!(Sealed::read(&bytes[..end]).is_err());
        }
    }

    #[test]
    fn an_empty_and_an_endless_drawing_are_refused() {
        let with = |strokes| Sealed { strokes, ..drawn() }.bytes();
        assert_eq!(with(vec![]), Err(SealError::NothingDrawn));
        assert_eq!(
            with(vec![vec![1; 2 * POINTS + 2]]),
            Err(SealError::TooLarge)
        );
        assert_eq!(with(vec![vec![1]]), Err(SealError::TooLarge));
        assert_eq!(with(vec![vec![1, 10_001]]), Err(SealError::TooLarge));
    }
}
