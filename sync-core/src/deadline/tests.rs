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
fn a_pause_pushes_by_the_working_days_it_took_and_the_first_date_is_still_told() {
    let mut facts = dispatched("2026-11-23 10:00");
    let general = profile("general_5wd");
    let before = result(&general, &facts, "2026-11-24 10:00");
    assert_eq!(due(&before), "2026-11-30");
    facts.pauses.push(Pause {
        from: at("2026-11-25 16:00"),
        until: None,
    });
    let during = result(&general, &facts, "2026-11-27 9:00");
    assert_eq!(
        (during.state, during.level, during.next_change),
        (ClockState::Paused, None, None)
    );
    assert_eq!(due(&during), "2026-12-02");
    assert_eq!(left(&during).0, 3);
    facts.pauses[0].until = Some(at("2026-12-01 9:00"));
    let after = result(&general, &facts, "2026-12-01 9:00");
    assert_eq!(due(&after), "2026-12-04");
    assert_eq!(after.first_due, before.due);
    assert_eq!(after.state, ClockState::Running);
}

#[test]
fn a_pause_of_hours_pushes_hours_and_one_after_the_end_nothing() {
    let urgent = profile("urgent_safety");
    let mut facts = assigned("2026-10-01 8:00", "2026-10-01 8:00");
    facts.pauses.push(Pause {
        from: at("2026-10-01 9:00"),
        until: Some(at("2026-10-01 9:20")),
    });
    let contact = |facts: &Facts, now| clock(&urgent, ClockKind::Contact, facts, at(now));
    assert_eq!(
        contact(&facts, "2026-10-01 9:30").due.unwrap().at,
        at("2026-10-01 10:20")
    );
    // The same time twice is taken away once.
    facts.pauses.push(Pause {
        from: at("2026-10-01 9:10"),
        until: Some(at("2026-10-01 9:20")),
    });
    assert_eq!(
        contact(&facts, "2026-10-01 9:30").due.unwrap().at,
        at("2026-10-01 10:20")
    );
    facts.pauses.push(Pause {
        from: at("2026-10-01 11:00"),
        until: None,
    });
    let missed = contact(&facts, "2026-10-01 12:00");
    assert_eq!(missed.state, ClockState::Missed);
    assert_eq!(missed.due.unwrap().at, at("2026-10-01 10:20"));
}

#[test]
fn an_extension_moves_the_result_alone_and_never_to_an_earlier_date() {
    let enterprise = profile("enterprise_2110");
    let mut facts = assigned("2026-11-23 10:00", "2026-11-23 10:00");
    let now = "2026-11-24 10:00";
    let before = result(&enterprise, &facts, now);
    let mut granted = |until: &str| {
        facts.extensions.push(Extension {
            at: at(now),
            until: at(until),
        });
        let feedback = clock(&enterprise, ClockKind::Feedback, &facts, at(now));
        assert_eq!(due(&feedback), "2026-11-24");
        result(&enterprise, &facts, now)
    };
    assert_eq!(granted("2026-11-26 0:00").due, before.due);
    let after = granted("2026-12-12 0:00");
    assert_eq!(due(&after), "2026-12-11");
    assert_eq!(after.first_due, before.due);
    let longest = enterprise.longest_extension(before.due.unwrap().at, &Calendar::shipped());
    assert_eq!(due(&before), "2026-12-07");
    assert_eq!(longest.unwrap().day.to_string(), "2026-12-21");
}

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

const GOOD: &str = "\
方案 local_3wd
版本 1
名称 街道三日
依据 街道文件
施行 2026-01-01
办结 3 工作日 自派发
";

#[test]
fn a_profile_is_written_as_it_is_read() {
    let all = "首联 2 小时 自交办\n到场 90 天 自派发\n反馈 1 个月 自交办 平台 诉求人\n退回 2 工作日 自派发\n\
        延期 7 天\n截止 下班\n上班 09:00-12:30 13:30-24:00\n计时 上班时间\n蓝色 40%\n黄色 2 工作日 10%\n\
        紫色 3 工作日\n退回预警 6 小时\n";
    let windows = format!("\u{feff}# 说明\r\n{}", GOOD.replace('\n', " # 注\r\n"));
    for text in [GOOD, &format!("{GOOD}{all}"), &windows] {
        let read = Profile::parse(text.as_bytes()).unwrap();
        let again = Profile::parse(read.to_string().as_bytes()).unwrap();
        assert_eq!(read, again);
    }
    for shipped in Profile::shipped() {
        let again = Profile::parse(shipped.to_string().as_bytes()).unwrap();
        assert_eq!(shipped, again);
    }
}

#[test]
fn a_profile_that_cannot_be_is_refused_with_its_line_and_what_to_do() {
    let without = |word: &str| {
        let lines = GOOD.lines().filter(|line| !line.starts_with(word));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let missing = |word| Why::Missing {
        profile: "local_3wd".to_owned(),
        word,
    };
    let with = |line: &str| format!("{GOOD}{line}");
    let text = |text: &str| text.to_owned();
    for (written, line, why) in [
        (text(""), 1, Why::Empty),
        (text("版本 1"), 1, Why::NoProfile),
        (format!("{GOOD}{GOOD}"), 1, Why::Several),
        (without("版本"), 1, missing("版本")),
        (without("名称"), 1, missing("名称")),
        (without("依据"), 1, missing("依据")),
        (without("施行"), 1, missing("施行")),
        (without("办结"), 1, missing("办结")),
        (GOOD.replace(" 街道文件", ""), 4, Why::TextEmpty("依据")),
        (
            GOOD.replace("local_3wd", "Local"),
            1,
            Why::IdMalformed(text("Local")),
        ),
        (
            GOOD.replace("版本 1", "版本 0"),
            2,
            Why::VersionMalformed(text("0")),
        ),
        (
            GOOD.replace("2026-01-01", "2026-1-1"),
            5,
            Why::DateMalformed(text("2026-1-1")),
        ),
        (with("完结 3 工作日"), 7, Why::UnknownWord(text("完结"))),
        (with("办结 3 工作日 自派发"), 7, Why::Twice("办结")),
        (with("版本 2"), 7, Why::Twice("版本")),
        (
            with("首联 -2 小时 自派发"),
            7,
            Why::AmountRefused(text("-2")),
        ),
        (with("首联 0 小时 自派发"), 7, Why::AmountRefused(text("0"))),
        (
            with("首联 70000 小时 自派发"),
            7,
            Why::AmountRefused(text("70000")),
        ),
        (with("首联"), 7, Why::AmountRefused(text(""))),
        (with("首联 2 周 自派发"), 7, Why::UnitUnknown(text("周"))),
        (with("首联 2 小时"), 7, Why::StartMissing),
        (
            with("首联 2 小时 自派发 平台"),
            7,
            Why::TailUnknown(text("平台")),
        ),
        (with("反馈 2 小时 自派发"), 7, Why::NobodyToTell),
        (with("延期 2 小时 以内"), 7, Why::TailUnknown(text("以内"))),
        (with("截止 18:00"), 7, Why::EndUnknown(text("18:00"))),
        (with("计时 白天"), 7, Why::CountingUnknown(text("白天"))),
        (
            with("上班 12:00-09:00"),
            7,
            Why::HoursMalformed(text("12:00-09:00")),
        ),
        (
            with("上班 09:00-12:00 11:00-24:01"),
            7,
            Why::HoursMalformed(text("09:00-12:00 11:00-24:01")),
        ),
        (with("蓝色 100%"), 7, Why::PercentMalformed(text("100%"))),
        (
            with("黄色 1 工作日"),
            7,
            Why::PercentMalformed(text("工作日")),
        ),
        (with("紫色 1 小时"), 7, Why::UnitUnknown(text("1 小时"))),
    ] {
        let refused = Profile::parse(written.as_bytes()).unwrap_err();
        assert_eq!(refused, ProfileRefused { line, why }, "{written}");
        let sentence = refused.to_string();
        assert!(
            sentence.ends_with('。') && sentence.contains('；'),
            "{sentence}"
        );
    }
    let foreign = Profile::parse(b"\n\xc4\xea").unwrap_err();
    assert_eq!((foreign.line, foreign.why), (2, Why::NotUtf8));
}
