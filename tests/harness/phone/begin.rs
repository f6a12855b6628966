//! Beginning a record.

use sync_core::Id;
use sync_core::kinds::Kind;

use super::Phone;

impl Phone {
    /// Begins a visit to a ticket.
    pub fn create_visit(&mut self, ticket: Id) -> Id {
        self.begin(Kind::VISIT, ticket)
    }

    /// Begins a record of any kind under a ticket.
    pub fn begin(&mut self, kind: Kind, ticket: Id) -> Id {
        let doc = self.fresh_id();
        let batch = self.replica.begin(kind, doc, ticket, self.now());
        self.keep(batch.expect("a record begins"));
        doc
    }
}
