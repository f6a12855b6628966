//! What the gate will examine is examined before it is written, so that nobody signs in vain.

use std::collections::BTreeMap;

use super::{Edit, EditError};
use crate::document::Document;
use crate::ids::Id;
use crate::reason::Reason;
use crate::schema::field;
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
        let mut values: BTreeMap<&str, Value> = BTreeMap::new();
        for (name, value) in fields {
            let field = field(known.fields, name).ok_or(EditError::PathUnknown)?;
            let value = field.holds.read(value.clone());
            let value = value.ok_or(EditError::ValueRefused)?;
            values.insert(field.name, value);
        }
        let entry = values
            .iter()
            .filter(|(_, value)| **value != Value::Empty)
            .map(|(name, value)| (*name, value))
            .collect();
        // Whoever holds the phone is who the hub will take for the writer.
        let writer = values.get("by").and_then(Value::text).and_then(Id::parse);
        let writer = writer.ok_or(EditError::ValueRefused)?;
        self.kind().examine(self, &entry, writer).map_err(|reason| {
            if reason == Reason::SignatureOtherContent {
                EditError::ContentChanged
            } else if reason == Reason::SignatureContentIncomplete {
                EditError::ContentIncomplete
            } else {
                EditError::ValueRefused
            }
        })
    }
}
