//! Importing files as the command line does, and the real ones.

use std::path::PathBuf;

use harness::test_app::TestApp;
use tables::Mapping;
use tables::intake::{self, Destination, Intake, IntakeError};

/// Imports into the sub-district of the hub.
pub(crate) async fn import(hub: &TestApp, content: Vec<u8>) -> Result<Intake, IntakeError> {
    let mappings = Mapping::embedded().unwrap();
    let file = intake::open(content.into(), mappings, None).await?;
    let to = Destination {
        take_over: tables::TakeOver::default(),
        tenant: hub.tenant(),
        by: None,
    };
    intake::take_in(hub.app().tables(), to, file, |_| {}).await
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
