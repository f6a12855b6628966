//! A hub that starts again: on the same data, on other data, beside itself.

use basis::Rng;
use hub::App;
use hub::config::Config;
use sync_core::Id;

use super::TestApp;
use crate::backends::Backend;
use crate::snapshot::Snapshot;

impl TestApp {
    /// Opens the hub again on the same data, as after a crash: nothing is closed first.
    pub async fn reopen(self) -> Self {
        self.reopen_with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn reopen_with(self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.app.config().clone();
        change(&mut config);
        let app = App::open_with(config, self.app.clock().clone(), Rng::os())
            .await
            .expect("the hub opens again");
        Self {
            router: hub::router::router(app.clone()),
            app,
            tenant: self.tenant,
            backend: self.backend,
        }
    }

    /// Stops the hub, puts its database back to what it was then, and starts it again. `mark`: whether it has noted
    /// before how far it had come.
    pub async fn put_back(self, then: &Snapshot, mark: bool) -> Self {
        if mark {
            self.app.write_mark().await.expect("the mark is written");
        }
        let store = self.app.store().clone();
        then.put_back(&store).await;
        let (config, clock) = (self.app.config().clone(), self.app.clock().clone());
        let Self {
            app,
            tenant,
            backend,
            ..
        } = self;
        drop(app);
        let app = App::open_on(store, config, clock, Rng::os())
            .await
            .expect("the hub opens again");
        Self {
            router: hub::router::router(app.clone()),
            app,
            tenant,
            backend,
        }
    }

    /// Another hub on the same database and folder, beside this one.
    pub async fn beside(&self) -> Self {
        let (config, clock) = (self.app.config().clone(), self.app.clock().clone());
        let app = App::open_with(config, clock, Rng::seeded(9))
            .await
            .expect("a second hub opens on the same database");
        Self {
            router: hub::router::router(app.clone()),
            app,
            tenant: self.tenant,
            backend: self.backend.clone(),
        }
    }

    /// A hub that the test has opened itself.
    pub fn over(app: App, tenant: Id, backend: Backend) -> Self {
        Self {
            router: hub::router::router(app.clone()),
            app,
            tenant,
            backend,
        }
    }
}
