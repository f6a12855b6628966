//! What devices signed of the pushes of a group, kept beside the changes: who says later "I never wrote that" is
//! shown the signature of their own phone.

use std::collections::HashMap;

use sync_core::gate::job::concat_short;
use sync_core::protocol::Receipt;
use sync_core::{Id, Timestamp};

use super::background::Arrival;
use super::parcel::Parcel;
use store::Tx;
use store::push_signatures::PushSignature;

/// The signatures of a group of pushes.
#[derive(Default)]
pub(super) struct Signatures {
    rows: Vec<(PushSignature, Vec<u8>)>,
    /// How many of a device and document are in the group.
    of: HashMap<(Id, Id), usize>,
}

impl Signatures {
    /// Takes the signature of a push over, unless nothing of it is new.
    pub(super) fn note(
        &mut self,
        arrival: &Arrival<'_>,
        parcel: &Parcel,
        receipt: &Receipt,
        now: Timestamp,
    ) {
        let (author, doc) = (arrival.author, arrival.push.doc);
        let (Some(_), Some(signature)) = (author.key, &arrival.push.signature) else {
            return;
        };
        let kept = receipt.received.len() + receipt.waiting.len() + receipt.refused.len();
        if kept == 0 {
            return;
        }
        let hashes = concat_short(&parcel.names());
        // Then what log and quarantine received of it at this moment is what it covers.
        let whole =
            receipt.duplicate.is_empty() && receipt.refused.is_empty() && receipt.later.is_none();
        *self.of.entry((author.device, doc)).or_default() += 1;
        let row = PushSignature {
            tenant: author.tenant,
            doc,
            device: author.device,
            received_at: now,
            signature: signature.to_vec(),
            hashes: (!whole).then(|| hashes.clone()),
        };
        self.rows.push((row, hashes));
    }

    /// Writes them. Where a device pushed a document twice in one group, each says what it covers.
    pub(super) async fn write(self, tx: &mut Tx) -> Result<(), store::Error> {
        let Self { rows, of } = self;
        let row = |(mut row, hashes): (PushSignature, Vec<u8>)| {
            if of
                .get(&(row.device, row.doc))
                .is_some_and(|count| *count > 1)
            {
                row.hashes = Some(hashes);
            }
            row
        };
        let rows: Vec<PushSignature> = rows.into_iter().map(row).collect();
        tx.insert_push_signatures(&rows).await
    }
}
