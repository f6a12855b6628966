//! Mediations as the office sees them: the list, and one with its paper and its file; and who is invited to follow one.
//! Nobody decides on them here: where a mediation stands follows from what was signed.

pub(crate) mod list;
pub(crate) mod paper;
pub(crate) mod representatives;
pub(crate) mod show;

use serde::Serialize;
use sync_core::calendar::{Calendar, Day};
use sync_core::kinds::Kind;
use sync_core::kinds::mediation::performance::judicial_until;
use sync_core::lifecycle::MediationState;
use sync_core::{Id, Timestamp};
use utoipa::ToSchema;

use crate::auth::CurrentUser;
use crate::error::ApiError;
use store::Tx;
use store::documents::DocumentRow;

/// The paper of a committee, which alone a court confirms.
const AGREEMENT: &str = "agreement";

/// By when the parties may apply together for judicial confirmation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Judicial {
    /// The last day.
    #[schema(value_type = String)]
    until: Day,
    /// 24:00 of it.
    #[schema(value_type = i64)]
    at: Timestamp,
    /// The notice of that year is not in the calendar: the day may move.
    provisional: bool,
}

impl Judicial {
    /// Nothing before the effect, for a paper that no court confirms, and for what was given up.
    fn of(
        form: &str,
        standing: MediationState,
        effective_at: Option<Timestamp>,
        calendar: &Calendar,
    ) -> Option<Self> {
        let may_apply = form == AGREEMENT && standing != MediationState::GIVEN_UP;
        let due = judicial_until(effective_at.filter(|_| may_apply)?, calendar);
        Some(Self {
            until: due.day,
            at: due.at,
            provisional: due.provisional,
        })
    }
}

/// The document of a mediation that this person may see; 404 otherwise, whether or not it exists.
async fn visible(doc: Id, user: &CurrentUser, tx: &mut Tx) -> Result<DocumentRow, ApiError> {
    let missing = || ApiError::not_found("没有找到这条调解记录，请刷新列表。");
    let document = tx.find_document(user.tenant, doc).await?;
    let document = document.filter(|document| document.kind == Kind::MEDIATION);
    let document = document.ok_or_else(missing)?;
    if tx.sees_visit(user.tenant, user.person, doc).await? {
        Ok(document)
    } else {
        Err(missing())
    }
}
