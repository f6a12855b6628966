//! What the office chooses from, what is proposed to it, and what the hub learns from its choices.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{Answer, TestApp};
use serde_json::{Value, json};
use store::tickets::{NewTicket, RequesterType, Urgency};
use store::units::{Unit, UnitKind};
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Role};

use crate::life::street::Life;

on_both_backends! {
    a_new_sub_district_has_five_focus_topics_types_causes_and_duties,
    what_the_office_writes_counts_and_who_edits_an_older_one_is_told,
    a_catalogue_that_does_not_hold_together_is_refused_whole,
    only_the_office_reads_the_catalogue_and_only_reviewers_and_leaders_write_it,
    a_proposal_names_class_subject_topic_and_unit_with_the_words_that_decided,
    a_unit_that_the_catalogue_names_is_proposed_once_it_is_there,
    a_ticket_whose_words_say_nothing_gets_no_proposal,
    whoever_does_not_classify_is_told_so_and_another_ticket_is_unknown,
    wrong_proposals_are_counted_and_learned_from_and_a_restart_forgets_nothing,
    another_hub_of_the_database_knows_what_was_learned_here,
    tickets_that_came_with_a_class_are_learned_from_too,
    after_twenty_decisions_the_hub_learns_by_itself,
}

const ME: Role = Role::OfficeReviewer;

async fn catalogue(street: &Life) -> Value {
    let answer = street.hub.get("/v1/catalogue", street.of(ME)).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

async fn write(street: &Life, role: Role, seen: &Value, catalogue: &Value) -> Answer {
    let body = json!({ "seen": seen, "catalogue": catalogue });
    street
        .hub
        .post("/v1/catalogue", street.of(role), &body)
        .await
}

/// A ticket with these words, and a class if it came with one.
async fn ticket(street: &Life, words: (&str, &str), category: [Option<&str>; 3]) -> Id {
    let hub = &street.hub;
    let now = hub.app().clock().now();
    let ticket = NewTicket {
        id: hub.app().rng().new_id(now),
        source: "office".to_owned(),
        upstream_no: None,
        channel: None,
        request_kind: None,
        requester_type: RequesterType::Citizen,
        title: words.0.to_owned(),
        description: words.1.to_owned(),
        category: category.map(|level| level.map(str::to_owned)),
        address: None,
        community: Some(street.community),
        grid: None,
        unit_text: None,
        requester_masked: None,
        phone_masked: None,
        requester_sealed: None,
        status: TicketState::New,
        urgency: Urgency::Normal,
        dispatched_at: now,
        due_at: None,
        created_at: now,
        reply: None,
        replied_at: None,
    };
    let mut tx = hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(hub.tenant()).await.unwrap();
    let tickets = std::slice::from_ref(&ticket);
    tx.insert_tickets(hub.tenant(), tickets, seq).await.unwrap();
    tx.commit().await.unwrap();
    ticket.id
}

async fn proposal(street: &Life, ticket: Id) -> Value {
    let path = format!("/v1/tickets/{ticket}/proposal");
    let answer = street.hub.get(&path, street.of(ME)).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

async fn train(street: &Life) -> Value {
    let path = "/v1/catalogue/training";
    let answer = street.hub.post(path, street.of(ME), &json!({})).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

async fn a_new_sub_district_has_five_focus_topics_types_causes_and_duties(hub: TestApp) {
    let street = Life::open(hub).await;
    let found = catalogue(&street).await;
    assert_eq!(found["version"], 0);
    let topics = found["catalogue"]["topics"].as_array().unwrap();
    let names: Vec<&str> = topics
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "占道经营",
            "租房退押金",
            "物业服务",
            "老旧小区改造",
            "交通出行"
        ]
    );
    for list in ["types", "causes", "duties"] {
        assert!(
            found["catalogue"][list].as_array().unwrap().len() >= 14,
            "{list}"
        );
    }
    assert_eq!(
        found["model"],
        json!({ "trained": null, "decided_since": 0 })
    );
    assert_eq!(found["versions"], json!([]));
}

async fn what_the_office_writes_counts_and_who_edits_an_older_one_is_told(hub: TestApp) {
    let street = Life::open(hub).await;
    let first = catalogue(&street).await;
    let mut changed = first["catalogue"].clone();
    changed["topics"][0]["name"] = json!("占道和乱停");
    let answer = write(&street, ME, &first["version"], &changed).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let second = catalogue(&street).await;
    assert_eq!(second["version"], 1);
    assert_eq!(second["catalogue"]["topics"][0]["name"], "占道和乱停");
    let me = street.of(ME).person.to_string();
    assert_eq!(second["versions"][0]["by"]["id"], *me);

    // Somebody else had the first one on the screen.
    let stale = write(
        &street,
        Role::Leader,
        &first["version"],
        &first["catalogue"],
    )
    .await;
    assert_eq!(
        (stale.status, stale.code()),
        (StatusCode::CONFLICT, "changed_meanwhile".to_owned())
    );
    assert_eq!(catalogue(&street).await, second);
}

async fn a_catalogue_that_does_not_hold_together_is_refused_whole(hub: TestApp) {
    let street = Life::open(hub).await;
    let first = catalogue(&street).await;
    let broken = |change: &dyn Fn(&mut Value)| {
        let mut catalogue = first["catalogue"].clone();
        change(&mut catalogue);
        catalogue
    };
    let twice = broken(&|it| it["types"][1]["name"] = it["types"][0]["name"].clone());
    let blank = broken(&|it| it["topics"][0]["name"] = json!("  "));
    let nobody = broken(&|it| it["duties"][0]["to"] = json!({}));
    for catalogue in [twice, blank, nobody] {
        let answer = write(&street, ME, &json!(0), &catalogue).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.code(), "catalogue_unclear");
    }
    let stranger = broken(&|it| {
        it["duties"][0]["to"] = json!({ "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV" });
    });
    let answer = write(&street, ME, &json!(0), &stranger).await;
    assert_eq!(answer.code(), "unit_unknown");
    assert_eq!(catalogue(&street).await, first);
}

async fn only_the_office_reads_the_catalogue_and_only_reviewers_and_leaders_write_it(hub: TestApp) {
    let street = Life::open(hub).await;
    let first = catalogue(&street).await;
    for role in Role::ALL.iter().filter(|role| role.has_office_pages()) {
        let read = street
            .hub
            .get("/v1/catalogue", street.of(*role))
            .await
            .status;
        let expected = if role.is_office() {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(read, expected, "{role:?}");
        let may = matches!(role, Role::OfficeReviewer | Role::Leader);
        let seen = catalogue(&street).await["version"].clone();
        let written = write(&street, *role, &seen, &first["catalogue"])
            .await
            .status;
        assert_eq!(written == StatusCode::OK, may, "{role:?}");
        let path = "/v1/catalogue/training";
        let trained = street
            .hub
            .post(path, street.of(*role), &json!({}))
            .await
            .status;
        assert_eq!(trained == StatusCode::OK, may, "{role:?}");
    }
}

async fn a_proposal_names_class_subject_topic_and_unit_with_the_words_that_decided(hub: TestApp) {
    let street = Life::open(hub).await;
    let words = (
        "房东不退押金",
        "退租以后房东一直不退押金，房屋中介公司也不管。",
    );
    let ticket = ticket(&street, words, [None; 3]).await;
    let found = proposal(&street, ticket).await;
    assert_eq!(
        found["category"]["value"],
        json!(["住房物业", "房屋租赁", "退押金"])
    );
    assert_eq!(found["category"]["by"], "words");
    assert_eq!(found["topic"]["value"], "rental_deposit");
    assert_eq!(found["requester_type"]["value"], "citizen_enterprise");
    assert_eq!(found["requester_type"]["by"], "rules");
    // The duty is the community's: that of the ticket.
    assert_eq!(found["unit"]["value"]["entry"], "rental");
    assert_eq!(found["unit"]["value"]["id"], street.community.to_string());
    assert_eq!(found["urgency"], Value::Null);
    for part in ["category", "topic", "requester_type"] {
        let reasons = found[part]["reasons"].as_array().unwrap();
        assert!(!reasons.is_empty() && found[part]["margin"].as_f64().unwrap() > 0.0);
        for reason in reasons {
            let piece = reason["text"].as_str().unwrap();
            assert!(
                words.0.contains(piece) || words.1.contains(piece),
                "{part}: {piece}"
            );
        }
    }
}

async fn a_unit_that_the_catalogue_names_is_proposed_once_it_is_there(hub: TestApp) {
    let street = Life::open(hub).await;
    let words = ("路边摊贩占道经营", "每天傍晚摊贩占道，走不过去。");
    let ticket = ticket(&street, words, [None; 3]).await;
    let before = proposal(&street, ticket).await["unit"]["value"].clone();
    assert_eq!(
        (&before["name"], &before["id"]),
        (&json!("城管科"), &Value::Null)
    );
    let hub = &street.hub;
    let unit = Unit {
        id: hub.app().rng().new_id(hub.app().clock().now()),
        tenant: hub.tenant(),
        kind: UnitKind::Section,
        code: "CG".to_owned(),
        name: "城管科".to_owned(),
        parent: None,
    };
    let mut tx = hub.app().store().begin().await.unwrap();
    tx.insert_unit(&unit).await.unwrap();
    tx.commit().await.unwrap();
    let after = proposal(&street, ticket).await["unit"]["value"].clone();
    assert_eq!(after["id"], unit.id.to_string());
}

async fn a_ticket_whose_words_say_nothing_gets_no_proposal(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = ticket(&street, ("您好", "麻烦您了"), [None; 3]).await;
    let found = proposal(&street, ticket).await;
    for part in ["category", "topic", "unit", "urgency"] {
        assert_eq!(found[part], Value::Null, "{part}");
    }
}

async fn whoever_does_not_classify_is_told_so_and_another_ticket_is_unknown(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = ticket(&street, ("停水", ""), [None; 3]).await;
    let path = format!("/v1/tickets/{ticket}/proposal");
    let secretary = street
        .hub
        .get(&path, street.of(Role::CommunitySecretary))
        .await;
    assert_eq!(secretary.status, StatusCode::FORBIDDEN);
    let path = "/v1/tickets/01ARZ3NDEKTSV4RRFFQ69G5FAV/proposal";
    let nowhere = street.hub.get(path, street.of(ME)).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

/// What people say here of lifts and of the river: no catalogue has such words.
const LIFT: (&str, &str) = ("升降箱又卡住", "二单元的升降箱卡住不动，请派人看看");
const RIVER: (&str, &str) = ("芦苇荡有股怪气", "河边芦苇荡飘来怪气，请派人看看");

/// Decides on so many tickets of each; of every second one something else had been proposed.
async fn decide(street: &Life, of_each: usize) {
    let lift = json!(["住房物业", "物业服务", "电梯"]);
    let river = json!(["环境保护", "水体", "河道污染"]);
    for n in 0..2 * of_each {
        let (words, category) = if n % 2 == 0 {
            (LIFT, &lift)
        } else {
            (RIVER, &river)
        };
        let title = format!("{}第{n}次", words.0);
        let id = ticket(street, (&title, words.1), [None; 3]).await;
        let said = if n % 4 < 2 {
            "住房物业 / 物业服务 / 电梯"
        } else {
            "环境保护 / 水体 / 河道污染"
        };
        let act = json!({
            "action": "classify", "category": category, "requester_type": "citizen",
            "proposed": { "category": said, "requester_type": "citizen", "entry": "property",
                "unit": street.section.to_string() },
        });
        street.does(id, ME, act).await;
        if n % 4 == 0 {
            let to = if n % 8 == 0 {
                ("section", street.section)
            } else {
                ("community", street.community)
            };
            let act = json!({ "action": "assign", "kind": to.0, "to": to.1.to_string() });
            street.does(id, ME, act).await;
        }
    }
}

async fn wrong_proposals_are_counted_and_learned_from_and_a_restart_forgets_nothing(hub: TestApp) {
    let street = Life::open(hub).await;
    decide(&street, 24).await;
    let found = catalogue(&street).await;
    let tallies = &found["tallies"];
    assert_eq!(
        tallies["subjects"]["category"],
        json!({ "proposed": 48, "corrected": 24 })
    );
    assert_eq!(
        tallies["subjects"]["requester_type"],
        json!({ "proposed": 48, "corrected": 0 })
    );
    // Twelve were given to somebody: every second one to another unit than the entry said.
    assert_eq!(
        tallies["entries"]["property"],
        json!({ "proposed": 12, "corrected": 6 })
    );

    let asked = ticket(&street, ("升降箱卡住", "升降箱卡住不动"), [None; 3]).await;
    let trained = train(&street).await;
    let model = &trained["model"];
    assert_eq!(
        (&model["trained"]["examples"], &model["decided_since"]),
        (&json!(48), &json!(0))
    );
    let figures = &model["trained"]["figures"]["large"];
    assert!(
        figures["accuracy"].as_f64().unwrap() > figures["baseline"]["accuracy"].as_f64().unwrap()
    );

    let learned = proposal(&street, asked).await;
    assert_eq!(learned["category"]["by"], "learned", "{learned}");
    assert_eq!(learned["category"]["value"][0], "住房物业");
    let piece = learned["category"]["reasons"][0]["text"].as_str().unwrap();
    assert!("升降箱卡住不动".contains(piece), "{piece}");
    let again = street.reopen().await;
    assert_eq!(proposal(&again, asked).await, learned);
}

async fn another_hub_of_the_database_knows_what_was_learned_here(hub: TestApp) {
    let street = Life::open(hub).await;
    decide(&street, 22).await;
    let asked = ticket(&street, ("升降箱卡住", "升降箱卡住不动"), [None; 3]).await;
    train(&street).await;
    let here = proposal(&street, asked).await;
    assert_eq!(here["category"]["by"], "learned");
    let path = format!("/v1/tickets/{asked}/proposal");
    let beside = street.hub.beside().await;
    assert_eq!(beside.get(&path, street.of(ME)).await.json(), here);
}

async fn tickets_that_came_with_a_class_are_learned_from_too(hub: TestApp) {
    let street = Life::open(hub).await;
    for n in 0..25 {
        for (words, category) in [
            (LIFT, [Some("住房物业"), Some("物业服务"), Some("电梯")]),
            (RIVER, [Some("环境保护"), None, None]),
            // Another office's tree.
            (("天上掉下来的", ""), [Some("规土城建"), None, None]),
        ] {
            let title = format!("{}第{n}次", words.0);
            ticket(&street, (&title, words.1), category).await;
        }
    }
    let trained = train(&street).await;
    assert_eq!(trained["model"]["trained"]["examples"], 50);
    let labels = trained["model"]["trained"]["figures"]["large"]["labels"]
        .as_array()
        .unwrap();
    let names: Vec<&Value> = labels.iter().map(|it| &it["label"]).collect();
    assert_eq!(names, ["住房物业", "环境保护"]);
}

async fn after_twenty_decisions_the_hub_learns_by_itself(hub: TestApp) {
    let street = Life::open(hub).await;
    let asked = ticket(&street, ("升降箱卡住", "升降箱卡住不动"), [None; 3]).await;
    decide(&street, 9).await;
    proposal(&street, asked).await;
    assert_eq!(catalogue(&street).await["model"]["trained"], Value::Null);
    decide(&street, 1).await;
    // Asking is what makes it look; it learns beside the answer.
    for _ in 0..2_000 {
        proposal(&street, asked).await;
        let model = catalogue(&street).await["model"].clone();
        if model["trained"] != Value::Null {
            assert_eq!(
                (&model["trained"]["by"], &model["decided_since"]),
                (&Value::Null, &json!(0))
            );
            return;
        }
    }
    panic!("it has not learned");
}
