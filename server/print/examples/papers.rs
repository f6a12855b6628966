//! Prints the papers of the tests, and what each one costs in processor time:
//! `cargo run -p print --release --example papers -- FOLDER`.

use std::path::PathBuf;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "they are papers of the tests"
)]
#[path = "../tests/made.rs"]
mod made;

const ROUNDS: usize = 21;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    for (name, paper) in [
        ("agreement-3", made::agreement(3)),
        ("agreement-40", made::agreement(40)),
        ("record", made::record()),
        ("oral", made::oral()),
        ("book", made::book(280)),
    ] {
        let mut times = Vec::with_capacity(ROUNDS);
        let rendered = loop {
            let began = processor_time();
            let rendered = print::render(&paper)?;
            times.push(processor_time().saturating_sub(began));
            if times.len() == ROUNDS {
                break rendered;
            }
        };
        let first = times.first().copied().unwrap_or_default();
        times.sort_unstable();
        let median = times.get(ROUNDS / 2).copied().unwrap_or_default();
        println!(
            "{name}: {} pages, {} bytes, first {:.1} ms, median {:.1} ms of processor time",
            rendered.pages,
            rendered.pdf.len(),
            first.as_secs_f64() * 1000.0,
            median.as_secs_f64() * 1000.0,
        );
        if let Some(folder) = &folder {
            std::fs::write(folder.join(format!("{name}.pdf")), rendered.pdf)?;
        }
    }
    Ok(())
}

/// That of this thread: a busy machine does not make it longer.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let nanoseconds = u64::try_from(time.tv_nsec).unwrap_or_default();
    Duration::from_secs(seconds) + Duration::from_nanos(nanoseconds)
}
