//! The clocks of the tickets on this phone, counted here, with or without a network.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Replica;
use crate::deadline::{self, Clock, ClockKind, Level, Recorded, recorded_at};
use crate::ids::Id;
use crate::kinds::Kind;
use crate::protocol::{TicketDeadline, TicketWork};
use crate::time::Timestamp;

/// The clocks of one ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TicketClocks {
    /// The ticket.
    pub ticket: Id,
    /// Its clocks; moments are the hub's.
    pub clocks: Vec<Clock>,
    /// The worst of their levels.
    pub level: Option<Level>,
    /// When the first of them shows another level, by this phone's clock.
    pub wake_at: Option<Timestamp>,
}

impl Replica {
    /// The clocks of every ticket that this person has and whose deadline profile is known here. `now` is the phone's clock; it is put right by
    /// the offset that was measured at the last sync.
    ///
    /// An arrival that this phone recorded counts before the office has it.
    pub fn clocks(&self, now: Timestamp) -> Vec<TicketClocks> {
        let offset = self.meta.clock_offset_ms.unwrap_or(0);
        let hub_now = now.plus_millis(offset);
        let arrivals = self.own_arrivals(offset, hub_now);
        let tickets = self.tickets.iter();
        tickets
            .filter(|(_, stored)| !stored.removed)
            .filter_map(|(ticket, stored)| {
                let deadline = stored.record.deadline.as_ref()?;
                let mut clocks =
                    self.clocks_of(deadline, arrivals.get(ticket).copied(), hub_now)?;
                if let Some(work) = &stored.record.work {
                    clocks.retain(|clock| concerns(work, clock));
                }
                Some(TicketClocks {
                    ticket: *ticket,
                    level: deadline::worst(&clocks),
                    wake_at: deadline::next_change(&clocks)
                        .map(|at| at.plus_millis(offset.saturating_neg())),
                    clocks,
                })
            })
            .collect()
    }

    fn clocks_of(
        &self,
        deadline: &TicketDeadline,
        own_arrival: Option<Recorded>,
        hub_now: Timestamp,
    ) -> Option<Vec<Clock>> {
        // The last one is the sub-district's own, should it have the name of a shipped one.
        let mut profiles = self.profiles.iter().rev();
        let profile = profiles
            .find(|known| known.id == deadline.profile && known.version == deadline.version)?;
        let mut facts = deadline.facts.clone();
        let arrivals = facts.arrived.into_iter().chain(own_arrival);
        // Of a cycle before this one an arrival does not count, as at the hub.
        let this_cycle = arrivals.filter(|arrived| arrived.at >= facts.dispatched_at);
        facts.arrived = this_cycle.min_by_key(|arrived| arrived.at);
        Some(deadline::clocks(profile, &facts, &self.calendar, hub_now))
    }

    /// The first arrival under each ticket that this phone recorded, by the hub's clock.
    fn own_arrivals(&self, offset: i64, hub_now: Timestamp) -> BTreeMap<Id, Recorded> {
        let mut first: BTreeMap<Id, Recorded> = BTreeMap::new();
        for slot in self.documents.values() {
            let summary = &slot.facts.summary;
            let Some(at) = summary.arrived_at else {
                continue;
            };
            if slot.kind() != Some(Kind::VISIT) || slot.own_states().next().is_none() {
                continue;
            }
            // A phone that knew its clock to be wrong has put the time right already.
            let offset = if summary.arrival_estimated { 0 } else { offset };
            let mut arrived = recorded_at(at, offset, hub_now);
            arrived.received_at = None;
            arrived.corrected |= summary.arrival_estimated;
            for ticket in summary.tickets.iter().chain([&slot.facts.ticket]) {
                let known = first.entry(*ticket).or_insert(arrived);
                if arrived.at < known.at {
                    *known = arrived;
                }
            }
        }
        first
    }
}

/// Whether a clock runs for the person who holds the phone: not a co-task of another unit, and for who only helps
/// nothing but their co-task.
fn concerns(work: &TicketWork, clock: &Clock) -> bool {
    if clock.kind == ClockKind::CoTask {
        !work.is_anothers(&clock.name)
    } else {
        !work.only_helps()
    }
}

#[cfg(test)]
mod tests {
    use serde_bytes::ByteBuf;

    use super::*;
    use crate::calendar::{Calendar, Day};
    use crate::deadline::{ClockKind, ClockState, Facts, Profile};
    use crate::edit::Edit;
    use crate::protocol::{End, Envelope, Frame, Reference, TicketRecord, encode_frame};
    use crate::replica::Session;
    use crate::role::Role;
    use crate::value::Value;

    const HOUR: i64 = 60 * 60 * 1000;
    const TICKET: Id = Id::from_bytes([2; 16]);
    const DOC: Id = Id::from_bytes([3; 16]);

    /// Friday, 2026-09-18, 09:00 in China.
    fn nine() -> Timestamp {
        Day::parse("2026-09-18")
            .unwrap()
            .start()
            .plus_millis(9 * HOUR)
    }

    fn facts() -> Facts {
        Facts {
            dispatched_at: nine(),
            assigned_at: Some(nine()),
            ..Facts::default()
        }
    }

    fn record(profile: &str, version: u32) -> TicketRecord {
        TicketRecord {
            id: Some(TICKET),
            deadline: Some(TicketDeadline {
                profile: profile.to_owned(),
                version,
                facts: facts(),
            }),
            ..TicketRecord::default()
        }
    }

    /// A phone whose clock is slow by so much, with what the hub sent it at 09:00.
    fn phone(slow: i64, frames: Vec<Frame>) -> Replica {
        let mut phone = Replica::new([7; 32]);
        let _ = phone.start_session(Session {
            device: Id::from_bytes([4; 16]),
            person: Id::from_bytes([5; 16]),
            name: "网格员".to_owned(),
            role: Role::GridWorker,
            tenant: Id::from_bytes([6; 16]),
        });
        let end = Frame::End(End {
            more: false,
            server_time: nine(),
            timeline: ByteBuf::from([1; 16]),
            min_client: String::new(),
            secured_until: None,
            released_until: None,
        });
        for frame in frames.into_iter().chain([end]) {
            let framed = encode_frame(&Envelope {
                cursor: None,
                frame,
            });
            phone
                .receive(&framed[4..], nine().plus_millis(-slow))
                .unwrap();
        }
        phone
    }

    fn clock(phone: &Replica, kind: ClockKind, now: Timestamp) -> Clock {
        let told = phone.clocks(now);
        let clocks = told.into_iter().flat_map(|ticket| ticket.clocks);
        clocks.into_iter().find(|clock| clock.kind == kind).unwrap()
    }

    #[test]
    fn a_phone_that_is_two_hours_slow_counts_offline_as_the_hub_does() {
        let tickets = || vec![Frame::Tickets(vec![record("enterprise_2110", 1)])];
        let slow = 2 * HOUR;
        let phone = phone(slow, tickets());
        let profile = &Profile::shipped()[0];
        for minutes in [0, 59, 60, 90, 120, 121, 60 * 24, 60 * 24 * 30] {
            let now = nine().plus_millis(minutes * 60_000 + 1_234);
            let [here] = phone.clocks(now.plus_millis(-slow)).try_into().unwrap();
            let hub = deadline::clocks(profile, &facts(), &Calendar::shipped(), now);
            assert_eq!(here.level, deadline::worst(&hub));
            let wakes = here.wake_at.map(|at| at.plus_millis(slow));
            assert_eq!(wakes, deadline::next_change(&hub));
            assert_eq!(here.clocks, hub);
        }
    }

    #[test]
    fn an_own_arrival_counts_before_the_office_has_it() {
        let slow = 2 * HOUR;
        let mut phone = phone(
            slow,
            vec![Frame::Tickets(vec![record("enterprise_2110", 1)])],
        );
        // 10:50 by the hub's clock.
        let arrived = nine().plus_millis(HOUR + 50 * 60_000 - slow);
        phone.begin(Kind::VISIT, DOC, TICKET, arrived).unwrap();
        let late = nine().plus_millis(5 * HOUR - slow);
        let before = clock(&phone, ClockKind::Arrival, late);
        assert_eq!(before.state, ClockState::Missed);
        let check_in = Edit::PutEntry {
            collection: "arrivals".to_owned(),
            id: Id::from_bytes([8; 16]),
            fields: [
                ("at".to_owned(), Value::Time(arrived)),
                (
                    "by".to_owned(),
                    Value::Text(Id::from_bytes([5; 16]).to_string()),
                ),
            ]
            .into(),
        };
        phone.edit(DOC, &check_in, arrived).unwrap();
        let after = clock(&phone, ClockKind::Arrival, late);
        assert_eq!(
            (after.state, after.met_at, after.corrected),
            (ClockState::Met, Some(arrived.plus_millis(slow)), true)
        );
    }

    #[test]
    fn a_profile_of_the_sub_district_counts_and_an_unknown_one_leaves_the_date_of_the_hub() {
        let own =
            "方案 street\n版本 3\n名称 街道\n依据 文件\n施行 2026-01-01\n办结 1 小时 自派发\n";
        let reference = |profiles: &[&str]| {
            Frame::Reference(Reference {
                profiles: profiles.iter().map(|text| (*text).to_owned()).collect(),
                ..Reference::default()
            })
        };
        let ticket = || Frame::Tickets(vec![record("street", 3)]);
        let known = phone(0, vec![reference(&["方案 later", own]), ticket()]);
        let due = clock(&known, ClockKind::Result, nine()).due.unwrap();
        assert_eq!(due.at, nine().plus_millis(HOUR));
        assert_eq!(phone(0, vec![ticket()]).clocks(nine()), []);
    }
}
