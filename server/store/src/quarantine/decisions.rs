//! What becomes of rows that were put aside.

use sync_core::{Id, Timestamp};

use super::QuarantineDecision;
use crate::db::{on_backend, uuid};
use crate::{Error, Tx};

/// An answer to a list of rows.
#[derive(Clone, Copy, Debug)]
pub struct NewDecision<'a> {
    /// The answer.
    pub decision: QuarantineDecision,
    /// Who decides; `None` if changes passed by themselves.
    pub by: Option<Id>,
    /// Why.
    pub remark: &'a str,
    /// When.
    pub at: Timestamp,
}

impl Tx {
    /// Decides on a row that nobody has decided on; whether it was so.
    pub async fn decide_quarantine(
        &mut self,
        tenant: Id,
        row: Id,
        decision: &NewDecision<'_>,
    ) -> Result<bool, Error> {
        let decided = on_backend!(self, |tx| sqlx::query(
            "UPDATE quarantine SET decision = $3, decided_by = $4, decided_at = $5, remark = $6
             WHERE tenant = $1 AND id = $2 AND decision IS NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(row))
        .bind(decision.decision.as_str())
        .bind(decision.by.map(uuid))
        .bind(decision.at.millis())
        .bind(decision.remark)
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected()))?;
        Ok(decided == 1)
    }

    /// Takes a refusal back; whether there was one.
    pub async fn reopen_quarantine(&mut self, tenant: Id, row: Id) -> Result<bool, Error> {
        let reopened = on_backend!(self, |tx| {
            sqlx::query(
            "UPDATE quarantine SET decision = NULL, decided_by = NULL, decided_at = NULL, remark = ''
             WHERE tenant = $1 AND id = $2 AND decision = 'refused'"
        )
        .bind(uuid(tenant))
        .bind(uuid(row))
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected())
        })?;
        Ok(reopened == 1)
    }

    /// Leaves in a row only these changes: the others have gone elsewhere.
    pub async fn update_quarantine_changes(
        &mut self,
        tenant: Id,
        row: Id,
        hashes: &[u8],
        bytes: &[u8],
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE quarantine SET hashes = $3, bytes = $4 WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(row))
        .bind(hashes)
        .bind(bytes)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Deletes a row all of whose changes are kept elsewhere.
    pub async fn delete_quarantine(&mut self, tenant: Id, row: Id) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "DELETE FROM quarantine WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(row))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }
}
