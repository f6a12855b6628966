//! The office's own sheet: people stay masked, communities are found, broken rows are told.

use harness::on_both_backends;
use harness::test_app::{NOW, TestApp};
use store::tickets::{Requester, Ticket, TicketFilter, TicketOrder};
use store::units::{Unit, UnitKind};
use tables::intake::IntakeError;
use tables::{FileRefused, NotATable};

use super::files::import;

on_both_backends! {
    a_requester_is_shown_masked_and_kept_sealed,
    a_community_of_ours_is_linked_and_a_foreign_one_is_not,
    the_words_of_a_number_that_comes_twice_stay,
    an_imported_ticket_remembers_where_it_came_from,
    an_imported_ticket_has_its_clock_at_once,
    a_file_that_lacks_open_tickets_says_how_many,
    a_file_that_is_no_table_is_refused,
    a_gb18030_file_is_read_like_any_other,
}

const HEADER: &str = "工单编号,标题,内容,派发时间,办理时限,社区,诉求人,联系电话";

fn sheet(rows: &[&str]) -> Vec<u8> {
    format!("{HEADER}\n{}\n", rows.join("\n")).into_bytes()
}

async fn tickets(hub: &TestApp) -> Vec<Ticket> {
    let mut tx = hub.app().store().read().await.unwrap();
    let (filter, order) = (TicketFilter::default(), TicketOrder::Due);
    let rows = tx
        .list_tickets(hub.tenant(), &filter, order, None, 100)
        .await;
    let mut tickets = Vec::new();
    for row in rows.unwrap() {
        let ticket = tx.find_ticket(hub.tenant(), row.id, None).await.unwrap();
        tickets.push(ticket.unwrap());
    }
    tickets
}

async fn a_requester_is_shown_masked_and_kept_sealed(hub: TestApp) {
    let row = "A-1,堆物,请回电13800001234,2026-11-24 08:00,,,欧阳某某,13800005678";
    let intake = import(&hub, sheet(&[row])).await.unwrap();
    assert_eq!(intake.added, 1);

    let ticket = tickets(&hub).await.remove(0);
    assert_eq!(ticket.requester_masked.as_deref(), Some("欧阳**"));
    assert_eq!(ticket.phone_masked.as_deref(), Some("138****5678"));
    assert_eq!(ticket.description, "请回电138****1234");
    let shown = format!("{ticket:?}");
    assert!(!shown.contains("13800005678") && !shown.contains("欧阳某某"));

    let sealed = ticket.requester_sealed.unwrap();
    let context = ticket.row.id.bytes();
    let opened = hub.app().keys().open(&sealed, &context).unwrap();
    let requester: Requester = serde_json::from_slice(&opened).unwrap();
    assert_eq!(requester.name.as_deref(), Some("欧阳某某"));
    assert_eq!(requester.phone.as_deref(), Some("13800005678"));
    assert_eq!(requester.texts["description"], "请回电13800001234");
    assert!(hub.app().keys().open(&sealed, &[0; 16]).is_err());
}

async fn a_community_of_ours_is_linked_and_a_foreign_one_is_not(hub: TestApp) {
    let community = Unit {
        id: hub.app().rng().new_id(hub.app().clock().now()),
        tenant: hub.tenant(),
        kind: UnitKind::Community,
        code: "001".to_owned(),
        name: "和平社区居民委员会".to_owned(),
        parent: None,
    };
    let mut tx = hub.app().store().begin().await.unwrap();
    tx.insert_unit(&community).await.unwrap();
    tx.commit().await.unwrap();

    let rows = [
        "A-1,堆物,楼道堆物,2026-11-24 08:00,2026-11-25,和平社区,,",
        "A-2,堆物,楼道堆物,2026-11-24 08:00,2026-11-26,远方社区,,",
    ];
    import(&hub, sheet(&rows)).await.unwrap();
    let linked: Vec<_> = tickets(&hub)
        .await
        .into_iter()
        .map(|ticket| ticket.community)
        .collect();
    assert_eq!(linked, [Some(community.id), None]);
}

async fn the_words_of_a_number_that_comes_twice_stay(hub: TestApp) {
    let first = "A-1,堆物,楼道堆物,2026-11-24 08:00,,,,";
    let other = "A-1,改了标题,楼道堆物,2026-11-24 08:00,,,,";
    let intake = import(&hub, sheet(&[first, other])).await.unwrap();
    assert_eq!((intake.added, intake.changed), (1, 1));
    let intake = import(&hub, sheet(&[other])).await.unwrap();
    assert_eq!((intake.added, intake.changed), (0, 1));
    let tickets = tickets(&hub).await;
    assert_eq!((tickets.len(), tickets[0].row.title.as_str()), (1, "堆物"));
}

async fn an_imported_ticket_remembers_where_it_came_from(hub: TestApp) {
    import(&hub, sheet(&["A-1,堆物,楼道堆物,2026-11-24 08:00,,,,"]))
        .await
        .unwrap();
    let ticket = tickets(&hub).await.remove(0);
    let mut tx = hub.app().store().read().await.unwrap();
    let events = tx
        .list_ticket_events(hub.tenant(), ticket.row.id)
        .await
        .unwrap();
    assert_eq!((events.len(), events[0].kind.as_str()), (1, "imported"));
    assert_eq!(events[0].detail["source"], "office");
    assert_eq!(events[0].detail["line"], 2);
    assert_eq!(events[0].at.millis(), NOW);
    let scope = tx
        .find_ticket_scope(hub.tenant(), ticket.row.id, hub.tenant())
        .await
        .unwrap();
    assert_eq!(scope.unwrap().granted_seq, ticket.changed_seq);
    let tenant = tx.find_tenant(hub.tenant()).await.unwrap().unwrap();
    // Comparing the file with what stands here takes a number of its own.
    assert_eq!(tenant.seq, ticket.changed_seq + 1);
}

async fn a_file_that_is_no_table_is_refused(hub: TestApp) {
    let refusal = import(&hub, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()).await;
    let Err(IntakeError::File(refusal)) = refusal else {
        panic!("{refusal:?}");
    };
    assert_eq!(refusal, FileRefused::NotATable(NotATable::OtherKind));
    let prose = "这是一封信，不是表格。\n此致敬礼\n".as_bytes().to_vec();
    let refusal = import(&hub, prose).await.unwrap_err().to_string();
    assert!(refusal.contains("这个文件不是表格"), "{refusal}");
    assert!(tickets(&hub).await.is_empty());
}

async fn a_gb18030_file_is_read_like_any_other(hub: TestApp) {
    // 工单编号,标题,内容,派发时间 / A-1,堆物,楼道堆物,2026-11-24 08:00
    let content = b"\xB9\xA4\xB5\xA5\xB1\xE0\xBA\xC5,\xB1\xEA\xCC\xE2,\xC4\xDA\xC8\xDD,\
        \xC5\xC9\xB7\xA2\xCA\xB1\xBC\xE4\r\nA-1,\xB6\xD1\xCE\xEF,\xC2\xA5\xB5\xC0\xB6\xD1\xCE\xEF,\
        2026-11-24 08:00\r\n";
    import(&hub, content.to_vec()).await.unwrap();
    assert_eq!(tickets(&hub).await[0].description, "楼道堆物");
}

async fn an_imported_ticket_has_its_clock_at_once(hub: TestApp) {
    let rows = [
        "C-1,堆物,没有时限的,2026-11-24 08:00,,,,",
        "C-2,堆物,有时限的,2026-11-24 08:00,2026-11-30 17:00,,,",
    ];
    import(&hub, sheet(&rows)).await.unwrap();
    let tickets = tickets(&hub).await;
    let ids: Vec<_> = tickets.iter().map(|ticket| ticket.row.id).collect();
    let mut tx = hub.app().store().read().await.unwrap();
    let clocks = tx.list_ticket_clocks(hub.tenant(), &ids).await.unwrap();
    assert_eq!(clocks.len(), 2, "no look was needed");
    assert!(
        tickets.iter().all(|ticket| ticket.row.due_at.is_some()),
        "{tickets:?}"
    );
}

async fn a_file_that_lacks_open_tickets_says_how_many(hub: TestApp) {
    let rows = [
        "D-1,堆物,一,2026-11-20 08:00,,,,",
        "D-2,堆物,二,2026-11-21 08:00,,,,",
        "D-3,堆物,三,2026-11-22 08:00,,,,",
    ];
    let all = import(&hub, sheet(&rows)).await.unwrap();
    assert_eq!((all.mismatches, all.missing), (0, 0));
    // Filtered before it was saved.
    let some = import(&hub, sheet(&[rows[0], rows[2]])).await.unwrap();
    assert_eq!((some.mismatches, some.missing), (1, 1));
}
