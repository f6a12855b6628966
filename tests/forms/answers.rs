//! What was answered, as a table; and records that lack something when they are approved.

use harness::on_both_backends;
use serde_json::{Value as Json, json};
use sync_core::form::Form;
use sync_core::value::Value;
use sync_core::{Id, Timestamp};

use super::visits::{begin, fill, refused, sync, text, wages};
use crate::sync::street::Street;

on_both_backends! {
    answers_leave_as_a_table_with_numbers_of_people_masked_and_the_act_in_the_audit_log,
    rejected_visits_are_in_a_table_only_when_asked_for,
    a_record_that_lacks_something_is_approved_only_by_saying_so_and_why,
    forms_say_how_many_records_use_them,
}

/// A visit with all that its form requires, at the hub and submitted.
async fn submitted(street: &mut Street, ticket: Id) -> Id {
    let doc = begin(street, ticket);
    fill(street, doc);
    let people = Value::Int(12);
    street.worker.answer(doc, "people", "number", people);
    street
        .worker
        .answer(doc, "employer", "text", text("=晨光劳务，联系 13800001234"));
    street.worker.mark(doc, "submit");
    sync(street).await;
    assert_eq!(street.story(doc).await["state"], "submitted");
    doc
}

async fn table(street: &Street, query: &str) -> Vec<Vec<String>> {
    let path = format!("/v1/forms/wages/1/answers.csv{query}");
    let answer = street.hub.get(&path, &street.office).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(&answer.body[3..]);
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

fn column<'a>(rows: &'a [Vec<String>], id: &str, row: usize) -> &'a str {
    let place = rows[0].iter().position(|one| one == id).unwrap();
    &rows[row][place]
}

async fn decide(street: &Street, doc: Id, mut decision: Json) -> (u16, Json) {
    decision["seen"] = street.story(doc).await["changed_seq"].clone();
    let path = format!("/v1/visits/{doc}/review");
    let answer = street.hub.post(&path, &street.office, &decision).await;
    (answer.status.as_u16(), answer.json())
}

async fn answers_leave_as_a_table_with_numbers_of_people_masked_and_the_act_in_the_audit_log(
    mut street: Street,
) {
    let ticket = wages(&mut street).await;
    let first = submitted(&mut street, ticket).await;
    // Another phone answers one question differently: both stand in the table.
    street
        .captain
        .answer(first, "people", "number", Value::Int(9));
    street
        .worker
        .answer(first, "people", "number", Value::Int(11));
    let day = Value::Time(Timestamp::from_millis(1_798_000_000_000));
    street.worker.answer(first, "unknown_here", "date", day);
    sync(&mut street).await;
    let rows = table(&street, "").await;
    assert_eq!(rows.len(), 3, "{rows:?}");
    let form = Form::shipped()
        .into_iter()
        .find(|form| form.id == "wages")
        .unwrap();
    assert_eq!(rows[0].len(), 6 + form.questions.len() + 1);
    assert_eq!(column(&rows, "answers/employer/text", 1), "用人单位");
    assert_eq!(column(&rows, "visit", 2), first.to_string());
    assert_eq!(column(&rows, "state", 2), "已提交待审核");
    let employer = column(&rows, "answers/employer/text", 2);
    assert!(employer.starts_with("'=晨光劳务"), "{employer}");
    assert!(!employer.contains("13800001234"), "{employer}");
    assert_eq!(column(&rows, "answers/proof/has", 2), "欠条");
    assert_eq!(column(&rows, "answers/admitted/choice", 2), "不认");
    let mut people: Vec<_> = column(&rows, "answers/people/number", 2)
        .split(" / ")
        .collect();
    people.sort_unstable();
    assert_eq!(people, ["11", "9"]);
    assert!(column(&rows, "other", 2).starts_with("unknown_here: 2026-12-"));

    let path = "/v1/forms/wages/1/answers.xlsx";
    let book = street.hub.get(path, &street.office).await;
    assert_eq!((book.status.as_u16(), &book.body[..2]), (200, &b"PK"[..]));
    let mut tx = street.hub.app().store().read().await.unwrap();
    let filter = store::audit::AuditFilter::default();
    let acts = tx
        .list_audit(street.hub.tenant(), &filter, 50)
        .await
        .unwrap();
    let exports = acts
        .iter()
        .filter(|(_, one)| one.act == "form.answers.export");
    assert!(exports.clone().all(|(_, one)| one.object == "form/wages/1"));
    assert_eq!(exports.count(), 2);
    // Who is not of the office takes none.
    let secretary = street
        .hub
        .sign_in(sync_core::Role::CommunitySecretary, &[street.grid])
        .await;
    assert_eq!(street.hub.get(path, &secretary).await.status, 403);
}

async fn rejected_visits_are_in_a_table_only_when_asked_for(mut street: Street) {
    let ticket = wages(&mut street).await;
    let first = submitted(&mut street, ticket).await;
    let second = submitted(&mut street, ticket).await;
    let decision = json!({ "decision": "reject", "remark": "重复" });
    let (status, body) = decide(&street, first, decision).await;
    assert_eq!(status, 200, "{body}");
    let rows = table(&street, "").await;
    assert_eq!(rows.len(), 3);
    assert_eq!(column(&rows, "visit", 2), second.to_string());
    assert_eq!(table(&street, "?all=true").await.len(), 4);
}

async fn a_record_that_lacks_something_is_approved_only_by_saying_so_and_why(mut street: Street) {
    let ticket = wages(&mut street).await;
    let doc = submitted(&mut street, ticket).await;
    // A colleague takes a required answer back after it was submitted.
    street.captain.answer(doc, "people", "number", Value::Empty);
    sync(&mut street).await;
    assert!(refused(&mut street, doc));
    let approve = json!({ "decision": "approve" });
    let (status, body) = decide(&street, doc, approve).await;
    assert_eq!((status, &body["code"]), (409, &json!("record_incomplete")));
    assert_eq!(
        body["detail"],
        "按表单还缺：涉及多少人。请退回补齐，或勾选“缺这些也通过”并写明原因。"
    );
    let without_reason = json!({ "decision": "approve", "accept_incomplete": true });
    let (status, body) = decide(&street, doc, without_reason).await;
    assert_eq!((status, &body["code"]), (422, &json!("remark_required")));
    let said =
        json!({ "decision": "approve", "accept_incomplete": true, "remark": "人数另行核实" });
    let (status, body) = decide(&street, doc, said).await;
    assert_eq!(
        (status, &body["state"]),
        (200, &json!("approved")),
        "{body}"
    );
    let path = format!("/v1/tickets/{ticket}");
    let told = street.hub.get(&path, &street.office).await.json();
    let events = told["events"].as_array().unwrap();
    let approved = events
        .iter()
        .find(|one| one["kind"] == "visit_approved")
        .unwrap();
    assert_eq!(approved["detail"]["lacking"], json!(["涉及多少人"]));
}

async fn forms_say_how_many_records_use_them(mut street: Street) {
    let ticket = wages(&mut street).await;
    submitted(&mut street, ticket).await;
    let listed = street.hub.get("/v1/forms", &street.office).await.json();
    let counts: Vec<_> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["records"] != 0)
        .map(|row| (row["id"].clone(), row["records"].clone()))
        .collect();
    assert_eq!(counts, [(json!("wages"), json!(1))]);
}
