//! People, their codes and their devices, as the office keeps them.

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::test_app::{Caller, TestApp};
use serde_json::{Value, json};
use store::audit::AuditFilter;
use store::units::UnitKind;
use sync_core::{Id, Role};

on_both_backends! {
    a_new_person_is_listed_with_their_units,
    a_person_acts_for_themselves_and_their_units_and_the_office_for_all,
    a_username_is_given_once,
    what_cannot_be_a_person_is_refused_with_a_sentence,
    only_a_system_administrator_adds_administrators,
    nobody_else_sees_or_changes_people,
    a_head_sees_the_people_of_their_own_units,
    a_code_is_new_each_time_and_names_the_field_app,
    a_code_for_somebody_elsewhere_is_not_made,
    a_revoked_device_fails_at_its_next_request,
    a_device_of_another_sub_district_is_not_revoked,
    units_are_listed_with_their_parents,
    what_the_office_does_to_people_is_in_the_audit_log,
}

/// Adds a person through the API and gives their id.
pub(crate) async fn add(
    app: &TestApp,
    by: &Caller,
    username: &str,
    role: Role,
    units: &[Id],
) -> Value {
    let body = json!({"username": username, "name": "李某某", "role": role, "units": units});
    let answer = app.post("/v1/people", by, &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()
}

fn id_of(created: &Value) -> Id {
    Id::parse(created["id"].as_str().unwrap()).unwrap()
}

async fn a_new_person_is_listed_with_their_units(app: TestApp) {
    let community = app.add_unit(UnitKind::Community, "c1", None).await;
    let grid = app.add_unit(UnitKind::Grid, "g1", Some(community)).await;
    let leader = app.sign_in(Role::Leader, &[]).await;
    let created = add(&app, &leader, "li.si", Role::GridWorker, &[grid]).await;
    let answer = app.get("/v1/people?query=LI.", &leader).await.json();
    assert_eq!(
        answer["items"],
        json!([{
            "id": created["id"], "username": "li.si", "name": "李某某", "role": "grid_worker",
            "state": "active", "appointed_by": null, "first_password": true, "devices": [],
            "units": [{"id": grid, "kind": "grid", "code": "g1", "name": "g1 单位"}],
        }])
    );
    let nobody = app.get("/v1/people?query=%00%25", &leader).await.json();
    assert_eq!(nobody["items"], json!([]));
    let everybody = app.get("/v1/people", &leader).await.json();
    let items = everybody["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let own = items.iter().find(|row| row["role"] == "leader").unwrap();
    assert_eq!(own["devices"][0]["kind"], "browser");
    assert_eq!(own["devices"][0]["state"], "active");
}

async fn a_person_acts_for_themselves_and_their_units_and_the_office_for_all(app: TestApp) {
    let street = app.add_unit(UnitKind::Street, "s", None).await;
    let community = app.add_unit(UnitKind::Community, "c1", Some(street)).await;
    let grids = [
        app.add_unit(UnitKind::Grid, "g1", Some(community)).await,
        app.add_unit(UnitKind::Grid, "g2", Some(community)).await,
    ];
    app.add_unit(UnitKind::Grid, "g3", None).await;
    let leader = app.sign_in(Role::Leader, &[]).await;
    for (username, role, units, others) in [
        ("worker", Role::GridWorker, vec![grids[0]], vec![]),
        ("member", Role::GridWorker, vec![community], vec![]),
        (
            "head",
            Role::CommunitySecretary,
            vec![community],
            grids.to_vec(),
        ),
        ("office", Role::OfficeReviewer, vec![], vec![app.tenant()]),
    ] {
        let person = id_of(&add(&app, &leader, username, role, &units).await);
        let mut tx = app.app().store().read().await.unwrap();
        let found = tx.list_principals(app.tenant(), person).await.unwrap();
        let mut expected = [vec![person], units, others].concat();
        expected.sort();
        assert_eq!(found, expected, "{username}");
        let changed = tx.list_people_changed(app.tenant(), 0).await.unwrap();
        assert!(changed.iter().any(|row| row.id == person), "{username}");
    }
}

async fn a_username_is_given_once(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    add(&app, &leader, "li", Role::GridWorker, &[]).await;
    let again = json!({"username": " li ", "name": "赵某", "role": "police", "units": []});
    let answer = app.post("/v1/people", &leader, &again).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::CONFLICT, "username_taken")
    );
    let elsewhere = app.add_tenant("minzhu", "民主街道").await;
    let other = app.sign_in_to(elsewhere, Role::Leader, &[]).await;
    add(&app, &other, "li", Role::GridWorker, &[]).await;
}

async fn what_cannot_be_a_person_is_refused_with_a_sentence(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let unknown = Id::from_bytes([9; 16]);
    for (username, name, units, code) in [
        ("l", "李某某", vec![], "username_invalid"),
        ("Li", "李某某", vec![], "username_invalid"),
        ("li si", "李某某", vec![], "username_invalid"),
        ("li\u{0}", "李某某", vec![], "username_invalid"),
        ("li", " ", vec![], "name_invalid"),
        ("li", "李\u{0}", vec![], "name_invalid"),
        ("li", "李某某", vec![unknown], "unit_unknown"),
    ] {
        let body = json!({"username": username, "name": name, "role": "police", "units": units});
        let answer = app.post("/v1/people", &leader, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.code(), code, "{body}");
        assert!(answer.json()["detail"].as_str().unwrap().ends_with('。'));
    }
    let body = json!({"username": "li", "name": "李", "role": "mayor", "units": []});
    let answer = app.post("/v1/people", &leader, &body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn only_a_system_administrator_adds_administrators(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let admin = app.sign_in(Role::SystemAdmin, &[]).await;
    for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor] {
        let body = json!({"username": role, "name": "赵某", "role": role, "units": []});
        let refused = app.post("/v1/people", &leader, &body).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "role_not_allowed")
        );
        let created = add(&app, &admin, role.as_str(), role, &[]).await;
        let path = format!("/v1/people/{}/enrolment", created["id"].as_str().unwrap());
        let refused = app.post(&path, &leader, &json!({})).await;
        assert_eq!(refused.code(), "role_not_allowed");
    }
}

async fn nobody_else_sees_or_changes_people(app: TestApp) {
    for role in Role::ALL {
        let caller = app.sign_in(*role, &[]).await;
        let may_see = matches!(
            role,
            Role::OfficeReviewer
                | Role::Leader
                | Role::SystemAdmin
                | Role::SecurityAdmin
                | Role::CommunitySecretary
                | Role::GridHead
        );
        let may_add = matches!(
            role,
            Role::OfficeReviewer | Role::Leader | Role::SystemAdmin
        );
        let may_revoke = may_add || *role == Role::SecurityAdmin;
        let status = |may, good| if may { good } else { StatusCode::FORBIDDEN };

        let seen = app.get("/v1/people", &caller).await;
        assert_eq!(seen.status, status(may_see, StatusCode::OK), "{role:?}");
        let body = json!({"username": role, "name": "赵某", "role": "police", "units": []});
        let added = app.post("/v1/people", &caller, &body).await;
        assert_eq!(
            added.status,
            status(may_add, StatusCode::CREATED),
            "{role:?}"
        );
        let phone = app.sign_in(Role::GridWorker, &[]).await;
        let path = format!("/v1/people/{}/enrolment", phone.person);
        let code = app.post(&path, &caller, &json!({})).await;
        assert_eq!(
            code.status,
            status(may_add, StatusCode::CREATED),
            "{role:?}"
        );
        // Whoever may make no code does not learn either who is there.
        let nobody = app.app().rng().new_id(app.app().clock().now());
        let path = format!("/v1/people/{nobody}/enrolment");
        let code = app.post(&path, &caller, &json!({})).await;
        assert_eq!(
            code.status,
            status(may_add, StatusCode::NOT_FOUND),
            "{role:?}"
        );
        let path = format!("/v1/devices/{}/revoke", phone.device);
        let revoked = app.post(&path, &caller, &json!({"reason": "left"})).await;
        assert_eq!(
            revoked.status,
            status(may_revoke, StatusCode::NO_CONTENT),
            "{role:?}"
        );
        let units = app.get("/v1/units", &caller).await;
        let may_see = role.has_office_pages();
        assert_eq!(units.status, status(may_see, StatusCode::OK), "{role:?}");
    }
}

async fn a_head_sees_the_people_of_their_own_units(app: TestApp) {
    let community = app.add_unit(UnitKind::Community, "c1", None).await;
    let grid = app.add_unit(UnitKind::Grid, "g1", Some(community)).await;
    let elsewhere = app.add_unit(UnitKind::Grid, "g2", None).await;
    let secretary = app
        .sign_in(Role::CommunitySecretary, &[community, grid])
        .await;
    let worker = app.sign_in(Role::GridWorker, &[grid]).await;
    app.sign_in(Role::GridWorker, &[elsewhere]).await;
    app.sign_in(Role::Leader, &[]).await;
    let answer = app.get("/v1/people", &secretary).await.json();
    let mut seen: Vec<_> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(id_of)
        .collect();
    seen.sort();
    let mut expected = [secretary.person, worker.person];
    expected.sort();
    assert_eq!(seen, expected);
}

async fn a_code_is_new_each_time_and_names_the_field_app(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let created = add(&app, &leader, "li", Role::GridWorker, &[]).await;
    let path = format!("/v1/people/{}/enrolment", created["id"].as_str().unwrap());
    let first = app.post(&path, &leader, &json!({})).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let second = app.post(&path, &leader, &json!({})).await.json();
    let code = second["code"].as_str().unwrap();
    assert_ne!(first.json()["code"], second["code"]);
    let public = app.app().config().public_url();
    assert_eq!(second["url"], format!("{public}/field/#/enrol?code={code}"));
    let day = 24 * 3600 * 1000;
    let expires_at = app.app().clock().now().millis() + day;
    assert_eq!(second["expires_at"], expires_at);
}

async fn a_code_for_somebody_elsewhere_is_not_made(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let elsewhere = app.add_tenant("minzhu", "民主街道").await;
    let other = app.sign_in_to(elsewhere, Role::GridWorker, &[]).await;
    let path = format!("/v1/people/{}/enrolment", other.person);
    let answer = app.post(&path, &leader, &json!({})).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::NOT_FOUND, "not_found")
    );
}

async fn a_revoked_device_fails_at_its_next_request(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    for (reason, wipes) in [("left", json!(null)), ("lost", json!(true))] {
        let worker = app.sign_in(Role::GridWorker, &[]).await;
        assert_eq!(app.get("/v1/me", &worker).await.status, StatusCode::OK);
        let path = format!("/v1/devices/{}/revoke", worker.device);
        let answer = app.post(&path, &leader, &json!({"reason": reason})).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        let refused = app.get("/v1/me", &worker).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert_eq!(refused.code(), "device_revoked");
        assert_eq!(refused.json()["wipe"], wipes, "{reason}");
        let listed = app.get("/v1/people", &leader).await.json();
        let row = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| id_of(row) == worker.person)
            .unwrap();
        assert_eq!(row["devices"][0]["state"], "revoked");
        assert_eq!(row["devices"][0]["revoke_reason"], reason);
    }
}

async fn a_device_of_another_sub_district_is_not_revoked(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let elsewhere = app.add_tenant("minzhu", "民主街道").await;
    let other = app.sign_in_to(elsewhere, Role::GridWorker, &[]).await;
    let path = format!("/v1/devices/{}/revoke", other.device);
    let answer = app.post(&path, &leader, &json!({"reason": "lost"})).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(app.get("/v1/me", &other).await.status, StatusCode::OK);
}

async fn units_are_listed_with_their_parents(app: TestApp) {
    let street = app.add_unit(UnitKind::Street, "a", None).await;
    let community = app.add_unit(UnitKind::Community, "b", Some(street)).await;
    let head = app.sign_in(Role::GridHead, &[]).await;
    let answer = app.get("/v1/units", &head).await.json();
    assert_eq!(
        answer["items"],
        json!([
            {"id": street, "kind": "street", "code": "a", "name": "a 单位", "parent": null},
            {"id": community, "kind": "community", "code": "b", "name": "b 单位", "parent": street},
        ])
    );
}

async fn what_the_office_does_to_people_is_in_the_audit_log(app: TestApp) {
    let leader = app.sign_in(Role::Leader, &[]).await;
    let created = add(&app, &leader, "li", Role::GridWorker, &[]).await;
    let person = created["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/people/{person}/enrolment");
    let code = app.post(&path, &leader, &json!({})).await;
    let worker = app.sign_in(Role::GridWorker, &[]).await;
    let path = format!("/v1/devices/{}/revoke", worker.device);
    app.post(&path, &leader, &json!({"reason": "lost"})).await;
    let mut tx = app.app().store().read().await.unwrap();
    let entries = tx
        .list_audit(app.tenant(), &AuditFilter::default(), 10)
        .await
        .unwrap();
    let acts: Vec<_> = entries
        .iter()
        .rev()
        .map(|(_, entry)| (entry.act.as_str(), entry.object.clone()))
        .collect();
    assert_eq!(
        acts,
        [
            ("person.create", format!("person/{person}")),
            ("enrolment.create", format!("person/{person}")),
            ("device.revoke.lost", format!("device/{}", worker.device)),
        ]
    );
    for (_, entry) in &entries {
        assert_eq!(entry.person, Some(leader.person));
        assert_eq!(entry.device, Some(leader.device));
        assert_eq!(entry.result, "ok");
    }
    assert_eq!(entries[1].1.request_id, code.header("x-request-id"));
}
