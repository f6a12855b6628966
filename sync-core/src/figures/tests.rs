//! Hand-made tickets, and laws of figures over drawn ones.

mod by_hand;

use super::*;
use crate::calendar::{Calendar, Day};
use crate::chance::Chance;
use crate::deadline::{Profile, Received};
use crate::ids::Id;
use crate::lifecycle::TicketState;
use crate::lifecycle::act::{
    Act, Addressee, AppealCause, Means, NotAsked, Outcome, Ruling, Satisfaction, Stage,
};
use crate::lifecycle::life::{Life, Past, Weights};
use crate::time::Timestamp;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// `2026-09-18 15:00` in China.
fn at(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap();
    let (hour, minute) = time.split_once(':').unwrap();
    let number = |text: &str| text.parse::<i64>().unwrap();
    let day = Day::parse(day).unwrap().start();
    day.plus_millis(number(hour) * HOUR + number(minute) * 60_000)
}

fn person(number: u8) -> Id {
    Id::from_bytes([number; 16])
}

/// A ticket of an enterprise from the platform, dispatched on Friday the 18th of September 2026 at 9:00.
#[derive(Clone)]
struct Ticket {
    past: Vec<Past>,
    state: TicketState,
    enterprise: bool,
    holder: Option<Holder>,
}

impl Ticket {
    fn new() -> Self {
        let mut ticket = Self {
            past: Vec::new(),
            state: TicketState::ANSWERED,
            enterprise: true,
            holder: Some(Holder::Unit(person(1))),
        };
        ticket.push(at("2026-09-18 9:00"), "imported", None);
        ticket
    }

    fn push(&mut self, at: Timestamp, kind: &str, act: Option<Act>) -> i64 {
        let n = i64::try_from(self.past.len()).unwrap() + 1;
        self.past.push(Past {
            n,
            at,
            person: Some(person(9)),
            kind: kind.to_owned(),
            act,
            late: false,
        });
        n
    }

    fn does(&mut self, moment: &str, act: Act) -> i64 {
        let kind = act.action().as_str();
        self.push(at(moment), kind, Some(act))
    }

    fn assigned(&mut self, moment: &str) -> i64 {
        let act = Act::Assign {
            kind: "section".to_owned(),
            to: person(1),
            note: String::new(),
        };
        self.does(moment, act)
    }

    fn contacted(&mut self, moment: &str) {
        let act = Act::Contact {
            means: Means::Phone,
            words: String::new(),
            at: None,
            corrected: false,
        };
        self.does(moment, act);
    }

    fn told(&mut self, moment: &str, addressee: Addressee, stage: Stage) {
        let task = self.does(
            moment,
            Act::DraftFeedback {
                addressee,
                stage,
                words: words(),
            },
        );
        self.does(moment, Act::ApproveFeedback { task });
        let means = Means::Phone;
        self.does(moment, Act::SendFeedback { task, means });
    }

    fn told_both(&mut self, moment: &str, stage: Stage) {
        for to in Addressee::ALL {
            self.told(moment, *to, stage);
        }
    }

    fn solved(&mut self, moment: &str) {
        let act = Act::ConfirmResult {
            outcome: Outcome::Solved,
            by: words(),
            words: words(),
        };
        self.does(moment, act);
    }

    fn called(&mut self, moment: &str, solved: bool, satisfied: bool) {
        let said = if satisfied {
            Satisfaction::Fair
        } else {
            Satisfaction::Dissatisfied
        };
        let act = Act::Callback {
            means: Means::Phone,
            service: Some(Satisfaction::Satisfied),
            result: Some(said),
            solved: Some(solved),
            not_asked: None,
            words: String::new(),
        };
        self.does(moment, act);
    }

    fn appealed(&mut self, moment: &str, cause: AppealCause, ruling: Option<Ruling>) {
        let task = self.does(
            moment,
            Act::Appeal {
                cause,
                words: words(),
                due_at: at("2026-12-01 9:00"),
            },
        );
        if let Some(ruling) = ruling {
            let words = words();
            let act = Act::DecideAppeal {
                task,
                ruling,
                words,
            };
            self.does(moment, act);
        }
    }

    /// Everything in time, solved and satisfied.
    fn good() -> Self {
        let mut ticket = Self::new();
        ticket.assigned("2026-09-18 10:00");
        ticket.contacted("2026-09-18 11:00");
        ticket.told_both("2026-09-18 16:00", Stage::Opinion);
        ticket.solved("2026-09-25 10:00");
        ticket.told_both("2026-09-25 11:00", Stage::Result);
        ticket.called("2026-09-26 10:00", true, true);
        ticket.does("2026-09-26 11:00", Act::Close { words: words() });
        ticket
    }

    /// Late in everything, not solved, not satisfied.
    fn bad() -> Self {
        let mut ticket = Self::new();
        ticket.assigned("2026-09-18 10:00");
        ticket.contacted("2026-10-20 10:00");
        ticket.told_both("2026-10-21 10:00", Stage::Result);
        ticket.called("2026-10-22 10:00", false, false);
        ticket.does("2026-10-22 10:00", Act::Rework { words: words() });
        ticket
    }

    fn read_at(&self, now: Timestamp) -> Read {
        let profiles = Profile::shipped();
        let id = if self.enterprise {
            crate::deadline::ENTERPRISE
        } else {
            crate::deadline::GENERAL
        };
        let profile = profiles.iter().find(|one| one.id == id);
        let subject = Subject {
            state: self.state,
            enterprise: self.enterprise,
            received: Received {
                dispatched_at: at("2026-09-18 9:00"),
                ..Received::default()
            },
            profile,
            told_in_time: None,
            holder: self.holder,
        };
        let calendar = Calendar::shipped();
        Read::of(&self.past, &subject, &Yardstick::default(), &calendar, now)
    }

    fn read(&self) -> Read {
        self.read_at(at("2026-12-31 9:00"))
    }
}

fn words() -> String {
    "说明".to_owned()
}

/// The measures with this verdict, in their order.
fn with(read: &Read, wanted: Verdict) -> Vec<Measure> {
    let all = read.verdicts.iter();
    let with = all.filter(|(_, verdict)| **verdict == wanted);
    with.map(|(measure, _)| *measure).collect()
}

/// A ticket to which all kinds of things happened.
fn drawn(chance: &mut Chance) -> Ticket {
    let mut ticket = Ticket::new();
    ticket.enterprise = chance.one_in(2);
    let states = TicketState::ALL;
    let index = |chance: &mut Chance, length: usize| {
        usize::try_from(chance.below(u64::try_from(length).unwrap())).unwrap()
    };
    ticket.state = states[index(chance, states.len())];
    ticket.holder = match chance.below(3) {
        0 => None,
        1 => Some(Holder::Unit(person(
            1 + u8::try_from(chance.below(3)).unwrap(),
        ))),
        _ => Some(Holder::Person(person(8), Some(person(2)))),
    };
    let mut moment = at("2026-09-18 9:00");
    for _ in 0..chance.below(14) {
        let step = i64::try_from(chance.below(u64::try_from(4 * DAY).unwrap())).unwrap();
        moment = moment.plus_millis(step);
        let day = Day::of(moment);
        let text = format!("{day} 12:00");
        match chance.below(12) {
            0 | 1 => {
                ticket.assigned(&text);
            }
            2 | 3 => ticket.contacted(&text),
            4 => ticket.told_both(&text, Stage::Opinion),
            5 => ticket.told_both(&text, Stage::Result),
            6 => ticket.solved(&text),
            7 => {
                let (solved, satisfied) = (chance.one_in(2), chance.one_in(2));
                ticket.called(&text, solved, satisfied);
            }
            8 => {
                let causes = AppealCause::ALL;
                let cause = causes[index(chance, causes.len())];
                let ruling = [None, Some(Ruling::Upheld), Some(Ruling::Dismissed)];
                let ruling = ruling[index(chance, 3)];
                ticket.appealed(&text, cause, ruling);
            }
            9 => {
                ticket.does(&text, Act::Rework { words: words() });
            }
            10 => {
                ticket.does(&text, Act::Exclude { words: words() });
            }
            _ => {
                ticket.does(&text, Act::Include { words: words() });
            }
        }
    }
    ticket
}

#[test]
fn the_same_events_give_the_same_figures_in_whatever_order_tickets_are_read() {
    for seed in 0..40 {
        let mut chance = Chance::new(seed, 1);
        let mut tickets: Vec<Ticket> = (0..30).map(|_| drawn(&mut chance)).collect();
        let sums = |tickets: &[Ticket]| {
            let mut sums = Sums::default();
            for ticket in tickets {
                sums.add(&ticket.read_at(at("2026-11-01 12:00")));
            }
            sums
        };
        let before = sums(&tickets);
        for last in (1..tickets.len()).rev() {
            let other = chance.below(u64::try_from(last).unwrap() + 1);
            tickets.swap(last, usize::try_from(other).unwrap());
        }
        assert_eq!(before, sums(&tickets), "seed {seed}");
        every_ticket_is_in_one_part(&before);
    }
}

/// Nothing is counted twice or lost: numerator within denominator, and denominator, unknown and left out are all.
fn every_ticket_is_in_one_part(sums: &Sums) {
    let groups = [&sums.units, &sums.workers];
    for sum in groups.iter().flat_map(|group| group.values()) {
        for (measure, figure) in &sum.figures {
            assert!(figure.reached <= figure.counted);
            if !Measure::ENTERPRISE.contains(measure) {
                assert_eq!(figure.all(), sum.tickets);
            }
        }
    }
    for group in groups {
        let tickets: u64 = group.values().map(|sum| sum.tickets).sum();
        assert_eq!(tickets, sums.all.tickets);
    }
    for figure in sums.enterprise.figures.values() {
        assert_eq!(figure.all(), sums.enterprise.tickets);
    }
}
