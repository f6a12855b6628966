//! What the facts of each kind of document mean for rows and tickets.
//!
//! A kind is one folder. The rest of the doors knows only [`Kind`] and asks here.

use store::{Error, Tx};
use sync_core::kinds::Kind;
use sync_core::lifecycle::TicketStep;
use sync_core::{Id, Timestamp};

use super::addition::Addition;

/// Name of a ticket's event, and what is particular to it.
pub(super) type Told = (&'static str, serde_json::Value);

/// What an admission meant for one document.
#[derive(Clone, Debug, Default)]
pub(super) struct Meaning {
    /// Nothing was known of the document before.
    pub(super) begun: bool,
    /// Who took part as last written.
    pub(super) took_part: Vec<Id>,
    /// Accounts of residents' representatives whom it named as last written, and whom it names now.
    pub(super) represented: [Vec<Id>; 2],
    /// It stands elsewhere now.
    pub(super) moved: bool,
    /// What that means for its tickets, with the name of the ticket's event.
    pub(super) steps: Vec<(TicketStep, &'static str)>,
    /// What the stories of its tickets tell of it beside that.
    pub(super) told: Vec<Told>,
}

/// Where a document stands with the office.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// Its place for the person who asks, see `store::feed`.
    pub(super) place: i64,
    pub(super) doc: Id,
    pub(super) ticket: Id,
    pub(super) state: String,
    /// The office has decided on it at least once.
    pub(super) reviewed: bool,
}

macro_rules! dispatch {
    ($($(#[$attribute:meta])* $name:ident $constant:ident,)+) => {
        $($(#[$attribute])* mod $name;)+

        /// Derives the kind's rows from admissions of one sub-district, and says what they mean; in their order.
        pub(super) async fn derive(
            kind: Kind,
            tenant: Id,
            admissions: &[&Addition<'_>],
            now: Timestamp,
            tx: &mut Tx,
        ) -> Result<Vec<Meaning>, Error> {
            $(
                $(#[$attribute])*
                if kind == Kind::$constant {
                    return $name::derive(tenant, admissions, now, tx).await;
                }
            )+
            Ok(vec![Meaning::default(); admissions.len()])
        }

        /// How many documents of a ticket wait for the office, of every kind.
        pub(super) async fn count_waiting(
            tenant: Id,
            ticket: Id,
            tx: &mut Tx,
        ) -> Result<i64, Error> {
            let mut count = 0;
            $(
                $(#[$attribute])*
                {
                    count += $name::count_waiting(tenant, ticket, tx).await?;
                }
            )+
            Ok(count)
        }

        /// Everybody whom the documents that began under a ticket name, of every kind.
        pub(super) async fn list_named(tenant: Id, ticket: Id, tx: &mut Tx) -> Result<Vec<Id>, Error> {
            let mut named = Vec::new();
            $(
                $(#[$attribute])*
                named.extend($name::list_named(tenant, ticket, tx).await?);
            )+
            Ok(named)
        }

        /// Where documents stand that came into the person's view or moved since, of every kind.
        pub(super) async fn list_unseen_standings(
            tenant: Id,
            person: Id,
            since: i64,
            tx: &mut Tx,
        ) -> Result<Vec<Standing>, Error> {
            let mut standings = Vec::new();
            $(
                $(#[$attribute])*
                standings.extend($name::list_unseen_standings(tenant, person, since, tx).await?);
            )+
            Ok(standings)
        }
    };
}
sync_core::every_kind!(dispatch);
