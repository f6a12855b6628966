use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap_or_else(|| panic!("{text} is no day"))
}

/// A moment of that day in China.
fn at(text: &str, hour: i64, minute: i64) -> Timestamp {
    day(text)
        .start()
        .plus_millis((hour * 60 + minute) * 60 * 1000)
}

fn due(from: Timestamp, term: Term) -> (String, bool) {
    let due = Calendar::shipped().due(from, term);
    assert_eq!(due.at, due.day.end());
    (due.day.to_string(), due.provisional)
}

fn certain(day: &str) -> (String, bool) {
    (day.to_owned(), false)
}

fn provisional(day: &str) -> (String, bool) {
    (day.to_owned(), true)
}

const NOTICE: &str = "\
年 2027
来源 通知
放假 元旦 2027-01-01 至 2027-01-03
放假 清明节 2027-04-05
上班 2027-01-09
";

#[test]
fn the_shipped_calendar_has_the_years_2020_to_2026_with_their_notices_and_working_days() {
    let calendar = Calendar::shipped();
    let counts: Vec<_> = calendar
        .years()
        .map(|year| {
            assert!(
                year.sources()
                    .iter()
                    .all(|source| source.contains("国办发明电")),
                "{year}"
            );
            (year.number(), year.working_days().count())
        })
        .collect();
    let published = [
        (2020, 249),
        (2021, 250),
        (2022, 249),
        (2023, 249),
        (2024, 251),
        (2025, 248),
        (2026, 248),
    ];
    assert_eq!(counts, published);
    assert_eq!(calendar.published_through(), Some(2026));
}

#[test]
fn new_years_eve_of_2024_was_a_working_day_and_a_make_up_sunday_is_one() {
    let calendar = Calendar::shipped();
    for (text, worked) in [
        ("2024-02-09", true),
        ("2026-09-20", true),
        ("2026-09-19", false),
        ("2026-10-07", false),
        ("2026-10-08", true),
    ] {
        let asked = calendar.is_working_day(day(text));
        assert_eq!((asked.value, asked.provisional), (worked, false), "{text}");
    }
}

#[test]
fn two_hours_run_by_the_clock_on_a_holiday_too() {
    let from = at("2026-10-01", 23, 30);
    let due = Calendar::shipped().due(from, Term::Hours(2));
    assert_eq!(due.at, at("2026-10-02", 1, 30));
    assert_eq!((due.day, due.provisional), (day("2026-10-02"), false));
    let far = Calendar::shipped().due(at("2028-01-01", 8, 0), Term::Hours(24));
    assert!(!far.provisional, "no notice moves an hour");
}

#[test]
fn a_ticket_assigned_on_friday_2026_09_18_is_due_on_the_make_up_sunday_at_midnight() {
    let from = at("2026-09-18", 15, 0);
    assert_eq!(due(from, Term::WorkingDays(1)), certain("2026-09-20"));
    let last = Calendar::shipped().due(from, Term::WorkingDays(1));
    assert_eq!(last.at, at("2026-09-21", 0, 0));
}

#[test]
fn working_days_are_counted_over_holidays_and_make_up_days() {
    for (from, count, to) in [
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 10, "2026-03-05"),
        ("2026-09-24", 1, "2026-09-28"),
        ("2026-09-24", 5, "2026-10-09"),
        // Received on a rest day: day 1 is the next working day.
        ("2026-10-04", 1, "2026-10-08"),
    ] {
        let from = at(from, 0, 0);
        assert_eq!(due(from, Term::WorkingDays(count)), certain(to));
    }
}

#[test]
fn the_thirtieth_day_from_2026_09_01_is_a_holiday_so_the_term_ends_on_2026_10_08() {
    let from = at("2026-09-01", 10, 0);
    assert_eq!(due(from, Term::Days(30)), certain("2026-10-08"));
    assert_eq!(due(from, Term::Months(1)), certain("2026-10-08"));
    // A last day that is worked on stays, a make-up Sunday too.
    assert_eq!(due(from, Term::Days(19)), certain("2026-09-20"));
    assert_eq!(due(from, Term::Days(18)), certain("2026-09-20"));
}

#[test]
fn a_term_past_the_last_published_year_is_provisional_and_counted_by_weekends_alone() {
    let from = at("2026-12-20", 9, 0);
    assert_eq!(due(from, Term::WorkingDays(5)), certain("2026-12-25"));
    assert_eq!(due(from, Term::WorkingDays(10)), provisional("2027-01-01"));
    assert_eq!(due(from, Term::Days(13)), provisional("2027-01-04"));
    assert_eq!(due(from, Term::Days(11)), certain("2026-12-31"));

    let mut calendar = Calendar::shipped();
    calendar.overlay(Calendar::parse(NOTICE.as_bytes()).unwrap());
    let counted = calendar.due(from, Term::WorkingDays(10));
    assert_eq!(
        (counted.day, counted.provisional),
        (day("2027-01-04"), false)
    );
    assert_eq!(calendar.published_through(), Some(2027));
}

#[test]
fn a_day_ends_when_the_clock_in_china_strikes_twelve() {
    let from = at("2026-11-23", 23, 59);
    assert_eq!(due(from, Term::WorkingDays(1)), certain("2026-11-24"));
    let from = at("2026-11-24", 0, 0);
    assert_eq!(due(from, Term::WorkingDays(1)), certain("2026-11-25"));
}

#[test]
fn a_newer_year_takes_the_place_of_an_older_one_whole() {
    let mut calendar = Calendar::shipped();
    let newer = "年 2026\n来源 更正\n放假 元旦 2026-01-01\n";
    calendar.overlay(Calendar::parse(newer.as_bytes()).unwrap());
    assert!(calendar.is_working_day(day("2026-10-01")).value);
    assert_eq!(calendar.year(2026).unwrap().sources(), ["更正"]);
    assert_eq!(calendar.years().count(), 7);
}

#[test]
fn a_text_as_editors_on_windows_write_it_is_read() {
    let text = format!("\u{feff}# 说明\r\n\r\n{}", NOTICE.replace('\n', "\r\n"));
    let text = text.replace("上班 2027-01-09", "上班\u{3000}2027-01-09 # 星期六");
    assert_eq!(
        Calendar::parse(text.as_bytes()),
        Calendar::parse(NOTICE.as_bytes())
    );
}

#[test]
fn a_calendar_that_cannot_be_is_refused_with_its_line() {
    let section = |lines: &str| format!("年 2027\n来源 通知\n放假 元旦 2027-01-01\n{lines}");
    let of = |text: &str| Why::DateMalformed(text.to_owned());
    for (text, line, why) in [
        ("", 1, Why::Empty),
        ("# 只有说明\n", 1, Why::Empty),
        ("上班 2027-01-09", 1, Why::NoYear),
        ("年 27", 1, Why::YearMalformed("27".to_owned())),
        ("年", 1, Why::YearMalformed(String::new())),
        ("年 2027\n放假 元旦 2027-01-01", 1, Why::NoSource(2027)),
        ("年 2027\n来源", 2, Why::SourceEmpty),
        ("年 2027\n来源 通知\n年 2028", 1, Why::NoHolidays(2027)),
        (&section("年 2027"), 4, Why::YearTwice(2027)),
        (
            &section("休息 2027-02-05"),
            4,
            Why::UnknownWord("休息".to_owned()),
        ),
        (&section("放假 2027-02-05"), 4, Why::HolidayMalformed),
        (
            &section("放假 春节 2027-02-05 2027-02-11"),
            4,
            Why::HolidayMalformed,
        ),
        (
            &section("上班 2027-01-09 2027-01-10"),
            4,
            Why::WorkMalformed,
        ),
        (&section("上班 2027-02-30"), 4, of("2027-02-30")),
        (&section("放假 春节 2027-2-5"), 4, of("2027-2-5")),
        (
            &section("上班 2028-01-08"),
            4,
            Why::OutsideYear {
                day: day("2028-01-08"),
                year: 2027,
            },
        ),
        (
            &section("放假 春节 2027-02-11 至 2027-02-05"),
            4,
            Why::Reversed(day("2027-02-11")),
        ),
        (
            &section("放假 春节 2027-02-05 至 2027-12-11"),
            4,
            Why::TooLong,
        ),
        (
            &section("放假 元旦 2027-01-01 至 2027-01-03"),
            4,
            Why::Twice(day("2027-01-01")),
        ),
        (
            &section("上班 2027-01-09\n上班 2027-01-09"),
            5,
            Why::Twice(day("2027-01-09")),
        ),
        (
            &section("放假 春节 2027-02-05 至 2027-02-11\n上班 2027-02-06"),
            5,
            Why::OffAndWork(day("2027-02-06")),
        ),
        (
            &section("上班 2027-02-06\n放假 春节 2027-02-05 至 2027-02-11"),
            5,
            Why::OffAndWork(day("2027-02-06")),
        ),
        (
            &section("上班 2027-02-12"),
            4,
            Why::WorksAnyway(day("2027-02-12")),
        ),
    ] {
        let refused = Calendar::parse(text.as_bytes()).unwrap_err();
        assert_eq!(refused, CalendarRefused { line, why }, "{text}");
        let sentence = refused.to_string();
        assert!(
            sentence.ends_with('。') && sentence.contains('；'),
            "{sentence}"
        );
    }
    let foreign = Calendar::parse(b"\n\xc4\xea 2027").unwrap_err();
    assert_eq!((foreign.line, foreign.why), (2, Why::NotUtf8));
}

/// A calendar of any years from 2020 on, with days off and make-up days wherever they may lie.
fn calendars() -> impl Strategy<Value = Calendar> {
    let year = (
        any::<bool>(),
        prop::collection::vec((0..360_u16, 0..10_u16), 1..8),
    );
    let years = prop::collection::vec((year, prop::collection::vec(0..365_u16, 0..9)), 1..8);
    years.prop_map(|years| {
        let mut calendar = Calendar::default();
        for (number, ((published, off), work)) in (2020..).zip(years) {
            if !published {
                continue;
            }
            let first = Day::new(number, 1, 1).unwrap();
            let mut section = format!("年 {number}\n来源 通知\n");
            let mut taken = BTreeSet::new();
            for (from, days) in off {
                let days = (from..=from + days).map(|n| first.plus_days(n));
                let days: Vec<_> = days.filter(|day| day.year() == number).collect();
                if days.iter().all(|day| !taken.contains(day)) {
                    let (first, last) = (days[0], days[days.len() - 1]);
                    section += &format!("放假 节日 {first} 至 {last}\n");
                    taken.extend(days);
                }
            }
            for day in work.into_iter().map(|n| first.plus_days(n)) {
                if day.year() == number && day.weekday() > 5 && taken.insert(day) {
                    section += &format!("上班 {day}\n");
                }
            }
            calendar.overlay(Calendar::parse(section.as_bytes()).unwrap());
        }
        calendar
    })
}

fn days() -> impl Strategy<Value = Day> {
    (0..3_000_u16).prop_map(|n| day("2019-12-20").plus_days(n))
}

proptest! {
    #[test]
    fn adding_working_days_is_monotone_additive_and_ends_on_a_working_day(
        calendar in calendars(), from in days(), a in 0..40_u16, b in 1..40_u16,
    ) {
        let after = |day, count| calendar.working_day_after(day, count);
        let both = after(from, a + b);
        let first = after(from, a);
        let then = after(first.value, b);
        prop_assert_eq!(both.value, then.value);
        prop_assert_eq!(both.provisional, first.provisional || then.provisional);
        prop_assert!(first.value < both.value);
        prop_assert!(calendar.is_working_day(both.value).value);
        // Whoever receives later is due later or on the same day.
        prop_assert!(both.value <= after(from.plus_days(1), a + b).value);
        // Between the two lie exactly so many working days.
        let between = std::iter::successors(Some(from.plus_days(1)), |day| Some(day.plus_days(1)))
            .take_while(|day| *day <= both.value)
            .filter(|day| calendar.is_working_day(*day).value);
        prop_assert_eq!(between.count(), usize::from(a + b));
    }

    #[test]
    fn a_term_of_days_ends_on_its_last_day_or_on_the_first_working_day_after_it(
        calendar in calendars(), from in days(), count in 0..400_u16,
    ) {
        let nominal = from.plus_days(count);
        let due = calendar.due(from.start(), Term::Days(count));
        prop_assert!(due.day >= nominal && calendar.is_working_day(due.day).value);
        let passed = std::iter::successors(Some(nominal), |day| Some(day.plus_days(1)))
            .take_while(|day| *day < due.day);
        for day in passed {
            prop_assert!(!calendar.is_working_day(day).value);
        }
        prop_assert_eq!(due.at, due.day.end());
    }

    #[test]
    fn a_year_that_was_not_published_makes_a_result_provisional_and_no_other_one_does(
        calendar in calendars(), from in days(), count in 1..60_u16,
    ) {
        let last = calendar.working_day_after(from, count);
        let known = std::iter::successors(Some(from.plus_days(1)), |day| Some(day.plus_days(1)))
            .take_while(|day| *day <= last.value)
            .all(|day| calendar.year(day.year()).is_some());
        prop_assert_eq!(last.provisional, !known);
    }

    #[test]
    fn a_year_that_is_written_is_read_as_the_same_year(calendar in calendars()) {
        for year in calendar.years() {
            let read = Calendar::parse(year.to_string().as_bytes()).unwrap();
            prop_assert_eq!(read.year(year.number()), Some(year));
        }
    }

    #[test]
    fn no_text_is_more_than_refused(text in "(年|来源|放假|上班|至|元旦|20[0-9]{2}(-[0-9]{2}){0,2}|#|[ \n]|.){0,40}") {
        if let Err(refused) = Calendar::parse(text.as_bytes()) {
            prop_assert!(!refused.to_string().contains('\n'));
        }
    }
}
