//! Tickets, their lists and their events.

use harness::on_both_backends;
use serde_json::json;
use store::ticket_events::NewTicketEvent;
use store::tickets::{
    AssigneeKind, Assignment, NewTicket, RequestKind, RequesterType, TicketFilter, TicketOrder,
    Urgency,
};
use store::units::UnitKind;
use store::{Db, Tx};
use sync_core::Id;
use sync_core::lifecycle::TicketState;

use super::rows::{self, PERSON, TENANT, at, id};

on_both_backends! {
    a_ticket_is_read_back_as_it_was_stored,
    the_same_upstream_number_of_a_source_is_stored_once,
    many_tickets_at_once_are_stored_each_by_itself,
    known_numbers_are_told_from_new_ones,
    a_viewer_sees_what_their_principals_see,
    pages_follow_each_other_without_gap_or_repetition,
    each_filter_narrows_the_list,
    a_search_takes_wildcards_literally,
    an_assignment_names_unit_or_person,
    events_are_numbered_from_one_for_each_ticket,
}

/// A ticket whose id bytes are all `n`.
pub(crate) fn ticket(n: u8) -> NewTicket {
    NewTicket {
        id: id(n),
        source: "office".to_owned(),
        upstream_no: Some(format!("T-{n}")),
        channel: Some("12345电话".to_owned()),
        request_kind: Some(RequestKind::Complaint),
        requester_type: RequesterType::Citizen,
        title: format!("楼道堆物{n}"),
        description: "二单元楼道堆放杂物，存在火灾隐患。".to_owned(),
        category: [Some("城市管理".to_owned()), None, None],
        address: Some("和平路1号".to_owned()),
        community: None,
        grid: None,
        unit_text: Some("和平街道".to_owned()),
        requester_masked: Some("张*".to_owned()),
        phone_masked: Some("138****0000".to_owned()),
        requester_sealed: Some(vec![1, 2, 3]),
        status: TicketState::New,
        urgency: Urgency::Urgent,
        dispatched_at: at(10_000 + i64::from(n)),
        due_at: Some(at(20_000)),
        created_at: at(15_000),
        reply: None,
        replied_at: None,
    }
}

async fn insert(tx: &mut Tx, tickets: &[NewTicket]) {
    let added = tx.insert_tickets(TENANT, tickets, 1).await.unwrap();
    assert_eq!(added.len(), tickets.len());
}

async fn list(tx: &mut Tx, filter: &TicketFilter) -> Vec<Id> {
    let order = TicketOrder::Due;
    let page = tx.list_tickets(TENANT, filter, order, None, 100).await;
    let ids: Vec<_> = page.unwrap().into_iter().map(|ticket| ticket.id).collect();
    let total = tx.count_tickets(TENANT, filter).await.unwrap();
    assert_eq!(total, i64::try_from(ids.len()).unwrap());
    ids
}

async fn a_ticket_is_read_back_as_it_was_stored(db: Db) {
    let mut tx = rows::begin(&db).await;
    let community = rows::unit(40, UnitKind::Community, None);
    tx.insert_unit(&community).await.unwrap();
    let mut new = ticket(10);
    new.community = Some(community.id);
    new.reply = Some("已清理。".to_owned());
    new.replied_at = Some(at(18_000));
    insert(&mut tx, &[new.clone()]).await;

    let found = tx.find_ticket(TENANT, new.id, None).await.unwrap().unwrap();
    assert_eq!(found.row.upstream_no, new.upstream_no);
    assert_eq!(found.row.request_kind, new.request_kind);
    assert_eq!(found.row.category, new.category);
    assert_eq!(found.row.community, Some(community.name));
    assert_eq!(found.row.urgency, Urgency::Urgent);
    assert_eq!(found.row.due_at, new.due_at);
    assert_eq!(found.row.assigned, None);
    assert_eq!((found.row.visits, found.row.disagreements), (0, 0));
    assert_eq!(found.description, new.description);
    assert_eq!(found.requester_sealed, new.requester_sealed);
    assert_eq!(found.reply, new.reply);
    assert_eq!(found.replied_at, new.replied_at);
    assert_eq!(found.changed_seq, 1);
    for (source, no, expected) in [
        ("office", "T-10", Some(new.id)),
        ("office", "T-11", None),
        ("pingshan", "T-10", None),
    ] {
        let by_number = tx.find_ticket_by_upstream_no(TENANT, source, no).await;
        assert_eq!(by_number.unwrap(), expected);
    }
    assert_eq!(tx.find_ticket(id(99), new.id, None).await.unwrap(), None);
}

async fn the_same_upstream_number_of_a_source_is_stored_once(db: Db) {
    let mut tx = rows::begin(&db).await;
    let first = ticket(10);
    let mut again = ticket(11);
    again.upstream_no.clone_from(&first.upstream_no);
    let mut elsewhere = ticket(12);
    elsewhere.upstream_no.clone_from(&first.upstream_no);
    elsewhere.source = "pingshan".to_owned();
    let mut unnumbered = ticket(13);
    unnumbered.upstream_no = None;

    let tickets = [first.clone(), again, elsewhere.clone(), unnumbered.clone()];
    let added = tx.insert_tickets(TENANT, &tickets, 1).await.unwrap();
    assert_eq!(added, [first.id, elsewhere.id, unnumbered.id]);
    let found = tx.find_ticket(TENANT, first.id, None).await.unwrap();
    assert_eq!(found.unwrap().row.title, first.title);
}

/// More than one statement takes, with numbers that are there already or come twice.
async fn many_tickets_at_once_are_stored_each_by_itself(db: Db) {
    let mut tx = rows::begin(&db).await;
    insert(&mut tx, &[ticket(10)]).await;
    let many: Vec<NewTicket> = (20..220)
        .map(|n| {
            let mut one = ticket(n);
            match n {
                30 => one.upstream_no = Some("T-10".to_owned()),
                // In the same statement, and in a later one.
                31 | 150 => one.upstream_no = Some("T-29".to_owned()),
                _ => {}
            }
            one
        })
        .collect();
    let added = tx.insert_tickets(TENANT, &many, 7).await.unwrap();
    let right = many.iter().map(|ticket| ticket.id);
    let right: Vec<Id> = right
        .filter(|one| ![30, 31, 150].map(id).contains(one))
        .collect();
    assert_eq!(added, right);
    let events = added.iter().map(|ticket| {
        let detail = json!({ "of": ticket.to_string() });
        let (person, kind) = (Some(PERSON), "imported");
        let at = at(5);
        let event = NewTicketEvent {
            at,
            person,
            device: None,
            kind,
            detail,
        };
        (*ticket, event)
    });
    let events: Vec<_> = events.collect();
    tx.append_ticket_events(TENANT, &events).await.unwrap();
    tx.append_ticket_events(TENANT, &events[..70])
        .await
        .unwrap();
    for (place, one) in added.iter().enumerate() {
        let found = tx.find_ticket(TENANT, *one, None).await.unwrap().unwrap();
        let new = many.iter().find(|new| new.id == *one).unwrap();
        assert_eq!(found.row.upstream_no, new.upstream_no);
        let scope = tx.find_ticket_scope(TENANT, *one, TENANT).await.unwrap();
        assert_eq!(scope.unwrap().granted_seq, 7);
        let told = tx.list_ticket_events(TENANT, *one).await.unwrap();
        let numbers: Vec<i64> = told.iter().map(|event| event.n).collect();
        let appended = if place < 70 { vec![1, 2] } else { vec![1] };
        assert_eq!(numbers, appended, "{place}");
        assert!(
            told.iter()
                .all(|event| event.detail["of"] == one.to_string())
        );
        if place % 20 == 0 {
            let by_title = TicketFilter {
                query: Some(new.title.clone()),
                ..TicketFilter::default()
            };
            assert!(list(&mut tx, &by_title).await.contains(one));
        }
    }
}

async fn known_numbers_are_told_from_new_ones(db: Db) {
    let mut tx = rows::begin(&db).await;
    insert(&mut tx, &[ticket(10), ticket(11)]).await;
    let numbers = ["T-11", "T-12", "'; --"];
    let known = tx
        .list_tickets_by_upstream_nos(TENANT, "office", &numbers)
        .await
        .unwrap();
    let known: Vec<_> = known.iter().map(|ticket| ticket.row.id).collect();
    assert_eq!(known, [id(11)]);
    let elsewhere = tx
        .list_tickets_by_upstream_nos(TENANT, "pingshan", &numbers)
        .await;
    assert!(elsewhere.unwrap().is_empty());
}

async fn a_viewer_sees_what_their_principals_see(db: Db) {
    let mut tx = rows::begin(&db).await;
    insert(&mut tx, &[ticket(10), ticket(11)]).await;
    tx.grant_principal(TENANT, PERSON, id(40), 2).await.unwrap();
    tx.grant_ticket_scope(TENANT, id(10), id(40), 3)
        .await
        .unwrap();

    let filter = TicketFilter {
        viewer: Some(PERSON),
        ..TicketFilter::default()
    };
    assert_eq!(list(&mut tx, &filter).await, [id(10)]);
    let hidden = tx.find_ticket(TENANT, id(11), Some(PERSON)).await.unwrap();
    assert_eq!(hidden, None);
    let seen = tx.find_ticket(TENANT, id(10), Some(PERSON)).await.unwrap();
    assert!(seen.is_some());

    tx.revoke_principal(TENANT, PERSON, id(40), 4)
        .await
        .unwrap();
    assert!(list(&mut tx, &filter).await.is_empty());
}

async fn pages_follow_each_other_without_gap_or_repetition(db: Db) {
    let mut tx = rows::begin(&db).await;
    let tickets: Vec<_> = (10..30)
        .map(|n| {
            let mut ticket = ticket(n);
            // Equal keys, some tickets without a deadline, and some that are done.
            ticket.due_at = (n % 3 != 0).then(|| at(i64::from(n / 4)));
            if n % 7 == 0 {
                ticket.status = TicketState::Closed;
            }
            ticket.dispatched_at = at(i64::from(n / 3));
            ticket
        })
        .collect();
    insert(&mut tx, &tickets).await;

    for order in [TicketOrder::Due, TicketOrder::Newest] {
        let filter = TicketFilter::default();
        let whole = tx
            .list_tickets(TENANT, &filter, order, None, 100)
            .await
            .unwrap();
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = tx
                .list_tickets(TENANT, &filter, order, after, 3)
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            after = Some(order.place(last));
            paged.extend(page);
        }
        assert_eq!(whole.len(), 20);
        assert_eq!(paged, whole);
        let places: Vec<_> = whole.iter().map(|row| order.place(row).key).collect();
        let in_order = match order {
            TicketOrder::Due => places.is_sorted(),
            TicketOrder::Newest => places.iter().rev().is_sorted(),
        };
        assert!(in_order, "{order:?}: {places:?}");
    }
}

async fn each_filter_narrows_the_list(db: Db) {
    let mut tx = rows::begin(&db).await;
    let community = rows::unit(40, UnitKind::Community, None);
    tx.insert_unit(&community).await.unwrap();
    let plain = ticket(10);
    let mut other = ticket(11);
    other.title = "市场噪声 ABC".to_owned();
    other.channel = Some("市长信箱".to_owned());
    other.category = [None, None, Some("噪声".to_owned())];
    other.status = TicketState::Closed;
    other.community = Some(community.id);
    let mut late = ticket(12);
    late.due_at = Some(at(5));
    insert(&mut tx, &[plain, other, late]).await;
    let assignment = Assignment {
        kind: AssigneeKind::Person,
        to: PERSON,
        community: None,
        grid: None,
        status: TicketState::Assigned,
        at: at(6),
    };
    tx.update_assignment(TENANT, id(10), &assignment)
        .await
        .unwrap();

    let all = TicketFilter::default;
    for (filter, expected) in [
        (all(), vec![id(12), id(10), id(11)]),
        (
            TicketFilter {
                query: Some("abc".to_owned()),
                ..all()
            },
            vec![id(11)],
        ),
        (
            TicketFilter {
                query: Some("t-12".to_owned()),
                ..all()
            },
            vec![id(12)],
        ),
        (
            TicketFilter {
                status: Some(TicketState::Closed),
                ..all()
            },
            vec![id(11)],
        ),
        (
            TicketFilter {
                unit: Some(community.id),
                ..all()
            },
            vec![id(11)],
        ),
        (
            TicketFilter {
                holder: Some(PERSON),
                ..all()
            },
            vec![id(10)],
        ),
        (
            TicketFilter {
                category: Some("噪声".to_owned()),
                ..all()
            },
            vec![id(11)],
        ),
        (
            TicketFilter {
                channel: Some("市长信箱".to_owned()),
                ..all()
            },
            vec![id(11)],
        ),
        (
            TicketFilter {
                due_before: Some(at(6)),
                ..all()
            },
            vec![id(12)],
        ),
        (
            TicketFilter {
                due_before: Some(at(30_000)),
                ..all()
            },
            vec![id(12), id(10)],
        ),
    ] {
        assert_eq!(list(&mut tx, &filter).await, expected, "{filter:?}");
    }
}

async fn a_search_takes_wildcards_literally(db: Db) {
    let mut tx = rows::begin(&db).await;
    let mut percent = ticket(10);
    percent.title = "降价50%_真的\\吗".to_owned();
    insert(&mut tx, &[percent, ticket(11)]).await;
    for (query, found) in [("%", 1), ("50%_", 1), ("_", 1), ("\\", 1), ("堆_", 0)] {
        let filter = TicketFilter {
            query: Some(query.to_owned()),
            ..TicketFilter::default()
        };
        assert_eq!(list(&mut tx, &filter).await.len(), found, "{query}");
    }
}

async fn an_assignment_names_unit_or_person(db: Db) {
    let mut tx = rows::begin(&db).await;
    let community = rows::unit(40, UnitKind::Community, None);
    tx.insert_unit(&community).await.unwrap();
    insert(&mut tx, &[ticket(10)]).await;
    let mut assignment = Assignment {
        kind: AssigneeKind::Community,
        to: community.id,
        community: Some(community.id),
        grid: None,
        status: TicketState::Assigned,
        at: at(6),
    };
    tx.update_assignment(TENANT, id(10), &assignment)
        .await
        .unwrap();
    let found = tx.find_ticket(TENANT, id(10), None).await.unwrap().unwrap();
    assert_eq!(found.row.assigned.unwrap().name, community.name);
    assert_eq!(found.row.status, TicketState::Assigned);

    assignment.kind = AssigneeKind::Person;
    assignment.to = PERSON;
    assignment.community = None;
    tx.update_assignment(TENANT, id(10), &assignment)
        .await
        .unwrap();
    let found = tx.find_ticket(TENANT, id(10), None).await.unwrap().unwrap();
    let assigned = found.row.assigned.unwrap();
    assert_eq!((assigned.kind, assigned.id), (AssigneeKind::Person, PERSON));
    assert_eq!(assigned.name, rows::person().name);
    assert_eq!(
        found.community,
        Some(community.id),
        "what is not given stays"
    );
}

async fn events_are_numbered_from_one_for_each_ticket(db: Db) {
    let mut tx = rows::begin(&db).await;
    insert(&mut tx, &[ticket(10), ticket(11)]).await;
    let event = |person| NewTicketEvent {
        at: at(5),
        person,
        device: None,
        kind: "assigned",
        detail: json!({ "note": "请今天到场" }),
    };
    for (ticket, expected) in [(10, 1), (10, 2), (11, 1)] {
        let n = tx
            .append_ticket_event(TENANT, id(ticket), &event(Some(PERSON)))
            .await;
        assert_eq!(n.unwrap(), expected);
    }
    tx.append_ticket_event(TENANT, id(11), &event(None))
        .await
        .unwrap();
    let events = tx.list_ticket_events(TENANT, id(11)).await.unwrap();
    let by: Vec<_> = events
        .iter()
        .map(|event| event.by.as_ref().map(|by| by.id))
        .collect();
    assert_eq!(by, [Some(PERSON), None]);
    assert_eq!(events[0].detail["note"], "请今天到场");
}
