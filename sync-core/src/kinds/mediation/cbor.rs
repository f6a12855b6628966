//! Deterministic CBOR (RFC 8949, 4.2.1): shortest heads, definite lengths, keys in the order of their bytes. As much of
//! it as canonical content needs, since its bytes are what people sign.

use crate::ids::Id;

/// How deep values lie within each other; content needs four.
const DEPTH: u8 = 8;
/// How many values are read at most, keys among them. The longest paper has 10,000 rows of up to 16 registers; a value
/// takes some thirty bytes of memory and may be one byte long, so strangers' bytes would grow thirtyfold without it.
const VALUES: u32 = 500_000;

/// A value that has one form in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cbor {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Text, as it is.
    Text(String),
    /// Values in their order.
    Array(Vec<Self>),
    /// Values by text, in whatever order: the writer puts them right.
    Map(Vec<(String, Self)>),
}

impl Cbor {
    /// The one form in bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// The value of a key in a map.
    pub(super) fn find(&self, key: &str) -> Option<&Self> {
        let Self::Map(values) = self else {
            return None;
        };
        values
            .iter()
            .find(|(one, _)| one == key)
            .map(|(_, value)| value)
    }

    /// The text of a key in a map.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        if let Self::Text(text) = self.find(key)? {
            Some(text)
        } else {
            None
        }
    }

    /// The id of a key in a map.
    pub(super) fn id(&self, key: &str) -> Option<Id> {
        Id::parse(self.text(key)?)
    }

    /// The number of a key in a map.
    pub(super) fn int(&self, key: &str) -> Option<i64> {
        if let Self::Int(number) = self.find(key)? {
            Some(*number)
        } else {
            None
        }
    }

    /// The bytes of a key in a map.
    pub(super) fn data(&self, key: &str) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self.find(key)? {
            Some(bytes)
        } else {
            None
        }
    }

    /// Reads one value that is all of the bytes. Takes more forms than it writes: who needs the one form writes
    /// again and compares.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let mut left = VALUES;
        let value = Self::take(&mut rest, 0, &mut left)?;
        rest.is_empty().then_some(value)
    }

    fn take(rest: &mut &[u8], depth: u8, left: &mut u32) -> Option<Self> {
        if depth > DEPTH {
            return None;
        }
        *left = left.checked_sub(1)?;
        let (first, after) = rest.split_first()?;
        *rest = after;
        if let 0xf4 | 0xf5 = first {
            return Some(Self::Bool(*first == 0xf5));
        }
        let number = number(first & 0x1f, rest)?;
        match first >> 5 {
            0 => i64::try_from(number).ok().map(Self::Int),
            1 => i64::try_from(number).ok().map(|number| Self::Int(!number)),
            2 => Some(Self::Bytes(part(number, rest)?.to_vec())),
            3 => String::from_utf8(part(number, rest)?.to_vec())
                .ok()
                .map(Self::Text),
            // A value has at least a byte, so a count beyond what is there is none.
            4 if number <= rest.len() as u64 => {
                let values = (0..number).map(|_| Self::take(rest, depth + 1, left));
                values.collect::<Option<_>>().map(Self::Array)
            }
            5 if number <= rest.len() as u64 => {
                let values = (0..number).map(|_| {
                    let Self::Text(key) = Self::take(rest, depth + 1, left)? else {
                        return None;
                    };
                    Some((key, Self::take(rest, depth + 1, left)?))
                });
                values.collect::<Option<_>>().map(Self::Map)
            }
            _ => None,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bool(value) => out.push(if *value { 0xf5 } else { 0xf4 }),
            Self::Int(number) => match u64::try_from(*number) {
                Ok(number) => head(0, number, out),
                // -1 is 0 here, -2 is 1; in two's complement that is every bit turned round.
                Err(_) => head(1, (!*number).unsigned_abs(), out),
            },
            Self::Bytes(bytes) => {
                head(2, bytes.len() as u64, out);
                out.extend_from_slice(bytes);
            }
            Self::Text(text) => {
                head(3, text.len() as u64, out);
                out.extend_from_slice(text.as_bytes());
            }
            Self::Array(values) => {
                head(4, values.len() as u64, out);
                for value in values {
                    value.write(out);
                }
            }
            Self::Map(values) => {
                let mut keyed: Vec<(Vec<u8>, &Self)> = values
                    .iter()
                    .map(|(key, value)| (Self::Text(key.clone()).bytes(), value))
                    .collect();
                keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
                head(5, keyed.len() as u64, out);
                for (key, value) in keyed {
                    out.extend(key);
                    value.write(out);
                }
            }
        }
    }
}

/// The number behind a head.
fn number(low: u8, rest: &mut &[u8]) -> Option<u64> {
    let length = match low {
        0..=23 => return Some(u64::from(low)),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let bytes = part(length, rest)?;
    Some(
        bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)),
    )
}

fn part<'a>(length: u64, rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (part, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some(part)
}

fn head(major: u8, number: u64, out: &mut Vec<u8>) {
    let major = major << 5;
    let bytes = number.to_be_bytes();
    match number {
        0..=23 => out.extend([major | bytes[7]]),
        24..=0xff => out.extend([major | 24, bytes[7]]),
        0x100..=0xffff => out.extend([major | 25, bytes[6], bytes[7]]),
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend([bytes[4], bytes[5], bytes[6], bytes[7]]);
        }
        _ => {
            out.push(major | 27);
            out.extend(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    #[test]
    fn numbers_and_texts_have_the_bytes_that_the_standard_shows() {
        // RFC 8949, appendix A.
        for (value, bytes) in [
            (Cbor::Int(0), "00"),
            (Cbor::Int(23), "17"),
            (Cbor::Int(24), "1818"),
            (Cbor::Int(1_000), "1903e8"),
            (Cbor::Int(1_000_000), "1a000f4240"),
            (Cbor::Int(1_000_000_000_000), "1b000000e8d4a51000"),
            (Cbor::Int(-1), "20"),
            (Cbor::Int(-1_000), "3903e7"),
            (Cbor::Int(i64::MIN), "3b7fffffffffffffff"),
            (Cbor::Bool(false), "f4"),
            (Cbor::Text("水".to_owned()), "63e6b0b4"),
            (Cbor::Bytes(vec![1, 2, 3, 4]), "4401020304"),
            (Cbor::Array(vec![Cbor::Int(1), Cbor::Int(2)]), "820102"),
        ] {
            assert_eq!(hex::encode(&value.bytes()), bytes, "{value:?}");
        }
    }

    #[test]
    fn as_many_values_are_read_as_a_paper_may_have_and_no_more() {
        let list = |count: u32| {
            let mut bytes = Vec::new();
            head(4, u64::from(count), &mut bytes);
            bytes.resize(bytes.len() + count as usize, 0);
            Cbor::read(&bytes)
        };
        assert!(list(VALUES - 1).is_some());
        assert_eq!(list(VALUES), None);
    }

    #[test]
    fn keys_stand_in_the_order_of_their_bytes_the_shorter_first() {
        let one = |key: &str| (key.to_owned(), Cbor::Int(1));
        let map = Cbor::Map(vec![one("aa"), one("b"), one("a")]);
        assert_eq!(
            hex::encode(&map.bytes()),
            "a3616101616201626161".to_owned() + "01"
        );
    }
}
