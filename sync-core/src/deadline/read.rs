//! Facts read from the events of a ticket.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most actions start, stop and push no clock"
)]

use super::facts::{Extension, Facts, Feedback, Given, Pause};
use super::profile::ClockKind;
use super::recorded::Recorded;
use crate::lifecycle::Act;
use crate::lifecycle::life::{Life, Past, Task, TaskKind, TaskState};
use crate::time::Timestamp;

/// What a ticket brought with it, and what the records under it tell: no event says this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// 派发.
    pub dispatched_at: Timestamp,
    /// The due date of the upper level.
    pub given_due_at: Option<Timestamp>,
    /// The first arrival among its visits.
    pub arrived: Option<Recorded>,
    /// When it ended, if it is over now: of tickets that came with their answer no event says it.
    pub closed_at: Option<Timestamp>,
}

impl Facts {
    /// Reads what clocks ask from the events, oldest first.
    ///
    /// A ticket that is worked on again (二次办理) begins anew: its clocks run from that moment, and what was done before
    /// counts for the cycle before.
    pub fn read(received: Received, past: &[Past]) -> Self {
        let life = Life::of(past);
        let mut facts = Self {
            dispatched_at: received.dispatched_at,
            given_due_at: received.given_due_at,
            arrived: received.arrived,
            ..Self::default()
        };
        for one in past {
            facts.add(one, &life);
        }
        let anew = life.cycle > 1;
        let began = facts.dispatched_at;
        facts.arrived = facts.arrived.filter(|arrived| !anew || arrived.at >= began);
        if facts.dropped_at.is_none() {
            facts.closed_at = facts.closed_at.or(received.closed_at);
        }
        // 办结并答复: the time of the office ends with the answer, not with the callback after it.
        let answered = life.answered.last().filter(|_| life.is_answered());
        facts.result_at = facts.result_at.or(answered.map(|answered| answered.at));
        facts.given = life.tasks.iter().filter_map(given).collect();
        facts.direct = !life.from_platform && past.iter().any(Past::is_direct);
        facts.proactive = life.proactive;
        facts.promises = life.tasks.iter().filter_map(promise).collect();
        facts
    }

    fn add(&mut self, past: &Past, life: &Life) {
        let at = past.at;
        if past.assigns() {
            // Whoever gets it later has no new time: the first one had it.
            self.assigned_at = self.assigned_at.or(Some(at));
        }
        let Some(act) = &past.act else { return };
        match act {
            Act::Contact {
                at: said,
                corrected,
                ..
            } => self.contacted(*said, *corrected, at),
            Act::GrantExtension { task, .. } => {
                let until = life.task(*task).and_then(|task| task.due_at);
                self.extensions
                    .extend(until.map(|until| Extension { at, until }));
            }
            Act::Hold { .. } => self.pauses.push(Pause {
                from: at,
                until: None,
            }),
            Act::Resume { .. } => self.resume(at),
            Act::SendFeedback { task, .. } => {
                let to = life.task(*task).and_then(|task| task.addressee);
                self.feedbacks.extend(to.map(|to| Feedback { to, at }));
            }
            Act::ConfirmResult { .. } => self.result_at = self.result_at.or(Some(at)),
            Act::ReturnUp { .. } => self.returned_at = Some(at),
            Act::ReturnRefused { .. } => self.returned_at = None,
            Act::Close { .. } | Act::ResolveAtDesk { .. } => self.closed_at = Some(at),
            Act::Cancel { .. } | Act::Merge { .. } => self.dropped_at = Some(at),
            Act::Unmerge { .. } => self.dropped_at = None,
            Act::Rework { .. } => {
                *self = Self {
                    dispatched_at: at,
                    assigned_at: self.assigned_at.map(|_| at),
                    arrived: self.arrived,
                    ..Self::default()
                }
            }
            _ => {}
        }
    }

    /// A phone's clock may run ahead; nobody called later than the hub heard of it.
    fn contacted(&mut self, said: Option<Timestamp>, corrected: bool, received_at: Timestamp) {
        let contact = match said {
            Some(said) => Recorded {
                at: said.min(received_at),
                received_at: Some(received_at),
                corrected,
            },
            None => Recorded::seen(received_at),
        };
        let first = self.first_contact.filter(|first| first.at <= contact.at);
        self.first_contact = Some(first.unwrap_or(contact));
    }

    fn resume(&mut self, at: Timestamp) {
        if let Some(pause) = self.pauses.last_mut() {
            pause.until = pause.until.or(Some(at));
        }
    }
}

/// A task that has a date of its own and that somebody here answers for.
fn given(task: &Task) -> Option<Given> {
    let kind = match task.kind {
        TaskKind::Help => ClockKind::CoTask,
        TaskKind::Supervision => ClockKind::Supervision,
        TaskKind::Appeal => ClockKind::Appeal,
        _ => return None,
    };
    // What was given back or is not wanted any more has no clock.
    if matches!(task.state, TaskState::Declined | TaskState::Waived) {
        return None;
    }
    Some(Given {
        kind,
        name: task.n.to_string(),
        from: task.opened.at,
        due_at: task.due_at?,
        // A supervision is met by its first answer, whatever becomes of that.
        met_at: task.turns.first().map(|turn| turn.done.at),
    })
}

/// What a party without an account is to do by a day. A new promise takes the place of the one before, and has its own time.
fn promise(task: &Task) -> Option<Given> {
    if task.kind != TaskKind::Outside || task.state == TaskState::Waived {
        return None;
    }
    let promised = task.turns.iter().rev();
    let mut promised = promised.filter(|turn| turn.state == TaskState::Open);
    let done = task.turns.iter().find(|turn| turn.state == TaskState::Done);
    Some(Given {
        kind: ClockKind::Promise,
        name: task.n.to_string(),
        from: promised.next().map_or(task.opened.at, |turn| turn.done.at),
        due_at: task.due_at?,
        met_at: done.map(|turn| turn.done.at),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::at;
    use super::*;
    use crate::ids::Id;
    use crate::lifecycle::act::{
        Addressee, Means, Outcome, Stage, SupervisionCause, SupervisionLevel,
    };

    /// Events at these moments, numbered from 1.
    fn past(events: Vec<(&str, Act)>) -> Vec<Past> {
        let numbered = (1..).zip(events);
        let event = |(n, (moment, act)): (i64, (&str, Act))| Past {
            n,
            at: at(moment),
            person: None,
            kind: act.action().as_str().to_owned(),
            act: Some(act),
            late: false,
        };
        numbered.map(event).collect()
    }

    fn received() -> Received {
        Received {
            dispatched_at: at("2026-11-23 9:00"),
            ..Received::default()
        }
    }

    fn words() -> String {
        "说明".to_owned()
    }

    fn assign() -> Act {
        Act::Assign {
            kind: "grid".to_owned(),
            to: Id::from_bytes([1; 16]),
            note: String::new(),
        }
    }

    fn contact(at: Option<Timestamp>) -> Act {
        Act::Contact {
            means: Means::Phone,
            words: String::new(),
            at,
            corrected: false,
        }
    }

    #[test]
    fn a_ticket_is_direct_if_no_upper_level_sent_it_and_stays_so_when_it_is_worked_on_again() {
        let first = |kind: &str| Past {
            n: 1,
            at: at("2026-11-23 9:00"),
            person: None,
            kind: kind.to_owned(),
            act: None,
            late: false,
        };
        let rework = |n| Past {
            n,
            ..past(vec![("2026-11-24 9:00", Act::Rework { words: words() })]).remove(0)
        };
        for (kind, direct) in [("received", true), ("imported", false)] {
            let facts = |past: &[Past]| Facts::read(received(), past).direct;
            assert_eq!(facts(&[first(kind)]), direct, "{kind}");
            assert_eq!(facts(&[first(kind), rework(2)]), direct, "{kind}");
        }
        assert!(!Facts::read(received(), &[]).direct);
    }

    #[test]
    fn whoever_gets_a_ticket_later_gets_no_new_time() {
        let events = past(vec![
            ("2026-11-23 10:00", assign()),
            ("2026-11-25 10:00", assign()),
        ]);
        let facts = Facts::read(received(), &events);
        assert_eq!(facts.assigned_at, Some(at("2026-11-23 10:00")));
    }

    #[test]
    fn a_call_counts_from_when_it_was_made_and_not_from_the_future() {
        let events = past(vec![
            ("2026-11-23 12:00", contact(Some(at("2026-11-23 10:30")))),
            ("2026-11-23 13:00", contact(None)),
        ]);
        let first = Facts::read(received(), &events).first_contact.unwrap();
        assert_eq!(
            (first.at, first.received_at),
            (at("2026-11-23 10:30"), Some(at("2026-11-23 12:00")))
        );
        let ahead = past(vec![(
            "2026-11-23 12:00",
            contact(Some(at("2026-12-23 10:30"))),
        )]);
        let first = Facts::read(received(), &ahead).first_contact.unwrap();
        assert_eq!(first.at, at("2026-11-23 12:00"));
    }

    #[test]
    fn only_what_was_granted_pushes_and_a_hold_lasts_until_work_goes_on() {
        let events = past(vec![
            (
                "2026-11-23 10:00",
                Act::AskExtension {
                    words: words(),
                    until: at("2026-12-04 0:00"),
                },
            ),
            (
                "2026-11-23 11:00",
                Act::AskExtension {
                    words: words(),
                    until: at("2026-12-08 0:00"),
                },
            ),
            (
                "2026-11-23 12:00",
                Act::Refuse {
                    task: 1,
                    words: words(),
                },
            ),
            (
                "2026-11-24 9:00",
                Act::GrantExtension {
                    task: 2,
                    words: words(),
                },
            ),
            (
                "2026-11-24 10:00",
                Act::AskHold {
                    words: words(),
                    plan: words(),
                    until: at("2026-12-31 0:00"),
                },
            ),
            (
                "2026-11-25 9:00",
                Act::Hold {
                    task: 5,
                    words: words(),
                },
            ),
        ]);
        let facts = Facts::read(received(), &events);
        let granted = Extension {
            at: at("2026-11-24 9:00"),
            until: at("2026-12-08 0:00"),
        };
        assert_eq!(facts.extensions, [granted]);
        assert_eq!(
            facts.pauses,
            [Pause {
                from: at("2026-11-25 9:00"),
                until: None
            }]
        );
        let mut resumed = events;
        resumed.extend(past(vec![(
            "2026-11-30 9:00",
            Act::Resume { words: words() },
        )]));
        let facts = Facts::read(received(), &resumed);
        assert_eq!(facts.pauses[0].until, Some(at("2026-11-30 9:00")));
    }

    #[test]
    fn a_feedback_counts_when_it_was_sent_not_when_it_was_written() {
        let draft = Act::DraftFeedback {
            addressee: Addressee::Requester,
            stage: Stage::Opinion,
            words: words(),
        };
        let send = Act::SendFeedback {
            task: 1,
            means: Means::Phone,
        };
        let events = past(vec![
            ("2026-11-23 10:00", draft),
            ("2026-11-24 10:00", send),
        ]);
        assert_eq!(Facts::read(received(), &events[..1]).feedbacks, []);
        let sent = Feedback {
            to: Addressee::Requester,
            at: at("2026-11-24 10:00"),
        };
        assert_eq!(Facts::read(received(), &events).feedbacks, [sent]);
    }

    #[test]
    fn a_co_task_and_a_supervision_bring_clocks_and_what_was_declined_does_not() {
        let help = |hour: &str| {
            let act = Act::AskHelp {
                unit: Id::from_bytes([2; 16]),
                words: words(),
                due_at: at("2026-11-26 17:00"),
            };
            (format!("2026-11-23 {hour}"), act)
        };
        let (first, second) = (help("10:00"), help("11:00"));
        let events = past(vec![
            (&first.0, first.1),
            (&second.0, second.1),
            (
                "2026-11-24 9:00",
                Act::HelpDeclined {
                    task: 1,
                    words: words(),
                },
            ),
            (
                "2026-11-24 10:00",
                Act::HelpDone {
                    task: 2,
                    words: words(),
                },
            ),
            (
                "2026-11-24 11:00",
                Act::Supervise {
                    level: SupervisionLevel::ALL[0],
                    cause: SupervisionCause::ALL[0],
                    words: words(),
                    due_at: at("2026-11-25 11:00"),
                },
            ),
        ]);
        let given = Facts::read(received(), &events).given;
        let told: Vec<_> = given
            .iter()
            .map(|one| (one.kind, one.name.as_str(), one.met_at))
            .collect();
        assert_eq!(
            told,
            [
                (ClockKind::CoTask, "2", Some(at("2026-11-24 10:00"))),
                (ClockKind::Supervision, "5", None),
            ]
        );
    }

    #[test]
    fn a_new_promise_takes_the_place_of_the_one_before_and_what_is_not_wanted_has_none() {
        let ask = Act::AskOutside {
            party: "供电局".to_owned(),
            contact: String::new(),
            words: words(),
            due_at: None,
        };
        let promised = |day: &str| Act::OutsidePromised {
            task: 1,
            due_at: at(day),
            words: String::new(),
        };
        let done = Act::OutsideDone {
            task: 1,
            words: words(),
        };
        let mut events = past(vec![
            ("2026-11-23 10:00", ask),
            ("2026-11-23 11:00", promised("2026-11-25 17:00")),
            ("2026-11-25 18:00", promised("2026-11-27 17:00")),
        ]);
        // Nobody said by when: nothing falls due.
        assert_eq!(Facts::read(received(), &events[..1]).promises, []);
        let first = &Facts::read(received(), &events[..2]).promises[0];
        assert_eq!(
            (first.name.as_str(), first.from, first.due_at),
            ("1", at("2026-11-23 11:00"), at("2026-11-25 17:00"))
        );
        let facts = Facts::read(received(), &events);
        let [second] = facts.promises.as_slice() else {
            panic!("one promise at a time: {facts:?}")
        };
        assert_eq!(
            (second.from, second.due_at, second.met_at),
            (at("2026-11-25 18:00"), at("2026-11-27 17:00"), None)
        );
        assert_eq!(facts.given, []);
        events.extend(past(vec![("2026-11-26 9:00", done)]));
        let kept = Facts::read(received(), &events).promises;
        assert_eq!(kept[0].met_at, Some(at("2026-11-26 9:00")));
        let mut waived = events[..2].to_vec();
        waived.extend(past(vec![(
            "2026-11-24 9:00",
            Act::HelpWaived {
                task: 1,
                words: words(),
            },
        )]));
        assert_eq!(Facts::read(received(), &waived).promises, []);
    }

    #[test]
    fn work_begun_anew_has_its_own_time_and_its_own_result() {
        let confirmed = Act::ConfirmResult {
            outcome: Outcome::Solved,
            by: "李*".to_owned(),
            words: words(),
        };
        let received = Received {
            given_due_at: Some(at("2026-11-25 17:00")),
            arrived: Some(Recorded::seen(at("2026-11-23 10:30"))),
            ..received()
        };
        let events = past(vec![
            ("2026-11-23 10:00", assign()),
            ("2026-11-24 10:00", confirmed),
            ("2026-12-01 10:00", Act::Rework { words: words() }),
        ]);
        let first = Facts::read(received, &events[..2]);
        assert_eq!(first.result_at, Some(at("2026-11-24 10:00")));
        assert!(first.arrived.is_some());
        let again = Facts::read(received, &events);
        assert_eq!(again.dispatched_at, at("2026-12-01 10:00"));
        assert_eq!(
            (
                again.assigned_at,
                again.given_due_at,
                again.result_at,
                again.arrived
            ),
            (Some(at("2026-12-01 10:00")), None, None, None)
        );
    }

    #[test]
    fn what_was_dropped_or_merged_met_nothing() {
        let cancel = Act::Cancel { words: words() };
        let merge = Act::Merge {
            into: Id::from_bytes([9; 16]),
            words: words(),
        };
        for act in [cancel, merge] {
            let received = Received {
                closed_at: Some(at("2026-11-23 10:00")),
                ..received()
            };
            let facts = Facts::read(received, &past(vec![("2026-11-23 10:00", act)]));
            let now = at("2026-12-23 10:00");
            let result = super::super::tests::clock(
                &super::super::tests::profile("general_5wd"),
                ClockKind::Result,
                &facts,
                now,
            );
            assert_eq!(result.state, crate::deadline::ClockState::Stopped);
        }
    }

    #[test]
    fn a_return_that_the_upper_level_refused_was_none() {
        let mut events = past(vec![("2026-11-24 9:00", Act::ReturnUp { words: words() })]);
        let returned = Facts::read(received(), &events).returned_at;
        assert_eq!(returned, Some(at("2026-11-24 9:00")));
        events.extend(past(vec![(
            "2026-11-25 9:00",
            Act::ReturnRefused { words: words() },
        )]));
        assert_eq!(Facts::read(received(), &events).returned_at, None);
    }
}
