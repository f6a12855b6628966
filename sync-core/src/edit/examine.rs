//! What the gate will examine is examined before it is written, so that nobody signs or reports in vain.

use std::collections::BTreeMap;

use automerge::ReadDoc as _;

use super::{Edit, EditError};
use crate::document::Document;
use crate::ids::Id;
use crate::reason::Reason;
use crate::schema::{Collection, field};
use crate::value::Value;

impl Document {
    /// Whether a gesture would pass.
    pub(super) fn examine(&self, edit: &Edit) -> Result<(), EditError> {
        let Edit::PutEntry {
            collection, fields, ..
        } = edit
        else {
            return Ok(());
        };
        let schema = self.kind().schema();
        let Some(known) = schema.collection(collection).filter(|one| one.examined) else {
            return Ok(());
        };
        let values = read(known, fields)?;
        let entry = values.iter().map(|(name, value)| (*name, value)).collect();
        // Whoever holds the phone is who the hub will take for the writer.
        let writer = values.get("by").and_then(Value::text).and_then(Id::parse);
        let writer = writer.ok_or(EditError::ValueRefused)?;
        let examined = self.kind().examine(self, known.name, &entry, writer);
        examined.map_err(|reason| {
            if reason == Reason::SignatureOtherContent {
                EditError::ContentChanged
            } else if reason == Reason::SignatureContentIncomplete {
                EditError::ContentIncomplete
            } else {
                EditError::ValueRefused
            }
        })
    }

    /// Whether a gesture of a residents' representative would pass: a new entry that says what their party may say.
    ///
    /// # Errors
    /// [`EditError::OutsideRepresentation`] if not.
    pub(crate) fn represents(&self, edit: &Edit, person: Id) -> Result<(), EditError> {
        const OUTSIDE: EditError = EditError::OutsideRepresentation;
        let Edit::PutEntry {
            collection,
            id,
            fields,
        } = edit
        else {
            return Err(OUTSIDE);
        };
        let known = self.kind().schema().collection(collection);
        let known = known.filter(|one| one.represented).ok_or(OUTSIDE)?;
        let entries = self.container(known.name).ok_or(EditError::PathUnknown)?;
        if self.engine.get(&entries, id.to_string())?.is_some() {
            return Err(OUTSIDE);
        }
        let values = read(known, fields)?;
        let entry = values.iter().map(|(name, value)| (*name, value)).collect();
        let may = self.kind().represents(self, known.name, &entry, person);
        may.then_some(()).ok_or(OUTSIDE)
    }
}

/// The registers that a gesture writes, without those that stay empty.
fn read(
    known: &'static Collection,
    fields: &BTreeMap<String, Value>,
) -> Result<BTreeMap<&'static str, Value>, EditError> {
    let mut values = BTreeMap::new();
    for (name, value) in fields {
        let field = field(known.fields, name).ok_or(EditError::PathUnknown)?;
        let value = field.holds.read(value.clone());
        let value = value.ok_or(EditError::ValueRefused)?;
        if value != Value::Empty {
            values.insert(field.name, value);
        }
    }
    Ok(values)
}
