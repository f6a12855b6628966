//! Who has a ticket, and what becomes of work on one that was taken away.

use harness::on_both_backends;
use harness::phone::{Phone, post, push_of, receipts, set};
use serde_json::json;
use store::audit::AuditFilter;
use sync_core::replica::ReplicaError;
use sync_core::value::Value;
use sync_core::{Id, Role, Timestamp};

use super::street::{Street, phone};

on_both_backends! {
    a_reassigned_ticket_leaves_the_phone_and_work_on_it_goes_to_the_office,
    somebody_named_in_a_visit_gets_its_ticket,
    a_name_that_is_taken_out_takes_the_ticket_with_it,
    whoever_was_given_the_ticket_keeps_it_when_the_name_is_taken_out,
    who_works_here_no_more_is_named_and_not_offered,
    a_volunteer_shows_a_ticket_to_nobody,
    work_of_the_new_owner_does_not_give_the_ticket_back_to_the_old_one,
    a_visit_that_reaches_a_second_ticket_comes_whole_to_those_who_watch_it,
    a_person_who_joins_a_grid_gets_its_visits_and_loses_them_on_leaving,
    a_phone_of_another_sub_district_cannot_write_or_read_a_visit,
    a_ticket_given_back_can_be_worked_on_again,
    a_visit_begins_under_the_ticket_that_was_checked,
}

async fn a_reassigned_ticket_leaves_the_phone_and_work_on_it_goes_to_the_office(
    mut street: Street,
) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.sync(&street.hub).await;
    let (before, _) = street.logged(doc).await;
    // Out of reach: the office gives the ticket to another grid meanwhile.
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    street.worker.set(doc, "outcome", "resolved");
    let offline = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;

    let tickets = street.worker.replica().tickets();
    assert!(tickets[0].removed);
    for (doc, admitted, aside) in [(doc, 2, 1), (offline, 0, 1)] {
        let row = street.worker.row(doc);
        assert_eq!((row.queued, row.received), (0, 0));
        assert_eq!((row.admitted, row.quarantined), (admitted, aside));
        assert!(row.locked);
        let refused = street.worker.try_edit(doc, &set("outcome", "partly"));
        assert_eq!(refused, Err(ReplicaError::Locked));
    }
    assert_eq!(street.aside().await, ["out_of_scope", "out_of_scope"]);
    assert_eq!(street.logged(doc).await.0, before);
    let listed = street.hub.get("/v1/quarantine", &street.office).await;
    let items = listed.json()["items"].clone();
    let person = &items[0]["person"];
    assert_eq!(person["id"], json!(street.worker.caller.person));
    assert_eq!(person["name"], "王某某");
}

async fn somebody_named_in_a_visit_gets_its_ticket(mut street: Street) {
    let mut volunteer = phone(&street.hub, Role::Volunteer, &[], 21).await;
    volunteer.sync(&street.hub).await;
    assert!(volunteer.replica().tickets().is_empty());
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.sync(&street.hub).await;
    let user = Value::Text(volunteer.caller.person.to_string());
    street.worker.put(doc, "participants", &[("user", user)]);
    street.worker.sync(&street.hub).await;

    volunteer.sync(&street.hub).await;
    let tickets = volunteer.replica().tickets();
    assert_eq!(tickets[0].record.id, Some(street.ticket));
    volunteer.set(doc, "measure", "劝导并清理");
    volunteer.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.heads(doc), volunteer.heads(doc));
    assert_eq!(volunteer.row(doc).quarantined, 0);
}

async fn a_name_that_is_taken_out_takes_the_ticket_with_it(mut street: Street) {
    let mut helper = phone(&street.hub, Role::Police, &[], 23).await;
    let person = helper.caller.person;
    street.worker.sync(&street.hub).await;
    let mut entries = Vec::new();
    for _ in 0..2 {
        let doc = street.worker.create_visit(street.ticket);
        let user = Value::Text(person.to_string());
        let entry = street.worker.put(doc, "participants", &[("user", user)]);
        entries.push((doc, entry));
    }
    street.worker.sync(&street.hub).await;
    assert!(has_ticket(&mut helper, &street).await);
    let object = format!("ticket/{}/person/{person}", street.ticket);
    let by = street.worker.caller.person;
    let given = [("ticket.share".to_owned(), object.clone(), by)];
    assert_eq!(audit_of(&street, "ticket.share").await, given);

    street
        .worker
        .take_out(entries[0].0, "participants", entries[0].1);
    street.worker.sync(&street.hub).await;
    assert!(
        has_ticket(&mut helper, &street).await,
        "the other record still names them"
    );
    street
        .worker
        .take_out(entries[1].0, "participants", entries[1].1);
    street.worker.sync(&street.hub).await;
    assert!(!has_ticket(&mut helper, &street).await);
    let ended = [("ticket.share.end".to_owned(), object, by)];
    assert_eq!(audit_of(&street, "ticket.share.end").await, ended);
}

async fn whoever_was_given_the_ticket_keeps_it_when_the_name_is_taken_out(mut street: Street) {
    let mut helper = phone(&street.hub, Role::GridWorker, &[], 27).await;
    let person = helper.caller.person;
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    let user = Value::Text(person.to_string());
    let entry = street.worker.put(doc, "participants", &[("user", user)]);
    street.worker.sync(&street.hub).await;
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(street.hub.tenant()).await.unwrap();
    tx.grant_ticket_scope(street.hub.tenant(), street.ticket, person, seq)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    street.worker.take_out(doc, "participants", entry);
    street.worker.sync(&street.hub).await;
    assert!(has_ticket(&mut helper, &street).await);
}

async fn has_ticket(phone: &mut Phone, street: &Street) -> bool {
    phone.sync(&street.hub).await;
    let rows = phone.replica().tickets();
    rows.iter()
        .any(|row| row.record.id == Some(street.ticket) && !row.removed)
}

/// Rows of the audit log: act, object, who.
async fn audit_of(street: &Street, act: &str) -> Vec<(String, String, Id)> {
    let filter = AuditFilter {
        act: Some(act.to_owned()),
        ..AuditFilter::default()
    };
    let mut tx = street.hub.app().store().read().await.unwrap();
    let rows = tx.list_audit(street.hub.tenant(), &filter, 50).await;
    let rows = rows.unwrap().into_iter().filter(|(_, row)| row.act == act);
    rows.map(|(_, row)| (row.act, row.object, row.person.unwrap()))
        .collect()
}

async fn who_works_here_no_more_is_named_and_not_offered(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let captain = street.captain.caller.person;
    let left = |phone: &Phone| {
        let people = phone.replica().reference().people.clone();
        let found = people.into_iter().find(|one| one.id == captain);
        found.map(|one| (one.name, one.left))
    };
    assert_eq!(left(&street.worker), Some(("王某某".to_owned(), false)));
    let admin = street.hub.sign_in(Role::SystemAdmin, &[]).await;
    let path = format!("/v1/people/{captain}/disable");
    let answer = street.hub.post(&path, &admin, &json!({})).await;
    assert!(answer.status.is_success(), "{:?}", answer.body);
    street.worker.sync(&street.hub).await;
    assert_eq!(left(&street.worker), Some(("王某某".to_owned(), true)));
}

async fn a_volunteer_shows_a_ticket_to_nobody(mut street: Street) {
    let mut volunteer = phone(&street.hub, Role::Volunteer, &[street.grid], 25).await;
    let mut other = phone(&street.hub, Role::Volunteer, &[], 26).await;
    volunteer.sync(&street.hub).await;
    let doc = volunteer.create_visit(street.ticket);
    let user = Value::Text(other.caller.person.to_string());
    volunteer.put(doc, "participants", &[("user", user)]);
    volunteer.sync(&street.hub).await;
    other.sync(&street.hub).await;
    assert!(other.replica().tickets().is_empty());
    street.worker.sync(&street.hub).await;
    assert_eq!(
        street.worker.heads(doc),
        volunteer.heads(doc),
        "the visit itself is taken"
    );
}

async fn work_of_the_new_owner_does_not_give_the_ticket_back_to_the_old_one(mut street: Street) {
    let mut owner = phone(&street.hub, Role::GridWorker, &[street.other_grid], 22).await;
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.arrive(doc);
    let user = Value::Text(street.worker.caller.person.to_string());
    street.worker.put(doc, "participants", &[("user", user)]);
    street.worker.sync(&street.hub).await;
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    street.worker.sync(&street.hub).await;
    assert!(street.worker.replica().tickets()[0].removed);

    owner.sync(&street.hub).await;
    owner.set(doc, "outcome", "partly");
    owner.sync(&street.hub).await;
    street.worker.sync(&street.hub).await;
    assert!(street.worker.replica().tickets()[0].removed);
    let mut tx = street.hub.app().store().read().await.unwrap();
    let (tenant, person) = (street.hub.tenant(), street.worker.caller.person);
    assert!(!tx.sees_ticket(tenant, person, street.ticket).await.unwrap());
}

async fn a_visit_that_reaches_a_second_ticket_comes_whole_to_those_who_watch_it(
    mut street: Street,
) {
    let Street {
        hub,
        grid,
        other_grid,
        ..
    } = &street;
    let mut both = phone(hub, Role::GridWorker, &[*grid, *other_grid], 23).await;
    let mut neighbour = phone(hub, Role::GridWorker, &[*other_grid], 24).await;
    let second = street.add_ticket("grid", street.other_grid).await;
    both.sync(&street.hub).await;
    let doc = both.create_visit(street.ticket);
    both.set(doc, "address", "和平路1号");
    both.sync(&street.hub).await;
    // The neighbour is in step, and the visit is none of theirs so far.
    neighbour.sync(&street.hub).await;
    assert!(neighbour.replica().records().is_empty());
    let include = sync_core::edit::Edit::Include {
        set: "tickets".to_owned(),
        id: second,
        included: true,
    };
    both.edit(doc, &include);
    both.sync(&street.hub).await;
    neighbour.sync(&street.hub).await;
    assert_eq!(neighbour.heads(doc), both.heads(doc));
    assert_eq!(neighbour.record(doc), both.record(doc));
    // From then on it is theirs to write as well.
    neighbour.set(doc, "room", "101");
    neighbour.sync(&street.hub).await;
    both.sync(&street.hub).await;
    assert_eq!(neighbour.heads(doc), both.heads(doc));
    let page = street
        .hub
        .get(&format!("/v1/tickets/{second}"), &street.office)
        .await;
    assert_eq!(page.json()["visit_rows"][0]["id"], json!(doc));
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.heads(doc), both.heads(doc));
}

async fn a_person_who_joins_a_grid_gets_its_visits_and_loses_them_on_leaving(mut street: Street) {
    let mut newcomer = phone(&street.hub, Role::Volunteer, &[], 25).await;
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.sync(&street.hub).await;
    newcomer.sync(&street.hub).await;
    let (tenant, person) = (street.hub.tenant(), newcomer.caller.person);
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(tenant).await.unwrap();
    tx.grant_principal(tenant, person, street.grid, seq)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    newcomer.sync(&street.hub).await;
    assert_eq!(newcomer.heads(doc), street.worker.heads(doc));
    assert_eq!(newcomer.replica().tickets().len(), 1);

    let mut tx = street.hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(tenant).await.unwrap();
    tx.revoke_principal(tenant, person, street.grid, seq)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let taken = newcomer.exchange(&street.hub).await;
    assert!(taken.iter().any(|one| one.frame == "scope"));
    assert!(newcomer.replica().tickets()[0].removed);
    assert!(newcomer.visit(doc).locked);
    // What goes on in the grid is told to nobody who left it, not even that it goes on.
    street.worker.set(doc, "outcome", "partly");
    street.worker.mark(doc, "submit");
    street.worker.sync(&street.hub).await;
    let taken = newcomer.exchange(&street.hub).await;
    let frames: Vec<_> = taken.iter().map(|one| one.frame).collect();
    assert_eq!(frames, ["end"]);
}

async fn a_phone_of_another_sub_district_cannot_write_or_read_a_visit(mut street: Street) {
    let elsewhere = street.hub.add_tenant("minzhu", "民主街道").await;
    let stranger = street
        .hub
        .sign_in_to(elsewhere, Role::GridWorker, &[])
        .await;
    let mut spy = Phone::new(&street.hub, &stranger, Role::GridWorker, 26);
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    street.worker.sync(&street.hub).await;
    let change = change_of(7, "address", "假");
    let request = push_of(doc, street.ticket, std::slice::from_ref(&change), spy.now());
    let answer = post(&street.hub, &stranger, &request).await;
    assert_eq!(
        receipts(&answer.body),
        [(0, 0, 0, vec!["document_mismatch"])]
    );
    // A document that the hub does not know yet, under a ticket of the other sub-district.
    let request = push_of(spy.fresh_id(), street.ticket, &[change], spy.now());
    let answer = post(&street.hub, &stranger, &request).await;
    assert_eq!(receipts(&answer.body), [(0, 0, 0, vec!["out_of_scope"])]);
    spy.sync(&street.hub).await;
    assert!(spy.replica().records().is_empty() && spy.replica().tickets().is_empty());
    assert_eq!(street.logged(doc).await.0, street.worker.heads(doc));
    assert!(street.aside().await.is_empty());
}

async fn a_ticket_given_back_can_be_worked_on_again(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    street
        .assign(street.ticket, "grid", street.other_grid)
        .await;
    street.worker.sync(&street.hub).await;
    assert!(street.worker.visit(doc).locked);
    let mut owner = phone(&street.hub, Role::GridWorker, &[street.other_grid], 27).await;
    owner.sync(&street.hub).await;
    owner.set(doc, "building", "2号楼");
    owner.sync(&street.hub).await;
    street.assign(street.ticket, "grid", street.grid).await;
    street.worker.sync(&street.hub).await;
    assert!(!street.worker.visit(doc).locked);
    assert!(!street.worker.replica().tickets()[0].removed);
    street.worker.set(doc, "room", "302");
    street.worker.sync(&street.hub).await;
    let (heads, record) = street.logged(doc).await;
    assert_eq!(street.worker.heads(doc), heads);
    assert_eq!(record.field("building"), &Value::Text("2号楼".into()));
}

async fn a_visit_begins_under_the_ticket_that_was_checked(street: Street) {
    let foreign = street.add_ticket("grid", street.other_grid).await;
    let worker = &street.worker;
    let now = worker.now();
    // The second push of each new visit names a ticket that the worker does not see. Rows of one request are
    // in no order: with eight visits one would come first.
    let mut request = push_of(worker.fresh_id(), street.ticket, &[], now);
    request.push.clear();
    let docs: Vec<Id> = (0..8).map(|_| worker.fresh_id()).collect();
    for (n, doc) in (0..).zip(&docs) {
        let first = push_of(*doc, street.ticket, &[change_of(100 + n, "room", "1")], now);
        let second = push_of(*doc, foreign, &[change_of(200 + n, "room", "2")], now);
        request
            .push
            .extend(first.push.into_iter().chain(second.push));
    }
    let answer = post(&street.hub, &worker.caller, &request).await;
    assert_eq!(answer.status, 200);
    street
        .hub
        .app()
        .doors()
        .gate()
        .submit(street.hub.tenant(), &docs)
        .await;
    let mut tx = street.hub.app().store().read().await.unwrap();
    for doc in docs {
        let document = tx
            .find_document(street.hub.tenant(), doc)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(document.ticket, street.ticket);
        let tickets = tx
            .list_document_tickets(doc, document.tenant)
            .await
            .unwrap();
        assert_eq!(tickets, [street.ticket]);
    }
}

/// A change that writes one field of a fresh visit, under an actor made of `n`.
pub(crate) fn change_of(n: u8, field: &str, value: &str) -> Vec<u8> {
    let mut document = sync_core::document::Document::seeded(sync_core::kinds::Kind::VISIT);
    let now = Timestamp::from_millis(harness::test_app::NOW);
    document
        .edit(&set(field, value), [n; 16], now)
        .unwrap()
        .unwrap()
}
