//! Ugly files by a seed, each with the right answer beside it: what becomes of every row, and of the hub.

mod books;
mod compare;
mod file;
mod fuzz;
mod hub;
mod kinds;
mod layout;
mod meant;
mod pages;
mod plain;
mod rows;
mod texts;
mod times;
mod wrong;

use harness::backends::{Backend, on_postgres, on_sqlite};
use harness::simulation::scale;

use file::File;
use hub::Hub;

/// Every so many seeds is one for PostgreSQL.
const POSTGRES_EVERY: usize = 20;
/// Seeds of a run at full length.
const FULL: usize = 10_000;
/// Seeds of a quick run.
const QUICK: usize = 100;

#[test]
fn every_row_becomes_what_it_means_on_sqlite() {
    let seeds = (1..=scale(QUICK, FULL)).filter(|seed| seed % POSTGRES_EVERY != 0);
    on_sqlite(|backend: Backend| all(backend, seeds.collect()));
}

#[test]
fn every_row_becomes_what_it_means_on_postgres() {
    let seeds = (1..=scale(QUICK, FULL)).filter(|seed| seed % POSTGRES_EVERY == 0);
    on_postgres(|backend: Backend| all(backend, seeds.collect()));
}

/// The seeds to look at, if not all: `WARMLINE_TEST_SEED=17` or `WARMLINE_TEST_SEED=1-5000`.
fn is_wanted(seed: usize) -> bool {
    let Ok(wanted) = std::env::var("WARMLINE_TEST_SEED") else {
        return true;
    };
    let (first, last) = wanted.split_once('-').unwrap_or((&wanted, &wanted));
    let number = |text: &str| text.parse::<usize>().expect("a seed is a number");
    (number(first)..=number(last)).contains(&seed)
}

async fn all(backend: Backend, seeds: Vec<usize>) {
    let hub = Hub::open(&backend).await;
    let seeds: Vec<usize> = seeds.into_iter().filter(|seed| is_wanted(*seed)).collect();
    let mut rows = 0;
    let mut wrong = Vec::new();
    for seed in seeds.iter().map(|seed| *seed as u64) {
        let file = File::of(seed);
        rows += file.rows.len();
        if let Err(problem) = hub.judge(seed, &file).await {
            let problem = format!(
                "seed {seed} ({:?}, {:?}, {:?}): {problem}",
                file.format, file.kinds, file.take_over
            );
            // At once: a run at full length takes minutes.
            println!("{problem}");
            wrong.push(problem);
        }
    }
    println!("{} files with {rows} rows", seeds.len());
    let count = wrong.len();
    wrong.truncate(5);
    assert!(count == 0, "{count} files:\n{}", wrong.join("\n\n"));
}
