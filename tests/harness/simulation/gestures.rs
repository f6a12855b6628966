//! What honest people do on their screens.

use std::collections::BTreeMap;

use sync_core::edit::Edit;
use sync_core::kinds::Kind;
use sync_core::record::Record;
use sync_core::schema::{Collection, Field};
use sync_core::value::{Value, ValueKind};
use sync_core::{Id, Timestamp};

use super::Chance;

/// Any gesture that the screens offer for a visit in this state.
pub fn gesture(record: &Record, person: Id, now: Timestamp, chance: &mut Chance) -> Edit {
    let schema = Kind::VISIT.schema();
    let collection = chance.pick(schema.collections);
    let collection = collection.expect("a visit has collections");
    match chance.below(10) {
        0 | 1 => field_edit(schema.fields, chance),
        2 => answer_edit(chance),
        3 => note_edit(record, schema.notes, chance),
        4 | 5 => entry_edit(record, collection, person, now, chance),
        6 => {
            removal(record, collection, chance).unwrap_or_else(|| field_edit(schema.fields, chance))
        }
        7 => Edit::Include {
            set: "tickets".to_owned(),
            id: Id::from_bytes([u8::try_from(chance.below(12)).unwrap_or(0); 16]),
            included: chance.below(3) > 0,
        },
        8 => settlement(record, chance).unwrap_or_else(|| field_edit(schema.fields, chance)),
        _ => Edit::Mark {
            id: chance.id(now),
            kind: (*chance
                .pick(&["submit", "withdraw", "note"])
                .unwrap_or(&"note"))
            .to_owned(),
            by: person,
            remark: words(chance, 20),
            answers: 0,
        },
    }
}

fn field_edit(fields: &'static [Field], chance: &mut Chance) -> Edit {
    // By which form a visit is completed is said when it begins.
    let fields: Vec<&Field> = fields.iter().filter(|field| field.name != "form").collect();
    let field = *chance.pick(&fields).expect("a visit has fields");
    Edit::SetField {
        field: field.name.to_owned(),
        value: value(field.holds, chance),
    }
}

/// Answers a question of some form, of any type.
fn answer_edit(chance: &mut Chance) -> Edit {
    let parts = ["text", "number", "date", "choice", "has:slip", "has:list"];
    let part = chance.pick(&parts).copied().unwrap_or("text");
    let held = sync_core::answers::holds(&sync_core::answers::path("people", part));
    Edit::Answer {
        question: chance
            .pick(&["people", "why"])
            .copied()
            .unwrap_or("why")
            .to_owned(),
        part: part.to_owned(),
        value: value(held.expect("an answer's part"), chance),
    }
}

/// Cuts something out of a note and writes something in.
fn note_edit(record: &Record, notes: &[&'static str], chance: &mut Chance) -> Edit {
    let note = *chance.pick(notes).expect("a visit has notes");
    let old: Vec<char> = record
        .notes
        .get(note)
        .map(|text| text.chars().collect())
        .unwrap_or_default();
    let from = chance.below(old.len() + 1);
    let to = (from + chance.below(6)).min(old.len());
    let kept = |range: Option<&[char]>| range.unwrap_or_default().iter().collect::<String>();
    Edit::SetNote {
        note: note.to_owned(),
        text: kept(old.get(..from)) + &words(chance, 8) + &kept(old.get(to..)),
    }
}

fn entry_edit(
    record: &Record,
    collection: &'static Collection,
    person: Id,
    now: Timestamp,
    chance: &mut Chance,
) -> Edit {
    let known = record.entries(collection.name);
    let id = match chance.pick(known) {
        Some(entry) if !collection.written_once && chance.below(2) == 0 => entry.id,
        _ => chance.id(now),
    };
    let mut fields = BTreeMap::new();
    for _ in 0..=chance.below(4) {
        let field = chance.pick(collection.fields).expect("an entry has fields");
        let value = match field.name {
            "by" => Value::Text(person.to_string()),
            _ => value(field.holds, chance),
        };
        fields.insert(field.name.to_owned(), value);
    }
    Edit::PutEntry {
        collection: collection.name.to_owned(),
        id,
        fields,
    }
}

/// Takes an entry out or puts it back.
fn removal(record: &Record, collection: &Collection, chance: &mut Chance) -> Option<Edit> {
    let entry = chance.pick(record.entries(collection.name))?;
    if collection.written_once {
        return None;
    }
    let (collection, id) = (collection.name.to_owned(), entry.id);
    Some(if entry.is_removed() {
        Edit::RestoreEntry { collection, id }
    } else {
        Edit::RemoveEntry { collection, id }
    })
}

/// Picks one of the values on which people disagree.
fn settlement(record: &Record, chance: &mut Chance) -> Option<Edit> {
    let open: Vec<_> = record.disagreements().collect();
    let (path, register) = chance.pick(&open)?;
    // Whose signature stands is for the office to say.
    if path.ends_with("/by") || path.starts_with("arrivals") || path.starts_with("events") {
        return None;
    }
    let values: Vec<_> = std::iter::once(&register.shown)
        .chain(&register.others)
        .collect();
    let pick = chance.pick(&values)?;
    Some(Edit::Settle {
        path: path.clone(),
        value: pick.value.clone(),
    })
}

/// A value that fits; now and then the register is cleared.
fn value(holds: ValueKind, chance: &mut Chance) -> Value {
    if chance.below(12) == 0 {
        return Value::Empty;
    }
    match holds {
        ValueKind::Text(most) => Value::Text(words(chance, most.min(12))),
        ValueKind::Choice(of) => Value::Text((*chance.pick(of).unwrap_or(&"")).to_owned()),
        ValueKind::Int(low, high) => match chance.below(4) {
            0 => Value::Int(low),
            1 => Value::Int(high),
            _ => Value::Int((low + i64::try_from(chance.below(1_000)).unwrap_or(0)).min(high)),
        },
        ValueKind::Flag => Value::Flag(chance.below(2) == 0),
        ValueKind::Time => {
            let millis = i64::try_from(chance.below(1_000_000_000)).unwrap_or(0);
            Value::Time(Timestamp::from_millis(1_795_483_800_000 + millis))
        }
        ValueKind::Hash => {
            let mut hash = [0; 32];
            hash.iter_mut()
                .for_each(|byte| *byte = u8::try_from(chance.below(256)).unwrap_or(0));
            Value::Bytes(hash.to_vec())
        }
        ValueKind::Sealed(version, length) => {
            let byte = |_| u8::try_from(chance.below(256)).unwrap_or(0);
            let sealed = std::iter::once(version).chain((1..length).map(byte));
            Value::Bytes(sealed.collect())
        }
    }
}

fn words(chance: &mut Chance, most: usize) -> String {
    const LETTERS: &[char] = &[
        '楼', '道', '堆', '物', '一', '号', '院', 'A', 'z', '0', ' ', '\n', 'é', '🚒', '\u{200d}',
        '𠮷',
    ];
    let count = chance.below(most + 1);
    (0..count).filter_map(|_| chance.pick(LETTERS)).collect()
}
