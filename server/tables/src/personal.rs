//! Personal data of a ticket on its way into the store: masked where it is shown, sealed in full, hashed where it is found again.

use basis::{SealError, mask};
use store::tickets::Requester;
use sync_core::Id;

use super::{Parts, phone};

/// What is personal of one ticket, in full.
#[derive(Debug, Default)]
pub struct Personal(Requester);

/// As it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    /// The requester's name for display.
    pub requester_masked: Option<String>,
    /// The requester's number for display.
    pub phone_masked: Option<String>,
    /// What was masked, in full, encrypted.
    pub requester_sealed: Option<Vec<u8>>,
    /// The keyed hash of the number.
    pub phone_hash: Option<Vec<u8>>,
}

impl Personal {
    /// Name and number of who asks.
    pub fn of(name: Option<String>, phone: Option<String>) -> Self {
        Self(Requester {
            name,
            phone,
            ..Requester::default()
        })
    }

    /// The text as it is shown; as it was it is kept under `column`.
    pub fn mask(&mut self, column: &str, text: String) -> String {
        let masked = mask::text(&text);
        if masked != text {
            self.0.texts.insert(column.to_owned(), text);
        }
        masked
    }

    /// Seals it for the ticket of this id.
    ///
    /// # Errors
    /// If it cannot be encrypted.
    pub fn seal(self, ticket: Id, tenant: Id, parts: Parts<'_>) -> Result<Sealed, SealError> {
        let requester = self.0;
        let sealed = (!requester.is_empty())
            .then(|| {
                let plain = serde_json::to_vec(&requester).map_err(|_| SealError)?;
                parts.keys.seal(&plain, &ticket.bytes())
            })
            .transpose()?;
        let hash = |phone: &str| phone::hash(phone, tenant, parts.keys);
        Ok(Sealed {
            requester_masked: requester.name.as_deref().map(mask::name),
            phone_masked: requester.phone.as_deref().map(mask::phone),
            requester_sealed: sealed,
            phone_hash: requester.phone.as_deref().and_then(hash),
        })
    }
}
