//! One ticket from the call to the score, and what stands in its way.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{NOW, TestApp};
use serde_json::{Value, json};
use sync_core::lifecycle::{TenStep, TicketState};
use sync_core::{Id, Role};

use super::street::{DAY, HOUR, Life};

on_both_backends! {
    a_ticket_goes_through_its_ten_steps_and_each_leaves_its_record,
    a_no_at_the_callback_opens_another_cycle_and_keeps_the_first_result,
    nobody_decides_on_what_they_asked_for_themselves,
    a_ticket_does_not_close_before_everything_it_needs,
    a_stale_version_hears_what_changed_and_by_whom,
    of_fifty_who_act_at_once_each_is_written_once_or_told_why_not,
    what_is_wrong_is_said_in_a_sentence_and_changes_nothing,
    a_section_sees_what_it_was_asked_for_and_nothing_else,
    a_closed_supervision_was_answered_and_closed_by_who_opened_it,
    a_ticket_on_hold_stands_still_until_it_is_resumed,
    after_the_return_window_only_a_leader_sends_it_back_and_it_counts,
    a_unit_that_helps_neither_reports_on_a_ticket_nor_gives_it_back,
    a_plan_has_several_ways_of_which_one_is_chosen_with_its_reason_and_steps_to_the_end,
}

pub(crate) fn task(shown: &Value, kind: &str) -> Value {
    let tasks = shown["life"]["tasks"].as_array().unwrap();
    let mut of_kind = tasks.iter().rev().filter(|task| task["kind"] == kind);
    of_kind.next().unwrap()["n"].clone()
}

fn event_kinds(shown: &Value) -> Vec<String> {
    let events = shown["events"].as_array().unwrap().iter();
    events
        .map(|event| event["kind"].as_str().unwrap().to_owned())
        .collect()
}

/// Drafts, approves and sends one feedback.
pub(crate) async fn feedback(street: &Life, ticket: Id, to: &str, stage: &str) -> Value {
    let shown = street
        .does(
            ticket,
            Role::SectionHandler,
            json!({ "action": "draft_feedback", "addressee": to, "stage": stage, "words": "杂物已清理" }),
        )
        .await;
    let draft = task(&shown, "feedback");
    street
        .does(
            ticket,
            Role::OfficeReviewer,
            json!({ "action": "approve_feedback", "task": draft }),
        )
        .await;
    street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "send_feedback", "task": draft, "means": "phone" }),
        )
        .await
}

/// Accepted, classified, with the section, done and agreed.
async fn agreed(street: &Life, ticket: Id) {
    for (role, act) in [
        (Role::HotlineWorker, json!({ "action": "accept" })),
        (
            Role::HotlineWorker,
            json!({ "action": "classify", "request_kind": "complaint", "category": ["市容环境", null, null] }),
        ),
        (
            Role::HotlineWorker,
            json!({ "action": "assign", "kind": "section", "to": street.section, "note": "请今天到场" }),
        ),
        (
            Role::SectionHandler,
            json!({ "action": "contact", "means": "phone", "words": "约好下午到场" }),
        ),
        (
            Role::SectionHandler,
            json!({ "action": "report_done", "words": "已清理" }),
        ),
        (Role::OfficeReviewer, json!({ "action": "approve_done" })),
        (
            Role::HotlineWorker,
            json!({ "action": "find", "finding": "reasonable", "words": "属实" }),
        ),
    ] {
        street.does(ticket, role, act).await;
    }
}

pub(crate) async fn answered(street: &Life, ticket: Id) -> Value {
    agreed(street, ticket).await;
    feedback(street, ticket, "requester", "result").await;
    feedback(street, ticket, "platform", "result").await
}

async fn a_ticket_goes_through_its_ten_steps_and_each_leaves_its_record(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    agreed(&street, ticket).await;
    let later = NOW + 2 * DAY;
    let shown = street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "ask_help", "unit": street.community, "words": "请劝导住户", "due_at": later }),
        )
        .await;
    street
        .does(
            ticket,
            Role::CommunitySecretary,
            json!({ "action": "help_done", "task": task(&shown, "help"), "words": "已劝导" }),
        )
        .await;
    let shown = street
        .does(
            ticket,
            Role::Leader,
            json!({ "action": "supervise", "level": "urge", "cause": "safety", "words": "请说明进度", "due_at": later }),
        )
        .await;
    assert_eq!(shown["supervision"], "urge");
    let opened = task(&shown, "supervision");
    street
        .does(
            ticket,
            Role::SectionHandler,
            json!({ "action": "answer_supervision", "task": opened, "words": "今天完成" }),
        )
        .await;
    let shown = street
        .does(
            ticket,
            Role::Leader,
            json!({ "action": "close_supervision", "task": opened }),
        )
        .await;
    assert_eq!(shown["supervision"], Value::Null);
    feedback(&street, ticket, "requester", "result").await;
    let shown = feedback(&street, ticket, "platform", "result").await;
    assert_eq!(shown["status"], TicketState::TO_BE_CALLED.as_str());
    assert_eq!(shown["reply"], "杂物已清理");
    for act in [
        json!({ "action": "callback", "means": "phone", "service": "satisfied", "result": "fair", "solved": true }),
        json!({ "action": "appeal", "cause": "overdue_mark", "words": "补证", "due_at": later }),
        json!({ "action": "analyse", "causes": ["property_absent"], "topic": "property_service" }),
    ] {
        street.does(ticket, Role::HotlineWorker, act).await;
    }
    let shown = street
        .does(ticket, Role::HotlineWorker, json!({ "action": "close" }))
        .await;
    assert_eq!(shown["status"], TicketState::ANSWERED.as_str());
    let strip = shown["strip"].as_array().unwrap();
    let steps: Vec<_> = strip
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    let all: Vec<_> = TenStep::ALL.iter().map(|step| step.as_str()).collect();
    assert_eq!(steps, all);
    for step in strip {
        assert_eq!(step["state"], "done", "{step}");
        assert!(step["done"]["n"].as_i64().unwrap() > 0);
    }
    let events = shown["events"].as_array().unwrap();
    let last = events.last().unwrap();
    assert_eq!(last["kind"], "evaluate");
    assert_eq!(last["detail"]["score"]["points"], 100);
    // Versions have no gap: each event is the version after it.
    let numbers: Vec<_> = events
        .iter()
        .map(|event| event["n"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
}

async fn a_no_at_the_callback_opens_another_cycle_and_keeps_the_first_result(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let first = answered(&street, ticket).await;
    let shown = street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "callback", "means": "phone", "service": "satisfied",
                "result": "dissatisfied", "solved": false, "words": "又堆上了" }),
        )
        .await;
    assert_eq!(shown["cycle"], 2);
    assert_eq!(shown["status"], "in_progress");
    assert_eq!(shown["life"]["answered"], first["life"]["answered"]);
    assert_eq!(event_kinds(&shown).last().unwrap(), "rework");
    // The second cycle wants its own answer.
    for (role, act) in [
        (
            Role::SectionHandler,
            json!({ "action": "report_done", "words": "再次清理" }),
        ),
        (Role::OfficeReviewer, json!({ "action": "approve_done" })),
    ] {
        street.does(ticket, role, act).await;
    }
    feedback(&street, ticket, "requester", "result").await;
    let shown = feedback(&street, ticket, "platform", "result").await;
    assert_eq!(shown["status"], TicketState::TO_BE_CALLED.as_str());
    assert_eq!(shown["life"]["answered"].as_array().unwrap().len(), 2);
    street
        .refused(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "close" }),
            "asked",
        )
        .await;
    street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "callback", "means": "phone", "service": "satisfied", "result": "satisfied", "solved": true }),
        )
        .await;
    street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "waive_step", "step": "analysis", "words": "一次性事项" }),
        )
        .await;
    let shown = street
        .does(ticket, Role::HotlineWorker, json!({ "action": "close" }))
        .await;
    // The first call counts for the score.
    let events = shown["events"].as_array().unwrap();
    assert_eq!(events.last().unwrap()["detail"]["score"]["points"], 10);
}

async fn nobody_decides_on_what_they_asked_for_themselves(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    agreed(&street, ticket).await;
    let reviewer = Role::OfficeReviewer;
    let later = NOW + 9 * DAY;
    let shown = street
        .does(
            ticket,
            reviewer,
            json!({ "action": "ask_extension", "words": "材料未到", "until": later }),
        )
        .await;
    let asked = task(&shown, "extension");
    let grant = json!({ "action": "grant_extension", "task": asked });
    street
        .refused(ticket, reviewer, grant.clone(), "second_person")
        .await;
    let shown = street.does(ticket, Role::Leader, grant.clone()).await;
    assert_eq!(shown["due_at"], later);
    let granted = &shown["life"]["tasks"][0];
    assert_eq!(
        granted["turns"][0]["done"]["by"],
        json!(street.of(Role::Leader).person)
    );
    street
        .refused(ticket, Role::Leader, grant, "task_gone")
        .await;
    let shown = street
        .does(
            ticket,
            reviewer,
            json!({ "action": "draft_feedback", "addressee": "requester", "stage": "result", "words": "已清理" }),
        )
        .await;
    let draft = task(&shown, "feedback");
    street
        .refused(
            ticket,
            reviewer,
            json!({ "action": "approve_feedback", "task": draft }),
            "second_person",
        )
        .await;
    // Nothing goes out that nobody has approved.
    street
        .refused(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "send_feedback", "task": draft, "means": "phone" }),
            "task_gone",
        )
        .await;
    street
        .does(
            ticket,
            reviewer,
            json!({ "action": "find", "finding": "unreasonable", "words": "不属实", "evidence": ["现场照片"] }),
        )
        .await;
    let confirm = json!({ "action": "confirm_finding" });
    street
        .refused(ticket, reviewer, confirm.clone(), "second_person")
        .await;
    let shown = street.does(ticket, Role::Leader, confirm).await;
    assert_eq!(shown["life"]["found"]["evidence"][0], "现场照片");
}

async fn a_ticket_does_not_close_before_everything_it_needs(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let close = json!({ "action": "close" });
    street
        .refused(ticket, Role::HotlineWorker, close.clone(), "wrong_state")
        .await;
    agreed(&street, ticket).await;
    let later = NOW + 2 * DAY;
    let shown = street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "ask_help", "unit": street.community, "words": "请劝导", "due_at": later }),
        )
        .await;
    let help = task(&shown, "help");
    street
        .does(
            ticket,
            Role::SectionHandler,
            json!({ "action": "plan_step", "words": "再查一次", "owner": "网格员", "due_at": later }),
        )
        .await;
    feedback(&street, ticket, "requester", "result").await;
    let shown = feedback(&street, ticket, "platform", "result").await;
    let step = task(&shown, "plan_step");
    for (needed, role, then) in [
        (
            "no_open_help",
            Role::CommunitySecretary,
            json!({ "action": "help_done", "task": help, "words": "已劝导" }),
        ),
        (
            "plan_done",
            Role::SectionHandler,
            json!({ "action": "plan_step_done", "task": step }),
        ),
        (
            "asked",
            Role::HotlineWorker,
            json!({ "action": "callback", "means": "phone", "not_asked": "no_answer" }),
        ),
        (
            "analysed",
            Role::HotlineWorker,
            json!({ "action": "analyse", "causes": ["property_absent"] }),
        ),
    ] {
        street
            .refused(ticket, Role::HotlineWorker, close.clone(), needed)
            .await;
        street.does(ticket, role, then).await;
    }
    let shown = street.does(ticket, Role::HotlineWorker, close).await;
    let strip = shown["strip"].as_array().unwrap();
    assert!(
        strip.iter().all(|step| step["state"] != "open"),
        "{strip:?}"
    );
    let reasons: Vec<_> = strip
        .iter()
        .filter(|step| step["state"] == "not_applicable")
        .collect();
    assert!(reasons.iter().all(|step| step["reason"].is_string()));
}

async fn a_stale_version_hears_what_changed_and_by_whom(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let seen = street.show(ticket, Role::HotlineWorker).await["life"]["version"].clone();
    street
        .does(ticket, Role::OfficeReviewer, json!({ "action": "accept" }))
        .await;
    let late = street
        .acts(
            ticket,
            Role::HotlineWorker,
            &seen,
            json!({ "action": "note", "words": "我来办" }),
        )
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert_eq!(late.code(), "changed_meanwhile");
    let said = late.json()["detail"].as_str().unwrap().to_owned();
    let name = street.show(ticket, Role::Leader).await["events"][1]["by"]["name"].clone();
    assert!(
        said.contains("签收") && said.contains(name.as_str().unwrap()),
        "{said}"
    );
}

async fn of_fifty_who_act_at_once_each_is_written_once_or_told_why_not(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let mut open: Vec<u32> = (0..50).collect();
    let mut rounds = 0;
    while !open.is_empty() {
        rounds += 1;
        assert!(rounds <= 60, "{open:?}");
        let seen = street.show(ticket, Role::Leader).await["life"]["version"].clone();
        let roles = [Role::HotlineWorker, Role::OfficeReviewer, Role::Leader];
        let tries = open.iter().map(|number| {
            let role = roles[*number as usize % roles.len()];
            let act = json!({ "action": "note", "words": format!("第 {number} 人") });
            let (street, seen) = (&street, &seen);
            async move { (*number, street.acts(ticket, role, seen, act).await) }
        });
        let answers = futures_util::future::join_all(tries).await;
        let mut written = Vec::new();
        for (number, answer) in answers {
            if answer.status == StatusCode::OK {
                written.push(number);
                continue;
            }
            assert_eq!(answer.status, StatusCode::CONFLICT, "{:?}", answer.body);
            assert_eq!(answer.code(), "changed_meanwhile");
            assert!(answer.json()["detail"].as_str().unwrap().contains("备注"));
        }
        assert_eq!(written.len(), 1, "one of those who saw the same version");
        open.retain(|number| !written.contains(number));
    }
    let shown = street.show(ticket, Role::Leader).await;
    let events = shown["events"].as_array().unwrap();
    let mut said: Vec<_> = events
        .iter()
        .filter_map(|event| event["detail"]["act"]["words"].as_str())
        .collect();
    assert_eq!(said.len(), 50);
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), 50);
}

async fn what_is_wrong_is_said_in_a_sentence_and_changes_nothing(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let past = NOW - 2 * HOUR;
    let nowhere = Id::from_bytes([9; 16]);
    for (act, code) in [
        (
            json!({ "action": "supervise", "level": "urge", "cause": "overdue", "words": "请办", "due_at": past }),
            "time_past",
        ),
        (
            json!({ "action": "ask_help", "unit": nowhere, "words": "请协助", "due_at": NOW + DAY }),
            "unit_unknown",
        ),
        (json!({ "action": "note", "words": "  " }), "words_missing"),
        (
            json!({ "action": "note", "words": "长".repeat(2_001) }),
            "words_too_long",
        ),
        (
            json!({ "action": "classify", "request_kind": "shout" }),
            "word_unknown",
        ),
        (
            json!({ "action": "assign", "kind": "section", "to": nowhere }),
            "assignee_unknown",
        ),
        (
            json!({ "action": "help_done", "task": 99, "words": "好" }),
            "task_gone",
        ),
    ] {
        street.refused(ticket, Role::HotlineWorker, act, code).await;
    }
    let bad = street
        .tries(ticket, Role::HotlineWorker, json!({ "action": "fly" }))
        .await;
    assert!(bad.status.is_client_error());
}

async fn a_section_sees_what_it_was_asked_for_and_nothing_else(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let other = street
        .hub
        .add_unit(store::units::UnitKind::Section, "S2", None)
        .await;
    let stranger = street.hub.sign_in(Role::SectionHandler, &[other]).await;
    let path = format!("/v1/tickets/{ticket}");
    assert_eq!(
        street.hub.get(&path, &stranger).await.status,
        StatusCode::NOT_FOUND
    );
    let shown = street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "ask_help", "unit": other, "words": "请协助", "due_at": NOW + DAY }),
        )
        .await;
    assert_eq!(
        street.hub.get(&path, &stranger).await.status,
        StatusCode::OK
    );
    let list = street.hub.get("/v1/tickets", &stranger).await.json();
    assert_eq!(list["total"], 1);
    // Whose co-task it is not cannot say that it is done.
    street
        .refused(
            ticket,
            Role::SectionHandler,
            json!({ "action": "help_done", "task": task(&shown, "help"), "words": "好了" }),
            "other_unit",
        )
        .await;
}

async fn a_closed_supervision_was_answered_and_closed_by_who_opened_it(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let shown = street
        .does(
            ticket,
            Role::OfficeReviewer,
            json!({ "action": "supervise", "level": "summon", "cause": "leaders_note", "words": "请说明", "due_at": NOW + DAY }),
        )
        .await;
    let close = json!({ "action": "close_supervision", "task": task(&shown, "supervision") });
    street
        .refused(ticket, Role::OfficeReviewer, close.clone(), "task_gone")
        .await;
    street
        .does(
            ticket,
            Role::SectionHandler,
            json!({ "action": "answer_supervision", "task": task(&shown, "supervision"), "words": "已到场" }),
        )
        .await;
    street
        .refused(
            ticket,
            Role::HotlineWorker,
            close.clone(),
            "own_supervision",
        )
        .await;
    street.does(ticket, Role::OfficeReviewer, close).await;
}

async fn a_ticket_on_hold_stands_still_until_it_is_resumed(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    for (role, act) in [
        (Role::HotlineWorker, json!({ "action": "accept" })),
        (
            Role::HotlineWorker,
            json!({ "action": "assign", "kind": "section", "to": street.section }),
        ),
    ] {
        street.does(ticket, role, act).await;
    }
    let shown = street
        .does(
            ticket,
            Role::SectionHandler,
            json!({ "action": "ask_hold", "words": "待改造", "plan": "列入明年计划", "until": NOW + 30 * DAY }),
        )
        .await;
    let hold = json!({ "action": "hold", "task": task(&shown, "hold") });
    let shown = street.does(ticket, Role::Leader, hold).await;
    assert_eq!(shown["status"], TicketState::PUT_OFF.as_str());
    let report = json!({ "action": "report_done", "words": "好了" });
    street
        .refused(ticket, Role::SectionHandler, report.clone(), "wrong_state")
        .await;
    street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "resume", "words": "改造开工" }),
        )
        .await;
    street.does(ticket, Role::SectionHandler, report).await;
}

async fn after_the_return_window_only_a_leader_sends_it_back_and_it_counts(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let mut tx = street.hub.app().store().begin().await.unwrap();
    tx.update_return_until(
        street.hub.tenant(),
        ticket,
        Some(sync_core::Timestamp::from_millis(NOW - HOUR)),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let back = json!({ "action": "return_up", "words": "不属本街道" });
    street
        .refused(ticket, Role::OfficeReviewer, back.clone(), "return_window")
        .await;
    let shown = street.does(ticket, Role::Leader, back).await;
    assert_eq!(shown["life"]["late_returns"], 1);
    let shown = street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "return_refused", "words": "上级不接受" }),
        )
        .await;
    assert_eq!(shown["status"], "accepted");
    assert_eq!(shown["life"]["late_returns"], 1);
}

async fn a_plan_has_several_ways_of_which_one_is_chosen_with_its_reason_and_steps_to_the_end(
    hub: TestApp,
) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let team = Role::EnterpriseTeam;
    street
        .does(ticket, Role::HotlineWorker, json!({ "action": "accept" }))
        .await;
    street
        .does(
            ticket,
            Role::HotlineWorker,
            json!({ "action": "assign", "kind": "section", "to": street.section }),
        )
        .await;
    let shown = street.does(ticket, team, json!({ "action": "take" })).await;
    assert_eq!(shown["life"]["taken"]["by"], json!(street.of(team).person));
    let mut ways = Vec::new();
    for words in ["更换光缆", "加装信号放大器"] {
        let way = json!({ "action": "propose_option", "words": words });
        ways.push(task(&street.does(ticket, team, way).await, "option"));
    }
    let choose = |way: &Value, words: &str| json!({ "action": "choose_option", "task": way, "words": words });
    street
        .refused(ticket, team, choose(&ways[0], " "), "words_missing")
        .await;
    street
        .does(ticket, team, choose(&ways[0], "一次解决"))
        .await;
    // Another one takes its place; one is chosen at a time.
    let shown = street
        .does(ticket, team, choose(&ways[1], "先恢复营业"))
        .await;
    let tasks = shown["life"]["tasks"].as_array().unwrap();
    let chosen: Vec<_> = tasks
        .iter()
        .filter(|task| task["state"] == "chosen")
        .collect();
    assert_eq!(chosen.len(), 1);
    assert_eq!(chosen[0]["words"], "加装信号放大器");
    assert_eq!(chosen[0]["turns"][0]["words"], "先恢复营业");
    let shown = street
        .does(
            ticket,
            team,
            json!({ "action": "plan_step", "words": "安装放大器", "owner": "移动公司", "due_at": NOW + DAY }),
        )
        .await;
    let step = task(&shown, "plan_step");
    let confirm = json!({ "action": "confirm_result", "outcome": "solved", "by": "闫*", "words": "网络恢复" });
    street
        .refused(ticket, team, confirm.clone(), "plan_done")
        .await;
    street
        .does(
            ticket,
            team,
            json!({ "action": "plan_step_done", "task": step }),
        )
        .await;
    let shown = street.does(ticket, team, confirm).await;
    assert_eq!(shown["life"]["outcome"][0], "solved");
}

async fn a_unit_that_helps_neither_reports_on_a_ticket_nor_gives_it_back(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    for act in [
        json!({ "action": "accept" }),
        json!({ "action": "assign", "kind": "community", "to": street.community }),
        json!({ "action": "ask_help", "unit": street.section, "words": "请协助", "due_at": NOW + DAY }),
    ] {
        street.does(ticket, Role::HotlineWorker, act).await;
    }
    let of_holders = [
        json!({ "action": "report_done", "words": "好了" }),
        json!({ "action": "hand_back", "words": "不归我们" }),
    ];
    let offered = async |role: Role| {
        let may = street.show(ticket, role).await["may"].clone();
        let may: Vec<String> = serde_json::from_value(may).unwrap();
        ["report_done", "hand_back"].map(|word| may.iter().any(|one| one == word))
    };
    assert_eq!(offered(Role::SectionHandler).await, [false, false]);
    for act in &of_holders {
        street
            .refused(ticket, Role::SectionHandler, act.clone(), "other_unit")
            .await;
    }
    assert_eq!(offered(Role::CommunitySecretary).await, [true, true]);
    // A section's ticket lies in a community, which does not have it, though it helps.
    for act in [
        json!({ "action": "assign", "kind": "section", "to": street.section }),
        json!({ "action": "ask_help", "unit": street.community, "words": "请劝导", "due_at": NOW + DAY }),
    ] {
        street.does(ticket, Role::HotlineWorker, act).await;
    }
    street
        .refused(
            ticket,
            Role::CommunitySecretary,
            of_holders[1].clone(),
            "other_unit",
        )
        .await;
    street
        .does(ticket, Role::SectionHandler, of_holders[0].clone())
        .await;
}
