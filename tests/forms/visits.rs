//! Visits by the form that fits their ticket: what is missing, on phones without a network and at the hub, and what becomes
//! of answers when people or versions differ.

use harness::on_both_backends;
use serde_json::json;
use sync_core::edit::EditError;
use sync_core::form::What;
use sync_core::replica::ReplicaError;
use sync_core::value::Value;
use sync_core::{Id, Timestamp};

use crate::sync::street::{Street, logged, new_ticket};

on_both_backends! {
    a_visit_that_lacks_what_its_form_requires_stays_a_draft_on_a_phone_without_a_network,
    a_mark_submits_at_the_hub_only_what_is_whole_and_once_it_is_whole,
    an_unknown_form_lets_nobody_round_what_is_required,
    answers_of_two_phones_disagree_in_view_and_ticks_add_up,
    a_visit_begun_by_one_version_and_finished_by_the_next_loses_nothing,
    a_visit_that_names_no_form_is_submitted_as_ever,
    answers_are_found_by_their_words,
}

/// A ticket about unpaid wages, given to the grid and on both phones.
pub(super) async fn wages(street: &mut Street) -> Id {
    let mut ticket = new_ticket(&street.hub);
    ticket.category = ["劳动保障", "工资", "拖欠工资"].map(|level| Some(level.to_owned()));
    let (id, tenant) = (ticket.id, street.hub.tenant());
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(tenant).await.unwrap();
    tx.insert_tickets(tenant, &[ticket], seq).await.unwrap();
    tx.commit().await.unwrap();
    street.assign(id, "grid", street.grid).await;
    sync(street).await;
    id
}

pub(super) async fn sync(street: &mut Street) {
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
}

/// A visit as the app begins it: by the form that fits.
pub(super) fn begin(street: &mut Street, ticket: Id) -> Id {
    let doc = street.worker.create_visit(ticket);
    let form = street.worker.replica().fitting_form(ticket).unwrap();
    street.worker.set(doc, "form", &form.to_string());
    doc
}

pub(super) fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

/// Fills in all that the shipped form requires, but the number of people.
pub(super) fn fill(street: &mut Street, doc: Id) {
    let worker = &mut street.worker;
    worker.arrive(doc);
    worker.put(doc, "participants", &[("role", text("grid_worker"))]);
    worker.set(doc, "outcome", "partly");
    worker.answer(doc, "employer", "text", text("某某劳务公司"));
    worker.answer(doc, "months", "number", Value::Int(3));
    worker.answer(doc, "amount", "number", Value::Int(86_000));
    worker.answer(doc, "proof", "has:slip", Value::Flag(true));
    worker.answer(doc, "admitted", "choice", text("no"));
}

fn missing(street: &mut Street, doc: Id) -> Vec<String> {
    let form = street.worker.form(doc);
    let missing = form.sheet.missing.into_iter();
    let named = missing.map(|one| one.question.unwrap_or_else(|| format!("{:?}", one.what)));
    named.collect()
}

pub(super) fn refused(street: &mut Street, doc: Id) -> bool {
    let refused = street.worker.try_mark(doc, "submit");
    refused == Err(ReplicaError::Edit(EditError::RecordIncomplete))
}

async fn a_visit_that_lacks_what_its_form_requires_stays_a_draft_on_a_phone_without_a_network(
    mut street: Street,
) {
    let ticket = wages(&mut street).await;
    // From here on without a network.
    let doc = begin(&mut street, ticket);
    assert_eq!(street.worker.form(doc).sheet.name, "wages/1");
    assert_eq!(
        missing(&mut street, doc),
        [
            "Arrival", "People", "employer", "people", "months", "amount", "proof", "admitted",
            "Outcome"
        ]
    );
    assert!(refused(&mut street, doc));
    fill(&mut street, doc);
    assert_eq!(missing(&mut street, doc), ["people"]);
    assert!(refused(&mut street, doc));
    // What is asked depends on what was answered.
    street.worker.answer(doc, "admitted", "choice", text("yes"));
    assert_eq!(missing(&mut street, doc), ["people", "pay_by"]);
    let day = Value::Time(Timestamp::from_millis(1_798_000_000_000));
    street.worker.answer(doc, "pay_by", "date", day);
    // Nobody is zero people.
    street.worker.answer(doc, "people", "number", Value::Int(0));
    assert_eq!(missing(&mut street, doc), ["people"]);
    assert!(refused(&mut street, doc));
    street.worker.crash();
    assert!(refused(&mut street, doc));
    street
        .worker
        .answer(doc, "people", "number", Value::Int(12));
    assert_eq!(missing(&mut street, doc), Vec::<String>::new());
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    let story = street.story(doc).await;
    assert_eq!(story["state"], "submitted");
    assert_eq!(story["form"]["name"], "wages/1");
    assert_eq!(story["form"]["missing"], json!([]));
    let values = story["values"].as_array().unwrap();
    let people = values
        .iter()
        .find(|one| one["path"] == "answers/people/number");
    assert_eq!(people.unwrap()["value"], 12);
}

async fn a_mark_submits_at_the_hub_only_what_is_whole_and_once_it_is_whole(mut street: Street) {
    let ticket = wages(&mut street).await;
    let doc = begin(&mut street, ticket);
    fill(&mut street, doc);
    let people = |number| ("people", "number", number);
    let (question, part, number) = people(Value::Int(12));
    street.worker.answer(doc, question, part, number);
    sync(&mut street).await;
    // The captain takes an answer back while the worker, who does not know it, submits.
    let (question, part, nothing) = people(Value::Empty);
    street.captain.answer(doc, question, part, nothing);
    street.worker.mark(doc, "submit");
    sync(&mut street).await;
    street.captain.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    // The worker's came first and was whole: it is submitted, and the office sees what is missing.
    let story = street.story(doc).await;
    assert_eq!(story["state"], "submitted");
    assert_eq!(story["form"]["missing"][0]["question"], "people");

    let other = begin(&mut street, ticket);
    fill(&mut street, other);
    let (question, part, number) = people(Value::Int(7));
    street.worker.answer(other, question, part, number);
    sync(&mut street).await;
    let (question, part, nothing) = people(Value::Empty);
    street.captain.answer(other, question, part, nothing);
    street.worker.mark(other, "submit");
    street.captain.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    assert_eq!(street.story(other).await["state"], "draft");
    street.captain.sync(&street.hub).await;
    let (question, part, number) = people(Value::Int(8));
    street.captain.answer(other, question, part, number);
    street.captain.sync(&street.hub).await;
    // The same mark, and now the record is whole.
    assert_eq!(street.story(other).await["state"], "submitted");
}

async fn an_unknown_form_lets_nobody_round_what_is_required(mut street: Street) {
    let ticket = wages(&mut street).await;
    for name in ["wages/99", "nothing/1", "no form at all"] {
        let doc = street.worker.create_visit(ticket);
        // A phone that did not look would let it pass.
        street.worker.mark(doc, "submit");
        street.worker.set(doc, "form", name);
        let form = street.worker.form(doc).sheet;
        assert_eq!((form.name.as_str(), form.named), ("general/1", false));
        assert!(form.missing.iter().any(|one| one.what == What::Cleanup));
        street.worker.sync(&street.hub).await;
        assert_eq!(street.story(doc).await["state"], "draft", "{name}");
    }
}

async fn answers_of_two_phones_disagree_in_view_and_ticks_add_up(mut street: Street) {
    let ticket = wages(&mut street).await;
    let doc = begin(&mut street, ticket);
    sync(&mut street).await;
    let number = |number| ("people", "number", Value::Int(number));
    let (question, part, value) = number(12);
    street.worker.answer(doc, question, part, value);
    let (question, part, value) = number(15);
    street.captain.answer(doc, question, part, value);
    let tick = |code: &str| format!("has:{code}");
    street
        .worker
        .answer(doc, "proof", &tick("slip"), Value::Flag(true));
    street
        .captain
        .answer(doc, "proof", &tick("contract"), Value::Flag(true));
    street
        .captain
        .answer(doc, "site", "text", text("柳岸路工地"));
    sync(&mut street).await;
    sync(&mut street).await;
    for phone in [&mut street.worker, &mut street.captain] {
        let view = phone.visit(doc);
        assert_eq!(view.conflicts.len(), 1);
        assert_eq!(view.conflicts[0].path, "answers/people/number");
        for code in ["slip", "contract"] {
            let path = format!("answers/proof/has:{code}");
            assert_eq!(view.answers[&path], Value::Flag(true));
        }
        assert_eq!(view.answers["answers/site/text"], text("柳岸路工地"));
    }
    assert_eq!(street.worker.record(doc), street.captain.record(doc));
    assert_eq!(street.worker.record(doc), logged(&street.hub, doc).await.1);
    let story = street.story(doc).await;
    let disagreement = &story["disagreements"][0];
    assert_eq!(disagreement["path"], "answers/people/number");
    let choice = &disagreement["values"][1];
    let pick = json!({"path": "answers/people/number", "choice": choice["op"], "reason": "核实"});
    let settled = street.settle(doc, pick).await;
    assert_eq!(settled.status, 200, "{:?}", settled.body);
    assert_eq!(settled.json()["disagreements"], json!([]));
    let wrong = json!({"path": "answers/people/number", "value": "十二", "reason": "核实"});
    assert_eq!(street.settle(doc, wrong).await.code(), "value_refused");
}

async fn a_visit_begun_by_one_version_and_finished_by_the_next_loses_nothing(mut street: Street) {
    let ticket = wages(&mut street).await;
    let doc = begin(&mut street, ticket);
    fill(&mut street, doc);
    street
        .worker
        .answer(doc, "site", "text", text("柳岸路工地"));
    // The next version asks for the trade instead of the site, and for the sum in words.
    let next = "表单 wages\n版本 2\n名称 欠薪核实\n适用 劳动保障/工资\n必填 到场 人员 结果\n\
        题目 employer 文字 必填\n标题 用人单位\n题目 people 数字 必填\n标题 涉及多少人\n范围 1 100\n\
        题目 trade 单选 必填\n标题 哪个行业\n选项 building 建筑\n选项 food 餐饮\n\
        题目 amount 文字\n标题 一共欠多少\n";
    let body = json!({ "text": next });
    let answer = street.hub.post("/v1/forms", &street.office, &body).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    sync(&mut street).await;
    // The record keeps its version until somebody goes over.
    let form = street.worker.form(doc);
    assert_eq!(form.sheet.name, "wages/1");
    assert_eq!(form.fits.unwrap().name, "wages/2");
    assert_eq!(missing(&mut street, doc), ["people"]);
    street.worker.set(doc, "form", "wages/2");
    let form = street.worker.form(doc);
    assert_eq!((form.sheet.name.as_str(), form.fits), ("wages/2", None));
    assert_eq!(missing(&mut street, doc), ["people", "trade"]);
    let gone: Vec<_> = form
        .sheet
        .gone
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    assert_eq!(
        gone,
        [
            "answers/admitted/choice",
            "answers/amount/number",
            "answers/months/number",
            "answers/proof/has:slip",
            "answers/site/text"
        ]
    );
    let site = form.sheet.gone.last().unwrap();
    assert_eq!(site.value, text("柳岸路工地"));
    assert_eq!(site.question.as_ref().unwrap().label.zh, "工地或门店");
    street
        .worker
        .answer(doc, "people", "number", Value::Int(12));
    street
        .worker
        .answer(doc, "trade", "choice", text("building"));
    street.worker.mark(doc, "submit");
    sync(&mut street).await;
    let story = street.story(doc).await;
    assert_eq!(story["state"], "submitted");
    assert_eq!(story["form"]["gone"].as_array().unwrap().len(), 5);
    // A phone without the new version loses nothing either.
    let view = street.captain.visit(doc);
    assert_eq!(view.answers["answers/site/text"], text("柳岸路工地"));
    assert_eq!(view.answers["answers/trade/choice"], text("building"));
}

async fn a_visit_that_names_no_form_is_submitted_as_ever(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    let form = street.worker.form(doc);
    assert_eq!(
        (form.sheet.name.as_str(), form.sheet.named),
        ("general/1", false)
    );
    assert_eq!(form.fits, None);
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    assert_eq!(street.story(doc).await["state"], "submitted");
}

async fn answers_are_found_by_their_words(mut street: Street) {
    let ticket = wages(&mut street).await;
    let doc = begin(&mut street, ticket);
    street
        .worker
        .answer(doc, "employer", "text", text("晨光劳务有限公司"));
    street.worker.sync(&street.hub).await;
    let found = street
        .hub
        .get("/v1/visits?q=晨光劳务", &street.office)
        .await;
    let items = found.json()["items"].clone();
    assert_eq!(items[0]["id"], json!(doc), "{items}");
}
