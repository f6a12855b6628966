//! Times as papers write them, by the clock of China (UTC+8, no summer time).

use sync_core::Timestamp;
use sync_core::calendar::Day;
use time::OffsetDateTime;
use time::macros::{format_description, offset};

fn local(at: Timestamp) -> Option<OffsetDateTime> {
    let at = OffsetDateTime::from_unix_timestamp(at.seconds()).ok()?;
    Some(at.to_offset(offset!(+8)))
}

/// 2026年9月1日
pub(crate) fn day(at: Timestamp) -> String {
    let form = format_description!("[year]年[month padding:none]月[day padding:none]日");
    local(at)
        .and_then(|at| at.format(form).ok())
        .unwrap_or_default()
}

/// 2026年9月1日 9:30
pub(crate) fn minute(at: Timestamp) -> String {
    let form = format_description!(
        "[year]年[month padding:none]月[day padding:none]日 [hour padding:none]:[minute]"
    );
    local(at)
        .and_then(|at| at.format(form).ok())
        .unwrap_or_default()
}

/// The end of a term: what ends at midnight ends at 24:00 of the day before, as screens say it.
pub(crate) fn due(at: Timestamp) -> String {
    let last = at.plus_millis(-1);
    if Day::of(last).end() == at {
        format!("{} 24:00", day(last))
    } else {
        minute(at)
    }
}

/// 2026年9月1日 9:30:05
pub(crate) fn second(at: Timestamp) -> String {
    let form = format_description!(
        "[year]年[month padding:none]月[day padding:none]日 [hour padding:none]:[minute]:[second]"
    );
    local(at)
        .and_then(|at| at.format(form).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let last_second = Timestamp::from_millis(1_788_191_999_000);
        assert_eq!(day(last_second), "2026年8月31日");
        assert_eq!(minute(last_second.plus_millis(1_000)), "2026年9月1日 0:00");
        assert_eq!(second(last_second), "2026年8月31日 23:59:59");
        assert_eq!(due(last_second.plus_millis(1_000)), "2026年8月31日 24:00");
        assert_eq!(due(last_second.plus_millis(-59_000)), "2026年8月31日 23:59");
    }
}
