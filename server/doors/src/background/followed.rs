//! What residents' representatives may push to: the documents that name them.

use std::collections::HashMap;

use sync_core::Id;

use super::{Arrival, Background, unique};
use store::Tx;

impl Background {
    /// What residents' representatives among the pushers see of the documents.
    pub(super) async fn read_followed(
        &mut self,
        tenant: Id,
        arrivals: &[&Arrival<'_>],
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let theirs = arrivals
            .iter()
            .filter(|arrival| arrival.author.role.is_representative());
        let mut pushed: HashMap<Id, Vec<Id>> = HashMap::new();
        for Arrival { author, push, .. } in theirs {
            pushed.entry(author.person).or_default().push(push.doc);
        }
        for (person, docs) in pushed {
            let docs = unique(docs.into_iter());
            let followed = tx.list_followed(tenant, person, &docs).await?;
            self.followed
                .extend(followed.into_iter().map(|doc| (person, doc)));
        }
        Ok(())
    }
}
