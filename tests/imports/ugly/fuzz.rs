//! Bytes of ugly files flipped, cut out, repeated: a sentence or an import, and memory that is bounded.

use harness::backends::{Backend, on_sqlite};
use harness::simulation::{Chance, scale};
use tables::TakeOver;
use tables::intake::{self, Destination, IntakeError};
use tables::preview;

use super::books;
use super::file::File;
use super::hub::Hub;
use super::is_wanted;

/// Files of a run at full length.
const FULL: usize = 10_000;
/// Files of a quick run.
const QUICK: usize = 200;
/// What the process may ever have held; the files themselves are small.
const MOST_MEMORY: u64 = 1024 * 1024 * 1024;

#[test]
fn a_damaged_file_ends_in_a_sentence_or_an_import() {
    on_sqlite(damage_all);
}

async fn damage_all(backend: Backend) {
    let hub = Hub::open(&backend).await;
    let tenant = hub.tenant("damaged").await;
    let to = Destination {
        tenant,
        by: None,
        take_over: TakeOver::All,
    };
    let seeds = (1..=scale(QUICK, FULL)).filter(|seed| is_wanted(*seed));
    let seeds = seeds.map(|seed| seed as u64);
    let (mut read, mut all) = (0, 0);
    for seed in seeds {
        let mut chance = Chance::new(seed);
        // Every file is damaged in several ways, each by a seed of its own.
        let content = damaged(File::of(seed / 4), &mut chance);
        all += 1;
        let open = |content: Vec<u8>| intake::open(content.into(), hub.mappings.clone(), None);
        let file = match open(content.clone()).await {
            Ok(file) => file,
            Err(IntakeError::File(refused)) => {
                assert!(
                    refused.to_string().ends_with('。'),
                    "seed {seed}: {refused}"
                );
                continue;
            }
            Err(error) => panic!("seed {seed}: {error:?}"),
        };
        read += 1;
        let told = preview::preview(hub.parts(), tenant, file)
            .await
            .unwrap_or_else(|error| panic!("seed {seed}: {error:?}"));
        let again = open(content).await;
        let again = again.unwrap_or_else(|error| panic!("seed {seed}: {error:?}"));
        let done = intake::take_in(hub.parts(), to, again, |_| {})
            .await
            .unwrap_or_else(|error| panic!("seed {seed}: {error:?}"));
        assert_eq!(
            (done.added, done.unchanged, done.changed, &done.refused),
            (told.added, told.unchanged, told.changed, &told.refused),
            "seed {seed}"
        );
    }
    println!("{all} damaged files, {read} of them read");
    let most = most_memory();
    assert!(most < MOST_MEMORY, "{most} bytes were held");
}

fn damaged(file: File, chance: &mut Chance) -> Vec<u8> {
    if file.parts.is_empty() || chance.below(3) == 0 {
        let mut content = file.content;
        damage(&mut content, chance);
        return content;
    }
    // What is packed would only fail its checksum: the damage goes into a part.
    let mut parts = file.parts;
    let place = chance.below(parts.len());
    let mut part = std::mem::take(&mut parts[place].1).into_bytes();
    damage(&mut part, chance);
    parts[place].1 = String::from_utf8_lossy(&part).into_owned();
    books::zip(&parts)
}

fn damage(content: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..=chance.below(6) {
        let at = chance.below(content.len());
        let length = (1 + chance.below(40)).min(content.len() - at);
        match chance.below(7) {
            0..=2 if !content.is_empty() => content[at] ^= 1 << chance.below(8),
            3 => {
                content.drain(at..at + length);
            }
            4 => {
                let piece = content[at..at + length].repeat(1 + chance.below(200));
                content.splice(at..at, piece);
            }
            5 => {
                // A number becomes a large one.
                let digits = content.iter_mut().skip(at);
                let digits = digits.skip_while(|byte| !byte.is_ascii_digit());
                for digit in digits.take_while(|byte| byte.is_ascii_digit()).take(12) {
                    *digit = b'9';
                }
            }
            _ if chance.below(4) == 0 => content.truncate(at),
            _ => {
                let to = chance.below(content.len());
                let piece = content[at..at + length].to_vec();
                content.splice(to..to, piece);
            }
        }
    }
}

/// The most memory that this process has held, in bytes; 0 where the system does not tell.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
