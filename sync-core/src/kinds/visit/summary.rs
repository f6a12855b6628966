//! The few facts of a visit that lists, scopes and counters need.

use serde::{Deserialize, Serialize};

use crate::ids::{Id, MediaHash};
use crate::record::{Entry, Record};
use crate::time::Timestamp;

/// A photo that the visit points at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoLink {
    /// Key in `photos`.
    pub id: Id,
    /// Name in the media store.
    pub sha256: MediaHash,
    /// Taken out by a person.
    pub removed: bool,
}

/// The facts of a visit beside its full record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Tickets that the visit belongs to.
    pub tickets: Vec<Id>,
    /// Address, building, stairwell and room in one line, big to small.
    pub place: String,
    /// Code of the outcome; empty while open.
    pub outcome: String,
    /// People who take part, by participation or arrival.
    pub people: Vec<Id>,
    /// The first check-in by the phones' clocks.
    pub arrived_at: Option<Timestamp>,
    /// The last mark among submit and withdraw, with its time.
    pub mark: Option<(String, Timestamp)>,
    /// Photos with a hash.
    pub photos: Vec<PhotoLink>,
    /// Paths in which people disagree.
    pub disagreements: Vec<String>,
}

impl Summary {
    /// Reads the facts out of a record.
    pub fn of(record: &Record) -> Self {
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
        Self {
            tickets: record.sets.get("tickets").cloned().unwrap_or_default(),
            place: place(record),
            outcome: record
                .field("outcome")
                .text()
                .unwrap_or_default()
                .to_owned(),
            people,
            arrived_at: arrivals
                .iter()
                .filter_map(|entry| entry.value("at").time())
                .min(),
            mark: mark(record.entries("events")),
            photos: record.entries("photos").iter().filter_map(photo).collect(),
            disagreements: record.disagreements().map(|(path, _)| path).collect(),
        }
    }
}

fn place(record: &Record) -> String {
    let arrival = record
        .entries("arrivals")
        .first()
        .and_then(|entry| entry.value("address").text());
    let parts = ["address", "building", "stairwell", "room"]
        .map(|name| record.field(name).text().unwrap_or_default());
    let place = parts.concat();
    if place.is_empty() {
        arrival.unwrap_or_default().to_owned()
    } else {
        place
    }
}

/// Marks are ordered by their ids, which begin with the time they were made; ties fall the same way everywhere.
fn mark(events: &[Entry]) -> Option<(String, Timestamp)> {
    let marks = events.iter().filter_map(|entry| {
        let kind = entry.value("kind").text().filter(|kind| *kind != "note")?;
        Some((kind.to_owned(), entry.value("at").time()?))
    });
    marks.last()
}

fn photo(entry: &Entry) -> Option<PhotoLink> {
    let sha256 = MediaHash::from_slice(entry.value("sha256").bytes()?)?;
    Some(PhotoLink {
        id: entry.id,
        sha256,
        removed: entry.is_removed(),
    })
}
