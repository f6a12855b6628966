//! Reading: a tolerant typed picture of a document, with every value that lost a conflict still in view.

use std::collections::BTreeMap;

use automerge::{ObjId, ObjType, ReadDoc};

use crate::answers;
use crate::document::Document;
use crate::ids::Id;
use crate::op::OpRef;
use crate::schema::{Collection, Field, field};
use crate::value::{Value, from_ref};

/// A value and who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The value.
    pub value: Value,
    /// The operation that wrote it.
    pub op: OpRef,
}

/// A register: the value shown and the different values written at the same time as it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Picked by rule, the same on every replica. Not "the latest".
    pub shown: Written,
    /// What else stands there, until a person picks.
    pub others: Vec<Written>,
}

/// A record in a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub id: Id,
    /// Its registers by name.
    pub registers: BTreeMap<&'static str, Register>,
}

impl Entry {
    /// The shown value of a register; empty if it was never written.
    pub fn value(&self, name: &str) -> &Value {
        self.registers
            .get(name)
            .map_or(&Value::Empty, |register| &register.shown.value)
    }

    /// Whether a person has taken the entry out (it can be put back).
    pub fn is_removed(&self) -> bool {
        *self.value("removed_at") != Value::Empty
    }
}

/// All that a document says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Registers under `fields`.
    pub fields: BTreeMap<&'static str, Register>,
    /// Answers to the questions of forms by their paths, as `answers/height/number`.
    pub answers: BTreeMap<String, Register>,
    /// Long texts by name.
    pub notes: BTreeMap<&'static str, String>,
    /// Ids that stand for yes, by set.
    pub sets: BTreeMap<&'static str, Vec<Id>>,
    /// Entries by collection, in the order of their ids.
    pub collections: BTreeMap<&'static str, Vec<Entry>>,
}

impl Record {
    /// Reads a document. What does not fit the schema is passed over: the gate keeps it out.
    pub fn of(document: &Document) -> Self {
        let schema = document.kind().schema();
        let mut record = Self::default();
        if let Some(fields) = document.container("fields") {
            record.fields = read_registers(document, &fields, schema.fields);
            if schema.answers {
                record.answers = read_answers(document, &fields);
            }
        }
        for set in schema.sets {
            let ids = document
                .container(set)
                .map(|id| read_set(document, &id))
                .unwrap_or_default();
            record.sets.insert(set, ids);
        }
        if let Some(notes) = document.container("notes") {
            for name in schema.notes {
                if let Ok(Some((automerge::Value::Object(ObjType::Text), id))) =
                    document.engine.get(&notes, *name)
                {
                    record
                        .notes
                        .insert(name, document.engine.text(&id).unwrap_or_default());
                }
            }
        }
        for collection in schema.collections {
            let entries = read_entries(document, collection);
            record.collections.insert(collection.name, entries);
        }
        record
    }

    /// The shown value of a register under `fields`; empty if it was never written.
    pub fn field(&self, name: &str) -> &Value {
        self.fields
            .get(name)
            .map_or(&Value::Empty, |register| &register.shown.value)
    }

    /// The shown value of an answer by its path; empty if it was never written.
    pub fn answer(&self, path: &str) -> &Value {
        self.answers
            .get(path)
            .map_or(&Value::Empty, |register| &register.shown.value)
    }

    /// The entries of a collection, removed ones included.
    pub fn entries(&self, collection: &str) -> &[Entry] {
        self.collections.get(collection).map_or(&[], Vec::as_slice)
    }

    /// Every register with its path: `fields/NAME`, `answers/QUESTION/PART` or `COLLECTION/ID/NAME`.
    pub fn registers(&self) -> impl Iterator<Item = (String, &Register)> {
        let fields = self
            .fields
            .iter()
            .map(|(name, register)| (format!("fields/{name}"), register));
        let entries = self.collections.iter().flat_map(|(collection, entries)| {
            entries.iter().flat_map(move |entry| {
                entry.registers.iter().map(move |(name, register)| {
                    (format!("{collection}/{}/{name}", entry.id), register)
                })
            })
        });
        let answers = self.answers.iter();
        let answers = answers.map(|(path, register)| (path.clone(), register));
        fields.chain(answers).chain(entries)
    }

    /// The registers in which people disagree.
    pub fn disagreements(&self) -> impl Iterator<Item = (String, &Register)> {
        self.registers()
            .filter(|(_, register)| !register.others.is_empty())
    }
}

fn read_registers(
    document: &Document,
    map: &ObjId,
    fields: &'static [Field],
) -> BTreeMap<&'static str, Register> {
    let mut registers = BTreeMap::new();
    for item in document.engine.map_range(map, ..) {
        let Some(known) = field(fields, &item.key) else {
            continue;
        };
        let Some(value) = from_ref(&item.value) else {
            continue;
        };
        let op = OpRef(item.id());
        let register = read_register(document, map, known.name, item.conflict, value, op);
        registers.insert(known.name, register);
    }
    registers
}

fn read_answers(document: &Document, map: &ObjId) -> BTreeMap<String, Register> {
    let mut registers = BTreeMap::new();
    for item in document.engine.map_range(map, ..) {
        if answers::holds(&item.key).is_none() {
            continue;
        }
        let Some(value) = from_ref(&item.value) else {
            continue;
        };
        let op = OpRef(item.id());
        let register = read_register(document, map, &item.key, item.conflict, value, op);
        registers.insert(item.key.to_string(), register);
    }
    registers
}

fn read_register(
    document: &Document,
    map: &ObjId,
    name: &str,
    conflict: bool,
    value: Value,
    op: OpRef,
) -> Register {
    let others = if conflict {
        read_others(document, map, name, &value)
    } else {
        Vec::new()
    };
    Register {
        shown: Written { value, op },
        others,
    }
}

/// The values that stand beside the shown one and differ from it, each once.
fn read_others(document: &Document, map: &ObjId, name: &str, shown: &Value) -> Vec<Written> {
    let mut others: Vec<Written> = Vec::new();
    for (value, id) in document.engine.get_all(map, name).unwrap_or_default() {
        let Some(value) = Value::from_engine(&value) else {
            continue;
        };
        if value != *shown && others.iter().all(|other| other.value != value) {
            others.push(Written {
                value,
                op: OpRef(id),
            });
        }
    }
    others
}

fn read_set(document: &Document, map: &ObjId) -> Vec<Id> {
    let members = document.engine.map_range(map, ..);
    members
        .filter(|item| from_ref(&item.value) == Some(Value::Flag(true)))
        .filter_map(|item| Id::parse(&item.key))
        .collect()
}

fn read_entries(document: &Document, collection: &'static Collection) -> Vec<Entry> {
    let Some(map) = document.container(collection.name) else {
        return Vec::new();
    };
    let items = document.engine.map_range(&map, ..);
    items
        .filter_map(|item| {
            let id = Id::parse(&item.key)?;
            Some(Entry {
                id,
                registers: read_registers(document, &item.id(), collection.fields),
            })
        })
        .collect()
}
