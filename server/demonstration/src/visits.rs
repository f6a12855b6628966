//! The visits of the demonstration: phones that write without signal, meet at the office, and disagree.

mod broadband;
mod find;
mod market;
mod small;
mod stairwells;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;
use sync_core::{Id, Timestamp};

use super::cases;
use super::cast::People;
use super::error::DemoError;
use super::story::{REVIEWER, Story};
use hub::app::App;
use hub::telemetry::RequestId;
use hub::visits::review;
use store::tickets::TicketRow;
use tables::street::Street;

/// What a visit needs to be told.
struct Scene<'a> {
    story: &'a Story<'a>,
    people: &'a People,
    ticket: TicketRow,
}

/// Records every visit whose ticket has none yet; gives their number.
pub(super) async fn visits(
    street: &Street,
    people: &People,
    now: Timestamp,
    app: &App,
) -> Result<usize, DemoError> {
    let story = Story::of(street, app);
    let mut recorded = 0;
    for no in [
        cases::STAIRWELLS,
        cases::MARKET,
        cases::BROADBAND,
        cases::WASTE,
        cases::MANHOLE,
    ] {
        let ticket = story.ticket(no).await?.row;
        if ticket.visits > 0 || ticket.status.is_over() {
            continue;
        }
        let scene = Scene {
            story: &story,
            people,
            ticket,
        };
        match no {
            cases::STAIRWELLS => stairwells::tell(&scene).await?,
            cases::MARKET => market::tell(&scene).await?,
            cases::BROADBAND => broadband::tell(&scene).await?,
            cases::WASTE => small::draft(&scene, now).await?,
            _ => small::waiting_for_a_photo(&scene).await?,
        }
        recorded += 1;
    }
    recorded += usize::from(find::tell(&story, people, now).await?);
    Ok(recorded)
}

impl Scene<'_> {
    /// So many minutes after the ticket was dispatched.
    fn at(&self, minutes: i64) -> Timestamp {
        self.ticket.dispatched_at.plus_millis(minutes * 60_000)
    }

    /// The office decides on a visit.
    async fn review(&self, doc: Id, at: Timestamp, mut decision: Value) -> Result<(), DemoError> {
        self.story.app().clock().set(at);
        let user = self.story.user(REVIEWER, self.people).await?;
        let mut tx = self.story.app().store().read().await?;
        let read = tx.find_document(user.tenant, doc).await?;
        drop(tx);
        // The office has read the record to its end.
        if let Some(fields) = decision.as_object_mut() {
            let seen = read.map_or(0, |document| document.changed_seq);
            fields.insert("seen".to_owned(), seen.into());
        }
        let request: review::ReviewRequest = serde_json::from_value(decision)
            .map_err(|error| DemoError::Story(error.to_string()))?;
        let app = State(self.story.app().clone());
        let _ = review::review(app, user, RequestId::default(), Path(doc), Json(request)).await?;
        Ok(())
    }
}
