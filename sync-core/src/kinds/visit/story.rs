//! What people do on a visit: every kind of gesture that a phone can write.

use crate::chance::Chance;
use crate::edit::Edit;
use crate::ids::Id;
use crate::kinds::gesture::{field, put};
use crate::kinds::{Cast, Shot};
use crate::lifecycle::Mark;
use crate::record::{Entry, Record};
use crate::time::Timestamp;
use crate::value::Value;

const PLACES: [&str; 4] = ["一号院", "二号院", "三号院", "四号院"];
const THINGS: [&str; 5] = ["纸箱", "旧沙发", "自行车", "花盆", "装修垃圾"];
const WORDS: [&str; 6] = [
    "三楼楼道堆放纸箱，",
    "已与住户当面沟通，",
    "答应三天内自行清走，",
    "消防通道目前畅通，",
    "拍照留存，",
    "下周复查。",
];
/// Fields on which people come to disagree, with words that fit them.
const CONTESTED: [(&str, &[&str]); 4] = [
    (
        "outcome",
        &["resolved", "partly", "unresolved", "explained"],
    ),
    ("severity", &["low", "medium", "high"]),
    (
        "cooperation",
        &["cooperative", "reluctant", "refused", "absent"],
    ),
    ("measure", &["当场清理", "限期自行清理", "联合执法清理"]),
];

/// A visit from arrival to submission.
pub(super) fn whole(cast: &Cast<'_>, now: Timestamp, chance: &mut Chance) -> Vec<Edit> {
    let Cast {
        by,
        colleague,
        photos,
    } = *cast;
    let (item, later_item) = (chance.id(now), chance.id(now));
    let mut edits = vec![
        arrival(by, now, chance),
        field("address", text(chance.pick(&PLACES))),
        field(
            "building",
            Value::Text(format!("{} 号楼", 1 + chance.below(20))),
        ),
        field("place_kind", text(Some(&"stairwell"))),
        field("finding_kind", text(Some(&"clutter"))),
        field("hazard", Value::Flag(chance.one_in(2))),
        note("finding", chance),
        put(
            "items",
            item,
            [
                ("label", text(chance.pick(&THINGS))),
                ("quantity", Value::Int(amount(chance))),
                ("unit", text(Some(&"piece"))),
                ("state", text(Some(&"found"))),
            ],
        ),
        put("items", later_item, [("label", text(chance.pick(&THINGS)))]),
        persuasion(by, now, chance),
    ];
    edits.extend(colleague.map(|colleague| {
        put(
            "participants",
            chance.id(now),
            [
                ("user", Value::Text(colleague.to_string())),
                ("joined_at", Value::Time(now)),
            ],
        )
    }));
    edits.extend(photos.iter().map(|photo| photo_entry(photo, now, chance)));
    edits.extend([
        note("finding", chance),
        put("items", item, [("state", text(Some(&"cleared")))]),
        remove("items", later_item),
        restore("items", later_item),
        field("cleanup_state", text(Some(&"done"))),
        field("cleanup_amount", Value::Int(amount(chance))),
        field(
            "next_visit_at",
            Value::Time(now.plus_millis(7 * 24 * 3_600_000)),
        ),
        note("result", chance),
        contested(chance),
        Edit::Mark {
            id: chance.id(now),
            kind: Mark::Submit.as_str().to_owned(),
            by,
            remark: String::new(),
            answers: 0,
        },
    ]);
    edits
}

/// One more gesture on a visit that is there already, one's own or a colleague's.
pub(super) fn afterthought(record: &Record, by: Id, now: Timestamp, chance: &mut Chance) -> Edit {
    let conflicts: Vec<_> = record.disagreements().collect();
    let conflict = chance.pick(&conflicts);
    if let Some((path, register)) = conflict.filter(|_| chance.one_in(3)) {
        let choices: Vec<_> = std::iter::once(&register.shown)
            .chain(&register.others)
            .collect();
        return Edit::Settle {
            path: path.clone(),
            value: chance
                .pick(&choices)
                .map(|choice| choice.value.clone())
                .unwrap_or_default(),
        };
    }
    let item = chance
        .pick(record.entries("items"))
        .map(|entry: &Entry| (entry.id, entry.is_removed()));
    match (chance.below(10), item) {
        (0, _) => put(
            "items",
            chance.id(now),
            [("label", text(chance.pick(&THINGS)))],
        ),
        (1, Some((id, true))) => restore("items", id),
        (1, Some((id, false))) => remove("items", id),
        (2, Some((id, _))) => put("items", id, [("quantity", Value::Int(amount(chance)))]),
        (3, _) => persuasion(by, now, chance),
        (4 | 5, _) => note(
            if chance.one_in(2) {
                "finding"
            } else {
                "process"
            },
            chance,
        ),
        _ => contested(chance),
    }
}

fn contested(chance: &mut Chance) -> Edit {
    let (name, words) = chance.pick(&CONTESTED).copied().unwrap_or(("measure", &[]));
    field(name, text(chance.pick(words)))
}

fn arrival(by: Id, now: Timestamp, chance: &mut Chance) -> Edit {
    let jitter = |chance: &mut Chance| i64::try_from(chance.below(10_000)).unwrap_or(0);
    put(
        "arrivals",
        chance.id(now),
        [
            ("at", Value::Time(now)),
            ("by", Value::Text(by.to_string())),
            ("source", text(Some(&"gps"))),
            ("lat_e7", Value::Int(399_000_000 + jitter(chance))),
            ("lon_e7", Value::Int(1_164_000_000 + jitter(chance))),
            ("accuracy_m", Value::Int(12)),
        ],
    )
}

fn persuasion(by: Id, now: Timestamp, chance: &mut Chance) -> Edit {
    put(
        "persuasions",
        chance.id(now),
        [
            (
                "household",
                Value::Text(format!("{} 室", 101 + chance.below(500))),
            ),
            ("at", Value::Time(now)),
            ("by", Value::Text(by.to_string())),
            ("reaction", text(Some(&"cooperative"))),
        ],
    )
}

fn photo_entry(photo: &Shot, now: Timestamp, chance: &mut Chance) -> Edit {
    put(
        "photos",
        chance.id(now),
        [
            ("sha256", Value::Bytes(photo.sha256.bytes().to_vec())),
            ("bytes", Value::Int(i64::try_from(photo.bytes).unwrap_or(1))),
            ("mime", text(Some(&"image/jpeg"))),
            ("w", Value::Int(photo.width.into())),
            ("h", Value::Int(photo.height.into())),
            ("taken_at", Value::Time(now)),
            ("role", text(Some(&"before"))),
            ("source", text(Some(&"camera"))),
        ],
    )
}

fn note(name: &str, chance: &mut Chance) -> Edit {
    let sentences = 1 + chance.below(8);
    let text = (0..sentences)
        .filter_map(|_| chance.pick(&WORDS).copied())
        .collect();
    Edit::SetNote {
        note: name.to_owned(),
        text,
    }
}

fn remove(collection: &str, id: Id) -> Edit {
    Edit::RemoveEntry {
        collection: collection.to_owned(),
        id,
    }
}

fn restore(collection: &str, id: Id) -> Edit {
    Edit::RestoreEntry {
        collection: collection.to_owned(),
        id,
    }
}

fn text(word: Option<&&str>) -> Value {
    word.map_or(Value::Empty, |word| Value::Text((*word).to_owned()))
}

fn amount(chance: &mut Chance) -> i64 {
    i64::try_from(1 + chance.below(40)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::kinds::Kind;

    #[test]
    fn every_gesture_of_a_visit_fits_the_schema() {
        let now = Timestamp::from_millis(1_795_500_000_000);
        let mut chance = Chance::new(1, 1);
        let (by, colleague) = (chance.id(now), chance.id(now));
        let mut document = Document::seeded(Kind::VISIT);
        let edits = whole(
            &Cast {
                by,
                colleague: Some(colleague),
                photos: &[],
            },
            now,
            &mut chance,
        );
        for edit in edits {
            let written = document.edit(&edit, [1; 16], now);
            assert!(written.is_ok(), "{edit:?}: {written:?}");
        }
    }
}
