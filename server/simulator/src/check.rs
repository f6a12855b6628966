//! The end of a run: fresh phones pull everything back, and what they hold is compared with what was
//! acknowledged and with what the other phones hold.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{Id, MediaHash};

use super::device::{Device, DeviceError};
use super::ledger::{Acknowledged, Name};
use super::line::LineError;

/// What the comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Changes that a fresh phone was given.
    pub pulled: BTreeSet<Name>,
    /// Changes that the log holds twice.
    pub duplicated: usize,
    /// Documents that do not look the same on every phone that sees them.
    pub diverged: BTreeSet<Id>,
}

/// Compares the phones of one grid with a fresh one of the same grid.
///
/// # Errors
/// If the hub refuses the fresh phone.
pub async fn compare(fresh: &mut Device, others: &mut [Device]) -> Result<Findings, DeviceError> {
    fresh.enrol().await?;
    let pulled = fresh.pull_all().await?;
    let mut findings = Findings {
        duplicated: pulled.repeated(),
        pulled: pulled.into_names(),
        diverged: BTreeSet::new(),
    };
    let reference = looks(fresh);
    for other in others {
        let other = looks(other);
        let docs: BTreeSet<&Id> = reference.keys().chain(other.keys()).collect();
        let differ = docs
            .into_iter()
            .filter(|doc| reference.get(doc) != other.get(doc));
        findings.diverged.extend(differ);
    }
    Ok(findings)
}

/// What each document looks like on a phone, without what is the phone's alone. A document that cannot be
/// opened looks like nothing else.
fn looks(device: &mut Device) -> BTreeMap<Id, Option<serde_json::Value>> {
    let replica = device.phone().replica();
    let docs: Vec<Id> = replica.records().iter().map(|row| row.doc).collect();
    let mut look = |doc| {
        let mut view = replica.view(doc).ok()?;
        view.pending = 0;
        serde_json::to_value(view).ok()
    };
    docs.into_iter().map(|doc| (doc, look(doc))).collect()
}

/// Fetches acknowledged photos; gives those that the hub no longer has as they were.
///
/// # Errors
/// If the hub cannot be asked.
pub async fn lost_photos(
    fresh: &mut Device,
    photos: impl IntoIterator<Item = MediaHash>,
) -> Result<BTreeSet<MediaHash>, DeviceError> {
    let mut lost = BTreeSet::new();
    for photo in photos {
        match fresh.fetch_photo(photo).await {
            Ok(file) if MediaHash::of(&file) == photo => {}
            Ok(_) | Err(DeviceError::Line(LineError::Refused { .. })) => {
                lost.insert(photo);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(lost)
}

/// Acknowledged changes that no fresh phone was given.
pub fn lost_changes(acknowledged: &Acknowledged, pulled: &BTreeSet<Name>) -> usize {
    acknowledged.changes.difference(pulled).count()
}
