//! Pauses and extensions.

use super::*;

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
fn who_paused_on_the_last_day_is_not_late_on_the_weekend_and_has_a_working_day_left() {
    let general = profile("general_5wd");
    // Due on Friday, 2026-11-27.
    let mut facts = dispatched("2026-11-20 10:00");
    let pause = |until: Option<&str>| Pause {
        from: at("2026-11-27 15:00"),
        until: until.map(at),
    };
    facts.pauses = vec![pause(None)];
    for now in [
        "2026-11-27 23:59",
        "2026-11-28 0:00",
        "2026-11-29 12:00",
        "2026-12-14 9:00",
    ] {
        assert_eq!(
            result(&general, &facts, now).state,
            ClockState::Paused,
            "{now}"
        );
    }
    facts.pauses = vec![pause(Some("2026-11-28 9:00"))];
    let resumed = result(&general, &facts, "2026-11-28 9:00");
    assert_eq!(
        (resumed.state, due(&resumed)),
        (ClockState::Running, "2026-11-30".to_owned())
    );
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
