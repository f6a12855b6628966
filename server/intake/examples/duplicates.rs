//! How many suggestions a file of messages gives, and some of them to look at: `cargo run --release -p intake --example
//! duplicates -- FILE.csv`, with the columns `subject`, `body`, `created_at` and, as a number of the requester, `user_id`; a number behind it looks at each n-th alone.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "it stops where it cannot go on"
)]

use intake::duplicates::{Comparison, Matter, WINDOW_DAYS};
use sync_core::Timestamp;

fn main() {
    let file = std::env::args().nth(1).unwrap();
    let mut reader = csv::Reader::from_path(file).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|title| title == name);
    let (subject, body) = (column("subject").unwrap(), column("body").unwrap());
    let (at, who) = (column("created_at").unwrap(), column("user_id"));
    let mut matters: Vec<Matter> = reader
        .records()
        .filter_map(|row| {
            let row = row.ok()?;
            let day = row[at].get(..10)?;
            let day = sync_core::calendar::Day::parse(day)?;
            Some(Matter {
                title: row[subject].to_owned(),
                description: row[body].to_owned(),
                at: Some(Timestamp::from_millis(day.start().millis())),
                phone_hash: who.map(|who| row[who].as_bytes().to_vec()),
                ..Matter::default()
            })
        })
        .collect();
    matters.sort_by_key(|matter| matter.at);
    let (mut with, mut suggestions, mut same_requester) = (0, 0, 0);
    let every = std::env::args()
        .nth(2)
        .map_or(1, |every| every.parse().unwrap());
    for (place, matter) in matters.iter().enumerate().step_by(every) {
        let earliest = matter.at.unwrap().millis() - WINDOW_DAYS * 24 * 3600 * 1000;
        let first = matters.partition_point(|other| other.at.unwrap().millis() < earliest);
        let found = Comparison::of(matter, &matters[first..place]).suggestions();
        with += usize::from(!found.is_empty());
        suggestions += found.len();
        for (other, score) in found {
            let other = &matters[first + other];
            let same = other.phone_hash == matter.phone_hash;
            same_requester += usize::from(same);
            println!(
                "{}\t{same}\t{}\t{}\t{:?}",
                score.points, matter.title, other.title, score.reasons
            );
        }
    }
    println!(
        "{} messages, {with} with suggestions, {suggestions} suggestions, {same_requester} of the same requester",
        matters.len()
    );
}
