//! Who has to sign a paper, and whether all have.

use serde::Serialize;

use super::content::{Content, Registers};
use crate::ids::Id;
use crate::time::Timestamp;
use crate::value::Value;

/// As whom somebody signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// 当事人.
    Party,
    /// 调解员.
    Mediator,
    /// 人民调解委员会, by its seal.
    Committee,
}

impl Capacity {
    /// The word in documents and proofs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Party => "party",
            Self::Mediator => "mediator",
            Self::Committee => "committee",
        }
    }

    /// The capacity that this word names.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "party" => Some(Self::Party),
            "mediator" => Some(Self::Mediator),
            "committee" => Some(Self::Committee),
            _ => None,
        }
    }
}

/// Who has to sign a content.
pub(super) struct Wanted {
    pub(super) capacity: Capacity,
    pub(super) id: Option<Id>,
    pub(super) name: String,
    pub(super) needed: bool,
}

/// Everybody who may sign a content; of the mediators one who is needed is enough.
pub(super) fn wanted(content: &Content) -> Vec<Wanted> {
    let text = |registers: &Registers, name: &str| {
        let value = registers.get(name).and_then(Value::text);
        value.unwrap_or_default().to_owned()
    };
    let form = text(&content.fields, "form");
    let mut wanted = Vec::new();
    // What was agreed by word of mouth the mediator writes down.
    if form != "oral" {
        wanted.extend(content.entries("parties").iter().map(|(id, party)| Wanted {
            capacity: Capacity::Party,
            id: Some(*id),
            name: text(party, "name"),
            needed: true,
        }));
    }
    wanted.extend(content.entries("mediators").iter().map(|(id, mediator)| {
        let certified = mediator.get("certified") == Some(&Value::Flag(true));
        Wanted {
            capacity: Capacity::Mediator,
            id: Some(*id),
            name: text(mediator, "name"),
            needed: form != "agreement" || certified,
        }
    }));
    if form == "agreement" {
        wanted.push(Wanted {
            capacity: Capacity::Committee,
            id: None,
            name: text(&content.fields, "committee"),
            needed: true,
        });
    }
    wanted
}

/// When the last one who had to sign did; `None` while one is missing. `signed`: who did, as whom, when.
pub(super) fn complete_at(
    content: &Content,
    signed: &[(Capacity, Option<Id>, Timestamp)],
) -> Option<Timestamp> {
    let first = |wanted: &Wanted| {
        let by = signed.iter().filter(|(capacity, signer, _)| {
            let whose = *capacity == Capacity::Committee || *signer == wanted.id;
            *capacity == wanted.capacity && whose
        });
        by.map(|(.., at)| *at).min()
    };
    let mut last = None;
    let mut mediator = None;
    for wanted in wanted(content) {
        let at = first(&wanted);
        if wanted.capacity == Capacity::Mediator {
            // The first of them who signed.
            mediator = mediator
                .into_iter()
                .chain(at.filter(|_| wanted.needed))
                .min();
        } else {
            last = last.max(Some(at?));
        }
    }
    last.max(Some(mediator?))
}
