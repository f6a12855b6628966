//! Lists, counts and batches over many tickets, and who asked.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{NOW, TestApp};
use serde_json::{Value, json};
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Role};

use super::street::{DAY, Life};

on_both_backends! {
    a_batch_gives_what_it_can_and_names_what_it_left_and_why,
    open_tasks_are_listed_for_the_office_and_for_the_unit_that_they_are_given_to,
    a_list_and_its_counts_hold_the_same_tickets,
    who_asked_is_told_in_full_to_those_who_handle_it_and_each_look_is_kept,
    a_section_is_added_once_and_given_tickets,
    a_volunteer_learns_that_something_happened_and_not_what_was_said,
}

async fn a_batch_gives_what_it_can_and_names_what_it_left_and_why(hub: TestApp) {
    let street = Life::open(hub).await;
    let free = street.ticket(1, TicketState::FIRST).await;
    let closed = street.ticket(2, TicketState::ANSWERED).await;
    let taken = street.ticket(3, TicketState::FIRST).await;
    let body = |tickets: Value| json!({ "to": { "kind": "section", "id": street.section }, "tickets": tickets, "note": "请今天到场" });
    let nowhere = Id::from_bytes([7; 16]);
    let asked = body(json!([
        { "id": free, "assigned_before": null },
        { "id": closed, "assigned_before": null },
        { "id": taken, "assigned_before": street.community },
        { "id": nowhere, "assigned_before": null },
    ]));
    let office = street.of(Role::HotlineWorker);
    let answer = street.hub.post("/v1/tickets/assign", office, &asked).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let answer = answer.json();
    assert_eq!(answer["assigned"], json!([free]));
    let codes: Vec<_> = answer["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["id"].clone(), one["code"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(
        codes,
        [
            (json!(closed), "ticket_closed".to_owned()),
            (json!(taken), "changed_meanwhile".to_owned()),
            (json!(nowhere), "not_found".to_owned()),
        ]
    );
    for one in answer["skipped"].as_array().unwrap() {
        assert!(one["detail"].as_str().unwrap().ends_with('。'), "{one}");
    }
    let shown = street.show(free, Role::SectionHandler).await;
    assert_eq!(shown["assigned"]["id"], json!(street.section));
    assert_eq!(shown["assigned"]["kind"], "section");
    let nothing = street
        .hub
        .post("/v1/tickets/assign", office, &body(json!([])))
        .await;
    assert_eq!(nothing.code(), "nothing_chosen");
    let worker = street.of(Role::SectionHandler);
    let refused = street.hub.post("/v1/tickets/assign", worker, &asked).await;
    assert_eq!(refused.code(), "role_not_allowed");
}

async fn open_tasks_are_listed_for_the_office_and_for_the_unit_that_they_are_given_to(
    hub: TestApp,
) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    for (unit, days) in [(street.section, 2), (street.community, 1)] {
        street
            .does(
                ticket,
                Role::HotlineWorker,
                json!({ "action": "ask_help", "unit": unit, "words": "请协助", "due_at": NOW + days * DAY }),
            )
            .await;
    }
    let list = async |role: Role, query: &str| {
        let path = format!("/v1/tasks{query}");
        let answer = street.hub.get(&path, street.of(role)).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        let items = answer.json()["items"].as_array().unwrap().clone();
        items
            .into_iter()
            .map(|item| item["due_at"].as_i64().unwrap() - NOW)
            .collect::<Vec<_>>()
    };
    assert_eq!(list(Role::Leader, "").await, [DAY, 2 * DAY]);
    assert_eq!(list(Role::SectionHandler, "?kind=help").await, [2 * DAY]);
    assert_eq!(list(Role::CommunitySecretary, "").await, [DAY]);
    assert_eq!(list(Role::Leader, "?overdue=true").await, [0; 0]);
    assert_eq!(list(Role::Leader, "?kind=supervision").await, [0; 0]);
    let shown = street.show(ticket, Role::Leader).await;
    let own = shown["life"]["tasks"][0]["n"].clone();
    street
        .does(
            ticket,
            Role::SectionHandler,
            json!({ "action": "help_done", "task": own, "words": "好了" }),
        )
        .await;
    assert_eq!(list(Role::SectionHandler, "").await, [0; 0]);
    let bad = street
        .hub
        .get("/v1/tasks?kind=wish", street.of(Role::Leader))
        .await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}

async fn a_list_and_its_counts_hold_the_same_tickets(hub: TestApp) {
    let street = Life::open(hub).await;
    for number in 0..6 {
        let ticket = street.ticket(number, TicketState::FIRST).await;
        let act = match number % 3 {
            0 => {
                json!({ "action": "classify", "requester_type": "enterprise", "request_kind": "help" })
            }
            1 => json!({ "action": "classify", "request_kind": "complaint" }),
            _ => {
                json!({ "action": "supervise", "level": "urge", "cause": "other", "words": "请办", "due_at": NOW + DAY })
            }
        };
        street.does(ticket, Role::HotlineWorker, act).await;
    }
    let office = street.of(Role::Leader);
    let get = async |path: String| {
        let answer = street.hub.get(&path, office).await;
        assert_eq!(answer.status, StatusCode::OK, "{path} {:?}", answer.body);
        answer.json()
    };
    for (by, expected) in [
        ("requester_type", json!({ "citizen": 4, "enterprise": 2 })),
        (
            "request_kind",
            json!({ "help": 2, "complaint": 2, "unknown": 2 }),
        ),
        ("status", json!({ "new": 6 })),
        ("timeliness", json!({ "unknown": 6 })),
    ] {
        let counts = get(format!("/v1/tickets/counts?by={by}")).await;
        assert_eq!(
            (&counts["counts"], &counts["total"]),
            (&expected, &json!(6))
        );
        for (word, count) in expected.as_object().unwrap() {
            let page = get(format!("/v1/tickets?{by}={word}")).await;
            assert_eq!(&page["total"], count, "{by}={word}");
            assert_eq!(
                page["items"].as_array().unwrap().len() as i64,
                count.as_i64().unwrap()
            );
        }
    }
    assert_eq!(
        get("/v1/tickets?supervised=true".to_owned()).await["total"],
        2
    );
    let both = "/v1/tickets/counts?by=request_kind&requester_type=enterprise".to_owned();
    assert_eq!(get(both).await["counts"], json!({ "help": 2 }));
    for bad in [
        "timeliness=soon",
        "request_kind=x",
        "requester_type=x",
        "supervised=x",
    ] {
        let answer = street.hub.get(&format!("/v1/tickets?{bad}"), office).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

async fn who_asked_is_told_in_full_to_those_who_handle_it_and_each_look_is_kept(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let path = format!("/v1/tickets/{ticket}/requester");
    let ask = async |role: Role, purpose: &str| {
        let body = json!({ "purpose": purpose });
        street.hub.post(&path, street.of(role), &body).await
    };
    assert_eq!(
        ask(Role::Volunteer, "call").await.code(),
        "role_not_allowed"
    );
    assert_eq!(
        ask(Role::Auditor, "call").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(ask(Role::GridWorker, " ").await.code(), "purpose_missing");
    let told = ask(Role::GridWorker, "call").await;
    assert_eq!(told.status, StatusCode::OK, "{:?}", told.body);
    let audit = street.hub.get("/v1/audit", street.of(Role::Auditor)).await;
    let rows = audit.json()["items"].as_array().unwrap().clone();
    let looks = rows.iter().filter(|row| row["act"] == "requester.read");
    assert_eq!(looks.count(), 1);
}

async fn a_section_is_added_once_and_given_tickets(hub: TestApp) {
    let street = Life::open(hub).await;
    let add = async |role: Role, kind: &str, name: &str| {
        let body = json!({ "kind": kind, "name": name });
        street.hub.post("/v1/units", street.of(role), &body).await
    };
    let leader = Role::Leader;
    assert_eq!(
        add(Role::HotlineWorker, "section", "经发科").await.code(),
        "role_not_allowed"
    );
    assert_eq!(
        add(leader, "community", "新社区").await.code(),
        "unit_kind_unfit"
    );
    assert_eq!(add(leader, "section", " ").await.code(), "name_missing");
    let added = add(leader, "team", "应企快处专班").await;
    assert_eq!(added.status, StatusCode::OK, "{:?}", added.body);
    assert_eq!(
        add(leader, "team", "应企快处专班").await.code(),
        "unit_known"
    );
    let team = added.json()["id"].clone();
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let shown = street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "assign", "kind": "team", "to": team }),
        )
        .await;
    assert_eq!(shown["assigned"]["name"], "应企快处专班");
}

async fn a_volunteer_learns_that_something_happened_and_not_what_was_said(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    for act in [
        json!({ "action": "contact", "means": "phone", "words": "张女士下午在家" }),
        json!({ "action": "supervise", "level": "urge", "cause": "other", "words": "请张女士的楼长跟进", "due_at": NOW + DAY }),
        json!({ "action": "describe", "form": { "enterprise": "张女士的店" } }),
    ] {
        if act["action"] == "contact" {
            street
                .does(ticket, Role::HotlineWorker, json!({ "action": "accept" }))
                .await;
        }
        street.does(ticket, Role::HotlineWorker, act).await;
    }
    let path = format!("/v1/tickets/{ticket}");
    let reads = async |role: Role| {
        let caller = street
            .hub
            .sign_in_at_browser(role, &[street.community])
            .await;
        street.hub.get(&path, &caller).await.json()
    };
    let (told, kept) = (reads(Role::GridHead).await, reads(Role::Volunteer).await);
    assert_eq!(
        kept["events"].as_array().unwrap().len(),
        told["events"].as_array().unwrap().len()
    );
    assert!(told.to_string().contains("张女士"));
    assert!(!kept.to_string().contains("张女士"), "{kept}");
}
