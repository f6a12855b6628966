//! The mediation: who stands on which side, what they claim and agree on, who signed which words, and what came of it.

pub mod agreement;
mod cbor;
pub mod contact;
pub mod content;
pub mod dossier;
mod examine;
pub mod gaps;
pub mod performance;
pub mod proof;
mod schema;
pub mod sealed;
mod story;
mod summary;
pub mod wanted;

use super::Traits;
use crate::edit::Edit;
use crate::ids::Id;
use crate::schema::Definition;

pub use summary::{Consulted, Facts, RevisionFacts};

/// The mediation as documents know it.
pub(super) static DEFINITION: Definition = Definition {
    word: "mediation",
    schema: schema::SCHEMA,
    seed: include_bytes!("mediation/seed-1.bin"),
};

/// The mediation as everything else knows it.
pub(super) const TRAITS: Traits = Traits {
    begin,
    examine: examine::examine,
    represents: examine::represents,
    summarise: summary::summarise,
    whole: story::whole,
    afterthought: story::afterthought,
};

/// A mediation begins under a ticket, and belongs to it.
fn begin(ticket: Id) -> Edit {
    Edit::Include {
        set: "tickets".to_owned(),
        id: ticket,
        included: true,
    }
}
