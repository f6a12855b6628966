//! A visit as one story: the record with where it stands and what the office decided on it.

pub(super) mod preview;
mod used;

use serde::Serialize;
use sync_core::form::Sheet;
use sync_core::kinds::Kind;
use sync_core::kinds::visit::filled;
use sync_core::lifecycle::ReviewState;
use sync_core::protocol::Pin;
use sync_core::record::Record;
use sync_core::{Id, Timestamp};
use utoipa::ToSchema;

use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::PersonName;
use crate::records::contacts::Contacts;
use crate::records::story::{self, RecordStory, load};
use crate::records::witness::Witness;
use store::Tx;
use store::documents::DocumentRow;

/// A decision of the office.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewStory {
    #[schema(value_type = String)]
    id: Id,
    decision: String,
    reason: String,
    remark: String,
    #[schema(value_type = Vec<Object>)]
    pins: Vec<Pin>,
    by: Option<PersonName>,
    #[schema(value_type = i64)]
    at: Timestamp,
}

/// A visit, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitStory {
    #[serde(flatten)]
    pub(super) record: RecordStory,
    state: String,
    /// The form in force with its questions, what is missing by it (`missing`), and answers that it has no question for
    /// (`gone`); null for a record of another kind.
    #[schema(value_type = Option<Object>)]
    form: Option<Sheet>,
    /// Something came in after the decision.
    late: bool,
    #[schema(value_type = Option<i64>)]
    submitted_at: Option<Timestamp>,
    reviews: Vec<ReviewStory>,
    /// Changes that came in after the last decision.
    late_changes: Vec<String>,
    /// Other visits in which its photos were used, by what the hub sees in the files.
    photos_used: Vec<used::PhotoUse>,
}

/// Tells somebody the story of a visit.
pub(super) async fn tell(
    document: &DocumentRow,
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<VisitStory, ApiError> {
    let segments = tx.list_segments(document.tenant, document.id).await?;
    let merged = load(document, &segments)?;
    let witness = Witness::of(document, &merged, &segments, tx).await?;
    let merged_record = Record::of(&merged);
    let forms = tx.load_forms(document.tenant).await?;
    let filled = filled(&merged_record);
    let form = Sheet::of(&forms, &filled, &filled, &merged_record);
    let form = form.filter(|_| document.kind == Kind::VISIT);
    let record = story::tell(document, &merged_record, &witness, &Contacts::Sealed, tx).await?;
    let state = tx.find_visit_state(document.tenant, document.id).await?;
    let (state, late, submitted_at, decided) = state.map_or_else(
        || (ReviewState::FIRST, false, None, 0),
        |state| {
            (
                state.state,
                state.late,
                state.submitted_at,
                state.decided_seq,
            )
        },
    );
    let reviews = reviews(document, &witness, tx).await?;
    // By the hub's order, not by its clock: what was received before a decision may be admitted after it.
    let late_changes = if late {
        witness.since(decided)
    } else {
        Vec::new()
    };
    Ok(VisitStory {
        record,
        state: state.as_str().to_owned(),
        form,
        late,
        submitted_at,
        reviews,
        late_changes,
        photos_used: used::load(document, user, tx).await?,
    })
}

async fn reviews(
    document: &DocumentRow,
    witness: &Witness<'_>,
    tx: &mut Tx,
) -> Result<Vec<ReviewStory>, ApiError> {
    let mut stories = Vec::new();
    for review in tx.list_reviews(document.tenant, document.id).await? {
        stories.push(ReviewStory {
            id: review.id,
            decision: review.decision,
            reason: review.reason,
            remark: review.remark,
            pins: review.pins,
            by: witness.people.get(&review.person).cloned(),
            at: review.at,
        });
    }
    Ok(stories)
}
