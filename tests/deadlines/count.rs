//! The clocks of a ticket at the hub and on phones: what is due without a date of the upper level, arrivals recorded
//! offline, and the countdown without a network.

use harness::on_both_backends;
use serde_json::{Value, json};
use store::tickets::RequesterType;
use sync_core::calendar::{Calendar, Day};
use sync_core::deadline::{Clock, ClockKind, ClockState, Profile};
use sync_core::{Id, Role, Timestamp};

use crate::imports::files::real;
use crate::sync::street::{MINUTE, Street, new_ticket, phone};

on_both_backends! {
    a_ticket_without_a_date_gets_one_by_its_profile_and_keeps_its_version,
    an_arrival_recorded_in_time_and_synced_late_counts_as_in_time_and_says_so,
    an_arrival_by_a_phone_that_put_its_clock_right_is_not_put_right_twice,
    a_phone_two_hours_off_counts_offline_to_the_second_as_the_hub_does,
    two_feedbacks_written_and_approved_by_two_people_stop_the_clock,
}

/// A moment in China.
pub(super) fn at(day: &str, hour: i64, minute: i64) -> Timestamp {
    let day = Day::parse(day).unwrap();
    day.start().plus_millis((hour * 60 + minute) * MINUTE)
}

/// An enterprise's ticket without a date, dispatched now and given to the grid.
pub(super) async fn enterprise(street: &Street) -> Id {
    let mut ticket = new_ticket(&street.hub);
    ticket.requester_type = RequesterType::Enterprise;
    ticket.due_at = None;
    let (id, tenant) = (ticket.id, street.hub.tenant());
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(tenant).await.unwrap();
    tx.insert_tickets(tenant, &[ticket], seq).await.unwrap();
    tx.commit().await.unwrap();
    street.assign(id, "grid", street.grid).await;
    id
}

pub(super) async fn shown(street: &Street, ticket: Id) -> Value {
    let answer = street
        .hub
        .get(&format!("/v1/tickets/{ticket}"), &street.office)
        .await;
    assert!(answer.status.is_success(), "{:?}", answer.body);
    answer.json()
}

pub(super) async fn clock(street: &Street, ticket: Id, kind: ClockKind) -> Value {
    let shown = shown(street, ticket).await;
    let clocks = shown["clocks"].as_array().unwrap();
    let found = clocks.iter().find(|clock| clock["kind"] == kind.as_str());
    found
        .unwrap_or_else(|| panic!("{kind:?} is not in {clocks:?}"))
        .clone()
}

pub(super) async fn act(street: &Street, ticket: Id, act: Value) -> Value {
    let seen = shown(street, ticket).await["life"]["version"].clone();
    let body = json!({ "seen": seen, "act": act });
    let path = format!("/v1/tickets/{ticket}/actions");
    let answer = street.hub.post(&path, &street.office, &body).await;
    assert!(answer.status.is_success(), "{act} {:?}", answer.body);
    answer.json()
}

async fn a_ticket_without_a_date_gets_one_by_its_profile_and_keeps_its_version(street: Street) {
    street.hub.app().clock().set(at("2026-09-18", 15, 0));
    let ticket = enterprise(&street).await;
    let before = shown(&street, ticket).await;
    assert_eq!(before["due_at"], json!(at("2026-10-10", 0, 0)));
    assert_eq!(before["due_provisional"], json!(false));
    assert_eq!(before["profile"]["id"], "enterprise_2110");
    assert_eq!(before["profile"]["version"], 1);
    let feedback = clock(&street, ticket, ClockKind::Feedback).await;
    assert_eq!(feedback["due"]["day"], "2026-09-20");
    assert_eq!(feedback["missing"], json!(["requester", "platform"]));

    let shorter = "方案 enterprise_2110\n版本 2\n名称 新\n依据 新文件\n施行 2026-09-01\n办结 3 工作日 自交办\n";
    let written = street
        .hub
        .post(
            "/v1/deadline-profiles",
            &street.office,
            &json!({ "text": shorter }),
        )
        .await;
    assert!(written.status.is_success(), "{:?}", written.body);
    act(
        &street,
        ticket,
        json!({ "action": "note", "words": "看过" }),
    )
    .await;
    let after = shown(&street, ticket).await;
    assert_eq!(after["due_at"], before["due_at"]);
    assert_eq!(after["profile"]["version"], 1);

    let next = enterprise(&street).await;
    let next = shown(&street, next).await;
    assert_eq!(next["profile"]["version"], 2);
    assert_eq!(next["due_at"], json!(at("2026-09-23", 0, 0)));

    // The upper level's date wins, whatever the profile says.
    let given = street.ticket;
    let given = shown(&street, given).await;
    assert_eq!(given["profile"]["id"], "general_5wd");
    assert_eq!(given["due_at"], given["times"]["given_due_at"]);
}

async fn an_arrival_recorded_in_time_and_synced_late_counts_as_in_time_and_says_so(
    mut street: Street,
) {
    street.hub.app().clock().set(at("2026-09-18", 9, 0));
    let ticket = enterprise(&street).await;
    // The phone's clock is an hour slow, and nobody has told it yet.
    street.worker.skew = -60 * MINUTE;
    street.worker.sync(&street.hub).await;
    street.wait(110);
    let doc = street.worker.create_visit(ticket);
    street.worker.arrive(doc);
    let offline = own_clock(&street.worker, ticket, ClockKind::Arrival);
    assert_eq!(offline.state, ClockState::Met);
    street.wait(70);
    let missed = clock(&street, ticket, ClockKind::Arrival).await;
    assert_eq!(
        (&missed["state"], &missed["level"]),
        (&json!("missed"), &json!("red"))
    );

    street.worker.sync(&street.hub).await;
    let arrival = clock(&street, ticket, ClockKind::Arrival).await;
    assert_eq!(arrival["state"], "met");
    assert_eq!(arrival["met_at"], json!(at("2026-09-18", 10, 50)));
    assert_eq!(arrival["told_late"], true);
    assert_eq!(arrival["corrected"], true);
    let times = &shown(&street, ticket).await["times"];
    assert_eq!(times["arrived_at"], json!(at("2026-09-18", 10, 50)));

    // Whoever comes later does not move it.
    let later = street.captain.create_visit(ticket);
    street.captain.arrive(later);
    street.captain.sync(&street.hub).await;
    let again = clock(&street, ticket, ClockKind::Arrival).await;
    assert_eq!(again["met_at"], arrival["met_at"]);
}

async fn an_arrival_by_a_phone_that_put_its_clock_right_is_not_put_right_twice(mut street: Street) {
    street.hub.app().clock().set(at("2026-09-18", 9, 0));
    let ticket = enterprise(&street).await;
    street.worker.sync(&street.hub).await;
    street.wait(60);
    // Two hours slow, and known to be: what it writes is right, and marked as an estimate.
    street.worker.doubt_clock(true);
    let doc = street.worker.create_visit(ticket);
    street.worker.arrive(doc);
    street.worker.skew = -120 * MINUTE;
    street.worker.sync(&street.hub).await;
    let arrival = clock(&street, ticket, ClockKind::Arrival).await;
    assert_eq!(arrival["met_at"], json!(at("2026-09-18", 10, 0)));
    assert_eq!(arrival["corrected"], true);
}

fn own_clock(phone: &harness::phone::Phone, ticket: Id, kind: ClockKind) -> Clock {
    let all = phone.clocks();
    let clocks = all.into_iter().find(|clocks| clocks.ticket == ticket);
    let mut clocks = clocks
        .expect("the phone counts the ticket")
        .clocks
        .into_iter();
    clocks.find(|clock| clock.kind == kind).unwrap()
}

async fn a_phone_two_hours_off_counts_offline_to_the_second_as_the_hub_does(street: Street) {
    street.hub.app().clock().set(at("2026-09-18", 9, 0));
    let ticket = enterprise(&street).await;
    let own = "方案 general_5wd\n版本 2\n名称 街道\n依据 街道文件\n施行 2026-09-01\n首联 4 小时 自派发\n\
        办结 3 工作日 自派发\n截止 下班\n";
    let body = json!({ "text": own });
    let written = street
        .hub
        .post("/v1/deadline-profiles", &street.office, &body)
        .await;
    assert!(written.status.is_success(), "{:?}", written.body);
    let other = street.add_ticket("grid", street.grid).await;
    for skew in [-120, 120] {
        let mut phone = phone(&street.hub, Role::GridWorker, &[street.grid], 40).await;
        phone.skew = skew * MINUTE;
        phone.sync(&street.hub).await;
        for minutes in [0, 29, 61, 24 * 60, 5 * 24 * 60] {
            street.hub.app().clock().advance(minutes * MINUTE + 1_000);
            for ticket in [ticket, other] {
                let hub = shown(&street, ticket).await["clocks"].clone();
                let here = phone.clocks().into_iter().find(|one| one.ticket == ticket);
                let here = serde_json::to_value(here.unwrap().clocks).unwrap();
                assert_eq!(here, hub, "{skew} {minutes}");
            }
        }
    }
    let of_other = shown(&street, other).await;
    assert_eq!(
        of_other["profile"]["version"], 2,
        "the street's own version reached the phones"
    );
}

async fn two_feedbacks_written_and_approved_by_two_people_stop_the_clock(street: Street) {
    street.hub.app().clock().set(at("2026-09-18", 9, 0));
    let ticket = enterprise(&street).await;
    for addressee in ["requester", "platform"] {
        let draft = json!({
            "action": "draft_feedback", "addressee": addressee, "stage": "opinion", "words": "已到现场。",
        });
        let task = act(&street, ticket, draft).await["life"]["version"].clone();
        let approve = json!({ "action": "approve_feedback", "task": task });
        // Who wrote it does not approve it.
        let body = json!({
            "seen": shown(&street, ticket).await["life"]["version"], "act": approve,
        });
        let leader = street.hub.sign_in(Role::Leader, &[]).await;
        let path = format!("/v1/tickets/{ticket}/actions");
        let answer = street.hub.post(&path, &leader, &body).await;
        assert!(answer.status.is_success(), "{:?}", answer.body);
        let before = clock(&street, ticket, ClockKind::Feedback).await;
        assert_eq!(before["state"], "running");
        street.wait(30);
        act(
            &street,
            ticket,
            json!({ "action": "send_feedback", "task": task, "means": "phone" }),
        )
        .await;
    }
    let after = clock(&street, ticket, ClockKind::Feedback).await;
    assert_eq!(after["state"], "met");
    assert_eq!(after["met_at"], json!(at("2026-09-18", 10, 0)));
}

/// Every cell of three years, as others count, through the clock of the result.
#[test]
fn the_engine_counts_every_known_working_day_of_three_years_as_others_do() {
    let Some(content) = real("workday_oracle_2024_2026.csv") else {
        return;
    };
    let profile = |count: u16| {
        let text = format!(
            "方案 a\n版本 1\n名称 a\n依据 a\n施行 2024-01-01\n办结 {count} 工作日 自派发\n"
        );
        Profile::parse(text.as_bytes()).unwrap()
    };
    let profiles = [1, 2, 5, 10, 15].map(profile);
    let calendar = Calendar::shipped();
    let (mut known, mut unknown) = (0, 0);
    for line in String::from_utf8(content).unwrap().lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let from = Day::parse(cells[0]).unwrap().start();
        for (profile, cell) in profiles.iter().zip(&cells[2..]) {
            let facts = sync_core::deadline::Facts {
                dispatched_at: from,
                ..Default::default()
            };
            let clocks = sync_core::deadline::clocks(profile, &facts, &calendar, from);
            let due = clocks[0].due.unwrap();
            if cell.is_empty() {
                assert!(due.provisional, "{line}");
                unknown += 1;
            } else {
                assert_eq!(
                    (due.day.to_string().as_str(), due.provisional),
                    (*cell, false),
                    "{line}"
                );
                known += 1;
            }
        }
    }
    assert_eq!((known, unknown), (5_435, 45));
}
