//! S33: what parties without an account promised reminds once when it falls due, whoever looks and however long nobody did.

use basis::Rng;
use harness::on_both_backends;
use hub::App;
use hub::deadlines::sweep::look;
use serde_json::{Value, json};
use sync_core::deadline::{ClockKind, ClockState, Level};
use sync_core::{Role, Timestamp};

use super::count::{act, at, clock, shown};
use crate::sync::street::{MINUTE, Street, phone};

on_both_backends! {
    a_promise_that_falls_due_reminds_the_office_once_and_a_new_date_once_more,
    a_promise_that_was_kept_or_is_not_wanted_reminds_nobody,
    two_hubs_that_look_at_once_remind_once,
    a_promise_that_fell_due_while_no_hub_ran_is_caught_up_with,
    a_phone_reminds_by_itself_without_a_network,
}

const HOUR: i64 = 60 * MINUTE;

/// Somebody without an account is asked, and promises; the number of the task.
async fn promised(street: &Street, until: Timestamp) -> Value {
    let asked = json!({
        "action": "ask_outside", "party": "供电局", "contact": "0531-1234", "words": "请检修线路",
    });
    let asked = act(street, street.ticket, asked).await;
    let task = asked["life"]["tasks"][0]["n"].clone();
    promise(street, &task, until).await;
    task
}

async fn promise(street: &Street, task: &Value, until: Timestamp) {
    let promised =
        json!({ "action": "outside_promised", "task": task, "due_at": until, "words": "派人来" });
    act(street, street.ticket, promised).await;
}

/// What was told of promises: the level, who was told, and by when it was promised.
async fn told(street: &Street) -> Vec<(String, String, i64)> {
    let shown = shown(street, street.ticket).await;
    let warnings = shown["warnings"].as_array().unwrap().iter();
    let of_promise = warnings.filter(|warning| warning["clock"] == ClockKind::Promise.as_str());
    let text = |warning: &Value, name: &str| warning[name].as_str().unwrap().to_owned();
    of_promise
        .map(|warning| {
            let due = warning["due_at"].as_i64().unwrap();
            (text(warning, "level"), text(warning, "told"), due)
        })
        .collect()
}

fn reminder(due: Timestamp) -> (String, String, i64) {
    let (level, role) = (Level::Yellow.as_str(), Role::HotlineWorker.as_str());
    (level.to_owned(), role.to_owned(), due.millis())
}

async fn overdue(street: &Street) -> Vec<Value> {
    let path = "/v1/tasks?kind=outside&overdue=true";
    let page = street.hub.get(path, &street.office).await.json();
    page["items"].as_array().unwrap().clone()
}

async fn a_promise_that_falls_due_reminds_the_office_once_and_a_new_date_once_more(street: Street) {
    let app = street.hub.app();
    let first = app.clock().now().plus_millis(5 * HOUR);
    let task = promised(&street, first).await;
    app.clock().set(first);
    look(app).await.unwrap();
    assert_eq!(told(&street).await, [], "it may still be kept");
    let before = clock(&street, street.ticket, ClockKind::Promise).await;
    assert_eq!(
        (&before["state"], &before["level"]),
        (&json!("running"), &Value::Null)
    );
    app.clock().set(first.plus_millis(1));
    for _ in 0..2 {
        look(app).await.unwrap();
        assert_eq!(told(&street).await, [reminder(first)]);
    }
    let due = clock(&street, street.ticket, ClockKind::Promise).await;
    assert_eq!(
        (&due["state"], &due["level"]),
        (&json!("missed"), &json!("yellow"))
    );
    let listed = overdue(&street).await;
    assert_eq!(listed[0]["task"]["name"], "供电局");
    assert_eq!(listed[0]["reminded_at"], json!(first.plus_millis(1)));
    // The result of the ticket is not late by it.
    let result = clock(&street, street.ticket, ClockKind::Result).await;
    assert_eq!(result["state"], "running");
    let second = first.plus_millis(2 * HOUR);
    promise(&street, &task, second).await;
    look(app).await.unwrap();
    assert_eq!(told(&street).await.len(), 1, "they have time again");
    assert_eq!(overdue(&street).await, [] as [Value; 0]);
    app.clock().set(second.plus_millis(24 * HOUR));
    look(app).await.unwrap();
    assert_eq!(told(&street).await, [reminder(first), reminder(second)]);
}

async fn a_promise_that_was_kept_or_is_not_wanted_reminds_nobody(street: Street) {
    let app = street.hub.app();
    let until = app.clock().now().plus_millis(5 * HOUR);
    let task = promised(&street, until).await;
    let done = json!({ "action": "outside_done", "task": task, "words": "已修好" });
    act(&street, street.ticket, done).await;
    let asked = json!({
        "action": "ask_outside", "party": "移动公司", "words": "请换光缆", "due_at": until,
    });
    let asked = act(&street, street.ticket, asked).await;
    let second = asked["life"]["tasks"][1]["n"].clone();
    let waived = json!({ "action": "help_waived", "task": second, "words": "自行解决" });
    act(&street, street.ticket, waived).await;
    app.clock().set(until.plus_millis(48 * HOUR));
    look(app).await.unwrap();
    assert_eq!(told(&street).await, []);
    let kept = clock(&street, street.ticket, ClockKind::Promise).await;
    assert_eq!(kept["state"], ClockState::Met.as_str());
}

async fn two_hubs_that_look_at_once_remind_once(street: Street) {
    let first = street.hub.app();
    let until = first.clock().now().plus_millis(5 * HOUR);
    promised(&street, until).await;
    let second = App::open_with(
        first.config().clone(),
        first.clock().clone(),
        Rng::seeded(9),
    )
    .await
    .expect("a second hub opens on the same database");
    first.clock().set(until.plus_millis(HOUR));
    let (one, other) = tokio::join!(look(first), look(&second));
    assert!(one.unwrap() + other.unwrap() >= 1);
    look(&second).await.unwrap();
    assert_eq!(told(&street).await, [reminder(until)]);
}

async fn a_promise_that_fell_due_while_no_hub_ran_is_caught_up_with(street: Street) {
    let until = street.hub.app().clock().now().plus_millis(5 * HOUR);
    promised(&street, until).await;
    let hub = street.hub.reopen().await;
    let street = Street { hub, ..street };
    let app = street.hub.app();
    app.clock().set(at("2027-01-20", 9, 0));
    look(app).await.unwrap();
    assert_eq!(told(&street).await, [reminder(until)]);
}

async fn a_phone_reminds_by_itself_without_a_network(street: Street) {
    let until = street.hub.app().clock().now().plus_millis(5 * HOUR);
    let task = promised(&street, until).await;
    let mut holder = phone(&street.hub, Role::GridWorker, &[street.grid], 41).await;
    holder.sync(&street.hub).await;
    let due = |holder: &harness::phone::Phone| {
        let clocks = holder.clocks();
        let mut of_ticket = clocks
            .into_iter()
            .filter(|one: &_| one.ticket == street.ticket);
        let clocks: Vec<_> = of_ticket.next().unwrap().clocks;
        let found = clocks
            .into_iter()
            .find(|clock| clock.kind == ClockKind::Promise);
        let clock = found.expect("the phone knows of the promise");
        (clock.name, clock.state, clock.level)
    };
    let name = task.to_string();
    assert_eq!(due(&holder), (name.clone(), ClockState::Running, None));
    // Nothing is heard of the hub any more.
    street.hub.app().clock().set(until.plus_millis(MINUTE));
    assert_eq!(
        due(&holder),
        (name.clone(), ClockState::Missed, Some(Level::Yellow))
    );
    let tickets = holder.replica().tickets();
    let promises = &tickets[0].record.work.as_ref().unwrap().promises;
    assert_eq!(
        (promises[0].n.to_string(), promises[0].party.as_str()),
        (name, "供电局")
    );
    // Kept, it reminds nobody: the next round says so.
    let done = json!({ "action": "outside_done", "task": task, "words": "已修好" });
    act(&street, street.ticket, done).await;
    holder.sync(&street.hub).await;
    let (_, state, level) = due(&holder);
    assert_eq!((state, level), (ClockState::Missed, None));
}
