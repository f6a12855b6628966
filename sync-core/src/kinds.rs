//! The kinds of document, and the form in which a kind says what it may hold.

pub mod visit;

use serde::{Deserialize, Serialize};

use crate::value::ValueKind;

/// A kind of document. The only list of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One visit, possibly joint, possibly for several tickets.
    Visit,
}

impl Kind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Visit];

    /// The word in tables and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visit => "visit",
        }
    }

    /// The kind that this word names.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// What documents of this kind may hold.
    pub const fn schema(self) -> &'static Schema {
        match self {
            Self::Visit => &visit::SCHEMA,
        }
    }

    /// The first change of every document of this kind: checked-in bytes, so that all replicas share the
    /// same containers (two phones that each made the container would lose one side's content).
    pub const fn seed(self) -> &'static [u8] {
        match self {
            Self::Visit => include_bytes!("../seeds/visit-1.bin"),
        }
    }
}

/// What a kind of document may hold: a closed list, checked by the gate and by entry alike.
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
