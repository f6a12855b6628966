//! Gestures that people make on a record of whatever kind, for simulations.

use std::collections::BTreeMap;

use crate::edit::Edit;
use crate::ids::Id;
use crate::value::Value;

/// Writes a field.
pub(super) fn field(name: &str, value: Value) -> Edit {
    Edit::SetField {
        field: name.to_owned(),
        value,
    }
}

/// Writes registers of an entry.
pub(super) fn put<const N: usize>(collection: &str, id: Id, fields: [(&str, Value); N]) -> Edit {
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    Edit::PutEntry {
        collection: collection.to_owned(),
        id,
        fields: BTreeMap::from(fields),
    }
}
