//! The facts of a mediation for lists, scopes and counters.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::agreement::Agreement;
use crate::document::Document;
use crate::ids::{Id, MediaHash};
use crate::lifecycle::MediationState;
use crate::record::{Entry, Record};
use crate::summary::{PhotoLink, Summary};
use crate::time::Timestamp;
use crate::value::Value;

/// What the office's list of mediations shows, beside what every document has. Read from [`Summary::own`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Which of the three papers.
    pub form: String,
    /// The state, without what only time brings: see `next_at`.
    pub standing: String,
    /// What the dispute is about.
    pub dispute: String,
    /// How dangerous the matter is: `low`, `medium`, `high`.
    pub risk: String,
    /// Parties by side: applicants, respondents, others.
    pub parties: [u32; 3],
    /// When the version that holds took effect.
    pub effective_at: Option<Timestamp>,
    /// The earliest check that is not done.
    pub next_at: Option<Timestamp>,
    /// When the parties applied for judicial confirmation.
    pub judicial_applied_at: Option<Timestamp>,
    /// Units that were asked.
    pub consulted: Vec<Consulted>,
    /// Accounts of residents' representatives who follow it.
    pub representatives: Vec<Id>,
    /// What parties told of clauses: the entries.
    #[serde(default)]
    pub reports: Vec<Id>,
    /// Every version that somebody signed, oldest first.
    #[serde(default)]
    pub revisions: Vec<RevisionFacts>,
}

/// A version that somebody signed, by what a paper is found by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionFacts {
    /// Hash of its content.
    pub content: MediaHash,
    /// Which of the three papers it is.
    pub form: String,
    /// When the last of those who had to sign it did; nothing while one is missing.
    pub complete_at: Option<Timestamp>,
    /// Whether it is the last one that was completed.
    pub holds: bool,
}

/// A unit that was asked (S53).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consulted {
    /// The entry.
    pub id: Id,
    /// The unit as it was written.
    pub unit: String,
    /// When it was asked.
    pub asked_at: Option<Timestamp>,
    /// Whether it has answered.
    pub answered: bool,
}

impl Facts {
    /// Reads them back; `None` for a summary of another kind.
    pub fn of(summary: &Summary) -> Option<Self> {
        minicbor_serde::from_slice(&summary.own).ok()
    }
}

/// Reads the facts out of a document.
pub(super) fn summarise(document: &Document, record: &Record) -> Summary {
    // Nothing is due at the beginning of time: what time brings is added by who asks, with `next_at`.
    let agreement = Agreement::of(document, record, Timestamp::from_millis(0));
    let facts = facts(&agreement, record);
    Summary {
        tickets: record.sets.get("tickets").cloned().unwrap_or_default(),
        place: text(record.field("place")),
        outcome: if agreement.standing == MediationState::Draft {
            String::new()
        } else {
            facts.standing.clone()
        },
        people: people(record),
        arrived_at: standing(record, "sessions")
            .filter_map(|one| one.value("at").time())
            .min(),
        arrival_estimated: false,
        mark: None,
        mark_answers: 0,
        photos: media(record),
        disagreements: record.disagreements().map(|(path, _)| path).collect(),
        words: words(record),
        // Plain data: there is nothing in it that CBOR cannot say.
        own: ByteBuf::from(minicbor_serde::to_vec(&facts).unwrap_or_default()),
    }
}

fn facts(agreement: &Agreement, record: &Record) -> Facts {
    let side = |side: &str| {
        let of_side = standing(record, "parties")
            .filter(|party| party.value("side").text() == Some(side))
            .count();
        u32::try_from(of_side).unwrap_or(u32::MAX)
    };
    Facts {
        form: text(record.field("form")),
        standing: agreement.standing.as_str().to_owned(),
        dispute: text(record.field("dispute")),
        risk: text(record.field("risk")),
        parties: ["applicant", "respondent", "third"].map(side),
        effective_at: agreement.effective_at(),
        next_at: agreement.performance.next_at,
        judicial_applied_at: record.field("judicial_applied_at").time(),
        consulted: standing(record, "consultations")
            .filter(|one| *one.value("unit") != Value::Empty)
            .map(|one| Consulted {
                id: one.id,
                unit: text(one.value("unit")),
                asked_at: one.value("asked_at").time(),
                answered: *one.value("answer") != Value::Empty,
            })
            .collect(),
        representatives: representatives(record),
        reports: record.entries("reports").iter().map(|one| one.id).collect(),
        revisions: revisions(agreement),
    }
}

fn revisions(agreement: &Agreement) -> Vec<RevisionFacts> {
    let revisions = agreement.revisions.iter();
    revisions
        .filter_map(|one| {
            Some(RevisionFacts {
                content: MediaHash::parse(&one.content)?,
                form: one.form.clone(),
                complete_at: one.complete_at,
                holds: agreement.holds.as_ref() == Some(one),
            })
        })
        .collect()
}

/// Those who mediate it. Whoever follows it as a party is no colleague: they see the mediation alone.
fn people(record: &Record) -> Vec<Id> {
    let mut people: Vec<Id> = standing(record, "mediators")
        .filter_map(|one| one.value("user").text().and_then(Id::parse))
        .collect();
    people.sort_unstable();
    people.dedup();
    people
}

/// The accounts by which parties follow it.
fn representatives(record: &Record) -> Vec<Id> {
    let mut people: Vec<Id> = standing(record, "parties")
        .filter_map(|one| one.value("person").text().and_then(Id::parse))
        .collect();
    people.sort_unstable();
    people.dedup();
    people
}

/// Where people write freely: fields, and registers by collection. Choices and ids are no words, and neither is by
/// which number somebody can be reached.
const WRITTEN_FIELDS: [&str; 5] = [
    "committee",
    "facts",
    "responsibilities",
    "performance",
    "risk_reason",
];
const WRITTEN_ENTRIES: [(&str, &[&str]); 14] = [
    ("parties", &["name", "address", "agent", "represents"]),
    ("mediators", &["name", "unit"]),
    ("claims", &["text"]),
    ("points", &["text"]),
    ("clauses", &["text", "measure", "manner", "place"]),
    ("sessions", &["place", "remark"]),
    ("statements", &["text"]),
    ("consultations", &["unit", "contact", "asked", "answer"]),
    ("invitees", &["name", "represents", "reason"]),
    ("photos", &["place", "caption", "kept_why"]),
    ("signatures", &["reason"]),
    ("checks", &["remark"]),
    ("reports", &["text"]),
    ("confirmations", &["remark"]),
];

fn words(record: &Record) -> Vec<String> {
    let fields = WRITTEN_FIELDS.map(|name| record.field(name).text().unwrap_or_default());
    let entries = WRITTEN_ENTRIES.into_iter().flat_map(|(collection, names)| {
        standing(record, collection)
            .flat_map(move |entry| names.iter().filter_map(|name| entry.value(name).text()))
    });
    let texts = fields.into_iter().chain(entries);
    texts
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

fn standing<'a>(record: &'a Record, collection: &str) -> impl Iterator<Item = &'a Entry> {
    let entries = record.entries(collection).iter();
    entries.filter(|entry| !entry.is_removed())
}

fn text(value: &Value) -> String {
    value.text().unwrap_or_default().to_owned()
}

/// What lies in the media store for it: photos, and what was drawn on the glass.
fn media(record: &Record) -> Vec<PhotoLink> {
    let of = |collection: &'static str, register: &'static str| {
        let entries = record.entries(collection).iter();
        entries.filter_map(move |entry| link(entry, register))
    };
    of("photos", "sha256")
        .chain(of("signatures", "sealed"))
        .chain(of("invitees", "sealed"))
        .collect()
}

fn link(entry: &Entry, register: &str) -> Option<PhotoLink> {
    let sha256 = MediaHash::from_slice(entry.value(register).bytes()?)?;
    Some(PhotoLink {
        id: entry.id,
        sha256,
        removed: entry.is_removed(),
    })
}
