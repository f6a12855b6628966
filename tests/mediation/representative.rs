//! A residents' representative: invited by code, sees the mediation that names them and nothing else, says for their party
//! what it may, and hears nothing more once the name is taken out.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::phone::{Phone, frames, post, put, receipts, request_of};
use harness::photos::jpeg;
use harness::test_app::{Answer, Caller};
use serde_json::{Value as Json, json};
use store::mediations::MediationFilter;
use sync_core::kinds::Kind;
use sync_core::lifecycle::MediationState;
use sync_core::protocol::Frame;
use sync_core::value::Value;
use sync_core::{Id, MediaHash, Role};

use super::courtyard::{Courtyard, id, sign_on, text};
use crate::api::auth;
use crate::api::media::{show, upload};
use crate::sync::street::Street;

on_both_backends! {
    a_representative_enrols_by_code_and_gets_their_mediation_byte_for_byte_and_nothing_else,
    their_signature_arrives_and_whatever_else_they_push_is_refused_with_its_code,
    a_breach_that_they_report_is_told_once_and_a_check_decides,
    once_the_name_is_taken_out_nothing_more_comes_and_nothing_more_is_taken,
    a_second_mediation_of_the_ticket_reaches_them_from_its_beginning,
    who_invites_whom_and_which_code_works,
    whoever_is_disabled_is_refused,
}

const NAMES: [&str; 3] = ["申请人甲", "业主代表乙", "业主代表丙"];

async fn invite(street: &Street, by: &Caller, doc: Id, body: &Json) -> Answer {
    let path = format!("/v1/mediations/{doc}/representatives");
    street.hub.post(&path, by, body).await
}

async fn enrol(street: &Street, code: &Json, password: Option<&str>) -> Answer {
    let mut body = json!({"code": code, "device_name": "业主的手机", "app_version": "1.0.0"});
    if let Some(password) = password {
        body["password"] = json!(password);
    }
    auth::post(&street.hub, "/v1/enrol", &body, "").await
}

/// What a representative tries on their phone.
type Attempt = Box<dyn Fn(&mut Phone)>;

/// Somebody new is invited by the worker and lets their phone in; nothing names them yet.
async fn invited(courtyard: &Courtyard) -> Caller {
    let street = &courtyard.street;
    let by = &street.worker.caller;
    let answer = invite(street, by, courtyard.doc, &json!({"name": "乙某某"})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.body);
    let invited = answer.json();
    let enrolled = enrol(street, &invited["code"], None).await;
    assert_eq!(enrolled.status, StatusCode::OK, "{:?}", enrolled.body);
    let enrolled = enrolled.json();
    assert_eq!(enrolled["user"]["role"], "owner_rep");
    assert_eq!(enrolled["user"]["id"], invited["person"]);
    street.hub.caller_of(enrolled["access"].as_str().unwrap())
}

/// The worker writes into the document whose account the second party is.
async fn name(courtyard: &mut Courtyard, person: Value) {
    let party = put("parties", courtyard.parties[1], &[("person", person)]);
    courtyard.street.worker.edit(courtyard.doc, &party);
    courtyard.send().await;
}

/// A courtyard at the office, with a representative of the second party on a phone.
async fn represented(street: Street) -> (Courtyard, Phone) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    courtyard.send().await;
    let caller = invited(&courtyard).await;
    name(&mut courtyard, id(caller.person)).await;
    let phone = Phone::new(&courtyard.street.hub, &caller, Role::OwnerRep, 71);
    (courtyard, phone)
}

/// The same person with an app that asks nobody what its person may write.
fn bent(courtyard: &Courtyard, honest: &Phone) -> Phone {
    let hub = &courtyard.street.hub;
    Phone::new(hub, &honest.caller, Role::GridWorker, 72)
}

/// Everything that a phone with an empty store is answered.
async fn pulled(street: &Street, who: &Caller) -> Vec<Frame> {
    let now = street.hub.app().clock().now();
    let answer = post(&street.hub, who, &request_of(Vec::new(), now)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let envelopes = frames(&answer.body).into_iter();
    envelopes.map(|envelope| envelope.frame).collect()
}

async fn events(courtyard: &Courtyard, kind: &str) -> usize {
    let Street { hub, ticket, .. } = &courtyard.street;
    let mut tx = hub.app().store().read().await.unwrap();
    let events = tx.list_ticket_events(hub.tenant(), *ticket).await.unwrap();
    events.iter().filter(|one| one.kind == kind).count()
}

async fn standing(courtyard: &Courtyard) -> MediationState {
    let hub = &courtyard.street.hub;
    let mut tx = hub.app().store().read().await.unwrap();
    let (lines, _) = tx
        .list_mediations(
            hub.tenant(),
            &MediationFilter::default(),
            hub.app().clock().now(),
            (0, 50),
        )
        .await
        .unwrap();
    let line = lines.iter().find(|line| line.doc == courtyard.doc);
    line.unwrap().standing
}

async fn a_representative_enrols_by_code_and_gets_their_mediation_byte_for_byte_and_nothing_else(
    street: Street,
) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    let ticket = courtyard.street.ticket;
    // What else the ticket has: two visits, a mediation of others, their photos.
    let street = &mut courtyard.street;
    street.captain.sync(&street.hub).await;
    let visit = street.worker.create_visit(ticket);
    street.worker.set(visit, "address", "三号楼");
    street.captain.create_visit(ticket);
    let other = street.captain.begin(Kind::MEDIATION, ticket);
    street.captain.set(other, "facts", "别家的事");
    street.captain.sync(&street.hub).await;
    courtyard.send().await;

    let caller = invited(&courtyard).await;
    let none = pulled(&courtyard.street, &caller).await;
    assert!(
        none.iter().all(|frame| matches!(frame, Frame::End(_))),
        "nothing names them yet: {none:?}"
    );
    name(&mut courtyard, id(caller.person)).await;

    let Street { hub, .. } = &courtyard.street;
    let logged = {
        let mut tx = hub.app().store().read().await.unwrap();
        let rows = tx.list_segments(hub.tenant(), courtyard.doc).await.unwrap();
        rows.into_iter().map(|row| row.bytes).collect::<Vec<_>>()
    };
    let mut came = Vec::new();
    for frame in pulled(&courtyard.street, &caller).await {
        match frame {
            Frame::Changes(changes) => {
                assert_eq!(changes.doc, courtyard.doc);
                came.extend(changes.segments.iter().map(|bytes| bytes.to_vec()));
            }
            Frame::Scope(scopes) => {
                let docs: Vec<_> = scopes.iter().map(|scope| scope.doc).collect();
                assert_eq!(docs, [Some(courtyard.doc)]);
            }
            Frame::End(_) => {}
            told @ (Frame::Poke
            | Frame::Receipts(_)
            | Frame::Reference(_)
            | Frame::Resync { .. }
            | Frame::Tickets(_)
            | Frame::Verdicts(_)
            | Frame::Visits(_)) => panic!("{told:?} is not for a representative"),
        }
    }
    assert!(logged.len() > 1);
    assert_eq!(came, logged);
    // Asked for by its id, what is not theirs does not come either.
    let mut request = request_of(Vec::new(), hub.app().clock().now());
    request.whole = vec![visit, other, courtyard.doc];
    let answer = post(hub, &caller, &request).await;
    let docs = frames(&answer.body).into_iter().filter_map(|envelope| {
        let Frame::Changes(changes) = envelope.frame else {
            return None;
        };
        Some(changes.doc)
    });
    assert!(docs.into_iter().all(|doc| doc == courtyard.doc));
    // Of its pictures only their own.
    let seal = MediaHash::of(&jpeg(64, 48, 3));
    let answer = show(hub, &caller, seal, "original").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

async fn their_signature_arrives_and_whatever_else_they_push_is_refused_with_its_code(
    street: Street,
) {
    let (mut courtyard, mut honest) = represented(street).await;
    let (doc, [_, own, third]) = (courtyard.doc, courtyard.parties);
    let (clause, seal, ticket) = (courtyard.clause, courtyard.seal, courtyard.street.ticket);
    let hub = &courtyard.street.hub;
    honest.sync(hub).await;
    let (entry, _) = sign_on(&mut honest, doc, "party", own, seal);
    assert!(
        honest
            .try_edit(doc, &harness::phone::set("place", "别处"))
            .is_err()
    );
    honest.sync(hub).await;
    assert_eq!(courtyard.street.aside().await, Vec::<String>::new());
    let (_, record) = courtyard.street.logged(doc).await;
    assert!(
        record
            .entries("signatures")
            .iter()
            .any(|one| one.id == entry)
    );

    let mut phone = bent(&courtyard, &honest);
    phone.sync(hub).await;
    let mut refused = 0;
    let attempts: Vec<Attempt> = vec![
        Box::new(move |phone| {
            let _ = sign_on(phone, doc, "party", third, seal);
        }),
        Box::new(move |phone| {
            let words = [("text", text("随时可以施工"))];
            phone.edit(doc, &put("clauses", clause, &words));
        }),
        Box::new(move |phone| {
            let claim = [("party", id(own)), ("text", text("赔偿"))];
            phone.put(doc, "claims", &claim);
        }),
        Box::new(move |phone| {
            let person = [("person", id(phone.caller.person))];
            phone.edit(doc, &put("parties", third, &person));
        }),
    ];
    for attempt in attempts {
        attempt(&mut phone);
        phone.sync(hub).await;
        refused += 1;
        let codes = courtyard.street.aside().await;
        assert_eq!(codes, vec!["outside_representation"; refused]);
    }
    phone.begin(Kind::MEDIATION, ticket);
    phone.create_visit(ticket);
    phone.sync(hub).await;
    let codes = courtyard.street.aside().await;
    assert_eq!(
        codes.iter().filter(|code| *code == "out_of_scope").count(),
        2
    );
    // The record is as it was, and goes on.
    let before = courtyard.street.logged(doc).await;
    courtyard.send().await;
    assert_eq!(courtyard.street.logged(doc).await, before);
}

async fn a_breach_that_they_report_is_told_once_and_a_check_decides(street: Street) {
    let (mut courtyard, mut phone) = represented(street).await;
    let (doc, clause, own) = (courtyard.doc, courtyard.clause, courtyard.parties[1]);
    courtyard.sign_all();
    courtyard.send().await;
    assert_eq!(standing(&courtyard).await, MediationState::Effective);
    phone.sync(&courtyard.street.hub).await;

    // Offline, with a photo.
    let file = jpeg(80, 60, 9);
    let sha256 = Value::Bytes(MediaHash::of(&file).bytes().to_vec());
    let photo = [("sha256", sha256), ("role", text("performance"))];
    let photo = phone.put(doc, "photos", &photo);
    let (at, by) = (Value::Time(phone.now()), id(phone.caller.person));
    let report = [
        ("party", id(own)),
        ("clause", id(clause)),
        ("text", text("中午还在施工")),
        ("photo", id(photo)),
        ("at", at),
        ("by", by),
    ];
    phone.put(doc, "reports", &report);
    phone.crash();
    phone.sync(&courtyard.street.hub).await;
    let hub = &courtyard.street.hub;
    let sent = upload(hub, &phone.caller, &file).await;
    assert_eq!(sent.status, StatusCode::NO_CONTENT);
    let shown = show(hub, &phone.caller, MediaHash::of(&file), "original").await;
    assert_eq!(
        (shown.status, shown.body.len()),
        (StatusCode::OK, file.len())
    );

    assert_eq!(courtyard.street.aside().await, Vec::<String>::new());
    assert_eq!(standing(&courtyard).await, MediationState::PerformanceDue);
    assert_eq!(events(&courtyard, "mediation_reported").await, 1);
    courtyard.street.worker.set(doc, "risk", "medium");
    courtyard.send().await;
    assert_eq!(events(&courtyard, "mediation_reported").await, 1, "once");
    let agreement = courtyard.agreement();
    assert_eq!(agreement.performance.reports.len(), 1);
    assert!(agreement.performance.reports[0].open);

    let worker = &mut courtyard.street.worker;
    let (at, by) = (Value::Time(worker.now()), id(worker.caller.person));
    let check = [
        ("clause", id(clause)),
        ("result", text("breached")),
        ("at", at),
        ("by", by),
    ];
    worker.put(doc, "checks", &check);
    courtyard.send().await;
    assert_eq!(standing(&courtyard).await, MediationState::Breached);
    assert_eq!(events(&courtyard, "agreement_breached").await, 1);
    let rebuilt = {
        let hub = &courtyard.street.hub;
        doors::rebuild(hub.app().store(), hub.tenant(), |_, _| {}).await
    };
    let rebuilt = rebuilt.unwrap();
    assert_eq!((rebuilt.documents, rebuilt.different), (1, 0));
    // They hear what was found.
    phone.sync(&courtyard.street.hub).await;
    assert_eq!(phone.record(doc).entries("checks").len(), 1);
}

async fn once_the_name_is_taken_out_nothing_more_comes_and_nothing_more_is_taken(street: Street) {
    let (mut courtyard, mut phone) = represented(street).await;
    let doc = courtyard.doc;
    phone.sync(&courtyard.street.hub).await;
    let held = phone.heads(doc);
    name(&mut courtyard, Value::Empty).await;
    courtyard.street.worker.set(doc, "facts", "后来才知道的事");
    courtyard.send().await;
    let own = courtyard.parties[1];
    let (at, by) = (Value::Time(phone.now()), id(phone.caller.person));
    let report = [
        ("party", id(own)),
        ("clause", id(courtyard.clause)),
        ("text", text("中午还在施工")),
        ("at", at),
        ("by", by),
    ];
    let report = put("reports", phone.fresh_id(), &report);
    phone.edit(doc, &report);
    let answer = post(&courtyard.street.hub, &phone.caller, &phone.request()).await;
    assert_eq!(receipts(&answer.body), [(0, 0, 0, vec!["out_of_scope"])]);
    phone.take(&answer.body);
    phone.sync(&courtyard.street.hub).await;
    assert_eq!(phone.heads(doc), held, "neither more nor less");
    assert!(phone.visit(doc).locked);
    let anew = pulled(&courtyard.street, &phone.caller).await;
    assert!(!anew.iter().any(|frame| matches!(frame, Frame::Changes(_))));
    // Named again, all of it comes, and what waited is taken.
    name(&mut courtyard, id(phone.caller.person)).await;
    for _ in 0..2 {
        phone.sync(&courtyard.street.hub).await;
    }
    assert!(!phone.visit(doc).locked);
    assert_eq!(phone.heads(doc), courtyard.street.logged(doc).await.0);
    let (_, record) = courtyard.street.logged(doc).await;
    assert_eq!(record.entries("reports").len(), 1);
}

async fn a_second_mediation_of_the_ticket_reaches_them_from_its_beginning(street: Street) {
    let (mut courtyard, mut phone) = represented(street).await;
    let ticket = courtyard.street.ticket;
    let worker = &mut courtyard.street.worker;
    let second = worker.begin(Kind::MEDIATION, ticket);
    let side = [("side", text("respondent")), ("name", text("乙某某"))];
    let party = worker.put(second, "parties", &side);
    courtyard.send().await;
    phone.sync(&courtyard.street.hub).await;
    assert_eq!(phone.replica().records().len(), 1);
    let person = [("person", id(phone.caller.person))];
    courtyard
        .street
        .worker
        .edit(second, &put("parties", party, &person));
    courtyard.send().await;
    phone.sync(&courtyard.street.hub).await;
    assert_eq!(phone.heads(second), courtyard.street.logged(second).await.0);
    // Taken out of the one, they go on with the other.
    name(&mut courtyard, Value::Empty).await;
    phone.sync(&courtyard.street.hub).await;
    assert!(phone.visit(courtyard.doc).locked);
    assert!(!phone.visit(second).locked);
}

async fn who_invites_whom_and_which_code_works(street: Street) {
    let mut courtyard = Courtyard::prepared(street, NAMES).await;
    let doc = courtyard.doc;
    let body = json!({"name": "乙某某"});
    let refused = |answer: &Answer| (answer.status.as_u16(), answer.code());
    let early = invite(
        &courtyard.street,
        &courtyard.street.worker.caller,
        doc,
        &body,
    )
    .await;
    assert_eq!(refused(&early), (404, "mediation_unknown".to_owned()));
    courtyard.send().await;
    let street = &courtyard.street;
    let worker = &street.worker.caller;
    let volunteer = street.hub.sign_in(Role::Volunteer, &[street.grid]).await;
    let answer = invite(street, &volunteer, doc, &body).await;
    assert_eq!(refused(&answer), (403, "role_not_allowed".to_owned()));
    let stranger = street
        .hub
        .sign_in(Role::GridWorker, &[street.other_grid])
        .await;
    let answer = invite(street, &stranger, doc, &body).await;
    assert_eq!(refused(&answer), (404, "mediation_unknown".to_owned()));
    let answer = invite(street, worker, doc, &json!({"name": " "})).await;
    assert_eq!(refused(&answer), (422, "name_invalid".to_owned()));
    let unknown = json!({"name": "", "person": stranger.person});
    let answer = invite(street, worker, doc, &unknown).await;
    assert_eq!(refused(&answer), (404, "representative_unknown".to_owned()));

    let first = invite(street, worker, doc, &body).await.json();
    let again = json!({"name": "", "person": first["person"]});
    let second = invite(street, &street.office, doc, &again).await.json();
    assert_eq!(first["person"], second["person"]);
    let url = second["url"].as_str().unwrap();
    assert!(url.contains("/field/#/enrol?code=") && url.ends_with("&representative=1"));
    let stopped = enrol(street, &first["code"], None).await;
    assert_eq!(
        refused(&stopped),
        (403, "enrolment_code_invalid".to_owned())
    );
    let enrolled = enrol(street, &second["code"], Some("")).await;
    assert_eq!(enrolled.status, StatusCode::OK);
    let theirs = enrolled.json();
    let theirs = street.hub.caller_of(theirs["access"].as_str().unwrap());
    let answer = invite(street, &theirs, doc, &body).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    // A colleague's code still needs the password.
    let path = format!("/v1/people/{}/enrolment", street.captain.caller.person);
    let code = street
        .hub
        .post(&path, &street.office, &json!({}))
        .await
        .json();
    let answer = enrol(street, &code["code"], None).await;
    assert_eq!(refused(&answer), (401, "login_failed".to_owned()));
    // The role is given by invitation alone, and kept.
    let by_hand = json!({"username": "rep", "name": "乙某某", "role": "owner_rep"});
    let answer = street
        .hub
        .post("/v1/people", &street.office, &by_hand)
        .await;
    assert_eq!(refused(&answer), (409, "role_by_invitation".to_owned()));
    let path = format!("/v1/people/{}/password", theirs.person);
    let answer = street.hub.post(&path, &street.office, &json!({})).await;
    assert_eq!(refused(&answer), (409, "role_by_invitation".to_owned()));
}

async fn whoever_is_disabled_is_refused(street: Street) {
    let (courtyard, phone) = represented(street).await;
    let Street { hub, office, .. } = &courtyard.street;
    let path = format!("/v1/people/{}/disable", phone.caller.person);
    let answer = hub.post(&path, office, &json!({})).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let answer = post(hub, &phone.caller, &phone.request()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let body = json!({"name": "", "person": phone.caller.person});
    let by = &courtyard.street.worker.caller;
    let answer = invite(&courtyard.street, by, courtyard.doc, &body).await;
    assert_eq!(answer.code(), "account_disabled");
}
