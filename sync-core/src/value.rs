//! One value of a record: what a register of a document holds and what people see.

use automerge::{ScalarValue, ValueRef};
use serde::{Deserialize, Serialize, Serializer};

use crate::hex;
use crate::time::Timestamp;

/// A register's value. JSON: null, boolean, integer, text; times are integers (ms), bytes are hexadecimal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Cleared, or never filled in.
    #[default]
    Empty,
    /// Yes or no.
    Flag(bool),
    /// A count, an amount, a coordinate in 1e-7 degrees.
    Int(i64),
    /// Words, a choice, an id.
    Text(String),
    /// A point in time.
    #[serde(skip_deserializing)]
    Time(Timestamp),
    /// A hash, or something sealed.
    #[serde(skip_deserializing)]
    Bytes(Vec<u8>),
}

impl Value {
    /// Reads a register. Kinds of value that no schema has (counters, floats, objects) are `None`.
    pub(crate) fn from_engine(value: &automerge::Value<'_>) -> Option<Self> {
        let automerge::Value::Scalar(scalar) = value else {
            return None;
        };
        Some(match scalar.as_ref() {
            ScalarValue::Null => Self::Empty,
            ScalarValue::Boolean(flag) => Self::Flag(*flag),
            ScalarValue::Int(number) => Self::Int(*number),
            ScalarValue::Str(text) => Self::Text(text.to_string()),
            ScalarValue::Timestamp(millis) => Self::Time(Timestamp::from_millis(*millis)),
            ScalarValue::Bytes(bytes) => Self::Bytes(bytes.clone()),
            ScalarValue::Uint(_)
            | ScalarValue::F64(_)
            | ScalarValue::Counter(_)
            | ScalarValue::Unknown { .. } => {
                return None;
            }
        })
    }

    pub(crate) fn into_engine(self) -> ScalarValue {
        match self {
            Self::Empty => ScalarValue::Null,
            Self::Flag(flag) => ScalarValue::Boolean(flag),
            Self::Int(number) => ScalarValue::Int(number),
            Self::Text(text) => ScalarValue::Str(text.into()),
            Self::Time(time) => ScalarValue::Timestamp(time.millis()),
            Self::Bytes(bytes) => ScalarValue::Bytes(bytes),
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The time, if it is one.
    pub const fn time(&self) -> Option<Timestamp> {
        if let Self::Time(time) = self {
            Some(*time)
        } else {
            None
        }
    }

    /// The bytes, if it holds some.
    pub fn bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self {
            Some(bytes)
        } else {
            None
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Time(time) => serializer.serialize_i64(time.millis()),
            Self::Bytes(bytes) => serializer.serialize_str(&hex::encode(bytes)),
        }
    }
}

/// What a register may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Words of at most so many characters.
    Text(usize),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number from the first to the second.
    Int(i64, i64),
    /// Yes or no.
    Flag,
    /// A point in time between 2000 and 2100.
    Time,
    /// A SHA-256.
    Hash,
    /// Something that only those read who have its key: so many bytes in all, beginning with this version byte. Whether
    /// they open, nobody can say who has no key; the form is all that the gate can hold them to.
    Sealed(u8, usize),
}

impl ValueKind {
    /// Whether the value fits; [`Value::Empty`] always does, it clears the register.
    pub fn accepts(self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Empty) | (Self::Flag, Value::Flag(_)) => true,
            (Self::Text(max), Value::Text(text)) => {
                text.chars().count() <= max && !text.contains('\0')
            }
            (Self::Choice(words), Value::Text(text)) => words.contains(&text.as_str()),
            (Self::Int(low, high), Value::Int(number)) => (low..=high).contains(number),
            (Self::Time, Value::Time(time)) => {
                (946_684_800_000..4_102_444_800_000).contains(&time.millis())
            }
            (Self::Hash, Value::Bytes(bytes)) => bytes.len() == 32,
            (Self::Sealed(version, length), Value::Bytes(bytes)) => {
                bytes.len() == length && bytes.first() == Some(&version)
            }
            _ => false,
        }
    }

    /// Reads what a host's form gave (JSON) as a value of this kind; `None` if it does not fit.
    pub fn read(self, input: Value) -> Option<Value> {
        let value = match (self, input) {
            (Self::Time, Value::Int(millis)) => Value::Time(Timestamp::from_millis(millis)),
            (Self::Hash | Self::Sealed(..), Value::Text(text)) => Value::Bytes(hex::decode(&text)?),
            (_, other) => other,
        };
        self.accepts(&value).then_some(value)
    }
}

/// Reads a scalar of an operation.
pub(crate) fn from_scalar(scalar: &ScalarValue) -> Option<Value> {
    Value::from_engine(&automerge::Value::Scalar(std::borrow::Cow::Borrowed(
        scalar,
    )))
}

/// Reads a register while ranging over a map.
pub(crate) fn from_ref(value: &ValueRef<'_>) -> Option<Value> {
    Value::from_engine(&value.clone().into_value())
}
