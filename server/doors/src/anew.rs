//! What was put aside and came again: it leaves the quarantine, or lies there for another reason.

use std::collections::HashSet;

use store::Tx;
use store::quarantine::{NewDecision, QuarantineDecision, QuarantineRow};
use sync_core::{Id, Timestamp, segment, threshold};

/// Changes of a document that lie in the quarantine and were decided on once more, by their short hashes.
pub(super) struct Anew {
    /// In the log now.
    pub(super) passed: HashSet<[u8; 16]>,
    /// Put aside again, in rows of their own.
    pub(super) still: HashSet<[u8; 16]>,
}

impl Anew {
    /// Takes them out of the rows that nobody has decided on. A change lies in one such row at most, so what is put
    /// aside again is to be written after this.
    pub(super) async fn leave(
        &self,
        tenant: Id,
        doc: Id,
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        if self.passed.is_empty() && self.still.is_empty() {
            return Ok(());
        }
        for row in tx.list_quarantine_of(tenant, doc).await? {
            if row.decision.is_none() {
                self.leave_row(tenant, &row, now, tx).await?;
            }
        }
        Ok(())
    }

    async fn leave_row(
        &self,
        tenant: Id,
        row: &QuarantineRow,
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let names = row.hashes.as_chunks::<16>().0;
        let stays = |name: &[u8; 16]| !self.passed.contains(name) && !self.still.contains(name);
        match names.iter().filter(|name| stays(name)).count() {
            count if count == names.len() => Ok(()),
            0 if names.iter().any(|name| self.passed.contains(name)) => {
                let decision = NewDecision {
                    decision: QuarantineDecision::Admitted,
                    by: None,
                    remark: "",
                    at: now,
                };
                tx.decide_quarantine(tenant, row.id, &decision)
                    .await
                    .map(drop)
            }
            0 => tx.delete_quarantine(tenant, row.id).await,
            _ => {
                let bytes = tx.find_quarantine_bytes(tenant, row.id).await?;
                let mut changes = segment::unpack(&bytes).unwrap_or_default();
                changes.retain(|change| {
                    stays(&sync_core::protocol::short(&threshold::name_of(change)))
                });
                let (hashes, bytes) = packed(&changes);
                tx.update_quarantine_changes(tenant, row.id, &hashes, &bytes)
                    .await
            }
        }
    }
}

fn packed(changes: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>) {
    let names = changes.iter().map(|change| threshold::name_of(change));
    let names: Vec<[u8; 32]> = names.collect();
    (
        sync_core::gate::job::concat_short(&names),
        segment::pack(changes),
    )
}
