//! The look at every clock once a minute: warnings once, whoever looks and however long nobody did.

use basis::Rng;
use harness::on_both_backends;
use hub::App;
use hub::deadlines::sweep::look;
use serde_json::{Value, json};
use sync_core::calendar::Calendar;
use sync_core::deadline::ClockKind;

use super::count::{act, at, clock, enterprise, shown};
use crate::sync::street::{MINUTE, Street};

on_both_backends! {
    each_level_warns_the_next_role_of_the_chain_once,
    two_hubs_that_look_at_once_warn_once,
    what_passed_while_no_hub_ran_is_caught_up_with,
    an_imported_year_makes_a_provisional_date_certain_and_says_so,
    an_overdue_ticket_is_in_the_list_within_a_minute_and_an_extension_takes_it_out,
    what_is_on_hold_is_in_no_list_of_overdue_tickets_until_it_goes_on,
    a_look_that_finds_nothing_writes_nothing,
    what_came_with_its_answer_has_no_clock_and_keeps_its_date,
}

fn told(shown: &Value, kind: ClockKind) -> Vec<(String, String)> {
    let warnings = shown["warnings"].as_array().unwrap().iter();
    let of_kind = warnings.filter(|warning| warning["clock"] == kind.as_str());
    let text = |warning: &Value, name: &str| warning[name].as_str().unwrap().to_owned();
    let mut told: Vec<_> = of_kind
        .map(|warning| (text(warning, "level"), text(warning, "told")))
        .collect();
    told.sort();
    told
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = pairs
        .iter()
        .map(|(level, role)| ((*level).to_owned(), (*role).to_owned()))
        .collect();
    pairs.sort();
    pairs
}

const CHAIN: [(&str, &str); 4] = [
    ("yellow", "grid_head"),
    ("red", "community_secretary"),
    ("purple", "section_handler"),
    ("purple", "leader"),
];

async fn each_level_warns_the_next_role_of_the_chain_once(street: Street) {
    let app = street.hub.app();
    app.clock().set(at("2026-09-21", 9, 0));
    let ticket = enterprise(&street).await;
    let due = at("2026-09-21", 11, 0);
    for (moment, told_so_far) in [
        (due.plus_millis(-31 * MINUTE), 0),
        (due.plus_millis(-30 * MINUTE), 1),
        (due, 1),
        (due.plus_millis(1), 2),
        (due.plus_millis(60 * MINUTE), 2),
        (at("2026-09-22", 11, 0), 4),
        (at("2026-09-24", 11, 0), 4),
    ] {
        app.clock().set(moment);
        look(app).await.unwrap();
        look(app).await.unwrap();
        let shown = shown(&street, ticket).await;
        let expected = pairs(&CHAIN[..told_so_far]);
        assert_eq!(told(&shown, ClockKind::Arrival), expected, "{moment:?}");
    }
}

async fn two_hubs_that_look_at_once_warn_once(street: Street) {
    let first = street.hub.app();
    first.clock().set(at("2026-09-21", 9, 0));
    let ticket = enterprise(&street).await;
    let second = App::open_with(
        first.config().clone(),
        first.clock().clone(),
        Rng::seeded(9),
    )
    .await
    .expect("a second hub opens on the same database");
    first.clock().set(at("2026-09-21", 12, 0));
    let (one, other) = tokio::join!(look(first), look(&second));
    // The street's own ticket and this one, each by one of the two hubs.
    assert!(one.unwrap() + other.unwrap() >= 1);
    let shown = shown(&street, ticket).await;
    assert_eq!(told(&shown, ClockKind::Arrival), pairs(&CHAIN[..2]));
    let warned = shown["warnings"].as_array().unwrap().len();
    look(&second).await.unwrap();
    let again = super::count::shown(&street, ticket).await;
    assert_eq!(again["warnings"].as_array().unwrap().len(), warned);
}

async fn what_passed_while_no_hub_ran_is_caught_up_with(street: Street) {
    street.hub.app().clock().set(at("2026-09-21", 9, 0));
    let ticket = enterprise(&street).await;
    let hub = street.hub.reopen().await;
    let street = Street { hub, ..street };
    street.hub.app().clock().set(at("2026-10-20", 9, 0));
    look(street.hub.app()).await.unwrap();
    let shown = shown(&street, ticket).await;
    for kind in [ClockKind::Arrival, ClockKind::Feedback] {
        assert_eq!(told(&shown, kind), pairs(&CHAIN), "{kind:?}");
    }
}

async fn an_imported_year_makes_a_provisional_date_certain_and_says_so(street: Street) {
    let app = street.hub.app();
    app.clock().set(at("2026-12-25", 9, 0));
    let ticket = enterprise(&street).await;
    let before = shown(&street, ticket).await;
    assert_eq!(before["due_provisional"], true);
    // Ten working days by weekends alone: New Year's Day, a Friday, was counted.
    assert_eq!(before["due_at"], json!(at("2027-01-09", 0, 0)));

    let year = "年 2027\n来源 通知\n放假 元旦 2027-01-01 至 2027-01-03\n";
    let calendar = Calendar::parse(year.as_bytes()).unwrap();
    let parts = tables::Parts {
        store: app.store(),
        clock: app.clock(),
        rng: app.rng(),
        keys: app.keys(),
    };
    tables::calendar::take_in(&calendar, street.hub.tenant(), parts)
        .await
        .unwrap();
    look(app).await.unwrap();
    let after = shown(&street, ticket).await;
    assert_eq!(after["due_provisional"], false);
    assert_eq!(after["due_at"], json!(at("2027-01-12", 0, 0)));
    let events = after["events"].as_array().unwrap();
    let told: Vec<_> = events
        .iter()
        .filter(|event| event["kind"] == "due_recomputed")
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["detail"]["before"], before["due_at"]);
    assert_eq!(told[0]["detail"]["due_at"], after["due_at"]);
    look(app).await.unwrap();
    assert_eq!(shown(&street, ticket).await["events"], after["events"]);
}

async fn an_overdue_ticket_is_in_the_list_within_a_minute_and_an_extension_takes_it_out(
    street: Street,
) {
    let app = street.hub.app();
    app.clock().set(at("2026-09-21", 9, 0));
    let ticket = enterprise(&street).await;
    let overdue = async || {
        look(app).await.unwrap();
        let page = street
            .hub
            .get("/v1/tickets?overdue=true", &street.office)
            .await
            .json();
        let items = page["items"].as_array().unwrap().clone();
        items.into_iter().find(|row| row["id"] == json!(ticket))
    };
    let due = at("2026-10-13", 0, 0);
    assert_eq!(shown(&street, ticket).await["due_at"], json!(due));
    app.clock().set(due.plus_millis(-1));
    assert!(overdue().await.is_none());
    app.clock().set(due.plus_millis(MINUTE));
    let row = overdue().await.expect("the ticket is overdue");
    assert_eq!(row["clock"]["overdue"], true);
    assert_eq!(row["clock"]["working_days"], 0);
    assert_eq!(row["clock"]["millis"], json!(MINUTE));
    assert_eq!(row["clock"]["level"], "purple", "nobody ever went there");
    assert_eq!(row["clock"]["due_day"], "2026-10-12");

    // Extended by a leader: the list says so at once.
    let asked = act(
        &street,
        ticket,
        json!({ "action": "ask_extension", "words": "等配件", "until": at("2026-10-17", 0, 0) }),
    )
    .await;
    let leader = street.hub.sign_in(sync_core::Role::Leader, &[]).await;
    let body = json!({
        "seen": asked["life"]["version"],
        "act": { "action": "grant_extension", "task": asked["life"]["version"] },
    });
    let path = format!("/v1/tickets/{ticket}/actions");
    let answer = street.hub.post(&path, &leader, &body).await;
    assert!(answer.status.is_success(), "{:?}", answer.body);
    assert!(overdue().await.is_none());
    let result = clock(&street, ticket, ClockKind::Result).await;
    assert_eq!(result["due"]["day"], "2026-10-16");
    assert_eq!(result["first_due"]["day"], "2026-10-12");
}

async fn what_is_on_hold_is_in_no_list_of_overdue_tickets_until_it_goes_on(street: Street) {
    let app = street.hub.app();
    app.clock().set(at("2026-11-13", 9, 0));
    let ticket = street.ticket;
    let given = shown(&street, ticket).await["due_at"].clone();
    let leader = street.hub.sign_in(sync_core::Role::Leader, &[]).await;
    let plan = json!({
        "action": "ask_hold", "words": "等施工", "plan": "月底进场", "until": at("2026-12-31", 0, 0),
    });
    // Before its date, which lies three days after it came.
    app.clock().set(sync_core::Timestamp::from_millis(
        given.as_i64().unwrap() - 60 * MINUTE,
    ));
    let asked = act(&street, ticket, plan).await["life"]["version"].clone();
    let body = json!({ "seen": asked, "act": { "action": "hold", "task": asked } });
    let path = format!("/v1/tickets/{ticket}/actions");
    let answer = street.hub.post(&path, &leader, &body).await;
    assert!(answer.status.is_success(), "{:?}", answer.body);
    for _ in 0..12 {
        street.wait(24 * 60);
        look(app).await.unwrap();
        let page = street
            .hub
            .get("/v1/tickets?overdue=true", &street.office)
            .await
            .json();
        assert_eq!(page["total"], 0, "{}", page["items"]);
        let result = clock(&street, ticket, ClockKind::Result).await;
        assert_eq!(result["state"], "paused");
    }
    let resumed = act(
        &street,
        ticket,
        json!({ "action": "resume", "words": "已进场" }),
    )
    .await;
    assert!(resumed["due_at"].as_i64() > given.as_i64());
    let result = clock(&street, ticket, ClockKind::Result).await;
    assert_eq!(result["state"], "running");
    assert_eq!(result["first_due"]["at"], given);
}

async fn what_came_with_its_answer_has_no_clock_and_keeps_its_date(street: Street) {
    let app = street.hub.app();
    let mut answered = crate::sync::street::new_ticket(&street.hub);
    answered.status = sync_core::lifecycle::TicketState::ANSWERED;
    let (id, due) = (answered.id, answered.due_at);
    let mut unknown = crate::sync::street::new_ticket(&street.hub);
    unknown.status = sync_core::lifecycle::TicketState::ANSWERED;
    unknown.due_at = None;
    let without = unknown.id;
    let mut tx = app.store().begin().await.unwrap();
    let seq = tx.next_seq(street.hub.tenant()).await.unwrap();
    tx.insert_tickets(street.hub.tenant(), &[answered, unknown], seq)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    look(app).await.unwrap();
    let known = shown(&street, id).await;
    assert_eq!(known["due_at"], json!(due));
    assert_eq!(
        (&known["clocks"], &known["warnings"]),
        (&json!([]), &json!([]))
    );
    // Whether it was in time is not known, and nothing is made up.
    assert_eq!(shown(&street, without).await["due_at"], json!(null));
}

async fn a_look_that_finds_nothing_writes_nothing(street: Street) {
    let app = street.hub.app();
    look(app).await.unwrap();
    let seq = async || {
        let mut tx = app.store().read().await.unwrap();
        tx.find_tenant(street.hub.tenant())
            .await
            .unwrap()
            .unwrap()
            .seq
    };
    let before = seq().await;
    assert_eq!(look(app).await.unwrap(), 0);
    assert_eq!(seq().await, before);
}
