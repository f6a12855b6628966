//! The sample: where it was taken, and whether it was clean.

use super::{Cast, Traits};
use crate::chance::Chance;
use crate::edit::Edit;
use crate::ids::Id;
use crate::record::Record;
use crate::schema::{Definition, Field, Schema};
use crate::summary::Summary;
use crate::time::Timestamp;
use crate::value::Value;
use crate::value::ValueKind::{Choice, Text};

const RESULTS: &[&str] = &["clean", "dirty"];

/// The sample as documents know it.
pub(super) static DEFINITION: Definition = Definition {
    word: "sample",
    schema: Schema {
        fields: &[
            Field {
                name: "place",
                holds: Text(60),
            },
            Field {
                name: "result",
                holds: Choice(RESULTS),
            },
        ],
        notes: &[],
        sets: &["tickets"],
        collections: &[],
    },
    seed: include_bytes!("sample/seed-1.bin"),
};

/// The sample as everything else knows it.
pub(super) const TRAITS: Traits = Traits {
    begin,
    summarise,
    whole,
    afterthought,
};

fn begin(ticket: Id) -> Edit {
    Edit::Include {
        set: "tickets".to_owned(),
        id: ticket,
        included: true,
    }
}

fn summarise(record: &Record) -> Summary {
    let text = |name| record.field(name).text().unwrap_or_default().to_owned();
    Summary {
        tickets: record.sets.get("tickets").cloned().unwrap_or_default(),
        place: text("place"),
        outcome: text("result"),
        disagreements: record.disagreements().map(|(path, _)| path).collect(),
        ..Summary::default()
    }
}

fn whole(_: &Cast<'_>, _: Timestamp, chance: &mut Chance) -> Vec<Edit> {
    let place = Value::Text(format!("{} 号点位", 1 + chance.below(20)));
    vec![field("place", place), result(chance)]
}

fn afterthought(_: &Record, _: Id, _: Timestamp, chance: &mut Chance) -> Edit {
    result(chance)
}

fn result(chance: &mut Chance) -> Edit {
    let word = chance.pick(RESULTS).copied().unwrap_or_default();
    field("result", Value::Text(word.to_owned()))
}

fn field(name: &str, value: Value) -> Edit {
    Edit::SetField {
        field: name.to_owned(),
        value,
    }
}
