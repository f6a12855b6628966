//! What stories and laws stand on: both databases, people, a network that fails on purpose.
#![expect(
    clippy::expect_used,
    reason = "a test stops with a sentence where it cannot go on"
)]

mod answer;
pub mod backends;
pub mod mutation;
pub mod phone;
pub mod photos;
pub mod postgres;
pub mod simulation;
pub mod small_disk;
pub mod snapshot;
pub mod test_app;
