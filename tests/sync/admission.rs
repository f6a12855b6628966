//! The hub under attack: hostile files through the front door, checking processes that die, a document that
//! cannot be written. The hub stays up, and honest work beside it passes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use doors::Author;
use harness::backends::Backend;
use harness::on_both_backends;
use harness::phone::{post, push_of, receipts};
use harness::test_app::{Caller, worker_exe};
use serde_bytes::ByteBuf;
use store::Tx;
use sync_core::edit::Edit;
use sync_core::kinds::Kind;
use sync_core::protocol::Push;
use sync_core::{Id, Role, segment};

use super::scope::change_of;
use super::street::Street;

on_both_backends! {
    a_checking_process_that_dies_in_the_middle_changes_no_verdict,
    a_change_that_ends_its_checking_process_is_put_aside_and_the_rest_goes_on,
    a_process_lost_once_more_is_not_held_against_the_change,
    a_document_that_cannot_be_written_holds_up_nobody_else,
    every_known_hostile_file_gets_a_code_and_harms_nothing,
}

/// How many checking processes were started.
fn started(street: &Street) -> usize {
    let folder = std::fs::read_dir(street.hub.backend().folder()).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name());
    let is_mark = |name: &std::ffi::OsString| name.to_string_lossy().starts_with("started.");
    names.filter(is_mark).count()
}

/// A program for checking processes of which those with these numbers die with their first job.
fn dying(folder: &Path, numbers: &[u32]) -> PathBuf {
    let greeting = format!("\\002{}", env!("CARGO_PKG_VERSION"));
    let length = env!("CARGO_PKG_VERSION").len() + 1;
    let numbers: String = numbers.iter().map(|number| format!("{number}|")).collect();
    let script = format!(
        "#!/bin/sh\n\
         count=1\n\
         while ! /bin/mkdir '{folder}/started'.$count 2>/dev/null; do count=$((count + 1)); done\n\
         case '{numbers}' in *\"$count|\"*)\n\
         printf '\\000\\000\\000\\{length:03o}{greeting}'; command -p head -c 1 >/dev/null; exit 1;;\n\
         esac\n\
         exec '{worker}' \"$@\"\n",
        folder = folder.display(),
        worker = worker_exe().display(),
    );
    let program = folder.join("worker.sh");
    std::fs::write(&program, script).unwrap();
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&program, executable).unwrap();
    program
}

async fn with_dying(backend: Backend, numbers: &[u32]) -> Street {
    let program = dying(backend.folder(), numbers);
    Street::open(backend, |config| {
        config.worker_exe = Some(program);
        config.workers = 1.try_into().ok();
    })
    .await
}

async fn a_checking_process_that_dies_in_the_middle_changes_no_verdict(backend: Backend) {
    // The first dies with the whole round, the second with the first document alone.
    let mut street = with_dying(backend, &[1, 2]).await;
    street.worker.sync(&street.hub).await;
    let (one, other) = (
        street.worker.create_visit(street.ticket),
        street.worker.create_visit(street.ticket),
    );
    for doc in [one, other] {
        street.worker.set(doc, "room", "101");
        street
            .worker
            .mark_as(doc, "submit", street.captain.caller.person);
    }
    street.worker.sync(&street.hub).await;
    for doc in [one, other] {
        let row = street.worker.row(doc);
        assert_eq!((row.admitted, row.quarantined), (2, 1));
        assert_eq!(street.logged(doc).await.0, street.worker.heads(doc));
    }
    assert_eq!(street.aside().await, ["schema_violation"; 2]);
    assert_eq!(started(&street), 3);
}

async fn a_change_that_ends_its_checking_process_is_put_aside_and_the_rest_goes_on(
    backend: Backend,
) {
    // The round, the document alone, and then the first of its changes by itself, twice.
    let mut street = with_dying(backend, &[1, 2, 3, 4]).await;
    let (doc, heads) = three_changes(&mut street).await;
    assert_eq!(street.aside().await, ["verification_failed"]);
    assert_eq!(started(&street), 5);
    assert_eq!(street.logged(doc).await.0, heads);
}

async fn a_process_lost_once_more_is_not_held_against_the_change(backend: Backend) {
    // As above, but the change by itself passes at its second try.
    let mut street = with_dying(backend, &[1, 2, 3]).await;
    let (doc, heads) = three_changes(&mut street).await;
    assert!(street.aside().await.is_empty());
    assert_eq!(started(&street), 4);
    assert_eq!(street.logged(doc).await.0.len(), heads.len() + 1);
}

/// Pushes a change and, in the wrong order, two of another actor; answers the heads of the two.
async fn three_changes(street: &mut Street) -> (Id, Vec<[u8; 32]>) {
    street.worker.sync(&street.hub).await;
    let (doc, now) = (street.worker.fresh_id(), street.worker.now());
    let mut document = sync_core::document::Document::seeded(Kind::VISIT);
    let mut write = |room: &str| {
        let edit = harness::phone::set("room", room);
        document.edit(&edit, [8; 16], now).unwrap().unwrap()
    };
    let (first, second) = (write("102"), write("103"));
    // The second of an actor comes before its first.
    let changes = [change_of(7, "room", "101"), second, first];
    let push = push_of(doc, street.ticket, &changes, now).push;
    let Caller {
        tenant,
        person,
        device,
        ..
    } = street.worker.caller.clone();
    let role = Role::GridWorker;
    let author = Author {
        released_until: None,
        tenant,
        person,
        device,
        role,
        key: None,
    };
    // One round, without the further ones that a request for the verdict would bring.
    let receiver = street.hub.app().doors().receiver();
    receiver
        .receive(author, push, None)
        .await
        .unwrap()
        .decided
        .await;
    (doc, document.heads())
}

async fn a_document_that_cannot_be_written_holds_up_nobody_else(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let broken = street.worker.create_visit(street.ticket);
    street.worker.sync(&street.hub).await;
    // Somebody damaged a row by hand.
    let mut tx = street.hub.app().store().begin().await.unwrap();
    let sql = "UPDATE visit SET people = '{}' WHERE doc = $1";
    let id = uuid::Uuid::from_bytes(broken.bytes());
    match &mut tx {
        Tx::Sqlite(tx) => drop(sqlx::query(sql).bind(id).execute(&mut **tx).await.unwrap()),
        Tx::Postgres(tx) => drop(sqlx::query(sql).bind(id).execute(&mut **tx).await.unwrap()),
    }
    tx.commit().await.unwrap();
    street.worker.set(broken, "room", "101");
    let whole = street.worker.create_visit(street.ticket);
    street.worker.exchange(&street.hub).await;
    street
        .hub
        .app()
        .doors()
        .gate()
        .submit(street.hub.tenant(), &[broken, whole])
        .await;
    street.worker.exchange(&street.hub).await;
    assert_eq!(street.worker.row(whole).admitted, 1);
    let row = street.worker.row(broken);
    assert_eq!((row.admitted, row.received, row.quarantined), (1, 1, 0));
}

async fn every_known_hostile_file_gets_a_code_and_harms_nothing(mut street: Street) {
    let Some(files) = hostile_files() else {
        return;
    };
    street.worker.sync(&street.hub).await;
    let before = resident();
    for (name, bytes) in files {
        let honest = street.worker.create_visit(street.ticket);
        street.worker.set(honest, "outcome", "partly");
        // As a change of a visit, and as it is.
        for packed in [segment::pack(&[&bytes]), bytes.clone()] {
            let mut request = street.worker.request();
            request.push.insert(
                0,
                Push {
                    doc: street.worker.fresh_id(),
                    kind: Kind::VISIT,
                    ticket: street.ticket,
                    segment: ByteBuf::from(packed),
                    signature: None,
                },
            );
            let answer = post(&street.hub, &street.worker.caller, &request).await;
            assert_eq!(answer.status, StatusCode::OK, "{name}");
            let told = receipts(&answer.body);
            let [(0, 0, 0, codes), (received, duplicate, 0, none)] = &told[..] else {
                panic!("{name}: {told:?}");
            };
            assert!(
                codes.len() == 1 && !codes[0].is_empty(),
                "{name}: {codes:?}"
            );
            assert!(
                none.is_empty() && received + duplicate == 2,
                "{name}: {told:?}"
            );
        }
        street.worker.sync(&street.hub).await;
        assert_eq!(street.worker.row(honest).admitted, 2, "{name}");
        let health = street.hub.get("/health/live", &street.office).await;
        assert_eq!(health.status, StatusCode::OK, "{name}");
    }
    let grown = peak().saturating_sub(before);
    assert!(grown < 64 * 1024, "the hub grew by {grown} KiB");
}

/// The hostile files beside the project, or `None` where they may be missing.
fn hostile_files() -> Option<Vec<(String, Vec<u8>)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/hostile-changes");
    let Ok(entries) = std::fs::read_dir(folder) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "The hostile files are missing on this CI machine: put the data folder at ../shared/data \
             beside the project"
        );
        eprintln!("skipped: the hostile files are missing");
        return None;
    };
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, std::fs::read(entry.path()).unwrap())
    };
    let mut files: Vec<_> = entries.map(read).collect();
    files.sort();
    assert!(!files.is_empty());
    Some(files)
}

/// Memory that this process has now, and the most it ever had, in KiB.
fn resident() -> u64 {
    status("VmRSS:")
}

fn peak() -> u64 {
    status("VmHWM:")
}

fn status(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap()
}

#[test]
fn the_largest_honest_gesture_is_admitted_by_a_checking_process() {
    harness::backends::on_sqlite(async |mut street: Street| {
        street.worker.sync(&street.hub).await;
        let doc = street.worker.create_visit(street.ticket);
        for first in ['一', '丁'] {
            let text: String = (first..).step_by(2).take(4_000).collect();
            let note = "finding".to_owned();
            street.worker.edit(doc, &Edit::SetNote { note, text });
        }
        street.worker.sync(&street.hub).await;
        let row = street.worker.row(doc);
        assert_eq!((row.admitted, row.quarantined), (3, 0));
        assert_eq!(street.logged(doc).await.0, street.worker.heads(doc));
    });
}
