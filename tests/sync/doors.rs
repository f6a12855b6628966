//! The two doors: what is received is durable, what is durable is decided, and every refusal has its code.

use std::time::Duration;

use axum::http::StatusCode;
use harness::on_both_backends;
use harness::phone::{post, post_bytes, push_of, receipts, request_of};
use serde_bytes::ByteBuf;
use store::devices::RevokeReason;
use sync_core::kinds::Kind;
use sync_core::protocol::{Push, encode};
use sync_core::{Id, Role, segment};

use super::scope::change_of;
use super::street::{MINUTE, Street, insert_ticket_of, phone};

on_both_backends! {
    a_lost_answer_leads_to_duplicates_only,
    an_answer_that_is_cut_anywhere_loses_nothing,
    a_request_that_is_cut_after_its_receipt_is_decided_all_the_same,
    what_was_received_before_a_crash_is_decided_after_it,
    a_forged_cursor_and_one_of_another_sub_district_lead_back_to_the_start,
    a_restored_hub_is_offered_again_what_it_may_have_lost,
    a_phone_that_was_away_during_a_restore_learns_what_was_taken_from_it,
    a_phone_that_lost_its_store_gets_its_own_work_back,
    a_change_under_another_devices_actor_is_refused_alone,
    a_change_with_a_number_that_was_used_is_refused_alone,
    a_quarantined_change_that_is_sent_again_is_told_its_reason_again,
    changes_that_come_in_the_wrong_order_wait_and_are_admitted,
    a_document_belongs_to_whoever_was_received_first,
    a_device_that_was_revoked_is_told_so_and_its_push_is_not_taken,
    a_request_that_is_none_is_refused_with_a_code,
}

async fn a_lost_answer_leads_to_duplicates_only(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "outcome", "partly");
    street.worker.lose_answer(&street.hub).await;
    assert_eq!(street.worker.row(doc).queued, 2);
    street.worker.crash();
    let request = street.worker.request();
    let answer = post(&street.hub, &street.worker.caller, &request).await;
    assert_eq!(receipts(&answer.body), [(0, 2, 0, vec![])]);
    street.worker.take(&answer.body);
    street.worker.sync(&street.hub).await;
    let row = street.worker.row(doc);
    assert_eq!((row.queued, row.received, row.admitted), (0, 0, 2));
    let mut tx = street.hub.app().store().read().await.unwrap();
    assert_eq!(
        tx.list_segments(street.hub.tenant(), doc)
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn an_answer_that_is_cut_anywhere_loses_nothing(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let mut docs = Vec::new();
    for room in ["101", "102", "103", "104"] {
        let doc = street.worker.create_visit(street.ticket);
        street.worker.set(doc, "room", room);
        street.worker.sync(&street.hub).await;
        docs.push(doc);
    }
    // Visits that move in another order than they began.
    for doc in [docs[2], docs[0], docs[2]] {
        street.worker.set(doc, "outcome", "partly");
        street.worker.sync(&street.hub).await;
    }
    let whole = post(
        &street.hub,
        &street.captain.caller,
        &street.captain.request(),
    )
    .await;
    for cut in (0..whole.body.len()).step_by(40) {
        let mut phone = harness::phone::Phone::new(
            &street.hub,
            &street.captain.caller,
            Role::BuildingCaptain,
            1_000 + cut as u64,
        );
        phone.take(&whole.body[..cut]);
        phone.crash();
        phone.sync(&street.hub).await;
        for doc in &docs {
            assert_eq!(phone.heads(*doc), street.worker.heads(*doc), "cut at {cut}");
        }
        assert_eq!(phone.replica().tickets().len(), 1, "cut at {cut}");
    }
}

async fn a_request_that_is_cut_after_its_receipt_is_decided_all_the_same(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    let request = street.worker.request();
    let mut sending = Box::pin(post(&street.hub, &street.worker.caller, &request));
    // The connection breaks as soon as the push is durable.
    while !known(&street, doc).await {
        let polled = futures_util::poll!(&mut sending);
        assert!(polled.is_pending(), "the hub answered before the cut");
    }
    drop(sending);
    let patience = tokio::time::timeout(Duration::from_secs(20), async {
        while !logged(&street, doc).await {
            tokio::task::yield_now().await;
        }
    });
    patience
        .await
        .expect("nobody sent the document to the gate");
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.row(doc).admitted, 1);
}

/// Whether anything of a document is durable.
async fn known(street: &Street, doc: Id) -> bool {
    let mut tx = street.hub.app().store().read().await.unwrap();
    !tx.list_known_hashes(street.hub.tenant(), &[doc])
        .await
        .unwrap()
        .is_empty()
}

/// Whether a document is in the log.
async fn logged(street: &Street, doc: Id) -> bool {
    let mut tx = street.hub.app().store().read().await.unwrap();
    tx.find_document(street.hub.tenant(), doc)
        .await
        .unwrap()
        .is_some()
}

async fn what_was_received_before_a_crash_is_decided_after_it(backend: harness::backends::Backend) {
    // A hub that cannot start its checking processes receives all the same.
    let broken = |config: &mut hub::config::Config| config.worker_exe = Some("/bin/false".into());
    let mut street = Street::open(backend, broken).await;
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "outcome", "partly");
    street.worker.exchange(&street.hub).await;
    let row = street.worker.row(doc);
    assert_eq!((row.queued, row.received, row.admitted), (0, 2, 0));
    assert!(!logged(&street, doc).await);

    street.hub = street
        .hub
        .reopen_with(|config| config.worker_exe = Some(harness::test_app::worker_exe()))
        .await;
    street.worker.sync(&street.hub).await;
    let row = street.worker.row(doc);
    assert_eq!((row.queued, row.received, row.admitted), (0, 0, 2));
    assert_eq!(street.logged(doc).await.0, street.worker.heads(doc));
}

async fn a_forged_cursor_and_one_of_another_sub_district_lead_back_to_the_start(
    mut street: Street,
) {
    let elsewhere = street.hub.add_tenant("minzhu", "民主街道").await;
    let stranger = street
        .hub
        .sign_in_to(elsewhere, Role::GridWorker, &[])
        .await;
    let mut spy = harness::phone::Phone::new(&street.hub, &stranger, Role::GridWorker, 41);
    spy.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;

    let own = street.worker.request();
    let mut forged = own.cursor.clone().unwrap();
    *forged.last_mut().unwrap() ^= 1;
    let mut ahead = own.cursor.clone().unwrap();
    ahead[39] += 1;
    let foreign = spy.request().cursor.unwrap();
    for cursor in [
        forged,
        ahead,
        foreign,
        ByteBuf::new(),
        ByteBuf::from(vec![0; 500]),
    ] {
        let mut request = own.clone();
        request.cursor = Some(cursor);
        let answer = post(&street.hub, &street.worker.caller, &request).await;
        assert_eq!(answer.status, StatusCode::OK);
        let taken = street.worker.take(&answer.body);
        assert!(taken.iter().any(|one| one.resync));
        assert!(taken.iter().all(|one| one.more.is_none()));
        street.worker.sync(&street.hub).await;
        assert_eq!(street.worker.row(doc).admitted, 1);
    }
    let mut request = spy.request();
    request.cursor = own.cursor;
    let answer = post(&street.hub, &stranger, &request).await;
    assert!(spy.take(&answer.body).iter().any(|one| one.resync));
}

async fn a_restored_hub_is_offered_again_what_it_may_have_lost(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let kept = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    let lost = street.worker.create_visit(street.ticket);
    street.worker.set(lost, "outcome", "resolved");
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    street.restore_without(lost).await;

    // The captain's phone has what the hub has lost, but it is not hers to offer.
    street.captain.sync(&street.hub).await;
    assert!(!logged(&street, lost).await);
    street.worker.sync(&street.hub).await;
    for doc in [kept, lost] {
        let row = street.worker.row(doc);
        assert_eq!((row.queued, row.received, row.quarantined), (0, 0, 0));
        assert_eq!(street.logged(doc).await.0, street.worker.heads(doc));
    }
    street.captain.sync(&street.hub).await;
    assert_eq!(street.captain.heads(lost), street.worker.heads(lost));
}

async fn a_phone_that_was_away_during_a_restore_learns_what_was_taken_from_it(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    street.begin_timeline().await;
    street.worker.sync(&street.hub).await;
    assert!(street.worker.replica().tickets()[0].removed);
    assert!(street.worker.visit(doc).locked);
}

async fn a_phone_that_lost_its_store_gets_its_own_work_back(mut street: Street) {
    street.worker.want_bytes = 1;
    street.worker.sync(&street.hub).await;
    let docs: Vec<_> = (0..3)
        .map(|_| street.worker.create_visit(street.ticket))
        .collect();
    street.worker.sync(&street.hub).await;
    for doc in &docs {
        street.worker.set(*doc, "outcome", "partly");
    }
    street.worker.sync(&street.hub).await;
    let heads: Vec<_> = docs.iter().map(|doc| street.worker.heads(*doc)).collect();
    street.worker.lose_store();
    street.worker.sync(&street.hub).await;
    let again: Vec<_> = docs.iter().map(|doc| street.worker.heads(*doc)).collect();
    assert_eq!(heads, again);
}

async fn a_change_under_another_devices_actor_is_refused_alone(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let (doc, now) = (street.worker.fresh_id(), street.worker.now());
    let first = change_of(7, "room", "101");
    let request = push_of(doc, street.ticket, &[first], now);
    let answer = post(&street.hub, &street.worker.caller, &request).await;
    assert_eq!(receipts(&answer.body), [(1, 0, 0, vec![])]);
    // Another phone that may write the visit uses the same actor, beside its own honest work.
    street.captain.sync(&street.hub).await;
    let own = street.captain.create_visit(street.ticket);
    let mut request = street.captain.request();
    let forged = change_of(7, "room", "102");
    request.push.push(Push {
        doc,
        kind: Kind::VISIT,
        ticket: street.ticket,
        segment: ByteBuf::from(segment::pack(&[forged])),
        signature: None,
    });
    let answer = post(&street.hub, &street.captain.caller, &request).await;
    assert_eq!(
        receipts(&answer.body),
        [(1, 0, 0, vec![]), (0, 0, 0, vec!["actor_of_other_device"])]
    );
    street.captain.take(&answer.body);
    street.captain.sync(&street.hub).await;
    assert_eq!(street.captain.row(own).admitted, 1);
    assert_eq!(street.aside().await, ["actor_of_other_device"]);
    street.worker.sync(&street.hub).await;
    assert_eq!(street.logged(doc).await.0.len(), 1);
}

async fn a_change_with_a_number_that_was_used_is_refused_alone(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let (doc, now) = (street.worker.fresh_id(), street.worker.now());
    let changes = [
        change_of(7, "room", "101"),
        change_of(7, "room", "102"),
        change_of(8, "room", "103"),
    ];
    let request = push_of(doc, street.ticket, &changes, now);
    let answer = post(&street.hub, &street.worker.caller, &request).await;
    assert_eq!(receipts(&answer.body), [(2, 0, 0, vec!["equivocation"])]);
    street
        .hub
        .app()
        .doors()
        .gate()
        .submit(street.hub.tenant(), &[doc])
        .await;
    assert_eq!(street.aside().await, ["equivocation"]);
    assert_eq!(street.logged(doc).await.0.len(), 2);
}

async fn a_quarantined_change_that_is_sent_again_is_told_its_reason_again(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street
        .worker
        .mark_as(doc, "submit", street.captain.caller.person);
    for _ in 0..2 {
        street.worker.lose_answer(&street.hub).await;
        street
            .hub
            .app()
            .doors()
            .gate()
            .submit(street.hub.tenant(), &[doc])
            .await;
    }
    let request = street.worker.request();
    let answer = post(&street.hub, &street.worker.caller, &request).await;
    assert_eq!(
        receipts(&answer.body),
        [(0, 1, 0, vec!["schema_violation"])]
    );
    assert_eq!(street.aside().await, ["schema_violation"]);
    street.worker.take(&answer.body);
    street.worker.sync(&street.hub).await;
    let row = street.worker.row(doc);
    assert_eq!((row.queued, row.admitted, row.quarantined), (0, 1, 1));
    // The phone goes on: what it writes now does not build on what was put aside.
    street.worker.set(doc, "outcome", "partly");
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.row(doc).admitted, 2);
    assert_eq!(street.logged(doc).await.0, street.worker.heads(doc));
}

async fn changes_that_come_in_the_wrong_order_wait_and_are_admitted(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let (doc, now) = (street.worker.fresh_id(), street.worker.now());
    let mut document = sync_core::document::Document::seeded(Kind::VISIT);
    let mut change = |room: &str| {
        let edit = harness::phone::set("room", room);
        document.edit(&edit, [7; 16], now).unwrap().unwrap()
    };
    let changes = ["101", "102", "103", "104"].map(&mut change);
    let mut seen = Vec::new();
    for n in [1, 2, 0, 3] {
        let request = push_of(doc, street.ticket, &changes[n..=n], now);
        let answer = post(&street.hub, &street.worker.caller, &request).await;
        seen.extend(receipts(&answer.body));
        street
            .hub
            .app()
            .doors()
            .gate()
            .submit(street.hub.tenant(), &[doc])
            .await;
    }
    let (received, waiting) = ((1, 0, 0, vec![]), (0, 0, 1, vec![]));
    assert_eq!(seen, [waiting.clone(), waiting, received.clone(), received]);
    assert_eq!(street.logged(doc).await.0, document.heads());
    assert!(street.aside().await.is_empty());
    // A second change under a number that waited and passed is known for what it is.
    let forged = push_of(doc, street.ticket, &[change_of(7, "room", "105")], now);
    let answer = post(&street.hub, &street.worker.caller, &forged).await;
    assert_eq!(receipts(&answer.body), [(0, 0, 0, vec!["equivocation"])]);
}

async fn a_document_belongs_to_whoever_was_received_first(backend: harness::backends::Backend) {
    let broken = |config: &mut hub::config::Config| config.worker_exe = Some("/bin/false".into());
    let mut street = Street::open(backend, broken).await;
    let elsewhere = street.hub.add_tenant("minzhu", "民主街道").await;
    let stranger = street
        .hub
        .sign_in_to(elsewhere, Role::GridWorker, &[])
        .await;
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.exchange(&street.hub).await;
    // Received, not yet decided: somebody of another sub-district uses the id for a ticket of their own.
    let now = street.worker.now();
    let theirs = insert_ticket_of(&street.hub, elsewhere).await;
    let request = push_of(doc, theirs, &[change_of(9, "room", "假")], now);
    let answer = post(&street.hub, &stranger, &request).await;
    assert_eq!(
        receipts(&answer.body),
        [(0, 0, 0, vec!["document_mismatch"])]
    );
    // And somebody of the same one who does not see the ticket.
    let mut other = phone(&street.hub, Role::GridWorker, &[street.other_grid], 42).await;
    other.sync(&street.hub).await;
    let ticket = street.add_ticket("grid", street.other_grid).await;
    let request = push_of(doc, ticket, &[change_of(10, "room", "假")], now);
    let answer = post(&street.hub, &other.caller, &request).await;
    assert_eq!(receipts(&answer.body), [(0, 0, 0, vec!["out_of_scope"])]);
}

async fn a_device_that_was_revoked_is_told_so_and_its_push_is_not_taken(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    let (tenant, device) = (street.hub.tenant(), street.worker.caller.device);
    let mut tx = street.hub.app().store().begin().await.unwrap();
    tx.revoke_device(
        tenant,
        device,
        RevokeReason::Lost,
        street.hub.app().clock().now(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let answer = post(&street.hub, &street.worker.caller, &street.worker.request()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.code(), "device_revoked");
    assert_eq!(answer.json()["wipe"], true);
    assert!(!known(&street, doc).await);
    // A token of the person's that names another device.
    let mut mixed = street.captain.caller.clone();
    mixed.person = street.worker.caller.person;
    let answer = post(&street.hub, &mixed, &street.worker.request()).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::UNAUTHORIZED, "login_required")
    );
    assert!(!known(&street, doc).await);
    street.captain.sync(&street.hub).await;
}

async fn a_request_that_is_none_is_refused_with_a_code(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let caller = street.worker.caller.clone();
    let doc = street.worker.create_visit(street.ticket);
    let good = street.worker.request();
    let mut future = good.clone();
    future.v = 2;
    for (body, status, code) in [
        (vec![], StatusCode::BAD_REQUEST, "request_malformed"),
        (
            vec![0xff; 100],
            StatusCode::BAD_REQUEST,
            "request_malformed",
        ),
        (
            vec![0x9f; 100_000],
            StatusCode::BAD_REQUEST,
            "request_malformed",
        ),
        (
            encode(&good)[..50].to_vec(),
            StatusCode::BAD_REQUEST,
            "request_malformed",
        ),
        (encode(&future), StatusCode::BAD_REQUEST, "protocol_version"),
        (
            vec![0; 1024 * 1024 + 1],
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
        ),
    ] {
        let answer = post_bytes(&street.hub, &caller, body).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
    }
    assert!(!known(&street, doc).await);
    // As large as allowed: many pushes of bytes that are no segment.
    let push = |n: u8| Push {
        doc: Id::from_bytes([n; 16]),
        kind: Kind::VISIT,
        ticket: street.ticket,
        segment: ByteBuf::from(vec![0xff; 100_000]),
        signature: None,
    };
    let request = request_of((0..10).map(push).collect(), street.worker.now());
    let answer = post(&street.hub, &caller, &request).await;
    assert_eq!(answer.status, StatusCode::OK);
    let refused = receipts(&answer.body);
    assert_eq!(refused, vec![(0, 0, 0, vec!["segment_malformed"]); 10]);
    street.worker.skew = 400 * 24 * 60 * MINUTE;
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.row(doc).admitted, 1);
}
