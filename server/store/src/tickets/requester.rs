//! What a ticket's sealed column holds once it is opened.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Personal data in full, as JSON before it is sealed with the ticket's id as context.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// Name of the person or firm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How to reach them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Fields of the ticket whose text is masked, by column, as they were.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<String, String>,
}

impl Requester {
    /// Nothing personal is known.
    pub fn is_empty(&self) -> bool {
        self.name.is_none() && self.phone.is_none() && self.texts.is_empty()
    }
}
