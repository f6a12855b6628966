//! What holds of every ticket, whatever happened to it.

use proptest::prelude::*;

use super::tests::{at, clock};
use super::*;

const HOUR: i64 = 60 * 60 * 1000;

fn first() -> Timestamp {
    at("2025-11-01 0:00")
}

/// Some moment from late 2025 to spring 2027, at a minute: the last of them lie in a year that is not published.
fn moments() -> impl Strategy<Value = Timestamp> {
    (0..520 * 24 * 60_i64).prop_map(|minute| first().plus_millis(minute * 60_000))
}

fn pauses() -> impl Strategy<Value = Vec<Pause>> {
    let pause = (moments(), 0..20 * 24 * HOUR).prop_map(|(from, millis)| Pause {
        from,
        until: Some(from.plus_millis(millis)),
    });
    prop::collection::vec(pause, 0..4)
}

fn profiles() -> impl Strategy<Value = Profile> {
    prop::sample::select(Profile::shipped())
}

fn of(dispatched_at: Timestamp, pauses: Vec<Pause>) -> Facts {
    Facts {
        dispatched_at,
        assigned_at: Some(dispatched_at),
        pauses,
        ..Facts::default()
    }
}

fn dues(profile: &Profile, facts: &Facts, now: Timestamp) -> Vec<Timestamp> {
    let clocks = clocks(profile, facts, &Calendar::shipped(), now);
    clocks.iter().map(|clock| clock.due.unwrap().at).collect()
}

proptest! {
    #[test]
    fn whoever_is_given_a_ticket_later_has_no_less_time(
        profile in profiles(), a in moments(), b in moments(),
    ) {
        let (earlier, later) = (a.min(b), a.max(b));
        let earlier = dues(&profile, &of(earlier, Vec::new()), later);
        let later = dues(&profile, &of(later, Vec::new()), later);
        prop_assert!(earlier.iter().zip(&later).all(|(a, b)| a <= b));
    }

    #[test]
    fn a_pause_never_shortens_and_a_longer_one_never_pushes_less(
        profile in profiles(), from in moments(), paused in pauses(), more in 0..10 * 24 * HOUR,
    ) {
        let now = from.plus_millis(900 * 24 * HOUR);
        let without = dues(&profile, &of(from, Vec::new()), now);
        let with = dues(&profile, &of(from, paused.clone()), now);
        prop_assert!(without.iter().zip(&with).all(|(a, b)| a <= b));
        if let Some((last, rest)) = paused.split_last() {
            let longer = Pause { until: last.until.map(|until| until.plus_millis(more)), ..*last };
            let longer = rest.iter().copied().chain([longer]).collect();
            let longer = dues(&profile, &of(from, longer), now);
            prop_assert!(with.iter().zip(&longer).all(|(a, b)| a <= b), "{with:?} {longer:?}");
        }
    }

    #[test]
    fn what_is_due_is_provisional_if_a_day_up_to_it_lies_in_a_year_that_is_not_published(
        profile in profiles(), from in moments(),
    ) {
        let calendar = Calendar::shipped();
        for clock in clocks(&profile, &of(from, Vec::new()), &calendar, from) {
            let due = clock.due.unwrap();
            let hours = due.at.millis_since(from) == 2 * HOUR || due.at.millis_since(from) == 24 * HOUR;
            let unknown = calendar.year(due.day.year()).is_none();
            prop_assert_eq!(due.provisional, unknown && !hours, "{:?}", clock);
        }
    }

    #[test]
    fn levels_only_rise_while_nothing_happens_and_change_when_they_were_said_to(
        profile in profiles(), from in moments(), a in 0..30 * 24 * HOUR, b in 0..30 * 24 * HOUR,
    ) {
        let facts = of(from, Vec::new());
        let calendar = Calendar::shipped();
        let (earlier, later) = (from.plus_millis(a.min(b)), from.plus_millis(a.max(b)));
        let before = clocks(&profile, &facts, &calendar, earlier);
        let after = clocks(&profile, &facts, &calendar, later);
        for (before, after) in before.iter().zip(&after) {
            if before.kind != ClockKind::ReturnWindow {
                prop_assert!(before.level <= after.level);
            }
            let told = before.next_change.is_none_or(|next| later < next);
            prop_assert_eq!(told, before.level == after.level, "{:?}", before);
            let (old, new) = (before.remaining, after.remaining);
            if let (Some(old), Some(new)) = (old, new) && !new.overdue {
                prop_assert!((new.working_days, new.millis) <= (old.working_days, old.millis));
            }
        }
    }

    #[test]
    fn a_clock_that_was_met_in_time_is_met_whenever_it_is_asked(
        profile in profiles(), from in moments(), took in 0..20 * 24 * HOUR, wait in 0..900 * 24 * HOUR,
    ) {
        let done = from.plus_millis(took);
        let facts = Facts { result_at: Some(done), ..of(from, Vec::new()) };
        let asked = |now| clock(&profile, ClockKind::Result, &facts, now).state;
        prop_assert_eq!(asked(done), asked(done.plus_millis(wait)));
        let due = clock(&profile, ClockKind::Result, &facts, done).due.unwrap();
        prop_assert_eq!(asked(done) == ClockState::Met, done < due.at || (took == 24 * HOUR && profile.id == "urgent_safety"));
    }

    #[test]
    fn no_moment_whatever_breaks_a_clock(
        given in any::<Option<i64>>(), times in prop::array::uniform6(any::<i64>()), now in any::<i64>(),
    ) {
        let [dispatched, assigned, from, until, extended, closed] = times.map(Timestamp::from_millis);
        let facts = Facts {
            dispatched_at: dispatched,
            assigned_at: Some(assigned),
            given_due_at: given.map(Timestamp::from_millis),
            pauses: vec![Pause { from, until: Some(until) }, Pause { from: until, until: None }],
            extensions: vec![Extension { at: from, until: extended }],
            closed_at: (closed.millis() % 2 == 0).then_some(closed),
            ..Facts::default()
        };
        for profile in Profile::shipped() {
            clocks(&profile, &facts, &Calendar::shipped(), Timestamp::from_millis(now));
        }
    }

    #[test]
    fn a_text_whatever_is_read_or_refused(text in "(方案 a\n|版本 |1\n|办结 |5 |工作日 |自派发\n|黄色 |\\PC{0,4}|\n){0,20}") {
        let _ = Profile::parse(text.as_bytes());
    }

    #[test]
    fn nothing_is_left_to_count_of_a_ticket_of_the_year_one(profile in profiles()) {
        let clock = clock(&profile, ClockKind::Result, &of(Timestamp::from_millis(-62_135_596_800_000), Vec::new()), first());
        prop_assert_eq!(clock.level, Some(Level::Purple));
    }
}
