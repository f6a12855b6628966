//! What a phone signs of what it pushes. The names of changes are hashes of all that is in them, so a signature over
//! names holds for the changes wherever they are kept and however they are packed.

use sha2::{Digest as _, Sha256};

use crate::ids::Id;
use crate::protocol::{Push, SyncRequest};
use crate::segment;

/// Bytes that one document takes in [`documents`]: its id and the hash of its names.
pub const DOCUMENT_BYTES: usize = 48;

/// The message that a device signs for a whole request: a line that says what this is, the id of the device, then what
/// [`documents`] says of each push, in their order. One check for all of them, and what is kept of it is enough to prove
/// each document alone.
pub fn request_message(device: Id, documents: &[u8]) -> Vec<u8> {
    let mut message = b"warmline push 2\n".to_vec();
    message.extend_from_slice(&device.bytes());
    message.extend_from_slice(documents);
    message
}

/// The documents of a request, as they stand in its message.
pub fn documents<'a>(pushes: impl Iterator<Item = (Id, &'a [[u8; 32]])>) -> Vec<u8> {
    pushes
        .flat_map(|(doc, names)| document(doc, names))
        .collect()
}

/// One document: its id, then SHA-256 over the names of its changes, smallest first.
pub fn document(doc: Id, names: &[[u8; 32]]) -> [u8; DOCUMENT_BYTES] {
    let mut hash = Sha256::new();
    for name in sorted(names) {
        hash.update(name);
    }
    let (doc, hash) = (doc.bytes(), hash.finalize());
    let mut both = doc.iter().chain(&hash).copied();
    std::array::from_fn(|_| both.next().unwrap_or_default())
}

/// What a device has to sign of a request; `None` if it pushes nothing. What is no segment has no names.
pub fn message_of(device: Id, request: &SyncRequest) -> Option<Vec<u8>> {
    let names = |push: &Push| segment::names(&push.segment).unwrap_or_default();
    let pushes: Vec<_> = request
        .push
        .iter()
        .map(|push| (push.doc, names(push)))
        .collect();
    let listed = documents(pushes.iter().map(|(doc, names)| (*doc, &names[..])));
    (!pushes.is_empty()).then(|| request_message(device, &listed))
}

/// The message that older apps sign for each document of a push: a line that says what this is, the ids of device and
/// document, then the names of the changes, smallest first.
pub fn push_message(device: Id, doc: Id, names: &[[u8; 32]]) -> Vec<u8> {
    let mut message = b"warmline push 1\n".to_vec();
    message.extend_from_slice(&device.bytes());
    message.extend_from_slice(&doc.bytes());
    message.extend(sorted(names).into_iter().flatten());
    message
}

fn sorted(names: &[[u8; 32]]) -> Vec<[u8; 32]> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn id(n: u8) -> Id {
        Id::from_bytes([n; 16])
    }

    #[test]
    fn the_message_is_the_same_in_whatever_order_the_changes_came() {
        let message = push_message(id(1), id(2), &[[3; 32], [4; 32]]);
        assert_eq!(message, push_message(id(1), id(2), &[[4; 32], [3; 32]]));
        assert_ne!(message, push_message(id(2), id(1), &[[3; 32], [4; 32]]));
        assert_ne!(message, push_message(id(1), id(2), &[[3; 32]]));
        assert_eq!(message.len(), 16 + 16 + 16 + 64);
        let line = document(id(2), &[[3; 32], [4; 32]]);
        assert_eq!(line, document(id(2), &[[4; 32], [3; 32]]));
        assert_ne!(line, document(id(2), &[[3; 32]]));
    }

    #[test]
    fn the_message_of_a_request_says_which_device_pushes_what_in_which_document() {
        let message = |device: u8, pushes: &[(u8, &[[u8; 32]])]| {
            let pushes = pushes.iter().map(|(doc, names)| (id(*doc), *names));
            request_message(id(device), &documents(pushes))
        };
        let signed = message(1, &[(2, &[[3; 32]]), (4, &[[5; 32], [6; 32]])]);
        assert_eq!(signed.len(), 16 + 16 + 2 * DOCUMENT_BYTES);
        for other in [
            message(9, &[(2, &[[3; 32]]), (4, &[[5; 32], [6; 32]])]),
            message(1, &[(4, &[[3; 32]]), (2, &[[5; 32], [6; 32]])]),
            message(1, &[(2, &[[3; 32], [5; 32]]), (4, &[[6; 32]])]),
            message(1, &[(2, &[[3; 32]])]),
            message(1, &[(4, &[[5; 32], [6; 32]]), (2, &[[3; 32]])]),
        ] {
            assert_ne!(signed, other);
        }
    }
}
