//! What a phone signs of what it pushes. The names of changes are hashes of all that is in them, so a signature over
//! names holds for the changes wherever they are kept and however they are packed.

use crate::ids::Id;
use crate::protocol::{Push, SyncRequest};
use crate::segment;

/// The message that a device signs for one document of a push: a line that says what this is, the ids of device and
/// document, then the names of the changes, smallest first.
pub fn push_message(device: Id, doc: Id, names: &[[u8; 32]]) -> Vec<u8> {
    let mut names = names.to_vec();
    names.sort_unstable();
    let mut message = b"warmline push 1\n".to_vec();
    message.extend_from_slice(&device.bytes());
    message.extend_from_slice(&doc.bytes());
    message.extend(names.into_iter().flatten());
    message
}

/// What a device has to sign of a request, one message a push. What is no segment has no names.
pub fn push_messages(device: Id, request: &SyncRequest) -> Vec<Vec<u8>> {
    let message = |push: &Push| {
        let names = segment::names(&push.segment).unwrap_or_default();
        push_message(device, push.doc, &names)
    };
    request.push.iter().map(message).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_the_same_in_whatever_order_the_changes_came() {
        let (device, doc) = (Id::from_bytes([1; 16]), Id::from_bytes([2; 16]));
        let message = push_message(device, doc, &[[3; 32], [4; 32]]);
        assert_eq!(message, push_message(device, doc, &[[4; 32], [3; 32]]));
        assert_ne!(message, push_message(doc, device, &[[3; 32], [4; 32]]));
        assert_ne!(message, push_message(device, doc, &[[3; 32]]));
        assert_eq!(message.len(), 16 + 16 + 16 + 64);
    }
}
