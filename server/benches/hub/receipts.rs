//! Receiving alone.

use std::time::Instant;

use super::figures::{Figures, ms};
use super::{Bench, DOCUMENTS, PHONES, VISITS, send_all, wait_decided};

/// Another cold push while the workers stand still: nothing but receiving. A worker that is late is killed
/// after two seconds, long after the last receipt.
pub(super) async fn measure(
    bench: &mut Bench,
    numbers: &mut impl Iterator<Item = u64>,
    figures: &mut Figures,
) {
    for (phone, grid) in bench.phones.iter_mut().zip(&bench.grids) {
        phone.record(VISITS, grid, numbers);
    }
    bench.hub.hold_workers(true).expect("the workers stop");
    let (before, begun) = (bench.hub.usage(), Instant::now());
    let received = send_all(bench).await;
    let (after, took) = (bench.hub.usage(), begun.elapsed());
    bench.hub.hold_workers(false).expect("the workers go on");
    assert_eq!(received, PHONES * VISITS * 30, "changes were not received");
    wait_decided(&bench.store).await;
    figures.note(
        "durable receipts alone, a document of 30 changes",
        "ms CPU",
        Some(0.3),
        ms(after.own - before.own) / DOCUMENTS,
    );
    figures.note(
        "durable receipts of 1,000 documents until the last",
        "ms wall",
        None,
        ms(took),
    );
}
