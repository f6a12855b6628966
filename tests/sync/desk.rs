//! The desk at the quarantine: what was put aside comes again, is read, let in or refused.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::phone::{post, push_of, receipts, set};
use serde_json::{Value, json};
use store::audit::AuditFilter;
use store::inbox::InboxRow;
use sync_core::document::Document;
use sync_core::gate::job::concat_short;
use sync_core::kinds::Kind;
use sync_core::reason::Reason;
use sync_core::{Id, Role, Timestamp, segment, threshold};

use super::street::{Street, phone};

on_both_backends! {
    work_of_a_ticket_that_was_taken_away_is_read_and_let_in_by_the_office,
    what_the_office_refused_stays_refused_until_the_refusal_is_taken_back,
    what_came_again_after_the_ticket_was_given_back_is_judged_anew,
    the_same_refused_work_again_adds_nothing_to_the_quarantine,
    a_change_that_once_used_up_its_checker_passes_when_it_comes_again_and_so_does_what_built_on_it,
    a_change_that_is_wrong_in_itself_is_not_let_in_and_its_words_can_be_read,
    bytes_that_are_no_changes_say_so_and_are_kept,
    work_for_a_ticket_that_is_gone_is_let_in_under_another,
    two_who_decide_at_once_do_not_both_decide,
    only_the_office_of_the_sub_district_sits_at_the_desk,
    what_waits_for_a_predecessor_for_an_hour_is_shown,
    the_list_is_paged_and_filtered,
    a_writer_counts_as_what_they_were_then,
}

/// Changes of a fresh visit under one actor, each on the one before.
fn changes(actor: u8, fields: &[(&str, &str)]) -> Vec<Vec<u8>> {
    let mut document = Document::seeded(Kind::VISIT);
    let now = Timestamp::from_millis(harness::test_app::NOW);
    let edits = fields.iter().map(|(field, value)| set(field, value));
    edits
        .map(|edit| document.edit(&edit, [actor; 16], now).unwrap().unwrap())
        .collect()
}

async fn listed(street: &Street, query: &str) -> Value {
    let path = format!("/v1/quarantine?{query}");
    let answer = street.hub.get(&path, &street.office).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

/// The rows that wait for a decision.
async fn open(street: &Street) -> Vec<Value> {
    let list = listed(street, "decided=false").await;
    list["items"].as_array().unwrap().clone()
}

async fn read(street: &Street, row: &Value) -> Value {
    let path = format!("/v1/quarantine/{}", row["id"].as_str().unwrap());
    let answer = street.hub.get(&path, &street.office).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

async fn decide(street: &Street, row: &Value, act: &str, body: Value) -> (u16, Value) {
    let path = format!("/v1/quarantine/{}/{act}", row["id"].as_str().unwrap());
    let answer = street.hub.post(&path, &street.office, &body).await;
    (answer.status.as_u16(), answer.json())
}

async fn events(street: &Street, ticket: Id) -> Vec<(String, Value)> {
    let path = format!("/v1/tickets/{ticket}");
    let page = street.hub.get(&path, &street.office).await.json();
    let events = page["events"].as_array().unwrap().iter();
    let event = |event: &Value| {
        (
            event["kind"].as_str().unwrap().to_owned(),
            event["detail"].clone(),
        )
    };
    events.map(event).collect()
}

fn value_at(story: &Value, path: &str) -> Value {
    let values = story["values"].as_array().unwrap();
    let found = values.iter().find(|one| one["path"] == path);
    found.cloned().unwrap_or(Value::Null)
}

async fn work_of_a_ticket_that_was_taken_away_is_read_and_let_in_by_the_office(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    let note = sync_core::edit::Edit::SetNote {
        note: "finding".to_owned(),
        text: "三楼堆放纸箱".to_owned(),
    };
    street.worker.edit(doc, &note);
    street.wait(180);
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    street.worker.exchange(&street.hub).await;
    let rows = open(&street).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["code"], "out_of_scope");
    assert_eq!(rows[0]["had_ticket"], true);
    assert_eq!(rows[0]["may_pass_later"], true);
    assert_eq!(rows[0]["ticket_name"]["title"], "楼道堆物");
    assert_eq!(rows[0]["device_name"], "测试设备");
    let received = rows[0]["received_at"].clone();

    let case = read(&street, &rows[0]).await;
    let story = &case["story"];
    assert_eq!(value_at(story, "fields/address")["value"], "和平路1号");
    let written = &value_at(story, "fields/address")["written"];
    assert_eq!(written["person"]["name"], "王某某");
    assert_eq!(written["received_at"], received);
    assert_eq!(story["notes"]["finding"], "三楼堆放纸箱");
    assert_eq!(case["changes"].as_array().unwrap().len(), 3);
    assert_eq!(case["changes"][1]["message"], "visit.address");
    assert_eq!(case["changes"][1]["code"], Value::Null);
    // Reading changes nothing.
    let path = format!("/v1/visits/{doc}");
    let missing = street.hub.get(&path, &street.office).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);

    street.wait(60);
    let (status, answer) = decide(&street, &rows[0], "admit", json!({})).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        (&answer["admitted"], &answer["left"]),
        (&json!(3), &json!(0))
    );
    assert_eq!(answer["item"]["decision"], "admitted");
    assert_eq!(answer["item"]["decided_by"]["role"], "office_reviewer");
    let story = street.story(doc).await;
    let written = &value_at(&story, "fields/address")["written"];
    let person = street.worker.caller.person;
    assert_eq!(written["person"]["id"], json!(person));
    assert_eq!(written["received_at"], received);
    // The phone learns it by an ordinary verdict.
    street.worker.exchange(&street.hub).await;
    let row = street.worker.row(doc);
    assert_eq!((row.admitted, row.quarantined), (3, 0));
    assert!(open(&street).await.is_empty());
    let told = events(&street, street.ticket).await;
    let (_, detail) = told
        .iter()
        .find(|(kind, _)| kind == "quarantine_admitted")
        .unwrap();
    assert_eq!(detail["changes"], 3);
    assert_eq!(detail["author"], "王某某");
    let mut tx = street.hub.app().store().read().await.unwrap();
    let audit = tx
        .list_audit(street.hub.tenant(), &AuditFilter::default(), 50)
        .await
        .unwrap();
    let acts: Vec<_> = audit.iter().map(|(_, entry)| entry.act.as_str()).collect();
    assert!(acts.contains(&"quarantine.admit"), "{acts:?}");
}

async fn what_the_office_refused_stays_refused_until_the_refusal_is_taken_back(street: Street) {
    let doc = street.worker.fresh_id();
    let foreign = street.add_ticket("grid", street.other_grid).await;
    let push = push_of(
        doc,
        foreign,
        &changes(5, &[("room", "1")]),
        street.worker.now(),
    );
    post(&street.hub, &street.worker.caller, &push).await;
    let row = open(&street).await.remove(0);
    assert_eq!(row["had_ticket"], false);
    let (status, answer) = decide(&street, &row, "refuse", json!({ "remark": " " })).await;
    assert_eq!((status, &answer["code"]), (422, &json!("remark_required")));
    let long = json!({ "remark": "长".repeat(501) });
    let (status, _) = decide(&street, &row, "refuse", long).await;
    assert_eq!(status, 422);
    let body = json!({ "remark": "不是他的网格" });
    let (status, answer) = decide(&street, &row, "refuse", body.clone()).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["item"]["decision"], "refused");
    assert_eq!(answer["item"]["remark"], "不是他的网格");
    let (status, answer) = decide(&street, &row, "refuse", body).await;
    assert_eq!(
        (status, &answer["code"]),
        (409, &json!("decided_meanwhile"))
    );
    let (status, _) = decide(&street, &row, "admit", json!({})).await;
    assert_eq!(status, 409);

    // Even when the ticket becomes theirs: a person has decided.
    street.assign(foreign, "grid", street.grid).await;
    let answer = post(&street.hub, &street.worker.caller, &push).await;
    assert_eq!(receipts(&answer.body), [(0, 0, 0, vec!["out_of_scope"])]);
    assert!(open(&street).await.is_empty());
    let (status, answer) = decide(&street, &row, "reopen", json!({})).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(open(&street).await.len(), 1);
    let (status, _) = decide(&street, &row, "reopen", json!({})).await;
    assert_eq!(status, 409);
    let answer = post(&street.hub, &street.worker.caller, &push).await;
    assert_eq!(receipts(&answer.body), [(1, 0, 0, vec![])]);
    street
        .hub
        .app()
        .doors()
        .gate()
        .submit(street.hub.tenant(), &[doc])
        .await;
    let list = listed(&street, "decided=true").await;
    assert_eq!(list["items"][0]["decision"], "admitted");
    assert_eq!(list["items"][0]["decided_by"], Value::Null);
    let told: Vec<_> = events(&street, foreign).await;
    let told: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    assert!(told.contains(&"quarantine_refused") && told.contains(&"quarantine_reopened"));
}

async fn what_came_again_after_the_ticket_was_given_back_is_judged_anew(street: Street) {
    let doc = street.worker.fresh_id();
    let foreign = street.add_ticket("grid", street.other_grid).await;
    let work = changes(5, &[("room", "1"), ("building", "2号楼")]);
    let push = push_of(doc, foreign, &work, street.worker.now());
    let answer = post(&street.hub, &street.worker.caller, &push).await;
    let refused = vec!["out_of_scope"; 2];
    assert_eq!(receipts(&answer.body), [(0, 0, 0, refused)]);
    street.assign(foreign, "grid", street.grid).await;
    let answer = post(&street.hub, &street.worker.caller, &push).await;
    assert_eq!(receipts(&answer.body), [(2, 0, 0, vec![])]);
    street
        .hub
        .app()
        .doors()
        .gate()
        .submit(street.hub.tenant(), &[doc])
        .await;
    let (_, record) = street.logged(doc).await;
    assert_eq!(record.field("room").text(), Some("1"));
    assert!(open(&street).await.is_empty());
}

async fn the_same_refused_work_again_adds_nothing_to_the_quarantine(street: Street) {
    let doc = street.worker.fresh_id();
    let foreign = street.add_ticket("grid", street.other_grid).await;
    let work = changes(
        5,
        &[("room", "1"), ("building", "2号楼"), ("stairwell", "3")],
    );
    let now = street.worker.now();
    for part in [&work[..2], &work[..1], &work[..], &work[1..]] {
        let push = push_of(doc, foreign, part, now);
        let answer = post(&street.hub, &street.worker.caller, &push).await;
        let refused = vec!["out_of_scope"; part.len()];
        assert_eq!(receipts(&answer.body), [(0, 0, 0, refused)]);
    }
    let rows = open(&street).await;
    let mut counts: Vec<_> = rows
        .iter()
        .map(|row| row["changes"].as_u64().unwrap())
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 2], "each change lies there once");
    // Both rows are one person's work on one record, and are read and decided together.
    let case = read(&street, &rows[0]).await;
    assert_eq!(case["rows"].as_array().unwrap().len(), 2);
    let (status, answer) = decide(&street, &rows[0], "admit", json!({})).await;
    assert_eq!((status, &answer["admitted"]), (200, &json!(3)), "{answer}");
    assert!(open(&street).await.is_empty());
    // The phone does not know yet, and offers it once more.
    let push = push_of(doc, foreign, &work, now);
    let answer = post(&street.hub, &street.worker.caller, &push).await;
    assert_eq!(receipts(&answer.body), [(0, 3, 0, vec![])]);
    assert!(open(&street).await.is_empty());
}

/// The state of a hub whose checking process was lost four times over the first change: both were counted.
async fn condemn(street: &Street, doc: Id, work: &[Vec<u8>]) {
    let (tenant, caller) = (street.hub.tenant(), &street.worker.caller);
    let now = street.worker.now();
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let reasons = [Reason::VerificationFailed, Reason::DependsOnQuarantined];
    for (change, reason) in work.iter().zip(reasons) {
        let row = InboxRow {
            id: street.hub.app().rng().new_id(now),
            tenant,
            doc,
            kind: Kind::VISIT,
            ticket: street.ticket,
            device: caller.device,
            person: caller.person,
            role: Role::GridWorker,
            received_at: now,
            hashes: concat_short([&threshold::name_of(change)]),
            bytes: segment::pack(std::slice::from_ref(change)),
        };
        let seq = tx.next_seq(tenant).await.unwrap();
        tx.insert_quarantine(row.id, &row, seq, reason, &row.hashes, &row.bytes)
            .await
            .unwrap();
    }
    let counted = store::documents::ReceivedSeq {
        tenant,
        doc,
        actor: [5; 16],
        seq: 2,
    };
    tx.put_received_seqs(&[counted]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_change_that_once_used_up_its_checker_passes_when_it_comes_again_and_so_does_what_built_on_it(
    street: Street,
) {
    let doc = street.worker.fresh_id();
    let work = changes(5, &[("room", "1"), ("building", "2号楼")]);
    condemn(&street, doc, &work).await;
    let now = street.worker.now();
    let push = push_of(doc, street.ticket, &work[..1], now);
    let answer = post(&street.hub, &street.worker.caller, &push).await;
    assert_eq!(receipts(&answer.body), [(1, 0, 0, vec![])]);
    street
        .hub
        .app()
        .doors()
        .gate()
        .submit(street.hub.tenant(), &[doc])
        .await;
    let (_, record) = street.logged(doc).await;
    assert_eq!(record.field("room").text(), Some("1"));
    assert_eq!(record.field("building").text(), Some("2号楼"));
    assert!(open(&street).await.is_empty());
    // A second change of a number that was used stays what it is.
    let other = changes(5, &[("room", "9")]);
    let push = push_of(doc, street.ticket, &other, now);
    let answer = post(&street.hub, &street.worker.caller, &push).await;
    assert_eq!(receipts(&answer.body), [(0, 0, 0, vec!["equivocation"])]);

    // The same by the office's hand, for a phone that never comes back.
    let doc = street.worker.fresh_id();
    condemn(&street, doc, &work).await;
    let rows = listed(&street, &format!("decided=false&doc={doc}")).await;
    let (status, answer) = decide(&street, &rows["items"][1], "admit", json!({})).await;
    assert_eq!((status, &answer["admitted"]), (200, &json!(2)), "{answer}");
}

async fn a_change_that_is_wrong_in_itself_is_not_let_in_and_its_words_can_be_read(
    mut street: Street,
) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    // In somebody else's name.
    street.worker.mark_as(doc, "submit", street.office.person);
    street.worker.set(doc, "room", "302");
    street.worker.sync(&street.hub).await;
    let rows = open(&street).await;
    let codes: Vec<_> = rows
        .iter()
        .map(|row| row["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["depends_on_quarantined", "schema_violation"]);
    let case = read(&street, &rows[1]).await;
    assert_eq!(value_at(&case["story"], "fields/room")["value"], "302");
    let told = case["changes"].as_array().unwrap();
    assert_eq!(told[0]["code"], "schema_violation");
    let (status, answer) = decide(&street, &rows[1], "admit", json!({})).await;
    assert_eq!(
        (status, &answer["code"]),
        (422, &json!("cannot_be_admitted"))
    );
    assert_eq!(open(&street).await.len(), 2);
    let (heads, record) = street.logged(doc).await;
    assert_eq!(heads.len(), 1);
    assert_eq!(record.field("room").text(), None);
}

async fn bytes_that_are_no_changes_say_so_and_are_kept(street: Street) {
    let mut push = push_of(
        street.worker.fresh_id(),
        street.ticket,
        &[],
        street.worker.now(),
    );
    push.push[0].segment = b"no segment at all".to_vec().into();
    for _ in 0..2 {
        let answer = post(&street.hub, &street.worker.caller, &push).await;
        assert_eq!(
            receipts(&answer.body),
            [(0, 0, 0, vec!["segment_malformed"])]
        );
    }
    let rows = open(&street).await;
    assert_eq!(rows.len(), 1);
    let case = read(&street, &rows[0]).await;
    assert_eq!(case["story"], Value::Null);
    assert_eq!(case["changes"], json!([]));
    let (status, answer) = decide(&street, &rows[0], "admit", json!({})).await;
    assert_eq!(
        (status, &answer["code"]),
        (422, &json!("cannot_be_admitted"))
    );
    assert!(answer["detail"].as_str().unwrap().contains("读不出来"));
}

async fn work_for_a_ticket_that_is_gone_is_let_in_under_another(street: Street) {
    let (doc, gone) = (street.worker.fresh_id(), street.worker.fresh_id());
    let push = push_of(
        doc,
        gone,
        &changes(5, &[("room", "1")]),
        street.worker.now(),
    );
    post(&street.hub, &street.worker.caller, &push).await;
    let row = open(&street).await.remove(0);
    assert_eq!(row["ticket_name"], Value::Null);
    let (status, answer) = decide(&street, &row, "admit", json!({})).await;
    assert_eq!((status, &answer["code"]), (422, &json!("ticket_required")));
    let nowhere = json!({ "ticket": street.worker.fresh_id() });
    let (status, _) = decide(&street, &row, "admit", nowhere).await;
    assert_eq!(status, 422);
    let chosen = json!({ "ticket": street.ticket });
    let (status, answer) = decide(&street, &row, "admit", chosen).await;
    assert_eq!(status, 200, "{answer}");
    let story = street.story(doc).await;
    assert_eq!(story["tickets"][0]["id"], json!(street.ticket));
}

async fn two_who_decide_at_once_do_not_both_decide(street: Street) {
    let foreign = street.add_ticket("grid", street.other_grid).await;
    let work = changes(5, &[("room", "1")]);
    let push = push_of(
        street.worker.fresh_id(),
        foreign,
        &work,
        street.worker.now(),
    );
    post(&street.hub, &street.worker.caller, &push).await;
    let row = open(&street).await.remove(0);
    let no = json!({ "remark": "不收" });
    let answers = tokio::join!(
        decide(&street, &row, "admit", json!({})),
        decide(&street, &row, "refuse", no.clone()),
        decide(&street, &row, "admit", json!({})),
        decide(&street, &row, "refuse", no),
    );
    let (a, b, c, d) = answers;
    let mut statuses = [a.0, b.0, c.0, d.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
}

async fn only_the_office_of_the_sub_district_sits_at_the_desk(street: Street) {
    let foreign = street.add_ticket("grid", street.other_grid).await;
    let work = changes(5, &[("room", "1")]);
    let push = push_of(
        street.worker.fresh_id(),
        foreign,
        &work,
        street.worker.now(),
    );
    post(&street.hub, &street.worker.caller, &push).await;
    let row = open(&street).await.remove(0);
    let path = format!("/v1/quarantine/{}", row["id"].as_str().unwrap());
    let secretary = street.hub.sign_in(Role::CommunitySecretary, &[]).await;
    let elsewhere = street.hub.add_tenant("minzhu", "民主街道").await;
    let others = street
        .hub
        .sign_in_to(elsewhere, Role::OfficeReviewer, &[])
        .await;
    for (caller, status) in [
        (&street.worker.caller, 403),
        (&secretary, 403),
        (&others, 404),
    ] {
        assert_eq!(street.hub.get(&path, caller).await.status.as_u16(), status);
        for act in ["admit", "refuse", "reopen"] {
            let body = json!({ "remark": "不收" });
            let answer = street
                .hub
                .post(&format!("{path}/{act}"), caller, &body)
                .await;
            assert_eq!(answer.status.as_u16(), status, "{act}");
        }
    }
    let list = street.hub.get("/v1/quarantine", &others).await.json();
    assert_eq!(list["items"], json!([]));
    assert_eq!(open(&street).await.len(), 1);
}

async fn what_waits_for_a_predecessor_for_an_hour_is_shown(street: Street) {
    let work = changes(5, &[("room", "1"), ("building", "2号楼")]);
    let doc = street.worker.fresh_id();
    let now = street.worker.now();
    let push = push_of(doc, street.ticket, &work[1..], now);
    let answer = post(&street.hub, &street.worker.caller, &push).await;
    assert_eq!(receipts(&answer.body), [(0, 0, 1, vec![])]);
    street
        .hub
        .app()
        .doors()
        .gate()
        .submit(street.hub.tenant(), &[doc])
        .await;
    assert_eq!(listed(&street, "").await["waiting"], json!([]));
    street.wait(61);
    let waiting = listed(&street, "decided=false").await["waiting"].clone();
    assert_eq!(waiting[0]["doc"], json!(doc));
    assert_eq!(waiting[0]["changes"], 1);
    assert_eq!(waiting[0]["person"]["name"], "王某某");
    let push = push_of(doc, street.ticket, &work[..1], now);
    post(&street.hub, &street.worker.caller, &push).await;
    street
        .hub
        .app()
        .doors()
        .gate()
        .submit(street.hub.tenant(), &[doc])
        .await;
    assert_eq!(listed(&street, "").await["waiting"], json!([]));
}

async fn the_list_is_paged_and_filtered(street: Street) {
    let foreign = street.add_ticket("grid", street.other_grid).await;
    let now = street.worker.now();
    for n in 0..5 {
        let work = changes(n, &[("room", "1")]);
        let push = push_of(street.worker.fresh_id(), foreign, &work, now);
        post(&street.hub, &street.worker.caller, &push).await;
    }
    let mut bad = push_of(street.worker.fresh_id(), street.ticket, &[], now);
    bad.push[0].segment = b"nothing".to_vec().into();
    post(&street.hub, &street.captain.caller, &bad).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = listed(&street, &format!("limit=4{cursor}")).await;
        assert_eq!(page["total"], 6);
        let items = page["items"].as_array().unwrap().clone();
        seen.extend(items.iter().map(|item| item["id"].clone()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 6);
    let captain = &street.captain.caller;
    for (query, count) in [
        ("code=segment_malformed".to_owned(), 1),
        ("code=out_of_scope".to_owned(), 5),
        (format!("person={}", captain.person), 1),
        (format!("device={}", captain.device), 1),
        (format!("ticket={foreign}"), 5),
        (format!("ticket={foreign}&device={}", captain.device), 0),
        ("decided=true".to_owned(), 0),
    ] {
        let page = listed(&street, &query).await;
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
    }
}

async fn a_writer_counts_as_what_they_were_then(street: Street) {
    let volunteer = phone(&street.hub, Role::Volunteer, &[], 41).await;
    let foreign = street.add_ticket("grid", street.other_grid).await;
    let doc = volunteer.fresh_id();
    let work = changes(5, &[("room", "1")]);
    let push = push_of(doc, foreign, &work, volunteer.now());
    post(&street.hub, &volunteer.caller, &push).await;
    // Since then an auditor, who may not write: what they wrote before is as good as it was.
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let sql = "UPDATE person SET role = 'auditor' WHERE id = $1";
    let person = uuid::Uuid::from_bytes(volunteer.caller.person.bytes());
    match &mut tx {
        store::Tx::Sqlite(tx) => drop(sqlx::query(sql).bind(person).execute(&mut **tx).await),
        store::Tx::Postgres(tx) => drop(sqlx::query(sql).bind(person).execute(&mut **tx).await),
    }
    tx.commit().await.unwrap();
    let row = open(&street).await.remove(0);
    let (status, answer) = decide(&street, &row, "admit", json!({})).await;
    assert_eq!((status, &answer["admitted"]), (200, &json!(1)), "{answer}");
}
