//! Who sees a ticket, and what their phones learn of it.

use harness::on_both_backends;
use store::{Db, Tx};
use sync_core::Id;

use super::rows::{self, TENANT, id};
use super::tickets::ticket;

on_both_backends! {
    a_stored_ticket_is_in_the_scope_of_the_whole_office,
    a_grant_that_holds_keeps_its_number,
    a_scope_granted_again_counts_from_the_second_time,
    a_revoked_scope_is_revoked_once,
}

const COMMUNITY: Id = id(40);

async fn begin(db: &Db) -> Tx {
    let mut tx = rows::begin(db).await;
    tx.insert_tickets(TENANT, &[ticket(10)], 1).await.unwrap();
    tx
}

/// granted, revoked, touched.
async fn numbers(tx: &mut Tx, principal: Id) -> Option<(i64, Option<i64>, i64)> {
    let scope = tx
        .find_ticket_scope(TENANT, id(10), principal)
        .await
        .unwrap();
    scope.map(|scope| (scope.granted_seq, scope.revoked_seq, scope.touched_seq))
}

async fn a_stored_ticket_is_in_the_scope_of_the_whole_office(db: Db) {
    let mut tx = begin(&db).await;
    assert_eq!(numbers(&mut tx, TENANT).await, Some((1, None, 1)));
    let principals = tx.list_ticket_principals(TENANT, id(10)).await.unwrap();
    assert_eq!(principals, [TENANT]);
}

async fn a_grant_that_holds_keeps_its_number(db: Db) {
    let mut tx = begin(&db).await;
    for seq in [2, 3] {
        tx.grant_ticket_scope(TENANT, id(10), COMMUNITY, seq)
            .await
            .unwrap();
    }
    assert_eq!(numbers(&mut tx, COMMUNITY).await, Some((2, None, 2)));
}

async fn a_scope_granted_again_counts_from_the_second_time(db: Db) {
    let mut tx = begin(&db).await;
    tx.grant_ticket_scope(TENANT, id(10), COMMUNITY, 2)
        .await
        .unwrap();
    tx.revoke_ticket_scope(TENANT, id(10), COMMUNITY, 3)
        .await
        .unwrap();
    assert_eq!(numbers(&mut tx, COMMUNITY).await, Some((2, Some(3), 3)));
    tx.grant_ticket_scope(TENANT, id(10), COMMUNITY, 4)
        .await
        .unwrap();
    assert_eq!(numbers(&mut tx, COMMUNITY).await, Some((4, None, 4)));
}

async fn a_revoked_scope_is_revoked_once(db: Db) {
    let mut tx = begin(&db).await;
    tx.grant_ticket_scope(TENANT, id(10), COMMUNITY, 2)
        .await
        .unwrap();
    for seq in [3, 4] {
        tx.revoke_ticket_scope(TENANT, id(10), COMMUNITY, seq)
            .await
            .unwrap();
    }
    assert_eq!(numbers(&mut tx, COMMUNITY).await, Some((2, Some(3), 3)));
    let principals = tx.list_ticket_principals(TENANT, id(10)).await.unwrap();
    assert_eq!(principals, [TENANT]);
}
