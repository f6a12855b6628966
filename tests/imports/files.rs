//! A hub with one sub-district, and files to import.

use std::path::PathBuf;

use clap::Parser as _;
use harness::backends::Backend;
use server::App;
use server::clock::Clock;
use server::commands::Cli;
use server::imports::Mapping;
use server::imports::intake::{self, Destination, Intake, IntakeError};
use server::rng::Rng;
use server::store::tenants::Tenant;
use sync_core::Id;

/// 2026-11-24 09:30 in Shanghai.
pub(crate) const NOW: i64 = 1_795_483_800_000;

pub(crate) struct Hub {
    pub(crate) app: App,
    pub(crate) tenant: Id,
}

impl Hub {
    pub(crate) async fn open(backend: &Backend) -> Self {
        let data = backend.folder().join("data");
        let data = data.to_str().unwrap();
        let arguments = [
            "warmline",
            "--data",
            data,
            "--database-url",
            backend.url(),
            "serve",
        ];
        let config = Cli::try_parse_from(arguments).unwrap().config;
        let clock = Clock::fixed(NOW);
        let app = App::open_with(config, clock, Rng::seeded(1)).await.unwrap();
        let now = app.clock().now();
        let tenant = Tenant {
            id: app.rng().new_id(now),
            code: "heping".to_owned(),
            name: "和平街道".to_owned(),
            timeline: app.rng().new_id(now),
            seq: 0,
            created_at: now,
        };
        let mut tx = app.store().begin().await.unwrap();
        tx.insert_tenant(&tenant).await.unwrap();
        tx.commit().await.unwrap();
        let tenant = tenant.id;
        Self { app, tenant }
    }

    /// Imports a file as the command line does.
    pub(crate) async fn import(&self, content: Vec<u8>) -> Result<Intake, IntakeError> {
        let mappings = Mapping::embedded().unwrap();
        let file = intake::open(content.into(), mappings, None).await?;
        let to = Destination {
            tenant: self.tenant,
            by: None,
        };
        intake::take_in(&self.app, to, file, |_| {}).await
    }
}

/// A file of the real data beside the project, or `None` where it may be missing.
pub(crate) fn real(name: &str) -> Option<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    match std::fs::read(folder.join(name)) {
        Ok(content) => Some(content),
        Err(error) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "The real data file {name} is missing on this CI machine: put the data folder at \
                 ../shared/data beside the project ({error})"
            );
            let test = std::thread::current();
            eprintln!(
                "skipped {}: {name} is missing",
                test.name().unwrap_or("a test")
            );
            None
        }
    }
}
