//! A hub of one sub-district, asked through its real router, with a clock and chance that tests decide.

mod again;
mod served;

use std::path::PathBuf;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use basis::Clock;
use basis::Rng;
use hub::App;
use hub::auth::rotation;
use hub::auth::token::{Access, RefreshPrefix};
use hub::config::Config;
use serde::Serialize;
use store::Db;
use store::devices::{Device, DeviceKind, DeviceState};
use store::people::{PasswordState, Person, PersonState};
use store::tenants::Tenant;
use store::units::{Unit, UnitKind};
use sync_core::{Id, Role, Timestamp};
use tower::ServiceExt as _;

pub use crate::answer::Answer;
use crate::backends::{Backend, FromBackend};
pub use served::Served;

/// 2026-11-24 09:30 in Shanghai, where every test begins.
pub const NOW: i64 = 1_795_483_800_000;

/// A hub and what keeps it.
pub struct TestApp {
    app: App,
    router: Router,
    tenant: Id,
    backend: Backend,
}

/// Somebody with a device that is signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Their sub-district.
    pub tenant: Id,
    /// Who.
    pub person: Id,
    /// With which device.
    pub device: Id,
    /// How that device signs in.
    pub kind: DeviceKind,
    refresh: RefreshPrefix,
}

impl FromBackend for TestApp {
    async fn from_backend(backend: Backend) -> Self {
        Self::open(backend, |_| {}).await
    }
}

impl TestApp {
    /// Opens a hub on the backend, with the settings that `change` makes of the defaults.
    pub async fn open(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        Self::open_on(backend.open().await, backend, change).await
    }

    /// The same on the backend's database as the test has opened it.
    pub async fn open_on(store: Db, backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::in_folder(&backend.folder().join("data"));
        config.database_url = backend.url().parse().ok();
        config.allow_unsafe_durability = true;
        config.worker_exe = Some(worker_exe());
        config.workers = 2.try_into().ok();
        // Tests do not depend on how full the machine is on which they run.
        config.limits.reserve_bytes = 0;
        change(&mut config);
        let app = App::open_on(store, config, Clock::fixed(NOW), Rng::seeded(1))
            .await
            .expect("the hub opens");
        let tenant = add_tenant(&app, "heping", "和平街道").await;
        Self {
            router: hub::router::router(app.clone()),
            app,
            tenant,
            backend,
        }
    }

    /// The hub's parts.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// The sub-district that was set up.
    pub const fn tenant(&self) -> Id {
        self.tenant
    }

    /// The database and folder of this test.
    pub const fn backend(&self) -> &Backend {
        &self.backend
    }

    /// Adds another sub-district.
    pub async fn add_tenant(&self, code: &str, name: &str) -> Id {
        add_tenant(&self.app, code, name).await
    }

    /// Adds a street, community or grid.
    pub async fn add_unit(&self, kind: UnitKind, code: &str, parent: Option<Id>) -> Id {
        let id = self.app.rng().new_id(self.app.clock().now());
        let mut tx = self
            .app
            .store()
            .begin()
            .await
            .expect("a transaction begins");
        tx.insert_unit(&Unit {
            id,
            tenant: self.tenant,
            kind,
            code: code.to_owned(),
            name: format!("{code} 单位"),
            parent,
        })
        .await
        .expect("a unit is added");
        tx.commit().await.expect("a unit is kept");
        id
    }

    /// Adds a person with this role to the sub-district, who acts for themselves, for `units`, and for
    /// the whole office if the role is one of the office, and signs in a device of theirs: a
    /// browser for a role with office pages, else a phone.
    pub async fn sign_in(&self, role: Role, units: &[Id]) -> Caller {
        self.sign_in_to(self.tenant, role, units).await
    }

    /// The same in another sub-district.
    pub async fn sign_in_to(&self, tenant: Id, role: Role, units: &[Id]) -> Caller {
        let kind = if role.has_office_pages() {
            DeviceKind::Browser
        } else {
            DeviceKind::Phone
        };
        self.sign_in_with(kind, tenant, role, units).await
    }

    /// The same with a phone, whatever the role.
    pub async fn sign_in_on_phone(&self, role: Role, units: &[Id]) -> Caller {
        self.sign_in_with(DeviceKind::Phone, self.tenant, role, units)
            .await
    }

    /// The same with a browser, whatever the role.
    pub async fn sign_in_at_browser(&self, role: Role, units: &[Id]) -> Caller {
        self.sign_in_with(DeviceKind::Browser, self.tenant, role, units)
            .await
    }

    /// The same with a device of this kind.
    pub async fn sign_in_with(
        &self,
        kind: DeviceKind,
        tenant: Id,
        role: Role,
        units: &[Id],
    ) -> Caller {
        let (store, rng, now) = (self.app.store(), self.app.rng(), self.app.clock().now());
        let person = rng.new_id(now);
        let device = device_of(tenant, person, kind, rng.new_id(now), now);
        let whole_office = role.is_office().then_some(tenant);
        let principals = units.iter().copied().chain([person]).chain(whole_office);

        let mut tx = store.begin().await.expect("a transaction begins");
        tx.insert_person(&Person {
            id: person,
            tenant,
            username: person.to_string(),
            name: "王某某".to_owned(),
            role,
            password_hash: None,
            password_state: PasswordState::Own,
            state: PersonState::Active,
            appointed_by: None,
            reference_seq: 0,
            created_at: now,
        })
        .await
        .expect("a person is added");
        tx.insert_device(&device).await.expect("a device is added");
        let refresh = rotation::start_phone(&mut tx, &device, now, rng)
            .await
            .expect("a device signs in");
        let seq = tx.next_seq(tenant).await.expect("the sequence goes on");
        for principal in principals {
            tx.grant_principal(tenant, person, principal, seq)
                .await
                .expect("a principal is granted");
        }
        tx.commit().await.expect("the person is kept");
        Caller {
            tenant,
            person,
            device: device.id,
            kind,
            refresh: refresh.prefix,
        }
    }

    /// Whoever signed in through the API and was given this access token.
    pub fn caller_of(&self, access: &str) -> Caller {
        let access = Access::verify(access, self.app.keys(), self.app.clock().now())
            .expect("the hub knows its own token");
        Caller {
            tenant: access.tenant,
            person: access.person,
            device: access.device,
            refresh: access.refresh,
            kind: access.kind,
        }
    }

    /// Signs in another device of the same person.
    pub async fn sign_in_again(&self, kind: DeviceKind, caller: &Caller) -> Caller {
        let now = self.app.clock().now();
        let device = device_of(
            caller.tenant,
            caller.person,
            kind,
            self.app.rng().new_id(now),
            now,
        );
        let mut tx = self
            .app
            .store()
            .begin()
            .await
            .expect("a transaction begins");
        tx.insert_device(&device).await.expect("a device is added");
        let refresh = rotation::start_phone(&mut tx, &device, now, self.app.rng())
            .await
            .expect("a device signs in");
        tx.commit().await.expect("the device is kept");
        Caller {
            device: device.id,
            kind,
            refresh: refresh.prefix,
            ..caller.clone()
        }
    }

    /// A fresh access token of the caller, as `Authorization` carries it.
    pub fn bearer(&self, caller: &Caller) -> String {
        let access = Access {
            tenant: caller.tenant,
            person: caller.person,
            device: caller.device,
            kind: caller.kind,
            refresh: caller.refresh,
        };
        let (token, _) = access
            .sign(self.app.keys(), self.app.clock().now())
            .expect("an access token is signed");
        format!("Bearer {token}")
    }

    /// Sends any request through the router.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let Ok(response) = self.router.clone().oneshot(request).await;
        Answer::read(response).await
    }

    /// Sends a request whose answer may have no end: whether it began well.
    pub async fn opens(&self, request: Request<Body>) -> bool {
        let Ok(response) = self.router.clone().oneshot(request).await;
        response.status().is_success()
    }

    /// Sends a `GET`.
    pub async fn get(&self, path: &str, caller: &Caller) -> Answer {
        let request = Request::get(path).header(header::AUTHORIZATION, self.bearer(caller));
        self.send(request.body(Body::empty()).expect("a request"))
            .await
    }

    /// Sends a `POST` with a JSON body.
    pub async fn post(&self, path: &str, caller: &Caller, body: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(body).expect("a body");
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::AUTHORIZATION, self.bearer(caller))
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(body.into()).expect("a request"))
            .await
    }

    /// Sends a file as it is.
    pub async fn post_bytes(&self, path: &str, caller: &Caller, file: &[u8]) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::AUTHORIZATION, self.bearer(caller))
            .header(header::CONTENT_TYPE, "application/octet-stream");
        self.send(request.body(file.to_vec().into()).expect("a request"))
            .await
    }

    /// Serves the hub on a socket of this machine.
    pub fn serve(&self) -> Served {
        Served::start(self.app.clone())
    }
}

/// The program that the hub starts as workers: built beside the tests, or named by
/// `WARMLINE_WORKER_EXE`.
pub fn worker_exe() -> PathBuf {
    let exe = std::env::var_os("WARMLINE_WORKER_EXE").map_or_else(built_beside, PathBuf::from);
    assert!(
        exe.exists(),
        "{} does not exist: run `cargo build -p server` before the tests",
        exe.display()
    );
    exe
}

/// Tests run from `target/PROFILE/deps/`, the program is in `target/PROFILE/`.
fn built_beside() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a file");
    let folder = test.parent().and_then(|deps| deps.parent());
    folder
        .expect("a test is built into a folder")
        .join("warmline")
}

fn device_of(tenant: Id, person: Id, kind: DeviceKind, id: Id, now: Timestamp) -> Device {
    Device {
        id,
        tenant,
        person,
        kind,
        name: "测试设备".to_owned(),
        state: DeviceState::Active,
        revoke_reason: None,
        enrolled_at: now,
        last_seen_at: None,
        app_version: None,
        unsent_changes: 0,
        unsent_photos: 0,
        clock_offset_ms: None,
        revoked_at: None,
    }
}

async fn add_tenant(app: &App, code: &str, name: &str) -> Id {
    let now = app.clock().now();
    let tenant = Tenant {
        id: app.rng().new_id(now),
        code: code.to_owned(),
        name: name.to_owned(),
        timeline: app.rng().new_id(now),
        seq: 0,
        created_at: now,
    };
    let mut tx = app.store().begin().await.expect("a transaction begins");
    tx.insert_tenant(&tenant).await.expect("a tenant is added");
    tx.commit().await.expect("a tenant is kept");
    tenant.id
}
