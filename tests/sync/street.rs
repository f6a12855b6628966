//! A sub-district in the middle of its day: an office, two grids, two people with phones, one ticket.

use harness::backends::{Backend, FromBackend};
use harness::phone::Phone;
use harness::test_app::{Answer, Caller, TestApp};
use hub::config::Config;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use store::tickets::{NewTicket, RequestKind, RequesterType, Urgency};
use store::timelines::{Cause, Turn};
use store::units::UnitKind;
use store::{Db, Tx};
use sync_core::gate::job::rebuild;
use sync_core::lifecycle::TicketState;
use sync_core::record::Record;
use sync_core::{Id, Role};

/// One minute in milliseconds.
pub(crate) const MINUTE: i64 = 60_000;

/// The hub and its people.
pub(crate) struct Street {
    pub(crate) hub: TestApp,
    pub(crate) grid: Id,
    pub(crate) other_grid: Id,
    pub(crate) office: Caller,
    /// A grid worker of the grid.
    pub(crate) worker: Phone,
    /// A building captain of the grid.
    pub(crate) captain: Phone,
    /// Assigned to the grid.
    pub(crate) ticket: Id,
}

impl FromBackend for Street {
    async fn from_backend(backend: Backend) -> Self {
        Self::open(backend, |_| {}).await
    }
}

impl Street {
    /// The same with other settings of the hub.
    pub(crate) async fn open(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        Self::open_on(backend.open().await, backend, change).await
    }

    /// The same on the backend's database as the test has opened it.
    pub(crate) async fn open_on(
        store: Db,
        backend: Backend,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let hub = TestApp::open_on(store, backend, change).await;
        let community = hub.add_unit(UnitKind::Community, "c1", None).await;
        let grid = hub.add_unit(UnitKind::Grid, "g1", Some(community)).await;
        let other_grid = hub.add_unit(UnitKind::Grid, "g2", Some(community)).await;
        let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
        let worker = phone(&hub, Role::GridWorker, &[grid], 11).await;
        let captain = phone(&hub, Role::BuildingCaptain, &[grid], 12).await;
        let mut street = Self {
            hub,
            grid,
            other_grid,
            office,
            worker,
            captain,
            ticket: Id::from_bytes([0; 16]),
        };
        street.ticket = street.add_ticket("grid", grid).await;
        street
    }

    /// Adds a ticket and assigns it.
    pub(crate) async fn add_ticket(&self, kind: &str, to: Id) -> Id {
        let ticket = insert_ticket(&self.hub).await;
        self.assign(ticket, kind, to).await;
        ticket
    }

    /// Adds tickets that a grid sees, fifty in a transaction.
    pub(crate) async fn add_tickets(&self, count: usize, grid: Id) -> Vec<Id> {
        let tickets: Vec<NewTicket> = (0..count).map(|_| new_ticket(&self.hub)).collect();
        let tenant = self.hub.tenant();
        for tickets in tickets.chunks(50) {
            let mut tx = self.hub.app().store().begin().await.unwrap();
            let seq = tx.next_seq(tenant).await.unwrap();
            tx.insert_tickets(tenant, tickets, seq).await.unwrap();
            for ticket in tickets {
                tx.grant_ticket_scope(tenant, ticket.id, grid, seq)
                    .await
                    .unwrap();
            }
            tx.commit().await.unwrap();
        }
        tickets.iter().map(|ticket| ticket.id).collect()
    }

    /// Gives a ticket to a unit or person, as the office does.
    pub(crate) async fn assign(&self, ticket: Id, kind: &str, to: Id) {
        let body = json!({
            "to": { "kind": kind, "id": to },
            "assigned_before": assigned(&self.hub, ticket).await,
        });
        let path = format!("/v1/tickets/{ticket}/assign");
        let answer = self.hub.post(&path, &self.office, &body).await;
        assert!(answer.status.is_success(), "{:?}", answer.body);
    }

    /// Everything of a visit, as the office sees it.
    pub(crate) async fn story(&self, doc: Id) -> Value {
        let answer = self
            .hub
            .get(&format!("/v1/visits/{doc}"), &self.office)
            .await;
        assert!(answer.status.is_success(), "{:?}", answer.body);
        answer.json()
    }

    /// What the screen of somebody who has just loaded the visit shows; 0 if there is none.
    pub(crate) async fn seen(&self, doc: Id) -> i64 {
        let mut tx = self.hub.app().store().read().await.unwrap();
        let document = tx.find_document(self.hub.tenant(), doc).await.unwrap();
        document.map_or(0, |document| document.changed_seq)
    }

    /// A decision on what has just been loaded, unless it says what it is on.
    pub(crate) async fn on_screen(&self, doc: Id, mut body: Value) -> Value {
        if body.get("seen").is_none() {
            body["seen"] = json!(self.seen(doc).await);
        }
        body
    }

    /// Decides on a visit.
    pub(crate) async fn review(&self, doc: Id, body: Value) -> Answer {
        let body = self.on_screen(doc, body).await;
        let path = format!("/v1/visits/{doc}/review");
        self.hub.post(&path, &self.office, &body).await
    }

    /// Picks among values on which people disagree.
    pub(crate) async fn settle(&self, doc: Id, body: Value) -> Answer {
        let body = self.on_screen(doc, body).await;
        let path = format!("/v1/visits/{doc}/settle");
        self.hub.post(&path, &self.office, &body).await
    }

    /// The newest changes of a document and all that it says, built from the hub's log.
    pub(crate) async fn logged(&self, doc: Id) -> (Vec<[u8; 32]>, Record) {
        logged(&self.hub, doc).await
    }

    /// The codes of all that was put aside, the newest first.
    pub(crate) async fn aside(&self) -> Vec<String> {
        let answer = self.hub.get("/v1/quarantine", &self.office).await;
        let items = answer.json()["items"].as_array().unwrap().clone();
        let code = |item: Value| item["code"].as_str().unwrap().to_owned();
        items.into_iter().map(code).collect()
    }

    /// Puts the hub back to a backup that is older than this document: nothing of it is left, and a new
    /// timeline begins.
    pub(crate) async fn restore_without(&self, doc: Id) {
        self.lose(doc).await;
        self.begin_timeline().await;
    }

    /// Begins a new timeline, as after a restore.
    pub(crate) async fn begin_timeline(&self) {
        let mut tx = self.hub.app().store().begin().await.unwrap();
        let tenant = tx.find_tenant(self.hub.tenant()).await.unwrap().unwrap();
        let turn = Turn {
            tenant: tenant.id,
            from: tenant.timeline,
            to: self.worker.fresh_id(),
            unknown: None,
            at_least: tenant.seq,
            cause: Cause::Restore,
        };
        let now = self.hub.app().clock().now();
        assert!(tx.begin_timeline(&turn, now).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Takes everything of a document out of the hub's database, and nothing tells of it.
    pub(crate) async fn lose(&self, doc: Id) {
        const LOST: [(&str, &str); 8] = [
            ("photo_list", "doc"),
            ("document_photo", "doc"),
            ("document_ticket", "doc"),
            ("disagreement", "doc"),
            ("visit", "doc"),
            ("segment", "doc"),
            ("document_actor", "doc"),
            ("document", "id"),
        ];
        let lost = uuid::Uuid::from_bytes(doc.bytes());
        let mut tx = self.hub.app().store().begin().await.unwrap();
        for (table, column) in LOST {
            let sql = AssertSqlSafe(format!("DELETE FROM {table} WHERE {column} = $1"));
            match &mut tx {
                Tx::Sqlite(tx) => drop(sqlx::query(sql).bind(lost).execute(&mut **tx).await),
                Tx::Postgres(tx) => drop(sqlx::query(sql).bind(lost).execute(&mut **tx).await),
            }
        }
        tx.commit().await.unwrap();
    }

    /// Moves the time on.
    pub(crate) fn wait(&self, minutes: i64) {
        self.hub.app().clock().advance(minutes * MINUTE);
    }
}

/// Who has a ticket.
pub(crate) async fn assigned(hub: &TestApp, ticket: Id) -> Option<Id> {
    let mut tx = hub.app().store().read().await.unwrap();
    let found = tx.find_ticket(hub.tenant(), ticket, None).await.unwrap();
    found
        .and_then(|ticket| ticket.row.assigned)
        .map(|has| has.id)
}

/// Somebody new with a phone in hand.
pub(crate) async fn phone(hub: &TestApp, role: Role, units: &[Id], seed: u64) -> Phone {
    let caller = hub.sign_in_on_phone(role, units).await;
    Phone::new(hub, &caller, role, seed)
}

/// A ticket that only the office sees.
pub(crate) async fn insert_ticket(hub: &TestApp) -> Id {
    insert_ticket_of(hub, hub.tenant()).await
}

/// The same in another sub-district.
pub(crate) async fn insert_ticket_of(hub: &TestApp, tenant: Id) -> Id {
    let ticket = new_ticket(hub);
    let id = ticket.id;
    let mut tx = hub.app().store().begin().await.unwrap();
    let seq = tx.next_seq(tenant).await.unwrap();
    tx.insert_tickets(tenant, &[ticket], seq).await.unwrap();
    tx.grant_ticket_scope(tenant, id, tenant, seq)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

/// A ticket as it comes from the upper level.
pub(crate) fn new_ticket(hub: &TestApp) -> NewTicket {
    let now = hub.app().clock().now();
    let id = hub.app().rng().new_id(now);
    NewTicket {
        id,
        source: "office".to_owned(),
        upstream_no: Some(format!("T-{id}")),
        channel: Some("12345电话".to_owned()),
        request_kind: Some(RequestKind::Complaint),
        requester_type: RequesterType::Citizen,
        title: "楼道堆物".to_owned(),
        description: "二单元楼道堆放杂物，存在火灾隐患。".to_owned(),
        category: [Some("城市管理".to_owned()), None, None],
        address: Some("和平路1号".to_owned()),
        community: None,
        grid: None,
        unit_text: None,
        requester_masked: Some("张*".to_owned()),
        phone_masked: Some("138****0000".to_owned()),
        requester_sealed: None,
        status: TicketState::New,
        urgency: Urgency::Normal,
        dispatched_at: now,
        due_at: Some(now.plus_millis(3 * 24 * 60 * MINUTE)),
        created_at: now,
        reply: None,
        replied_at: None,
    }
}

/// A document from the hub's log: its heads and all that it says.
pub(crate) async fn logged(hub: &TestApp, doc: Id) -> (Vec<[u8; 32]>, Record) {
    let mut tx = hub.app().store().read().await.unwrap();
    let segments = tx.list_segments(hub.tenant(), doc).await.unwrap();
    let row = tx.find_document(hub.tenant(), doc).await.unwrap().unwrap();
    let packed: Vec<_> = segments.iter().map(|segment| &segment.bytes).collect();
    let document = rebuild(row.kind, &packed).unwrap();
    assert_eq!(
        document.heads().concat(),
        row.heads,
        "the row knows its log"
    );
    (document.heads(), Record::of(&document))
}
