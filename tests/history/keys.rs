//! A hub on a database needs the keys that the database was used with, and its folder for itself.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use basis::{Clock, Rng};
use harness::backends::{Backend, on_sqlite};
use harness::on_both_backends;
use harness::test_app::{NOW, TestApp, worker_exe};
use hub::App;

on_both_backends! {
    a_hub_without_the_keys_of_its_database_does_not_start,
    a_hub_with_other_keys_than_its_database_knows_does_not_start,
    signing_keys_may_be_replaced_one_after_the_other,
}

async fn start(hub: &TestApp) -> Result<(), String> {
    let config = hub.app().config().clone();
    let opened = App::open_with(config, Clock::fixed(NOW), Rng::os()).await;
    opened.map(drop).map_err(|error| error.to_string())
}

async fn a_hub_without_the_keys_of_its_database_does_not_start(hub: TestApp) {
    // The first start after the sub-district was made notes the keys.
    start(&hub).await.unwrap();
    let keys = hub.app().config().data.join("keys");
    let away = hub.app().config().data.join("keys-away");
    fs::rename(&keys, &away).unwrap();
    let refused = start(&hub).await.unwrap_err();
    assert!(refused.contains("missing"), "{refused}");
    assert!(
        refused.contains("put the key folder of this hub back"),
        "{refused}"
    );
    assert!(!keys.exists(), "no new keys are made");
    fs::rename(&away, &keys).unwrap();
    start(&hub).await.unwrap();
}

async fn a_hub_with_other_keys_than_its_database_knows_does_not_start(hub: TestApp) {
    start(&hub).await.unwrap();
    let keys = hub.app().config().data.join("keys");
    for name in ["cursor.key", "hand-over.key", "sealing.key", "signing.key"] {
        let own = fs::read(keys.join(name)).unwrap();
        fs::write(keys.join(name), [7; 32]).unwrap();
        let refused = start(&hub).await.unwrap_err();
        assert!(
            refused.contains("are not those that this database was used with"),
            "{refused}"
        );
        fs::write(keys.join(name), own).unwrap();
    }
    start(&hub).await.unwrap();
}

async fn signing_keys_may_be_replaced_one_after_the_other(hub: TestApp) {
    start(&hub).await.unwrap();
    let keys = hub.app().config().data.join("keys");
    let file = |name: &str| keys.join(name);
    // As the key folder's rules say: the next one is there, then it moves up, then the last one goes.
    fs::copy(file("signing.key"), file("spare.key")).unwrap();
    fs::write(file("spare.key"), [9; 32]).unwrap();
    fs::rename(file("spare.key"), file("signing-next.key")).unwrap();
    start(&hub).await.unwrap();
    fs::rename(file("signing.key"), file("signing-previous.key")).unwrap();
    fs::rename(file("signing-next.key"), file("signing.key")).unwrap();
    start(&hub).await.unwrap();
    fs::remove_file(file("signing-previous.key")).unwrap();
    start(&hub).await.unwrap();
}

#[test]
fn a_second_hub_on_a_data_folder_does_not_start() {
    on_sqlite(async |backend: Backend| {
        let serve = || {
            let mut command = Command::new(worker_exe());
            command
                .args([
                    "serve",
                    "--json",
                    "--log",
                    "off",
                    "--listen",
                    "127.0.0.1:0",
                    "--data",
                ])
                .arg(backend.folder())
                .env_clear()
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command
        };
        let mut first = serve().spawn().unwrap();
        let mut line = String::new();
        let mut told = BufReader::new(first.stdout.take().unwrap());
        told.read_line(&mut line).unwrap();
        let mut second = serve().spawn().unwrap();
        let mut started = String::new();
        let mut told = BufReader::new(second.stdout.take().unwrap());
        told.read_line(&mut started).unwrap();
        if !started.is_empty() {
            second.kill().unwrap();
        }
        let second = second.wait_with_output().unwrap();
        assert_eq!(started, "", "a second hub serves");
        assert_eq!(second.status.code(), Some(1));
        let said = String::from_utf8_lossy(&second.stderr).into_owned();
        assert!(
            said.contains("another hub is running on the data folder"),
            "{said}"
        );
        first.kill().unwrap();
        first.wait().unwrap();
        // The lock ended with its process, however that ended.
        let mut third = serve().spawn().unwrap();
        let mut told = BufReader::new(third.stdout.take().unwrap());
        line.clear();
        told.read_line(&mut line).unwrap();
        assert!(line.contains("listening"), "{line}");
        third.kill().unwrap();
        third.wait().unwrap();
    });
}
