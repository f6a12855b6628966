//! Visits as the office sees them: decisions, settling, and the story with everybody's hand in it.

use axum::http::StatusCode;
use harness::backends::Backend;
use harness::on_both_backends;
use harness::photos;
use harness::test_app::{Answer, Caller, worker_exe};
use serde_json::{Value as Json, json};
use store::audit::AuditFilter;
use store::devices::DeviceKind;
use store::units::UnitKind;
use sync_core::edit::Edit;
use sync_core::value::Value;
use sync_core::{Id, MediaHash, Role};

use crate::privacy::escaped;
use crate::sync::street::{Street, phone};

on_both_backends! {
    a_ticket_whose_last_submitted_visit_is_withdrawn_is_work_again,
    only_a_submitted_visit_is_decided_on_and_once,
    whoever_gets_work_back_is_told_why,
    a_visit_is_not_approved_while_people_disagree,
    a_visit_is_not_approved_without_its_photos_unless_the_office_says_so,
    who_may_not_decide_is_told_so,
    who_does_not_see_a_visit_learns_nothing_of_it,
    a_pick_that_fits_nothing_is_refused,
    the_office_may_settle_on_a_third_value_and_change_its_mind,
    what_was_received_before_a_decision_and_admitted_after_it_is_late,
    a_visit_tells_its_whole_story,
    what_was_not_on_the_screen_is_not_decided_on,
    nobody_settles_what_was_not_on_the_screen,
    of_two_who_assign_at_once_the_second_is_told,
    nobody_decides_on_a_visit_they_took_part_in,
    a_leader_may_decide_on_their_own_visit_and_it_is_kept,
    a_visit_is_found_by_what_was_written_in_it,
    a_number_in_a_visit_finds_nothing,
    whoever_does_not_see_a_visit_does_not_find_it_by_its_words,
}

/// A visit of the worker's, at the office.
async fn visit(street: &mut Street) -> Id {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.sync(&street.hub).await;
    doc
}

async fn submitted(street: &mut Street) -> Id {
    let doc = visit(street).await;
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    doc
}

fn refused(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.code())
}

async fn review_as(street: &Street, caller: &Caller, doc: &str, body: Json) -> (u16, String) {
    let body = street.on_screen(Id::parse(doc).unwrap(), body).await;
    let path = format!("/v1/visits/{doc}/review");
    refused(&street.hub.post(&path, caller, &body).await)
}

fn approve() -> Json {
    json!({"decision": "approve"})
}

async fn a_ticket_whose_last_submitted_visit_is_withdrawn_is_work_again(mut street: Street) {
    async fn status(street: &Street) -> Json {
        let path = format!("/v1/tickets/{}", street.ticket);
        street.hub.get(&path, &street.office).await.json()["status"].clone()
    }
    let (one, other) = (visit(&mut street).await, visit(&mut street).await);
    for doc in [one, other] {
        street.worker.mark(doc, "submit");
    }
    street.worker.sync(&street.hub).await;
    assert_eq!(status(&street).await, "pending_review");
    street.wait(1);
    street.worker.mark(one, "withdraw");
    street.worker.sync(&street.hub).await;
    assert_eq!(
        status(&street).await,
        "pending_review",
        "the other one waits"
    );
    street.worker.mark(other, "withdraw");
    street.worker.sync(&street.hub).await;
    assert_eq!(status(&street).await, "in_progress");
}

async fn only_a_submitted_visit_is_decided_on_and_once(mut street: Street) {
    let doc = visit(&mut street).await;
    let not_yet = (409, "not_submitted".to_owned());
    assert_eq!(refused(&street.review(doc, approve()).await), not_yet);
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    street.wait(1);
    street.worker.mark(doc, "withdraw");
    street.worker.sync(&street.hub).await;
    assert_eq!(refused(&street.review(doc, approve()).await), not_yet);
    street.wait(1);
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    assert_eq!(street.review(doc, approve()).await.status, 200);
    assert_eq!(refused(&street.review(doc, approve()).await), not_yet);
    let story = street.story(doc).await;
    assert_eq!(story["state"], "approved");
    assert_eq!(story["reviews"].as_array().unwrap().len(), 1);
}

async fn whoever_gets_work_back_is_told_why(mut street: Street) {
    let doc = submitted(&mut street).await;
    let required = (422, "remark_required".to_owned());
    for decision in ["return", "reject"] {
        for body in [
            json!({"decision": decision}),
            json!({"decision": decision, "remark": " \n"}),
            json!({"decision": decision, "reason": "证据不足"}),
            json!({"decision": decision, "pins": [{"path": "fields/outcome", "text": " "}]}),
        ] {
            assert_eq!(refused(&street.review(doc, body).await), required);
        }
    }
    let long = json!({"decision": "return", "remark": "长".repeat(501)});
    assert_eq!(
        refused(&street.review(doc, long).await),
        (422, "remark_too_long".to_owned())
    );
    let pinned =
        json!({"decision": "reject", "pins": [{"path": "fields/outcome", "text": "未核实"}]});
    assert_eq!(street.review(doc, pinned).await.status, 200);
    street.worker.sync(&street.hub).await;
    let row = street.worker.row(doc);
    assert_eq!((row.state.as_str(), row.locked), ("rejected", true));
    assert_eq!(row.reviews[0].pins[0].text, "未核实");
}

async fn a_visit_is_not_approved_while_people_disagree(mut street: Street) {
    let doc = submitted(&mut street).await;
    street.captain.sync(&street.hub).await;
    street.worker.set(doc, "outcome", "resolved");
    street.captain.set(doc, "outcome", "partly");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    let open = (409, "disagreements_open".to_owned());
    assert_eq!(refused(&street.review(doc, approve()).await), open);
    // To send it back is possible all the same.
    let shown = street.story(doc).await["disagreements"][0]["shown"].clone();
    let pick = json!({"path": "fields/outcome", "choice": shown});
    let settled = street.settle(doc, pick).await;
    assert_eq!(settled.status, 200, "{:?}", settled.body);
    assert_eq!(street.review(doc, approve()).await.status, 200);
}

async fn a_visit_is_not_approved_without_its_photos_unless_the_office_says_so(mut street: Street) {
    let mut docs = Vec::new();
    for seed in [1, 2] {
        let doc = visit(&mut street).await;
        let file = photos::jpeg(64, 48, seed);
        let hash = MediaHash::of(&file);
        let sha256 = Value::Bytes(hash.bytes().to_vec());
        let photo = street.worker.put(doc, "photos", &[("sha256", sha256)]);
        street.worker.mark(doc, "submit");
        street.worker.sync(&street.hub).await;
        docs.push((doc, photo, hash));
    }
    let pending = (409, "photos_pending".to_owned());
    for (doc, _, hash) in &docs {
        assert_eq!(refused(&street.review(*doc, approve()).await), pending);
        assert_eq!(
            street.story(*doc).await["photos_pending"],
            json!([hash.to_string()])
        );
    }
    let (first, ..) = docs[0];
    let all_the_same = json!({"decision": "approve", "accept_missing_photos": true});
    assert_eq!(street.review(first, all_the_same).await.status, 200);
    // A photo that was taken out is not waited for.
    let (second, photo, _) = docs[1];
    let collection = "photos".to_owned();
    street.worker.edit(
        second,
        &Edit::RemoveEntry {
            collection,
            id: photo,
        },
    );
    street.worker.sync(&street.hub).await;
    assert_eq!(street.review(second, approve()).await.status, 200);
}

async fn who_may_not_decide_is_told_so(mut street: Street) {
    let doc = submitted(&mut street).await.to_string();
    let forbidden = (403, "role_not_allowed".to_owned());
    let grid = street.grid;
    for role in [
        Role::GridWorker,
        Role::BuildingCaptain,
        Role::Volunteer,
        Role::Police,
        Role::SystemAdmin,
        Role::Auditor,
    ] {
        let caller = street.hub.sign_in_at_browser(role, &[grid]).await;
        assert_eq!(
            review_as(&street, &caller, &doc, approve()).await,
            forbidden,
            "{role:?}"
        );
        let path = format!("/v1/visits/{doc}/settle");
        let body = json!({"path": "fields/outcome", "value": "resolved", "seen": 0});
        let settled = street.hub.post(&path, &caller, &body).await;
        assert_eq!(refused(&settled), forbidden, "{role:?}");
    }
    let head = street.hub.sign_in(Role::GridHead, &[grid]).await;
    let (status, _) = review_as(&street, &head, &doc, approve()).await;
    assert_eq!(status, 200);
}

async fn who_does_not_see_a_visit_learns_nothing_of_it(mut street: Street) {
    let doc = submitted(&mut street).await;
    let elsewhere = street.hub.add_tenant("minzhu", "民主街道").await;
    let stranger = street
        .hub
        .sign_in_to(elsewhere, Role::OfficeReviewer, &[])
        .await;
    let neighbour = street
        .hub
        .sign_in(Role::CommunitySecretary, &[street.other_grid])
        .await;
    let nothing = Id::from_bytes([7; 16]);
    for (caller, doc) in [
        (&stranger, doc),
        (&neighbour, doc),
        (&street.office, nothing),
    ] {
        let path = format!("/v1/visits/{doc}");
        let seen = street.on_screen(doc, approve()).await;
        let mut answers = vec![street.hub.get(&path, caller).await];
        answers.push(
            street
                .hub
                .post(&format!("{path}/review"), caller, &seen)
                .await,
        );
        let body = json!({"path": "fields/outcome", "value": "resolved", "seen": 0});
        answers.push(
            street
                .hub
                .post(&format!("{path}/settle"), caller, &body)
                .await,
        );
        for answer in answers {
            assert_eq!(refused(&answer), (404, "not_found".to_owned()));
        }
    }
}

async fn a_pick_that_fits_nothing_is_refused(mut street: Street) {
    let doc = visit(&mut street).await;
    street.captain.sync(&street.hub).await;
    street.worker.set(doc, "outcome", "resolved");
    street.captain.set(doc, "outcome", "partly");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    let before = street.logged(doc).await.0;
    for (body, code) in [
        (json!({"path": "fields/outcome"}), "choice_required"),
        (
            json!({"path": "fields/outcome", "choice": "1@00"}),
            "path_unknown",
        ),
        (
            json!({"path": "fields/none", "value": "resolved"}),
            "path_unknown",
        ),
        (json!({"path": "", "value": "resolved"}), "path_unknown"),
        (
            json!({"path": "fields/outcome", "value": "excellent"}),
            "value_refused",
        ),
        (
            json!({"path": "fields/outcome", "value": 7}),
            "value_refused",
        ),
    ] {
        let answer = street.settle(doc, body.clone()).await;
        assert_eq!(refused(&answer), (422, code.to_owned()), "{body}");
    }
    assert_eq!(street.logged(doc).await.0, before);
    assert_eq!(
        street.story(doc).await["disagreements"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

async fn the_office_may_settle_on_a_third_value_and_change_its_mind(mut street: Street) {
    let doc = visit(&mut street).await;
    street.captain.sync(&street.hub).await;
    street.worker.set(doc, "outcome", "resolved");
    street.captain.set(doc, "outcome", "partly");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    for value in ["unresolved", "explained"] {
        let body = json!({"path": "fields/outcome", "value": value, "reason": "电话核实"});
        let answer = street.settle(doc, body).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        let story = answer.json();
        assert_eq!(story["disagreements"], json!([]));
        let outcome = story["values"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["path"] == "fields/outcome");
        let outcome = outcome.unwrap();
        assert_eq!(outcome["value"], value);
        assert_eq!(
            outcome["written"]["person"]["id"],
            json!(street.office.person)
        );
        street.worker.sync(&street.hub).await;
        assert_eq!(
            street.worker.visit(doc).fields["outcome"],
            Value::Text(value.into())
        );
    }
}

async fn what_was_received_before_a_decision_and_admitted_after_it_is_late(backend: Backend) {
    let mut street = Street::open(backend, |_| {}).await;
    let doc = submitted(&mut street).await;
    street.captain.sync(&street.hub).await;
    // A hub that cannot check at the moment receives all the same, and the office decides.
    street.hub = street
        .hub
        .reopen_with(|config| config.worker_exe = Some("/bin/false".into()))
        .await;
    street.wait(1);
    street.captain.set(doc, "measure", "拍照留存");
    street.captain.exchange(&street.hub).await;
    street.wait(1);
    assert_eq!(street.review(doc, approve()).await.status, 200);
    street.wait(1);
    street.hub = street
        .hub
        .reopen_with(|config| config.worker_exe = Some(worker_exe()))
        .await;
    street.captain.sync(&street.hub).await;
    let story = street.story(doc).await;
    assert_eq!(
        (&story["state"], &story["late"]),
        (&json!("approved"), &json!(true))
    );
    let last = story["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(story["late_changes"], json!([last["hash"]]));
    // Decided on anew, nothing is late any more.
    assert_eq!(street.review(doc, approve()).await.status, 200);
    let story = street.story(doc).await;
    assert_eq!(
        (&story["late"], &story["late_changes"]),
        (&json!(false), &json!([]))
    );
}

async fn a_visit_tells_its_whole_story(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.arrive(doc);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    // Both without a network, one of them with a clock that is ten minutes slow.
    street.worker.skew = -10 * crate::sync::street::MINUTE;
    street.worker.set(doc, "outcome", "resolved");
    street.captain.set(doc, "outcome", "partly");
    let label = [("label", Value::Text("纸箱".into()))];
    let item = street.captain.put(doc, "items", &label);
    let collection = "items".to_owned();
    street.captain.edit(
        doc,
        &Edit::RemoveEntry {
            collection,
            id: item,
        },
    );
    let text = "三楼堆放纸箱。".to_owned();
    street.captain.edit(
        doc,
        &Edit::SetNote {
            note: "finding".to_owned(),
            text,
        },
    );
    street.wait(30);
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    street.wait(30);
    street.captain.sync(&street.hub).await;
    street.wait(5);
    let returned = json!({
        "decision": "return", "reason": "不一致", "remark": "请核对结果",
        "pins": [{"path": "fields/outcome", "text": "两种说法"}],
    });
    let answer = street.review(doc, returned).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let story = answer.json();
    assert_eq!(story, street.story(doc).await);

    let people = [
        ("worker", street.worker.caller.clone()),
        ("captain", street.captain.caller.clone()),
        ("office", street.office.clone()),
    ];
    let mut shown = serde_json::to_string_pretty(&story).unwrap();
    for (name, caller) in people {
        shown = shown.replace(&caller.person.to_string(), &format!("<{name}>"));
        shown = shown.replace(&caller.device.to_string(), &format!("<{name}'s device>"));
    }
    insta::assert_snapshot!("visit_story", named(&shown));
}

/// Ids and hashes by the order in which they come, so that the snapshot shows which are the same.
fn named(text: &str) -> String {
    let mut seen: Vec<String> = Vec::new();
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '@';
    let mut shown = String::new();
    for part in text.split_inclusive(|letter| !word(letter)) {
        let name = part.trim_end_matches(|letter| !word(letter));
        let is_id = Id::parse(name).is_some();
        let hex = name.split('@').next_back().unwrap_or_default();
        let is_hash = hex.len() >= 32 && hex.chars().all(|digit| digit.is_ascii_hexdigit());
        if !is_id && !is_hash {
            shown.push_str(part);
            continue;
        }
        let place = seen.iter().position(|one| one == name).unwrap_or_else(|| {
            seen.push(name.to_owned());
            seen.len() - 1
        });
        let kind = if is_id {
            "id"
        } else if name.contains('@') {
            "op"
        } else {
            "hash"
        };
        shown.push_str(&format!("<{kind} {place}>"));
        shown.push_str(&part[name.len()..]);
    }
    shown
}

async fn what_was_not_on_the_screen_is_not_decided_on(mut street: Street) {
    let doc = visit(&mut street).await;
    street.worker.set(doc, "outcome", "resolved");
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    let seen = street.story(doc).await["changed_seq"].clone();
    street.wait(1);
    street.worker.set(doc, "outcome", "unresolved");
    street.worker.sync(&street.hub).await;
    for decision in [
        json!({"decision": "approve", "seen": seen}),
        json!({"decision": "return", "remark": "请补充", "seen": seen}),
        json!({"decision": "reject", "remark": "不实", "seen": seen}),
        json!({"decision": "approve", "seen": i64::MAX}),
    ] {
        let answer = street.review(doc, decision.clone()).await;
        assert_eq!(refused(&answer), (409, "changed_meanwhile".to_owned()));
        if decision["seen"] == seen {
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains("王某某又改了“处理结果”"), "{detail}");
        }
    }
    let story = street.story(doc).await;
    assert_eq!(
        (&story["state"], &story["reviews"]),
        (&json!("submitted"), &json!([]))
    );
    let blind = json!({"decision": "approve"});
    let path = format!("/v1/visits/{doc}/review");
    let answer = street.hub.post(&path, &street.office, &blind).await;
    assert_eq!(answer.status, 422, "a decision says what it is about");
    let seen = &story["changed_seq"];
    let read = json!({"decision": "approve", "seen": seen});
    assert_eq!(street.review(doc, read).await.status, 200);
}

async fn nobody_settles_what_was_not_on_the_screen(mut street: Street) {
    let doc = submitted(&mut street).await;
    street.captain.sync(&street.hub).await;
    street.worker.set(doc, "outcome", "resolved");
    street.captain.set(doc, "outcome", "partly");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    let seen = street.seen(doc).await;
    street.worker.set(doc, "measure", "拍照留存");
    street.worker.sync(&street.hub).await;
    let before = street.logged(doc).await.0;
    let body = json!({"path": "fields/outcome", "value": "partly", "seen": seen});
    let answer = street.settle(doc, body).await;
    assert_eq!(refused(&answer), (409, "changed_meanwhile".to_owned()));
    assert_eq!(street.logged(doc).await.0, before, "nothing was written");
}

async fn of_two_who_assign_at_once_the_second_is_told(street: Street) {
    let path = format!("/v1/tickets/{}/assign", street.ticket);
    let other = street.hub.sign_in(Role::HotlineWorker, &[]).await;
    let to = |id: Id| json!({"to": {"kind": "grid", "id": id}, "assigned_before": street.grid});
    let body = to(street.other_grid);
    let person = json!({
        "to": {"kind": "person", "id": street.worker.caller.person},
        "assigned_before": street.grid,
    });
    let (one, two) = tokio::join!(
        street.hub.post(&path, &street.office, &body),
        street.hub.post(&path, &other, &person)
    );
    let mut answers = [refused_or_ok(&one), refused_or_ok(&two)];
    answers.sort();
    assert_eq!(
        answers,
        [(200, String::new()), (409, "changed_meanwhile".to_owned())]
    );
    let late = if one.status == 409 { &one } else { &two };
    let detail = late.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("现在已经派给“"), "{detail}");
    // Nor does somebody who saw it with nobody take it from whoever has it.
    let blind = json!({"to": {"kind": "grid", "id": street.grid}});
    let answer = street.hub.post(&path, &street.office, &blind).await;
    assert_eq!(refused(&answer), (409, "changed_meanwhile".to_owned()));
}

fn refused_or_ok(answer: &Answer) -> (u16, String) {
    match answer.status.as_u16() {
        200 => (200, String::new()),
        _ => refused(answer),
    }
}

/// A browser of somebody who also has this phone.
async fn browser_of(street: &Street, phone: &Caller) -> Caller {
    street.hub.sign_in_again(DeviceKind::Browser, phone).await
}

async fn nobody_decides_on_a_visit_they_took_part_in(mut street: Street) {
    let own = (403, "own_visit".to_owned());
    let grid = street.grid;
    let mut head = phone(&street.hub, Role::GridHead, &[grid], 31).await;
    let desk = browser_of(&street, &head.caller).await;
    // As a writer.
    head.sync(&street.hub).await;
    let written = head.create_visit(street.ticket);
    head.set(written, "address", "和平路1号");
    head.mark(written, "submit");
    head.sync(&street.hub).await;
    // Signed in at the place by a colleague's phone, and named as a participant.
    let met = visit(&mut street).await;
    let user = Value::Text(head.caller.person.to_string());
    street.worker.put(met, "participants", &[("user", user)]);
    street.worker.mark(met, "submit");
    street.worker.sync(&street.hub).await;
    for doc in [written, met] {
        let answer = review_as(&street, &desk, &doc.to_string(), approve()).await;
        assert_eq!(answer, own);
        let path = format!("/v1/visits/{doc}/settle");
        let body = json!({"path": "fields/outcome", "value": "resolved"});
        let body = street.on_screen(doc, body).await;
        assert_eq!(refused(&street.hub.post(&path, &desk, &body).await), own);
        // Only a leader may say that there is nobody else.
        let all_the_same = json!({"decision": "approve", "own_work": true});
        let answer = review_as(&street, &desk, &doc.to_string(), all_the_same).await;
        assert_eq!(answer, own);
    }
    // Whoever only settles what others wrote has no part in it.
    let answer = street
        .settle(met, json!({"path": "fields/address", "value": "和平路2号"}))
        .await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    assert_eq!(street.review(met, approve()).await.status, 200);
    let colleague = street.hub.sign_in(Role::GridHead, &[grid]).await;
    let (status, _) = review_as(&street, &colleague, &written.to_string(), approve()).await;
    assert_eq!(status, 200);
}

async fn a_leader_may_decide_on_their_own_visit_and_it_is_kept(mut street: Street) {
    let leader = street.hub.sign_in(Role::Leader, &[]).await;
    let doc = visit(&mut street).await;
    let user = Value::Text(leader.person.to_string());
    street.worker.put(doc, "participants", &[("user", user)]);
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    let text = doc.to_string();
    let plain = review_as(&street, &leader, &text, approve()).await;
    assert_eq!(plain, (403, "own_visit".to_owned()));
    let own = json!({"decision": "approve", "own_work": true});
    let (status, _) = review_as(&street, &leader, &text, own).await;
    assert_eq!(status, 200);
    let mut tx = street.hub.app().store().read().await.unwrap();
    let entries = tx
        .list_audit(street.hub.tenant(), &AuditFilter::default(), 1)
        .await
        .unwrap();
    let (_, entry) = &entries[0];
    assert_eq!(
        (entry.act.as_str(), entry.object.clone(), entry.person),
        (
            "visit.approve.own",
            format!("visit/{doc}"),
            Some(leader.person)
        )
    );
}

/// A visit with a note, and what a question finds.
async fn noted(street: &mut Street, text: &str) -> Id {
    let doc = visit(street).await;
    note(street, doc, text).await;
    doc
}

async fn note(street: &mut Street, doc: Id, text: &str) {
    let edit = Edit::SetNote {
        note: "process".to_owned(),
        text: text.to_owned(),
    };
    street.worker.edit(doc, &edit);
    street.worker.sync(&street.hub).await;
}

/// How many visits a question finds.
async fn hits(street: &Street, question: &str, caller: &Caller) -> i64 {
    let path: String = question.chars().map(escaped).collect();
    let path = path.replace(' ', "%20");
    let path = format!("/v1/visits?query={path}");
    let answer = street.hub.get(&path, caller).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let (page, total) = (&answer.json()["items"], &answer.json()["total"]);
    let total = total.as_i64().unwrap();
    assert_eq!(page.as_array().unwrap().len() as i64, total, "{question}");
    total
}

async fn a_visit_is_found_by_what_was_written_in_it(mut street: Street) {
    let doc = noted(&mut street, "住户答应周末自行清走旧沙发。").await;
    let mut persuasion = [("household", "302室"), ("remark", "老人行动不便")]
        .map(|(name, text)| (name, Value::Text(text.into())));
    street.worker.put(doc, "persuasions", &persuasion);
    street.worker.set(doc, "measure", "限期自行清理");
    street.worker.sync(&street.hub).await;
    for question in [
        "周末",
        "旧",
        "清走旧沙发。",
        "302室",
        "行动不便",
        "限期",
        "和平路1号",
        "沙发 限期",
    ] {
        assert_eq!(
            hits(&street, question, &street.office).await,
            1,
            "{question}"
        );
    }
    for question in ["消防栓", "沙发 消防栓", "process", "remark"] {
        assert_eq!(
            hits(&street, question, &street.office).await,
            0,
            "{question}"
        );
    }

    note(&mut street, doc, "住户答应下月清走衣柜。").await;
    assert_eq!(hits(&street, "衣柜", &street.office).await, 1);
    assert_eq!(hits(&street, "旧沙发", &street.office).await, 0);
    // The gate's index and the one that is made again after a restore are the same.
    persuasion[1].1 = Value::Text("已搬走".into());
    street.worker.put(doc, "persuasions", &persuasion);
    street.worker.sync(&street.hub).await;
    let mut tx = street.hub.app().store().begin().await.unwrap();
    tx.index_again(street.hub.tenant()).await.unwrap();
    tx.commit().await.unwrap();
    for (question, found) in [("衣柜", 1), ("已搬走", 1), ("旧沙发", 0), ("和平路1号", 1)]
    {
        assert_eq!(
            hits(&street, question, &street.office).await,
            found,
            "{question}"
        );
    }
}

async fn a_number_in_a_visit_finds_nothing(mut street: Street) {
    noted(
        &mut street,
        "诉求人电话13800005678，证件37010519900101001X，第3次联系。",
    )
    .await;
    for question in [
        "13800005678",
        "138 0000 5678",
        "38000",
        "19900101",
        "37010519900101001x",
    ] {
        assert_eq!(
            hits(&street, question, &street.office).await,
            0,
            "{question}"
        );
    }
    for question in ["诉求人电话", "138****5678", "第3次"] {
        assert_eq!(
            hits(&street, question, &street.office).await,
            1,
            "{question}"
        );
    }
}

async fn whoever_does_not_see_a_visit_does_not_find_it_by_its_words(mut street: Street) {
    noted(&mut street, "住户答应周末自行清走旧沙发。").await;
    let elsewhere = street.hub.add_unit(UnitKind::Community, "c2", None).await;
    let other = street
        .hub
        .sign_in(Role::CommunitySecretary, &[elsewhere])
        .await;
    assert_eq!(hits(&street, "旧沙发", &other).await, 0);
    assert_eq!(hits(&street, "旧沙发", &street.office).await, 1);
}
