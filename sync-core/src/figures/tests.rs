//! Figures of hand-made tickets, reckoned by hand, and laws over drawn ones.

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
            state: TicketState::Closed,
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

const RATED: [Measure; 2] = [Measure::Solved, Measure::Satisfied];

fn timed() -> Vec<Measure> {
    let all = Measure::ALL.iter().copied();
    all.filter(|measure| !RATED.contains(measure)).collect()
}

#[test]
fn two_hours_one_ten_and_fifteen_working_days_are_met_to_the_last_moment_and_not_after_it() {
    // After Friday the 18th come Sunday the 20th (worked on), 21 to 24, 28 to 30, the 8th and 9th of October (the tenth), the
    // 10th (a Saturday, worked on), 12 to 15 (the fifteenth).
    let measured = |contact: &str, told: &str, solved: &str| {
        let mut ticket = Ticket::new();
        ticket.assigned("2026-09-18 10:00");
        ticket.contacted(contact);
        ticket.told_both(told, Stage::Opinion);
        ticket.solved(solved);
        let read = ticket.read();
        Measure::ENTERPRISE.map(|measure| read.verdicts[&measure] == Verdict::Reached)
    };
    assert_eq!(
        measured("2026-09-18 12:00", "2026-09-20 23:59", "2026-10-09 23:59"),
        [true, true, true, true]
    );
    assert_eq!(
        measured("2026-09-18 12:01", "2026-09-21 0:00", "2026-10-10 0:00"),
        [false, false, false, true]
    );
    assert_eq!(
        measured("2026-09-18 12:01", "2026-09-21 0:00", "2026-10-16 0:00"),
        [false, false, false, false]
    );
}

#[test]
fn an_opinion_counts_once_everybody_had_it_and_a_direct_request_has_no_platform_to_tell() {
    let mut ticket = Ticket::new();
    ticket.assigned("2026-09-18 10:00");
    ticket.told("2026-09-18 16:00", Addressee::Requester, Stage::Opinion);
    assert_eq!(ticket.read().verdicts[&Measure::OneDay], Verdict::Missed);
    let first = ticket.past.first_mut().unwrap();
    first.kind = "received".to_owned();
    assert_eq!(ticket.read().verdicts[&Measure::OneDay], Verdict::Reached);
}

#[test]
fn an_extension_and_a_date_from_above_lengthen_no_term_of_the_figures() {
    let mut ticket = Ticket::new();
    ticket.assigned("2026-09-18 10:00");
    let until = at("2026-11-20 0:00");
    let task = ticket.does(
        "2026-09-19 10:00",
        Act::AskExtension {
            words: words(),
            until,
        },
    );
    let words = words();
    ticket.does("2026-09-19 11:00", Act::GrantExtension { task, words });
    ticket.solved("2026-11-10 10:00");
    let read = ticket.read();
    assert_eq!(read.verdicts[&Measure::InTime], Verdict::Reached);
    assert_eq!(read.verdicts[&Measure::TenDays], Verdict::Missed);
    assert_eq!(read.verdicts[&Measure::FifteenDays], Verdict::Missed);
}

#[test]
fn what_a_second_cycle_makes_good_changes_no_figure() {
    let before = Ticket::bad();
    let mut after = before.clone();
    after.assigned("2026-10-22 11:00");
    after.contacted("2026-10-22 11:30");
    after.told_both("2026-10-22 16:00", Stage::Result);
    after.called("2026-10-23 10:00", true, true);
    after.does("2026-10-23 11:00", Act::Close { words: words() });
    assert_eq!(before.read().verdicts, after.read().verdicts);
    let missed = with(&after.read(), Verdict::Missed);
    assert_eq!(missed, Measure::ALL);
}

#[test]
fn an_upheld_appeal_takes_out_what_it_was_against_and_nothing_else() {
    let upheld = |ticket: Ticket, cause: AppealCause| {
        let mut ticket = ticket;
        ticket.appealed("2026-10-25 9:00", cause, Some(Ruling::Upheld));
        let read = ticket.read();
        let out = with(&read, Verdict::LeftOut(LeftOut::AppealUpheld));
        assert_eq!(read.appeals[0].changed, out);
        out
    };
    assert_eq!(upheld(Ticket::bad(), AppealCause::BadRating), RATED);
    assert_eq!(upheld(Ticket::bad(), AppealCause::OverdueMark), timed());
    for cause in [AppealCause::ReturnRefused, AppealCause::WrongDispatch] {
        assert_eq!(upheld(Ticket::bad(), cause), Measure::ALL);
        assert_eq!(upheld(Ticket::good(), cause), Measure::ALL);
    }
    // What was good stays.
    for cause in [AppealCause::BadRating, AppealCause::OverdueMark] {
        assert_eq!(upheld(Ticket::good(), cause), []);
    }
}

#[test]
fn an_appeal_that_is_open_or_dismissed_changes_nothing() {
    for ruling in [None, Some(Ruling::Dismissed)] {
        let before = Ticket::bad();
        let mut after = before.clone();
        after.appealed("2026-10-25 9:00", AppealCause::BadRating, ruling);
        assert_eq!(before.read().verdicts, after.read().verdicts);
        assert_eq!(after.read().appeals[0].changed, []);
    }
}

#[test]
fn what_was_excluded_merged_void_or_returned_counts_nowhere_until_it_is_taken_back() {
    let out = |ticket: &Ticket, why: LeftOut| {
        assert_eq!(with(&ticket.read(), Verdict::LeftOut(why)), Measure::ALL);
    };
    let mut ticket = Ticket::bad();
    ticket.does("2026-10-25 9:00", Act::Exclude { words: words() });
    out(&ticket, LeftOut::Excluded);
    assert_eq!(ticket.read().excluded.unwrap().words, words());
    // Nothing is left for the appeal to change.
    ticket.appealed(
        "2026-10-25 9:00",
        AppealCause::BadRating,
        Some(Ruling::Upheld),
    );
    assert_eq!(ticket.read().appeals[0].changed, []);
    ticket.does("2026-10-26 9:00", Act::Include { words: words() });
    assert_eq!(ticket.read().appeals[0].changed, RATED);
    assert_eq!(ticket.read().excluded, None);

    let mut merged = Ticket::good();
    let into = person(7);
    let words = words();
    merged.does("2026-10-25 9:00", Act::Merge { into, words });
    out(&merged, LeftOut::Merged);
    for (state, why) in [
        (TicketState::Void, LeftOut::Void),
        (TicketState::Returned, LeftOut::Returned),
    ] {
        let mut ticket = Ticket::good();
        ticket.state = state;
        out(&ticket, why);
    }
}

#[test]
fn what_is_not_known_is_neither_good_nor_bad() {
    let unknown = |ticket: &Ticket, now: &str, measure: Measure| {
        let read = ticket.read_at(at(now));
        match read.verdicts[&measure] {
            Verdict::Unknown(why) => Some(why),
            Verdict::Reached | Verdict::Missed | Verdict::LeftOut(_) => None,
        }
    };
    let mut open = Ticket::new();
    open.state = TicketState::InProgress;
    // Nobody has it yet, then its two hours run, then they are over.
    assert_eq!(
        unknown(&open, "2026-09-18 9:30", Measure::TwoHours),
        Some(Unknown::Running)
    );
    open.assigned("2026-09-18 10:00");
    assert_eq!(
        unknown(&open, "2026-09-18 12:00", Measure::TwoHours),
        Some(Unknown::Running)
    );
    assert_eq!(unknown(&open, "2026-09-18 12:01", Measure::TwoHours), None);
    // Whoever never responds is late once it is due.
    assert_eq!(
        unknown(&open, "2026-10-09 23:59", Measure::Response),
        Some(Unknown::Running)
    );
    let read = open.read_at(at("2026-10-10 0:01"));
    assert_eq!(read.verdicts[&Measure::Response], Verdict::Missed);
    assert_eq!(
        unknown(&open, "2026-10-10 0:01", Measure::Solved),
        Some(Unknown::NotAsked)
    );
    let act = Act::Callback {
        means: Means::Phone,
        service: None,
        result: None,
        solved: None,
        not_asked: Some(NotAsked::NoAnswer),
        words: String::new(),
    };
    open.does("2026-10-13 9:00", act);
    assert_eq!(
        unknown(&open, "2026-10-13 9:30", Measure::Solved),
        Some(Unknown::NoAnswer)
    );
}

#[test]
fn only_enterprises_are_asked_for_the_terms_of_enterprises() {
    let mut ticket = Ticket::good();
    ticket.enterprise = false;
    let read = ticket.read();
    assert!(
        Measure::ENTERPRISE
            .iter()
            .all(|one| !read.verdicts.contains_key(one))
    );
    let mut sums = Sums::default();
    sums.add(&read);
    assert_eq!((sums.all.tickets, sums.enterprise.tickets), (1, 0));
}

#[test]
fn points_are_the_shares_by_their_weights_and_of_one_ticket_its_own() {
    let mut sum = Sum::default();
    for ticket in [Ticket::good(), Ticket::good(), Ticket::bad()] {
        sum.add(&ticket.read());
    }
    // 10 × 2/3 + 45 × 2/3 + 45 × 2/3 of 100.
    assert_eq!(sum.points(Weights::EXAMPLE), Some(67));
    let mut upheld = Ticket::bad();
    upheld.appealed(
        "2026-10-25 9:00",
        AppealCause::BadRating,
        Some(Ruling::Upheld),
    );
    let mut sum = Sum::default();
    for ticket in [Ticket::good(), Ticket::good(), upheld] {
        sum.add(&ticket.read());
    }
    // 10 × 2/3 + 45 × 2/2 + 45 × 2/2 of 100: 96.67.
    assert_eq!(sum.points(Weights::EXAMPLE), Some(97));
    assert_eq!(Sum::default().points(Weights::EXAMPLE), None);

    for ticket in [Ticket::good(), Ticket::bad()] {
        let mut sum = Sum::default();
        sum.add(&ticket.read());
        let due = at("2026-10-10 0:00");
        let own = Life::of(&ticket.past).score(Some(due), Weights::EXAMPLE);
        assert_eq!(sum.points(Weights::EXAMPLE), own.points);
    }
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
