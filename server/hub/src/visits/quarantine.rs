//! The desk at the quarantine: what was put aside is listed, read, and let in or refused.

pub(crate) mod decide;
pub(crate) mod hand_over;
pub(crate) mod list;
pub(crate) mod show;

use sync_core::Id;
use sync_core::reason::Reason;

use crate::auth::CurrentUser;
use crate::error::ApiError;
use doors::PutAside;
use store::Tx;
use store::documents::DocumentRow;
use store::quarantine::QuarantineRow;

/// Only the office itself sits at this desk.
fn require_office(user: &CurrentUser) -> Result<(), ApiError> {
    if user.role.is_office() {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "隔离区由街道热线办查看和处理。",
    ))
}

fn missing() -> ApiError {
    ApiError::not_found("没有找到这条隔离内容，请刷新列表。")
}

/// What is read and decided together: what one person sent for one document. A change may build on the one before
/// it, and whoever reads half of a record decides on half of it.
struct Case {
    /// The row that was asked for.
    row: QuarantineRow,
    /// All rows that go with it, itself included, oldest first.
    rows: Vec<QuarantineRow>,
    /// The document, if something of it was ever admitted.
    document: Option<DocumentRow>,
}

impl Case {
    async fn find(tenant: Id, id: Id, tx: &mut Tx) -> Result<Self, ApiError> {
        let row = tx.find_quarantine(tenant, id).await?.ok_or_else(missing)?;
        let mut rows = tx.list_quarantine_of(tenant, row.doc).await?;
        rows.retain(|one| goes_with(one, &row));
        let document = tx.find_document(tenant, row.doc).await?;
        Ok(Self {
            row,
            rows,
            document,
        })
    }

    async fn with_bytes(&self, tx: &mut Tx) -> Result<Vec<PutAside>, store::Error> {
        let mut all = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            all.push(PutAside {
                bytes: tx.find_quarantine_bytes(row.tenant, row.id).await?,
                row: row.clone(),
            });
        }
        Ok(all)
    }

    /// The document's row, or what would be its row.
    fn document(&self) -> DocumentRow {
        self.document.clone().unwrap_or_else(|| DocumentRow {
            id: self.row.doc,
            tenant: self.row.tenant,
            kind: self.row.kind,
            ticket: self.row.ticket.unwrap_or(self.row.doc),
            device: self.row.device,
            heads: Vec::new(),
            changed_seq: 0,
            change_count: 0,
            byte_count: 0,
        })
    }
}

fn goes_with(one: &QuarantineRow, row: &QuarantineRow) -> bool {
    if one.id == row.id {
        return true;
    }
    let decided = |row: &QuarantineRow| (row.decision, row.decided_at, row.decided_by);
    one.person == row.person
        && one.kind == row.kind
        && decided(one) == decided(row)
        && Reason::parse(&one.code)
            .is_some_and(|reason| reason.may_pass_later() || reason == Reason::DependsOnQuarantined)
}
