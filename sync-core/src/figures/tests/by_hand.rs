//! Each rule of figures on a ticket of its own, reckoned by hand.

use super::*;

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
    let [_, returned, void] = TicketState::OVER;
    for (state, why) in [(void, LeftOut::Void), (returned, LeftOut::Returned)] {
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
    open.state = TicketState::FIRST;
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

#[test]
fn what_a_patrol_found_counts_apart_and_moves_no_rate() {
    let mut found = Ticket::good();
    found.enterprise = false;
    let first = found.past.first_mut().unwrap();
    first.kind = crate::lifecycle::life::FOUND.to_owned();
    let read = found.read();
    assert_eq!(
        read.verdicts.keys().copied().collect::<Vec<_>>(),
        [Measure::InTime]
    );
    let of = |tickets: &[&Ticket]| {
        let mut sums = Sums::default();
        for ticket in tickets {
            sums.add(&ticket.read());
        }
        sums
    };
    let (bad, both) = (Ticket::bad(), of(&[&Ticket::bad(), &found]));
    let without = of(&[&bad]);
    assert_eq!(both.proactive.tickets, 1);
    assert_eq!(
        (both.all, both.enterprise, both.units, both.workers),
        (
            without.all,
            without.enterprise,
            without.units,
            without.workers
        )
    );
}
