//! Where a visit stands after new facts, and what that means for its tickets.

use store::visits::VisitState;
use sync_core::lifecycle::{Mark, ReviewState, TicketStep};
use sync_core::summary::Summary;

use crate::kinds::Told;

/// Where a visit stands after new facts. Facts submit and withdraw; they never undo a decision, and a mark that was
/// made without knowledge of a decision counts as made before it, however late it arrives. A record that lacks what its
/// form requires is not submitted by its mark; once nothing is missing, the same mark submits it.
///
/// A draft is discarded by the one who alone has written in it (`alone`), and as long as it is so: what somebody else wrote,
/// whether they knew of the discarding or not, makes it a draft again.
pub(super) fn next(
    before: &VisitState,
    summary: &Summary,
    (incomplete, alone): (bool, bool),
    seq: i64,
) -> VisitState {
    let mut after = before.clone();
    if before.decided_seq == 0 {
        after.decided_seq = seq;
    }
    if before.state.is_decided() {
        after.late = true;
        return after;
    }
    let mark = summary
        .mark
        .as_ref()
        .filter(|_| i64::from(summary.mark_answers) >= before.decisions)
        .filter(|(_, at)| Some(*at) != before.submitted_at);
    let mark = mark.and_then(|(word, at)| Mark::parse(word).map(|mark| (mark, *at)));
    let mark = mark.filter(|(mark, _)| !(incomplete && *mark == Mark::Submit));
    let discards = is_discard(summary) && alone && before.submitted_at.is_none();
    let mark = mark.filter(|(mark, _)| discards || *mark != Mark::Discard);
    if before.state.is_discarded() && !discards {
        after.state = ReviewState::FIRST;
        after.decided_seq = seq;
    }
    if let Some((mark, at)) = mark {
        if mark == Mark::Submit {
            after.submitted_at = Some(at);
        }
        if let Some(state) = after.state.after(mark) {
            after.state = state;
            after.decided_seq = seq;
        }
    }
    after
}

/// What the move means for the state of the visit's tickets, with the name of the ticket's event.
pub(super) fn steps(
    begun: bool,
    before: &VisitState,
    after: &VisitState,
) -> Vec<(TicketStep, &'static str)> {
    let begun = begun.then_some(TicketStep::Begin);
    // A draft that is taken up again was none of what its tickets wait for.
    let resumed = before.state.is_discarded() && !after.state.was_submitted();
    let moved = (after.state != before.state && !resumed).then(|| after.state.step());
    let steps = begun.into_iter().chain(moved.flatten());
    steps
        .filter_map(|step| event(step).map(|event| (step, event)))
        .collect()
}

/// Whether the last mark discards the visit.
pub(super) fn is_discard(summary: &Summary) -> bool {
    let mark = summary.mark.as_ref();
    mark.is_some_and(|(word, _)| Mark::parse(word) == Some(Mark::Discard))
}

/// What the stories of its tickets tell beside that: a draft was discarded, or taken up again.
pub(super) fn told(before: &VisitState, after: &VisitState) -> Option<Told> {
    let was = before.state.is_discarded();
    let is = after.state.is_discarded();
    match (was, is) {
        (false, true) => Some(("visit_discarded", serde_json::json!({}))),
        (true, false) => Some(("visit_restored", serde_json::json!({}))),
        (true, true) | (false, false) => None,
    }
}

/// The name of the ticket's event; `None` for what only the office does.
const fn event(step: TicketStep) -> Option<&'static str> {
    match step {
        TicketStep::Begin => Some("visit_begun"),
        TicketStep::Submit => Some("visit_submitted"),
        TicketStep::Withdraw => Some("visit_withdrawn"),
        TicketStep::Approve
        | TicketStep::Assign
        | TicketStep::Cancel
        | TicketStep::Close
        | TicketStep::Reject
        | TicketStep::Return => None,
    }
}
