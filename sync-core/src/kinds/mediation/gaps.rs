//! What must be filled in before a paper may be signed. What each paper must say: People's Mediation Law, articles 29
//! and 31, as read for requirements S49-S56.

use std::collections::BTreeSet;

use serde::Serialize;

use super::content::{Content, Registers};
use crate::ids::Id;
use crate::record::{Entry, Record};
use crate::value::Value;

/// Something that is not filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// What is missing, see [`GAPS`].
    pub code: &'static str,
    /// Where it belongs.
    pub path: String,
}

/// Every code, with what it means.
pub const GAPS: &[(&str, &str)] = &[
    ("form", "Which of the three papers it is."),
    ("facts", "The main facts."),
    (
        "sides",
        "A party on the applicant's and one on the respondent's side.",
    ),
    ("party_name", "The party's name."),
    ("mediator", "Who mediates, by name."),
    (
        "certified_mediator",
        "A certified mediator: the paper of a committee needs one.",
    ),
    ("committee", "The committee whose paper it is."),
    (
        "notice",
        "That the parties were told their rights and duties.",
    ),
    ("statements", "A session with statements of both sides."),
    ("clauses", "A clause."),
    ("clause_text", "What the clause says."),
    ("clause_claim", "The claim that the clause answers."),
    ("clause_performer", "The party who performs the clause."),
];

/// What a content lacks, in the order of the paper.
pub fn gaps(content: &Content, record: &Record) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut lacks = |there: bool, code: &'static str, path: String| {
        if !there {
            gaps.push(Gap { code, path });
        }
    };
    let form = text(&content.fields, "form");
    lacks(!form.is_empty(), "form", "fields/form".to_owned());
    lacks(
        !text(&content.fields, "facts").is_empty(),
        "facts",
        "fields/facts".to_owned(),
    );
    let parties = content.entries("parties");
    let side = |side: &str| parties.iter().any(|(_, one)| text(one, "side") == side);
    lacks(
        side("applicant") && side("respondent"),
        "sides",
        "parties".to_owned(),
    );
    for (id, party) in parties {
        lacks(
            !text(party, "name").is_empty(),
            "party_name",
            format!("parties/{id}/name"),
        );
    }
    let mediators = content.entries("mediators");
    let named = mediators
        .iter()
        .any(|(_, one)| !text(one, "name").is_empty());
    lacks(named, "mediator", "mediators".to_owned());
    if form == "agreement" {
        let certified = mediators
            .iter()
            .any(|(_, one)| one.get("certified") == Some(&Value::Flag(true)));
        lacks(certified, "certified_mediator", "mediators".to_owned());
        lacks(
            !text(&content.fields, "committee").is_empty(),
            "committee",
            "fields/committee".to_owned(),
        );
        lacks(
            *record.field("notice_given") == Value::Flag(true),
            "notice",
            "fields/notice_given".to_owned(),
        );
    }
    if form == "record" {
        lacks(is_heard(record), "statements", "sessions".to_owned());
    }
    let clauses = content.entries("clauses");
    lacks(
        form == "record" || !clauses.is_empty(),
        "clauses",
        "clauses".to_owned(),
    );
    let names = |registers: &Registers, name: &str, collection: &str| {
        let id = registers
            .get(name)
            .and_then(Value::text)
            .and_then(Id::parse);
        id.is_some_and(|id| {
            content
                .entries(collection)
                .iter()
                .any(|(one, _)| *one == id)
        })
    };
    for (id, clause) in clauses {
        lacks(
            !text(clause, "text").is_empty(),
            "clause_text",
            format!("clauses/{id}/text"),
        );
        lacks(
            names(clause, "claim", "claims"),
            "clause_claim",
            format!("clauses/{id}/claim"),
        );
        lacks(
            names(clause, "performer", "parties"),
            "clause_performer",
            format!("clauses/{id}/performer"),
        );
    }
    gaps
}

/// A session in which a party of each of two sides spoke.
pub(super) fn is_heard(record: &Record) -> bool {
    let living = |collection: &str| {
        let entries = record.entries(collection).iter();
        entries.filter(|entry| !entry.is_removed())
    };
    let side_of = |statement: &Entry| {
        let party = statement.value("party").text().and_then(Id::parse)?;
        let party = living("parties").find(|one| one.id == party)?;
        party.value("side").text()
    };
    living("sessions").any(|session| {
        let session = session.id.to_string();
        let sides: BTreeSet<&str> = living("statements")
            .filter(|one| one.value("session").text() == Some(&session))
            .filter(|one| {
                one.value("text")
                    .text()
                    .is_some_and(|text| !text.is_empty())
            })
            .filter_map(side_of)
            .collect();
        sides.len() > 1
    })
}

fn text<'a>(registers: &'a Registers, name: &str) -> &'a str {
    registers
        .get(name)
        .and_then(Value::text)
        .unwrap_or_default()
}
