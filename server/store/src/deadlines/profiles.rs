//! Deadline profiles that the office wrote, beside those that come with the program.

use sync_core::deadline::Profile;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::db::{id, on_backend, uuid};
use crate::words::read;
use crate::{Error, Tx};

/// One version of a profile as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenProfile {
    /// What [`Profile::parse`] reads.
    pub profile: Profile,
    /// Tells phones.
    pub seq: i64,
    /// When.
    pub written_at: Timestamp,
    /// By whom; `None` for a command on the server.
    pub person: Option<Id>,
}

/// Tickets of one version of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileTickets {
    /// The profile's id.
    pub profile: String,
    /// Its version.
    pub version: i64,
    /// All that run under it or ran. What is worked on in another one's place counts there.
    pub tickets: i64,
    /// Those of them that are not over.
    pub open: i64,
}

type Row = (i64, i64, Option<Uuid>, String);

impl Tx {
    /// Adds a version. The caller has made sure that there is none of its number.
    pub async fn insert_deadline_profile(
        &mut self,
        tenant: Id,
        written: &WrittenProfile,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO deadline_profile (tenant, id, version, seq, written_at, person, content)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        )
        .bind(uuid(tenant))
        .bind(&written.profile.id)
        .bind(i64::from(written.profile.version))
        .bind(written.seq)
        .bind(written.written_at.millis())
        .bind(written.person.map(uuid))
        .bind(written.profile.to_string())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Every version that was written here, in the order of writing.
    ///
    /// # Errors
    /// If the database could not, or holds a profile that cannot be read.
    pub async fn list_deadline_profiles(
        &mut self,
        tenant: Id,
    ) -> Result<Vec<WrittenProfile>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT seq, written_at, person, content FROM deadline_profile
             WHERE tenant = $1 ORDER BY seq, id, version"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        let written = |(seq, written_at, person, content): Row| {
            let profile = Profile::parse(content.as_bytes()).map_err(|_| Error::Corrupt {
                table: "deadline_profile",
                column: "content",
            })?;
            Ok(WrittenProfile {
                profile,
                seq,
                written_at: Timestamp::from_millis(written_at),
                person: person.map(id),
            })
        };
        rows.into_iter().map(written).collect()
    }

    /// How many tickets each version has, in the order of profile and version.
    ///
    /// # Errors
    /// If the database could not, or holds a state that is none.
    pub async fn count_profile_tickets(
        &mut self,
        tenant: Id,
    ) -> Result<Vec<ProfileTickets>, Error> {
        let rows: Vec<(String, i64, String, i64)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT profile, profile_version, status, COUNT(*) FROM ticket
             WHERE tenant = $1 AND merged_into IS NULL AND profile IS NOT NULL
                 AND profile_version IS NOT NULL
             GROUP BY profile, profile_version, status ORDER BY profile, profile_version"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        let mut counted: Vec<ProfileTickets> = Vec::new();
        for (profile, version, status, tickets) in rows {
            let status = read(TicketState::parse(&status), "ticket", "status")?;
            let open = if status.is_over() { 0 } else { tickets };
            match counted.last_mut() {
                Some(last) if last.profile == profile && last.version == version => {
                    last.tickets += tickets;
                    last.open += open;
                }
                _ => counted.push(ProfileTickets {
                    profile,
                    version,
                    tickets,
                    open,
                }),
            }
        }
        Ok(counted)
    }

    /// Every version of every profile: the shipped ones, then those that were written here.
    ///
    /// # Errors
    /// As [`Self::list_deadline_profiles`].
    pub async fn load_deadline_profiles(&mut self, tenant: Id) -> Result<Vec<Profile>, Error> {
        let mut profiles = Profile::shipped();
        let own = self.list_deadline_profiles(tenant).await?;
        profiles.extend(own.into_iter().map(|written| written.profile));
        Ok(profiles)
    }
}
