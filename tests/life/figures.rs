//! Figures of a month, reckoned by hand, and the tickets behind each number.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::TestApp;
use hub::deadlines::sweep::look;
use serde_json::{Value, json};
use store::tickets::RequesterType;
use sync_core::calendar::Day;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Role, Timestamp};

use super::street::{HOUR, Life, new_ticket};
use super::whole::{feedback, task};

on_both_backends! {
    the_figures_of_a_month_are_those_that_a_person_reckons_by_hand,
    an_upheld_appeal_takes_the_ticket_out_of_what_it_was_against_and_its_history_stays,
    what_a_leader_excluded_or_the_upper_level_took_back_stands_beside_the_figures_with_its_reason,
    behind_every_number_stand_as_many_tickets,
    a_period_is_walked_in_pieces_and_no_ticket_is_lost_between_two,
    figures_are_for_the_office_and_of_a_year_at_most,
    a_worker_is_told_the_same_figures_of_this_month_as_the_office,
}

const MONTH: &str = "from=2026-11-01&to=2026-11-30";

/// A moment of November 2026, in China.
fn at(day: u32, hour: i64) -> Timestamp {
    let day = Day::parse(&format!("2026-11-{day:02}")).unwrap();
    day.start().plus_millis(hour * HOUR)
}

async fn report(street: &Life, query: &str) -> Value {
    let path = format!("/v1/figures?{query}");
    let answer = street.hub.get(&path, street.of(Role::Leader)).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

/// Numerator, denominator, unknown and left out.
fn figure(group: &Value, measure: &str) -> (u64, u64, Value, Value) {
    let figures = group["figures"].as_array().unwrap();
    let found = figures.iter().find(|one| one["measure"] == measure);
    let found = found.unwrap_or_else(|| panic!("{measure} is not in {group}"));
    let number = |name: &str| found[name].as_u64().unwrap();
    (
        number("reached"),
        number("counted"),
        found["unknown"].clone(),
        found["left_out"].clone(),
    )
}

fn counted(group: &Value, measure: &str) -> (u64, u64) {
    let (reached, counted, ..) = figure(group, measure);
    (reached, counted)
}

fn group_of(report: &Value, groups: &str, id: Option<Id>) -> Value {
    let groups = report[groups].as_array().unwrap();
    let found = groups.iter().find(|group| group["id"] == json!(id));
    found.unwrap_or_else(|| panic!("{id:?}")).clone()
}

async fn does_at(street: &Life, moment: Timestamp, ticket: Id, role: Role, act: Value) -> Value {
    street.hub.app().clock().set(moment);
    street.does(ticket, role, act).await
}

/// An enterprise's ticket of Monday the 2nd, 9:00, given to the section at 10:00 and contacted at `contact`.
async fn given(street: &Life, number: u32, contact: Timestamp) -> Id {
    street.hub.app().clock().set(at(2, 9));
    let ticket = street
        .dispatched(
            number,
            TicketState::FIRST,
            RequesterType::Enterprise,
            at(2, 9),
            None,
        )
        .await;
    let assign = json!({ "action": "assign", "kind": "section", "to": street.section });
    does_at(street, at(2, 10), ticket, Role::HotlineWorker, assign).await;
    let contacted = json!({ "action": "contact", "means": "phone" });
    does_at(street, contact, ticket, Role::SectionHandler, contacted).await;
    ticket
}

/// Reported, approved, found and answered at that moment, then asked.
async fn answered(street: &Life, ticket: Id, moment: Timestamp, good: bool) {
    for (role, act) in [
        (
            Role::SectionHandler,
            json!({ "action": "report_done", "words": "已办" }),
        ),
        (Role::OfficeReviewer, json!({ "action": "approve_done" })),
        (
            Role::HotlineWorker,
            json!({ "action": "find", "finding": "reasonable", "words": "属实" }),
        ),
    ] {
        does_at(street, moment, ticket, role, act).await;
    }
    feedback(street, ticket, "requester", "result").await;
    feedback(street, ticket, "platform", "result").await;
    let said = if good { "satisfied" } else { "dissatisfied" };
    let call = json!({
        "action": "callback", "means": "phone", "service": "satisfied", "result": said, "solved": good,
    });
    does_at(street, moment, ticket, Role::HotlineWorker, call).await;
}

/// A ticket that kept every term, and one that kept none but the province's.
async fn good_and_bad(street: &Life) -> (Id, Id) {
    let good = given(street, 1, at(2, 11)).await;
    feedback(street, good, "requester", "opinion").await;
    feedback(street, good, "platform", "opinion").await;
    answered(street, good, at(5, 10), true).await;
    // The tenth working day ends on the 16th, the fifteenth on the 23rd.
    let bad = given(street, 2, at(2, 13)).await;
    answered(street, bad, at(20, 10), false).await;
    (good, bad)
}

async fn citizens(street: &Life, number: u32, dispatched_at: Timestamp) -> Id {
    let citizen = RequesterType::Citizen;
    street
        .dispatched(number, TicketState::FIRST, citizen, dispatched_at, None)
        .await
}

async fn the_figures_of_a_month_are_those_that_a_person_reckons_by_hand(hub: TestApp) {
    let street = Life::open(hub).await;
    good_and_bad(&street).await;
    citizens(&street, 3, at(25, 9)).await;
    // The last moment before the month, in China.
    citizens(&street, 4, at(1, 0).plus_millis(-1)).await;
    street.hub.app().clock().set(at(27, 9));

    let month = report(&street, MONTH).await;
    assert_eq!(month["from"], "2026-11-01");
    assert_eq!(month["version"], 1);
    assert_eq!(month["formula"]["version"], 1);
    let enterprise = &month["enterprise"];
    assert_eq!(enterprise["tickets"], 2);
    for (measure, reached) in [
        ("two_hours", 1),
        ("one_day", 1),
        ("ten_days", 1),
        ("fifteen_days", 2),
        ("response", 2),
        ("in_time", 1),
        ("solved", 1),
        ("satisfied", 1),
    ] {
        let none = json!({});
        assert_eq!(
            figure(enterprise, measure),
            (reached, 2, none.clone(), none),
            "{measure}"
        );
    }
    let all = &month["all"];
    assert_eq!(all["tickets"], 3);
    assert_eq!(
        figure(all, "response"),
        (2, 2, json!({ "running": 1 }), json!({}))
    );
    assert_eq!(
        figure(all, "solved"),
        (1, 2, json!({ "not_asked": 1 }), json!({}))
    );
    // 10 × 2/2 + 45 × 1/2 + 45 × 1/2.
    assert_eq!(all["points"], 55);

    let section = group_of(&month, "units", Some(street.section));
    assert_eq!(
        (&section["tickets"], &section["name"], &section["kind"]),
        (&json!(2), &json!("S1 单位"), &json!("section"))
    );
    assert_eq!(section["points"], 55);
    let nobody = group_of(&month, "units", None);
    assert_eq!(
        (&nobody["tickets"], &nobody["points"]),
        (&json!(1), &json!(null))
    );
    let handler = street.of(Role::SectionHandler).person;
    let worker = group_of(&month, "workers", Some(handler));
    assert_eq!(counted(&worker, "solved"), (1, 2));

    // Neither a look at the clocks nor a restart changes what events say.
    look(street.hub.app()).await.unwrap();
    let street = street.reopen().await;
    street.hub.app().clock().set(at(27, 9));
    assert_eq!(report(&street, MONTH).await, month);
    // In December the citizen's five working days are over, and nobody has responded.
    let later = Timestamp::from_millis(at(27, 9).millis() + 7 * 24 * HOUR);
    street.hub.app().clock().set(later);
    let later = report(&street, MONTH).await;
    assert_eq!(counted(&later["all"], "response"), (2, 3));
    assert_eq!(counted(&later["all"], "in_time"), (1, 3));
}

async fn an_upheld_appeal_takes_the_ticket_out_of_what_it_was_against_and_its_history_stays(
    hub: TestApp,
) {
    let street = Life::open(hub).await;
    let (_, bad) = good_and_bad(&street).await;
    let before = street.show(bad, Role::Leader).await;
    let appeal = |cause: &str| json!({ "action": "appeal", "cause": cause, "words": "附现场照片", "due_at": at(30, 9) });
    let shown = does_at(
        &street,
        at(21, 9),
        bad,
        Role::SectionHandler,
        appeal("bad_rating"),
    )
    .await;
    let rating = task(&shown, "appeal");
    let shown = street
        .does(bad, Role::SectionHandler, appeal("overdue_mark"))
        .await;
    let overdue = task(&shown, "appeal");
    let lodged = report(&street, MONTH).await;
    assert_eq!(counted(&lodged["all"], "solved"), (1, 2));
    assert_eq!(lodged["appeals"]["open"], 2);

    let rule = |task: &Value, ruling: &str| json!({ "action": "decide_appeal", "task": task, "ruling": ruling, "words": "已核" });
    street
        .does(bad, Role::OfficeReviewer, rule(&rating, "upheld"))
        .await;
    street
        .does(bad, Role::OfficeReviewer, rule(&overdue, "dismissed"))
        .await;
    let month = report(&street, MONTH).await;
    let out = json!({ "appeal_upheld": 1 });
    for measure in ["solved", "satisfied"] {
        let section = group_of(&month, "units", Some(street.section));
        for group in [&month["all"], &month["enterprise"], &section] {
            assert_eq!(
                figure(group, measure),
                (1, 1, json!({}), out.clone()),
                "{measure}"
            );
        }
    }
    assert_eq!(counted(&month["all"], "in_time"), (1, 2));
    assert_eq!(month["all"]["points"], 100);
    let appeals = &month["appeals"];
    assert_eq!(
        (
            &appeals["lodged"],
            &appeals["upheld"],
            &appeals["dismissed"]
        ),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(
        appeals["items"][0]["changed"],
        json!(["solved", "satisfied"])
    );
    assert_eq!(appeals["items"][1]["changed"], json!([]));

    // What happened is still there as it was, and the first result with it.
    let after = street.show(bad, Role::Leader).await;
    let told = before["events"].as_array().unwrap();
    let tells = after["events"].as_array().unwrap();
    assert_eq!(tells[..told.len()], told[..]);
    assert_eq!(after["life"]["calls"], before["life"]["calls"]);
}

async fn what_a_leader_excluded_or_the_upper_level_took_back_stands_beside_the_figures_with_its_reason(
    hub: TestApp,
) {
    let street = Life::open(hub).await;
    let (_, bad) = good_and_bad(&street).await;
    let exclude = json!({ "action": "exclude", "words": "市热线认定为恶意投诉" });
    does_at(&street, at(21, 9), bad, Role::Leader, exclude).await;
    let back = citizens(&street, 3, at(20, 9)).await;
    let returned = json!({ "action": "return_up", "words": "不属于本街道" });
    street.does(back, Role::HotlineWorker, returned).await;
    let merged = citizens(&street, 4, at(20, 10)).await;
    let into = citizens(&street, 5, at(20, 11)).await;
    let merge = json!({ "action": "merge", "into": into });
    street.does(merged, Role::HotlineWorker, merge).await;

    let month = report(&street, MONTH).await;
    let out = json!({ "excluded": 1, "merged": 1, "taken_back": 1 });
    let not_asked = json!({ "not_asked": 1 });
    assert_eq!(figure(&month["all"], "solved"), (1, 1, not_asked, out));
    assert_eq!(month["excluded"]["total"], 1);
    let line = &month["excluded"]["items"][0];
    assert_eq!(line["ticket"], json!(bad));
    assert_eq!(line["words"], "市热线认定为恶意投诉");
    assert!(line["by"].is_string());

    let include = json!({ "action": "include", "words": "复核后恢复" });
    street.does(bad, Role::Leader, include).await;
    let again = report(&street, MONTH).await;
    assert_eq!(counted(&again["all"], "solved"), (1, 2));
    assert_eq!(again["excluded"]["total"], 0);
}

/// The tickets of a number, page by page.
async fn behind(street: &Life, query: &str, limit: usize) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/figures/tickets?{MONTH}&{query}&limit={limit}&cursor={cursor}");
        let answer = street.hub.get(&path, street.of(Role::HotlineWorker)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
        let page = answer.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        all.extend(items.iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return all,
        }
    }
}

async fn behind_every_number_stand_as_many_tickets(hub: TestApp) {
    let street = Life::open(hub).await;
    let (good, bad) = good_and_bad(&street).await;
    let open = citizens(&street, 3, at(20, 9)).await;
    let exclude = json!({ "action": "exclude", "words": "重复" });
    does_at(&street, at(21, 9), open, Role::Leader, exclude).await;
    citizens(&street, 4, at(20, 9)).await;
    let month = report(&street, MONTH).await;
    let mut groups = vec![
        ("of=all".to_owned(), month["all"].clone()),
        ("of=enterprise".to_owned(), month["enterprise"].clone()),
    ];
    for of in ["unit", "worker"] {
        for group in month[format!("{of}s")].as_array().unwrap() {
            let id = group["id"].as_str().unwrap_or("none");
            groups.push((format!("of={of}&id={id}"), group.clone()));
        }
    }
    let mut numbers = 0;
    for (query, group) in &groups {
        let all = behind(&street, query, 1).await;
        assert_eq!(json!(all.len()), group["tickets"], "{query}");
        for one in group["figures"].as_array().unwrap() {
            let measure = one["measure"].as_str().unwrap();
            let number = |name: &str| one[name].as_u64().unwrap();
            let mut parts = vec![
                ("reached", number("reached")),
                ("counted", number("counted")),
                ("missed", number("counted") - number("reached")),
            ];
            for (part, why) in [("unknown", &one["unknown"]), ("left_out", &one["left_out"])] {
                let whys = why.as_object().unwrap().iter();
                let whys: Vec<_> = whys
                    .map(|(why, n)| (why.as_str(), n.as_u64().unwrap()))
                    .collect();
                parts.push((part, whys.iter().map(|(_, n)| n).sum()));
                parts.extend(whys);
            }
            for (part, wanted) in parts {
                let query = format!("{query}&measure={measure}&part={part}");
                let found = behind(&street, &query, 2).await;
                assert_eq!(u64::try_from(found.len()).unwrap(), wanted, "{query}");
                numbers += 1;
            }
        }
    }
    assert!(numbers > 60, "{numbers}");
    let solved = behind(&street, "of=all&measure=solved&part=counted", 50).await;
    let told: Vec<_> = solved
        .iter()
        .map(|one| (one["id"].clone(), one["verdict"].as_str().unwrap()))
        .collect();
    // Dispatched at one moment: by id.
    let mut wanted = [(json!(good), "reached"), (json!(bad), "missed")];
    wanted.sort_by_key(|(id, _)| id.to_string());
    assert_eq!(told, wanted);
    let left = behind(&street, "of=all&measure=solved&part=excluded", 50).await;
    assert_eq!(
        (&left[0]["verdict"], &left[0]["why"]),
        (&json!("left_out"), &json!("excluded"))
    );
}

async fn a_period_is_walked_in_pieces_and_no_ticket_is_lost_between_two(hub: TestApp) {
    let street = Life::open(hub).await;
    let hub = &street.hub;
    // More than a piece at one moment, so that a piece ends between tickets that were dispatched together.
    let new = |number: u32| {
        let moment = if number < 500 { at(20, 9) } else { at(20, 10) };
        new_ticket(
            hub,
            number,
            TicketState::FIRST,
            RequesterType::Citizen,
            moment,
            None,
        )
    };
    let tickets: Vec<_> = (1..=600).map(new).collect();
    let mut tx = hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(hub.tenant()).await.unwrap();
    tx.insert_tickets(hub.tenant(), &tickets, seq)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(report(&street, MONTH).await["all"]["tickets"], 600);
    let mut ids: Vec<String> = behind(&street, "of=all", 200)
        .await
        .iter()
        .map(|one| one["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 600);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 600);
}

async fn a_worker_is_told_the_same_figures_of_this_month_as_the_office(hub: TestApp) {
    let street = Life::open(hub).await;
    good_and_bad(&street).await;
    // Nobody in particular has this one, and the other is of the month before.
    citizens(&street, 3, at(25, 9)).await;
    citizens(&street, 4, at(1, 0).plus_millis(-1)).await;
    street.hub.app().clock().set(at(27, 9));
    let mine = async |role: Role| {
        let answer = street.hub.get("/v1/me/figures", street.of(role)).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        answer.json()
    };
    let told = mine(Role::SectionHandler).await;
    assert_eq!(
        (&told["from"], &told["to"], &told["version"]),
        (&json!("2026-11-01"), &json!("2026-11-27"), &json!(1))
    );
    let handler = street.of(Role::SectionHandler).person;
    let office = group_of(&report(&street, MONTH).await, "workers", Some(handler));
    for part in ["tickets", "figures", "points"] {
        assert_eq!(told[part], office[part], "{part}");
    }
    assert_eq!(counted(&told, "in_time"), (1, 2));
    // Others' work is not theirs.
    assert_eq!(mine(Role::GridWorker).await["tickets"], 0);
    // The month is over: nothing was dispatched in the new one.
    let next = Timestamp::from_millis(at(27, 9).millis() + 7 * 24 * HOUR);
    street.hub.app().clock().set(next);
    assert_eq!(mine(Role::SectionHandler).await["tickets"], 0);
}

async fn figures_are_for_the_office_and_of_a_year_at_most(hub: TestApp) {
    let street = Life::open(hub).await;
    for role in [
        Role::CommunitySecretary,
        Role::SectionHandler,
        Role::Auditor,
    ] {
        for path in [
            format!("/v1/figures?{MONTH}"),
            format!("/v1/figures/tickets?{MONTH}&of=all"),
        ] {
            let answer = street.hub.get(&path, street.of(role)).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (StatusCode::FORBIDDEN, "role_not_allowed"),
                "{role:?}"
            );
        }
    }
    for (query, code) in [
        ("from=2026-11-30&to=2026-11-01", "bad_period"),
        ("from=2025-11-01&to=2026-11-03", "period_too_long"),
        ("from=2026-02-30&to=2026-03-01", "bad_parameter"),
    ] {
        for path in [
            format!("/v1/figures?{query}"),
            format!("/v1/figures/tickets?{query}&of=all"),
        ] {
            let answer = street.hub.get(&path, street.of(Role::Leader)).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (StatusCode::BAD_REQUEST, code),
                "{path}"
            );
        }
    }
    for query in [
        "of=king",
        "of=unit",
        "of=unit&id=x",
        "of=all&measure=luck",
        "of=all&part=reached",
        "of=all&measure=solved&part=luck",
        "of=all&cursor=x",
    ] {
        let path = format!("/v1/figures/tickets?{MONTH}&{query}");
        let answer = street.hub.get(&path, street.of(Role::Leader)).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "bad_parameter"),
            "{query}"
        );
    }
    let empty = report(&street, "from=2025-11-01&to=2026-11-01").await;
    assert_eq!(empty["all"]["tickets"], 0);
    assert_eq!(empty["all"]["points"], json!(null));
}
