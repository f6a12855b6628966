//! Backups: made while phones work, believed only when every byte is what it was, restored whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use backup::{BackupError, Parts, Passphrase};
use basis::{Clock, Rng};
use harness::backends::{Backend, on_postgres, on_sqlite};
use harness::on_both_backends;
use harness::photos::jpeg;
use harness::postgres;
use harness::snapshot::Snapshot;
use harness::test_app::{NOW, TestApp};
use hub::App;
use photos::{BlobStore, Rendition};
use store::Db;
use store::timelines::Cause;
use sync_core::MediaHash;

use crate::api::media::upload;
use crate::sync::street::Street;

on_both_backends! {
    a_backup_becomes_a_hub_again_and_phones_bring_what_came_after_it,
    a_backup_that_is_not_what_it_was_is_not_restored,
    a_backup_is_restored_into_an_empty_place_alone,
    photos_lie_with_the_backups_once,
    keys_are_in_a_backup_under_a_passphrase_alone,
    phones_are_told_what_a_backup_holds,
}

fn quiet(_: backup::Phase, _: u64, _: u64) {}

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery".parse().unwrap()).unwrap()
}

/// The folder of the backups of this test.
fn folder(hub: &TestApp) -> PathBuf {
    hub.backend().folder().join("backups")
}

async fn back_up(hub: &TestApp, passphrase: Option<&Passphrase>) -> backup::Made {
    let app = hub.app();
    let parts = Parts {
        store: app.store(),
        blobs: app.blobs(),
        data: &app.config().data,
        clock: app.clock(),
        rng: app.rng(),
    };
    backup::make(&parts, &folder(hub), passphrase, &mut quiet)
        .await
        .unwrap()
}

/// An empty place: a SQLite file and a folder.
struct Place {
    data: PathBuf,
    store: Db,
    blobs: BlobStore,
}

impl Place {
    async fn new(hub: &TestApp, name: &str) -> Self {
        let data = hub.backend().folder().join(name);
        fs::create_dir_all(&data).unwrap();
        let url = format!("sqlite://{}", data.join("warmline.sqlite").display());
        Self {
            store: Db::open(&url, harness::backends::options()).await.unwrap(),
            blobs: BlobStore::open(None, &data).unwrap(),
            data,
        }
    }

    async fn restore(
        &self,
        from: &Path,
        passphrase: Option<&Passphrase>,
    ) -> Result<backup::Restored, BackupError> {
        let parts = Parts {
            store: &self.store,
            blobs: &self.blobs,
            data: &self.data,
            clock: &Clock::fixed(NOW),
            rng: &Rng::os(),
        };
        backup::restore(&parts, from, passphrase, &mut quiet).await
    }
}

async fn a_backup_becomes_a_hub_again_and_phones_bring_what_came_after_it(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "room", "301");
    street.worker.sync(&street.hub).await;
    let photo = jpeg(64, 48, 3);
    upload(&street.hub, &street.worker.caller, &photo).await;
    // The keys are noted when a hub starts on a database.
    street.hub = street.hub.reopen().await;
    let made = back_up(&street.hub, Some(&passphrase())).await;
    assert_eq!((made.photos, made.copied, made.missing), (1, 1, 0));
    let copied = Snapshot::take(street.hub.app().store()).await;
    street.worker.set(doc, "building", "2号楼");
    let later = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;

    let place = Place::new(&street.hub, "new").await;
    let restored = place
        .restore(&folder(&street.hub), Some(&passphrase()))
        .await
        .unwrap();
    assert!(restored.has_keys);
    assert_eq!((restored.rows, restored.photos), (made.rows, 1));
    let again = Snapshot::take(&place.store).await;
    for table in store::dump::table_names() {
        // A new timeline began; thumbnails are made again; the backup was noted after it was made.
        if !["tenant", "timeline", "audit", "media"].contains(&table) {
            assert_eq!(again.rows(table), copied.rows(table), "{table}");
        }
    }
    let tenant = street.hub.tenant();
    let sha256 = MediaHash::of(&photo);
    let original = place
        .blobs
        .read(tenant, sha256, Rendition::Original)
        .await
        .unwrap();
    assert_eq!(original.unwrap(), photo);

    let mut config = street.hub.app().config().clone();
    config.data = place.data.clone();
    config.database_url = None;
    let clock = street.hub.app().clock().clone();
    place.store.close().await;
    let app = App::open_with(config, clock, Rng::os()).await.unwrap();
    let turn = app
        .store()
        .read()
        .await
        .unwrap()
        .find_last_turn(tenant)
        .await
        .unwrap();
    assert_eq!(turn.unwrap().cause, Cause::Restore);
    let hub = TestApp::over(app, tenant, street.hub.backend().clone());
    street.worker.sync(&hub).await;
    for doc in [doc, later] {
        let logged = crate::sync::street::logged(&hub, doc).await;
        assert_eq!(street.worker.heads(doc), logged.0);
    }
}

async fn a_backup_that_is_not_what_it_was_is_not_restored(street: Street) {
    upload(&street.hub, &street.worker.caller, &jpeg(64, 48, 4)).await;
    let made = back_up(&street.hub, None).await;
    backup::verify(&folder(&street.hub), &mut quiet).unwrap();
    let place = Place::new(&street.hub, "new").await;
    let mut files = vec![
        made.folder.join("rows/person"),
        made.folder.join("photos.list"),
    ];
    files.extend(photos_in(&folder(&street.hub)));
    assert_eq!(files.len(), 3);
    for file in files {
        let whole = fs::read(&file).unwrap();
        for broken in [changed(&whole), whole[..whole.len() - 1].to_vec()] {
            fs::write(&file, broken).unwrap();
            let error = backup::verify(&folder(&street.hub), &mut quiet).unwrap_err();
            assert!(matches!(error, BackupError::Damaged { .. }), "{error}");
            let error = place.restore(&made.folder, None).await.unwrap_err();
            assert!(error.to_string().contains("use another backup"), "{error}");
        }
        fs::remove_file(&file).unwrap();
        assert!(place.restore(&made.folder, None).await.is_err());
        fs::write(&file, whole).unwrap();
    }
    // Nothing of it is half applied: the same place takes the whole one.
    place.restore(&made.folder, None).await.unwrap();
}

fn changed(whole: &[u8]) -> Vec<u8> {
    let mut changed = whole.to_vec();
    changed[whole.len() / 2] ^= 1;
    changed
}

/// The photos that lie with the backups.
fn photos_in(folder: &Path) -> Vec<PathBuf> {
    let mut open = vec![folder.join("photos")];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.exists() {
            found.push(path);
        }
    }
    found
}

async fn a_backup_is_restored_into_an_empty_place_alone(street: Street) {
    let made = back_up(&street.hub, None).await;
    let place = Place::new(&street.hub, "new").await;
    place.restore(&made.folder, None).await.unwrap();
    let error = place.restore(&made.folder, None).await.unwrap_err();
    assert!(matches!(error, BackupError::NotEmpty), "{error}");
    // A folder without a manifest is a backup that was not finished.
    let half = folder(&street.hub).join("20991231T000000Z.unfinished");
    fs::create_dir_all(half.join("rows")).unwrap();
    assert_eq!(backup::newest(&folder(&street.hub)).unwrap(), made.folder);
    let error = backup::verify(&half, &mut quiet).unwrap_err();
    assert!(matches!(error, BackupError::NoBackup { .. }), "{error}");
}

async fn photos_lie_with_the_backups_once(street: Street) {
    let first = jpeg(64, 48, 5);
    upload(&street.hub, &street.worker.caller, &first).await;
    assert_eq!(back_up(&street.hub, None).await.copied, 1);
    upload(&street.hub, &street.worker.caller, &jpeg(64, 48, 6)).await;
    street.wait(1);
    let second = back_up(&street.hub, None).await;
    assert_eq!((second.photos, second.copied), (2, 1));
    assert_eq!(photos_in(&folder(&street.hub)).len(), 2);
}

async fn keys_are_in_a_backup_under_a_passphrase_alone(mut street: Street) {
    street.hub = street.hub.reopen().await;
    let made = back_up(&street.hub, None).await;
    assert!(!made.has_keys);
    let keys = street.hub.app().config().data.join("keys");
    let secret = fs::read(keys.join("sealing.key")).unwrap();
    street.wait(1);
    let sealed = back_up(&street.hub, Some(&passphrase())).await;
    let file = fs::read(sealed.folder.join("keys.sealed")).unwrap();
    assert!(!file.windows(8).any(|window| window == &secret[..8]));
    let wrong = Passphrase::new("wrong horse battery".parse().unwrap()).unwrap();
    let place = Place::new(&street.hub, "new").await;
    let error = place
        .restore(&sealed.folder, Some(&wrong))
        .await
        .unwrap_err();
    assert!(matches!(error, BackupError::WrongPassphrase), "{error}");
    assert!(
        place
            .restore(&sealed.folder, Some(&passphrase()))
            .await
            .unwrap()
            .has_keys
    );
    assert_eq!(
        fs::read(place.data.join("keys/sealing.key")).unwrap(),
        secret
    );
    assert!(Passphrase::new("short".parse().unwrap()).is_err());
    // With those of another hub nothing is restored.
    let other = Place::new(&street.hub, "other").await;
    basis::Keys::load(&other.data.join("keys"), &Rng::os()).unwrap();
    let error = other.restore(&made.folder, None).await.unwrap_err();
    assert!(matches!(error, BackupError::Keys(_)), "{error}");
    assert!(
        other
            .store
            .read()
            .await
            .unwrap()
            .list_tenants()
            .await
            .unwrap()
            .is_empty()
    );
    // Without them the hub says what to do.
    let bare = Place::new(&street.hub, "bare").await;
    assert!(!bare.restore(&made.folder, None).await.unwrap().has_keys);
    let mut config = street.hub.app().config().clone();
    config.data = bare.data.clone();
    config.database_url = None;
    bare.store.close().await;
    let refused = App::open_with(config, Clock::fixed(NOW), Rng::os()).await;
    let refused = refused.map(drop).unwrap_err().to_string();
    assert!(
        refused.contains("put the key folder of this hub back"),
        "{refused}"
    );
}

async fn phones_are_told_what_a_backup_holds(mut street: Street) {
    street.worker.sync(&street.hub).await;
    assert_eq!(street.worker.replica().status().secured_until, None);
    let made_at = street.hub.app().clock().now();
    back_up(&street.hub, None).await;
    street.worker.sync(&street.hub).await;
    let until = street.worker.replica().status().secured_until.unwrap();
    assert!(until < made_at, "what was on its way then may be missing");
    // A photo that the hub has lost is in no backup: from its receipt on nothing counts as secured.
    street.wait(10);
    let photo = jpeg(64, 48, 7);
    upload(&street.hub, &street.worker.caller, &photo).await;
    let received = street.hub.app().clock().now();
    let folder = street.hub.app().config().data.join("photos");
    fs::remove_dir_all(&folder).unwrap();
    fs::create_dir_all(&folder).unwrap();
    street.wait(10);
    assert_eq!(back_up(&street.hub, None).await.missing, 1);
    street.worker.sync(&street.hub).await;
    assert_eq!(
        street.worker.replica().status().secured_until,
        Some(received)
    );
}

#[test]
fn a_backup_of_either_database_becomes_the_other() {
    on_postgres(async |backend: Backend| {
        let from = TestApp::open(backend, |_| {}).await;
        let made = back_up(&from, None).await;
        // PostgreSQL to SQLite is every story above on PostgreSQL; here the way back.
        let place = Place::new(&from, "new").await;
        place.restore(&made.folder, None).await.unwrap();
        let Some(cluster) = postgres::Cluster::find() else {
            return;
        };
        let name = format!("warmline_back_{}", std::process::id());
        let url = cluster.create_database(&name).await;
        let store = Db::open(&url, harness::backends::options()).await.unwrap();
        let (clock, rng) = (Clock::fixed(NOW + 60_000), Rng::os());
        let parts = |store, blobs, data| Parts {
            store,
            blobs,
            data,
            clock: &clock,
            rng: &rng,
        };
        let dir = place.data.join("backups");
        let parts_of_place = parts(&place.store, &place.blobs, place.data.as_path());
        let made = backup::make(&parts_of_place, &dir, None, &mut quiet)
            .await
            .unwrap();
        let data = from.backend().folder().join("third");
        fs::create_dir_all(&data).unwrap();
        let before = Snapshot::take(&place.store).await;
        let parts = parts(&store, &place.blobs, data.as_path());
        backup::restore(&parts, &made.folder, None, &mut quiet)
            .await
            .unwrap();
        let after = Snapshot::take(&store).await;
        for table in ["person", "device", "unit", "ticket", "person_principal"] {
            assert_eq!(before.rows(table), after.rows(table), "{table}");
        }
        store.close().await;
        cluster.drop_database(&name).await;
    });
}

#[test]
fn the_program_backs_up_checks_and_restores() {
    on_sqlite(async |backend: Backend| {
        let run = |arguments: &[&str]| {
            let output = std::process::Command::new(harness::test_app::worker_exe())
                .args(arguments)
                .env_clear()
                .env("WARMLINE_BACKUP_PASSPHRASE", "correct horse battery")
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let failed = String::from_utf8_lossy(&output.stderr).into_owned();
            (output.status.code(), said, failed)
        };
        let path = |name: &str| backend.folder().join(name).display().to_string();
        let (data, backups, new) = (path("data"), path("backups"), path("new"));
        let org = path("org.json");
        let text = r#"{"street":{"code":"s1","name":"和平街道"},"communities":[{"code":"c1","name":"北苑社区"}]}"#;
        fs::write(&org, text).unwrap();
        assert_eq!(run(&["import", "org", &org, "--data", &data]).0, Some(0));
        let (code, said, failed) = run(&["backup", &backups, "--data", &data]);
        assert_eq!(code, Some(0), "{failed}");
        assert!(said.contains("backed up to"), "{said}");
        assert!(!said.contains("the keys are not in this"), "{said}");
        assert_eq!(run(&["backup", &backups, "--verify"]).0, Some(0));
        let (code, said, failed) = run(&["restore", &backups, "--data", &new]);
        assert_eq!(code, Some(0), "{failed}");
        assert!(said.contains("restored"), "{said}");
        let (code, _, failed) = run(&["restore", &backups, "--data", &new]);
        assert_eq!(code, Some(1));
        assert!(failed.contains("restored into an empty one"), "{failed}");
        let (code, said, failed) = run(&["rebuild", "--data", &new]);
        assert_eq!(code, Some(0), "{failed}");
        assert!(said.contains("derived again"), "{said}");
    });
}
