//! The kinds of document.
//!
//! A kind is one folder here (what it may hold, how it begins, its facts), one in the hub's doors (what its facts
//! mean for rows and tickets) and one in each app. To add one: its folders, and its line in `every_kind!`.

mod gesture;

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, Error as _};

use crate::chance::Chance;
use crate::document::Document;
use crate::edit::Edit;
use crate::ids::{Id, MediaHash};
use crate::reason::Reason;
use crate::record::Record;
use crate::summary::Summary;
use crate::time::Timestamp;
use crate::value::Value;
use crate::words::Language;

pub use crate::schema::Kind;

/// The only list of kinds: hands `name CONSTANT` of each to a macro of the caller's.
#[macro_export]
macro_rules! every_kind {
    ($give_to:ident) => {
        $give_to! {
            visit VISIT,
            mediation MEDIATION,
        }
    };
}

/// See [`Kind::examine`].
type Examine = fn(&Document, &str, &BTreeMap<&str, &Value>, Id) -> Result<(), Reason>;

/// For a kind without examined collections.
fn nothing_to_examine(
    _: &Document,
    _: &str,
    _: &BTreeMap<&str, &Value>,
    _: Id,
) -> Result<(), Reason> {
    Err(Reason::SchemaViolation)
}

/// See [`Kind::represents`].
type Represents = fn(&Document, &str, &BTreeMap<&str, &Value>, Id) -> bool;

/// For a kind in which nobody speaks for others.
fn nobody_represents(_: &Document, _: &str, _: &BTreeMap<&str, &Value>, _: Id) -> bool {
    false
}

/// What a kind does beside holding things.
struct Traits {
    /// The first gesture of a new document under a ticket.
    begin: fn(Id) -> Edit,
    /// Whether a new entry of an examined collection may stand.
    examine: Examine,
    /// Whether a residents' representative may add an entry.
    represents: Represents,
    /// The facts of a document.
    summarise: fn(&Document, &Record) -> Summary,
    /// A whole record as people make it, for simulations.
    whole: fn(&Cast<'_>, Timestamp, &mut Chance) -> Vec<Edit>,
    /// One more gesture on a record that is there already.
    afterthought: fn(&Record, Id, Timestamp, &mut Chance) -> Edit,
}

/// Who takes part in a simulated record.
#[derive(Clone, Copy, Debug)]
pub struct Cast<'a> {
    /// Who writes it.
    pub by: Id,
    /// Who joins in.
    pub colleague: Option<Id>,
    /// The photos that are taken.
    pub photos: &'a [Shot],
}

/// A photo as a record tells of it.
#[derive(Clone, Copy, Debug)]
pub struct Shot {
    /// Name of its file.
    pub sha256: MediaHash,
    /// Size of its file.
    pub bytes: usize,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

macro_rules! declare {
    ($($(#[$attribute:meta])* $name:ident $constant:ident,)+) => {
        $($(#[$attribute])* pub mod $name;)+

        impl Kind {
            $(
                #[doc = concat!("The kind `", stringify!($name), "`.")]
                $(#[$attribute])*
                pub const $constant: Self = Self::of(&$name::DEFINITION);
            )+

            /// Every kind.
            pub const ALL: &[Self] = &[$($(#[$attribute])* Self::$constant,)+];
        }

        impl Kind {
            /// What people call the kind, its fields and its choices. JSON, keys begin with the kind's name.
            pub fn words(self, language: Language) -> &'static str {
                $(
                    $(#[$attribute])*
                    if self == Self::$constant {
                        return match language {
                            Language::Chinese => {
                                include_str!(concat!("kinds/", stringify!($name), "/words/zh-CN.json"))
                            }
                            Language::English => {
                                include_str!(concat!("kinds/", stringify!($name), "/words/en.json"))
                            }
                        };
                    }
                )+
                "{}"
            }
        }

        fn traits(kind: Kind) -> Option<Traits> {
            $(
                $(#[$attribute])*
                if kind == Kind::$constant {
                    return Some($name::TRAITS);
                }
            )+
            None
        }
    };
}
every_kind!(declare);

impl Kind {
    /// The kind that this word names.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// The first gesture of a new document under a ticket; `None` for a kind that nobody begins.
    pub fn begin(self, ticket: Id) -> Option<Edit> {
        traits(self).map(|traits| (traits.begin)(ticket))
    }

    /// The facts of a document of this kind, for lists, scopes and counters.
    pub fn summarise(self, document: &Document, record: &Record) -> Summary {
        traits(self).map_or_else(Summary::default, |traits| {
            (traits.summarise)(document, record)
        })
    }

    /// Whether an entry of a collection that is [`crate::schema::Collection::examined`] may stand: `before` is the
    /// document as its writer had it, `writer` the person who wrote it.
    ///
    /// # Errors
    /// The reason why it may not.
    pub(crate) fn examine(
        self,
        before: &Document,
        collection: &str,
        entry: &BTreeMap<&str, &Value>,
        writer: Id,
    ) -> Result<(), Reason> {
        traits(self).map_or(Err(Reason::SchemaViolation), |traits| {
            (traits.examine)(before, collection, entry, writer)
        })
    }

    /// Whether a residents' representative may add an entry to a collection that is
    /// [`crate::schema::Collection::represented`]: `before` is the document as they had it.
    pub(crate) fn represents(
        self,
        before: &Document,
        collection: &str,
        entry: &BTreeMap<&str, &Value>,
        person: Id,
    ) -> bool {
        traits(self).is_some_and(|traits| (traits.represents)(before, collection, entry, person))
    }
}

impl Kind {
    /// A whole record as people make it, gesture by gesture, for simulations.
    pub fn whole(self, cast: &Cast<'_>, now: Timestamp, chance: &mut Chance) -> Vec<Edit> {
        traits(self).map_or_else(Vec::new, |traits| (traits.whole)(cast, now, chance))
    }

    /// One more gesture of somebody on a record that is there already.
    pub fn afterthought(
        self,
        record: &Record,
        by: Id,
        now: Timestamp,
        chance: &mut Chance,
    ) -> Option<Edit> {
        traits(self).map(|traits| (traits.afterthought)(record, by, now, chance))
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::parse(&word).ok_or_else(|| D::Error::custom("no such kind of document"))
    }
}
