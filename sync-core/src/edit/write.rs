//! Writing into the containers of a document.

use automerge::transaction::{Transactable, Transaction};
use automerge::{ObjId, ObjType, ReadDoc, ScalarValue};
use std::collections::BTreeMap;

use super::EditError;
use crate::ids::Id;
use crate::limits;
use crate::schema::{Field, field};
use crate::value::Value;

pub(super) fn put_entry(
    transaction: &mut Transaction<'_>,
    collection: &ObjId,
    known: &'static [Field],
    written_once: bool,
    id: Id,
    fields: &BTreeMap<String, Value>,
) -> Result<(), EditError> {
    let key = id.to_string();
    let entry = match transaction.get(collection, &*key)? {
        Some(_) if written_once => return Err(EditError::EntryImmutable),
        Some((_, entry)) => entry,
        None if transaction.length(collection) >= limits::COLLECTION_ENTRIES => {
            return Err(EditError::TooManyEntries);
        }
        None => transaction.put_object(collection, key, ObjType::Map)?,
    };
    for (name, value) in fields {
        put(transaction, &entry, known, name, value.clone())?;
    }
    Ok(())
}

pub(super) fn put(
    transaction: &mut Transaction<'_>,
    map: &ObjId,
    known: &'static [Field],
    name: &str,
    value: Value,
) -> Result<(), EditError> {
    let field = field(known, name).ok_or(EditError::PathUnknown)?;
    let value = field.holds.read(value).ok_or(EditError::ValueRefused)?;
    // Clearing what was never written would be a change that says nothing.
    if value == Value::Empty && transaction.get(map, name)?.is_none() {
        return Ok(());
    }
    put_value(transaction, map, name, value.into_engine())
}

/// Writes one value. Where several stand and the one on top is meant, the engine would only delete its rivals, and
/// the gate takes no deletions: a rival is written first, then what is meant, each as a value.
pub(super) fn put_value(
    transaction: &mut Transaction<'_>,
    map: &ObjId,
    key: &str,
    value: ScalarValue,
) -> Result<(), EditError> {
    let standing = transaction.get_all(map, key)?;
    let mut standing: Vec<_> = standing
        .iter()
        .filter_map(|(one, _)| one.as_scalar())
        .collect();
    if standing.len() > 1 && standing.pop() == Some(&value) {
        // When all say the same there is nothing to choose.
        let Some(rival) = standing.into_iter().find(|one| **one != value).cloned() else {
            return Ok(());
        };
        transaction.put(map, key, rival)?;
    }
    Ok(transaction.put(map, key, value)?)
}
