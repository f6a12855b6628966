//! Entries that their kind examines, and what a residents' representative wrote: each against the document as its writer
//! had it.

use std::collections::BTreeMap;

use automerge::ChangeHash;

use super::Writer;
use crate::chunk::ChunkHeader;
use crate::document::Document;
use crate::reason::Reason;
use crate::record::Record;
use crate::schema::Collection;
use crate::value::Value;

/// Examines what one change has made: `before` lacks it, `after` holds it.
pub(super) fn examine(
    before: &Document,
    after: &Document,
    header: &ChunkHeader,
    writer: Writer,
) -> Result<(), Reason> {
    let heads: Vec<ChangeHash> = header.deps.iter().map(|dep| ChangeHash(*dep)).collect();
    let seen = before.at(&heads).ok_or(Reason::NotReadableAfter)?;
    let (old, new) = (Record::of(before), Record::of(after));
    let schema = after.kind().schema();
    let represents = writer.role.is_representative();
    let examined = |one: &&Collection| one.examined || represents;
    for collection in schema.collections.iter().filter(examined) {
        let known = old.entries(collection.name);
        let made = new.entries(collection.name).iter();
        for entry in made.filter(|entry| known.iter().all(|one| one.id != entry.id)) {
            let values: BTreeMap<&str, &Value> = entry
                .registers
                .iter()
                .map(|(name, register)| (*name, &register.shown.value))
                .filter(|(_, value)| **value != Value::Empty)
                .collect();
            let (kind, name, person) = (after.kind(), collection.name, writer.person);
            if represents && !kind.represents(&seen, name, &values, person) {
                return Err(Reason::OutsideRepresentation);
            }
            if collection.examined {
                kind.examine(&seen, name, &values, person)?;
            }
        }
    }
    Ok(())
}
