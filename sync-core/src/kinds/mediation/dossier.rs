//! 调解卷宗: what belongs into the file of a mediation, and whether it is there. Which papers a file must hold and which
//! it holds where there is reason to is the usual list of people's mediation committees; the two papers without a
//! committee follow it as far as they can.

use serde::Serialize;

use super::agreement::Agreement;
use super::gaps::is_heard;
use super::performance::Kept;
use crate::lifecycle::MediationState;
use crate::record::{Entry, Record};
use crate::value::Value;

/// Every item in the order of the file, with what it is.
pub const ITEMS: &[(&str, &str)] = &[
    (
        "intake",
        "The ticket under which it began and a claim that somebody makes: the register of what was taken in.",
    ),
    (
        "notice",
        "That the parties were told their rights and duties.",
    ),
    ("identity", "By which paper each party's identity was seen."),
    ("record", "A session with statements of both sides."),
    ("agreement", "The paper, signed by all who have to."),
    (
        "authorisation",
        "On what grounds somebody speaks for others.",
    ),
    (
        "evidence",
        "Photos of the place or of what is argued about.",
    ),
    (
        "performance",
        "Checks which found that every clause was performed.",
    ),
    ("follow_up", "That the parties were asked afterwards."),
    ("judicial", "That they applied for judicial confirmation."),
];

/// Whether something lies in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Filed {
    /// It does.
    There,
    /// It has to, and does not.
    Missing,
    /// It does not have to, or not yet.
    NotNeeded,
}

/// One item of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What it is, see [`ITEMS`].
    pub code: &'static str,
    /// Whether it is there.
    pub state: Filed,
}

/// The file of a mediation, in the order of [`ITEMS`].
pub fn dossier(record: &Record, agreement: &Agreement) -> Vec<Item> {
    let state = |code| match code {
        "intake" => must(is_taken_in(record)),
        "notice" => must(*record.field("notice_given") == Value::Flag(true)),
        "identity" => must(is_identified(record)),
        // What was agreed by word of mouth is recorded by the paper itself.
        "record" if word(record.field("form")) == "oral" => may(is_heard(record)),
        "record" => must(is_heard(record)),
        // Who gives up signs nothing.
        "agreement" if agreement.standing == MediationState::Withdrawn => {
            may(agreement.holds.is_some())
        }
        "agreement" => must(agreement.holds.is_some()),
        "authorisation" => authorisation(record),
        "evidence" => may(has_photo(record, &["evidence", "scene"])),
        "performance" => performance(agreement),
        "follow_up" if agreement.holds.is_some() => must(agreement.performance.is_followed_up),
        "judicial" => may(record.field("judicial_applied_at").time().is_some()),
        _ => Filed::NotNeeded,
    };
    let items = ITEMS.iter().map(|(code, _)| Item {
        code,
        state: state(code),
    });
    items.collect()
}

const fn must(there: bool) -> Filed {
    if there { Filed::There } else { Filed::Missing }
}

const fn may(there: bool) -> Filed {
    if there {
        Filed::There
    } else {
        Filed::NotNeeded
    }
}

fn is_taken_in(record: &Record) -> bool {
    let has_ticket = record
        .sets
        .get("tickets")
        .is_some_and(|tickets| !tickets.is_empty());
    has_ticket && living(record, "claims").any(|claim| !word(claim.value("text")).is_empty())
}

/// Whether some paper of each party was seen.
fn is_identified(record: &Record) -> bool {
    let seen = |party: &Entry| !matches!(word(party.value("id_type")), "" | "none");
    let mut parties = living(record, "parties").peekable();
    parties.peek().is_some() && parties.all(seen)
}

/// Whoever speaks for others shows a signed list or a photo; what was only said is not in the file.
fn authorisation(record: &Record) -> Filed {
    let photos: Vec<String> = living(record, "photos")
        .map(|photo| photo.id.to_string())
        .collect();
    let is_shown = |party: &Entry| match word(party.value("consent")) {
        "list" => true,
        "photo" => photos
            .iter()
            .any(|photo| photo == word(party.value("consent_photo"))),
        _ => false,
    };
    let speaks_for_others = |party: &&Entry| {
        !word(party.value("agent")).is_empty() || !word(party.value("represents")).is_empty()
    };
    let mut speakers = living(record, "parties")
        .filter(speaks_for_others)
        .peekable();
    if speakers.peek().is_none() {
        return Filed::NotNeeded;
    }
    must(speakers.all(is_shown))
}

/// Nothing is missing before the first date has come.
fn performance(agreement: &Agreement) -> Filed {
    let performance = &agreement.performance;
    let kept = |wanted: Kept| {
        performance
            .kept
            .iter()
            .filter(move |(_, kept)| *kept == wanted)
    };
    if !performance.kept.is_empty() && kept(Kept::Performed).count() == performance.kept.len() {
        return Filed::There;
    }
    if performance.is_due || kept(Kept::Breached).count() > 0 {
        return Filed::Missing;
    }
    Filed::NotNeeded
}

fn has_photo(record: &Record, roles: &[&str]) -> bool {
    living(record, "photos").any(|photo| roles.contains(&word(photo.value("role"))))
}

fn living<'a>(record: &'a Record, collection: &str) -> impl Iterator<Item = &'a Entry> {
    let entries = record.entries(collection).iter();
    entries.filter(|entry| !entry.is_removed())
}

fn word(value: &Value) -> &str {
    value.text().unwrap_or_default()
}
