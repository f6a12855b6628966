//! Who may write in what is pushed: whoever sees a ticket of it. What patrols find (未诉先办, S4) is a visit that is its own
//! ticket: there is no ticket yet, and so nobody who sees it.

use sync_core::Id;
use sync_core::kinds::Kind;
use sync_core::protocol::Push;

use super::{Arrival, Author, Background, unique};
use store::Tx;

impl Background {
    /// Which of the tickets are there that pushes call by the id of their document.
    pub(super) async fn read_finds(
        &mut self,
        tenant: Id,
        arrivals: &[&Arrival<'_>],
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let finds = arrivals.iter().filter(|arrival| is_find(arrival.push));
        let docs = unique(finds.map(|arrival| arrival.push.doc));
        if docs.is_empty() {
            return Ok(());
        }
        let there = tx.find_ticket_states(tenant, &docs).await?;
        self.found
            .extend(there.into_keys().map(|ticket| (tenant, ticket)));
        Ok(())
    }

    /// Whether the pusher sees a ticket of the document; a residents' representative, whether they see itself. These
    /// begin none: what nobody has admitted names nobody.
    pub(crate) fn sees(&self, author: Author, push: &Push) -> bool {
        if author.role.is_representative() {
            return self.followed.contains(&(author.person, push.doc));
        }
        self.begins_find(author, push)
            || self
                .tickets_of(author.tenant, push)
                .into_iter()
                .any(|ticket| self.seen.contains(&(author.person, ticket)))
    }

    /// Whether the push begins a find: by somebody who works on the spot, under an id that no ticket and no document has.
    /// Until the gate has made the ticket, whoever brought it first may bring more; from then on scopes decide.
    fn begins_find(&self, author: Author, push: &Push) -> bool {
        let here = (author.tenant, push.doc);
        let works = author.role.is_field() && !author.role.is_representative();
        let origin = self.origins.get(&here);
        let theirs =
            origin.is_none_or(|origin| origin.ticket == push.doc && origin.person == author.person);
        is_find(push)
            && works
            && theirs
            && !self.found.contains(&here)
            && !self.documents.contains_key(&here)
    }
}

fn is_find(push: &Push) -> bool {
    push.kind == Kind::VISIT && push.ticket == push.doc
}
