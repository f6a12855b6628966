mod levels;
mod pushes;

use super::*;
use crate::calendar::{Day, Term};
use crate::lifecycle::act::Addressee;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// `2026-09-18 15:00` in China.
pub(super) fn at(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap();
    let (hour, minute) = time.split_once(':').unwrap();
    let number = |text: &str| text.parse::<i64>().unwrap();
    Day::parse(day)
        .unwrap()
        .start()
        .plus_millis(number(hour) * HOUR + number(minute) * MINUTE)
}

pub(super) fn profile(id: &str) -> Profile {
    let mut shipped = Profile::shipped().into_iter();
    shipped.find(|profile| profile.id == id).unwrap()
}

fn general_with(lines: &str) -> Profile {
    let text = format!(
        "方案 general_5wd\n版本 2\n名称 一般\n依据 规则\n施行 2026-01-01\n办结 5 工作日 自派发\n\
         退回 2 工作日 自派发\n延期 10 工作日\n{lines}"
    );
    Profile::parse(text.as_bytes()).unwrap()
}

fn assigned(dispatched: &str, assigned: &str) -> Facts {
    Facts {
        dispatched_at: at(dispatched),
        assigned_at: Some(at(assigned)),
        ..Facts::default()
    }
}

fn dispatched(text: &str) -> Facts {
    Facts {
        dispatched_at: at(text),
        ..Facts::default()
    }
}

pub(super) fn clock(profile: &Profile, kind: ClockKind, facts: &Facts, now: Timestamp) -> Clock {
    let clocks = clocks(profile, facts, &Calendar::shipped(), now);
    clocks.into_iter().find(|clock| clock.kind == kind).unwrap()
}

fn result(profile: &Profile, facts: &Facts, now: &str) -> Clock {
    clock(profile, ClockKind::Result, facts, at(now))
}

fn due(clock: &Clock) -> String {
    clock.due.unwrap().day.to_string()
}

fn left(clock: &Clock) -> (i64, i64) {
    let remaining = clock.remaining.unwrap();
    assert_eq!(remaining.millis % MINUTE, 0, "{remaining:?}");
    (remaining.working_days, remaining.millis / MINUTE)
}

#[test]
fn three_profiles_are_shipped_each_with_its_basis_and_day() {
    let shipped = Profile::shipped();
    let ids: Vec<_> = shipped.iter().map(|profile| profile.id.as_str()).collect();
    assert_eq!(ids, ["enterprise_2110", "general_5wd", "urgent_safety"]);
    for profile in &shipped {
        assert_eq!(profile.version, 1);
        assert!(!profile.basis.is_empty());
        assert!(profile.hours_run_off_duty);
        assert_eq!(profile.day_ends, DayEnd::Midnight);
    }
    let terms = |id: &str| {
        let terms = profile(id).terms.into_iter();
        terms
            .map(|(kind, rule)| (kind, rule.term))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        terms("enterprise_2110"),
        [
            (ClockKind::Arrival, Term::Hours(2)),
            (ClockKind::Feedback, Term::WorkingDays(1)),
            (ClockKind::Result, Term::WorkingDays(10)),
            (ClockKind::ReturnWindow, Term::WorkingDays(2)),
        ]
    );
    assert_eq!(
        profile("general_5wd").extension,
        Some(Term::WorkingDays(10))
    );
    assert_eq!(
        terms("urgent_safety")[..2],
        [
            (ClockKind::Contact, Term::Hours(2)),
            (ClockKind::Result, Term::Hours(24)),
        ]
    );
}

#[test]
fn an_enterprise_ticket_of_friday_2026_09_18_is_due_on_the_make_up_sunday_and_on_2026_10_09() {
    let facts = assigned("2026-09-18 14:00", "2026-09-18 15:00");
    let now = at("2026-09-18 15:00");
    let enterprise = profile("enterprise_2110");
    let of = |kind| clock(&enterprise, kind, &facts, now);
    assert_eq!(
        of(ClockKind::Arrival).due.unwrap().at,
        at("2026-09-18 17:00")
    );
    let feedback = of(ClockKind::Feedback).due.unwrap();
    assert_eq!(feedback.day.to_string(), "2026-09-20");
    assert_eq!(feedback.at, at("2026-09-21 0:00"));
    assert!(!feedback.provisional);
    assert_eq!(due(&of(ClockKind::Result)), "2026-10-09");

    let before_the_holiday = assigned("2026-09-30 9:00", "2026-09-30 9:00");
    let result = result(&enterprise, &before_the_holiday, "2026-09-30 9:00");
    assert_eq!(due(&result), "2026-10-20");
}

#[test]
fn two_hours_to_the_second_are_in_time_and_one_more_is_not() {
    let assigned_at = at("2026-10-01 23:10");
    for (after, state) in [
        (2 * HOUR - SECOND, ClockState::Met),
        (2 * HOUR, ClockState::Met),
        (2 * HOUR + 1, ClockState::Missed),
        (2 * HOUR + SECOND, ClockState::Missed),
    ] {
        let facts = Facts {
            dispatched_at: assigned_at,
            assigned_at: Some(assigned_at),
            arrived: Some(Recorded::seen(assigned_at.plus_millis(after))),
            ..Facts::default()
        };
        let now = assigned_at.plus_millis(9 * HOUR);
        let arrival = clock(&profile("enterprise_2110"), ClockKind::Arrival, &facts, now);
        assert_eq!((arrival.state, arrival.level), (state, None), "{after}");
    }
}

#[test]
fn an_arrival_recorded_offline_in_time_and_synced_late_is_in_time_and_says_so() {
    let assigned_at = at("2026-09-18 9:00");
    // The phone's clock is two hours slow; it recorded 1:50 after the assignment and came back after 3:00.
    let by_phone = assigned_at.plus_millis(HOUR + 50 * MINUTE - 2 * HOUR);
    let received_at = assigned_at.plus_millis(3 * HOUR);
    let facts = Facts {
        dispatched_at: assigned_at,
        assigned_at: Some(assigned_at),
        arrived: Some(recorded_at(by_phone, 2 * HOUR, received_at)),
        ..Facts::default()
    };
    let enterprise = profile("enterprise_2110");
    let arrival = clock(&enterprise, ClockKind::Arrival, &facts, received_at);
    assert_eq!(arrival.state, ClockState::Met);
    assert_eq!(arrival.met_at, Some(assigned_at.plus_millis(110 * MINUTE)));
    assert!(arrival.told_late && arrival.corrected);

    // Without the offset it would be in time by far; with a fast clock it is not.
    let fast = recorded_at(assigned_at.plus_millis(3 * HOUR), -30 * MINUTE, received_at);
    let facts = Facts {
        arrived: Some(fast),
        ..facts
    };
    let arrival = clock(&enterprise, ClockKind::Arrival, &facts, received_at);
    assert_eq!(
        (arrival.state, arrival.told_late),
        (ClockState::Missed, false)
    );
}

#[test]
fn a_feedback_needs_both_addressees() {
    let mut facts = assigned("2026-09-18 15:00", "2026-09-18 15:00");
    let enterprise = profile("enterprise_2110");
    let told = |to, text: &str| Feedback { to, at: at(text) };
    facts
        .feedbacks
        .push(told(Addressee::Platform, "2026-09-19 10:00"));
    let half = clock(
        &enterprise,
        ClockKind::Feedback,
        &facts,
        at("2026-09-21 0:00"),
    );
    assert_eq!(half.state, ClockState::Missed);
    assert_eq!(half.missing, [Addressee::Requester]);

    facts
        .feedbacks
        .push(told(Addressee::Requester, "2026-09-20 23:59"));
    // A second one to the same addressee changes nothing.
    facts
        .feedbacks
        .push(told(Addressee::Platform, "2026-09-22 10:00"));
    let both = clock(
        &enterprise,
        ClockKind::Feedback,
        &facts,
        at("2026-09-23 0:00"),
    );
    assert_eq!(both.state, ClockState::Met);
    assert_eq!(both.met_at, Some(at("2026-09-20 23:59")));
    assert!(both.missing.is_empty());
}

#[test]
fn what_runs_from_the_assignment_waits_for_it_and_the_result_does_not() {
    let facts = dispatched("2026-11-23 10:00");
    let enterprise = profile("enterprise_2110");
    let arrival = clock(
        &enterprise,
        ClockKind::Arrival,
        &facts,
        at("2026-11-25 10:00"),
    );
    assert_eq!((arrival.state, arrival.due), (ClockState::Stopped, None));
    let result = result(&enterprise, &facts, "2026-11-25 10:00");
    assert_eq!(
        (result.state, due(&result)),
        (ClockState::Running, "2026-12-07".to_owned())
    );
}

#[test]
fn the_upper_levels_date_takes_the_place_of_the_computed_one() {
    let facts = Facts {
        given_due_at: Some(at("2026-11-25 17:00")),
        ..dispatched("2026-11-23 10:00")
    };
    let general = profile("general_5wd");
    let clock = result(&general, &facts, "2026-11-24 10:00");
    assert_eq!(clock.due.unwrap().at, at("2026-11-25 17:00"));
    assert!(clock.given && clock.first_due.is_none());
    // In time to the last moment, as it was given.
    let done = |text: &str| Facts {
        result_at: Some(at(text)),
        ..facts.clone()
    };
    let at_five = result(&general, &done("2026-11-25 17:00"), "2026-11-26 9:00");
    assert_eq!(at_five.state, ClockState::Met);
    let later = result(&general, &done("2026-11-25 17:01"), "2026-11-26 9:00");
    assert_eq!(later.state, ClockState::Missed);
}

#[test]
fn a_profile_may_end_days_at_the_closing_and_count_hours_in_business_alone() {
    let closing = general_with("截止 下班\n上班 09:00-12:00 14:00-17:00\n");
    let facts = dispatched("2026-11-23 10:00");
    let clock = result(&closing, &facts, "2026-11-30 16:59");
    assert_eq!(clock.due.unwrap().at, at("2026-11-30 17:00"));
    assert_eq!(clock.level, Some(Level::Yellow));
    let over = result(&closing, &facts, "2026-11-30 17:00");
    assert_eq!(over.state, ClockState::Missed);

    let business = general_with("计时 上班时间\n首联 6 小时 自派发\n");
    let friday = dispatched("2026-11-20 16:30");
    let contact = clock_of(&business, &friday, "2026-11-21 12:00");
    // One hour on Friday, five on Monday: 08:30 to 12:00 and 13:30 to 15:00.
    assert_eq!(contact.due.unwrap().at, at("2026-11-23 15:00"));
    assert_eq!(left(&contact), (0, 5 * 60));
    assert_eq!(contact.level, Some(Level::Green));
    let far = clock_of(
        &business,
        &dispatched("2026-12-31 17:00"),
        "2026-12-31 17:00",
    );
    assert!(far.due.unwrap().provisional);
}

fn clock_of(profile: &Profile, facts: &Facts, now: &str) -> Clock {
    clock(profile, ClockKind::Contact, facts, at(now))
}

#[test]
fn a_deadline_that_runs_into_a_year_that_is_not_published_is_provisional() {
    let general = profile("general_5wd");
    let soon = result(&general, &dispatched("2026-12-24 9:00"), "2026-12-24 9:00");
    assert!(!soon.due.unwrap().provisional);
    let late = result(&general, &dispatched("2026-12-28 9:00"), "2026-12-28 9:00");
    assert!(late.due.unwrap().provisional);
}

#[test]
fn co_tasks_and_supervisions_have_clocks_by_their_own_dates() {
    let mut facts = dispatched("2026-11-23 10:00");
    facts.given = vec![
        Given {
            kind: ClockKind::CoTask,
            name: "1".to_owned(),
            from: at("2026-11-23 11:00"),
            due_at: at("2026-11-25 17:00"),
            met_at: Some(at("2026-11-25 16:00")),
        },
        Given {
            kind: ClockKind::Supervision,
            name: "2".to_owned(),
            from: at("2026-11-23 11:00"),
            due_at: at("2026-11-24 11:00"),
            met_at: None,
        },
    ];
    let now = at("2026-11-24 14:00");
    let all = clocks(&profile("general_5wd"), &facts, &Calendar::shipped(), now);
    let of = |name: &str| all.iter().find(|clock| clock.name == name).unwrap();
    assert_eq!(
        (of("1").state, of("1").level),
        (ClockState::Running, Some(Level::Blue))
    );
    assert_eq!(
        (of("2").state, of("2").level),
        (ClockState::Missed, Some(Level::Red))
    );
    assert_eq!(worst(&all), Some(Level::Red));
}

#[test]
fn closing_is_the_result_and_stops_what_was_not_needed() {
    let facts = Facts {
        closed_at: Some(at("2026-11-23 10:30")),
        ..assigned("2026-11-23 9:00", "2026-11-23 10:00")
    };
    let enterprise = profile("enterprise_2110");
    let all = clocks(
        &enterprise,
        &facts,
        &Calendar::shipped(),
        at("2027-11-23 10:30"),
    );
    let states: Vec<_> = all.iter().map(|clock| (clock.kind, clock.state)).collect();
    assert_eq!(
        states,
        [
            (ClockKind::Arrival, ClockState::Stopped),
            (ClockKind::Feedback, ClockState::Stopped),
            (ClockKind::Result, ClockState::Met),
            (ClockKind::ReturnWindow, ClockState::Stopped),
        ]
    );
    assert_eq!((next_change(&all), worst(&all)), (None, None));
}

#[test]
fn a_ticket_that_came_directly_has_no_window_in_which_it_could_go_back() {
    let facts = |direct| Facts {
        direct,
        ..dispatched("2026-11-23 10:00")
    };
    let now = at("2026-11-23 11:00");
    let kinds = |direct| {
        let all = clocks(
            &profile("general_5wd"),
            &facts(direct),
            &Calendar::shipped(),
            now,
        );
        all.into_iter().map(|clock| clock.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(false), [ClockKind::Result, ClockKind::ReturnWindow]);
    assert_eq!(kinds(true), [ClockKind::Result]);
}

#[test]
fn of_what_a_patrol_found_nobody_is_to_be_reached_or_told() {
    let facts = |proactive| Facts {
        direct: proactive,
        proactive,
        ..dispatched("2026-11-23 10:00")
    };
    let kinds = |name: &str, proactive| {
        let (facts, now) = (facts(proactive), at("2026-11-23 11:00"));
        let all = clocks(&profile(name), &facts, &Calendar::shipped(), now);
        all.into_iter().map(|clock| clock.kind).collect::<Vec<_>>()
    };
    for name in ["enterprise_2110", "general_5wd", "urgent_safety"] {
        let kept = kinds(name, true);
        assert!(kept.contains(&ClockKind::Result), "{name}");
        let nobody = [
            ClockKind::Contact,
            ClockKind::Feedback,
            ClockKind::ReturnWindow,
        ];
        assert!(nobody.iter().all(|kind| !kept.contains(kind)), "{name}");
        assert!(kinds(name, false).len() > kept.len(), "{name}");
    }
}

#[test]
fn of_a_rule_that_names_no_day_none_is_made_up() {
    let days: Vec<_> = Profile::shipped()
        .into_iter()
        .map(|profile| {
            (
                profile.id,
                profile.effective_from.map(|day| day.to_string()),
            )
        })
        .collect();
    assert_eq!(
        days,
        [
            ("enterprise_2110".to_owned(), None),
            ("general_5wd".to_owned(), Some("2020-01-01".to_owned())),
            ("urgent_safety".to_owned(), None),
        ]
    );
    let text = profile("enterprise_2110").to_string();
    assert!(text.contains("\n施行 未注明\n"), "{text}");
    assert_eq!(
        Profile::parse(text.as_bytes()),
        Ok(profile("enterprise_2110"))
    );
}
