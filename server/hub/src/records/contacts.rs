//! Sealed values of a record, as whoever reads it may know them: nobody is shown their bytes.

use basis::keys::ContactKey;
use serde_json::Value as Json;
use sync_core::value::ValueKind;
use sync_core::{Id, hex};

use super::story::RecordStory;
use store::documents::DocumentRow;

/// In the place of a number for whoever may not know it, and wherever numbers are not opened.
const SEALED: &str = "(号码，已加密)";

/// In the place of a number that this hub's key does not open.
const UNREADABLE: &str = "这个号码打不开，请向当事人再问一次，在手机上重新填写。";

/// What a reader may know of the numbers in a record.
pub(crate) enum Contacts {
    /// That there are some.
    Sealed,
    /// Their ends, so that two can be told apart.
    Masked(ContactKey),
    /// All of them.
    Open(ContactKey),
}

impl Contacts {
    /// Puts in the place of each sealed value what the reader may know of it.
    pub(crate) fn tell(&self, document: &DocumentRow, story: &mut RecordStory) {
        for collection in document.kind.schema().collections {
            let sealed = collection.fields.iter();
            let sealed = sealed.filter(|field| matches!(field.holds, ValueKind::Sealed(..)));
            for field in sealed {
                let entries = story.collections.get_mut(collection.name);
                for entry in entries.into_iter().flatten() {
                    if let Some(valued) = entry.values.get_mut(field.name) {
                        self.put(&mut valued.value, document.id, entry.id);
                    }
                }
                for one in &mut story.disagreements {
                    let Some(entry) = entry_at(&one.path, collection.name, field.name) else {
                        continue;
                    };
                    for valued in &mut one.values {
                        self.put(&mut valued.value, document.id, entry);
                    }
                }
            }
        }
    }

    fn put(&self, value: &mut Json, document: Id, entry: Id) {
        if let Json::String(text) = value {
            *text = self.told(text, document, entry);
        }
    }

    fn told(&self, sealed: &str, document: Id, entry: Id) -> String {
        let open = |key: &ContactKey| key.open(&hex::decode(sealed)?, document, entry).ok();
        match self {
            Self::Sealed => SEALED.to_owned(),
            Self::Masked(key) => match open(key) {
                Some(number) => basis::mask::phone(&number),
                None => SEALED.to_owned(),
            },
            Self::Open(key) => open(key).unwrap_or_else(|| UNREADABLE.to_owned()),
        }
    }
}

/// The entry that a path names, if it is this register of this collection.
fn entry_at(path: &str, collection: &str, register: &str) -> Option<Id> {
    let rest = path.strip_prefix(collection)?.strip_prefix('/')?;
    Id::parse(rest.strip_suffix(register)?.strip_suffix('/')?)
}
