//! Tickets over HTTP: who sees them, and who gives them to whom.

use crate::sync::street::assigned;
use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{Answer, Caller, NOW, TestApp};
use serde_json::{Value, json};
use store::tickets::{NewTicket, RequesterType, Urgency};
use store::units::UnitKind;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Role, Timestamp};

on_both_backends! {
    the_office_pages_through_every_ticket,
    a_worker_sees_only_tickets_in_their_scope,
    roles_without_ticket_content_are_refused,
    another_sub_district_sees_nothing,
    a_list_condition_that_cannot_be_read_is_refused,
    the_office_gives_a_ticket_to_a_community,
    a_secretary_passes_a_ticket_on_inside_the_community_and_keeps_it_in_sight,
    a_secretary_cannot_give_a_ticket_to_another_community,
    a_worker_cannot_assign,
    the_office_takes_a_ticket_from_a_community_and_all_who_passed_it_on,
    the_same_assignment_again_changes_nothing,
    a_closed_ticket_takes_no_assignment,
    an_assignee_that_does_not_fit_is_refused,
    a_volunteer_does_not_learn_who_asked,
}

fn ticket(hub: &TestApp, number: u32) -> NewTicket {
    let now = hub.app().clock().now();
    let minutes = i64::from(number + 1) * 60_000;
    NewTicket {
        id: hub.app().rng().new_id(now),
        source: "office".to_owned(),
        upstream_no: Some(format!("T-{number}")),
        channel: Some("12345电话".to_owned()),
        request_kind: None,
        requester_type: RequesterType::Citizen,
        title: format!("楼道堆物 {number}"),
        description: "二单元楼道堆放杂物。".to_owned(),
        category: [None, None, None],
        address: None,
        community: None,
        grid: None,
        unit_text: None,
        requester_masked: Some("张*".to_owned()),
        phone_masked: Some("138****0000".to_owned()),
        requester_sealed: None,
        status: TicketState::New,
        urgency: Urgency::Normal,
        dispatched_at: Timestamp::from_millis(NOW - 3_600_000),
        // Every other ticket is late.
        due_at: Some(Timestamp::from_millis(if number.is_multiple_of(2) {
            NOW + minutes
        } else {
            NOW - minutes
        })),
        created_at: now,
        reply: None,
        replied_at: None,
    }
}

async fn add_tickets(hub: &TestApp, count: u32) -> Vec<Id> {
    let tickets: Vec<_> = (0..count).map(|number| ticket(hub, number)).collect();
    add(hub, &tickets).await
}

async fn add(hub: &TestApp, tickets: &[NewTicket]) -> Vec<Id> {
    let mut tx = hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(hub.tenant()).await.unwrap();
    let added = tx.insert_tickets(hub.tenant(), tickets, seq).await.unwrap();
    tx.commit().await.unwrap();
    added
}

async fn assign(hub: &TestApp, ticket: Id, kind: &str, to: Id, caller: &Caller) -> Answer {
    let before = assigned(hub, ticket).await;
    let body = json!({
        "to": { "kind": kind, "id": to }, "assigned_before": before, "note": "请今天到场",
    });
    hub.post(&format!("/v1/tickets/{ticket}/assign"), caller, &body)
        .await
}

async fn show(hub: &TestApp, ticket: Id, caller: &Caller) -> Answer {
    hub.get(&format!("/v1/tickets/{ticket}"), caller).await
}

/// Titles on the page, and the page.
async fn titles(hub: &TestApp, query: &str, caller: &Caller) -> (Vec<String>, Value) {
    let answer = hub.get(&format!("/v1/tickets?{query}"), caller).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let page = answer.json();
    let items = page["items"].as_array().unwrap().iter();
    let titles = items.map(|item| item["title"].as_str().unwrap().to_owned());
    (titles.collect(), page)
}

async fn principals(hub: &TestApp, ticket: Id) -> Vec<Id> {
    let mut tx = hub.app().store().read().await.unwrap();
    let principals = tx.list_ticket_principals(hub.tenant(), ticket).await;
    principals.unwrap()
}

fn sorted(mut ids: Vec<Id>) -> Vec<Id> {
    ids.sort();
    ids
}

/// Two communities, the first with a grid.
async fn units(hub: &TestApp) -> (Id, Id, Id) {
    let first = hub.add_unit(UnitKind::Community, "C1", None).await;
    let second = hub.add_unit(UnitKind::Community, "C2", None).await;
    let grid = hub.add_unit(UnitKind::Grid, "C1-1", Some(first)).await;
    (first, second, grid)
}

async fn the_office_pages_through_every_ticket(hub: TestApp) {
    add_tickets(&hub, 7).await;
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let (whole, page) = titles(&hub, "", &office).await;
    assert_eq!((whole.len(), &page["total"]), (7, &json!(7)));
    assert_eq!(page["next"], Value::Null);

    let (mut paged, mut cursor) = (Vec::new(), String::new());
    for _ in 0..3 {
        let (titles, page) = titles(&hub, &format!("limit=3&cursor={cursor}"), &office).await;
        paged.extend(titles);
        cursor = page["next"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!((paged, cursor.as_str()), (whole, ""));

    let (late, page) = titles(&hub, "overdue=true&sort=-dispatched", &office).await;
    assert_eq!((late.len(), &page["total"]), (3, &json!(3)));
    let (found, _) = titles(&hub, "query=t-4&status=&unit=", &office).await;
    assert_eq!(found, ["楼道堆物 4"]);
}

async fn a_worker_sees_only_tickets_in_their_scope(hub: TestApp) {
    let (community, _, grid) = units(&hub).await;
    let tickets = add_tickets(&hub, 3).await;
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    let worker = hub.sign_in_at_browser(Role::GridWorker, &[grid]).await;
    let neighbour = hub.sign_in_at_browser(Role::GridWorker, &[community]).await;
    assign(&hub, tickets[1], "grid", grid, &office).await;

    let (seen, page) = titles(&hub, "", &worker).await;
    assert_eq!(
        (seen, &page["total"]),
        (vec!["楼道堆物 1".to_owned()], &json!(1))
    );
    assert_eq!(show(&hub, tickets[1], &worker).await.status, StatusCode::OK);
    let hidden = show(&hub, tickets[0], &worker).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    let (seen, _) = titles(&hub, "", &neighbour).await;
    assert!(seen.is_empty());
}

async fn roles_without_ticket_content_are_refused(hub: TestApp) {
    let tickets = add_tickets(&hub, 1).await;
    for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor] {
        let caller = hub.sign_in(role, &[]).await;
        for answer in [
            hub.get("/v1/tickets", &caller).await,
            show(&hub, tickets[0], &caller).await,
            assign(&hub, tickets[0], "person", caller.person, &caller).await,
        ] {
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert_eq!(answer.code(), "role_not_allowed");
        }
    }
}

async fn another_sub_district_sees_nothing(hub: TestApp) {
    let tickets = add_tickets(&hub, 1).await;
    let other = hub.add_tenant("other", "远方街道").await;
    let office = hub.sign_in_to(other, Role::OfficeReviewer, &[]).await;
    let (seen, _) = titles(&hub, "", &office).await;
    assert!(seen.is_empty());
    for answer in [
        show(&hub, tickets[0], &office).await,
        assign(&hub, tickets[0], "person", office.person, &office).await,
    ] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}

async fn a_list_condition_that_cannot_be_read_is_refused(hub: TestApp) {
    let office = hub.sign_in(Role::Leader, &[]).await;
    for query in [
        "status=lost",
        "unit=1",
        "cursor=x",
        "sort=title",
        "overdue=maybe",
    ] {
        let answer = hub.get(&format!("/v1/tickets?{query}"), &office).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.code(), "bad_parameter");
    }
}

async fn the_office_gives_a_ticket_to_a_community(hub: TestApp) {
    let (community, _, _) = units(&hub).await;
    let ticket = add_tickets(&hub, 1).await[0];
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let answer = assign(&hub, ticket, "community", community, &office).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let shown = answer.json();
    assert_eq!(shown["status"], "assigned");
    assert_eq!(
        shown["assigned"],
        json!({ "kind": "community", "id": community, "name": "C1 单位" })
    );
    assert_eq!(shown["community"], "C1 单位");
    let event = &shown["events"][0];
    assert_eq!(
        (&event["n"], &event["kind"]),
        (&json!(1), &json!("assigned"))
    );
    assert_eq!(event["by"]["id"], json!(office.person));
    assert_eq!(event["detail"]["note"], "请今天到场");
    assert_eq!(
        principals(&hub, ticket).await,
        sorted(vec![hub.tenant(), community])
    );

    let mut tx = hub.app().store().read().await.unwrap();
    let found = tx
        .find_ticket(hub.tenant(), ticket, None)
        .await
        .unwrap()
        .unwrap();
    let scope = tx.find_ticket_scope(hub.tenant(), ticket, community).await;
    let scope = scope.unwrap().unwrap();
    let office_scope = tx
        .find_ticket_scope(hub.tenant(), ticket, hub.tenant())
        .await;
    assert_eq!(scope.granted_seq, found.changed_seq);
    assert_eq!(
        office_scope.unwrap().unwrap().touched_seq,
        found.changed_seq
    );
}

async fn a_secretary_passes_a_ticket_on_inside_the_community_and_keeps_it_in_sight(hub: TestApp) {
    let (community, _, grid) = units(&hub).await;
    let ticket = add_tickets(&hub, 1).await[0];
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let secretary = hub
        .sign_in(Role::CommunitySecretary, &[community, grid])
        .await;
    let head = hub.sign_in(Role::GridHead, &[community, grid]).await;
    let worker = hub.sign_in_at_browser(Role::GridWorker, &[grid]).await;
    assign(&hub, ticket, "community", community, &office).await;

    let answer = assign(&hub, ticket, "grid", grid, &secretary).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let seen_by = sorted(vec![hub.tenant(), grid, secretary.person]);
    assert_eq!(principals(&hub, ticket).await, seen_by);

    let answer = assign(&hub, ticket, "person", worker.person, &head).await;
    assert_eq!(answer.json()["assigned"]["id"], json!(worker.person));
    let seen_by = sorted(vec![
        hub.tenant(),
        worker.person,
        secretary.person,
        head.person,
    ]);
    assert_eq!(principals(&hub, ticket).await, seen_by);
}

async fn a_secretary_cannot_give_a_ticket_to_another_community(hub: TestApp) {
    let (community, foreign, _) = units(&hub).await;
    let tickets = add_tickets(&hub, 2).await;
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let secretary = hub.sign_in(Role::CommunitySecretary, &[community]).await;
    let stranger = hub.sign_in_at_browser(Role::GridWorker, &[foreign]).await;
    assign(&hub, tickets[0], "community", community, &office).await;

    for (kind, to) in [
        ("community", foreign),
        ("person", stranger.person),
        ("person", office.person),
    ] {
        let answer = assign(&hub, tickets[0], kind, to, &secretary).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{kind}");
        assert_eq!(answer.code(), "outside_community");
    }
    let unseen = assign(&hub, tickets[1], "community", community, &secretary).await;
    assert_eq!(unseen.status, StatusCode::NOT_FOUND);
}

async fn a_worker_cannot_assign(hub: TestApp) {
    let (community, _, _) = units(&hub).await;
    let ticket = add_tickets(&hub, 1).await[0];
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let worker = hub.sign_in_at_browser(Role::GridWorker, &[community]).await;
    assign(&hub, ticket, "community", community, &office).await;
    let answer = assign(&hub, ticket, "person", worker.person, &worker).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

async fn the_office_takes_a_ticket_from_a_community_and_all_who_passed_it_on(hub: TestApp) {
    let (community, other, grid) = units(&hub).await;
    let ticket = add_tickets(&hub, 1).await[0];
    let office = hub.sign_in(Role::Leader, &[]).await;
    let secretary = hub
        .sign_in(Role::CommunitySecretary, &[community, grid])
        .await;
    assign(&hub, ticket, "community", community, &office).await;
    assign(&hub, ticket, "grid", grid, &secretary).await;
    assign(&hub, ticket, "community", other, &office).await;
    assert_eq!(
        principals(&hub, ticket).await,
        sorted(vec![hub.tenant(), other])
    );
    assert_eq!(
        show(&hub, ticket, &secretary).await.status,
        StatusCode::NOT_FOUND
    );
}

async fn the_same_assignment_again_changes_nothing(hub: TestApp) {
    let (community, _, _) = units(&hub).await;
    let ticket = add_tickets(&hub, 1).await[0];
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let first = assign(&hub, ticket, "community", community, &office).await;
    let second = assign(&hub, ticket, "community", community, &office).await;
    assert_eq!(second.status, StatusCode::OK);
    assert_eq!(first.json(), second.json());
}

async fn a_closed_ticket_takes_no_assignment(hub: TestApp) {
    let (community, _, _) = units(&hub).await;
    let mut closed = ticket(&hub, 1);
    closed.status = TicketState::Closed;
    let ticket = add(&hub, &[closed]).await[0];
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let answer = assign(&hub, ticket, "community", community, &office).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(answer.code(), "ticket_closed");
}

async fn an_assignee_that_does_not_fit_is_refused(hub: TestApp) {
    let (community, _, grid) = units(&hub).await;
    let ticket = add_tickets(&hub, 1).await[0];
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let auditor = hub.sign_in(Role::Auditor, &[]).await;
    for (kind, to, code) in [
        ("grid", community, "assignee_unknown"),
        ("community", grid, "assignee_unknown"),
        ("person", grid, "assignee_unknown"),
        ("person", auditor.person, "assignee_unfit"),
    ] {
        let answer = assign(&hub, ticket, kind, to, &office).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.code(), code);
    }
    let note = json!({ "to": { "kind": "grid", "id": grid }, "note": "长".repeat(501) });
    let path = format!("/v1/tickets/{ticket}/assign");
    let answer = hub.post(&path, &office, &note).await;
    assert_eq!(answer.code(), "note_too_long");
    assert_eq!(principals(&hub, ticket).await, [hub.tenant()]);
}

async fn a_volunteer_does_not_learn_who_asked(hub: TestApp) {
    let ticket = add_tickets(&hub, 1).await[0];
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let volunteer = hub.sign_in_at_browser(Role::Volunteer, &[]).await;
    assign(&hub, ticket, "person", volunteer.person, &office).await;
    let shown = show(&hub, ticket, &volunteer).await.json();
    assert_eq!(shown["requester_masked"], Value::Null);
    assert_eq!(shown["phone_masked"], Value::Null);
    let shown = show(&hub, ticket, &office).await.json();
    assert_eq!(shown["requester_masked"], "张*");
    assert_eq!(shown["phone_masked"], "138****0000");
    assert_eq!(shown["visit_rows"], json!([]));
}
