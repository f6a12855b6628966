//! What masking hides in a file of texts, to be looked at by a person: `cargo run -p tables --example mask_hits FILE...`
//! prints each text that loses something, the lost characters marked, and the count at the end.

use std::process::ExitCode;

use basis::mask;

const AROUND: usize = 14;

fn main() -> ExitCode {
    let (mut texts, mut hits) = (0_u64, 0_u64);
    for path in std::env::args().skip(1) {
        let Ok(content) = std::fs::read(&path) else {
            eprintln!("{path}: cannot be read");
            return ExitCode::FAILURE;
        };
        let mut rows = csv::Reader::from_reader(content.as_slice());
        for row in rows.records().flatten() {
            for cell in &row {
                texts += 1;
                hits += shown(cell);
            }
        }
    }
    println!("{texts} texts, {hits} hidden");
    ExitCode::SUCCESS
}

/// Prints what is hidden in `text` and counts it.
fn shown(text: &str) -> u64 {
    let spans = mask::spans(text);
    for span in &spans {
        let before: Vec<char> = text[..span.start].chars().rev().take(AROUND).collect();
        let before: String = before.into_iter().rev().collect();
        let after: String = text[span.end..].chars().take(AROUND).collect();
        println!("{before}⟦{}⟧{after}", &text[span.clone()]);
    }
    spans.len() as u64
}
