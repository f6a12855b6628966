//! Which profile a ticket gets, and who is warned of what.

use super::clock::Level;
use super::profile::{ClockKind, Profile};
use super::promise::FALLEN_DUE;
use crate::calendar::Day;
use crate::role::Role;
use crate::time::Timestamp;

/// What an enterprise asks for.
pub const ENTERPRISE: &str = "enterprise_2110";
/// What everybody else asks for.
pub const GENERAL: &str = "general_5wd";
/// What is about safety.
pub const URGENT: &str = "urgent_safety";

/// 网格长, 社区书记, 科室负责人, 分管领导 (S16): who hears of a clock from which level on. Whoever was told stays told.
pub const ESCALATION: [(Level, Role); 4] = [
    (Level::Yellow, Role::GridHead),
    (Level::Red, Role::CommunitySecretary),
    (Level::Purple, Role::SectionHandler),
    (Level::Purple, Role::Leader),
];

/// What outside parties promised is asked after by the office (S33).
const PROMISED: [(Level, Role); 1] = [(FALLEN_DUE, Role::HotlineWorker)];

/// Who hears of a clock of this kind, from which level on.
pub const fn told_of(kind: ClockKind) -> &'static [(Level, Role)] {
    match kind {
        ClockKind::Promise => &PROMISED,
        ClockKind::Contact
        | ClockKind::Arrival
        | ClockKind::Feedback
        | ClockKind::Result
        | ClockKind::ReturnWindow
        | ClockKind::CoTask
        | ClockKind::Supervision
        | ClockKind::Appeal => &ESCALATION,
    }
}

/// The profile for a ticket that was dispatched at that moment, in the version that [`in_force`] says.
pub fn choose_profile(
    profiles: &[Profile],
    enterprise: bool,
    critical: bool,
    dispatched_at: Timestamp,
) -> Option<&Profile> {
    let id = if critical {
        URGENT
    } else if enterprise {
        ENTERPRISE
    } else {
        GENERAL
    };
    in_force(profiles, id, dispatched_at)
}

/// The version of a profile for a ticket that was dispatched at that moment: the newest one that was in force on that
/// day, or the oldest one if none was yet.
pub fn in_force<'a>(
    profiles: &'a [Profile],
    id: &str,
    dispatched_at: Timestamp,
) -> Option<&'a Profile> {
    let day = Day::of(dispatched_at);
    let versions = || profiles.iter().filter(|profile| profile.id == id);
    let in_force =
        versions().filter(|profile| profile.effective_from.is_none_or(|from| from <= day));
    in_force
        .max_by_key(|profile| profile.version)
        .or_else(|| versions().min_by_key(|profile| profile.version))
}

#[cfg(test)]
mod tests {
    use super::super::tests::at;
    use super::*;

    #[test]
    fn a_ticket_gets_the_newest_version_that_was_in_force_when_it_came() {
        let mut profiles = Profile::shipped();
        let later = |version: u32, from: &str| {
            let text = format!(
                "方案 general_5wd\n版本 {version}\n名称 新\n依据 新\n施行 {from}\n办结 3 工作日 自派发\n"
            );
            Profile::parse(text.as_bytes()).unwrap()
        };
        profiles.push(later(2, "2026-11-01"));
        profiles.push(later(3, "2027-01-01"));
        let version = |moment: &str| {
            let chosen = choose_profile(&profiles, false, false, at(moment)).unwrap();
            (chosen.id.as_str(), chosen.version)
        };
        assert_eq!(version("2026-10-31 23:59"), (GENERAL, 1));
        assert_eq!(version("2026-11-01 0:00"), (GENERAL, 2));
        assert_eq!(version("2027-01-01 0:00"), (GENERAL, 3));
        // What is older than every version runs under the first one.
        assert_eq!(version("2018-11-01 0:00"), (GENERAL, 1));
    }

    #[test]
    fn safety_comes_before_who_asks() {
        let profiles = Profile::shipped();
        let chosen = |enterprise, critical| {
            let now = at("2026-11-23 9:00");
            choose_profile(&profiles, enterprise, critical, now).map(|chosen| chosen.id.clone())
        };
        assert_eq!(chosen(false, false).as_deref(), Some(GENERAL));
        assert_eq!(chosen(true, false).as_deref(), Some(ENTERPRISE));
        assert_eq!(chosen(true, true).as_deref(), Some(URGENT));
        assert_eq!(
            choose_profile(&[], false, false, at("2026-11-23 9:00")),
            None
        );
    }
}
