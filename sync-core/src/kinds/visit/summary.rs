//! The facts of a visit for lists, scopes and counters.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::filled;
use crate::document::Document;
use crate::form::Filled;
use crate::ids::{Id, MediaHash};
use crate::record::{Entry, Record};
use crate::summary::{PhotoLink, Summary};
use crate::time::Timestamp;
use crate::value::Value;

/// What a visit tells that hub and forms alone ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Own {
    /// What it has filled in, as far as forms ask for it.
    pub filled: Filled,
    /// What was found, where it is the record of a find.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub find: Option<Find>,
}

/// What a patrol found: out of it the hub makes a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    /// Code of `finding_kind`; empty if nobody said it.
    pub kind: String,
    /// What was seen, in words.
    pub words: String,
    /// When it was seen: the first check-in.
    pub at: Option<Timestamp>,
}

/// The form by which finds are recorded, in whichever version.
pub const FIND_FORM: &str = "find";

/// What the visit tells beside its common facts; nothing for facts of another kind.
pub fn own_of(summary: &Summary) -> Own {
    minicbor_serde::from_slice(&summary.own).unwrap_or_default()
}

/// What the visit has filled in.
pub fn filled_of(summary: &Summary) -> Filled {
    own_of(summary).filled
}

fn own(record: &Record, arrived_at: Option<Timestamp>) -> Own {
    let form = record.field("form").text().unwrap_or_default();
    let is_find = form.split('/').next() == Some(FIND_FORM);
    let text = |value: &Value| value.text().unwrap_or_default().to_owned();
    let find = is_find.then(|| Find {
        kind: text(record.field("finding_kind")),
        words: record.notes.get("finding").cloned().unwrap_or_default(),
        at: arrived_at,
    });
    Own {
        filled: filled(record),
        find,
    }
}

/// Reads the facts out of a record.
pub(super) fn summarise(document: &Document, record: &Record) -> Summary {
    let arrivals = record.entries("arrivals");
    let joined = record
        .entries("participants")
        .iter()
        .filter(|entry| !entry.is_removed());
    let mut people: Vec<Id> = joined
        .map(|entry| entry.value("user"))
        .chain(arrivals.iter().map(|entry| entry.value("by")))
        .filter_map(|value| value.text().and_then(Id::parse))
        .collect();
    people.sort_unstable();
    people.dedup();
    let arrived_at = first_arrival(document, arrivals);
    let (mark, mark_answers) = mark(record.entries("events")).unzip();
    Summary {
        tickets: record.sets.get("tickets").cloned().unwrap_or_default(),
        place: place(record),
        outcome: record
            .field("outcome")
            .text()
            .unwrap_or_default()
            .to_owned(),
        people,
        arrived_at: arrived_at.map(|(at, _)| at),
        arrival_estimated: arrived_at.is_some_and(|(_, estimated)| estimated),
        mark,
        mark_answers: mark_answers.unwrap_or(0),
        photos: record.entries("photos").iter().filter_map(photo).collect(),
        disagreements: record.disagreements().map(|(path, _)| path).collect(),
        words: words(record),
        own: ByteBuf::from(
            minicbor_serde::to_vec(own(record, arrived_at.map(|(at, _)| at))).unwrap_or_default(),
        ),
    }
}

/// The first check-in, and whether its phone had put its own clock right.
fn first_arrival(document: &Document, arrivals: &[Entry]) -> Option<(Timestamp, bool)> {
    let first = arrivals.iter().filter_map(|entry| {
        let at = entry.value("at").time()?;
        Some((at, entry))
    });
    let (at, entry) = first.min_by_key(|(at, _)| *at)?;
    let written = entry.registers.get("at");
    let change = written.and_then(|at| document.change(&document.change_of(&at.shown.op)?));
    Some((at, change.is_some_and(|change| change.doubted)))
}

/// Where people write freely: fields, and registers by collection. Choices and ids are no words.
const WRITTEN_FIELDS: [&str; 6] = [
    "measure",
    "law_cited",
    "leaflet",
    "department_needed",
    "cleanup_moved_by",
    "cleanup_left_at",
];
const WRITTEN_ENTRIES: [(&str, &[&str]); 6] = [
    ("arrivals", &["address", "reason"]),
    ("participants", &["role"]),
    ("persuasions", &["household", "material", "remark"]),
    ("items", &["label", "place"]),
    ("photos", &["place", "caption"]),
    ("events", &["remark"]),
];

fn words(record: &Record) -> Vec<String> {
    let notes = record.notes.values().map(String::as_str);
    let fields = WRITTEN_FIELDS.map(|name| record.field(name).text().unwrap_or_default());
    let entries = WRITTEN_ENTRIES.into_iter().flat_map(|(collection, names)| {
        let entries = record.entries(collection).iter();
        entries
            .filter(|entry| !entry.is_removed())
            .flat_map(move |entry| names.iter().filter_map(|name| entry.value(name).text()))
    });
    let answers = record.answers.iter();
    let answers = answers.filter(|(path, _)| path.ends_with("/text"));
    let answers = answers.filter_map(|(_, register)| register.shown.value.text());
    let texts = notes.chain(fields).chain(answers).chain(entries);
    texts
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

fn place(record: &Record) -> String {
    let arrival = record
        .entries("arrivals")
        .first()
        .and_then(|entry| entry.value("address").text());
    let parts = ["address", "building", "stairwell", "room"]
        .map(|name| record.field(name).text().unwrap_or_default());
    // Apart, since people also write bare numbers.
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let place = parts.join(" ");
    if place.is_empty() {
        arrival.unwrap_or_default().to_owned()
    } else {
        place
    }
}

/// A mark made in the knowledge of another comes after it, whatever the phones' clocks say, and so does one made in
/// the knowledge of a decision of the office after one that did not know it; of two that did not know of each other one
/// is last, the same everywhere. With it: how many decisions its writer knew.
fn mark(events: &[Entry]) -> Option<((String, Timestamp), u32)> {
    let marks = events.iter().filter_map(|entry| {
        let register = entry.registers.get("kind")?;
        let kind = register.shown.value.text().filter(|kind| *kind != "note")?;
        let at = entry.value("at").time()?;
        let answers = if let Value::Int(known) = entry.value("answers") {
            u32::try_from(*known).unwrap_or(0)
        } else {
            0
        };
        let order = (answers, register.shown.op.counter(), entry.id);
        Some((order, kind, at))
    });
    marks
        .max_by_key(|(order, ..)| *order)
        .map(|((answers, ..), kind, at)| ((kind.to_owned(), at), answers))
}

fn photo(entry: &Entry) -> Option<PhotoLink> {
    let sha256 = MediaHash::from_slice(entry.value("sha256").bytes()?)?;
    Some(PhotoLink {
        id: entry.id,
        sha256,
        removed: entry.is_removed(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::edit::Edit;
    use crate::kinds::Kind;
    use crate::value::ValueKind;

    #[test]
    fn every_text_that_people_write_freely_is_a_word_of_the_visit() {
        let schema = Kind::VISIT.schema();
        let free = |holds| matches!(holds, ValueKind::Text(length) if length > 26);
        let known = |collection: &str| {
            let entries = WRITTEN_ENTRIES.iter();
            let named = entries.filter(|(name, _)| *name == collection);
            named.flat_map(|(_, names)| *names).copied().collect()
        };
        let mut wanted = vec![("fields", schema.fields, WRITTEN_FIELDS.to_vec())];
        for one in schema.collections {
            wanted.push((one.name, one.fields, known(one.name)));
        }
        // Parts of the place, what orders entries, and the name of the form.
        let elsewhere = ["building", "stairwell", "room", "pos", "form"];
        for (name, fields, known) in wanted {
            let texts = fields.iter().filter(|field| free(field.holds));
            let texts: Vec<_> = texts.map(|field| field.name).collect();
            for text in texts.iter().filter(|text| !elsewhere.contains(text)) {
                let place = name == "fields" && *text == "address";
                assert!(place || known.contains(text), "{name}/{text}");
            }
            assert!(known.iter().all(|one| texts.contains(one)), "{name}");
        }
    }

    #[test]
    fn what_was_taken_out_is_no_word_of_the_visit() {
        let mut document = Document::seeded(Kind::VISIT);
        let at = Timestamp::from_millis(1_795_500_000_000);
        let item = Id::from_parts(at, [1; 10]);
        let put = Edit::PutEntry {
            collection: "items".to_owned(),
            id: item,
            fields: [("label".to_owned(), Value::Text("旧沙发".to_owned()))].into(),
        };
        let note = Edit::SetNote {
            note: "process".to_owned(),
            text: "已与住户沟通".to_owned(),
        };
        let remove = Edit::RemoveEntry {
            collection: "items".to_owned(),
            id: item,
        };
        for edit in [put, note] {
            document.edit(&edit, [1; 16], at).unwrap();
        }
        let words = |document: &Document| summarise(document, &Record::of(document)).words;
        assert_eq!(words(&document), ["已与住户沟通", "旧沙发"]);
        document.edit(&remove, [1; 16], at).unwrap();
        assert_eq!(words(&document), ["已与住户沟通"]);
    }

    #[test]
    fn the_last_mark_is_the_one_that_knew_of_the_others_whatever_the_clocks_say() {
        let mut document = Document::seeded(Kind::VISIT);
        let noon = Timestamp::from_millis(1_795_500_000_000);
        let mut mark = |kind: &str, at: Timestamp, n: u8| {
            let edit = Edit::Mark {
                id: Id::from_parts(at, [n; 10]),
                kind: kind.to_owned(),
                by: Id::from_bytes([9; 16]),
                remark: String::new(),
                answers: 0,
            };
            document.edit(&edit, [n; 16], at).unwrap().unwrap();
            summarise(&document, &Record::of(&document)).mark
        };
        let ahead = noon.plus_millis(86_400_000);
        assert_eq!(mark("submit", ahead, 1), Some(("submit".to_owned(), ahead)));
        assert_eq!(
            mark("withdraw", noon, 2),
            Some(("withdraw".to_owned(), noon))
        );
        assert_eq!(mark("note", ahead, 3), Some(("withdraw".to_owned(), noon)));
    }
}
