//! When levels begin, and what is left.

use super::*;

#[test]
fn levels_begin_at_half_of_the_time_on_the_last_working_day_and_when_it_is_over() {
    let general = profile("general_5wd");
    // Wednesday to the next Wednesday: five working days, with a weekend between.
    let facts = dispatched("2026-11-18 17:30");
    for (now, level) in [
        ("2026-11-18 17:30", Level::Green),
        ("2026-11-23 5:29", Level::Green),
        ("2026-11-23 5:30", Level::Blue),
        ("2026-11-24 17:29", Level::Blue),
        ("2026-11-24 17:30", Level::Yellow),
        ("2026-11-25 23:59", Level::Yellow),
        ("2026-11-26 0:00", Level::Red),
        ("2026-11-26 23:59", Level::Red),
        ("2026-11-27 0:00", Level::Purple),
        ("2026-12-27 0:00", Level::Purple),
    ] {
        assert_eq!(result(&general, &facts, now).level, Some(level), "{now}");
    }
}

#[test]
fn of_two_hours_the_last_half_hour_is_yellow() {
    let enterprise = profile("enterprise_2110");
    let facts = assigned("2026-10-03 20:00", "2026-10-03 20:00");
    for (now, level) in [
        ("2026-10-03 20:59", Level::Green),
        ("2026-10-03 21:00", Level::Blue),
        ("2026-10-03 21:29", Level::Blue),
        ("2026-10-03 21:30", Level::Yellow),
        ("2026-10-03 22:00", Level::Yellow),
        ("2026-10-03 22:01", Level::Red),
        // The first working day after the holiday has passed.
        ("2026-10-08 23:59", Level::Red),
        ("2026-10-09 0:00", Level::Purple),
    ] {
        let arrival = clock(&enterprise, ClockKind::Arrival, &facts, at(now));
        assert_eq!(arrival.level, Some(level), "{now}");
    }
}

#[test]
fn a_timer_that_wakes_at_the_next_change_sees_every_level_once() {
    let enterprise = profile("enterprise_2110");
    let facts = assigned("2026-09-18 15:00", "2026-09-18 15:00");
    let calendar = Calendar::shipped();
    let mut now = facts.dispatched_at;
    let mut seen = Vec::new();
    loop {
        let all = clocks(&enterprise, &facts, &calendar, now);
        let arrival = all.iter().find(|clock| clock.kind == ClockKind::Result);
        seen.push(arrival.unwrap().level.unwrap());
        seen.dedup();
        match next_change(&all) {
            Some(next) => {
                assert!(next > now);
                let before = clocks(&enterprise, &facts, &calendar, next.plus_millis(-1));
                let levels = |clocks: &[Clock]| -> Vec<_> {
                    clocks.iter().map(|clock| clock.level).collect()
                };
                assert_eq!(levels(&before), levels(&all));
                now = next;
            }
            None => break,
        }
    }
    assert_eq!(seen, Level::ALL);
}

#[test]
fn the_return_window_warns_four_business_hours_before_its_end_and_is_never_overdue() {
    let general = profile("general_5wd");
    let facts = dispatched("2026-11-23 10:00");
    let window = |facts: &Facts, now| clock(&general, ClockKind::ReturnWindow, facts, at(now));
    let levels = [
        ("2026-11-25 13:29", Some(Level::Green)),
        ("2026-11-25 13:30", Some(Level::Yellow)),
        ("2026-11-25 23:59", Some(Level::Yellow)),
        ("2026-11-26 0:00", None),
    ];
    for (now, level) in levels {
        assert_eq!(window(&facts, now).level, level, "{now}");
    }
    let gone = window(&facts, "2026-11-26 0:00");
    assert_eq!(
        (gone.state, due(&gone)),
        (ClockState::Stopped, "2026-11-25".to_owned())
    );

    let returned = |text: &str| Facts {
        returned_at: Some(at(text)),
        ..facts.clone()
    };
    let in_time = window(&returned("2026-11-25 23:59"), "2026-12-01 9:00");
    assert_eq!((in_time.state, in_time.level), (ClockState::Met, None));
    let late = window(&returned("2026-11-26 0:00"), "2026-12-01 9:00");
    assert_eq!(
        (late.state, late.level),
        (ClockState::Missed, Some(Level::Purple))
    );
    // What was returned in time is not overdue for anything else.
    let result = result(&general, &returned("2026-11-24 9:00"), "2026-12-24 9:00");
    assert_eq!((result.state, result.level), (ClockState::Stopped, None));
}

#[test]
fn what_is_left_is_told_in_working_days_and_hours() {
    let general = profile("general_5wd");
    let facts = dispatched("2026-11-18 9:00");
    for (now, remaining) in [
        ("2026-11-18 9:00", (5, 15 * 60)),
        ("2026-11-20 22:30", (3, 90)),
        // Rest days take nothing away.
        ("2026-11-21 10:00", (3, 0)),
        ("2026-11-22 10:00", (3, 0)),
        ("2026-11-24 21:00", (1, 3 * 60)),
        ("2026-11-25 21:00", (0, 3 * 60)),
    ] {
        assert_eq!(left(&result(&general, &facts, now)), remaining, "{now}");
    }
    let over = result(&general, &facts, "2026-11-30 2:00");
    assert!(over.remaining.unwrap().overdue);
    assert_eq!(left(&over), (2, 2 * 60));
    let arrival = assigned("2026-11-21 9:00", "2026-11-21 9:00");
    let arrival = clock(
        &profile("enterprise_2110"),
        ClockKind::Arrival,
        &arrival,
        at("2026-11-21 9:40"),
    );
    assert_eq!(left(&arrival), (0, 80));
}

#[test]
fn a_term_of_one_working_day_is_not_yellow_from_its_first_minute() {
    let enterprise = profile("enterprise_2110");
    // Friday to the make-up Sunday: what counts are 9 hours of the one and 17 and a half of the other.
    let facts = assigned("2026-09-18 15:00", "2026-09-18 15:00");
    for (now, level) in [
        ("2026-09-18 15:00", Level::Green),
        ("2026-09-20 4:14", Level::Green),
        ("2026-09-20 4:15", Level::Blue),
        ("2026-09-20 10:52", Level::Blue),
        ("2026-09-20 10:53", Level::Yellow),
        ("2026-09-20 23:59", Level::Yellow),
        ("2026-09-21 0:00", Level::Red),
    ] {
        let feedback = clock(&enterprise, ClockKind::Feedback, &facts, at(now));
        assert_eq!(feedback.level, Some(level), "{now}");
    }
    // Of two working days the last one is, as of ten.
    let two = general_with("首联 2 工作日 自派发\n");
    for (now, level) in [
        ("2026-11-24 17:29", Level::Blue),
        ("2026-11-24 17:30", Level::Yellow),
    ] {
        let contact = clock(
            &two,
            ClockKind::Contact,
            &dispatched("2026-11-23 9:00"),
            at(now),
        );
        assert_eq!(contact.level, Some(level), "{now}");
    }
}

#[test]
fn a_promise_reminds_from_the_moment_that_it_falls_due_until_it_is_kept_and_makes_nobody_late() {
    let promised = |met: Option<&str>| Facts {
        promises: vec![Given {
            kind: ClockKind::Promise,
            name: "3".to_owned(),
            from: at("2026-11-23 11:00"),
            due_at: at("2026-11-24 17:00"),
            met_at: met.map(at),
        }],
        ..dispatched("2026-11-23 10:00")
    };
    let general = profile("general_5wd");
    let stands = |facts: &Facts, now: &str| {
        let clock = clock(&general, ClockKind::Promise, facts, at(now));
        (clock.state, clock.level)
    };
    let open = promised(None);
    for (now, state, level) in [
        ("2026-11-23 12:00", ClockState::Running, None),
        ("2026-11-24 17:00", ClockState::Running, None),
        ("2026-11-24 17:01", ClockState::Missed, Some(Level::Yellow)),
        ("2026-12-24 17:00", ClockState::Missed, Some(Level::Yellow)),
    ] {
        assert_eq!(stands(&open, now), (state, level), "{now}");
    }
    let before = clock(&general, ClockKind::Promise, &open, at("2026-11-24 9:00"));
    assert_eq!(
        before.next_change,
        Some(at("2026-11-24 17:00").plus_millis(1))
    );
    let kept = promised(Some("2026-11-24 16:00"));
    assert_eq!(stands(&kept, "2026-11-25 9:00"), (ClockState::Met, None));
    let late = promised(Some("2026-11-25 16:00"));
    assert_eq!(
        stands(&late, "2026-11-25 15:00"),
        (ClockState::Missed, Some(Level::Yellow))
    );
    assert_eq!(
        stands(&late, "2026-11-25 17:00"),
        (ClockState::Missed, None)
    );
    let closed = Facts {
        closed_at: Some(at("2026-11-24 10:00")),
        ..open
    };
    assert_eq!(
        stands(&closed, "2026-11-26 9:00"),
        (ClockState::Stopped, None)
    );
}
