//! A moment in the ways in which systems and people write it.

use harness::simulation::Chance;

use super::meant::{DAY, Moment};

const WEEKDAYS: [&str; 7] = ["四", "五", "六", "日", "一", "二", "三"];

/// The moment in any of the forms that mean it. A deadline at the end of its day may be the day alone.
pub(crate) fn written(at: Moment, is_deadline: bool, chance: &mut Chance) -> String {
    let is_day = match is_deadline {
        true => at.is_end_of_day(),
        false => at.is_midnight(),
    };
    if is_day && chance.below(4) > 0 {
        let days = days(at);
        return days[chance.below(days.len())].clone();
    }
    let all = moments(at);
    all[chance.below(all.len())].clone()
}

/// As most tables have it.
pub(crate) fn plain(at: Moment, is_deadline: bool) -> String {
    let (year, month, day) = at.date();
    let (hour, minute, second) = at.clock();
    if is_deadline && at.is_end_of_day() {
        return format!("{year}-{month:02}-{day:02}");
    }
    match second {
        0 => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}"),
        _ => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
    }
}

fn weekday(at: Moment) -> &'static str {
    let day = usize::try_from(at.0.div_euclid(DAY).rem_euclid(7)).expect("a day of the week");
    WEEKDAYS[day]
}

fn days(at: Moment) -> Vec<String> {
    let (year, month, day) = at.date();
    let week = weekday(at);
    vec![
        format!("{year}-{month:02}-{day:02}"),
        format!("{year}-{month}-{day}"),
        format!("{year}/{month}/{day}"),
        format!("{year}.{month:02}.{day:02}"),
        format!("{year}年{month}月{day}日"),
        format!("{year}年{month:02}月{day:02}号"),
        format!("{year}{month:02}{day:02}"),
        format!("{year}年{month}月{day}日 星期{week}"),
        format!("{year}-{month:02}-{day:02}（周{week}）"),
        wide(&format!("{year}-{month:02}-{day:02}")),
        format!("\u{200e}{year}/\u{200e}{month}/\u{200e}{day}"),
    ]
}

fn moments(at: Moment) -> Vec<String> {
    let (year, month, day) = at.date();
    let (hour, minute, second) = at.clock();
    let week = weekday(at);
    let date = format!("{year}-{month:02}-{day:02}");
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    let utc = Moment(at.0 - 8 * 3_600);
    let (utc_year, utc_month, utc_day) = utc.date();
    let (utc_hour, utc_minute, _) = utc.clock();
    let utc =
        format!("{utc_year}-{utc_month:02}-{utc_day:02}T{utc_hour:02}:{utc_minute:02}:{second:02}");
    let mut all = vec![
        format!("{date} {clock}"),
        format!("{year}/{month}/{day} {hour}:{minute:02}:{second:02}"),
        format!("{year}.{month}.{day} {clock}"),
        format!("{date} {clock}.0"),
        format!("{date} {clock},123"),
        format!("{date}T{clock}"),
        format!("{date}T{clock}+08:00"),
        format!("{date}T{clock}.000+0800"),
        format!("{utc}Z"),
        format!("{utc}.000+0000"),
        format!("{date} {clock} UTC+8"),
        format!("{year}年{month}月{day}日 {clock}"),
        format!("{year}年{month}月{day}日{hour}时{minute}分{second}秒"),
        format!("{year}年{month}月{day}日 星期{week} {clock}"),
        format!("{date}  {hour:02}：{minute:02}：{second:02}"),
        format!("{date}\u{a0}{clock}"),
        format!("{date}\u{200b} {clock}"),
        format!("{date}\n{clock}"),
        wide(&format!("{date} {clock}")),
    ];
    if second == 0 {
        let (half, english, short) = match hour {
            0..=11 => ("上午", "AM", hour),
            12 => ("下午", "PM", 12),
            _ => ("下午", "PM", hour - 12),
        };
        let twelve = if hour == 0 { 12 } else { short };
        all.extend([
            format!("{date} {hour:02}:{minute:02}"),
            format!("{year}/{month}/{day} {hour}:{minute:02}"),
            format!("{year}年{month}月{day}日 {hour}:{minute:02}"),
            format!("{year}年{month}月{day}日{hour}时{minute}分"),
            format!("{year}年{month}月{day}日{hour:02}:{minute:02}"),
            format!("{year}年{month}月{day}日 {half}{short}:{minute:02}"),
            format!("{year}年{month}月{day}日{half}{short}时{minute:02}分"),
            format!("{year}-{month}-{day} {twelve}:{minute:02} {english}"),
            format!("{year}{month:02}{day:02} {hour:02}:{minute:02}"),
        ]);
        if minute == 0 {
            all.push(format!("{year}年{month}月{day}日{hour}时"));
        }
    }
    if at.is_midnight() {
        let (year, month, day) = Moment(at.0 - DAY).date();
        all.push(format!("{year}-{month:02}-{day:02} 24:00"));
    }
    all
}

/// In full-width characters.
pub(crate) fn wide(text: &str) -> String {
    let one = |c: char| match c {
        '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
        ' ' => '\u{3000}',
        c => c,
    };
    text.chars().map(one).collect()
}

/// What is no time, though people write it where one belongs.
pub(crate) const NONE: [&str; 12] = [
    "昨天",
    "5个工作日",
    "2026-02-30 09:00",
    "2026-13-01 10:00",
    "2026-11-24 25:00",
    "2026-11-24 10:61",
    "11月24日",
    "1899-12-30",
    "2026-11-24 上午",
    "2026-11-24 10:00 左右",
    "46350.4",
    "#N/A",
];
