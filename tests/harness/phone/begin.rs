//! Beginning a record.

use sync_core::Id;
use sync_core::edit::Edit;
use sync_core::kinds::Kind;
use sync_core::value::Value;

use super::Phone;

impl Phone {
    /// Begins a visit to a ticket.
    pub fn create_visit(&mut self, ticket: Id) -> Id {
        self.begin(Kind::VISIT, ticket)
    }

    /// Records what was found on a round, as the app does: a visit that is its own ticket, whole.
    pub fn find(&mut self, kind: &str, address: &str, words: &str) -> Id {
        let doc = self.find_as(self.fresh_id());
        self.set(doc, "form", "find/1");
        let user = Value::Text(self.caller.person.to_string());
        self.put(doc, "participants", &[("user", user)]);
        self.arrive(doc);
        self.set(doc, "finding_kind", kind);
        self.set(doc, "address", address);
        let note = Edit::SetNote {
            note: "finding".to_owned(),
            text: words.to_owned(),
        };
        self.edit(doc, &note);
        self.mark(doc, "submit");
        doc
    }

    /// Begins a visit that says it is its own ticket.
    pub fn find_as(&mut self, doc: Id) -> Id {
        let batch = self.replica.begin(Kind::VISIT, doc, doc, self.now());
        self.keep(batch.expect("a record begins"));
        doc
    }

    /// Begins a record of any kind under a ticket.
    pub fn begin(&mut self, kind: Kind, ticket: Id) -> Id {
        let doc = self.fresh_id();
        let batch = self.replica.begin(kind, doc, ticket, self.now());
        self.keep(batch.expect("a record begins"));
        doc
    }
}
