//! What devices signed of the pushes of a group, kept beside the changes: who says later "I never wrote that" is
//! shown the signature of their own phone.

use std::collections::HashMap;

use sync_core::gate::job::concat_short;
use sync_core::protocol::Receipt;
use sync_core::{Id, Timestamp};

use super::background::Arrival;
use super::parcel::{Parcel, Parcels};
use store::Tx;
use store::push_signatures::{PushSignature, SignedRequest};

/// The signatures of a group of pushes.
pub(super) struct Signatures {
    now: Timestamp,
    /// Of whole requests, each once.
    requests: Vec<SignedRequest>,
    documents: Vec<Signed>,
    /// How many of a device and document are in the group.
    of: HashMap<(Id, Id), usize>,
}

/// A document of which something is kept.
struct Signed {
    row: PushSignature,
    /// Short hashes of all that was signed of it.
    hashes: Vec<u8>,
    /// Its request was signed as a whole: the document needs a row only if it must say what is covered.
    at_once: bool,
}

impl Signatures {
    /// Of a group that was received at `now`.
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            now,
            requests: Vec::new(),
            documents: Vec::new(),
            of: HashMap::new(),
        }
    }

    /// Takes the signature of a push over, unless nothing of it is new.
    pub(super) fn note(
        &mut self,
        arrival: &Arrival<'_>,
        parcel: &Parcel,
        request: &Parcels,
        receipt: &Receipt,
    ) {
        let (author, doc) = (arrival.author, arrival.push.doc);
        let seal = request.seal.as_ref();
        let alone = arrival.push.signature.as_ref();
        let signature = seal
            .map(|(signature, _)| signature.as_slice())
            .or(alone.map(|one| one.as_slice()));
        let (Some(_), Some(signature)) = (author.key, signature) else {
            return;
        };
        let kept = receipt.received.len() + receipt.waiting.len() + receipt.refused.len();
        if kept == 0 {
            return;
        }
        let (tenant, device, received_at) = (author.tenant, author.device, self.now);
        if let Some((signature, documents)) = seal {
            let last = self.requests.last();
            let is_noted =
                last.is_some_and(|last| (last.device, &last.signature) == (device, signature));
            if !is_noted {
                self.requests.push(SignedRequest {
                    tenant,
                    device,
                    received_at,
                    signature: signature.clone(),
                    documents: documents.clone(),
                });
            }
        }
        let hashes = concat_short(&parcel.names());
        // Then what log and quarantine received of it at this moment is what it covers.
        let whole =
            receipt.duplicate.is_empty() && receipt.refused.is_empty() && receipt.later.is_none();
        *self.of.entry((device, doc)).or_default() += 1;
        self.documents.push(Signed {
            row: PushSignature {
                tenant,
                doc,
                device,
                received_at,
                signature: signature.to_vec(),
                hashes: (!whole).then(|| hashes.clone()),
            },
            hashes,
            at_once: seal.is_some(),
        });
    }

    /// Writes them. Where a device pushed a document twice in one group, each says what it covers.
    pub(super) async fn write(self, tx: &mut Tx) -> Result<(), store::Error> {
        let mut rows = Vec::new();
        for mut one in self.documents {
            let brought = (one.row.device, one.row.doc);
            if self.of.get(&brought).is_some_and(|count| *count > 1) {
                one.row.hashes = Some(one.hashes);
            }
            if one.row.hashes.is_some() || !one.at_once {
                rows.push(one.row);
            }
        }
        tx.insert_signed_requests(&self.requests).await?;
        tx.insert_push_signatures(&rows).await
    }
}
