//! What somebody who listens may hear at this moment.

use store::devices::DeviceState;
use store::people::PersonState;
use sync_core::{Id, Role};

use super::author::Author;
use super::parts::Parts;

/// Somebody who may listen.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) principals: Vec<Id>,
    pub(super) role: Role,
}

/// Reads it anew; `None` if person or device were barred, or the database does not answer: then the line ends and
/// whoever listened comes again.
pub(super) async fn read(author: Author, parts: &Parts) -> Option<Standing> {
    let Author {
        tenant,
        person,
        device,
        ..
    } = author;
    let read = async {
        let mut tx = parts.store.read().await?;
        let signed_in = tx.find_signed_in(tenant, device).await?;
        let principals = tx.list_principals(tenant, person).await?;
        Ok::<_, store::Error>((signed_in, principals))
    };
    let (signed_in, principals) = read.await.ok()?;
    let one = signed_in.filter(|one| {
        one.person == person
            && one.device_state == DeviceState::Active
            && one.person_state == PersonState::Active
    })?;
    Some(Standing {
        principals,
        role: one.role,
    })
}
