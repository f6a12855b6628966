//! Mediations as the office sees them: the list, one with its paper and its file, and whose number nobody else sees.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::phone::Phone;
use harness::test_app::Caller;
use serde_json::{Value as Json, json};
use store::devices::DeviceKind;
use sync_core::calendar::Day;
use sync_core::edit::Edit;
use sync_core::kinds::Kind;
use sync_core::kinds::mediation::content::{ALGORITHM, Content};
use sync_core::value::Value;
use sync_core::{Id, Role, Timestamp};

use crate::sync::street::{MINUTE, Street};

on_both_backends! {
    the_list_shows_where_each_mediation_stands_and_filters,
    what_has_taken_effect_becomes_due_by_time_alone,
    who_does_not_see_the_ticket_sees_no_mediation,
    a_partys_number_is_for_those_who_handle_the_ticket,
    a_mediation_tells_its_paper_its_dates_and_its_file,
    what_happens_in_a_mediation_stands_in_the_story_of_its_ticket,
    a_mediation_is_no_visit_and_a_visit_no_mediation,
    a_list_is_read_page_by_page,
}

const PHONE: &str = "13800138000";
const DAY: i64 = 24 * 60 * MINUTE;

/// A mediation with two parties, written on one phone.
pub(crate) struct Mediation {
    pub(crate) doc: Id,
    applicant: Id,
    respondent: Id,
    mediator: Id,
    clause: Id,
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn id(id: Id) -> Value {
    Value::Text(id.to_string())
}

impl Mediation {
    /// All that a paper of a committee needs before it is signed.
    pub(crate) fn write(phone: &mut Phone, ticket: Id) -> Self {
        let doc = phone.begin(Kind::MEDIATION, ticket);
        for (field, words) in [
            ("form", "agreement"),
            ("committee", "某社区人民调解委员会"),
            ("facts", "装修噪声引起争执"),
            ("place", "社区议事厅"),
        ] {
            phone.set(doc, field, words);
        }
        phone.edit(doc, &flag("notice_given"));
        let mut party = |side: &str, name: &str| {
            let party = [("side", text(side)), ("name", text(name))];
            phone.put_party(doc, &party, PHONE)
        };
        let (applicant, respondent) = (party("applicant", "甲某某"), party("respondent", "乙某某"));
        let account = id(phone.caller.person);
        let mediator = [
            ("name", text("调解员一")),
            ("user", account),
            ("certified", Value::Flag(true)),
        ];
        let mediator = phone.put(doc, "mediators", &mediator);
        let claim = [("party", id(applicant)), ("text", text("白天太吵"))];
        let claim = phone.put(doc, "claims", &claim);
        let clause = [
            ("claim", id(claim)),
            ("text", text("工作日九时至十二时施工")),
            ("performer", id(respondent)),
        ];
        let clause = phone.put(doc, "clauses", &clause);
        Self {
            doc,
            applicant,
            respondent,
            mediator,
            clause,
        }
    }

    /// Everybody who has to signs what stands there.
    fn sign(&self, phone: &mut Phone) {
        let seal = phone.put(
            self.doc,
            "photos",
            &[
                ("sha256", Value::Bytes(vec![9; 32])),
                ("role", text("signed_paper")),
            ],
        );
        for (place, (capacity, signer)) in [
            ("party", self.applicant),
            ("party", self.respondent),
            ("mediator", self.mediator),
            ("committee", self.mediator),
        ]
        .into_iter()
        .enumerate()
        {
            self.sign_as(phone, capacity, signer, (place as u8, seal));
        }
    }

    fn sign_as(&self, phone: &mut Phone, capacity: &str, signer: Id, (stroke, seal): (u8, Id)) {
        let content = Content::of(&phone.record(self.doc)).unwrap().hash();
        let (method, proof) = match capacity {
            "committee" => ("seal", ("photo", id(seal))),
            _ => ("glass", ("sealed", Value::Bytes(vec![stroke; 32]))),
        };
        let (by, at) = (id(phone.caller.person), Value::Time(phone.now()));
        let signature = [
            ("capacity", text(capacity)),
            ("signer", id(signer)),
            ("content", Value::Bytes(content.to_vec())),
            ("algorithm", text(ALGORITHM)),
            ("method", text(method)),
            proof,
            ("at", at),
            ("by", by),
        ];
        phone.put(self.doc, "signatures", &signature);
    }
}

fn flag(field: &str) -> Edit {
    Edit::SetField {
        field: field.to_owned(),
        value: Value::Flag(true),
    }
}

/// A mediation of the worker's under the street's ticket, not at the office yet.
async fn begun(street: &mut Street) -> Mediation {
    street.worker.sync(&street.hub).await;
    Mediation::write(&mut street.worker, street.ticket)
}

async fn sent(street: &mut Street) {
    street.worker.sync(&street.hub).await;
}

async fn list_as(street: &Street, caller: &Caller, query: &str) -> Json {
    let answer = street
        .hub
        .get(&format!("/v1/mediations{query}"), caller)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

async fn list(street: &Street, query: &str) -> Json {
    list_as(street, &street.office, query).await
}

fn ids(page: &Json) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn show(street: &Street, doc: Id) -> Json {
    let answer = street
        .hub
        .get(&format!("/v1/mediations/{doc}"), &street.office)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

async fn the_list_shows_where_each_mediation_stands_and_filters(mut street: Street) {
    let calm = begun(&mut street).await;
    let other = street.add_ticket("grid", street.grid).await;
    sent(&mut street).await;
    let risky = Mediation::write(&mut street.worker, other);
    street.worker.set(risky.doc, "risk", "high");
    sent(&mut street).await;
    let all = list(&street, "").await;
    assert_eq!(
        ids(&all),
        [risky.doc.to_string(), calm.doc.to_string()],
        "high risk first"
    );
    assert_eq!(all["total"], 2);
    let row = &all["items"][0];
    assert_eq!(
        (&row["kind"], &row["form"]),
        (&json!("mediation"), &json!("agreement"))
    );
    assert_eq!(
        (&row["standing"], &row["risk"]),
        (&json!("draft"), &json!("high"))
    );
    assert_eq!(
        row["parties"],
        json!({"applicant": 1, "respondent": 1, "third": 0})
    );
    assert_eq!(row["ticket"]["id"], json!(other));
    assert_eq!(row["people"][0]["id"], json!(street.worker.caller.person));
    assert_eq!(
        (&row["judicial"], &row["effective_at"]),
        (&Json::Null, &Json::Null)
    );
    assert_eq!(
        (&all["counts"]["draft"], &all["counts"]["high_risk"]),
        (&json!(2), &json!(1))
    );

    calm.sign(&mut street.worker);
    sent(&mut street).await;
    let filtered = [
        ("?standing=effective".to_owned(), vec![calm.doc]),
        ("?standing=draft".to_owned(), vec![risky.doc]),
        ("?standing=breached".to_owned(), vec![]),
        (format!("?ticket={other}"), vec![risky.doc]),
        ("?high_risk=true".to_owned(), vec![risky.doc]),
        ("?high_risk=true&standing=effective".to_owned(), vec![]),
    ];
    for (query, wanted) in filtered {
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        assert_eq!(ids(&list(&street, &query).await), wanted, "{query}");
    }
    for query in ["?standing=signed", "?ticket=7"] {
        let answer = street
            .hub
            .get(&format!("/v1/mediations{query}"), &street.office)
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    let counts = list(&street, "?limit=1").await["counts"].clone();
    assert_eq!(
        (&counts["draft"], &counts["effective"]),
        (&json!(1), &json!(1))
    );

    risky.sign(&mut street.worker);
    sent(&mut street).await;
    let settled = list(&street, "").await["counts"]["high_risk"].clone();
    assert_eq!(settled, 0, "what has been agreed on needs no alarm");
}

async fn what_has_taken_effect_becomes_due_by_time_alone(mut street: Street) {
    let mediation = begun(&mut street).await;
    let due = street.worker.now().plus_millis(2 * DAY);
    let spot = [("check_from_at", Value::Time(due))];
    let clause = harness::phone::put("clauses", mediation.clause, &spot);
    street.worker.edit(mediation.doc, &clause);
    mediation.sign(&mut street.worker);
    sent(&mut street).await;
    let stands = async |street: &Street| {
        let page = list(street, "").await;
        let (row, counts) = (page["items"][0].clone(), page["counts"].clone());
        let shown = show(street, mediation.doc).await["agreement"]["standing"].clone();
        assert_eq!(row["standing"], shown, "the list and the page say the same");
        assert_eq!(counts[row["standing"].as_str().unwrap()], 1, "{counts}");
        assert_eq!(row["next_at"].as_i64(), Some(due.millis() / 1000 * 1000));
        row["standing"].clone()
    };
    assert_eq!(stands(&street).await, "effective");
    street.wait(3 * 24 * 60);
    assert_eq!(stands(&street).await, "performance_due");
    assert_eq!(ids(&list(&street, "?standing=effective").await), [""; 0]);
    assert_eq!(
        ids(&list(&street, "?standing=performance_due").await).len(),
        1
    );
}

async fn who_does_not_see_the_ticket_sees_no_mediation(mut street: Street) {
    let mediation = begun(&mut street).await;
    street.worker.set(mediation.doc, "risk", "high");
    sent(&mut street).await;
    let hub = &street.hub;
    let path = format!("/v1/mediations/{}", mediation.doc);
    let near = hub
        .sign_in_with(
            DeviceKind::Browser,
            hub.tenant(),
            Role::GridHead,
            &[street.grid],
        )
        .await;
    let far = hub
        .sign_in_with(
            DeviceKind::Browser,
            hub.tenant(),
            Role::GridHead,
            &[street.other_grid],
        )
        .await;
    assert_eq!(ids(&list_as(&street, &near, "").await).len(), 1);
    assert_eq!(hub.get(&path, &near).await.status, StatusCode::OK);
    let page = list_as(&street, &far, "").await;
    assert_eq!((ids(&page).len(), &page["total"]), (0, &json!(0)));
    let counts = page["counts"].as_object().unwrap();
    assert!(counts.values().all(|count| *count == 0), "{counts:?}");
    let theirs = hub.get(&path, &far).await;
    let nowhere = hub
        .get(
            &format!("/v1/mediations/{}", street.worker.fresh_id()),
            &far,
        )
        .await;
    assert_eq!(
        (theirs.status, theirs.code()),
        (nowhere.status, nowhere.code())
    );
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor] {
        let admin = hub.sign_in(role, &[]).await;
        for path in ["/v1/mediations", &path] {
            assert_eq!(
                hub.get(path, &admin).await.status,
                StatusCode::FORBIDDEN,
                "{role:?}"
            );
        }
    }
}

async fn a_partys_number_is_for_those_who_handle_the_ticket(mut street: Street) {
    let mediation = begun(&mut street).await;
    sent(&mut street).await;
    // Two phones write another number at the same time: what stands beside the shown one is a number too.
    street.captain.sync(&street.hub).await;
    for (phone, number) in [
        (&mut street.worker, "13900139000"),
        (&mut street.captain, "13700137000"),
    ] {
        phone.put_number(mediation.doc, mediation.applicant, number);
        phone.sync(&street.hub).await;
    }
    let hub = &street.hub;
    let path = format!("/v1/mediations/{}", mediation.doc);
    let numbers = [PHONE, "13900139000", "13700137000"];
    for role in [
        Role::OfficeReviewer,
        Role::HotlineWorker,
        Role::CommunitySecretary,
        Role::GridHead,
    ] {
        let caller = hub
            .sign_in_with(DeviceKind::Browser, hub.tenant(), role, &[street.grid])
            .await;
        let answer = hub.get(&path, &caller).await;
        let told = answer.json().to_string();
        assert!(
            numbers.iter().all(|number| told.contains(number)),
            "{role:?}: {told}"
        );
        assert_eq!(answer.json()["phones_masked"], json!(false));
    }
    let volunteer = hub
        .sign_in_with(
            DeviceKind::Browser,
            hub.tenant(),
            Role::Volunteer,
            &[street.grid],
        )
        .await;
    let answer = hub.get(&path, &volunteer).await;
    assert_eq!(answer.status, StatusCode::OK);
    let told = answer.json().to_string();
    assert!(
        !numbers.iter().any(|number| told.contains(number)),
        "{told}"
    );
    assert!(
        told.contains("138****8000") && told.contains("139****9000"),
        "{told}"
    );
    assert_eq!(answer.json()["phones_masked"], json!(true));
    let auditor = hub.sign_in(Role::Auditor, &[]).await;
    let reads = async |caller: &Caller| {
        hub.app().notes().flush(hub.app().store()).await.unwrap();
        let path = format!("/v1/audit?act=mediation.read&person={}", caller.person);
        let rows = hub.get(&path, &auditor).await.json()["items"].clone();
        rows.as_array().unwrap().clone()
    };
    assert_eq!(
        reads(&volunteer).await.len(),
        0,
        "who was shown no number read none"
    );
    hub.get(&path, &street.office).await;
    hub.get(&path, &street.office).await;
    let read = reads(&street.office).await;
    assert_eq!(read.len(), 1, "{read:?}");
    assert_eq!(
        read[0]["object"],
        json!(format!("mediation/{}", mediation.doc))
    );
}

async fn a_mediation_tells_its_paper_its_dates_and_its_file(mut street: Street) {
    let mediation = begun(&mut street).await;
    sent(&mut street).await;
    let draft = show(&street, mediation.doc).await;
    assert_eq!(
        (&draft["judicial"], &draft["agreement"]["holds"]),
        (&Json::Null, &Json::Null)
    );
    let signers = draft["agreement"]["signers"].as_array().unwrap();
    assert_eq!(signers.len(), 4);
    assert!(signers.iter().all(|signer| signer["state"] == "missing"));
    mediation.sign(&mut street.worker);
    sent(&mut street).await;
    let told = show(&street, mediation.doc).await;
    let agreement = &told["agreement"];
    assert_eq!(
        (&agreement["standing"], &agreement["number"]),
        (&json!("effective"), &json!(1))
    );
    assert_eq!(agreement["holds"]["content"].as_str().unwrap().len(), 64);
    let at = agreement["holds"]["complete_at"].as_i64().unwrap();
    let day = Day::of(Timestamp::from_millis(at)).plus_days(30);
    let until = told["judicial"]["until"].as_str().unwrap();
    assert!(Day::parse(until).unwrap() >= day, "{until}");
    assert!(told["judicial"]["at"].as_i64().unwrap() > at);
    let row = list(&street, "").await["items"][0].clone();
    assert_eq!(row["judicial"], told["judicial"]);
    let state = |code: &str| {
        let items = told["dossier"].as_array().unwrap().iter();
        let mut found = items.filter(|item| item["code"] == code);
        found.next().unwrap()["state"].clone()
    };
    assert_eq!(
        (state("agreement"), state("record")),
        (json!("there"), json!("missing"))
    );
    assert_eq!(told["people"][0]["id"], json!(street.worker.caller.person));
    assert!(told["history"].as_array().unwrap().len() > 8);
    let party = &told["collections"]["parties"][0]["values"]["name"];
    assert_eq!(
        party["written"]["person"]["id"],
        json!(street.worker.caller.person)
    );

    let clause = [("text", text("每天九时至十一时施工"))];
    let edit = harness::phone::put("clauses", mediation.clause, &clause);
    street.worker.edit(mediation.doc, &edit);
    sent(&mut street).await;
    let changed = show(&street, mediation.doc).await["agreement"].clone();
    assert_eq!(
        (&changed["number"], &changed["holds"]["number"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(changed["signers"][0]["state"], "cancelled");
    let path = format!("clauses/{}/text", mediation.clause);
    assert_eq!(changed["signers"][0]["changed"], json!([path]));
}

async fn what_happens_in_a_mediation_stands_in_the_story_of_its_ticket(mut street: Street) {
    async fn events(street: &Street) -> Vec<(String, Json)> {
        let path = format!("/v1/tickets/{}", street.ticket);
        let ticket = street.hub.get(&path, &street.office).await.json();
        let events = ticket["events"].as_array().unwrap().iter();
        let event = |event: &Json| {
            (
                event["kind"].as_str().unwrap().to_owned(),
                event["detail"].clone(),
            )
        };
        events.map(event).collect()
    }
    let mediation = begun(&mut street).await;
    let asked = [("unit", text("某物业公司")), ("asked", text("能否协调"))];
    let asked = street.worker.put(mediation.doc, "consultations", &asked);
    sent(&mut street).await;
    let doc = json!(mediation.doc);
    let about = |told: &[(String, Json)], kind: &str| {
        let of_kind = told.iter().filter(|(one, _)| one == kind);
        of_kind
            .map(|(_, detail)| detail.clone())
            .collect::<Vec<_>>()
    };
    let unit = json!({"unit": "某物业公司", "mediation": doc});
    let first = events(&street).await;
    assert_eq!(about(&first, "mediation_begun").len(), 1, "{first:?}");
    assert_eq!(about(&first, "unit_consulted"), std::slice::from_ref(&unit));
    assert_eq!(about(&first, "risk_high").len(), 0);
    street.wait(1);
    let answer = harness::phone::put("consultations", asked, &[("answer", text("可以"))]);
    street.worker.edit(mediation.doc, &answer);
    street.worker.set(mediation.doc, "risk", "high");
    sent(&mut street).await;
    mediation.sign(&mut street.worker);
    sent(&mut street).await;
    let check = [
        ("clause", id(mediation.clause)),
        ("result", text("breached")),
        ("at", Value::Time(street.worker.now())),
    ];
    street.worker.put(mediation.doc, "checks", &check);
    sent(&mut street).await;
    let told = events(&street).await;
    assert_eq!(
        about(&told, "unit_consulted").len(),
        1,
        "asked once, told once"
    );
    assert_eq!(about(&told, "unit_answered"), [unit]);
    for kind in ["risk_high", "agreement_effective", "agreement_breached"] {
        assert_eq!(about(&told, kind), [json!({"mediation": doc})], "{kind}");
    }
}

async fn a_mediation_is_no_visit_and_a_visit_no_mediation(mut street: Street) {
    let mediation = begun(&mut street).await;
    let visit = street.worker.create_visit(street.ticket);
    sent(&mut street).await;
    let hub = &street.hub;
    for path in [
        format!("/v1/visits/{}", mediation.doc),
        format!("/v1/mediations/{visit}"),
    ] {
        let answer = hub.get(&path, &street.office).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (404, "not_found".to_owned()),
            "{path}"
        );
    }
    let review = street
        .review(mediation.doc, json!({"decision": "approve"}))
        .await;
    let settle = json!({"path": "fields/facts", "value": "另一种说法"});
    let settle = street.settle(mediation.doc, settle).await;
    assert_eq!((review.status.as_u16(), settle.status.as_u16()), (404, 404));
    let visits = hub.get("/v1/visits", &street.office).await.json();
    assert_eq!(visits["total"], 1);
}

async fn a_list_is_read_page_by_page(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let mut written = Vec::new();
    for _ in 0..5 {
        written.push(
            Mediation::write(&mut street.worker, street.ticket)
                .doc
                .to_string(),
        );
    }
    sent(&mut street).await;
    let mut read = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = list(&street, &query).await;
        read.extend(ids(&page));
        assert_eq!(page["total"], 5);
        let Some(next) = page["next"].as_str() else {
            break;
        };
        query = format!("?limit=2&cursor={next}");
    }
    read.sort();
    written.sort();
    assert_eq!(read, written);
}
