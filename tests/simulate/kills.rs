//! A hub that is killed again and again while phones work.

use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use harness::backends::Backend;
use harness::on_both_backends;

use super::hub::{Hub, simulate, whole};

on_both_backends! {
    a_hub_that_is_killed_again_and_again_loses_nothing_it_acknowledged,
}

/// How often the hub is killed; each life is a little longer than the last.
const KILLS: u64 = 10;

async fn a_hub_that_is_killed_again_and_again_loses_nothing_it_acknowledged(backend: Backend) {
    let mut hub = Hub::start(&backend, "127.0.0.1:0");
    let address = hub.address.clone();
    let size = [
        "--devices",
        "6",
        "--visits",
        "6",
        "--photos",
        "1",
        "--seed",
        "11",
    ];
    let mut phones = simulate(&backend, &address, &size)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for life in 0..KILLS {
        // A life of a hub is time, not an event that could be waited for.
        sleep(Duration::from_millis(200 + 60 * life));
        if phones.try_wait().unwrap().is_some() {
            break;
        }
        drop(hub);
        hub = Hub::start(&backend, &address);
    }
    whole(&phones.wait_with_output().unwrap());
    drop(hub);
}
