//! The organisation of a sub-district: its street, communities and, if listed, grids, from JSON.

use serde::{Deserialize, Serialize};
use sync_core::Id;

use super::Parts;
use super::again::{ChangedEntry, TakeOver, differs};
use super::street::{Street, find_or_add};
use super::table::Refused;
use store::units::{Unit, UnitKind};

const MAX_NAME_CHARS: usize = 100;

/// The file: what the statistics office publishes of one street, and grids where the office adds them.
/// Other keys (province, city, source) are left alone.
#[derive(Clone, Debug, Deserialize)]
pub struct Organisation {
    street: Place,
    communities: Vec<Community>,
}

#[derive(Clone, Debug, Deserialize)]
struct Place {
    code: String,
    name: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Community {
    #[serde(flatten)]
    place: Place,
    #[serde(default)]
    grids: Vec<Place>,
}

/// What became of the listed units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrgIntake {
    /// Units that are new.
    pub added: u64,
    /// Units whose code was there already, under the same name.
    pub unchanged: u64,
    /// Units that have another name, taken over or not.
    pub changed: u64,
    /// Which, and how they are called.
    pub changes: Vec<ChangedEntry>,
    /// Units that were not taken; `line` counts the communities from 1.
    pub refused: Vec<Refused>,
    /// The sub-district.
    #[serde(skip)]
    pub street: Street,
}

/// Why an organisation was not imported.
#[derive(Debug, thiserror::Error)]
pub enum OrgError {
    /// Not such a file.
    #[error("这个文件不是街道组织清单（JSON，含 street 和 communities，每项有 code 和 name）：{0}")]
    File(#[source] serde_json::Error),
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Reads the file.
pub fn parse(content: &[u8]) -> Result<Organisation, OrgError> {
    serde_json::from_slice(content).map_err(OrgError::File)
}

/// Adds what is missing; what is there stays as it is, but for its name if [`TakeOver::All`] is wanted. The sub-district's code is the street's, or `code`.
pub async fn take_in(
    parts: Parts<'_>,
    organisation: &Organisation,
    code: Option<&str>,
    take_over: TakeOver,
) -> Result<OrgIntake, OrgError> {
    let mut tx = parts.store.begin().await?;
    let intake = list(parts, organisation, code, take_over, &mut tx).await?;
    tx.commit().await?;
    Ok(intake)
}

/// What [`take_in`] would do: the same counts, changes and refusals, and nothing is written.
pub async fn check(
    parts: Parts<'_>,
    organisation: &Organisation,
    code: Option<&str>,
    take_over: TakeOver,
) -> Result<OrgIntake, OrgError> {
    // Never committed.
    let mut tx = parts.store.begin().await?;
    list(parts, organisation, code, take_over, &mut tx).await
}

async fn list(
    parts: Parts<'_>,
    organisation: &Organisation,
    code: Option<&str>,
    take_over: TakeOver,
    tx: &mut store::Tx,
) -> Result<OrgIntake, OrgError> {
    let street = &organisation.street;
    let tenant_code = code.unwrap_or(&street.code);
    let found = find_or_add(tenant_code, &street.name, parts, tx).await?;
    let mut listing = Listing {
        parts,
        tx,
        tenant: found.tenant,
        take_over,
        intake: OrgIntake {
            added: 0,
            unchanged: 0,
            changed: 0,
            changes: Vec::new(),
            refused: Vec::new(),
            street: found,
        },
    };
    let top = listing.unit(1, UnitKind::Street, street, None).await?;
    for (line, community) in (1..).zip(&organisation.communities) {
        let Some(parent) = listing
            .unit(line, UnitKind::Community, &community.place, top)
            .await?
        else {
            continue;
        };
        for grid in &community.grids {
            listing
                .unit(line, UnitKind::Grid, grid, Some(parent))
                .await?;
        }
    }
    Ok(listing.intake)
}

struct Listing<'a> {
    parts: Parts<'a>,
    tx: &'a mut store::Tx,
    tenant: Id,
    take_over: TakeOver,
    intake: OrgIntake,
}

impl Listing<'_> {
    /// Adds the unit unless its code is there; gives its id either way, or nothing if it was refused.
    async fn unit(
        &mut self,
        line: u32,
        kind: UnitKind,
        place: &Place,
        parent: Option<Id>,
    ) -> Result<Option<Id>, store::Error> {
        let (code, name) = (place.code.trim(), place.name.trim());
        let length = code.chars().count().max(name.chars().count());
        if code.is_empty() || name.is_empty() || length > MAX_NAME_CHARS {
            let reason = format!("编码或名称为空，或超过 {MAX_NAME_CHARS} 个字；请补全后再导入。");
            self.intake.refused.push(Refused::new(line, reason));
            return Ok(None);
        }
        if let Some(unit) = self.tx.find_unit_by_code(self.tenant, code).await? {
            if unit.kind != kind {
                let reason = format!("编码 {code} 已经用于「{}」；请改用别的编码。", unit.name);
                self.intake.refused.push(Refused::new(line, reason));
                return Ok(None);
            }
            let Some(differs) = differs("name", &unit.name, name) else {
                self.intake.unchanged += 1;
                return Ok(Some(unit.id));
            };
            if self.take_over == TakeOver::All {
                self.tx.rename_unit(self.tenant, unit.id, name).await?;
            }
            self.intake.changed += 1;
            self.intake.changes.push(ChangedEntry {
                sheet: None,
                line,
                key: code.to_owned(),
                differences: vec![differs],
            });
            return Ok(Some(unit.id));
        }
        let unit = Unit {
            id: self.parts.rng.new_id(self.parts.clock.now()),
            tenant: self.tenant,
            kind,
            code: code.to_owned(),
            name: name.to_owned(),
            parent,
        };
        self.tx.insert_unit(&unit).await?;
        self.intake.added += 1;
        Ok(Some(unit.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_are_optional_and_other_keys_do_not_matter() {
        let organisation = parse(
            br#"{"source": "x", "street": {"code": "1", "name": "s"}, "communities": [
                {"code": "11", "name": "a"},
                {"code": "12", "name": "b", "grids": [{"code": "121", "name": "g"}]}]}"#,
        )
        .unwrap();
        let grids: Vec<_> = organisation
            .communities
            .iter()
            .map(|c| c.grids.len())
            .collect();
        assert_eq!(grids, [0, 1]);
    }

    #[test]
    fn another_file_is_refused_with_what_is_expected() {
        let refusal = parse(b"[1]").unwrap_err().to_string();
        assert!(refusal.contains("street 和 communities"), "{refusal}");
    }
}
