//! What a role may know of a ticket is one function, whichever way it looks: list, page, search, and the frames of phones.

use harness::on_both_backends;
use harness::test_app::Caller;
use serde_json::Value;
use store::devices::DeviceKind;
use sync_core::Role;
use sync_core::sight::TicketSight;

use super::street::{Street, phone};

on_both_backends! {
    every_role_knows_of_a_ticket_what_its_sight_says,
}

/// As `Street` has them on its ticket.
const REQUESTER: &str = "张*";
const PHONE: &str = "138****0000";

/// Whether a text holds what is the requester's.
fn tells(answer: &Value) -> bool {
    let text = answer.to_string();
    text.contains(REQUESTER) || text.contains(PHONE)
}

async fn every_role_knows_of_a_ticket_what_its_sight_says(street: Street) {
    let mut told = 0;
    for (number, role) in Role::ALL.iter().copied().enumerate() {
        let sight = TicketSight::of(role);
        let requester = sight.map(|sight| sight.requester(Some(REQUESTER)).is_some());
        let browser = street
            .hub
            .sign_in_with(
                DeviceKind::Browser,
                street.hub.tenant(),
                role,
                &[street.grid],
            )
            .await;
        let shown = look(&street, &browser).await;
        assert_eq!(shown, requester, "{role:?} in a browser");
        told += usize::from(shown == Some(true));
        if !role.is_field() {
            continue;
        }
        let mut phone = phone(&street.hub, role, &[street.grid], 40 + number as u64).await;
        phone.sync(&street.hub).await;
        let rows = phone.replica().tickets();
        if requester.is_none() {
            assert!(rows.is_empty(), "{role:?} sees no ticket");
            continue;
        }
        let held = serde_json::to_value(&rows).unwrap();
        assert_eq!(rows.len(), 1, "{role:?}");
        assert_eq!(Some(tells(&held)), requester, "{role:?} on a phone");
        let kept = rows[0].record.requester_masked == REQUESTER;
        assert_eq!(
            kept,
            rows[0].record.phone_masked == PHONE,
            "{role:?}: one without the other"
        );
    }
    assert!(told > 5, "{told} roles know who complained");
}

/// Whether pages, list and search tell who complained; `None` for a role that sees no tickets.
async fn look(street: &Street, who: &Caller) -> Option<bool> {
    let page = street
        .hub
        .get(&format!("/v1/tickets/{}", street.ticket), who)
        .await;
    let list = street.hub.get("/v1/tickets", who).await;
    if page.status == 403 {
        assert_eq!(list.status, 403);
        return None;
    }
    assert!(!tells(&list.json()), "a list tells who complained");
    // Nobody finds by a name or number what the page hides.
    let found = street
        .hub
        .get("/v1/tickets?query=138****0000", who)
        .await
        .json();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(0));
    let page = page.json();
    let (name, number) = (&page["requester_masked"], &page["phone_masked"]);
    assert_eq!(name == REQUESTER, number == PHONE);
    Some(name == REQUESTER)
}
