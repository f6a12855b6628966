//! Writing: one gesture of a person becomes one change with the fewest operations.

mod error;
mod examine;
mod naming;
mod write;

use automerge::transaction::{Transactable, Transaction};
use automerge::{ObjId, ReadDoc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::answers;
use crate::chunk::{self, DOUBTED};
use crate::document::Document;
use crate::ids::Id;
use crate::limits;
use crate::schema::{Field, Schema, field};
use crate::time::Timestamp;
use crate::value::Value;

use write::{put, put_entry, put_value};

pub use error::EditError;

/// A gesture. JSON: `{"edit": "set_field", "field": "outcome", "value": "resolved"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum Edit {
    /// Writes one answer to a question of a form.
    Answer {
        /// The question.
        question: String,
        /// What the answer's cell holds: `text`, `number`, `date`, `choice`, or `has:CHOICE` for one of many.
        part: String,
        /// Null takes it back.
        value: Value,
    },
    /// Adds the id to, or takes it from, a set (a visit's tickets).
    Include {
        /// Name of the set.
        set: String,
        /// The member.
        id: Id,
        /// In or out.
        included: bool,
    },
    /// Appends a mark of the workflow.
    Mark {
        /// Fresh id of the mark.
        id: Id,
        /// `submit`, `withdraw`, `discard` or `note`.
        kind: String,
        /// Who marks.
        by: Id,
        /// A word to the office.
        #[serde(default)]
        remark: String,
        /// Decisions of the office that the writer knew of: the mark answers the last of them. A replica fills it in.
        #[serde(default)]
        answers: u32,
    },
    /// Writes registers of an entry, making the entry if it is new.
    PutEntry {
        /// Name of the collection.
        collection: String,
        /// The entry.
        id: Id,
        /// Registers to write; others stay as they are.
        fields: BTreeMap<String, Value>,
    },
    /// Takes an entry out; it can be put back.
    RemoveEntry {
        /// Name of the collection.
        collection: String,
        /// The entry.
        id: Id,
    },
    /// Puts a removed entry back.
    RestoreEntry {
        /// Name of the collection.
        collection: String,
        /// The entry.
        id: Id,
    },
    /// Writes one register under `fields`.
    SetField {
        /// Its name.
        field: String,
        /// Null clears it.
        value: Value,
    },
    /// Replaces a long text; only the difference is written, so that two writers' words both stay.
    SetNote {
        /// Its name.
        note: String,
        /// The whole new text.
        text: String,
    },
    /// Writes again a value on which people disagree: the pick is itself a change.
    Settle {
        /// Path of the register, as in [`crate::record::Record::registers`].
        path: String,
        /// What stands from now on.
        value: Value,
    },
}

impl Document {
    /// Writes a gesture as one change of `actor` at `now`; answers the change's bytes, or `None` if nothing
    /// was different.
    ///
    /// # Errors
    /// Nothing is written if the gesture does not fit the schema or a limit.
    pub fn edit(
        &mut self,
        edit: &Edit,
        actor: [u8; 16],
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, EditError> {
        self.edit_by(edit, actor, now, false)
    }

    /// The same; `doubted` marks the change as one whose time the phone could only estimate.
    ///
    /// # Errors
    /// As [`Self::edit`].
    pub fn edit_by(
        &mut self,
        edit: &Edit,
        actor: [u8; 16],
        now: Timestamp,
        doubted: bool,
    ) -> Result<Option<Vec<u8>>, EditError> {
        if !chunk::is_possible(now.seconds()) {
            return Err(EditError::ClockImpossible);
        }
        let schema = self.kind().schema();
        let target = Target::of(self, edit).ok_or(EditError::PathUnknown)?;
        self.examine(edit)?;
        let mut message = edit.message(self.kind().as_str());
        message.extend(doubted.then_some(DOUBTED));
        self.commit(actor, now, &message, |tx| {
            target.write(tx, schema, edit, now)
        })
    }
}

/// The container that a gesture writes into, looked up before the transaction borrows the document.
struct Target {
    container: ObjId,
    /// Last part of a path, for [`Edit::Settle`].
    name: String,
    fields: &'static [Field],
}

impl Target {
    fn of(document: &Document, edit: &Edit) -> Option<Self> {
        let schema = document.kind().schema();
        let (container, name, fields) = match edit {
            Edit::SetField { field, .. } => {
                (document.container("fields")?, field.clone(), schema.fields)
            }
            Edit::Answer { question, part, .. } => {
                let path = answers::path(question, part);
                return Self::of_path(document, schema, &path);
            }
            Edit::SetNote { note, .. } => {
                schema.notes.iter().find(|known| *known == note)?;
                (document.container("notes")?, note.clone(), &[][..])
            }
            Edit::Include { set, .. } => {
                schema.sets.iter().find(|known| *known == set)?;
                (document.container(set)?, set.clone(), &[][..])
            }
            Edit::Mark { .. } => (document.container("events")?, "events".to_owned(), &[][..]),
            Edit::PutEntry { collection, .. }
            | Edit::RemoveEntry { collection, .. }
            | Edit::RestoreEntry { collection, .. } => {
                let known = schema.collection(collection)?;
                (
                    document.container(known.name)?,
                    collection.clone(),
                    known.fields,
                )
            }
            Edit::Settle { path, .. } => return Self::of_path(document, schema, path),
        };
        Some(Self {
            container,
            name,
            fields,
        })
    }

    fn of_path(document: &Document, schema: &Schema, path: &str) -> Option<Self> {
        if schema.answers && answers::holds(path).is_some() {
            return Some(Self {
                container: document.container("fields")?,
                name: path.to_owned(),
                fields: &[],
            });
        }
        let mut parts = path.split('/');
        let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
        let Some(name) = third else {
            let container = document.container("fields").filter(|_| first == "fields")?;
            return Some(Self {
                container,
                name: second.to_owned(),
                fields: schema.fields,
            });
        };
        let collection = schema
            .collection(first)
            .filter(|collection| !collection.written_once)?;
        let map = document.container(collection.name)?;
        let (_, container) = document.engine.get(&map, second).ok().flatten()?;
        Some(Self {
            container,
            name: name.to_owned(),
            fields: collection.fields,
        })
    }

    fn write(
        &self,
        transaction: &mut Transaction<'_>,
        schema: &'static Schema,
        edit: &Edit,
        now: Timestamp,
    ) -> Result<(), EditError> {
        match edit {
            Edit::Answer { value, .. } => self.put_answer(transaction, value),
            Edit::Settle { value, .. } if answers::holds(&self.name).is_some() => {
                self.put_answer(transaction, value)
            }
            Edit::SetField { value, .. } | Edit::Settle { value, .. } => put(
                transaction,
                &self.container,
                self.fields,
                &self.name,
                value.clone(),
            ),
            Edit::SetNote { text, .. } => {
                if text.chars().count() > limits::NOTE_CHARS {
                    return Err(EditError::NoteTooLong);
                }
                let (_, note) = transaction
                    .get(&self.container, &*self.name)?
                    .ok_or(EditError::PathUnknown)?;
                Ok(transaction.update_text(&note, text)?)
            }
            Edit::Include { id, included, .. } => {
                let key = id.to_string();
                let present = transaction.get(&self.container, &*key)?.is_some();
                if !present && !*included {
                    return Ok(());
                }
                if !present && transaction.length(&self.container) >= limits::SET_MEMBERS {
                    return Err(EditError::TooManyEntries);
                }
                put_value(transaction, &self.container, &key, (*included).into())
            }
            Edit::Mark {
                id,
                kind,
                by,
                remark,
                answers,
            } => {
                let events = schema.collection("events").ok_or(EditError::PathUnknown)?;
                let mut fields = BTreeMap::from([
                    ("at".to_owned(), Value::Time(now)),
                    ("by".to_owned(), Value::Text(by.to_string())),
                    ("kind".to_owned(), Value::Text(kind.clone())),
                ]);
                if !remark.is_empty() {
                    fields.insert("remark".to_owned(), Value::Text(remark.clone()));
                }
                if *answers > 0 {
                    fields.insert("answers".to_owned(), Value::Int((*answers).into()));
                }
                put_entry(
                    transaction,
                    &self.container,
                    events.fields,
                    true,
                    *id,
                    &fields,
                )
            }
            Edit::PutEntry {
                collection,
                id,
                fields,
            } => {
                let known = schema
                    .collection(collection)
                    .ok_or(EditError::PathUnknown)?;
                put_entry(
                    transaction,
                    &self.container,
                    known.fields,
                    known.written_once,
                    *id,
                    fields,
                )
            }
            Edit::RemoveEntry { id, .. } => self.put_removed(transaction, *id, Value::Time(now)),
            Edit::RestoreEntry { id, .. } => self.put_removed(transaction, *id, Value::Empty),
        }
    }

    fn put_answer(
        &self,
        transaction: &mut Transaction<'_>,
        value: &Value,
    ) -> Result<(), EditError> {
        let holds = answers::holds(&self.name).ok_or(EditError::PathUnknown)?;
        let value = holds.read(value.clone()).ok_or(EditError::ValueRefused)?;
        if transaction.get(&self.container, &*self.name)?.is_none() {
            if value == Value::Empty {
                return Ok(());
            }
            let keys = transaction.keys(&self.container);
            if keys.filter(|key| answers::holds(key).is_some()).count() >= limits::ANSWERS {
                return Err(EditError::TooManyAnswers);
            }
        }
        put_value(
            transaction,
            &self.container,
            &self.name,
            value.into_engine(),
        )
    }

    fn put_removed(
        &self,
        transaction: &mut Transaction<'_>,
        id: Id,
        value: Value,
    ) -> Result<(), EditError> {
        field(self.fields, "removed_at").ok_or(EditError::EntryImmutable)?;
        let (_, entry) = transaction
            .get(&self.container, id.to_string())?
            .ok_or(EditError::EntryUnknown)?;
        put(transaction, &entry, self.fields, "removed_at", value)
    }
}
