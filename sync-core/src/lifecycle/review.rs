//! Where a document stands that the office reviews, and what moves it.

use super::ticket::TicketStep;
use crate::words;

words! {
    /// Where a reviewed document stands.
    pub enum ReviewState {
        /// The field writes it.
        Draft = "draft",
        /// It waits for the office.
        Submitted = "submitted",
        /// The office has accepted it; closed to the field.
        Approved = "approved",
        /// The field corrects it and submits again.
        Returned = "returned",
        /// The office has not accepted it; closed to the field.
        Rejected = "rejected",
        /// 作废: begun by mistake; nobody but the one who began it had written in it, and it was never handed in.
        Discarded = "discarded",
    }
}

words! {
    /// A mark that the field sets in a document. It moves the document; a note does not.
    pub enum Mark {
        /// Handed in.
        Submit = "submit",
        /// Taken back; of what was discarded, its undoing.
        Withdraw = "withdraw",
        /// 作废草稿: it should not have been begun.
        Discard = "discard",
    }
}

words! {
    /// What the office decides on a submitted document.
    pub enum Decision {
        /// Accepted and closed to the field.
        Approve = "approve",
        /// Not accepted.
        Reject = "reject",
        /// Corrected by the field and submitted again.
        Return = "return",
    }
}

impl ReviewState {
    /// Where every document begins.
    pub const FIRST: Self = Self::Draft;

    /// What lists and counts leave out unless it is asked for; the stories of tickets keep it.
    pub const LEFT_OUT: Self = Self::Discarded;

    /// Where the office may decide.
    pub const WAITING: Self = Self::Submitted;

    /// The order in which the office wants to see them: what waits for it first.
    pub const IN_ORDER_OF_WORK: [Self; 6] = [
        Self::Submitted,
        Self::Returned,
        Self::Approved,
        Self::Rejected,
        Self::Draft,
        Self::Discarded,
    ];

    /// Closed to the field: what comes in afterwards is kept and marked late.
    pub const fn is_decided(self) -> bool {
        matches!(self, Self::Approved | Self::Rejected)
    }

    /// Whether the field has handed it in at least once.
    pub const fn was_submitted(self) -> bool {
        !matches!(self, Self::Draft | Self::Discarded)
    }

    /// Whether lists and counts leave it out: it was begun by mistake.
    pub const fn is_discarded(self) -> bool {
        matches!(self, Self::Discarded)
    }

    /// Where a mark of the field leads from here; `None` if the document stays. Facts never undo a decision.
    pub const fn after(self, mark: Mark) -> Option<Self> {
        match (self, mark) {
            (Self::Draft | Self::Returned, Mark::Submit) => Some(Self::Submitted),
            (Self::Submitted | Self::Discarded, Mark::Withdraw) => Some(Self::Draft),
            (Self::Draft, Mark::Discard) => Some(Self::Discarded),
            (Self::Submitted | Self::Discarded, Mark::Submit)
            | (Self::Draft | Self::Returned, Mark::Withdraw)
            | (Self::Submitted | Self::Returned | Self::Discarded, Mark::Discard)
            | (Self::Approved | Self::Rejected, _) => None,
        }
    }

    /// What having come here means for the tickets of the document.
    pub const fn step(self) -> Option<TicketStep> {
        match self {
            Self::Draft => Some(TicketStep::Withdraw),
            Self::Submitted => Some(TicketStep::Submit),
            Self::Approved => Some(TicketStep::Approve),
            Self::Returned => Some(TicketStep::Return),
            Self::Rejected => Some(TicketStep::Reject),
            Self::Discarded => None,
        }
    }
}

impl Decision {
    /// Where the document stands afterwards.
    pub const fn state(self) -> ReviewState {
        match self {
            Self::Approve => ReviewState::Approved,
            Self::Reject => ReviewState::Rejected,
            Self::Return => ReviewState::Returned,
        }
    }

    /// Whether the field must be told why.
    pub const fn needs_words(self) -> bool {
        matches!(self, Self::Reject | Self::Return)
    }

    /// Whether it stands only on a record without disagreements and with its photos.
    pub const fn needs_a_whole_record(self) -> bool {
        matches!(self, Self::Approve)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mark_of_the_field_undoes_a_decision() {
        for state in ReviewState::ALL.iter().filter(|state| state.is_decided()) {
            for mark in Mark::ALL {
                assert_eq!(state.after(*mark), None);
            }
        }
    }

    #[test]
    fn returned_work_can_be_submitted_again_and_what_waits_or_was_discarded_can_be_taken_back() {
        assert_eq!(
            ReviewState::Returned.after(Mark::Submit),
            Some(ReviewState::WAITING)
        );
        let from = ReviewState::ALL
            .iter()
            .filter(|state| state.after(Mark::Withdraw).is_some());
        assert_eq!(
            from.collect::<Vec<_>>(),
            [&ReviewState::WAITING, &ReviewState::Discarded]
        );
    }

    #[test]
    fn only_a_draft_is_discarded() {
        let from = ReviewState::ALL
            .iter()
            .filter(|state| state.after(Mark::Discard).is_some());
        assert_eq!(from.collect::<Vec<_>>(), [&ReviewState::FIRST]);
        assert!(!ReviewState::Discarded.was_submitted());
    }

    #[test]
    fn every_decision_closes_or_returns() {
        for decision in Decision::ALL {
            let state = decision.state();
            assert!(state.is_decided() || state.after(Mark::Submit).is_some());
            assert!(state.was_submitted());
        }
        let mut ordered = ReviewState::IN_ORDER_OF_WORK;
        ordered.sort_unstable();
        assert_eq!(ordered[..], *ReviewState::ALL);
    }
}
