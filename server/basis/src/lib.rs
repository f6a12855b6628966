//! What the hub's rooms are given instead of taking it: time, chance, the secret keys, how numbers of people are
//! masked, and how background tasks are watched and tried again.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod again;
mod clock;
pub mod contact;
mod device_key;
mod fair;
mod hand_over;
pub mod keys;
pub mod mask;
mod rng;
mod seal_error;
mod secret;
mod shares;
pub mod watch;
pub mod words;

pub use again::Again;
pub use clock::Clock;
pub use device_key::DeviceKey;
pub use fair::Fair;
pub use keys::Keys;
pub use rng::Rng;
pub use seal_error::SealError;
pub use secret::Secret;
pub use shares::{Share, Shares};
pub use watch::{Pulse, Watch};
