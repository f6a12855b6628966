//! S20: everything open that one has goes to another at once; what is over and what was recorded stays where it is.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{Answer, TestApp};
use serde_json::{Value, json};
use store::units::UnitKind;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Role};

use super::street::Life;
use crate::sync::street::{Street, phone};

on_both_backends! {
    everything_open_that_somebody_has_goes_round_by_round_and_what_is_over_stays,
    what_was_moved_is_taken_back_as_long_as_nobody_did_anything_since,
    the_phones_of_both_sides_hear_of_it_and_work_that_was_done_offline_arrives_with_credit,
    nobody_moves_without_saying_whose_to_whom_and_within_their_own_community,
}

async fn given(street: &Life, number: u32, state: TicketState, to: Id) -> Id {
    let ticket = street.ticket(number, TicketState::FIRST).await;
    let body = json!({ "to": { "kind": "section", "id": to }, "assigned_before": null });
    let path = format!("/v1/tickets/{ticket}/assign");
    let answer = street.hub.post(&path, street.of(Role::Leader), &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    if state.is_over() {
        let cancel = json!({ "action": "cancel", "words": "重复登记" });
        street.does(ticket, Role::HotlineWorker, cancel).await;
    }
    ticket
}

async fn ask(street: &Life, role: Role, way: &str, query: &str, body: Value) -> Answer {
    let path = format!("/v1/tickets/move{way}?{query}");
    street.hub.post(&path, street.of(role), &body).await
}

async fn asked(street: &Life, way: &str, query: &str, body: Value) -> Value {
    let answer = ask(street, Role::HotlineWorker, way, query, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

fn ids(list: &Value) -> Vec<String> {
    let rows = list.as_array().unwrap().iter();
    rows.map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn everything_open_that_somebody_has_goes_round_by_round_and_what_is_over_stays(
    hub: TestApp,
) {
    let street = Life::open(hub).await;
    let other = street.hub.add_unit(UnitKind::Section, "S2", None).await;
    let mut open = Vec::new();
    for number in 0..53 {
        open.push(given(&street, number, TicketState::FIRST, street.section).await);
    }
    let over = given(&street, 100, TicketState::ANSWERED, street.section).await;
    let theirs = given(&street, 101, TicketState::FIRST, other).await;
    // Answered and not yet called: what is left to do is the office's.
    let answered = given(&street, 102, TicketState::FIRST, street.section).await;
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let state = TicketState::TO_BE_CALLED.as_str();
    let sql = "UPDATE ticket SET status = $1 WHERE id = $2";
    let id = uuid::Uuid::from_bytes(answered.bytes());
    match &mut tx {
        store::Tx::Sqlite(tx) => drop(
            sqlx::query(sql)
                .bind(state)
                .bind(id)
                .execute(&mut **tx)
                .await
                .unwrap(),
        ),
        store::Tx::Postgres(tx) => drop(
            sqlx::query(sql)
                .bind(state)
                .bind(id)
                .execute(&mut **tx)
                .await
                .unwrap(),
        ),
    }
    tx.commit().await.unwrap();
    let help = json!({ "action": "ask_help", "unit": street.section, "words": "请协助", "due_at": super::street::DAY + harness::test_app::NOW });
    street.does(theirs, Role::HotlineWorker, help).await;

    let query = format!("holder={}", street.section);
    let to = json!({ "to": { "kind": "section", "id": other }, "note": "休假，请接着办" });
    let preview = asked(&street, "/preview", &query, to.clone()).await;
    assert_eq!(
        (&preview["total"], &preview["moves"]),
        (&json!(54), &json!(53))
    );
    assert_eq!(ids(&preview["skipped"]), [answered.to_string()]);
    let skipped = &preview["skipped"][0];
    assert_eq!(skipped["code"], "wrong_state");
    assert!(
        skipped["detail"].as_str().unwrap().contains("已反馈"),
        "{skipped}"
    );
    assert_eq!(preview["co_tasks"], 1);
    let before = street.show(over, Role::Leader).await;

    let (mut body, mut moved, mut left, mut rounds) = (to.clone(), Vec::new(), Vec::new(), 0);
    loop {
        let answer = asked(&street, "", &query, body.clone()).await;
        moved.extend(ids(&answer["moved"]));
        left.extend(ids(&answer["skipped"]));
        rounds += 1;
        let Some(next) = answer["next"].as_str() else {
            break;
        };
        assert!(answer["moved"].as_array().unwrap().len() <= 50);
        body["cursor"] = json!(next);
    }
    assert_eq!((rounds, left), (2, vec![answered.to_string()]));
    moved.sort();
    let mut expected: Vec<_> = open.iter().map(ToString::to_string).collect();
    expected.sort();
    assert_eq!(moved, expected, "each once");
    for ticket in [open[0], open[52]] {
        let shown = street.show(ticket, Role::Leader).await;
        assert_eq!(shown["assigned"]["id"], json!(other));
        let last = shown["events"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["n"], shown["life"]["version"]);
        assert_eq!(
            (&last["kind"], &last["detail"]["note"]),
            (&json!("assigned"), &json!("休假，请接着办"))
        );
        assert_eq!(last["detail"]["from"]["id"], json!(street.section));
    }
    assert_eq!(
        street.show(over, Role::Leader).await,
        before,
        "history stays"
    );
    assert_eq!(
        street.show(answered, Role::Leader).await["assigned"]["id"],
        json!(street.section)
    );
    // Asked for again, nothing is left to move.
    let again = asked(&street, "", &query, to).await;
    assert_eq!(
        (&again["moved"], &again["next"]),
        (&json!([]), &Value::Null)
    );
}

async fn what_was_moved_is_taken_back_as_long_as_nobody_did_anything_since(hub: TestApp) {
    let street = Life::open(hub).await;
    let other = street.hub.add_unit(UnitKind::Section, "S2", None).await;
    let free = given(&street, 1, TicketState::FIRST, street.section).await;
    let worked = given(&street, 2, TicketState::FIRST, street.section).await;
    let query = format!("holder={}", street.section);
    let to = json!({ "to": { "kind": "section", "id": other } });
    let answer = asked(&street, "", &query, to).await;
    let moved = answer["moved"].clone();
    assert_eq!(moved.as_array().unwrap().len(), 2);
    let note = json!({ "action": "note", "words": "已联系" });
    street.does(worked, Role::HotlineWorker, note).await;
    let body = json!({ "tickets": moved });
    // Who did not move it takes nothing back.
    let stranger = ask(&street, Role::Leader, "/undo", "", body.clone())
        .await
        .json();
    assert_eq!(stranger["undone"], json!([]));
    let undone = asked(&street, "/undo", "", body.clone()).await;
    assert_eq!(undone["undone"], json!([free]));
    assert_eq!(ids(&undone["skipped"]), [worked.to_string()]);
    assert_eq!(undone["skipped"][0]["code"], "changed_meanwhile");
    let shown = street.show(free, Role::Leader).await;
    assert_eq!(shown["assigned"]["id"], json!(street.section));
    let events = shown["events"].as_array().unwrap();
    let (taken, back) = (&events[events.len() - 2], &events[events.len() - 1]);
    assert_eq!(
        back["detail"]["undoes"], taken["n"],
        "both stay in the story"
    );
    assert_eq!(
        street.show(worked, Role::Leader).await["assigned"]["id"],
        json!(other)
    );
    // Once more changes nothing.
    let again = asked(&street, "/undo", "", body).await;
    assert_eq!(again["undone"], json!([]));
}

async fn the_phones_of_both_sides_hear_of_it_and_work_that_was_done_offline_arrives_with_credit(
    mut street: Street,
) {
    let second = street.add_ticket("grid", street.grid).await;
    street.worker.sync(&street.hub).await;
    let mut next = phone(&street.hub, Role::GridWorker, &[street.other_grid], 51).await;
    next.sync(&street.hub).await;
    assert_eq!(next.replica().tickets().len(), 0);
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "outcome", "resolved");
    let line = street.worker.listen(&street.hub).await;
    let other_line = next.listen(&street.hub).await;
    let path = format!("/v1/tickets/move?holder={}", street.grid);
    let body = json!({ "to": { "kind": "grid", "id": street.other_grid } });
    let answer = street.hub.post(&path, &street.office, &body).await.json();
    assert_eq!(answer["moved"].as_array().unwrap().len(), 2);
    let (mut line, mut other_line) = (line, other_line);
    street.worker.hear(&mut line).await;
    next.hear(&mut other_line).await;
    next.sync(&street.hub).await;
    assert_eq!(next.replica().tickets().len(), 2);
    street.worker.sync(&street.hub).await;
    let tickets = street.worker.replica().tickets();
    assert!(tickets.iter().all(|ticket| ticket.removed), "{tickets:?}");
    assert!(
        tickets
            .iter()
            .any(|ticket| ticket.record.id == Some(second))
    );
    // What was recorded before lies at the desk as that of somebody who had the ticket.
    let listed = street
        .hub
        .get("/v1/quarantine", &street.office)
        .await
        .json();
    assert_eq!(listed["items"][0]["had_ticket"], true);
    let path = format!(
        "/v1/quarantine/{}/admit",
        listed["items"][0]["id"].as_str().unwrap()
    );
    let admitted = street.hub.post(&path, &street.office, &json!({})).await;
    assert_eq!(admitted.status, StatusCode::OK, "{:?}", admitted.body);
    let values = street.story(doc).await["values"].clone();
    let outcome = values
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["path"] == "fields/outcome");
    let writer = &outcome.unwrap()["written"]["person"]["id"];
    assert_eq!(*writer, json!(street.worker.caller.person));
}

async fn nobody_moves_without_saying_whose_to_whom_and_within_their_own_community(hub: TestApp) {
    let street = Life::open(hub).await;
    let own = street
        .hub
        .add_unit(UnitKind::Grid, "C1-1", Some(street.community))
        .await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let assign = json!({ "action": "assign", "kind": "community", "to": street.community });
    street.does(ticket, Role::HotlineWorker, assign).await;
    let to = |kind: &str, id: Id| json!({ "to": { "kind": kind, "id": id } });
    let holder = format!("holder={}", street.community);
    let nobody = Id::from_bytes([9; 16]);
    for (role, query, body, code) in [
        (Role::HotlineWorker, "", to("grid", own), "holder_missing"),
        (
            Role::HotlineWorker,
            holder.as_str(),
            to("community", street.community),
            "same_holder",
        ),
        (
            Role::HotlineWorker,
            holder.as_str(),
            to("grid", nobody),
            "assignee_unknown",
        ),
        (
            Role::HotlineWorker,
            "holder=x",
            to("grid", own),
            "bad_parameter",
        ),
        (
            Role::CommunitySecretary,
            holder.as_str(),
            to("section", street.section),
            "outside_community",
        ),
        (
            Role::SectionHandler,
            holder.as_str(),
            to("grid", own),
            "role_not_allowed",
        ),
    ] {
        for way in ["", "/preview"] {
            let answer = ask(&street, role, way, query, body.clone()).await;
            assert_eq!(answer.code(), code, "{role:?} {query} {way}");
        }
    }
    let shown = street.show(ticket, Role::Leader).await;
    assert_eq!(
        shown["assigned"]["id"],
        json!(street.community),
        "nothing was moved"
    );
    let units = [street.community, own];
    let secretary = street.hub.sign_in(Role::CommunitySecretary, &units).await;
    let path = format!("/v1/tickets/move?{holder}");
    let answer = street.hub.post(&path, &secretary, &to("grid", own)).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    assert_eq!(ids(&answer.json()["moved"]), [ticket.to_string()]);
    let many: Vec<Value> = (0..51)
        .map(|_| json!({ "id": ticket, "version": 1 }))
        .collect();
    let many = ask(
        &street,
        Role::Leader,
        "/undo",
        "",
        json!({ "tickets": many }),
    )
    .await;
    assert_eq!(many.code(), "too_many");
}
