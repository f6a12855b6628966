//! Tickets of a period with what figures ask of their rows, in pieces: what happened to them is read from their events
//! (`list_ticket_pasts`).

use std::collections::BTreeMap;

use sqlx::QueryBuilder;
use sync_core::deadline::{Received, Recorded};
use sync_core::figures::Holder;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::bulk::{pieces, push_ids};
use crate::db::{id, on_backend, uuid};
use crate::tickets::{AssigneeKind, RequesterType, Urgency};
use crate::words::read;
use crate::{Error, Tx};

const TICKET: &str = "ticket";

/// Which tickets: those that were dispatched in a period, in the order of their dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// From this moment on.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
}

/// Behind which ticket to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FigurePlace {
    /// When it was dispatched.
    pub dispatched_at: Timestamp,
    /// Decides between those of one moment.
    pub ticket: Id,
}

/// A ticket as figures ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureTicket {
    /// The ticket.
    pub id: Id,
    /// Its number at the upper level.
    pub upstream_no: Option<String>,
    /// One line.
    pub title: String,
    /// Where it stands.
    pub state: TicketState,
    /// Who asks.
    pub requester_type: RequesterType,
    /// How much it hurries.
    pub urgency: Urgency,
    /// What it brought with it, and what its records tell.
    pub received: Received,
    /// The deadline profile that it runs under, in which version.
    pub profile: Option<(String, u32)>,
    /// Done in time, as its source says or as it was when everybody had their answer.
    pub in_time: Option<bool>,
    /// Who has it, or had it last.
    pub holder: Option<Holder>,
}

impl FigureTicket {
    /// Its place.
    pub const fn place(&self) -> FigurePlace {
        FigurePlace {
            dispatched_at: self.received.dispatched_at,
            ticket: self.id,
        }
    }
}

/// A row type of each driver; tuples end at sixteen columns.
macro_rules! rows {
    ($($name:ident: $type:ty,)+) => {
        struct Row { $($name: $type,)+ }
        rows!(of sqlx::sqlite::SqliteRow: $($name)+);
        rows!(of sqlx::postgres::PgRow: $($name)+);
    };
    (of $row:ty: $($name:ident)+) => {
        impl<'r> sqlx::FromRow<'r, $row> for Row {
            fn from_row(row: &'r $row) -> Result<Self, sqlx::Error> {
                use sqlx::Row as _;
                Ok(Self { $($name: row.try_get(stringify!($name))?,)+ })
            }
        }
    };
}

rows! {
    id: Uuid,
    upstream_no: Option<String>,
    title: String,
    status: String,
    requester_type: String,
    urgency: String,
    dispatched_at: i64,
    given_due_at: Option<i64>,
    arrived_at: Option<i64>,
    arrival_received_at: Option<i64>,
    arrival_corrected: bool,
    closed_at: Option<i64>,
    profile: Option<String>,
    profile_version: Option<i64>,
    in_time: Option<bool>,
    assigned_kind: Option<String>,
    assigned_to: Option<Uuid>,
    community: Option<Uuid>,
    grid: Option<Uuid>,
}

impl Tx {
    /// The next tickets of a period behind `after`, `limit` at most.
    ///
    /// # Errors
    /// If the database could not, or holds what cannot be read.
    pub async fn list_figure_tickets(
        &mut self,
        tenant: Id,
        period: Period,
        after: Option<FigurePlace>,
        limit: u32,
    ) -> Result<Vec<FigureTicket>, Error> {
        // Without a place in the period: before every ticket of it.
        let after = after.filter(|place| place.dispatched_at >= period.from);
        let after = after.map_or((period.from.millis(), Uuid::nil()), |place| {
            (place.dispatched_at.millis(), uuid(place.ticket))
        });
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, upstream_no, title, status, requester_type, urgency, dispatched_at, given_due_at, arrived_at,
                 arrival_received_at, arrival_corrected, closed_at, profile, profile_version, in_time,
                 assigned_kind, assigned_to, community, grid
             FROM ticket
             WHERE tenant = $1 AND dispatched_at >= $2 AND dispatched_at < $3 AND (dispatched_at, id) > ($2, $4)
             ORDER BY dispatched_at, id LIMIT $5"
        )
        .bind(uuid(tenant))
        .bind(after.0)
        .bind(period.until.millis())
        .bind(after.1)
        .bind(i64::from(limit))
        .fetch_all(&mut **tx)
        .await
        })?;
        rows.into_iter().map(figure_ticket).collect()
    }

    /// What these people are called.
    pub async fn list_names(
        &mut self,
        tenant: Id,
        people: &[Id],
    ) -> Result<BTreeMap<Id, String>, Error> {
        let mut all = BTreeMap::new();
        for people in pieces(people) {
            let rows: Vec<(Uuid, String)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("SELECT id, name FROM person WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND id IN");
                push_ids(&mut query, people);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            all.extend(rows.into_iter().map(|(person, name)| (id(person), name)));
        }
        Ok(all)
    }
}

fn figure_ticket(row: Row) -> Result<FigureTicket, Error> {
    let at = |millis: Option<i64>| millis.map(Timestamp::from_millis);
    let state = read(TicketState::parse(&row.status), TICKET, "status")?;
    let lies_in = row.grid.or(row.community).map(id);
    let kind = row.assigned_kind.as_deref();
    let kind = kind
        .map(|word| read(AssigneeKind::parse(word), TICKET, "assigned_kind"))
        .transpose()?;
    let holder = kind.zip(row.assigned_to.map(id));
    let holder = holder.map(|(kind, holder)| match kind {
        AssigneeKind::Person => Holder::Person(holder, lies_in),
        AssigneeKind::Community
        | AssigneeKind::Grid
        | AssigneeKind::Section
        | AssigneeKind::Team => Holder::Unit(holder),
    });
    let profile = row.profile.zip(row.profile_version);
    let profile = profile
        .map(|(profile, version)| {
            let version = u32::try_from(version).map_err(|_| Error::Corrupt {
                table: TICKET,
                column: "profile_version",
            })?;
            Ok::<_, Error>((profile, version))
        })
        .transpose()?;
    Ok(FigureTicket {
        id: id(row.id),
        upstream_no: row.upstream_no,
        title: row.title,
        state,
        requester_type: RequesterType::read(&row.requester_type, TICKET, "requester_type")?,
        urgency: Urgency::read(&row.urgency, TICKET, "urgency")?,
        received: Received {
            dispatched_at: Timestamp::from_millis(row.dispatched_at),
            given_due_at: at(row.given_due_at),
            arrived: at(row.arrived_at).map(|arrived| Recorded {
                at: arrived,
                received_at: at(row.arrival_received_at),
                corrected: row.arrival_corrected,
            }),
            closed_at: at(row.closed_at).filter(|_| state.is_over()),
        },
        profile,
        in_time: row.in_time,
        holder,
    })
}
