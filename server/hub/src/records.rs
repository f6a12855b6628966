//! Records as the office reads them, whatever their kind: every value with its writer, phone time and receive time.

pub(crate) mod contacts;
pub(crate) mod story;
pub(crate) mod witness;

use serde::Serialize;
use sync_core::Id;
use utoipa::ToSchema;

use store::people::Person;

/// A person in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PersonName {
    /// The person.
    #[schema(value_type = String)]
    pub(crate) id: Id,
    /// What they are called.
    pub(crate) name: String,
    /// What they are.
    pub(crate) role: String,
}

impl PersonName {
    pub(crate) fn of(person: Person) -> Self {
        Self {
            id: person.id,
            name: person.name,
            role: person.role.as_str().to_owned(),
        }
    }
}
