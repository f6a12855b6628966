//! The real files: every row is taken once, and the totals are the known ones.

use std::collections::BTreeMap;
use std::time::Instant;

use harness::on_both_backends;
use harness::test_app::TestApp;
use store::tickets::{RequestKind, TicketColumn, TicketFilter, TicketOrder, TicketRow, Timeliness};
use sync_core::lifecycle::TicketState;

use super::files::{import, real};

on_both_backends! {
    all_cases_of_pingshan_are_imported_once_and_counted_right,
    every_message_of_the_boards_is_imported,
    five_broken_rows_among_the_cases_of_pingshan_are_named_and_the_others_taken,
}

async fn every_ticket(hub: &TestApp) -> Vec<TicketRow> {
    let mut tx = hub.app().store().read().await.unwrap();
    let (filter, order) = (TicketFilter::default(), TicketOrder::Newest);
    let tickets = tx
        .list_tickets(hub.tenant(), &filter, order, None, 20_000)
        .await;
    tickets.unwrap()
}

async fn all_cases_of_pingshan_are_imported_once_and_counted_right(hub: TestApp) {
    let Some(content) = real("pingshan_2018_events.csv") else {
        return;
    };
    let start = Instant::now();
    let first = import(&hub, content.clone()).await.unwrap();
    println!("{} cases in {:?}", first.added, start.elapsed());
    assert_eq!((first.added, first.unchanged), (9_990, 0));
    assert_eq!(first.refused, []);

    let mut kinds = BTreeMap::new();
    for ticket in every_ticket(&hub).await {
        *kinds.entry(ticket.request_kind).or_insert(0) += 1;
    }
    let expected = [
        (None, 11),
        (Some(RequestKind::Commendation), 11),
        (Some(RequestKind::Complaint), 9_340),
        (Some(RequestKind::Help), 40),
        (Some(RequestKind::Inquiry), 415),
        (Some(RequestKind::Other), 1),
        (Some(RequestKind::Suggestion), 172),
    ];
    assert_eq!(kinds, BTreeMap::from(expected));

    let mut tx = hub.app().store().read().await.unwrap();
    for (status, expected) in [(TicketState::Closed, 9_985), (TicketState::New, 5)] {
        let filter = TicketFilter {
            status: Some(status),
            ..TicketFilter::default()
        };
        assert_eq!(
            tx.count_tickets(hub.tenant(), &filter).await.unwrap(),
            expected
        );
    }
    // The same in every list and every count.
    let timeliness = [
        (Timeliness::InTime, 9_062),
        (Timeliness::Late, 923),
        (Timeliness::Unknown, 5),
    ];
    let all = TicketFilter::default();
    let counted = tx
        .count_tickets_by(hub.tenant(), &all, TicketColumn::Timeliness)
        .await
        .unwrap();
    for (timeliness, expected) in timeliness {
        let filter = TicketFilter {
            timeliness: Some(timeliness),
            ..TicketFilter::default()
        };
        assert_eq!(
            tx.count_tickets(hub.tenant(), &filter).await.unwrap(),
            expected
        );
        assert_eq!(counted[timeliness.as_str()], expected);
    }
    let counted = tx
        .count_tickets_by(hub.tenant(), &all, TicketColumn::RequestKind)
        .await
        .unwrap();
    for (kind, expected) in expected {
        let word = kind.map_or("unknown", RequestKind::as_str);
        assert_eq!(counted[word], expected, "{word}");
        let filter = TicketFilter {
            request_kind: Some(kind),
            ..TicketFilter::default()
        };
        assert_eq!(
            tx.count_tickets(hub.tenant(), &filter).await.unwrap(),
            expected
        );
    }
    for (channel, expected) in [("@坪山", 3_983), ("12345", 1_609), ("固话投诉", 427)] {
        let filter = TicketFilter {
            channel: Some(channel.to_owned()),
            ..TicketFilter::default()
        };
        assert_eq!(
            tx.count_tickets(hub.tenant(), &filter).await.unwrap(),
            expected
        );
    }
    drop(tx);

    let second = import(&hub, content).await.unwrap();
    assert_eq!(
        (second.added, second.unchanged, second.changed),
        (0, 9_990, 0)
    );
    assert_eq!(every_ticket(&hub).await.len(), 9_990);
}

async fn every_message_of_the_boards_is_imported(hub: TestApp) {
    // One message stands twice in the labelled file, in another class.
    for (name, added, repeated) in [
        ("zw_messages_labeled.csv", 494, 1),
        ("zw_messages_hot.csv.gz", 4_326, 0),
        ("zw_messages_replies.csv.gz", 2_816, 0),
    ] {
        let Some(content) = real(name) else {
            return;
        };
        let first = import(&hub, content.clone()).await.unwrap();
        assert_eq!(first.refused, [], "{name}");
        assert_eq!((first.added, first.changed), (added, repeated), "{name}");
        let second = import(&hub, content).await.unwrap();
        assert_eq!(
            (second.added, second.unchanged, second.changed),
            (0, added, repeated),
            "{name}"
        );
    }
    let mut replied = 0;
    let tickets = every_ticket(&hub).await;
    let mut tx = hub.app().store().read().await.unwrap();
    for ticket in tickets
        .iter()
        .filter(|ticket| ticket.source == "board_replies")
    {
        let ticket = tx.find_ticket(hub.tenant(), ticket.id, None).await.unwrap();
        let ticket = ticket.unwrap();
        replied += usize::from(ticket.reply.is_some() && ticket.replied_at.is_some());
        assert_eq!(ticket.row.status, TicketState::Closed);
    }
    assert_eq!(replied, 2_816);
}

async fn five_broken_rows_among_the_cases_of_pingshan_are_named_and_the_others_taken(hub: TestApp) {
    let Some(content) = real("pingshan_2018_events.csv") else {
        return;
    };
    let text = String::from_utf8(content).unwrap();
    let mut lines: Vec<String> = text.lines().take(1_001).map(str::to_owned).collect();
    // Element n is line n + 1 of the file.
    lines[99] = cell(&lines[99], 1, "2018-13-45 00:00:00");
    lines[199] = lines[199].split(',').take(7).collect::<Vec<_>>().join(",");
    lines[299] = cell(&lines[299], 0, "");
    lines[399] = cell(&lines[399], 5, "吐槽");
    lines[499] = cell(&lines[499], 9, "\"没有关上的引号");

    let intake = import(&hub, lines.join("\r\n").into_bytes()).await.unwrap();
    assert_eq!((intake.added, intake.unchanged), (995, 0));
    let expected = [
        (
            100,
            "「create_time」的值「2018-13-45 00:00:00」不是能识别的时间",
        ),
        (200, "这一行有 7 列，表头有 25 列"),
        (300, "「rec_id」为空；请填写"),
        (400, "「吐槽」认不出；请改为：投诉、咨询"),
        (500, "引号"),
    ];
    assert_eq!(intake.refused.len(), expected.len(), "{:?}", intake.refused);
    for (refused, (line, reason)) in intake.refused.iter().zip(expected) {
        assert_eq!(refused.line, line, "{refused:?}");
        assert!(refused.reason.contains(reason), "{refused:?}");
    }
}

fn cell(line: &str, column: usize, value: &str) -> String {
    let mut cells: Vec<_> = line.split(',').collect();
    cells[column] = value;
    cells.join(",")
}
