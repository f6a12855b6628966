//! What the hub's rooms are given instead of taking it: time, chance and the secret keys.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod clock;
pub mod keys;
mod rng;
mod secret;
pub mod words;

pub use clock::Clock;
pub use keys::Keys;
pub use rng::Rng;
pub use secret::Secret;
