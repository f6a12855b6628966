//! Whether a printed paper is genuine, for anybody: by the hash that stands on it, or by its file. Answers tell facts of
//! state alone, never what the paper says or of whom it is; nothing of what is sent is kept (docs/THREATS.md).

pub(crate) mod file;
pub(crate) mod hash;
pub(crate) mod pace;

use papers::known::{KnownPaper, Standing};
use serde::Serialize;
use sync_core::calendar::Day;
use utoipa::ToSchema;

use crate::error::ApiError;
use papers::PaperError;

/// What is said of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// Signed by all, and no later version was.
    Holds,
    /// Signed by all; a later version holds.
    Superseded,
    /// The mediation was given up.
    Withdrawn,
    /// Known here; somebody who has to sign has not.
    Incomplete,
    /// Nobody has signed such a content at this office.
    Unknown,
    /// The file was changed after it was written, or is damaged.
    Damaged,
    /// What was signed is genuine; the file around it is not as the office printed it, so its pages may say anything.
    Altered,
    /// What the file carries does not fit together, or not with this office's record.
    Forged,
    /// The file carries no proof: a scan, a photo, or a paper of something else.
    NotAPaper,
}

impl From<Standing> for Outcome {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Holds => Self::Holds,
            Standing::Superseded => Self::Superseded,
            Standing::Withdrawn => Self::Withdrawn,
            Standing::Incomplete => Self::Incomplete,
        }
    }
}

/// What the office knows of a paper.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaperFacts {
    outcome: Outcome,
    /// The whole hash, in hex; none where nothing is known by what was sent.
    hash: Option<String>,
    /// Which of the three papers: `record`, `oral` or `agreement`.
    form: Option<String>,
    /// The day on which the last of those who had to sign did, in China.
    #[schema(value_type = Option<String>)]
    effective_on: Option<Day>,
}

impl PaperFacts {
    fn of(known: KnownPaper) -> Self {
        Self {
            outcome: known.standing.into(),
            hash: Some(known.hash.to_string()),
            form: Some(known.form).filter(|form| !form.is_empty()),
            effective_on: known.complete_at.map(Day::of),
        }
    }

    const fn nothing(outcome: Outcome, hash: Option<String>) -> Self {
        Self {
            outcome,
            hash,
            form: None,
            effective_on: None,
        }
    }
}

fn failed(error: PaperError) -> ApiError {
    match error {
        PaperError::Store(error) => error.into(),
        PaperError::Blobs(error) => ApiError::unavailable(&error),
        other @ (PaperError::Unknown(_)
        | PaperError::UnknownTicket(_)
        | PaperError::Unsettled(_)
        | PaperError::StillOnAPhone(_)
        | PaperError::Render(_)) => ApiError::internal(&other),
    }
}
