//! A person's password, compared.

use accounts::checked_password;
use accounts::password::{PasswordError, Verdict};
use store::people::Person;

use crate::app::App;
use crate::error::ApiError;

/// What came of a person's password.
pub(super) enum Checked {
    /// It is right; a hash made with weaker parameters is to be replaced by `rehashed`.
    Right { rehashed: Option<String> },
    /// It is not, or there is no such person.
    Wrong,
}

/// Compares a password with that of a person; nobody's takes the same time.
pub(super) async fn check(
    app: &App,
    person: Option<&Person>,
    password: &str,
) -> Result<Checked, PasswordError> {
    let stored = person.and_then(|person| person.password_hash.as_deref());
    Ok(match app.passwords().verify(password, stored).await? {
        Verdict::Wrong => Checked::Wrong,
        Verdict::Right { outdated: false } => Checked::Right { rehashed: None },
        Verdict::Right { outdated: true } => Checked::Right {
            rehashed: Some(app.passwords().hash(password, app.rng()).await?),
        },
    })
}

/// The hash of a password that `person` chose instead of `current`.
pub(super) async fn hash_own(
    app: &App,
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
    Ok(app.passwords().hash(chosen, app.rng()).await?)
}

impl From<PasswordError> for ApiError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::unavailable(&error),
            PasswordError::Failed => Self::internal(&error),
        }
    }
}
