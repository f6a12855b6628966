//! A patrol's find: the ticket that is made of the record of what nobody asked for (未诉先办, S4).

use basis::{mask, words};
use store::tickets::{NewIntake, NewTicket, RequesterType, Urgency};
use sync_core::kinds::visit::Find;
use sync_core::lifecycle::TicketState;
use sync_core::words::Language;
use sync_core::{Id, Timestamp};

use crate::channel::Channel;

/// Where tickets come from that a patrol found.
pub const SOURCE: &str = "patrol";

/// As long as a line of a record may be.
const MAX_LINE_CHARS: usize = 200;
/// A kind of find that the record does not say.
const OTHER: &str = "other";

/// Who found it, and where they work.
#[derive(Clone, Copy, Debug)]
pub struct Finder {
    /// The person.
    pub person: Id,
    /// The community of their unit.
    pub community: Option<Id>,
    /// Their grid.
    pub grid: Option<Id>,
}

/// The ticket of a find, and how it came in. It has the id of its record, which so stands under itself; `number` is the
/// office's own. Numbers of people are masked: in full they stand in the record alone.
pub fn ticket(
    id: Id,
    number: String,
    find: &Find,
    place: &str,
    finder: Finder,
    now: Timestamp,
) -> (NewTicket, NewIntake) {
    let found = find.at.unwrap_or(now).min(now);
    let kind = kind_word(&find.kind);
    let place = mask::text(place);
    let title = format!("巡查发现：{kind} {place}");
    let title: String = title.trim().chars().take(MAX_LINE_CHARS).collect();
    let said = find.words.trim();
    let description = if said.is_empty() {
        title.clone()
    } else {
        mask::text(said)
    };
    let ticket = NewTicket {
        id,
        source: SOURCE.to_owned(),
        upstream_no: Some(number),
        channel: Some(Channel::Patrol.as_str().to_owned()),
        request_kind: None,
        // Nobody asks; what a patrol finds is looked after as a resident's matter is.
        requester_type: RequesterType::Citizen,
        title,
        description,
        category: [None, None, None],
        address: (!place.is_empty()).then_some(place),
        community: finder.community,
        grid: finder.grid,
        unit_text: None,
        requester_masked: None,
        phone_masked: None,
        requester_sealed: None,
        status: TicketState::FIRST,
        urgency: Urgency::Normal,
        // Time runs from when the hub heard of it: a phone may have been without signal for days.
        dispatched_at: now,
        due_at: None,
        created_at: now,
        reply: None,
        replied_at: None,
    };
    let intake = NewIntake {
        first_receiver: Some(finder.person),
        received_at: Some(found),
        ..NewIntake::default()
    };
    (ticket, intake)
}

fn kind_word(code: &str) -> &'static str {
    let word = |code: &str| {
        let key = format!("visit.choices.finding_kind.{code}");
        words::word(&key, Language::Chinese)
    };
    word(code).or_else(|| word(OTHER)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_483_800_000);

    fn made(find: &Find, place: &str) -> NewTicket {
        let finder = Finder {
            person: Id::from_bytes([1; 16]),
            community: None,
            grid: None,
        };
        let id = Id::from_bytes([2; 16]);
        ticket(
            id,
            "自收-20261124-0001".to_owned(),
            find,
            place,
            finder,
            NOW,
        )
        .0
    }

    #[test]
    fn a_find_says_what_and_where_and_numbers_of_people_are_masked() {
        let find = Find {
            kind: "clutter".to_owned(),
            words: "楼主电话13800005678，纸箱堵门".to_owned(),
            at: None,
        };
        let made = made(&find, "柳岸路3号院");
        assert_eq!(made.title, "巡查发现：楼道堆物 柳岸路3号院");
        assert!(
            !made.description.contains("13800005678"),
            "{}",
            made.description
        );
        assert!(made.description.contains("纸箱堵门"));
    }

    #[test]
    fn a_find_without_words_or_of_no_known_kind_still_has_a_title() {
        let made = made(&Find::default(), "");
        assert!(made.title.starts_with("巡查发现："), "{}", made.title);
        assert_eq!(made.description, made.title);
        assert_eq!(made.address, None);
    }
}
