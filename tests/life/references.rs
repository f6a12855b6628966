//! What actions name must be there: classes, topics and causes of the catalogue, and codes of enterprises.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::TestApp;
use serde_json::{Value, json};
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Role};

use super::street::Life;

on_both_backends! {
    what_the_catalogue_does_not_have_is_refused_by_its_field,
    what_a_ticket_has_already_may_be_named_again_whatever_became_of_the_catalogue,
    a_code_of_an_enterprise_is_checked_as_at_the_intake_desk,
}

async fn what_the_catalogue_does_not_have_is_refused_by_its_field(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    street
        .does(ticket, Role::HotlineWorker, json!({ "action": "accept" }))
        .await;
    for (field, act) in [
        (
            "category",
            json!({ "action": "classify", "category": ["没有的大类", null, null] }),
        ),
        (
            "category",
            json!({ "action": "classify", "category": ["市容环境", "工资", null] }),
        ),
        // A class with a gap is none.
        (
            "category",
            json!({ "action": "classify", "category": ["市容环境", null, "杂物堆放"] }),
        ),
        (
            "topic",
            json!({ "action": "classify", "topic": "没有的重点问题" }),
        ),
        (
            "topic",
            json!({ "action": "analyse", "causes": ["slow"], "topic": "nothing" }),
        ),
        (
            "causes",
            json!({ "action": "analyse", "causes": ["slow", "没有的根源"] }),
        ),
    ] {
        street
            .refused(ticket, Role::HotlineWorker, act.clone(), field)
            .await;
        let answer = street.tries(ticket, Role::HotlineWorker, act).await;
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(
            detail.ends_with('。') && detail.contains("不在目录里"),
            "{detail}"
        );
    }
    for act in [
        json!({ "action": "classify", "category": ["市容环境", "环境卫生", "杂物堆放"], "topic": "traffic" }),
        json!({ "action": "classify", "category": ["市容环境", null, null] }),
        json!({ "action": "analyse", "causes": ["slow", "no_patrol"], "topic": "property_service" }),
    ] {
        street.does(ticket, Role::HotlineWorker, act).await;
    }
}

async fn catalogue(street: &Life) -> Value {
    let answer = street
        .hub
        .get("/v1/catalogue", street.of(Role::Leader))
        .await;
    answer.json()
}

async fn without(street: &Life, list: &str, id: &str) {
    let before = catalogue(street).await;
    let mut catalogue = before["catalogue"].clone();
    catalogue[list]
        .as_array_mut()
        .unwrap()
        .retain(|one| one["id"] != id);
    if list == "causes" {
        for topic in catalogue["topics"].as_array_mut().unwrap() {
            topic["causes"]
                .as_array_mut()
                .unwrap()
                .retain(|one| *one != json!(id));
        }
    }
    let body = json!({ "seen": before["version"], "catalogue": catalogue });
    let answer = street
        .hub
        .post("/v1/catalogue", street.of(Role::Leader), &body)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
}

async fn what_a_ticket_has_already_may_be_named_again_whatever_became_of_the_catalogue(
    hub: TestApp,
) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let other = street.ticket(2, TicketState::FIRST).await;
    for one in [ticket, other] {
        street
            .does(one, Role::HotlineWorker, json!({ "action": "accept" }))
            .await;
    }
    let analysed = json!({ "action": "analyse", "causes": ["slow"], "topic": "traffic" });
    street
        .does(ticket, Role::HotlineWorker, analysed.clone())
        .await;
    without(&street, "causes", "slow").await;
    without(&street, "topics", "traffic").await;
    street
        .does(ticket, Role::HotlineWorker, analysed.clone())
        .await;
    street
        .refused(other, Role::HotlineWorker, analysed, "causes")
        .await;
}

async fn describe(street: &Life, ticket: Id, code: &str) -> (StatusCode, Value) {
    let form = json!({ "enterprise": "某某茶业", "credit_code": code });
    let act = json!({ "action": "describe", "form": form });
    let answer = street.tries(ticket, Role::HotlineWorker, act).await;
    (answer.status, answer.json())
}

async fn a_code_of_an_enterprise_is_checked_as_at_the_intake_desk(hub: TestApp) {
    let street = Life::open(hub).await;
    let ticket = street.ticket(1, TicketState::FIRST).await;
    let (status, said) = describe(&street, ticket, "9133O106673959654P").await;
    assert_eq!(
        (status, &said["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("credit_code"))
    );
    assert!(
        said["detail"].as_str().unwrap().contains("第 5 位的“O”"),
        "{said}"
    );
    // As it is printed: with gaps and in small letters, it is kept tidied.
    let (status, shown) = describe(&street, ticket, " 91330106673959654p ").await;
    assert_eq!(status, StatusCode::OK, "{shown}");
    assert_eq!(shown["life"]["form"]["credit_code"], "91330106673959654P");
    let (status, shown) = describe(&street, ticket, "").await;
    assert_eq!(status, StatusCode::OK, "a code may be taken out: {shown}");
}
