//! Whether a printed paper is what this office has in its log: by its file, or by the hash that stands on it.

use print::{PayloadError, find_payload};
use store::Tx;
use sync_core::kinds::mediation::agreement::Agreement;
use sync_core::kinds::mediation::proof::{Broken, Compared, Proof};
use sync_core::lifecycle::MediationState;
use sync_core::{Id, MediaHash, Timestamp};

use super::error::PaperError;
use super::mediation::read;

/// A proof that is whole by itself. Whether this office knows it, only its log can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    proof: Proof,
    hash: MediaHash,
    complete_at: Option<Timestamp>,
}

impl Opened {
    /// The document that it is said to be of.
    pub const fn document(&self) -> Id {
        self.proof.document
    }

    /// Hash of its content, as it is printed.
    pub const fn hash(&self) -> MediaHash {
        self.hash
    }
}

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
        /// The mediation was given up.
        withdrawn: bool,
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
    match open(file) {
        Ok(opened) => compare(tenants, &opened, now, tx).await,
        Err(verdict) => Ok(verdict),
    }
}

/// Reads a PDF, or a bare proof, and checks it as far as that can be done without the log. The file may be anything: what
/// this takes is bounded by its length, in memory by some tens of megabytes.
///
/// # Errors
/// What is wrong with it.
pub fn open(file: &[u8]) -> Result<Opened, Verdict> {
    let proof = match find_payload(file) {
        Ok(payload) => Proof::read(payload),
        Err(PayloadError::Missing) if !file.starts_with(b"%PDF") => Proof::read(file),
        Err(error) => return Err(Verdict::Unreadable(error)),
    };
    let proof = proof.map_err(Verdict::Broken)?;
    let shown = proof.check().map_err(Verdict::Broken)?;
    Ok(Opened {
        proof,
        hash: MediaHash::from_bytes(shown.hash),
        complete_at: shown.complete_at,
    })
}

/// Holds a proof against the log of these sub-districts.
///
/// # Errors
/// If the log could not be read.
pub async fn compare(
    tenants: &[Id],
    opened: &Opened,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Verdict, PaperError> {
    let Opened {
        proof,
        hash,
        complete_at,
    } = opened;
    let (hash, complete_at) = (hash.to_string(), *complete_at);
    for tenant in tenants {
        let Some((_, document, record)) = read(*tenant, proof.document, tx).await? else {
            continue;
        };
        let agreement = Agreement::of(&document, &record, now);
        return Ok(Verdict::Known {
            compared: proof.compare(&agreement, &record),
            hash,
            complete_at,
            withdrawn: agreement.standing == MediationState::GIVEN_UP,
        });
    }
    Ok(Verdict::Elsewhere { hash, complete_at })
}
