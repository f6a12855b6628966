//! A setting that nobody may read by accident.

use std::fmt;
use std::str::FromStr;

/// A setting that may hold a password: never shown in logs or error messages.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The setting itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let Ok(secret) = Secret::from_str("geheim");
        assert!(!format!("{secret:?}").contains("geheim"));
        assert_eq!(secret.reveal(), "geheim");
    }
}
