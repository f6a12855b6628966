//! What the office's boards read: what is due, what waits for a call, who asked for what, what was decided.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{NOW, TestApp};
use hub::deadlines::sweep::look;
use serde_json::{Value, json};
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Role, Timestamp};

use super::street::{DAY, HOUR, Life};
use super::whole::{answered, feedback, task};

on_both_backends! {
    a_ticket_is_due_today_then_within_a_day_then_overdue_and_its_level_is_counted,
    an_answered_ticket_waits_for_one_call_in_each_cycle,
    a_task_is_listed_with_what_was_asked_by_whom_and_how_it_went_on,
    what_was_decided_and_what_went_back_late_is_listed_for_the_office_alone,
    who_was_warned_stands_with_the_ticket_where_it_is_asked_for,
}

async fn get(street: &Life, role: Role, path: &str) -> Value {
    let answer = street.hub.get(path, street.of(role)).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
    answer.json()
}

async fn listed(street: &Life, query: &str) -> Vec<Id> {
    let page = get(street, Role::Leader, &format!("/v1/tickets?{query}")).await;
    let items = page["items"].as_array().unwrap();
    assert_eq!(page["total"], items.len(), "{query}");
    let ids = items.iter().map(|item| item["id"].as_str().unwrap());
    ids.map(|id| Id::parse(id).unwrap()).collect()
}

async fn at(street: &Life, millis: i64) {
    let app = street.hub.app();
    app.clock().set(Timestamp::from_millis(millis));
    look(app).await.unwrap();
}

async fn due(street: &Life, ticket: Id) -> i64 {
    street.show(ticket, Role::Leader).await["due_at"]
        .as_i64()
        .unwrap()
}

async fn a_ticket_is_due_today_then_within_a_day_then_overdue_and_its_level_is_counted(
    hub: TestApp,
) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    at(&street, NOW).await;
    let due = due(&street, ticket).await;
    let nobody: Vec<Id> = Vec::new();
    for (moment, today, within_a_day, overdue, level) in [
        (due - 25 * HOUR, false, false, false, None),
        (due - 24 * HOUR + 1, false, true, false, None),
        (due - 1, true, true, false, Some("yellow")),
        (due, true, true, false, None),
        (due + 1, false, false, true, Some("red")),
    ] {
        at(&street, moment).await;
        let seen = |is: bool| if is { vec![ticket] } else { nobody.clone() };
        // The due moment itself belongs to the day that it ends, not to the next one.
        if moment < due {
            assert_eq!(listed(&street, "due=today").await, seen(today), "{moment}");
        }
        assert_eq!(
            listed(&street, "due=day").await,
            seen(within_a_day),
            "{}",
            moment - due
        );
        assert_eq!(listed(&street, "overdue=true").await, seen(overdue));
        if let Some(level) = level {
            assert_eq!(
                listed(&street, &format!("level={level}")).await,
                seen(true),
                "{level}"
            );
            let counts = get(&street, Role::Leader, "/v1/tickets/counts?by=level").await;
            assert_eq!(counts["counts"], json!({ level: 1 }));
        }
    }
    for bad in [
        "due=soon",
        "due=day&overdue=true",
        "level=pink",
        "open=x",
        "holder=x",
    ] {
        let answer = street
            .hub
            .get(&format!("/v1/tickets?{bad}"), street.of(Role::Leader))
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

async fn an_answered_ticket_waits_for_one_call_in_each_cycle(hub: TestApp) {
    let street = Life::open(hub).await;
    let first = street.ticket(1, TicketState::FIRST).await;
    let second = street.ticket(2, TicketState::FIRST).await;
    assert!(listed(&street, "uncalled=true").await.is_empty());
    for ticket in [first, second] {
        answered(&street, ticket).await;
    }
    let mut both = vec![first, second];
    both.sort();
    let mut waiting = listed(&street, "uncalled=true").await;
    waiting.sort();
    assert_eq!(waiting, both);
    let call = |solved: bool| json!({ "action": "callback", "means": "phone", "service": "satisfied", "result": if solved { "satisfied" } else { "dissatisfied" }, "solved": solved, "words": "还有杂物" });
    street.does(first, Role::HotlineWorker, call(true)).await;
    let again = street.does(second, Role::OfficeReviewer, call(false)).await;
    assert_eq!(again["cycle"], 2);
    assert!(listed(&street, "uncalled=true").await.is_empty());
    assert_eq!(listed(&street, "reworked=true").await, [second]);
    let day = get(&street, Role::HotlineWorker, "/v1/callbacks").await;
    assert_eq!(
        day,
        json!({ "waiting": 0, "asked": 2, "own": 1, "content": 1, "again": 1, "not_asked": 0 })
    );
    // The answer of the second cycle asks for a call of its own.
    street
        .does(
            second,
            Role::SectionHandler,
            json!({ "action": "report_done", "words": "又清了一遍" }),
        )
        .await;
    street
        .does(
            second,
            Role::OfficeReviewer,
            json!({ "action": "approve_done" }),
        )
        .await;
    for to in ["requester", "platform"] {
        feedback(&street, second, to, "result").await;
    }
    assert_eq!(listed(&street, "uncalled=true").await, [second]);
    // Where it is said why nobody is asked, nobody waits for a call.
    street
        .does(
            second,
            Role::HotlineWorker,
            json!({ "action": "callback", "means": "phone", "not_asked": "no_answer" }),
        )
        .await;
    assert!(listed(&street, "uncalled=true").await.is_empty());
    let refused = street
        .hub
        .get("/v1/callbacks", street.of(Role::SectionHandler))
        .await;
    assert_eq!(refused.code(), "role_not_allowed");
}

async fn a_task_is_listed_with_what_was_asked_by_whom_and_how_it_went_on(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "assign", "kind": "section", "to": street.section }),
        )
        .await;
    let until = NOW + 9 * DAY;
    let shown = street
        .does(
            ticket,
            Role::SectionHandler,
            json!({ "action": "ask_extension", "words": "要等管线图", "until": until }),
        )
        .await;
    let tasks = get(&street, Role::Leader, "/v1/tasks?kind=extension").await;
    let row = &tasks["items"][0];
    assert_eq!(row["task"]["words"], "要等管线图");
    assert_eq!(row["task"]["due_at"], until);
    assert_eq!(row["assigned"], shown["assigned"]["name"]);
    assert_eq!(row["ticket_due_at"], shown["due_at"]);
    let by = row["task"]["opened"]["by"].as_str().unwrap();
    assert!(tasks["people"][by].is_string(), "{tasks}");
    // The version of the row is what an action has to name.
    let grant = json!({ "action": "grant_extension", "task": row["n"], "words": "同意" });
    let done = street
        .acts(ticket, Role::Leader, &row["version"], grant)
        .await;
    assert_eq!(done.status, StatusCode::OK, "{:?}", done.body);
    let left = get(&street, Role::Leader, "/v1/tasks?kind=extension").await;
    assert_eq!(left["items"], json!([]));

    let demand = json!({ "action": "supervise", "level": "urge", "cause": "safety", "words": "请说明进度", "due_at": NOW + DAY });
    let shown = street.does(ticket, Role::Leader, demand).await;
    let supervision = task(&shown, "supervision");
    let answer =
        json!({ "action": "answer_supervision", "task": supervision, "words": "今天完成" });
    street.does(ticket, Role::SectionHandler, answer).await;
    let tasks = get(&street, Role::Leader, "/v1/tasks?kind=supervision").await;
    let row = &tasks["items"][0]["task"];
    assert_eq!(row["state"], "answered");
    let turn = &row["turns"][0];
    assert_eq!(turn["words"], "今天完成");
    assert!(tasks["people"][turn["done"]["by"].as_str().unwrap()].is_string());
}

async fn what_was_decided_and_what_went_back_late_is_listed_for_the_office_alone(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "assign", "kind": "section", "to": street.section }),
        )
        .await;
    let shown = street
        .does(
            ticket,
            Role::SectionHandler,
            json!({ "action": "ask_hold", "words": "等老旧小区改造", "plan": "列入明年计划", "until": NOW + 60 * DAY }),
        )
        .await;
    street
        .does(
            ticket,
            Role::Leader,
            json!({ "action": "hold", "task": task(&shown, "hold"), "words": "同意" }),
        )
        .await;
    let path = format!("/v1/tickets/done?actions=grant_extension,hold,refuse&since={NOW}");
    let done = get(&street, Role::HotlineWorker, &path).await;
    let row = &done["items"][0];
    assert_eq!(row["kind"], "hold");
    assert_eq!(row["ticket"], json!(ticket));
    assert!(row["by"]["name"].is_string());
    assert_eq!(done["more"], false);
    let later = format!("/v1/tickets/done?actions=hold&since={}", NOW + 1);
    assert_eq!(get(&street, Role::Leader, &later).await["items"], json!([]));
    let bad = "/v1/tickets/done?actions=praise&since=0";
    let answer = street.hub.get(bad, street.of(Role::Leader)).await;
    assert_eq!(answer.code(), "bad_parameter");
    for role in [
        Role::SectionHandler,
        Role::CommunitySecretary,
        Role::Volunteer,
    ] {
        let answer = street.hub.get(&path, street.of(role)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?}");
    }

    let late = street.ticket(2, TicketState::FIRST).await;
    at(&street, NOW + 10 * DAY).await;
    street
        .does(
            late,
            Role::Leader,
            json!({ "action": "return_up", "words": "不属于本街道" }),
        )
        .await;
    let path = format!("/v1/tickets/done?actions=return_up&since={NOW}");
    let done = get(&street, Role::Leader, &path).await;
    assert_eq!(done["items"][0]["detail"]["late"], true);
}

async fn who_was_warned_stands_with_the_ticket_where_it_is_asked_for(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    at(&street, NOW).await;
    let due = due(&street, ticket).await;
    at(&street, due + 1).await;
    let plain = get(&street, Role::Leader, "/v1/tickets?overdue=true").await;
    assert!(plain["items"][0].get("warnings").is_none());
    let told = get(
        &street,
        Role::Leader,
        "/v1/tickets?overdue=true&warnings=true",
    )
    .await;
    let warnings = told["items"][0]["warnings"].as_array().unwrap();
    let roles: Vec<_> = warnings
        .iter()
        .filter(|warning| warning["clock"] == "result")
        .map(|warning| warning["told"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["community_secretary", "grid_head"]);
}
