//! Whether photos before and after prove that one spot was cleared (S46).

use crate::record::Entry;
use crate::value::Value;

/// Before and after of one spot are not further apart than this, m (S46).
const SPOT_METRES: f64 = 50.0;
/// Length of a degree of latitude, m: a sixth of a quarter of the meridian by 15.
const DEGREE_METRES: f64 = 111_195.0;

/// What the photos of a clearing prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// One spot, before and after.
    Paired,
    /// No spot is there both before and after.
    Unpaired,
    /// Before and after are one and the same picture.
    SamePicture,
    /// Before and after are of different spots.
    Apart,
}

/// The best that any before and after prove.
pub(super) fn proof(photos: &[&Entry]) -> Proof {
    let of = |role: &'static str| {
        let photos = photos.iter();
        photos.filter(move |one| one.value("role").text() == Some(role))
    };
    let pairs = of("after").flat_map(|after| of("before").map(move |before| (before, after)));
    let proofs: Vec<Proof> = pairs
        .filter(|(before, after)| place(before) == place(after))
        .map(|(before, after)| of_pair(before, after))
        .collect();
    let worse = [Proof::Paired, Proof::Apart, Proof::SamePicture];
    worse
        .into_iter()
        .find(|one| proofs.contains(one))
        .unwrap_or(Proof::Unpaired)
}

/// A first photo of a place names no pair: later ones name it.
fn place(entry: &Entry) -> String {
    let pair = entry.value("pair").text();
    pair.map_or_else(|| entry.id.to_string(), str::to_owned)
}

fn of_pair(before: &Entry, after: &Entry) -> Proof {
    let same =
        |name: &str| *before.value(name) != Value::Empty && before.value(name) == after.value(name);
    if same("sha256") || same("original_sha256") {
        return Proof::SamePicture;
    }
    let said = |entry: &Entry| {
        let why = entry.value("spot_why").text();
        why.is_some_and(|why| !why.trim().is_empty())
    };
    if said(before) || said(after) {
        return Proof::Paired;
    }
    let near = match (position(before), position(after)) {
        (Some(one), Some(other)) => metres(one, other) <= SPOT_METRES,
        // Where one has no position, the place was chosen by hand.
        _ => named(before)
            .zip(named(after))
            .is_none_or(|(one, other)| one == other),
    };
    if near { Proof::Paired } else { Proof::Apart }
}

fn named(entry: &Entry) -> Option<&str> {
    let place = entry.value("place").text()?.trim();
    (!place.is_empty()).then_some(place)
}

/// Degrees.
fn position(entry: &Entry) -> Option<(f64, f64)> {
    let degrees = |name: &str| match entry.value(name) {
        Value::Int(e7) => i32::try_from(*e7).ok().map(|e7| f64::from(e7) / 1e7),
        Value::Empty | Value::Flag(_) | Value::Text(_) | Value::Time(_) | Value::Bytes(_) => None,
    };
    degrees("lat_e7").zip(degrees("lon_e7"))
}

/// On the flat: over a few hundred metres the error is less than a millimetre.
fn metres(one: (f64, f64), other: (f64, f64)) -> f64 {
    let north = (one.0 - other.0) * DEGREE_METRES;
    let east = (one.1 - other.1) * DEGREE_METRES * one.0.to_radians().cos();
    north.hypot(east)
}
