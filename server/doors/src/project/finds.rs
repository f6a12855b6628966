//! 未诉先办 (S4): the record of what a patrol found makes the ticket that it belongs to, in the transaction that admits it.

use intake::direct;
use intake::find::{self, Finder};
use serde_json::json;
use store::Tx;
use store::audit::AuditEntry;
use store::device_days::day_of;
use store::ticket_events::NewTicketEvent;
use store::units::{Unit, UnitKind};
use sync_core::calendar::Day;
use sync_core::kinds::Kind;
use sync_core::kinds::visit::own_of;
use sync_core::lifecycle::life::FOUND;
use sync_core::{Id, Role, Timestamp};

use crate::addition::Addition;

/// Whether this is the record of a find: a visit that stands under itself.
pub(super) fn is_find(one: &Addition<'_>) -> bool {
    one.document.kind == Kind::VISIT && one.document.ticket == one.document.id
}

/// Makes the tickets of finds that have none. Whoever wrote the record sees its ticket from then on, as the office does. The
/// caller holds the sub-district's number: of two hubs one makes it.
pub(super) async fn make(
    tenant: Id,
    admissions: &[Addition<'_>],
    seq: i64,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let finds: Vec<&Addition<'_>> = admissions.iter().filter(|one| is_find(one)).collect();
    if finds.is_empty() {
        return Ok(());
    }
    let docs: Vec<Id> = finds.iter().map(|one| one.document.id).collect();
    let there = tx.find_ticket_states(tenant, &docs).await?;
    for one in finds {
        if there.contains_key(&one.document.id) {
            continue;
        }
        if let Some(person) = one.writers.first() {
            make_one(one, *person, seq, now, tx).await?;
        }
    }
    Ok(())
}

async fn make_one(
    one: &Addition<'_>,
    person: Id,
    seq: i64,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let (tenant, id) = (one.document.tenant, one.document.id);
    let units = tx.list_units_of_person(tenant, person).await?;
    let (community, grid) = place(&units);
    let finder = Finder {
        person,
        community,
        grid,
    };
    let n = tx.next_local_number(tenant, day_of(now)).await?;
    let number = direct::number(Day::of(now), n);
    let found = own_of(one.summary).find.unwrap_or_default();
    let (ticket, taken_in) = find::ticket(id, number, &found, &one.summary.place, finder, now);
    tx.insert_tickets(tenant, std::slice::from_ref(&ticket), seq)
        .await?;
    tx.update_intake(tenant, id, &taken_in).await?;
    // What the desk lets in may come from somebody who works with no ticket here.
    let known = tx.find_person(tenant, person).await?;
    let works = |role: Role| role.is_field() && !role.is_representative();
    if known.is_some_and(|person| works(person.role)) {
        tx.grant_ticket_scope(tenant, id, person, seq).await?;
    }
    let event = NewTicketEvent {
        at: now,
        person: Some(person),
        device: Some(one.document.device),
        kind: FOUND,
        detail: json!({
            "visit": id.to_string(),
            "channel": ticket.channel,
            "number": ticket.upstream_no,
            "found_at": taken_in.received_at,
        }),
    };
    tx.append_ticket_event(tenant, id, &event).await?;
    tx.renew_deadlines(tenant, &[id], seq, now).await?;
    let entry = AuditEntry {
        tenant,
        at: now,
        person: Some(person),
        device: Some(one.document.device),
        act: "ticket.found".to_owned(),
        object: format!("ticket/{id}"),
        result: "ok".to_owned(),
        request_id: id.to_string(),
    };
    tx.append_audit(&entry).await.map(drop)
}

/// The community and grid of somebody's units, where they have one and not several.
fn place(units: &[Unit]) -> (Option<Id>, Option<Id>) {
    let only = |mut ids: Vec<Id>| {
        ids.sort_unstable();
        ids.dedup();
        (ids.len() == 1).then(|| ids.first().copied()).flatten()
    };
    let of = |kind: UnitKind| units.iter().filter(move |unit| unit.kind == kind);
    let grid = only(of(UnitKind::Grid).map(|unit| unit.id).collect());
    let parents = of(UnitKind::Grid).filter_map(|unit| unit.parent);
    let own = of(UnitKind::Community).map(|unit| unit.id);
    let community = only(parents.chain(own).collect());
    (community, grid)
}
