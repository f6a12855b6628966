//! Prints the papers of the tests and the time that each takes: `cargo run -p print --release --example papers -- FOLDER`.

use std::path::PathBuf;
use std::time::Instant;

#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "they are papers of the tests"
)]
#[path = "../tests/made.rs"]
mod made;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    for (name, paper) in [
        ("agreement-3", made::agreement(3)),
        ("agreement-40", made::agreement(40)),
        ("record", made::record()),
        ("oral", made::oral()),
    ] {
        let mut times: Vec<u128> = Vec::new();
        let mut rendered = None;
        for _ in 0..10 {
            let began = Instant::now();
            rendered = Some(print::render(&paper)?);
            times.push(began.elapsed().as_micros());
        }
        let Some(rendered) = rendered else { continue };
        let first = times.first().copied().unwrap_or_default();
        times.sort_unstable();
        println!(
            "{name}: {} pages, {} bytes, first {first} µs, median {} µs, missing {:?}",
            rendered.pages,
            rendered.pdf.len(),
            times.get(times.len() / 2).copied().unwrap_or_default(),
            rendered.missing
        );
        if let Some(folder) = &folder {
            std::fs::write(folder.join(format!("{name}.pdf")), rendered.pdf)?;
        }
    }
    Ok(())
}
