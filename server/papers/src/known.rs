//! What the office knows of a paper by the hash that stands on it, without reading a document.

use store::Tx;
use store::revisions::FoundRevision;
use sync_core::lifecycle::MediationState;
use sync_core::{Id, MediaHash, Timestamp, hex};

use super::error::PaperError;

/// Fewest digits of a hash by which a paper is looked for. Whoever sends so few is told the whole hash to compare: two
/// papers that agree in 64 bits can be made by trying, two of one hash cannot.
pub const FEWEST_DIGITS: usize = 16;

/// The beginning of a hash in hex, or all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digits {
    first: MediaHash,
    last: MediaHash,
}

impl Digits {
    /// Reads 16 to 64 hexadecimal digits; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        const ALL: usize = 64;
        let are_digits = text.bytes().all(|one| one.is_ascii_hexdigit());
        if !are_digits || !(FEWEST_DIGITS..=ALL).contains(&text.len()) {
            return None;
        }
        let filled = |with: &str| {
            let rest = with.repeat(ALL - text.len());
            let whole = hex::decode(&(text.to_ascii_lowercase() + &rest))?;
            MediaHash::from_slice(&whole)
        };
        Some(Self {
            first: filled("0")?,
            last: filled("f")?,
        })
    }
}

impl From<MediaHash> for Digits {
    fn from(hash: MediaHash) -> Self {
        Self {
            first: hash,
            last: hash,
        }
    }
}

/// How a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Signed by all, and the last that was.
    Holds,
    /// Signed by all; a later version holds.
    Superseded,
    /// The mediation was given up.
    Withdrawn,
    /// Somebody who has to sign has not.
    Incomplete,
}

/// A version that the office knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPaper {
    /// The sub-district.
    pub tenant: Id,
    /// The document.
    pub doc: Id,
    /// Hash of the content.
    pub hash: MediaHash,
    /// Which of the three papers.
    pub form: String,
    /// When the last of those who had to sign did.
    pub complete_at: Option<Timestamp>,
    /// How it stands.
    pub standing: Standing,
}

/// What is found by a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nobody has signed such a content here.
    Nothing,
    /// One paper.
    Paper(KnownPaper),
    /// Papers with different hashes begin so.
    Several,
}

/// Looks for a paper. Of documents with one content the first that came to the office counts, or `of` if it is given.
///
/// # Errors
/// If the database could not be read.
pub async fn find_paper(digits: Digits, of: Option<Id>, tx: &mut Tx) -> Result<Found, PaperError> {
    let rows = tx.list_revisions_between(digits.first, digits.last).await?;
    let Some(hash) = rows.first().map(|row| row.facts.content) else {
        return Ok(Found::Nothing);
    };
    if rows.iter().any(|row| row.facts.content != hash) {
        return Ok(Found::Several);
    }
    let mut fitting = rows.into_iter();
    let Some(row) = fitting.find(|row| of.is_none_or(|doc| row.doc == doc)) else {
        return Ok(Found::Nothing);
    };
    let mediation = tx.find_mediations(row.tenant, &[row.doc]).await?;
    let given_up = mediation
        .get(&row.doc)
        .is_some_and(|one| one.standing == MediationState::GIVEN_UP);
    Ok(Found::Paper(known(row, given_up)))
}

fn known(row: FoundRevision, given_up: bool) -> KnownPaper {
    let facts = row.facts;
    let standing = if given_up {
        Standing::Withdrawn
    } else if facts.complete_at.is_none() {
        Standing::Incomplete
    } else if facts.holds {
        Standing::Holds
    } else {
        Standing::Superseded
    };
    KnownPaper {
        tenant: row.tenant,
        doc: row.doc,
        hash: facts.content,
        form: facts.form,
        complete_at: facts.complete_at,
        standing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_whole_or_by_its_first_sixteen_digits() {
        let whole = MediaHash::of(b"paper");
        let text = whole.to_string();
        assert_eq!(Digits::parse(&text), Some(Digits::from(whole)));
        assert_eq!(
            Digits::parse(&text.to_uppercase()),
            Some(Digits::from(whole))
        );
        for length in FEWEST_DIGITS..64 {
            let Digits { first, last } = Digits::parse(&text[..length]).unwrap();
            assert!(first <= whole && whole <= last, "{length}");
            assert_eq!(first.to_string()[..length], text[..length]);
            assert_eq!(last.to_string()[..length], text[..length]);
        }
        for text in [
            &text[..15],
            &(text.clone() + "0"),
            "",
            "0123456789abcdeg",
            "甲甲甲甲甲甲",
        ] {
            assert_eq!(Digits::parse(text), None, "{text}");
        }
    }
}
