//! A street with people of every role and one ticket, for stories of its life.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use harness::test_app::{Answer, Caller, NOW, TestApp};
use serde_json::{Value, json};
use store::devices::DeviceKind;
use store::ticket_events::NewTicketEvent;
use store::tickets::{NewTicket, RequesterType, Urgency};
use store::units::UnitKind;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Role, Timestamp};

pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The hub and everybody.
pub(crate) struct Life {
    pub(crate) hub: TestApp,
    pub(crate) community: Id,
    pub(crate) section: Id,
    people: BTreeMap<Role, Caller>,
}

impl Life {
    pub(crate) async fn open(hub: TestApp) -> Self {
        let community = hub.add_unit(UnitKind::Community, "C1", None).await;
        let section = hub.add_unit(UnitKind::Section, "S1", None).await;
        let mut people = BTreeMap::new();
        for role in Role::ALL {
            let sits = matches!(role, Role::SectionHandler | Role::EnterpriseTeam);
            let units: &[Id] = if sits {
                &[section]
            } else if role.is_field() && !role.is_representative() {
                &[community]
            } else {
                &[]
            };
            let kind = if role.has_office_pages() {
                DeviceKind::Browser
            } else {
                DeviceKind::Phone
            };
            people.insert(
                *role,
                hub.sign_in_with(kind, hub.tenant(), *role, units).await,
            );
        }
        Self {
            hub,
            community,
            section,
            people,
        }
    }

    /// The same people after a restart of the hub.
    pub(crate) async fn reopen(self) -> Self {
        Self {
            hub: self.hub.reopen().await,
            ..self
        }
    }

    pub(crate) fn of(&self, role: Role) -> &Caller {
        &self.people[&role]
    }

    /// A ticket from the upper level that stands there; everybody of the community and the section sees it.
    pub(crate) async fn ticket(&self, number: u32, state: TicketState) -> Id {
        let due = Some(Timestamp::from_millis(NOW + 5 * DAY));
        let dispatched = Timestamp::from_millis(NOW - HOUR);
        self.dispatched(number, state, RequesterType::Citizen, dispatched, due)
            .await
    }

    /// The same of somebody else, at another time; without a date of the upper level where none is given.
    pub(crate) async fn dispatched(
        &self,
        number: u32,
        state: TicketState,
        requester_type: RequesterType,
        dispatched_at: Timestamp,
        due_at: Option<Timestamp>,
    ) -> Id {
        let hub = &self.hub;
        let now = hub.app().clock().now();
        let ticket = new_ticket(hub, number, state, requester_type, dispatched_at, due_at);
        let mut tx = hub.app().store().begin().await.unwrap();
        let seq = tx.next_seq(hub.tenant()).await.unwrap();
        let tickets = std::slice::from_ref(&ticket);
        tx.insert_tickets(hub.tenant(), tickets, seq).await.unwrap();
        for unit in [self.community, self.section] {
            tx.grant_ticket_scope(hub.tenant(), ticket.id, unit, seq)
                .await
                .unwrap();
        }
        let imported = NewTicketEvent {
            at: now,
            person: None,
            device: None,
            kind: "imported",
            detail: json!({}),
        };
        tx.append_ticket_event(hub.tenant(), ticket.id, &imported)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        ticket.id
    }

    pub(crate) async fn show(&self, ticket: Id, role: Role) -> Value {
        let answer = self
            .hub
            .get(&format!("/v1/tickets/{ticket}"), self.of(role))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        answer.json()
    }

    /// What comes of an action by somebody of the role who has looked at the ticket last.
    pub(crate) async fn tries(&self, ticket: Id, role: Role, act: Value) -> Answer {
        let seen = self.show(ticket, Role::Leader).await["life"]["version"].clone();
        self.acts(ticket, role, &seen, act).await
    }

    pub(crate) async fn acts(&self, ticket: Id, role: Role, seen: &Value, act: Value) -> Answer {
        let path = format!("/v1/tickets/{ticket}/actions");
        let body = json!({ "seen": seen, "act": act });
        self.hub.post(&path, self.of(role), &body).await
    }

    /// The ticket after an action that must be done.
    pub(crate) async fn does(&self, ticket: Id, role: Role, act: Value) -> Value {
        let answer = self.tries(ticket, role, act.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{act}: {:?}", answer.body);
        answer.json()
    }

    /// Asserts that it is refused by this code and changes nothing.
    pub(crate) async fn refused(&self, ticket: Id, role: Role, act: Value, code: &str) {
        let before = self.show(ticket, Role::Leader).await;
        let answer = self.tries(ticket, role, act.clone()).await;
        assert!(answer.status.is_client_error(), "{act}: {:?}", answer.body);
        assert_eq!(answer.code(), code, "{act}");
        let after = self.show(ticket, Role::Leader).await;
        assert_eq!(before["events"], after["events"], "{act}");
        assert_eq!(before["status"], after["status"], "{act}");
    }
}

/// A ticket of the upper level before it is stored.
pub(crate) fn new_ticket(
    hub: &TestApp,
    number: u32,
    status: TicketState,
    requester_type: RequesterType,
    dispatched_at: Timestamp,
    due_at: Option<Timestamp>,
) -> NewTicket {
    let now = hub.app().clock().now();
    NewTicket {
        id: hub.app().rng().new_id(now),
        source: "office".to_owned(),
        upstream_no: Some(format!("L-{number}")),
        channel: Some("12345电话".to_owned()),
        request_kind: None,
        requester_type,
        title: format!("楼道堆物 {number}"),
        description: "二单元楼道堆放杂物。".to_owned(),
        category: [None, None, None],
        address: None,
        community: None,
        grid: None,
        unit_text: None,
        requester_masked: Some("张*".to_owned()),
        phone_masked: Some("138****0000".to_owned()),
        requester_sealed: None,
        status,
        urgency: Urgency::Normal,
        dispatched_at,
        due_at,
        created_at: now,
        reply: None,
        replied_at: None,
    }
}
