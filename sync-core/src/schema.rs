//! What a document may hold, as data: the form in which a kind says it.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};

use crate::value::ValueKind;

/// A kind of document. Everything between a kind's own rooms knows no more of it than this.
#[derive(Clone, Copy)]
pub struct Kind(&'static Definition);

/// What makes a kind; each is a `static` in the folder of its kind.
#[derive(Debug)]
pub struct Definition {
    /// The word in tables and on the wire.
    pub word: &'static str,
    /// What documents may hold.
    pub schema: Schema,
    /// The first change of every document: checked-in bytes, so that all replicas share the same containers
    /// (two phones that each made the container would lose one side's content).
    pub seed: &'static [u8],
}

impl Kind {
    /// The kind that is defined so.
    pub const fn of(definition: &'static Definition) -> Self {
        Self(definition)
    }

    /// The word in tables and on the wire.
    pub const fn as_str(self) -> &'static str {
        self.0.word
    }

    /// What documents of this kind may hold.
    pub const fn schema(self) -> &'static Schema {
        &self.0.schema
    }

    /// The first change of every document of this kind.
    pub const fn seed(self) -> &'static [u8] {
        self.0.seed
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Kind {}

impl Hash for Kind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialOrd for Kind {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kind {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What a kind of document may hold: a closed list, checked by the gate and by entry alike. One level deep: what
/// belongs to an entry of another collection names it by its id.
#[derive(Debug)]
pub struct Schema {
    /// Registers under `fields`.
    pub fields: &'static [Field],
    /// Long texts under `notes`.
    pub notes: &'static [&'static str],
    /// Maps from an id to yes or no.
    pub sets: &'static [&'static str],
    /// Maps from an id to a record.
    pub collections: &'static [Collection],
    /// Answers to the questions of forms stand beside `fields` ([`crate::answers`]).
    pub answers: bool,
}

/// A named register.
#[derive(Debug)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What it holds.
    pub holds: ValueKind,
}

/// A map from ids to records of one form.
#[derive(Debug)]
pub struct Collection {
    /// Its key under the root.
    pub name: &'static str,
    /// The registers of a record.
    pub fields: &'static [Field],
    /// Records are written in one change and never again.
    pub written_once: bool,
    /// The kind examines each new record against the document as its writer had it.
    pub examined: bool,
    /// Residents' representatives may add records, as far as the kind lets them speak for somebody.
    pub represented: bool,
}

impl Schema {
    /// The definition of a collection.
    pub fn collection(&self, name: &str) -> Option<&'static Collection> {
        self.collections
            .iter()
            .find(|collection| collection.name == name)
    }
}

/// Finds a register by name.
pub fn field(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    fields.iter().find(|field| field.name == name)
}
