//! 值班表: who of a team is on call on which day, and by which number they are reached then.

use std::collections::BTreeSet;

use sync_core::calendar::Day;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// One person on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnCall {
    /// The team.
    pub unit: Id,
    /// The day, from 00:00 to 24:00 in China.
    pub day: Day,
    /// Who.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// The number by which they are reached, masked; `None` if none was written down.
    pub number: Option<String>,
    /// They still belong to the team and work here.
    pub here: bool,
}

/// Who wrote a week last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenWeek {
    /// Tells phones, and one version from another.
    pub seq: i64,
    /// When.
    pub written_at: Timestamp,
    /// Who.
    pub person: Id,
}

/// Somebody who can be on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamMember {
    /// Who.
    pub id: Id,
    /// Their name.
    pub name: String,
    /// The number by which they are reached while they are on call, masked.
    pub number: Option<String>,
}

type Row = (Uuid, i64, Uuid, String, Option<String>, i64);

impl Tx {
    /// Who is on call from one day to another, both included: of one team, or of all. In the order of team, day and
    /// name.
    pub async fn list_on_call(
        &mut self,
        tenant: Id,
        unit: Option<Id>,
        (first, last): (Day, Day),
    ) -> Result<Vec<OnCall>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT o.unit, o.day, o.person, p.name, n.masked,
               CAST(CASE WHEN p.state = 'active' AND m.person IS NOT NULL THEN 1 ELSE 0 END AS BIGINT)
             FROM on_call o
             JOIN person p ON p.tenant = o.tenant AND p.id = o.person
             LEFT JOIN person_principal m ON m.tenant = o.tenant AND m.person = o.person
               AND m.principal = o.unit AND m.revoked_seq IS NULL
             LEFT JOIN on_call_number n ON n.tenant = o.tenant AND n.unit = o.unit AND n.person = o.person
             WHERE o.tenant = $1 AND o.day >= $2 AND o.day <= $3 AND ($4 OR o.unit = $5)
             ORDER BY o.unit, o.day, p.name, o.person"
        )
        .bind(uuid(tenant))
        .bind(first.number())
        .bind(last.number())
        .bind(unit.is_none())
        .bind(uuid(unit.unwrap_or(tenant)))
        .fetch_all(&mut **tx)
        .await
        })?;
        let one = |(unit, day, person, name, number, here): Row| OnCall {
            unit: id(unit),
            day: Day::from_number(day),
            person: id(person),
            name,
            number,
            here: here == 1,
        };
        Ok(rows.into_iter().map(one).collect())
    }

    /// Who wrote the week of a team that begins with this Monday; `None` if nobody has.
    pub async fn find_on_call_week(
        &mut self,
        tenant: Id,
        unit: Id,
        monday: Day,
    ) -> Result<Option<WrittenWeek>, Error> {
        let row: Option<(i64, i64, Uuid)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT seq, written_at, person FROM on_call_week
             WHERE tenant = $1 AND unit = $2 AND monday = $3"
        )
        .bind(uuid(tenant))
        .bind(uuid(unit))
        .bind(monday.number())
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(|(seq, written_at, person)| WrittenWeek {
            seq,
            written_at: Timestamp::from_millis(written_at),
            person: id(person),
        }))
    }

    /// Puts these people in the place of all who were on call in that week.
    pub async fn replace_on_call_week(
        &mut self,
        tenant: Id,
        (unit, monday): (Id, Day),
        people: &BTreeSet<(Day, Id)>,
        written: &WrittenWeek,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "DELETE FROM on_call WHERE tenant = $1 AND unit = $2 AND day >= $3 AND day <= $4"
        )
        .bind(uuid(tenant))
        .bind(uuid(unit))
        .bind(monday.number())
        .bind(monday.plus_days(6).number())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        for (day, person) in people {
            on_backend!(self, |tx| sqlx::query(
                "INSERT INTO on_call (tenant, unit, day, person) VALUES ($1, $2, $3, $4)"
            )
            .bind(uuid(tenant))
            .bind(uuid(unit))
            .bind(day.number())
            .bind(uuid(*person))
            .execute(&mut **tx)
            .await
            .map(drop))?;
        }
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO on_call_week (tenant, unit, monday, seq, written_at, person)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant, unit, monday) DO UPDATE SET seq = excluded.seq,
               written_at = excluded.written_at, person = excluded.person"
        )
        .bind(uuid(tenant))
        .bind(uuid(unit))
        .bind(monday.number())
        .bind(written.seq)
        .bind(written.written_at.millis())
        .bind(uuid(written.person))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Whether phones have to learn a roster again since `after`.
    pub async fn have_rosters_changed(&mut self, tenant: Id, after: i64) -> Result<bool, Error> {
        let changed: Option<i64> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT seq FROM on_call_week WHERE tenant = $1 AND seq > $2 LIMIT 1"
        )
        .bind(uuid(tenant))
        .bind(after)
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(changed.is_some())
    }

    /// The teams of which somebody ever wrote a roster, by name.
    pub async fn list_rostered_units(&mut self, tenant: Id) -> Result<Vec<(Id, String)>, Error> {
        let rows: Vec<(Uuid, String)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT u.id, u.name FROM unit u WHERE u.tenant = $1 AND EXISTS (
               SELECT 1 FROM on_call_week w WHERE w.tenant = u.tenant AND w.unit = u.id)
             ORDER BY u.name, u.id"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows
            .into_iter()
            .map(|(unit, name)| (id(unit), name))
            .collect())
    }

    /// Who belongs to a team and works here, by name.
    pub async fn list_team(&mut self, tenant: Id, unit: Id) -> Result<Vec<TeamMember>, Error> {
        let rows: Vec<(Uuid, String, Option<String>)> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT p.id, p.name, n.masked
             FROM person_principal m
             JOIN person p ON p.tenant = m.tenant AND p.id = m.person
             LEFT JOIN on_call_number n ON n.tenant = m.tenant AND n.unit = m.principal AND n.person = m.person
             WHERE m.tenant = $1 AND m.principal = $2 AND m.revoked_seq IS NULL AND p.state = 'active'
             ORDER BY p.name, p.id"
        )
        .bind(uuid(tenant))
        .bind(uuid(unit))
        .fetch_all(&mut **tx)
        .await
        })?;
        let member = |(person, name, number)| TeamMember {
            id: id(person),
            name,
            number,
        };
        Ok(rows.into_iter().map(member).collect())
    }

    /// Keeps the number by which a member is reached while they are on call; `None` takes it away.
    pub async fn put_on_call_number(
        &mut self,
        tenant: Id,
        (unit, person): (Id, Id),
        number: Option<(&str, &[u8])>,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "DELETE FROM on_call_number WHERE tenant = $1 AND unit = $2 AND person = $3"
        )
        .bind(uuid(tenant))
        .bind(uuid(unit))
        .bind(uuid(person))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        let Some((masked, sealed)) = number else {
            return Ok(());
        };
        on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO on_call_number (tenant, unit, person, masked, sealed) VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(uuid(tenant))
        .bind(uuid(unit))
        .bind(uuid(person))
        .bind(masked)
        .bind(sealed)
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// That number, sealed.
    pub async fn find_on_call_number(
        &mut self,
        tenant: Id,
        unit: Id,
        person: Id,
    ) -> Result<Option<Vec<u8>>, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT sealed FROM on_call_number WHERE tenant = $1 AND unit = $2 AND person = $3"
        )
        .bind(uuid(tenant))
        .bind(uuid(unit))
        .bind(uuid(person))
        .fetch_optional(&mut **tx)
        .await)?)
    }
}
