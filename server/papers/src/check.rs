//! Whether a printed paper is what this office has in its log: by its file, or by the hash that stands on it.

use print::{PayloadError, find_payload};
use store::Tx;
use sync_core::kinds::mediation::agreement::Agreement;
use sync_core::kinds::mediation::proof::{Broken, Compared, Proof};
use sync_core::{Id, MediaHash, Timestamp};

use super::error::PaperError;
use super::mediation::read;

/// What is found about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is whole, and this office knows it.
    Known {
        /// What the office's record says to it.
        compared: Compared,
        /// Hash of its content, as it is printed.
        hash: String,
        /// When the last of those who had to sign did.
        complete_at: Option<Timestamp>,
    },
    /// It is whole, but this office has no such mediation.
    Elsewhere {
        /// Hash of its content.
        hash: String,
        /// When the last of those who had to sign did.
        complete_at: Option<Timestamp>,
    },
    /// It carries no proof that could be read.
    Unreadable(PayloadError),
    /// It carries something that proves nothing.
    Broken(Broken),
}

impl Verdict {
    /// Whether the paper is genuine: whole, signed by all, and known here.
    pub const fn is_genuine(&self) -> bool {
        matches!(
            self,
            Self::Known {
                compared: Compared::Holds | Compared::Superseded,
                ..
            }
        )
    }
}

/// Checks a PDF, or a bare proof.
///
/// # Errors
/// If the log could not be read.
pub async fn check_file(
    tenants: &[Id],
    file: &[u8],
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Verdict, PaperError> {
    let proof = match find_payload(file) {
        Ok(payload) => Proof::read(payload),
        Err(PayloadError::Missing) if !file.starts_with(b"%PDF") => Proof::read(file),
        Err(error) => return Ok(Verdict::Unreadable(error)),
    };
    let shown = proof.and_then(|proof| proof.check().map(|shown| (proof, shown)));
    let (proof, shown) = match shown {
        Ok(both) => both,
        Err(broken) => return Ok(Verdict::Broken(broken)),
    };
    let hash = MediaHash::from_bytes(shown.hash).to_string();
    for tenant in tenants {
        let Some((_, document, record)) = read(*tenant, proof.document, tx).await? else {
            continue;
        };
        let agreement = Agreement::of(&document, &record, now);
        return Ok(Verdict::Known {
            compared: proof.compare(&agreement, &record),
            hash,
            complete_at: shown.complete_at,
        });
    }
    Ok(Verdict::Elsewhere {
        hash,
        complete_at: shown.complete_at,
    })
}
