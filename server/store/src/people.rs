//! People and the principals they act for.

mod change;

use sync_core::{Id, Role, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::search::Question;
use super::words::words;
use super::{Error, Tx};

words! {
    /// Whether a person may sign in.
    pub enum PersonState {
        /// May sign in.
        Active = "active",
        /// Has left; their records stay.
        Disabled = "disabled",
    }
}

words! {
    /// Who chose a person's password.
    pub enum PasswordState {
        /// Somebody else, who handed it out: it is replaced at its first use in the office.
        First = "first",
        /// Its person.
        Own = "own",
    }
}

/// Somebody who works with the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Also a principal: everyone acts for themselves.
    pub id: Id,
    /// The sub-district they work for.
    pub tenant: Id,
    /// Unique in the tenant; typed to sign in.
    pub username: String,
    /// Shown to others.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Argon2id in PHC form; `None` before the first password.
    pub password_hash: Option<String>,
    /// Who chose it.
    pub password_state: PasswordState,
    /// Whether they may sign in.
    pub state: PersonState,
    /// Who appointed them to the office, as long as no second person has confirmed it: until then they cannot
    /// sign in.
    pub appointed_by: Option<Id>,
    /// The sequence number at which what phones know of them last changed.
    pub reference_seq: i64,
    /// When they were added.
    pub created_at: Timestamp,
}

/// A principal that a person acts for, or did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// A person, a unit or the tenant.
    pub principal: Id,
    /// Since this sequence number.
    pub granted_seq: i64,
    /// Until this one.
    pub revoked_seq: Option<i64>,
}

type Row = (
    Uuid,
    Uuid,
    String,
    String,
    String,
    Option<String>,
    String,
    String,
    Option<Uuid>,
    i64,
    i64,
);

/// What phones know of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonKnown {
    /// Who.
    pub id: Id,
    /// Shown to others.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Whether they still work here.
    pub state: PersonState,
}

impl Tx {
    /// Conflict `person_username` when the tenant has such a username.
    pub async fn insert_person(&mut self, person: &Person) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO person
             (id, tenant, username, name, role, password_hash, password_state, state, appointed_by,
              reference_seq, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        )
        .bind(uuid(person.id))
        .bind(uuid(person.tenant))
        .bind(&person.username)
        .bind(&person.name)
        .bind(person.role.as_str())
        .bind(&person.password_hash)
        .bind(person.password_state.as_str())
        .bind(person.state.as_str())
        .bind(person.appointed_by.map(uuid))
        .bind(person.reference_seq)
        .bind(person.created_at.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The tenant's person with this id.
    pub async fn find_person(&mut self, tenant: Id, person: Id) -> Result<Option<Person>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, tenant, username, name, role, password_hash, password_state, state, appointed_by,
              reference_seq, created_at
             FROM person WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .fetch_optional(&mut **tx)
        .await
        })?;
        row.map(person_of).transpose()
    }

    /// The tenant's person with this username.
    pub async fn find_person_by_username(
        &mut self,
        tenant: Id,
        username: &str,
    ) -> Result<Option<Person>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, tenant, username, name, role, password_hash, password_state, state, appointed_by,
              reference_seq, created_at
             FROM person WHERE tenant = $1 AND username = $2"
        )
        .bind(uuid(tenant))
        .bind(username)
        .fetch_optional(&mut **tx)
        .await
        })?;
        row.map(person_of).transpose()
    }

    /// The tenant's people by username; with `query` only those whose username or name contains it.
    pub async fn list_people(
        &mut self,
        tenant: Id,
        query: Option<&str>,
    ) -> Result<Vec<Person>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, tenant, username, name, role, password_hash, password_state, state, appointed_by,
              reference_seq, created_at
              FROM person
              WHERE tenant = $1
              ORDER BY username"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await
        })?;
        // A few hundred people: no index is worth its upkeep.
        let question = query.and_then(Question::of);
        let asked = |person: &Person| {
            let is_in = |question: &Question| {
                question.is_in(&format!("{} {}", person.username, person.name))
            };
            question.as_ref().is_none_or(is_in)
        };
        let people: Result<Vec<Person>, Error> = rows.into_iter().map(person_of).collect();
        Ok(people?.into_iter().filter(asked).collect())
    }

    /// Whether phones have to learn a name, role or state again since `after`.
    pub async fn have_people_changed(&mut self, tenant: Id, after: i64) -> Result<bool, Error> {
        let changed: Option<i64> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT reference_seq FROM person WHERE tenant = $1 AND reference_seq > $2 LIMIT 1"
        )
        .bind(uuid(tenant))
        .bind(after)
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(changed.is_some())
    }

    /// What phones know of each of the tenant's people, the last change last.
    pub async fn list_people_known(&mut self, tenant: Id) -> Result<Vec<PersonKnown>, Error> {
        let rows: Vec<(Uuid, String, String, String)> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, name, role, state FROM person WHERE tenant = $1 ORDER BY reference_seq, id"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await
        })?;
        let known = |(person, name, role, state): (Uuid, String, String, String)| {
            Ok(PersonKnown {
                id: id(person),
                name,
                role: read_role(&role)?,
                state: PersonState::read(&state, "person", "state")?,
            })
        };
        rows.into_iter().map(known).collect()
    }

    /// People whose name, role or state phones have to learn again since `after`, oldest change first.
    pub async fn list_people_changed(
        &mut self,
        tenant: Id,
        after: i64,
    ) -> Result<Vec<Person>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, tenant, username, name, role, password_hash, password_state, state, appointed_by,
              reference_seq, created_at
             FROM person WHERE tenant = $1 AND reference_seq > $2 ORDER BY reference_seq, id"
        )
        .bind(uuid(tenant))
        .bind(after)
        .fetch_all(&mut **tx)
        .await
        })?;
        rows.into_iter().map(person_of).collect()
    }

    /// Lets a person act for a principal from `seq` on; a grant that holds already keeps its number.
    pub async fn grant_principal(
        &mut self,
        tenant: Id,
        person: Id,
        principal: Id,
        seq: i64,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO person_principal (tenant, person, principal, granted_seq)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant, person, principal) DO UPDATE SET
             granted_seq = CASE WHEN person_principal.revoked_seq IS NULL
                 THEN person_principal.granted_seq ELSE excluded.granted_seq END,
             revoked_seq = NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(uuid(principal))
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Ends a grant at `seq`; one that has ended keeps its number.
    pub async fn revoke_principal(
        &mut self,
        tenant: Id,
        person: Id,
        principal: Id,
        seq: i64,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE person_principal SET revoked_seq = $4
             WHERE tenant = $1 AND person = $2 AND principal = $3 AND revoked_seq IS NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(uuid(principal))
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Every grant a person has or had, in the order of principals.
    pub async fn list_grants(&mut self, tenant: Id, person: Id) -> Result<Vec<Grant>, Error> {
        let rows: Vec<(Uuid, i64, Option<i64>)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT principal, granted_seq, revoked_seq FROM person_principal
             WHERE tenant = $1 AND person = $2 ORDER BY principal"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows
            .into_iter()
            .map(|(principal, granted_seq, revoked_seq)| Grant {
                principal: id(principal),
                granted_seq,
                revoked_seq,
            })
            .collect())
    }

    /// The principals a person acts for now.
    pub async fn list_principals(&mut self, tenant: Id, person: Id) -> Result<Vec<Id>, Error> {
        let rows: Vec<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT principal FROM person_principal
             WHERE tenant = $1 AND person = $2 AND revoked_seq IS NULL ORDER BY principal"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(id).collect())
    }

    /// Who acts for which unit now: pairs of person and unit.
    pub async fn list_memberships(&mut self, tenant: Id) -> Result<Vec<(Id, Id)>, Error> {
        let rows: Vec<(Uuid, Uuid)> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT p.person, u.id FROM person_principal p JOIN unit u ON u.tenant = p.tenant AND u.id = p.principal
             WHERE p.tenant = $1 AND p.revoked_seq IS NULL ORDER BY p.person, u.code"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await
        })?;
        Ok(rows
            .into_iter()
            .map(|(person, unit)| (id(person), id(unit)))
            .collect())
    }
}

fn person_of(row: Row) -> Result<Person, Error> {
    let (
        person,
        tenant,
        username,
        name,
        role,
        password_hash,
        password_state,
        state,
        appointed_by,
        reference_seq,
        created_at,
    ) = row;
    Ok(Person {
        id: id(person),
        tenant: id(tenant),
        username,
        name,
        role: read_role(&role)?,
        password_hash,
        password_state: PasswordState::read(&password_state, "person", "password_state")?,
        state: PersonState::read(&state, "person", "state")?,
        appointed_by: appointed_by.map(id),
        reference_seq,
        created_at: Timestamp::from_millis(created_at),
    })
}

/// The role that the column `person.role` holds.
pub(super) fn read_role(text: &str) -> Result<Role, Error> {
    Role::parse(text).ok_or(Error::Corrupt {
        table: "person",
        column: "role",
    })
}
