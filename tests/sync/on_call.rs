//! Who of a team is on call: written by the office, on the phones of the team, beside its tickets.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::phone::Phone;
use harness::test_app::{Answer, Caller};
use serde_json::{Value, json};
use store::units::UnitKind;
use sync_core::calendar::Day;
use sync_core::{Id, Role};

use super::street::{MINUTE, Street, phone};

on_both_backends! {
    a_week_that_the_office_writes_reaches_the_phones_of_the_team_and_no_other,
    of_two_who_write_a_week_the_second_is_told_who_was_first,
    a_roster_that_cannot_be_is_refused_and_days_that_are_over_stay,
    a_number_is_told_to_the_office_and_the_team_and_never_to_a_volunteer,
    a_ticket_of_the_team_says_who_is_on_call_and_that_nobody_is,
    who_leaves_the_team_is_not_on_call_any_more,
}

/// A Wednesday.
const TODAY: &str = "2026-11-25";
const MONDAY: &str = "2026-11-23";

struct Team {
    unit: Id,
    one: Phone,
    other: Phone,
}

async fn team(street: &Street) -> Team {
    let noon = Day::parse(TODAY)
        .unwrap()
        .start()
        .plus_millis(12 * 60 * MINUTE);
    street.hub.app().clock().set(noon);
    let unit = street.hub.add_unit(UnitKind::Team, "t1", None).await;
    Team {
        unit,
        one: phone(&street.hub, Role::EnterpriseTeam, &[unit], 51).await,
        other: phone(&street.hub, Role::EnterpriseTeam, &[unit], 52).await,
    }
}

fn path(unit: Id) -> String {
    format!("/v1/units/{unit}/on-call")
}

async fn week(street: &Street, unit: Id, monday: &str, who: &Caller) -> Value {
    let shown = street
        .hub
        .get(&format!("{}?week={monday}", path(unit)), who)
        .await;
    assert_eq!(shown.status, StatusCode::OK, "{:?}", shown.body);
    shown.json()
}

/// Puts one of them on each day from today on.
async fn write(street: &Street, unit: Id, person: Id, seen: i64) -> Answer {
    let days = [
        vec![],
        vec![],
        vec![person],
        vec![person],
        vec![],
        vec![],
        vec![],
    ];
    let body = json!({ "week": MONDAY, "seen": seen, "days": days });
    street.hub.post(&path(unit), &street.office, &body).await
}

/// Day and names, as the phone has them.
fn held(phone: &Phone) -> Vec<(String, Vec<(Id, bool)>)> {
    let days = phone.replica().reference().on_call.iter();
    days.map(|day| {
        let people = day.people.iter().map(|one| (one.id, one.calls));
        (day.day.to_string(), people.collect())
    })
    .collect()
}

async fn a_week_that_the_office_writes_reaches_the_phones_of_the_team_and_no_other(
    mut street: Street,
) {
    let mut team = team(&street).await;
    team.one.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    assert_eq!(held(&team.one), []);
    let empty = week(&street, team.unit, "", &street.office).await;
    assert_eq!(
        (&empty["week"], &empty["today"]),
        (&json!(MONDAY), &json!(TODAY))
    );
    assert_eq!(
        (&empty["version"], &empty["written"]),
        (&json!(0), &Value::Null)
    );
    assert_eq!(empty["members"].as_array().unwrap().len(), 2);
    assert_eq!(empty["days"][6]["works"], json!(false));

    let person = team.one.caller.person;
    let written = write(&street, team.unit, person, 0).await;
    assert_eq!(written.status, StatusCode::OK, "{:?}", written.body);
    let member = street
        .hub
        .sign_in_at_browser(Role::EnterpriseTeam, &[team.unit])
        .await;
    let shown = week(&street, team.unit, MONDAY, &member).await;
    assert_eq!(shown["days"][2]["people"][0]["id"], json!(person));
    assert_eq!(
        shown["editable"],
        json!(false),
        "the team looks, the office writes"
    );
    assert!(shown["written"]["by"].is_string());
    let expected = [TODAY, "2026-11-26"].map(|day| (day.to_owned(), vec![(person, false)]));
    for phone in [&mut team.one, &mut team.other] {
        phone.sync(&street.hub).await;
        assert_eq!(held(phone), expected);
    }
    // Offline it is still there, and it outlives the app.
    assert_eq!(team.other.restored().reference().on_call.len(), 2);
    street.worker.sync(&street.hub).await;
    assert_eq!(held(&street.worker), []);

    let head = street
        .hub
        .sign_in_at_browser(Role::GridHead, &[street.grid])
        .await;
    let stranger = street.hub.get(&path(team.unit), &head).await;
    assert_eq!(stranger.code(), "role_not_allowed");
    let body = json!({ "week": MONDAY, "seen": 0, "days": [] });
    let by_team = street.hub.post(&path(team.unit), &member, &body).await;
    assert_eq!(by_team.code(), "role_not_allowed");
}

async fn of_two_who_write_a_week_the_second_is_told_who_was_first(street: Street) {
    let team = team(&street).await;
    let (one, other) = (team.one.caller.person, team.other.caller.person);
    let (first, second) = tokio::join!(
        write(&street, team.unit, one, 0),
        write(&street, team.unit, other, 0)
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let told = if first.status == StatusCode::CONFLICT {
        first
    } else {
        second
    };
    assert_eq!(told.code(), "changed_meanwhile");
    let stands = week(&street, team.unit, MONDAY, &street.office).await;
    let by = stands["written"]["by"].as_str().unwrap();
    assert!(told.json()["detail"].as_str().unwrap().contains(by));
    let seen = stands["version"].as_i64().unwrap();
    assert_eq!(
        write(&street, team.unit, other, seen).await.status,
        StatusCode::OK
    );
}

async fn a_roster_that_cannot_be_is_refused_and_days_that_are_over_stay(street: Street) {
    let team = team(&street).await;
    let person = team.one.caller.person;
    let send = async |week: &str, days: Vec<Vec<Id>>, numbers: Value, seen: i64| {
        let body = json!({ "week": week, "seen": seen, "days": days, "numbers": numbers });
        street
            .hub
            .post(&path(team.unit), &street.office, &body)
            .await
    };
    let full = || vec![vec![person]; 7];
    let nobody = street.office.person;
    for (week, days, numbers, code) in [
        (TODAY, full(), json!([]), "week_malformed"),
        (MONDAY, vec![vec![person]; 6], json!([]), "week_malformed"),
        ("2026-11-16", full(), json!([]), "week_over"),
        ("2027-03-01", full(), json!([]), "week_far"),
        (MONDAY, vec![vec![nobody]; 7], json!([]), "not_of_team"),
        (
            MONDAY,
            vec![vec![person; 7]; 7],
            json!([]),
            "too_many_on_call",
        ),
        (
            MONDAY,
            full(),
            json!([{ "person": person, "number": "打给我" }]),
            "number_malformed",
        ),
    ] {
        let refused = send(week, days, numbers, 0).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, code)
        );
    }
    let untouched = week(&street, team.unit, MONDAY, &street.office).await;
    assert_eq!(untouched["version"], 0, "nothing of it was written");
    assert_eq!(
        send(MONDAY, full(), json!([]), 0).await.status,
        StatusCode::OK
    );
    let written = week(&street, team.unit, MONDAY, &street.office).await;
    let people = |week: &Value, day: usize| week["days"][day]["people"].as_array().unwrap().len();
    assert_eq!(
        [people(&written, 1), people(&written, 2)],
        [0, 1],
        "Tuesday was over"
    );
    street.hub.app().clock().advance(2 * 24 * 60 * MINUTE);
    let seen = written["version"].as_i64().unwrap();
    assert_eq!(
        send(MONDAY, vec![vec![]; 7], json!([]), seen).await.status,
        StatusCode::OK
    );
    let emptied = week(&street, team.unit, MONDAY, &street.office).await;
    assert_eq!([2, 3, 4, 6].map(|day| people(&emptied, day)), [1, 1, 0, 0]);
    let grid = street.hub.get(&path(street.grid), &street.office).await;
    assert_eq!(grid.code(), "unit_kind_unfit");
}

async fn a_number_is_told_to_the_office_and_the_team_and_never_to_a_volunteer(street: Street) {
    const NUMBER: &str = "13800001234";
    let mut team = team(&street).await;
    let mut volunteer = phone(&street.hub, Role::Volunteer, &[team.unit], 53).await;
    let person = team.one.caller.person;
    let body = json!({
        "week": MONDAY, "seen": 0, "days": vec![vec![person]; 7],
        "numbers": [{ "person": person, "number": "138 0000 1234" }],
    });
    let written = street
        .hub
        .post(&path(team.unit), &street.office, &body)
        .await;
    assert_eq!(written.status, StatusCode::OK, "{:?}", written.body);
    assert!(!written.json().to_string().contains(NUMBER));
    let member = |week: &Value| {
        let members = week["members"].as_array().unwrap().iter();
        members
            .clone()
            .find(|one| one["id"] == json!(person))
            .unwrap()["number"]
            .clone()
    };
    assert_eq!(member(&written.json()), "138****1234");

    let ask = async |who: &Caller, person: Id| {
        let path = format!("{}/number", path(team.unit));
        street
            .hub
            .post(&path, who, &json!({ "person": person }))
            .await
    };
    for who in [&street.office, &team.other.caller] {
        assert_eq!(ask(who, person).await.json()["number"], NUMBER);
    }
    assert_eq!(
        ask(&street.office, team.other.caller.person).await.code(),
        "no_number"
    );
    assert_eq!(
        ask(&street.worker.caller, person).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        ask(&volunteer.caller, person).await.code(),
        "role_not_allowed"
    );
    let helper = street
        .hub
        .sign_in_at_browser(Role::Volunteer, &[team.unit])
        .await;
    let seen = week(&street, team.unit, MONDAY, &helper).await;
    assert_eq!(member(&seen), Value::Null);

    team.other.sync(&street.hub).await;
    volunteer.sync(&street.hub).await;
    assert!(
        held(&team.other)
            .iter()
            .all(|(_, people)| people == &[(person, true)])
    );
    assert!(
        held(&volunteer)
            .iter()
            .all(|(_, people)| people == &[(person, false)])
    );
    assert_eq!(held(&volunteer).len(), held(&team.other).len());

    let mut tx = street.hub.app().store().read().await.unwrap();
    let filter = store::audit::AuditFilter::default();
    let acts = tx
        .list_audit(street.hub.tenant(), &filter, 50)
        .await
        .unwrap();
    let looks = acts
        .iter()
        .filter(|(_, one)| one.act == "on_call.number")
        .count();
    assert_eq!(looks, 2, "each look is written down");
}

async fn a_ticket_of_the_team_says_who_is_on_call_and_that_nobody_is(street: Street) {
    let team = team(&street).await;
    let ticket = format!("/v1/tickets/{}", street.ticket);
    let shown = async || street.hub.get(&ticket, &street.office).await.json();
    assert_eq!(shown().await["on_call_teams"], json!([]));
    let seen = shown().await["life"]["version"].clone();
    let give = json!({ "seen": seen, "act": { "action": "assign", "kind": "team", "to": team.unit, "note": "" } });
    let given = street
        .hub
        .post(&format!("{ticket}/actions"), &street.office, &give)
        .await;
    assert_eq!(given.status, StatusCode::OK, "{:?}", given.body);
    let row = async || {
        let page = street
            .hub
            .get("/v1/tickets?limit=200", &street.office)
            .await
            .json();
        let rows = page["items"].as_array().unwrap().clone();
        let mut rows = rows.into_iter();
        let id = street.ticket.to_string();
        rows.find(|row| row["id"] == id.as_str()).unwrap()
    };
    assert_eq!(shown().await["on_call_teams"][0]["people"], json!([]));
    assert_eq!(row().await["on_call"], json!([]));
    let person = team.one.caller.person;
    assert_eq!(
        write(&street, team.unit, person, 0).await.status,
        StatusCode::OK
    );
    let told = shown().await["on_call_teams"].clone();
    assert_eq!(told.as_array().unwrap().len(), 1);
    assert_eq!(
        (&told[0]["unit"], &told[0]["people"][0]["id"]),
        (&json!(team.unit), &json!(person))
    );
    assert_eq!(
        row().await["on_call"],
        json!([told[0]["people"][0]["name"]])
    );
    // The day ends at 24:00 in China; two days later nobody is.
    street.hub.app().clock().advance(2 * 24 * 60 * MINUTE);
    assert_eq!(row().await["on_call"], json!([]));
    let volunteer = street
        .hub
        .sign_in_at_browser(Role::Volunteer, &[team.unit])
        .await;
    let seen = street.hub.get(&ticket, &volunteer).await.json();
    assert_eq!(seen["id"], json!(street.ticket));
    assert_eq!(seen["on_call_teams"], json!([]));
}

async fn who_leaves_the_team_is_not_on_call_any_more(street: Street) {
    let mut team = team(&street).await;
    let person = team.one.caller.person;
    assert_eq!(
        write(&street, team.unit, person, 0).await.status,
        StatusCode::OK
    );
    team.other.sync(&street.hub).await;
    assert_eq!(held(&team.other).len(), 2);
    let leader = street.hub.sign_in(Role::SystemAdmin, &[]).await;
    let ended = street
        .hub
        .post(&format!("/v1/people/{person}/disable"), &leader, &json!({}))
        .await;
    assert!(ended.status.is_success(), "{:?}", ended.body);
    team.other.sync(&street.hub).await;
    assert_eq!(held(&team.other), []);
    let shown = week(&street, team.unit, MONDAY, &street.office).await;
    assert_eq!(shown["days"][2]["people"][0]["here"], json!(false));
    assert_eq!(shown["members"].as_array().unwrap().len(), 1);
}
