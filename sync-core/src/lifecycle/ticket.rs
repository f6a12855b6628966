//! Where a ticket stands, and the steps that move it.

use crate::words;

words! {
    /// Where a ticket stands.
    #[derive(Default)]
    pub enum TicketState {
        /// 待签收: nobody has looked at it yet.
        #[default]
        New = "new",
        /// 已签收: the office has taken it, and nobody has it yet.
        Accepted = "accepted",
        /// 已交办: somebody has it.
        Assigned = "assigned",
        /// 办理中: work on it has begun.
        InProgress = "in_progress",
        /// 挂账: put off to a day that was agreed; its time stands still.
        OnHold = "on_hold",
        /// 待审核: a record of it, or a report that it is done, waits for the office.
        PendingReview = "pending_review",
        /// 待反馈: the office has approved the work.
        Reviewed = "reviewed",
        /// 已反馈: everybody who had to be answered was.
        Replied = "replied",
        /// 办结: it is over.
        Closed = "closed",
        /// 已退单: it went back to the upper level as not ours.
        Returned = "returned",
        /// 作废: it should never have been.
        Void = "void",
    }
}

words! {
    /// What moves a ticket. Facts of the field begin work, ask for review and take that back, nothing more.
    pub enum TicketStep {
        /// It was given to somebody.
        Assign = "assign",
        /// The first record under it came in.
        Begin = "begin",
        /// A record of it was submitted.
        Submit = "submit",
        /// The last submitted record of it was taken back.
        Withdraw = "withdraw",
        /// The office approved a record of it.
        Approve = "approve",
        /// The office returned a record of it.
        Return = "return",
        /// The office rejected a record of it.
        Reject = "reject",
        /// It was settled before anybody went there.
        Close = "close",
        /// It should never have been.
        Cancel = "cancel",
    }
}

/// From where a step leads, and where to. A ticket that stands elsewhere stays where it is.
const STEPS: &[(TicketStep, &[TicketState], TicketState)] = {
    use TicketState::{Accepted, Assigned, Closed, InProgress, New, PendingReview, Reviewed, Void};
    &[
        (TicketStep::Assign, &[New, Accepted], Assigned),
        (TicketStep::Begin, &[New, Accepted, Assigned], InProgress),
        (TicketStep::Submit, &[InProgress, Assigned], PendingReview),
        (TicketStep::Withdraw, &[PendingReview], InProgress),
        (TicketStep::Approve, &[PendingReview, InProgress], Reviewed),
        (TicketStep::Return, &[PendingReview, InProgress], InProgress),
        (TicketStep::Reject, &[PendingReview, InProgress], InProgress),
        (TicketStep::Close, &[New, Accepted, Assigned], Closed),
        (TicketStep::Cancel, &[New, Accepted, Assigned], Void),
    ]
};

impl TicketState {
    /// Where every ticket begins.
    pub const FIRST: Self = Self::New;

    /// Where the office has agreed that it is done: what came of it may go out.
    pub const AGREED: Self = Self::Reviewed;

    /// Where nobody has been given it yet.
    pub const UNGIVEN: [Self; 2] = [Self::New, Self::Accepted];

    /// Where its time stands still.
    pub const PUT_OFF: Self = Self::OnHold;

    /// Where it waits for the callback.
    pub const TO_BE_CALLED: Self = Self::Replied;

    /// Where a ticket stands that came in with its answer: nothing is left to do.
    pub const ANSWERED: Self = Self::Closed;

    /// Where nothing is left to do: no deadline runs, nobody is given the ticket.
    pub const OVER: [Self; 3] = [Self::Closed, Self::Returned, Self::Void];

    /// Whether nothing is left to do.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Returned | Self::Void)
    }

    /// 作废: it should never have been.
    pub const fn is_cancelled(self) -> bool {
        matches!(self, Self::Void)
    }

    /// 退单: the upper level has it again.
    pub const fn is_taken_back(self) -> bool {
        matches!(self, Self::Returned)
    }

    /// Where the step leads from here; `None` if the ticket stays where it is.
    pub fn after(self, step: TicketStep) -> Option<Self> {
        let (_, from, to) = STEPS.iter().find(|(known, ..)| *known == step)?;
        from.contains(&self).then_some(*to)
    }
}

impl TicketStep {
    /// From where it leads on.
    pub fn from(self) -> &'static [TicketState] {
        let step = STEPS.iter().find(|(known, ..)| *known == self);
        step.map_or(&[], |(_, from, _)| from)
    }

    /// Where it leads.
    pub fn to(self) -> Option<TicketState> {
        let step = STEPS.iter().find(|(known, ..)| *known == self);
        step.map(|(.., to)| *to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_leads_somewhere_once() {
        for step in TicketStep::ALL {
            assert_eq!(STEPS.iter().filter(|(known, ..)| known == step).count(), 1);
            for from in step.from() {
                assert_eq!(from.after(*step), step.to());
            }
        }
    }

    #[test]
    fn what_is_over_stays_over_whatever_the_field_sends() {
        for state in TicketState::OVER {
            assert!(state.is_over());
            for step in TicketStep::ALL {
                assert_eq!(state.after(*step), None);
            }
        }
        let over = TicketState::ALL.iter().filter(|state| state.is_over());
        assert_eq!(over.count(), TicketState::OVER.len());
    }

    #[test]
    fn a_word_names_one_state() {
        for state in TicketState::ALL {
            assert_eq!(TicketState::parse(state.as_str()), Some(*state));
        }
        assert_eq!(TicketState::parse("lost"), None);
    }
}
