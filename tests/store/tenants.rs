//! Tenants and units.

use harness::on_both_backends;
use store::Db;
use store::timelines::{Cause, Turn};
use store::units::UnitKind;

use super::rows::{self, PERSON, TENANT, at, id, unit};

on_both_backends! {
    a_tenant_is_found_by_id_and_code,
    a_tenant_code_is_taken_once,
    a_new_timeline_replaces_the_old_one,
    units_are_listed_by_code_and_found_in_their_tenant_only,
    a_unit_code_is_taken_once_in_a_tenant,
    a_person_has_the_units_they_act_for,
}

async fn a_tenant_is_found_by_id_and_code(db: Db) {
    let mut tx = rows::begin(&db).await;
    assert_eq!(tx.find_tenant(TENANT).await.unwrap(), Some(rows::tenant()));
    let found = tx.find_tenant_by_code("heping").await.unwrap();
    assert_eq!(found, Some(rows::tenant()));
    assert_eq!(tx.find_tenant_by_code("minzhu").await.unwrap(), None);
    assert_eq!(tx.list_tenants().await.unwrap(), [rows::tenant()]);
}

async fn a_tenant_code_is_taken_once(db: Db) {
    let mut tx = rows::begin(&db).await;
    let mut second = rows::tenant();
    second.id = id(50);
    let error = tx.insert_tenant(&second).await.unwrap_err();
    assert!(error.is_conflict("tenant_code"), "{error:?}");
}

async fn a_new_timeline_replaces_the_old_one(db: Db) {
    let mut tx = rows::begin(&db).await;
    let turn = Turn {
        tenant: TENANT,
        from: rows::tenant().timeline,
        to: id(77),
        unknown: Some(id(78)),
        at_least: 500,
        cause: Cause::Mark,
    };
    assert!(tx.begin_timeline(&turn, at(9)).await.unwrap());
    let tenant = tx.find_tenant(TENANT).await.unwrap().unwrap();
    assert_eq!(tenant.timeline, id(77));
    assert_eq!(tenant.seq, 501, "no number is given out twice");
    assert!(tx.is_past_timeline(TENANT, turn.from).await.unwrap());
    assert!(tx.is_past_timeline(TENANT, id(78)).await.unwrap());
    assert!(!tx.is_past_timeline(TENANT, turn.to).await.unwrap());
    let ended = tx.find_last_turn(TENANT).await.unwrap().unwrap();
    assert_eq!((ended.at, ended.cause), (at(9), Cause::Mark));
    let (_, act) = tx
        .list_audit(TENANT, &store::audit::AuditFilter::default(), 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (act.act.as_str(), act.result.as_str()),
        ("timeline.begin", "mark")
    );
    // Two phones bring the same proof: the second one changes nothing.
    assert!(!tx.begin_timeline(&turn, at(10)).await.unwrap());
}

async fn units_are_listed_by_code_and_found_in_their_tenant_only(db: Db) {
    let mut tx = rows::begin(&db).await;
    let street = unit(20, UnitKind::Street, None);
    let community = unit(21, UnitKind::Community, Some(street.id));
    tx.insert_unit(&street).await.unwrap();
    tx.insert_unit(&community).await.unwrap();
    let listed = tx.list_units(TENANT).await.unwrap();
    assert_eq!(listed, [street.clone(), community.clone()]);
    let found = tx.find_unit(TENANT, community.id).await.unwrap();
    assert_eq!(found, Some(community));
    let by_code = tx.find_unit_by_code(TENANT, "U20").await.unwrap();
    assert_eq!(by_code, Some(street));
    assert_eq!(tx.find_unit(id(99), id(20)).await.unwrap(), None);
    assert_eq!(tx.find_unit_by_code(id(99), "U20").await.unwrap(), None);
}

async fn a_unit_code_is_taken_once_in_a_tenant(db: Db) {
    let mut tx = rows::begin(&db).await;
    tx.insert_unit(&unit(20, UnitKind::Street, None))
        .await
        .unwrap();
    let mut second = unit(21, UnitKind::Grid, None);
    second.code = "U20".to_owned();
    let error = tx.insert_unit(&second).await.unwrap_err();
    assert!(error.is_conflict("unit_code"), "{error:?}");
}

async fn a_person_has_the_units_they_act_for(db: Db) {
    let mut tx = rows::begin(&db).await;
    let grid = unit(20, UnitKind::Grid, None);
    tx.insert_unit(&grid).await.unwrap();
    tx.insert_unit(&unit(21, UnitKind::Grid, None))
        .await
        .unwrap();
    tx.grant_principal(TENANT, PERSON, PERSON, 1).await.unwrap();
    tx.grant_principal(TENANT, PERSON, grid.id, 1)
        .await
        .unwrap();
    tx.grant_principal(TENANT, PERSON, id(21), 1).await.unwrap();
    tx.revoke_principal(TENANT, PERSON, id(21), 2)
        .await
        .unwrap();
    let units = tx.list_units_of_person(TENANT, PERSON).await.unwrap();
    assert_eq!(units, std::slice::from_ref(&grid));
    let members = tx.list_memberships(TENANT).await.unwrap();
    assert_eq!(members, [(PERSON, grid.id)]);
}
