//! A person's password, compared.

use accounts::password::{PasswordError, Verdict};
use accounts::{Lane, Place, checked_password};
use store::people::Person;
use sync_core::Id;

use crate::app::App;
use crate::error::ApiError;

/// What came of a person's password.
pub(super) enum Checked {
    /// It is right; a hash made with weaker parameters is to be replaced by `rehashed`.
    Right { rehashed: Option<String> },
    /// It is not, or there is no such person.
    Wrong,
}

/// Where somebody waits who signs in with a device that the hub knows.
pub(super) fn lane_of(device: Id) -> Lane {
    Lane::Known(u128::from_be_bytes(device.bytes()))
}

/// Compares a password with that of a person; nobody's takes the same time.
pub(super) async fn check(
    app: &App,
    place: &Place,
    person: Option<&Person>,
    password: &str,
) -> Result<Checked, PasswordError> {
    let stored = person.and_then(|person| person.password_hash.as_deref());
    Ok(match place.verify(password, stored).await? {
        Verdict::Wrong => Checked::Wrong,
        Verdict::Right { outdated: false } => Checked::Right { rehashed: None },
        Verdict::Right { outdated: true } => Checked::Right {
            rehashed: Some(place.hash(password, app.rng()).await?),
        },
    })
}

/// The hash of a password that `person` chose instead of `current`.
pub(super) async fn hash_own(
    app: &App,
    place: &Place,
    person: &Person,
    current: &str,
    chosen: &str,
) -> Result<String, ApiError> {
    checked_password(chosen, &person.username)?;
    if chosen == current {
        return Err(ApiError::unprocessable(
            "password_unchanged",
            "新密码和原来的一样，请换一个。",
        ));
    }
    Ok(place.hash(chosen, app.rng()).await?)
}

impl From<PasswordError> for ApiError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::unavailable(&error),
            PasswordError::Failed => Self::internal(&error),
        }
    }
}
