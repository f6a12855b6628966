//! What a patrol found.

use super::*;

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
