//! What holds for every decision on a visit: it is about what was on the screen, and nobody decides on their own work.

use std::collections::BTreeSet;

use basis::words::word;
use sync_core::Role;
use sync_core::words::Language;

use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::story::load;
use crate::records::witness::Witness;
use store::Tx;
use store::documents::DocumentRow;

/// Changes that a refusal names; of more it says how many.
const NAMED: usize = 5;

/// Refuses a decision on what was not on the screen, and says who changed what since.
pub(super) async fn require_seen(
    document: &DocumentRow,
    seen: i64,
    tx: &mut Tx,
) -> Result<(), ApiError> {
    if document.changed_seq == seen {
        return Ok(());
    }
    let segments = tx.list_segments(document.tenant, document.id).await?;
    let merged = load(document, &segments)?;
    let witness = Witness::of(document, &merged, &segments, tx).await?;
    Err(ApiError::conflict(
        "changed_meanwhile",
        difference(&witness.changes_since(seen)),
    ))
}

/// What came since, in a sentence: who changed what.
fn difference(changes: &[(Option<String>, String)]) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut parts: Vec<String> = Vec::new();
    for (name, message) in changes {
        let name = name.as_deref().unwrap_or("有人");
        if !names.contains(&name) {
            names.push(name);
        }
        let part = format!("“{}”", part_of(message));
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if parts.is_empty() {
        return "您打开之后，这条记录有了变化。请看过最新内容再决定；您写好的意见还在。".to_owned();
    }
    let more = if parts.len() > NAMED {
        format!("等 {} 处", parts.len())
    } else {
        String::new()
    };
    parts.truncate(NAMED);
    format!(
        "您打开之后，{}又改了{}{more}。请看过最新内容再决定；您写好的意见还在。",
        names.join("、"),
        parts.join("、")
    )
}

/// What people call the part of a record that a change is about, by the change's intent: `visit.outcome`,
/// `visit.note.finding`, `visit.photos.put`.
fn part_of(message: &str) -> &str {
    let mut parts = message.split('.');
    let (Some(kind), Some(head)) = (parts.next(), parts.next()) else {
        return message;
    };
    let keys = match parts.next() {
        Some(note) if head == "note" => vec![format!("{kind}.notes.{note}")],
        Some(_) => vec![
            format!("{kind}.collections.{head}"),
            format!("{kind}.sets.{head}"),
        ],
        None => vec![
            format!("{kind}.fields.{head}"),
            format!("{kind}.choices.mark.{head}"),
        ],
    };
    let known = keys.iter().find_map(|key| word(key, Language::Chinese));
    known.unwrap_or(if head == "settle" {
        "选定的说法"
    } else {
        head
    })
}

/// What [`require_other`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// They had no part in the visit.
    Other,
    /// They had, and decide all the same, which the audit log keeps.
    Override,
}

/// Refuses whoever took part in a visit: is named in it, signed in at the place, or wrote in it from a phone. The
/// leader may decide all the same by saying so, for a street where nobody else is there.
pub(super) async fn require_other(
    document: &DocumentRow,
    user: &CurrentUser,
    own_work: bool,
    tx: &mut Tx,
) -> Result<Standing, ApiError> {
    let (tenant, doc) = (document.tenant, document.id);
    let visit = tx.find_visits(tenant, &[doc]).await?.remove(&doc);
    let named = visit.map(|visit| visit.people).unwrap_or_default();
    let mut part: BTreeSet<_> = named.into_iter().collect();
    part.extend(tx.list_phone_writers(tenant, doc).await?);
    if !part.contains(&user.person) {
        return Ok(Standing::Other);
    }
    if own_work && user.role == Role::Leader {
        return Ok(Standing::Override);
    }
    Err(ApiError::forbidden(
        "own_visit",
        "您参加了这次走访，不能审核或核定自己的记录；请让没有参加的同事处理，确实没有别人时请分管领导决定。",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_names_who_and_what_in_the_words_of_the_screen() {
        let change = |name: &str, message: &str| (Some(name.to_owned()), message.to_owned());
        let told = difference(&[
            change("王某某", "visit.outcome"),
            change("王某某", "visit.outcome"),
            change("李某某", "visit.photos.put"),
            change("李某某", "visit.note.finding"),
        ]);
        assert!(
            told.contains("王某某、李某某又改了“处理结果”、“照片”、“看到的情况”。"),
            "{told}"
        );
        let many: Vec<_> = [
            "room", "building", "severity", "measure", "hazard", "outcome",
        ]
        .iter()
        .map(|field| change("王某某", &format!("visit.{field}")))
        .collect();
        assert!(difference(&many).contains("等 6 处。"));
    }
}
