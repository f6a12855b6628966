//! Photos of a visit that were used in other visits: the same file, or one that looks like it.

use serde::Serialize;
use sync_core::{Id, MediaHash};
use utoipa::ToSchema;

use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::story::{TicketName, ticket_names};
use photos::likeness::ALIKE;
use store::Tx;
use store::documents::DocumentRow;

/// One other use of a photo.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhotoUse {
    /// Hash of the photo of this visit.
    photo: String,
    /// Hash of the photo there; the same for one file.
    other: String,
    /// In how many of 64 bits they look different; 0 for one file.
    bits: u32,
    /// The record there; null for who does not see it.
    #[schema(value_type = Option<String>)]
    doc: Option<Id>,
    /// The tickets of that record; none for who does not see it.
    tickets: Vec<TicketName>,
}

/// The other uses of a visit's photos, by the hub's own look at the files; those most alike first.
pub(super) async fn load(
    document: &DocumentRow,
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<Vec<PhotoUse>, ApiError> {
    let (tenant, doc) = (document.tenant, document.id);
    let own = tx.list_document_photos(tenant, &[doc]).await?;
    let mut uses = Vec::new();
    for (_, (photo, removed)) in own {
        if removed {
            continue;
        }
        let mut alike: Vec<(MediaHash, u32)> = vec![(photo, 0)];
        let found = tx.list_alike(tenant, photo, ALIKE).await?;
        alike.extend(found.into_iter().map(|one| (one.sha256, one.bits)));
        for (other, bits) in alike {
            for (_, there) in tx.list_photo_documents(tenant, &[other]).await? {
                if there == doc || is_removed(tenant, there, other, tx).await? {
                    continue;
                }
                let seen = tx.sees_visit(tenant, user.person, there).await?;
                let tickets = if seen {
                    tx.list_document_tickets(there, tenant).await?
                } else {
                    Vec::new()
                };
                uses.push(PhotoUse {
                    photo: photo.to_string(),
                    other: other.to_string(),
                    bits,
                    doc: seen.then_some(there),
                    tickets: ticket_names(tenant, &tickets, tx).await?,
                });
            }
        }
    }
    Ok(uses)
}

async fn is_removed(
    tenant: Id,
    doc: Id,
    photo: MediaHash,
    tx: &mut Tx,
) -> Result<bool, store::Error> {
    let noted = tx.list_document_photos(tenant, &[doc]).await?;
    Ok(noted.contains(&(doc, (photo, true))))
}
