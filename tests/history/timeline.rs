//! A hub that was put back to an earlier state notices it, and phones give it again what they hold.

use harness::on_both_backends;
use harness::snapshot::Snapshot;
use store::timelines::Cause;
use sync_core::Id;

use crate::sync::street::Street;

on_both_backends! {
    a_phone_that_knows_more_than_the_hub_makes_it_begin_a_new_timeline,
    a_hub_that_others_have_pushed_past_the_lost_numbers_is_found_out_too,
    a_mark_ahead_of_the_database_begins_a_new_timeline_at_the_start,
    a_timeline_that_was_lost_with_the_database_is_found_out,
    a_hub_that_lost_nothing_stays_on_its_timeline,
}

async fn timeline(street: &Street) -> Id {
    let mut tx = street.hub.app().store().read().await.unwrap();
    let tenant = tx.find_tenant(street.hub.tenant()).await.unwrap();
    tenant.unwrap().timeline
}

async fn cause(street: &Street) -> Option<Cause> {
    let mut tx = street.hub.app().store().read().await.unwrap();
    let turn = tx.find_last_turn(street.hub.tenant()).await.unwrap();
    turn.map(|turn| turn.cause)
}

/// The street after its hub was put back.
async fn put_back(street: Street, then: &Snapshot, mark: bool) -> Street {
    let Street {
        hub,
        grid,
        other_grid,
        office,
        worker,
        captain,
        ticket,
    } = street;
    Street {
        hub: hub.put_back(then, mark).await,
        grid,
        other_grid,
        office,
        worker,
        captain,
        ticket,
    }
}

/// Both phones are in step, then the worker records something that the snapshot does not hold.
async fn with_a_lost_visit(street: &mut Street) -> (Snapshot, Id) {
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    let then = Snapshot::take(street.hub.app().store()).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "room", "301");
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    (then, doc)
}

async fn a_phone_that_knows_more_than_the_hub_makes_it_begin_a_new_timeline(mut street: Street) {
    let (then, doc) = with_a_lost_visit(&mut street).await;
    let before = timeline(&street).await;
    let mut street = put_back(street, &then, false).await;
    assert_eq!(timeline(&street).await, before, "nobody has noticed yet");
    street.worker.sync(&street.hub).await;
    assert_ne!(timeline(&street).await, before);
    assert_eq!(cause(&street).await, Some(Cause::Phone));
    assert_eq!(street.story(doc).await["state"], "submitted");
    assert_eq!(street.worker.heads(doc), street.logged(doc).await.0);
    street.captain.sync(&street.hub).await;
    assert_eq!(street.captain.heads(doc), street.logged(doc).await.0);
    // The office is told.
    let status = street.hub.get("/v1/status", &street.office).await.json();
    assert_eq!(status["turned"]["cause"], "phone", "{status}");
}

async fn a_hub_that_others_have_pushed_past_the_lost_numbers_is_found_out_too(mut street: Street) {
    let (then, doc) = with_a_lost_visit(&mut street).await;
    let mut street = put_back(street, &then, false).await;
    // The captain was in step with what is left, and takes the numbers of what was lost and more.
    let other = street.captain.create_visit(street.ticket);
    for room in 0..12 {
        street.captain.set(other, "room", &room.to_string());
        street.captain.sync(&street.hub).await;
    }
    assert_eq!(cause(&street).await, None);
    street.worker.sync(&street.hub).await;
    assert_eq!(cause(&street).await, Some(Cause::Phone));
    assert_eq!(street.worker.heads(doc), street.logged(doc).await.0);
    assert_eq!(street.worker.heads(other), street.logged(other).await.0);
}

async fn a_mark_ahead_of_the_database_begins_a_new_timeline_at_the_start(mut street: Street) {
    let (then, doc) = with_a_lost_visit(&mut street).await;
    let before = timeline(&street).await;
    let mut street = put_back(street, &then, true).await;
    assert_ne!(timeline(&street).await, before, "before any phone came");
    assert_eq!(cause(&street).await, Some(Cause::Mark));
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.heads(doc), street.logged(doc).await.0);
    // Started again, it has nothing to notice.
    let now = timeline(&street).await;
    street.hub = street.hub.reopen().await;
    assert_eq!(timeline(&street).await, now);
}

async fn a_timeline_that_was_lost_with_the_database_is_found_out(mut street: Street) {
    let (then, doc) = with_a_lost_visit(&mut street).await;
    let mut street = put_back(street, &then, false).await;
    street.worker.sync(&street.hub).await;
    let lost = timeline(&street).await;
    // Put back once more, to before the new timeline; the captain still stands on the first one.
    let mut street = put_back(street, &then, false).await;
    street.worker.sync(&street.hub).await;
    assert_ne!(timeline(&street).await, lost);
    street.captain.sync(&street.hub).await;
    assert_eq!(street.captain.heads(doc), street.logged(doc).await.0);
}

async fn a_hub_that_lost_nothing_stays_on_its_timeline(mut street: Street) {
    let (_, doc) = with_a_lost_visit(&mut street).await;
    let before = timeline(&street).await;
    street.hub.app().write_mark().await.unwrap();
    street.hub = street.hub.reopen().await;
    street.captain.sync(&street.hub).await;
    street.captain.set(doc, "building", "2号楼");
    street.captain.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    assert_eq!(timeline(&street).await, before);
    assert_eq!(cause(&street).await, None);
}
