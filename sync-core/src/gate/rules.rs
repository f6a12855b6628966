//! Which operations a writer may make, by the place in the document that they touch.

use std::collections::{HashMap, HashSet};

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{ExpandedChange, ObjId, ObjType, ReadDoc, ScalarValue};

use super::Writer;
use crate::answers;
use crate::chunk::ChunkHeader;
use crate::document::Document;
use crate::ids::Id;
use crate::limits;
use crate::reason::Reason;
use crate::schema::{Collection, Field, field};
use crate::value::{Value, ValueKind, from_scalar};

/// A container of a document.
#[derive(Clone, Copy)]
enum Place {
    Collection(&'static Collection),
    Entry(&'static Collection),
    /// Registers, and answers beside them if the kind has any.
    Fields(&'static [Field], bool),
    Note,
    Set(&'static str),
}

impl Place {
    /// Whether a residents' representative may write here: new entries alone.
    const fn is_represented(self, by_this_change: bool) -> bool {
        match self {
            Self::Collection(collection) => collection.represented,
            Self::Entry(collection) => collection.represented && by_this_change,
            Self::Fields(..) | Self::Note | Self::Set(_) => false,
        }
    }
}

/// The containers of a document by the operation that made them.
pub(super) struct Places {
    places: HashMap<(u64, Vec<u8>), Place>,
    /// Ids known, by collection or set.
    entries: HashMap<&'static str, Vec<Id>>,
    /// Answers known, by their paths.
    answers: HashSet<String>,
    /// A change makes an entry that its kind examines, or one in somebody's name.
    pub(super) to_examine: bool,
}

impl Places {
    pub(super) fn of(document: &Document) -> Self {
        let schema = document.kind().schema();
        let mut places = Self {
            places: HashMap::new(),
            entries: HashMap::new(),
            answers: HashSet::new(),
            to_examine: false,
        };
        let fields = document.container("fields");
        if let Some(fields) = fields.as_ref().filter(|_| schema.answers) {
            let keys = document.engine.keys(fields);
            let known = keys.filter(|key| answers::holds(key).is_some());
            places.answers.extend(known);
        }
        places.add(fields, Place::Fields(schema.fields, schema.answers));
        for set in schema.sets {
            let Some(id) = document.container(set) else {
                continue;
            };
            let members = document.engine.map_range(&id, ..);
            let members = members.filter_map(|item| Id::parse(&item.key)).collect();
            places.entries.insert(set, members);
            places.add(Some(id), Place::Set(set));
        }
        for collection in schema.collections {
            let Some(id) = document.container(collection.name) else {
                continue;
            };
            let known = places.entries.entry(collection.name).or_default();
            let mut entries = Vec::new();
            for item in document.engine.map_range(&id, ..) {
                known.extend(Id::parse(&item.key));
                entries.push(item.id());
            }
            for entry in entries {
                places.add(Some(entry), Place::Entry(collection));
            }
            places.add(Some(id), Place::Collection(collection));
        }
        if let Some(notes) = document.container("notes") {
            let texts: Vec<_> = document
                .engine
                .map_range(&notes, ..)
                .map(|item| item.id())
                .collect();
            for text in texts {
                places.add(Some(text), Place::Note);
            }
        }
        places
    }

    fn add(&mut self, id: Option<ObjId>, place: Place) {
        if let Some(ObjId::Id(counter, actor, _)) = id {
            self.places
                .insert((counter, actor.to_bytes().to_vec()), place);
        }
    }

    fn find(&self, id: &OpId) -> Option<Place> {
        self.places
            .get(&(id.counter(), id.actor().to_bytes().to_vec()))
            .copied()
    }
}

/// Checks every operation of a change; remembers the entries it makes.
pub(super) fn check(
    change: &ExpandedChange,
    header: &ChunkHeader,
    places: &mut Places,
    writer: Writer,
) -> Result<(), Reason> {
    if !writer.role.is_field() && !writer.role.is_office() {
        return Err(Reason::OutOfScope);
    }
    for (counter, op) in (header.start_op..).zip(&change.operations) {
        let mut replaced: Vec<_> = op.pred.iter().collect();
        replaced.sort_unstable();
        if replaced.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(Reason::EncodingNotCanonical);
        }
        let ObjectId::Id(container) = &op.obj else {
            return Err(Reason::SchemaViolation);
        };
        let place = places.find(container).ok_or(Reason::SchemaViolation)?;
        let by_this_change =
            container.counter() >= header.start_op && container.actor().to_bytes() == header.actor;
        if writer.role.is_representative() && !place.is_represented(by_this_change) {
            return Err(Reason::OutsideRepresentation);
        }
        match place {
            Place::Fields(fields, answered) => {
                let path = map_key(op).filter(|_| answered);
                match path.and_then(|path| Some((path, answers::holds(path)?))) {
                    Some((path, holds)) => {
                        check_value(op, holds)?;
                        note_answer(path, &mut places.answers)?;
                    }
                    None => check_register(op, fields, writer)?,
                }
            }
            Place::Set(set) => {
                let id = map_key(op)
                    .and_then(Id::parse)
                    .ok_or(Reason::SchemaViolation)?;
                let OpType::Put(ScalarValue::Boolean(_)) = op.action else {
                    return Err(Reason::SchemaViolation);
                };
                no_insert(op)?;
                let known = places.entries.entry(set).or_default();
                if !known.contains(&id) {
                    if known.len() >= limits::SET_MEMBERS_MERGED {
                        return Err(Reason::DocumentFull);
                    }
                    known.push(id);
                }
            }
            Place::Entry(collection) if collection.written_once && !by_this_change => {
                return Err(Reason::EntryImmutable);
            }
            Place::Entry(collection) => check_register(op, collection.fields, writer)?,
            Place::Collection(collection) => {
                let id = map_key(op)
                    .and_then(Id::parse)
                    .ok_or(Reason::SchemaViolation)?;
                let OpType::Make(ObjType::Map) = op.action else {
                    return Err(Reason::SchemaViolation);
                };
                no_insert(op)?;
                let known = places.entries.entry(collection.name).or_default();
                if known.contains(&id) || !op.pred.is_empty() {
                    return Err(Reason::SchemaViolation);
                }
                if known.len() >= limits::COLLECTION_ENTRIES_MERGED {
                    return Err(Reason::DocumentFull);
                }
                known.push(id);
                places.to_examine |= collection.examined || writer.role.is_representative();
                places
                    .places
                    .insert((counter, header.actor.to_vec()), Place::Entry(collection));
            }
            Place::Note => check_note(op)?,
        }
    }
    Ok(())
}

fn check_register(op: &Op, fields: &'static [Field], writer: Writer) -> Result<(), Reason> {
    let name = map_key(op).ok_or(Reason::SchemaViolation)?;
    let field = field(fields, name).ok_or(Reason::SchemaViolation)?;
    let value = check_value(op, field.holds)?;
    // Nobody signs for another person; the office may say which of two signatures stands.
    let own = value == Value::Text(writer.person.to_string());
    if name == "by" && !own && !writer.role.is_office() {
        return Err(Reason::SchemaViolation);
    }
    Ok(())
}

fn check_value(op: &Op, holds: ValueKind) -> Result<Value, Reason> {
    let OpType::Put(scalar) = &op.action else {
        return Err(Reason::SchemaViolation);
    };
    let value = from_scalar(scalar).filter(|value| holds.accepts(value));
    let value = value.ok_or(Reason::SchemaViolation)?;
    no_insert(op)?;
    Ok(value)
}

/// Remembers an answer, as far as a document may have more of them.
fn note_answer(path: &str, known: &mut HashSet<String>) -> Result<(), Reason> {
    if known.contains(path) {
        return Ok(());
    }
    if known.len() >= limits::ANSWERS_MERGED {
        return Err(Reason::DocumentFull);
    }
    known.insert(path.to_owned());
    Ok(())
}

/// A note takes characters in and out, nothing else.
fn check_note(op: &Op) -> Result<(), Reason> {
    let Key::Seq(_) = op.key else {
        return Err(Reason::SchemaViolation);
    };
    match &op.action {
        OpType::Put(ScalarValue::Str(text)) if op.insert && (1..=16).contains(&text.len()) => {
            Ok(())
        }
        OpType::Delete if !op.insert && !op.pred.is_empty() => Ok(()),
        OpType::Delete
        | OpType::Increment(_)
        | OpType::Make(_)
        | OpType::MarkBegin(_)
        | OpType::MarkEnd(_)
        | OpType::Put(_) => Err(Reason::SchemaViolation),
    }
}

fn no_insert(op: &Op) -> Result<(), Reason> {
    if op.insert {
        Err(Reason::SchemaViolation)
    } else {
        Ok(())
    }
}

fn map_key(op: &Op) -> Option<&str> {
    match &op.key {
        Key::Map(key) => Some(key.as_str()),
        Key::Seq(_) => None,
    }
}
