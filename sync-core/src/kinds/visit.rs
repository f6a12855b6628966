//! The visit: who went where, what was found, said, photographed and cleared.

mod filled;
mod schema;
mod story;
mod summary;

use super::Traits;
use crate::edit::Edit;
use crate::ids::Id;
use crate::schema::Definition;

pub use filled::filled;
pub use summary::{FIND_FORM, Find, Own, filled_of, own_of};

/// The visit as documents know it.
pub(super) static DEFINITION: Definition = Definition {
    word: "visit",
    schema: schema::SCHEMA,
    seed: include_bytes!("visit/seed-1.bin"),
};

/// The visit as everything else knows it.
pub(super) const TRAITS: Traits = Traits {
    begin,
    examine: super::nothing_to_examine,
    represents: super::nobody_represents,
    summarise: summary::summarise,
    whole: story::whole,
    afterthought: story::afterthought,
};

/// A visit begins under a ticket, and belongs to it.
fn begin(ticket: Id) -> Edit {
    Edit::Include {
        set: "tickets".to_owned(),
        id: ticket,
        included: true,
    }
}
