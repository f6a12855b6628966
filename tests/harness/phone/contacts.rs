//! Numbers of parties, as a phone that was given the key writes and reads them.

use basis::keys::ContactKey;
use sync_core::kinds::mediation::contact::REGISTER;
use sync_core::sight::TicketSight;
use sync_core::value::Value;
use sync_core::{Id, Role};

use super::{Phone, put};
use crate::test_app::{Caller, TestApp};

/// What `POST /v1/enrol` gives the phone of such a person.
pub(super) fn key_of(hub: &TestApp, caller: &Caller, role: Role) -> Option<ContactKey> {
    let reaches = TicketSight::of(role).is_some_and(TicketSight::reaches_parties);
    let key = || hub.app().keys().contact(caller.tenant);
    reaches.then(|| key().expect("a key is derived"))
}

impl Phone {
    /// The number of a party, sealed.
    pub fn sealed(&self, doc: Id, party: Id, number: &str) -> Value {
        let key = self.contacts.as_ref().expect("this phone has the key");
        Value::Bytes(key.seal(number, doc, party).expect("a number"))
    }

    /// Writes a party with its number; answers its id.
    pub fn put_party(&mut self, doc: Id, fields: &[(&str, Value)], number: &str) -> Id {
        let party = self.fresh_id();
        let mut fields = fields.to_vec();
        fields.push((REGISTER, self.sealed(doc, party, number)));
        self.edit(doc, &put("parties", party, &fields));
        party
    }

    /// Writes the number of a party that is there.
    pub fn put_number(&mut self, doc: Id, party: Id, number: &str) {
        let sealed = self.sealed(doc, party, number);
        self.edit(doc, &put("parties", party, &[(REGISTER, sealed)]));
    }

    /// The sealed number of a party as it stands on this phone.
    pub fn sealed_number(&mut self, doc: Id, party: Id) -> Option<Vec<u8>> {
        let record = self.record(doc);
        let entry = record.entries("parties").iter().find(|one| one.id == party);
        Some(entry?.value(REGISTER).bytes()?.to_vec())
    }

    /// By which number a party can be reached, if this phone can say it.
    pub fn number(&mut self, doc: Id, party: Id) -> Option<String> {
        let sealed = self.sealed_number(doc, party)?;
        self.contacts.as_ref()?.open(&sealed, doc, party).ok()
    }
}
