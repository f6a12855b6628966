//! What people sign: the part of a mediation that makes the paper, in one form of bytes, and its hash.
//!
//! Photos, phone numbers, consultations and all that comes after the signing are no part of it. docs/MEDIATION.md
//! describes the bytes for other programs.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::cbor::Cbor;
use super::schema::SCHEMA;
use crate::ids::Id;
use crate::limits;
use crate::record::{Entry, Record};
use crate::schema::{Field, field};
use crate::value::Value;

/// What hash [`Content::hash`] is. Written beside each hash, so that another one can follow.
pub const ALGORITHM: &str = "sha-256";
/// Which registers belong to it and how they are written. A later form has another number.
const VERSION: i64 = 1;

const FIELDS: &[&str] = &[
    "form",
    "committee",
    "dispute",
    "place",
    "facts",
    "responsibilities",
    "performance",
    "copies",
];
const ENTRIES: &[(&str, &[&str])] = &[
    (
        "parties",
        &[
            "side",
            "name",
            "gender",
            "id_type",
            "id_tail",
            "address",
            "agent",
            "represents",
        ],
    ),
    ("mediators", &["name", "unit", "certified"]),
    ("claims", &["party", "text", "standing"]),
    ("points", &["standing", "claim", "text"]),
    (
        "clauses",
        &[
            "claim",
            "text",
            "performer",
            "measure",
            "from_minute",
            "to_minute",
            "weekdays",
            "amount_fen",
            "due_at",
            "manner",
            "place",
            "check_from_at",
            "check_every_days",
            "check_times",
        ],
    ),
];
/// What a record of a mediation without a committee is about beside that: what was said.
const SPOKEN: &[(&str, &[&str])] = &[
    ("sessions", &["at", "place"]),
    ("statements", &["session", "party", "text"]),
];

/// Registers by name.
pub type Registers = BTreeMap<&'static str, Value>;

/// What stands on the paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Registers of the whole.
    pub fields: Registers,
    /// Entries by collection in the order of the paper, those taken out left out.
    pub entries: BTreeMap<&'static str, Vec<(Id, Registers)>>,
}

impl Content {
    /// Reads it out of a record.
    ///
    /// # Errors
    /// The places on which people disagree: until somebody has chosen there is nothing to sign.
    pub fn of(record: &Record) -> Result<Self, Vec<String>> {
        let spoken = if is_spoken(record.field("form")) {
            SPOKEN
        } else {
            &[]
        };
        let kept: BTreeMap<&'static str, &'static [&'static str]> =
            ENTRIES.iter().chain(spoken).copied().collect();
        let unsettled: Vec<String> = record
            .disagreements()
            .filter(|(path, _)| is_content(path, &kept, record))
            .map(|(path, _)| path)
            .collect();
        if !unsettled.is_empty() {
            return Err(unsettled);
        }
        let fields = FIELDS
            .iter()
            .map(|name| (*name, record.field(name).clone()))
            .filter(|(_, value)| *value != Value::Empty)
            .collect();
        let entries = kept
            .into_iter()
            .map(|(collection, names)| (collection, entries(record.entries(collection), names)))
            .collect();
        Ok(Self { fields, entries })
    }

    /// The bytes that are signed.
    pub fn bytes(&self) -> Vec<u8> {
        let entries = self.entries.iter().map(|(collection, entries)| {
            let entries = entries.iter().map(|(id, registers)| {
                let mut map = registers_of(registers);
                map.push(("id".to_owned(), Cbor::Text(id.to_string())));
                Cbor::Map(map)
            });
            ((*collection).to_owned(), Cbor::Array(entries.collect()))
        });
        Cbor::Map(vec![
            ("v".to_owned(), Cbor::Int(VERSION)),
            ("kind".to_owned(), Cbor::Text("mediation".to_owned())),
            ("fields".to_owned(), Cbor::Map(registers_of(&self.fields))),
            ("entries".to_owned(), Cbor::Map(entries.collect())),
        ])
        .bytes()
    }

    /// Reads the bytes back; `None` for anything but the one form that [`Self::bytes`] writes.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let map = Cbor::read(bytes)?;
        let Cbor::Map(collections) = map.find("entries")? else {
            return None;
        };
        let mut entries = BTreeMap::new();
        for (name, list) in collections {
            let collection = SCHEMA.collection(name)?;
            let Cbor::Array(list) = list else {
                return None;
            };
            // More than a document may hold nobody has signed.
            if list.len() > limits::COLLECTION_ENTRIES_MERGED {
                return None;
            }
            let entry = |entry: &Cbor| {
                let Cbor::Text(id) = entry.find("id")? else {
                    return None;
                };
                Some((Id::parse(id)?, registers(entry, collection.fields)?))
            };
            let list: Option<Vec<(Id, Registers)>> = list.iter().map(entry).collect();
            entries.insert(collection.name, list?);
        }
        let content = Self {
            fields: registers(map.find("fields")?, SCHEMA.fields)?,
            entries,
        };
        (content.bytes() == bytes).then_some(content)
    }

    /// What its bytes are known by.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.bytes()).into()
    }

    /// Entries of a collection.
    pub fn entries(&self, collection: &str) -> &[(Id, Registers)] {
        self.entries.get(collection).map_or(&[], Vec::as_slice)
    }

    /// The places in which two contents differ: `fields/NAME`, `COLLECTION/ID/NAME`, or `COLLECTION/ID` for an entry
    /// that only one of them has; `COLLECTION` where nothing but the order differs.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut paths = differing(&self.fields, &other.fields)
            .map(|name| format!("fields/{name}"))
            .collect::<Vec<_>>();
        let collections: std::collections::BTreeSet<_> =
            self.entries.keys().chain(other.entries.keys()).collect();
        for collection in collections {
            let (here, there) = (self.entries(collection), other.entries(collection));
            let before = paths.len();
            for (id, registers) in here {
                match there.iter().find(|(one, _)| one == id) {
                    None => paths.push(format!("{collection}/{id}")),
                    Some((_, others)) => paths.extend(
                        differing(registers, others)
                            .map(|name| format!("{collection}/{id}/{name}")),
                    ),
                }
            }
            let gone = there
                .iter()
                .filter(|(id, _)| here.iter().all(|(one, _)| one != id));
            paths.extend(gone.map(|(id, _)| format!("{collection}/{id}")));
            if paths.len() == before && here != there {
                paths.push((*collection).to_owned());
            }
        }
        paths
    }

    /// What stands at a place that [`Self::differences`] names; empty where that is no register, or nothing stands.
    pub fn value_at(&self, path: &str) -> Value {
        let mut parts = path.split('/');
        let (first, second, third) = (parts.next(), parts.next(), parts.next());
        let value = match (first, second, third) {
            (Some("fields"), Some(name), None) => self.fields.get(name),
            (Some(collection), Some(id), Some(name)) => {
                let mut entries = self.entries(collection).iter();
                let entry = entries.find(|(one, _)| one.to_string() == id);
                entry.and_then(|(_, registers)| registers.get(name))
            }
            _ => None,
        };
        value.cloned().unwrap_or(Value::Empty)
    }
}

fn is_spoken(form: &Value) -> bool {
    form.text() == Some("record")
}

fn is_content(
    path: &str,
    kept: &BTreeMap<&'static str, &'static [&'static str]>,
    record: &Record,
) -> bool {
    let mut parts = path.split('/');
    let (first, second, third) = (parts.next(), parts.next(), parts.next());
    match (first, second, third) {
        (Some("fields"), Some(name), None) => FIELDS.contains(&name),
        (Some(collection), Some(id), Some(name)) => kept.get(collection).is_some_and(|names| {
            // Whether an entry is there at all and where it stands belongs to the paper too.
            let known = names.contains(&name) || ["pos", "removed_at"].contains(&name);
            let entries = record.entries(collection).iter();
            let mut standing = entries.filter(|entry| !entry.is_removed() || name == "removed_at");
            known && standing.any(|entry| entry.id.to_string() == id)
        }),
        _ => false,
    }
}

fn entries(of: &[Entry], names: &[&'static str]) -> Vec<(Id, Registers)> {
    let mut standing: Vec<&Entry> = of.iter().filter(|entry| !entry.is_removed()).collect();
    standing.sort_by_key(|entry| {
        let pos = entry.value("pos").text().unwrap_or_default().to_owned();
        (pos, entry.id)
    });
    standing
        .into_iter()
        .map(|entry| {
            let registers = names
                .iter()
                .map(|name| (*name, entry.value(name).clone()))
                .filter(|(_, value)| *value != Value::Empty);
            (entry.id, registers.collect())
        })
        .collect()
}

fn registers_of(registers: &Registers) -> Vec<(String, Cbor)> {
    registers
        .iter()
        .filter_map(|(name, value)| Some(((*name).to_owned(), cbor(value)?)))
        .collect()
}

/// The registers of a map, as the schema says what they hold.
fn registers(map: &Cbor, fields: &'static [Field]) -> Option<Registers> {
    let Cbor::Map(values) = map else {
        return None;
    };
    let values = values.iter().filter(|(name, _)| name != "id");
    values
        .map(|(name, value)| {
            let field = field(fields, name)?;
            let value = match value {
                Cbor::Bool(flag) => Value::Flag(*flag),
                Cbor::Int(number) => Value::Int(*number),
                Cbor::Text(text) => Value::Text(text.clone()),
                Cbor::Bytes(bytes) => Value::Bytes(bytes.clone()),
                Cbor::Array(_) | Cbor::Map(_) => return None,
            };
            Some((field.name, field.holds.read(value)?))
        })
        .collect()
}

fn cbor(value: &Value) -> Option<Cbor> {
    Some(match value {
        Value::Empty => return None,
        Value::Flag(flag) => Cbor::Bool(*flag),
        Value::Int(number) => Cbor::Int(*number),
        Value::Text(text) => Cbor::Text(text.clone()),
        Value::Time(time) => Cbor::Int(time.millis()),
        Value::Bytes(bytes) => Cbor::Bytes(bytes.clone()),
    })
}

fn differing<'a>(here: &'a Registers, there: &'a Registers) -> impl Iterator<Item = &'static str> {
    let changed = here
        .iter()
        .filter(|(name, value)| there.get(*name) != Some(value))
        .map(|(name, _)| *name);
    let gone = there
        .keys()
        .filter(|name| !here.contains_key(*name))
        .copied();
    changed.chain(gone)
}
