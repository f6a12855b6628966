//! Whether what somebody says of a party may stand. A signature names what its writer saw, one who has to sign, and is no
//! copy of another; a report names a party and a clause.

use std::collections::BTreeMap;

use super::content::Content;
use super::gaps::gaps;
use super::wanted::Capacity;
use crate::document::Document;
use crate::ids::Id;
use crate::reason::Reason;
use crate::record::Record;
use crate::value::Value;

/// Examines a new entry of `signatures` or `reports` against the document as its writer had it.
pub(super) fn examine(
    before: &Document,
    collection: &str,
    entry: &BTreeMap<&str, &Value>,
    writer: Id,
) -> Result<(), Reason> {
    match collection {
        "signatures" => signature(before, entry, writer),
        "reports" => report(before, entry, writer),
        _ => Err(Reason::SchemaViolation),
    }
}

/// Whether a residents' representative may add an entry: what the party says whose account they are, and photos of how
/// it is kept. Which party that is, the document says as they had it; what they had may be old, but the hub takes nothing
/// from whoever is not named any more.
pub(super) fn represents(
    before: &Document,
    collection: &str,
    entry: &BTreeMap<&str, &Value>,
    person: Id,
) -> bool {
    let record = Record::of(before);
    let text = |name: &str| entry.get(name).and_then(|value| value.text());
    let own: Vec<Id> = record
        .entries("parties")
        .iter()
        .filter(|party| !party.is_removed())
        .filter(|party| party.value("person").text().and_then(Id::parse) == Some(person))
        .map(|party| party.id)
        .collect();
    let speaks_for = |name: &str| {
        let party = text(name).and_then(Id::parse);
        party.is_some_and(|party| own.contains(&party))
    };
    match collection {
        "signatures" => text("capacity") == Some("party") && speaks_for("signer"),
        "reports" => speaks_for("party"),
        "photos" => !own.is_empty() && text("role") == Some("performance"),
        _ => false,
    }
}

/// A report names a party, a clause and what was seen, in words or on a photo that is there.
fn report(before: &Document, entry: &BTreeMap<&str, &Value>, writer: Id) -> Result<(), Reason> {
    let text = |name: &str| entry.get(name).and_then(|value| value.text());
    let named = |name: &str| text(name).and_then(Id::parse);
    let record = Record::of(before);
    let there = |collection: &str, id: Option<Id>| {
        let mut entries = record.entries(collection).iter();
        entries.any(|one| Some(one.id) == id && !one.is_removed())
    };
    // A clause that was taken out since still stands in the version that holds.
    let mut clauses = record.entries("clauses").iter();
    let clause = named("clause");
    let clause = clauses.any(|one| Some(one.id) == clause);
    let shown = match entry.get("photo") {
        Some(_) => there("photos", named("photo")),
        None => text("text").is_some_and(|words| !words.trim().is_empty()),
    };
    let own = named("by") == Some(writer) && entry.contains_key("at");
    let stands = own && clause && shown && there("parties", named("party"));
    stands.then_some(()).ok_or(Reason::SchemaViolation)
}

fn signature(before: &Document, entry: &BTreeMap<&str, &Value>, writer: Id) -> Result<(), Reason> {
    let text = |name: &str| entry.get(name).and_then(|value| value.text());
    let record = Record::of(before);
    let content = Content::of(&record).map_err(|_| Reason::SignatureOtherContent)?;
    if entry.get("content").and_then(|value| value.bytes()) != Some(content.hash().as_slice()) {
        return Err(Reason::SignatureOtherContent);
    }
    if text("algorithm") != Some(super::content::ALGORITHM) || entry.get("at").is_none() {
        return Err(Reason::SchemaViolation);
    }
    if !gaps(&content, &record).is_empty() {
        return Err(Reason::SignatureContentIncomplete);
    }
    let capacity = text("capacity").and_then(Capacity::parse);
    let capacity = capacity.ok_or(Reason::SchemaViolation)?;
    let signer = text("signer").and_then(Id::parse);
    let among = |collection: &str| {
        let mut entries = content.entries(collection).iter();
        entries.any(|(id, _)| Some(*id) == signer)
    };
    let (known, methods) = match capacity {
        Capacity::Party => (among("parties"), ["glass", "paper", "refused"].as_slice()),
        Capacity::Mediator => (among("mediators"), ["glass", "paper"].as_slice()),
        Capacity::Committee => {
            let form = content.fields.get("form").and_then(Value::text);
            (
                form == Some("agreement") && among("mediators"),
                ["seal"].as_slice(),
            )
        }
    };
    if !known {
        return Err(Reason::SignatureSignerUnknown);
    }
    let method = text("method").filter(|method| methods.contains(method));
    let proved = match method {
        Some("glass") => entry.contains_key("sealed"),
        Some("refused") => text("reason").is_some_and(|reason| !reason.is_empty()),
        // The photographed paper, or the stamp on it.
        Some(_) => text("photo").and_then(Id::parse).is_some_and(|photo| {
            let mut photos = record.entries("photos").iter();
            photos.any(|one| one.id == photo && !one.is_removed())
        }),
        None => false,
    };
    if !proved {
        return Err(Reason::SchemaViolation);
    }
    // Also for the office, which may otherwise settle who did what: nobody takes a signature in another's name. A
    // change pushed by a device that did not make it is refused before (`actor_of_other_device`).
    if text("by").and_then(Id::parse) != Some(writer) {
        return Err(Reason::SignatureOfOtherPerson);
    }
    let sealed = entry.get("sealed").filter(|value| ***value != Value::Empty);
    let copied = sealed.is_some_and(|sealed| {
        let earlier = record.entries("signatures").iter();
        let attended = record.entries("invitees").iter();
        earlier
            .chain(attended)
            .any(|one| one.value("sealed") == *sealed)
    });
    if copied {
        return Err(Reason::SignatureReplayed);
    }
    Ok(())
}
