//! Whole days of several phones on a network that loses requests and answers, cuts them anywhere and hands out
//! small pages, with phones that crash and an office that decides in between. In the evening all have one record.

use harness::backends::{Backend, on_postgres, on_sqlite};
use harness::phone::{Phone, post};
use harness::simulation::{Chance, gesture, scale};
use serde_json::json;
use sync_core::record::Record;
use sync_core::replica::ReplicaError;
use sync_core::{Id, Role};

use super::street::{Street, phone};

#[test]
fn days_without_a_reliable_network_end_in_one_record_on_sqlite() {
    for seed in 1..=scale(3, 24) as u64 {
        on_sqlite(async |backend: Backend| day(backend, seed).await);
    }
}

#[test]
fn days_without_a_reliable_network_end_in_one_record_on_postgres() {
    for seed in 1..=scale(1, 8) as u64 {
        on_postgres(async |backend: Backend| day(backend, 1_000 + seed).await);
    }
}

/// Who works, on what, and the chance that decides.
struct Day {
    street: Street,
    phones: Vec<Phone>,
    docs: Vec<Id>,
    tickets: Vec<Id>,
    chance: Chance,
}

async fn day(backend: Backend, seed: u64) {
    let street = Street::open(backend, |_| {}).await;
    let mut phones = Vec::new();
    for (n, role) in [
        (1, Role::GridWorker),
        (2, Role::BuildingCaptain),
        (3, Role::Volunteer),
    ] {
        phones.push(phone(&street.hub, role, &[street.grid], seed * 10 + n).await);
    }
    let both = [street.grid, street.other_grid];
    phones.push(phone(&street.hub, Role::GridHead, &both, seed * 10 + 4).await);
    let tickets = vec![
        street.ticket,
        street.add_ticket("grid", street.grid).await,
        street.add_ticket("grid", street.other_grid).await,
    ];
    let mut day = Day {
        street,
        phones,
        docs: Vec::new(),
        tickets,
        chance: Chance::new(seed),
    };
    for phone in &mut day.phones {
        phone.sync(&day.street.hub).await;
    }
    for _ in 0..90 {
        day.street.hub.app().clock().advance(20_000);
        day.step().await;
    }
    day.evening(seed).await;
}

impl Day {
    async fn step(&mut self) {
        let at = self.chance.below(self.phones.len());
        match self.chance.below(16) {
            0..=7 => self.write(at),
            8 => self.begin(at),
            9..=11 => self.ask(at).await,
            12 => {
                let phone = &mut self.phones[at];
                let pages = [1, 300, 2_000, 256 * 1024];
                phone.want_bytes = *self.chance.pick(&pages).unwrap();
                phone.exchange(&self.street.hub).await;
            }
            13 => self.phones[at].crash(),
            14 => self.decide().await,
            _ => self.settle().await,
        }
    }

    /// Somebody does something in a visit that their phone has.
    fn write(&mut self, at: usize) {
        let phone = &mut self.phones[at];
        let visits = phone.replica().records();
        let Some(row) = self.chance.pick(&visits) else {
            return;
        };
        let record = phone.record(row.doc);
        let edit = gesture(&record, phone.caller.person, phone.now(), &mut self.chance);
        match phone.try_edit(row.doc, &edit) {
            Ok(()) | Err(ReplicaError::Locked) => {}
            Err(error) => panic!("an honest gesture was refused: {error}, {edit:?}"),
        }
    }

    fn begin(&mut self, at: usize) {
        let phone = &mut self.phones[at];
        let tickets = phone.replica().tickets();
        let Some(ticket) = self.chance.pick(&tickets).filter(|ticket| !ticket.removed) else {
            return;
        };
        self.docs
            .push(phone.create_visit(ticket.record.id.unwrap()));
    }

    /// Asks once over a network that may lose the answer or cut it.
    async fn ask(&mut self, at: usize) {
        let phone = &mut self.phones[at];
        let answer = post(&self.street.hub, &phone.caller, &phone.request()).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        let arrives = match self.chance.below(4) {
            0 => 0,
            1 => self.chance.below(answer.body.len()),
            _ => answer.body.len(),
        };
        phone.take(&answer.body[..arrives]);
        if self.chance.below(6) == 0 {
            phone.crash();
        }
    }

    /// The office returns or approves something.
    async fn decide(&mut self) {
        let Some(doc) = self.chance.pick(&self.docs).copied() else {
            return;
        };
        let decision = if self.chance.below(3) == 0 {
            "approve"
        } else {
            "return"
        };
        let body = json!({"decision": decision, "remark": "请看", "accept_missing_photos": true});
        let answer = self.street.review(doc, body).await;
        assert!(
            [200, 404, 409].contains(&answer.status.as_u16()),
            "{:?}",
            answer.body
        );
    }

    /// The office picks where people disagree.
    async fn settle(&mut self) {
        let Some(doc) = self.chance.pick(&self.docs).copied() else {
            return;
        };
        let path = format!("/v1/visits/{doc}");
        let story = self.street.hub.get(&path, &self.street.office).await;
        if story.status != 200 {
            return;
        }
        let story = story.json();
        let Some(open) = story["disagreements"]
            .as_array()
            .and_then(|open| open.first())
        else {
            return;
        };
        let values = open["values"].as_array().unwrap();
        let pick = self.chance.pick(values).unwrap();
        let body = json!({"path": open["path"], "choice": pick["op"], "reason": "核实"});
        let answer = self.street.settle(doc, body).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
    }

    /// A good network: everything arrives.
    async fn evening(mut self, seed: u64) {
        for _ in 0..2 {
            for phone in &mut self.phones {
                phone.want_bytes = 700;
                phone.sync(&self.street.hub).await;
            }
        }
        assert!(self.street.aside().await.is_empty(), "seed {seed}");
        for (n, phone) in self.phones.iter_mut().enumerate() {
            let status = phone.replica().status();
            assert_eq!(
                (status.queued, status.received),
                (0, 0),
                "seed {seed}, phone {n}"
            );
            for row in phone.replica().records() {
                let (heads, record) = self.street.logged(row.doc).await;
                assert_eq!(
                    phone.heads(row.doc),
                    heads,
                    "seed {seed}, phone {n}, {}",
                    row.doc
                );
                assert_eq!(
                    phone.record(row.doc),
                    record,
                    "seed {seed}, phone {n}, {}",
                    row.doc
                );
                let story = self.street.story(row.doc).await;
                assert_eq!(
                    row.state, story["state"],
                    "seed {seed}, phone {n}, {}",
                    row.doc
                );
            }
            // What a start from the store shows is what is there.
            let mut again = phone.restored();
            for row in phone.replica().records() {
                let document = again.document(row.doc).unwrap();
                assert_eq!(Record::of(document), phone.record(row.doc));
            }
            assert_eq!(again.records(), phone.replica().records());
            assert_eq!(again.tickets(), phone.replica().tickets());
        }
        // Everybody of the grid has every visit of its tickets; the head of both grids has all.
        let head = self.phones[3].replica().records().len();
        assert_eq!(head, self.docs.len(), "seed {seed}");
        for phone in &self.phones[..3] {
            let tickets = phone.replica().tickets();
            let own = |ticket: &Id| tickets.iter().any(|one| one.record.id == Some(*ticket));
            assert!(
                own(&self.tickets[0]) && own(&self.tickets[1]),
                "seed {seed}"
            );
        }
    }
}
