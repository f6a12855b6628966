//! Why the first door did not take a push.

use super::parcel::Refused;

/// Why a push was not taken. It stays on the phone, which sends it again.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// This device, or everybody together, has too much under way: come back after so many seconds.
    #[error("too much of a device is under way")]
    Busy(u32),
    /// The database could not; nothing was taken.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The request unpacks to more than 4 MiB.
    #[error("a request unpacks to more than 4 MiB")]
    TooLarge,
    /// The device has a key and did not sign what it pushes.
    #[error("a push is not signed by its device")]
    Unsigned,
}

impl From<Refused> for ReceiveError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooLarge => Self::TooLarge,
            Refused::Unsigned => Self::Unsigned,
        }
    }
}
