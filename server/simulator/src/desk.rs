//! The office side of a simulation, done in the hub's database before the phones come: a sub-district that
//! exists for nothing else, grids with people and tickets, and a code for each phone.

mod opened;

use std::time::Duration;

use sync_core::{Id, Role, Timestamp};

use accounts::code;
use accounts::password::{self, PasswordError, Passwords};
use basis::Clock;
use basis::Rng;
use store::enrolments::Enrolment;
use store::people::{PasswordState, Person, PersonState};
use store::tenants::Tenant;
use store::tickets::{NewTicket, RequesterType, Urgency};
use store::units::{Unit, UnitKind};
use store::{Db, Tx};
use sync_core::lifecycle::TicketStep;
use tokio::time::sleep;

use opened::Opened;
pub use opened::Which;

/// How long a code works: longer than any run.
const CODE_MILLIS: i64 = 24 * 3600 * 1000;

/// Who records.
const WORKER: (Role, &str) = (Role::GridWorker, "模拟网格员");

/// How long the desk waits before it tries again what the database could not.
const PAUSE: Duration = Duration::from_millis(200);

impl DeskError {
    /// Whether the same may succeed later: the disk is full, or another writer was faster.
    pub const fn passes(&self) -> bool {
        matches!(self, Self::Store(error) if error.passes())
    }
}

/// The desk, with one password for everybody of this run.
#[derive(Debug)]
pub struct Desk {
    opened: Opened,
    clock: Clock,
    rng: Rng,
    tenant: Id,
    password: String,
    password_hash: String,
}

/// People who work on the same tickets.
#[derive(Clone, Debug)]
pub struct Grid {
    /// The grid itself.
    pub unit: Id,
    /// The people, each with a phone.
    pub people: Vec<Id>,
    /// Their tickets.
    pub tickets: Vec<Id>,
}

/// Why the desk cannot prepare a run.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The password could not be hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The tenant is a real one.
    #[error(
        "街道「{code}」不是模拟街道，不能写入模拟数据；请用 --tenant 换一个代码 / \
         sub-district {code} was not made by a simulation: choose another --tenant"
    )]
    RealTenant {
        /// Its code.
        code: String,
    },
    /// The database could not.
    #[error("the hub's database cannot be used")]
    Store(#[from] store::Error),
}

impl Desk {
    /// Opens the database at `url` and the tenant `code`, which it makes if there is none.
    ///
    /// # Errors
    /// For a tenant that no simulation has made.
    pub async fn open(url: &str, code: &str) -> Result<Self, DeskError> {
        let (clock, rng) = (Clock::system(), Rng::os());
        let opened = Opened::open(url).await?;
        let tenant = open_tenant(&opened.db().await?, code, clock.now(), &rng).await?;
        let password = password::generate(&rng);
        let password_hash = Passwords::new(1).hash(&password, &rng).await?;
        Ok(Self {
            opened,
            clock,
            rng,
            tenant,
            password,
            password_hash,
        })
    }

    /// The sub-district.
    pub const fn tenant(&self) -> Id {
        self.tenant
    }

    /// Which database is the hub's now. Another one: a backup was put back.
    ///
    /// # Errors
    /// If the database could not say.
    pub async fn which(&self) -> Result<Option<Which>, DeskError> {
        Ok(self.opened.which().await?)
    }

    /// How often a backup was put in the place of the database.
    pub async fn replaced(&self) -> u64 {
        self.opened.replaced().await
    }

    /// What everybody of this run types.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// Adds a grid with so many people and open tickets, seen by nobody else but the office.
    ///
    /// # Errors
    /// If the database could not.
    pub async fn add_grid(&self, people: usize, tickets: usize) -> Result<Grid, DeskError> {
        let now = self.clock.now();
        let unit = self.rng.new_id(now);
        let mut tx = self.opened.db().await?.begin().await?;
        tx.insert_unit(&Unit {
            id: unit,
            tenant: self.tenant,
            kind: UnitKind::Grid,
            code: unit.to_string(),
            name: "模拟网格".to_owned(),
            parent: None,
        })
        .await?;
        let seq = tx.next_seq(self.tenant).await?;
        let mut grid = Grid {
            unit,
            people: Vec::with_capacity(people),
            tickets: Vec::with_capacity(tickets),
        };
        for _ in 0..people {
            grid.people.push(
                self.insert_person(WORKER, &[unit], seq, now, &mut tx)
                    .await?,
            );
        }
        for number in 0..tickets {
            grid.tickets
                .push(self.add_ticket(unit, number, seq, now, &mut tx).await?);
        }
        tx.commit().await?;
        Ok(grid)
    }

    /// Adds somebody who works in several grids.
    ///
    /// # Errors
    /// If the database could not.
    pub async fn add_person(&self, grids: &[Grid]) -> Result<Id, DeskError> {
        let units: Vec<Id> = grids.iter().map(|grid| grid.unit).collect();
        let mut tx = self.opened.db().await?.begin().await?;
        let seq = tx.next_seq(self.tenant).await?;
        let now = self.clock.now();
        let person = self
            .insert_person(WORKER, &units, seq, now, &mut tx)
            .await?;
        tx.commit().await?;
        Ok(person)
    }

    /// Adds somebody of the hotline office, who signs in by [`Desk::username`] and [`Desk::password`].
    ///
    /// # Errors
    /// If the database could not.
    pub async fn add_hotline_worker(&self) -> Result<Id, DeskError> {
        let mut tx = self.opened.db().await?.begin().await?;
        let seq = tx.next_seq(self.tenant).await?;
        let now = self.clock.now();
        let office = (Role::HotlineWorker, "模拟热线工作人员");
        let person = self
            .insert_person(office, &[self.tenant], seq, now, &mut tx)
            .await?;
        tx.commit().await?;
        Ok(person)
    }

    /// What somebody of this run is called at a sign-in.
    pub fn username(person: Id) -> String {
        format!("sim-{}", person.to_string().to_lowercase())
    }

    /// Takes a ticket from its grid, as when the office gives it to somebody else.
    ///
    /// # Errors
    /// If the database could not.
    pub async fn take_away(&self, grid: &Grid, ticket: Id) -> Result<(), DeskError> {
        match self.write_loss(grid, ticket).await {
            // Then it stays where it is.
            Err(error) if error.passes() => Ok(()),
            answer => answer,
        }
    }

    async fn write_loss(&self, grid: &Grid, ticket: Id) -> Result<(), DeskError> {
        let mut tx = self.opened.db().await?.begin().await?;
        let seq = tx.next_seq(self.tenant).await?;
        tx.revoke_ticket_scope(self.tenant, ticket, grid.unit, seq)
            .await?;
        tx.touch_ticket(self.tenant, ticket, seq).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives tickets back to their grid; those that it has stay as they are.
    ///
    /// # Errors
    /// If the database could not.
    pub async fn give_back(&self, grid: &Grid, tickets: &[Id]) -> Result<(), DeskError> {
        loop {
            match self.write_return(grid, tickets).await {
                Err(error) if error.passes() => sleep(PAUSE).await,
                answer => return answer,
            }
        }
    }

    async fn write_return(&self, grid: &Grid, tickets: &[Id]) -> Result<(), DeskError> {
        let mut tx = self.opened.db().await?.begin().await?;
        for ticket in tickets {
            let scope = tx
                .find_ticket_scope(self.tenant, *ticket, grid.unit)
                .await?;
            if scope.is_some_and(|scope| scope.revoked_seq.is_none()) {
                continue;
            }
            let seq = tx.next_seq(self.tenant).await?;
            tx.grant_ticket_scope(self.tenant, *ticket, grid.unit, seq)
                .await?;
            tx.touch_ticket(self.tenant, *ticket, seq).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// A code that lets one more phone of a person in.
    ///
    /// # Errors
    /// If the database could not.
    pub async fn code(&self, person: Id) -> Result<String, DeskError> {
        loop {
            match self.write_code(person).await {
                Err(error) if error.passes() => sleep(PAUSE).await,
                answer => return answer,
            }
        }
    }

    async fn write_code(&self, person: Id) -> Result<String, DeskError> {
        let now = self.clock.now();
        let code = code::generate(&self.rng);
        let mut tx = self.opened.db().await?.begin().await?;
        tx.insert_enrolment(&Enrolment {
            code_hash: code.hash,
            tenant: self.tenant,
            person,
            created_by: None,
            created_at: now,
            expires_at: now.plus_millis(CODE_MILLIS),
            used_at: None,
            device: None,
        })
        .await?;
        tx.commit().await?;
        Ok(code.text)
    }

    async fn insert_person(
        &self,
        (role, name): (Role, &str),
        units: &[Id],
        seq: i64,
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<Id, store::Error> {
        let id = self.rng.new_id(now);
        tx.insert_person(&Person {
            id,
            tenant: self.tenant,
            username: Self::username(id),
            name: name.to_owned(),
            role,
            password_hash: Some(self.password_hash.clone()),
            password_state: PasswordState::Own,
            state: PersonState::Active,
            appointed_by: None,
            reference_seq: seq,
            created_at: now,
        })
        .await?;
        for principal in units.iter().chain([&id]) {
            tx.grant_principal(self.tenant, id, *principal, seq).await?;
        }
        Ok(id)
    }

    async fn add_ticket(
        &self,
        unit: Id,
        number: usize,
        seq: i64,
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<Id, store::Error> {
        let ticket = NewTicket {
            id: self.rng.new_id(now),
            source: "simulation".to_owned(),
            upstream_no: None,
            channel: None,
            request_kind: None,
            requester_type: RequesterType::default(),
            title: format!("模拟工单 {number}：楼道堆物"),
            description: "居民反映楼道内长期堆放杂物，影响通行，请核实处理。".to_owned(),
            category: [Some("城市管理".to_owned()), None, None],
            address: Some("模拟小区 1 号院".to_owned()),
            community: None,
            grid: Some(unit),
            unit_text: None,
            requester_masked: None,
            phone_masked: None,
            requester_sealed: None,
            status: TicketStep::Assign.to().unwrap_or_default(),
            urgency: Urgency::default(),
            dispatched_at: now,
            due_at: Some(now.plus_millis(CODE_MILLIS)),
            created_at: now,
            reply: None,
            replied_at: None,
        };
        tx.insert_tickets(self.tenant, std::slice::from_ref(&ticket), seq)
            .await?;
        tx.grant_ticket_scope(self.tenant, ticket.id, unit, seq)
            .await?;
        Ok(ticket.id)
    }
}

async fn open_tenant(db: &Db, code: &str, now: Timestamp, rng: &Rng) -> Result<Id, DeskError> {
    let mut tx = db.begin().await?;
    if let Some(tenant) = tx.find_tenant_by_code(code).await? {
        let simulated = tx.is_simulated(tenant.id).await?;
        let refusal = || DeskError::RealTenant {
            code: code.to_owned(),
        };
        return simulated.then_some(tenant.id).ok_or_else(refusal);
    }
    let tenant = Tenant {
        id: rng.new_id(now),
        code: code.to_owned(),
        name: "模拟街道".to_owned(),
        timeline: rng.new_id(now),
        seq: 0,
        created_at: now,
    };
    tx.insert_tenant(&tenant).await?;
    tx.mark_simulated(tenant.id).await?;
    tx.commit().await?;
    Ok(tenant.id)
}
