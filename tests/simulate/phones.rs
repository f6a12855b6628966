//! Phones over a network that cuts connections, on the real program.

use std::fs;

use harness::backends::Backend;
use harness::on_both_backends;

use super::hub::{Hub, simulate, whole};

on_both_backends! {
    nothing_acknowledged_is_lost_when_connections_are_cut,
    bytes_that_are_no_honest_change_are_kept_out_beside_honest_ones,
}

async fn nothing_acknowledged_is_lost_when_connections_are_cut(backend: Backend) {
    let hub = Hub::start(&backend, "127.0.0.1:0");
    let size = [
        "--devices",
        "6",
        "--visits",
        "4",
        "--photos",
        "1",
        "--seed",
        "7",
    ];
    let outcome = whole(&simulate(&backend, &hub.address, &size).output().unwrap());
    assert_eq!(outcome["acknowledged"], outcome["sent"]);
    assert_eq!(outcome["photos"]["acknowledged"], 24);
    assert!(outcome["faults"]["cuts"].as_u64().unwrap() > 0, "{outcome}");
}

async fn bytes_that_are_no_honest_change_are_kept_out_beside_honest_ones(backend: Backend) {
    let hub = Hub::start(&backend, "127.0.0.1:0");
    let folder = backend.folder().join("files");
    fs::create_dir(&folder).unwrap();
    let seed = sync_core::kinds::Kind::VISIT.seed();
    let files: [(&str, &[u8]); 4] = [
        ("1-empty", b""),
        ("2-words", b"no change at all"),
        ("3-cut", &seed[..seed.len() / 2]),
        ("4-seed-again", seed),
    ];
    for (name, content) in files {
        fs::write(folder.join(name), content).unwrap();
    }
    let folder = folder.to_str().unwrap();
    let outcome = whole(
        &simulate(&backend, &hub.address, &["--hostile", folder])
            .output()
            .unwrap(),
    );
    assert_eq!(outcome["files"].as_array().unwrap().len(), files.len());
    assert_eq!(outcome["honest"]["accepted"], files.len());
}
