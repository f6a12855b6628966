//! What a document would say with changes that were put aside, for people who decide on them. It runs where the
//! gate runs: the changes are hostile until somebody has looked at them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::job::{Job, Mark, build, mark};
use super::{Candidate, admit, fenced};
use crate::document::Document;
use crate::ids::Id;
use crate::record::{Entry, Record, Register, Written};
use crate::segment;
use crate::time::Timestamp;
use crate::value::Value;

/// A document with changes that are not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// What the gate would say now, per segment, per change; empty for a segment that cannot be unpacked.
    pub marks: Vec<Vec<Mark>>,
    /// Every change but the seed, oldest first; those that can only be read, not admitted, included.
    pub changes: Vec<ShownChange>,
    /// Registers under `fields`.
    pub fields: Vec<ShownRegister>,
    /// Answers, named by their paths.
    #[serde(default)]
    pub answers: Vec<ShownRegister>,
    /// Long texts by name.
    pub notes: BTreeMap<String, String>,
    /// Entries by collection.
    pub collections: BTreeMap<String, Vec<ShownEntry>>,
}

/// A change as it says itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownChange {
    /// Its hash, 32 bytes.
    pub hash: ByteBuf,
    /// When, by the phone's clock.
    pub time: Timestamp,
    /// Whether the phone only estimated it.
    pub doubted: bool,
    /// The gesture.
    pub message: String,
}

/// A register of the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownRegister {
    /// Its name.
    pub name: String,
    /// The value shown.
    pub shown: ShownValue,
    /// Other values written at the same time.
    pub others: Vec<ShownValue>,
}

/// A value and the change that wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownValue {
    /// The value.
    pub value: Plain,
    /// Names the writing.
    pub op: String,
    /// The change's hash, 32 bytes.
    pub hash: Option<ByteBuf>,
}

/// An entry of a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownEntry {
    /// Its key.
    pub id: Id,
    /// Taken out by a person.
    pub removed: bool,
    /// Its registers.
    pub registers: Vec<ShownRegister>,
}

/// A value as screens read it: times are integers, bytes hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Plain {
    /// Nothing.
    Empty,
    /// Yes or no.
    Flag(bool),
    /// A number or a time.
    Int(i64),
    /// Words, a choice, an id, a hash.
    Text(String),
}

impl Plain {
    fn of(value: &Value) -> Self {
        match value {
            Value::Empty => Self::Empty,
            Value::Flag(flag) => Self::Flag(*flag),
            Value::Int(number) => Self::Int(*number),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Time(time) => Self::Int(time.millis()),
            Value::Bytes(bytes) => Self::Text(crate::hex::encode(bytes)),
        }
    }
}

/// Reads the job's document with what was put aside in it; `None` if its log does not make the document.
///
/// What the gate would admit is admitted. The rest is shown as far as the engine can read it: an older app may have
/// written a place that is not known any more, and the office must still see the words.
pub fn preview(job: &Job) -> Option<Preview> {
    let document = build(job)?;
    let mut counts = Vec::new();
    let mut candidates = Vec::new();
    for pushed in &job.pushed {
        let changes = segment::unpack(&pushed.segment).unwrap_or_default();
        counts.push(changes.len());
        candidates.extend(changes.into_iter().map(|bytes| Candidate {
            bytes,
            writer: pushed.writer,
        }));
    }
    let admission = admit(&document, &candidates);
    let marks: Vec<Mark> = admission.verdicts.iter().map(mark).collect();
    let rest = candidates.iter().zip(&marks);
    let rest = rest.filter(|(_, mark)| matches!(mark, Mark::Quarantined(_) | Mark::Waiting));
    let shown = rest.fold(admission.document, |document, (candidate, _)| {
        with(&document, &candidate.bytes).unwrap_or(document)
    });
    let mut marks = marks.into_iter();
    let marks = counts
        .into_iter()
        .map(|count| marks.by_ref().take(count).collect())
        .collect();
    Some(Preview {
        marks,
        ..show(&shown)
    })
}

/// The document with one more change, if it can still be read then.
fn with(document: &Document, change: &[u8]) -> Option<Document> {
    let read = fenced(|| {
        let mut next = document.clone();
        next.apply(&[change])?;
        show(&next);
        Ok(next)
    });
    read.ok()
}

fn show(document: &Document) -> Preview {
    let record = Record::of(document);
    let fields = record.fields.iter();
    let fields = fields.map(|(name, register)| show_register(document, name, register));
    let answers = record.answers.iter();
    let answers = answers.map(|(path, register)| show_register(document, path, register));
    let notes = record.notes.iter();
    let entries = |entries: &[Entry]| {
        entries
            .iter()
            .map(|one| show_entry(document, one))
            .collect()
    };
    let collections = record.collections.iter();
    Preview {
        marks: Vec::new(),
        changes: document
            .changes()
            .into_iter()
            .skip(1)
            .map(|change| ShownChange {
                hash: ByteBuf::from(change.hash),
                time: change.time,
                doubted: change.doubted,
                message: change.message,
            })
            .collect(),
        fields: fields.collect(),
        answers: answers.collect(),
        notes: notes
            .map(|(name, text)| ((*name).to_owned(), text.clone()))
            .collect(),
        collections: collections
            .map(|(name, all)| ((*name).to_owned(), entries(all)))
            .collect(),
    }
}

fn show_register(document: &Document, name: &str, register: &Register) -> ShownRegister {
    let value = |written: &Written| ShownValue {
        value: Plain::of(&written.value),
        op: written.op.to_string(),
        hash: document.change_of(&written.op).map(ByteBuf::from),
    };
    ShownRegister {
        name: name.to_owned(),
        shown: value(&register.shown),
        others: register.others.iter().map(value).collect(),
    }
}

fn show_entry(document: &Document, entry: &Entry) -> ShownEntry {
    let registers = entry.registers.iter();
    ShownEntry {
        id: entry.id,
        removed: entry.is_removed(),
        registers: registers
            .map(|(name, register)| show_register(document, name, register))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Writer;
    use crate::gate::job::Pushed;
    use crate::kinds::Kind;
    use crate::reason::Reason;
    use crate::role::Role;

    const NOW: Timestamp = Timestamp::from_millis(1_795_500_000_000);

    fn job(segments: Vec<Vec<u8>>) -> Job {
        let writer = Writer {
            person: Id::from_bytes([9; 16]),
            role: Role::GridWorker,
        };
        let pushed = segments.into_iter().map(|segment| Pushed {
            writer,
            segment: ByteBuf::from(segment),
        });
        Job {
            doc: Id::from_bytes([1; 16]),
            kind: Kind::VISIT,
            heads: ByteBuf::new(),
            base: Vec::new(),
            base_left_out: false,
            pushed: pushed.collect(),
        }
    }

    fn change(document: &mut Document, field: &str, text: &str) -> Vec<u8> {
        let edit = crate::edit::Edit::SetField {
            field: field.into(),
            value: Value::Text(text.into()),
        };
        document.edit(&edit, [7; 16], NOW).unwrap().unwrap()
    }

    #[test]
    fn words_that_were_put_aside_are_read_and_each_change_says_whether_it_could_pass() {
        let mut document = Document::seeded(Kind::VISIT);
        let good = change(&mut document, "address", "和平路1号");
        let early = {
            change(&mut document, "room", "1");
            change(&mut document, "room", "2")
        };
        let garbage = b"no chunk at all".to_vec();
        let job = job(vec![
            segment::pack(&[good, early, garbage]),
            b"no segment".to_vec(),
        ]);
        let seen = preview(&job).unwrap();
        let aside = Mark::Quarantined(Reason::ChunkMalformed);
        assert_eq!(
            seen.marks,
            [vec![Mark::Admitted, Mark::Waiting, aside], vec![]]
        );
        assert_eq!(seen.fields[0].shown.value, Plain::Text("和平路1号".into()));
        assert_eq!(seen.changes.len(), 1);
        let bytes = crate::protocol::encode(&seen);
        assert_eq!(crate::protocol::decode::<Preview>(&bytes), Ok(seen));
    }
}
