//! What a phone is told of the work on a ticket: who asks what of whom, by role, and who has it when it is gone.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::phone::Phone;
use harness::test_app::{Answer, Caller};
use serde_json::{Value, json};
use store::tickets::Urgency;
use store::units::UnitKind;
use sync_core::deadline::{ClockKind, ClockState};
use sync_core::lifecycle::TicketAction;
use sync_core::protocol::TicketWork;
use sync_core::replica::TicketView;
use sync_core::{Id, Role};

use super::street::{MINUTE, Street, new_ticket, phone};

on_both_backends! {
    whoever_leads_is_told_what_the_office_said_who_helps_and_who_promised_what,
    a_unit_that_helps_has_its_co_task_its_clock_and_nothing_of_the_others,
    a_volunteer_is_told_nothing_of_supervision_of_the_office_or_of_the_requester,
    a_co_task_is_done_from_the_phone_and_only_on_what_was_on_its_screen,
    a_unit_that_helps_keeps_the_ticket_when_somebody_else_leads,
    work_that_was_sent_back_is_on_the_phone_until_it_is_reported_anew,
    a_phone_that_lost_a_ticket_in_the_middle_of_offline_work_says_who_has_it_and_its_words_arrive,
    a_contact_that_is_told_late_counts_from_when_it_was_made,
    a_contact_of_a_ticket_that_changed_hands_meanwhile_counts_when_it_was_made_and_its_event_says_that_it_came_late,
    a_contact_that_was_made_when_the_ticket_was_another_ones_lies_at_the_desk_with_its_words,
    a_ticket_of_a_team_is_on_every_phone_and_who_took_it_is_told_to_the_others,
}

const HOUR: i64 = 60 * MINUTE;

async fn try_act(street: &Street, who: &Caller, ticket: Id, seen: i64, act: Value) -> Answer {
    let path = format!("/v1/tickets/{ticket}/actions");
    let body = json!({ "seen": seen, "act": act });
    street.hub.post(&path, who, &body).await
}

/// Does it on what stands now; answers the number of its event.
async fn act(street: &Street, who: &Caller, act: Value) -> i64 {
    let path = format!("/v1/tickets/{}", street.ticket);
    let shown = street.hub.get(&path, &street.office).await.json();
    let seen = shown["life"]["version"].as_i64().unwrap();
    let answer = try_act(street, who, street.ticket, seen, act.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{act} {:?}", answer.body);
    answer.json()["life"]["version"].as_i64().unwrap()
}

/// The office gives the ticket to the grid once more, with words.
async fn instruct(street: &Street, words: &str) {
    for to in [street.other_grid, street.grid] {
        let assign = json!({ "action": "assign", "kind": "grid", "to": to, "note": words });
        act(street, &street.office, assign).await;
    }
}

async fn ask_help(street: &Street, words: &str) -> i64 {
    let due = street.hub.app().clock().now().plus_millis(3 * HOUR);
    let help = json!({
        "action": "ask_help", "unit": street.other_grid, "words": words, "due_at": due,
    });
    act(street, &street.office, help).await
}

async fn supervise(street: &Street) {
    let due = street.hub.app().clock().now().plus_millis(2 * HOUR);
    let act_of_it = json!({
        "action": "supervise", "level": "urge", "cause": "overdue", "words": "请抓紧办理", "due_at": due,
    });
    act(street, &street.office, act_of_it).await;
}

async fn held(phone: &mut Phone, street: &Street) -> TicketView {
    phone.sync(&street.hub).await;
    let mut tickets = phone.replica().tickets().into_iter();
    let found = tickets.find(|ticket| ticket.record.id == Some(street.ticket));
    found.expect("the phone has the ticket")
}

fn work(ticket: &TicketView) -> &TicketWork {
    ticket
        .record
        .work
        .as_ref()
        .expect("the hub says what is asked")
}

fn kinds(phone: &Phone) -> Vec<ClockKind> {
    let clocks = phone.clocks().into_iter().flat_map(|one| one.clocks);
    clocks.map(|clock| clock.kind).collect()
}

async fn whoever_leads_is_told_what_the_office_said_who_helps_and_who_promised_what(
    mut street: Street,
) {
    instruct(&street, "请今天到场，注意安全").await;
    ask_help(&street, "请清运杂物").await;
    supervise(&street).await;
    let due = street.hub.app().clock().now().plus_millis(24 * HOUR);
    let asked = json!({
        "action": "ask_outside", "party": "供电局", "words": "请检修线路", "due_at": due,
    });
    let outside = act(&street, &street.office, asked).await;
    let later = due.plus_millis(HOUR);
    let promised = json!({ "action": "outside_promised", "task": outside, "due_at": later });
    let version = act(&street, &street.office, promised).await;

    let mut worker = street.worker;
    street.worker = phone(&street.hub, Role::GridWorker, &[street.grid], 31).await;
    let ticket = held(&mut worker, &street).await;
    let told = work(&ticket);
    assert_eq!((told.version, told.leads), (version, true));
    let instruction = told.instruction.as_ref().unwrap();
    assert_eq!(instruction.words, "请今天到场，注意安全");
    assert!(!instruction.by.is_empty(), "the words are somebody's");
    assert_eq!(told.others, ["g2 单位"]);
    assert_eq!(told.help, []);
    let promise = &told.promises[0];
    assert_eq!((promise.party.as_str(), promise.promised), ("供电局", true));
    assert_eq!(
        (promise.words.as_str(), promise.due_at),
        ("请检修线路", Some(later))
    );
    let supervision = &told.supervisions[0];
    assert_eq!(
        (supervision.level.as_str(), supervision.words.as_str()),
        ("urge", "请抓紧办理")
    );
    assert_eq!(ticket.may, [TicketAction::Contact]);
    assert!(ticket.calls);
    let kinds = kinds(&worker);
    assert!(kinds.contains(&ClockKind::Supervision), "{kinds:?}");
    assert!(!kinds.contains(&ClockKind::CoTask), "{kinds:?}");

    // It stays with what the phone keeps.
    worker.crash();
    let kept = worker.replica().tickets();
    let kept = kept.iter().find(|one| one.record.id == Some(street.ticket));
    assert_eq!(kept.map(work), Some(told));
}

async fn a_unit_that_helps_has_its_co_task_its_clock_and_nothing_of_the_others(street: Street) {
    let n = ask_help(&street, "请清运杂物").await;
    let mut helper = phone(&street.hub, Role::GridWorker, &[street.other_grid], 32).await;
    let ticket = held(&mut helper, &street).await;
    let told = work(&ticket);
    assert!(!told.leads);
    assert_eq!(told.others, [""; 0]);
    let help = &told.help[0];
    assert_eq!((help.n, help.words.as_str()), (n, "请清运杂物"));
    assert_eq!(
        (help.unit.as_str(), help.state.as_str()),
        ("g2 单位", "open")
    );
    assert_eq!(ticket.record.assigned.unwrap().name, "g1 单位");
    assert_eq!(kinds(&helper), [ClockKind::CoTask]);
    assert!(ticket.may.contains(&TicketAction::HelpDone));
}

async fn a_volunteer_is_told_nothing_of_supervision_of_the_office_or_of_the_requester(
    street: Street,
) {
    instruct(&street, "诉求人张先生，请保密").await;
    supervise(&street).await;
    for role in Role::ALL.iter().copied().filter(|role| role.is_field()) {
        if role.is_representative() {
            continue;
        }
        let mut phone = phone(&street.hub, role, &[street.grid], 33).await;
        let ticket = held(&mut phone, &street).await;
        let shown = serde_json::to_string(&ticket).unwrap();
        let knows = role != Role::Volunteer;
        for secret in [
            "请抓紧办理",
            "张先生",
            "张*",
            "138****0000",
            "\"supervision\"",
        ] {
            assert_eq!(shown.contains(secret), knows, "{role:?} {secret}");
        }
        let counts = kinds(&phone).contains(&ClockKind::Supervision);
        assert_eq!(counts, knows, "{role:?}");
        assert_eq!(ticket.calls, knows, "{role:?}");
        let contacts = ticket.may.contains(&TicketAction::Contact);
        assert_eq!(contacts, knows, "{role:?}");
    }
}

async fn a_co_task_is_done_from_the_phone_and_only_on_what_was_on_its_screen(street: Street) {
    let n = ask_help(&street, "请清运杂物").await;
    let mut helper = phone(&street.hub, Role::GridWorker, &[street.other_grid], 34).await;
    let seen = work(&held(&mut helper, &street).await).version;
    let done = json!({ "action": "help_done", "task": n, "words": "两车，已清运" });
    let other = try_act(
        &street,
        &street.worker.caller,
        street.ticket,
        seen,
        done.clone(),
    )
    .await;
    assert_eq!(other.code(), "other_unit");
    act(
        &street,
        &street.office,
        json!({ "action": "note", "words": "催一下" }),
    )
    .await;
    let stale = try_act(&street, &helper.caller, street.ticket, seen, done.clone()).await;
    assert_eq!(stale.code(), "changed_meanwhile");
    let seen = work(&held(&mut helper, &street).await).version;
    let taken = try_act(&street, &helper.caller, street.ticket, seen, done).await;
    assert_eq!(taken.status, StatusCode::OK, "{:?}", taken.body);
    let ticket = held(&mut helper, &street).await;
    let help = &work(&ticket).help[0];
    assert_eq!(
        (help.state.as_str(), help.answer.as_str()),
        ("done", "两车，已清运")
    );
    assert!(!ticket.may.contains(&TicketAction::HelpDone));
}

async fn a_unit_that_helps_keeps_the_ticket_when_somebody_else_leads(street: Street) {
    ask_help(&street, "请清运杂物").await;
    let mut helper = phone(&street.hub, Role::GridWorker, &[street.other_grid], 35).await;
    assert_eq!(work(&held(&mut helper, &street).await).help.len(), 1);
    let captain = street.captain.caller.person;
    street.assign(street.ticket, "person", captain).await;
    let ticket = held(&mut helper, &street).await;
    assert!(!ticket.removed);
    assert_eq!(
        ticket.record.assigned.as_ref().map(|has| has.id),
        Some(captain)
    );
    assert_eq!(work(&ticket).help.len(), 1);
}

async fn work_that_was_sent_back_is_on_the_phone_until_it_is_reported_anew(mut street: Street) {
    let head = street.hub.sign_in(Role::GridHead, &[street.grid]).await;
    let report = || json!({ "action": "report_done", "words": "已清理" });
    act(&street, &head, report()).await;
    let back = json!({ "action": "return_done", "words": "请补清理后的照片" });
    act(&street, &street.office, back).await;
    street.worker.sync(&street.hub).await;
    let told = |street: &Street| {
        let ticket = street.worker.replica().tickets().remove(0);
        ticket.record.work.unwrap().returned.map(|said| said.words)
    };
    assert_eq!(told(&street), Some("请补清理后的照片".to_owned()));
    act(&street, &head, report()).await;
    street.worker.sync(&street.hub).await;
    assert_eq!(told(&street), None);
}

async fn a_phone_that_lost_a_ticket_in_the_middle_of_offline_work_says_who_has_it_and_its_words_arrive(
    mut street: Street,
) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    street.worker.set(doc, "outcome", "resolved");
    street.worker.sync(&street.hub).await;

    let ticket = street.worker.replica().tickets().remove(0);
    assert!(ticket.removed);
    let has = ticket.record.assigned.unwrap();
    assert_eq!((has.id, has.name.as_str()), (street.other_grid, "g2 单位"));
    assert_eq!((ticket.may, ticket.calls), (Vec::new(), false));
    assert_eq!(street.worker.clocks(), [], "its terms are somebody else's");

    // The office lets the late words in: they are in the record, and the worker's.
    let listed = street.hub.get("/v1/quarantine", &street.office).await;
    let item = listed.json()["items"][0].clone();
    let path = format!("/v1/quarantine/{}/admit", item["id"].as_str().unwrap());
    let admitted = street.hub.post(&path, &street.office, &json!({})).await;
    assert_eq!(admitted.status, StatusCode::OK, "{:?}", admitted.body);
    let story = street.story(doc).await;
    let values = story["values"].as_array().unwrap();
    let outcome = values.iter().find(|one| one["path"] == "fields/outcome");
    let outcome = outcome.expect("what was written late is in the record");
    assert_eq!(outcome["value"], "resolved");
    let writer = &outcome["written"]["person"]["id"];
    assert_eq!(*writer, json!(street.worker.caller.person));
}

async fn a_contact_that_is_told_late_counts_from_when_it_was_made(mut street: Street) {
    let mut ticket = new_ticket(&street.hub);
    ticket.urgency = Urgency::Critical;
    ticket.due_at = None;
    let (id, tenant) = (ticket.id, street.hub.tenant());
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(tenant).await.unwrap();
    tx.insert_tickets(tenant, &[ticket], seq).await.unwrap();
    tx.commit().await.unwrap();
    street.assign(id, "grid", street.grid).await;
    street.ticket = id;

    street.wait(100);
    let made = street.hub.app().clock().now();
    street.wait(60);
    let contact = json!({
        "action": "contact", "means": "phone", "words": "已说明情况", "at": made, "corrected": true,
    });
    let who = street.worker.caller.clone();
    act(&street, &who, contact).await;
    street.worker.sync(&street.hub).await;
    let mut tickets = street.worker.replica().tickets().into_iter();
    let ticket = tickets.find(|one| one.record.id == Some(id)).unwrap();
    assert_eq!(work(&ticket).contacts, [made]);
    let clocks = street.worker.clocks();
    let mut clocks = clocks.into_iter().filter(|one| one.ticket == id);
    let clocks = clocks.next().unwrap().clocks;
    let clock = clocks.iter().find(|clock| clock.kind == ClockKind::Contact);
    let clock = clock.expect("an urgent ticket has a term for the first contact");
    assert_eq!((clock.state, clock.met_at), (ClockState::Met, Some(made)));
    assert!(clock.told_late && clock.corrected, "{clock:?}");
}

async fn a_ticket_of_a_team_is_on_every_phone_and_who_took_it_is_told_to_the_others(
    street: Street,
) {
    let team = street.hub.add_unit(UnitKind::Team, "t1", None).await;
    let mut one = phone(&street.hub, Role::EnterpriseTeam, &[team], 36).await;
    let mut other = phone(&street.hub, Role::EnterpriseTeam, &[team], 37).await;
    let given = json!({ "action": "assign", "kind": "team", "to": team, "note": "" });
    act(&street, &street.office, given).await;
    for phone in [&mut one, &mut other] {
        let ticket = held(phone, &street).await;
        assert!(work(&ticket).leads);
        assert!(ticket.may.contains(&TicketAction::Take));
    }
    act(&street, &one.caller, json!({ "action": "take" })).await;
    let ticket = held(&mut other, &street).await;
    assert!(work(&ticket).taken_by.is_some());
    assert!(!ticket.may.contains(&TicketAction::Take));
}

/// What the worker says of a ticket that the office gave away, on the version that their phone had.
async fn tells(street: &Street, made: sync_core::Timestamp) -> Answer {
    let contact = json!({
        "action": "contact", "means": "phone", "words": "约好明天上门", "at": made, "corrected": true,
    });
    let who = &street.worker.caller;
    try_act(street, who, street.ticket, 1, contact).await
}

async fn shown(street: &Street) -> Value {
    let path = format!("/v1/tickets/{}", street.ticket);
    street.hub.get(&path, &street.office).await.json()
}

async fn a_contact_of_a_ticket_that_changed_hands_meanwhile_counts_when_it_was_made_and_its_event_says_that_it_came_late(
    mut street: Street,
) {
    street.worker.sync(&street.hub).await;
    street.wait(20);
    let made = street.hub.app().clock().now();
    street.wait(20);
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    let before = shown(&street).await;
    street.wait(20);
    for _ in 0..2 {
        // The second time as a phone that lost the answer.
        let answer = tells(&street, made).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{:?}", answer.body);
        assert_eq!(answer.json(), json!({ "kept": "ticket" }));
    }
    let after = shown(&street).await;
    assert_eq!(after["life"]["contacted_at"], json!(made));
    assert_eq!(after["times"]["first_contact_at"], json!(made));
    assert_eq!(
        (&after["status"], &after["assigned"]),
        (&before["status"], &before["assigned"])
    );
    let events = after["events"].as_array().unwrap();
    let contacts: Vec<_> = events
        .iter()
        .filter(|event| event["kind"] == "contact")
        .collect();
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0]["detail"]["came_late"], true);
    assert_eq!(contacts[0]["by"]["id"], json!(street.worker.caller.person));
    let desk = street
        .hub
        .get("/v1/quarantine/contacts", &street.office)
        .await;
    assert_eq!(desk.json()["items"], json!([]));
}

async fn a_contact_that_was_made_when_the_ticket_was_another_ones_lies_at_the_desk_with_its_words(
    mut street: Street,
) {
    street.worker.sync(&street.hub).await;
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    street.wait(20);
    let made = street.hub.app().clock().now();
    street.wait(20);
    let before = shown(&street).await;
    for _ in 0..2 {
        let answer = tells(&street, made).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{:?}", answer.body);
        assert_eq!(answer.json(), json!({ "kept": "desk" }));
    }
    assert_eq!(
        shown(&street).await["events"],
        before["events"],
        "nothing counts yet"
    );
    let list = async || {
        let desk = street
            .hub
            .get("/v1/quarantine/contacts", &street.office)
            .await;
        desk.json()["items"].as_array().unwrap().clone()
    };
    let [row] = list().await.try_into().unwrap();
    assert_eq!(
        (&row["words"], &row["made_at"]),
        (&json!("约好明天上门"), &json!(made))
    );
    let id = row["id"].as_str().unwrap();
    let decide = async |who: &Caller, what: &str| {
        let path = format!("/v1/quarantine/contacts/{id}/{what}");
        street
            .hub
            .post(&path, who, &json!({ "remark": "不属实" }))
            .await
    };
    assert_eq!(
        decide(&street.worker.caller, "admit").await.code(),
        "device_not_allowed"
    );
    let admitted = decide(&street.office, "admit").await;
    assert_eq!(
        admitted.status,
        StatusCode::NO_CONTENT,
        "{:?}",
        admitted.body
    );
    assert_eq!(
        decide(&street.office, "refuse").await.code(),
        "decided_already"
    );
    assert!(list().await.is_empty());
    let after = shown(&street).await;
    let last = after["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["kind"], &last["detail"]["came_late"]),
        (&json!("contact"), &json!(true))
    );
    assert_eq!(last["by"]["id"], json!(street.worker.caller.person));
    assert!(last["detail"]["admitted_by"].is_string(), "{last}");
    assert_eq!(after["life"]["contacted_at"], json!(made));
    // Told again it is there.
    assert_eq!(
        tells(&street, made).await.json(),
        json!({ "kept": "ticket" })
    );

    // One that the office does not want stays out of the ticket, and somebody who never had it hears nothing of it.
    street.wait(5);
    let second = street.hub.app().clock().now();
    assert_eq!(
        tells(&street, second).await.json(),
        json!({ "kept": "desk" })
    );
    let [row] = list().await.try_into().unwrap();
    let path = format!(
        "/v1/quarantine/contacts/{}/refuse",
        row["id"].as_str().unwrap()
    );
    let empty = street
        .hub
        .post(&path, &street.office, &json!({ "remark": " " }))
        .await;
    assert_eq!(empty.code(), "words_missing");
    let refused = street
        .hub
        .post(&path, &street.office, &json!({ "remark": "不属实" }))
        .await;
    assert_eq!(refused.status, StatusCode::NO_CONTENT, "{:?}", refused.body);
    assert_eq!(shown(&street).await["events"], after["events"]);
    let stranger = phone(&street.hub, Role::GridWorker, &[], 52).await;
    let contact = json!({ "action": "contact", "means": "phone", "words": "打听", "at": made });
    let unknown = try_act(&street, &stranger.caller, street.ticket, 1, contact).await;
    assert_eq!(unknown.code(), "not_found");
}
